//! Art. 151. The area states its parameters: those for which the national files only have an example,
//! and those that only an area can know.

use anyhow::{Result, bail};
use contracts::options::v1::{Department, Duty};
use serde_json::{Value, json};
use time::Date;
use time::macros::date;

use super::super::calendar::DUE;
use super::super::client::{date, papers, text};
use super::super::desk::Desk;
use super::super::{Demo, progress};

/// What the national files write where an area must state its own value.
const EXAMPLE: &str = "须以本统筹地区的规定替换";

/// Mean monthly wage of the area's employees in the year before, yuan.
pub const AVERAGE_WAGE: i64 = 8_000;

/// The area's minimum wage, yuan a month.
const MINIMUM_WAGE: i64 = 2_360;

/// The first day of the area's own values.
const FROM: Date = date!(2026 - 01 - 01);

/// The day before, as a query names it.
const BEFORE: [(&str, &str); 3] = [("on.year", "2025"), ("on.month", "12"), ("on.day", "31")];

/// Values of the demonstration's area that differ from the example, by service.
fn own(service: &str) -> Vec<(&'static str, String)> {
    match service {
        "collection" => vec![
            ("area_average_monthly_wage", AVERAGE_WAGE.to_string()),
            ("base_bounds_apply", "true".to_owned()),
            ("payment_due_day", DUE.day().to_string()),
            ("settlement_mode", "tax".to_owned()),
        ],
        "benefit-review" => vec![
            ("area_average_monthly_wage", AVERAGE_WAGE.to_string()),
            ("minimum_wage", MINIMUM_WAGE.to_string()),
        ],
        _ => Vec::new(),
    }
}

/// Sets the parameters, by cases like any other.
pub async fn run(demo: &Demo) -> Result<()> {
    let clerk = demo
        .parties
        .clerk(Department::Registration, Duty::Handler, 0)?;
    demo.clock.resume()?;
    for (service, desk) in [
        ("registration", demo.registration()),
        ("collection", demo.collection()),
        ("medical-agreement", demo.medical_agreement()),
        ("benefit-review", demo.benefit_review()),
    ] {
        let parameters = to_be_set(demo, clerk, service).await?;
        progress::all(
            &format!("Parameters of {service}"),
            parameters.into_iter(),
            |number, of| set(demo, desk, (service, number), of, FROM),
        )
        .await?;
    }
    Ok(())
}

/// Names and values: the same ones however many of them are set already, since they are asked for as
/// of the day before the area has its own.
async fn to_be_set(demo: &Demo, clerk: &str, service: &str) -> Result<Vec<(String, String)>> {
    let path = format!("/v1/{service}/parameters");
    let answer = demo.client.get(clerk, &path, &BEFORE).await?;
    let own = own(service);
    let listed = answer["parameters"]
        .as_array()
        .map(Vec::as_slice)
        .unwrap_or_default();
    let mut to_set: Vec<(String, String)> = listed
        .iter()
        .filter(|one| one["areaMaySet"] == true && is_example(one))
        .map(|one| (text(&one["name"]), as_written(text(&one["value"]))))
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .filter(|(name, _)| own.iter().all(|(own, _)| own != name))
        .collect();
    to_set.extend(
        own.into_iter()
            .map(|(name, value)| (name.to_owned(), value)),
    );
    Ok(to_set)
}

fn is_example(parameter: &Value) -> bool {
    text(&parameter["source"]).contains(EXAMPLE)
}

/// Lists show a flag as people read it; the form takes it as the files write it.
fn as_written(value: &str) -> &str {
    match value {
        "是" => "true",
        "否" => "false",
        other => other,
    }
}

/// Sets a parameter of a service from a day on, by its name and value.
pub async fn set(
    demo: &Demo,
    desk: Desk<'_>,
    (service, number): (&str, usize),
    (name, value): (String, String),
    from: Date,
) -> Result<()> {
    let clerk = demo
        .parties
        .clerk(Department::Registration, Duty::Handler, number)?;
    let application = json!({
        "@type": "workinjury.common.v1.ParameterChangeForm",
        "name": name,
        "value": value,
        "from": date(from),
        "source": "《示范市工伤保险实施细则》（演示用，非真实文件）",
    });
    let submitted = desk
        .submit(
            clerk,
            &format!("{service}/parameter/{name}"),
            application,
            papers(&["LOCAL_RULE"]),
        )
        .await?;
    let case_id = match submitted {
        Ok(case_id) => case_id,
        Err(problem) => bail!("parameter {name}: {} {}", problem.reason, problem.detail),
    };
    desk.sign(number, &case_id)
        .await?
        .approved(&format!("parameter {name}"))?;
    Ok(())
}
