//! A recognition that is revoked after something was advanced.

use super::*;

// Art. 77, Art. 78
#[tokio::test]
async fn what_was_advanced_of_a_recognition_that_is_revoked_is_taken_back_and_owed_no_more() {
    let (injured, injury) = unpaid().await;
    let town = &injured.town;
    let (case, _) = take(town, &asked(&injury)).await;
    injured.at(PAY_BY + Duration::days(1));
    let form = review(&case.case_id, &[]);
    decide(town, &form).await;
    let revoked = Recognition {
        outcome: RecognitionOutcome::Revoked as i32,
        happened_on: injury.happened_on,
        applied_on: injury.happened_on,
        accepted_on: injury.happened_on,
        ..town.recognition(&injured.employer_id, &injured.person, NUMBER)
    };
    town.recognise(&revoked).await;
    let decision = decide(town, &form).await;
    assert_eq!(
        lines(&decision),
        ["LUMP_SUM_DISABILITY PERSON -138000.00 EMPLOYER"]
    );
    assert_eq!(
        sums(&recoveries(town).await)[1],
        ["-138000.00", "0.00", "0.00"]
    );
    assert_eq!(refused(town, &form).await, "ADVANCE_NOTHING");
    let another = AdvanceForm {
        reason: AdvanceReason::ThirdPartyUnknown as i32,
        ..asked(&injury)
    };
    assert_eq!(refused(town, &another).await, "ADVANCE_REVOKED");
}
