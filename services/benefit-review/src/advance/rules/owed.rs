//! What was decided that the fund may pay in somebody's place (Art. 77).

use contracts::Money;
use contracts::benefit_review::v1::{
    AdvanceDebtor, AdvanceItem, Benefit, BenefitKind, PayeeKind, Payer,
};
use law::{Month, Sheet};
use rust_decimal::Decimal;

use super::yuan;

/// What is due to somebody of one benefit, by all that was decided of it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Owed {
    /// For what.
    pub benefit: BenefitKind,
    /// Who gets it.
    pub payee: PayeeKind,
    /// Number of the payee.
    pub payee_id: String,
    /// Name of one who is not the injured employee.
    pub payee_name: String,
    /// Yuan.
    pub due: Decimal,
    /// In whose place the fund pays.
    pub debtor: AdvanceDebtor,
    /// The fund paid it already in the ordinary way.
    pub paid_before: bool,
}

impl Owed {
    /// Art. 76. Whether it is for treatment.
    #[must_use]
    pub fn is_medical(&self) -> bool {
        is_medical(self.benefit)
    }

    /// The same, of what goes back to the basic medical insurance.
    #[must_use]
    pub fn of_medical_insurance(&self) -> Self {
        Self {
            payee: PayeeKind::MedicalInsuranceFund,
            payee_id: String::new(),
            payee_name: "基本医疗保险基金".to_owned(),
            ..self.clone()
        }
    }

    /// As an item of form 77-B that is booked to an advance.
    #[must_use]
    pub fn item(&self, advance_id: &str, (amount, sheet): (Decimal, &Sheet)) -> AdvanceItem {
        AdvanceItem {
            benefit: self.benefit as i32,
            payee: self.payee as i32,
            payee_id: self.payee_id.clone(),
            payee_name: self.payee_name.clone(),
            due: Some(Money::from(self.due)),
            amount: Some(Money::from(amount)),
            paid_before: self.paid_before,
            debtor: self.debtor as i32,
            worksheet: Some(sheet.clone().result(amount).into()),
            advance_id: advance_id.to_owned(),
        }
    }
}

pub(super) const fn is_medical(kind: BenefitKind) -> bool {
    matches!(kind, BenefitKind::Medical | BenefitKind::Rehabilitation)
}

/// Art. 77. Of what an employer bears since it did not insure, what the fund would have paid had it done so (社会保险基金先行支付
/// 暂行办法第八条), until a month, and of what the injured employee gets by the month not after that of the death; the oldest
/// decision comes first. What the employer paid at the counter is owed to nobody.
///
/// Each decision says by its own grade and the law of its own day whether the fund would have paid (工伤保险条例第三十五条、
/// 第三十六条, of a medical subsidy by the end of the relation), so that another grade changes the months that follow it alone.
#[must_use]
pub fn of_employer(decided: &[Benefit], (until, died_in): (Month, Option<Month>)) -> Vec<Owed> {
    let own = decided
        .iter()
        .filter(|one| one.payer() == Payer::Employer && one.payee() != PayeeKind::Employer);
    let own: Vec<&Benefit> = own.collect();
    let mut owed: Vec<Owed> = Vec::new();
    for one in &own {
        let same = |other: &Owed| {
            other.benefit == one.kind()
                && other.payee == one.payee()
                && other.payee_id == one.payee_id
        };
        if owed.iter().any(same) {
            continue;
        }
        let of_payee = own.iter().filter(|other| {
            other.kind == one.kind && other.payee == one.payee && other.payee_id == one.payee_id
        });
        let of_payee: Vec<&Benefit> = of_payee.copied().collect();
        let once = of_payee.iter().filter(|one| one.from_month.is_none());
        let once: Decimal = once.map(|one| of_fund(one)).sum();
        let until = match one.payee() {
            PayeeKind::Person => died_in.map_or(until, |died_in| died_in.min(until)),
            _ => until,
        };
        owed.push(Owed {
            benefit: one.kind(),
            payee: one.payee(),
            payee_id: one.payee_id.clone(),
            payee_name: one.payee_name.clone(),
            // What a person gives back to the employer is not the fund's.
            due: (once + by_the_month(&of_payee, until)).max(Decimal::ZERO),
            debtor: AdvanceDebtor::Employer,
            paid_before: false,
        });
    }
    owed
}

/// Art. 74, Art. 77. With what a third party has compensated of bills that were advanced: the compensation went to the injured
/// employee, who gives it back to the fund, whoever was paid for the bills; below zero where that is more than is due to her
/// or him.
#[must_use]
pub fn given_back(mut owed: Vec<Owed>, person_id: &str, back: Decimal) -> Vec<Owed> {
    if back.is_zero() {
        return owed;
    }
    let own = owed.iter_mut().find(|one| {
        (one.benefit, one.payee) == (BenefitKind::Medical, PayeeKind::Person)
            && one.debtor == AdvanceDebtor::Employer
    });
    match own {
        Some(own) => own.due -= back,
        None => owed.push(Owed {
            benefit: BenefitKind::Medical,
            payee: PayeeKind::Person,
            payee_id: person_id.to_owned(),
            payee_name: String::new(),
            due: -back,
            debtor: AdvanceDebtor::Employer,
            paid_before: false,
        }),
    }
    owed
}

/// Yuan that the fund would have paid; what employers owe themselves ends what the fund would have paid before it.
fn of_fund(one: &Benefit) -> Decimal {
    match one.in_place_of_fund {
        true => yuan(one.amount.as_ref()),
        false => Decimal::ZERO,
    }
}

/// Yuan of what is paid by the month until a month: each month by the decision that was made last for it, while that lasts.
fn by_the_month(decided: &[&Benefit], until: Month) -> Decimal {
    let monthly = decided.iter().filter_map(|one| {
        let from: Month = one.from_month?.try_into().ok()?;
        let last: Option<Month> = one.until_month.and_then(|month| month.try_into().ok());
        Some((from, last.unwrap_or(until), of_fund(one)))
    });
    let monthly: Vec<(Month, Month, Decimal)> = monthly.collect();
    let Some(first) = monthly.iter().map(|(from, ..)| *from).min() else {
        return Decimal::ZERO;
    };
    let months = std::iter::successors(Some(first), |month| Some(month.next()));
    let of_month = |month: Month| {
        let stands = monthly.iter().rfind(|(from, ..)| *from <= month);
        let lasts = stands.filter(|(_, last, _)| month <= *last);
        lasts.map_or(Decimal::ZERO, |(.., amount)| *amount)
    };
    months
        .take_while(|month| *month <= until)
        .map(of_month)
        .sum()
}

/// Art. 77. Of medical costs for which a third party is liable: what bills took off as compensated, which is paid now, and
/// what the fund paid for bills. Beyond what was awarded, where something was, the fund makes up what is short itself.
#[must_use]
pub fn of_third_party(
    decided: &[Benefit],
    person_id: &str,
    (withheld, awarded): (Decimal, Option<Decimal>),
) -> Vec<Owed> {
    let of_fund = decided
        .iter()
        .filter(|one| one.payer() == Payer::Fund && is_medical(one.kind()));
    let paid: Decimal = of_fund.map(|one| yuan(one.amount.as_ref())).sum();
    let paid = awarded.map_or(paid, |awarded| paid.min(awarded - withheld));
    let owed = |due: Decimal, paid_before: bool| Owed {
        benefit: BenefitKind::Medical,
        payee: PayeeKind::Person,
        payee_id: person_id.to_owned(),
        payee_name: String::new(),
        due: due.max(Decimal::ZERO),
        debtor: AdvanceDebtor::ThirdParty,
        paid_before,
    };
    vec![owed(withheld, false), owed(paid, true)]
}
