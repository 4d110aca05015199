//! The correction of a recorded death (forms 6-A and 6-B).

use chassis::wire::{maybe_day, uuid};
use chassis::{Case, Needed, Result, Unit, conflict_on};
use contracts::Refused;
use contracts::common::v1::{EvidenceKind, Refusal as CommonRefusal};
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    DifferenceKind, Enrolment, EnrolmentCorrection, EnrolmentEnd, EnrolmentEnded, EnrolmentState,
    PersonChanged, PersonDeathCorrectionDecision, PersonDeathCorrectionForm, PersonPreEnrolled,
    Refusal,
};
use law::calendar::Term;
use law::{Law, Month};
use time::Date;
use uuid::Uuid;

use crate::change::rules::{self, Cover};
use crate::deregistration;
use crate::employer::store as employers;
use crate::enrolment::rules::review_term;
use crate::enrolment::store::{self as enrolments, EnrolmentRow};
use crate::enrolment::window;
use crate::events::tell;
use crate::exchange;
use crate::person::store::{self as persons, PersonRow};

/// Art. 6, Art. 12. A recorded death did not happen, or on another day.
pub struct DeathCorrection;

#[chassis::async_trait]
impl Case for DeathCorrection {
    type Application = PersonDeathCorrectionForm;
    type Decision = PersonDeathCorrectionDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, law: &Law) -> Result<Option<Term>> {
        Ok(Some(review_term(law)?))
    }

    /// That somebody lives public security proves; the day of a death, who certified it, too.
    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        let of_death = application.died_on.map(|_| EvidenceKind::DeathCertificate);
        let proofs = [EvidenceKind::PublicSecurityProof].into_iter();
        vec![Needed(proofs.chain(of_death).collect())]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        Ok(examine(unit, application).await?.decision())
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let correction = examine(unit, &application).await?;
        if correction.decision() != decision {
            return Err(Refused::because(CommonRefusal::FactsChanged).into());
        }
        let Correction {
            before,
            after,
            enrolments,
        } = correction;
        let person_id = after.person_id;
        persons::correct_death(unit.db(), &area, person_id, after.died_on).await?;
        let changes = [(today, before.clone(), after.clone())];
        persons::insert_changes(unit.db(), &area, &changes, &[case_id]).await?;
        for (row, ended_on, cover) in enrolments {
            match cover {
                Cover::Until(until) => end(unit, &row, until, case_id).await?,
                Cover::GoesOn(until) => {
                    let corrected = (ended_on, EnrolmentEnd::DeathCorrected);
                    end(unit, &row, corrected, case_id).await?;
                    go_on(unit, row, ended_on, until, case_id).await?;
                }
            }
        }
        let changed = PersonChanged {
            before: Some(before.into()),
            after: Some(after.into()),
            changed_on: Some(today.into()),
        };
        let key = person_id.to_string();
        tell(unit, &key, What::PersonChanged(changed)).await?;
        let differing = (DifferenceKind::DeathDate, &[person_id][..]);
        exchange::settle_of_persons(unit, "", differing, "已办理人员死亡信息更正").await
    }
}

/// A correction with what it would write.
struct Correction {
    before: PersonRow,
    after: PersonRow,
    /// What the death ended, when, and what becomes of it.
    enrolments: Vec<(EnrolmentRow, Date, Cover)>,
}

impl Correction {
    fn decision(&self) -> PersonDeathCorrectionDecision {
        let enrolments = self.enrolments.iter().map(|(row, ended_on, cover)| {
            let until = match cover {
                Cover::Until(until) => Some(*until),
                Cover::GoesOn(until) => *until,
            };
            EnrolmentCorrection {
                enrolment_id: row.enrolment_id.to_string(),
                employer_id: row.employer_id.clone(),
                ended_on: Some((*ended_on).into()),
                ends_on: until.map(|(last, _)| last.into()),
            }
        });
        PersonDeathCorrectionDecision {
            before: Some(self.before.clone().into()),
            after: Some(self.after.clone().into()),
            enrolments: enrolments.collect(),
        }
    }
}

async fn examine(unit: &mut Unit, form: &PersonDeathCorrectionForm) -> Result<Correction> {
    let (area, today) = (unit.area().to_owned(), unit.decided_on());
    let id = uuid(&form.person_id)?;
    let before = persons::persons(unit.db(), &area, &[id])
        .await?
        .pop()
        .ok_or_else(|| {
            Refused::because(Refusal::PersonUnknown).with("person_id", &form.person_id)
        })?;
    let after = rules::corrected_death(&before, maybe_day(form.died_on), today)?;
    let mut found = Vec::new();
    let rows = enrolments::of_persons(unit.db(), &area, &[id]).await?;
    for (at, row) in rows.iter().enumerate() {
        let reason = EnrolmentEnd::try_from(row.end_reason).unwrap_or_default();
        let Some(ended_on) = row.ends_on else {
            continue;
        };
        let employer = employers::employer(unit.db(), &area, &row.employer_id, today).await?;
        let ended_since =
            deregistration::store::ended_since(unit.db(), &area, &row.employer_id, row.starts_on)
                .await?;
        // Who has returned since ended all the same.
        let ended_now = employer.and_then(|employer| maybe_day(employer.ended_on));
        let employer_ended_on = ended_since.into_iter().chain(ended_now).min();
        let mut later = rows.iter().skip(at + 1);
        let next = later.find(|next| next.employer_id == row.employer_id);
        let next_on = next.map(|next| next.starts_on);
        let left_for = EnrolmentEnd::try_from(row.left_for).unwrap_or_default();
        let left = row.left_on.map(|on| (on, left_for));
        let ends = rules::Ends {
            died_on: after.died_on,
            left,
            employer_ended_on,
            next_on,
        };
        if let Some(cover) = rules::cover((row.starts_on, ended_on, reason), ends) {
            found.push((row.clone(), ended_on, cover));
        }
    }
    Ok(Correction {
        before,
        after,
        enrolments: found,
    })
}

async fn end(
    unit: &mut Unit,
    row: &EnrolmentRow,
    (last_on, reason): (Date, EnrolmentEnd),
    case_id: Uuid,
) -> Result<()> {
    let area = unit.area().to_owned();
    let ended = [(row.enrolment_id, last_on, reason)];
    enrolments::end(unit.db(), &area, &ended, case_id).await?;
    tell_end(unit, row, row.enrolment_id, (last_on, reason)).await
}

async fn tell_end(
    unit: &mut Unit,
    row: &EnrolmentRow,
    enrolment_id: Uuid,
    (ends_on, reason): (Date, EnrolmentEnd),
) -> Result<()> {
    let ended = EnrolmentEnded {
        enrolment_id: enrolment_id.to_string(),
        employer_id: row.employer_id.clone(),
        person_id: row.person.person_id.to_string(),
        ends_on: Some(ends_on.into()),
        end: reason as i32,
    };
    tell(unit, &row.employer_id, What::EnrolmentEnded(ended)).await
}

/// Art. 10. What others have counted as ended goes on as another enrolment, which the next declaration
/// enters with the months since, as that of one who is pre-enrolled: nobody has to apply for them.
async fn go_on(
    unit: &mut Unit,
    row: EnrolmentRow,
    ended_on: Date,
    until: Option<(Date, EnrolmentEnd)>,
    case_id: Uuid,
) -> Result<()> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let (_, declared_month) = window::months(unit, today).await?;
    let enrolment_id = Uuid::now_v7();
    let starts_on = ended_on.next_day().unwrap_or(ended_on).max(row.starts_on);
    let new = (enrolment_id, starts_on, until);
    let of = row.enrolment_id;
    enrolments::go_on(unit.db(), &area, of, new, declared_month, case_id)
        .await
        .map_err(conflict_on(&["enrolment_no_overlap"]))?;
    let old = row.clone();
    let begun = PersonPreEnrolled {
        enrolment: Some(Enrolment {
            enrolment_id: enrolment_id.to_string(),
            state: EnrolmentState::PreEnrolled as i32,
            starts_on: Some(starts_on.into()),
            ends_on: None,
            end: 0,
            ..row.into()
        }),
        from_month: Some(Month::of(starts_on).into()),
        declared_month: Some(declared_month.into()),
        first_time: false,
        goes_on: true,
    };
    tell(unit, &old.employer_id, What::PersonPreEnrolled(begun)).await?;
    match until {
        Some(until) => tell_end(unit, &old, enrolment_id, until).await,
        None => Ok(()),
    }
}
