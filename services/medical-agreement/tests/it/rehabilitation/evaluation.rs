//! Evaluation at the end of a stay, and the follow-up.

use contracts::medical_agreement::v1::medical_agreement_event::What;
use contracts::medical_agreement::v1::{
    RecordFollowUpRequest, RehabilitationEffect, RehabilitationEvaluationDecision,
    RehabilitationEvaluationForm,
};

use super::*;

/// Institution 1 finds that a stay that ended on a day had a marked effect.
pub fn evaluation(person: &Person, ended_on: Date) -> RehabilitationEvaluationForm {
    RehabilitationEvaluationForm {
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        recognition_number: "深人社工认〔2026〕1号".to_owned(),
        institution_id: institution_id(1),
        ended_on: on(ended_on),
        effect: RehabilitationEffect::Marked as i32,
        function: "右手抓握功能基本恢复".to_owned(),
        social_plan: "返回原单位，调整岗位".to_owned(),
        disability_guidance: "辅助用具使用指导".to_owned(),
        family_guidance: "家庭训练每日两次".to_owned(),
    }
}

/// What was found on a day, with when to look again.
async fn follow_up(
    service: &TestService,
    case: &Case,
    found_on: Date,
    next_due_on: Option<Date>,
) -> Result<Rehabilitation, Status> {
    let request = RecordFollowUpRequest {
        pooling_area: AREA.to_owned(),
        request_id: String::new(),
        rehabilitation_id: case.case_id.clone(),
        found_on: on(found_on),
        findings: "已返岗".to_owned(),
        next_due_on: next_due_on.map(Into::into),
    };
    let recorded = section(service).await.record_follow_up(request).await?;
    Ok(recorded.into_inner().rehabilitation.unwrap())
}

/// How many stays have a follow-up due by a day.
async fn due(service: &TestService, day: Date) -> usize {
    let request = ListRehabilitationsRequest {
        follow_up_due_by_on: on(day),
        ..ListRehabilitationsRequest::default()
    };
    stays(service, &handler(), request).await.len()
}

// Art. 49
#[tokio::test]
async fn an_institution_evaluates_its_own_stay_and_later_days_hold_no_longer() {
    let (town, person) = town(3).await;
    let service = &town.service;
    sign(service, 2, REHABILITATION).await;
    let own = party(Caller::Institution, &institution_id(1));
    let form = evaluation(&person, date!(2026 - 12 - 20));
    let none = service.approve(&own, &form, PAPERS).await.unwrap_err();
    assert_eq!(reason(&none), "NOT_REHABILITATED");
    let stay = approve(service, &plan(&person)).await;
    let longer = extension::extension(&person);
    service.approve(&handler(), &longer, PAPERS).await.unwrap();
    service.clock().set(datetime!(2026-12-21 09:00 +8));
    let others = RehabilitationEvaluationForm {
        institution_id: institution_id(2),
        ..form.clone()
    };
    let before = evaluation(&person, date!(2026 - 11 - 09));
    let ahead = evaluation(&person, date!(2026 - 12 - 22));
    for (form, expected) in [
        (&others, "NOT_REHABILITATED"),
        (&before, "REHABILITATION_END_DATE"),
        (&ahead, "REHABILITATION_END_DATE"),
    ] {
        let refused = service.approve(&handler(), form, PAPERS).await;
        assert_eq!(reason(&refused.unwrap_err()), expected);
    }
    let case = service.submit(&own, &form, PAPERS).await.unwrap();
    let decision: RehabilitationEvaluationDecision = service.decision(&case).await.unwrap();
    assert_eq!(decision.follow_up_due_on, on(date!(2027 - 03 - 20)));
    service.sign_off(&case).await.unwrap();

    // The extension has never held, and what was approved first holds until the end.
    let approvals = town.approvals(&person).await;
    assert_eq!(approvals.len(), 1);
    assert_eq!(approvals[0].until_on, on(date!(2026 - 12 - 20)));
    let told = told(service).await;
    let (key, last) = told.last().unwrap();
    assert_eq!(*key, person.person_id);
    assert!(matches!(last, What::RehabilitationEnded(ended)
        if ended.rehabilitation.as_ref().unwrap().ended_on == form.ended_on
            && ended.rehabilitation.as_ref().unwrap().rehabilitation_id == stay.case_id));
    for refused in [
        service.approve(&own, &form, PAPERS).await,
        service.approve(&handler(), &longer, PAPERS).await,
    ] {
        assert_eq!(reason(&refused.unwrap_err()), "REHABILITATION_ENDED");
    }
}

// Art. 49
#[tokio::test]
async fn employees_are_followed_up_after_their_stay_until_nobody_has_to_look_again() {
    let (town, person) = town(3).await;
    let service = &town.service;
    let stay = approve(service, &plan(&person)).await;
    let early = follow_up(service, &stay, TODAY, None).await.unwrap_err();
    assert_eq!(reason(&early), "FOLLOW_UP_EARLY");
    service.clock().set(datetime!(2027-01-11 09:00 +8));
    let form = evaluation(&person, date!(2027 - 01 - 08));
    service.approve(&handler(), &form, PAPERS).await.unwrap();
    assert_eq!(due(service, date!(2027 - 04 - 07)).await, 0);
    assert_eq!(due(service, date!(2027 - 04 - 08)).await, 1);

    service.clock().set(datetime!(2027-04-12 09:00 +8));
    let found_on = date!(2027 - 04 - 12);
    for (found_on, next, expected) in [
        (date!(2027 - 01 - 07), None, "FOLLOW_UP_EARLY"),
        (date!(2027 - 04 - 13), None, "REHABILITATION_DATE"),
        (found_on, Some(found_on), "FOLLOW_UP_NEXT"),
    ] {
        let refused = follow_up(service, &stay, found_on, next).await;
        assert_eq!(reason(&refused.unwrap_err()), expected);
    }
    let next = date!(2027 - 10 - 12);
    let shown = follow_up(service, &stay, found_on, Some(next))
        .await
        .unwrap();
    assert_eq!(shown.follow_ups[0].findings, "已返岗");
    assert_eq!(shown.follow_up_due_on, on(next));
    assert_eq!(due(service, date!(2027 - 10 - 11)).await, 0);
    assert_eq!(due(service, next).await, 1);

    // The person and the institution see what was found, the employer only that the stay has ended.
    let all = ListRehabilitationsRequest::default;
    for (caller, party_id, found) in [
        (Caller::Person, person.person_id.clone(), 1),
        (Caller::Institution, institution_id(1), 1),
        (Caller::Employer, credit_code("91", 1), 0),
    ] {
        let seen = stays(service, &party(caller, &party_id), all()).await;
        assert_eq!(seen[0].follow_ups.len(), found);
        assert_eq!(seen[0].effect(), RehabilitationEffect::Marked);
        assert_eq!(seen[0].follow_up_due_on.is_some(), found > 0);
    }
    let other = party(Caller::Institution, &institution_id(2));
    assert!(stays(service, &other, all()).await.is_empty());

    service.clock().set(datetime!(2027-10-12 09:00 +8));
    let last = follow_up(service, &stay, next, None).await.unwrap();
    assert_eq!((last.follow_ups.len(), last.follow_up_due_on), (2, None));
    assert_eq!(due(service, date!(2030 - 01 - 01)).await, 0);
}

// Art. 49
#[tokio::test]
async fn a_stay_is_evaluated_though_another_one_was_approved_since() {
    let (town, person) = town(3).await;
    let service = &town.service;
    sign(service, 2, REHABILITATION).await;
    let first = approve(service, &plan(&person)).await;
    service.clock().set(datetime!(2027-01-11 09:00 +8));
    let again = |n, from_on, until_on| RehabilitationForm {
        treating_institution_id: institution_id(n),
        from_on: on(from_on),
        until_on: on(until_on),
        ..plan(&person)
    };
    let elsewhere = again(2, date!(2027 - 02 - 01), date!(2027 - 02 - 28));
    approve(service, &elsewhere).await;
    let back = again(1, date!(2027 - 03 - 01), date!(2027 - 03 - 31));
    let third = approve(service, &back).await;
    service.clock().set(datetime!(2027-03-20 09:00 +8));
    let mut evaluated = Vec::new();
    for ended_on in [date!(2027 - 01 - 08), date!(2027 - 03 - 19)] {
        let form = evaluation(&person, ended_on);
        let case = service.approve(&handler(), &form, PAPERS).await.unwrap();
        let decision: RehabilitationEvaluationDecision = service.decision(&case).await.unwrap();
        evaluated.push(decision.rehabilitation_id);
    }
    assert_eq!(evaluated, [first.case_id, third.case_id]);
    let of_second = RehabilitationEvaluationForm {
        institution_id: institution_id(2),
        ..evaluation(&person, date!(2027 - 02 - 28))
    };
    let done = service.approve(&handler(), &of_second, PAPERS).await;
    done.unwrap();
}
