//! Art. 80, Art. 82. What was decided is paid: persons and relatives tell where, and the payroll of the month is signed by four.

use std::collections::BTreeMap;
use std::time::Duration;

use anyhow::{Context, Result, bail};
use contracts::options::v1::{Department, Duty};
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::super::calendar::NEXT_MONTH;
use super::super::client::{month, number, papers, text, yuan};
use super::super::report::Report;
use super::super::{Demo, progress};
use super::runs;

/// How often payment is asked whether it has heard of everything, and how many times.
const LOOK_EVERY: Duration = Duration::from_millis(300);
const LOOKS: usize = 1_000;

/// Pays what is due up to the month; the one who is first by name has not told where to be paid.
pub async fn run(demo: &Demo, report: &mut Report) -> Result<()> {
    let (decided, amounts) = decided(demo).await?;
    let accounts = heard(demo, amounts).await?;
    let once = accounts.iter().map(|one| yuan(&one["once"]));
    let once: Result<Decimal> = once.sum();
    report.equal_yuan(
        "decided to be paid once by the fund = accounts",
        decided,
        once?,
    );
    let payees = by_bank(&accounts)?;
    tell_where(demo, payees.get(1..).unwrap_or_default()).await?;

    let order = json!({
        "@type": "workinjury.payment.v1.PayrollOrder",
        "month": month(NEXT_MONTH),
    });
    let what = "What is due is paid";
    let summary = runs::carry_through(demo, demo.payment(), what, "payroll", order).await?;
    let of = |name: &str| yuan(&summary[name]);
    let (total, held) = (of("total")?, of("held")?);
    report.equal_yuan(
        "payroll: decided = paid + waits for an account (6-1)",
        decided,
        total + held,
    );
    let unpaid = payees.first().map_or(Decimal::ZERO, |one| one.once);
    report.equal_yuan("payroll: waits for an account", unpaid, held);
    report.equal_yuan("payroll: owed back", Decimal::ZERO, of("owedBack")?);
    compare(demo, report, total).await?;
    let channels = summary["channels"].as_array().map(Vec::as_slice);
    for channel in channels.unwrap_or_default() {
        let name = text(&channel["channel"]).trim_start_matches("PAYMENT_CHANNEL_");
        report.note(&format!("payroll: {name}"), yuan(&channel["total"])?);
        report.note(
            &format!("payroll: payees, {name}"),
            number(&channel["payees"]),
        );
    }
    Ok(())
}

/// Yuan that benefit review decided the fund pays once, and how many amounts it decided in all.
async fn decided(demo: &Demo) -> Result<(Decimal, usize)> {
    let listed = list(demo, "/v1/benefits", "benefits").await?;
    let once = listed
        .iter()
        .filter(|one| text(&one["payer"]) == "PAYER_FUND" && one["fromMonth"].is_null());
    let once: Result<Decimal> = once.map(|one| yuan(&one["amount"])).sum();
    Ok((once?, listed.len()))
}

/// The accounts of payment, once it has told everybody of every amount.
async fn heard(demo: &Demo, amounts: usize) -> Result<Vec<Value>> {
    let spinner = progress::spinner("Payment hears what was decided");
    for _ in 0..LOOKS {
        let notices = list(demo, "/v1/benefitNotices", "notices").await?;
        let lines = notices.iter().map(|one| one["lines"].as_array());
        let lines: usize = lines.map(|lines| lines.map_or(0, Vec::len)).sum();
        if lines == amounts {
            spinner.finish();
            return list(demo, "/v1/paymentAccounts", "accounts").await;
        }
        tokio::time::sleep(LOOK_EVERY).await;
    }
    bail!("payment has not heard of all {amounts} amounts that were decided")
}

/// Somebody who is paid by a bank.
struct ByBank {
    name: String,
    /// Yuan that are paid once.
    once: Decimal,
    form: Value,
}

/// They, by name.
fn by_bank(accounts: &[Value]) -> Result<Vec<ByBank>> {
    let mut payees: BTreeMap<&str, ByBank> = BTreeMap::new();
    for one in accounts {
        let payee_id = text(&one["payeeId"]);
        let mut form = json!({
            "@type": "workinjury.payment.v1.BankAccountForm",
            "personId": one["personId"],
        });
        match text(&one["payee"]) {
            "PAYEE_KIND_PERSON" => {}
            "PAYEE_KIND_RELATIVE" => form["payeeId"] = json!(payee_id),
            _ => continue,
        }
        let payee = payees.entry(payee_id).or_insert_with(|| ByBank {
            name: text(&one["payeeName"]).to_owned(),
            once: Decimal::ZERO,
            form,
        });
        payee.once += yuan(&one["once"])?;
    }
    let mut payees: Vec<ByBank> = payees.into_values().collect();
    payees.sort_by(|one, other| (&one.name, one.once).cmp(&(&other.name, other.once)));
    Ok(payees)
}

/// Art. 80. They tell where they are paid (forms 80-B and 80-C).
async fn tell_where(demo: &Demo, payees: &[ByBank]) -> Result<()> {
    let clerk = demo.parties.clerk(Department::Business, Duty::Handler, 0)?;
    let what = "They tell where they are paid";
    let told = progress::all(what, payees.iter(), |place, payee| async move {
        let mut form = payee.form.clone();
        form["kind"] = json!("BANK_ACCOUNT_KIND_PASSBOOK");
        form["number"] = json!(format!("4000021019{place:09}"));
        form["holder"] = json!(payee.name);
        form["bankName"] = json!("中国工商银行深圳分行");
        form["bankCode"] = json!("102584000002");
        let name = format!("bank-account/{}", payee.form);
        let desk = demo.payment();
        let submitted = desk.submit(clerk, &name, form, papers(&["IDENTITY_CARD"]));
        let case_id = submitted.await?.map_err(|problem| {
            anyhow::anyhow!("{}: {} {}", payee.name, problem.reason, problem.detail)
        })?;
        let decision = desk.sign(place, &case_id).await?;
        decision.approved("where somebody is paid").map(drop)
    });
    told.await.map(drop).context("accounts at banks")
}

/// The ledger and the orders beside form 6-1.
async fn compare(demo: &Demo, report: &mut Report, total: Decimal) -> Result<()> {
    let sum = async |path: &str, items: &str, name: &str| -> Result<Decimal> {
        let listed = list(demo, path, items).await?;
        listed.iter().map(|one| yuan(&one[name])).sum()
    };
    let ledger = sum("/v1/payments", "payments", "amount").await?;
    report.equal_yuan("payroll: ledger = 6-1", total, ledger);
    let accounts = sum("/v1/paymentAccounts", "accounts", "paid").await?;
    report.equal_yuan("payroll: paid of all accounts = 6-1", total, accounts);
    let orders = sum("/v1/paymentOrders", "orders", "amount").await?;
    report.equal_yuan("payroll: orders to pay = 6-1", total, orders);
    let done = sum("/v1/payrolls", "payrolls", "total").await?;
    report.equal_yuan("payroll: told as done = 6-1", total, done);
    Ok(())
}

async fn list(demo: &Demo, path: &str, items: &str) -> Result<Vec<Value>> {
    let clerk = demo
        .parties
        .clerk(Department::Business, Duty::Reviewer, 0)?;
    demo.client.list(clerk, path, items, &[]).await
}
