//! SQL of the notices of registration authorities.

use std::collections::HashMap;

use chassis::{Numbered, Page, Result, wire};
use contracts::registration::v1::{
    AuthorityNotice, AuthorityNoticeKind, AuthorityNoticeRecord, EmployerFacts, EmployerState,
    UnregisteredEmployer,
};
use sqlx::{FromRow, PgConnection, query, query_as};
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::employer::rules::organisation;
use crate::employer::store::FactsRow;
use crate::exchange::rules::Registered;
use chassis::wire::maybe_day;

/// A notice, as kept.
#[derive(FromRow)]
pub struct NoticeRow {
    /// Given when it came.
    pub notice_id: Uuid,
    /// Where it stands among all notices.
    pub arrival: i64,
    authority: i32,
    notice_number: String,
    kind: i32,
    credit_code: String,
    organisation_code: String,
    registration_number: String,
    name: String,
    legal_representative: String,
    registration_type: String,
    founded_on: Option<Date>,
    change: String,
    address: String,
    phone: String,
    effective_on: Date,
    business_scope: String,
    employer_id: String,
    received_at: OffsetDateTime,
}

impl From<NoticeRow> for AuthorityNoticeRecord {
    fn from(row: NoticeRow) -> Self {
        Self {
            notice_id: row.notice_id.to_string(),
            notice: Some(AuthorityNotice {
                authority: row.authority,
                notice_number: row.notice_number,
                kind: row.kind,
                credit_code: row.credit_code,
                organisation_code: row.organisation_code,
                registration_number: row.registration_number,
                name: row.name,
                legal_representative: row.legal_representative,
                registration_type: row.registration_type,
                founded_on: row.founded_on.map(Into::into),
                change: row.change,
                address: row.address,
                phone: row.phone,
                effective_on: Some(row.effective_on.into()),
                business_scope: row.business_scope,
            }),
            employer_id: row.employer_id,
            received_at: Some(wire::timestamp(row.received_at)),
        }
    }
}

/// Those of the notices' numbers that came before.
pub async fn of_numbers(
    db: &mut PgConnection,
    area: &str,
    rows: &[Numbered<AuthorityNotice>],
) -> Result<Vec<AuthorityNoticeRecord>> {
    let rows: Vec<NoticeRow> = query_as(
        "SELECT n.* FROM authority_notice n
         JOIN (SELECT DISTINCT * FROM unnest($2::int[], $3::text[])) AS asked(authority, notice_number)
              USING (authority, notice_number)
         WHERE n.pooling_area = $1",
    )
    .bind(area)
    .bind(rows.iter().map(|numbered| numbered.row.authority).collect::<Vec<_>>())
    .bind(rows.iter().map(|numbered| numbered.row.notice_number.as_str()).collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    Ok(rows.into_iter().map(Into::into).collect())
}

/// The last notice about the employer with these codes or this registration number.
pub async fn last(
    db: &mut PgConnection,
    area: &str,
    facts: &EmployerFacts,
) -> Result<Option<AuthorityNotice>> {
    let last: Option<NoticeRow> = query_as(
        "SELECT * FROM authority_notice
         WHERE pooling_area = $1
           AND ((credit_code <> '' AND credit_code = $2)
             OR (organisation <> '' AND organisation = $3)
             OR registration_number = $4)
         ORDER BY effective_on DESC, arrival DESC LIMIT 1",
    )
    .bind(area)
    .bind(&facts.credit_code)
    .bind(organisation(&facts.credit_code, &facts.organisation_code))
    .bind(&facts.registration_number)
    .fetch_optional(db)
    .await?;
    Ok(last.and_then(|row| AuthorityNoticeRecord::from(row).notice))
}

#[derive(FromRow)]
struct RegisteredRow {
    notice_id: Uuid,
    employer_id: String,
    #[sqlx(flatten)]
    facts: FactsRow,
}

/// The employers that take part and have a code or the registration number of a notice, by notice.
pub async fn employers_of(
    db: &mut PgConnection,
    area: &str,
    notices: &[(Uuid, &AuthorityNotice)],
) -> Result<HashMap<Uuid, Registered>> {
    let rows: Vec<RegisteredRow> = query_as(
        "SELECT n.notice_id, f.*
         FROM unnest($2::uuid[], $3::text[], $4::text[], $5::text[])
              AS n(notice_id, credit_code, organisation, registration_number)
         CROSS JOIN LATERAL (
             SELECT f.*, lower(f.period) AS from_on, upper(f.period) - 1 AS until_on
             FROM employer_fact f
             JOIN employer e ON e.pooling_area = f.pooling_area AND e.employer_id = f.employer_id
             WHERE f.pooling_area = $1 AND upper_inf(f.period) AND e.state = $6
               AND ((f.credit_code <> '' AND f.credit_code = n.credit_code)
                 OR f.organisation = n.organisation
                 OR f.registration_number = n.registration_number)
             ORDER BY (n.credit_code <> '' AND f.credit_code = n.credit_code) DESC, f.employer_id
             LIMIT 1) f",
    )
    .bind(area)
    .bind(notices.iter().map(|(id, _)| *id).collect::<Vec<_>>())
    .bind(
        notices
            .iter()
            .map(|(_, notice)| notice.credit_code.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(
        notices
            .iter()
            .map(|(_, notice)| organisation(&notice.credit_code, &notice.organisation_code))
            .collect::<Vec<_>>(),
    )
    .bind(
        notices
            .iter()
            .map(|(_, notice)| notice.registration_number.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(EmployerState::Registered as i32)
    .fetch_all(db)
    .await?;
    Ok(rows
        .into_iter()
        .map(|row| {
            let registered = Registered {
                employer_id: row.employer_id,
                facts: row.facts.into(),
            };
            (row.notice_id, registered)
        })
        .collect())
}

/// A notice to be kept: its id, what it says, and the registered employer that it is about.
pub type New<'a> = (Uuid, &'a AuthorityNotice, &'a str);

/// Keeps notices.
pub async fn insert(
    db: &mut PgConnection,
    area: &str,
    new: &[New<'_>],
    received_at: OffsetDateTime,
) -> Result<()> {
    fn column<'a, T>(new: &[New<'a>], value: impl Fn(&'a AuthorityNotice) -> T) -> Vec<T> {
        new.iter().map(|(_, notice, _)| value(notice)).collect()
    }
    query(
        "INSERT INTO authority_notice (pooling_area, received_at, notice_id, employer_id, authority,
             notice_number, kind, credit_code, organisation_code, registration_number, name,
             legal_representative, registration_type, founded_on, change, address, phone, effective_on,
             business_scope, organisation)
         SELECT $1, $2, new.* FROM unnest($3::uuid[], $4::text[], $5::int[], $6::text[], $7::int[],
             $8::text[], $9::text[], $10::text[], $11::text[], $12::text[], $13::text[], $14::date[],
             $15::text[], $16::text[], $17::text[], $18::date[], $19::text[], $20::text[]) AS new",
    )
    .bind(area)
    .bind(received_at)
    .bind(new.iter().map(|(id, ..)| *id).collect::<Vec<_>>())
    .bind(new.iter().map(|(.., employer_id)| *employer_id).collect::<Vec<_>>())
    .bind(column(new, |notice| notice.authority))
    .bind(column(new, |notice| notice.notice_number.as_str()))
    .bind(column(new, |notice| notice.kind))
    .bind(column(new, |notice| notice.credit_code.as_str()))
    .bind(column(new, |notice| notice.organisation_code.as_str()))
    .bind(column(new, |notice| notice.registration_number.as_str()))
    .bind(column(new, |notice| notice.name.as_str()))
    .bind(column(new, |notice| notice.legal_representative.as_str()))
    .bind(column(new, |notice| notice.registration_type.as_str()))
    .bind(column(new, |notice| maybe_day(notice.founded_on)))
    .bind(column(new, |notice| notice.change.as_str()))
    .bind(column(new, |notice| notice.address.as_str()))
    .bind(column(new, |notice| notice.phone.as_str()))
    .bind(column(new, |notice| maybe_day(notice.effective_on)))
    .bind(column(new, |notice| notice.business_scope.as_str()))
    .bind(column(new, |notice| organisation(&notice.credit_code, &notice.organisation_code)))
    .execute(db)
    .await?;
    Ok(())
}

/// Notices about an employer (empty: all), newest first.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    employer_id: &str,
    page: &Page,
) -> Result<Vec<NoticeRow>> {
    Ok(query_as(
        "SELECT * FROM authority_notice
         WHERE pooling_area = $1 AND ($2 = '' OR employer_id = $2)
           AND ($3::bigint IS NULL OR arrival < $3)
         ORDER BY arrival DESC LIMIT $4",
    )
    .bind(area)
    .bind(employer_id)
    .bind(page.after::<i64>()?)
    .bind(page.limit())
    .fetch_all(db)
    .await?)
}

/// An employer that was founded and is not registered.
#[derive(FromRow)]
pub struct UnregisteredRow {
    notice_id: Uuid,
    /// Where its notice stands among all notices.
    pub arrival: i64,
    authority: i32,
    registration_number: String,
    credit_code: String,
    name: String,
    legal_representative: String,
    founded_on: Option<Date>,
    address: String,
    phone: String,
}

impl From<UnregisteredRow> for UnregisteredEmployer {
    fn from(row: UnregisteredRow) -> Self {
        Self {
            notice_id: row.notice_id.to_string(),
            authority: row.authority,
            registration_number: row.registration_number,
            credit_code: row.credit_code,
            name: row.name,
            legal_representative: row.legal_representative,
            founded_on: row.founded_on.map(Into::into),
            address: row.address,
            phone: row.phone,
        }
    }
}

/// Art. 5. Employers that were founded and have neither ended nor registered here, newest notice
/// first; one that was told twice stands there once.
pub async fn unregistered(
    db: &mut PgConnection,
    area: &str,
    page: &Page,
) -> Result<Vec<UnregisteredRow>> {
    Ok(query_as(
        "SELECT n.* FROM authority_notice n
         WHERE n.pooling_area = $1 AND n.kind = $2 AND ($3::bigint IS NULL OR n.arrival < $3)
           AND NOT EXISTS (
               SELECT FROM authority_notice later
               WHERE later.pooling_area = n.pooling_area AND later.authority = n.authority
                 AND later.registration_number = n.registration_number
                 AND (later.kind IN ($4, $5) OR (later.kind = n.kind AND later.arrival > n.arrival)))
           AND NOT EXISTS (
               SELECT FROM employer_fact f
               JOIN employer e ON e.pooling_area = f.pooling_area AND e.employer_id = f.employer_id
               WHERE f.pooling_area = n.pooling_area AND upper_inf(f.period) AND e.state = $6
                 AND ((f.credit_code <> '' AND f.credit_code = n.credit_code)
                   OR f.organisation = n.organisation
                   OR f.registration_number = n.registration_number))
         ORDER BY n.arrival DESC LIMIT $7",
    )
    .bind(area)
    .bind(AuthorityNoticeKind::Founded as i32)
    .bind(page.after::<i64>()?)
    .bind(AuthorityNoticeKind::Cancelled as i32)
    .bind(AuthorityNoticeKind::Revoked as i32)
    .bind(EmployerState::Registered as i32)
    .bind(page.limit())
    .fetch_all(db)
    .await?)
}
