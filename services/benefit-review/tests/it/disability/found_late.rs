//! An occupational disease that was found after the labour relation.

use contracts::registration::v1::StaffChangeKind;

use super::reviewed::assert_upheld;
use super::*;

/// The last day of the labour relation, and the day of the diagnosis: more than a year lies between them.
const LEFT: Date = date!(2026 - 12 - 04);
const DIAGNOSED: Date = date!(2028 - 02 - 01);

/// The conclusion on it, and its day.
const FOUND: &str = "深劳鉴〔2028〕1号";
const FOUND_ON: Date = date!(2028 - 04 - 10);

/// Person 1, whose base of November 2026 was 6000 yuan, paid in time, and who left in December; the disease is registered.
async fn diagnosed() -> Injured {
    let town = Town::found().await;
    let employer_id = town.register(1).await;
    let person = town.hire(&employer_id, 1).await;
    town.heard_of(&employer_id, &person, TODAY).await;
    town.declare(&employer_id, november(), &[(1, "6000.00")])
        .await;
    let owed = town.charge(november()).await;
    let day = date!(2026 - 11 - 20);
    town.pay(&employer_id, november(), &owed, day).await;
    for (name, value) in FIGURES {
        town.set(name, value).await;
    }
    let injured = Injured {
        town,
        employer_id,
        n: 1,
        person,
    };
    injured.at(INJURED);
    let (town, employer_id) = (&injured.town, &injured.employer_id);
    town.report(employer_id, 1, StaffChangeKind::End, LEFT)
        .await;
    injured.at(DIAGNOSED);
    let disease = Recognition {
        cause: InjuryCause::OccupationalDisease as i32,
        happened_on: on(DIAGNOSED),
        applied_on: on(DIAGNOSED),
        accepted_on: on(DIAGNOSED),
        ..town.recognition(employer_id, &injured.person, NUMBER)
    };
    town.recognise(&disease).await;
    let form = InjuryForm {
        stoppage_from_on: None,
        stoppage_until_on: None,
        diagnosed_after_end: true,
        ..injury_form(&disease)
    };
    injured.sign(&form).await.unwrap();
    injured
}

async fn registered(injured: &Injured) -> Injury {
    injured.town.injury(&injured.person.person_id, NUMBER).await
}

// Art. 57
#[tokio::test]
async fn who_left_before_the_diagnosis_stands_without_an_employer_from_the_day_after() {
    let injured = diagnosed().await;
    let injury = registered(&injured).await;
    assert_eq!(injury.eligibility(), Eligibility::Eligible);
    assert_eq!(injury.relation(), RelationState::Ended);
    assert_eq!(injury.relation_from_on, on(date!(2026 - 12 - 05)));
    assert_eq!(injury.insured_on, on(LEFT));
    assert_eq!(injury.present_employer_id, "");
    assert_eq!(injury.last_employer_id, injured.employer_id);
    let change = RelationChangeForm {
        employer_id: injured.employer_id.clone(),
        person_id: injured.person.person_id.clone(),
        name: injured.person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        change: RelationChange::End as i32,
        changes_on: on(DIAGNOSED),
        ..RelationChangeForm::default()
    };
    let refused = injured.sign(&change).await.unwrap_err();
    assert_eq!(reason(&refused), "RELATION_OVER");
}

// Art. 57, Art. 59, Art. 68
#[tokio::test]
async fn the_own_wage_of_a_disease_found_late_is_that_before_the_end_and_its_benefits_are_settled()
{
    let injured = diagnosed().await;
    let degrees = (4, NursingGrade::Partly);
    injured.appraise(FOUND, FOUND_ON, degrees).await;
    let unstated = injured.form(DisabilityOccasion::Appraisal);
    let refused = injured.refused(&unstated).await;
    assert_eq!(refused, "DISABILITY_PENSION_UNSTATED");
    let form = DisabilityForm {
        without_pension: true,
        ..unstated
    };
    let case = injured.sign(&form).await.unwrap();
    let decision: DisabilityDecision =
        chassis::wire::from_any(case.decision.as_ref().unwrap()).unwrap();
    assert_eq!(
        lines(&decision.awards),
        [
            "LUMP_SUM_DISABILITY 126000.00 FUND",
            "DISABILITY_ALLOWANCE 4500.00 2028-05 FUND",
            "NURSING_ALLOWANCE 2400.00 2028-05 FUND",
        ]
    );
    let own_wage = decision.own_wage.as_ref().unwrap();
    let counted = &own_wage.worksheet.as_ref().unwrap().lines[0];
    assert_eq!(counted.label, "劳动关系解除或终止日期");
    assert_eq!(counted.value, LEFT.to_string());
    assert_upheld(&injured, &case.case_id).await;
    for (name, value) in [
        ("settlement_basis", "monthly"),
        ("settlement_allowance.4_30", "180"),
        ("settlement_nursing.partly_0", "150"),
    ] {
        injured.town.set(name, value).await;
    }
    let settle = OneOffSettlementForm {
        employer_id: injured.employer_id.clone(),
        person_id: injured.person.person_id.clone(),
        name: injured.person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        explained: true,
        agreed_on: on(FOUND_ON),
        agreement_number: "协〔2028〕1号".to_owned(),
        relation_ends_on: on(FOUND_ON),
        rural_resident: true,
    };
    let settled = injured.sign(&settle).await.unwrap();
    let settled: OneOffSettlementDecision =
        chassis::wire::from_any(settled.decision.as_ref().unwrap()).unwrap();
    assert_eq!(yuan(settled.amount.as_ref()), "1170000.00");
    let injury = registered(&injured).await;
    assert_eq!(injury.relation(), RelationState::Settled);
    // Decided anew it is as it was: the end of the relation stands beside the settlement.
    assert_upheld(&injured, &case.case_id).await;
    let again = injured.sign(&settle).await.unwrap_err();
    assert_eq!(reason(&again), "RELATION_OVER");
}

// Art. 57, Art. 68
#[tokio::test]
async fn both_lump_sums_at_the_end_are_due_of_a_disease_found_after_it_and_no_allowance() {
    let injured = diagnosed().await;
    let degrees = (5, NursingGrade::Unspecified);
    injured.appraise(FOUND, FOUND_ON, degrees).await;
    let appraisal = injured.form(DisabilityOccasion::Appraisal);
    injured.approve(&appraisal).await;
    let ended = injured.form(DisabilityOccasion::RelationEnd);
    let decision = injured.approve(&ended).await;
    assert_eq!(
        lines(&decision.awards),
        [
            "LUMP_SUM_DISABILITY 108000.00 FUND",
            "LUMP_SUM_MEDICAL_SUBSIDY 60000.00 FUND",
            "LUMP_SUM_EMPLOYMENT_SUBSIDY 300000.00 EMPLOYER",
        ]
    );
    assert_eq!(decision.relation_ended_on, on(LEFT));
}

/// Basic pensions of the last months of 2027, in yuan.
fn pensions(yuan: &[(u8, &str)]) -> Vec<MonthlyPension> {
    let each = yuan.iter().map(|(month, yuan)| MonthlyPension {
        month: Some(Month::new(2027, *month).unwrap().into()),
        pension: Some(contracts::Money::from_text(*yuan)),
    });
    each.collect()
}

// Art. 57, Art. 68
#[tokio::test]
async fn the_lump_sum_of_who_had_retired_rests_on_the_pension_where_that_is_more() {
    let injured = diagnosed().await;
    injured
        .appraise(FOUND, FOUND_ON, (4, NursingGrade::Unspecified))
        .await;
    let form = DisabilityForm {
        pensions: pensions(&[(11, "6500.00"), (12, "6500.01")]),
        retired_on: on(LEFT),
        basic_pension: Some(contracts::Money::from_text("6500.01")),
        ..injured.form(DisabilityOccasion::Appraisal)
    };
    for (bad, expected) in [
        (
            DisabilityForm {
                retired_on: None,
                basic_pension: None,
                ..form.clone()
            },
            "DISABILITY_PENSION_UNSTATED",
        ),
        (
            DisabilityForm {
                without_pension: true,
                ..form.clone()
            },
            "DISABILITY_PENSION_UNSTATED",
        ),
        (
            DisabilityForm {
                basic_pension: None,
                ..form.clone()
            },
            "DISABILITY_RETIREMENT_FACTS",
        ),
        (
            DisabilityForm {
                retired_on: on(date!(2028 - 02 - 02)),
                ..form.clone()
            },
            "DISABILITY_RETIREMENT_DATE",
        ),
    ] {
        assert_eq!(injured.refused(&bad).await, expected);
    }
    // One of more than a year before the diagnosis, and one that is there twice.
    for (month, amount) in [(1, "6500"), (12, "6500")] {
        let mut bad = form.clone();
        bad.pensions.extend(pensions(&[(month, amount)]));
        let refused = injured.sign(&bad).await.unwrap_err();
        assert_eq!(reason(&refused), "PENSION_MONTH");
    }
    let case = injured.sign(&form).await.unwrap();
    let decision: DisabilityDecision =
        chassis::wire::from_any(case.decision.as_ref().unwrap()).unwrap();
    // 6500.005 times 21 months; the allowance of the own wage before the end, 4500 yuan, is below the pension.
    assert_eq!(
        lines(&decision.awards),
        [
            "LUMP_SUM_DISABILITY 136500.11 FUND",
            "PENSION_DIFFERENCE 0.00 2028-05 FUND",
        ]
    );
    assert_eq!(decision.retired_on, on(LEFT));
    let decided = injured.told().await;
    assert_eq!(told(&decided[0]), ["LUMP_SUM_DISABILITY 136500.11 FUND"]);
    assert_upheld(&injured, &case.case_id).await;
    // The lump sum is had.
    injured
        .appraise(
            "深劳鉴〔2028〕9号",
            date!(2028 - 06 - 12),
            (3, NursingGrade::Unspecified),
        )
        .await;
    let only_pensions = DisabilityForm {
        retired_on: None,
        basic_pension: None,
        ..form
    };
    let refused = injured.sign(&only_pensions).await.unwrap_err();
    assert_eq!(reason(&refused), "PENSION_NOT_NEEDED");
    // The allowance of another grade is still below the pension.
    let further = injured.form(DisabilityOccasion::Appraisal);
    let decision = injured.approve(&further).await;
    assert_eq!(
        lines(&decision.awards)[1..],
        ["PENSION_DIFFERENCE 0.00 2028-07 FUND"]
    );
    assert_upheld(&injured, &case.case_id).await;
}

// Art. 57, Art. 68
#[tokio::test]
async fn who_had_retired_before_a_disease_was_found_has_what_the_pension_is_lower_by() {
    let injured = diagnosed().await;
    injured
        .appraise(FOUND, FOUND_ON, (4, NursingGrade::Unspecified))
        .await;
    let form = DisabilityForm {
        retired_on: on(LEFT),
        basic_pension: Some(contracts::Money::from_text("3210.55")),
        ..injured.form(DisabilityOccasion::Appraisal)
    };
    let case = injured.sign(&form).await.unwrap();
    let decided = injured.told().await;
    assert_eq!(
        told(&decided[0]),
        [
            "LUMP_SUM_DISABILITY 126000.00 FUND",
            "PENSION_DIFFERENCE 1289.45 2028-05 FUND",
        ]
    );
    let decision: DisabilityDecision =
        chassis::wire::from_any(case.decision.as_ref().unwrap()).unwrap();
    let counted = line(
        &decision.awards,
        BenefitKind::PensionDifference,
        "伤残津贴（每月）",
    );
    assert_eq!(counted.map(|(value, _)| value), Some("4500.00"));
    assert_upheld(&injured, &case.case_id).await;
    let again = DisabilityForm {
        occasion: DisabilityOccasion::Retirement as i32,
        ..form
    };
    assert_eq!(injured.refused(&again).await, "DISABILITY_RETIRED");
}

// Art. 57, Art. 68
#[tokio::test]
async fn a_retirement_before_the_diagnosis_that_was_not_told_takes_the_allowance_from_its_first_month()
 {
    let injured = diagnosed().await;
    injured
        .appraise(FOUND, FOUND_ON, (4, NursingGrade::Unspecified))
        .await;
    let form = DisabilityForm {
        without_pension: true,
        ..injured.form(DisabilityOccasion::Appraisal)
    };
    let claim = injured.sign(&form).await.unwrap().case_id;
    let retired = DisabilityForm {
        retired_on: on(LEFT),
        basic_pension: Some(contracts::Money::from_text("3210.55")),
        ..injured.form(DisabilityOccasion::Retirement)
    };
    injured.approve(&retired).await;
    assert_eq!(
        told(&injured.told().await[1]),
        [
            "DISABILITY_ALLOWANCE 0.00 2028-05 FUND replaces",
            "PENSION_DIFFERENCE 1289.45 2028-05 FUND replaces",
        ]
    );
    assert_upheld(&injured, &claim).await;
}

// Art. 68
#[tokio::test]
async fn who_was_injured_while_employed_has_no_pension_to_compare() {
    let injured = injured().await;
    let degrees = (4, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    for occasion in [
        DisabilityOccasion::Appraisal,
        DisabilityOccasion::RelationEnd,
    ] {
        let form = DisabilityForm {
            pensions: pensions(&[(1, "6500")]),
            ..injured.form(occasion)
        };
        let refused = injured.sign(&form).await.unwrap_err();
        assert_eq!(reason(&refused), "PENSION_NOT_NEEDED");
    }
}
