//! Patients in hand of agreements that end, beside the open stays that benefit-review knows.

use std::collections::HashSet;

use chassis::{Result, Unit};
use contracts::benefit_review::v1::{Encounter, EncounterKind};
use contracts::medical_agreement::v1::{
    InstitutionKind, ListUnlistedPatientsRequest, ListUnlistedPatientsResponse, UnlistedPatient,
};
use contracts::options::v1::Caller;

use super::super::store;
use crate::peers;

/// Art. 40. Who has an open stay and is on no list; nobody where no agreement of the institution ends.
///
/// # Errors
/// When benefit-review does not answer.
pub async fn unlisted(
    unit: &mut Unit,
    asked: &ListUnlistedPatientsRequest,
) -> Result<ListUnlistedPatientsResponse> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let institution_id = match unit.actor().caller {
        Caller::Institution => unit.actor().party.clone(),
        _ => asked.institution_id.clone(),
    };
    let of = (institution_id.as_str(), asked.kind());
    let Some(row) = store::ending(unit.db(), &area, of, today).await? else {
        return Ok(ListUnlistedPatientsResponse::default());
    };
    let listed = store::patients(unit.db(), &area, &[row.agreement_id]).await?;
    let listed: HashSet<String> = listed.into_iter().map(|(_, one)| one.person_id).collect();
    let page = (asked.page_size, asked.page_token.as_str());
    let bills = peers::open_bills(unit, &institution_id, page).await?;
    let stays = bills.encounters.into_iter().filter(|bill| {
        let admitted_on = bill.admission.as_ref().and_then(|told| told.admitted_on);
        let admitted_on = contracts::maybe_day(admitted_on);
        stays_under(bill) == Some(asked.kind())
            && admitted_on.is_some_and(|admitted_on| admitted_on <= row.ends_on)
            && !listed.contains(&bill.person_id)
    });
    Ok(ListUnlistedPatientsResponse {
        patients: stays.map(shown).collect(),
        next_page_token: bills.next_page_token,
    })
}

/// The kind of agreement under which a stay is; none of a visit.
fn stays_under(bill: &Encounter) -> Option<InstitutionKind> {
    match bill.admission.as_ref()?.kind() {
        EncounterKind::Inpatient => Some(InstitutionKind::Medical),
        EncounterKind::Rehabilitation => Some(InstitutionKind::Rehabilitation),
        _ => None,
    }
}

fn shown(bill: Encounter) -> UnlistedPatient {
    let told = bill.admission.unwrap_or_default();
    UnlistedPatient {
        person_id: bill.person_id,
        name: told.name,
        admitted_on: told.admitted_on,
        encounter_id: bill.encounter_id,
    }
}
