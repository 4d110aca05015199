//! What employers and third parties have paid of benefits by themselves, as it was stated (Art. 77).

use contracts::benefit_review::v1::{
    AdvanceDebtor, AdvanceEntry, AdvanceEntryKind, BenefitKind, PaidDirectly, Refusal,
};
use contracts::reflect::label_of;
use contracts::{Money, Refused};
use rust_decimal::Decimal;

use super::{Owed, yuan};

/// Yuan that somebody has paid of a benefit of an injury by itself, in all.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Paid {
    /// For what.
    pub benefit: BenefitKind,
    /// Who.
    pub payer: AdvanceDebtor,
    /// To whom; empty where the benefit was not decided yet.
    pub payee_id: String,
    /// Yuan.
    pub amount: Decimal,
}

impl Paid {
    fn is_of(&self, other: &Self) -> bool {
        (self.benefit, self.payer) == (other.benefit, other.payer)
            && self.payee_id == other.payee_id
    }

    /// Who gets what it is paid of.
    fn payees<'a>(&self, owed: &'a [Owed]) -> impl Iterator<Item = &'a Owed> {
        let of = (self.benefit, self.payer);
        let own = move |one: &&Owed| (one.benefit, one.debtor) == of && !one.paid_before;
        owed.iter().filter(own)
    }

    /// What was stated of nobody in particular was paid to who gets the benefit first.
    fn with_first(self, owed: &[Owed]) -> Self {
        let first = self.payees(owed).next();
        match first.filter(|_| self.payee_id.is_empty()) {
            Some(first) => Self {
                payee_id: first.payee_id.clone(),
                ..self
            },
            None => self,
        }
    }

    /// Art. 77. It is held against what its own payee is owed, so where several get the benefit the form says who it was.
    fn with_its_payee(
        self,
        owed: &[Owed],
        before: &[Self],
        benefit: &str,
    ) -> Result<Self, Refused> {
        let all: Vec<&Owed> = self.payees(owed).collect();
        let due = all.iter().filter(|one| one.due > Decimal::ZERO).count();
        let is_known = match self.payee_id.is_empty() {
            true => due <= 1,
            false => {
                all.is_empty()
                    || all.iter().any(|one| one.payee_id == self.payee_id)
                    || before.iter().any(|one| one.is_of(&self))
            }
        };
        if !is_known {
            let payees = all.iter().map(|one| match one.payee_name.as_str() {
                "" => one.payee_id.clone(),
                name => format!("{name}（{}）", one.payee_id),
            });
            let payees = payees.collect::<Vec<_>>().join("、");
            return Err(Refused::because(Refusal::AdvancePaidPayee)
                .with("benefit", benefit)
                .with("payees", payees)
                .with("payee_id", self.payee_id));
        }
        let only = all.into_iter().find(|one| one.due > Decimal::ZERO);
        match only.filter(|_| self.payee_id.is_empty()) {
            Some(only) => Ok(Self {
                payee_id: only.payee_id.clone(),
                ..self
            }),
            None => Ok(self.with_first(owed)),
        }
    }

    /// As form 77-B lists it.
    #[must_use]
    pub fn listed(&self) -> PaidDirectly {
        PaidDirectly {
            benefit: self.benefit as i32,
            amount: Some(Money::from(self.amount)),
            payer: self.payer as i32,
            correction: String::new(),
            payee_id: self.payee_id.clone(),
        }
    }
}

/// What a form states that the ledger does not have yet: what it comes to now is more than before, or is corrected.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Statement {
    /// What was paid beyond what was stated before; below zero where that was too much.
    pub added: Paid,
    /// Why that is less.
    pub correction: String,
}

/// What was paid in all, of each benefit by each to each, in the order in which it was stated first.
#[must_use]
pub fn together(entries: &[AdvanceEntry], stated: &[Statement], owed: &[Owed]) -> Vec<Paid> {
    let kept = entries
        .iter()
        .filter(|entry| entry.kind() == AdvanceEntryKind::PaidDirectly)
        .map(|entry| Paid {
            benefit: entry.benefit(),
            payer: entry.debtor(),
            payee_id: entry.payee_id.clone(),
            amount: yuan(entry.amount.as_ref()),
        })
        .map(|paid| paid.with_first(owed));
    let mut all: Vec<Paid> = Vec::new();
    for one in kept.chain(stated.iter().map(|one| one.added.clone())) {
        match all.iter_mut().find(|known| known.is_of(&one)) {
            Some(known) => known.amount += one.amount,
            None => all.push(one),
        }
    }
    all
}

/// Art. 77. What a form states of what was paid, each once and in all, held against what was stated before of the injury;
/// who is not named is whoever the advance is in the place of.
///
/// # Errors
/// When something is stated twice, less than before without a word why, or of nobody where several get it.
pub fn statements(
    form: &[PaidDirectly],
    of: AdvanceDebtor,
    (entries, owed): (&[AdvanceEntry], &[Owed]),
) -> Result<Vec<Statement>, Refused> {
    let before = together(entries, &[], owed);
    let mut seen: Vec<Paid> = Vec::new();
    let mut stated = Vec::new();
    for one in form {
        let paid = Paid {
            benefit: one.benefit(),
            payer: match one.payer() {
                AdvanceDebtor::Unspecified => of,
                named => named,
            },
            payee_id: one.payee_id.clone(),
            amount: yuan(one.amount.as_ref()),
        };
        let benefit = label_of("workinjury.benefit_review.v1.BenefitKind", one.benefit);
        let paid = paid.with_its_payee(owed, &before, &benefit)?;
        if seen.iter().any(|other| other.is_of(&paid)) {
            return Err(Refused::because(Refusal::AdvancePaidTwice).with("benefit", benefit));
        }
        seen.push(paid.clone());
        let known = before.iter().find(|known| known.is_of(&paid));
        let was = known.map_or(Decimal::ZERO, |known| known.amount);
        if paid.amount < was && one.correction.is_empty() {
            let payer = label_of(
                "workinjury.benefit_review.v1.AdvanceDebtor",
                paid.payer as i32,
            );
            return Err(Refused::because(Refusal::AdvancePaidLess)
                .with("benefit", benefit)
                .with("payer", payer)
                .with("before", was)
                .with("stated", paid.amount));
        }
        if paid.amount != was {
            let amount = paid.amount - was;
            stated.push(Statement {
                added: Paid { amount, ..paid },
                correction: one.correction.clone(),
            });
        }
    }
    Ok(stated)
}
