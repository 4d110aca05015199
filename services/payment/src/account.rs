//! Who is paid what: payees and their accounts, built from what benefit review tells (articles 79 to 83).

pub mod rules;
pub mod store;

use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use chassis::{Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::PayeeKind;
use contracts::payment::v1::Refusal;
use law::Month;
use uuid::Uuid;

use self::rules::{Entitlement, Paid, Suspension, Told};
use self::store::{AccountRow, PayeeRow};
use crate::payroll::rules::{Account, Payee};

/// Everything that is known of payees, in their order, each with its accounts.
///
/// # Errors
/// When it cannot be read.
pub async fn known(unit: &mut Unit, payees: &[PayeeRow]) -> Result<Vec<(Payee, Vec<Account>)>> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let ids: Vec<Uuid> = payees.iter().map(|payee| payee.payee_id).collect();
    let rows = store::accounts_of(unit.db(), &area, &ids).await?;
    let accounts: Vec<Uuid> = rows.iter().map(|row| row.account_id).collect();
    let mut told: HashMap<Uuid, Vec<Told>> = HashMap::new();
    for one in store::told_of(unit.db(), &area, &accounts).await? {
        let own = told.entry(one.account_id).or_default();
        own.push(one.told());
    }
    let mut paid: HashMap<Uuid, Paid> = HashMap::new();
    for (account_id, for_month, yuan) in store::paid_of(unit.db(), &area, &accounts).await? {
        let own = paid.entry(account_id).or_default();
        own.insert(for_month.map(Month::of), yuan);
    }
    let mut suspensions: HashMap<(Uuid, Uuid), Vec<Suspension>> = HashMap::new();
    for one in store::suspensions_of(unit.db(), &area, &ids).await? {
        let own = suspensions
            .entry((one.payee_id, one.person_id))
            .or_default();
        own.push(one.suspension());
    }
    let persons: Vec<Uuid> = payees.iter().filter_map(PayeeRow::person).collect();
    let deaths = store::deaths_of(unit.db(), &area, &persons).await?;
    let deaths: HashMap<Uuid, Month> = deaths
        .into_iter()
        .map(|(person, died_on)| (person, Month::of(died_on)))
        .collect();
    let imprisoned = store::imprisoned_on(unit.db(), &area, &persons, today).await?;
    let imprisoned: HashSet<Uuid> = imprisoned.into_iter().collect();
    let banks = store::bank_accounts_of(unit.db(), &area, &ids).await?;
    let banks: HashMap<Uuid, Uuid> = banks.into_iter().collect();
    let numbers: BTreeSet<&str> = rows.iter().map(|row| &*row.recognition_number).collect();
    let numbers: Vec<&str> = numbers.into_iter().collect();
    let revoked = store::revoked_of(unit.db(), &area, &numbers).await?;
    let revoked: HashSet<String> = revoked.into_iter().collect();

    let mut own: BTreeMap<Uuid, Vec<Account>> = BTreeMap::new();
    let died_in = |row: &AccountRow| {
        let of_person = row.payee() == PayeeKind::Person;
        of_person.then(|| deaths.get(&row.person_id).copied())?
    };
    for row in rows {
        let due = Entitlement::of(told.remove(&row.account_id).unwrap_or_default());
        let stops = suspensions.get(&(row.payee_id, row.person_id));
        let account = Account {
            account_id: row.account_id,
            kind: row.kind(),
            person_id: row.person_id,
            due: due
                .ending_with(died_in(&row))
                .suspended(stops.cloned().unwrap_or_default()),
            paid: paid.remove(&row.account_id).unwrap_or_default(),
            revoked: revoked.contains(&row.recognition_number),
            name: row.name,
        };
        own.entry(row.payee_id).or_default().push(account);
    }
    let payees = payees.iter().map(|row| {
        let is_in = |of: &HashSet<Uuid>| row.person().is_some_and(|person| of.contains(&person));
        let payee = Payee {
            payee_id: row.payee_id,
            kind: row.kind(),
            name: row.name.clone(),
            bank_account_id: banks.get(&row.payee_id).copied(),
            dead: row
                .person()
                .is_some_and(|person| deaths.contains_key(&person)),
            imprisoned: is_in(&imprisoned),
        };
        (payee, own.remove(&row.payee_id).unwrap_or_default())
    });
    Ok(payees.collect())
}

/// The injured employee, or the relative of a deceased, who is paid something: as a form names them, the relative by the
/// payee's id.
///
/// # Errors
/// A refusal where there is none.
pub async fn payee(unit: &mut Unit, person_id: Uuid, payee_id: Option<Uuid>) -> Result<PayeeRow> {
    let area = unit.area().to_owned();
    let found = store::payee_of(unit.db(), &area, person_id, payee_id).await?;
    found.ok_or_else(|| {
        Refused::because(Refusal::PayeeUnknown)
            .with("person_id", person_id)
            .into()
    })
}
