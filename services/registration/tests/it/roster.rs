//! Rosters of staff who join and leave: articles 8, 9, 12 and 150.

mod leaving;
mod nationality;
mod reported_late;

use chassis::testing::{AREA, TestService, employer as acting_employer, reason};
use contracts::common::v1::{Case, EvidenceKind};
use contracts::registration::v1::enrolment_service_client::EnrolmentServiceClient;
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    BatchFindPersonsRequest, BatchGetInsuranceRequest, ContractType, DifferenceKind,
    DifferenceState, EnrolmentEnd, EnrolmentState, GetPersonRequest, IdentityKind,
    ListEnrolmentsRequest, PersonIdentity, Sex, StaffChangeDecision, StaffChangeFinding,
    StaffChangeForm, StaffChangeKind, StaffChangeRow,
};
use law::Month;
use rust_decimal::Decimal;
use time::macros::date;
use uuid::Uuid;

use crate::exchange::differences;
use crate::support::*;

fn reasons(decision: &StaffChangeDecision) -> Vec<(u64, &str)> {
    found(&decision.refusals)
}

fn found(findings: &[StaffChangeFinding]) -> Vec<(u64, &str)> {
    let found = findings.iter();
    found
        .map(|found| (found.row, found.reason.as_ref().unwrap().reason.as_str()))
        .collect()
}

async fn submitted(service: &TestService, form: &StaffChangeForm) -> Case {
    service.submit(&handler(), form, PAPERS).await.unwrap()
}

// Art. 8, Art. 9
#[tokio::test]
async fn a_first_enrolment_opens_a_record_issues_a_card_and_is_told() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    report(&service, &employer_id, vec![hired(&employer_id, 1, TODAY)])
        .await
        .unwrap();

    let enrolled = enrolled(&service, &employer_id, TODAY).await;
    assert_eq!(enrolled.len(), 1);
    let person = enrolled[0].person.clone().unwrap();
    assert_eq!(
        (person.identity_number, person.sex, person.born_on),
        (citizen(1), Sex::Male as i32, on(date!(1990 - 05 - 01)))
    );
    assert!(person.card_number.starts_with(AREA));
    assert_eq!(enrolled[0].state(), EnrolmentState::Enrolled);

    let told = told(&service).await;
    let (key, What::PersonEnrolled(event)) = told.last().unwrap() else {
        panic!("told: {told:?}")
    };
    assert_eq!(*key, employer_id);
    assert!(event.first_time);
    assert_eq!(event.from_month, Some(Month::of(TODAY).into()));
    assert_eq!(
        event.enrolment.as_ref().unwrap().wage,
        Some(Decimal::from(6000).into())
    );
}

// Art. 8, Art. 12, Art. 150
#[tokio::test]
async fn each_row_that_cannot_be_taken_says_why() {
    let service = registration().await;
    let (here, elsewhere) = (register(&service, 1).await, register(&service, 2).await);
    report(&service, &elsewhere, vec![hired(&elsewhere, 50, TODAY)])
        .await
        .unwrap();
    report(&service, &here, vec![hired(&here, 51, TODAY)])
        .await
        .unwrap();
    let good = hired(&here, 1, TODAY);
    let change = |n: u16, change: &dyn Fn(&mut StaffChangeRow)| {
        let mut row = hired(&here, n, TODAY);
        change(&mut row);
        row
    };
    let rows = vec![
        good.clone(),
        good,
        change(2, &|row| row.employer_id = elsewhere.clone()),
        change(3, &|row| row.effective_on = on(date!(2026 - 11 - 03))),
        change(4, &|row| row.effective_on = on(date!(2025 - 12 - 31))),
        change(5, &|row| row.born_on = on(date!(1990 - 05 - 02))),
        change(6, &|row| row.sex = Sex::Male as i32),
        change(7, &|row| row.contract_type = 0),
        change(8, &|row| row.contract_ends_on = on(date!(2026 - 11 - 01))),
        change(9, &|row| row.kind = StaffChangeKind::ConcurrentHire as i32),
        change(51, &|_| ()),
        change(50, &|row| row.name = "他人".to_owned()),
        change(10, &|row| {
            row.identity_number =
                law::identity::CitizenNumber::compose("440301", date!(2010 - 11 - 03), 1)
                    .unwrap()
                    .to_string();
        }),
        change(11, &|row| {
            row.identity_kind = IdentityKind::PermanentResidenceCard as i32
        }),
        change(12, &|row| {
            row.identity_kind = IdentityKind::Passport as i32;
            row.identity_number = "E12345678".to_owned();
        }),
        left(&here, 60, StaffChangeKind::End, TODAY),
        left(&here, 50, StaffChangeKind::End, TODAY),
        StaffChangeRow {
            remark: String::new(),
            ..left(&here, 51, StaffChangeKind::Other, TODAY)
        },
    ];
    let case = submitted(&service, &roster(&here, rows)).await;
    let seen: StaffChangeDecision = decision(&service, &case).await;
    let expected = [
        (1, "DUPLICATE_ROW"),
        (2, "ROW_OF_OTHER_EMPLOYER"),
        (3, "HIRED_IN_FUTURE"),
        (4, "HIRED_BEFORE_EMPLOYER"),
        (5, "BIRTH_DATE_MISMATCH"),
        (6, "BIRTH_DATE_MISMATCH"),
        (7, "HIRE_FACTS_MISSING"),
        (8, "CONTRACT_ENDS_BEFORE_START"),
        (9, "CONTRACT_TYPE"),
        (10, "ALREADY_ENROLLED"),
        (11, "PERSON_NAME_DIFFERS"),
        (12, "TOO_YOUNG"),
        (13, "IDENTITY_KIND_MISMATCH"),
        (14, "FOREIGNER_FACTS_MISSING"),
        (15, "NOT_ENROLLED"),
        (16, "NOT_ENROLLED"),
        (17, "REMARK_MISSING"),
    ];
    assert_eq!(reasons(&seen), expected);
    assert_eq!((seen.enrolled, seen.refused), (1, 17));
}

// Art. 12
#[tokio::test]
async fn a_person_may_have_several_employers_when_the_hire_says_so() {
    let service = registration().await;
    let (one, other) = (register(&service, 1).await, register(&service, 2).await);
    report(&service, &one, vec![hired(&one, 1, TODAY)])
        .await
        .unwrap();
    let beside = StaffChangeRow {
        kind: StaffChangeKind::ConcurrentHire as i32,
        contract_type: ContractType::LabourAgreement as i32,
        ..hired(&other, 1, TODAY)
    };
    report(&service, &other, vec![beside]).await.unwrap();
    let (first, second) = (
        enrolled(&service, &one, TODAY).await,
        enrolled(&service, &other, TODAY).await,
    );
    assert_eq!(first[0].person_id, second[0].person_id);
    assert!(second[0].concurrent);

    let request = BatchGetInsuranceRequest {
        pooling_area: AREA.to_owned(),
        person_ids: vec![first[0].person_id.clone(), Uuid::now_v7().to_string()],
        on: on(TODAY),
        employer_id: String::new(),
    };
    let mut client = enrolment(&service).await;
    let insured = client
        .batch_get_insurance(request.clone())
        .await
        .unwrap()
        .into_inner()
        .enrolments;
    assert_eq!(insured.len(), 2);
    let before = BatchGetInsuranceRequest {
        on: on(date!(2026 - 11 - 01)),
        ..request
    };
    assert!(
        client
            .batch_get_insurance(before)
            .await
            .unwrap()
            .into_inner()
            .enrolments
            .is_empty()
    );
}

// Art. 8, Art. 12, Art. 150
#[tokio::test]
async fn the_roster_states_whom_it_names_and_each_kind_brings_its_own_papers() {
    use EvidenceKind as Paper;
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let resident = StaffChangeRow {
        identity_kind: IdentityKind::PermanentResidenceCard as i32,
        ..foreigner(&employer_id)
    };
    let citizen = hired(&employer_id, 1, TODAY);
    let second = StaffChangeRow {
        kind: StaffChangeKind::ConcurrentHire as i32,
        contract_type: ContractType::PartTime as i32,
        ..hired(&employer_id, 2, TODAY)
    };
    let gone = left(&employer_id, 3, StaffChangeKind::End, TODAY);
    let foreign = foreigner(&employer_id);
    let expelled = StaffChangeRow {
        kind: StaffChangeKind::End as i32,
        ..foreign.clone()
    };

    // Without any of these papers each roster is turned away, and with them it is taken.
    let cases: &[(&[&StaffChangeRow], &[Paper])] = &[
        (&[&citizen], &[Paper::IdentityCard, Paper::LabourContract]),
        (
            &[&foreign],
            &[Paper::Passport, Paper::WorkPermit, Paper::LabourContract],
        ),
        (
            &[&resident],
            &[Paper::PermanentResidenceCard, Paper::LabourContract],
        ),
        (
            &[&citizen, &foreign, &second, &gone],
            &[
                Paper::IdentityCard,
                Paper::Passport,
                Paper::WorkPermit,
                Paper::LabourContract,
                Paper::LabourAgreement,
                Paper::RelationEndProof,
            ],
        ),
        (&[&gone, &expelled], &[Paper::RelationEndProof]),
    ];
    for (rows, papers) in cases {
        let form = roster(&employer_id, rows.iter().copied().cloned().collect());
        for missing in *papers {
            let others: Vec<Paper> = papers.iter().copied().filter(|p| p != missing).collect();
            let refused = service
                .submit(&handler(), &form, &others)
                .await
                .unwrap_err();
            assert_eq!(reason(&refused), "EVIDENCE_MISSING", "{missing:?}");
        }
        service.submit(&handler(), &form, papers).await.unwrap();
    }

    let unstated = StaffChangeForm {
        kinds: vec![StaffChangeKind::End as i32],
        ..roster(&employer_id, vec![citizen.clone()])
    };
    let refused = service.approve(&handler(), &unstated, PAPERS).await;
    assert_eq!(reason(&refused.unwrap_err()), "ROSTER_KIND_NOT_STATED");
    let unstated = StaffChangeForm {
        identity_kinds: vec![IdentityKind::CitizenId as i32],
        ..roster(&employer_id, vec![citizen, foreign])
    };
    let refused = service.approve(&handler(), &unstated, PAPERS).await;
    assert_eq!(reason(&refused.unwrap_err()), "ROSTER_IDENTITY_NOT_STATED");
}

fn foreigner(employer_id: &str) -> StaffChangeRow {
    StaffChangeRow {
        identity_kind: IdentityKind::Passport as i32,
        identity_number: "E12345678".to_owned(),
        name: "JOHN SMITH".to_owned(),
        nationality: "GBR".to_owned(),
        sex: Sex::Male as i32,
        born_on: on(date!(1985 - 03 - 04)),
        ..hired(employer_id, 1, TODAY)
    }
}

// Art. 150
#[tokio::test]
async fn a_foreigner_is_enrolled_with_a_passport_and_keeps_the_person_number() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    report(&service, &employer_id, vec![foreigner(&employer_id)])
        .await
        .unwrap();
    let person = enrolled(&service, &employer_id, TODAY).await[0]
        .person
        .clone()
        .unwrap();
    assert_eq!(
        (person.identity_kind(), person.nationality.as_str()),
        (IdentityKind::Passport, "GBR")
    );

    let request = BatchFindPersonsRequest {
        pooling_area: AREA.to_owned(),
        identities: vec![
            PersonIdentity {
                kind: IdentityKind::Passport as i32,
                number: "e12345678".to_owned(),
            },
            PersonIdentity {
                kind: IdentityKind::CitizenId as i32,
                number: citizen(9),
            },
        ],
        ..BatchFindPersonsRequest::default()
    };
    let found = enrolment(&service)
        .await
        .batch_find_persons(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(found.persons.len(), 1);
    assert_eq!(found.persons[0].person_id, person.person_id);
}

// Art. 150
#[tokio::test]
async fn a_passport_of_another_state_with_the_same_number_is_not_taken_for_the_same_person() {
    let service = registration().await;
    let (here, there) = (register(&service, 1).await, register(&service, 2).await);
    report(&service, &here, vec![foreigner(&here)])
        .await
        .unwrap();
    let other = StaffChangeRow {
        nationality: "USA".to_owned(),
        kind: StaffChangeKind::ConcurrentHire as i32,
        contract_type: ContractType::PartTime as i32,
        ..foreigner(&there)
    };
    let same = hired(&there, 2, TODAY);
    let case = submitted(&service, &roster(&there, vec![other, same])).await;
    let seen: StaffChangeDecision = decision(&service, &case).await;
    assert_eq!(reasons(&seen), [(0, "PASSPORT_OF_OTHER_STATE")]);
    let sentence = &seen.refusals[0].reason.as_ref().unwrap().sentence;
    assert!(
        sentence.contains("GBR") && sentence.contains("USA"),
        "{sentence}"
    );
}

// Art. 8
#[tokio::test]
async fn a_roster_with_nobody_to_take_or_with_rows_in_two_places_is_refused_whole() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let nobody = roster(
        &employer_id,
        vec![left(&employer_id, 1, StaffChangeKind::End, TODAY)],
    );
    let refused = service
        .approve(&handler(), &nobody, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "ROSTER_EMPTY");
    let twice = StaffChangeForm {
        batch_id: Uuid::now_v7().to_string(),
        ..roster(&employer_id, vec![hired(&employer_id, 1, TODAY)])
    };
    let refused = service
        .approve(&handler(), &twice, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "ROSTER_TWICE");
    let unknown = roster(&credit_code(9), vec![hired(&credit_code(9), 1, TODAY)]);
    let refused = service
        .approve(&handler(), &unknown, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "EMPLOYER_UNKNOWN");
}

// Art. 9, Art. 148
#[tokio::test]
async fn a_roster_overtaken_by_another_is_not_signed_as_it_was_seen() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let rows = vec![hired(&employer_id, 1, TODAY), hired(&employer_id, 2, TODAY)];
    let slow = submitted(&service, &roster(&employer_id, rows)).await;
    let before: StaffChangeDecision = decision(&service, &slow).await;
    report(&service, &employer_id, vec![hired(&employer_id, 1, TODAY)])
        .await
        .unwrap();
    let after: StaffChangeDecision = decision(&service, &slow).await;
    assert_eq!((before.enrolled, after.enrolled), (2, 1));
    service.sign_off(&slow).await.unwrap();
    assert_eq!(enrolled(&service, &employer_id, TODAY).await.len(), 2);
}

// Art. 8
#[tokio::test]
async fn an_employer_sees_its_own_staff_and_nobody_elses() {
    let service = registration().await;
    let (one, other) = (register(&service, 1).await, register(&service, 2).await);
    report(&service, &one, vec![hired(&one, 1, TODAY)])
        .await
        .unwrap();
    report(&service, &other, vec![hired(&other, 2, TODAY)])
        .await
        .unwrap();
    let mut client = EnrolmentServiceClient::new(service.connect(&acting_employer(&one)).await);
    let request = ListEnrolmentsRequest {
        pooling_area: AREA.to_owned(),
        month: Some(Month::of(TODAY).into()),
        ..ListEnrolmentsRequest::default()
    };
    let seen = client
        .list_enrolments(request)
        .await
        .unwrap()
        .into_inner()
        .enrolments;
    assert_eq!(seen.len(), 1);
    assert_eq!(seen[0].person.as_ref().unwrap().name, name(1));

    let person_id = seen[0].person_id.clone();
    let ask = GetPersonRequest {
        pooling_area: AREA.to_owned(),
        person_id: person_id.clone(),
    };
    let herself = chassis::testing::person(&person_id);
    let mut own = EnrolmentServiceClient::new(service.connect(&herself).await);
    assert_eq!(
        own.get_person(ask.clone())
            .await
            .unwrap()
            .into_inner()
            .enrolments
            .len(),
        1
    );
    let stranger = chassis::testing::person(&Uuid::now_v7().to_string());
    let mut stranger = EnrolmentServiceClient::new(service.connect(&stranger).await);
    assert_eq!(
        stranger.get_person(ask).await.unwrap_err().code(),
        tonic::Code::NotFound
    );
}
