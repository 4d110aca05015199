//! What a case shows as soon as it is submitted.

use super::*;

// Art. 148
#[tokio::test]
async fn a_case_that_cannot_be_decided_says_why_when_submitted_shown_and_signed() {
    let service = TestService::start(bare()).await;
    let submitted = service
        .submit(&handler(), &wage_change("lots"), RULE)
        .await
        .unwrap();
    let shown = seen(&service, &reviewer(), &submitted).await;
    assert_eq!(submitted.reasons, shown.reasons);
    let [why] = &shown.reasons[..] else {
        panic!("one reason: {:?}", shown.reasons)
    };
    let refused = sign(&service, &reviewer(), &shown).await.unwrap_err();
    assert_eq!(reason(&refused), "CASE_UNDECIDED");
    assert!(refused.message().contains(&why.sentence), "{refused}");

    let revised = cases(&service, &reviewer())
        .await
        .return_case(ReturnCaseRequest {
            pooling_area: area(),
            case_id: shown.case_id.clone(),
            reason: "请更正数值".to_owned(),
            ..ReturnCaseRequest::default()
        })
        .await
        .unwrap();
    assert_eq!(revised.into_inner().case.unwrap().reasons.len(), 1);
    let revised = cases(&service, &handler())
        .await
        .revise_case(ReviseCaseRequest {
            pooling_area: area(),
            case_id: shown.case_id.clone(),
            application: Some(wire::any(&wage_change("many"))),
            evidence: shown.evidence.clone(),
            ..ReviseCaseRequest::default()
        })
        .await
        .unwrap();
    let revised = revised.into_inner().case.unwrap();
    let shown = seen(&service, &reviewer(), &shown).await;
    assert_eq!(revised.reasons, shown.reasons);
    assert!(revised.reasons[0].sentence.contains("many"));
}

// Art. 148
#[tokio::test]
async fn a_submission_answers_the_decision_that_would_be_signed_now_and_signing_needs_its_digest() {
    let service = TestService::start(bare()).await;
    let submitted = service
        .submit(&handler(), &wage_change("14000.00"), RULE)
        .await
        .unwrap();
    let shown = seen(&service, &reviewer(), &submitted).await;
    assert_eq!(submitted, shown);
    let unseen = Case {
        decision_digest: String::new(),
        ..shown
    };
    let refused = sign(&service, &reviewer(), &unseen).await.unwrap_err();
    assert_eq!(reason(&refused), "INVALID_FIELD");
    assert!(refused.message().contains("核定表摘要"), "{refused}");
}

// Art. 148
#[tokio::test]
async fn a_submission_names_another_that_is_open_on_the_same_form_about_the_same() {
    let service = TestService::start(bare()).await;
    let submit = async |value| {
        let (by, form) = (handler(), wage_change(value));
        service.submit(&by, &form, RULE).await.unwrap()
    };
    let first = submit("14000.00").await;
    assert_eq!(first.remarks, []);
    let second = submit("14100.00").await;
    let [remark] = &second.remarks[..] else {
        panic!("one remark: {:?}", second.remarks)
    };
    assert_eq!(remark.reason, "CASE_OPEN");
    assert!(remark.sentence.contains(&first.case_id), "{remark:?}");
    service.sign_off(&first).await.unwrap();
    service.sign_off(&second).await.unwrap();
    assert_eq!(submit("14200.00").await.remarks, []);
}
