//! Facts on forms that a review corrects: articles 70, 72 and 90.

use contracts::registration::v1::Sex;

use super::changed::*;
use super::reviewed::{assert_upheld, claim, differences, objection, reviewed};
use super::survivors::*;
use super::*;

/// Form 90-E that corrects one of the claim's forms.
async fn correcting(bereaved: &Bereaved, correction: FormCorrection) -> CashReviewForm {
    CashReviewForm {
        corrections: vec![FormCorrection {
            found_by: "区民政局 王五".to_owned(),
            basis: "民证〔2027〕3号".to_owned(),
            ..correction
        }],
        ..objection(bereaved, &claim(bereaved).await)
    }
}

/// Facts as lines: what, before and after.
fn facts(decision: &CashReviewDecision) -> Vec<String> {
    let line = |one: &CorrectedFact| format!("{} {}→{}", one.fact, one.before, one.after);
    decision.corrected.iter().map(line).collect()
}

// Art. 70, Art. 90
#[tokio::test]
async fn a_certificate_that_came_late_is_counted_from_the_beginning() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(Some(ACCIDENT)).await;
    let alone = mother();
    let stated = Dependant {
        lone_or_orphan: false,
        ..alone.clone()
    };
    let born_on = date!(2012 - 05 - 01);
    let brother = dependant(SurvivorRelation::Sibling, "小弟", born_on, Sex::Male);
    let circle = [daughter(), stated, brother.clone()];
    let first = form(&bereaved, DeathCase::AtWork, &circle);
    let decided = approved(&bereaved, &first).await;
    assert_eq!(each(&decided), ["1800.00", "1800.00", "SURVIVOR_SUPPORTED"]);
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-06-01 09:00 +8));

    let without = Dependant {
        supporters_gone: true,
        ..brother
    };
    let corrected = form(&bereaved, DeathCase::AtWork, &[daughter(), alone, without]);
    let review = FormCorrection {
        survivors: Some(corrected.clone()),
        ..FormCorrection::default()
    };
    let review = correcting(&bereaved, review).await;
    let few = [
        EvidenceKind::CorrectionProof,
        EvidenceKind::CivilAffairsProof,
    ];
    let missing = service.submit(&handler(), &review, &few).await.unwrap_err();
    assert_eq!(reason(&missing), "EVIDENCE_MISSING");
    let decision = reviewed(&bereaved, &review).await;
    assert_eq!(
        facts(&decision),
        [
            "供养亲属2 孤寡老人或者孤儿 否→是",
            "供养亲属3 其他扶养人已死亡或者丧失劳动能力 否→是",
        ]
    );
    assert_eq!(
        differences(&decision),
        [
            "小弟 2027-01~2030-05 0.00→1800.00",
            "母亲 2027-01~ 1800.00→2400.00",
        ]
    );
    assert_upheld(&bereaved).await;
    // A change after it shares by the corrected facts.
    let dies = (SurvivorChangeKind::Died, date!(2027 - 05 - 04));
    let after = adjusted(&bereaved, &change(&bereaved, &circle[0], dies)).await;
    assert_eq!(
        each(&after.after.unwrap()),
        ["SURVIVOR_ENDED", "2400.00", "1800.00"]
    );
    assert_upheld(&bereaved).await;

    let other = Dependant {
        identity_number: circle[0].identity_number.clone(),
        ..mother()
    };
    let others = form(&bereaved, DeathCase::AtWork, &[daughter(), other]);
    for wrong in [others, corrected] {
        let review = FormCorrection {
            survivors: Some(wrong),
            ..FormCorrection::default()
        };
        let review = correcting(&bereaved, review).await;
        let refused = service.approve(&handler(), &review, ALL).await.unwrap_err();
        assert_eq!(reason(&refused), "CORRECTION_FORM");
    }
}

// Art. 72, Art. 90
#[tokio::test]
async fn a_change_is_redated_or_was_none() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(Some(ACCIDENT)).await;
    let circle = [unable_widow(), daughter()];
    approved(&bereaved, &form(&bereaved, DeathCase::AtWork, &circle)).await;
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-06-01 09:00 +8));
    let remarries = (SurvivorChangeKind::Remarried, date!(2027 - 02 - 10));
    adjusted(&bereaved, &change(&bereaved, &circle[0], remarries)).await;
    let later = (SurvivorChangeKind::Remarried, date!(2027 - 04 - 10));
    let review = FormCorrection {
        sequence: 1,
        change: Some(change(&bereaved, &circle[0], later)),
        ..FormCorrection::default()
    };
    let decision = reviewed(&bereaved, &correcting(&bereaved, review).await).await;
    assert_eq!(facts(&decision), ["变动 变动日期 2027-02-10→2027-04-10"]);
    assert_eq!(
        differences(&decision),
        ["李四 2027-03~2027-04 0.00→2400.00"]
    );
    assert_upheld(&bereaved).await;
    let never = FormCorrection {
        sequence: 1,
        never_was: true,
        ..FormCorrection::default()
    };
    let never = correcting(&bereaved, never).await;
    let decision = reviewed(&bereaved, &never).await;
    assert_eq!(facts(&decision), ["变动 配偶再婚（2027-04-10）→没有发生"]);
    assert_eq!(differences(&decision), ["李四 2027-05~ 0.00→2400.00"]);
    assert_upheld(&bereaved).await;
    let again = service.approve(&handler(), &never, ALL).await.unwrap_err();
    assert_eq!(reason(&again), "CORRECTION_FORM");
    // What never was may still come about.
    adjusted(&bereaved, &change(&bereaved, &circle[0], later)).await;
    assert_eq!(
        told_last(&bereaved).await,
        [told("李四", "0.00", (2027, 5))]
    );
    assert_upheld(&bereaved).await;
}
