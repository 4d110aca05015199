//! What is advanced (forms 77-A and 77-B).

use chassis::wire::{maybe_day, uuid, yuan};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::benefit_review_event::What;
use contracts::benefit_review::v1::{
    AdvanceDebtor, AdvanceDecision, AdvanceEntry, AdvanceEntryKind, AdvanceItem, AdvanceKind,
    AdvanceNotice, AdvanceReviewForm, Benefit, Eligibility, Payer, RecoveryDue, Refusal,
};
use law::calendar::{Term, add_days};
use law::{Law, Month};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::super::rules::{self, Owed};
use super::super::{book, injured, store, taken};
use crate::benefit;
use crate::benefit::store::claims;
use crate::injury::tell;
use crate::medical::store::hold_person;
use crate::third_party;

/// Art. 77. What the fund pays in advance of what was decided, and who owes it.
pub struct AdvanceReview;

#[chassis::async_trait]
impl Case for AdvanceReview {
    type Application = AdvanceReviewForm;
    type Decision = AdvanceDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.advance_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// The papers came with the application.
    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let (area, decided_on) = (unit.area().to_owned(), unit.decided_on());
        let advance_id = uuid(&application.advance_id)?;
        let notice = taken(unit, advance_id).await?;
        if let Some(pay_by) = maybe_day(notice.pay_by).filter(|pay_by| decided_on <= *pay_by) {
            let refused = Refused::because(Refusal::AdvanceTermRuns);
            return Err(refused.with("pay_by", pay_by).into());
        }
        rules::stated_once(&application.paid)?;
        // Of an injury there may be an advance in the employer's place and one in a third party's.
        let of = (uuid(&notice.person_id)?, notice.recognition_number.as_str());
        let entries = store::entries_of_injury(unit.db(), &area, of).await?;
        let owed = owed(unit, &notice, &entries).await?;
        let basic_medical = yuan(notice.basic_medical.as_ref())?;
        let items = rules::items(owed, &application.paid, (&entries, basic_medical));
        if items.is_empty() {
            return Err(Refused::because(Refusal::AdvanceNothing).into());
        }
        let days = unit.law(decided_on).await?;
        let days = days.integer("advance_repayment_days")?.value;
        let repay_by = add_days(decided_on, i32::try_from(days).unwrap_or(i32::MAX));
        let by_employer = items
            .iter()
            .any(|item| item.debtor() == AdvanceDebtor::Employer);
        let (amount, all) = rules::sums(&items);
        Ok(AdvanceDecision {
            advance_id: application.advance_id.clone(),
            kind: notice.kind,
            injury_id: notice.injury_id,
            person_id: notice.person_id,
            name: notice.name,
            recognition_number: notice.recognition_number,
            employer_id: notice.employer_id,
            third_party_name: notice.third_party_name,
            items,
            amount: Some(amount.into()),
            owed: Some(all.into()),
            repay_by: by_employer.then(|| repay_by.into()),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        // A benefit of the injury that is decided, or a bill that is settled, waits for this, or this for that.
        claims::hold(unit.db(), &area, uuid(&decision.injury_id)?).await?;
        hold_person(unit.db(), uuid(&decision.person_id)?).await?;
        self.examine_again(unit, &application, &decision).await?;
        let advance_id = uuid(&decision.advance_id)?;
        let entries = store::entries_of(unit.db(), &area, advance_id).await?;
        let mut booked = Vec::with_capacity(decision.items.len());
        for debtor in [AdvanceDebtor::Employer, AdvanceDebtor::ThirdParty] {
            let mut balance = rules::owed(&entries, debtor);
            let mut added = Decimal::ZERO;
            for item in decision.items.iter().filter(|one| one.debtor() == debtor) {
                let amount = yuan(item.amount.as_ref())?;
                balance += amount;
                added += amount;
                booked.push((entry(&decision, item, case_id), balance));
            }
            if !added.is_zero() {
                let due = recovery(&decision, debtor, (case_id, added, balance));
                tell(unit, &decision.person_id, What::RecoveryDue(due)).await?;
            }
        }
        book(unit, booked).await?;
        let new = decision.items.iter().filter(|item| !item.paid_before);
        let benefits = new.map(|item| benefit_of(&decision, item)).collect();
        benefit::decide(unit, case_id, benefits).await
    }
}

/// What was decided of the injury that the fund pays in somebody's place.
async fn owed(
    unit: &mut Unit,
    notice: &AdvanceNotice,
    entries: &[AdvanceEntry],
) -> Result<Vec<Owed>> {
    let area = unit.area().to_owned();
    let of = (notice.person_id.as_str(), notice.name.as_str());
    let injury = injured(unit, of, &notice.recognition_number).await?;
    let person_id = uuid(&injury.person_id)?;
    let filter = benefit::store::Filter {
        person_id: Some(person_id),
        ..benefit::store::Filter::default()
    };
    let mut decided = benefit::store::list(unit.db(), &area, filter, (None, i64::MAX)).await?;
    decided.retain(|one| {
        one.recognition_number == injury.recognition_number
            && !entries.iter().any(|entry| entry.advance_id == one.claim_id)
    });
    // The oldest first.
    decided.reverse();
    let until = Month::of(unit.decided_on());
    let died_in = maybe_day(injury.died_on).map(Month::of);
    let of_employer = match injury.eligibility() {
        // What falls on an employer that had insured, such as what a late application costs it, the fund would not pay.
        Eligibility::Eligible => Vec::new(),
        _ => rules::of_employer(&decided, injury.disability_grade, (until, died_in)),
    };
    if notice.kind() == AdvanceKind::Employer {
        return Ok(of_employer);
    }
    let number = (person_id, injury.recognition_number.as_str());
    let settled = third_party::store::settled(unit.db(), &area, number, None).await?;
    let injury_id = uuid(&injury.injury_id)?;
    let last = third_party::store::last(unit.db(), &area, injury_id).await?;
    let back = last
        .as_ref()
        .map(third_party::store::Row::back)
        .unwrap_or_default();
    // What a hospital or an application stated as compensated was paid by the third party itself.
    let awarded = last.as_ref().map(|last| last.medical);
    let withheld = (settled.compensated + back.fund).min(awarded.unwrap_or_default());
    let mut owed: Vec<Owed> = of_employer.into_iter().filter(Owed::is_medical).collect();
    owed.extend(rules::of_third_party(
        &decided,
        &injury.person_id,
        (withheld, awarded),
    ));
    Ok(owed)
}

/// An item in the ledger.
fn entry(decision: &AdvanceDecision, item: &AdvanceItem, case_id: Uuid) -> AdvanceEntry {
    let (debtor_id, debtor_name) = debtor(decision, item.debtor());
    AdvanceEntry {
        advance_id: decision.advance_id.clone(),
        kind: AdvanceEntryKind::Advanced as i32,
        person_id: decision.person_id.clone(),
        name: decision.name.clone(),
        recognition_number: decision.recognition_number.clone(),
        employer_id: decision.employer_id.clone(),
        benefit: item.benefit,
        payee: item.payee,
        payee_id: item.payee_id.clone(),
        payee_name: item.payee_name.clone(),
        paid_before: item.paid_before,
        amount: item.amount.clone(),
        debtor: item.debtor,
        debtor_id,
        debtor_name,
        source: rules::source(item.debtor()).to_owned(),
        case_id: case_id.to_string(),
        ..AdvanceEntry::default()
    }
}

/// Number of the employer, or name of the third party.
fn debtor(decision: &AdvanceDecision, debtor: AdvanceDebtor) -> (String, String) {
    match debtor {
        AdvanceDebtor::Employer => (decision.employer_id.clone(), String::new()),
        _ => (String::new(), decision.third_party_name.clone()),
    }
}

/// What audit is told.
fn recovery(
    decision: &AdvanceDecision,
    of: AdvanceDebtor,
    (case_id, amount, balance): (Uuid, Decimal, Decimal),
) -> RecoveryDue {
    let (debtor_id, debtor_name) = debtor(decision, of);
    RecoveryDue {
        advance_id: decision.advance_id.clone(),
        kind: decision.kind,
        case_id: case_id.to_string(),
        person_id: decision.person_id.clone(),
        name: decision.name.clone(),
        recognition_number: decision.recognition_number.clone(),
        debtor: of as i32,
        debtor_id,
        debtor_name,
        amount: Some(amount.into()),
        balance: Some(balance.into()),
        source: rules::source(of).to_owned(),
        repay_by: decision.repay_by.filter(|_| of == AdvanceDebtor::Employer),
    }
}

/// What payment is told.
fn benefit_of(decision: &AdvanceDecision, item: &AdvanceItem) -> Benefit {
    Benefit {
        kind: item.benefit,
        payer: Payer::Fund as i32,
        amount: item.amount.clone(),
        payee: item.payee,
        payee_id: item.payee_id.clone(),
        payee_name: item.payee_name.clone(),
        person_id: decision.person_id.clone(),
        name: decision.name.clone(),
        recognition_number: decision.recognition_number.clone(),
        employer_id: decision.employer_id.clone(),
        claim_id: decision.advance_id.clone(),
        ..Benefit::default()
    }
}
