//! The kinds of case of the section.

mod agreement;
mod budget;
mod committee;
mod refund;
mod spending;

pub use agreement::PreventionAgreement;
pub use budget::BudgetOfPrevention;
pub use committee::AppraisalFees;
pub use refund::AppraisalFeeRefund;
pub use spending::SpendingOnPrevention;

use chassis::{Error, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::PayeeKind;
use contracts::payment::v1::payment_event::What;
use contracts::payment::v1::{
    AppraisalFee, AppraisalFeeClaim, BankAccount, BankDetails, PaymentEvent, PaymentOrder,
    PaymentOrdered, PaymentPurpose,
};
use law::{Month, Worksheet};
use rust_decimal::Decimal;
use time::Date;
use time::macros::date;
use uuid::Uuid;

use super::rules;
use super::store::{appraisals, prevention};
use crate::account::rules::{bank_numbers, channel};
use crate::account::store::told;
use crate::payroll::store::bank;
use crate::payroll::store::orders::{self, NewOrder};

/// Somebody who is paid by a case.
#[derive(Clone, Debug)]
struct Payable {
    payee_id: Uuid,
    payee: PayeeKind,
    name: String,
    /// Of who is paid; empty of the committee.
    number: String,
    /// None of an employer, which is paid where registration says.
    bank_account_id: Option<Uuid>,
    /// Yuan.
    amount: Decimal,
}

/// One case of the section is decided at a time in an area, until the unit ends.
async fn hold(unit: &mut Unit) -> Result<()> {
    let name = format!("special_fund:{}", unit.area());
    unit.hold(&[name]).await.map(drop)
}

/// Who is paid, kept with the name told last.
async fn payee(unit: &mut Unit, kind: PayeeKind, number: &str, name: &str) -> Result<Uuid> {
    let area = unit.area().to_owned();
    let named = ((kind as i32, number.to_owned()), name.to_owned());
    let kept = told::keep_payees(unit.db(), &area, &[named]).await?;
    let kept = kept.into_values().next();
    kept.ok_or_else(|| Error::internal("a payee was not kept"))
}

/// An account as it is kept, in the own name.
fn checked(details: Option<&BankDetails>, name: &str) -> Result<BankAccount, Refused> {
    let details = details.cloned().unwrap_or_default();
    rules::own_account(&details.holder, name)?;
    let (number, bank_code) = bank_numbers(details.kind(), &details.number, &details.bank_code)?;
    Ok(BankAccount {
        bank_account_id: Uuid::now_v7().to_string(),
        kind: details.kind,
        number,
        holder: details.holder,
        bank_name: details.bank_name,
        bank_code,
        ..BankAccount::default()
    })
}

/// Keeps where somebody is paid, with the person who may see it.
async fn keep_account(
    unit: &mut Unit,
    (payee_id, person_id): (Uuid, Option<Uuid>),
    account: BankAccount,
    case_id: Uuid,
) -> Result<Uuid> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let account = BankAccount {
        payee_id: payee_id.to_string(),
        from_on: Some(today.into()),
        ..account
    };
    bank::insert(unit.db(), &area, &account, (person_id, case_id)).await?;
    chassis::wire::uuid(&account.bank_account_id)
}

/// Art. 84, Art. 86. Orders what a case pays, and tells finance.
async fn order(
    unit: &mut Unit,
    case_id: Uuid,
    purpose: PaymentPurpose,
    payables: Vec<Payable>,
) -> Result<()> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let new = payables.into_iter().map(|one| {
        let is_person = one.payee == PayeeKind::Person;
        let order = PaymentOrder {
            order_id: Uuid::new_v5(&case_id, one.payee_id.as_bytes()).to_string(),
            run_id: case_id.to_string(),
            month: Some(Month::of(today).into()),
            payee_id: one.payee_id.to_string(),
            payee: one.payee as i32,
            payee_name: one.name,
            organisation_id: match is_person {
                true => String::new(),
                false => one.number.clone(),
            },
            channel: channel(one.payee) as i32,
            amount: Some(one.amount.into()),
            bank_account_id: one
                .bank_account_id
                .map_or_else(String::new, |id| id.to_string()),
            ordered_on: Some(today.into()),
            purpose: purpose as i32,
        };
        NewOrder {
            order,
            party: one.number,
        }
    });
    let new: Vec<NewOrder> = new.collect();
    orders::insert(unit.db(), &area, &new).await?;
    let told = new.into_iter().map(|NewOrder { order, .. }| {
        let key = order.payee_id.clone();
        let what = What::PaymentOrdered(PaymentOrdered { order: Some(order) });
        (key, PaymentEvent { what: Some(what) })
    });
    unit.tell_all(told).await
}

/// Art. 84. What is paid of claimed fees, by what is known of the appraisals.
async fn fees(unit: &mut Unit, claims: &[AppraisalFeeClaim]) -> Result<Vec<AppraisalFee>> {
    let area = unit.area().to_owned();
    let numbers: Vec<&str> = claims
        .iter()
        .map(|claim| claim.conclusion_number.as_str())
        .collect();
    let known = appraisals::appraised(unit.db(), &area, &numbers).await?;
    let known = known.into_iter().collect();
    rules::checked(claims, &known)?;
    let mut fees = Vec::with_capacity(claims.len());
    for claim in claims {
        if let Some(appraised) = known.get(&claim.conclusion_number) {
            let law = unit.law(appraised.concluded_on).await?;
            fees.push(rules::fee(claim, appraised, &law)?);
        }
    }
    Ok(fees)
}

/// The first day of a budget's year.
fn first_day(year: i32) -> Date {
    Date::from_calendar_date(year, time::Month::January, 1).unwrap_or(date!(2012 - 01 - 01))
}

/// Art. 85. What may be spent on prevention in a year.
async fn limit(unit: &mut Unit, year: i32) -> Result<Worksheet> {
    let area = unit.area().to_owned();
    let income = prevention::income(unit.db(), &area, year - 1).await?;
    Ok(rules::limit(income, &unit.law(first_day(year)).await?)?)
}
