//! SQL of posts.

use chassis::{Result, conflict_on};
use contracts::finance::v1::{Post, PostHolder};
use sqlx::{FromRow, PgConnection, query, query_as};
use time::Date;
use uuid::Uuid;

/// Who holds a post from when to when.
#[derive(Clone, Debug, FromRow)]
pub struct HolderRow {
    /// Its place in the list.
    pub assignment_no: i64,
    /// The subject of the token.
    pub clerk_id: String,
    clerk_name: String,
    post: i32,
    /// The first day.
    pub from_on: Date,
    /// The last day; none while it is open.
    pub until_on: Option<Date>,
    case_id: Uuid,
}

impl HolderRow {
    /// The post.
    #[must_use]
    pub fn post(&self) -> Post {
        Post::try_from(self.post).unwrap_or_default()
    }
}

impl From<HolderRow> for PostHolder {
    fn from(row: HolderRow) -> Self {
        Self {
            clerk_id: row.clerk_id,
            clerk_name: row.clerk_name,
            post: row.post,
            from_on: Some(row.from_on.into()),
            until_on: row.until_on.map(Into::into),
            case_id: row.case_id.to_string(),
        }
    }
}

/// What clerks hold on a day.
///
/// # Errors
/// When it cannot be read.
pub async fn held_on(
    db: &mut PgConnection,
    area: &str,
    clerks: &[&str],
    on: Date,
) -> Result<Vec<HolderRow>> {
    Ok(query_as(
        "SELECT assignment_no, clerk_id, clerk_name, post, lower(held) AS from_on, upper(held) - 1 AS until_on, case_id
         FROM post_holder WHERE pooling_area = $1 AND clerk_id = ANY ($2) AND held @> $3::date",
    )
    .bind(area)
    .bind(clerks)
    .bind(on)
    .fetch_all(db)
    .await?)
}

/// What a clerk holds on one of the days of a span; it is open where it has no end.
///
/// # Errors
/// When it cannot be read.
pub async fn held_in(
    db: &mut PgConnection,
    area: &str,
    clerk_id: &str,
    (from, until): (Date, Option<Date>),
) -> Result<Vec<HolderRow>> {
    Ok(query_as(
        "SELECT assignment_no, clerk_id, clerk_name, post, lower(held) AS from_on, upper(held) - 1 AS until_on, case_id
         FROM post_holder
         WHERE pooling_area = $1 AND clerk_id = $2 AND held && daterange($3, $4, '[]')
         ORDER BY assignment_no",
    )
    .bind(area)
    .bind(clerk_id)
    .bind(from)
    .bind(until)
    .fetch_all(db)
    .await?)
}

/// Assigns a clerk to a post.
///
/// # Errors
/// A conflict where the clerk holds it already on one of the days.
pub async fn assign(
    db: &mut PgConnection,
    area: &str,
    (clerk_id, clerk_name, post): (&str, &str, Post),
    (from, until, case_id): (Date, Option<Date>, Uuid),
) -> Result<()> {
    query(
        "INSERT INTO post_holder (pooling_area, clerk_id, clerk_name, post, held, case_id)
         VALUES ($1, $2, $3, $4, daterange($5, $6, '[]'), $7)",
    )
    .bind(area)
    .bind(clerk_id)
    .bind(clerk_name)
    .bind(post as i32)
    .bind(from)
    .bind(until)
    .bind(case_id)
    .execute(db)
    .await
    .map_err(conflict_on(&["post_holder_once"]))?;
    Ok(())
}

/// Ends an assignment with a day.
///
/// # Errors
/// When it cannot be written.
pub async fn end(db: &mut PgConnection, area: &str, assignment_no: i64, until: Date) -> Result<()> {
    query(
        "UPDATE post_holder SET held = daterange(lower(held), $3, '[]')
         WHERE pooling_area = $1 AND assignment_no = $2",
    )
    .bind(area)
    .bind(assignment_no)
    .bind(until)
    .execute(db)
    .await?;
    Ok(())
}

/// Assignments, the last one first.
///
/// # Errors
/// When they cannot be read.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    clerk_id: Option<&str>,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<HolderRow>> {
    Ok(query_as(
        "SELECT assignment_no, clerk_id, clerk_name, post, lower(held) AS from_on, upper(held) - 1 AS until_on, case_id
         FROM post_holder
         WHERE pooling_area = $1 AND ($2::text IS NULL OR clerk_id = $2)
             AND ($3::bigint IS NULL OR assignment_no < $3)
         ORDER BY assignment_no DESC LIMIT $4",
    )
    .bind(area)
    .bind(clerk_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// Who had a part in the present revision of a case, with the duty in which.
///
/// # Errors
/// When it cannot be read.
pub async fn signers(
    db: &mut PgConnection,
    area: &str,
    case_id: Uuid,
) -> Result<Vec<(String, String, i32)>> {
    Ok(query_as(
        "SELECT s.signer, s.signer_name, s.duty FROM case_signature s
         JOIN case_file c ON c.pooling_area = s.pooling_area AND c.case_id = s.case_id AND c.revision = s.revision
         WHERE s.pooling_area = $1 AND s.case_id = $2 ORDER BY s.step",
    )
    .bind(area)
    .bind(case_id)
    .fetch_all(db)
    .await?)
}
