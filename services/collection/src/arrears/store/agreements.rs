//! Repayment agreements.

use chassis::{Page, Result};
use contracts::collection::v1::{AgreementState, RepaymentAgreement, RepaymentAgreementDecision};
use prost::Message;
use rust_decimal::Decimal;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

use crate::ledger::store::small;
use crate::wire;

/// The running agreement of an employer.
pub async fn running(db: &mut PgConnection, area: &str, employer_id: &str) -> Result<Option<Uuid>> {
    Ok(query_scalar(
        "SELECT agreement_id FROM repayment_agreement
         WHERE pooling_area = $1 AND employer_id = $2 AND state = 1",
    )
    .bind(area)
    .bind(employer_id)
    .fetch_optional(db)
    .await?)
}

/// Keeps an agreement as signed, with what its months had received by then.
pub async fn sign(
    db: &mut PgConnection,
    area: &str,
    (agreement_id, decision): (Uuid, &RepaymentAgreementDecision),
    months: &[Date],
    signed_on: Date,
) -> Result<()> {
    query(
        "INSERT INTO repayment_agreement (pooling_area, agreement_id, employer_id, months, signed_on,
             received_before, state, form)
         SELECT $1, $2, $3, $4, $5, coalesce(-sum(e.amount), 0), 1, $6 FROM ledger_entry e
         WHERE e.pooling_area = $1 AND e.employer_id = $3 AND e.month = ANY($4)
           AND e.account IN (1, 2) AND e.kind = 4",
    )
    .bind(area)
    .bind(agreement_id)
    .bind(&decision.employer_id)
    .bind(months)
    .bind(signed_on)
    .bind(decision.encode_to_vec())
    .execute(db)
    .await?;
    Ok(())
}

/// Art. 36. Is nothing of the months that an agreement is about in arrears any more?
pub async fn kept(db: &mut PgConnection, area: &str, agreement_id: &str) -> Result<bool> {
    Ok(query_scalar(
        "SELECT NOT EXISTS (
             SELECT FROM repayment_agreement r JOIN arrears a
                  ON a.pooling_area = r.pooling_area AND a.employer_id = r.employer_id
                  AND a.month = ANY(r.months) AND a.state <> 5
             WHERE r.pooling_area = $1 AND r.agreement_id = $2)",
    )
    .bind(area)
    .bind(wire::uuid(agreement_id)?)
    .fetch_one(db)
    .await?)
}

/// Moves an agreement to another state.
pub async fn set_state(
    db: &mut PgConnection,
    area: &str,
    agreement_id: &str,
    state: AgreementState,
) -> Result<()> {
    query(
        "UPDATE repayment_agreement SET state = $3 WHERE pooling_area = $1 AND agreement_id = $2",
    )
    .bind(area)
    .bind(wire::uuid(agreement_id)?)
    .bind(small(state as i32))
    .execute(db)
    .await?;
    Ok(())
}

#[derive(FromRow)]
struct AgreementRow {
    agreement_id: Uuid,
    signed_on: Date,
    state: i16,
    form: Vec<u8>,
    paid: Decimal,
}

impl TryFrom<AgreementRow> for RepaymentAgreement {
    type Error = chassis::Error;

    fn try_from(row: AgreementRow) -> Result<Self> {
        let decision = RepaymentAgreementDecision::decode(&*row.form)?;
        Ok(Self {
            agreement_id: row.agreement_id.to_string(),
            employer_id: decision.employer_id,
            succession: decision.succession,
            parties: decision.parties,
            instalments: decision.instalments,
            paid: Some(row.paid.into()),
            signed_on: Some(row.signed_on.into()),
            state: i32::from(row.state),
        })
    }
}

/// All running agreements, with what was paid on each.
pub async fn running_agreements(
    db: &mut PgConnection,
    area: &str,
) -> Result<Vec<RepaymentAgreement>> {
    let page = Page {
        size: usize::MAX,
        after: None,
    };
    Ok(list(db, area, ("", AgreementState::Running as i32), &page)
        .await?
        .0)
}

/// A page of agreements, with what was paid on each: receipts for its months since it was signed.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    (employer_id, state): (&str, i32),
    page: &Page,
) -> Result<(Vec<RepaymentAgreement>, String)> {
    let rows: Vec<AgreementRow> = query_as(
        "SELECT a.agreement_id, a.signed_on, a.state, a.form,
                (SELECT coalesce(-sum(e.amount), 0) - a.received_before FROM ledger_entry e
                 WHERE e.pooling_area = $1 AND e.employer_id = a.employer_id AND e.month = ANY(a.months)
                   AND e.account IN (1, 2) AND e.kind = 4) AS paid
         FROM repayment_agreement a
         WHERE a.pooling_area = $1 AND ($2 = '' OR a.employer_id = $2) AND ($3 = 0 OR a.state = $3)
           AND ($4::uuid IS NULL OR a.agreement_id > $4)
         ORDER BY a.agreement_id LIMIT $5",
    )
    .bind(area)
    .bind(employer_id)
    .bind(state)
    .bind(page.after::<Uuid>()?)
    .bind(page.limit())
    .fetch_all(db)
    .await?;
    let (rows, next) = page.cut(rows, |row| row.agreement_id.to_string());
    let agreements: Result<Vec<_>> = rows.into_iter().map(TryInto::try_into).collect();
    Ok((agreements?, next))
}
