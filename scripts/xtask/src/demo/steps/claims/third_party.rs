//! Art. 73, Art. 74. Whoever hurt one of the treated has paid some of the costs: the fund, which bore them, gets that back.

use anyhow::{Context, Result};
use rust_decimal::Decimal;
use serde_json::json;

use super::super::super::Demo;
use super::super::super::calendar::CLAIMS;
use super::super::super::client::{date, money, papers, yuan};
use super::super::super::generate::Stage;
use super::super::super::report::Report;
use super::super::stays::Treated;
use super::approved;

/// What was paid, in yuan.
const COMPENSATED: Decimal = Decimal::ONE_HUNDRED;

/// Forms 73-A and 73-B of the first of whose bills the fund bore as much; answers what the fund gets back.
pub async fn compensate(
    demo: &Demo,
    treated: &[Treated<'_>],
    report: &mut Report,
) -> Result<Decimal> {
    let borne = |one: &&Treated<'_>| {
        let mut bills = one.bills.online.iter();
        bills.any(|bill| bill.worth(Stage::Objected).fund >= COMPENSATED)
    };
    let one = treated.iter().find(borne);
    let one = &one.context("the fund bears next to nothing")?.injured;
    let form = json!({
        "@type": "workinjury.benefit_review.v1.ThirdPartyForm",
        "employerId": one.employer.credit_code,
        "personId": one.person_id,
        "name": one.employee.name,
        "recognitionNumber": one.recognition,
        "cause": "THIRD_PARTY_CAUSE_OTHER",
        "thirdPartyName": "示范装卸服务有限公司",
        "documentNumber": "赔偿协议2026-1号",
        "documentOn": date(CLAIMS),
        "items": [{"item": "COMPENSATION_ITEM_MEDICAL", "amount": money(COMPENSATED)}],
    });
    let token = demo
        .parties
        .employer(&one.employer.credit_code, &one.employer.name)?;
    let proof = papers(&["COMPENSATION_PROOF"]);
    let decision = approved(demo, (&token, 0, "third-party"), form, proof).await?;
    let back = yuan(&decision["fundDifference"])?;
    report.equal_yuan("compensated (73-B): back to the fund", COMPENSATED, back);
    Ok(back)
}
