//! Who bears a benefit where the employer had not insured, or was in arrears, on the day of the injury.

use contracts::benefit_review::v1::{BenefitKind, Eligibility, Payer};
use law::worksheet::Line;

use crate::benefit::rules::Award;

/// What falls on the employer that had not insured.
const BY_EMPLOYER: &str =
    "受伤害时未参加工伤保险或者欠缴工伤保险费，由用人单位支付（工伤保险条例第六十二条第二款）";

/// What arises after it has insured and paid.
const NEWLY_ARISEN: &str = "用人单位参加工伤保险并补缴后新发生的费用，由工伤保险基金支付（工伤保险条例第六十二条第三款、人社部发〔2016〕29号第三条）";

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
