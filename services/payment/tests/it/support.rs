//! What the tests of all sections share: the service alone, told what benefit review and registration tell.

use chassis::Actor;
use chassis::testing::{AREA, TestService, clerk};
use chassis::wire;
use contracts::Money;
use contracts::benefit_review::v1::benefit_review_event::What as Reviewed;
use contracts::benefit_review::v1::{
    Benefit, BenefitKind, BenefitReviewEvent, BenefitsDecided, Injury, PayeeKind, Payer,
    RecognitionRevoked,
};
use contracts::common::v1::run_service_client::RunServiceClient;
use contracts::common::v1::{EvidenceKind, ListRunItemsRequest, Run};
use contracts::options::v1::{Department, Duty};
use contracts::payment::v1::payroll_service_client::PayrollServiceClient;
use contracts::payment::v1::{
    BankAccountForm, BankAccountKind, ChangeCause, EntryKind, ListPaymentAccountsRequest,
    ListPaymentOrdersRequest, ListPaymentsRequest, ListPayrollLeftRequest, ListPayrollsRequest,
    Payment, PaymentAccount, PaymentOrder, Payroll, PayrollItem, PayrollOrder,
};
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{Person, PersonChanged, PersonDied, RegistrationEvent};
use law::Month;
use law::identity::BankCardNumber;
use payment::reactions::{BenefitReview, Registration};
use time::Date;
use time::macros::datetime;
use uuid::Uuid;

/// The employer of everybody who was injured.
pub const EMPLOYER: &str = "91440300000000001X";

/// A hospital.
pub const HOSPITAL: &str = "12440300000000001X";

/// The service alone, on Monday, 2026-11-02.
pub async fn alone() -> TestService {
    TestService::start(payment::service()).await
}

/// The clerk who orders and applies.
pub fn handler() -> Actor {
    clerk(Department::Business, Duty::Handler)
}

/// Injured employee `n`.
pub fn person(n: u128) -> String {
    Uuid::from_u128(n).to_string()
}

pub fn month(text: &str) -> Month {
    text.parse().unwrap()
}

pub fn wire_month(text: &str) -> Option<contracts::Month> {
    Some(month(text).into())
}

pub fn yuan(money: Option<&Money>) -> String {
    money.map_or_else(String::new, |one| one.as_text().to_owned())
}

/// The clock stands at nine in the morning of a day.
pub fn on(service: &TestService, day: Date) {
    let at = datetime!(2026-11-02 09:00 +8).replace_date(day);
    service.clock().set(at);
}

/// An amount of injured employee `n` that is paid once to her or him by the fund.
pub fn once(n: u128, kind: BenefitKind, amount: &str) -> Benefit {
    Benefit {
        benefit_id: Uuid::now_v7().to_string(),
        kind: kind as i32,
        payer: Payer::Fund as i32,
        amount: Some(Money::from_text(amount)),
        payee: PayeeKind::Person as i32,
        payee_id: person(n),
        person_id: person(n),
        name: format!("工伤职工{n}"),
        recognition_number: format!("深人社工认〔2026〕{n}号"),
        employer_id: EMPLOYER.to_owned(),
        claim_id: Uuid::from_u128(1_000_000 + n).to_string(),
        case_id: Uuid::from_u128(2_000_000 + n).to_string(),
        decided_on: Some(datetime!(2026-11-02 09:00 +8).date().into()),
        ..Benefit::default()
    }
}

/// The same by the month.
pub fn monthly(n: u128, kind: BenefitKind, amount: &str, from: &str) -> Benefit {
    Benefit {
        from_month: wire_month(from),
        ..once(n, kind, amount)
    }
}

/// The disability allowance of `n`.
pub fn allowance(n: u128, amount: &str, from: &str) -> Benefit {
    monthly(n, BenefitKind::DisabilityAllowance, amount, from)
}

/// A bill of `n` that is paid to the hospital.
pub fn bill(n: u128, amount: &str) -> Benefit {
    Benefit {
        payee: PayeeKind::Institution as i32,
        payee_id: HOSPITAL.to_owned(),
        ..once(n, BenefitKind::Medical, amount)
    }
}

/// Benefit review decided.
pub async fn decide(service: &TestService, benefits: &[Benefit]) {
    let what = Some(Reviewed::BenefitsDecided(BenefitsDecided {
        benefits: benefits.to_vec(),
    }));
    let heard = service.hear(BenefitReview, BenefitReviewEvent { what });
    heard.await.unwrap();
}

/// The recognition of the injury of `n` was revoked.
pub async fn revoke(service: &TestService, n: u128) {
    let told = allowance(n, "0", "2026-11");
    let what = Some(Reviewed::RecognitionRevoked(RecognitionRevoked {
        injury: Some(Injury {
            person_id: told.person_id,
            recognition_number: told.recognition_number,
            ..Injury::default()
        }),
    }));
    let heard = service.hear(BenefitReview, BenefitReviewEvent { what });
    heard.await.unwrap();
}

/// Registration tells that `n` died, or that this was wrong.
pub async fn died(service: &TestService, n: u128, died_on: Option<Date>) {
    let what = match died_on {
        Some(died_on) => What::PersonDied(PersonDied {
            person_id: person(n),
            died_on: Some(died_on.into()),
        }),
        None => What::PersonChanged(PersonChanged {
            after: Some(Person {
                person_id: person(n),
                ..Person::default()
            }),
            ..PersonChanged::default()
        }),
    };
    let heard = service.hear(Registration, RegistrationEvent { what: Some(what) });
    heard.await.unwrap();
}

/// Form 80-B of `n`.
pub fn account_form(n: u128) -> BankAccountForm {
    let card = BankCardNumber::with_check(&format!("62220200{n:07}"));
    BankAccountForm {
        person_id: person(n),
        kind: BankAccountKind::SocialSecurityCard as i32,
        number: card.unwrap().to_string(),
        holder: format!("工伤职工{n}"),
        bank_name: "中国工商银行深圳分行".to_owned(),
        bank_code: "102584000002".to_owned(),
        ..BankAccountForm::default()
    }
}

/// `n` tells where to be paid.
pub async fn has_account(service: &TestService, n: u128) {
    let papers = [EvidenceKind::IdentityCard];
    let (handler, form) = (handler(), account_form(n));
    let told = service.approve(&handler, &form, &papers);
    told.await.unwrap();
}

/// Form 80-A of a month.
pub fn order(of: &str) -> PayrollOrder {
    PayrollOrder {
        month: wire_month(of),
        supplementary: false,
    }
}

/// Form 80-A of what arrived after the payroll of a month.
pub fn supplementary(of: &str) -> PayrollOrder {
    PayrollOrder {
        supplementary: true,
        ..order(of)
    }
}

/// A payroll that waits for its signatures.
pub async fn preview(service: &TestService, order: &PayrollOrder) -> Run {
    let run = service.preview(&handler(), order).await.unwrap();
    assert_eq!(run.error, "");
    run
}

/// It is signed and takes effect.
pub async fn complete(service: &TestService, run: &Run) -> Payroll {
    service.sign_off_run(&handler(), run).await.unwrap();
    let done = service.run_done(&handler(), &run.run_id).await.unwrap();
    assert_eq!(done.error, "");
    let payrolls = payrolls(service).await.into_iter();
    let mut own = payrolls.filter(|one| one.run_id == run.run_id);
    own.next().unwrap()
}

/// A payroll from its order to its end.
pub async fn pay(service: &TestService, order: &PayrollOrder) -> Payroll {
    let run = preview(service, order).await;
    complete(service, &run).await
}

/// The items of a payroll.
pub async fn items(service: &TestService, run: &Run) -> Vec<PayrollItem> {
    let mut runs = RunServiceClient::new(service.connect(&handler()).await);
    let request = ListRunItemsRequest {
        pooling_area: AREA.to_owned(),
        run_id: run.run_id.clone(),
        page_size: 1_000,
        ..ListRunItemsRequest::default()
    };
    let listed = runs.list_run_items(request).await.unwrap().into_inner();
    let items = listed.items.into_iter();
    items
        .map(|item| wire::from_any(&item.form.unwrap()).unwrap())
        .collect()
}

/// The item of injured employee `n`, by the name.
pub async fn item(service: &TestService, run: &Run, n: u128) -> PayrollItem {
    let name = format!("工伤职工{n}");
    let mut own = items(service, run)
        .await
        .into_iter()
        .filter(|one| one.payee_name == name);
    own.next().unwrap()
}

/// What makes an item another than a month before, as "NEW 100.00".
pub fn changes(item: &PayrollItem) -> Vec<String> {
    let each = item.changes.iter().map(|one| {
        let cause = ChangeCause::as_str_name(&one.cause());
        let cause = cause.trim_start_matches("CHANGE_CAUSE_");
        format!("{cause} {}", yuan(one.amount.as_ref()))
    });
    each.collect()
}

type Payrolls = PayrollServiceClient<chassis::testing::As>;

pub async fn client(service: &TestService, actor: &Actor) -> Payrolls {
    PayrollServiceClient::new(service.connect(actor).await)
}

pub async fn payrolls(service: &TestService) -> Vec<Payroll> {
    let request = ListPayrollsRequest {
        pooling_area: AREA.to_owned(),
        ..ListPayrollsRequest::default()
    };
    let mut client = client(service, &handler()).await;
    client
        .list_payrolls(request)
        .await
        .unwrap()
        .into_inner()
        .payrolls
}

/// Who was paid how much by a payroll, by name.
pub async fn orders(service: &TestService, payroll: &Payroll) -> Vec<(String, String)> {
    let orders = orders_of(service, &payroll.run_id).await.into_iter();
    let mut paid: Vec<_> = orders
        .map(|one| (one.payee_name, yuan(one.amount.as_ref())))
        .collect();
    paid.sort();
    paid
}

pub async fn orders_of(service: &TestService, run_id: &str) -> Vec<PaymentOrder> {
    let request = ListPaymentOrdersRequest {
        pooling_area: AREA.to_owned(),
        run_id: run_id.to_owned(),
        page_size: 1_000,
        ..ListPaymentOrdersRequest::default()
    };
    let mut client = client(service, &handler()).await;
    client
        .list_payment_orders(request)
        .await
        .unwrap()
        .into_inner()
        .orders
}

/// What a payroll left to the next one.
pub async fn left(service: &TestService, payroll: &Payroll) -> Vec<PayrollItem> {
    let request = ListPayrollLeftRequest {
        pooling_area: AREA.to_owned(),
        run_id: payroll.run_id.clone(),
        ..ListPayrollLeftRequest::default()
    };
    let mut client = client(service, &handler()).await;
    client
        .list_payroll_left(request)
        .await
        .unwrap()
        .into_inner()
        .left
}

/// The ledger, the oldest entry first.
pub async fn ledger(service: &TestService, actor: &Actor) -> Vec<Payment> {
    let request = ListPaymentsRequest {
        pooling_area: AREA.to_owned(),
        page_size: 1_000,
        ..ListPaymentsRequest::default()
    };
    let mut client = client(service, actor).await;
    let mut payments = client
        .list_payments(request)
        .await
        .unwrap()
        .into_inner()
        .payments;
    payments.reverse();
    payments
}

/// The ledger of injured employee `n`, as "REGULAR 2026-11 100.00".
pub async fn entries(service: &TestService, n: u128) -> Vec<String> {
    let own = ledger(service, &handler()).await.into_iter();
    let own = own.filter(|one| one.person_id == person(n)).map(|one| {
        let entry = EntryKind::as_str_name(&one.entry());
        let entry = entry.trim_start_matches("ENTRY_KIND_");
        let of = one
            .for_month
            .map(|of| Month::try_from(of).unwrap().to_string());
        format!(
            "{entry} {} {}",
            of.unwrap_or_default(),
            yuan(one.amount.as_ref())
        )
    });
    own.collect()
}

pub async fn accounts(service: &TestService, actor: &Actor) -> Vec<PaymentAccount> {
    let request = ListPaymentAccountsRequest {
        pooling_area: AREA.to_owned(),
        page_size: 1_000,
        ..ListPaymentAccountsRequest::default()
    };
    let mut client = client(service, actor).await;
    client
        .list_payment_accounts(request)
        .await
        .unwrap()
        .into_inner()
        .accounts
}
