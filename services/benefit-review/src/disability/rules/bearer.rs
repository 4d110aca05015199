//! Who bears a benefit where the employer had not insured, or was in arrears, on the day of the injury.

use contracts::benefit_review::v1::{BenefitKind, Eligibility, Payer};
use law::Month;
use law::worksheet::Line;
use time::Date;

use crate::benefit::rules::Award;

/// What falls on the employer that had not insured.
const BY_EMPLOYER: &str =
    "受伤害时未参加工伤保险或者欠缴工伤保险费，由用人单位支付（工伤保险条例第六十二条第二款）";

/// What arises after it has insured and paid.
const NEWLY_ARISEN: &str = "用人单位参加工伤保险并补缴后新发生的费用，由工伤保险基金支付（工伤保险条例第六十二条第三款、人社部发〔2016〕29号第三条）";

/// What arose before a late application for recognition was accepted.
const BEFORE_ACCEPTANCE: &str = "用人单位逾期申请工伤认定，受理申请前的待遇由用人单位支付（工伤保险条例第十七条第四款、工伤保险经办规程第五十八条）";

/// Art. 58. What of an award of the fund is the employer's, since it applied for recognition too late and it is of before the
/// application was accepted on `accepted_on`: of what is paid by the month the months before that one, with the last
/// of them, and of what is paid once all, where it arose by `on` before that day. The second is what is left.
#[must_use]
pub fn split(
    award: Award,
    accepted_on: Date,
    on: Date,
) -> (Option<(Award, Option<Month>)>, Option<Award>) {
    if award.payer == Payer::Employer {
        return (None, Some(award));
    }
    let accepted = Month::of(accepted_on);
    let (late, rest, until) = match award.from {
        Some(from) if from < accepted => {
            let rest = Award {
                from: Some(accepted),
                ..award.clone()
            };
            (award, Some(rest), Some(accepted.previous()))
        }
        None if on < accepted_on => (award, None, None),
        _ => return (None, Some(award)),
    };
    let mut late = Award {
        payer: Payer::Employer,
        ..late
    };
    late.worksheet.lines.push(Line {
        label: "承担方".into(),
        value: "用人单位".into(),
        source: BEFORE_ACCEPTANCE.into(),
    });
    (Some((late, until)), rest)
}

/// Whether it matters that the employer has insured and paid by the day from which an award arises: of what the fund would
/// bear, but for the lump sum, which arose with the injury.
#[must_use]
pub fn depends(award: &Award, eligibility: Eligibility) -> bool {
    eligibility != Eligibility::Eligible
        && award.payer == Payer::Fund
        && award.kind != BenefitKind::LumpSumDisability
}

/// 工伤保险条例第六十二条第三款, 人社部发〔2016〕29号第三条. Who bears an award, with a line that says why where the injury is
/// not the fund's; `newly` where the employer has insured and paid by then.
#[must_use]
pub fn borne(award: Award, eligibility: Eligibility, newly: bool) -> Award {
    if eligibility == Eligibility::Eligible || award.payer == Payer::Employer {
        return award;
    }
    let (payer, bearer, source) = match newly && depends(&award, eligibility) {
        true => (Payer::Fund, "工伤保险基金", NEWLY_ARISEN),
        false => (Payer::Employer, "用人单位", BY_EMPLOYER),
    };
    let mut award = Award { payer, ..award };
    award.worksheet.lines.push(Line {
        label: "承担方".into(),
        value: bearer.into(),
        source: source.into(),
    });
    award
}
