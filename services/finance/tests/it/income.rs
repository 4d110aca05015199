//! Section 1: income: articles 37 and 91 to 94.

use chassis::testing::{AREA, reason};
use contracts::Money;
use contracts::collection::v1::collection_event::Happened as Collected;
use contracts::collection::v1::{
    CollectionEvent, EnteredReceipt, LedgerAccount, MonthBalance, RemainderHandedOver,
};
use contracts::finance::v1::finance_event::Happened;
use contracts::finance::v1::income_service_client::IncomeServiceClient;
use contracts::finance::v1::{FinanceEvent, ListRemaindersRequest, Remainder, WriteOffForm};
use finance::reactions::Collection;
use time::macros::date;
use uuid::Uuid;

use crate::support::*;

/// Collection handed over what an employer leaves unpaid, in case `n`.
async fn handed_over(service: &chassis::testing::TestService, n: u128) {
    let happened = Some(Collected::RemainderHandedOver(RemainderHandedOver {
        employer_id: EMPLOYER.to_owned(),
        case_id: Uuid::from_u128(n).to_string(),
        months: vec![MonthBalance {
            month: wire_month("2026-08"),
            unpaid: Some(Money::from_text("300.00")),
            late_fee_unpaid: Some(Money::from_text("4.50")),
            ..MonthBalance::default()
        }],
        principal: Some(Money::from_text("300.00")),
        late_fee: Some(Money::from_text("4.50")),
        as_of: Some(date!(2026 - 10 - 20).into()),
        ..RemainderHandedOver::default()
    }));
    let heard = service.hear(Collection, CollectionEvent { happened });
    heard.await.unwrap();
}

fn approval(n: u128) -> WriteOffForm {
    WriteOffForm {
        case_id: Uuid::from_u128(n).to_string(),
        approved: true,
        document_number: "深财社〔2026〕8号".to_owned(),
        decided_on: Some(date!(2026 - 11 - 02).into()),
        reasons: String::new(),
    }
}

async fn remainders(service: &chassis::testing::TestService) -> Vec<Remainder> {
    let request = ListRemaindersRequest {
        pooling_area: AREA.to_owned(),
        ..ListRemaindersRequest::default()
    };
    let mut income = IncomeServiceClient::new(service.connect(&handler()).await);
    let listed = income.list_remainders(request).await.unwrap();
    listed.into_inner().remainders
}

// Art. 37
#[tokio::test]
async fn a_remainder_is_written_off_or_not_once_and_collection_hears_of_it() {
    let service = alone().await;
    handed_over(&service, 1).await;
    handed_over(&service, 1).await;
    handed_over(&service, 2).await;
    let decide = async |form: WriteOffForm| service.approve(&handler(), &form, &[]).await;
    let refused = async |form| reason(&decide(form).await.unwrap_err());
    let nameless = WriteOffForm {
        document_number: String::new(),
        ..approval(1)
    };
    assert_eq!(refused(nameless).await, "WRITE_OFF_REASONS");
    let early = WriteOffForm {
        decided_on: Some(date!(2026 - 11 - 03).into()),
        ..approval(1)
    };
    assert_eq!(refused(early).await, "WRITE_OFF_DATE");
    assert_eq!(refused(approval(3)).await, "REMAINDER_UNKNOWN");

    decide(approval(1)).await.unwrap();
    assert_eq!(refused(approval(1)).await, "REMAINDER_UNKNOWN");
    let declined = WriteOffForm {
        approved: false,
        reasons: "清算组尚有财产未处置".to_owned(),
        ..approval(2)
    };
    decide(declined).await.unwrap();
    let told: Vec<(String, FinanceEvent)> = service.told("collection").await;
    assert_eq!(told.len(), 2);
    assert!(told.iter().all(|(key, _)| key == EMPLOYER));
    let Some(Happened::WriteOffApproved(approved)) = &told[0].1.happened else {
        panic!("{told:?}");
    };
    assert_eq!(approved.case_id, Uuid::from_u128(1).to_string());
    assert_eq!(approved.document_number, "深财社〔2026〕8号");
    assert_eq!(approved.as_of, Some(date!(2026 - 10 - 20).into()));
    let month = &approved.months[0];
    assert_eq!(yuan(month.principal.as_ref()), "300.00");
    assert_eq!(yuan(month.late_fee.as_ref()), "4.50");
    assert!(matches!(
        &told[1].1.happened,
        Some(Happened::WriteOffDeclined(_))
    ));
    let kept: Vec<_> = remainders(&service)
        .await
        .into_iter()
        .map(|one| (one.answered, one.approved))
        .collect();
    assert_eq!(kept, [(true, false), (true, true)]);
    // Fees count when they are paid: what is not paid stands in no ledger.
    assert!(vouchers(&service, "2026-11").await.is_empty());
}

// Art. 101
#[tokio::test]
async fn a_payment_that_settles_more_than_one_event_holds_is_booked_whole() {
    let service = alone().await;
    let of = |month: &str| EnteredReceipt {
        month: wire_month(month),
        ..receipt(7, LedgerAccount::Principal, "100.00", date!(2026 - 11 - 02))
    };
    for month in ["2026-08", "2026-09", "2026-08"] {
        entered(&service, 1, &[of(month)]).await;
    }
    assert_eq!(vouchers(&service, "2026-11").await.len(), 2);
}
