//! What was decided enters the accounts, and is told to whom it concerns.

use std::collections::{BTreeMap, HashMap, HashSet};

use chassis::wire::{day, uuid, uuids, yuan};
use chassis::{Error, Result, Unit};
use contracts::benefit_review::v1::{Benefit, BenefitsDecided, PayeeKind, Payer};
use contracts::payment::v1::{BenefitNotice, NoticeLine};
use law::Month;
use time::Date;
use uuid::Uuid;

use crate::account::store::told::{self, NewNotice, PayeeKey, ToldAccount, ToldBenefit};
use crate::payroll::rules::text;

/// Art. 79, Art. 80, Art. 83. What the fund bears enters the accounts, once; of all of it notices are issued.
pub async fn keep(unit: &mut Unit, decided: &[&BenefitsDecided]) -> Result<()> {
    let area = unit.area().to_owned();
    let all = decided.iter().flat_map(|one| &one.benefits);
    let fund: Vec<&Benefit> = all.filter(|one| one.payer() == Payer::Fund).collect();
    let ids: Vec<String> = fund.iter().map(|one| one.benefit_id.clone()).collect();
    let before = told::told_before(unit.db(), &area, &uuids(&ids)?).await?;
    let before: HashSet<Uuid> = before.into_iter().collect();
    let mut new = Vec::with_capacity(fund.len());
    for one in fund {
        if !before.contains(&uuid(&one.benefit_id)?) {
            new.push(one);
        }
    }
    enter(unit, &new).await?;
    issue(unit, decided).await
}

async fn enter(unit: &mut Unit, benefits: &[&Benefit]) -> Result<()> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let named = benefits.iter().map(|one| (payee_key(one), name(one)));
    let named: BTreeMap<PayeeKey, String> = named.collect();
    let named: Vec<(PayeeKey, String)> = named.into_iter().collect();
    let payees = told::keep_payees(unit.db(), &area, &named).await?;
    let mut accounts = BTreeMap::new();
    for one in benefits {
        let account = account(one, &payees)?;
        accounts.insert(account.key, account);
    }
    let accounts: Vec<ToldAccount> = accounts.into_values().collect();
    let known = told::keep_accounts(unit.db(), &area, &accounts).await?;
    let mut rows = Vec::with_capacity(benefits.len());
    for one in benefits {
        let account = account(one, &payees)?;
        let account_id = known.get(&account.key).copied();
        rows.push(ToldBenefit {
            benefit_id: uuid(&one.benefit_id)?,
            account_id: account_id.ok_or_else(|| Error::internal("an account was not kept"))?,
            person_id: account.person_id,
            employer_id: account.employer_id,
            institution_id: account.institution_id,
            amount: yuan(one.amount.as_ref())?,
            from_month: first_day(one.from_month)?,
            until_month: first_day(one.until_month)?,
        });
    }
    told::keep_benefits(unit.db(), &area, (&rows, today)).await
}

fn first_day(month: Option<contracts::Month>) -> Result<Option<Date>> {
    let month = month.map(Month::try_from).transpose();
    let month = month.map_err(|_| Error::internal("a month that is none"))?;
    Ok(month.map(Month::first_day))
}

/// Name of who is paid; empty where none was told.
fn name(one: &Benefit) -> String {
    match one.payee() {
        PayeeKind::Person => one.name.clone(),
        _ => one.payee_name.clone(),
    }
}

fn payee_key(one: &Benefit) -> PayeeKey {
    (one.payee, one.payee_id.clone())
}

fn institution(one: &Benefit) -> &str {
    match one.payee() {
        PayeeKind::Institution => &one.payee_id,
        _ => "",
    }
}

fn account(one: &Benefit, payees: &HashMap<PayeeKey, Uuid>) -> Result<ToldAccount> {
    let payee_id = payees.get(&payee_key(one)).copied();
    let payee_id = payee_id.ok_or_else(|| Error::internal("a payee was not kept"))?;
    Ok(ToldAccount {
        key: (uuid(&one.claim_id)?, one.kind, payee_id),
        payee: one.payee(),
        payee_name: name(one),
        person_id: uuid(&one.person_id)?,
        name: one.name.clone(),
        recognition_number: one.recognition_number.clone(),
        employer_id: one.employer_id.clone(),
        institution_id: institution(one).to_owned(),
    })
}

/// Art. 79. One notice of each case for each person, with the employer that it concerns and the institution that is paid; its number is made of the first amount
/// on it, so that what is told again is not issued again.
async fn issue(unit: &mut Unit, decided: &[&BenefitsDecided]) -> Result<()> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let mut notices: Vec<NewNotice> = Vec::new();
    for told in decided {
        let mut own: BTreeMap<[&str; 4], Vec<&Benefit>> = BTreeMap::new();
        for one in &told.benefits {
            let to = [
                one.case_id.as_str(),
                one.person_id.as_str(),
                one.employer_id.as_str(),
                institution(one),
            ];
            own.entry(to).or_default().push(one);
        }
        for benefits in own.into_values() {
            notices.extend(notice(&benefits, today)?);
        }
    }
    told::keep_notices(unit.db(), &area, &notices).await
}

fn notice(benefits: &[&Benefit], today: Date) -> Result<Option<NewNotice>> {
    let Some(first) = benefits.first() else {
        return Ok(None);
    };
    let notice_id = Uuid::new_v5(&Uuid::NAMESPACE_OID, first.benefit_id.as_bytes());
    let lines = benefits.iter().map(|one| NoticeLine {
        kind: one.kind,
        payer: one.payer,
        amount: one.amount.clone(),
        payee: one.payee,
        payee_name: name(one),
        from_month: one.from_month,
        until_month: one.until_month,
        is_difference: one.is_difference,
        adjusts_by: one.adjusts_by.clone(),
        rests_on: one.rests_on.clone(),
    });
    let mut notice = BenefitNotice {
        notice_id: notice_id.to_string(),
        case_id: first.case_id.clone(),
        person_id: first.person_id.clone(),
        name: first.name.clone(),
        recognition_number: first.recognition_number.clone(),
        employer_id: first.employer_id.clone(),
        institution_id: institution(first).to_owned(),
        decided_on: Some(day(first.decided_on)?.into()),
        issued_on: Some(today.into()),
        lines: lines.collect(),
        text: String::new(),
    };
    notice.text = text(&notice);
    Ok(Some(NewNotice {
        notice_id,
        case_id: uuid(&first.case_id)?,
        person_id: uuid(&first.person_id)?,
        notice,
    }))
}
