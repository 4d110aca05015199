//! Who acts: the person, institution or service on whose behalf something is done.

use std::fmt;

use contracts::options::v1::{Caller, Department, Duty};

/// Who acts, as a verified token or a client certificate says.
#[derive(Clone, PartialEq, Eq)]
pub struct Actor {
    /// Stable identifier: the subject of the token, or the name of the service.
    pub id: String,
    /// Name as shown to people; never logged.
    pub name: String,
    /// What kind of party.
    pub caller: Caller,
    /// The `employer_id`, `person_id` or institution that the actor speaks for, or which authority it is;
    /// empty for others.
    pub party: String,
    /// Where the actor may act.
    pub areas: Areas,
    /// Departments of the agency that a clerk belongs to.
    pub departments: Vec<Department>,
    /// Duties that a clerk holds.
    pub duties: Vec<Duty>,
}

/// Pooling areas, by GB/T 2260 code.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Areas {
    /// Every area.
    All,
    /// These areas only.
    Some(Vec<String>),
}

impl Actor {
    /// A service of this platform that works by itself, in every area.
    #[must_use]
    pub fn service(name: &str) -> Self {
        Self {
            id: name.to_owned(),
            name: name.to_owned(),
            caller: Caller::Service,
            party: String::new(),
            areas: Areas::All,
            departments: Vec::new(),
            duties: Vec::new(),
        }
    }

    /// Anybody, who did not say who it is: for what the agency publishes.
    #[must_use]
    pub fn public() -> Self {
        Self {
            caller: Caller::Public,
            ..Self::service("public")
        }
    }

    /// May the actor act in the pooling area? An empty `area` stands for all areas.
    #[must_use]
    pub fn may_act_in(&self, area: &str) -> bool {
        match &self.areas {
            Areas::All => true,
            Areas::Some(areas) => areas.iter().any(|own| own == area),
        }
    }

    /// Is the actor a clerk of an agency?
    #[must_use]
    pub fn is_clerk(&self) -> bool {
        self.caller == Caller::Clerk
    }

    /// Does the actor hold the duty?
    #[must_use]
    pub fn has_duty(&self, duty: Duty) -> bool {
        self.duties.contains(&duty)
    }

    /// Does the actor belong to the department?
    #[must_use]
    pub fn in_department(&self, department: Department) -> bool {
        self.departments.contains(&department)
    }

    /// Whose rows the actor may see, for row-level security: the party of an employer, a person or an
    /// institution; empty, for all, of the others.
    #[must_use]
    pub fn scope(&self) -> &str {
        match self.speaks_for_itself() {
            false => "",
            // No party has this name: an actor without a party must see nothing rather than everything.
            true if self.party.is_empty() => "?",
            true => &self.party,
        }
    }

    /// Does the actor speak for one employer, person or institution only?
    #[must_use]
    pub fn speaks_for_itself(&self) -> bool {
        matches!(
            self.caller,
            Caller::Employer | Caller::Person | Caller::Institution
        )
    }
}

impl fmt::Debug for Actor {
    /// Leaves out everything that names a person.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Actor")
            .field("id", &self.id)
            .field("caller", &self.caller)
            .finish_non_exhaustive()
    }
}
