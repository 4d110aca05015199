//! Other benefits go by the rule of the area.

use super::*;
use crate::death::{amounts, bereaved};
use crate::disability::{self, CONCLUDED, CONCLUSION, lines};

/// The rule of an area that pays what is not compensated.
async fn offsets(town: &Town, entry: &str) {
    let name = format!("third_party_offset.{entry}");
    town.set(&name, "offset").await;
}

// Art. 68, Art. 74
#[tokio::test]
async fn the_lump_sum_of_a_disability_stands_beside_the_compensation_or_makes_it_up() {
    for (offset, amount, expected) in [
        (false, "20000.55", "138000.00"),
        (true, "20000.55", "117999.45"),
    ] {
        let injured = disability::of(1, true).await;
        let town = &injured.town;
        if offset {
            offsets(town, "disability").await;
        }
        let injury = town.injury(&injured.person.person_id, NUMBER).await;
        let items = [
            (CompensationItem::Disability, amount),
            (CompensationItem::Nursing, "5000"),
        ];
        let decision = approve(town, &compensated(&injury, &items)).await;
        assert!(decision.to_review.is_empty());
        let degrees = (3, NursingGrade::Mostly);
        injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
        let form = injured.form(DisabilityOccasion::Appraisal);
        let decision = injured.approve(&form).await;
        let [lump_sum, allowance, nursing] = lines(&decision.awards).try_into().unwrap();
        assert_eq!(lump_sum, format!("LUMP_SUM_DISABILITY {expected} FUND"));
        // What is paid by the month is no part of the rule.
        assert_eq!(allowance, "DISABILITY_ALLOWANCE 4800.00 2027-04 FUND");
        assert_eq!(nursing, "NURSING_ALLOWANCE 3200.00 2027-04 FUND");
        let line = |label| {
            let kind = BenefitKind::LumpSumDisability;
            disability::line(&decision.awards, kind, label).unwrap()
        };
        assert_eq!(line("第三人已赔偿的残疾赔偿金").1, "深公交调〔2026〕7号");
        let rule = if offset { "抵扣" } else { "不抵扣" };
        assert_eq!(line("赔偿与待遇的关系").0, rule);
        let source = if offset {
            "省人社厅文件"
        } else {
            "法释〔2014〕9号"
        };
        assert!(line("赔偿与待遇的关系").1.contains(source));
        assert_eq!(line("核定金额").0, expected);
        let once = decision.fund_once.as_ref().unwrap().as_text();
        assert_eq!(once, expected);
    }
}

// Art. 69, Art. 74
#[tokio::test]
async fn the_lump_sums_of_a_death_go_by_their_own_rules() {
    let bereaved = bereaved(TODAY).await;
    let injury = bereaved.register(on_day()).await;
    offsets(&bereaved.town, "funeral").await;
    let items = [
        (CompensationItem::Funeral, "40000.10"),
        (CompensationItem::Death, "900000"),
    ];
    approve(&bereaved.town, &compensated(&injury, &items)).await;
    let decision = bereaved.approve(&bereaved.claim(DeathCase::AtWork)).await;
    let expected = [
        (BenefitKind::Funeral, Payer::Fund, "7999.90"),
        (BenefitKind::LumpSumDeath, Payer::Fund, "1130040.00"),
    ];
    assert_eq!(amounts(&decision.awards), expected);
}

fn on_day() -> Option<time::Date> {
    Some(TODAY)
}

// Art. 74
#[tokio::test]
async fn a_lump_sum_that_was_decided_before_is_named_for_review() {
    let injured = disability::of(1, true).await;
    let town = &injured.town;
    let degrees = (3, NursingGrade::Mostly);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let case = injured.sign(&form).await.unwrap();
    let injury = town.injury(&injured.person.person_id, NUMBER).await;
    let items = [(CompensationItem::Disability, "20000")];
    let beside = approve(town, &compensated(&injury, &items)).await;
    assert!(beside.to_review.is_empty());
    offsets(town, "disability").await;
    let items = [(CompensationItem::Disability, "20001")];
    let less = approve(town, &compensated(&injury, &items)).await;
    assert_eq!(less.to_review, [case.case_id]);
    assert_eq!(injured.told().await.len(), 1);
}
