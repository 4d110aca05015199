//! Rules on accidents, recognitions and the registration of injuries.

mod correction;
mod stoppage;

use contracts::Refused;
use contracts::benefit_review::v1::{
    AccidentForm, Eligibility, InjuryCause, Recognition, RecognitionOutcome, Refusal,
    RelationChange, RelationEndGround, RelationState,
};
use contracts::collection::v1::GetPaymentStateResponse;
use contracts::reflect::label_of;
use contracts::registration::v1::Enrolment;
use law::calendar::{Deadline, Holidays, Term, add_days};
use law::diagnosis::{category, is_category, is_code};
use law::{Law, LawError};
use time::Date;

use crate::disability::rules::{LAST_OF_FUND, LAST_WITH_ALLOWANCE};

pub use correction::{corrects, version};
pub use stoppage::{Standing, changed, stoppage};

/// Art. 58. The last day on which an employer may apply for recognition: days from the injury by the law
/// of that day, until a working day.
///
/// # Errors
/// When the law states no term for the date.
pub fn recognition_due(
    happened_on: Date,
    law: &Law,
    holidays: &Holidays,
) -> Result<Date, LawError> {
    let days = law.integer("recognition_days")?.value;
    let term = Term::Days(u16::try_from(days).unwrap_or(u16::MAX));
    let deadline = Deadline::after(happened_on, term, holidays);
    Ok(deadline.moved_to_working_day(holidays).due_on)
}

/// Art. 58. The time whose costs the employer bears, first and last day: from the injury until the application
/// for recognition was accepted (劳社部函〔2004〕256号第六条), where it was made after the employer's last day,
/// `due_on` or the one until which the department extended it. That somebody else applied in its place
/// changes nothing.
#[must_use]
pub fn overdue(dates: Dates, due_on: Date) -> Option<(Date, Date)> {
    let due_on = dates
        .time_limit_on
        .map_or(due_on, |limit| limit.max(due_on));
    (dates.applied_on > due_on).then_some((dates.happened_on, dates.accepted_on))
}

/// Art. 58. The time whose costs the employer bears, where what arises on a day falls into it. The application is accepted
/// within that time: its last day is the employer's, as its first is (劳社部函〔2004〕256号第六条, “起”“止”之日均在内).
#[must_use]
pub fn falls_into(overdue: Option<(Date, Date)>, arises_on: Date) -> Option<(Date, Date)> {
    overdue.filter(|(from_on, until_on)| (*from_on..=*until_on).contains(&arises_on))
}

/// The dates of a recognition.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Dates {
    /// Of the accident or of the diagnosis.
    pub happened_on: Date,
    /// It was applied for.
    pub applied_on: Date,
    /// The application was accepted.
    pub accepted_on: Date,
    /// It was decided.
    pub decided_on: Date,
    /// Until when the department extended the employer's term.
    pub time_limit_on: Option<Date>,
}

/// Art. 54. A recognition was applied for after the injury and decided after that, and is not of the future.
///
/// # Errors
/// When its dates are not in order.
pub fn in_order(dates: Dates, today: Date) -> Result<(), Refused> {
    let ordered = dates.happened_on <= dates.applied_on
        && dates.applied_on <= dates.accepted_on
        && dates.accepted_on <= dates.decided_on;
    if ordered && dates.decided_on <= today {
        return Ok(());
    }
    Err(Refused::because(Refusal::RecognitionDates))
}

/// Art. 62. The codes in a text, each one of ICD-10 (GB/T 14396): a letter and two digits, with a point and
/// more digits where it is finer.
///
/// # Errors
/// The first that is none.
pub fn diagnoses(text: &str) -> Result<Vec<String>, Refused> {
    let codes = text
        .split(['、', '，', ',', ' '])
        .filter(|code| !code.is_empty());
    let read = |code: &str| match is_code(code) && is_category(category(code)) {
        true => Ok(code.to_owned()),
        false => Err(Refused::because(Refusal::DiagnosisCode).with("code", code)),
    };
    codes.map(read).collect()
}

/// Art. 54. Only what was recognised, and not revoked, is registered.
///
/// # Errors
/// When it was not.
pub fn recognised(recognition: &Recognition) -> Result<(), Refused> {
    use RecognitionOutcome::{Deemed, Recognised};
    if matches!(recognition.outcome(), Recognised | Deemed) {
        return Ok(());
    }
    let outcome = label_of(
        "workinjury.benefit_review.v1.RecognitionOutcome",
        recognition.outcome,
    );
    Err(Refused::because(Refusal::NotRecognised)
        .with("recognition_number", &recognition.recognition_number)
        .with("outcome", outcome))
}

/// Art. 57. The employer through whom somebody was insured on `on`; where insurance had ended before (a
/// disease found after the labour relation), its last day through that employer. The first answer is the
/// day for which insurance counts, the second whether there was any.
#[must_use]
pub fn insured_on(
    enrolments: &[Enrolment],
    employer_id: &str,
    on: Date,
    found_after_end: bool,
) -> (Date, bool) {
    let own = enrolments
        .iter()
        .filter(|one| one.employer_id == employer_id);
    let spans = own.filter_map(|one| {
        let starts_on = contracts::maybe_day(one.starts_on)?;
        Some((starts_on, contracts::maybe_day(one.ends_on)))
    });
    let spans: Vec<(Date, Option<Date>)> = spans.collect();
    let covers = |&&(starts_on, ends_on): &&(Date, Option<Date>)| {
        starts_on <= on && ends_on.is_none_or(|ends_on| on <= ends_on)
    };
    if spans.iter().find(covers).is_some() {
        return (on, true);
    }
    let ends = spans.iter().filter_map(|(_, ends_on)| *ends_on);
    match ends.filter(|ends_on| *ends_on < on).max() {
        Some(last_on) if found_after_end => (last_on, true),
        _ => (on, false),
    }
}

/// Art. 56. Whether the fund pays: insured on the day, and nothing late on it.
#[must_use]
pub fn eligibility(insured: bool, paid: &GetPaymentStateResponse) -> Eligibility {
    match (insured, paid.paid_up) {
        (false, _) => Eligibility::NotInsured,
        (true, false) => Eligibility::InArrears,
        (true, true) => Eligibility::Eligible,
    }
}

/// Art. 56. Where a recognition and the filing of the accident disagree.
#[must_use]
pub fn differences(recognition: &Recognition, filing: &AccidentForm) -> Vec<String> {
    let mut found = Vec::new();
    if recognition.cause != filing.cause {
        let label =
            |cause: InjuryCause| label_of("workinjury.benefit_review.v1.InjuryCause", cause as i32);
        let (decided, filed) = (label(recognition.cause()), label(filing.cause()));
        found.push(format!("伤害类别：认定为{decided}，备案为{filed}"));
    }
    if !recognition.injured_parts.is_empty() && recognition.injured_parts != filing.injured_parts {
        let (decided, filed) = (&recognition.injured_parts, &filing.injured_parts);
        found.push(format!("受伤害部位：认定为{decided}，备案为{filed}"));
    }
    found
}

/// Art. 60. What a change makes of the relation. An injured employee who was settled, or whose relation has
/// ended, has none that could change; who was transferred may be transferred again.
///
/// # Errors
/// When the relation is over.
pub fn after_change(
    before: RelationState,
    change: RelationChange,
) -> Result<RelationState, Refused> {
    if matches!(before, RelationState::Ended | RelationState::Settled) {
        return Err(over(before));
    }
    Ok(match change {
        RelationChange::Transfer => RelationState::Transferred,
        _ => RelationState::Ended,
    })
}

/// Art. 60. Whether a change corrects the end that is registered.
#[must_use]
pub fn corrects(change: RelationChange) -> bool {
    matches!(change, RelationChange::Undone | RelationChange::Redated)
}

/// Art. 60. What an end that is undone or was on another day makes of the relation: what it was before, or its end. `ended_on`
/// is the last day as it is registered, none of a disease that was found after it.
///
/// # Errors
/// When nothing has ended it, the day is not that one where it is undone, or the same where it was another, or there is no
/// document.
pub fn corrected(
    (before, then): (RelationState, RelationState),
    ended_on: Option<Date>,
    (change, changes_on, basis): (RelationChange, Date, &str),
) -> Result<RelationState, Refused> {
    let undone = change == RelationChange::Undone;
    let fits = before == RelationState::Ended
        && ended_on.is_some_and(|ended_on| (ended_on == changes_on) == undone)
        && !basis.is_empty();
    if fits {
        return Ok(if undone { then } else { RelationState::Ended });
    }
    let relation = label_of("workinjury.benefit_review.v1.RelationState", before as i32);
    let ended_on = ended_on.map_or_else(|| "无".to_owned(), |on| on.to_string());
    Err(Refused::because(Refusal::RelationNotEnded)
        .with("relation", relation)
        .with("ended_on", ended_on))
}

/// 工伤保险条例第三十五条第一款, 第三十六条第二款. Of grades 1 to 4 the labour relation is kept until retirement or death, of grades 5
/// and 6 the employee alone ends it before. Who is not appraised yet, or of a grade from 7 on, is not bound so.
///
/// # Errors
/// When the ground is none by which that grade's relation ends.
pub fn may_end(grade: i32, ground: RelationEndGround) -> Result<(), Refused> {
    use RelationEndGround::{Died, OwnWish, Retired};
    let refusal = match (grade, ground) {
        (_, Retired | Died) => return Ok(()),
        (1..=LAST_OF_FUND, _) => Refusal::RelationKept,
        (grade, ground) if ends_by_own_wish(grade) && ground != OwnWish => Refusal::RelationOwnWish,
        _ => return Ok(()),
    };
    let label = match ground {
        RelationEndGround::Unspecified => "未填写".to_owned(),
        ground => label_of(
            "workinjury.benefit_review.v1.RelationEndGround",
            ground as i32,
        ),
    };
    let refused = Refused::because(refusal).with("grade", grade);
    Err(refused.with("ground", label))
}

/// 工伤保险条例第三十六条第二款. Whether the employee alone ends the relation before retirement or death.
#[must_use]
pub fn ends_by_own_wish(grade: i32) -> bool {
    (LAST_OF_FUND + 1..=LAST_WITH_ALLOWANCE).contains(&grade)
}

/// Art. 60. A ground is stated of an end, and a document of what corrects one, and neither of anything else.
///
/// # Errors
/// When one stands where it means nothing.
pub fn facts_of_change(
    change: RelationChange,
    (ground, basis): (RelationEndGround, &str),
) -> Result<(), Refused> {
    let ends = matches!(change, RelationChange::Dissolution | RelationChange::End);
    let stated = ground != RelationEndGround::Unspecified;
    if (ends || !stated) && (corrects(change) || basis.is_empty()) {
        return Ok(());
    }
    Err(Refused::because(Refusal::RelationChangeFacts))
}

/// Art. 59. What is paid by the month goes on after the end of the labour relation, and is settled then too.
///
/// # Errors
/// When it was settled already.
pub fn settles(relation: RelationState) -> Result<(), Refused> {
    match relation {
        RelationState::Settled => Err(over(relation)),
        _ => Ok(()),
    }
}

fn over(relation: RelationState) -> Refused {
    let relation = label_of(
        "workinjury.benefit_review.v1.RelationState",
        relation as i32,
    );
    Refused::because(Refusal::RelationOver).with("relation", relation)
}

/// Art. 59, Art. 60. The first day of what a relation becomes: that of the new one, or the day after the last
/// one of the labour relation.
#[must_use]
pub fn from_on(after: RelationState, changes_on: Date) -> Date {
    match after {
        RelationState::Transferred => changes_on,
        _ => add_days(changes_on, 1),
    }
}

/// Art. 59. Long-term benefits are those of grades one to four.
///
/// # Errors
/// When the grade has none.
pub fn has_long_term_benefit(grade: i32) -> Result<(), Refused> {
    if (1..=LAST_OF_FUND).contains(&grade) {
        return Ok(());
    }
    Err(Refused::because(Refusal::NoLongTermBenefit).with("grade", grade))
}
