//! SQL of payees and accounts.

pub mod facts;
pub mod told;

use chassis::Result;
use contracts::benefit_review::v1::{BenefitKind, PayeeKind};
use law::Month;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query_as};
use time::Date;
use uuid::Uuid;

use super::rules::{Suspension, Told};

pub use facts::{bank_accounts_of, deaths_of, imprisoned_on, revoked_of};

/// Who is paid.
#[derive(Clone, Debug, FromRow)]
pub struct PayeeRow {
    /// Stands for the payee.
    pub payee_id: Uuid,
    kind: i32,
    /// Number of the person, the employer or the institution, or of a relative's identity paper.
    pub number: String,
    /// Name; empty where none was told.
    pub name: String,
}

impl PayeeRow {
    /// What the payee is.
    #[must_use]
    pub fn kind(&self) -> PayeeKind {
        PayeeKind::try_from(self.kind).unwrap_or_default()
    }

    /// The injured employee; none of every other payee.
    #[must_use]
    pub fn person(&self) -> Option<Uuid> {
        let own = self.number.parse().ok();
        own.filter(|_| self.kind() == PayeeKind::Person)
    }
}

/// One benefit of one claim and payee.
#[derive(Clone, Debug, FromRow)]
pub struct AccountRow {
    /// Stands for the account.
    pub account_id: Uuid,
    /// Who is paid.
    pub payee_id: Uuid,
    payee_kind: i32,
    /// Name of the payee; empty where none was told.
    pub payee_name: String,
    kind: i32,
    /// What it was decided of.
    pub claim_id: Uuid,
    /// The injured employee, or the deceased.
    pub person_id: Uuid,
    /// Her or his name.
    pub name: String,
    /// Number of the recognition of the injury.
    pub recognition_number: String,
    /// Who bears the duties of the employer of the injury.
    pub employer_id: String,
}

impl AccountRow {
    /// What is paid.
    #[must_use]
    pub fn kind(&self) -> BenefitKind {
        BenefitKind::try_from(self.kind).unwrap_or_default()
    }

    /// What the payee is.
    #[must_use]
    pub fn payee(&self) -> PayeeKind {
        PayeeKind::try_from(self.payee_kind).unwrap_or_default()
    }
}

/// An amount that was told of an account.
#[derive(Clone, Debug, FromRow)]
pub struct ToldRow {
    /// Of which.
    pub account_id: Uuid,
    amount: Decimal,
    from_month: Option<Date>,
    until_month: Option<Date>,
}

impl ToldRow {
    /// As the rules take it.
    #[must_use]
    pub fn told(&self) -> Told {
        let until = self.until_month.map(Month::of);
        Told {
            amount: self.amount,
            months: self.from_month.map(|from| (Month::of(from), until)),
        }
    }
}

/// Months in which a payee is not paid.
#[derive(Clone, Debug, FromRow)]
pub struct SuspensionRow {
    /// Who.
    pub payee_id: Uuid,
    /// The injured employee, or the deceased.
    pub person_id: Uuid,
    from_month: Date,
    resumed_month: Option<Date>,
    made_up: bool,
}

impl SuspensionRow {
    /// As the rules take it.
    #[must_use]
    pub fn suspension(&self) -> Suspension {
        Suspension {
            from: Month::of(self.from_month),
            resumed: self.resumed_month.map(Month::of),
            made_up: self.made_up,
        }
    }
}

/// The next payees in the order of their ids.
///
/// # Errors
/// When they cannot be read.
pub async fn payees(
    db: &mut PgConnection,
    area: &str,
    (after, limit): (Uuid, i64),
) -> Result<Vec<PayeeRow>> {
    Ok(query_as(
        "SELECT payee_id, kind, number, name FROM payee
         WHERE pooling_area = $1 AND payee_id > $2 ORDER BY payee_id LIMIT $3",
    )
    .bind(area)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// Payees by their ids.
///
/// # Errors
/// When they cannot be read.
pub async fn payees_of(db: &mut PgConnection, area: &str, ids: &[Uuid]) -> Result<Vec<PayeeRow>> {
    Ok(query_as(
        "SELECT payee_id, kind, number, name FROM payee
         WHERE pooling_area = $1 AND payee_id = ANY ($2) ORDER BY payee_id",
    )
    .bind(area)
    .bind(ids)
    .fetch_all(db)
    .await?)
}

/// The injured employee, or the relative with this id who is paid of the injury or the death.
///
/// # Errors
/// When it cannot be read.
pub async fn payee_of(
    db: &mut PgConnection,
    area: &str,
    person_id: Uuid,
    payee_id: Option<Uuid>,
) -> Result<Option<PayeeRow>> {
    Ok(query_as(
        "SELECT p.payee_id, p.kind, p.number, p.name FROM payee p
         WHERE p.pooling_area = $1 AND ($3::uuid IS NULL AND p.kind = $4 AND p.number = $2::text
             OR p.payee_id = $3 AND p.kind = ANY ($5) AND EXISTS (SELECT FROM account a
                 WHERE a.pooling_area = $1 AND a.payee_id = $3 AND a.person_id = $2::uuid))",
    )
    .bind(area)
    .bind(person_id.to_string())
    .bind(payee_id)
    .bind(PayeeKind::Person as i32)
    .bind([PayeeKind::Person as i32, PayeeKind::Relative as i32])
    .fetch_optional(db)
    .await?)
}

/// The accounts of payees.
///
/// # Errors
/// When they cannot be read.
pub async fn accounts_of(
    db: &mut PgConnection,
    area: &str,
    payees: &[Uuid],
) -> Result<Vec<AccountRow>> {
    Ok(query_as(
        "SELECT account_id, payee_id, payee_kind, payee_name, kind, claim_id, person_id, name,
             recognition_number, employer_id
         FROM account WHERE pooling_area = $1 AND payee_id = ANY ($2) ORDER BY payee_id, account_id",
    )
    .bind(area)
    .bind(payees)
    .fetch_all(db)
    .await?)
}

/// What was told of accounts, in its order.
///
/// # Errors
/// When it cannot be read.
pub async fn told_of(db: &mut PgConnection, area: &str, accounts: &[Uuid]) -> Result<Vec<ToldRow>> {
    Ok(query_as(
        "SELECT account_id, amount, from_month, until_month FROM told_benefit
         WHERE pooling_area = $1 AND account_id = ANY ($2) ORDER BY account_id, arrival",
    )
    .bind(area)
    .bind(accounts)
    .fetch_all(db)
    .await?)
}

/// What was paid of accounts, by the months that it was for.
///
/// # Errors
/// When it cannot be read.
pub async fn paid_of(
    db: &mut PgConnection,
    area: &str,
    accounts: &[Uuid],
) -> Result<Vec<(Uuid, Option<Date>, Decimal)>> {
    Ok(query_as(
        "SELECT account_id, for_month, sum(amount) FROM ledger_entry
         WHERE pooling_area = $1 AND account_id = ANY ($2) GROUP BY account_id, for_month",
    )
    .bind(area)
    .bind(accounts)
    .fetch_all(db)
    .await?)
}

/// In which months payees are not paid, or were not.
///
/// # Errors
/// When it cannot be read.
pub async fn suspensions_of(
    db: &mut PgConnection,
    area: &str,
    payees: &[Uuid],
) -> Result<Vec<SuspensionRow>> {
    Ok(query_as(
        "SELECT s.payee_id, s.person_id, s.from_month, r.from_month AS resumed_month,
             COALESCE(r.made_up, false) AS made_up
         FROM stop s LEFT JOIN resumption r USING (pooling_area, stop_id)
         WHERE s.pooling_area = $1 AND s.payee_id = ANY ($2) ORDER BY s.arrival",
    )
    .bind(area)
    .bind(payees)
    .fetch_all(db)
    .await?)
}

/// Which accounts are looked for; none narrows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter {
    /// The injured employee, or the deceased.
    pub person_id: Option<Uuid>,
    /// Who is paid.
    pub payee_id: Option<Uuid>,
}

/// Accounts in the order of their ids, those made last first.
///
/// # Errors
/// When they cannot be read.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    filter: Filter,
    (after, limit): (Option<Uuid>, i64),
) -> Result<Vec<AccountRow>> {
    Ok(query_as(
        "SELECT account_id, payee_id, payee_kind, payee_name, kind, claim_id, person_id, name,
             recognition_number, employer_id
         FROM account WHERE pooling_area = $1 AND ($2::uuid IS NULL OR person_id = $2)
             AND ($3::uuid IS NULL OR payee_id = $3) AND ($4::uuid IS NULL OR account_id < $4)
         ORDER BY account_id DESC LIMIT $5",
    )
    .bind(area)
    .bind(filter.person_id)
    .bind(filter.payee_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
