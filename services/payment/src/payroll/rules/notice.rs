//! The sentences of a notice.

use contracts::Money;
use contracts::benefit_review::v1::{BenefitKind, PayeeKind};
use contracts::payment::v1::{BenefitNotice, NoticeLine};
use contracts::reflect::label_of;
use law::Month;
use rust_decimal::Decimal;

use super::yuan;

/// Art. 79, Art. 90. What was decided, from when on, who pays it to whom, and how to object.
#[must_use]
pub fn text(notice: &BenefitNotice) -> String {
    let mut text = format!(
        "{}（认定工伤决定书编号{}）的工伤待遇核定如下：",
        notice.name, notice.recognition_number
    );
    for (at, line) in (1..).zip(&notice.lines) {
        text.push_str(&format!("{at}. {}", sentence(line, &notice.name)));
    }
    text.push_str(&format!(
        "对核定金额有异议的，可以按照《工伤保险经办规程》第九十条向本经办机构申请复核（{}）；也可以依照《工伤保险条例》第五十五条依法申请行政复议，或者向人民法院提起行政诉讼。",
        objection(&notice.lines)
    ));
    text
}

fn sentence(line: &NoticeLine, name: &str) -> String {
    let kind = label("BenefitKind", line.kind);
    let payer = label("Payer", line.payer);
    let to = match (line.payee(), line.payee_name.as_str()) {
        (PayeeKind::Person, _) => name.to_owned(),
        (_, "") => label("PayeeKind", line.payee),
        (_, own) => own.to_owned(),
    };
    let amount = yuan(line.amount.as_ref());
    let shown = Money::from(amount.abs());
    let basis = basis(line);
    match (month(line.from_month), month(line.until_month)) {
        (Some(from), _) if amount.is_zero() => {
            format!("{kind}自{from}起不再由{payer}支付给{to}。")
        }
        (Some(from), Some(until)) => {
            format!("{kind}每月{shown}元，自{from}至{until}，由{payer}支付给{to}{basis}。")
        }
        (Some(from), None) => {
            format!("{kind}每月{shown}元，自{from}起，由{payer}支付给{to}{basis}。")
        }
        (None, _) if amount < Decimal::ZERO => {
            format!(
                "{kind}经复核减少{shown}元，原由{payer}支付给{to}，多付的从应付金额中抵扣，不足的应当退还。"
            )
        }
        (None, _) if line.is_difference => {
            format!("{kind}经复核增加{shown}元，由{payer}一次性支付给{to}。")
        }
        (None, _) => format!("{kind}{shown}元，由{payer}一次性支付给{to}{basis}。"),
    }
}

/// Art. 79, Art. 87. What an amount was decided by (grade, degree or relation, own wage, months), and by which document it has
/// become another since; nothing where none of it is known.
fn basis(line: &NoticeLine) -> String {
    let rests_on = line.rests_on.iter();
    let mut parts: Vec<String> = rests_on
        .map(|one| format!("{}{}", one.label, one.value))
        .collect();
    let of = line.adjusts_by.clone().unwrap_or_default();
    if of.disability_grade > 0 && parts.is_empty() {
        parts.push(format!("伤残等级{}级", of.disability_grade));
    }
    if of.nursing_grade != 0 {
        parts.push(label("NursingGrade", of.nursing_grade));
    }
    if of.relation != 0 {
        parts.push(label("SurvivorRelation", of.relation));
    }
    if let (Some(decided), Some(since)) = (&of.decided, month(of.adjusted_month)) {
        let decided = Money::from(yuan(Some(decided)));
        let by = match of.document_number.as_str() {
            "" => String::new(),
            number => format!("按{number}"),
        };
        parts.push(format!("原核定每月{decided}元，自{since}起{by}调整"));
    }
    match parts.is_empty() {
        true => String::new(),
        false => format!("（{}）", parts.join("，")),
    }
}

fn month(wire: Option<contracts::Month>) -> Option<Month> {
    wire.and_then(|one| Month::try_from(one).ok())
}

/// The forms on which what is on a notice is objected to.
fn objection(lines: &[NoticeLine]) -> String {
    let form = |line: &NoticeLine| match line.kind() {
        BenefitKind::Medical
        | BenefitKind::Rehabilitation
        | BenefitKind::Meals
        | BenefitKind::Travel
        | BenefitKind::Lodging => "表90-A",
        BenefitKind::Device => "表90-C",
        _ => "表90-E",
    };
    let mut forms: Vec<&str> = lines.iter().map(form).collect();
    forms.sort_unstable();
    forms.dedup();
    forms.join("、")
}

fn label(of: &str, value: i32) -> String {
    label_of(&format!("workinjury.benefit_review.v1.{of}"), value)
}
