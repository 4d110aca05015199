//! What a relative is due for the months before it was told that she or he had been forgotten (Art. 72, Art. 80).

use contracts::benefit_review::v1::{BenefitKind, Payer};
use contracts::common::v1::WorksheetLine;
use law::{Line, Month};
use rust_decimal::Decimal;

use super::Pension;
use crate::benefit::rules::{Award, OwnWage};

/// Months that follow one another, in which the others were awarded the same.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Stretch {
    /// The first of them.
    pub from: Month,
    /// The last of them.
    pub until: Month,
    /// Yuan a month that the others were awarded together.
    pub others: Decimal,
    /// Yuan a month that are made up.
    pub made_up: Decimal,
}

/// 工伤保险条例 and the procedure are silent on a relative who was forgotten. The right began with the death (Art. 80), and all
/// together have no more than the own wage (条例第三十九条第一款第二项). The others have had their months in good faith and by a
/// decision: nothing is taken from them, and what they left of the own wage is made up, at most the own pension.
#[must_use]
pub fn stretches(
    own: Decimal,
    wage: OwnWage,
    months: impl IntoIterator<Item = (Month, Decimal)>,
) -> Vec<Stretch> {
    let mut all: Vec<Stretch> = Vec::new();
    for (month, others) in months {
        match all.last_mut() {
            Some(last) if last.others == others => last.until = month,
            _ => all.push(Stretch {
                from: month,
                until: month,
                others,
                made_up: (wage.exact().whole_fen() - others).clamp(Decimal::ZERO, own),
            }),
        }
    }
    all
}

/// Art. 72. What is made up for a stretch, by the own pension alone; none where the others have had the whole own wage.
#[must_use]
pub fn made_up(own: &Pension, stretch: Stretch) -> Option<Award> {
    let mut worksheet = own.worksheet.clone();
    let why = match stretch.made_up == worksheet.value {
        true => "与其他供养亲属的抚恤金之和不高于本人工资，其他供养亲属没有因遗漏而多领，全额补发",
        false => "本人工资 − 其他供养亲属的抚恤金之和，低于补报的供养亲属应得的数额",
    };
    let lines = [
        (
            "其他供养亲属的抚恤金之和（每月）",
            stretch.others,
            "已经按原核定支付，不追回",
        ),
        ("补发的抚恤金（每月）", stretch.made_up, why),
    ];
    worksheet
        .lines
        .extend(lines.map(|(label, yuan, source)| Line {
            label: label.into(),
            value: law::money::format_yuan(yuan).into(),
            source: source.into(),
        }));
    worksheet.value = stretch.made_up;
    (!stretch.made_up.is_zero()).then_some(Award {
        kind: BenefitKind::SurvivorPension,
        payer: Payer::Fund,
        survivor: Some(own.survivor),
        from: Some(stretch.from),
        until: Some(stretch.until),
        worksheet,
    })
}

/// What the worksheet of a forgotten relative's pension says of the months before it.
#[must_use]
pub fn note(own: Decimal, first: Month, stretches: &[Stretch]) -> WorksheetLine {
    let all = stretches.iter().all(|one| one.made_up == own);
    let none = stretches.iter().all(|one| one.made_up.is_zero());
    let source = match (all, none) {
        (true, _) => "此前各月与其他供养亲属的抚恤金之和不高于本人工资，全额补发",
        (_, true) => "此前各月的抚恤金已经按原核定支付给其他供养亲属，不追回，也不补发",
        _ => {
            "此前各月的抚恤金已经按原核定支付给其他供养亲属，不追回；本人工资有剩余的，在剩余的数额内补发"
        }
    };
    WorksheetLine {
        label: "补报遗漏的供养亲属".to_owned(),
        value: format!(
            "符合条件的供养亲属自{first}起享受抚恤金，补报的自申报次月起与其他供养亲属一并核算"
        ),
        source: source.to_owned(),
    }
}
