//! Orders to pay, pay-outs and what the bank says of them.

use chassis::testing::{AREA, As, TestService, eventually};
use contracts::Money;
use contracts::benefit_review::v1::BenefitKind;
use contracts::common::v1::batch_service_client::BatchServiceClient;
use contracts::common::v1::{
    BatchHeader, BatchState, BatchTotals, GetBatchRequest, ListBatchFindingsRequest,
};
use contracts::finance::v1::expenditure_service_client::ExpenditureServiceClient;
use contracts::finance::v1::{
    DocumentPart, ListPayOutsRequest, ListPayablesRequest, PayOut, PayOutOrder, PayResultRow,
    Payable, PayableState, SourceDocument, UploadPayResultsRequest,
};
use contracts::payment::v1::payment_event::What;
use contracts::payment::v1::{OrderPart, PaymentEvent, PaymentOrder, PaymentOrdered};
use finance::reactions::Payment;
use rust_decimal::Decimal;
use time::Date;
use time::macros::date;
use uuid::Uuid;

use super::{document, handler, record};

pub const TODAY: Date = date!(2026 - 11 - 02);

pub fn id(n: u128) -> String {
    Uuid::from_u128(n).to_string()
}

/// Order `n`, to payee `n`: a bill and an allowance.
pub fn order(n: u128, medical: &str, allowance: &str) -> PaymentOrder {
    let decimal = |text: &str| text.parse::<Decimal>().unwrap();
    let part = |kind: BenefitKind, amount: &str| OrderPart {
        kind: kind as i32,
        amount: Some(Money::from_text(amount)),
    };
    PaymentOrder {
        order_id: id(n),
        run_id: id(9_000),
        payee_id: id(1_000 + n),
        payee_name: format!("工伤职工{n}"),
        amount: Some((decimal(medical) + decimal(allowance)).into()),
        bank_account_id: id(2_000 + n),
        ordered_on: Some(TODAY.into()),
        parts: vec![
            part(BenefitKind::Medical, medical),
            part(BenefitKind::DisabilityAllowance, allowance),
        ],
        ..PaymentOrder::default()
    }
}

pub async fn tell(service: &TestService, what: What) {
    let heard = service.hear(Payment, PaymentEvent { what: Some(what) });
    heard.await.unwrap();
}

pub async fn ordered(service: &TestService, order: PaymentOrder) {
    let order = Some(order);
    tell(service, What::PaymentOrdered(PaymentOrdered { order })).await;
}

/// Money of the fund arrived in the expenditure account.
pub async fn allotted(service: &TestService, number: &str, amount: &str) {
    let parts = [(DocumentPart::ExpenditureAccount, amount)];
    let told = document(SourceDocument::Allotment, number, TODAY, &parts);
    record(service, told).await.unwrap();
}

pub async fn expenditure(service: &TestService) -> ExpenditureServiceClient<As> {
    ExpenditureServiceClient::new(service.connect(&handler()).await)
}

/// A pay-out of all that waits, from its order to its end.
pub async fn pay_out(service: &TestService) -> PayOut {
    let order = PayOutOrder {
        ordered_by: Some(TODAY.into()),
    };
    let run = service.preview(&handler(), &order).await.unwrap();
    assert_eq!(run.error, "");
    service.sign_off_run(&handler(), &run).await.unwrap();
    let done = service.run_done(&handler(), &run.run_id).await.unwrap();
    assert_eq!(done.error, "");
    let request = ListPayOutsRequest {
        pooling_area: AREA.to_owned(),
        ..ListPayOutsRequest::default()
    };
    let listed = expenditure(service)
        .await
        .list_pay_outs(request)
        .await
        .unwrap();
    let mut own = listed.into_inner().pay_outs.into_iter();
    own.find(|one| one.pay_out_id == run.run_id).unwrap()
}

pub async fn payables(service: &TestService) -> Vec<(String, PayableState)> {
    let request = ListPayablesRequest {
        pooling_area: AREA.to_owned(),
        ..ListPayablesRequest::default()
    };
    let listed = expenditure(service)
        .await
        .list_payables(request)
        .await
        .unwrap();
    let all = listed.into_inner().payables.into_iter();
    all.map(|one: Payable| (one.payee_name.clone(), one.state()))
        .collect()
}

pub fn result(pay_out: &PayOut, n: u128, amount: &str, returned: bool) -> PayResultRow {
    PayResultRow {
        pay_out_id: pay_out.pay_out_id.clone(),
        order_id: id(n),
        amount: Some(Money::from_text(amount)),
        returned,
        settled_on: Some(TODAY.into()),
        reason: if returned {
            "账号与户名不符"
        } else {
            ""
        }
        .to_owned(),
    }
}

/// The bank answers; what was found about the rows, as "0 refused PAY_ORDER_UNKNOWN".
pub async fn answered(
    service: &TestService,
    reference: &str,
    rows: Vec<PayResultRow>,
) -> Vec<String> {
    let amount: Decimal = rows
        .iter()
        .map(|row| row.amount.as_ref().unwrap().decimal().unwrap())
        .sum();
    let first = UploadPayResultsRequest {
        pooling_area: AREA.to_owned(),
        header: Some(BatchHeader {
            batch_id: Uuid::now_v7().to_string(),
            reference: reference.to_owned(),
        }),
        totals: Some(BatchTotals {
            rows: u64::try_from(rows.len()).unwrap(),
            sum: Some(amount.into()),
        }),
        rows,
        ..UploadPayResultsRequest::default()
    };
    let mut client = expenditure(service).await;
    let stream = tokio_stream::iter([first]);
    let sent = client.upload_pay_results(stream).await.unwrap();
    let batch_id = sent.into_inner().batch.unwrap().batch_id;
    let mut batches = BatchServiceClient::new(service.connect(&handler()).await);
    eventually(async || {
        let request = GetBatchRequest {
            pooling_area: AREA.to_owned(),
            batch_id: batch_id.clone(),
        };
        let batch = batches
            .get_batch(request)
            .await
            .unwrap()
            .into_inner()
            .batch?;
        (batch.state() == BatchState::Done).then_some(())
    })
    .await;
    let request = ListBatchFindingsRequest {
        pooling_area: AREA.to_owned(),
        batch_id,
        ..ListBatchFindingsRequest::default()
    };
    let findings = batches.list_batch_findings(request).await.unwrap();
    let findings = findings.into_inner().findings.into_iter();
    let shown = findings.map(|one| {
        let how = if one.refused { "refused" } else { "taken" };
        format!(
            "{} {how} {}",
            one.row,
            one.reason.unwrap_or_default().reason
        )
    });
    shown.collect()
}
