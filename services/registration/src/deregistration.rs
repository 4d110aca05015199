//! Section 3, deregistration (注销登记): employers that end on their own application (Art. 14, with the
//! papers of Art. 15), or by force when their licence has ended and their certificate has not been
//! verified for two years. Nobody ends with contributions or late fees open on an application, and the
//! staff is kept apart from then on (Art. 16).

pub mod cases;
pub mod rpc;
pub mod rules;
pub mod store;

use chassis::{Error, Result, Unit};
use contracts::Refused;
use contracts::common::v1::Refusal as CommonRefusal;
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    CertificateState, CertificateVoided, DeregistrationGround, EmployerDeregistered, EnrolmentEnd,
};
use time::Date;
use uuid::Uuid;

use crate::employer::store as employers;
use crate::enrolment::roster::tell_end;
use crate::events::tell;
use crate::{certificate, exchange};
use chassis::wire::count;

/// An employer that ends, as it was decided.
pub struct Ending<'a> {
    /// The employer's number.
    pub employer_id: &'a str,
    /// Its name.
    pub name: &'a str,
    /// Why.
    pub ground: DeregistrationGround,
    /// Last day of insurance.
    pub ends_on: Date,
    /// By the agency, and not on application.
    pub forced: bool,
    /// What the ground rests on.
    pub document: Document<'a>,
    /// Who takes over; empty when nobody does.
    pub successor_employer_id: &'a str,
    /// How many enrolments the signers saw end.
    pub enrolments_to_end: u32,
}

/// The notice, judgment or approval that a deregistration rests on.
pub struct Document<'a> {
    /// Its number.
    pub number: &'a str,
    /// Empty where the form does not ask.
    pub issuer: &'a str,
    /// None where the form does not ask.
    pub issued_on: Option<Date>,
}

/// Art. 16, Art. 19. Ends an employer's taking part: its enrolments end and its staff is kept apart,
/// its certificate is stamped void and awaited in no round, and all is told.
///
/// # Errors
/// A refusal when staff joined or left since the decision was computed; a conflict when the employer
/// ended meanwhile.
pub async fn end(unit: &mut Unit, case_id: Uuid, ending: &Ending<'_>) -> Result<()> {
    let (area, today, id) = (unit.area().to_owned(), unit.today(), ending.employer_id);
    if !employers::deregister(unit.db(), &area, id, ending.ends_on).await? {
        return Err(Error::Conflict(
            "the employer was deregistered meanwhile".to_owned(),
        ));
    }
    let ended = store::end_enrolments(unit.db(), &area, id, ending.ends_on, case_id).await?;
    if count(ended.len()) != ending.enrolments_to_end {
        return Err(Refused::because(CommonRefusal::FactsChanged).into());
    }
    store::separate(unit.db(), &area, id, ending.ends_on, case_id).await?;
    let reason = EnrolmentEnd::EmployerDeregistered;
    unit.tell_all(ended.iter().map(|row| tell_end(row, reason)))
        .await?;

    let void = CertificateState::Void;
    if let Some(certificate_number) =
        certificate::store::end_valid(unit.db(), &area, id, void, today).await?
    {
        let voided = CertificateVoided {
            employer_id: id.to_owned(),
            certificate_number,
            voided_on: Some(today.into()),
        };
        tell(unit, id, What::CertificateVoided(voided)).await?;
    }
    certificate::rounds::store::end_awaited(unit.db(), &area, id).await?;
    store::insert(unit.db(), &area, case_id, ending, today).await?;
    let told = EmployerDeregistered {
        employer_id: id.to_owned(),
        name: ending.name.to_owned(),
        ground: ending.ground as i32,
        ended_on: Some(ending.ends_on.into()),
        forced: ending.forced,
        successor_employer_id: ending.successor_employer_id.to_owned(),
        case_id: case_id.to_string(),
    };
    tell(unit, id, What::EmployerDeregistered(told)).await?;
    exchange::settle_by_end(unit, id).await
}
