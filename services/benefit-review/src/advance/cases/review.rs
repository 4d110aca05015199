//! What is advanced (forms 77-A and 77-B).

mod booked;

use chassis::wire::{maybe_day, uuid, yuan};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::benefit_review_event::What;
use contracts::benefit_review::v1::{
    AdvanceDebtor, AdvanceDecision, AdvanceEntry, AdvanceItem, AdvanceNotice, AdvanceReviewForm,
    Eligibility, Refusal,
};
use law::calendar::{Term, add_days};
use law::{Law, Month};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::super::rules::{self, Ledger, Owed, Paid, Statement};
use super::super::{book, of_advance, store, taken};
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
        // Of an injury there may be an advance in the employer's place and one in a third party's.
        let of = (uuid(&notice.person_id)?, notice.recognition_number.as_str());
        let entries = store::entries_of_injury(unit.db(), &area, of).await?;
        let owed = owed(unit, &notice, &entries).await?;
        let stated = stated(application, &notice, (&entries, &owed))?;
        let paid = rules::together(&entries, &stated, &owed);
        let ledger = Ledger {
            advance_id: &application.advance_id,
            kind: notice.kind(),
            entries: &entries,
            basic_medical: yuan(notice.basic_medical.as_ref())?,
        };
        let items = rules::items(&owed, &paid, ledger);
        if items.is_empty() && stated.is_empty() {
            return Err(Refused::because(Refusal::AdvanceNothing).into());
        }
        let repay_by = repay_by(unit, &items).await?;
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
            repay_by,
            paid: paid.iter().map(Paid::listed).collect(),
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
        let notice = taken(unit, uuid(&decision.advance_id)?).await?;
        let of = (uuid(&notice.person_id)?, notice.recognition_number.as_str());
        let entries = store::entries_of_injury(unit.db(), &area, of).await?;
        let mut new = Vec::new();
        let owed = owed(unit, &notice, &entries).await?;
        for one in stated(&application, &notice, (&entries, &owed))? {
            let balance = balance(&entries, &decision.advance_id, one.added.payer);
            let of = (decision.advance_id.as_str(), &notice);
            new.push((booked::said(of, one, case_id), balance));
        }
        book(unit, new).await?;
        let repay_by = decision.repay_by;
        enter(unit, (case_id, &entries), (&decision.items, repay_by)).await
    }
}

/// Art. 77. Enters what is advanced, or was too much, in the ledger, and tells audit who owes what of it and payment what is
/// paid or given back; `entries` are those that the items were found by.
///
/// # Errors
/// When it cannot be written.
pub(super) async fn enter(
    unit: &mut Unit,
    (case_id, entries): (Uuid, &[AdvanceEntry]),
    (items, repay_by): (&[AdvanceItem], Option<contracts::Date>),
) -> Result<()> {
    let (mut new, mut benefits) = (Vec::with_capacity(items.len()), Vec::new());
    for (advance_id, debtor) in debts(items) {
        let notice = taken(unit, uuid(advance_id)?).await?;
        let mut balance = balance(entries, advance_id, debtor);
        let mut added = Decimal::ZERO;
        let of_debt =
            |item: &&AdvanceItem| item.debtor() == debtor && item.advance_id.as_str() == advance_id;
        for item in items.iter().filter(of_debt) {
            let amount = yuan(item.amount.as_ref())?;
            balance += amount;
            added += amount;
            new.push((booked::entry(&notice, (item, amount), case_id), balance));
            if !item.paid_before {
                benefits.push(booked::benefit_of(&notice, (item, amount)));
            }
        }
        let repay_by = repay_by.filter(|_| added > Decimal::ZERO);
        let of = (advance_id, &notice, debtor);
        let due = booked::recovery(of, (case_id, added, balance), repay_by);
        tell(unit, &notice.person_id, What::RecoveryDue(due)).await?;
    }
    book(unit, new).await?;
    benefit::decide(unit, case_id, benefits).await
}

/// Art. 77. Until when an employer repays what is advanced now, if the fund pays anything in its place by these items.
///
/// # Errors
/// When the law of the day lacks the term.
pub(super) async fn repay_by(
    unit: &mut Unit,
    items: &[AdvanceItem],
) -> Result<Option<contracts::Date>> {
    let decided_on = unit.decided_on();
    let mut by_employer = false;
    for item in items {
        let is_more = yuan(item.amount.as_ref())? > Decimal::ZERO;
        by_employer |= is_more && item.debtor() == AdvanceDebtor::Employer;
    }
    let days = unit.law(decided_on).await?;
    let days = days.integer("advance_repayment_days")?.value;
    let repay_by = add_days(decided_on, i32::try_from(days).unwrap_or(i32::MAX));
    Ok(by_employer.then(|| repay_by.into()))
}

/// What form 77-A states that is not in the ledger yet.
fn stated(
    form: &AdvanceReviewForm,
    notice: &AdvanceNotice,
    known: (&[AdvanceEntry], &[Owed]),
) -> Result<Vec<Statement>, Refused> {
    rules::statements(&form.paid, rules::debtor(notice.kind()), known)
}

/// What a debtor owes of an advance.
fn balance(entries: &[AdvanceEntry], advance_id: &str, debtor: AdvanceDebtor) -> Decimal {
    let own = entries.iter().filter(|one| one.advance_id == advance_id);
    rules::owed(&own.cloned().collect::<Vec<_>>(), debtor)
}

/// Of which advances, and by whom, something else is owed now.
fn debts(items: &[AdvanceItem]) -> Vec<(&str, AdvanceDebtor)> {
    let mut debts = Vec::new();
    for debtor in [AdvanceDebtor::Employer, AdvanceDebtor::ThirdParty] {
        for item in items.iter().filter(|one| one.debtor() == debtor) {
            if !debts.contains(&(item.advance_id.as_str(), debtor)) {
                debts.push((item.advance_id.as_str(), debtor));
            }
        }
    }
    debts
}

/// What was decided of the injury that the fund pays in somebody's place.
pub(super) async fn owed(
    unit: &mut Unit,
    notice: &AdvanceNotice,
    entries: &[AdvanceEntry],
) -> Result<Vec<Owed>> {
    let area = unit.area().to_owned();
    let injury = of_advance(unit, notice).await?;
    if injury.revoked {
        // Nothing is due of it any more: what was advanced is taken back.
        return Ok(Vec::new());
    }
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
    let mut owed = match injury.eligibility() {
        // What falls on an employer that had insured, such as what a late application costs it, the fund would not pay.
        Eligibility::Eligible => Vec::new(),
        _ => {
            let back = third_party::of_advance(unit, &injury).await?;
            let owed = rules::of_employer(&decided, (until, died_in));
            rules::given_back(owed, &injury.person_id, back)
        }
    };
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
    let withheld = settled.compensated + back.fund + back.employer;
    let withheld = withheld.min(awarded.unwrap_or_default());
    let of_third_party = rules::of_third_party(&decided, &injury.person_id, (withheld, awarded));
    owed.extend(of_third_party);
    Ok(owed)
}
