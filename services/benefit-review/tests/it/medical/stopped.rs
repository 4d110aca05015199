//! Bills beside a stoppage period that became another after they were settled.

use contracts::common::v1::EvidenceKind;

use super::reviewed::found;
use super::*;

/// The stoppage period of the ward's injury ends on another day.
async fn stops(ward: &Ward, until_on: Date) {
    let form = StoppageForm {
        person_id: ward.injury.person_id.clone(),
        name: ward.injury.name.clone(),
        recognition_number: NUMBER.to_owned(),
        change: StoppageChange::Correction as i32,
        stoppage_until_on: on(until_on),
        grounds: "登记时填错".to_owned(),
        ..StoppageForm::default()
    };
    let service = &ward.town.service;
    let notice = [EvidenceKind::StoppageNotice];
    service.approve(&handler(), &form, &notice).await.unwrap();
}

/// Which lines of which bills are flagged, the oldest first.
async fn flagged(ward: &Ward) -> Vec<(String, i32)> {
    let request = ListFlagsRequest {
        pooling_area: AREA.to_owned(),
        kind: FlagKind::StoppageChanged as i32,
        ..ListFlagsRequest::default()
    };
    let listed = ward.clerk().await.list_flags(request).await.unwrap();
    let flags = listed.into_inner().flags.into_iter().rev();
    flags
        .map(|flag| (flag.encounter_id, flag.line_number))
        .collect()
}

// Art. 54, Art. 62
#[tokio::test]
async fn lines_on_the_other_side_of_a_changed_stoppage_period_are_flagged_and_decided_by_the_new_one()
 {
    let ward = Ward::open().await;
    stops(&ward, date!(2026 - 11 - 05)).await;
    assert_eq!(flagged(&ward).await, []);
    let day = |number: i32, day: u8| BillLine {
        service_on: on(TODAY.replace_day(day).unwrap()),
        ..dressing(number, "100")
    };
    let within = ward.visit("MZ-1", 4, vec![day(1, 4)]).await;
    let after = ward.visit("MZ-2", 9, vec![day(1, 9)]).await;
    assert_eq!(decided(&after)[0].3, "LINE_AFTER_STOPPAGE");
    // Who looked left half of it.
    let cut = ward.visit("MZ-3", 10, vec![day(1, 10)]).await;
    let half = found(&cut.encounter_id, &[(1, "50")]);
    ward.clerk().await.review_lines(half).await.unwrap();

    stops(&ward, date!(2026 - 11 - 20)).await;
    let expected = [after.encounter_id.clone(), cut.encounter_id.clone()];
    let mut flags = flagged(&ward).await;
    flags.sort();
    let mut expected = expected.map(|id| (id, 1));
    expected.sort();
    assert_eq!(flags, expected);
    // What comes now is paid, and what waited is decided by what stands.
    let form = ObjectionForm {
        encounter_id: after.encounter_id.clone(),
        person_id: ward.injury.person_id.clone(),
        name: ward.injury.name.clone(),
        institution_id: ward.hospital.clone(),
        grounds: "停工留薪期已经变更".to_owned(),
        ..ObjectionForm::default()
    };
    let service = &ward.town.service;
    service.approve(&handler(), &form, &[]).await.unwrap();
    let now = ward.settlements(&after.encounter_id).await.remove(0);
    assert_eq!(parts(&now)[0], "100.00");

    // A shorter period puts what was paid on its other side: a person looks.
    stops(&ward, date!(2026 - 11 - 03)).await;
    let flags = flagged(&ward).await;
    assert!(flags.contains(&(within.encounter_id, 1)));
}
