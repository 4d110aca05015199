//! SQL of hand-overs to audit, and of the signed lists on which they were put.

use chassis::Result;
use contracts::registration::v1::{CertificateState, UnverifiedCertificate, VerificationState};
use sqlx::{PgConnection, query, query_as};
use time::Date;
use uuid::Uuid;

use super::super::store::{AWAITED, UnverifiedRow};
use chassis::wire::maybe_day;

/// Art. 21. Hands certificates to audit; their verifications stand as handed over.
pub async fn hand_over(
    db: &mut PgConnection,
    area: &str,
    request_id: Uuid,
    on: Date,
    late: &[UnverifiedRow],
) -> Result<()> {
    query(
        "WITH handed AS (
             INSERT INTO certificate_hand_over (pooling_area, certificate_number, due_on, expired,
                 employer_id, handed_over_on, request_id)
             SELECT $1, late.certificate_number, late.due_on, late.expired, late.employer_id, $2, $3
             FROM unnest($4::text[], $5::date[], $6::boolean[], $7::text[])
                  AS late(certificate_number, due_on, expired, employer_id)
             RETURNING *)
         UPDATE verification v SET state = $9
         FROM handed h
         WHERE NOT h.expired AND v.pooling_area = $1 AND v.employer_id = h.employer_id
           AND v.certificate_number = h.certificate_number AND v.due_on = h.due_on
           AND v.state = ANY($8)",
    )
    .bind(area)
    .bind(on)
    .bind(request_id)
    .bind(
        late.iter()
            .map(|late| late.called_number.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(late.iter().map(|late| late.due_on).collect::<Vec<_>>())
    .bind(late.iter().map(|late| late.expired).collect::<Vec<_>>())
    .bind(
        late.iter()
            .map(|late| late.employer_id.as_str())
            .collect::<Vec<_>>(),
    )
    .bind(AWAITED)
    .bind(VerificationState::HandedOver as i32)
    .execute(db)
    .await?;
    Ok(())
}

/// What was handed over up to a day and stands on no signed list, in the order of the keys. One issued
/// since the call is shown in place of the one called.
pub async fn unsigned(
    db: &mut PgConnection,
    area: &str,
    as_of: Date,
    after: Option<&str>,
    limit: i64,
) -> Result<Vec<UnverifiedRow>> {
    Ok(query_as(
        "WITH keyed AS (
             SELECT h.*, concat_ws(':', certificate_number, due_on, expired::int) AS key
             FROM certificate_hand_over h WHERE pooling_area = $1 AND handed_over_on <= $2)
         SELECT k.key, k.employer_id, f.name, k.due_on, k.expired, k.handed_over_on,
             COALESCE(c.certificate_number, k.certificate_number) AS certificate_number
         FROM keyed k
         LEFT JOIN certificate c ON c.pooling_area = $1 AND c.employer_id = k.employer_id AND c.state = $5
              AND NOT k.expired
         JOIN employer_fact f ON f.pooling_area = $1 AND f.employer_id = k.employer_id
              AND upper_inf(f.period)
         WHERE ($3::text IS NULL OR k.key > $3) AND NOT EXISTS (
             SELECT FROM certificate_hand_over_list l
             WHERE l.pooling_area = $1 AND l.certificate_number = k.certificate_number
               AND l.due_on = k.due_on AND l.expired = k.expired)
         ORDER BY k.key LIMIT $4",
    )
    .bind(area)
    .bind(as_of)
    .bind(after)
    .bind(limit)
    .bind(CertificateState::Valid as i32)
    .fetch_all(db)
    .await?)
}

/// Puts hand-overs on a signed list.
pub async fn sign(
    db: &mut PgConnection,
    area: &str,
    run_id: Uuid,
    listed: &[&UnverifiedCertificate],
) -> Result<()> {
    query(
        "INSERT INTO certificate_hand_over_list (pooling_area, run_id, certificate_number, due_on, expired)
         SELECT $1, $2, h.certificate_number, h.due_on, h.expired
         FROM unnest($3::text[], $4::date[], $5::boolean[]) AS listed(employer_id, due_on, expired)
         JOIN certificate_hand_over h USING (employer_id, due_on, expired)
         WHERE h.pooling_area = $1
         ON CONFLICT ON CONSTRAINT certificate_hand_over_list_pkey DO NOTHING",
    )
    .bind(area)
    .bind(run_id)
    .bind(listed.iter().map(|late| late.employer_id.as_str()).collect::<Vec<_>>())
    .bind(listed.iter().map(|late| maybe_day(late.due_on)).collect::<Vec<_>>())
    .bind(listed.iter().map(|late| late.expired).collect::<Vec<_>>())
    .execute(db)
    .await?;
    Ok(())
}
