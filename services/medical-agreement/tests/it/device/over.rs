//! Devices of an institution that does not fit for the fund any more, or cannot deliver.

use contracts::medical_agreement::v1::{
    AgreementEnd, AgreementEndForm, ApprovalEndForm, ApprovalEndReason, SuspensionForm,
};
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

// Art. 50
#[tokio::test]
async fn devices_that_cannot_be_delivered_are_given_up_and_applied_for_anew_elsewhere_at_once() {
    let (town, person) = town().await;
    sign(&town.service, 2, InstitutionKind::Device).await;
    let approval = legs(&town, &person).await;
    town.service.clock().set(datetime!(2026-11-05 09:00 +8));
    fit(&town, &approval, date!(2026 - 11 - 04)).await.unwrap();
    let anew = DeviceForm {
        treating_institution_id: institution_id(2),
        ..asking(&person, confirmed(LEG, 3), 2, date!(2026 - 10 - 20))
    };
    assert_eq!(refused(&town, &anew).await.0, "DEVICE_IN_USE");
    let give_up = ApprovalEndForm {
        person_id: person.person_id.clone(),
        approval_id: approval.approval_id.clone(),
        reason: ApprovalEndReason::NotDelivered as i32,
        until_on: on(date!(2026 - 11 - 04)),
        ..ApprovalEndForm::default()
    };
    // What was fitted stays approved.
    let too_early = ApprovalEndForm {
        until_on: on(date!(2026 - 11 - 03)),
        ..give_up.clone()
    };
    let own = party(Caller::Person, &person.person_id);
    let early = town.service.approve(&own, &too_early, &[]).await;
    assert_eq!(reason(&early.unwrap_err()), "DEVICE_APPROVAL_END");
    let given_up = town.service.approve(&own, &give_up, &[]).await;
    given_up.unwrap();
    let late = fit(&town, &approval, date!(2026 - 11 - 05)).await;
    assert_eq!(reason(&late.unwrap_err()), "FITTING_DATE");
    let approved = town.service.approve(&own, &anew, PAPERS).await;
    approved.unwrap();
    let [elsewhere, before] = town.approvals(&person).await.try_into().unwrap();
    assert_eq!(elsewhere.institution_id, institution_id(2));
    assert_eq!(elsewhere.from_on, on(date!(2026 - 11 - 05)));
    assert_eq!(before.until_on, on(date!(2026 - 11 - 04)));
    // One was fitted and two are to be: a third has no confirmation any more.
    let more = asking(&person, confirmed(LEG, 3), 1, date!(2026 - 10 - 20));
    assert_eq!(refused(&town, &more).await.0, "DEVICE_IN_USE");
}

// Art. 50
#[tokio::test]
async fn devices_of_which_none_was_fitted_are_given_up_on_the_day_of_their_approval() {
    let (town, person) = town().await;
    sign(&town.service, 2, InstitutionKind::Device).await;
    let approval = legs(&town, &person).await;
    let give_up = ApprovalEndForm {
        person_id: person.person_id.clone(),
        approval_id: approval.approval_id,
        reason: ApprovalEndReason::NotDelivered as i32,
        until_on: on(date!(2026 - 11 - 01)),
        ..ApprovalEndForm::default()
    };
    let given_up = town.service.approve(&handler(), &give_up, &[]).await;
    given_up.unwrap();
    assert!(devices_of(&town.service, &person).await.is_empty());
    let anew = DeviceForm {
        treating_institution_id: institution_id(2),
        ..asking(&person, confirmed(LEG, 3), 3, date!(2026 - 10 - 20))
    };
    let approved = town.service.approve(&handler(), &anew, PAPERS).await;
    approved.unwrap();
}
