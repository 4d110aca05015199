//! What employers and third parties have paid of benefits by themselves, as it was stated (Art. 77).

use contracts::benefit_review::v1::{
    AdvanceDebtor, AdvanceEntry, AdvanceEntryKind, BenefitKind, PaidDirectly, Refusal,
};
use contracts::reflect::label_of;
use contracts::{Money, Refused};
use rust_decimal::Decimal;

use super::yuan;

/// Yuan that somebody has paid of a benefit of an injury by itself, in all.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paid {
    /// For what.
    pub benefit: BenefitKind,
    /// Who.
    pub payer: AdvanceDebtor,
    /// Yuan.
    pub amount: Decimal,
}

impl Paid {
    fn is_of(&self, other: &Self) -> bool {
        (self.benefit, self.payer) == (other.benefit, other.payer)
    }

    /// As form 77-B lists it.
    #[must_use]
    pub fn listed(&self) -> PaidDirectly {
        PaidDirectly {
            benefit: self.benefit as i32,
            amount: Some(Money::from(self.amount)),
            payer: self.payer as i32,
            correction: String::new(),
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

/// What was paid in all, of each benefit by each, in the order in which it was stated first.
#[must_use]
pub fn together(entries: &[AdvanceEntry], stated: &[Statement]) -> Vec<Paid> {
    let kept = entries
        .iter()
        .filter(|entry| entry.kind() == AdvanceEntryKind::PaidDirectly)
        .map(|entry| Paid {
            benefit: entry.benefit(),
            payer: entry.debtor(),
            amount: yuan(entry.amount.as_ref()),
        });
    let mut all: Vec<Paid> = Vec::new();
    for one in kept.chain(stated.iter().map(|one| one.added)) {
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
/// When something is stated twice, or less than before without a word why.
pub fn statements(
    form: &[PaidDirectly],
    of: AdvanceDebtor,
    entries: &[AdvanceEntry],
) -> Result<Vec<Statement>, Refused> {
    let before = together(entries, &[]);
    let mut seen: Vec<Paid> = Vec::new();
    let mut stated = Vec::new();
    for one in form {
        let paid = Paid {
            benefit: one.benefit(),
            payer: match one.payer() {
                AdvanceDebtor::Unspecified => of,
                named => named,
            },
            amount: yuan(one.amount.as_ref()),
        };
        let benefit = label_of("workinjury.benefit_review.v1.BenefitKind", one.benefit);
        if seen.iter().any(|other| other.is_of(&paid)) {
            return Err(Refused::because(Refusal::AdvancePaidTwice).with("benefit", benefit));
        }
        seen.push(paid);
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
