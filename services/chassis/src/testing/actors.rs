//! Who calls in tests.

use contracts::options::v1::{Caller, Department, Duty};

use super::AREA;
use crate::{Actor, Areas};

/// A clerk of `department` who holds `duty`, one person for each.
#[must_use]
pub fn clerk(department: Department, duty: Duty) -> Actor {
    Actor {
        id: format!("clerk-{}-{}", department as i32, duty as i32),
        name: "张三".to_owned(),
        caller: Caller::Clerk,
        party: String::new(),
        areas: Areas::Some(vec![AREA.to_owned()]),
        departments: vec![department],
        duties: vec![duty],
    }
}

/// The employer that is registered, or registers, as `employer_id`.
#[must_use]
pub fn employer(employer_id: &str) -> Actor {
    party(Caller::Employer, employer_id)
}

/// The insured person `person_id`.
#[must_use]
pub fn person(person_id: &str) -> Actor {
    party(Caller::Person, person_id)
}

/// An outside party without a number of its own: a tax bureau, an authority, the province.
#[must_use]
pub fn outsider(caller: Caller) -> Actor {
    Actor {
        id: format!("outsider-{}", caller as i32),
        ..party(caller, "")
    }
}

/// Who speaks for an employer, a person or an institution only, by its number.
#[must_use]
pub fn party(caller: Caller, party: &str) -> Actor {
    Actor {
        id: format!("party-{party}"),
        name: "李四".to_owned(),
        caller,
        party: party.to_owned(),
        areas: Areas::Some(vec![AREA.to_owned()]),
        departments: Vec::new(),
        duties: Vec::new(),
    }
}
