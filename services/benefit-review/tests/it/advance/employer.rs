//! In the place of an employer that did not insure.

use super::*;

// Art. 75, Art. 77
#[tokio::test]
async fn the_fund_advances_what_the_employer_does_not_pay_once_it_was_urged() {
    let (injured, injury) = unpaid().await;
    let town = &injured.town;
    let (case, notice) = take(town, &asked(&injury)).await;
    assert_eq!(notice.pay_by, on(PAY_BY));
    assert_eq!(notice.kind(), AdvanceKind::Employer);
    assert_eq!(notice.employer_id, injury.employer_id);
    let form = review(
        &case.case_id,
        &[(BenefitKind::LumpSumDisability, "38000.50")],
    );
    injured.at(PAY_BY);
    assert_eq!(refused(town, &form).await, "ADVANCE_TERM_RUNS");

    injured.at(PAY_BY + Duration::days(1));
    let decision = decide(town, &form).await;
    // What is paid by the month begins in April.
    let lump_sum = "LUMP_SUM_DISABILITY PERSON 99999.50 EMPLOYER";
    assert_eq!(lines(&decision), [lump_sum]);
    assert_eq!(text(decision.amount.as_ref()), "99999.50");
    assert_eq!(decision.repay_by, on(date!(2027 - 03 - 28)));
    assert_eq!(refused(town, &form).await, "ADVANCE_NOTHING");

    injured.at(date!(2027 - 05 - 10));
    let decision = decide(town, &form).await;
    assert_eq!(
        lines(&decision),
        [
            "DISABILITY_ALLOWANCE PERSON 9600.00 EMPLOYER",
            "NURSING_ALLOWANCE PERSON 6400.00 EMPLOYER",
        ]
    );
    let due = recoveries(town).await;
    let sums: Vec<_> = due
        .iter()
        .map(|due| (text(due.amount.as_ref()), text(due.balance.as_ref())))
        .collect();
    assert_eq!(sums, [("99999.50", "99999.50"), ("16000.00", "115999.50")]);
    assert_eq!(due[0].debtor(), AdvanceDebtor::Employer);
    assert_eq!(due[0].debtor_id, injury.employer_id);
    assert_eq!(due[0].repay_by, on(date!(2027 - 03 - 28)));
    assert!(due[0].source.contains("第四十一条"), "{}", due[0].source);
    let by_fund = |kind, amount: &str| (kind, PayeeKind::Person, Payer::Fund, amount.to_owned());
    assert_eq!(
        paid(town, &case.case_id).await,
        [
            by_fund(BenefitKind::LumpSumDisability, "99999.50"),
            by_fund(BenefitKind::DisabilityAllowance, "9600.00"),
            by_fund(BenefitKind::NursingAllowance, "6400.00"),
        ]
    );
}

// Art. 75
#[tokio::test]
async fn an_employer_that_applies_itself_is_not_urged() {
    let (injured, injury) = unpaid().await;
    let form = AdvanceForm {
        employer_id: injury.employer_id.clone(),
        applicant: AdvanceApplicant::Employer as i32,
        reason: AdvanceReason::OfEmployer as i32,
        ..asked(&injury)
    };
    let (case, notice) = take(&injured.town, &form).await;
    assert_eq!(notice.pay_by, None);
    let decision = decide(&injured.town, &review(&case.case_id, &[])).await;
    let lump_sum = "LUMP_SUM_DISABILITY PERSON 138000.00 EMPLOYER";
    assert_eq!(lines(&decision), [lump_sum]);
}

// Art. 53, Art. 54, Art. 75, Art. 78
#[tokio::test]
async fn somebody_who_was_not_insured_on_the_day_is_filed_registered_and_advanced() {
    let town = Town::found().await;
    let employer_id = town.register(1).await;
    let person = town.hire(&employer_id, 1).await;
    // The accident was on the day before the insurance.
    let happened_on = TODAY - Duration::days(1);
    let filed = AccidentForm {
        employer_id: employer_id.clone(),
        person_id: person.person_id.clone(),
        name: person.name.clone(),
        cause: InjuryCause::Accident as i32,
        happened_on: on(happened_on),
        place: "车间".to_owned(),
        injured_parts: "右小腿".to_owned(),
        course: "操作冲压机时受伤".to_owned(),
        institution: "深圳市第1人民医院".to_owned(),
        rescue: "送医清创缝合".to_owned(),
        channel: AccidentChannel::Phone as i32,
        ..AccidentForm::default()
    };
    let case = town.service.approve(&handler(), &filed, &[]).await.unwrap();
    let decision: AccidentDecision = wire::from_any(case.decision.as_ref().unwrap()).unwrap();
    assert!(!decision.insured);
    let recognition = Recognition {
        happened_on: on(happened_on),
        ..town.recognition(&employer_id, &person, NUMBER)
    };
    let injury = town.injure(&recognition).await;
    assert_eq!(injury.eligibility(), Eligibility::NotInsured);
    let (_, notice) = take(&town, &asked(&injury)).await;
    assert_eq!(notice.pay_by, on(date!(2026 - 11 - 09)));
}
