//! The books, which all sections enter: a voucher is made of a document by posting rules or by hand, gets the next number of
//! its month, and never changes (articles 101 to 103).

pub mod chart;
pub mod rules;
pub mod store;

use std::collections::{BTreeMap, BTreeSet, HashMap};

use chassis::{Error, Result, Unit};
use contracts::finance::v1::SourceDocument;
use law::Month;

pub use self::rules::{Draft, Line};

/// Where a voucher stands in the books.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Place {
    /// The month of the books.
    pub month: Month,
    /// Its number in the month.
    pub number: i32,
    /// It was entered now; otherwise its document had been entered before.
    pub is_new: bool,
}

/// Enters vouchers, each under the next number of its month, and answers where they stand. A document that was entered
/// before is not entered again. What came late for its month is entered in the first month that is open.
///
/// The months are locked until the end of the unit, which is what makes numbers follow on each other without gaps; so it
/// comes last in a unit that has other things to do.
///
/// # Errors
/// A conflict where a month was closed while this waited for it: whoever comes again enters the next one.
pub async fn post(unit: &mut Unit, drafts: &[Draft]) -> Result<Vec<Place>> {
    if drafts.is_empty() {
        return Ok(Vec::new());
    }
    let area = unit.area().to_owned();
    let first_open = first_open(unit).await?;
    let months: Vec<Month> = drafts.iter().map(|one| one.month(first_open)).collect();
    let distinct: Vec<Month> = BTreeSet::from_iter(months.iter().copied())
        .into_iter()
        .collect();
    hold_open(unit, &distinct).await?;
    let known = store::entered(unit.db(), &area, drafts).await?;
    let mut known: HashMap<(SourceDocument, String), Place> = known.into_iter().collect();
    let last = store::last_numbers(unit.db(), &area, &distinct).await?;
    let mut last: BTreeMap<Month, i32> = last.into_iter().collect();
    let (mut places, mut entered) = (Vec::with_capacity(drafts.len()), Vec::new());
    for (draft, month) in drafts.iter().zip(months) {
        let document = (draft.document, draft.document_number.clone());
        if let Some(place) = known.get(&document) {
            places.push(*place);
            continue;
        }
        let number = last.entry(month).or_default();
        *number += 1;
        let place = Place {
            month,
            number: *number,
            is_new: true,
        };
        known.insert(
            document,
            Place {
                is_new: false,
                ..place
            },
        );
        places.push(place);
        entered.push((draft, place));
    }
    store::insert(unit.db(), &area, &entered).await?;
    Ok(places)
}

/// The first month that is open: the one after the last that was closed. None where none was.
///
/// # Errors
/// When the database does not answer.
pub async fn first_open(unit: &mut Unit) -> Result<Option<Month>> {
    let area = unit.area().to_owned();
    let closed = store::last_closed(unit.db(), &area).await?;
    Ok(closed.map(Month::next))
}

/// Keeps others from closing months, and from numbering vouchers in them, until the end of the unit.
async fn hold_open(unit: &mut Unit, months: &[Month]) -> Result<()> {
    let area = unit.area().to_owned();
    if store::lock_open(unit.db(), &area, months).await? == months.len() {
        return Ok(());
    }
    store::open(unit.db(), &area, months).await?;
    if store::lock_open(unit.db(), &area, months).await? == months.len() {
        return Ok(());
    }
    Err(Error::Conflict("a month was closed meanwhile".to_owned()))
}
