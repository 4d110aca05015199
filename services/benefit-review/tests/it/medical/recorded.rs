//! Records of the course of treatments: article 63.

use super::wrong::{findings, reasons};
use super::*;

/// A record of a day, of no bill yet.
fn record(number: i32, kind: CourseRecordKind, recorded_on: Date) -> CourseRecord {
    CourseRecord {
        record_number: number,
        kind: kind as i32,
        recorded_on: on(recorded_on),
        doctor_name: "赵医师".to_owned(),
        text: "患者一般情况可，创面干燥，无渗出。".to_owned(),
        ..CourseRecord::default()
    }
}

impl Ward {
    /// Sends records of a bill of the hospital in one stream, as somebody.
    async fn record(
        &self,
        who: &chassis::Actor,
        encounter_id: &str,
        records: Vec<CourseRecord>,
    ) -> Batch {
        let records = records.into_iter().map(|record| CourseRecord {
            filed_by: self.hospital.clone(),
            encounter_id: encounter_id.to_owned(),
            ..record
        });
        let rows: Vec<CourseRecord> = records.collect();
        let sent = tokio_stream::iter([UploadCourseRecordsRequest {
            pooling_area: AREA.to_owned(),
            header: Some(BatchHeader {
                batch_id: Uuid::now_v7().to_string(),
                reference: "病程记录".to_owned(),
            }),
            totals: Some(BatchTotals {
                rows: rows.len() as u64,
                sum: None,
            }),
            rows,
            ..UploadCourseRecordsRequest::default()
        }]);
        let sent = self.of(who).await.upload_course_records(sent).await;
        sent.unwrap().into_inner().batch.unwrap()
    }

    /// The numbers of the records that somebody sees, and the token of the next page.
    async fn recorded(
        &self,
        who: &chassis::Actor,
        (encounter_id, page_size, page_token): (&str, i32, &str),
    ) -> (Vec<i32>, String) {
        let request = ListCourseRecordsRequest {
            pooling_area: AREA.to_owned(),
            encounter_id: encounter_id.to_owned(),
            page_size,
            page_token: page_token.to_owned(),
        };
        let list = self.of(who).await.list_course_records(request).await;
        let list = list.unwrap().into_inner();
        let numbers = list.records.iter().map(|one| one.record_number).collect();
        (numbers, list.next_page_token)
    }

    async fn void_record(&self, encounter_id: &str, number: i32) -> Result<(), tonic::Status> {
        let request = VoidCourseRecordsRequest {
            pooling_area: AREA.to_owned(),
            encounter_id: encounter_id.to_owned(),
            record_numbers: vec![number],
            ..VoidCourseRecordsRequest::default()
        };
        let voided = self.hospital().await.void_course_records(request).await;
        voided.map(drop)
    }

    /// What looks odd about bills, of a kind.
    async fn flags(&self, kind: FlagKind) -> Vec<(String, i32)> {
        let request = ListFlagsRequest {
            pooling_area: AREA.to_owned(),
            kind: kind as i32,
            ..ListFlagsRequest::default()
        };
        let found = self.clerk().await.list_flags(request).await.unwrap();
        let flags = found.into_inner().flags.into_iter();
        flags
            .map(|one| (one.encounter_id, one.line_number))
            .collect()
    }

    fn own(&self) -> chassis::Actor {
        party(Caller::Institution, &self.hospital)
    }
}

// Art. 62, Art. 63
#[tokio::test]
async fn whoever_reviews_a_stay_reads_the_records_of_its_course_in_pages() {
    let ward = Ward::open().await;
    let id = ward
        .admit(ward.admission("ZY-1", EncounterKind::Inpatient))
        .await;
    use CourseRecordKind::{Daily, First, Operation};
    let records = vec![
        record(1, First, TODAY),
        record(2, Operation, TODAY),
        record(3, Daily, TODAY + Duration::days(2)),
    ];
    let sent = ward.record(&ward.own(), &id, records.clone()).await;
    assert_eq!((sent.accepted_rows, sent.refused_rows), (3, 0));
    // The same stream again changes nothing.
    let again = ward.record(&ward.own(), &id, records).await;
    assert_eq!(again.refused_rows, 0);
    let reviewer = chassis::testing::clerk(Department::Business, Duty::Reviewer);
    let (first, next) = ward.recorded(&reviewer, (&id, 2, "")).await;
    assert_eq!(first, [1, 2]);
    assert_eq!(
        ward.recorded(&reviewer, (&id, 2, &next)).await,
        (vec![3], String::new())
    );
    // It is the hospital's and the patient's, and nobody else's.
    let patient = party(Caller::Person, &ward.injury.person_id);
    for own in [ward.own(), patient] {
        assert_eq!(ward.recorded(&own, (&id, 0, "")).await.0, [1, 2, 3]);
    }
    let stranger = party(Caller::Person, &Uuid::now_v7().to_string());
    for other in [party(Caller::Institution, &institution_id(2)), stranger] {
        assert_eq!(ward.recorded(&other, (&id, 0, "")).await.0, [0; 0]);
    }
    // What ails somebody is not the employer's business.
    let employer = party(Caller::Employer, &ward.injury.employer_id);
    let request = ListCourseRecordsRequest {
        pooling_area: AREA.to_owned(),
        encounter_id: id,
        ..ListCourseRecordsRequest::default()
    };
    let denied = ward.of(&employer).await.list_course_records(request).await;
    assert_eq!(denied.unwrap_err().code(), tonic::Code::PermissionDenied);
}

// Art. 63
#[tokio::test]
async fn a_record_is_of_a_day_of_the_stay_and_is_taken_back_before_it_is_settled_only() {
    let ward = Ward::open().await;
    let id = ward
        .admit(ward.admission("ZY-1", EncounterKind::Inpatient))
        .await;
    use CourseRecordKind::Daily;
    let silent = CourseRecord {
        text: String::new(),
        ..record(3, Daily, TODAY)
    };
    let other = CourseRecord {
        text: "另一记录".to_owned(),
        ..record(4, Daily, TODAY + Duration::days(1))
    };
    let records = vec![
        record(1, Daily, TODAY - Duration::days(1)),
        record(2, Daily, date!(2026 - 11 - 21)),
        silent,
        record(4, Daily, TODAY + Duration::days(1)),
        other,
    ];
    let batch = ward.record(&ward.own(), &id, records).await;
    let found = findings(&ward, &batch).await;
    let expected = [
        (0, "RECORD_DATE"),
        (1, "RECORD_DATE"),
        (2, "ROW_INVALID"),
        (4, "RECORD_KNOWN"),
    ];
    assert_eq!(reasons(&found), expected);
    // Another institution neither sends it records in the name of the hospital nor in its own.
    let stranger = party(Caller::Institution, &institution_id(2));
    let batch = ward
        .record(&stranger, &id, vec![record(5, Daily, TODAY)])
        .await;
    let found = findings(&ward, &batch).await;
    assert_eq!(reasons(&found), [(0, "ROW_OF_ANOTHER")]);
    // Nobody leaves before the last record, unless it is taken back.
    let mut hospital = ward.hospital().await;
    let leave = DischargePatientRequest {
        pooling_area: AREA.to_owned(),
        encounter_id: id.clone(),
        discharged_on: on(TODAY),
        ..DischargePatientRequest::default()
    };
    let early = hospital.discharge_patient(leave.clone()).await;
    assert_eq!(reason(&early.unwrap_err()), "DISCHARGE_DATE");
    ward.void_record(&id, 4).await.unwrap();
    let twice = ward.void_record(&id, 4).await.unwrap_err();
    assert_eq!(reason(&twice), "RECORD_MISSING");
    assert_eq!(ward.recorded(&ward.own(), (&id, 0, "")).await.0, [0; 0]);
    hospital.discharge_patient(leave).await.unwrap();
    // After the patient left.
    let after = record(6, Daily, TODAY + Duration::days(1));
    let batch = ward
        .record(&ward.own(), &id, vec![after, record(7, Daily, TODAY)])
        .await;
    let found = findings(&ward, &batch).await;
    assert_eq!(reasons(&found), [(0, "RECORD_DATE")]);
    let lines = vec![dressing(1, "100")];
    let request = settle(&id, &lines);
    ward.send(&ward.hospital, &id, lines).await;
    hospital.settle_encounter(request).await.unwrap();
    let late = ward.void_record(&id, 7).await.unwrap_err();
    assert_eq!(reason(&late), "ENCOUNTER_STATE");
    let batch = ward
        .record(&ward.own(), &id, vec![record(8, Daily, TODAY)])
        .await;
    let found = findings(&ward, &batch).await;
    assert_eq!(reasons(&found), [(0, "ENCOUNTER_STATE")]);
}

// Art. 63
#[tokio::test]
async fn two_streams_of_records_at_once_enter_each_once() {
    let ward = Ward::open().await;
    let id = ward
        .admit(ward.admission("ZY-1", EncounterKind::Inpatient))
        .await;
    let records: Vec<CourseRecord> = (1..=40)
        .map(|number| record(number, CourseRecordKind::Daily, TODAY))
        .collect();
    let own = ward.own();
    let (first, second) = tokio::join!(
        ward.record(&own, &id, records[..30].to_vec()),
        ward.record(&own, &id, records[10..].to_vec()),
    );
    assert_eq!((first.refused_rows, second.refused_rows), (0, 0));
    let all: Vec<i32> = (1..=40).collect();
    assert_eq!(ward.recorded(&own, (&id, 0, "")).await.0, all);
}

// Art. 62, Art. 63
#[tokio::test]
async fn a_stay_that_nobody_recorded_is_paid_and_flagged() {
    let ward = Ward::open().await;
    let silent = ward.settle("ZY-1", TODAY, vec![dressing(1, "100")]).await;
    assert_eq!(parts(&silent)[0], "100.00");
    // The hospital is not told what looks odd.
    assert!(silent.flags.is_empty());
    let flagged = ward.flags(FlagKind::NoCourseRecord).await;
    assert_eq!(flagged, [(silent.encounter_id, 0)]);
    // A record of the first day does for three days more, and the one of the fifth day for itself.
    let id = ward
        .admit(ward.admission("ZY-2", EncounterKind::Inpatient))
        .await;
    let records = [0, 5].map(|day| {
        record(
            day + 1,
            CourseRecordKind::Daily,
            TODAY + Duration::days(day.into()),
        )
    });
    ward.record(&ward.own(), &id, records.to_vec()).await;
    let lines = [3, 4, 5].map(|day| BillLine {
        service_on: on(TODAY + Duration::days(day.into())),
        ..dressing(day, "90")
    });
    let request = settle(&id, &lines);
    ward.send(&ward.hospital, &id, lines.to_vec()).await;
    ward.discharge(&id, TODAY + Duration::days(5)).await;
    let settled = ward.hospital().await.settle_encounter(request).await;
    let settled = settled.unwrap().into_inner().settlement.unwrap();
    assert_eq!(parts(&settled)[0], "270.00");
    assert_eq!(ward.flags(FlagKind::UnrecordedDays).await, [(id, 4)]);
    assert_eq!(ward.flags(FlagKind::NoCourseRecord).await.len(), 1);
    // A visit of a day has none.
    ward.visit("MZ-1", TODAY.day(), vec![drug(1, "1", "7")])
        .await;
    assert_eq!(ward.flags(FlagKind::NoCourseRecord).await.len(), 1);
}
