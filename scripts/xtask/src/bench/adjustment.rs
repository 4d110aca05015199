//! The adjustment of all benefits that are paid by the month.
//!
//! The benefits are in the tables before. The peer changes the amounts of a copy of them in their place, with one
//! statement and nothing else: no worksheet, nothing kept of what was, nobody told.

use std::time::Instant;

use anyhow::{Result, ensure};
use benefit_review::benefit::store;
use chassis::wire;
use contracts::Money;
use contracts::benefit_review::v1::{
    AdjustmentBasis, AdjustmentOrder, AdjustmentSummary, Benefit, BenefitKind, NursingGrade,
    PayeeKind, Payer, SurvivorRelation,
};
use contracts::common::v1::StartRunRequest;
use contracts::options::v1::Department;
use futures::FutureExt;
use law::Month;
use rust_decimal::Decimal;
use sqlx::{Connection, PgConnection, query};
use time::macros::date;
use uuid::Uuid;

use super::office::Office;
use super::platform::{AREA, Platform};
use super::target::Target;
use super::{Part, Sample, Scenario};

pub const SCENARIO: Scenario = Scenario {
    name: "adjustment",
    what: "All benefits that are paid by the month (form 87-A) adjusted by what the area has set for a month: ordered \
           over gRPC at benefit-review until every item, with its worksheet, and the summary (form 87-B) wait for \
           their signatures. Half of the benefits are disability allowances, a fifth nursing allowances, the others \
           pensions of survivors.",
    peer: "one `UPDATE` of a copy of the table of benefits with its indexes, in the same cluster, which computes the \
           new amounts.",
    unit: "benefits",
    sizes: &[500_000],
    target: Target::Time(300),
    limit: None,
    measure: |platform, benefits| measure(platform, benefits).boxed(),
};

/// Benefits that are put in in one transaction.
const SLICE: usize = 10_000;

/// What the area has set for the month.
const FIGURES: [(&str, &str); 7] = [
    ("area_average_monthly_wage", "9000"),
    ("disability_allowance_increase_ratio", "0.03"),
    ("disability_allowance_increase.1", "120"),
    ("disability_allowance_increase.2", "100"),
    ("survivor_pension_increase_ratio", "0.03"),
    ("survivor_pension_increase.spouse", "60"),
    ("survivor_pension_increase.relative", "50"),
];

async fn measure(platform: &Platform, benefits: u64) -> Result<Sample> {
    let mut db = platform.owner("benefit-review").await?;
    for (name, value) in FIGURES {
        query(
            "INSERT INTO local_parameter (pooling_area, name, from_on, value, source, case_id, set_at)
             VALUES ($1, $2, $3, $4, '粤人社发〔2026〕1号', $5, now())",
        )
        .bind(AREA)
        .bind(name)
        .bind(date!(2026 - 01 - 01))
        .bind(value)
        .bind(Uuid::now_v7())
        .execute(&mut db)
        .await?;
    }
    populate(&mut db, benefits).await?;
    query("CREATE TABLE benefit_copy (LIKE benefit INCLUDING ALL)")
        .execute(&mut db)
        .await?;
    query("INSERT INTO benefit_copy SELECT * FROM benefit")
        .execute(&mut db)
        .await?;
    platform.settle("benefit-review")?;
    let begun = Instant::now();
    let changed = query(
        "UPDATE benefit_copy SET amount = CASE kind WHEN 9 THEN greatest(amount, round(9000 * 0.4, 2))
             ELSE round(amount * 1.03 + 60, 2) END
         WHERE pooling_area = $1 AND monthly",
    )
    .bind(AREA)
    .execute(&mut db)
    .await?;
    let peer = begun.elapsed();
    ensure!(changed.rows_affected() == benefits, "a row was not changed");
    query("DROP TABLE benefit_copy").execute(&mut db).await?;
    platform.settle("benefit-review")?;

    let mut office = Office::open(platform, "benefit-review", Department::Business).await?;
    let order = AdjustmentOrder {
        month: Some(Month::of(date!(2026 - 01 - 01)).into()),
        document_number: "粤人社发〔2026〕1号".to_owned(),
        ..AdjustmentOrder::default()
    };
    let order = StartRunRequest {
        pooling_area: AREA.to_owned(),
        order: Some(wire::any(&order)),
        ..StartRunRequest::default()
    };
    let begun = Instant::now();
    let run_id = office.preview(order).await?;
    let previewed = begun.elapsed();
    let run = office.complete(&run_id).await?;
    let took = begun.elapsed();
    let summary: AdjustmentSummary = wire::from_any(&run.summary.unwrap_or_default())?;
    let adjusted: i64 = summary.sums.iter().map(|sum| sum.benefits).sum();
    ensure!(
        u64::try_from(adjusted)? == benefits,
        "{adjusted} of {benefits} benefits are adjusted"
    );
    let mut sample = Sample::new(benefits, previewed, peer);
    sample.parts.push(Part {
        what: "from there to its effect",
        took: took - previewed,
        peer: None,
    });
    Ok(sample)
}

async fn populate(db: &mut PgConnection, benefits: u64) -> Result<()> {
    let numbers: Vec<u64> = (0..benefits).collect();
    for slice in numbers.chunks(SLICE) {
        let mut db = db.begin().await?;
        let told: Vec<Benefit> = slice.iter().map(|n| benefit(*n)).collect();
        store::insert(&mut db, AREA, &told).await?;
        db.commit().await?;
    }
    Ok(())
}

/// Since May of 2022, of a person of her or his own.
fn benefit(n: u64) -> Benefit {
    let since = Month::of(date!(2022 - 05 - 01));
    let (kind, yuan, of) = match n % 10 {
        0..5 => (
            BenefitKind::DisabilityAllowance,
            Decimal::from(4000 + n % 997),
            AdjustmentBasis {
                disability_grade: i32::try_from(n % 4).unwrap_or_default() + 1,
                ..AdjustmentBasis::default()
            },
        ),
        5..7 => (
            BenefitKind::NursingAllowance,
            Decimal::from(3200),
            AdjustmentBasis {
                nursing_grade: NursingGrade::Mostly as i32,
                ..AdjustmentBasis::default()
            },
        ),
        _ => (
            BenefitKind::SurvivorPension,
            Decimal::from(1500 + n % 997),
            AdjustmentBasis {
                relation: SurvivorRelation::Spouse as i32,
                ..AdjustmentBasis::default()
            },
        ),
    };
    let person_id = Uuid::now_v7().to_string();
    Benefit {
        benefit_id: Uuid::now_v7().to_string(),
        kind: kind as i32,
        payer: Payer::Fund as i32,
        amount: Some(Money::from(yuan)),
        payee: PayeeKind::Person as i32,
        payee_id: person_id.clone(),
        person_id,
        name: "张三".to_owned(),
        recognition_number: format!("深人社认字〔2022〕{n}号"),
        employer_id: "91440300MA00000017".to_owned(),
        claim_id: Uuid::now_v7().to_string(),
        case_id: Uuid::now_v7().to_string(),
        decided_on: Some(date!(2022 - 05 - 20).into()),
        from_month: Some(since.into()),
        adjusts_by: Some(AdjustmentBasis {
            since_month: Some(since.into()),
            ..of
        }),
        ..Benefit::default()
    }
}
