//! What is advanced now, and what of it was too much before (Art. 77).

use contracts::benefit_review::v1::{
    AdvanceDebtor, AdvanceEntry, AdvanceEntryKind, AdvanceItem, AdvanceKind, PayeeKind,
};
use law::Sheet;
use rust_decimal::Decimal;

use super::owed::is_medical;
use super::{Owed, Paid, yuan};

/// What is known of the advances of an injury when one of them is reviewed.
#[derive(Clone, Copy, Debug)]
pub struct Ledger<'a> {
    /// The advance that is reviewed.
    pub advance_id: &'a str,
    /// In whose place.
    pub kind: AdvanceKind,
    /// All entries of the injury, the oldest first.
    pub entries: &'a [AdvanceEntry],
    /// Yuan that the basic medical insurance paid before the recognition.
    pub basic_medical: Decimal,
}

impl Ledger<'_> {
    /// Art. 77. In an employer's place all that is the employer's, in a third party's medical costs alone.
    fn advances(&self, owed: &Owed) -> bool {
        match self.kind {
            AdvanceKind::ThirdParty => owed.is_medical(),
            _ => owed.debtor == AdvanceDebtor::Employer,
        }
    }

    /// What was advanced of something, and to others where it is given back for them: to whom, by which advance, yuan.
    fn advanced(
        &self,
        of: &Owed,
        beyond: bool,
    ) -> impl Iterator<Item = (PayeeKind, &str, Decimal)> {
        let same = move |one: &&AdvanceEntry| {
            let in_place =
                one.payee() == PayeeKind::MedicalInsuranceFund && of.payee == PayeeKind::Person;
            let to_payee = one.payee() == of.payee && one.payee_id == of.payee_id;
            // What somebody gives back beyond what is due to her or him was advanced of bills to others.
            let to_others = of.due < Decimal::ZERO && beyond && is_medical(one.benefit());
            let to_payee = one.benefit() == of.benefit && (to_payee || in_place);
            is_advanced(one)
                && one.debtor() == of.debtor
                && one.paid_before == of.paid_before
                && (to_payee || to_others)
        };
        let same = self.entries.iter().filter(same);
        same.map(|one| {
            let amount = yuan(one.amount.as_ref());
            (one.payee(), one.advance_id.as_str(), amount)
        })
    }

    /// Art. 77. What was advanced to somebody to whom nothing was decided to be due any more: the recognition was revoked, or
    /// the fund pays it in the ordinary way.
    fn due_no_more(&self, owed: &[Owed]) -> Vec<Owed> {
        let mut found: Vec<Owed> = Vec::new();
        for one in self.entries.iter().filter(|one| is_advanced(one)) {
            // What the basic medical insurance got was advanced in the place of the person.
            let (payee, payee_id, payee_name) = match one.payee() {
                PayeeKind::MedicalInsuranceFund => (PayeeKind::Person, &one.person_id, ""),
                payee => (payee, &one.payee_id, one.payee_name.as_str()),
            };
            let of = Owed {
                benefit: one.benefit(),
                payee,
                payee_id: payee_id.clone(),
                payee_name: payee_name.to_owned(),
                due: Decimal::ZERO,
                debtor: one.debtor(),
                paid_before: one.paid_before,
            };
            let same = |other: &Owed| {
                (other.benefit, other.payee, other.debtor) == (of.benefit, of.payee, of.debtor)
                    && other.payee_id == of.payee_id
                    && other.paid_before == of.paid_before
            };
            if !owed.iter().any(same) && !found.iter().any(same) {
                found.push(of);
            }
        }
        found
    }

    /// What is still to go back to the basic medical insurance (社会保险基金先行支付暂行办法第五条).
    fn left_to_return(self) -> Decimal {
        let returned = self
            .entries
            .iter()
            .filter(|one| one.payee() == PayeeKind::MedicalInsuranceFund);
        let returned: Decimal = returned.map(|one| yuan(one.amount.as_ref())).sum();
        (self.basic_medical - returned).max(Decimal::ZERO)
    }
}

/// Whether an entry says what was advanced.
fn is_advanced(one: &AdvanceEntry) -> bool {
    matches!(
        one.kind(),
        AdvanceEntryKind::Advanced | AdvanceEntryKind::Corrected
    )
}

/// Art. 77. What is advanced now: of what is due, that which neither the debtor paid by itself nor the fund advanced
/// before. What was advanced beyond that is given back and owed no more, whichever advance of the injury did so
/// (社会保险基金先行支付暂行办法第十一条).
#[must_use]
pub fn items(owed: &[Owed], paid: &[Paid], ledger: Ledger<'_>) -> Vec<AdvanceItem> {
    let mut paid = paid.to_vec();
    let mut to_return = ledger.left_to_return();
    let mut items = Vec::new();
    let no_more = ledger.due_no_more(owed);
    for one in owed.iter().chain(&no_more) {
        let direct = paid_of(one, &mut paid);
        let before = ledger.advanced(one, false);
        let before: Decimal = before.map(|(.., amount)| amount).sum();
        let mut sheet = Sheet::new();
        let why = "已核定的工伤保险待遇，扣除先行支付后应退还基金的第三人赔偿（表73-B）";
        sheet.fact("应付金额", one.due, why);
        sheet.fact("用人单位或者第三人已支付", direct, "表77-A，包括此前的陈述");
        sheet.fact("此前已先行支付", before, "先行支付台账");
        let rest = one.due - direct - before;
        if rest < Decimal::ZERO {
            items.append(&mut less(one, (-rest, sheet), ledger));
        } else if ledger.advances(one) && !rest.is_zero() {
            items.append(&mut more(one, (rest, sheet), ledger, &mut to_return));
        }
    }
    items
}

/// What who owes it has paid of something by itself, taken off what is left of that.
fn paid_of(one: &Owed, paid: &mut [Paid]) -> Decimal {
    let mut own = paid.iter_mut();
    let own = own.find(|paid| {
        (paid.benefit, paid.payer) == (one.benefit, one.debtor) && paid.payee_id == one.payee_id
    });
    let Some(own) = own.filter(|_| !one.paid_before) else {
        return Decimal::ZERO;
    };
    let direct = own.amount.min(one.due).max(Decimal::ZERO);
    own.amount -= direct;
    direct
}

/// What the basic medical insurance paid goes back to it, the rest to the payee.
fn more(
    one: &Owed,
    (rest, mut sheet): (Decimal, Sheet),
    ledger: Ledger<'_>,
    to_return: &mut Decimal,
) -> Vec<AdvanceItem> {
    let why = "应付金额 − 已支付 − 此前已先行支付";
    let amount = sheet.fen("本次先行支付", rest, why);
    let mut back = Decimal::ZERO;
    if one.is_medical() && one.payee == PayeeKind::Person && !one.paid_before {
        back = (*to_return).min(amount);
        *to_return -= back;
    }
    if !back.is_zero() {
        sheet.step("退还基本医疗保险基金", back, "其先行支付的医疗费用");
    }
    let to_fund = one
        .of_medical_insurance()
        .item(ledger.advance_id, (back, &sheet));
    let to_payee = one.item(ledger.advance_id, (amount - back, &sheet));
    not_zero([to_fund, to_payee])
}

/// What was advanced too much is taken back from the advance that did so, the oldest first: of the payee, and then of what
/// the basic medical insurance got in its place. What the payee gives back for others is the payee's alone.
fn less(
    one: &Owed,
    (mut rest, mut sheet): (Decimal, Sheet),
    ledger: Ledger<'_>,
) -> Vec<AdvanceItem> {
    let why = "此前已先行支付 + 已支付 − 应付金额，以此前已先行支付为限";
    let before = ledger.advanced(one, true);
    let before: Decimal = before.map(|(.., amount)| amount).sum();
    rest = sheet.fen("多先行支付", rest.min(before), why);
    let mut advances: Vec<&str> = Vec::new();
    for (_, advance_id, _) in ledger.advanced(one, true) {
        if !advances.contains(&advance_id) {
            advances.push(advance_id);
        }
    }
    let for_others = one.due < Decimal::ZERO;
    let mut items = Vec::new();
    for advance_id in advances {
        for of in [one, &one.of_medical_insurance()] {
            let own = ledger.advanced(one, true).filter(|(payee, of_advance, _)| {
                (for_others || *payee == of.payee) && *of_advance == advance_id
            });
            let own: Decimal = own.map(|(.., amount)| amount).sum();
            let back = rest.min(own).max(Decimal::ZERO);
            rest -= back;
            items.append(&mut not_zero([of.item(advance_id, (-back, &sheet))]));
            if for_others {
                break;
            }
        }
    }
    items
}

fn not_zero<const N: usize>(items: [AdvanceItem; N]) -> Vec<AdvanceItem> {
    let items = items.into_iter();
    items
        .filter(|item| !yuan(item.amount.as_ref()).is_zero())
        .collect()
}

/// Yuan that the fund pays now, and yuan that are owed to it by the items.
#[must_use]
pub fn sums(items: &[AdvanceItem]) -> (Decimal, Decimal) {
    let sum = |items: &mut dyn Iterator<Item = &AdvanceItem>| -> Decimal {
        items.map(|item| yuan(item.amount.as_ref())).sum()
    };
    let new = sum(&mut items.iter().filter(|item| !item.paid_before));
    (new, sum(&mut items.iter()))
}

/// Art. 74, Art. 77. What a decision on bills, or on what a third party compensates of them, changes of what was advanced:
/// by what an advance could book before it and could book after it, what is too much by it, and what is to be advanced by
/// it. What was open before stays open for form 77-A.
#[must_use]
pub fn changed(before: &[AdvanceItem], after: &[AdvanceItem]) -> Vec<AdvanceItem> {
    let was = |one: &AdvanceItem| -> Decimal {
        let same = before.iter().filter(|other| is_same(one, other));
        same.map(|other| yuan(other.amount.as_ref())).sum()
    };
    let changed = after.iter().map(|one| {
        let (now, was) = (yuan(one.amount.as_ref()), was(one));
        let amount = match now < Decimal::ZERO {
            true => (now - was.min(Decimal::ZERO)).min(Decimal::ZERO),
            false => (now - was.max(Decimal::ZERO)).max(Decimal::ZERO),
        };
        AdvanceItem {
            amount: Some(amount.into()),
            ..one.clone()
        }
    });
    changed
        .filter(|item| !yuan(item.amount.as_ref()).is_zero())
        .collect()
}

/// Whether two items are of one benefit to one payee, booked to one advance and owed by one debtor.
fn is_same(one: &AdvanceItem, other: &AdvanceItem) -> bool {
    (one.benefit, one.payee, one.debtor) == (other.benefit, other.payee, other.debtor)
        && one.payee_id == other.payee_id
        && one.paid_before == other.paid_before
        && one.advance_id == other.advance_id
}
