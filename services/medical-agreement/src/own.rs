//! Lists of who speaks for one party: narrowed to that party, so that its index is read. Row-level security hides
//! what is not its own, but would look at each row of the area for it.

use chassis::wire::maybe_uuid;
use chassis::{Actor, Result};
use contracts::options::v1::Caller;
use uuid::Uuid;

/// Whose rows are listed: those of whom the list is asked for, or else of the caller itself, where it is of this
/// kind.
#[must_use]
pub fn own<'a>(actor: &'a Actor, caller: Caller, asked: &'a str) -> &'a str {
    if asked.is_empty() && actor.caller == caller {
        return &actor.party;
    }
    asked
}

/// [`own`] of persons.
///
/// # Errors
/// When the number is none.
pub fn own_person(actor: &Actor, asked: &str) -> Result<Option<Uuid>> {
    maybe_uuid(own(actor, Caller::Person, asked))
}
