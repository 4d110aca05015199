//! Art. 63, Art. 65. Each hospital claims what it settled online by the day before, by its own books.

use anyhow::Result;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::super::super::calendar::{CLAIMS, INJURIES};
use super::super::super::client::{date, money};
use super::super::super::generate::{Bill, Institution, Place, Stage, Worth};
use super::super::super::report::Report;
use super::super::super::{Demo, progress};
use super::super::stays::Treated;
use super::super::stays::ledger::{compare, worth};
use super::{approved, refused, sum};

/// Claims; answers what was signed from the fund.
pub async fn claim(demo: &Demo, treated: &[Treated<'_>], report: &mut Report) -> Result<Decimal> {
    let bills: Vec<&Bill> = treated.iter().flat_map(|one| &one.bills.online).collect();
    let institutions = demo.world.institutions.iter().enumerate();
    let claims = institutions.map(|(place, one)| {
        let own = bills
            .iter()
            .filter(|bill| bill.place == Place::Agreement(place));
        let mut worth = Worth::default();
        let count = own.fold(0, |count, bill| {
            worth += bill.worth(Stage::Reviewed);
            count + 1
        });
        (one, count, worth)
    });
    let claims: Vec<(&Institution, usize, Worth)> =
        claims.filter(|(_, count, _)| *count > 0).collect();

    // A bad one first: two of one hospital are not decided at the same time.
    if let Some((first, count, worth)) = claims.first() {
        let own = demo.parties.institution(&first.credit_code, &first.name)?;
        let today = form(first, (*count, worth.fund), CLAIMS);
        let wrong = form(first, (*count, worth.fund + Decimal::ONE), INJURIES);
        for (expected, claimed) in [("CLAIM_DAY", today), ("INSTITUTION_TOTALS", wrong)] {
            let name = format!("bad-claim/{expected}");
            let found = refused(demo, (&own, 0, &name), claimed, json!([])).await?;
            report.equal("a hospital's claim that is refused", expected, &found);
        }
    }
    let what = "Hospitals claim what they settled";
    let decided = progress::all(
        what,
        claims.iter(),
        |place, (one, count, worth)| async move {
            let own = demo.parties.institution(&one.credit_code, &one.name)?;
            let name = format!("claim/{}", one.credit_code);
            let claimed = form(one, (*count, worth.fund), INJURIES);
            approved(demo, (&own, place, &name), claimed, json!([])).await
        },
    );
    let (mut made, mut found, mut signed) = (Worth::default(), Worth::default(), Decimal::ZERO);
    for ((_, _, own), decision) in claims.iter().zip(decided.await?) {
        made += *own;
        found += worth(&decision)?;
        signed += sum(&decision, &["fund", "meals"])?;
    }
    compare("hospitals' claims (5-5)", made, found, report);
    Ok(signed)
}

/// Form 63-A.
fn form(institution: &Institution, (count, fund): (usize, Decimal), until_on: time::Date) -> Value {
    json!({
        "@type": "workinjury.benefit_review.v1.InstitutionClaimForm",
        "institutionId": institution.credit_code,
        "untilOn": date(until_on),
        "encounters": count,
        "fund": money(fund),
    })
}
