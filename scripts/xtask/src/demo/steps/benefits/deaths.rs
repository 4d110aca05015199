//! Art. 69 to 72. Two deaths: of the first a wife, a child and a lone father are left, whose shares come to more than
//! the wage; of the second a wife.

use anyhow::{Context, Result};
use contracts::options::v1::{Department, Duty};
use law::identity::CitizenNumber;
use rust_decimal::Decimal;
use serde_json::{Value, json};
use time::macros::date;
use time::{Date, Duration};

use super::super::super::calendar::{CLAIMS, HURT};
use super::super::super::client::{date, papers, text};
use super::super::super::generate::Employee;
use super::super::super::report::Report;
use super::super::super::{Demo, progress};
use super::super::area::AVERAGE_WAGE;
use super::super::bases::within_bounds;
use super::super::injuries::{self, Injured};
use super::adjustment::more;
use super::{Sums, fen, form, sums};

/// Months of the area's average wage for a funeral, and years of the national income (工伤保险条例第三十九条).
const FUNERAL_MONTHS: i64 = 6;
const TIMES: i64 = 20;

/// Who is left.
struct Relative {
    relation: &'static str,
    name: &'static str,
    born_on: Date,
    male: bool,
    alone: bool,
    /// Hundredths of the own wage.
    share: i64,
}

const WIFE: Relative = Relative {
    relation: "SPOUSE",
    name: "周桂兰",
    born_on: date!(1968 - 05 - 20),
    male: false,
    alone: false,
    share: 40,
};

const CHILD: Relative = Relative {
    relation: "CHILD",
    name: "周小雨",
    born_on: date!(2015 - 09 - 01),
    male: false,
    alone: false,
    share: 30,
};

const FATHER: Relative = Relative {
    relation: "PARENT",
    name: "周福生",
    born_on: date!(1948 - 11 - 03),
    male: true,
    alone: true,
    share: 40,
};

/// The families of those who die, in their order.
const FAMILIES: [&[Relative]; super::DEATHS] = [&[WIFE, CHILD, FATHER], &[WIFE]];

/// At work, or after the recognition in the stoppage period.
pub fn died_on(place: usize) -> Date {
    HURT + Duration::days(if place == 0 { 0 } else { 12 })
}

fn case(place: usize) -> &'static str {
    match place {
        0 => "DEATH_CASE_AT_WORK",
        _ => "DEATH_CASE_IN_STOPPAGE_PERIOD",
    }
}

/// Decides all; adds what must come out to `made` and answers what was signed.
pub async fn decide(
    demo: &Demo,
    dead: &[Injured<'_>],
    made: &mut Sums,
    report: &mut Report,
) -> Result<Decimal> {
    let income = income(demo).await?;
    for (one, family) in dead.iter().zip(FAMILIES) {
        let mut due = |kind, yuan| *made.entry(kind).or_default() += yuan;
        due("FUNERAL", Decimal::from(AVERAGE_WAGE * FUNERAL_MONTHS));
        due("LUMP_SUM_DEATH", fen(income * Decimal::from(TIMES)));
        for pension in pensions(one.employee, family) {
            due("SURVIVOR_PENSION", pension);
        }
    }
    let what = "Deaths are decided";
    let signed = progress::all(what, dead.iter().zip(FAMILIES), |place, (one, family)| {
        one_of(demo, place, one, family)
    });
    let signed: Decimal = signed.await?.into_iter().sum();
    let widow = dead.first().context("nobody died")?;
    let after = pensions(widow.employee, &[CHILD, FATHER]);
    *made.entry("SURVIVOR_PENSION").or_default() += after.iter().sum::<Decimal>();
    let changed = remarries(demo, widow).await?;
    let what = "pensions (72-B) after the widow married again";
    report.equal_yuan(what, after.iter().sum(), changed);
    Ok(signed + changed)
}

/// Art. 87. The pensions that stand in the end, and what an adjustment adds to each.
pub fn left<'a>(dead: &'a [Injured<'_>]) -> impl Iterator<Item = (Decimal, i64)> + 'a {
    // The first wife married again.
    let families: [&[Relative]; super::DEATHS] = [&[CHILD, FATHER], &[WIFE]];
    dead.iter().zip(families).flat_map(|(one, family)| {
        let more = family.iter().map(|one| more(one.relation, one.alone));
        pensions(one.employee, family).into_iter().zip(more)
    })
}

/// Forms 72-A and 72-B: the first wife marries again, and the others' pensions are not reduced any more. Answers what they
/// come to.
async fn remarries(demo: &Demo, one: &Injured<'_>) -> Result<Decimal> {
    let token = demo
        .parties
        .employer(&one.employer.credit_code, &one.employer.name)?;
    let change = json!({
        "identityNumber": number(&WIFE)?,
        "change": {"kind": "SURVIVOR_CHANGE_KIND_REMARRIED", "changedOn": date(CLAIMS)},
    });
    let name = format!("remarried/{}", one.person_id);
    let form = form(one, "SurvivorChangeForm", change);
    let proof = papers(&["SURVIVOR_CHANGE_PROOF"]);
    let decision = injuries::approve(demo, &token, (0, &name), form, proof).await?;
    sums(&decision["after"], &["fund", "employer"])
}

/// 工伤保险条例第三十九条第一款第二项. Each has a share of the wage; where they come to more than it they are reduced, and
/// what is below a fen is left out.
fn pensions(employee: &Employee, family: &[Relative]) -> Vec<Decimal> {
    let wage = within_bounds(employee.wage);
    let all: i64 = family.iter().map(|one| one.share).sum();
    let one = |relative: &Relative| match all > 100 {
        true => (wage * Decimal::from(relative.share) / Decimal::from(all)).trunc_with_scale(2),
        false => fen(wage * Decimal::new(relative.share, 2)),
    };
    family.iter().map(one).collect()
}

/// The national disposable income of the year before, as the platform has it.
async fn income(demo: &Demo) -> Result<Decimal> {
    let clerk = demo
        .parties
        .clerk(Department::Business, Duty::Reviewer, 0)?;
    let path = "/v1/benefit-review/parameters";
    let answer = demo.client.get(clerk, path, &[]).await?;
    let mut listed = answer["parameters"].as_array().into_iter().flatten();
    let income = listed.find(|one| text(&one["name"]) == "national_urban_disposable_income");
    let income = income.context("the national income is not known")?;
    Ok(text(&income["value"]).parse()?)
}

/// Forms 69-A and 70-A; answers what is signed on 5-8 and 5-9.
async fn one_of(
    demo: &Demo,
    place: usize,
    one: &Injured<'_>,
    family: &[Relative],
) -> Result<Decimal> {
    let token = demo
        .parties
        .employer(&one.employer.credit_code, &one.employer.name)?;
    let approve = async |what: &str, form: Value, evidence: &[&str]| {
        let name = format!("{what}/{}", one.person_id);
        injuries::approve(demo, &token, (place, &name), form, papers(evidence)).await
    };
    let claim = json!({
        "deathCase": case(place),
        "payeeName": WIFE.name,
        "payeeIdentityNumber": number(&WIFE)?,
        "payeeRelation": "SURVIVOR_RELATION_SPOUSE",
    });
    let evidence = [
        "IDENTITY_CARD",
        "KINSHIP_PROOF",
        "RELATIVE_AUTHORISATION",
        "DEATH_CERTIFICATE",
    ];
    let once = approve("death", form(one, "DeathClaimForm", claim), &evidence).await?;
    let dependants = family.iter().map(dependant).collect::<Result<Vec<_>>>()?;
    let claim = json!({"deathCase": case(place), "dependants": dependants});
    let evidence = [
        "IDENTITY_CARD",
        "KINSHIP_PROOF",
        "DEPENDENCY_PROOF",
        "CIVIL_AFFAIRS_PROOF",
    ];
    let monthly = approve("survivors", form(one, "SurvivorForm", claim), &evidence).await?;
    Ok(sums(&once, &["fund", "employer"])? + sums(&monthly, &["fund", "employer"])?)
}

fn dependant(one: &Relative) -> Result<Value> {
    Ok(json!({
        "name": one.name,
        "identityNumber": number(one)?,
        "relation": format!("SURVIVOR_RELATION_{}", one.relation),
        "bornOn": date(one.born_on),
        "sex": if one.male { "MALE" } else { "FEMALE" },
        "loneOrOrphan": one.alone,
    }))
}

/// An identity number that could be hers or his: odd of men.
fn number(one: &Relative) -> Result<String> {
    let sequence = if one.male { 121 } else { 122 };
    Ok(CitizenNumber::compose("440301", one.born_on, sequence)?.into())
}
