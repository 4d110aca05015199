//! What hospitals and employers get wrong: articles 61 and 63.

use super::*;

/// What was found about the rows of a batch.
pub async fn findings(ward: &Ward, batch: &Batch) -> Vec<BatchFinding> {
    let request = ListBatchFindingsRequest {
        pooling_area: AREA.to_owned(),
        batch_id: batch.batch_id.clone(),
        ..ListBatchFindingsRequest::default()
    };
    let mut batches = BatchServiceClient::new(ward.town.service.connect(&handler()).await);
    batches
        .list_batch_findings(request)
        .await
        .unwrap()
        .into_inner()
        .findings
}

/// The rows with what was found about them.
pub fn reasons(findings: &[BatchFinding]) -> Vec<(u64, &str)> {
    let told = findings
        .iter()
        .map(|one| (one.row, one.reason.as_ref().unwrap()));
    told.map(|(row, why)| (row, why.reason.as_str())).collect()
}

// Art. 63
#[tokio::test]
async fn bad_lines_are_refused_and_spoil_no_good_one() {
    let ward = Ward::open().await;
    let id = ward
        .admit(ward.admission("ZY-1", EncounterKind::Inpatient))
        .await;
    let before = BillLine {
        service_on: on(TODAY - Duration::days(1)),
        ..dressing(2, "10")
    };
    let ahead = BillLine {
        service_on: on(date!(2026 - 11 - 21)),
        ..dressing(3, "10")
    };
    let negative = BillLine {
        quantity: "-1".to_owned(),
        ..dressing(4, "10")
    };
    let zero = BillLine {
        quantity: "0".to_owned(),
        ..dressing(5, "10")
    };
    let wrong_amount = BillLine {
        amount: yuan("11"),
        ..dressing(6, "10")
    };
    let device = line(7, CatalogueKind::Device, "FJ-1", "1", "10");
    let unknown = Uuid::now_v7().to_string();
    let lines = vec![
        dressing(1, "10"),
        before,
        ahead,
        negative,
        zero,
        wrong_amount,
        device,
        dressing(1, "12"),
    ];
    let batch = ward.send(&ward.hospital, &id, lines).await;
    let found = findings(&ward, &batch).await;
    let expected = [
        (1, "LINE_DATE"),
        (2, "LINE_DATE"),
        (3, "ROW_INVALID"),
        (4, "ROW_INVALID"),
        (5, "LINE_AMOUNT"),
        (6, "LINE_KIND"),
        (7, "LINE_KNOWN"),
    ];
    assert_eq!(reasons(&found), expected);
    assert_eq!(ward.encounter(&id).await.lines, 1);
    let batch = ward
        .send(&ward.hospital, &unknown, vec![dressing(1, "10")])
        .await;
    assert_eq!(
        reasons(&findings(&ward, &batch).await),
        [(0, "ENCOUNTER_UNKNOWN")]
    );
    // A second hospital sends a line to the first one's bill.
    let other = party(Caller::Institution, &institution_id(2));
    let stranger = BillLine {
        filed_by: ward.hospital.clone(),
        encounter_id: id.clone(),
        ..dressing(9, "10")
    };
    let own = BillLine {
        filed_by: institution_id(2),
        ..stranger.clone()
    };
    let sent = ward
        .of(&other)
        .await
        .upload_bill_lines(stream(vec![stranger, own]))
        .await;
    let batch = sent.unwrap().into_inner().batch.unwrap();
    let found = findings(&ward, &batch).await;
    assert_eq!(
        reasons(&found),
        [(0, "ROW_OF_ANOTHER"), (1, "ENCOUNTER_UNKNOWN")]
    );
}

// Art. 63
#[tokio::test]
async fn a_settled_bill_takes_no_line_no_correction_and_no_second_settlement() {
    let ward = Ward::open().await;
    let settled = ward.settle("ZY-1", TODAY, vec![dressing(1, "100")]).await;
    let id = settled.encounter_id;
    // The same line again changes nothing, and is no error: a stream was sent again.
    let batch = ward
        .send(&ward.hospital, &id, vec![dressing(1, "100")])
        .await;
    assert_eq!(batch.refused_rows, 0);
    let batch = ward
        .send(&ward.hospital, &id, vec![dressing(2, "10")])
        .await;
    assert_eq!(
        reasons(&findings(&ward, &batch).await),
        [(0, "ENCOUNTER_STATE")]
    );
    let mut hospital = ward.hospital().await;
    let void = VoidBillLinesRequest {
        pooling_area: AREA.to_owned(),
        encounter_id: id.clone(),
        line_numbers: vec![1],
        ..VoidBillLinesRequest::default()
    };
    assert_eq!(
        reason(&hospital.void_bill_lines(void).await.unwrap_err()),
        "ENCOUNTER_STATE"
    );
    let again = hospital
        .settle_encounter(settle(&id, &[dressing(1, "100")]))
        .await;
    assert_eq!(reason(&again.unwrap_err()), "ENCOUNTER_STATE");
    let withdraw = WithdrawEncounterRequest {
        pooling_area: AREA.to_owned(),
        encounter_id: id.clone(),
        ..WithdrawEncounterRequest::default()
    };
    let withdrawn = hospital.withdraw_encounter(withdraw).await;
    assert_eq!(reason(&withdrawn.unwrap_err()), "ENCOUNTER_STATE");
    assert_eq!(ward.settlements(&id).await.len(), 1);
}

// Art. 63
#[tokio::test]
async fn a_bill_with_missing_lines_is_not_settled_and_voided_lines_do_not_count() {
    let ward = Ward::open().await;
    let id = ward
        .admit(ward.admission("ZY-1", EncounterKind::Inpatient))
        .await;
    let sent = vec![dressing(1, "100"), dressing(2, "50"), dressing(3, "7")];
    let mut hospital = ward.hospital().await;
    ward.send(&ward.hospital, &id, sent[..2].to_vec()).await;
    let open = hospital
        .settle_encounter(settle(&id, &sent))
        .await
        .unwrap_err();
    assert_eq!(reason(&open), "ENCOUNTER_NOT_OVER");
    // While the patient is there, it is said what it would be.
    let preview = SettleEncounterRequest {
        validate_only: true,
        ..settle(&id, &sent)
    };
    let foreseen = hospital
        .settle_encounter(preview)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(parts(&foreseen.settlement.unwrap())[0], "150.00");
    ward.discharge(&id, TODAY).await;
    let missing = hospital
        .settle_encounter(settle(&id, &sent))
        .await
        .unwrap_err();
    assert_eq!(reason(&missing), "BILL_TOTALS");
    let void = |number| VoidBillLinesRequest {
        pooling_area: AREA.to_owned(),
        encounter_id: id.clone(),
        line_numbers: vec![number],
        ..VoidBillLinesRequest::default()
    };
    hospital.void_bill_lines(void(2)).await.unwrap();
    let twice = hospital.void_bill_lines(void(2)).await.unwrap_err();
    assert_eq!(reason(&twice), "LINE_MISSING");
    let batch = ward
        .send(&ward.hospital, &id, vec![dressing(2, "50")])
        .await;
    assert_eq!(reasons(&findings(&ward, &batch).await), [(0, "LINE_KNOWN")]);
    let settled = hospital.settle_encounter(settle(&id, &sent[..1])).await;
    assert_eq!(
        parts(&settled.unwrap().into_inner().settlement.unwrap())[0],
        "100.00"
    );
}

// Art. 63
#[tokio::test]
async fn two_streams_for_one_stay_at_once_enter_each_line_once() {
    let ward = Ward::open().await;
    let id = ward
        .admit(ward.admission("ZY-1", EncounterKind::Inpatient))
        .await;
    let lines: Vec<BillLine> = (1..=40).map(|number| dressing(number, "2.5")).collect();
    let (first, second) = tokio::join!(
        ward.send(&ward.hospital, &id, lines[..30].to_vec()),
        ward.send(&ward.hospital, &id, lines[10..].to_vec()),
    );
    assert_eq!((first.refused_rows, second.refused_rows), (0, 0));
    let encounter = ward.encounter(&id).await;
    assert_eq!((encounter.lines, encounter.amount), (40, yuan("100")));
}

// Art. 63
#[tokio::test]
async fn an_admission_is_refused_with_what_is_wrong() {
    let ward = Ward::open().await;
    let mut hospital = ward.hospital().await;
    let good = ward.admission("ZY-1", EncounterKind::Inpatient);
    let wrong = [
        (
            "CARD_UNKNOWN",
            Admission {
                card_number: "1".to_owned(),
                ..good.clone()
            },
        ),
        (
            "CARD_UNKNOWN",
            Admission {
                name: "别人".to_owned(),
                ..good.clone()
            },
        ),
        (
            "INJURY_UNKNOWN",
            Admission {
                recognition_number: "无".to_owned(),
                ..good.clone()
            },
        ),
        (
            "ADMISSION_DATE",
            Admission {
                admitted_on: on(date!(2026 - 11 - 21)),
                ..good.clone()
            },
        ),
        (
            "DIAGNOSIS_CODE",
            Admission {
                diagnoses: vec!["S0".to_owned()],
                ..good.clone()
            },
        ),
        (
            "FILER_WRONG",
            Admission {
                filed_by: institution_id(2),
                ..good.clone()
            },
        ),
        (
            "FILER_WRONG",
            Admission {
                institution_id: institution_id(2),
                ..good.clone()
            },
        ),
        // It was no agreement institution the day before.
        (
            "NOT_UNDER_AGREEMENT",
            Admission {
                admitted_on: on(TODAY - Duration::days(1)),
                ..good.clone()
            },
        ),
    ];
    for (expected, admission) in wrong {
        let refused = hospital.admit_patient(admit(admission)).await.unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    hospital.admit_patient(admit(good.clone())).await.unwrap();
    let again = hospital.admit_patient(admit(good)).await.unwrap_err();
    assert_eq!(reason(&again), "VISIT_KNOWN");
    // With a second injury the hospital says which one it treats.
    let employer_id = ward.injury.employer_id.clone();
    let person = contracts::registration::v1::Person {
        person_id: ward.injury.person_id.clone(),
        name: ward.injury.name.clone(),
        ..Default::default()
    };
    let second = ward
        .town
        .recognition(&employer_id, &person, "深人社认字〔2026〕2号");
    ward.town.injure(&second).await;
    let unsaid = hospital.admit_patient(admit(ward.admission("ZY-2", EncounterKind::Inpatient)));
    assert_eq!(reason(&unsaid.await.unwrap_err()), "INJURY_NOT_STATED");
    let wrong_day = DischargePatientRequest {
        pooling_area: AREA.to_owned(),
        encounter_id: ward
            .admit(Admission {
                recognition_number: NUMBER.to_owned(),
                ..ward.admission("ZY-3", EncounterKind::Inpatient)
            })
            .await,
        discharged_on: on(TODAY - Duration::days(1)),
        ..DischargePatientRequest::default()
    };
    let refused = hospital.discharge_patient(wrong_day).await.unwrap_err();
    assert_eq!(reason(&refused), "DISCHARGE_DATE");
}
