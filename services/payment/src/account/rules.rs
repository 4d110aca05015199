//! What is due of an account by what was told of it, month by month, and what of that is still to be paid.

use std::collections::BTreeMap;

use contracts::Refused;
use contracts::benefit_review::v1::PayeeKind;
use contracts::payment::v1::{BankAccountKind, PaymentChannel, Refusal};
use law::Month;
use law::identity::{BankCardNumber, BankCode};
use rust_decimal::Decimal;

/// An amount that was told of an account.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Told {
    /// Yuan, by the month where it has months.
    pub amount: Decimal,
    /// First month, and last one where it is known; none of what is paid once.
    pub months: Option<(Month, Option<Month>)>,
}

/// Months in which nothing is paid (Art. 89).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Suspension {
    /// The first of them.
    pub from: Month,
    /// The first month that is paid again; none while it stands.
    pub resumed: Option<Month>,
    /// They are paid after all, once it is resumed.
    pub made_up: bool,
}

impl Suspension {
    /// Whether nothing is paid for a month.
    #[must_use]
    pub fn withholds(&self, month: Month) -> bool {
        let ends_before = |resumed: Month| self.made_up || resumed <= month;
        self.from <= month && !self.resumed.is_some_and(ends_before)
    }

    /// Whether it stood in a month, whatever became of that month later.
    #[must_use]
    pub fn stood_in(&self, month: Month) -> bool {
        self.from <= month && self.resumed.is_none_or(|resumed| month < resumed)
    }
}

/// Yuan by the month for which they were paid; none of what was paid once.
pub type Paid = BTreeMap<Option<Month>, Decimal>;

/// What is due of an account.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Entitlement {
    once: Decimal,
    spans: Vec<Span>,
    last: Option<Month>,
    suspensions: Vec<Suspension>,
}

/// The same amount in months that follow one another.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Span {
    from: Month,
    until: Option<Month>,
    yuan: Decimal,
}

impl Entitlement {
    /// Art. 80. What was told, in its order: amounts that are paid once add up; what is told of months stands for all that was
    /// told of them and of later ones before, as benefit review means it.
    #[must_use]
    pub fn of(told: impl IntoIterator<Item = Told>) -> Self {
        let mut due = Self::default();
        for one in told {
            due.add(one);
        }
        due
    }

    fn add(&mut self, told: Told) {
        let Some((from, until)) = told.months else {
            self.once += told.amount;
            return;
        };
        self.spans.retain(|span| span.from < from);
        if let Some(before) = self.spans.last_mut() {
            let end = from.previous();
            before.until = Some(before.until.map_or(end, |until| until.min(end)));
        }
        if until.is_none_or(|until| from <= until) {
            self.spans.push(Span {
                from,
                until,
                yuan: told.amount,
            });
        }
    }

    /// Art. 89, 工伤保险条例第四十二条第一项. Nobody is paid for months after that of the own death.
    #[must_use]
    pub fn ending_with(self, last: Option<Month>) -> Self {
        Self { last, ..self }
    }

    /// Art. 89. With the months in which it is stopped.
    #[must_use]
    pub fn suspended(self, suspensions: Vec<Suspension>) -> Self {
        Self {
            suspensions,
            ..self
        }
    }

    /// Yuan that were decided to be paid once.
    #[must_use]
    pub fn once(&self) -> Decimal {
        self.once
    }

    /// The first month for which something was awarded.
    #[must_use]
    pub fn first(&self) -> Option<Month> {
        self.spans.first().map(|span| span.from)
    }

    /// Yuan that are awarded for a month, stopped or not.
    #[must_use]
    pub fn awarded(&self, month: Month) -> Decimal {
        if self.last.is_some_and(|last| last < month) {
            return Decimal::ZERO;
        }
        let covers =
            |span: &&Span| span.from <= month && span.until.is_none_or(|until| month <= until);
        let mut spans = self.spans.iter();
        spans.find(covers).map_or(Decimal::ZERO, |span| span.yuan)
    }

    /// Art. 80, Art. 89. Yuan that are to be paid for a month.
    #[must_use]
    pub fn due(&self, month: Month) -> Decimal {
        match self.is_withheld(month) {
            true => Decimal::ZERO,
            false => self.awarded(month),
        }
    }

    /// Art. 89. Whether a month is not paid since it is stopped.
    #[must_use]
    pub fn is_withheld(&self, month: Month) -> bool {
        self.suspensions.iter().any(|one| one.withholds(month))
    }

    /// Whether a stop stood in a month.
    #[must_use]
    pub fn was_stopped_in(&self, month: Month) -> bool {
        self.suspensions.iter().any(|one| one.stood_in(month))
    }

    /// Art. 80, Art. 90. What is due up to a month less what was paid: above zero it is still to be paid, below zero it was
    /// paid too much. What is paid once comes first, then the months in their order.
    #[must_use]
    pub fn open(&self, paid: &Paid, month: Month) -> Vec<(Option<Month>, Decimal)> {
        let of = |of: Option<Month>| paid.get(&of).copied().unwrap_or_default();
        let mut open = vec![(None, self.once - of(None))];
        // A month that was paid may be due no more.
        let first_paid = paid.keys().flatten().min().copied();
        let last_paid = paid.keys().flatten().max().copied();
        if let Some(first) = self.first().into_iter().chain(first_paid).min() {
            let last = last_paid.map_or(month, |last| last.max(month));
            open.extend(
                Month::range(first, last).map(|one| (Some(one), self.due(one) - of(Some(one)))),
            );
        }
        open.retain(|(_, yuan)| !yuan.is_zero());
        open
    }
}

/// Art. 80, Art. 83. Which way a payee's money goes.
#[must_use]
pub fn channel(payee: PayeeKind) -> PaymentChannel {
    match payee {
        PayeeKind::Person | PayeeKind::Relative => PaymentChannel::Bank,
        PayeeKind::Institution => PaymentChannel::Institution,
        PayeeKind::Employer => PaymentChannel::Employer,
        PayeeKind::MedicalInsuranceFund => PaymentChannel::MedicalInsuranceFund,
        PayeeKind::AppraisalCommittee => PaymentChannel::AppraisalCommittee,
        PayeeKind::PreventionContractor => PaymentChannel::PreventionContractor,
        PayeeKind::Unspecified => PaymentChannel::Unspecified,
    }
}

/// Art. 80. Number of an account and of its bank, as they are kept. A card has a check digit; a passbook and an account of an
/// organisation have none.
///
/// # Errors
/// A refusal where a number is wrong.
pub fn bank_numbers(
    kind: BankAccountKind,
    number: &str,
    bank_code: &str,
) -> Result<(String, String), Refused> {
    let wrong =
        |problem: String| Refused::because(Refusal::BankAccountNumber).with("problem", problem);
    let number = match kind {
        BankAccountKind::Passbook
        | BankAccountKind::Organisation
        | BankAccountKind::Unspecified => number.to_owned(),
        BankAccountKind::Card | BankAccountKind::SocialSecurityCard => {
            let card: Result<BankCardNumber, _> = number.parse();
            card.map_err(|error| wrong(error.to_string()))?.to_string()
        }
    };
    let code: Result<BankCode, _> = bank_code.parse();
    let code = code.map_err(|error| wrong(error.to_string()))?;
    Ok((number, code.to_string()))
}
