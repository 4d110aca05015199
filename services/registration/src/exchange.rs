//! What others tell (信息沟通): registration authorities (Art. 5) and public security (Art. 6), one
//! notice after the other, and anybody in whole lists; and how it agrees with what is registered
//! (Art. 125).

pub mod authority;
pub mod batches;
pub mod list;
pub mod resident;
pub mod rpc;
pub mod rules;
pub mod store;

use std::collections::HashSet;

use chassis::{Error, Finding, Result, Unit};
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    Difference, DifferenceFound, DifferenceKind, DifferenceSettled, DifferenceState, Employer,
    EmployerFacts, Refusal, RegistrationEvent,
};
use contracts::{Refused, reflect};
use uuid::Uuid;

use store::{DifferenceRow, Found, Settling};

/// Art. 5, Art. 125. On what an application and the last notice of the registration authority about
/// the employer disagree, in Chinese, for the reviewer.
///
/// # Errors
/// When the database cannot be reached.
pub async fn disagreements(unit: &mut Unit, facts: &EmployerFacts) -> Result<Vec<String>> {
    let area = unit.area().to_owned();
    let Some(notice) = authority::store::last(unit.db(), &area, facts).await? else {
        return Ok(Vec::new());
    };
    let kind = |kind| reflect::label_of("workinjury.registration.v1.DifferenceKind", kind as i32);
    Ok(rules::facts::of_notice(facts, &notice)
        .into_iter()
        .map(|point| {
            let (kind, stated, told) = (kind(point.kind), point.registered, point.told);
            format!("{kind}：申报“{stated}”，通报“{told}”")
        })
        .collect())
}

/// Art. 125. Keeps the differences that were found and are not open already, and tells them; answers
/// how many.
///
/// # Errors
/// When the database cannot be reached.
pub async fn find(unit: &mut Unit, found: &[Found]) -> Result<usize> {
    let mut seen = HashSet::new();
    let found: Vec<&Found> = found
        .iter()
        .filter(|found| {
            let about = (&found.employer_id, found.person_id, &found.code);
            seen.insert((found.kind, about, &found.told))
        })
        .collect();
    if found.is_empty() {
        return Ok(0);
    }
    let (area, today) = (unit.area().to_owned(), unit.today());
    let kept = store::insert_differences(unit.db(), &area, &found, today).await?;
    let many = kept.len();
    unit.tell_all(kept.into_iter().map(|row| {
        let found = DifferenceFound {
            difference: Some(row.clone().into()),
        };
        (
            row.key(),
            RegistrationEvent {
                what: Some(What::DifferenceFound(found)),
            },
        )
    }))
    .await?;
    Ok(many)
}

/// Art. 125. Settles the open differences that an employer's registration or change did away with,
/// and tells it; `settlement` says what did.
///
/// # Errors
/// When the database cannot be reached.
pub async fn settle_by_register(
    unit: &mut Unit,
    employer: &Employer,
    settlement: &str,
) -> Result<()> {
    let (area, settling) = (unit.area().to_owned(), Settling::now(unit, settlement));
    let settled = store::settle_agreeing(unit.db(), &area, employer, &settling).await?;
    tell_settled(unit, settled).await
}

/// Art. 125. Settles every open difference about an employer that was deregistered, and tells it.
///
/// # Errors
/// When the database cannot be reached.
pub async fn settle_by_end(unit: &mut Unit, employer_id: &str) -> Result<()> {
    let (area, settling) = (
        unit.area().to_owned(),
        Settling::now(unit, "已办理注销登记"),
    );
    let all = (employer_id, None);
    let settled = store::settle_of_employer(unit.db(), &area, all, &settling).await?;
    tell_settled(unit, settled).await
}

/// Art. 12, Art. 13, Art. 125. Settles the open differences of a kind about persons (and an employer, where
/// they are about one) that what was registered now did away with, and tells it; `settlement` says what did.
///
/// # Errors
/// When the database cannot be reached.
pub async fn settle_of_persons(
    unit: &mut Unit,
    employer_id: &str,
    (kind, persons): (DifferenceKind, &[Uuid]),
    settlement: &str,
) -> Result<()> {
    if persons.is_empty() {
        return Ok(());
    }
    let (area, settling) = (unit.area().to_owned(), Settling::now(unit, settlement));
    let of = (employer_id, Some((kind, persons)));
    let settled = store::settle_of_employer(unit.db(), &area, of, &settling).await?;
    tell_settled(unit, settled).await
}

/// Art. 125. Settles one difference that was looked into.
///
/// # Errors
/// When there is none, and the refusal when it was settled before.
pub async fn settle(unit: &mut Unit, difference_id: Uuid, settlement: &str) -> Result<Difference> {
    let (area, settling) = (unit.area().to_owned(), Settling::now(unit, settlement));
    let before = store::difference(unit.db(), &area, difference_id)
        .await?
        .ok_or_else(|| Error::not_found("差异", difference_id))?;
    if before.state == DifferenceState::Settled as i32 {
        return Err(Refused::because(Refusal::DifferenceSettled)
            .with("settlement", before.settlement)
            .into());
    }
    let settled = store::settle(unit.db(), &area, difference_id, &settling).await?;
    tell_settled(unit, vec![settled.clone()]).await?;
    Ok(settled.into())
}

async fn tell_settled(unit: &mut Unit, settled: Vec<DifferenceRow>) -> Result<()> {
    unit.tell_all(settled.into_iter().map(|row| {
        let settled = DifferenceSettled {
            difference: Some(row.clone().into()),
        };
        (
            row.key(),
            RegistrationEvent {
                what: Some(What::DifferenceSettled(settled)),
            },
        )
    }))
    .await
}

/// A notice whose number came before: the same one again changes nothing, another one is refused.
fn repeat(row: i64, notice_number: &str, same: bool) -> Finding {
    let reason = Refused::because(Refusal::NoticeRepeated)
        .about("通报编号")
        .with("notice_number", notice_number);
    if same {
        Finding::remark(row, reason)
    } else {
        Finding::refused(row, reason)
    }
}
