//! Whether the three catalogues allow a line (Art. 43, Art. 62, second item).

use contracts::Refused;
use contracts::benefit_review::v1::Refusal;
use contracts::medical_agreement::v1::InstitutionGrade;
use contracts::reflect::label_of;
use law::diagnosis::Relation;

use super::{Finding, Question};

/// Art. 43. The code stands in the catalogue in force on the day.
pub(super) fn listed(asked: &Question<'_>) -> Option<Finding> {
    let line = asked.line;
    asked.item.is_none().then(|| {
        let refused = Refused::because(Refusal::LineNotInCatalogue);
        let refused = refused
            .with(
                "kind",
                label_of(
                    "workinjury.medical_agreement.v1.CatalogueKind",
                    line.kind as i32,
                ),
            )
            .with("code", &line.code);
        Finding::Refused(refused.with("service_on", line.service_on))
    })
}

/// Art. 43. The institution is of the grade that the item asks for; of one without an agreement here, the agency
/// knows no grade, and a person looks.
pub(super) fn of_grade(asked: &Question<'_>) -> Option<Finding> {
    let lowest = asked.item?.lowest_grade();
    if lowest == InstitutionGrade::Unspecified {
        return None;
    }
    let standing = asked.facts.standings.get(&asked.line.service_on);
    let grade = standing
        .filter(|standing| standing.known)
        .map(|standing| standing.grade());
    if grade.is_some_and(|grade| grade as i32 >= lowest as i32) {
        return None;
    }
    let refused = Refused::because(Refusal::LineGrade);
    let refused = refused.with("code", &asked.line.code).with(
        "grade",
        label_of(
            "workinjury.medical_agreement.v1.InstitutionGrade",
            lowest as i32,
        ),
    );
    Some(match grade {
        Some(_) => Finding::Refused(refused),
        None => Finding::Review(refused),
    })
}

/// Art. 43. What is for the injury itself is not used for its aftercare or a complication; whether another diagnosis
/// is the injury, a person sees first.
pub(super) fn for_injury(asked: &Question<'_>) -> Option<Finding> {
    let (item, line) = (asked.item?, asked.line);
    let is_beside = !matches!(asked.relation, Relation::Same | Relation::SamePart);
    (item.injury_only && is_beside).then(|| {
        let refused = Refused::because(Refusal::LineInjuryOnly);
        Finding::Refused(
            refused
                .with("code", &line.code)
                .with("diagnosis", &line.diagnosis),
        )
    })
}

/// Art. 43. Some items are looked at before they are paid.
pub(super) fn needs_review(asked: &Question<'_>) -> Option<Finding> {
    asked.item?.needs_review.then(|| {
        let refused = Refused::because(Refusal::LineNeedsReview);
        Finding::Review(refused.with("code", &asked.line.code))
    })
}
