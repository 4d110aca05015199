//! What is due of a claim by all that was told of it, and what a review makes of that (Art. 90).

use std::collections::{BTreeMap, BTreeSet};

use chassis::Result;
use contracts::Money;
use contracts::benefit_review::v1::{Benefit, Payer};
use law::Month;
use rust_decimal::Decimal;

use super::stored;

/// For what, to whom, and who bears it.
type Stream = (i32, i32, String, i32);

/// What is due of a claim: what is paid once, and month by month what is paid by the month.
#[derive(Clone, Debug, Default)]
pub struct Due {
    once: BTreeMap<Stream, (Decimal, Benefit)>,
    monthly: BTreeMap<Stream, Vec<Span>>,
}

/// The same amount in months that follow one another.
#[derive(Clone, Debug)]
struct Span {
    from: Month,
    until: Option<Month>,
    yuan: Decimal,
    /// As it was told.
    benefit: Benefit,
}

/// The same amount in months that follow one another, as it was told.
#[derive(Clone, Copy, Debug)]
pub struct Stretch<'a> {
    /// The first month.
    pub from: Month,
    /// The last month, where its end is known.
    pub until: Option<Month>,
    /// Yuan a month.
    pub yuan: Decimal,
    /// What was told of it.
    pub benefit: &'a Benefit,
}

/// What one is due, and was before: once, or in months that follow one another.
#[derive(Clone, Debug)]
pub struct Difference {
    /// As it is told, or was, for what, to whom and by whom.
    pub of: Benefit,
    /// First and last month; none of what is paid once.
    pub months: Option<(Month, Option<Month>)>,
    /// Yuan that were due.
    pub before: Decimal,
    /// Yuan that are.
    pub after: Decimal,
}

impl Due {
    /// What was told, in its order: what is told of months stands for all that was told of them and of later ones before.
    ///
    /// # Errors
    /// When one cannot be read.
    pub fn of<'a>(told: impl IntoIterator<Item = &'a Benefit>) -> Result<Self> {
        let mut due = Self::default();
        for one in told {
            due.add(one)?;
        }
        Ok(due)
    }

    fn add(&mut self, told: &Benefit) -> Result<()> {
        let stream = (told.kind, told.payee, told.payee_id.clone(), told.payer);
        let yuan = stored::told(told)?;
        let Some(from) = stored::month(told, told.from_month)? else {
            let (sum, of) = self.once.entry(stream).or_default();
            *sum += yuan;
            of.clone_from(told);
            return Ok(());
        };
        let spans = self.monthly.entry(stream).or_default();
        spans.retain(|span| span.from < from);
        if let Some(last) = spans.last_mut() {
            let until = from.previous();
            last.until = Some(last.until.map_or(until, |end| end.min(until)));
        }
        let until = stored::month(told, told.until_month)?;
        if !yuan.is_zero() && until.is_none_or(|until| from <= until) {
            spans.push(Span {
                from,
                until,
                yuan,
                benefit: told.clone(),
            });
        }
        Ok(())
    }

    /// Yuan that others than one payee are due for a month, of one kind.
    #[must_use]
    pub fn of_others(&self, kind: i32, payee_id: &str, month: Month) -> Decimal {
        let others = self
            .monthly
            .iter()
            .filter(|((of, _, payee, _), _)| *of == kind && payee != payee_id);
        others
            .filter_map(|(_, spans)| covers(spans, month))
            .map(|span| span.yuan)
            .sum()
    }

    /// Art. 87. What is due by the month of a kind from a month on, of each payee by each who bears it.
    pub fn stretches(&self, kind: i32, month: Month) -> impl Iterator<Item = Vec<Stretch<'_>>> {
        let of_kind = self.monthly.iter().filter(move |((of, ..), _)| *of == kind);
        of_kind.map(move |(_, spans)| {
            let open = |span: &&Span| span.until.is_none_or(|until| month <= until);
            let stretches = spans.iter().filter(open).map(|span| Stretch {
                from: span.from.max(month),
                until: span.until,
                yuan: span.yuan,
                benefit: &span.benefit,
            });
            stretches.collect()
        })
    }

    /// Art. 90. What is another than before, by what is paid once and by months.
    #[must_use]
    pub fn differences(&self, before: &Self) -> Vec<Difference> {
        let mut all = Vec::new();
        for stream in keys(&self.once, &before.once) {
            let (was, is) = (before.once.get(stream), self.once.get(stream));
            let of = is.or(was).map(|(_, of)| of.clone());
            let sum = |of: Option<&(Decimal, Benefit)>| of.map_or(Decimal::ZERO, |(sum, _)| *sum);
            all.push(Difference {
                of: of.unwrap_or_default(),
                months: None,
                before: sum(was),
                after: sum(is),
            });
        }
        for stream in keys(&self.monthly, &before.monthly) {
            let (was, is) = (spans(&before.monthly, stream), spans(&self.monthly, stream));
            let firsts: Vec<Month> = firsts(was, is).into_iter().collect();
            for (at, from) in firsts.iter().enumerate() {
                let (was, is) = (covers(was, *from), covers(is, *from));
                if is_same(was, is) {
                    continue;
                }
                let of = is.or(was).map(|span| span.benefit.clone());
                let yuan = |span: Option<&Span>| span.map_or(Decimal::ZERO, |span| span.yuan);
                all.push(Difference {
                    of: of.unwrap_or_default(),
                    months: Some((*from, firsts.get(at + 1).map(|next| next.previous()))),
                    before: yuan(was),
                    after: yuan(is),
                });
            }
        }
        all.retain(|one| one.months.is_some() || one.before != one.after);
        all
    }

    /// Art. 90. What is to be told so that what was due before becomes this: of what is paid once the difference, and of what
    /// is paid by the month all from the first month that is another on, since what is told of a month stands for those
    /// after it too. What ends comes before what begins in its place.
    #[must_use]
    pub fn told(&self, before: &Self) -> Vec<Benefit> {
        let (mut ends, mut told) = (Vec::new(), Vec::new());
        let mut seen = BTreeSet::new();
        for one in self.differences(before) {
            let stream = (
                one.of.kind,
                one.of.payee,
                one.of.payee_id.clone(),
                one.of.payer,
            );
            let Some((first, _)) = one.months else {
                told.push(Benefit {
                    amount: Some((one.after - one.before).into()),
                    is_difference: true,
                    ..one.of
                });
                continue;
            };
            if !seen.insert(stream.clone()) {
                continue;
            }
            let spans = spans(&self.monthly, &stream);
            if covers(spans, first).is_none() {
                ends.push(of_months(&one.of, (first, None), Decimal::ZERO));
            }
            let rest = spans
                .iter()
                .filter(|span| span.until.is_none_or(|until| first <= until));
            // Whose duty it is may be another from span to span, beside the amount.
            told.extend(rest.map(|span| {
                let months = (span.from.max(first), span.until);
                of_months(&span.benefit, months, span.yuan)
            }));
        }
        ends.append(&mut told);
        ends
    }
}

/// As it was told, of other months.
fn of_months(told: &Benefit, (from, until): (Month, Option<Month>), yuan: Decimal) -> Benefit {
    Benefit {
        amount: Some(Money::from(yuan)),
        from_month: Some(from.into()),
        until_month: until.map(Into::into),
        replaces: true,
        // Of what has ended nothing led to an amount.
        worksheet: told.worksheet.clone().filter(|_| !yuan.is_zero()),
        ..told.clone()
    }
}

fn spans<'a>(all: &'a BTreeMap<Stream, Vec<Span>>, stream: &Stream) -> &'a [Span] {
    all.get(stream).map_or(&[], Vec::as_slice)
}

fn keys<'a, V>(
    one: &'a BTreeMap<Stream, V>,
    other: &'a BTreeMap<Stream, V>,
) -> BTreeSet<&'a Stream> {
    one.keys().chain(other.keys()).collect()
}

/// The first months of stretches in which neither is another.
fn firsts(one: &[Span], other: &[Span]) -> BTreeSet<Month> {
    let edges = |span: &Span| [Some(span.from), span.until.map(Month::next)];
    let both = one.iter().chain(other);
    both.flat_map(edges).flatten().collect()
}

fn covers(spans: &[Span], month: Month) -> Option<&Span> {
    let mut spans = spans.iter();
    spans.find(|span| span.from <= month && span.until.is_none_or(|until| month <= until))
}

/// The fund is one, employers are several, and owe in its place or of their own.
fn is_same(one: Option<&Span>, other: Option<&Span>) -> bool {
    match (one, other) {
        (None, None) => true,
        (Some(one), Some(other)) => {
            let by_fund = one.benefit.payer() != Payer::Employer;
            let of = |span: &Span| {
                let employer_id = span.benefit.employer_id.clone();
                (employer_id, span.benefit.in_place_of_fund)
            };
            one.yuan == other.yuan && (by_fund || of(one) == of(other))
        }
        _ => false,
    }
}
