//! What other services' events do here.

mod audit;
mod finance;

pub use audit::Audit;
pub use finance::Finance;

use std::collections::BTreeMap;
use std::ops::Bound::{Excluded, Included};

use chassis::{Error, Reaction, Result, Told, Unit, async_trait};
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{CollectionEvent, RateSet};
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{self as registration, Enrolment, Person, RegistrationEvent};
use law::Month;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use crate::assessment::rules::declared_by;
use crate::assessment::runs::Late;
use crate::employer::store::{self, Employer, Insured};
use crate::{assessment, ledger, rate, wire};

/// Registration tells who is insured, through whom and in which industry.
pub struct Registration;

#[async_trait]
impl Reaction for Registration {
    const FEED: &'static str = "registration";
    type Event = RegistrationEvent;

    async fn apply(&self, unit: &mut Unit, events: &[Told<RegistrationEvent>]) -> Result<()> {
        let mut told = Slice::default();
        for event in events {
            if let Some(what) = &event.event.what {
                told.add(what, event.happened_at)?;
            }
        }
        told.write(unit).await
    }
}

/// What a slice of events comes to: rows of each kind, the last word on each employer, person and end.
///
/// Rows are added before they are changed or ended; since enrolments never share an id, that is the
/// order of the feed wherever order matters.
#[derive(Default)]
struct Slice {
    employers: BTreeMap<String, Employer>,
    /// When an employer was last told to have a code.
    codes: BTreeMap<(String, String), OffsetDateTime>,
    ended_employers: BTreeMap<String, Date>,
    industries: BTreeMap<(String, Date), String>,
    insured: Vec<Insured>,
    ended: BTreeMap<(String, Uuid), Date>,
    confirmed: (Vec<String>, Vec<Uuid>, Vec<Date>),
    persons: BTreeMap<Uuid, Person>,
}

impl Slice {
    fn add(&mut self, what: &What, at: OffsetDateTime) -> Result<()> {
        match what {
            What::EmployerRegistered(told) => self.employer(told.employer.as_ref(), at),
            What::EmployerChanged(told) => self.employer(told.employer.as_ref(), at),
            What::EmployerDeregistered(told) => {
                let ended_on = wire::day(told.ended_on)?;
                self.ended_employers
                    .insert(told.employer_id.clone(), ended_on);
                if let Some(employer) = self.employers.get_mut(&told.employer_id) {
                    employer.ended_on = Some(ended_on);
                }
                Ok(())
            }
            What::RiskClassSet(told) => {
                let class = told
                    .risk_class
                    .as_ref()
                    .ok_or_else(|| missing("risk_class"))?;
                let key = (told.employer_id.clone(), wire::day(class.from_on)?);
                // What was to come gives way, as it does in the register.
                let of_employer = (Excluded(&key), Included(&(key.0.clone(), Date::MAX)));
                let later = self.industries.range(of_employer);
                for gone in later.map(|(key, _)| key.clone()).collect::<Vec<_>>() {
                    self.industries.remove(&gone);
                }
                self.industries.insert(key, class.industry_code.clone());
                Ok(())
            }
            What::PersonEnrolled(told) => {
                // Months before the declaration are paid back on form 3-11, unless it was the first one
                // after the hire.
                let declared = wire::month(told.declared_month)?;
                let months = (wire::month(told.from_month)?, declared, declared);
                self.enrolment(told.enrolment.as_ref(), months, false)
            }
            What::PersonPreEnrolled(told) => {
                let from = wire::month(told.from_month)?;
                let months = (from, from, wire::month(told.declared_month)?);
                self.enrolment(told.enrolment.as_ref(), months, true)?;
                if let Some(row) = self.insured.last_mut().filter(|_| told.goes_on) {
                    row.in_time_from = row.from_month;
                }
                Ok(())
            }
            What::PreEnrolmentConfirmed(told) => {
                self.confirmed.0.push(told.employer_id.clone());
                self.confirmed.1.push(wire::uuid(&told.enrolment_id)?);
                self.confirmed
                    .2
                    .push(wire::month(told.declared_month)?.first_day());
                Ok(())
            }
            What::EnrolmentEnded(told) => {
                let of = (told.employer_id.clone(), wire::uuid(&told.enrolment_id)?);
                self.ended.insert(of, wire::day(told.ends_on)?);
                Ok(())
            }
            What::PersonChanged(told) => {
                let person = told.after.clone().ok_or_else(|| missing("after"))?;
                self.persons.insert(wire::uuid(&person.person_id)?, person);
                Ok(())
            }
            // The enrolments of the dead end by events of their own.
            What::PersonDied(_)
            | What::CertificateIssued(_)
            | What::CertificateRenewed(_)
            | What::CertificateVoided(_)
            | What::VerificationOpened(_)
            | What::CertificateVerified(_)
            | What::VerificationWithheld(_)
            | What::CertificateUnverified(_)
            | What::DifferenceFound(_)
            | What::DifferenceSettled(_)
            | What::HouseholdChanged(_) => Ok(()),
        }
    }

    fn employer(
        &mut self,
        told: Option<&registration::Employer>,
        at: OffsetDateTime,
    ) -> Result<()> {
        let told = told.ok_or_else(|| missing("employer"))?;
        let facts = told.facts.as_ref().ok_or_else(|| missing("facts"))?;
        let code = if facts.credit_code.is_empty() {
            &facts.organisation_code
        } else {
            &facts.credit_code
        };
        for own in [&facts.credit_code, &facts.organisation_code] {
            if !own.is_empty() {
                let of = (told.employer_id.clone(), own.clone());
                self.codes.insert(of, at);
            }
        }
        self.ended_employers.remove(&told.employer_id);
        let starts_on = wire::day(told.starts_on)?;
        if let Some(known) = self.employers.get(&told.employer_id)
            && starts_on < known.starts_on
        {
            // Its first industry was told for the day that it had.
            let first = (told.employer_id.clone(), known.starts_on);
            if let Some(code) = self.industries.remove(&first) {
                self.industries.insert((first.0, starts_on), code);
            }
        }
        self.employers.insert(
            told.employer_id.clone(),
            Employer {
                employer_id: told.employer_id.clone(),
                credit_code: code.clone(),
                name: facts.name.clone(),
                starts_on,
                ended_on: wire::maybe_day(told.ended_on),
            },
        );
        Ok(())
    }

    fn enrolment(
        &mut self,
        told: Option<&Enrolment>,
        (from, charged, declared): (Month, Month, Month),
        pre_enrolled: bool,
    ) -> Result<()> {
        let told = told.ok_or_else(|| missing("enrolment"))?;
        let person = told.person.as_ref().ok_or_else(|| missing("person"))?;
        // Who was hired after the window of a month is reported in it, and declared in the next.
        let reported = if pre_enrolled {
            declared.previous()
        } else {
            declared
        };
        self.insured.push(Insured {
            employer_id: told.employer_id.clone(),
            enrolment_id: wire::uuid(&told.enrolment_id)?,
            person_id: wire::uuid(&told.person_id)?,
            identity_number: person.identity_number.clone(),
            name: person.name.clone(),
            wage: wire::yuan(told.wage.as_ref())?,
            starts_on: wire::maybe_day(told.starts_on).unwrap_or_else(|| from.first_day()),
            from_month: from.first_day(),
            charged_month: charged.first_day(),
            declared_month: declared.first_day(),
            in_time_from: charged.max(reported).first_day(),
            pre_enrolled,
        });
        Ok(())
    }

    /// Art. 10. Who was hired after the window of a month and reported by the end of the next is reported in
    /// time for both: as one who is pre-enrolled between the windows.
    async fn count_hires_after_windows(&mut self, unit: &mut Unit) -> Result<()> {
        let mut windows: BTreeMap<Month, Date> = BTreeMap::new();
        for row in &mut self.insured {
            let hired_in = Month::of(row.from_month);
            if row.pre_enrolled || hired_in.next() != Month::of(row.declared_month) {
                continue;
            }
            let closes = match windows.get(&hired_in) {
                Some(closes) => *closes,
                None => declared_by(hired_in, &unit.law(hired_in.first_day()).await?)?,
            };
            windows.insert(hired_in, closes);
            if row.starts_on > closes {
                row.charged_month = row.from_month;
                row.in_time_from = row.from_month;
                row.pre_enrolled = true;
            }
        }
        Ok(())
    }

    /// Art. 10, Art. 28. Puts who is told after a month was assessed into the next month's assessment,
    /// which charges the months between as well.
    fn count_next(&mut self, counted_through: Month) {
        let next = counted_through.next().first_day();
        let insured = self.insured.iter_mut().map(|row| &mut row.declared_month);
        for declared in insured.chain(&mut self.confirmed.2) {
            *declared = next.max(*declared);
        }
    }

    async fn write(mut self, unit: &mut Unit) -> Result<()> {
        let area = unit.area().to_owned();
        self.count_hires_after_windows(unit).await?;
        let mut counted_through = None;
        let mut late = Late::default();
        if self.may_correct() {
            ledger::store::lock(unit.db(), &area).await?;
        }
        if self.changes_what_counts() {
            counted_through = assessment::runs::counted_through(unit).await?;
        }
        if let Some(month) = counted_through {
            self.count_next(month);
            late.moved(unit, &self.industries, month).await?;
        }
        if !self.employers.is_empty() {
            let employers: Vec<_> = self.employers.into_values().collect();
            store::upsert(unit.db(), &area, &employers).await?;
            let (of, told_at): (Vec<_>, Vec<_>) = self.codes.into_iter().unzip();
            let (ids, codes): (Vec<_>, Vec<_>) = of.into_iter().unzip();
            store::keep_codes(unit.db(), &area, (&ids, &codes, &told_at)).await?;
        }
        if !self.ended_employers.is_empty() {
            let (ids, ended_on): (Vec<_>, Vec<_>) = self.ended_employers.into_iter().unzip();
            store::end(unit.db(), &area, (&ids, &ended_on)).await?;
        }
        if !self.insured.is_empty() {
            store::insert_insured(unit.db(), &area, &self.insured).await?;
        }
        if !self.confirmed.0.is_empty() {
            let (employers, ids, months) = &self.confirmed;
            let confirmed = (&employers[..], &ids[..], &months[..]);
            store::confirm_insured(unit.db(), &area, confirmed, counted_through).await?;
        }
        if !self.ended.is_empty() {
            let (of, ends_on): (Vec<_>, Vec<_>) = self.ended.into_iter().unzip();
            let (employers, ids): (Vec<_>, Vec<_>) = of.into_iter().unzip();
            let ended = (&employers[..], &ids[..], &ends_on[..]);
            if let Some(month) = counted_through {
                late.ended(unit, ended, month).await?;
            }
            store::end_insured(unit.db(), &area, ended).await?;
        }
        if !self.persons.is_empty() {
            let (ids, people): (Vec<_>, Vec<_>) = self.persons.into_iter().unzip();
            let (numbers, names): (Vec<_>, Vec<_>) = people
                .into_iter()
                .map(|p| (p.identity_number, p.name))
                .unzip();
            store::change_persons(unit.db(), &area, (&ids, &numbers, &names)).await?;
        }
        set_industries(unit, self.industries).await?;
        late.settle(unit).await
    }

    /// Only ends and industries change months that were charged.
    fn may_correct(&self) -> bool {
        !(self.ended.is_empty() && self.industries.is_empty())
    }

    fn changes_what_counts(&self) -> bool {
        !(self.insured.is_empty()
            && self.confirmed.0.is_empty()
            && self.ended.is_empty()
            && self.industries.is_empty())
    }
}

/// Art. 25, Art. 26. A new industry starts at the benchmark of its class, whatever the old one had floated
/// to; who is told to be in the same one floats on. Each hears what its rate is.
async fn set_industries(
    unit: &mut Unit,
    industries: BTreeMap<(String, Date), String>,
) -> Result<()> {
    if industries.is_empty() {
        return Ok(());
    }
    let area = unit.area().to_owned();
    let (keys, codes): (Vec<_>, Vec<_>) = industries.into_iter().unzip();
    let (ids, from_on): (Vec<_>, Vec<_>) = keys.into_iter().unzip();
    store::set_industries(unit.db(), &area, (&ids, &from_on, &codes)).await?;
    let employers: Vec<&str> = ids.iter().map(String::as_str).collect();
    let rated = rate::store::rated_on(unit.db(), &area, (&employers, &from_on)).await?;
    let mut events = Vec::with_capacity(ids.len());
    for ((employer_id, from_on), (code, tier)) in ids.into_iter().zip(from_on).zip(rated) {
        let month = Month::of(from_on);
        let law = unit.law(month.first_day()).await?;
        let rate = rate::rules::rate(rate::rules::division(&code)?, month, tier, &law)?;
        events.push((
            employer_id.clone(),
            CollectionEvent {
                happened: Some(Happened::RateSet(RateSet {
                    employer_id,
                    risk_class: i32::from(rate.class),
                    tier,
                    rate: rate.worksheet.value.to_string(),
                    from_month: Some(month.into()),
                })),
            },
        ));
    }
    unit.tell_all(events).await
}

fn missing(field: &str) -> Error {
    Error::internal(format!("an event of registration has no {field}"))
}
