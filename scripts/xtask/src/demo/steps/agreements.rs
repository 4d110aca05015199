//! Art. 38 to 40. The agency signs agreements with institutions, turns bad ones away, ends one and suspends
//! a doctor; what it publishes is what it signed.

use std::collections::BTreeMap;

use anyhow::{Result, bail};
use contracts::options::v1::{Department, Duty};
use serde_json::{Value, json};
use time::{Date, Duration};

use super::super::calendar::AGREEMENTS;
use super::super::client::{date, papers};
use super::super::desk::Outcome;
use super::super::generate::{Institution, Line};
use super::super::report::Report;
use super::super::{Demo, progress};

/// Days of notice of who ends an agreement alone.
const NOTICE_DAYS: i64 = 30;

/// Papers that a signature needs, with what a supplier of devices promises.
const PAPERS: [&str; 3] = [
    "PRACTICE_LICENCE",
    "SERVICE_AGREEMENT",
    "QUALITY_COMMITMENT",
];

/// The ten clauses.
const CLAUSES: [&str; 10] = [
    "PERSONS_SERVED",
    "SCOPE",
    "CONTENT",
    "QUALITY",
    "SETTLEMENT",
    "COST_CONTROL",
    "BREACH",
    "SUPERVISION",
    "DISPUTES",
    "TERM",
];

/// The reason for which an agreement is not signed, and what makes a good one such.
type Flaw = (&'static str, fn(&mut Value));

/// What is wrong with agreements that must not be signed.
const FLAWS: [Flaw; 4] = [
    ("CLAUSE_MISSING", |form| {
        form["clauses"].as_array_mut().map(Vec::pop);
    }),
    ("AGREEMENT_BACKDATED", |form| {
        form["startsOn"] = date(AGREEMENTS - Duration::DAY);
    }),
    ("LICENCE_EXPIRES", |form| {
        form["facts"]["licenceValidUntilOn"] = date(AGREEMENTS - Duration::DAY);
    }),
    ("AGREEMENT_OVERLAPS", |_| {}),
];

/// Signs the agreements.
pub async fn run(demo: &Demo, report: &mut Report) -> Result<()> {
    demo.clock.forward_to(AGREEMENTS)?;
    let institutions = &demo.world.institutions;
    let what = "Agreements are signed";
    progress::all(what, institutions.iter(), |number, one| {
        sign(demo, number, one)
    })
    .await?;

    // The first has its agreement, so whatever else is wrong with another one comes first.
    let Some(first) = institutions.first() else {
        bail!("there is no institution");
    };
    let refused = progress::all("Bad agreements", FLAWS.iter(), |number, flaw| {
        refuse(demo, number, first, *flaw)
    });
    let (mut made, mut found) = (BTreeMap::new(), BTreeMap::new());
    for ((expected, _), reason) in FLAWS.iter().zip(refused.await?) {
        *made.entry((*expected).to_owned()).or_insert(0) += 1;
        *found.entry(reason).or_insert(0) += 1;
    }
    let published = async |day: Date, kind: &'static str| {
        let (year, month) = (day.year().to_string(), u8::from(day.month()).to_string());
        let query = [
            ("kind", kind),
            ("on.year", &year),
            ("on.month", &month),
            ("on.day", &day.day().to_string()),
        ];
        demo.client
            .list("", "/v1/institutions", "institutions", &query)
            .await
    };
    let last = institutions.last().unwrap_or(first);
    let ends_on = AGREEMENTS + Duration::days(NOTICE_DAYS);
    end(demo, last, ends_on).await?;
    suspend(demo, first).await?;
    for line in [Line::Medical, Line::Rehabilitation, Line::Device] {
        let signed = institutions.iter().filter(|one| one.line == line).count();
        let listed = published(AGREEMENTS, line.in_contract()).await?.len();
        report.equal(&format!("published institutions: {line:?}"), signed, listed);
    }
    let after = published(ends_on + Duration::DAY, "").await?.len();
    report.equal(
        "published institutions when one has ended",
        institutions.len() - 1,
        after,
    );
    report.equal_counts("agreements refused", &made, &found);
    Ok(())
}

async fn submit(
    demo: &Demo,
    token: &str,
    name: &str,
    (form, evidence): (Value, Value),
) -> Result<Result<String, String>> {
    let desk = demo.medical_agreement();
    let submitted = desk.submit(token, name, form, evidence).await?;
    Ok(submitted.map_err(|problem| problem.reason))
}

async fn sign(demo: &Demo, number: usize, institution: &Institution) -> Result<()> {
    let (code, name) = (&institution.credit_code, &institution.name);
    let token = demo.parties.institution(code, name)?;
    let application = (form(institution), papers(&PAPERS));
    match submit(demo, &token, &format!("agreement/{code}"), application).await? {
        Ok(case_id) => {
            let signed = demo.medical_agreement().sign(number, &case_id).await?;
            signed.approved(name)?;
            Ok(())
        }
        Err(reason) => bail!("{name}: {reason}"),
    }
}

/// Submits an agreement that must not be signed; answers the reason for which it was not.
async fn refuse(
    demo: &Demo,
    number: usize,
    institution: &Institution,
    (expected, spoil): Flaw,
) -> Result<String> {
    let clerk = demo
        .parties
        .clerk(Department::Business, Duty::Handler, number)?;
    let mut bad = form(institution);
    spoil(&mut bad);
    let name = format!("bad-agreement/{expected}");
    let case_id = match submit(demo, clerk, &name, (bad, papers(&PAPERS))).await? {
        Ok(case_id) => case_id,
        Err(reason) => return Ok(reason),
    };
    let desk = demo.medical_agreement();
    match desk.sign(number, &case_id).await? {
        Outcome::Approved(_) => Ok("APPROVED".to_owned()),
        Outcome::Refused(reasons) => Ok(reasons.join(", ")),
        Outcome::Stands(reasons) => {
            let written = "不符合签订服务协议的规定，不予签订。";
            desk.refuse(number, &case_id, written).await?;
            Ok(reasons.join(", "))
        }
    }
}

/// The agency ends an agreement with notice.
async fn end(demo: &Demo, institution: &Institution, ends_on: Date) -> Result<()> {
    let form = json!({
        "@type": "workinjury.medical_agreement.v1.AgreementEndForm",
        "institutionId": institution.credit_code,
        "kind": institution.line.in_contract(),
        "end": "AGREEMENT_END_BY_AGENCY",
        "notifiedOn": date(AGREEMENTS),
        "endsOn": date(ends_on),
        "ground": "产品质量不符合承诺，经整改仍不合格",
    });
    approved(demo, "agreement-end", form, papers(&["TERMINATION_NOTICE"])).await
}

/// A doctor is suspended.
async fn suspend(demo: &Demo, institution: &Institution) -> Result<()> {
    let form = json!({
        "@type": "workinjury.medical_agreement.v1.SuspensionForm",
        "institutionId": institution.credit_code,
        "doctorNumber": "110440300001234",
        "fromOn": date(AGREEMENTS),
        "ground": "串换诊疗项目",
    });
    approved(demo, "suspension", form, json!([])).await
}

async fn approved(demo: &Demo, name: &str, form: Value, evidence: Value) -> Result<()> {
    let clerk = demo.parties.clerk(Department::Business, Duty::Handler, 0)?;
    match submit(demo, clerk, name, (form, evidence)).await? {
        Ok(case_id) => {
            let signed = demo.medical_agreement().sign(0, &case_id).await?;
            signed.approved(name)?;
            Ok(())
        }
        Err(reason) => bail!("{name}: {reason}"),
    }
}

/// Form 38-A.
fn form(institution: &Institution) -> Value {
    let clauses: Vec<Value> = CLAUSES
        .iter()
        .map(|kind| {
            json!({"kind": format!("CLAUSE_KIND_{kind}"), "text": "按双方议定的协议文本履行。"})
        })
        .collect();
    json!({
        "@type": "workinjury.medical_agreement.v1.AgreementForm",
        "institutionId": institution.credit_code,
        "kind": institution.line.in_contract(),
        "facts": {
            "name": institution.name,
            "grade": institution.grade,
            "licenceNumber": institution.licence,
            "licenceValidUntilOn": date(AGREEMENTS + Duration::days(1_500)),
            "address": "示范市示范区健康路1号",
            "phone": "0755-25533018",
            "bankName": "示范银行示范市分行",
            "bankAccount": institution.account,
        },
        "startsOn": date(AGREEMENTS),
        "endsOn": date(AGREEMENTS + Duration::days(730)),
        "clauses": clauses,
        "noticeDays": NOTICE_DAYS,
        "refers": institution.grade == "INSTITUTION_GRADE_TERTIARY"
            && institution.line.in_contract() == "INSTITUTION_KIND_MEDICAL",
    })
}
