//! One month of one employer: registered, enrolled, assessed, paid, and let go only when it has paid.

use chassis::testing::{AREA, employer, outsider, reason};
use contracts::Money;
use contracts::collection::v1::arrears_service_client::ArrearsServiceClient;
use contracts::collection::v1::settlement_service_client::SettlementServiceClient;
use contracts::collection::v1::{
    AssessmentRunOrder, GetLedgerTotalsRequest, GetLedgerTotalsResponse, PaidRow, PaymentChannel,
    UploadPaidListRequest,
};
use contracts::common::v1::{Batch, BatchHeader, BatchState, BatchTotals, CaseState};
use contracts::options::v1::{Caller, Department};
use contracts::registration::v1::{DeregistrationForm, DeregistrationGround};
use law::Month;
use time::macros::{date, datetime};
use uuid::Uuid;

use crate::town::{PAPERS, Town, credit_code, heard_of, mine, miners};

fn leaving() -> DeregistrationForm {
    DeregistrationForm {
        employer_id: credit_code(),
        ground: DeregistrationGround::LicenceCancelled as i32,
        ends_on: Some(date!(2026 - 11 - 30).into()),
        document_number: "深市监注〔2026〕8号".to_owned(),
        document_issuer: "深圳市市场监督管理局".to_owned(),
        document_issued_on: Some(date!(2026 - 11 - 30).into()),
        ..DeregistrationForm::default()
    }
}

async fn totals(town: &Town) -> GetLedgerTotalsResponse {
    let clerk = Town::handler(Department::Collection);
    let mut arrears = ArrearsServiceClient::new(town.collection.connect(&clerk).await);
    let request = GetLedgerTotalsRequest {
        pooling_area: AREA.to_owned(),
        month: None,
    };
    arrears
        .get_ledger_totals(request)
        .await
        .unwrap()
        .into_inner()
}

/// The tax bureau sends a list of one payment.
async fn pay(town: &Town, amount: &str) -> Batch {
    let bureau = town.collection.connect(&outsider(Caller::TaxBureau)).await;
    let row = PaidRow {
        payment_reference: "SK-1".to_owned(),
        employer_id: credit_code(),
        month: Some(Month::new(2026, 11).unwrap().into()),
        amount: Some(Money::from_text(amount)),
        paid_on: Some(date!(2026 - 11 - 20).into()),
        arrived_on: Some(date!(2026 - 11 - 21).into()),
        channel: PaymentChannel::Tax as i32,
        ..PaidRow::default()
    };
    let list = UploadPaidListRequest {
        pooling_area: AREA.to_owned(),
        header: Some(BatchHeader {
            batch_id: Uuid::now_v7().to_string(),
            reference: "实缴清单1".to_owned(),
        }),
        first_row: 0,
        rows: vec![row],
        totals: Some(BatchTotals {
            rows: 1,
            sum: Some(Money::from_text(amount)),
        }),
        lines: Vec::new(),
    };
    let mut settlement = SettlementServiceClient::new(bureau);
    let answer = settlement.upload_paid_list(tokio_stream::iter([list]));
    answer.await.unwrap().into_inner().batch.unwrap()
}

fn text(money: Option<&Money>) -> &str {
    money.map_or("", Money::as_text)
}

// Art. 8, Art. 16, Art. 28, Art. 32
#[tokio::test]
async fn an_employer_leaves_only_after_the_month_it_owes_is_paid() {
    let town = Town::found().await;
    let clerk = Town::handler(Department::Registration);
    town.registration
        .approve(&employer(&credit_code()), &mine(), PAPERS)
        .await
        .unwrap();
    town.registration
        .approve(&clerk, &miners(&["6000.00", "4000.00"]), PAPERS)
        .await
        .unwrap();
    heard_of(&town).await;

    let clock = &town.collection.bench.clock;
    clock.set(datetime!(2026-11-16 09:00 +8));
    let order = AssessmentRunOrder {
        month: Some(Month::new(2026, 11).unwrap().into()),
        ..AssessmentRunOrder::default()
    };
    assert_eq!(town.run(&order).await.items, 1);
    let due = totals(&town).await;
    assert_eq!(text(due.principal_due.as_ref()), "190.00", "10000 × 1.9%");

    clock.set(datetime!(2026-12-01 09:00 +8));
    let refused = town
        .registration
        .approve(&clerk, &leaving(), PAPERS)
        .await
        .unwrap_err();
    assert!(refused.message().contains("190.00"), "{refused}");
    assert!(!reason(&refused).is_empty());

    let list = pay(&town, "190.00").await;
    assert_eq!((list.state(), list.refused_rows), (BatchState::Done, 0));
    let settled = totals(&town).await;
    assert_eq!(text(settled.principal_unpaid.as_ref()), "0.00");
    assert_eq!(settled.received, settled.principal_paid);

    let left = town
        .registration
        .approve(&clerk, &leaving(), PAPERS)
        .await
        .unwrap();
    assert_eq!(left.state(), CaseState::Approved);
}
