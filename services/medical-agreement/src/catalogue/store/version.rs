//! SQL of the versions of the catalogues.

use chassis::{OrRefuse, Result};
use contracts::medical_agreement::v1::{CatalogueKind, CatalogueVersion};
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

use super::super::rules::set_before;

/// The version that is in force on some day.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct InForce {
    /// Its first day.
    pub effective_on: Date,
    /// Its list.
    pub list_id: Uuid,
}

/// A list that is to be in force.
pub struct NewVersion<'a> {
    /// Of which catalogue.
    pub kind: CatalogueKind,
    /// From this day on.
    pub effective_on: Date,
    /// The list.
    pub list_id: Uuid,
    /// Items of the list.
    pub items: u32,
    /// As it was issued.
    pub title: &'a str,
    /// The document that issued it.
    pub document_number: &'a str,
    /// The case that puts it in force.
    pub case_id: Uuid,
}

/// Puts a list in force.
///
/// # Errors
/// When there is a version of that day.
pub async fn set(db: &mut PgConnection, area: &str, version: &NewVersion<'_>) -> Result<()> {
    query(
        "INSERT INTO catalogue_version
             (pooling_area, kind, effective_on, list_id, items, title, document_number, case_id)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8)",
    )
    .bind(area)
    .bind(version.kind as i32)
    .bind(version.effective_on)
    .bind(version.list_id)
    .bind(i32::try_from(version.items).unwrap_or(i32::MAX))
    .bind(version.title)
    .bind(version.document_number)
    .bind(version.case_id)
    .execute(db)
    .await
    .or_refuse(
        "catalogue_version_pkey",
        set_before(version.kind, version.effective_on),
    )?;
    Ok(())
}

/// Is there a version of this very day?
pub async fn is_set(
    db: &mut PgConnection,
    area: &str,
    kind: CatalogueKind,
    effective_on: Date,
) -> Result<bool> {
    Ok(query_scalar(
        "SELECT EXISTS (SELECT 1 FROM catalogue_version
             WHERE pooling_area = $1 AND kind = $2 AND effective_on = $3)",
    )
    .bind(area)
    .bind(kind as i32)
    .bind(effective_on)
    .fetch_one(db)
    .await?)
}

/// The version of a catalogue that is in force on a day.
pub async fn in_force(
    db: &mut PgConnection,
    area: &str,
    kind: CatalogueKind,
    on: Date,
) -> Result<Option<InForce>> {
    let one = in_force_on(db, area, &[(kind as i32, on)]).await?;
    Ok(one.into_iter().next().flatten())
}

/// The versions of catalogues that are in force on days, in the order of the question.
pub async fn in_force_on(
    db: &mut PgConnection,
    area: &str,
    days: &[(i32, Date)],
) -> Result<Vec<Option<InForce>>> {
    let (kinds, on): (Vec<i32>, Vec<Date>) = days.iter().copied().unzip();
    let rows: Vec<(Option<Date>, Option<Uuid>)> = query_as(
        "SELECT version.effective_on, version.list_id
         FROM unnest($2::int[], $3::date[]) WITH ORDINALITY AS asked (kind, on_day, place)
         LEFT JOIN LATERAL (
             SELECT v.effective_on, v.list_id FROM catalogue_version v
             WHERE v.pooling_area = $1 AND v.kind = asked.kind AND v.effective_on <= asked.on_day
             ORDER BY v.effective_on DESC LIMIT 1) version ON true
         ORDER BY asked.place",
    )
    .bind(area)
    .bind(kinds)
    .bind(on)
    .fetch_all(db)
    .await?;
    let version = |(effective_on, list_id): (Option<Date>, Option<Uuid>)| {
        Some(InForce {
            effective_on: effective_on?,
            list_id: list_id?,
        })
    };
    Ok(rows.into_iter().map(version).collect())
}

/// A version, with the last day on which it is in force.
#[derive(Debug, FromRow)]
pub struct VersionRow {
    /// Its first day.
    pub effective_on: Date,
    until_on: Option<Date>,
    kind: i32,
    list_id: Uuid,
    items: i32,
    title: String,
    document_number: String,
    case_id: Uuid,
}

impl From<VersionRow> for CatalogueVersion {
    fn from(row: VersionRow) -> Self {
        Self {
            kind: row.kind,
            effective_on: Some(row.effective_on.into()),
            until_on: row.until_on.map(Into::into),
            title: row.title,
            document_number: row.document_number,
            items: chassis::wire::count(row.items),
            list_id: row.list_id.to_string(),
            case_id: row.case_id.to_string(),
        }
    }
}

/// The versions of a catalogue, the latest first, before a day.
pub async fn versions(
    db: &mut PgConnection,
    area: &str,
    kind: i32,
    (before, limit): (Option<Date>, i64),
) -> Result<Vec<VersionRow>> {
    Ok(query_as(
        "SELECT v.effective_on, next.on_day - 1 AS until_on, v.kind, v.list_id, v.items, v.title,
             v.document_number, v.case_id
         FROM catalogue_version v
         CROSS JOIN LATERAL (
             SELECT min(n.effective_on) AS on_day FROM catalogue_version n
             WHERE n.pooling_area = v.pooling_area AND n.kind = v.kind
                 AND n.effective_on > v.effective_on) next
         WHERE v.pooling_area = $1 AND v.kind = $2 AND ($3::date IS NULL OR v.effective_on < $3)
         ORDER BY v.effective_on DESC LIMIT $4",
    )
    .bind(area)
    .bind(kind)
    .bind(before)
    .bind(limit)
    .fetch_all(db)
    .await?)
}
