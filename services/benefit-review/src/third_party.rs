//! Section 6, injuries for which a third party is liable (涉及第三人的工伤待遇审核): the papers on what is compensated
//! (Art. 73), and what it is compared with (Art. 74).

pub mod cases;
pub mod rules;
pub mod store;

use chassis::wire::uuid;
use chassis::{Result, Unit};
use contracts::benefit_review::v1::{Award, Injury};
use law::Law;
use rust_decimal::Decimal;

/// Art. 74. Yuan of a third party's compensation of medical costs that no bill of the injury has taken yet.
///
/// # Errors
/// When it cannot be read.
pub async fn left(unit: &mut Unit, injury: &Injury) -> Result<Decimal> {
    let area = unit.area().to_owned();
    let Some(row) = store::last(unit.db(), &area, uuid(&injury.injury_id)?).await? else {
        return Ok(Decimal::ZERO);
    };
    let of = (uuid(&injury.person_id)?, injury.recognition_number.as_str());
    let settled = store::settled(unit.db(), &area, of).await?;
    Ok(rules::left(row.medical, settled.compensated, row.back()))
}

/// Art. 74. What is paid once of an injury, by the area's rule on what a third party has compensated.
///
/// # Errors
/// When the area has no rule on it.
pub async fn offset(unit: &mut Unit, injury: &Injury, awards: &mut [Award]) -> Result<()> {
    let area = unit.area().to_owned();
    let Some(row) = store::last(unit.db(), &area, uuid(&injury.injury_id)?).await? else {
        return Ok(());
    };
    let decision = row.decision()?;
    let law: Law = unit.law(unit.applied_on()).await?;
    for award in awards.iter_mut().filter(|award| !award.monthly) {
        let Some((item, entry)) = rules::counterpart(award.benefit()) else {
            continue;
        };
        let compensated = rules::compensated(&decision.items, item);
        if !compensated.is_zero() {
            let rule = law.text(&format!("third_party_offset.{entry}"))?;
            rules::offset(award, (item, compensated, &decision.document_number), &rule);
        }
    }
    Ok(())
}
