//! Who takes part in the demonstration, with a token for each.

use anyhow::{Context, Result};
use chassis::Actor;
use chassis::identity::Issuer;
use contracts::options::v1::{Caller, Department, Duty};

use crate::people;

/// How long their tokens are valid.
const VALID_FOR: time::Duration = time::Duration::hours(12);

/// Clerks of one department and duty, among whom the work is divided.
const CLERKS: usize = 16;

/// Everybody.
pub struct Parties {
    issuer: Issuer,
    area: String,
    clerks: Vec<((Department, Duty), Vec<String>)>,
    /// The tax bureau that collects for the area.
    pub tax_bureau: String,
}

impl Parties {
    /// Gives everybody of an area a token.
    pub fn new(issuer: Issuer, area: &str) -> Result<Self> {
        let mut parties = Self {
            issuer,
            area: area.to_owned(),
            clerks: Vec::new(),
            tax_bureau: String::new(),
        };
        let departments = [
            Department::Registration,
            Department::Collection,
            Department::Business,
        ];
        for department in departments {
            for duty in [Duty::Handler, Duty::Reviewer, Duty::Rechecker, Duty::Leader] {
                let tokens = (1..=CLERKS).map(|number| {
                    let mut clerk = people::clerk(area, department, duty);
                    clerk.id = format!("{}-{number}", clerk.id);
                    clerk.name = format!("{}{number}", clerk.name);
                    parties.token(&clerk)
                });
                let tokens = tokens.collect::<Result<_>>()?;
                parties.clerks.push(((department, duty), tokens));
            }
        }
        let bureau = people::people(area)
            .into_iter()
            .find(|one| one.caller == Caller::TaxBureau);
        parties.tax_bureau = parties.token(&bureau.context("there is no tax bureau")?)?;
        Ok(parties)
    }

    /// The token of a clerk; `number` says which one of those with the duty.
    pub fn clerk(&self, department: Department, duty: Duty, number: usize) -> Result<&str> {
        let of = self.clerks.iter().find(|(of, _)| *of == (department, duty));
        let (_, tokens) = of.with_context(|| format!("nobody is {duty:?} in {department:?}"))?;
        Ok(&tokens[number % tokens.len()])
    }

    /// The token of an employer.
    pub fn employer(&self, employer_id: &str, name: &str) -> Result<String> {
        self.token(&people::employer(&self.area, employer_id, name))
    }

    /// The token of an institution.
    pub fn institution(&self, institution_id: &str, name: &str) -> Result<String> {
        self.token(&people::institution(&self.area, institution_id, name))
    }

    /// The token of an authority.
    pub fn authority(&self, (party, _): (&str, &str)) -> Result<String> {
        let all = people::people(&self.area);
        let one = all.iter().find(|one| one.party == party);
        self.token(one.with_context(|| format!("there is no {party}"))?)
    }

    fn token(&self, actor: &Actor) -> Result<String> {
        self.issuer
            .token(actor, VALID_FOR)
            .context("signing a token")
    }
}
