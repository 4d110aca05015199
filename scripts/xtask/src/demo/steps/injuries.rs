//! Art. 53 to 58. Accidents are filed by telephone, the administrative department sends what it recognised,
//! and injured employees are registered.

use std::collections::BTreeMap;

use anyhow::{Context, Result, bail, ensure};
use contracts::authority::ADMINISTRATION;
use contracts::options::v1::{Department, Duty};
use serde_json::{Value, json};
use time::{Date, Duration};

use super::super::calendar::{INJURED, INJURIES, LATE_ACCEPTED};
use super::super::client::{date, number, papers, text};
use super::super::generate::{Employee, Employer};
use super::super::report::Report;
use super::super::roster::{Cell, workbook};
use super::super::{Demo, progress};

/// One in so many employers applied for recognition when its time was over.
const LATE: usize = 5;

/// The columns of a list of decisions.
pub const COLUMNS: [&str; 12] = [
    "认定工伤决定书编号",
    "单位编号",
    "个人编号",
    "姓名",
    "伤害类别",
    "事故伤害或职业病诊断日期",
    "认定结论",
    "决定日期",
    "申请人",
    "提出申请日期",
    "受理申请日期",
    "疾病诊断编码",
];

/// Somebody who is injured.
pub struct Injured<'d> {
    /// Through whom she or he is insured.
    pub employer: &'d Employer,
    /// The employee.
    pub employee: &'d Employee,
    /// The person's number.
    pub person_id: String,
    /// Number of the social security card.
    pub card: String,
    /// Number of the decision that recognises it.
    pub recognition: String,
    /// The employer applied too late.
    pub late: bool,
}

/// Registers the injured.
pub async fn run(demo: &Demo, report: &mut Report) -> Result<()> {
    demo.clock.forward_to(INJURIES)?;
    let injured = injured(demo).await?;
    let what = "Accidents are filed";
    progress::all(what, injured.iter(), |place, one| file(demo, place, one)).await?;
    let refused = recognise(demo, &injured).await?;
    report.equal("decisions of a code that is no diagnosis", 1, refused);
    let what = "Injured employees are registered";
    let decisions = progress::all(what, injured.iter(), |place, one| {
        register(demo, place, one, (INJURED, None))
    });
    let mut eligible = BTreeMap::<String, u64>::new();
    let mut overdue = 0;
    for decision in decisions.await? {
        *eligible
            .entry(text(&decision["eligibility"]).to_owned())
            .or_insert(0) += 1;
        overdue += usize::from(!decision["overdueFromOn"].is_null());
    }
    for (state, count) in eligible {
        report.note(&format!("injured employees: {state}"), count);
    }
    let clerk = demo
        .parties
        .clerk(Department::Business, Duty::Reviewer, 0)?;
    let listed = demo
        .client
        .list(clerk, "/v1/injuries", "injuries", &[])
        .await?;
    // Who is hurt later is registered too, in a demonstration that goes on.
    let is_meant = |one: &&Value| {
        let number = text(&one["recognitionNumber"]);
        injured.iter().any(|known| known.recognition == number)
    };
    let registered = listed.iter().filter(is_meant).count();
    report.equal("injuries registered", injured.len(), registered);
    let late = injured.iter().filter(|one| one.late).count();
    report.equal(
        "costs of a late application with the employer",
        late,
        overdue,
    );
    Ok(())
}

/// One employee in five hundred, of whom nothing changes; they are treated.
pub async fn injured(demo: &Demo) -> Result<Vec<Injured<'_>>> {
    let staff = demo.world.employers.iter().map(|one| one.staff.len());
    let count = (staff.sum::<usize>() / 500).max(6);
    among(demo, (0, count), 0).await
}

/// Of the first `count` employers that have so many of whom nothing changes, the employee at a place among these;
/// decisions on them are numbered from a number on.
pub async fn among(
    demo: &Demo,
    (place, count): (usize, usize),
    numbered_from: usize,
) -> Result<Vec<Injured<'_>>> {
    let employers = &demo.world.employers;
    let changed = |employee: &Employee| {
        let mut changes = demo.world.changes.iter();
        changes.any(|change| change.employee.identity_number == employee.identity_number)
    };
    let chosen = employers.iter().filter_map(|employer| {
        let stays = |employee: &&Employee| employee.foreigner.is_none() && !changed(employee);
        Some((employer, employer.staff.iter().filter(stays).nth(place)?))
    });
    let chosen: Vec<_> = chosen.take(count).collect();
    let what = "Injured employees";
    let found = progress::all(
        what,
        chosen.into_iter(),
        |place, (employer, employee)| async move {
            let clerk = demo
                .parties
                .clerk(Department::Registration, Duty::Reviewer, place)?;
            let path = format!("/v1/employers/{}/enrolments", employer.credit_code);
            let query = [("month.year", "2026"), ("month.month", "4")];
            let enrolments = demo.client.list(clerk, &path, "enrolments", &query).await?;
            let is_meant =
                |one: &&Value| text(&one["person"]["identityNumber"]) == employee.identity_number;
            let own = enrolments.iter().find(is_meant);
            let own = own.with_context(|| format!("{} is not enrolled", employee.name))?;
            Ok(Injured {
                employer,
                employee,
                person_id: text(&own["personId"]).to_owned(),
                card: text(&own["person"]["cardNumber"]).to_owned(),
                recognition: format!("示人社认字〔2026〕{}号", numbered_from + place + 1),
                late: numbered_from == 0 && place % LATE == LATE - 1,
            })
        },
    );
    found.await
}

/// Form 5-1.
async fn file(demo: &Demo, place: usize, one: &Injured<'_>) -> Result<()> {
    let clerk = demo
        .parties
        .clerk(Department::Business, Duty::Handler, place)?;
    let form = json!({
        "@type": "workinjury.benefit_review.v1.AccidentForm",
        "employerId": one.employer.credit_code,
        "personId": one.person_id,
        "name": one.employee.name,
        "cause": "INJURY_CAUSE_ACCIDENT",
        "happenedOn": date(INJURED),
        "place": "作业现场",
        "course": "搬运货物时被砸伤",
        "injuredParts": "右足",
        "institution": demo.world.institutions[0].name,
        "rescue": "清创缝合，收住院",
        "emergency": true,
        "channel": "ACCIDENT_CHANNEL_PHONE",
    });
    let name = format!("accident/{}", one.person_id);
    approve(demo, clerk, (place, &name), form, json!([]))
        .await
        .map(drop)
}

/// The department sends its decisions, with a bad one among them; answers how many were refused.
async fn recognise(demo: &Demo, injured: &[Injured<'_>]) -> Result<u64> {
    let days = |one: &Injured<'_>| {
        let (accepted_on, decided_on) = decided(one.late);
        (INJURED, accepted_on, decided_on)
    };
    let mut rows: Vec<_> = injured
        .iter()
        .map(|one| row(one, (&one.recognition, "S92.3"), days(one)))
        .collect();
    let first = injured.first().context("nobody is injured")?;
    rows.push(row(
        first,
        ("示人社认字〔2026〕9999号", "骨折"),
        days(first),
    ));
    let file = workbook(&COLUMNS, &rows)?;
    send(demo, ADMINISTRATION, "recognitions", ("recognitions", file)).await
}

/// An authority sends a list of one kind of decision under a name; answers how many rows were refused.
pub async fn send(
    demo: &Demo,
    authority: (&str, &str),
    kind: &str,
    (name, file): (&str, Vec<u8>),
) -> Result<u64> {
    let token = demo.parties.authority(authority)?;
    let path = format!("/v1/{kind}:upload");
    let answer = demo.client.upload(&token, &path, name, file).await?;
    let batch = &answer["batch"];
    let state = text(&batch["state"]);
    ensure!(state == "BATCH_STATE_DONE", "{name}: the batch is {state}");
    Ok(number(&batch["refusedRows"]))
}

/// A row of the list: number and diagnosis, and when it happened, was accepted and decided.
pub fn row(
    one: &Injured<'_>,
    (number, diagnosis): (&str, &str),
    (happened_on, accepted_on, decided_on): (Date, Date, Date),
) -> Vec<Cell> {
    let text = |text: &str| Cell::Text(text.to_owned());
    vec![
        text(number),
        text(&one.employer.credit_code),
        text(&one.person_id),
        text(&one.employee.name),
        text("事故伤害"),
        Cell::Date(happened_on),
        text("认定为工伤"),
        Cell::Date(decided_on),
        text("用人单位"),
        Cell::Date(accepted_on),
        Cell::Date(accepted_on),
        text(diagnosis),
    ]
}

/// When an application was accepted and decided: in time, or after the thirty days of an employer.
fn decided(late: bool) -> (Date, Date) {
    let accepted_on = if late {
        LATE_ACCEPTED
    } else {
        INJURED + Duration::days(7)
    };
    (accepted_on, accepted_on + Duration::DAY)
}

/// Form 5-2, with the day of an injury and of a death of it; answers the decision.
pub async fn register(
    demo: &Demo,
    place: usize,
    one: &Injured<'_>,
    (happened_on, died_on): (Date, Option<Date>),
) -> Result<Value> {
    let token = demo
        .parties
        .employer(&one.employer.credit_code, &one.employer.name)?;
    let mut form = json!({
        "@type": "workinjury.benefit_review.v1.InjuryForm",
        "employerId": one.employer.credit_code,
        "personId": one.person_id,
        "name": one.employee.name,
        "recognitionNumber": one.recognition,
    });
    let mut evidence = vec!["IDENTITY_CARD", "RECOGNITION_DECISION"];
    if let Some(died_on) = died_on {
        form["diedOn"] = date(died_on);
        evidence.push("DEATH_CERTIFICATE");
    }
    if died_on != Some(happened_on) {
        form["stoppageFromOn"] = date(happened_on);
        form["stoppageUntilOn"] = date(happened_on + Duration::days(180));
        evidence.push("STOPPAGE_NOTICE");
    }
    let evidence = papers(&evidence);
    let name = format!("injury/{}", one.person_id);
    approve(demo, &token, (place, &name), form, evidence).await
}

/// Somebody submits to benefit-review and it is signed; answers the decision.
pub async fn approve(
    demo: &Demo,
    token: &str,
    (place, name): (usize, &str),
    form: Value,
    evidence: Value,
) -> Result<Value> {
    let desk = demo.benefit_review();
    match desk.submit(token, name, form, evidence).await? {
        Ok(case_id) => desk.sign(place, &case_id).await?.approved(name),
        Err(problem) => bail!("{name}: {} {}", problem.reason, problem.detail),
    }
}
