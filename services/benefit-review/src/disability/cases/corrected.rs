//! Forms on disabilities that a review may correct (Art. 90).

use chassis::Result;
use contracts::benefit_review::v1::{DisabilityForm, DisabilityOccasion};
use contracts::common::v1::EvidenceKind;

use super::super::rules;

/// Art. 68, Art. 90. The papers that a corrected form 68-A needs; none where it is another's application, for another
/// occasion, or with other wages, which a review states by themselves.
///
/// # Errors
/// When it lacks what its occasion needs.
pub fn correctable_disability(
    old: &DisabilityForm,
    new: &DisabilityForm,
) -> Result<Option<Vec<EvidenceKind>>> {
    let same = DisabilityForm {
        retirement_category: new.retirement_category,
        retired_on: new.retired_on,
        basic_pension: new.basic_pension.clone(),
        pensions: new.pensions.clone(),
        without_pension: new.without_pension,
        ..old.clone()
    };
    // A settlement once for all is applied for on another form.
    if same != *new || new.occasion() == DisabilityOccasion::Settlement {
        return Ok(None);
    }
    rules::whole(new)?;
    let of_pension = new.basic_pension != old.basic_pension || new.pensions != old.pensions;
    let papers = of_pension.then_some(EvidenceKind::BasicPensionDecision);
    Ok(Some(papers.into_iter().collect()))
}
