//! Art. 61, Art. 64, Art. 65. Employers claim what was paid at the counter: of emergencies where the accident
//! happened, and of treatment outside of the area, with the journey.

use anyhow::Result;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use time::Duration;

use super::super::super::calendar::{CLAIMS, INJURIES};
use super::super::super::client::{date, money, papers};
use super::super::super::generate::{Bill, Place, REFERRED_TO, Stage, Worth};
use super::super::super::report::Report;
use super::super::super::{Demo, progress};
use super::super::stays::ledger::{Came, compare, worth};
use super::super::stays::{Treated, send};
use super::{approved, refused, sum};

/// Yuan of a way, of a night and of a day's board outside of the area, at most, as the area has it.
const FARE: i64 = 600;
const NIGHT: i64 = 200;
const BOARD: i64 = 80;

/// Papers that a claim needs.
const PAPERS: [&str; 4] = ["DIAGNOSIS_PROOF", "INVOICE", "MEDICAL_RECORD", "TICKET"];

/// What is granted for journeys.
#[derive(Clone, Copy, Debug, Default)]
pub struct Journeys {
    /// Yuan of travel.
    pub travel: Decimal,
    /// Yuan of board and lodging.
    pub lodging: Decimal,
}

/// Claims; answers what was signed from the fund, and what must be granted for journeys.
pub async fn claim(
    demo: &Demo,
    treated: &[Treated<'_>],
    report: &mut Report,
) -> Result<(Decimal, Journeys)> {
    let claims: Vec<(&Treated<'_>, &Bill)> = treated
        .iter()
        .flat_map(|one| one.bills.paper.iter().map(move |bill| (one, bill)))
        .collect();
    let what = "Employers claim what they paid";
    let decided = progress::all(what, claims.iter(), |place, (one, bill)| {
        decide(demo, place, one, bill)
    });
    let (mut made, mut found, mut journeys) =
        (Worth::default(), Worth::default(), Journeys::default());
    let (mut signed, mut granted, mut came) = (Decimal::ZERO, Decimal::ZERO, Came::default());
    let mut totals_refused = 0;
    for ((_, bill), (refused, decision)) in claims.iter().zip(decided.await?) {
        made += bill.worth(Stage::Reviewed);
        found += worth(&decision)?;
        signed += sum(&decision, &["fund", "meals", "travel", "lodging"])?;
        granted += sum(&decision, &["travel", "lodging"])?;
        came.compare(bill, Stage::Reviewed, &decision["bills"][0]["settlement"])?;
        totals_refused += usize::from(refused == "CLAIM_TOTAL");
        if bill.place == Place::Elsewhere(REFERRED_TO) {
            let (_, own) = journey(&bill.visit_number);
            journeys.travel += own.travel;
            journeys.lodging += own.lodging;
        }
    }
    came.expected()?;
    report.equal(
        "claims of another sum than the bills'",
        claims.len(),
        totals_refused,
    );
    compare("employers' claims (5-5)", made, found, report);
    report.equal_yuan(
        "employers' claims (5-5): journeys",
        journeys.travel + journeys.lodging,
        granted,
    );
    Ok((signed, journeys))
}

/// Sends a bill and claims it, with a wrong sum first; answers why that is refused, and what is decided.
async fn decide(
    demo: &Demo,
    place: usize,
    one: &Treated<'_>,
    bill: &Bill,
) -> Result<(String, Value)> {
    let injured = &one.injured;
    let (employer, visit) = (injured.employer, &bill.visit_number);
    let token = demo
        .parties
        .employer(&employer.credit_code, &employer.name)?;
    let mut admission = send::admission(demo, injured, bill, &employer.credit_code);
    admission["invoiceNumbers"] = json!([format!("发票{visit}")]);
    let name = format!("paper/{visit}");
    let told = json!({"admission": admission});
    let sent = send::send(demo, &token, (&name, &employer.credit_code), told, bill);
    let encounter_id = sent.await?;
    send::review(demo, place, bill, &encounter_id).await?;

    let mut form = json!({
        "@type": "workinjury.benefit_review.v1.MedicalClaimForm",
        "employerId": employer.credit_code,
        "personId": injured.person_id,
        "name": injured.employee.name,
        "recognitionNumber": injured.recognition,
        "encounterIds": [encounter_id],
        "amount": money(bill.total() + Decimal::ONE),
        "compensated": money(bill.compensated),
    });
    if bill.place == Place::Elsewhere(REFERRED_TO) {
        let (told, _) = journey(visit);
        form["trips"] = told["trips"].clone();
        form["lodgings"] = told["lodgings"].clone();
    }
    let bad = format!("{name}/bad-claim");
    let why = refused(demo, (&token, place, &bad), form.clone(), papers(&PAPERS)).await?;
    form["amount"] = money(bill.total());
    let name = format!("{name}/claim");
    let decision = approved(demo, (&token, place, &name), form, papers(&PAPERS)).await?;
    Ok((why, decision))
}

/// A journey to where somebody was referred, and what is granted for it: the first way is dearer than the area
/// pays for, and there was one before it was approved.
fn journey(visit: &str) -> (Value, Journeys) {
    let trip = |number, on, fen| {
        json!({
            "travelledOn": date(on),
            "ticketNumber": format!("T{visit}-{number}"),
            "fare": money(Decimal::new(fen, 2)),
        })
    };
    let told = json!({
        "trips": [
            trip(1, INJURIES - Duration::DAY, 12_000),
            trip(2, INJURIES, 70_050),
            trip(3, CLAIMS, 35_050),
        ],
        "lodgings": [{
            "fromOn": date(INJURIES),
            "nights": 1,
            "invoiceNumber": format!("L{visit}"),
            "amount": money(Decimal::new(26_000, 2)),
        }],
    });
    let granted = Journeys {
        travel: Decimal::from(FARE) + Decimal::new(35_050, 2),
        lodging: Decimal::from(NIGHT + BOARD),
    };
    (told, granted)
}
