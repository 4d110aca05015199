//! Decisions on disabilities that somebody objects to: article 90.

mod under_way;

use chassis::testing::clerk;
use contracts::Money;
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::{GetCaseRequest, SignCaseRequest};
use contracts::options::v1::{Department, Duty};
use contracts::registration::v1::StaffChangeKind;

use super::*;

/// Form 90-E of the claim, through the employer.
pub fn objection(injured: &Injured, claim_id: &str) -> CashReviewForm {
    CashReviewForm {
        employer_id: injured.employer_id.clone(),
        person_id: injured.person.person_id.clone(),
        name: injured.person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        claim_id: claim_id.to_owned(),
        grounds: "单位已经补缴，本人工资应当重新核定".to_owned(),
        ..CashReviewForm::default()
    }
}

pub async fn reviewed(injured: &Injured, form: &CashReviewForm) -> CashReviewDecision {
    let case = injured.sign(form).await.unwrap();
    chassis::wire::from_any(case.decision.as_ref().unwrap()).unwrap()
}

/// A difference as a line: what, from and until which month, before and after, who bears it.
pub fn differences(decision: &CashReviewDecision) -> Vec<String> {
    let line = |one: &CashDifference| {
        let kind = one.benefit().as_str_name();
        let kind = kind.trim_start_matches("BENEFIT_KIND_");
        let (from, until) = (text(one.from_month), text(one.until_month));
        let (before, after) = (yuan(one.before.as_ref()), yuan(one.after.as_ref()));
        let payer = one.payer().as_str_name().trim_start_matches("PAYER_");
        format!("{kind} {from}~{until} {before}→{after} {payer}")
    };
    decision.differences.iter().map(line).collect()
}

/// What the fund and the employer pay once more than before.
fn once(decision: &CashReviewDecision) -> [&str; 2] {
    let sums = [&decision.fund_difference, &decision.employer_difference];
    sums.map(|sum| yuan(sum.as_ref()))
}

fn of_claim(claim_id: &str) -> ListCashClaimsRequest {
    ListCashClaimsRequest {
        claim_id: claim_id.to_owned(),
        ..ListCashClaimsRequest::default()
    }
}

/// Nothing is another when all is decided anew: not a line of a worksheet.
pub async fn assert_upheld(injured: &Injured, claim_id: &str) {
    let told_before = injured.told().await.len();
    let decision = reviewed(injured, &objection(injured, claim_id)).await;
    let (before, after) = (decision.before.unwrap(), decision.after.unwrap());
    assert_eq!(after.awards, before.awards);
    assert_eq!(after.own_wage, before.own_wage);
    assert!(decision.upheld);
    assert!(decision.differences.is_empty());
    assert_eq!(injured.told().await.len(), told_before);
}

// Art. 68, Art. 90
#[tokio::test]
async fn an_own_wage_that_is_higher_by_now_makes_up_the_lump_sum_and_all_months_of_the_allowance() {
    let injured = injured().await;
    let degrees = (4, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let claim = injured.sign(&form).await.unwrap().case_id;
    let (employer_id, more) = (&injured.employer_id, (injured.n, "9000.00"));
    injured
        .town
        .declare_more(employer_id, november(), more)
        .await;
    assert_eq!(injured.compare().await.len(), 1);
    let worse = ("深劳鉴〔2028〕1号", date!(2028 - 05 - 31));
    injured
        .appraise(worse.0, worse.1, (3, NursingGrade::Unspecified))
        .await;
    injured.approve(&form).await;

    let decision = reviewed(&injured, &objection(&injured, &claim)).await;
    assert_eq!(
        differences(&decision),
        [
            "LUMP_SUM_DISABILITY ~ 126000.00→189000.00 FUND",
            "DISABILITY_ALLOWANCE 2027-04~2028-05 4500.00→6750.00 FUND",
            "DISABILITY_ALLOWANCE 2028-06~ 4800.00→7200.00 FUND",
        ]
    );
    assert_eq!(once(&decision), ["63000.00", "0.00"]);
    assert!(!decision.upheld);
    let after = decision.after.as_ref().unwrap();
    assert_eq!(
        lines(&after.awards),
        [
            "LUMP_SUM_DISABILITY 189000.00 FUND",
            "DISABILITY_ALLOWANCE 7200.00 2028-06 FUND",
        ]
    );
    let decided = injured.told().await;
    assert_eq!(
        told(&decided[2]),
        [
            "LUMP_SUM_DISABILITY 63000.00 FUND",
            "DISABILITY_ALLOWANCE 6750.00 2027-04 FUND replaces",
            "DISABILITY_ALLOWANCE 7200.00 2028-06 FUND replaces",
        ]
    );
    let [once, first, _] = decided[2].as_slice() else {
        panic!("three benefits are told");
    };
    assert!(once.is_difference && !first.is_difference);
    assert_eq!(text(first.until_month), "2028-05");
    assert_eq!(once.claim_id, claim);

    // What was decided before stays readable, and the own wage is looked at.
    let listed = injured.claims(&handler(), of_claim(&claim)).await;
    let wage = |claim: &CashClaim| claim.own_wage.as_ref().map(|wage| wage.sum.clone());
    let listed: Vec<_> = listed.iter().map(|one| (one.sequence, wage(one))).collect();
    let expected = [(2, "9000.00"), (1, "6000.00"), (0, "6000.00")];
    assert_eq!(listed, expected.map(|(at, sum)| (at, Some(sum.to_owned()))));
    assert!(injured.differences().await.is_empty());
    assert_upheld(&injured, &claim).await;

    // What is decided from now on rests on what the review found.
    let worst = ("深劳鉴〔2029〕1号", date!(2029 - 06 - 01));
    injured
        .appraise(worst.0, worst.1, (1, NursingGrade::Unspecified))
        .await;
    let decision = injured.approve(&form).await;
    assert_eq!(
        lines(&decision.awards)[1..],
        ["DISABILITY_ALLOWANCE 8100.00 2029-07 FUND"]
    );
    assert_eq!(decision.sequence, 4);
}

// Art. 68, Art. 90
#[tokio::test]
async fn what_nothing_has_changed_of_is_upheld_to_the_line_through_all_that_was_decided() {
    let injured = injured().await;
    injured.injure("深人社认字〔2026〕2号").await;
    let partly = (5, NursingGrade::Partly);
    injured.appraise(CONCLUSION, CONCLUDED, partly).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let claim = injured.sign(&form).await.unwrap().case_id;
    assert_upheld(&injured, &claim).await;
    // The nursing of another injury takes the place of this one's.
    let fully = ("深劳鉴〔2027〕2号", date!(2027 - 05 - 10));
    let second = "深人社认字〔2026〕2号";
    injured
        .appraise_of(second, fully.0, fully.1, (1, NursingGrade::Full))
        .await;
    let of_second = DisabilityForm {
        recognition_number: second.to_owned(),
        ..form.clone()
    };
    injured.approve(&of_second).await;
    assert_upheld(&injured, &claim).await;
    let better = ("深劳鉴〔2028〕1号", date!(2028 - 05 - 31));
    injured
        .appraise(better.0, better.1, (6, NursingGrade::Mostly))
        .await;
    injured.approve(&form).await;
    assert_upheld(&injured, &claim).await;
    injured.at(date!(2028 - 09 - 01));
    injured.end(date!(2028 - 08 - 31)).await;
    let ended = injured.form(DisabilityOccasion::RelationEnd);
    injured.approve(&ended).await;
    assert_upheld(&injured, &claim).await;
    let listed = injured.claims(&handler(), of_claim(&claim)).await;
    assert_eq!(listed[0].sequence, 7);
}

// Art. 59, Art. 68, Art. 90
#[tokio::test]
async fn a_retirement_and_a_settlement_are_upheld_too() {
    let injured = injured().await;
    let degrees = (4, NursingGrade::Partly);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let claim = injured.sign(&form).await.unwrap().case_id;
    let retired = DisabilityForm {
        retired_on: on(date!(2027 - 05 - 31)),
        basic_pension: Some(Money::from_text("3000.00")),
        ..injured.form(DisabilityOccasion::Retirement)
    };
    injured.at(date!(2027 - 06 - 01));
    injured.approve(&retired).await;
    assert_upheld(&injured, &claim).await;
    for (name, value) in [
        ("settlement_basis", "monthly"),
        ("settlement_allowance.4_30", "180"),
        ("settlement_nursing.partly_0", "150"),
    ] {
        injured.town.set(name, value).await;
    }
    let settled = OneOffSettlementForm {
        employer_id: injured.employer_id.clone(),
        person_id: injured.person.person_id.clone(),
        name: injured.person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        explained: true,
        agreed_on: on(date!(2027 - 06 - 01)),
        agreement_number: "协〔2027〕1号".to_owned(),
        relation_ends_on: on(date!(2027 - 06 - 01)),
        rural_resident: true,
    };
    injured.sign(&settled).await.unwrap();
    assert_upheld(&injured, &claim).await;
    // Of nursing months are settled by what it comes to.
    injured.town.set("area_average_monthly_wage", "9000").await;
    let decision = reviewed(&injured, &objection(&injured, &claim)).await;
    assert_eq!(
        differences(&decision),
        [
            "ONE_OFF_SETTLEMENT ~ 630000.00→675000.00 FUND",
            "NURSING_ALLOWANCE 2027-04~2027-06 2400.00→2700.00 FUND",
        ]
    );
}

// Art. 68, Art. 90
#[tokio::test]
async fn subsidies_at_the_end_of_the_relation_follow_an_average_wage_that_was_set_late() {
    let injured = injured().await;
    injured.town.set("subsidy_basis", "area_wage").await;
    let degrees = (7, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let claim = injured.sign(&form).await.unwrap().case_id;
    injured.at(date!(2027 - 07 - 01));
    injured.end(date!(2027 - 06 - 30)).await;
    let ended = injured.form(DisabilityOccasion::RelationEnd);
    let before = injured.approve(&ended).await;
    injured.town.set("area_average_monthly_wage", "8800").await;
    let decision = reviewed(&injured, &objection(&injured, &claim)).await;
    // A tenth more of both, and nothing of the lump sum, which rests on the own wage.
    let tenth = |award: &Award| award.amount.as_ref().unwrap().decimal().unwrap() / Decimal::TEN;
    let more: Vec<_> = before.awards[1..].iter().map(tenth).collect();
    let found = decision.differences.iter();
    let found: Vec<_> = found
        .map(|one| one.difference.as_ref().unwrap().decimal().unwrap())
        .collect();
    assert_eq!(found, more);
    let payers: Vec<_> = decision
        .differences
        .iter()
        .map(CashDifference::payer)
        .collect();
    assert_eq!(payers, [Payer::Fund, Payer::Employer]);
    assert_eq!(injured.told().await[2].len(), 2);
}

// Art. 54, Art. 90
#[tokio::test]
async fn what_was_awarded_for_a_recognition_that_was_revoked_is_taken_back_from_the_first_month() {
    let injured = injured().await;
    let degrees = (4, NursingGrade::Partly);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let claim = injured.sign(&form).await.unwrap().case_id;
    let town = &injured.town;
    let revoked = Recognition {
        happened_on: on(INJURED),
        applied_on: on(INJURED),
        accepted_on: on(INJURED),
        outcome: RecognitionOutcome::Revoked as i32,
        ..town.recognition(&injured.employer_id, &injured.person, NUMBER)
    };
    town.recognise(&revoked).await;
    assert_eq!(injured.refused(&form).await, "DISABILITY_REVOKED");
    let decision = reviewed(&injured, &objection(&injured, &claim)).await;
    assert_eq!(
        differences(&decision),
        [
            "LUMP_SUM_DISABILITY ~ 126000.00→0.00 FUND",
            "DISABILITY_ALLOWANCE 2027-04~ 4500.00→0.00 FUND",
            "NURSING_ALLOWANCE 2027-04~ 2400.00→0.00 FUND",
        ]
    );
    assert!(decision.after.unwrap().awards.is_empty());
    let decided = injured.told().await;
    assert_eq!(
        told(&decided[1]),
        [
            "DISABILITY_ALLOWANCE 0.00 2027-04 FUND replaces",
            "NURSING_ALLOWANCE 0.00 2027-04 FUND replaces",
            "LUMP_SUM_DISABILITY -126000.00 FUND",
        ]
    );
}

// Art. 56, Art. 90
#[tokio::test]
async fn what_an_employer_bears_that_has_paid_since_is_seen_when_it_objects() {
    let injured = of(1, false).await;
    let (town, employer_id) = (&injured.town, &injured.employer_id);
    let december = november().next();
    town.declare(employer_id, december, &[(1, "6000.00")]).await;
    town.charge(december).await;
    let day = date!(2026 - 12 - 22);
    injured.at(day);
    injured
        .appraise(CONCLUSION, day, (4, NursingGrade::Unspecified))
        .await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let claim = injured.sign(&form).await.unwrap().case_id;
    let own = party(Caller::Employer, employer_id);
    let objection = objection(&injured, &claim);
    let service = &town.service;
    let case = service.submit(&own, &objection, &[]).await.unwrap();
    let early: CashReviewDecision = service.decision(&case).await.unwrap();
    assert!(early.upheld);
    // It is told only after it was objected that all was paid before the first month.
    town.pay_all(employer_id, "1000.00", date!(2026 - 12 - 29))
        .await;
    let case = service.sign_off(&case).await.unwrap();
    let decision: CashReviewDecision = service.decision(&case).await.unwrap();
    assert_eq!(
        differences(&decision),
        [
            "DISABILITY_ALLOWANCE 2027-01~ 0.00→4500.00 FUND",
            "DISABILITY_ALLOWANCE 2027-01~ 4500.00→0.00 EMPLOYER",
        ]
    );
    let decided = injured.told().await;
    assert_eq!(
        told(&decided[1]),
        [
            "DISABILITY_ALLOWANCE 0.00 2027-01 EMPLOYER replaces",
            "DISABILITY_ALLOWANCE 4500.00 2027-01 FUND replaces",
        ]
    );
}

// Art. 68, Art. 90
#[tokio::test]
async fn wages_that_are_proven_take_the_place_of_those_that_were_stated() {
    let injured = injured().await;
    let early = "深人社认字〔2026〕3号";
    let (town, person) = (&injured.town, &injured.person);
    town.injure(&town.recognition(&injured.employer_id, person, early))
        .await;
    injured
        .appraise_of(early, CONCLUSION, CONCLUDED, (9, NursingGrade::Unspecified))
        .await;
    let of = |yuan: &str| MonthlyBase {
        month: Some("2026-10".parse::<Month>().unwrap().into()),
        base: Some(Money::from_text(yuan)),
    };
    let form = DisabilityForm {
        recognition_number: early.to_owned(),
        wages: vec![of("6000.00")],
        ..injured.form(DisabilityOccasion::Appraisal)
    };
    let claim = injured.sign(&form).await.unwrap().case_id;
    let good = CashReviewForm {
        recognition_number: early.to_owned(),
        ..objection(&injured, &claim)
    };
    let upheld = reviewed(&injured, &good).await;
    assert!(upheld.upheld);
    let proven = CashReviewForm {
        wages: vec![of("7000.00")],
        ..good
    };
    let decision = reviewed(&injured, &proven).await;
    assert_eq!(
        differences(&decision),
        ["LUMP_SUM_DISABILITY ~ 54000.00→63000.00 FUND"]
    );
}

// Art. 68, Art. 90
#[tokio::test]
async fn a_day_of_the_end_that_the_person_has_been_with_another_since_stays_the_one_that_counts() {
    let injured = injured().await;
    let degrees = (8, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let claim = injured.sign(&form).await.unwrap().case_id;
    injured.at(date!(2027 - 07 - 01));
    injured.end(date!(2027 - 06 - 30)).await;
    let ended = injured.form(DisabilityOccasion::RelationEnd);
    injured.approve(&ended).await;
    let town = &injured.town;
    town.report(
        &injured.employer_id,
        1,
        StaffChangeKind::End,
        date!(2027 - 06 - 30),
    )
    .await;
    assert_upheld(&injured, &claim).await;
}
