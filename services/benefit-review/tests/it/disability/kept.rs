//! The own wage that is kept after somebody has objected.

use super::reviewed::{differences, objection, reviewed};
use super::*;

// Art. 68, Art. 90
#[tokio::test]
async fn an_own_wage_that_is_found_anew_is_kept_also_where_no_grade_is_left() {
    let injured = injured().await;
    let degrees = (9, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let claim = injured.sign(&form).await.unwrap().case_id;
    let none = ("深劳鉴〔2028〕1号", date!(2028 - 05 - 31));
    injured
        .appraise(none.0, none.1, (0, NursingGrade::Unspecified))
        .await;
    assert!(injured.approve(&form).await.own_wage.is_none());
    let (employer_id, more) = (&injured.employer_id, (injured.n, "9000.00"));
    injured
        .town
        .declare_more(employer_id, november(), more)
        .await;
    assert_eq!(injured.compare().await.len(), 1);
    let decision = reviewed(&injured, &objection(&injured, &claim)).await;
    assert_eq!(
        differences(&decision),
        ["LUMP_SUM_DISABILITY ~ 54000.00→81000.00 FUND"]
    );
    assert!(injured.differences().await.is_empty());

    // What is decided from now on rests on it.
    let worse = ("深劳鉴〔2029〕1号", date!(2029 - 06 - 01));
    injured
        .appraise(worse.0, worse.1, (4, NursingGrade::Unspecified))
        .await;
    let decision = injured.approve(&form).await;
    assert_eq!(
        lines(&decision.awards)[1..],
        ["DISABILITY_ALLOWANCE 6750.00 2029-07 FUND"]
    );
}
