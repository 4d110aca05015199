//! Section 6, injuries for which a third party is liable (涉及第三人的工伤待遇审核): the papers on what is compensated
//! (Art. 73), and what it is compared with (Art. 74).

pub mod cases;
pub mod rules;
pub mod store;

use std::collections::HashMap;

use chassis::wire::{uuid, yuan};
use chassis::{Result, Unit};
use contracts::benefit_review::v1::{
    Award, BenefitKind, CompensationItem, Injury, PayeeKind, Payer, ThirdPartyDecision,
};
use law::{Law, Sheet};
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::advance;
use crate::benefit::{self, Claim};
use crate::facts::Bill;
use rules::{Back, Beside, Settled};
use store::New;

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
    let settled = store::settled(unit.db(), &area, of, None).await?;
    Ok(rules::left(row.medical, settled.compensated, row.back()))
}

/// Art. 74. What is known of the compensation beside a bill of the injury; none before it was decided.
///
/// # Errors
/// When it cannot be read.
pub async fn beside(
    unit: &mut Unit,
    injury: &Injury,
    encounter_id: Uuid,
) -> Result<Option<Beside>> {
    let area = unit.area().to_owned();
    let Some(row) = store::last(unit.db(), &area, uuid(&injury.injury_id)?).await? else {
        return Ok(None);
    };
    let of = (uuid(&injury.person_id)?, injury.recognition_number.as_str());
    let others = store::settled(unit.db(), &area, of, Some(encounter_id)).await?;
    Ok(Some(Beside {
        medical: row.medical,
        others,
        back: row.back(),
    }))
}

/// Art. 74. The same of several bills, by bill.
///
/// # Errors
/// When it cannot be read.
pub async fn beside_each(
    unit: &mut Unit,
    bills: &[(Bill, Injury)],
) -> Result<HashMap<Uuid, Beside>> {
    let area = unit.area().to_owned();
    let ids = bills.iter().map(|(_, injury)| uuid(&injury.injury_id));
    let ids = ids.collect::<Result<Vec<_>>>()?;
    let decided = store::decided_of(unit.db(), &area, &ids).await?;
    let mut found = HashMap::new();
    for ((bill, injury), injury_id) in bills.iter().zip(ids) {
        if decided.contains(&injury_id) {
            let id = bill.row.encounter_id;
            let beside = beside(unit, injury, id).await?;
            found.extend(beside.map(|beside| (id, beside)));
        }
    }
    Ok(found)
}

/// Art. 74, Art. 77. Yuan of advanced bills that the person gives back to the fund by all decisions.
///
/// # Errors
/// When it cannot be read.
pub async fn of_advance(unit: &mut Unit, injury: &Injury) -> Result<Decimal> {
    let area = unit.area().to_owned();
    let decided = store::all(unit.db(), &area, uuid(&injury.injury_id)?).await?;
    decided.iter().map(sent).sum()
}

/// Yuan that a decision sends back to the fund for what it has advanced; forms of before say nothing of it.
fn sent(decision: &ThirdPartyDecision) -> Result<Decimal> {
    let sent = decision.advance_difference.as_ref();
    Ok(sent
        .map(|money| yuan(Some(money)))
        .transpose()?
        .unwrap_or_default())
}

/// Art. 74, Art. 77. What of the employer's part goes to the fund, which has advanced it.
async fn advanced(
    unit: &mut Unit,
    injury: &Injury,
    (back, settled, before): (Back, Settled, Back),
    sheet: &mut Sheet,
) -> Result<Decimal> {
    let area = unit.area().to_owned();
    let of = (uuid(&injury.person_id)?, injury.recognition_number.as_str());
    let entries = advance::store::entries_of_injury(unit.db(), &area, of).await?;
    let (advanced, direct) = advance::rules::of_bills(&entries);
    let known = (advanced, direct, of_advance(unit, injury).await?);
    Ok(rules::of_advance(back, (settled, before), known, sheet))
}

/// Art. 74, Art. 90. What the person gives back, or gets back, once bills of the injury have come to something else: form
/// 73-B as it is now; none where nothing changes.
///
/// # Errors
/// When it cannot be read.
pub async fn anew(
    unit: &mut Unit,
    injury: &Injury,
    settled: Settled,
) -> Result<Option<ThirdPartyDecision>> {
    let area = unit.area().to_owned();
    let Some(row) = store::last(unit.db(), &area, uuid(&injury.injury_id)?).await? else {
        return Ok(None);
    };
    let mut sheet = Sheet::new();
    let back = rules::compare(row.medical, settled, row.back(), &mut sheet);
    if back.is_none() {
        return Ok(None);
    }
    let of = (back, settled, row.back());
    let of_advance = advanced(unit, injury, of, &mut sheet).await?;
    let left = rules::left(row.medical, settled.compensated, row.back().with(back));
    let left = sheet.step("留待以后医疗费抵付", left, "医疗费赔偿 − 已抵付");
    Ok(Some(ThirdPartyDecision {
        sequence: row.sequence + 1,
        fund_difference: Some(back.fund.into()),
        employer_difference: Some((back.employer - of_advance).into()),
        advance_difference: Some(of_advance.into()),
        left: Some(left.into()),
        to_review: Vec::new(),
        worksheet: Some(sheet.result(back.fund).into()),
        ..row.decision()?
    }))
}

/// Art. 74. Keeps form 73-B, and tells what the person gives back or gets back.
///
/// # Errors
/// A conflict where the compensation was decided anew meanwhile.
pub async fn enter(
    unit: &mut Unit,
    case_id: Uuid,
    injury: &Injury,
    decision: &ThirdPartyDecision,
) -> Result<()> {
    let (area, injury_id) = (unit.area().to_owned(), uuid(&injury.injury_id)?);
    let last = store::last(unit.db(), &area, injury_id).await?;
    let taken = last.as_ref().map(store::Row::back).unwrap_or_default();
    let back = Back {
        fund: yuan(decision.fund_difference.as_ref())?,
        employer: yuan(decision.employer_difference.as_ref())?,
    };
    let new = New {
        injury_id,
        person_id: uuid(&injury.person_id)?,
        employer_id: benefit::employer(injury),
        case_id,
        medical: yuan(decision.medical.as_ref())?,
        back: taken.with(back).with(Back {
            fund: Decimal::ZERO,
            employer: sent(decision)?,
        }),
        decision,
    };
    store::insert(unit.db(), &area, new).await?;
    // The compensation went to the person, whoever was paid for the bills; what was advanced is booked beside it.
    let claim = Claim {
        injury,
        claim_id: case_id,
        payee: PayeeKind::Person,
        payee_id: &injury.person_id,
        is_difference: true,
    };
    let of_fund = claim.amount(BenefitKind::Medical, Payer::Fund, -back.fund);
    let of_employer = claim.amount(BenefitKind::Medical, Payer::Employer, -back.employer);
    let decided = of_fund.into_iter().chain(of_employer).collect();
    benefit::decide(unit, case_id, decided).await
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

/// Art. 74. Yuan of a third party's compensation that a claim for devices of the injury takes off, by the area's rule, where
/// others have taken some yuan of it; none where the papers of article 73 or the rule say nothing of it.
///
/// # Errors
/// When the area has no rule on it.
pub async fn of_devices(
    unit: &mut Unit,
    injury: &Injury,
    taken: Decimal,
    sheet: &mut Sheet,
) -> Result<Option<Decimal>> {
    let area = unit.area().to_owned();
    let Some(row) = store::last(unit.db(), &area, uuid(&injury.injury_id)?).await? else {
        return Ok(None);
    };
    let decision = row.decision()?;
    let compensated = rules::compensated(&decision.items, CompensationItem::Device);
    if compensated.is_zero() {
        return Ok(None);
    }
    let rule = unit.law(unit.applied_on()).await?;
    let rule = rule.text("third_party_offset.device")?;
    let of = (compensated, taken, decision.document_number.as_str());
    Ok(rules::of_devices(of, &rule, sheet))
}
