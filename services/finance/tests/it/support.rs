//! What the tests of all sections share: the service alone, told what collection tells.

pub mod bank;

use chassis::Actor;
use chassis::testing::{AREA, As, TestService, clerk};
use contracts::Money;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    CollectionEvent, EnteredReceipt, LedgerAccount, PaymentChannel, ReceiptsEntered,
};
use contracts::common::v1::{EvidenceKind, ParameterChangeForm};
use contracts::finance::v1::accounting_service_client::AccountingServiceClient;
use contracts::finance::v1::{
    AccountBalance, DocumentAmount, DocumentPart, FinanceDocument, HandVoucherForm,
    ListTrialBalancesRequest, ListVouchersRequest, PeriodCloseForm, PostForm,
    RecordDocumentRequest, SourceDocument, Voucher, VoucherLine,
};
use contracts::options::v1::{Department, Duty};
use finance::reactions::Collection;
use law::Month;
use time::Date;
use tonic::Status;

/// An employer.
pub const EMPLOYER: &str = "91440300000000001X";

/// The service alone, on Monday, 2026-11-02.
pub async fn alone() -> TestService {
    TestService::start(finance::service()).await
}

/// The clerk who records and applies.
pub fn handler() -> Actor {
    clerk(Department::Finance, Duty::Handler)
}

pub fn wire_month(text: &str) -> Option<contracts::Month> {
    Some(text.parse::<Month>().unwrap().into())
}

pub fn yuan(money: Option<&Money>) -> String {
    money.map_or_else(String::new, |one| one.as_text().to_owned())
}

pub async fn client(service: &TestService) -> AccountingServiceClient<As> {
    AccountingServiceClient::new(service.connect(&handler()).await)
}

/// Money of an employer that arrived.
pub fn receipt(row: u64, account: LedgerAccount, amount: &str, arrived_on: Date) -> EnteredReceipt {
    EnteredReceipt {
        employer_id: EMPLOYER.to_owned(),
        account: account as i32,
        amount: Some(Money::from_text(amount)),
        paid_on: Some(arrived_on.into()),
        arrived_on: Some(arrived_on.into()),
        channel: PaymentChannel::Wire as i32,
        row,
        ..EnteredReceipt::default()
    }
}

/// Collection entered receipts of a list.
pub async fn entered(service: &TestService, batch: u128, receipts: &[EnteredReceipt]) {
    let happened = Some(Happened::ReceiptsEntered(ReceiptsEntered {
        batch_id: uuid::Uuid::from_u128(batch).to_string(),
        receipts: receipts.to_vec(),
    }));
    let heard = service.hear(Collection, CollectionEvent { happened });
    heard.await.unwrap();
}

/// A document of a bank.
pub fn document(
    kind: SourceDocument,
    number: &str,
    document_on: Date,
    amounts: &[(DocumentPart, &str)],
) -> FinanceDocument {
    let amounts = amounts.iter().map(|(part, amount)| DocumentAmount {
        part: *part as i32,
        amount: Some(Money::from_text(*amount)),
    });
    FinanceDocument {
        document: kind as i32,
        document_number: number.to_owned(),
        document_on: Some(document_on.into()),
        summary: "银行单据".to_owned(),
        amounts: amounts.collect(),
    }
}

/// A clerk records it.
pub async fn record(service: &TestService, document: FinanceDocument) -> Result<Voucher, Status> {
    let request = RecordDocumentRequest {
        pooling_area: AREA.to_owned(),
        document: Some(document),
        ..RecordDocumentRequest::default()
    };
    let recorded = client(service).await.record_document(request).await?;
    Ok(recorded.into_inner().voucher.unwrap())
}

/// A line of a voucher by hand.
pub fn debit(account: &str, amount: &str) -> VoucherLine {
    VoucherLine {
        account: account.to_owned(),
        debit: Some(Money::from_text(amount)),
        credit: None,
    }
}

pub fn credit(account: &str, amount: &str) -> VoucherLine {
    VoucherLine {
        account: account.to_owned(),
        debit: None,
        credit: Some(Money::from_text(amount)),
    }
}

/// Form 101-A of a day of the month.
pub fn by_hand(
    of: &str,
    number: &str,
    document_on: Date,
    lines: &[VoucherLine],
) -> HandVoucherForm {
    HandVoucherForm {
        month: wire_month(of),
        document_number: number.to_owned(),
        document_on: Some(document_on.into()),
        summary: "财政补贴到账".to_owned(),
        lines: lines.to_vec(),
    }
}

/// Form 104-A.
pub fn closing(of: &str) -> PeriodCloseForm {
    PeriodCloseForm {
        month: wire_month(of),
    }
}

/// All of the income account went to the treasury account.
pub async fn sweep(service: &TestService, on: Date, amount: &str) {
    let amounts = [(DocumentPart::TreasuryAccount, amount)];
    let number = format!("转{on}");
    let swept = document(SourceDocument::IncomeSweep, &number, on, &amounts);
    record(service, swept).await.unwrap();
}

/// A month is closed.
pub async fn close(service: &TestService, of: &str) -> Result<(), Status> {
    let (handler, form) = (handler(), closing(of));
    service.approve(&handler, &form, &[]).await.map(drop)
}

/// Form 106-A for the clerk who records and applies.
pub fn post_form(post: contracts::finance::v1::Post, from_on: Date) -> PostForm {
    PostForm {
        clerk_id: handler().id,
        clerk_name: handler().name,
        post: post as i32,
        from_on: Some(from_on.into()),
        until_on: None,
    }
}

/// The area sets a figure of its own.
pub async fn set(service: &TestService, name: &str, value: &str) {
    let change = ParameterChangeForm {
        name: name.to_owned(),
        value: value.to_owned(),
        from: Some(time::macros::date!(2026 - 01 - 01).into()),
        source: "深人社规〔2025〕1号".to_owned(),
    };
    let information = clerk(Department::Information, Duty::Handler);
    let papers = [EvidenceKind::LocalRule];
    let changed = service.approve(&information, &change, &papers).await;
    changed.unwrap();
}

/// Vouchers of a month.
pub async fn vouchers(service: &TestService, of: &str) -> Vec<Voucher> {
    let request = ListVouchersRequest {
        pooling_area: AREA.to_owned(),
        month: wire_month(of),
        page_size: 1_000,
        ..ListVouchersRequest::default()
    };
    let listed = client(service).await.list_vouchers(request).await;
    listed.unwrap().into_inner().vouchers
}

/// A voucher, as "1 RECEIPT 1002 +100.00 4001 -100.00".
pub fn shown(voucher: &Voucher) -> String {
    let kind = voucher.kind().as_str_name();
    let kind = kind.trim_start_matches("VOUCHER_KIND_");
    let lines = voucher.lines.iter().map(|line| {
        let (side, amount) = match &line.debit {
            Some(debit) => ('+', debit),
            None => ('-', line.credit.as_ref().unwrap()),
        };
        format!(" {} {side}{}", line.account, amount.as_text())
    });
    format!("{} {kind}{}", voucher.number, lines.collect::<String>())
}

pub async fn trial(service: &TestService, of: &str) -> Vec<AccountBalance> {
    let request = ListTrialBalancesRequest {
        pooling_area: AREA.to_owned(),
        month: wire_month(of),
        ..ListTrialBalancesRequest::default()
    };
    let listed = client(service).await.list_trial_balances(request).await;
    listed.unwrap().into_inner().accounts
}

/// Accounts of a month, as "1002 0.00 +100.00 -0.00 100.00": opening, both sides, closing, debit less credit.
pub async fn trial_shown(service: &TestService, of: &str) -> Vec<String> {
    let accounts = trial(service, of).await;
    accounts.iter().map(balance_shown).collect()
}

pub fn balance_shown(one: &AccountBalance) -> String {
    let decimal = |money: &Option<Money>| money.as_ref().unwrap().decimal().unwrap();
    format!(
        "{} {} +{} -{} {}",
        one.account,
        decimal(&one.opening_debit) - decimal(&one.opening_credit),
        decimal(&one.debit),
        decimal(&one.credit),
        decimal(&one.closing_debit) - decimal(&one.closing_credit),
    )
}
