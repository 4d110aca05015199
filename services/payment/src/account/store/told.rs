//! SQL of what benefit review tells.

use std::collections::HashMap;

use chassis::Result;
use contracts::benefit_review::v1::PayeeKind;
use contracts::payment::v1::BenefitNotice;
use prost::Message;
use rust_decimal::Decimal;
use sqlx::{PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

/// What somebody who is paid is known by.
pub type PayeeKey = (i32, String);

/// What an account is known by: claim, kind and payee.
pub type AccountKey = (Uuid, i32, Uuid);

/// Keeps who is paid, with the name that was told last, and answers what stands for each.
///
/// # Errors
/// When it cannot be written.
pub async fn keep_payees(
    db: &mut PgConnection,
    area: &str,
    named: &[(PayeeKey, String)],
) -> Result<HashMap<PayeeKey, Uuid>> {
    let each = || named.iter();
    let ids: Vec<Uuid> = each().map(|_| Uuid::now_v7()).collect();
    let rows: Vec<(i32, String, Uuid)> = query_as(
        "INSERT INTO payee (pooling_area, payee_id, kind, number, name)
         SELECT $1, * FROM unnest($2::uuid[], $3::int[], $4::text[], $5::text[])
         ON CONFLICT ON CONSTRAINT payee_number_key
             DO UPDATE SET name = CASE EXCLUDED.name WHEN '' THEN payee.name ELSE EXCLUDED.name END
         RETURNING kind, number, payee_id",
    )
    .bind(area)
    .bind(ids)
    .bind(each().map(|((kind, _), _)| *kind).collect::<Vec<_>>())
    .bind(
        each()
            .map(|((_, number), _)| number.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(each().map(|(_, name)| name.as_str()).collect::<Vec<_>>())
    .fetch_all(db)
    .await?;
    let known = rows.into_iter();
    Ok(known
        .map(|(kind, number, payee_id)| ((kind, number), payee_id))
        .collect())
}

/// An account as it was told.
#[derive(Clone, Debug)]
pub struct ToldAccount {
    /// What it is known by.
    pub key: AccountKey,
    /// What the payee is.
    pub payee: PayeeKind,
    /// Name of the payee; empty where none was told.
    pub payee_name: String,
    /// The injured employee, or the deceased.
    pub person_id: Uuid,
    /// Her or his name.
    pub name: String,
    /// Number of the recognition of the injury.
    pub recognition_number: String,
    /// Who bears the duties of the employer of the injury.
    pub employer_id: String,
    /// Empty unless an institution is paid.
    pub institution_id: String,
}

/// Keeps accounts, with names and employers that were told last, and answers what stands for each.
///
/// # Errors
/// When they cannot be written.
pub async fn keep_accounts(
    db: &mut PgConnection,
    area: &str,
    accounts: &[ToldAccount],
) -> Result<HashMap<AccountKey, Uuid>> {
    let each = || accounts.iter();
    let texts = |of: fn(&ToldAccount) -> &str| each().map(of).collect::<Vec<&str>>();
    let rows: Vec<(Uuid, i32, Uuid, Uuid)> = query_as(
        "INSERT INTO account (pooling_area, account_id, claim_id, kind, payee_id, payee_kind, payee_name,
             person_id, name, recognition_number, employer_id, institution_id)
         SELECT $1, * FROM unnest($2::uuid[], $3::uuid[], $4::int[], $5::uuid[], $6::int[], $7::text[],
             $8::uuid[], $9::text[], $10::text[], $11::text[], $12::text[])
         ON CONFLICT ON CONSTRAINT account_benefit_key DO UPDATE
             SET name = EXCLUDED.name, payee_name = EXCLUDED.payee_name, employer_id = EXCLUDED.employer_id
         RETURNING claim_id, kind, payee_id, account_id",
    )
    .bind(area)
    .bind(each().map(|_| Uuid::now_v7()).collect::<Vec<_>>())
    .bind(each().map(|one| one.key.0).collect::<Vec<_>>())
    .bind(each().map(|one| one.key.1).collect::<Vec<_>>())
    .bind(each().map(|one| one.key.2).collect::<Vec<_>>())
    .bind(each().map(|one| one.payee as i32).collect::<Vec<_>>())
    .bind(texts(|one| &one.payee_name))
    .bind(each().map(|one| one.person_id).collect::<Vec<_>>())
    .bind(texts(|one| &one.name))
    .bind(texts(|one| &one.recognition_number))
    .bind(texts(|one| &one.employer_id))
    .bind(texts(|one| &one.institution_id))
    .fetch_all(db)
    .await?;
    let known = rows.into_iter();
    Ok(known
        .map(|(claim_id, kind, payee_id, account_id)| ((claim_id, kind, payee_id), account_id))
        .collect())
}

/// An amount as it was told.
#[derive(Clone, Debug)]
pub struct ToldBenefit {
    /// As benefit review knows it.
    pub benefit_id: Uuid,
    /// Of which account.
    pub account_id: Uuid,
    /// The injured employee, or the deceased.
    pub person_id: Uuid,
    /// Who bears the duties of the employer of the injury.
    pub employer_id: String,
    /// Empty unless an institution is paid.
    pub institution_id: String,
    /// Yuan, by the month where there is a first one.
    pub amount: Decimal,
    /// The first day of the first month.
    pub from_month: Option<Date>,
    /// The first day of the last month.
    pub until_month: Option<Date>,
}

/// Keeps amounts in their order; what was told before is not told again.
///
/// # Errors
/// When they cannot be written.
pub async fn keep_benefits(
    db: &mut PgConnection,
    area: &str,
    (benefits, told_on): (&[ToldBenefit], Date),
) -> Result<()> {
    let each = || benefits.iter();
    query(
        "INSERT INTO told_benefit (pooling_area, benefit_id, account_id, person_id, employer_id,
             institution_id, amount, from_month, until_month, told_on)
         SELECT $1, t.benefit_id, t.account_id, t.person_id, t.employer_id, t.institution_id, t.amount,
             t.from_month, t.until_month, $10
         FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::numeric[],
             $8::date[], $9::date[]) WITH ORDINALITY
             AS t(benefit_id, account_id, person_id, employer_id, institution_id, amount, from_month,
                 until_month, told)
         ORDER BY t.told
         ON CONFLICT ON CONSTRAINT told_benefit_pkey DO NOTHING",
    )
    .bind(area)
    .bind(each().map(|one| one.benefit_id).collect::<Vec<_>>())
    .bind(each().map(|one| one.account_id).collect::<Vec<_>>())
    .bind(each().map(|one| one.person_id).collect::<Vec<_>>())
    .bind(each().map(|one| one.employer_id.as_str()).collect::<Vec<_>>())
    .bind(each().map(|one| one.institution_id.as_str()).collect::<Vec<_>>())
    .bind(each().map(|one| one.amount).collect::<Vec<_>>())
    .bind(each().map(|one| one.from_month).collect::<Vec<_>>())
    .bind(each().map(|one| one.until_month).collect::<Vec<_>>())
    .bind(told_on)
    .execute(db)
    .await?;
    Ok(())
}

/// A notice with whom it concerns.
#[derive(Clone, Debug)]
pub struct NewNotice {
    /// Its number.
    pub notice_id: Uuid,
    /// The case in which it was decided.
    pub case_id: Uuid,
    /// The injured employee, or the deceased.
    pub person_id: Uuid,
    /// As it is read.
    pub notice: BenefitNotice,
}

/// Keeps notices; one that is there stays as it was issued.
///
/// # Errors
/// When they cannot be written.
pub async fn keep_notices(db: &mut PgConnection, area: &str, notices: &[NewNotice]) -> Result<()> {
    let each = || notices.iter();
    let contents = each().map(|one| one.notice.encode_to_vec());
    let contents: Vec<Vec<u8>> = contents.collect();
    query(
        "INSERT INTO benefit_notice (pooling_area, notice_id, case_id, person_id, employer_id, institution_id,
             content)
         SELECT $1, * FROM unnest($2::uuid[], $3::uuid[], $4::uuid[], $5::text[], $6::text[], $7::bytea[])
         ON CONFLICT ON CONSTRAINT benefit_notice_pkey DO NOTHING",
    )
    .bind(area)
    .bind(each().map(|one| one.notice_id).collect::<Vec<_>>())
    .bind(each().map(|one| one.case_id).collect::<Vec<_>>())
    .bind(each().map(|one| one.person_id).collect::<Vec<_>>())
    .bind(each().map(|one| one.notice.employer_id.as_str()).collect::<Vec<_>>())
    .bind(each().map(|one| one.notice.institution_id.as_str()).collect::<Vec<_>>())
    .bind(contents)
    .execute(db)
    .await?;
    Ok(())
}

/// Notices of a person and a case, where they are given, the newest first, each with its place.
///
/// # Errors
/// When they cannot be read.
pub async fn notices(
    db: &mut PgConnection,
    area: &str,
    (person_id, case_id): (Option<Uuid>, Option<Uuid>),
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<(i64, Vec<u8>)>> {
    Ok(query_as(
        "SELECT arrival, content FROM benefit_notice
         WHERE pooling_area = $1 AND ($2::uuid IS NULL OR person_id = $2)
             AND ($3::uuid IS NULL OR case_id = $3) AND ($4::bigint IS NULL OR arrival < $4)
         ORDER BY arrival DESC LIMIT $5",
    )
    .bind(area)
    .bind(person_id)
    .bind(case_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// Which of benefits were told before.
///
/// # Errors
/// When they cannot be read.
pub async fn told_before(
    db: &mut PgConnection,
    area: &str,
    benefits: &[Uuid],
) -> Result<Vec<Uuid>> {
    Ok(query_scalar(
        "SELECT benefit_id FROM told_benefit WHERE pooling_area = $1 AND benefit_id = ANY ($2)",
    )
    .bind(area)
    .bind(benefits)
    .fetch_all(db)
    .await?)
}
