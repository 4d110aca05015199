//! Online settlement: articles 62, 63 and 64.

use super::*;

// Art. 62, Art. 63, Art. 64
#[tokio::test]
async fn a_hospital_is_told_line_by_line_what_the_fund_pays() {
    let ward = Ward::open().await;
    let mut night = line(3, CatalogueKind::InpatientService, BED, "1", "80");
    night.service_on = on(TODAY + Duration::days(1));
    let other_illness = BillLine {
        diagnosis: "I10".to_owned(),
        ..dressing(5, "33")
    };
    let lines = vec![
        dressing(1, "100"),
        drug(2, "4", "15.5"),
        night,
        line(4, CatalogueKind::TreatmentItem, "999", "1", "50"),
        other_illness,
        costly(6, "400"),
    ];
    let settled = ward.settle("ZY-1", TODAY + Duration::days(3), lines).await;
    use LineOutcome::{Cut, Paid, Refused, Review};
    let expected = [
        (1, Paid, "100.00", ""),
        (2, Cut, "36.00", "LINE_PRICE"),
        (3, Cut, "60.00", "LINE_PRICE"),
        (4, Refused, "0.00", "LINE_NOT_IN_CATALOGUE"),
        (5, Refused, "0.00", "LINE_OTHER_ILLNESS"),
        (6, Review, "0.00", "LINE_NEEDS_REVIEW"),
    ];
    let expected = expected.map(|(number, outcome, recognised, why)| {
        (number, outcome, recognised.to_owned(), why.to_owned())
    });
    assert_eq!(decided(&settled), expected);
    assert_eq!(parts(&settled), ["196.00", "0.00", "129.00", "400.00"]);
    // Three days, by the example of the area's standard.
    assert_eq!(settled.meals, yuan("150"));
    assert_eq!(settled.lines[1].reasons.len(), 2);
    let encounter = ward.encounter(&settled.encounter_id).await;
    assert_eq!(encounter.state(), EncounterState::Settled);
    assert_eq!(encounter.lines_in_review, 1);
    assert_eq!(encounter.admission.unwrap().card_number, "");
}

// Art. 64
#[tokio::test]
async fn meals_of_a_stay_in_which_their_standard_changes_go_by_that_of_each_day() {
    let ward = Ward::open().await;
    let raised = [("hospital_meal_allowance", "80")];
    let day = TODAY + Duration::days(1);
    ward.town.set_for(day, &raised).await;
    let lines = vec![dressing(1, "100")];
    let settled = ward.settle("ZY-1", TODAY + Duration::days(3), lines).await;
    // One day at 50 yuan and two at 80.
    assert_eq!(settled.meals, yuan("210"));
}

// Art. 63
#[tokio::test]
async fn a_visit_is_admitted_and_settled_at_once_and_the_same_request_is_answered_the_same() {
    let ward = Ward::open().await;
    let mut request = SettleVisitRequest {
        pooling_area: AREA.to_owned(),
        request_id: Uuid::now_v7().to_string(),
        admission: Some(ward.admission("MZ-1", EncounterKind::Outpatient)),
        lines: vec![dressing(1, "100"), drug(2, "2", "12")],
        validate_only: true,
        ..SettleVisitRequest::default()
    };
    let mut hospital = ward.hospital().await;
    let foreseen = hospital
        .settle_visit(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        parts(&foreseen.settlement.unwrap()),
        ["124.00", "0.00", "0.00", "0.00"]
    );
    request.validate_only = false;
    let settled = hospital
        .settle_visit(request.clone())
        .await
        .unwrap()
        .into_inner();
    let again = hospital
        .settle_visit(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!(settled, again);
    let settled = settled.settlement.unwrap();
    assert_eq!(ward.settlements(&settled.encounter_id).await, [settled]);
    // Under another request it is the same visit of the hospital.
    request.request_id = Uuid::now_v7().to_string();
    let refused = hospital.settle_visit(request).await.unwrap_err();
    assert_eq!(reason(&refused), "VISIT_KNOWN");
}

// Art. 63
#[tokio::test]
async fn a_day_is_reconciled_by_its_totals() {
    let ward = Ward::open().await;
    ward.settle("ZY-1", TODAY, vec![dressing(1, "100"), costly(2, "400")])
        .await;
    ward.settle("ZY-2", TODAY, vec![drug(1, "1", "20")]).await;
    let request = GetDayTotalsRequest {
        pooling_area: AREA.to_owned(),
        institution_id: ward.hospital.clone(),
        settled_on: on(date!(2026 - 11 - 20)),
    };
    let mut hospital = ward.hospital().await;
    let day = hospital
        .get_day_totals(request.clone())
        .await
        .unwrap()
        .into_inner();
    assert_eq!((day.encounters, day.lines), (2, 3));
    assert_eq!((day.total, day.fund), (yuan("520"), yuan("112")));
    assert_eq!((day.nobody, day.in_review), (yuan("8"), yuan("400")));
    // Another institution's day is empty to it.
    let other = ward
        .of(&party(Caller::Institution, &institution_id(2)))
        .await
        .get_day_totals(request)
        .await;
    assert_eq!(other.unwrap().into_inner().encounters, 0);
}

// Art. 62
#[tokio::test]
async fn the_same_service_is_paid_once_and_flagged_where_two_institutions_have_it() {
    let ward = Ward::open().await;
    let second = ward.town.agreement(2, &[InstitutionKind::Medical]).await;
    ward.town
        .service
        .clock()
        .set(datetime!(2026-11-25 09:00 +8));
    let day = date!(2026 - 11 - 24);
    let visit = |hospital: &str, number: &str, price: &str| SettleVisitRequest {
        pooling_area: AREA.to_owned(),
        admission: Some(Admission {
            filed_by: hospital.to_owned(),
            institution_id: hospital.to_owned(),
            admitted_on: on(day),
            ..ward.admission(number, EncounterKind::Outpatient)
        }),
        lines: vec![BillLine {
            service_on: on(day),
            ..dressing(1, price)
        }],
        ..SettleVisitRequest::default()
    };
    let mut first = ward.hospital().await;
    let settled = first
        .settle_visit(visit(&ward.hospital, "MZ-1", "100"))
        .await
        .unwrap();
    assert_eq!(
        parts(&settled.into_inner().settlement.unwrap())[0],
        "100.00"
    );
    let mut other = ward.of(&party(Caller::Institution, &second)).await;
    let again = other
        .settle_visit(visit(&second, "MZ-1", "100"))
        .await
        .unwrap();
    let again = again.into_inner().settlement.unwrap();
    assert_eq!(decided(&again)[0].3, "LINE_REPEATED");
    // For another price it is paid, and a person is told.
    let dearer = other
        .settle_visit(visit(&second, "MZ-2", "110"))
        .await
        .unwrap();
    assert_eq!(parts(&dearer.into_inner().settlement.unwrap())[0], "110.00");
    let request = ListFlagsRequest {
        pooling_area: AREA.to_owned(),
        kind: FlagKind::TwoInstitutions as i32,
        ..ListFlagsRequest::default()
    };
    let flags = ward
        .clerk()
        .await
        .list_flags(request)
        .await
        .unwrap()
        .into_inner()
        .flags;
    assert_eq!(flags.len(), 2);
}

// Art. 62, Art. 63
#[tokio::test]
async fn visits_that_come_at_once_are_settled_as_one_after_the_other() {
    let ward = Ward::open().await;
    let visit = |number: &str, lines: Vec<BillLine>| SettleVisitRequest {
        pooling_area: AREA.to_owned(),
        request_id: Uuid::now_v7().to_string(),
        admission: Some(ward.admission(number, EncounterKind::Outpatient)),
        lines,
        ..SettleVisitRequest::default()
    };
    // One service in three visits of the patient; a visit under two requests; a request that is sent twice; and one
    // that does not fit.
    let twice = visit("MZ-5", vec![drug(1, "1", "6")]);
    let nothing = BillLine {
        service_on: on(TODAY - Duration::days(1)),
        ..drug(1, "1", "3")
    };
    let asked = [
        visit("MZ-1", vec![dressing(1, "100")]),
        visit("MZ-2", vec![dressing(1, "100")]),
        visit("MZ-3", vec![dressing(1, "100")]),
        visit("MZ-4", vec![drug(1, "1", "7")]),
        visit("MZ-4", vec![drug(1, "1", "7")]),
        twice.clone(),
        twice,
        visit("MZ-6", vec![nothing]),
    ];
    let hospital = ward.hospital().await;
    let calls = asked.map(|request| {
        let mut hospital = hospital.clone();
        async move { hospital.settle_visit(request).await }
    });
    let answers = futures::future::join_all(calls).await;
    let fund = |answer: &Result<tonic::Response<SettleVisitResponse>, tonic::Status>| {
        let settled = answer.as_ref().ok()?.get_ref().settlement.clone()?;
        Some(parts(&settled)[0].clone())
    };
    let mut dressed: Vec<_> = answers[..3].iter().filter_map(fund).collect();
    dressed.sort();
    assert_eq!(dressed, ["0.00", "0.00", "100.00"]);
    let (known, new): (Vec<_>, Vec<_>) = answers[3..5].iter().partition(|one| one.is_err());
    assert_eq!(reason(known[0].as_ref().unwrap_err()), "VISIT_KNOWN");
    assert_eq!(fund(new[0]).unwrap(), "7.00");
    let [first, again] = [5, 6].map(|n| answers[n].as_ref().unwrap().get_ref());
    assert_eq!(first, again);
    assert!(answers[7].is_err());
    let settled_on = first.settlement.as_ref().unwrap().settled_on;
    let mut hospital = hospital;
    let day = hospital.get_day_totals(GetDayTotalsRequest {
        pooling_area: AREA.to_owned(),
        institution_id: ward.hospital.clone(),
        settled_on,
    });
    assert_eq!(day.await.unwrap().into_inner().encounters, 5);
}

// Art. 58
#[tokio::test]
async fn the_employer_bears_the_costs_of_the_time_by_which_it_was_late() {
    let town = Town::found().await;
    let employer_id = town.register(1).await;
    let person = town.hire(&employer_id, 1).await;
    town.service.clock().set(datetime!(2027-01-15 09:00 +8));
    let late = Recognition {
        applied_on: on(date!(2027 - 01 - 10)),
        accepted_on: on(date!(2027 - 01 - 11)),
        ..town.recognition(&employer_id, &person, NUMBER)
    };
    let injury = town.injure(&late).await;
    assert!(injury.overdue_from_on.is_some());
    let hospital = town.agreement(1, &[InstitutionKind::Medical]).await;
    let dressings = item(CatalogueKind::TreatmentItem, DRESSING, "清创缝合");
    town.catalogue(CatalogueKind::TreatmentItem, vec![dressings])
        .await;
    let ward = Ward {
        town,
        hospital,
        card: person.card_number,
        injury,
    };
    // From the injury to the day on which the application was accepted the employer pays, which is before
    // the hospital's agreement here: an emergency.
    let on_first_day = SettleVisitRequest {
        pooling_area: AREA.to_owned(),
        admission: Some(Admission {
            admitted_on: on(date!(2027 - 01 - 15)),
            ..ward.admission("MZ-1", EncounterKind::Outpatient)
        }),
        lines: vec![BillLine {
            service_on: on(date!(2027 - 01 - 15)),
            ..dressing(1, "100")
        }],
        ..SettleVisitRequest::default()
    };
    let settled = ward
        .hospital()
        .await
        .settle_visit(on_first_day)
        .await
        .unwrap();
    assert_eq!(
        parts(&settled.into_inner().settlement.unwrap())[..2],
        ["100.00", "0.00"]
    );
    let id = ward.admit(Admission {
        filed_by: employer_id.clone(),
        institution_id: String::new(),
        institution_name: "惠州市某医院".to_owned(),
        emergency: true,
        invoice_numbers: vec!["00012345".to_owned()],
        ..ward.admission("JZ-1", EncounterKind::Emergency)
    });
    let id = id.await;
    let lines = vec![dressing(1, "70")];
    ward.send(&employer_id, &id, lines).await;
    ward.discharge(&id, TODAY).await;
    let claim = claims::claim(&ward, &employer_id, &[&id], "70");
    ward.town
        .service
        .approve(&handler(), &claim, claims::PAPERS)
        .await
        .unwrap();
    let settled = ward.settlements(&id).await.remove(0);
    assert_eq!(parts(&settled), ["0.00", "70.00", "0.00", "0.00"]);
    assert_eq!(decided(&settled)[0].3, "LINE_OVERDUE");
    let benefit = ward.benefits().await.remove(0);
    assert_eq!(
        (benefit.payer(), benefit.amount),
        (Payer::Employer, yuan("70"))
    );
}
