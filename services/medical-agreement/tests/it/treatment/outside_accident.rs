//! Treatment where an accident happened outside of the area, and the way back.

use contracts::medical_agreement::v1::{
    OutsideAccidentDecision, OutsideAccidentReport, ReturnTransferForm,
};

use super::*;

/// Hurt in Dongguan today, not recognised yet, stable in thirty days.
fn accident(person: &Person, n: u16) -> OutsideAccidentReport {
    OutsideAccidentReport {
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        employer_id: credit_code("91", n),
        happened_on: on(TODAY),
        course: "外出送货途中发生交通事故。".to_owned(),
        injury: "左股骨干骨折".to_owned(),
        institution_name: "东莞市人民医院".to_owned(),
        institution_area: "441900".to_owned(),
        expected_stable_on: on(date!(2026 - 12 - 01)),
        ..OutsideAccidentReport::default()
    }
}

// Art. 41
#[tokio::test]
async fn an_accident_outside_is_reported_by_the_employer_before_it_is_recognised() {
    let town = Town::found().await;
    let person = town.insure(1).await;
    let good = accident(&person, 1);
    let form = |change: fn(&mut OutsideAccidentReport)| {
        let mut form = good.clone();
        change(&mut form);
        form
    };
    for (form, expected) in [
        (
            form(|form| form.happened_on = on(date!(2026 - 11 - 03))),
            "ACCIDENT_DATE",
        ),
        (
            form(|form| form.continued_from_on = on(YESTERDAY)),
            "ACCIDENT_DATE",
        ),
        (
            form(|form| form.institution_area = "440306".to_owned()),
            "WITHIN_AREA",
        ),
        (
            form(|form| form.expected_stable_on = on(date!(2027 - 01 - 31))),
            "APPROVAL_PERIOD",
        ),
        (form(|form| form.name = "别人".to_owned()), "PERSON_UNKNOWN"),
    ] {
        assert_eq!(refused(&town, &form).await, expected);
    }
    let employer = party(Caller::Employer, &credit_code("91", 1));
    let case = town.service.submit(&employer, &good, &[]).await.unwrap();
    let decision: OutsideAccidentDecision = town.service.decision(&case).await.unwrap();
    assert!(decision.notes[0].contains("不是事故发生地的协议机构"));
    town.service.sign_off(&case).await.unwrap();
    let approval = town.approvals(&person).await.remove(0);
    assert_eq!(approval.kind(), ApprovalKind::OutsideAccident);
    assert_eq!(approval.recognition_number, "");
    assert_eq!(approval.outside_area, "441900");
    assert_eq!(refused(&town, &good).await, "APPROVAL_OVERLAPS");

    // Where it takes longer, the report is continued; in an emergency the nearest institution is right.
    let longer = OutsideAccidentReport {
        continued_from_on: on(date!(2026 - 12 - 02)),
        expected_stable_on: on(date!(2027 - 01 - 15)),
        emergency: true,
        ..good
    };
    let case = town.service.submit(&employer, &longer, &[]).await.unwrap();
    let decision: OutsideAccidentDecision = town.service.decision(&case).await.unwrap();
    assert!(decision.notes.is_empty());
    town.service.sign_off(&case).await.unwrap();
    let approvals = town.approvals(&person).await;
    assert_eq!(approvals[0].from_on, on(date!(2026 - 12 - 02)));
}

// Art. 41
#[tokio::test]
async fn who_is_stable_is_back_at_an_agreement_institution_and_no_longer_treated_outside() {
    let town = Town::found().await;
    let person = town.insure(1).await;
    let other = town.insure(2).await;
    sign(&town.service, 1, MEDICAL).await;
    sign(&town.service, 2, InstitutionKind::Device).await;
    let elsewhere = residence(&person);
    for approved in [
        town.service
            .approve(&handler(), &accident(&person, 1), &[])
            .await,
        town.service.approve(&handler(), &elsewhere, PAPERS).await,
    ] {
        approved.unwrap();
    }
    let [living, outside] = town.approvals(&person).await.try_into().unwrap();
    town.service.clock().set(datetime!(2026-11-20 09:00 +8));
    let good = ReturnTransferForm {
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        employer_id: credit_code("91", 1),
        approval_id: outside.approval_id,
        stable: true,
        transferred_on: on(date!(2026 - 11 - 18)),
        treating_institution_id: institution_id(1),
        ..ReturnTransferForm::default()
    };
    let form = |change: &dyn Fn(&mut ReturnTransferForm)| {
        let mut form = good.clone();
        change(&mut form);
        form
    };
    for (form, expected) in [
        (form(&|form| form.stable = false), "NOT_STABLE"),
        (
            form(&|form| form.transferred_on = on(date!(2026 - 11 - 21))),
            "TRANSFER_DATE",
        ),
        (
            form(&|form| form.transferred_on = on(YESTERDAY)),
            "TRANSFER_DATE",
        ),
        (
            form(&|form| form.approval_id.clone_from(&living.approval_id)),
            "APPROVAL_UNKNOWN",
        ),
        (
            form(&|form| form.person_id.clone_from(&other.person_id)),
            "APPROVAL_UNKNOWN",
        ),
        (
            form(&|form| form.employer_id = credit_code("91", 2)),
            "APPROVAL_UNKNOWN",
        ),
        (
            form(&|form| form.treating_institution_id = institution_id(2)),
            "NO_AGREEMENT",
        ),
        (
            form(&|form| form.name = "别人".to_owned()),
            "PERSON_UNKNOWN",
        ),
    ] {
        assert_eq!(refused(&town, &form).await, expected);
    }
    let employer = party(Caller::Employer, &credit_code("91", 1));
    let ended = town.service.approve(&employer, &good, PAPERS).await;
    ended.unwrap();
    let after = town.approvals(&person).await;
    assert_eq!(after[1].until_on, on(date!(2026 - 11 - 18)));
    assert_eq!(after[0], living);
    let told = told(&town.service).await;
    assert!(
        matches!(told.last(), Some((key, What::ApprovalEnded(ended)))
        if *key == person.person_id && ended.approval.as_ref() == Some(&after[1]))
    );

    // Its last day is over then: there is nothing to come back from any more.
    let again = ReturnTransferForm {
        transferred_on: on(date!(2026 - 11 - 19)),
        ..good
    };
    assert_eq!(refused(&town, &again).await, "TRANSFER_DATE");
}

// Art. 41
#[tokio::test]
async fn an_accident_that_is_recognised_later_is_not_approved_once_more_for_the_same_days() {
    let town = Town::found().await;
    for (n, numbers) in [(1, ["", RECOGNITION]), (2, [RECOGNITION, ""])] {
        let person = town.insure(n).await;
        let [first, second] = numbers.map(|number| OutsideAccidentReport {
            recognition_number: number.to_owned(),
            ..accident(&person, n)
        });
        // Both are handed in before one takes effect: the table itself keeps the second out.
        let late = town.service.submit(&handler(), &second, &[]).await;
        town.service.approve(&handler(), &first, &[]).await.unwrap();
        let twice = town.service.sign_off(&late.unwrap()).await;
        assert_eq!(reason(&twice.unwrap_err()), "APPROVAL_OVERLAPS");
        assert_eq!(refused(&town, &second).await, "APPROVAL_OVERLAPS");
        assert_eq!(town.approvals(&person).await.len(), 1);
    }
    // Two injuries that are recognised are two.
    let person = town.insure(3).await;
    for number in [RECOGNITION, "深人社认字〔2026〕1002号"] {
        let form = OutsideAccidentReport {
            recognition_number: number.to_owned(),
            ..accident(&person, 3)
        };
        town.service.approve(&handler(), &form, &[]).await.unwrap();
    }
    assert_eq!(town.approvals(&person).await.len(), 2);
}

// Art. 41
#[tokio::test]
async fn a_return_that_is_told_late_ends_what_continued_its_accident_and_leaves_a_later_one() {
    let town = Town::found().await;
    let person = town.insure(1).await;
    sign(&town.service, 1, MEDICAL).await;
    let (november, december) = (date!(2026 - 11 - 12), date!(2026 - 12 - 05));
    let first = OutsideAccidentReport {
        expected_stable_on: on(november),
        ..accident(&person, 1)
    };
    let longer = OutsideAccidentReport {
        continued_from_on: on(date!(2026 - 11 - 13)),
        expected_stable_on: on(date!(2026 - 11 - 19)),
        ..first.clone()
    };
    let later = OutsideAccidentReport {
        happened_on: on(date!(2026 - 11 - 20)),
        expected_stable_on: on(december),
        ..first.clone()
    };
    for (form, now) in [
        (&first, datetime!(2026-11-02 09:00 +8)),
        (&longer, datetime!(2026-11-12 09:00 +8)),
        (&later, datetime!(2026-11-20 09:00 +8)),
    ] {
        town.service.clock().set(now);
        town.service.approve(&handler(), form, &[]).await.unwrap();
    }
    let before = town.approvals(&person).await;
    town.service.clock().set(datetime!(2026-11-23 09:00 +8));
    let back = ReturnTransferForm {
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        employer_id: credit_code("91", 1),
        approval_id: before[2].approval_id.clone(),
        stable: true,
        transferred_on: on(date!(2026 - 11 - 10)),
        treating_institution_id: institution_id(1),
        ..ReturnTransferForm::default()
    };
    let told = town.service.approve(&handler(), &back, PAPERS).await;
    told.unwrap();
    let after = town.approvals(&person).await;
    assert_eq!(after[0], before[0]);
    assert_eq!(after[0].until_on, on(december));
    // What continued the first never held, since the person was back by then.
    assert_eq!(after.len(), 2);
    assert_eq!(after[1].approval_id, before[2].approval_id);
    assert_eq!(after[1].until_on, on(date!(2026 - 11 - 10)));
}

// Art. 41, Art. 56
#[tokio::test]
async fn who_was_not_insured_on_the_day_of_the_accident_is_reported_all_the_same() {
    let town = Town::found().await;
    let person = town.insure(1).await;
    let before = OutsideAccidentReport {
        happened_on: on(YESTERDAY),
        agreed_there: true,
        ..accident(&person, 1)
    };
    let employer = party(Caller::Employer, &credit_code("91", 1));
    let case = town.service.submit(&employer, &before, &[]).await.unwrap();
    let decision: OutsideAccidentDecision = town.service.decision(&case).await.unwrap();
    let [note] = decision.notes.try_into().unwrap();
    assert!(note.contains("没有由该单位参保"));
    town.service.sign_off(&case).await.unwrap();
    assert_eq!(town.approvals(&person).await[0].from_on, on(YESTERDAY));
}
