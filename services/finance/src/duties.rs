//! Who does what in the finance department, and what one person must not do together (article 106). It stands beside the
//! signatures of a case, which different persons give anyway.

pub mod rules;
pub mod store;

use std::collections::BTreeMap;

use chassis::{Result, Unit};
use contracts::Refused;
use contracts::finance::v1::{Post, Refusal};
use contracts::options::v1::Duty;
use contracts::reflect::label_of;
use uuid::Uuid;

/// Somebody who is about to do what belongs to a post.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Acting {
    /// The subject of the token.
    pub clerk_id: String,
    /// As shown to people.
    pub name: String,
    /// What the deed belongs to.
    pub post: Post,
}

/// Art. 106. Nobody does what is incompatible with a post that she or he holds today.
///
/// # Errors
/// A refusal names who, and both posts.
pub async fn expect_compatible(unit: &mut Unit, acting: &[Acting]) -> Result<()> {
    let found = incompatible(unit, acting).await?.into_values().next();
    found.map_or(Ok(()), |refused| Err(refused.into()))
}

/// Art. 106. Of those who act, by their places, who must not.
///
/// # Errors
/// When the database does not answer.
pub async fn incompatible(unit: &mut Unit, acting: &[Acting]) -> Result<BTreeMap<usize, Refused>> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let clerks: Vec<&str> = acting.iter().map(|one| &*one.clerk_id).collect();
    let held = store::held_on(unit.db(), &area, &clerks, today).await?;
    let mut found = BTreeMap::new();
    for (at, one) in acting.iter().enumerate() {
        let own = held.iter().filter(|row| row.clerk_id == one.clerk_id);
        for other in own.map(store::HolderRow::post) {
            if let Some(pair) = rules::incompatible(one.post, other, today) {
                found.insert(at, refused(&one.name, (other, one.post), pair.source));
            }
        }
    }
    Ok(found)
}

/// Art. 106. The same of everybody who had a part in a case: who handles it acts in `handling`, who signs it after that reviews.
///
/// # Errors
/// A refusal names who, and both posts.
pub async fn expect_signers(unit: &mut Unit, case_id: Uuid, handling: Post) -> Result<()> {
    let area = unit.area().to_owned();
    let signers = store::signers(unit.db(), &area, case_id).await?;
    let acting = signers.into_iter().map(|(clerk_id, name, duty)| Acting {
        clerk_id,
        name,
        post: match duty {
            duty if duty == Duty::Handler as i32 => handling,
            _ => Post::Review,
        },
    });
    expect_compatible(unit, &acting.collect::<Vec<_>>()).await
}

/// Who holds one post must not hold, or act in, another.
#[must_use]
pub fn refused(name: &str, (held, post): (Post, Post), source: &str) -> Refused {
    Refused::because(Refusal::PostsIncompatible)
        .with("name", name)
        .with("held", label(held))
        .with("post", label(post))
        .with("source", source)
}

/// What a post is called.
#[must_use]
pub fn label(post: Post) -> String {
    label_of("workinjury.finance.v1.Post", post as i32)
}
