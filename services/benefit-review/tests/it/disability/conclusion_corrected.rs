//! What was decided by something that came from outside with an error: articles 54, 55, 58, 68 and 90.

use super::reviewed::{assert_upheld, differences, objection, reviewed};
use super::*;

const NONE: NursingGrade = NursingGrade::Unspecified;

/// [`CONCLUSION`] of a grade is registered and decided; answers the number of the claim.
async fn decided(injured: &Injured, grade: i32) -> String {
    injured.appraise(CONCLUSION, CONCLUDED, (grade, NONE)).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    injured.sign(&form).await.unwrap().case_id
}

// Art. 55, Art. 68, Art. 90
#[tokio::test]
async fn what_a_wrong_conclusion_decided_is_named_and_decided_anew_by_the_corrected_one() {
    let injured = injured().await;
    let claim = decided(&injured, 8).await;
    let told = injured.told().await.len();
    let right = Conclusion {
        conclusion_number: CONCLUSION.to_owned(),
        recognition_number: NUMBER.to_owned(),
        concluded_on: on(date!(2027 - 02 - 10)),
        disability_grade: 4,
        correction_grounds: "等级和日期录入有误".to_owned(),
        ..Conclusion::default()
    };
    injured.at(date!(2027 - 04 - 01));
    let registered = injured.conclude(right).await;
    assert_eq!(registered.claim_ids, [claim.clone()]);
    assert_eq!(injured.told().await.len(), told);
    for occasion in [
        DisabilityOccasion::Appraisal,
        DisabilityOccasion::Retirement,
    ] {
        let form = DisabilityForm {
            retired_on: match occasion {
                DisabilityOccasion::Retirement => on(CONCLUDED),
                _ => None,
            },
            basic_pension: match occasion {
                DisabilityOccasion::Retirement => Some(contracts::Money::from_text("3000.00")),
                _ => None,
            },
            ..injured.form(occasion)
        };
        assert_eq!(injured.refused(&form).await, "DISABILITY_REPLACED");
    }
    let decision = reviewed(&injured, &objection(&injured, &claim)).await;
    assert_eq!(
        differences(&decision),
        [
            "LUMP_SUM_DISABILITY ~ 66000.00→126000.00 FUND",
            "DISABILITY_ALLOWANCE 2027-03~ 0.00→4500.00 FUND",
        ]
    );
    assert_upheld(&injured, &claim).await;
}

// Art. 54, Art. 58, Art. 68, Art. 90
#[tokio::test]
async fn a_lump_sum_that_the_employer_bore_by_a_wrong_date_is_the_funds_after_the_correction() {
    let injured = among_late().await;
    let claim = decided(&injured, 8).await;
    let all = ListCashClaimsRequest::default();
    let stands = injured.claims(&handler(), all).await.remove(0).awards;
    assert_eq!(lines(&stands), ["LUMP_SUM_DISABILITY 66000.00 EMPLOYER"]);
    let right = Recognition {
        applied_on: on(INJURED),
        accepted_on: on(INJURED),
        correction_grounds: "申请和受理日期录入有误".to_owned(),
        ..late(&injured)
    };
    injured.town.recognise(&right).await;
    let form = InjuryCorrectionForm {
        person_id: injured.person.person_id.clone(),
        name: injured.person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        ..InjuryCorrectionForm::default()
    };
    let case = injured.sign(&form).await.unwrap();
    let decision: InjuryCorrectionDecision =
        chassis::wire::from_any(&case.decision.unwrap()).unwrap();
    assert_eq!(decision.claim_ids, [claim.clone()]);
    assert_eq!(injured.told().await.len(), 1);
    let decision = reviewed(&injured, &objection(&injured, &claim)).await;
    assert_eq!(
        differences(&decision),
        [
            "LUMP_SUM_DISABILITY ~ 66000.00→0.00 EMPLOYER",
            "LUMP_SUM_DISABILITY ~ 0.00→66000.00 FUND",
        ]
    );
    assert_upheld(&injured, &claim).await;
}

/// The recognition of [`INJURED`], applied for and accepted long after it.
fn late(injured: &Injured) -> Recognition {
    Recognition {
        happened_on: on(INJURED),
        applied_on: on(date!(2027 - 03 - 20)),
        accepted_on: on(date!(2027 - 03 - 20)),
        decided_on: on(date!(2027 - 03 - 31)),
        ..injured
            .town
            .recognition(&injured.employer_id, &injured.person, NUMBER)
    }
}

/// A person whose injury was recognised too late, by what was sent.
async fn among_late() -> Injured {
    let injured = uninjured(1, true, FIGURES).await;
    injured.at(date!(2027 - 04 - 01));
    injured.town.injure(&late(&injured)).await;
    injured
}
