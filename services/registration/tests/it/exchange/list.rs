//! Whole lists from outside: article 125.

use contracts::Money;
use contracts::common::v1::BatchFinding;
use contracts::registration::v1::{
    DeregistrationForm, DeregistrationGround, FindUnlistedRequest, IdentityKind, OutsideEmployer,
    OutsideEmployerState, OutsidePerson, OutsidePersonState, UploadOutsideEmployersRequest,
    UploadOutsidePersonsRequest,
};
use rust_decimal::Decimal;

use super::*;
use crate::collection::{Books, with_collection};

/// The day of which the lists are true.
const AS_OF: Date = date!(2026 - 10 - 31);

/// Employer number `n` as the market regulator knows it.
fn listed(n: u32) -> OutsideEmployer {
    let facts = facts(n);
    OutsideEmployer {
        as_of: on(AS_OF),
        credit_code: facts.credit_code,
        registration_number: facts.registration_number,
        name: facts.name,
        legal_representative: facts.legal_representative,
        address: facts.address,
        state: OutsideEmployerState::Active as i32,
        ..OutsideEmployer::default()
    }
}

/// Citizen `n` at work with the employer.
pub fn working(n: u16, employer_code: &str, wage: &str) -> OutsidePerson {
    OutsidePerson {
        as_of: on(AS_OF),
        identity_kind: IdentityKind::CitizenId as i32,
        identity_number: citizen(n),
        name: name(n),
        employer_code: employer_code.to_owned(),
        state: OutsidePersonState::Working as i32,
        monthly_wage: Some(Money::from_text(wage)),
        ..OutsidePerson::default()
    }
}

async fn send_employers(service: &TestService, rows: &[OutsideEmployer]) -> Batch {
    let request = UploadOutsideEmployersRequest {
        pooling_area: AREA.to_owned(),
        header: header(),
        rows: rows.to_vec(),
        totals: totals(rows),
        ..UploadOutsideEmployersRequest::default()
    };
    let mut client = authority(service).await;
    let answer = client
        .upload_outside_employers(tokio_stream::iter([request]))
        .await;
    answer.unwrap().into_inner().batch.unwrap()
}

pub async fn send_persons(service: &TestService, rows: &[OutsidePerson]) -> Batch {
    let wages = rows.iter().filter_map(|row| row.monthly_wage.as_ref());
    let sum: Decimal = wages.map(|wage| wage.decimal().unwrap()).sum();
    let request = UploadOutsidePersonsRequest {
        pooling_area: AREA.to_owned(),
        header: header(),
        rows: rows.to_vec(),
        totals: Some(BatchTotals {
            rows: rows.len() as u64,
            sum: Some(sum.into()),
        }),
        ..UploadOutsidePersonsRequest::default()
    };
    let mut client =
        ExchangeServiceClient::new(service.connect(&outsider(Caller::TaxBureau)).await);
    let answer = client
        .upload_outside_persons(tokio_stream::iter([request]))
        .await;
    answer.unwrap().into_inner().batch.unwrap()
}

/// The columns and sentences on the rows, as whoever sent the list reads them.
async fn sentences(
    service: &TestService,
    sender: Caller,
    batch: &Batch,
) -> Vec<(u64, bool, String, String)> {
    let request = ListBatchFindingsRequest {
        pooling_area: AREA.to_owned(),
        batch_id: batch.batch_id.clone(),
        ..ListBatchFindingsRequest::default()
    };
    let mut client = BatchServiceClient::new(service.connect(&outsider(sender)).await);
    let answer = client.list_batch_findings(request).await.unwrap();
    let shown = |finding: BatchFinding| {
        (
            finding.row,
            finding.refused,
            finding.label,
            finding.reason.unwrap().sentence,
        )
    };
    answer
        .into_inner()
        .findings
        .into_iter()
        .map(shown)
        .collect()
}

fn remark(row: u64, column: &str, kind: &str) -> (u64, bool, String, String) {
    let sentence = format!("该行与登记不一致：{kind}。已列入差异清单，由登记部门核实。");
    (row, false, column.to_owned(), sentence)
}

/// What a list brought to light: row, what, of whom, and what is registered and told.
async fn of_list(
    service: &TestService,
    batch: &Batch,
) -> Vec<(u64, DifferenceKind, String, String)> {
    let request = ListDifferencesRequest {
        pooling_area: AREA.to_owned(),
        batch_id: batch.batch_id.clone(),
        ..ListDifferencesRequest::default()
    };
    let mut client = agency(service, Duty::Handler).await;
    let answer = client.list_differences(request).await.unwrap();
    let mut found: Vec<_> = answer
        .into_inner()
        .differences
        .into_iter()
        .map(|found| (found.row, found.kind(), found.registered, found.told))
        .collect();
    found.sort_by_key(|(row, kind, ..)| (*row, *kind as i32));
    found
}

async fn find_unlisted(service: &TestService, batch: &Batch) -> u32 {
    let request = FindUnlistedRequest {
        pooling_area: AREA.to_owned(),
        batch_id: batch.batch_id.clone(),
        ..FindUnlistedRequest::default()
    };
    let mut client = agency(service, Duty::Handler).await;
    client
        .find_unlisted(request)
        .await
        .unwrap()
        .into_inner()
        .found
}

// Art. 125
#[tokio::test]
async fn a_list_of_all_employers_is_held_against_the_register_row_by_row() {
    let (service, _collection) = with_collection().await;
    for n in 1..=7 {
        register(&service, n).await;
    }
    let ended = DeregistrationForm {
        employer_id: credit_code(4),
        ground: DeregistrationGround::Ended as i32,
        ends_on: on(AS_OF),
        document_number: "批〔2026〕1号".to_owned(),
        document_issuer: "主管部门".to_owned(),
        document_issued_on: on(AS_OF),
        ..DeregistrationForm::default()
    };
    service.approve(&handler(), &ended, PAPERS).await.unwrap();
    let rows = [
        listed(1),
        OutsideEmployer {
            name: "新名公司".to_owned(),
            legal_representative: "赵六".to_owned(),
            address: String::new(),
            ..listed(2)
        },
        OutsideEmployer {
            state: OutsideEmployerState::Ended as i32,
            ended_on: on(date!(2026 - 10 - 08)),
            ..listed(3)
        },
        listed(9),
        listed(4),
        OutsideEmployer {
            credit_code: credit_code(55),
            employees: 2,
            ..listed(5)
        },
        OutsideEmployer {
            credit_code: String::new(),
            registration_number: String::new(),
            ..listed(6)
        },
        OutsideEmployer {
            as_of: on(date!(2026 - 11 - 03)),
            ..listed(6)
        },
        listed(6),
    ];
    let batch = send_employers(&service, &rows).await;
    assert_eq!((batch.accepted_rows, batch.refused_rows), (7, 2));
    let answered = sentences(&service, Caller::Authority, &batch).await;
    let (refused, remarks): (Vec<_>, Vec<_>) = answered.into_iter().partition(|row| row.1);
    let refused: Vec<_> = refused.iter().map(|row| (row.0, row.2.as_str())).collect();
    assert_eq!(refused, [(6, "整行"), (7, "数据日期")]);
    assert_eq!(
        remarks,
        [
            remark(1, "单位名称", "单位名称不一致"),
            remark(1, "法定代表人", "法定代表人不一致"),
            remark(2, "存续状态", "已注销、吊销仍参保"),
            remark(3, "整行", "已成立未登记"),
            remark(4, "存续状态", "仍存续而已注销社会保险登记"),
            remark(5, "统一社会信用代码", "单位代码不一致"),
            remark(5, "职工人数", "职工人数多于参保人数"),
        ]
    );
    let row = |row, kind, registered: &str, told: &str| {
        (row, kind, registered.to_owned(), told.to_owned())
    };
    let expected = [
        row(1, DifferenceKind::EmployerName, &facts(2).name, "新名公司"),
        row(1, DifferenceKind::LegalRepresentative, "王五", "赵六"),
        row(2, DifferenceKind::Ended, "参保", "2026-10-08注销、吊销"),
        row(3, DifferenceKind::NotRegistered, "", &facts(9).name),
        row(4, DifferenceKind::Deregistered, "已注销", "存续"),
        row(
            5,
            DifferenceKind::EmployerCode,
            &credit_code(5),
            &credit_code(55),
        ),
        row(5, DifferenceKind::Headcount, "0", "2"),
    ];
    assert_eq!(of_list(&service, &batch).await, expected);
    let told_on = told(&service).await;
    let events = told_on
        .iter()
        .filter(|(_, what)| matches!(what, What::DifferenceFound(_)));
    assert_eq!(events.count(), expected.len(), "audit reads each");

    // The same once more brings nothing new to light.
    let again = send_employers(&service, &rows).await;
    assert_eq!(of_list(&service, &again).await, []);
    // Who takes part and does not stand on a list that is whole is a difference, once.
    assert_eq!(find_unlisted(&service, &again).await, 1);
    assert_eq!(find_unlisted(&service, &again).await, 0);
    assert_eq!(
        of_list(&service, &again).await,
        [row(0, DifferenceKind::NotListed, &facts(7).name, "")]
    );
    // Registering settles what the list found.
    register(&service, 9).await;
    let settled = differences(&service, DifferenceState::Settled).await;
    assert_eq!(kinds(&settled), [DifferenceKind::NotRegistered]);
    assert_eq!(settled[0].code, credit_code(9));
}

// Art. 125
#[tokio::test]
async fn a_list_of_persons_is_held_against_enrolments_and_bases() {
    let (service, collection) = with_collection().await;
    let (employer_id, _) = staffed(&service, 7).await;
    let other = register(&service, 2).await;
    collection.knows(
        &employer_id,
        Books {
            base: "6000.00",
            ..Books::default()
        },
    );
    let unpaid = |n, state: OutsidePersonState| OutsidePerson {
        employer_code: String::new(),
        state: state as i32,
        state_on: on(date!(2026 - 10 - 20)),
        monthly_wage: None,
        ..working(n, "", "0")
    };
    let rows = [
        working(1, &employer_id, "6000.00"),
        working(2, &employer_id, "9000.50"),
        unpaid(3, OutsidePersonState::Dead),
        unpaid(4, OutsidePersonState::Retired),
        OutsidePerson {
            name: "另一人".to_owned(),
            ..working(5, &employer_id, "1.00")
        },
        working(6, &other, "6000.00"),
        working(20, &employer_id, "5000.00"),
        working(21, &credit_code(77), "5000.00"),
        OutsidePerson {
            employer_code: String::new(),
            ..working(1, "", "6000.00")
        },
        unpaid(22, OutsidePersonState::Dead),
    ];
    let batch = send_persons(&service, &rows).await;
    assert_eq!((batch.accepted_rows, batch.refused_rows), (9, 1));
    let answered = sentences(&service, Caller::TaxBureau, &batch).await;
    let (refused, remarks): (Vec<_>, Vec<_>) = answered.into_iter().partition(|row| row.1);
    let refused: Vec<_> = refused.iter().map(|row| (row.0, row.2.as_str())).collect();
    assert_eq!(refused, [(8, "单位代码")]);
    assert_eq!(
        remarks,
        [
            remark(1, "月工资", "工资与缴费基数不一致"),
            remark(2, "人员状态", "已死亡仍参保"),
            remark(3, "人员状态", "已退休仍参保"),
            remark(4, "姓名", "人员姓名不一致"),
            remark(5, "人员状态", "在职而未参保"),
            remark(6, "人员状态", "在职而未参保"),
            remark(7, "单位代码", "已成立未登记"),
        ]
    );
    let row = |row, kind, registered: &str, told: &str| {
        (row, kind, registered.to_owned(), told.to_owned())
    };
    assert_eq!(
        of_list(&service, &batch).await,
        [
            row(1, DifferenceKind::Wage, "6000.00", "9000.50"),
            row(2, DifferenceKind::PersonDead, "参保", "2026-10-20死亡"),
            row(3, DifferenceKind::PersonRetired, "参保", "2026-10-20退休"),
            row(4, DifferenceKind::PersonName, &name(5), "另一人"),
            row(5, DifferenceKind::NotEnrolled, "", &name(6)),
            row(6, DifferenceKind::NotEnrolled, "", &name(20)),
            row(7, DifferenceKind::NotRegistered, "", &credit_code(77)),
        ]
    );
    assert_eq!(
        enrolled(&service, &employer_id, TODAY).await.len(),
        7,
        "a clerk looks first"
    );
    assert_eq!(find_unlisted(&service, &batch).await, 1);
    let unlisted = differences(&service, DifferenceState::Open).await.remove(0);
    assert_eq!(
        (unlisted.kind(), unlisted.registered.as_str()),
        (DifferenceKind::NotListed, name(7).as_str())
    );
    assert_eq!(unlisted.employer_id, employer_id);
}
