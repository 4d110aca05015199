//! Section 5, death benefits (工亡待遇审核): what those who are left behind are due (Art. 69 to Art. 72).

pub mod cases;
pub mod rules;
pub mod runs;

use chassis::wire::{day, maybe_day, uuid, yuan};
use chassis::{Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{
    Award, Eligibility, Injury, Payer, Recognition, RecognitionOutcome, Refusal, RelationState,
};
use law::Month;
use rust_decimal::Decimal;
use time::Date;

use crate::benefit::of_injury::Named;
use crate::eligible::{as_of_now, fund_pays_on};
use crate::injury::rules::falls_into;
use crate::injury::{concerns, overdue, registered, store};
use rules::Known;

/// Art. 69. The registered injury of which somebody died, and whose benefits were not settled once for all (Art. 59).
///
/// # Errors
/// When there is no such injury, it was revoked or settled, or the employer is another.
pub async fn injured(unit: &mut Unit, named: Named<'_>) -> Result<Injury> {
    let (area, person_id) = (unit.area().to_owned(), uuid(named.person_id)?);
    let number = named.recognition_number;
    let found = store::injury(unit.db(), &area, (person_id, number)).await?;
    if found.is_some_and(|injury| injury.revoked && injury.name == named.name) {
        let refused = Refused::because(Refusal::DeathRevoked);
        return Err(refused.with("recognition_number", number).into());
    }
    let injury = registered(unit, (named.person_id, named.name), number).await?;
    concerns(&injury, named.employer_id, unit.applied_on())?;
    if injury.relation() == RelationState::Settled {
        let from_on = day(injury.relation_from_on)?;
        let refused = Refused::because(Refusal::DeathSettled);
        return Err(refused.with("from_on", from_on).into());
    }
    as_of_now(unit, injury).await
}

/// What is registered of an injury that the case of a death is held against.
///
/// # Errors
/// When it cannot be read.
pub async fn known(unit: &mut Unit, injury: &Injury) -> Result<Known> {
    let area = unit.area().to_owned();
    let number = injury.recognition_number.as_str();
    let decided = store::recognition(unit.db(), &area, &[number]).await?;
    let of_injury = |one: &&Recognition| {
        one.person_id == injury.person_id && one.outcome() != RecognitionOutcome::Revoked
    };
    let recognised_on = decided.iter().find(of_injury);
    let recognised_on = recognised_on.and_then(|one| maybe_day(one.decided_on));
    let injury_id = uuid(&injury.injury_id)?;
    let appraised_on = store::first_appraised_on(unit.db(), &area, injury_id).await?;
    Ok(Known {
        injured_on: day(injury.happened_on)?,
        died_on: maybe_day(injury.died_on),
        recognised_on,
        stoppage: maybe_day(injury.stoppage_from_on).zip(maybe_day(injury.stoppage_until_on)),
        appraised_on,
        grade: injury.disability_grade,
    })
}

/// 工伤保险条例第十七条第四款、第六十二条第二款. Who bears what is paid once for a death on a day: the employer where it
/// had not insured or was in arrears when the injury happened, and what arises in the time of a late application.
fn bears_once(injury: &Injury, arises_on: Date) -> (Payer, &'static str) {
    if injury.eligibility() != Eligibility::Eligible {
        return (
            Payer::Employer,
            "受伤害时未参保或者欠缴，由用人单位支付（工伤保险条例第六十二条第二款）",
        );
    }
    if falls_into(overdue(injury), arises_on).is_some() {
        return (
            Payer::Employer,
            "用人单位逾期申请工伤认定期间发生（工伤保险条例第十七条第四款）",
        );
    }
    (
        Payer::Fund,
        "受伤害时已参保缴费（工伤保险条例第三十九条第一款）",
    )
}

/// 工伤保险条例第六十二条第三款. Who bears pensions from a month on, but for the months of a late application: the employer where it had not insured or was in
/// arrears when the injury happened, and the fund what arises after it has insured the deceased and paid. That is seen on
/// the day of the death, the last one of the insurance.
async fn bears_monthly(
    unit: &mut Unit,
    injury: &Injury,
    (died_on, from): (Option<Date>, Month),
) -> Result<(Payer, &'static str)> {
    let from_on = from.first_day();
    let on = died_on.map_or(from_on, |died_on| died_on.min(from_on));
    Ok(match injury.eligibility() {
        Eligibility::Eligible => (
            Payer::Fund,
            "受伤害时已参保缴费（工伤保险条例第三十九条第一款）",
        ),
        _ if fund_pays_on(unit, injury, on).await? => (
            Payer::Fund,
            "参保缴费后新发生的供养亲属抚恤金（人社部发〔2016〕29号第三条）",
        ),
        _ => (
            Payer::Employer,
            "受伤害时未参保或者欠缴，由用人单位支付（工伤保险条例第六十二条第二款）",
        ),
    })
}

/// Yuan a month of the fund and of the employer as they are decided from a month on: of what one bears for some months only,
/// what follows it counts, and nothing of what was over before.
fn monthly_sums(awards: &[Award], from: Month) -> Result<(Decimal, Decimal)> {
    let follows = |award: &Award, other: &Award| {
        award.person == other.person && award.from_month < other.from_month
    };
    let last = |award: &&Award| !awards.iter().any(|other| follows(award, other));
    let until = |award: &Award| award.until_month.and_then(|until| until.try_into().ok());
    let goes_on = |award: &&Award| until(award).is_none_or(|until: Month| until >= from);
    sums(awards.iter().filter(last).filter(goes_on))
}

/// Yuan of the fund and of the employer.
fn sums<'a>(awards: impl IntoIterator<Item = &'a Award>) -> Result<(Decimal, Decimal)> {
    let (mut fund, mut employer) = (Decimal::ZERO, Decimal::ZERO);
    for award in awards {
        let amount = yuan(award.amount.as_ref())?;
        match award.payer() {
            Payer::Employer => employer += amount,
            _ => fund += amount,
        }
    }
    Ok((fund, employer))
}
