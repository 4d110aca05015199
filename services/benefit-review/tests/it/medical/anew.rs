//! Bills that are decided anew by a catalogue for days that are past: articles 43 and 62.

use contracts::registration::v1::StaffChangeKind;

use super::*;

// Art. 43, Art. 62
#[tokio::test]
async fn a_catalogue_for_days_that_are_past_decides_settled_bills_anew() {
    let ward = Ward::open().await;
    let claimed = ward.settle("ZY-1", TODAY, vec![drug(1, "1", "20")]).await;
    let service = &ward.town.service;
    service.clock().set(datetime!(2026-12-01 09:00 +8));
    let claim = InstitutionClaimForm {
        institution_id: ward.hospital.clone(),
        until_on: on(date!(2026 - 11 - 30)),
        encounters: 1,
        fund: yuan("12"),
    };
    service.approve(&handler(), &claim, &[]).await.unwrap();
    let unclaimed = ward
        .settle("ZY-2", TODAY + Duration::days(1), vec![drug(1, "2", "15")])
        .await;
    let same = ward
        .settle("ZY-3", TODAY + Duration::days(1), vec![dressing(1, "9")])
        .await;
    let cheaper = CatalogueItem {
        price_limit: yuan("14"),
        ..item(CatalogueKind::Drug, DRUG, "青霉素")
    };
    ward.town
        .catalogue_from(date!(2026 - 02 - 01), CatalogueKind::Drug, vec![cheaper])
        .await;
    let order = ReadjudicationOrder {
        from_on: on(date!(2026 - 02 - 01)),
        document_number: "粤人社规〔2026〕21号".to_owned(),
        cause: ReadjudicationCause::Catalogue as i32,
    };
    let run = service.preview(&handler(), &order).await.unwrap();
    let summary = wire::from_any::<ReadjudicationSummary>(run.summary.as_ref().unwrap()).unwrap();
    assert_eq!(summary.encounters, 2);
    assert_eq!(
        (summary.fund_before, summary.fund_after),
        (yuan("36"), yuan("42"))
    );
    service.sign_off_run(&handler(), &run).await.unwrap();
    service.run_done(&handler(), &run.run_id).await.unwrap();
    let after = |id: &str| {
        let id = id.to_owned();
        let ward = &ward;
        async move { ward.settlements(&id).await.remove(0) }
    };
    let now = after(&claimed.encounter_id).await;
    assert_eq!((now.sequence, now.cause()), (1, SettlementCause::Catalogue));
    assert_eq!(now.fund, yuan("14"));
    assert_eq!(after(&unclaimed.encounter_id).await.fund, yuan("28"));
    assert_eq!(after(&same.encounter_id).await.sequence, 0);
    // The difference is told of the bill that was claimed; the other one is claimed with it.
    let benefits = ward.benefits().await;
    assert_eq!(benefits.iter().filter(|one| one.is_difference).count(), 1);
    assert_eq!(
        (benefits[0].is_difference, benefits[0].amount.clone()),
        (true, yuan("2"))
    );
}

// Art. 43, Art. 62
#[tokio::test]
async fn what_a_run_foresees_of_two_bills_with_one_service_is_what_takes_effect() {
    let ward = Ward::open().await;
    let code = "003112000020000";
    let unlisted = line(1, CatalogueKind::TreatmentItem, code, "1", "70");
    let mut bills = Vec::new();
    for number in ["ZY-1", "ZY-2"] {
        let settled = ward.settle(number, TODAY, vec![unlisted.clone()]).await;
        assert_eq!(decided(&settled)[0].3, "LINE_NOT_IN_CATALOGUE");
        bills.push(settled.encounter_id);
    }
    let listed = item(CatalogueKind::TreatmentItem, code, "换药");
    let from_on = date!(2026 - 02 - 01);
    ward.town
        .catalogue_from(from_on, CatalogueKind::TreatmentItem, vec![listed])
        .await;
    let order = ReadjudicationOrder {
        from_on: on(from_on),
        document_number: "粤人社规〔2026〕22号".to_owned(),
        cause: ReadjudicationCause::Catalogue as i32,
    };
    let service = &ward.town.service;
    let run = service.preview(&handler(), &order).await.unwrap();
    let summary = wire::from_any::<ReadjudicationSummary>(run.summary.as_ref().unwrap()).unwrap();
    let signed = (summary.fund_before, summary.fund_after);
    assert_eq!(signed, (yuan("0"), yuan("70")));
    service.sign_off_run(&handler(), &run).await.unwrap();
    service.run_done(&handler(), &run.run_id).await.unwrap();
    let mut paid = Vec::new();
    for id in &bills {
        paid.push(decided(&ward.settlements(id).await[0]).remove(0));
    }
    assert_eq!((paid[0].2.as_str(), paid[0].3.as_str()), ("70.00", ""));
    assert_eq!(
        (paid[1].2.as_str(), paid[1].3.as_str()),
        ("0.00", "LINE_REPEATED")
    );
}

// Art. 54, Art. 62, Art. 63
#[tokio::test]
async fn a_run_for_what_was_told_late_is_booked_with_its_cause_and_what_it_leaves_is_claimed() {
    let ward = Ward::open().await;
    let (town, injury) = (&ward.town, &ward.injury);
    let later = BillLine {
        service_on: on(date!(2026 - 11 - 12)),
        ..dressing(2, "50")
    };
    let lines = vec![dressing(1, "100"), later];
    let settled = ward.settle("ZY-1", date!(2026 - 11 - 12), lines).await;
    let died_on = date!(2026 - 11 - 10);
    town.report(&injury.employer_id, 1, StaffChangeKind::Death, died_on)
        .await;
    let request = ListFlagsRequest {
        pooling_area: AREA.to_owned(),
        kind: FlagKind::DeadPatient as i32,
        ..ListFlagsRequest::default()
    };
    let mut clerk = ward.clerk().await;
    let flagged = eventually(async || {
        let found = clerk.list_flags(request.clone()).await.unwrap();
        found.into_inner().flags.pop()
    });
    assert_eq!(flagged.await.encounter_id, settled.encounter_id);

    let order = ReadjudicationOrder {
        from_on: on(date!(2026 - 11 - 01)),
        document_number: "深民死〔2026〕3号".to_owned(),
        cause: ReadjudicationCause::Facts as i32,
    };
    let unsaid = ReadjudicationOrder {
        cause: 0,
        ..order.clone()
    };
    let service = &town.service;
    let refused = service.order(&handler(), &unsaid).await.unwrap_err();
    assert_eq!(reason(&refused), "INVALID_FIELD");
    let run = service.preview(&handler(), &order).await.unwrap();
    let summary = wire::from_any::<ReadjudicationSummary>(run.summary.as_ref().unwrap()).unwrap();
    assert_eq!(summary.cause(), ReadjudicationCause::Facts);
    service.sign_off_run(&handler(), &run).await.unwrap();
    service.run_done(&handler(), &run.run_id).await.unwrap();
    let now = ward.settlements(&settled.encounter_id).await.remove(0);
    assert_eq!((now.sequence, now.cause()), (1, SettlementCause::Facts));
    assert_eq!(now.fund, yuan("100"));
    service.clock().set(datetime!(2026-12-01 09:00 +8));
    let claim = InstitutionClaimForm {
        institution_id: ward.hospital.clone(),
        until_on: on(date!(2026 - 11 - 30)),
        encounters: 1,
        fund: yuan("100"),
    };
    service.approve(&handler(), &claim, &[]).await.unwrap();
}

// Art. 43, Art. 63
#[tokio::test]
async fn a_visit_that_waited_for_another_bill_is_settled_by_the_catalogue_that_came_meanwhile() {
    let ward = Ward::open().await;
    let pool = ward.town.service.platform.db().pool();
    let mut other = pool.begin().await.unwrap();
    sqlx::query("SELECT pg_advisory_xact_lock(hashtextextended('bills of ' || $1, 0))")
        .bind(&ward.injury.person_id)
        .execute(&mut *other)
        .await
        .unwrap();
    let request = SettleVisitRequest {
        pooling_area: AREA.to_owned(),
        request_id: Uuid::now_v7().to_string(),
        admission: Some(ward.admission("MZ-1", EncounterKind::Outpatient)),
        lines: vec![drug(1, "1", "20")],
        ..SettleVisitRequest::default()
    };
    let meanwhile = async {
        let waiting =
            "SELECT EXISTS (SELECT FROM pg_locks WHERE locktype = 'advisory' AND NOT granted
             AND database = (SELECT oid FROM pg_database WHERE datname = current_database()))";
        eventually(async || {
            let waits: bool = sqlx::query_scalar(waiting).fetch_one(pool).await.unwrap();
            waits.then_some(())
        })
        .await;
        let cheaper = CatalogueItem {
            price_limit: yuan("9"),
            ..item(CatalogueKind::Drug, DRUG, "青霉素")
        };
        let from_on = date!(2026 - 02 - 01);
        ward.town
            .catalogue_from(from_on, CatalogueKind::Drug, vec![cheaper])
            .await;
        other.commit().await.unwrap();
    };
    let mut hospital = ward.hospital().await;
    let (settled, ()) = tokio::join!(hospital.settle_visit(request), meanwhile);
    let settled = settled.unwrap().into_inner().settlement.unwrap();
    assert_eq!(parts(&settled), ["9.00", "0.00", "11.00", "0.00"]);
}
