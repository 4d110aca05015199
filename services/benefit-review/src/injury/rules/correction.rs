//! Corrections of what was decided outside.

use contracts::Refused;
use contracts::benefit_review::v1::{Conclusion, Recognition, Refusal};

use super::recognised;

/// Art. 54. A decision that was sent before is corrected in its content: neither whose injury it is, nor that it was one, is a
/// matter of correction, and what was revoked is over.
///
/// # Errors
/// When it is to be revoked, and decided anew.
pub fn corrects(
    (before, after): (&Recognition, &Recognition),
    revoked: bool,
) -> Result<(), Refused> {
    let finding = if revoked {
        "该决定已经撤销"
    } else if before.person_id != after.person_id {
        "职工不是同一人"
    } else if recognised(before).is_ok() && recognised(after).is_err() {
        "已认定的改为不予认定，应当撤销"
    } else {
        return Ok(());
    };
    Err(Refused::because(Refusal::RecognitionCorrection)
        .with("recognition_number", &after.recognition_number)
        .with("finding", finding))
}

/// Art. 55. Which version of what was sent under its number a conclusion is: 0 of the first. `before` was sent under its number,
/// `corrected` under the one that it corrects.
///
/// # Errors
/// When something else was sent under its number, or it corrects what it cannot.
pub fn version(
    row: &Conclusion,
    before: Option<(i32, &Conclusion)>,
    corrected: Option<(i32, &Conclusion)>,
) -> Result<i32, Refused> {
    let not = |finding: &str| {
        Err(Refused::because(Refusal::ConclusionCorrection)
            .with("conclusion_number", &row.conclusion_number)
            .with("finding", finding))
    };
    let is_correction = !row.correction_grounds.is_empty();
    let of_another = !row.corrects.is_empty() && row.corrects != row.conclusion_number;
    let former = match of_another {
        true => corrected,
        false => before,
    };
    match (is_correction, former) {
        (false, _) if !row.corrects.is_empty() => return not("没有填写更正事由"),
        (false, Some(_)) => {
            return Err(Refused::because(Refusal::ConclusionKnown)
                .with("conclusion_number", &row.conclusion_number));
        }
        (true, None) => return not("没有收到被更正的结论"),
        (true, Some((_, former)))
            if former.person_id != row.person_id
                || former.recognition_number != row.recognition_number =>
        {
            return not("不是同一职工的同一工伤");
        }
        _ => {}
    }
    if of_another && before.is_some() {
        return not("该编号的结论已经收到");
    }
    Ok(before.map_or(0, |(version, _)| version + 1))
}
