//! Pensions of survivors, adjusted by what the area has set: article 87.

use contracts::registration::v1::Sex;

use super::changed::*;
use super::reviewed::assert_upheld;
use super::survivors::*;
use super::*;

// Art. 72, Art. 87
#[tokio::test]
async fn a_circle_that_changes_after_an_adjustment_shares_the_own_wage_and_keeps_what_was_added() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(Some(ACCIDENT)).await;
    let circle = [unable_widow(), daughter(), father()];
    let first = approved(&bereaved, &form(&bereaved, DeathCase::AtWork, &circle)).await;
    assert_eq!(each(&first), ["2400.00", "1800.00", "1800.00"]);
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-06-01 09:00 +8));
    let figures = [
        ("survivor_pension_increase.spouse", "100"),
        ("survivor_pension_increase.relative", "80"),
    ];
    let town = &bereaved.town;
    town.set_for(date!(2027 - 02 - 01), &figures).await;
    let sums = ["SURVIVOR_PENSION EMPLOYER 3 6000.00→6260.00"];
    assert_eq!(town.adjust(&adjustment_of("2027-02")).await, sums);
    let february = (2027, 2);
    let adjusted_amounts = [
        told("李四", "2500.00", february),
        told("小女", "1880.00", february),
        told("父亲", "1880.00", february),
    ];
    let mut last = told_last(&bereaved).await;
    last.sort_by_key(|one| adjusted_amounts.iter().position(|other| other.0 == one.0));
    assert_eq!(last, adjusted_amounts);
    assert_upheld(&bereaved).await;

    let born_on = date!(2027 - 02 - 20);
    let son = dependant(SurvivorRelation::Child, "遗腹子", born_on, Sex::Male);
    let born = SurvivorChangeForm {
        born: Some(son.clone()),
        ..change(&bereaved, &son, (SurvivorChangeKind::Born, born_on))
    };
    let after = adjusted(&bereaved, &born).await.after.unwrap();
    let shown = after.adjusted.iter().map(|one| {
        let amount = text(one.amount.as_ref());
        (
            one.payee_name.as_str(),
            amount,
            one.document_number.as_str(),
        )
    });
    let on_form = [
        ("李四", "1946.15", DOCUMENT),
        ("小女", "1464.61", DOCUMENT),
        ("父亲", "1464.61", DOCUMENT),
    ];
    assert_eq!(shown.collect::<Vec<_>>(), on_form);
    let march = (2027, 3);
    // Who has a pension only from then on has what the law of that day makes it.
    let shared = [
        told("李四", "1946.15", march),
        told("小女", "1464.61", march),
        told("父亲", "1464.61", march),
        told("遗腹子", "1384.61", march),
    ];
    assert_eq!(told_last(&bereaved).await, shared);
    assert_upheld(&bereaved).await;

    let dies = (SurvivorChangeKind::Died, date!(2027 - 05 - 04));
    adjusted(&bereaved, &change(&bereaved, &circle[2], dies)).await;
    let shared = [
        told("父亲", "0.00", (2027, 6)),
        told("李四", "2500.00", (2027, 6)),
        told("小女", "1880.00", (2027, 6)),
        told("遗腹子", "1800.00", (2027, 6)),
    ];
    assert_eq!(told_last(&bereaved).await, shared);
    assert_upheld(&bereaved).await;
}

// Art. 72, Art. 87
#[tokio::test]
async fn the_pension_of_who_died_before_an_adjustment_does_not_come_back_with_it() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(Some(ACCIDENT)).await;
    let circle = [unable_widow(), daughter(), father()];
    approved(&bereaved, &form(&bereaved, DeathCase::AtWork, &circle)).await;
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-06-01 09:00 +8));
    let town = &bereaved.town;
    let figures = [("survivor_pension_increase.relative", "80")];
    town.set_for(date!(2027 - 03 - 01), &figures).await;
    town.adjust(&adjustment_of("2027-03")).await;
    let dies = (SurvivorChangeKind::Died, date!(2027 - 01 - 20));
    adjusted(&bereaved, &change(&bereaved, &circle[2], dies)).await;
    let own = told_last(&bereaved).await.into_iter();
    let own: Vec<_> = own.filter(|one| one.0 == "父亲").collect();
    assert_eq!(own, [told("父亲", "0.00", (2027, 2))]);
    assert_upheld(&bereaved).await;
}

// Art. 72, Art. 87, Art. 90
#[tokio::test]
async fn a_forgotten_relative_is_made_up_what_the_others_left_of_the_own_wage_before_adjustments() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(Some(ACCIDENT)).await;
    let circle = [unable_widow(), daughter()];
    approved(&bereaved, &form(&bereaved, DeathCase::AtWork, &circle)).await;
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-06-01 09:00 +8));
    let town = &bereaved.town;
    let figures = [
        ("survivor_pension_increase.spouse", "100"),
        ("survivor_pension_increase.relative", "80"),
    ];
    town.set_for(date!(2027 - 02 - 01), &figures).await;
    town.adjust(&adjustment_of("2027-02")).await;
    let forgotten = father();
    let told_on = (SurvivorChangeKind::Forgotten, date!(2027 - 06 - 01));
    let form = SurvivorChangeForm {
        forgotten: Some(forgotten.clone()),
        ..change(&bereaved, &forgotten, told_on)
    };
    adjusted(&bereaved, &form).await;
    let own = told_last(&bereaved).await;
    let own: Vec<_> = own.into_iter().filter(|one| one.0 == "父亲").collect();
    let amounts = [
        told("父亲", "1800.00", (2027, 1)),
        told("父亲", "1880.00", (2027, 2)),
        told("父亲", "1880.00", (2027, 7)),
    ];
    assert_eq!(own, amounts);
    assert_upheld(&bereaved).await;
}
