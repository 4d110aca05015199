//! A department's desk: what it does with an application from its arrival to the last signature.

use anyhow::{Context, Result, bail};
use contracts::options::v1::{Department, Duty};
use serde_json::{Value, json};

use super::client::{Client, Problem, text};
use super::parties::Parties;

/// How often a decision may have changed between looking at it and signing it.
const LOOKS: u32 = 20;

/// A desk of a department, at a service.
#[derive(Clone, Copy)]
pub struct Desk<'d> {
    client: &'d Client,
    parties: &'d Parties,
    /// The service that it works at.
    pub service: &'static str,
    /// The department that it belongs to.
    pub department: Department,
}

/// Where a case came to.
#[derive(Debug)]
pub enum Outcome {
    /// Signed by all; the decision.
    Approved(Value),
    /// Something stands in its way: the reasons by their names.
    Stands(Vec<String>),
    /// Refused before: the reasons by their names.
    Refused(Vec<String>),
}

impl Outcome {
    /// The decision.
    ///
    /// # Errors
    /// When the case was expected to be approved and is not.
    pub fn approved(self, what: &str) -> Result<Value> {
        match self {
            Self::Approved(decision) => Ok(decision),
            Self::Stands(reasons) | Self::Refused(reasons) => {
                bail!("{what} cannot be approved: {}", reasons.join(", "))
            }
        }
    }
}

impl<'d> Desk<'d> {
    /// The desk of a department at a service.
    pub fn new(
        client: &'d Client,
        parties: &'d Parties,
        (service, department): (&'static str, Department),
    ) -> Self {
        Self {
            client,
            parties,
            service,
            department,
        }
    }

    /// Somebody submits an application; answers the id of the case, or why it was not taken.
    pub async fn submit(
        &self,
        applicant: &str,
        name: &str,
        application: Value,
        evidence: Value,
    ) -> Result<Result<String, Problem>> {
        let path = format!("/v1/{}/cases", self.service);
        let body = json!({"application": application, "evidence": evidence});
        let answer = self.client.post(applicant, &path, name, body).await?;
        Ok(answer.map(|answer| text(&answer["case"]["caseId"]).to_owned()))
    }

    /// Those whose turn it is sign, one after the other, until all have or something stands in the way.
    /// `number` says which of the clerks with a duty does it.
    pub async fn sign(&self, number: usize, case_id: &str) -> Result<Outcome> {
        let mut case = self.look(number, case_id).await?;
        for _ in 0..LOOKS {
            let reasons: Vec<String> = reasons(&case);
            match text(&case["state"]) {
                "CASE_STATE_APPROVED" => return Ok(Outcome::Approved(case["decision"].take())),
                "CASE_STATE_REFUSED" => return Ok(Outcome::Refused(reasons)),
                "CASE_STATE_SUBMITTED" | "CASE_STATE_IN_SIGNING" if reasons.is_empty() => {}
                _ => return Ok(Outcome::Stands(reasons)),
            }
            let awaited = text(&case["awaited"]);
            let duty =
                Duty::from_str_name(awaited).with_context(|| format!("{awaited} is no duty"))?;
            let signer = self.parties.clerk(self.department, duty, number)?;
            let digest = text(&case["decisionDigest"]);
            // Who signs another decision does another thing.
            let name = format!("{case_id}/{awaited}/{digest}");
            let body = json!({"decisionDigest": digest, "opinion": "同意"});
            let signed = self
                .client
                .post(signer, &self.path(case_id, "sign"), &name, body)
                .await?;
            case = match signed {
                Ok(mut answer) => answer["case"].take(),
                Err(problem) if problem.reason == "DECISION_CHANGED" => {
                    self.look(number, case_id).await?
                }
                // Signed before, by a demonstration that was interrupted there.
                Err(problem)
                    if problem.reason == "DUTY_NOT_AWAITED" || problem.reason == "CASE_STATE" =>
                {
                    self.look(number, case_id).await?
                }
                Err(problem) => bail!(
                    "{} of case {case_id}: {} {}",
                    awaited,
                    problem.reason,
                    problem.detail
                ),
            };
        }
        bail!("the decision on case {case_id} changes each time it is looked at")
    }

    /// The case as the clerk sees it whose turn it is.
    async fn look(&self, number: usize, case_id: &str) -> Result<Value> {
        let reader = self
            .parties
            .clerk(self.department, Duty::Reviewer, number)?;
        let path = format!("/v1/{}/cases/{case_id}", self.service);
        let mut answer = self.client.get(reader, &path, &[]).await?;
        Ok(answer["case"].take())
    }

    /// The reviewer refuses a case in writing.
    pub async fn refuse(&self, number: usize, case_id: &str, reason: &str) -> Result<()> {
        self.answer(number, case_id, "refuse", reason).await
    }

    /// The reviewer returns a case for supplement.
    pub async fn send_back(&self, number: usize, case_id: &str, reason: &str) -> Result<()> {
        self.answer(number, case_id, "return", reason).await
    }

    async fn answer(&self, number: usize, case_id: &str, verb: &str, reason: &str) -> Result<()> {
        let reviewer = self
            .parties
            .clerk(self.department, Duty::Reviewer, number)?;
        let name = format!("{case_id}/{verb}");
        let body = json!({"reason": reason});
        let answer = self
            .client
            .post(reviewer, &self.path(case_id, verb), &name, body)
            .await?;
        match answer {
            Ok(_) => Ok(()),
            Err(problem) => bail!(
                "{verb} of case {case_id}: {} {}",
                problem.reason,
                problem.detail
            ),
        }
    }

    /// The applicant answers a return with the application as it should be.
    pub async fn revise(
        &self,
        applicant: &str,
        case_id: &str,
        application: Value,
        evidence: Value,
    ) -> Result<()> {
        let body = json!({"application": application, "evidence": evidence});
        let name = format!("{case_id}/revise");
        match self
            .client
            .post(applicant, &self.path(case_id, "revise"), &name, body)
            .await?
        {
            Ok(_) => Ok(()),
            Err(problem) => bail!(
                "revising case {case_id}: {} {}",
                problem.reason,
                problem.detail
            ),
        }
    }

    fn path(&self, case_id: &str, verb: &str) -> String {
        format!("/v1/{}/cases/{case_id}:{verb}", self.service)
    }
}

/// The reasons for which a case is, or would be, refused; what a reviewer wrote beside them is none.
fn reasons(case: &Value) -> Vec<String> {
    let reasons = case["reasons"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let names = reasons
        .iter()
        .map(|reason| text(&reason["reason"]).to_owned());
    names.filter(|name| name != "WRITTEN").collect()
}
