//! Contributions for past months, by person and month (表3-11).

use std::collections::{BTreeMap, HashMap, HashSet};

use chassis::{Case, Needed, Result, Unit, async_trait, batch, conflict_on};
use contracts::Refused;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    BackPaymentAssessed, BackPaymentDecision, BackPaymentDeclaration, BackPaymentMonth,
    BackPaymentReason, BackPaymentRow, BaseOrigin, CollectionEvent, LedgerAccount, LedgerEntryKind,
    Refusal,
};
use contracts::common::v1::EvidenceKind;
use law::calendar::Term;
use law::{Law, Month, Sheet};
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::special::charged_by_payroll;
use crate::assessment::rules::{self, Owed, late_fee_dates};
use crate::assessment::store::{self, BackPaid, Counted};
use crate::base::batches::tail;
use crate::base::cases::{known_employer, open_finding, tell_changed};
use crate::base::rules::base;
use crate::base::store::BoundsOfMonths;
use crate::base::store::{self as bases, NewBases};
use crate::employer::store::insured;
use crate::ledger::{self, Posting, Source, SourceKind};
use crate::{rate, wire};

/// A back-payment.
pub struct BackPayment;

#[async_trait]
impl Case for BackPayment {
    type Application = BackPaymentDeclaration;
    type Decision = BackPaymentDecision;

    fn subject(&self, application: &BackPaymentDeclaration) -> String {
        application.employer_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &BackPaymentDeclaration) -> Vec<Needed> {
        vec![Needed::paper(EvidenceKind::WagePaymentDetail)]
    }

    /// Art. 29. Headcount, bases and months make the amount; art. 30 its late fee.
    async fn examine(
        &self,
        unit: &mut Unit,
        application: &BackPaymentDeclaration,
    ) -> Result<BackPaymentDecision> {
        known_employer(unit, &application.employer_id).await?;
        let paid = back_paid(unit, application).await?;
        if !application.finding_id.is_empty() {
            let employer_id = &application.employer_id;
            let found = open_finding(unit, &application.finding_id, employer_id).await?;
            found.concerns(paid.iter().map(|row| row.month))?;
        }
        let mut sheet = Sheet::new();
        let mut months = Vec::new();
        let (mut contribution, mut late_fee) = (Decimal::ZERO, Decimal::ZERO);
        for (month, rows) in by_month(&paid) {
            let law = unit.law(month.first_day()).await?;
            let rate = rate::of(unit, &application.employer_id, month, &law).await?;
            let missing = rows.iter().map(|row| row.missing).sum();
            let due = sheet.include(rules::back_payment(missing, &rate, month, &law)?);
            let due_on = due_on(unit, application, month).await?;
            let fee = sheet.include(late_fee_until_today(unit, due, due_on).await?);
            contribution += due;
            late_fee += fee;
            months.push(BackPaymentMonth {
                month: Some(month.into()),
                headcount: wire::count(rows.len()),
                base: Some(missing.into()),
                rate: rate.worksheet.value.to_string(),
                contribution: Some(due.into()),
                due_on: Some(due_on.into()),
                late_fee: Some(fee.into()),
            });
        }
        let total = sheet.step("应补缴总额", contribution + late_fee, "补缴金额 + 滞纳金");
        Ok(BackPaymentDecision {
            employer_id: application.employer_id.clone(),
            reason: application.reason,
            months,
            contribution: Some(contribution.into()),
            late_fee: Some(late_fee.into()),
            total: Some(total.into()),
            worksheet: Some(sheet.result(total).into()),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: BackPaymentDeclaration,
        decision: BackPaymentDecision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        // A correction posts by what this writes, and this by what a correction has read.
        ledger::store::lock(unit.db(), &area).await?;
        self.examine_again(unit, &application, &decision).await?;
        let employer_id = &application.employer_id;
        let paid = back_paid(unit, &application).await?;
        for (month, rows) in by_month(&paid) {
            let new = NewBases {
                months: wire::months(month, month),
                origin: BaseOrigin::BackPayment as i32,
                case_id,
                person_ids: rows.iter().map(|row| row.person_id).collect(),
                wages: rows.iter().map(|row| row.base).collect(),
            };
            bases::clear_bases(
                unit.db(),
                &area,
                employer_id,
                (&new.person_ids, &new.months),
            )
            .await?;
            bases::set_bases(unit.db(), &area, employer_id, &new)
                .await
                .map_err(conflict_on(bases::ONE_AT_A_TIME))?;
        }
        store::insert_back_payments(unit.db(), &area, (case_id, employer_id), &paid).await?;
        if !application.finding_id.is_empty() {
            let made_good = paid.iter().map(|row| row.missing).sum();
            let finding_id = wire::uuid(&application.finding_id)?;
            let found = bases::make_good(unit.db(), &area, finding_id, made_good).await?;
            if let Some(found) = found {
                tell_changed(unit, case_id, &found).await?;
            }
        }
        let mut postings = decision
            .months
            .iter()
            .map(|month| posting(employer_id, case_id, month))
            .collect::<Result<Vec<_>>>()?;
        // So little may be missing that it rounds to nothing.
        postings.retain(|posting| !posting.amount.is_zero());
        ledger::store::post(unit, &postings).await?;
        unit.tell_all(decision.months.into_iter().map(|month| {
            let event = BackPaymentAssessed {
                employer_id: employer_id.clone(),
                case_id: case_id.to_string(),
                month: month.month,
                headcount: month.headcount,
                contribution: month.contribution,
                due_on: month.due_on,
                reason: application.reason,
            };
            let happened = Some(Happened::BackPaymentAssessed(event));
            (employer_id.clone(), CollectionEvent { happened })
        }))
        .await
    }
}

/// What each person's base lacked in each month, in the order of the months.
async fn back_paid(unit: &mut Unit, application: &BackPaymentDeclaration) -> Result<Vec<BackPaid>> {
    let area = unit.area().to_owned();
    let employer_id = &application.employer_id;
    let asked = persons(unit, application).await?;
    let assessed = assessed_through(unit, asked.keys().map(|(month, _)| *month)).await?;
    let months: Vec<Month> = asked.keys().map(|(month, _)| *month).collect();
    charged_by_payroll(unit, employer_id, &months).await?;
    let (person_ids, months): (Vec<Uuid>, Vec<Date>) = asked
        .keys()
        .map(|(month, person)| (*person, month.first_day()))
        .unzip();
    let counted =
        store::counted_bases(unit.db(), &area, employer_id, (&person_ids, &months)).await?;
    let counted: HashMap<(Uuid, Date), Counted> = counted
        .into_iter()
        .map(|row| ((row.person_id, row.month), row))
        .collect();
    let mut bounds = BoundsOfMonths::default();
    let mut paid = Vec::with_capacity(asked.len());
    for ((month, person_id), row) in asked {
        let about = |refusal| {
            Refused::because(refusal)
                .with("tail", tail(&row.identity_number))
                .with("month", month)
        };
        let counted = counted
            .get(&(person_id, month.first_day()))
            .ok_or_else(|| about(Refusal::PersonNotInsured))?;
        let first_counted = Month::of(counted.declared_month);
        if counted.charged && Some(first_counted) > assessed {
            return Err(about(Refusal::ChargedWithAssessment)
                .with("with", first_counted)
                .into());
        }
        if application.reason() == BackPaymentReason::PreEnrolment && !counted.pre_enrolled {
            return Err(about(Refusal::NotPreEnrolled).into());
        }
        let before = match counted.wage {
            Some(wage) => bounds.in_force(unit, month, wage).await?,
            None => Decimal::ZERO,
        };
        let whole = base(
            wire::yuan(row.base.as_ref())?,
            bounds.of(unit, month).await?,
        );
        if whole <= before {
            return Err(Refused::because(Refusal::BackPaymentNothing)
                .with("month", month)
                .into());
        }
        paid.push(BackPaid {
            person_id,
            month,
            base: whole,
            missing: whole - before,
        });
    }
    Ok(paid)
}

/// Art. 28, Art. 29. Only what was assessed can lack something. The last month that is assessed.
async fn assessed_through(
    unit: &mut Unit,
    mut months: impl Iterator<Item = Month> + Send,
) -> Result<Option<Month>> {
    let area = unit.area().to_owned();
    let assessed = store::last_sent(unit.db(), &area).await?;
    match months.find(|month| Some(*month) > assessed) {
        Some(month) => Err(Refused::because(Refusal::MonthNotAssessed)
            .with("month", month)
            .into()),
        None => Ok(assessed),
    }
}

/// The rows of the form or of the batch that it names, each person and month once.
async fn persons(
    unit: &mut Unit,
    application: &BackPaymentDeclaration,
) -> Result<BTreeMap<(Month, Uuid), BackPaymentRow>> {
    let area = unit.area().to_owned();
    let rows = match (
        application.rows.is_empty(),
        application.roster_batch_id.is_empty(),
    ) {
        (false, false) => return Err(Refused::because(Refusal::RosterTwice).into()),
        (false, true) => application.rows.clone(),
        (true, false) => {
            let taken =
                batch::taken_rows::<BackPaymentRow>(unit, &application.roster_batch_id).await?;
            let rows = taken.into_iter().map(|numbered| numbered.row);
            rows.filter(|row| row.employer_id == application.employer_id)
                .collect()
        }
        (true, true) => Vec::new(),
    };
    if rows.is_empty() {
        return Err(Refused::because(Refusal::RosterMissing).into());
    }
    let present = Month::of(unit.today());
    let months = rows
        .iter()
        .map(|row| wire::month(row.month))
        .collect::<Result<HashSet<_>>>()?;
    if let Some(month) = months.iter().find(|month| **month >= present) {
        return Err(Refused::because(Refusal::BackPaymentMonth)
            .with("month", month)
            .into());
    }
    let first = months.iter().min().copied().unwrap_or(present);
    let people = insured(unit.db(), &area, &application.employer_id, (first, present)).await?;
    let by_number: HashMap<&str, _> = people
        .iter()
        .map(|p| (p.identity_number.as_str(), p))
        .collect();
    let mut asked = BTreeMap::new();
    for row in rows {
        let month = wire::month(row.month)?;
        let tail = tail(&row.identity_number).to_owned();
        let person = by_number.get(row.identity_number.as_str()).ok_or_else(|| {
            Refused::because(Refusal::PersonNotInsured)
                .with("tail", &tail)
                .with("month", month)
        })?;
        if person.name != row.name {
            return Err(Refused::because(Refusal::PersonName)
                .with("tail", tail)
                .into());
        }
        if asked.insert((month, person.person_id), row).is_some() {
            return Err(Refused::because(Refusal::PersonTwice)
                .with("tail", tail)
                .into());
        }
    }
    Ok(asked)
}

fn by_month(paid: &[BackPaid]) -> BTreeMap<Month, Vec<&BackPaid>> {
    let mut months: BTreeMap<Month, Vec<&BackPaid>> = BTreeMap::new();
    for row in paid {
        months.entry(row.month).or_default().push(row);
    }
    months
}

/// Art. 10, Art. 30. A late fee runs from the due date of the month itself, as it was assessed; for persons
/// hired after its declaration window from that of the next month, in which they were declared.
async fn due_on(
    unit: &mut Unit,
    application: &BackPaymentDeclaration,
    month: Month,
) -> Result<Date> {
    let area = unit.area().to_owned();
    let with = match application.reason() {
        BackPaymentReason::PreEnrolment => month.next(),
        _ => month,
    };
    let of = (with, with);
    let assessed = store::assessed_months(unit.db(), &area, &application.employer_id, of).await?;
    match assessed.first() {
        Some(assessed) => Ok(assessed.due_on),
        None => rules::due_on(with, &unit.law(with.first_day()).await?),
    }
}

async fn late_fee_until_today(
    unit: &mut Unit,
    amount: Decimal,
    due_on: Date,
) -> Result<law::Worksheet> {
    let today = unit.today();
    let mut laws = Vec::new();
    for on in late_fee_dates(unit.platform().catalogue(), due_on, today) {
        laws.push(unit.law(on).await?);
    }
    rules::late_fee(
        &[Owed {
            value_on: due_on,
            amount,
        }],
        today,
        &laws,
    )
}

fn posting(employer_id: &str, case_id: Uuid, month: &BackPaymentMonth) -> Result<Posting> {
    Ok(Posting {
        employer_id: employer_id.to_owned(),
        month: wire::month(month.month)?,
        account: LedgerAccount::Principal,
        kind: LedgerEntryKind::BackPayment,
        amount: wire::yuan(month.contribution.as_ref())?,
        value_on: wire::day(month.due_on)?,
        source: Source {
            kind: SourceKind::Case,
            id: case_id,
            row: 0,
        },
        worksheet: None,
    })
}
