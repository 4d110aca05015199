//! SQL of claims for devices.

use chassis::{Error, Result, conflict_on};
use contracts::benefit_review::v1::{DeviceClaim, DeviceClaimForm, DeviceDecision};
use prost::Message;
use sqlx::{FromRow, PgConnection, query, query_as, query_scalar};
use time::Date;
use uuid::Uuid;

/// A claim as it was decided.
#[derive(Debug, FromRow)]
pub struct ClaimRow {
    /// The case in which it was decided first.
    pub claim_id: Uuid,
    /// 0 of the first decision.
    pub sequence: i32,
    /// Its place among all decisions.
    pub arrival: i64,
    /// Who bears the duties of the employer.
    pub employer_id: String,
    /// The case in which this was signed.
    pub case_id: Uuid,
    /// When.
    pub decided_on: Date,
    form: Vec<u8>,
    decision: Vec<u8>,
}

impl ClaimRow {
    /// Form 66-A.
    ///
    /// # Errors
    /// When what was kept is none.
    pub fn form(&self) -> Result<DeviceClaimForm> {
        Ok(DeviceClaimForm::decode(&*self.form)?)
    }

    /// What was decided.
    ///
    /// # Errors
    /// When what was kept is none.
    pub fn decision(&self) -> Result<DeviceDecision> {
        Ok(DeviceDecision::decode(&*self.decision)?)
    }
}

impl TryFrom<ClaimRow> for DeviceClaim {
    type Error = Error;

    fn try_from(row: ClaimRow) -> Result<Self> {
        Ok(Self {
            claim_id: row.claim_id.to_string(),
            sequence: row.sequence,
            case_id: row.case_id.to_string(),
            decided_on: Some(row.decided_on.into()),
            decision: Some(row.decision()?),
            employer_id: row.employer_id,
        })
    }
}

/// A decision that takes effect.
pub struct NewClaim<'a> {
    /// The case in which it was decided first.
    pub claim_id: Uuid,
    /// 0 of the first decision.
    pub sequence: i32,
    /// Whose device it is.
    pub person_id: Uuid,
    /// Who bears the duties of the employer.
    pub employer_id: &'a str,
    /// The case in which it is signed.
    pub case_id: Uuid,
    /// When.
    pub decided_on: Date,
    /// Form 66-A.
    pub form: &'a DeviceClaimForm,
    /// What was decided on it.
    pub decision: &'a DeviceDecision,
}

/// Keeps what was decided of a claim.
///
/// # Errors
/// A conflict where it was reviewed meanwhile.
pub async fn insert(db: &mut PgConnection, area: &str, new: &NewClaim<'_>) -> Result<()> {
    query(
        "INSERT INTO device_claim (pooling_area, claim_id, sequence, person_id, recognition_number,
             employer_id, payee_id, case_id, decided_on, form, decision)
         VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)",
    )
    .bind(area)
    .bind(new.claim_id)
    .bind(new.sequence)
    .bind(new.person_id)
    .bind(&new.form.recognition_number)
    .bind(new.employer_id)
    .bind(&new.decision.payee_id)
    .bind(new.case_id)
    .bind(new.decided_on)
    .bind(new.form.encode_to_vec())
    .bind(new.decision.encode_to_vec())
    .execute(db)
    .await
    .map_err(conflict_on(&["device_claim_pkey"]))?;
    Ok(())
}

/// A device by whoever fitted it, its code and its serial number.
#[derive(Clone, Debug, PartialEq, Eq, FromRow)]
pub struct Piece {
    /// Number of the institution; out of the area its name.
    pub maker: String,
    /// Code in the catalogue.
    pub code: String,
    /// The number that its maker gave it.
    pub serial_number: String,
}

/// Lets nobody else claim devices of these serial numbers until the transaction ends.
pub async fn hold(db: &mut PgConnection, area: &str, serial_numbers: &[&str]) -> Result<()> {
    query(
        "SELECT pg_advisory_xact_lock(hashtextextended('device ' || held.number, hashtext($1)))
         FROM (SELECT DISTINCT number FROM unnest($2::text[]) AS of_all (number) ORDER BY number) held",
    )
    .bind(area)
    .bind(serial_numbers)
    .execute(db)
    .await?;
    Ok(())
}

/// Keeps the devices that a decision recognised; one that an earlier decision of the claim recognised is there.
///
/// # Errors
/// A conflict where another claim has one of them.
pub async fn recognise(
    db: &mut PgConnection,
    area: &str,
    (claim_id, sequence, person_id): (Uuid, i32, Uuid),
    devices: &[(Uuid, Piece)],
) -> Result<()> {
    let each = || devices.iter();
    query(
        "INSERT INTO claimed_device (pooling_area, maker, code, serial_number, approval_id, claim_id,
             sequence, person_id)
         SELECT $1, n.maker, n.code, n.serial_number, n.approval_id, $2, $3, $4
         FROM unnest($5::text[], $6::text[], $7::text[], $8::uuid[])
             AS n (maker, code, serial_number, approval_id)
         WHERE NOT EXISTS (SELECT 1 FROM claimed_device c WHERE c.pooling_area = $1 AND c.claim_id = $2
             AND c.maker = n.maker AND c.code = n.code AND c.serial_number = n.serial_number)",
    )
    .bind(area)
    .bind(claim_id)
    .bind(sequence)
    .bind(person_id)
    .bind(each().map(|(_, piece)| piece.maker.as_str()).collect::<Vec<_>>())
    .bind(each().map(|(_, piece)| piece.code.as_str()).collect::<Vec<_>>())
    .bind(each().map(|(_, piece)| piece.serial_number.as_str()).collect::<Vec<_>>())
    .bind(each().map(|(approval_id, _)| *approval_id).collect::<Vec<_>>())
    .execute(db)
    .await
    .map_err(conflict_on(&["claimed_device_pkey"]))?;
    Ok(())
}

/// A device that a claim has.
#[derive(Debug, FromRow)]
pub struct Taken {
    /// Which device.
    #[sqlx(flatten)]
    pub piece: Piece,
    /// Which claim.
    pub claim_id: Uuid,
}

/// The devices of these serial numbers that claims have.
pub async fn taken(
    db: &mut PgConnection,
    area: &str,
    serial_numbers: &[&str],
) -> Result<Vec<Taken>> {
    Ok(query_as(
        "SELECT maker, code, serial_number, claim_id FROM claimed_device
         WHERE pooling_area = $1 AND serial_number = ANY($2)",
    )
    .bind(area)
    .bind(serial_numbers)
    .fetch_all(db)
    .await?)
}

/// Which claims are looked for; what is empty or none narrows nothing.
#[derive(Clone, Copy, Debug, Default)]
pub struct Filter<'a> {
    /// This one.
    pub claim_id: Option<Uuid>,
    /// Whose.
    pub person_id: Option<Uuid>,
    /// Through whom, or by whom.
    pub employer_id: &'a str,
    /// By whom.
    pub institution_id: &'a str,
}

/// Claims as they were decided, the newest decision first.
pub async fn list(
    db: &mut PgConnection,
    area: &str,
    filter: Filter<'_>,
    (after, limit): (Option<i64>, i64),
) -> Result<Vec<ClaimRow>> {
    Ok(query_as(
        "SELECT claim_id, sequence, arrival, employer_id, case_id, decided_on, form, decision
         FROM device_claim
         WHERE pooling_area = $1 AND ($2::uuid IS NULL OR claim_id = $2)
             AND ($3::uuid IS NULL OR person_id = $3)
             AND ($4 = '' OR employer_id = $4 OR payee_id = $4)
             AND ($5 = '' OR payee_id = $5)
             AND ($6::bigint IS NULL OR arrival < $6)
         ORDER BY arrival DESC LIMIT $7",
    )
    .bind(area)
    .bind(filter.claim_id)
    .bind(filter.person_id)
    .bind(filter.employer_id)
    .bind(filter.institution_id)
    .bind(after)
    .bind(limit)
    .fetch_all(db)
    .await?)
}

/// The numbers of the claims for devices of an injury.
///
/// # Errors
/// When they cannot be read.
pub async fn numbers(
    db: &mut PgConnection,
    area: &str,
    (person_id, recognition_number): (Uuid, &str),
) -> Result<Vec<String>> {
    Ok(query_scalar(
        "SELECT DISTINCT claim_id::text FROM device_claim
         WHERE pooling_area = $1 AND person_id = $2 AND recognition_number = $3 ORDER BY claim_id::text",
    )
    .bind(area)
    .bind(person_id)
    .bind(recognition_number)
    .fetch_all(db)
    .await?)
}
