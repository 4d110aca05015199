//! The roll of an employer while a roster is applied to it, row by row, in memory: what each row
//! finds depends on the register and on the rows before it. Pure; the store enters what it made.

use std::collections::HashMap;

use contracts::Refused;
use contracts::registration::v1::{EnrolmentEnd, EnrolmentState, IdentityKind, Refusal};
use law::Month;
use time::Date;
use uuid::Uuid;

use super::rules::{Change, Hire, Report};
use crate::person::rules::Paper;
use crate::person::store::PersonRow;

/// A person whom the register or an earlier row of the roster knows.
#[derive(Clone, Debug)]
pub struct Member {
    /// As registered; of one who is new, as the paper and the row say, with no id yet.
    pub person: PersonRow,
    /// First enrolled by this roster.
    pub is_new: bool,
    /// Last day of the last enrolment that ended by retirement.
    pub retired_on: Option<Date>,
    /// With this employer and others.
    pub enrolments: Vec<Spell>,
}

impl Member {
    fn first_seen(report: &Report) -> Self {
        let holder = &report.holder;
        let person = PersonRow {
            person_id: Uuid::nil(),
            identity_kind: holder.paper.kind as i32,
            identity_number: holder.paper.number.clone(),
            name: report.name.clone(),
            sex: holder.sex as i32,
            born_on: holder.born_on,
            nationality: holder.nationality.clone(),
            died_on: None,
            card_number: None,
        };
        Self {
            person,
            is_new: true,
            retired_on: None,
            enrolments: Vec::new(),
        }
    }

    /// What the roster began or ended with the employer.
    pub fn changed(&self) -> impl Iterator<Item = &Spell> {
        self.enrolments
            .iter()
            .filter(|s| s.is_here() && (s.enrolment_id.is_none() || s.end.is_some()))
    }

    /// Art. 12. The enrolments with other employers that go on after the first day of `begun`, which the
    /// roster begins and which is not reported as one of several labour relations.
    pub fn not_left_for(&self, begun: &Spell) -> impl Iterator<Item = &Spell> {
        let alone = begun.hire.as_ref().is_some_and(|hire| !hire.concurrent);
        let on = begun.starts_on;
        self.enrolments
            .iter()
            .filter(move |s| alone && !s.is_here() && s.goes_on_after(on))
    }
}

/// A period of insurance.
#[derive(Clone, Debug)]
pub struct Spell {
    /// None for one that this roster begins.
    pub enrolment_id: Option<Uuid>,
    /// The other employer with whom it is; none for this one.
    pub elsewhere: Option<String>,
    /// First day.
    pub starts_on: Date,
    /// Last day; none while it goes on.
    pub ends_on: Option<Date>,
    /// Pre-enrolled or enrolled where the roster begins it.
    pub state: EnrolmentState,
    /// Why the roster ends it.
    pub end: Option<EnrolmentEnd>,
    /// Ends where another one begins, of which the employer told first.
    pub is_reported_late: bool,
    /// What the roster begins it on.
    pub hire: Option<Hire>,
    /// Number of the paper that proves the hire.
    pub evidence_number: String,
}

impl Spell {
    fn is_here(&self) -> bool {
        self.elsewhere.is_none()
    }

    fn goes_on_after(&self, day: Date) -> bool {
        self.starts_on <= day && self.ends_on.is_none_or(|last| day < last)
    }

    fn covers(&self, day: Date) -> bool {
        self.starts_on <= day && self.ends_on.is_none_or(|last| day <= last)
    }

    /// After the last day of this one the person has left.
    #[must_use]
    pub fn is_left(&self) -> bool {
        self.end.is_some() && !self.is_reported_late
    }
}

/// The roll of an employer.
#[derive(Debug)]
pub struct Roll {
    employer_id: String,
    starts_on: Date,
    /// The month in which the roster is decided, and that whose declaration its hires enter.
    month: Month,
    declared_month: Month,
    members: HashMap<Paper, Member>,
    /// Row numbers of the changes applied, to name the first of two equal ones.
    applied: HashMap<(Paper, bool, Date), i64>,
    remarks: Vec<(i64, Refused)>,
}

impl Roll {
    /// The roll of the employer as the register has it.
    #[must_use]
    pub fn new(
        employer_id: &str,
        starts_on: Date,
        (month, declared_month): (Month, Month),
        members: HashMap<Paper, Member>,
    ) -> Self {
        let applied = HashMap::new();
        Self {
            employer_id: employer_id.to_owned(),
            starts_on,
            month,
            declared_month,
            members,
            applied,
            remarks: Vec::new(),
        }
    }

    /// Applies row `number`, which names employer `employer_id`.
    ///
    /// # Errors
    /// Why the row is not taken; the roll is then as before.
    pub fn apply(
        &mut self,
        number: i64,
        employer_id: &str,
        report: &Report,
    ) -> Result<(), Refused> {
        if employer_id != self.employer_id {
            return Err(Refused::because(Refusal::RowOfOtherEmployer)
                .about("单位编号")
                .with("employer_id", employer_id));
        }
        let joins = matches!(report.change, Change::Join(_));
        let key = (report.holder.paper.clone(), joins, report.effective_on);
        if let Some(earlier) = self.applied.get(&key) {
            return Err(Refused::because(Refusal::DuplicateRow).with("row", earlier + 1));
        }
        match &report.change {
            Change::Join(hire) => {
                self.join(report, hire)?;
                self.remark(number, &report.holder.paper);
            }
            Change::Leave(end) => self.leave(report, *end)?,
        }
        self.applied.insert(key, number);
        Ok(())
    }

    /// Art. 8, Art. 12, Art. 29. A person may have several employers, but is enrolled once with each on a
    /// day. Days before an enrolment that were not reported with it are enrolled up to it.
    fn join(&mut self, report: &Report, hire: &Hire) -> Result<(), Refused> {
        let on = report.effective_on;
        if on < self.starts_on {
            return Err(Refused::because(Refusal::HiredBeforeEmployer)
                .about("变动日期")
                .with("effective_on", on)
                .with("starts_on", self.starts_on));
        }
        let mut ends_on = None;
        if let Some(member) = self.members.get(&report.holder.paper) {
            is_same_and_alive(member, report)?;
            let here = member.enrolments.iter().filter(|s| s.is_here());
            if let Some(spell) = here.clone().find(|s| s.covers(on)) {
                return Err(Refused::because(Refusal::AlreadyEnrolled)
                    .about("变动日期")
                    .with("starts_on", spell.starts_on));
            }
            let later = here.filter(|s| on < s.starts_on && s.covers(s.starts_on));
            ends_on = later
                .map(|s| s.starts_on)
                .min()
                .and_then(Date::previous_day);
        }
        let state = if ends_on.is_none() && self.declared_month > self.month {
            EnrolmentState::PreEnrolled
        } else {
            EnrolmentState::Enrolled
        };
        let paper = report.holder.paper.clone();
        let member = self
            .members
            .entry(paper)
            .or_insert_with(|| Member::first_seen(report));
        member.enrolments.push(Spell {
            enrolment_id: None,
            elsewhere: None,
            starts_on: on,
            ends_on,
            state,
            end: ends_on.map(|_| EnrolmentEnd::ReportedLate),
            is_reported_late: ends_on.is_some(),
            hire: Some(hire.clone()),
            evidence_number: report.evidence_number.clone(),
        });
        Ok(())
    }

    /// Art. 12. Who retired may be hired again only where no pension is drawn, and who is enrolled with
    /// another employer only besides or after that labour relation: whoever signs makes sure. The employer
    /// that reports is told no more of either than that it is so. Art. 29: what was not reported with an
    /// enrolment is paid back.
    fn remark(&mut self, number: i64, paper: &Paper) {
        let Some(member) = self.members.get(paper) else {
            return;
        };
        let Some(begun) = member.enrolments.last() else {
            return;
        };
        let retired = member.retired_on.is_some_and(|on| on <= begun.starts_on);
        let elsewhere = member.not_left_for(begun).next().is_some();
        let found = [
            (retired, Refusal::HiredAfterRetirement),
            (elsewhere, Refusal::EnrolledElsewhere),
        ];
        for (_, remark) in found.into_iter().filter(|(is_so, _)| *is_so) {
            self.remarks.push((number, Refused::because(remark)));
        }
        if let Some(since) = begun.ends_on.and_then(Date::next_day) {
            let remark = Refused::because(Refusal::EnrolledSince).with("starts_on", since);
            self.remarks.push((number, remark));
        }
    }

    /// Art. 12. Who leaves is enrolled here on her or his last day; of who died before the first one nothing
    /// was, unless this roster itself hires the dead. What was enrolled up to another enrolment ends
    /// before it where the person left between.
    fn leave(&mut self, report: &Report, end: EnrolmentEnd) -> Result<(), Refused> {
        let on = report.effective_on;
        let not_enrolled = |label| {
            let refused = Refused::because(Refusal::NotEnrolled).about(label);
            refused.with("effective_on", on)
        };
        let member = self
            .members
            .get_mut(&report.holder.paper)
            .ok_or_else(|| not_enrolled("证件号码"))?;
        is_same_and_alive(member, report)?;
        let spell = member
            .enrolments
            .iter_mut()
            .find(|s| {
                let begun = s.starts_on <= on;
                let never_was = end == EnrolmentEnd::Death && s.enrolment_id.is_some();
                let open = s.ends_on.is_none() && (begun || never_was);
                s.is_here() && (open || s.is_reported_late && s.covers(on))
            })
            .ok_or_else(|| not_enrolled("变动日期"))?;
        spell.ends_on = Some(on);
        spell.end = Some(end);
        spell.is_reported_late = false;
        match end {
            EnrolmentEnd::Death => member.person.died_on = Some(on),
            EnrolmentEnd::Retirement => member.retired_on = Some(on),
            _ => {}
        }
        Ok(())
    }

    /// What is to be made sure of in the rows that were applied, in their order.
    #[must_use]
    pub fn remarks(&self) -> &[(i64, Refused)] {
        &self.remarks
    }

    /// The month whose declaration the hires enter.
    #[must_use]
    pub fn declared_month(&self) -> Month {
        self.declared_month
    }

    /// Those with whom the roster began or ended something, in the order of their papers' numbers.
    #[must_use]
    pub fn changed(&self) -> Vec<&Member> {
        let mut members: Vec<&Member> = self
            .members
            .values()
            .filter(|member| member.changed().next().is_some())
            .collect();
        members.sort_by(|one, other| {
            one.person
                .identity_number
                .cmp(&other.person.identity_number)
        });
        members
    }
}

/// Art. 150. The register knows a passport by its number, which two states may have given alike: the
/// second one is refused rather than taken for the first. Of who leaves the nationality may be left out.
fn is_same_and_alive(member: &Member, report: &Report) -> Result<(), Refused> {
    let (known, stated) = (&member.person.nationality, &report.holder.nationality);
    if report.holder.paper.kind == IdentityKind::Passport && !stated.is_empty() && stated != known {
        return Err(Refused::because(Refusal::PassportOfOtherState)
            .about("国籍")
            .with("nationality", known)
            .with("stated", stated));
    }
    if member.person.name != report.name {
        return Err(Refused::because(Refusal::PersonNameDiffers).about("姓名"));
    }
    match member.person.died_on {
        Some(died_on) => Err(Refused::because(Refusal::PersonDead)
            .about("证件号码")
            .with("died_on", died_on)),
        None => Ok(()),
    }
}
