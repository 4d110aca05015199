//! A hospital settles online, with a program that is not ours: `clients/hospital`, in Python.

pub mod bills;
mod line;
pub mod program;

use chassis::testing::{AREA, party};
use contracts::benefit_review::v1::medical_service_client::MedicalServiceClient;
use contracts::benefit_review::v1::{
    GetDayTotalsRequest, GetDayTotalsResponse, ListCourseRecordsRequest, ListEncountersRequest,
};
use contracts::options::v1::Caller;
use time::macros::date;

use crate::injured::{decided, employed, recognise, register};
use crate::town::Town;

use bills::{NUMBER, contract, institution_id, open_stay, stay, stranger, visit};
use program::Program;

/// The day on which everything is settled.
const TODAY: &str = "2026-12-16";

/// A town with two hospitals, its catalogues, and an injured employee: the name and the card.
pub async fn hospital_town() -> (Town, (String, String)) {
    let town = Town::found().await;
    contract(&town).await;
    let persons = employed(&town).await;
    let injured = &persons[0];
    recognise(&town, vec![decided(injured, NUMBER, date!(2026 - 11 - 20))]).await;
    register(&town, injured, NUMBER).await;
    let patient = (injured.name.clone(), injured.card_number.clone());
    (town, patient)
}

/// What the agency says of the first hospital's day.
pub async fn day_totals(town: &Town) -> GetDayTotalsResponse {
    let own = party(Caller::Institution, &institution_id(1));
    let mut medical = MedicalServiceClient::new(town.benefit_review.connect(&own).await);
    let request = GetDayTotalsRequest {
        pooling_area: AREA.to_owned(),
        institution_id: institution_id(1),
        settled_on: Some(date!(2026 - 12 - 16).into()),
    };
    let totals = medical.get_day_totals(request).await;
    totals.unwrap().into_inner()
}

// Art. 62, Art. 63
#[tokio::test]
async fn a_hospital_settles_line_by_line_over_a_stream_that_broke_and_its_books_agree() {
    let (town, patient) = hospital_town().await;
    let program = Program::of(&town, 1).await;
    let stays = [
        stay("ZY-1", &patient),
        visit("MZ-1", &patient),
        visit("MZ-2", &stranger()),
    ];
    program.write(&stays);

    let answer = program.settle(&["--break-after", "5"]).await;
    assert!(!answer.is_well, "one patient is unknown");
    let wrong: Vec<_> = answer.wrong.lines().collect();
    assert_eq!(wrong.len(), 1, "{}", answer.wrong);
    assert!(wrong[0].starts_with("MZ-2 没有社会保障卡卡号"));
    assert!(wrong[0].ends_with("[CARD_UNKNOWN]"));
    for said in [
        "ZY-1 2026-11-20报送12条，自第6条续传",
        "ZY-1 2026-11-21报送12条\n",
        "ZY-1 病程记录2已报送\n",
        "全额支付，核定20.00元，由工伤保险基金承担",
        "[LINE_PRICE]",
        "[LINE_NOT_IN_CATALOGUE]",
        "ZY-1 已结算",
        "MZ-1 已结算",
    ] {
        assert!(answer.said.contains(said), "{said} in {}", answer.said);
    }

    let agreed = program.reconcile(TODAY).await;
    assert!(agreed.is_well, "{}", agreed.wrong);
    let totals = day_totals(&town).await;
    assert_eq!((totals.encounters, totals.lines), (2, 25));
    program.lose_books();
    let differing = program.reconcile(TODAY).await;
    assert!(!differing.is_well);
    let counted = "人次：本院0，经办机构2";
    assert!(differing.wrong.contains(counted), "{}", differing.wrong);
}

// Art. 63
#[tokio::test]
async fn a_hospital_whose_program_is_killed_and_started_again_sends_nothing_twice() {
    let (town, patient) = hospital_town().await;
    let program = Program::of(&town, 1).await;
    let stays = [
        stay("ZY-1", &patient),
        visit("MZ-1", &patient),
        visit("MZ-2", &patient),
    ];
    program.write(&stays);
    // After it was admitted, in the midst of its lines and its records, when it was previewed, and while others are settled.
    for lines in [1, 2, 4, 5, 6, 7, 8, 22, 31] {
        program.killed_after(lines).await;
    }
    let answer = program.settle(&[]).await;
    assert!(answer.is_well, "{}", answer.wrong);
    let once = day_totals(&town).await;
    assert_eq!((once.encounters, once.lines), (3, 26));

    let again = program.settle(&[]).await;
    assert!(again.is_well, "{}", again.wrong);
    assert_eq!(day_totals(&town).await, once);
    let agreed = program.reconcile(TODAY).await;
    assert!(agreed.is_well, "{}", agreed.wrong);
    let own = party(Caller::Institution, &institution_id(1));
    let mut medical = MedicalServiceClient::new(town.benefit_review.connect(&own).await);
    let request = ListEncountersRequest {
        pooling_area: AREA.to_owned(),
        filed_by: institution_id(1),
        ..ListEncountersRequest::default()
    };
    let bills = medical.list_encounters(request).await.unwrap();
    let bills = bills.into_inner().encounters;
    assert_eq!(bills.len(), 3);
    let stay = bills.iter().find(|bill| bill.lines == 24).unwrap();
    let request = ListCourseRecordsRequest {
        pooling_area: AREA.to_owned(),
        encounter_id: stay.encounter_id.clone(),
        ..ListCourseRecordsRequest::default()
    };
    let recorded = medical.list_course_records(request).await.unwrap();
    assert_eq!(recorded.into_inner().records.len(), 2);
}

// Art. 63
#[tokio::test]
async fn another_hospital_cannot_go_on_with_a_stay_and_is_told_so() {
    let (town, patient) = hospital_town().await;
    let program = Program::of(&town, 1).await;
    program.write(&[open_stay("ZY-1", &patient)]);
    let admitted = program.settle(&[]).await;
    assert!(admitted.is_well, "{}", admitted.wrong);
    let (_, rest) = admitted.said.split_once("就诊编号").unwrap();
    let encounter_id = rest.lines().next().unwrap();

    program.write(&[stay("ZY-1", &patient)]);
    let mut other = program.in_hands_of(2);
    let refused = other.settle(&[]).await;
    assert!(!refused.is_well);
    assert!(refused.wrong.starts_with("ZY-1 "), "{}", refused.wrong);
    assert!(refused.wrong.contains(encounter_id), "{}", refused.wrong);

    other = other.in_hands_of(1);
    let settled = other.settle(&[]).await;
    assert!(settled.is_well, "{}", settled.wrong);
    assert_eq!(day_totals(&town).await.encounters, 1);
}
