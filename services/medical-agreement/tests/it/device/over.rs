//! Devices of an institution that does not fit for the fund any more, or cannot deliver.

use contracts::medical_agreement::v1::{AgreementEnd, AgreementEndForm, SuspensionForm};
use tonic::Status;

use super::*;

/// Institution 1 records that it fitted a leg on a day.
async fn fit(town: &Town, approval: &Approval, day: Date) -> Result<(), Status> {
    let own = party(Caller::Institution, &institution_id(1));
    let mut devices = DeviceServiceClient::new(town.service.connect(&own).await);
    let request = RecordFittingRequest {
        fitted_on: on(day),
        ..fitting(approval, &format!("JZ-{day}"))
    };
    devices.record_fitting(request).await.map(drop)
}

/// Three legs, which the committee confirmed, approved at institution 1.
async fn legs(town: &Town, person: &Person) -> Approval {
    let form = asking(person, confirmed(LEG, 3), 3, date!(2026 - 10 - 20));
    let approved = town.service.approve(&handler(), &form, PAPERS).await;
    approved.unwrap();
    town.approvals(person).await.remove(0)
}

// Art. 40, Art. 50
#[tokio::test]
async fn what_was_approved_before_an_agreement_ends_is_fitted_until_the_day_for_patients_in_hand() {
    let (town, person) = town().await;
    let approval = legs(&town, &person).await;
    let end = AgreementEndForm {
        institution_id: institution_id(1),
        kind: InstitutionKind::Device as i32,
        end: AgreementEnd::Mutual as i32,
        ends_on: on(date!(2026 - 11 - 10)),
        ground: "双方协商一致".to_owned(),
        care_until_on: on(date!(2026 - 11 - 30)),
        ..AgreementEndForm::default()
    };
    let ended = town.service.approve(&handler(), &end, PAPERS).await;
    ended.unwrap();
    town.service.clock().set(datetime!(2026-12-01 09:00 +8));
    for day in [date!(2026 - 11 - 10), date!(2026 - 11 - 30)] {
        fit(&town, &approval, day).await.unwrap();
    }
    let late = fit(&town, &approval, date!(2026 - 12 - 01)).await;
    assert_eq!(reason(&late.unwrap_err()), "FITTED_WITHOUT_AGREEMENT");
}

// Art. 50
#[tokio::test]
async fn an_agreement_that_ends_without_care_ends_the_fittings_with_it() {
    let (town, person) = town().await;
    let approval = legs(&town, &person).await;
    let end = AgreementEndForm {
        institution_id: institution_id(1),
        kind: InstitutionKind::Device as i32,
        end: AgreementEnd::Mutual as i32,
        ends_on: on(date!(2026 - 11 - 10)),
        ground: "双方协商一致".to_owned(),
        ..AgreementEndForm::default()
    };
    let ended = town.service.approve(&handler(), &end, PAPERS).await;
    ended.unwrap();
    town.service.clock().set(datetime!(2026-11-11 09:00 +8));
    fit(&town, &approval, date!(2026 - 11 - 10)).await.unwrap();
    let late = fit(&town, &approval, date!(2026 - 11 - 11)).await;
    assert_eq!(reason(&late.unwrap_err()), "FITTED_WITHOUT_AGREEMENT");
}

// Art. 40, Art. 50
#[tokio::test]
async fn a_suspended_institution_fits_what_was_approved_before_and_nothing_else_is_approved_there()
{
    let (town, person) = town().await;
    let approval = legs(&town, &person).await;
    let suspended = SuspensionForm {
        institution_id: institution_id(1),
        from_on: on(date!(2026 - 11 - 03)),
        ground: "以次充好".to_owned(),
        ..SuspensionForm::default()
    };
    let told = town.service.approve(&handler(), &suspended, &[]).await;
    told.unwrap();
    town.service.clock().set(datetime!(2026-11-04 09:00 +8));
    fit(&town, &approval, date!(2026 - 11 - 04)).await.unwrap();
    let other = town.insure(2).await;
    let form = asking(&other, confirmed(LEG, 1), 1, date!(2026 - 10 - 20));
    assert_eq!(refused(&town, &form).await.0, "INSTITUTION_SUSPENDED");
}
