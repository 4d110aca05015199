//! Rules on the rows of a roster (form 2-2).

use contracts::Refused;
use contracts::registration::v1::{
    ContractType, EnrolmentEnd, IdentityKind, Refusal, Sex, StaffChangeKind, StaffChangeRow,
};
use law::{Month, calendar};
use rust_decimal::Decimal;
use time::Date;

use crate::person::rules::{self as papers, Holder, Stated};
use crate::wire::maybe_day;

/// The age from which an employer may hire.
const WORKING_AGE: i32 = 16;

/// A row that is complete in itself: who, what and since when.
#[derive(Clone, Debug)]
pub struct Report {
    /// Who joins or leaves.
    pub holder: Holder,
    /// As on the paper.
    pub name: String,
    /// Joining or leaving.
    pub change: Change,
    /// First day of work, or last day of the relation, or the day of death.
    pub effective_on: Date,
    /// Number of the paper that proves it.
    pub evidence_number: String,
}

/// Joining or leaving.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Change {
    /// Is hired.
    Join(Hire),
    /// The relation ends.
    Leave(EnrolmentEnd),
}

/// What a hire is on.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Hire {
    /// Besides another labour relation.
    pub concurrent: bool,
    /// What the relation rests on.
    pub contract_type: ContractType,
    /// None where the contract states no end.
    pub contract_ends_on: Option<Date>,
    /// Yuan a month.
    pub wage: Decimal,
}

/// Art. 8, Art. 12, Art. 150. What a row reports, if it is complete and agrees with itself.
///
/// # Errors
/// What is missing or contradictory.
pub fn report(row: &StaffChangeRow, today: Date) -> Result<Report, Refused> {
    let effective_on = maybe_day(row.effective_on).unwrap_or(Date::MAX);
    if effective_on > today {
        return Err(Refused::because(Refusal::HiredInFuture).with("effective_on", effective_on));
    }
    let paper = papers::paper(row.identity_kind(), &row.identity_number)?;
    let leaving = match row.kind() {
        StaffChangeKind::End => Some(EnrolmentEnd::RelationEnded),
        StaffChangeKind::Retirement => Some(EnrolmentEnd::Retirement),
        StaffChangeKind::Death => Some(EnrolmentEnd::Death),
        StaffChangeKind::Other => Some(EnrolmentEnd::Other),
        StaffChangeKind::Hire | StaffChangeKind::ConcurrentHire | StaffChangeKind::Unspecified => None,
    };
    let (holder, change) = match leaving {
        Some(EnrolmentEnd::Other) if row.remark.is_empty() => {
            return Err(Refused::because(Refusal::RemarkMissing));
        }
        Some(end) => (leaver(paper, row), Change::Leave(end)),
        None => {
            let stated = Stated {
                sex: row.sex(),
                born_on: maybe_day(row.born_on),
                nationality: &row.nationality,
            };
            let holder = papers::holder(paper, &stated)?;
            if calendar::age_on(holder.born_on, effective_on) < WORKING_AGE {
                return Err(Refused::because(Refusal::TooYoung).with("effective_on", effective_on));
            }
            (holder, Change::Join(hire(row, effective_on)?))
        }
    };
    let evidence_number = row.evidence_number.clone();
    Ok(Report { holder, name: row.name.clone(), change, effective_on, evidence_number })
}

/// Of who leaves only the paper counts: the register knows the rest.
fn leaver(paper: papers::Paper, row: &StaffChangeRow) -> Holder {
    let nationality = row.nationality.clone();
    Holder { paper, sex: Sex::Unspecified, born_on: Date::MIN, nationality }
}

fn hire(row: &StaffChangeRow, effective_on: Date) -> Result<Hire, Refused> {
    let missing = || Refused::because(Refusal::HireFactsMissing);
    let wage = row.wage.as_ref().and_then(|wage| wage.decimal().ok()).ok_or_else(missing)?;
    let contract_type = row.contract_type();
    if contract_type == ContractType::Unspecified {
        return Err(missing());
    }
    let contract_ends_on = maybe_day(row.contract_ends_on);
    if let Some(ends_on) = contract_ends_on
        && ends_on < effective_on
    {
        return Err(Refused::because(Refusal::ContractEndsBeforeStart)
            .with("contract_ends_on", ends_on)
            .with("effective_on", effective_on));
    }
    let concurrent = row.kind() == StaffChangeKind::ConcurrentHire;
    let beside = matches!(
        contract_type,
        ContractType::LabourAgreement | ContractType::DeFacto | ContractType::PartTime
    );
    if concurrent && !beside {
        return Err(Refused::because(Refusal::ContractType));
    }
    Ok(Hire { concurrent, contract_type, contract_ends_on, wage })
}

/// Art. 150. Is the row about a foreigner?
#[must_use]
pub fn is_foreigner(row: &StaffChangeRow) -> bool {
    row.identity_kind() != IdentityKind::CitizenId
}

/// Art. 10. The month whose declaration who is enrolled on `today` enters: this one while its window
/// is open, up to and including day `due_day`, the next one after that.
#[must_use]
pub fn declared_month(today: Date, due_day: i64) -> Month {
    let month = Month::of(today);
    if i64::from(today.day()) <= due_day { month } else { month.next() }
}
