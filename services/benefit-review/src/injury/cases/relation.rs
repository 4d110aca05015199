//! Changes of the labour relation (forms 5-3 and 60-A).

use chassis::wire::{day, maybe_day, uuid};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::benefit_review_event::What;
use contracts::benefit_review::v1::{
    Injury, Refusal, RelationChange as Change, RelationChangeDecision, RelationChangeForm,
    RelationChanged, RelationEndGround, RelationState,
};
use contracts::common::v1::EvidenceKind;
use contracts::options::v1::Caller;
use law::Law;
use law::calendar::{Term, add_days};
use time::Date;
use uuid::Uuid;

use super::super::store::{self, Relation};
use super::super::{concerns, found_after_end, person, registered, rules, tell};

/// Art. 60. An injured employee goes to another employer, or the labour relation ends; or an end that is registered never was,
/// or was on another day.
pub struct RelationChange;

/// What a change makes of the relation.
struct Changed {
    after: RelationState,
    employer_id: String,
    /// The last day as it was registered, of an end that is corrected.
    ended_on: Option<Date>,
    /// From when on what was before it holds.
    since: Date,
}

#[chassis::async_trait]
impl Case for RelationChange {
    type Application = RelationChangeForm;
    type Decision = RelationChangeDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// The end of the one relation, the contract of the other, or what says that an end was none.
    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        let paper = match application.change() {
            Change::Transfer => EvidenceKind::LabourContract,
            change if rules::corrects(change) => EvidenceKind::RelationCorrectionProof,
            _ => EvidenceKind::RelationEndProof,
        };
        vec![Needed::paper(paper)]
    }

    /// Of grades 5 and 6 the employee declares that the relation ends by her or his own wish, unless she or he applies.
    async fn papers(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Vec<Needed>> {
        let mut papers = self.evidence(application);
        let by_others = unit.actor().caller != Caller::Person;
        if application.end_ground() == RelationEndGround::OwnWish && by_others {
            // The employer of today may not be that of the injury.
            unit.look_as_the_agency().await?;
            let of = (application.person_id.as_str(), application.name.as_str());
            let injury = registered(unit, of, &application.recognition_number).await?;
            if rules::ends_by_own_wish(injury.disability_grade) {
                papers.push(Needed::paper(EvidenceKind::OwnWishDeclaration));
            }
        }
        Ok(papers)
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let of = (application.person_id.as_str(), application.name.as_str());
        let injury = registered(unit, of, &application.recognition_number).await?;
        let changes_on = day(application.changes_on)?;
        let stated = (application.end_ground(), application.basis.as_str());
        rules::facts_of_change(application.change(), stated)?;
        let changed = changed(unit, &injury, application).await?;
        let (after, new) = (changed.after, application.new_employer_id.as_str());
        if application.employer_id != new {
            concerns(&injury, &application.employer_id, unit.applied_on())?;
        }
        let from_on = rules::from_on(after, changes_on);
        let undone = application.change() == Change::Undone;
        if !undone && (from_on <= changed.since || changes_on > unit.applied_on()) {
            let refused = Refused::because(Refusal::RelationDate);
            return Err(refused.with("changes_on", changes_on).into());
        }
        let fits = match after {
            RelationState::Transferred if !undone => {
                let known = person(unit, &application.person_id, &application.name).await?;
                let (_, insured) = rules::insured_on(&known.enrolments, new, changes_on, false);
                new != injury.present_employer_id && insured
            }
            _ => new.is_empty(),
        };
        if !fits {
            return Err(Refused::because(Refusal::RelationEmployer).into());
        }
        Ok(RelationChangeDecision {
            injury_id: injury.injury_id,
            person_id: injury.person_id,
            name: injury.name,
            before: injury.relation,
            after: after as i32,
            employer_id_before: injury.present_employer_id,
            employer_id_after: changed.employer_id,
            changes_on: application.changes_on,
            end_ground: application.end_ground,
            ended_on_before: changed.ended_on.map(Into::into),
            basis: application.basis.clone(),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        let injury_id = uuid(&decision.injury_id)?;
        if let Some(ended_on) = maybe_day(decision.ended_on_before) {
            let from_on = rules::from_on(RelationState::Ended, ended_on);
            let of = (application.employer_id.as_str(), decision.basis.as_str());
            store::correct_end(unit.db(), &area, (injury_id, from_on, case_id), of).await?;
        }
        let change = Relation {
            injury_id,
            person_id: uuid(&decision.person_id)?,
            from_on: rules::from_on(decision.after(), day(decision.changes_on)?),
            state: decision.after(),
            employer_id: &decision.employer_id_after,
            case_id,
        };
        match application.change() {
            // What was before the end holds on.
            Change::Undone => told(unit, &change, &application.recognition_number).await,
            _ => relate(unit, &change, &application.recognition_number).await,
        }
    }
}

/// Art. 60. What a change makes of the relation as it is registered.
async fn changed(unit: &mut Unit, injury: &Injury, form: &RelationChangeForm) -> Result<Changed> {
    let (change, changes_on) = (form.change(), day(form.changes_on)?);
    if !rules::corrects(change) {
        let after = rules::after_change(injury.relation(), change)?;
        if after == RelationState::Ended {
            rules::may_end(injury.disability_grade, form.end_ground())?;
        }
        return Ok(Changed {
            after,
            employer_id: form.new_employer_id.clone(),
            ended_on: None,
            since: day(injury.relation_from_on)?,
        });
    }
    let area = unit.area().to_owned();
    let standing = store::standing(unit.db(), &area, uuid(&injury.injury_id)?).await?;
    // The end of a relation that was over when a disease was found is a fact of the registration.
    let ended = standing
        .last()
        .filter(|last| last.state() == RelationState::Ended && found_after_end(injury).is_none());
    let ended_on = ended.map(|ended| add_days(ended.from_on, -1));
    let mut before = standing.iter().rev();
    let before = before.find(|one| one.state() != RelationState::Ended);
    let then = before.map_or(RelationState::Unspecified, store::Standing::state);
    let of = (change, changes_on, form.basis.as_str());
    let after = rules::corrected((injury.relation(), then), ended_on, of)?;
    let (employer_id, since) = match before {
        Some(before) => (before.employer_id.clone(), before.from_on),
        None => (String::new(), day(injury.relation_from_on)?),
    };
    Ok(Changed {
        after,
        employer_id: match change {
            Change::Undone => employer_id,
            _ => String::new(),
        },
        ended_on,
        since,
    })
}

/// Art. 59, Art. 60. Keeps who stands beside an injured employee from now on, and tells it.
pub(super) async fn relate(
    unit: &mut Unit,
    change: &Relation<'_>,
    recognition_number: &str,
) -> Result<()> {
    let area = unit.area().to_owned();
    store::relate(unit.db(), &area, change).await?;
    told(unit, change, recognition_number).await
}

/// Art. 60. Tells who stands beside an injured employee by now.
async fn told(unit: &mut Unit, change: &Relation<'_>, recognition_number: &str) -> Result<()> {
    let area = unit.area().to_owned();
    let of = (change.person_id, recognition_number);
    let injury: Option<Injury> = store::injury(unit.db(), &area, of).await?;
    let what = What::RelationChanged(RelationChanged { injury });
    tell(unit, &change.person_id.to_string(), what).await
}
