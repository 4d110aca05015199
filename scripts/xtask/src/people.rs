//! The people of a demonstration, and their tokens.

use std::fmt::Write;

use anyhow::{Context, Result, ensure};
use chassis::{Actor, Areas};
use clap::Args;
use contracts::form::{caller_label, department_label, duty_label};
use contracts::options::v1::{Caller, Department, Duty};
use contracts::{authority, reflect};

use crate::demo::generate::{Size, World};
use crate::local::Local;
use crate::services::issuer;

/// How long a token of the demonstration is valid.
const VALID_FOR: time::Duration = time::Duration::hours(12);

/// Whose token.
#[derive(Args)]
pub struct Whose {
    /// The tokens of all people of the demonstration.
    #[arg(long)]
    list: bool,
    /// clerk, employer, person, institution, tax_bureau, authority or province.
    #[arg(long, default_value = "clerk", value_parser = |name: &str| named(name, "CALLER", Caller::from_str_name))]
    caller: Caller,
    /// registration, collection, business, finance, information, audit or archive; may be repeated.
    #[arg(long, value_parser = |name: &str| named(name, "DEPARTMENT", Department::from_str_name))]
    department: Vec<Department>,
    /// handler, reviewer, rechecker or leader; may be repeated.
    #[arg(long, value_parser = |name: &str| named(name, "DUTY", Duty::from_str_name))]
    duty: Vec<Duty>,
    /// Pooling area, GB/T 2260; may be repeated.
    #[arg(long, default_value = "440300")]
    area: Vec<String>,
    /// Number of the employer, person or institution that the bearer speaks for; of an authority, which one
    /// (industry_and_commerce, civil_affairs, establishment or public_security).
    #[arg(long, default_value = "")]
    party: String,
    /// Name as shown to others.
    #[arg(long, default_value = "")]
    name: String,
    /// Subject of the token; two tokens with one subject are one person.
    #[arg(long)]
    id: Option<String>,
}

/// Prints a token, or all.
///
/// # Errors
/// When a name is unknown, or no token can be signed.
pub fn print_tokens(whose: Whose) -> Result<()> {
    if !whose.list {
        let for_somebody = [
            Caller::Employer,
            Caller::Person,
            Caller::Institution,
            Caller::Authority,
        ];
        ensure!(
            !whose.party.is_empty() || !for_somebody.contains(&whose.caller),
            "{}的令牌要写明为谁办事：--party <编号>（个人编号见经办人员查询的GET /v1/employers/{{单位编号}}/enrolments）",
            caller_label(whose.caller)
        );
        println!("{}", token(&whose.actor())?);
        return Ok(());
    }
    let area = whose.area.first().context("--area")?;
    let mut all = String::new();
    for person in people(area).into_iter().chain(first_employer(area)) {
        writeln!(all, "{}\n{}\n", described(&person), token(&person)?)?;
    }
    // A person gets a number when enrolled, and so none is known here.
    let other = "cargo xtask token --caller person --party <个人编号>，--caller employer --party <单位编号>";
    println!("{all}其他人员和单位：{other}");
    Ok(())
}

/// The first employer that registers in the demonstration, however large it is.
fn first_employer(area: &str) -> Option<Actor> {
    let size = Size {
        employers: 1,
        employees: 1,
        seed: 1,
    };
    let first = World::generate(size).employers.into_iter().next()?;
    Some(employer(area, &first.credit_code, &first.name))
}

/// Who somebody is, of what kind, and whom they speak for.
fn described(actor: &Actor) -> String {
    let kind = caller_label(actor.caller);
    let party = match actor.caller {
        Caller::Employer => format!("  单位编号 {}", actor.party),
        Caller::Person => format!("  个人编号 {}", actor.party),
        Caller::Institution => format!("  机构编号 {}", actor.party),
        Caller::Authority => format!("  {}", actor.party),
        _ => String::new(),
    };
    format!("{}  {}  {kind}{party}", actor.id, actor.name)
}

/// A token of the local issuer for somebody.
///
/// # Errors
/// When the issuer's key cannot be read or made.
pub fn token(actor: &Actor) -> Result<String> {
    let local = Local::open(".local")?;
    issuer(&local)?
        .token(actor, VALID_FOR)
        .context("signing the token")
}

/// A clerk for each duty of each department, and everybody else who calls.
#[must_use]
pub fn people(area: &str) -> Vec<Actor> {
    let mut people = Vec::new();
    for department in 1..=7 {
        let department = Department::try_from(department).unwrap_or_default();
        for duty in [Duty::Handler, Duty::Reviewer, Duty::Rechecker, Duty::Leader] {
            people.push(clerk(area, department, duty));
        }
    }
    for caller in [Caller::TaxBureau, Caller::Province] {
        let id = short(caller.as_str_name(), "CALLER_");
        people.push(Actor {
            caller,
            ..actor(id, caller_label(caller), area)
        });
    }
    for (party, name) in authority::all() {
        people.push(Actor {
            caller: Caller::Authority,
            party: party.clone(),
            ..actor(party, name, area)
        });
    }
    people
}

/// A clerk of a department with a duty.
#[must_use]
pub fn clerk(area: &str, department: Department, duty: Duty) -> Actor {
    let id = format!(
        "{}-{}",
        short(department.as_str_name(), "DEPARTMENT_"),
        short(duty.as_str_name(), "DUTY_")
    );
    let name = format!("{}{}", department_label(department), duty_label(duty));
    Actor {
        departments: vec![department],
        duties: vec![duty],
        ..actor(id, name, area)
    }
}

/// An employer that speaks for itself.
#[must_use]
pub fn employer(area: &str, employer_id: &str, name: &str) -> Actor {
    Actor {
        caller: Caller::Employer,
        party: employer_id.to_owned(),
        ..actor(format!("employer-{employer_id}"), name.to_owned(), area)
    }
}

/// An institution that speaks for itself.
#[must_use]
pub fn institution(area: &str, institution_id: &str, name: &str) -> Actor {
    Actor {
        caller: Caller::Institution,
        party: institution_id.to_owned(),
        ..actor(
            format!("institution-{institution_id}"),
            name.to_owned(),
            area,
        )
    }
}

fn actor(id: String, name: String, area: &str) -> Actor {
    Actor {
        id,
        name,
        caller: Caller::Clerk,
        party: String::new(),
        areas: Areas::Some(vec![area.to_owned()]),
        departments: Vec::new(),
        duties: Vec::new(),
    }
}

/// `DUTY_HANDLER` of the duties is `handler`.
fn short(name: &str, prefix: &str) -> String {
    name.trim_start_matches(prefix).to_lowercase()
}

/// The value that is called so; otherwise what all are called.
fn named<V>(name: &str, of: &str, value: fn(&str) -> Option<V>) -> Result<V, String> {
    let prefix = format!("{of}_");
    value(&format!("{prefix}{}", name.to_uppercase())).ok_or_else(|| {
        let all = reflect::pool().all_enums().find(|one| {
            let first = one.default_value();
            first.name().strip_prefix(&prefix) == Some("UNSPECIFIED")
        });
        let values = all.iter().flat_map(|one| one.values().skip(1));
        let names: Vec<_> = values.map(|v| short(v.name(), &prefix)).collect();
        format!("one of: {}", names.join(", "))
    })
}

impl Whose {
    fn actor(&self) -> Actor {
        let id = self.id.clone().unwrap_or_else(|| self.usual_id());
        Actor {
            name: if self.name.is_empty() {
                id.clone()
            } else {
                self.name.clone()
            },
            id,
            caller: self.caller,
            party: self.party.clone(),
            areas: Areas::Some(self.area.clone()),
            departments: self.department.clone(),
            duties: self.duty.clone(),
        }
    }

    /// What somebody is called who gave no id: by department and duty, or by kind and party.
    fn usual_id(&self) -> String {
        let departments = self.department.iter();
        let departments = departments.map(|d| short(d.as_str_name(), "DEPARTMENT_"));
        let duties = self.duty.iter();
        let duties = duties.map(|d| short(d.as_str_name(), "DUTY_"));
        let caller = self.department.is_empty();
        let caller = caller.then(|| short(self.caller.as_str_name(), "CALLER_"));
        let party = (!self.party.is_empty()).then(|| self.party.clone());
        let parts = caller.into_iter().chain(party);
        let parts = parts.chain(departments).chain(duties);
        parts.collect::<Vec<_>>().join("-")
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use contracts::options::v1::Caller;

    use super::{Size, World, described, first_employer, named, people};

    #[test]
    fn who_calls_somebody_by_no_name_is_told_all_names() {
        let caller = |name| named(name, "CALLER", Caller::from_str_name);
        assert_eq!(caller("tax_bureau"), Ok(Caller::TaxBureau));
        let told = caller("bank").unwrap_err();
        assert!(
            told.starts_with("one of: clerk, employer, person"),
            "{told}"
        );
    }

    #[test]
    fn no_two_people_of_the_demonstration_are_one() {
        let people = people("440300");
        let ids: BTreeSet<_> = people.iter().map(|person| &person.id).collect();
        assert_eq!((ids.len(), people.len()), (36, 36));
    }

    #[test]
    fn the_list_says_whom_an_employer_speaks_for_and_who_a_clerk_is() {
        let size = Size {
            employers: 20,
            employees: 40,
            seed: 1,
        };
        let registered = &World::generate(size).employers[0];
        let employer = first_employer("440300").unwrap();
        assert_eq!(employer.party, registered.credit_code);
        let told = described(&employer);
        let expected = format!("用人单位  单位编号 {}", registered.credit_code);
        assert!(told.contains(&expected), "{told}");
        let clerk = described(&people("440300")[0]);
        assert!(clerk.ends_with("经办人员"), "{clerk}");
    }
}
