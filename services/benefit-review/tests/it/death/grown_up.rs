//! Comings of age that nobody told.

use chassis::testing::eventually;
use contracts::registration::v1::Sex;

use super::changed::*;
use super::reviewed::assert_upheld;
use super::survivors::*;
use super::*;

/// Waits until a coming of age has been decided though nobody told it.
pub async fn decided_by_itself(bereaved: &Bereaved) {
    eventually(async || {
        let claims = bereaved.claims(&handler()).await;
        (claims.len() == 2).then_some(())
    })
    .await;
}

// Art. 72
#[tokio::test]
async fn a_coming_of_age_that_nobody_tells_is_decided_when_its_month_begins() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(Some(ACCIDENT)).await;
    let born_on = date!(2009 - 03 - 15);
    let son = dependant(SurvivorRelation::Child, "大儿", born_on, Sex::Male);
    let circle = [unable_widow(), son, daughter(), father()];
    approved(&bereaved, &form(&bereaved, DeathCase::AtWork, &circle)).await;
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-04-01 00:10 +8));
    decided_by_itself(&bereaved).await;
    let mut told_all = bereaved.told().await;
    assert_eq!(told_all.len(), 2);
    let april = (2027, 4);
    let expected = [
        told("大儿", "0.00", april),
        told("李四", "2400.00", april),
        told("小女", "1800.00", april),
        told("父亲", "1800.00", april),
    ];
    assert_eq!(told_of(told_all.remove(1)), expected);
    let claims = bereaved.claims(&handler()).await;
    let sequences: Vec<_> = claims.iter().map(|one| one.sequence).collect();
    assert_eq!(sequences, [1, 0]);
    // It belongs to the case in which the days of birth were signed.
    assert_eq!(claims[0].case_id, claims[0].claim_id);
    assert_upheld(&bereaved).await;

    // A later change finds it decided.
    service.clock().set(datetime!(2027-06-01 09:00 +8));
    let dies = (SurvivorChangeKind::Died, date!(2027 - 05 - 04));
    let adjustment = adjusted(&bereaved, &change(&bereaved, &circle[3], dies)).await;
    assert_eq!(adjustment.earlier, []);
    assert_eq!(text(adjustment.employer_difference.as_ref()), "-1800.00");
}

// Art. 72
#[tokio::test]
async fn a_coming_of_age_that_nobody_told_is_decided_before_a_later_change() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(Some(ACCIDENT)).await;
    let born_on = date!(2009 - 03 - 15);
    let son = dependant(SurvivorRelation::Child, "大儿", born_on, Sex::Male);
    let circle = [unable_widow(), son, daughter(), father()];
    let first = approved(&bereaved, &form(&bereaved, DeathCase::AtWork, &circle)).await;
    assert_eq!(each(&first), ["1846.15", "1384.61", "1384.61", "1384.61"]);
    let until = |decision: &SurvivorDecision| -> Vec<Option<contracts::Month>> {
        let awards = decision.awards.iter();
        awards.map(|award| award.until_month).collect()
    };
    let ends = [None, month((2027, 3)), month((2033, 6)), None];
    assert_eq!(until(&first), ends);
    let told_first = bereaved.told().await.remove(0);
    let told_until: Vec<_> = told_first.iter().map(|one| one.until_month).collect();
    assert_eq!(told_until, ends);

    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-03-20 09:00 +8));
    let dies = (SurvivorChangeKind::Died, date!(2027 - 03 - 18));
    let adjustment = adjusted(&bereaved, &change(&bereaved, &circle[3], dies)).await;
    assert_eq!(adjustment.sequence, 2);
    let [grown] = adjustment.earlier.as_slice() else {
        panic!("one coming of age is before the death");
    };
    assert_eq!(grown.relative, "大儿");
    assert_eq!(grown.from_month, month((2027, 4)));
    let change = grown.change.as_ref().unwrap();
    assert_eq!(change.kind(), SurvivorChangeKind::GrownUp);
    assert_eq!(change.changed_on, on(date!(2027 - 03 - 15)));
    let between = grown.after.as_ref().unwrap();
    assert_eq!(
        each(between),
        ["2400.00", "SURVIVOR_GROWN", "1800.00", "1800.00"]
    );
    let after = adjustment.after.as_ref().unwrap();
    assert_eq!(
        each(after),
        ["2400.00", "SURVIVOR_GROWN", "1800.00", "SURVIVOR_ENDED"]
    );
    assert_eq!(after.dependants[1].until_month, month((2027, 3)));
    assert_eq!(text(adjustment.employer_difference.as_ref()), "-1799.98");

    let mut told_all = bereaved.told().await;
    assert_eq!(told_all.len(), 3);
    let of_death = told_of(told_all.pop().unwrap());
    let april = (2027, 4);
    assert_eq!(of_death, [told("父亲", "0.00", april)]);
    let of_age = told_of(told_all.pop().unwrap());
    let expected = [
        told("大儿", "0.00", april),
        told("李四", "2400.00", april),
        told("小女", "1800.00", april),
        told("父亲", "1800.00", april),
    ];
    assert_eq!(of_age, expected);
    let listed = bereaved.claims(&handler()).await;
    let listed: Vec<_> = listed.iter().map(|one| one.sequence).collect();
    assert_eq!(listed, [2, 1, 0]);
}

// Art. 72
#[tokio::test]
async fn who_grows_up_before_the_first_month_of_pensions_has_none_and_leaves_the_others_whole() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(Some(ACCIDENT)).await;
    let born_on = date!(2008 - 12 - 20);
    let son = dependant(SurvivorRelation::Child, "大儿", born_on, Sex::Male);
    let circle = [unable_widow(), son, daughter(), father()];
    let first = approved(&bereaved, &form(&bereaved, DeathCase::AtWork, &circle)).await;
    assert_eq!(
        each(&first),
        ["2400.00", "SURVIVOR_GROWN", "1800.00", "1800.00"]
    );
}
