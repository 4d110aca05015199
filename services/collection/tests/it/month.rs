//! What of an assessed month goes to whoever collects: forms 3-13 and 3-14.

use chassis::testing::{AREA, TestService, outsider, reason};
use contracts::collection::v1::assessment_service_client::AssessmentServiceClient;
use contracts::collection::v1::settlement_service_client::SettlementServiceClient;
use contracts::collection::v1::{
    ConstructionDeclaration, GetMonthSummaryRequest, GetMonthSummaryResponse,
    ListContributionAssessmentsRequest, ListMonthDetailsRequest, MonthDetail,
};
use contracts::options::v1::Caller;
use law::Month;
use rust_decimal::Decimal;
use time::macros::date;
use tonic::Status;

use crate::support::*;

async fn summary(service: &TestService, of: Month) -> Result<GetMonthSummaryResponse, Status> {
    let request = GetMonthSummaryRequest {
        pooling_area: AREA.to_owned(),
        month: Some(of.into()),
    };
    let bureau = outsider(Caller::TaxBureau);
    let mut client = SettlementServiceClient::new(service.connect(&bureau).await);
    Ok(client.get_month_summary(request).await?.into_inner())
}

/// All details of a month, read page by page.
pub async fn details(service: &TestService, of: Month) -> Result<Vec<MonthDetail>, Status> {
    let bureau = outsider(Caller::TaxBureau);
    let mut client = SettlementServiceClient::new(service.connect(&bureau).await);
    let mut request = ListMonthDetailsRequest {
        pooling_area: AREA.to_owned(),
        month: Some(of.into()),
        page_size: 1,
        page_token: String::new(),
    };
    let mut all = Vec::new();
    loop {
        let page = client
            .list_month_details(request.clone())
            .await?
            .into_inner();
        all.extend(page.details);
        if page.next_page_token.is_empty() {
            return Ok(all);
        }
        request.page_token = page.next_page_token;
    }
}

/// Month, headcount, principal, late fee and total of each detail.
fn shown(details: &[MonthDetail]) -> Vec<(String, u32, String, String, String)> {
    let text = |money: &Option<contracts::Money>| money.as_ref().unwrap().to_string();
    let shown = details.iter().map(|detail| {
        (
            Month::try_from(detail.month.unwrap()).unwrap().to_string(),
            detail.headcount,
            text(&detail.principal),
            text(&detail.late_fee),
            text(&detail.total),
        )
    });
    shown.collect()
}

fn line(
    month: &str,
    headcount: u32,
    principal: &str,
    late_fee: &str,
    total: &str,
) -> (String, u32, String, String, String) {
    let [month, principal, late_fee, total] =
        [month, principal, late_fee, total].map(str::to_owned);
    (month, headcount, principal, late_fee, total)
}

/// The details of a month come to its summary, to the fen.
pub async fn agrees(service: &TestService, of: Month) {
    let summary = summary(service, of).await.unwrap().summary.unwrap();
    let of_details = details(service, of).await.unwrap();
    let sum: Decimal = of_details
        .iter()
        .map(|detail| detail.total.as_ref().unwrap().decimal().unwrap())
        .sum();
    assert_eq!(summary.total, Some(sum.into()), "{of_details:#?}");
}

// Art. 32
#[tokio::test]
async fn the_tax_bureau_gets_a_signed_month_in_sums_and_employer_by_employer() {
    let service = collection().await;
    coal_mine(&service).await;
    let none = summary(&service, month(10)).await.unwrap_err();
    assert_eq!(reason(&none), "MONTH_NOT_ASSESSED");
    let none = details(&service, month(10)).await.unwrap_err();
    assert_eq!(reason(&none), "MONTH_NOT_ASSESSED");

    let mut events = registered(2, "65");
    events.push(enrolled(2, 3, 10_000, month(10)));
    tell(&service, events).await;
    assess(&service, month(10)).await;
    let sent = summary(&service, month(10)).await.unwrap();
    assert_eq!(sent.sent_on, Some(date!(2026 - 10 - 16).into()));
    let summary = sent.summary.unwrap();
    assert_eq!((summary.employers, summary.headcount), (2, 3));
    assert_eq!(summary.total, yuan("210.00"));
    let october = details(&service, month(10)).await.unwrap();
    let mut rows = shown(&october);
    rows.sort();
    assert_eq!(
        rows,
        [
            line("2026-10", 1, "20.00", "0.00", "20.00"),
            line("2026-10", 2, "190.00", "0.00", "190.00"),
        ]
    );
    let mine = october.iter().find(|d| d.employer_id == employer_id(1));
    let mine = mine.unwrap();
    assert_eq!(
        (mine.rate.as_str(), mine.payroll.clone()),
        ("0.019", yuan("10000.00"))
    );
    assert_eq!(mine.credit_code, employer_id(1));
    assert_eq!(mine.due_on, Some(date!(2026 - 10 - 25).into()));
    agrees(&service, month(10)).await;

    // The forms 3-10A of the same month, page by page.
    let mut client = AssessmentServiceClient::new(service.connect(&handler()).await);
    let mut request = ListContributionAssessmentsRequest {
        pooling_area: AREA.to_owned(),
        month: Some(month(10).into()),
        page_size: 1,
        page_token: String::new(),
    };
    let mut forms = Vec::new();
    loop {
        let page = client.list_contribution_assessments(request.clone()).await;
        let page = page.unwrap().into_inner();
        assert_eq!(page.assessments.len(), 1);
        forms.extend(page.assessments);
        if page.next_page_token.is_empty() {
            break;
        }
        request.page_token = page.next_page_token;
    }
    assert!(forms.is_sorted_by(|one, next| one.employer_id < next.employer_id));
    let totals: Vec<_> = forms.iter().map(|form| form.total.clone()).collect();
    assert!(totals.contains(&yuan("190.00")) && totals.contains(&yuan("20.00")));
    assert_eq!(totals.len(), 2);
    request.page_size = 1001;
    let status = client
        .list_contribution_assessments(request)
        .await
        .unwrap_err();
    assert_eq!(reason(&status), "INVALID_FIELD");
}

// Art. 29
// Art. 31
// Art. 32
#[tokio::test]
async fn back_payments_late_fees_and_special_contributions_are_billed_with_the_next_month_once() {
    let service = collection().await;
    coal_mine(&service).await;
    set(&service, "construction_rate", "0.0015").await;
    assess(&service, month(10)).await;

    service.clock().set(at(date!(2026 - 11 - 02)));
    let late = back_payment(vec![owed(1, month(10), "7000")]);
    approve(&service, &late).await.unwrap();
    tell(&service, registered(2, "47")).await;
    let project = ConstructionDeclaration {
        employer_id: employer_id(2),
        project_number: "GC-1".to_owned(),
        project_name: "一号工程".to_owned(),
        cost: yuan("1000000"),
        starts_on: Some(date!(2026 - 11 - 01).into()),
        ends_on: Some(date!(2027 - 10 - 31).into()),
    };
    approve(&service, &project).await.unwrap();
    let declared = declaration(month(11), month(12), vec![wage(1, "6000"), wage(2, "4000")]);
    approve(&service, &declared).await.unwrap();

    let summary = assess(&service, month(11)).await;
    assert_eq!((summary.employers, summary.headcount), (2, 2));
    assert_eq!(summary.special_contribution, yuan("1500.00"));
    assert_eq!(summary.back_payment, yuan("19.00"));
    // 209 yuan of October, 22 days late.
    assert_eq!(summary.late_fee, yuan("2.30"));
    assert_eq!(summary.total, yuan("1711.30"));
    let mut november = shown(&details(&service, month(11)).await.unwrap());
    november.sort();
    assert_eq!(
        november,
        [
            line("2026-10", 0, "19.00", "2.30", "21.30"),
            line("2026-11", 0, "1500.00", "0.00", "1500.00"),
            line("2026-11", 2, "190.00", "0.00", "190.00"),
        ]
    );
    agrees(&service, month(11)).await;
    let billed = assessment(&service, 2, month(11)).await.unwrap();
    assert_eq!(
        (
            billed.contribution,
            billed.special_contribution,
            billed.total
        ),
        (yuan("0.00"), yuan("1500.00"), yuan("1500.00"))
    );
    agrees(&service, month(10)).await;

    // Billed once: December has its own contributions, and late fees.
    let summary = assess(&service, month(12)).await;
    assert_eq!(
        (summary.special_contribution, summary.back_payment),
        (yuan("0.00"), yuan("0.00"))
    );
    agrees(&service, month(12)).await;
}

// Art. 32
#[tokio::test]
async fn what_is_approved_while_a_month_awaits_its_signatures_is_billed_with_the_next() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    let declared = declaration(month(11), month(12), vec![wage(1, "6000"), wage(2, "4000")]);
    service.clock().set(at(date!(2026 - 11 - 02)));
    approve(&service, &declared).await.unwrap();
    let run = previewed(&service, month(11)).await;

    let late = back_payment(vec![owed(1, month(10), "7000")]);
    approve(&service, &late).await.unwrap();
    sign(&service, &run).await;
    let principals = async |of| -> Vec<String> {
        let details = details(&service, of).await.unwrap();
        shown(&details).into_iter().map(|line| line.2).collect()
    };
    assert_eq!(principals(month(11)).await, ["0.00", "190.00"]);

    let summary = assess(&service, month(12)).await;
    assert_eq!(summary.back_payment, yuan("19.00"));
    assert_eq!(principals(month(12)).await, ["19.00", "0.00", "190.00"]);
    assert_eq!(principals(month(11)).await, ["0.00", "190.00"]);
}
