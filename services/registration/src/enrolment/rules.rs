//! Rules on the papers for applications and on the rows of a roster (form 2-2).

use contracts::Refused;
use contracts::common::v1::EvidenceKind;
use contracts::registration::v1::{
    ContractType, EmployerFacts, EmployerType, EnrolmentEnd, IdentityKind, Refusal, Sex,
    StaffChangeKind, StaffChangeRow,
};
use law::calendar::{self, Term};
use law::{Law, LawError, Month};
use rust_decimal::Decimal;
use time::Date;

use crate::person::rules::{self as papers, Holder, Stated};
use contracts::maybe_day;

/// The age from which an employer may hire.
const WORKING_AGE: i32 = 16;

/// Art. 9. An application is decided within the term, counted from the day on which it was taken in.
///
/// # Errors
/// When the law states no term for the date.
pub fn review_term(law: &Law) -> Result<Term, LawError> {
    let days = law.integer("review_days")?.value;
    Ok(Term::Days(u16::try_from(days).unwrap_or(u16::MAX)))
}

/// Art. 7. The papers that found an employer of this type; one of them is needed.
#[must_use]
pub fn founding_papers(employer: EmployerType) -> &'static [EvidenceKind] {
    match employer {
        EmployerType::Enterprise | EmployerType::SoleProprietor => &[EvidenceKind::BusinessLicence],
        EmployerType::PublicInstitution => &[EvidenceKind::PublicInstitutionCertificate],
        EmployerType::SocialOrganisation => &[EvidenceKind::SocialOrganisationCertificate],
        EmployerType::PrivateNonEnterprise => &[EvidenceKind::PrivateNonEnterpriseCertificate],
        EmployerType::ProfessionalFirm => &[
            EvidenceKind::BusinessLicence,
            EvidenceKind::FoundingApproval,
        ],
        EmployerType::Foundation
        | EmployerType::Government
        | EmployerType::Other
        | EmployerType::Unspecified => &[EvidenceKind::FoundingApproval],
    }
}

/// Art. 7, Art. 11. The papers for a registration or its change, each with what may stand in for it. The
/// organisation code certificate is part of a licence with a unified social credit code (国办发〔2015〕50号).
#[must_use]
pub fn registration_papers(facts: &EmployerFacts, insured_outside: bool) -> Vec<Vec<EvidenceKind>> {
    let mut papers = vec![founding_papers(facts.r#type()).to_vec()];
    if facts.credit_code.is_empty() {
        papers.push(vec![EvidenceKind::OrganisationCodeCertificate]);
    }
    if insured_outside {
        papers.push(vec![EvidenceKind::OutsideRegistrationCertificate]);
        papers.push(vec![EvidenceKind::OutsideContributionProof]);
    }
    papers
}

/// Art. 8, Art. 12, Art. 150. The papers for a roster with changes of these kinds and hires with these
/// papers: each kind of change and of person its own. Of foreigners, who holds a permanent residence card
/// needs no permit to work (《在中国境内就业的外国人参加社会保险暂行办法》第二条).
#[must_use]
pub fn roster_papers(kinds: &[StaffChangeKind], hired: &[IdentityKind]) -> Vec<EvidenceKind> {
    let identity: &[(IdentityKind, &[EvidenceKind])] = &[
        (IdentityKind::CitizenId, &[EvidenceKind::IdentityCard]),
        (
            IdentityKind::PermanentResidenceCard,
            &[EvidenceKind::PermanentResidenceCard],
        ),
        (
            IdentityKind::Passport,
            &[EvidenceKind::Passport, EvidenceKind::WorkPermit],
        ),
    ];
    let by_kind = [
        (StaffChangeKind::Hire, EvidenceKind::LabourContract),
        (
            StaffChangeKind::ConcurrentHire,
            EvidenceKind::LabourAgreement,
        ),
        (StaffChangeKind::End, EvidenceKind::RelationEndProof),
        (
            StaffChangeKind::Retirement,
            EvidenceKind::RetirementApproval,
        ),
        (StaffChangeKind::Death, EvidenceKind::DeathCertificate),
        (StaffChangeKind::Other, EvidenceKind::Other),
    ];
    let identity = identity
        .iter()
        .filter(|(kind, _)| hired.contains(kind))
        .flat_map(|(_, papers)| *papers);
    let changes = by_kind
        .iter()
        .filter(|(kind, _)| kinds.contains(kind))
        .map(|(_, paper)| paper);
    identity.chain(changes).copied().collect()
}

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
        return Err(Refused::because(Refusal::HiredInFuture)
            .about("变动日期")
            .with("effective_on", effective_on));
    }
    let paper = papers::paper(row.identity_kind(), &row.identity_number)?;
    let leaving = match row.kind() {
        StaffChangeKind::End => Some(EnrolmentEnd::RelationEnded),
        StaffChangeKind::Retirement => Some(EnrolmentEnd::Retirement),
        StaffChangeKind::Death => Some(EnrolmentEnd::Death),
        StaffChangeKind::Other => Some(EnrolmentEnd::Other),
        StaffChangeKind::Hire | StaffChangeKind::ConcurrentHire | StaffChangeKind::Unspecified => {
            None
        }
    };
    let (holder, change) = match leaving {
        Some(EnrolmentEnd::Other) if row.remark.is_empty() => {
            return Err(Refused::because(Refusal::RemarkMissing).about("备注"));
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
    Ok(Report {
        holder,
        name: row.name.clone(),
        change,
        effective_on,
        evidence_number,
    })
}

/// Of who leaves only the paper counts: the register knows the rest.
fn leaver(paper: papers::Paper, row: &StaffChangeRow) -> Holder {
    let nationality = row.nationality.clone();
    Holder {
        paper,
        sex: Sex::Unspecified,
        born_on: Date::MIN,
        nationality,
    }
}

fn hire(row: &StaffChangeRow, effective_on: Date) -> Result<Hire, Refused> {
    let missing = |label| Refused::because(Refusal::HireFactsMissing).about(label);
    let wage = row
        .wage
        .as_ref()
        .and_then(|wage| wage.decimal().ok())
        .ok_or_else(|| missing("月工资"))?;
    let contract_type = row.contract_type();
    if contract_type == ContractType::Unspecified {
        return Err(missing("用工形式"));
    }
    let contract_ends_on = maybe_day(row.contract_ends_on);
    if let Some(ends_on) = contract_ends_on
        && ends_on < effective_on
    {
        return Err(Refused::because(Refusal::ContractEndsBeforeStart)
            .about("合同到期日")
            .with("contract_ends_on", ends_on)
            .with("effective_on", effective_on));
    }
    let concurrent = row.kind() == StaffChangeKind::ConcurrentHire;
    let beside = matches!(
        contract_type,
        ContractType::LabourAgreement | ContractType::DeFacto | ContractType::PartTime
    );
    if concurrent && !beside {
        return Err(Refused::because(Refusal::ContractType).about("用工形式"));
    }
    Ok(Hire {
        concurrent,
        contract_type,
        contract_ends_on,
        wage,
    })
}

/// Art. 12. Is the row about somebody who is hired?
#[must_use]
pub fn is_hire(row: &StaffChangeRow) -> bool {
    matches!(
        row.kind(),
        StaffChangeKind::Hire | StaffChangeKind::ConcurrentHire
    )
}

/// Art. 10. The month whose declaration who is enrolled on `today` enters: this one while its window
/// is open, up to and including day `due_day`, the next one after that.
#[must_use]
pub fn declared_month(today: Date, due_day: i64) -> Month {
    let month = Month::of(today);
    if i64::from(today.day()) <= due_day {
        month
    } else {
        month.next()
    }
}
