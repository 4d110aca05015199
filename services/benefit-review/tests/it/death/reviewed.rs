//! Decisions on deaths that somebody objects to: article 90.

use contracts::registration::v1::Sex;

use super::changed::*;
use super::grown_up::decided_by_itself;
use super::survivors::*;
use super::*;

/// Form 90-E of the claim, through the employer.
pub fn objection(bereaved: &Bereaved, claim_id: &str) -> CashReviewForm {
    CashReviewForm {
        employer_id: bereaved.employer_id.clone(),
        person_id: bereaved.person.person_id.clone(),
        name: bereaved.person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        claim_id: claim_id.to_owned(),
        grounds: "对核定金额有异议".to_owned(),
        ..CashReviewForm::default()
    }
}

fn late(of: &Dependant, (kind, changed_on): (SurvivorChangeKind, Date)) -> LateChange {
    LateChange {
        identity_number: of.identity_number.clone(),
        change: Some(SurvivorChange {
            kind: kind as i32,
            changed_on: on(changed_on),
            conclusion_number: String::new(),
        }),
        ..LateChange::default()
    }
}

pub async fn reviewed(bereaved: &Bereaved, form: &CashReviewForm) -> CashReviewDecision {
    let service = &bereaved.town.service;
    let case = service.approve(&handler(), form, ALL).await.unwrap();
    wire::from_any(&case.decision.unwrap()).unwrap()
}

/// A difference as a line: whose, from and until which month, before and after.
pub fn differences(decision: &CashReviewDecision) -> Vec<String> {
    let of = |month: Option<contracts::Month>| {
        month.map_or(String::new(), |one| {
            Month::try_from(one).unwrap().to_string()
        })
    };
    let line = |one: &CashDifference| {
        let (from, until) = (of(one.from_month), of(one.until_month));
        let (before, after) = (text(one.before.as_ref()), text(one.after.as_ref()));
        format!("{} {from}~{until} {before}→{after}", one.payee_name)
    };
    let mut lines: Vec<String> = decision.differences.iter().map(line).collect();
    lines.sort();
    lines
}

/// The number of the claim that was decided last.
pub async fn claim(bereaved: &Bereaved) -> String {
    bereaved.claims(&handler()).await.remove(0).claim_id
}

/// Nothing is another when all is decided anew: not a line of a worksheet.
pub async fn assert_upheld(bereaved: &Bereaved) {
    let told_before = bereaved.told().await.len();
    let form = objection(bereaved, &claim(bereaved).await);
    let decision = reviewed(bereaved, &form).await;
    let (before, after) = (decision.before.unwrap(), decision.after.unwrap());
    assert_eq!(after.awards, before.awards);
    assert_eq!(after.own_wage, before.own_wage);
    assert!(decision.upheld);
    assert_eq!(bereaved.told().await.len(), told_before);
}

// Art. 69, Art. 90
#[tokio::test]
async fn what_is_paid_once_for_a_death_follows_a_figure_that_was_set_late() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(Some(ACCIDENT)).await;
    let death = bereaved.claim(DeathCase::AtWork);
    bereaved.approve(&death).await;
    assert_upheld(&bereaved).await;
    bereaved.set("area_average_monthly_wage", "9000").await;
    let form = objection(&bereaved, &claim(&bereaved).await);
    let decision = reviewed(&bereaved, &form).await;
    assert_eq!(differences(&decision), ["李四 ~ 48000.00→54000.00"]);
    assert_eq!(text(decision.employer_difference.as_ref()), "6000.00");
    let told = bereaved.told().await.pop().unwrap();
    let [one] = told.as_slice() else {
        panic!("the funeral benefit is told");
    };
    assert_eq!(one.kind(), BenefitKind::Funeral);
    assert!(one.is_difference);
    assert_eq!(one.payee_id, wife());
    assert_eq!(bereaved.refused(&death).await, "DEATH_CLAIMED");
}

// Art. 71, Art. 90
#[tokio::test]
async fn an_advance_and_what_followed_it_are_upheld() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(None).await;
    let missing = DeathClaimForm {
        hardship: true,
        ..bereaved.claim(DeathCase::Missing)
    };
    bereaved.approve(&missing).await;
    assert_upheld(&bereaved).await;
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-12-28 09:00 +8));
    let declared = DeathClaimForm {
        declared_on: on(date!(2027 - 12 - 20)),
        ..bereaved.claim(DeathCase::Missing)
    };
    bereaved.approve(&declared).await;
    assert_upheld(&bereaved).await;
}

// Art. 72, Art. 90
#[tokio::test]
async fn a_remarriage_that_was_not_told_is_put_in_its_place_between_two_changes() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(Some(ACCIDENT)).await;
    let circle = [unable_widow(), daughter(), father(), mother()];
    let first = approved(&bereaved, &form(&bereaved, DeathCase::AtWork, &circle)).await;
    assert_eq!(each(&first), ["1714.28", "1285.71", "1285.71", "1714.28"]);
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-09-01 09:00 +8));
    let born_on = date!(2027 - 02 - 20);
    let son = dependant(SurvivorRelation::Child, "遗腹子", born_on, Sex::Male);
    let born = SurvivorChangeForm {
        born: Some(son.clone()),
        ..change(&bereaved, &son, (SurvivorChangeKind::Born, born_on))
    };
    adjusted(&bereaved, &born).await;
    let dies = (SurvivorChangeKind::Died, date!(2027 - 06 - 04));
    adjusted(&bereaved, &change(&bereaved, &circle[2], dies)).await;
    assert_upheld(&bereaved).await;
    let remarries = (SurvivorChangeKind::Remarried, date!(2027 - 04 - 10));
    let told_now = change(&bereaved, &circle[0], remarries);
    assert_eq!(refusal(&bereaved, &told_now).await, "SURVIVOR_CHANGE_ORDER");

    let good = objection(&bereaved, &claim(&bereaved).await);
    let with_remarriage = CashReviewForm {
        told_late: vec![late(&circle[0], remarries)],
        ..good.clone()
    };
    let missing = service.submit(&handler(), &with_remarriage, &[]).await;
    assert_eq!(reason(&missing.unwrap_err()), "EVIDENCE_MISSING");
    let decision = reviewed(&bereaved, &with_remarriage).await;
    // Until June four share 130 hundredths, from July three 100.
    assert_eq!(
        differences(&decision),
        [
            "小女 2027-05~2027-06 1058.82→1384.61",
            "小女 2027-07~2033-06 1285.71→1800.00",
            "李四 2027-05~2027-06 1411.76→0.00",
            "李四 2027-07~ 1714.28→0.00",
            "母亲 2027-05~2027-06 1411.76→1846.15",
            "母亲 2027-07~ 1714.28→2400.00",
            "父亲 2027-05~2027-06 1058.82→1384.61",
            "遗腹子 2027-05~2027-06 1058.82→1384.61",
            "遗腹子 2027-07~2045-02 1285.71→1800.00",
        ]
    );
    assert_eq!(decision.relatives.len(), 5);
    let may = (2027, 5);
    let july = (2027, 7);
    let mut told_now = told_last(&bereaved).await;
    told_now.sort();
    let mut expected = [
        told("李四", "0.00", may),
        told("小女", "1384.61", may),
        told("小女", "1800.00", july),
        told("父亲", "1384.61", may),
        told("母亲", "1846.15", may),
        told("母亲", "2400.00", july),
        told("遗腹子", "1384.61", may),
        told("遗腹子", "1800.00", july),
    ];
    expected.sort();
    assert_eq!(told_now, expected);
    // It was told once, and counts in all that is decided anew from then on.
    assert_upheld(&bereaved).await;
    let again = service
        .approve(&handler(), &with_remarriage, ALL)
        .await
        .unwrap_err();
    assert_eq!(reason(&again), "SURVIVOR_CHANGE");
    // A change after the review rests on it.
    let dies = (SurvivorChangeKind::Died, date!(2027 - 08 - 04));
    adjusted(&bereaved, &change(&bereaved, &circle[3], dies)).await;
    assert_eq!(
        told_last(&bereaved).await,
        [told("母亲", "0.00", (2027, 9))]
    );
    assert_upheld(&bereaved).await;
}

// Art. 72, Art. 90
#[tokio::test]
async fn comings_of_age_and_a_forgotten_relative_are_upheld() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(Some(ACCIDENT)).await;
    let born_on = date!(2009 - 03 - 15);
    let son = dependant(SurvivorRelation::Child, "大儿", born_on, Sex::Male);
    let circle = [son, daughter(), father()];
    approved(&bereaved, &form(&bereaved, DeathCase::AtWork, &circle)).await;
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-06-01 09:00 +8));
    decided_by_itself(&bereaved).await;
    let today = date!(2027 - 06 - 01);
    let forgotten = SurvivorChangeForm {
        forgotten: Some(mother()),
        ..change(&bereaved, &mother(), (SurvivorChangeKind::Forgotten, today))
    };
    adjusted(&bereaved, &forgotten).await;
    assert_upheld(&bereaved).await;
}

// Art. 68, Art. 90
#[tokio::test]
async fn pensions_follow_an_own_wage_that_is_another_by_now() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(Some(ACCIDENT)).await;
    let circle = [unable_widow(), daughter()];
    approved(&bereaved, &form(&bereaved, DeathCase::AtWork, &circle)).await;
    // The floor is lifted above what was kept.
    bereaved.set("area_average_monthly_wage", "12000").await;
    let form = objection(&bereaved, &claim(&bereaved).await);
    let decision = reviewed(&bereaved, &form).await;
    assert_eq!(
        differences(&decision),
        [
            "小女 2027-01~2033-06 1800.00→2160.00",
            "李四 2027-01~ 2400.00→2880.00",
        ]
    );
    assert_upheld(&bereaved).await;
}

// Art. 90
#[tokio::test]
async fn a_change_that_is_being_decided_is_examined_again_after_a_review() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(Some(ACCIDENT)).await;
    let circle = [unable_widow(), daughter(), father()];
    approved(&bereaved, &form(&bereaved, DeathCase::AtWork, &circle)).await;
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-06-01 09:00 +8));
    let dies = (SurvivorChangeKind::Died, date!(2027 - 05 - 04));
    let dies = change(&bereaved, &circle[2], dies);
    let case = service.submit(&handler(), &dies, ALL).await.unwrap();
    let case = service.sign_next(&case).await.unwrap();
    let remarries = (SurvivorChangeKind::Remarried, date!(2027 - 03 - 10));
    let review = CashReviewForm {
        told_late: vec![late(&circle[0], remarries)],
        ..objection(&bereaved, &claim(&bereaved).await)
    };
    reviewed(&bereaved, &review).await;
    // What the reviewer signed is not what the leader would sign now.
    service.sign_next(&case).await.unwrap_err();
    let listed = bereaved.claims(&handler()).await;
    let sequences: Vec<_> = listed.iter().map(|one| one.sequence).collect();
    assert_eq!(sequences, [1, 0]);
}
