//! Section 3: eligibility, stops and resumptions: articles 88 and 89.

use chassis::testing::{
    AREA, TestService, eventually, outsider, party, person as as_person, reason,
};
use contracts::Money;
use contracts::benefit_review::v1::{BenefitKind, PayeeKind};
use contracts::common::v1::batch_service_client::BatchServiceClient;
use contracts::common::v1::{
    Batch, BatchHeader, BatchState, BatchTotals, EvidenceKind, GetBatchRequest,
};
use contracts::options::v1::Caller;
use contracts::payment::v1::adjustment_service_client::AdjustmentServiceClient;
use contracts::payment::v1::payment_event::What;
use contracts::payment::v1::{
    EligibilityProof, ListStopsRequest, ListUnverifiedPayeesRequest, PaymentEvent, ProofSource,
    ResumeForm, Stop, StopCause, StopForm, UnverifiedPayee, UploadEligibilityProofsRequest,
};
use time::Date;
use time::macros::date;
use tonic::Status;
use uuid::Uuid;

use crate::support::*;

const PAPERS: &[EvidenceKind] = &[
    EvidenceKind::MedicalOpinion,
    EvidenceKind::SurvivorChangeProof,
    EvidenceKind::IdentityCard,
];

fn stop_form(n: u128, cause: StopCause, since_on: Option<Date>) -> StopForm {
    StopForm {
        person_id: person(n),
        payee_name: format!("工伤职工{n}"),
        cause: cause as i32,
        since_on: since_on.map(Into::into),
        grounds: "经通知仍不配合".to_owned(),
        ..StopForm::default()
    }
}

/// The payment of `n` is stopped; answers its number.
async fn stop(service: &TestService, form: &StopForm) -> Result<String, Status> {
    let case = service.approve(&handler(), form, PAPERS).await?;
    Ok(case.case_id)
}

fn resume_form(n: u128, stop_id: &str, again_on: Date) -> ResumeForm {
    ResumeForm {
        person_id: person(n),
        stop_id: stop_id.to_owned(),
        again_on: Some(again_on.into()),
        grounds: "已经配合".to_owned(),
        ..ResumeForm::default()
    }
}

async fn stops(service: &TestService, actor: &chassis::Actor) -> Vec<Stop> {
    let request = ListStopsRequest {
        pooling_area: AREA.to_owned(),
        ..ListStopsRequest::default()
    };
    let mut client = AdjustmentServiceClient::new(service.connect(actor).await);
    client.list_stops(request).await.unwrap().into_inner().stops
}

/// What a month pays to everybody, by name.
async fn paid(service: &TestService, of: &str) -> Vec<(String, String)> {
    let done = pay(service, &order(of)).await;
    orders(service, &done).await
}

fn to(n: u128, amount: &str) -> (String, String) {
    (format!("工伤职工{n}"), amount.to_owned())
}

// Art. 89
#[tokio::test]
async fn who_refuses_appraisal_is_not_paid_from_the_next_month_on_and_nothing_is_made_up() {
    let service = alone().await;
    decide(
        &service,
        &[
            allowance(1, "1000.00", "2026-10"),
            allowance(2, "500.00", "2026-10"),
        ],
    )
    .await;
    has_account(&service, 1).await;
    has_account(&service, 2).await;
    assert_eq!(
        paid(&service, "2026-10").await,
        [to(1, "1000.00"), to(2, "500.00")]
    );
    let stop_id = stop(
        &service,
        &stop_form(1, StopCause::RefusesAppraisal, Some(date!(2026 - 10 - 15))),
    )
    .await
    .unwrap();
    let run = preview(&service, &order("2026-11")).await;
    let stopped = item(&service, &run, 1).await;
    assert_eq!(changes(&stopped), ["STOPPED -1000.00"]);
    let done = complete(&service, &run).await;
    assert_eq!(orders(&service, &done).await, [to(2, "500.00")]);
    // One that was decided once is paid all the same.
    decide(&service, &[once(1, BenefitKind::Travel, "40.00")]).await;
    on(&service, date!(2026 - 12 - 10));
    assert_eq!(
        paid(&service, "2026-12").await,
        [to(1, "40.00"), to(2, "500.00")]
    );

    let form = resume_form(1, &stop_id, date!(2026 - 12 - 08));
    service
        .approve(&as_person(&person(1)), &form, PAPERS)
        .await
        .unwrap();
    on(&service, date!(2027 - 01 - 04));
    let run = preview(&service, &order("2027-01")).await;
    let resumed = item(&service, &run, 1).await;
    assert_eq!(changes(&resumed), ["RESUMED 1000.00"]);
    complete(&service, &run).await;
    assert_eq!(
        entries(&service, 1).await,
        [
            "REGULAR 2026-10 1000.00",
            "ONE_OFF  40.00",
            "REGULAR 2027-01 1000.00"
        ]
    );
    let listed = stops(&service, &as_person(&person(1))).await;
    assert_eq!((listed.len(), listed[0].made_up), (1, false));
    assert_eq!(
        (listed[0].from_month, listed[0].resumed_month),
        (wire_month("2026-11"), wire_month("2027-01"))
    );
    assert!(stops(&service, &as_person(&person(2))).await.is_empty());
    let told = service.told::<PaymentEvent>("registration").await;
    let told = told.iter().filter_map(|(_, event)| match &event.what {
        Some(What::PaymentStopped(one)) => {
            one.stop.as_ref().map(|stop| (stop.stop_id.clone(), false))
        }
        Some(What::PaymentResumed(one)) => {
            one.stop.as_ref().map(|stop| (stop.stop_id.clone(), true))
        }
        _ => None,
    });
    assert_eq!(
        told.collect::<Vec<_>>(),
        [(stop_id.clone(), false), (stop_id, true)]
    );
}

// Art. 89
#[tokio::test]
async fn months_that_were_paid_after_the_cause_arose_are_owed_back() {
    let service = alone().await;
    decide(&service, &[allowance(1, "1000.00", "2026-10")]).await;
    has_account(&service, 1).await;
    paid(&service, "2026-10").await;
    paid(&service, "2026-11").await;
    let form = stop_form(1, StopCause::NoLongerEntitled, Some(date!(2026 - 10 - 31)));
    stop(&service, &form).await.unwrap();
    on(&service, date!(2026 - 12 - 01));
    let run = preview(&service, &order("2026-12")).await;
    let item = item(&service, &run, 1).await;
    assert_eq!(
        (yuan(item.payable.as_ref()), yuan(item.owed_back.as_ref())),
        ("0.00".to_owned(), "1000.00".to_owned())
    );
}

// Art. 80
// Art. 89
#[tokio::test]
async fn what_is_stopped_while_a_payroll_is_signed_is_not_paid_by_it() {
    let service = alone().await;
    decide(&service, &[allowance(1, "1000.00", "2026-11")]).await;
    has_account(&service, 1).await;
    let run = preview(&service, &order("2026-11")).await;
    let cause = StopCause::RefusesTreatment;
    let form = stop_form(1, cause, Some(date!(2026 - 10 - 15)));
    stop(&service, &form).await.unwrap();
    let done = complete(&service, &run).await;
    assert_eq!((done.orders, left(&service, &done).await.len()), (0, 1));
    let next = pay(&service, &supplementary("2026-11")).await;
    assert_eq!(next.orders, 0);
    assert!(entries(&service, 1).await.is_empty());
}

// Art. 89
#[tokio::test]
async fn what_stands_in_the_way_of_a_stop_and_of_its_end_is_said() {
    let service = alone().await;
    decide(
        &service,
        &[
            allowance(1, "1000.00", "2026-10"),
            once(2, BenefitKind::Travel, "9.00"),
        ],
    )
    .await;
    let today = Some(date!(2026 - 11 - 02));
    let refuses = StopCause::RefusesTreatment;
    let cases = [
        (
            StopForm {
                payee_name: "别人".to_owned(),
                ..stop_form(1, refuses, today)
            },
            "PAYEE_UNKNOWN",
        ),
        (stop_form(2, refuses, today), "NOTHING_TO_STOP"),
        (stop_form(1, refuses, None), "STOP_DATE"),
        (
            stop_form(1, refuses, Some(date!(2026 - 11 - 03))),
            "STOP_DATE",
        ),
        (stop_form(1, StopCause::ProofMissing, today), "STOP_DATE"),
        (
            stop_form(1, StopCause::ProofMissing, None),
            "PROOF_NOT_MISSING",
        ),
    ];
    for (form, expected) in cases {
        assert_eq!(reason(&stop(&service, &form).await.unwrap_err()), expected);
    }
    let stop_id = stop(&service, &stop_form(1, refuses, today)).await.unwrap();
    let again = stop(&service, &stop_form(1, refuses, today)).await;
    assert_eq!(reason(&again.unwrap_err()), "STOPPED_ALREADY");

    let resume = async |form: ResumeForm| {
        reason(
            &service
                .approve(&handler(), &form, PAPERS)
                .await
                .unwrap_err(),
        )
    };
    let good = resume_form(1, &stop_id, date!(2026 - 11 - 02));
    assert_eq!(
        resume(ResumeForm {
            person_id: person(2),
            ..good.clone()
        })
        .await,
        "NOT_STOPPED"
    );
    assert_eq!(
        resume(ResumeForm {
            employer_id: "91440300000000002X".to_owned(),
            ..good.clone()
        })
        .await,
        "NOT_STOPPED"
    );
    assert_eq!(
        resume(resume_form(1, &stop_id, date!(2026 - 11 - 01))).await,
        "RESUME_DATE"
    );
    assert_eq!(
        resume(resume_form(1, &stop_id, date!(2026 - 11 - 03))).await,
        "RESUME_DATE"
    );
    service.approve(&handler(), &good, PAPERS).await.unwrap();
    assert_eq!(resume(good).await, "NOT_STOPPED");
}

fn proof(n: u128, source: ProofSource, proven_on: Date) -> EligibilityProof {
    EligibilityProof {
        payee: PayeeKind::Person as i32,
        payee_number: person(n),
        name: format!("工伤职工{n}"),
        source: source as i32,
        proven_on: Some(proven_on.into()),
    }
}

async fn upload(
    service: &TestService,
    actor: &chassis::Actor,
    rows: Vec<EligibilityProof>,
) -> Batch {
    let total = BatchTotals {
        rows: rows.len() as u64,
        sum: Some(Money::from_text("0.00")),
    };
    let request = UploadEligibilityProofsRequest {
        pooling_area: AREA.to_owned(),
        header: Some(BatchHeader {
            batch_id: Uuid::now_v7().to_string(),
            ..BatchHeader::default()
        }),
        rows,
        totals: Some(total),
        ..UploadEligibilityProofsRequest::default()
    };
    let mut client = AdjustmentServiceClient::new(service.connect(actor).await);
    let sent = client
        .upload_eligibility_proofs(tokio_stream::iter([request]))
        .await;
    let sent = sent.unwrap().into_inner().batch.unwrap();
    let mut client = BatchServiceClient::new(service.connect(&handler()).await);
    eventually(async || {
        let request = GetBatchRequest {
            pooling_area: AREA.to_owned(),
            batch_id: sent.batch_id.clone(),
        };
        let batch = client
            .get_batch(request)
            .await
            .unwrap()
            .into_inner()
            .batch?;
        (batch.state() == BatchState::Done).then_some(batch)
    })
    .await
}

async fn unverified(service: &TestService) -> Vec<UnverifiedPayee> {
    let request = ListUnverifiedPayeesRequest {
        pooling_area: AREA.to_owned(),
        ..ListUnverifiedPayeesRequest::default()
    };
    let mut client = AdjustmentServiceClient::new(service.connect(&handler()).await);
    client
        .list_unverified_payees(request)
        .await
        .unwrap()
        .into_inner()
        .payees
}

// Art. 88
// Art. 89
#[tokio::test]
async fn who_has_not_proven_to_be_entitled_in_time_is_found_stopped_and_paid_after_all_with_a_proof()
 {
    let service = alone().await;
    decide(
        &service,
        &[
            allowance(1, "1000.00", "2026-10"),
            allowance(2, "500.00", "2026-10"),
            allowance(3, "1.00", "2026-10"),
        ],
    )
    .await;
    has_account(&service, 1).await;
    has_account(&service, 2).await;
    died(&service, 3, Some(date!(2026 - 11 - 01))).await;
    upload(
        &service,
        &handler(),
        vec![proof(2, ProofSource::Health, date!(2026 - 11 - 02))],
    )
    .await;
    // Twelve months from the day on which it was told, the last of them included.
    on(&service, date!(2027 - 11 - 02));
    upload(
        &service,
        &handler(),
        vec![proof(2, ProofSource::InPerson, date!(2027 - 11 - 01))],
    )
    .await;
    assert!(unverified(&service).await.is_empty());
    on(&service, date!(2027 - 11 - 03));
    let found =
        eventually(async || Some(unverified(&service).await).filter(|found| !found.is_empty()))
            .await;
    assert_eq!(
        (found.len(), found[0].payee_name.as_str()),
        (1, "工伤职工1")
    );
    assert_eq!(found[0].due_on, Some(date!(2027 - 11 - 02).into()));

    for one in law::Month::range(month("2026-10"), month("2027-11")) {
        paid(&service, &one.to_string()).await;
    }
    // Nothing that was paid is taken back.
    let stop_id = stop(&service, &stop_form(1, StopCause::ProofMissing, None))
        .await
        .unwrap();
    on(&service, date!(2028 - 01 - 04));
    assert_eq!(paid(&service, "2027-12").await, [to(2, "500.00")]);
    let form = resume_form(1, &stop_id, date!(2028 - 01 - 04));
    let early = service.approve(&handler(), &form, PAPERS).await;
    assert_eq!(reason(&early.unwrap_err()), "PROOF_STILL_MISSING");
    upload(
        &service,
        &handler(),
        vec![proof(1, ProofSource::CivilAffairs, date!(2028 - 01 - 03))],
    )
    .await;
    assert!(
        unverified(&service)
            .await
            .iter()
            .all(|one| one.payee_name != "工伤职工1")
    );
    service.approve(&handler(), &form, PAPERS).await.unwrap();
    let run = preview(&service, &order("2028-01")).await;
    let resumed = item(&service, &run, 1).await;
    assert_eq!(changes(&resumed), ["RESUMED 1000.00", "ARREARS 1000.00"]);
}

// Art. 88
#[tokio::test]
async fn a_bad_proof_is_answered_and_an_authority_sends_its_own_only() {
    let service = alone().await;
    decide(&service, &[allowance(1, "1000.00", "2026-10")]).await;
    let today = date!(2026 - 11 - 02);
    let police = party(Caller::Authority, "public_security");
    let rows = vec![
        proof(1, ProofSource::PublicSecurity, today),
        proof(1, ProofSource::CivilAffairs, today),
        proof(1, ProofSource::PublicSecurity, date!(2026 - 11 - 03)),
        proof(2, ProofSource::PublicSecurity, today),
    ];
    let done = upload(&service, &police, rows).await;
    assert_eq!((done.accepted_rows, done.refused_rows), (1, 3));
    let nobody = outsider(Caller::TaxBureau);
    let mut client = AdjustmentServiceClient::new(service.connect(&nobody).await);
    assert!(
        client
            .list_stops(ListStopsRequest {
                pooling_area: AREA.to_owned(),
                ..ListStopsRequest::default()
            })
            .await
            .is_err()
    );
}
