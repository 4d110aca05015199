//! Registration of an appraisal (forms 55-A and 55-B).

use chassis::wire::{day, uuid};
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::benefit_review_event::What;
use contracts::benefit_review::v1::{
    AppraisalKind, CashClaimKind, Conclusion, Injury, Refusal, WorkCapacityDecision,
    WorkCapacityForm, WorkCapacityRegistered,
};
use contracts::common::v1::EvidenceKind;
use law::Law;
use law::calendar::Term;
use time::Date;
use uuid::Uuid;

use super::super::store::{self, Appraised};
use super::super::{concerns, registered, tell};
use crate::benefit::store::claims;

/// What was decided by a grade.
const BY_GRADE: &[CashClaimKind] = &[
    CashClaimKind::Disability,
    CashClaimKind::Death,
    CashClaimKind::Survivors,
];

/// Art. 55. The appraisal of an injured employee is registered; the one concluded last holds.
pub struct WorkCapacityRegistration;

#[chassis::async_trait]
impl Case for WorkCapacityRegistration {
    type Application = WorkCapacityForm;
    type Decision = WorkCapacityDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        vec![Needed::paper(EvidenceKind::AppraisalConclusion)]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        // The claims that rest on a conclusion are named whoever made them.
        unit.look_as_the_agency().await?;
        let area = unit.area().to_owned();
        let of = (application.person_id.as_str(), application.name.as_str());
        let injury = registered(unit, of, &application.recognition_number).await?;
        concerns(&injury, &application.employer_id, unit.applied_on())?;
        let number = application.conclusion_number.as_str();
        let of_injury = |one: &Conclusion| {
            one.person_id == injury.person_id && one.recognition_number == injury.recognition_number
        };
        let concluded = store::conclusion(unit.db(), &area, &[number]).await?;
        let concluded = concluded.into_iter().find(of_injury).ok_or_else(|| {
            Refused::because(Refusal::ConclusionUnknown).with("conclusion_number", number)
        })?;
        let concluded_on = day(concluded.concluded_on)?;
        if concluded_on < day(injury.happened_on)? {
            return Err(Refused::because(Refusal::ConclusionDates)
                .with("concluded_on", concluded_on)
                .into());
        }
        let (kind, replaces) = stated(&concluded, application)?;
        let (place, corrects) = match corrected(unit, &injury, (&concluded, kind)).await? {
            Some(place) => (place, true),
            None if kind == AppraisalKind::Appeal => (
                on_appeal(unit, &injury, (&concluded, replaces)).await?,
                false,
            ),
            None => (of_its_own(unit, &injury, (&concluded, kind)).await?, false),
        };
        let mut claim_ids = Vec::new();
        if corrects || place.replaces.is_some() {
            let of = (uuid(&injury.person_id)?, injury.recognition_number.as_str());
            claim_ids = claims::numbers(unit.db(), &area, of, BY_GRADE).await?;
        }
        Ok(WorkCapacityDecision {
            kind: kind as i32,
            replaces: place.replaces.unwrap_or_default(),
            holds_from_on: Some(place.holds_from.into()),
            claim_ids,
            correction_grounds: match corrects {
                true => concluded.correction_grounds.clone(),
                false => String::new(),
            },
            injury_id: injury.injury_id,
            person_id: injury.person_id,
            name: injury.name,
            conclusion_number: concluded.conclusion_number,
            concluded_on: concluded.concluded_on,
            disability_grade: concluded.disability_grade,
            nursing_grade: concluded.nursing_grade,
            disability_grade_before: injury.disability_grade,
            nursing_grade_before: injury.nursing_grade,
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
        // Who decides benefits by what stands now, or registers another, meanwhile waits for this, or this for that.
        claims::hold(unit.db(), &area, uuid(&decision.injury_id)?).await?;
        self.examine_again(unit, &application, &decision).await?;
        let number = application.recognition_number.as_str();
        let injury = registered(unit, (&decision.person_id, &decision.name), number).await?;
        let person_id = uuid(&decision.person_id)?;
        let new = Appraised {
            injury_id: uuid(&decision.injury_id)?,
            conclusion_number: &decision.conclusion_number,
            employer_id: &injury.employer_id,
            person_id,
            concluded_on: day(decision.concluded_on)?,
            disability_grade: decision.disability_grade,
            nursing_grade: decision.nursing_grade(),
            kind: decision.kind(),
            replaces: Some(decision.replaces.as_str()).filter(|number| !number.is_empty()),
            holds_from: day(decision.holds_from_on)?,
            case_id,
        };
        store::appraise(unit.db(), &area, &new).await?;
        let injury = store::injury(unit.db(), &area, (person_id, number)).await?;
        let what = What::WorkCapacityRegistered(WorkCapacityRegistered { injury });
        tell(unit, &decision.person_id, what).await
    }
}

/// In whose place a conclusion stands, and from which day on.
struct Place {
    replaces: Option<String>,
    holds_from: Date,
}

/// Which appraisal it is, and of which conclusion an appeal: as the committee says, or, where it says nothing, the form.
fn stated<'a>(
    concluded: &'a Conclusion,
    form: &'a WorkCapacityForm,
) -> Result<(AppraisalKind, &'a str), Refused> {
    let (sent, said) = (concluded.kind(), form.kind());
    let kind = match sent {
        AppraisalKind::Unspecified => said,
        sent => sent,
    };
    let replaces = match concluded.replaces.as_str() {
        "" => form.replaces.as_str(),
        number => number,
    };
    if said != AppraisalKind::Unspecified && said != kind
        || !form.replaces.is_empty() && form.replaces != replaces
    {
        return Err(wrong(concluded, "与劳动能力鉴定委员会报送的不一致"));
    }
    if kind != AppraisalKind::Appeal && !replaces.is_empty() {
        return Err(wrong(concluded, "只有再次鉴定才填写原鉴定结论"));
    }
    Ok((kind, replaces))
}

fn wrong(concluded: &Conclusion, finding: &str) -> Refused {
    Refused::because(Refusal::AppraisalKind)
        .with("conclusion_number", &concluded.conclusion_number)
        .with("finding", finding)
}

/// Art. 55. A conclusion that corrects one that is registered, under its number or another: it holds from its own day, or, of an
/// appeal, from that of the one in whose place that stands.
async fn corrected(
    unit: &mut Unit,
    injury: &Injury,
    (concluded, kind): (&Conclusion, AppraisalKind),
) -> Result<Option<Place>> {
    if concluded.correction_grounds.is_empty() {
        return Ok(None);
    }
    let (area, injury_id) = (unit.area().to_owned(), uuid(&injury.injury_id)?);
    let number = concluded.conclusion_number.as_str();
    let of = match concluded.corrects.as_str() {
        "" => number,
        other => other,
    };
    let Some(former) = store::appraisal(unit.db(), &area, (injury_id, of)).await? else {
        // What is corrected was not registered.
        return Ok(None);
    };
    let concluded_on = day(concluded.concluded_on)?;
    if former.conclusion_number != of {
        // It was registered already, or another stands in the place of both.
        return Err(not_later(concluded).into());
    }
    let as_it_is = (
        former.disability_grade,
        former.nursing(),
        former.concluded_on,
        former.kind(),
    );
    let same = as_it_is
        == (
            concluded.disability_grade,
            concluded.nursing_grade(),
            concluded_on,
            kind,
        );
    if of == number && same {
        return Err(not_later(concluded).into());
    }
    if kind == AppraisalKind::Appeal && former.kind() != AppraisalKind::Appeal {
        // It was sent as another kind: which conclusion was not accepted is looked at as of any appeal.
        return Ok(None);
    }
    let replaces = match of == number {
        true => former.replaces.clone(),
        false => Some(of.to_owned()),
    };
    let holds_from = match former.holds_from == former.concluded_on {
        true => concluded_on,
        false => former.holds_from,
    };
    Ok(Some(Place {
        replaces,
        holds_from,
    }))
}

/// Art. 55. A conclusion that stands beside the others: it comes after them.
async fn of_its_own(
    unit: &mut Unit,
    injury: &Injury,
    (concluded, kind): (&Conclusion, AppraisalKind),
) -> Result<Place> {
    let area = unit.area().to_owned();
    let concluded_on = day(concluded.concluded_on)?;
    let last_on = store::appraised_on(unit.db(), &area, uuid(&injury.injury_id)?).await?;
    if last_on.is_some() && kind == AppraisalKind::First {
        return Err(wrong(concluded, "该工伤已经登记过鉴定结论，不是初次鉴定").into());
    }
    if last_on.is_some_and(|last_on| concluded_on <= last_on) {
        return Err(not_later(concluded).into());
    }
    Ok(Place {
        replaces: None,
        holds_from: concluded_on,
    })
}

fn not_later(concluded: &Conclusion) -> Refused {
    let refused = Refused::because(Refusal::ConclusionNotLater);
    refused.with("conclusion_number", &concluded.conclusion_number)
}

/// 工伤保险条例第二十六条. The conclusion of an appeal stands in the place of the one that was not accepted, from that one's day on;
/// where that was not registered, from the day on which it was concluded.
async fn on_appeal(
    unit: &mut Unit,
    injury: &Injury,
    (concluded, named): (&Conclusion, &str),
) -> Result<Place> {
    let (area, injury_id) = (unit.area().to_owned(), uuid(&injury.injury_id)?);
    let number = match named {
        "" => injury.conclusion_number.as_str(),
        named => named,
    };
    if number.is_empty() {
        return of_its_own(unit, injury, (concluded, AppraisalKind::Appeal)).await;
    }
    let concluded_on = day(concluded.concluded_on)?;
    if let Some(former) = store::appraisal(unit.db(), &area, (injury_id, number)).await? {
        if former.conclusion_number != number || former.kind() == AppraisalKind::Appeal {
            let refused = Refused::because(Refusal::ConclusionFinal);
            return Err(refused.with("conclusion_number", number).into());
        }
        if concluded_on <= former.concluded_on {
            return Err(not_later(concluded).into());
        }
        return Ok(Place {
            replaces: Some(number.to_owned()),
            holds_from: former.holds_from,
        });
    }
    let place = of_its_own(unit, injury, (concluded, AppraisalKind::Appeal)).await?;
    let sent = store::conclusion(unit.db(), &area, &[number]).await?;
    let of_injury = |one: &&Conclusion| {
        one.person_id == injury.person_id && one.recognition_number == injury.recognition_number
    };
    let former = sent.iter().find(of_injury).ok_or_else(|| {
        Refused::because(Refusal::ConclusionUnknown).with("conclusion_number", number)
    })?;
    let holds_from = day(former.concluded_on)?.min(place.holds_from);
    Ok(Place {
        holds_from,
        ..place
    })
}
