//! What is paid by the month is adjusted in benefit review and paid by payment: ordered twice, and taken back before and after
//! it was paid.

use chassis::testing::{AREA, clerk, eventually};
use chassis::{Actor, wire};
use contracts::Money;
use contracts::benefit_review::v1::benefit_review_event::What;
use contracts::benefit_review::v1::{
    AdjustmentBasis, AdjustmentOrder, AdjustmentSummary, Benefit, BenefitKind, BenefitReviewEvent,
    BenefitsDecided, PayeeKind, Payer,
};
use contracts::common::v1::{EvidenceKind, ParameterChangeForm};
use contracts::options::v1::{Department, Duty};
use contracts::payment::v1::payroll_service_client::PayrollServiceClient;
use contracts::payment::v1::{
    BankAccountForm, BankAccountKind, ListPaymentAccountsRequest, PayrollOrder, PayrollSummary,
};
use law::Month;
use payment::reactions::BenefitReview;
use time::macros::{date, datetime};
use uuid::Uuid;

use crate::town::{Town, credit_code};

const DOCUMENT: &str = "粤人社发〔2026〕1号";

fn handler() -> Actor {
    clerk(Department::Business, Duty::Handler)
}

fn month(text: &str) -> Option<contracts::Month> {
    Some(text.parse::<Month>().unwrap().into())
}

/// Two injured employees, as benefit review decided for them: an allowance since October.
fn allowances() -> Vec<Benefit> {
    let of = |n: u128, amount: &str| {
        let person_id = Uuid::from_u128(n).to_string();
        Benefit {
            benefit_id: Uuid::now_v7().to_string(),
            kind: BenefitKind::DisabilityAllowance as i32,
            payer: Payer::Fund as i32,
            amount: Some(Money::from_text(amount)),
            payee: PayeeKind::Person as i32,
            payee_id: person_id.clone(),
            person_id,
            name: format!("工伤职工{n}"),
            recognition_number: format!("深人社认字〔2026〕{n}号"),
            employer_id: credit_code(),
            claim_id: Uuid::now_v7().to_string(),
            case_id: Uuid::now_v7().to_string(),
            decided_on: Some(date!(2026 - 09 - 20).into()),
            from_month: month("2026-10"),
            adjusts_by: Some(AdjustmentBasis {
                disability_grade: 3,
                since_month: month("2026-10"),
                ..AdjustmentBasis::default()
            }),
            ..Benefit::default()
        }
    };
    vec![of(1, "3000.01"), of(2, "4000.00")]
}

/// A town where they have their allowances, tell where they are paid, and the area has set 150 yuan more for November.
async fn allowed() -> Town {
    let town = Town::found().await;
    let benefits = allowances();
    let pool = town.benefit_review.platform.db().pool().clone();
    let mut enters = pool.begin().await.unwrap();
    let area = "SELECT set_config('app.pooling_area', $1, true), set_config('app.party', '', true)";
    let area = sqlx::query(area).bind(AREA).execute(&mut *enters);
    area.await.unwrap();
    let entered = benefit_review::benefit::store::insert(&mut enters, AREA, &benefits);
    entered.await.unwrap();
    enters.commit().await.unwrap();
    let what = Some(What::BenefitsDecided(BenefitsDecided { benefits }));
    let heard = town
        .payment
        .hear(BenefitReview, BenefitReviewEvent { what });
    heard.await.unwrap();
    for n in 1..=2 {
        let form = BankAccountForm {
            person_id: Uuid::from_u128(n).to_string(),
            kind: BankAccountKind::Passbook as i32,
            number: format!("400002101920012345{n}"),
            holder: format!("工伤职工{n}"),
            bank_name: "中国工商银行深圳分行".to_owned(),
            bank_code: "102584000002".to_owned(),
            ..BankAccountForm::default()
        };
        let papers = [EvidenceKind::IdentityCard];
        town.payment
            .approve(&handler(), &form, &papers)
            .await
            .unwrap();
    }
    let form = ParameterChangeForm {
        name: "disability_allowance_increase.3".to_owned(),
        value: "150".to_owned(),
        from: Some(date!(2026 - 11 - 01).into()),
        source: DOCUMENT.to_owned(),
    };
    let information = clerk(Department::Information, Duty::Handler);
    let papers = [EvidenceKind::LocalRule];
    let set = town.benefit_review.approve(&information, &form, &papers);
    set.await.unwrap();
    town
}

/// Form 87-A, signed and in effect; answers how many benefits became others.
async fn adjust(town: &Town, take_back: bool) -> i64 {
    let order = AdjustmentOrder {
        month: month("2026-11"),
        kinds: vec![BenefitKind::DisabilityAllowance as i32],
        document_number: DOCUMENT.to_owned(),
        take_back,
    };
    let run = town
        .benefit_review
        .preview(&handler(), &order)
        .await
        .unwrap();
    assert_eq!(run.error, "");
    town.benefit_review
        .sign_off_run(&handler(), &run)
        .await
        .unwrap();
    let done = town
        .benefit_review
        .run_done(&handler(), &run.run_id)
        .await
        .unwrap();
    assert_eq!(done.error, "");
    let summary: AdjustmentSummary = wire::from_any(&run.summary.unwrap()).unwrap();
    summary.sums.iter().map(|sum| sum.benefits).sum()
}

/// Payment has heard what both have by the month.
async fn have(town: &Town, monthly: [&str; 2]) {
    let mut payrolls = PayrollServiceClient::new(town.payment.connect(&handler()).await);
    eventually(async || {
        let request = ListPaymentAccountsRequest {
            pooling_area: AREA.to_owned(),
            ..ListPaymentAccountsRequest::default()
        };
        let listed = payrolls.list_payment_accounts(request).await.unwrap();
        let mut accounts = listed.into_inner().accounts;
        accounts.sort_by(|one, other| one.name.cmp(&other.name));
        let found: Vec<_> = accounts
            .iter()
            .map(|one| one.monthly.as_ref().unwrap().as_text().to_owned())
            .collect();
        (found == monthly).then_some(())
    })
    .await;
}

/// What a payroll comes to: paid, and owed back.
async fn pay(town: &Town, of: &str, supplementary: bool) -> [String; 2] {
    let order = PayrollOrder {
        month: month(of),
        supplementary,
    };
    let run = town.payment.preview(&handler(), &order).await.unwrap();
    assert_eq!(run.error, "");
    town.payment.sign_off_run(&handler(), &run).await.unwrap();
    let done = town
        .payment
        .run_done(&handler(), &run.run_id)
        .await
        .unwrap();
    assert_eq!(done.error, "");
    let summary = run
        .summary
        .map(|summary| wire::from_any::<PayrollSummary>(&summary).unwrap());
    let summary = summary.unwrap_or_default();
    [summary.total, summary.owed_back].map(|yuan| {
        let yuan = yuan.map(|yuan| yuan.decimal().unwrap());
        yuan.unwrap_or_default().normalize().to_string()
    })
}

// Art. 80, Art. 87
#[tokio::test]
async fn an_adjustment_is_paid_once_though_it_is_ordered_twice_and_not_at_all_where_it_is_taken_back_before()
 {
    let town = allowed().await;
    assert_eq!(adjust(&town, false).await, 2);
    have(&town, ["3150.01", "4150.00"]).await;
    assert_eq!(adjust(&town, true).await, 2);
    have(&town, ["3000.01", "4000.00"]).await;
    assert_eq!(pay(&town, "2026-11", false).await, ["14000.02", "0"]);

    assert_eq!(adjust(&town, false).await, 2);
    assert_eq!(adjust(&town, false).await, 0);
    have(&town, ["3150.01", "4150.00"]).await;
    assert_eq!(pay(&town, "2026-11", true).await, ["300", "0"]);
    assert_eq!(pay(&town, "2026-11", true).await, ["0", "0"]);

    // Taken back after it was paid, it is owed back and taken off the next month.
    assert_eq!(adjust(&town, true).await, 2);
    have(&town, ["3000.01", "4000.00"]).await;
    assert_eq!(pay(&town, "2026-11", true).await, ["0", "300"]);
    town.payment.clock().set(datetime!(2026-12-02 09:00 +8));
    assert_eq!(pay(&town, "2026-12", false).await, ["6700.01", "0"]);
    assert_eq!(pay(&town, "2026-12", true).await, ["0", "0"]);
}
