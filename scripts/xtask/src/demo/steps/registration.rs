//! Art. 7, Art. 9. Employers apply for registration on form 2-1; the reviewer and the leader sign.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use contracts::options::v1::{Department, Duty};
use serde_json::{Value, json};

use super::super::calendar::REGISTRATION;
use super::super::client::{date, papers, text};
use super::super::desk::Outcome;
use super::super::generate::{BadApplication, Employer, Flaw};
use super::super::report::Report;
use super::super::{Demo, progress};

/// One in so many applications is returned for supplement first.
const RETURNED: usize = 100;

/// Registers the employers, and has the bad applications refused.
pub async fn run(demo: &Demo, report: &mut Report) -> Result<()> {
    demo.clock.forward_to(REGISTRATION)?;
    let employers = &demo.world.employers;
    progress::all(
        "Employers register",
        employers.iter(),
        |number, employer| register(demo, number, employer),
    )
    .await?;

    let bad = &demo.world.bad_applications;
    let reasons = progress::all("Bad applications", bad.iter(), |number, application| {
        refuse(demo, number, application)
    });
    let (mut made, mut found) = (BTreeMap::new(), BTreeMap::new());
    for (application, reason) in bad.iter().zip(reasons.await?) {
        *made
            .entry(application.flaw.reason().to_owned())
            .or_insert(0) += 1;
        *found.entry(reason).or_insert(0) += 1;
    }

    let clerk = demo
        .parties
        .clerk(Department::Registration, Duty::Reviewer, 0)?;
    let registered = demo
        .client
        .list(clerk, "/v1/employers", "employers", &[])
        .await?;
    report.equal("employers registered", employers.len(), registered.len());
    report.equal_counts("applications refused", &made, &found);
    Ok(())
}

async fn register(demo: &Demo, number: usize, employer: &Employer) -> Result<()> {
    let desk = demo.registration();
    let token = demo
        .parties
        .employer(&employer.credit_code, &employer.name)?;
    let name = format!("registration/{}", employer.credit_code);
    let returned = number % RETURNED == RETURNED - 1;
    let mut first = form(employer, None);
    if returned {
        first["facts"]["contactPhone"] = json!("00000");
    }
    let case_id = match desk
        .submit(&token, &name, first, evidence(employer))
        .await?
    {
        Ok(case_id) => case_id,
        Err(problem) => bail!("{}: {} {}", employer.name, problem.reason, problem.detail),
    };
    if returned && !is_signed(demo, number, &case_id).await? {
        desk.send_back(number, &case_id, "联系电话有误，请更正后重新提交。")
            .await?;
        desk.revise(&token, &case_id, form(employer, None), evidence(employer))
            .await?;
    }
    let decision = desk
        .sign(number, &case_id)
        .await?
        .approved(&employer.name)?;
    if text(&decision["employerId"]) != employer.credit_code {
        bail!(
            "{} was registered as {}",
            employer.credit_code,
            decision["employerId"]
        );
    }
    Ok(())
}

/// Has somebody signed the case, in a demonstration that was interrupted?
async fn is_signed(demo: &Demo, number: usize, case_id: &str) -> Result<bool> {
    let reviewer = demo
        .parties
        .clerk(Department::Registration, Duty::Reviewer, number)?;
    let answer = demo
        .client
        .get(reviewer, &format!("/v1/registration/cases/{case_id}"), &[])
        .await?;
    Ok(matches!(
        text(&answer["case"]["state"]),
        "CASE_STATE_IN_SIGNING" | "CASE_STATE_APPROVED"
    ))
}

/// Submits an application that must not be granted; answers the reason for which it was not.
async fn refuse(demo: &Demo, number: usize, bad: &BadApplication) -> Result<String> {
    let desk = demo.registration();
    let BadApplication { employer, flaw } = bad;
    let token = demo
        .parties
        .employer(&employer.credit_code, &employer.name)?;
    let evidence = if *flaw == Flaw::EvidenceMissing {
        json!([])
    } else {
        evidence(employer)
    };
    let name = format!("bad-registration/{number}");
    let case_id = match desk
        .submit(&token, &name, form(employer, Some(*flaw)), evidence)
        .await?
    {
        Ok(case_id) => case_id,
        Err(problem) => return Ok(problem.reason),
    };
    match desk.sign(number, &case_id).await? {
        Outcome::Approved(_) => Ok("APPROVED".to_owned()),
        Outcome::Refused(reasons) => Ok(reasons.join(", ")),
        Outcome::Stands(reasons) => {
            desk.refuse(number, &case_id, "申报内容不符合参保登记的规定，不予登记。")
                .await?;
            Ok(reasons.join(", "))
        }
    }
}

/// Form 2-1.
fn form(employer: &Employer, flaw: Option<Flaw>) -> Value {
    let (kind, _) = employer.kind.in_contract();
    let mut facts = json!({
        "name": employer.name,
        "creditCode": employer.credit_code,
        "type": kind,
        "address": employer.address,
        "postalCode": "518000",
        "legalRepresentative": employer.representative,
        "registrationAuthority": "示范市市场监督管理局",
        "foundedOn": date(employer.founded_on),
        "businessScope": employer.scope,
        "industryCode": employer.industry,
        "bankName": "示范银行示范市分行",
        "bankAccount": employer.account,
        "contactName": employer.representative,
        "contactPhone": employer.phone,
    });
    match flaw {
        // The organisation code of somebody else; its own stands in the credit code.
        Some(Flaw::CodesDisagree) => facts["organisationCode"] = json!("000000000"),
        Some(Flaw::LicenceExpired) => {
            facts["licenceValidUntilOn"] = date(super::super::generate::EXPIRED_ON)
        }
        _ => {}
    }
    json!({
        "@type": "workinjury.registration.v1.EmployerRegistrationForm",
        "facts": facts,
        "startsOn": date(employer.starts_on),
    })
}

fn evidence(employer: &Employer) -> Value {
    let (_, paper) = employer.kind.in_contract();
    papers(&[paper, "ORGANISATION_CODE_CERTIFICATE"])
}
