//! Rules on what is applied for.

use contracts::Refused;
use contracts::benefit_review::v1::{
    DisabilityForm, DisabilityOccasion, Refusal, RetirementCategory,
};
use contracts::reflect::label_of;
use contracts::registration::v1::Sex;

use super::{Category, LAST_OF_FUND};
use crate::disability::occasion_label;

/// Art. 68. The day and the pension of a retirement are stated where somebody retired, and with an appraisal of who had before
/// a disease was found; whose age of retirement it is where the labour relation ended.
///
/// # Errors
/// When one is missing, or stands where it means nothing.
pub fn whole(form: &DisabilityForm) -> Result<(), Refused> {
    let retired = form.occasion() == DisabilityOccasion::Retirement;
    let ended = form.occasion() == DisabilityOccasion::RelationEnd;
    let stated = form.retirement_category() != RetirementCategory::Unspecified;
    // What is settled once for all is applied for on another form.
    let elsewhere = form.occasion() == DisabilityOccasion::Settlement;
    let by_appraisal = form.occasion() == DisabilityOccasion::Appraisal;
    if !elsewhere
        && form.retired_on.is_some() == form.basic_pension.is_some()
        && (by_appraisal || form.retired_on.is_some() == retired)
        && (by_appraisal || !form.without_pension)
        && (ended || !stated)
    {
        return Ok(());
    }
    Err(Refused::because(Refusal::DisabilityRetirementFacts))
}

/// Art. 68. Grades 5 to 10 may end the labour relation, grades 1 to 4 keep it until they retire.
///
/// # Errors
/// When the occasion is none of the grade.
pub fn grade_of(occasion: DisabilityOccasion, grade: i32) -> Result<(), Refused> {
    let fits = match occasion {
        DisabilityOccasion::RelationEnd => grade > LAST_OF_FUND,
        _ => (1..=LAST_OF_FUND).contains(&grade),
    };
    if fits {
        return Ok(());
    }
    Err(Refused::because(Refusal::DisabilityGrade)
        .with("grade", grade)
        .with("occasion", occasion_label(occasion)))
}

/// Art. 68. Whose age of retirement it may be: that of men or of women as registered, of women who do not say so either of
/// theirs.
///
/// # Errors
/// When what is stated is not that of the sex.
pub fn categories(stated: RetirementCategory, sex: Sex) -> Result<Vec<Category>, Refused> {
    match (stated, sex) {
        (RetirementCategory::FemaleCadre, Sex::Female) => Ok(vec![Category::FemaleCadre]),
        (RetirementCategory::FemaleWorker, Sex::Female) => Ok(vec![Category::FemaleWorker]),
        (RetirementCategory::Unspecified, Sex::Female) => {
            Ok(vec![Category::FemaleWorker, Category::FemaleCadre])
        }
        (RetirementCategory::Male | RetirementCategory::Unspecified, Sex::Male) => {
            Ok(vec![Category::Male])
        }
        _ => {
            let label = label_of(
                "workinjury.benefit_review.v1.RetirementCategory",
                stated as i32,
            );
            Err(Refused::because(Refusal::DisabilityCategory).with("category", label))
        }
    }
}
