//! Art. 68 to 72, 75 to 78, 87. Employees are appraised and leave, others die: what they and their survivors are due is decided,
//! and is what the law's figures make of their wages. What an employer without insurance owes is advanced.

pub mod adjustment;
mod advance;
mod deaths;
mod disabilities;

use std::collections::BTreeMap;

use anyhow::{Result, ensure};
use contracts::authority::ADMINISTRATION;
use contracts::options::v1::{Department, Duty};
use rust_decimal::{Decimal, RoundingStrategy};
use serde_json::{Value, json};
use time::Duration;

use super::super::calendar::{CLAIMS, HURT};
use super::super::client::{text, yuan};
use super::super::report::Report;
use super::super::roster::workbook;
use super::super::{Demo, progress};
use super::injuries::{self, Injured, among};

/// The first ten are appraised, one of each grade.
const GRADES: usize = 10;

/// Who dies beside: at work, and in the stoppage period.
const DEATHS: usize = 2;

/// The number before that of the first decision on one of them.
const NUMBERED_FROM: usize = 5_000;

/// What is due by kind of benefit, in yuan, whoever bears it.
type Sums = BTreeMap<&'static str, Decimal>;

/// Decides them.
pub async fn run(demo: &Demo, report: &mut Report) -> Result<()> {
    demo.clock.forward_to(CLAIMS)?;
    let hurt = among(demo, (1, GRADES + DEATHS), NUMBERED_FROM).await?;
    ensure!(
        hurt.len() == GRADES + DEATHS,
        "too few employers have staff"
    );
    recognise(demo, &hurt, report).await?;
    let what = "Those hurt are registered";
    let registered = progress::all(what, hurt.iter(), |place, one| {
        let died_on = place.checked_sub(GRADES).map(deaths::died_on);
        injuries::register(demo, place, one, (HURT, died_on))
    });
    registered.await?;
    let (disabled, dead) = hurt.split_at(GRADES);
    let mut made = Sums::new();
    let mut signed = disabilities::decide(demo, disabled, &mut made, report).await?;
    signed += deaths::decide(demo, dead, &mut made, report).await?;
    signed += advance::decide(demo, &mut made, report).await?;
    compare(demo, (&made, signed), report).await
}

/// Art. 54. The administrative department recognises them.
async fn recognise(demo: &Demo, hurt: &[Injured<'_>], report: &mut Report) -> Result<()> {
    let days = (HURT, HURT + Duration::days(7), HURT + Duration::days(10));
    let row = |one: &Injured<'_>| injuries::row(one, (&one.recognition, "S72.0"), days);
    let rows: Vec<_> = hurt.iter().map(row).collect();
    let file = workbook(&injuries::COLUMNS, &rows)?;
    let list = ("recognitions-of-benefits", file);
    let refused = injuries::send(demo, ADMINISTRATION, "recognitions", list).await?;
    report.equal("decisions on those hurt that are refused", 0, refused);
    Ok(())
}

/// What must come out beside what the platform tells of, and what was signed.
async fn compare(demo: &Demo, (made, signed): (&Sums, Decimal), report: &mut Report) -> Result<()> {
    let clerk = demo
        .parties
        .clerk(Department::Business, Duty::Reviewer, 0)?;
    let listed = demo
        .client
        .list(clerk, "/v1/benefits", "benefits", &[])
        .await?;
    let (mut found, mut by_payer) = (Sums::new(), BTreeMap::<String, Decimal>::new());
    // A demonstration that is begun again finds those of its end.
    for benefit in listed.iter().filter(|one| !is_adjusted(one)) {
        let kind = text(&benefit["kind"]).trim_start_matches("BENEFIT_KIND_");
        if let Some((kind, _)) = made.get_key_value(kind) {
            let amount = yuan(&benefit["amount"])?;
            *found.entry(kind).or_default() += amount;
            let payer = text(&benefit["payer"]).to_owned();
            *by_payer.entry(payer).or_default() += amount;
        }
    }
    for (kind, made) in made {
        let found = found.get(kind).copied().unwrap_or_default();
        report.equal_yuan(&format!("benefits: {kind}"), *made, found);
    }
    let told: Decimal = by_payer.values().sum();
    report.equal_yuan(
        "cash benefits told = signed on 5-7, 5-8, 5-9, 72-B and 77-B",
        signed,
        told,
    );
    for (payer, sum) in by_payer {
        report.note(&format!("cash benefits: {payer}"), sum);
    }
    Ok(())
}

/// It was told by an adjustment.
fn is_adjusted(benefit: &Value) -> bool {
    !benefit["adjustsBy"]["adjustedMonth"].is_null()
}

/// Half a fen up, once.
fn fen(yuan: Decimal) -> Decimal {
    yuan.round_dp_with_strategy(2, RoundingStrategy::MidpointAwayFromZero)
}

/// The sums of a decision, those that it has.
fn sums(decision: &Value, names: &[&str]) -> Result<Decimal> {
    let stated = names.iter().map(|name| &decision[*name]);
    stated.filter(|sum| !sum.is_null()).map(yuan).sum()
}

/// What names an injured employee on a form.
fn form(one: &Injured<'_>, kind: &str, more: Value) -> Value {
    let mut form = json!({
        "@type": format!("workinjury.benefit_review.v1.{kind}"),
        "employerId": one.employer.credit_code,
        "personId": one.person_id,
        "name": one.employee.name,
        "recognitionNumber": one.recognition,
    });
    if let (Some(form), Value::Object(more)) = (form.as_object_mut(), more) {
        form.extend(more);
    }
    form
}
