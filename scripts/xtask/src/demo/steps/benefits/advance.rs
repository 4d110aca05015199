//! Art. 75 to 78. Somebody was hurt before the employer insured anybody, which owes the benefit and cannot pay: the fund
//! advances it, and the employer owes it to the fund.

use anyhow::{Context, Result, anyhow};
use contracts::authority::{ADMINISTRATION, APPRAISAL_COMMITTEE};
use contracts::options::v1::{Department, Duty};
use rust_decimal::Decimal;
use serde_json::{Value, json};
use time::macros::date;
use time::{Date, Duration};

use super::super::super::Demo;
use super::super::super::client::{money, month, papers, text, yuan};
use super::super::super::report::Report;
use super::super::super::roster::workbook;
use super::super::bases::within_bounds;
use super::super::injuries::{self, Injured, among};
use super::disabilities::{self, TABLE};
use super::{Sums, fen, form, sums};

/// Before anybody is insured, and late enough to apply for recognition in time.
const HURT: Date = date!(2026 - 02 - 20);

/// The twelve months before it.
const FIRST_MONTH: (i32, u8) = (2025, 2);

const GRADE: usize = 8;

/// The number before that of the decision.
const NUMBERED_FROM: usize = 6_000;

/// Decides both; adds what must come out to `made` and answers what was signed.
pub async fn decide(demo: &Demo, made: &mut Sums, report: &mut Report) -> Result<Decimal> {
    let mut hurt = among(demo, (2, 1), NUMBERED_FROM).await?;
    let one = hurt.pop().context("too few employers have staff")?;
    registered(demo, &one, report).await?;
    let months = Decimal::from(TABLE[GRADE - 1].months);
    let lump_sum = fen(within_bounds(one.employee.wage) * months);
    // Once as the employer's, and once as what the fund pays in its place.
    *made.entry("LUMP_SUM_DISABILITY").or_default() += lump_sum * Decimal::TWO;
    let owed = owed(demo, &one).await?;
    let advanced = advanced(demo, &one).await?;
    report.equal_yuan(
        "advanced (77-B) in the employer's place",
        lump_sum,
        advanced,
    );
    let clerk = demo
        .parties
        .clerk(Department::Business, Duty::Reviewer, 0)?;
    let of_person = [("personId", one.person_id.as_str())];
    let listed = demo
        .client
        .list(clerk, "/v1/advanceEntries", "entries", &of_person)
        .await?;
    let balance = listed.first().context("nothing was entered")?;
    let balance = yuan(&balance["balance"])?;
    report.equal_yuan("the employer owes the fund", advanced, balance);
    Ok(owed + advanced)
}

/// Forms 5-2 and 55-A, after the lists of those who decide.
async fn registered(demo: &Demo, one: &Injured<'_>, report: &mut Report) -> Result<()> {
    let days = (HURT, HURT + Duration::days(7), HURT + Duration::days(10));
    let rows = [injuries::row(one, (&one.recognition, "S72.0"), days)];
    let file = workbook(&injuries::COLUMNS, &rows)?;
    let list = ("recognition-of-uninsured", file);
    let mut refused = injuries::send(demo, ADMINISTRATION, "recognitions", list).await?;
    let decision = injuries::register(demo, 0, one, (HURT, None)).await?;
    let eligibility = text(&decision["eligibility"]);
    report.equal(
        "hurt before the insurance",
        "ELIGIBILITY_NOT_INSURED",
        eligibility,
    );
    let rows = [disabilities::row(one, &TABLE[GRADE - 1], GRADE)];
    let list = (
        "conclusion-of-uninsured",
        workbook(&disabilities::COLUMNS, &rows)?,
    );
    refused += injuries::send(demo, APPRAISAL_COMMITTEE, "conclusions", list).await?;
    report.equal("decisions on the uninsured that are refused", 0, refused);
    Ok(())
}

/// Forms 55-A and 68-A, with the wages of the months of which there are no contributions; answers what is signed.
async fn owed(demo: &Demo, one: &Injured<'_>) -> Result<Decimal> {
    let conclusion = json!({"conclusionNumber": disabilities::conclusion(one)});
    let appraised = form(one, "WorkCapacityForm", conclusion);
    approved(demo, one, appraised, &["APPRAISAL_CONCLUSION"]).await?;
    let months = (0..12).map(|place| {
        let (year, first) = FIRST_MONTH;
        let month_of = first + place;
        let of = match month_of {
            13.. => (year + 1, month_of - 12),
            _ => (year, month_of),
        };
        json!({"month": month(of), "base": money(one.employee.wage)})
    });
    let claim = json!({
        "occasion": "DISABILITY_OCCASION_APPRAISAL",
        "wages": months.collect::<Vec<_>>(),
    });
    let claim = form(one, "DisabilityForm", claim);
    let evidence = ["APPRAISAL_CONCLUSION", "WAGE_PAYMENT_DETAIL"];
    let (_, decision) = approved(demo, one, claim, &evidence).await?;
    sums(&decision, &["fundOnce", "employerOnce"])
}

/// Forms 75-A and 77-A: who applies itself is not urged to pay first. Answers what is signed on 77-B.
async fn advanced(demo: &Demo, one: &Injured<'_>) -> Result<Decimal> {
    let asked = json!({
        "applicant": "ADVANCE_APPLICANT_EMPLOYER",
        "reason": "ADVANCE_REASON_OF_EMPLOYER",
    });
    let evidence = [
        "RECOGNITION_DECISION",
        "ADVANCE_APPLICATION",
        "REGISTRATION_CERTIFICATE",
        "PAID_LIST_OR_AGREEMENT",
    ];
    let asked = form(one, "AdvanceForm", asked);
    let (advance_id, _) = approved(demo, one, asked, &evidence).await?;
    let clerk = demo.parties.clerk(Department::Business, Duty::Handler, 0)?;
    let review = json!({
        "@type": "workinjury.benefit_review.v1.AdvanceReviewForm",
        "advanceId": advance_id,
    });
    let name = format!("advance-review/{}", one.person_id);
    let decision = injuries::approve(demo, clerk, (0, &name), review, json!([])).await?;
    yuan(&decision["amount"])
}

/// What the employer submits and is signed, with the number of the case.
async fn approved(
    demo: &Demo,
    one: &Injured<'_>,
    form: Value,
    evidence: &[&str],
) -> Result<(String, Value)> {
    let token = demo
        .parties
        .employer(&one.employer.credit_code, &one.employer.name)?;
    let name = format!("uninsured/{}/{}", text(&form["@type"]), one.person_id);
    let desk = demo.benefit_review();
    let submitted = desk.submit(&token, &name, form, papers(evidence)).await?;
    let case_id =
        submitted.map_err(|problem| anyhow!("{name}: {} {}", problem.reason, problem.detail))?;
    let decision = desk.sign(0, &case_id).await?.approved(&name)?;
    Ok((case_id, decision))
}
