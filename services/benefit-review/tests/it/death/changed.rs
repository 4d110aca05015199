//! What becomes of relatives who have a pension.

use contracts::registration::v1::Sex;

use super::survivors::*;
use super::*;

pub fn change(
    bereaved: &Bereaved,
    of: &Dependant,
    (kind, changed_on): (SurvivorChangeKind, Date),
) -> SurvivorChangeForm {
    SurvivorChangeForm {
        employer_id: bereaved.employer_id.clone(),
        person_id: bereaved.person.person_id.clone(),
        name: bereaved.person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        identity_number: of.identity_number.clone(),
        change: Some(SurvivorChange {
            kind: kind as i32,
            changed_on: on(changed_on),
            conclusion_number: String::new(),
        }),
        ..SurvivorChangeForm::default()
    }
}

pub async fn adjusted(bereaved: &Bereaved, form: &SurvivorChangeForm) -> SurvivorAdjustment {
    let service = &bereaved.town.service;
    let case = service.approve(&handler(), form, ALL).await.unwrap();
    wire::from_any(&case.decision.unwrap()).unwrap()
}

pub async fn refusal(bereaved: &Bereaved, form: &SurvivorChangeForm) -> String {
    let refused = bereaved.town.service.approve(&handler(), form, ALL).await;
    reason(&refused.unwrap_err())
}

/// What the last decision told: to whom how much, and from when on.
pub async fn told_last(bereaved: &Bereaved) -> Vec<Told> {
    told_of(bereaved.told().await.pop().unwrap())
}

pub fn told_of(told: Vec<Benefit>) -> Vec<Told> {
    assert!(told.iter().all(|one| one.replaces));
    let one = |one: Benefit| {
        let amount = text(one.amount.as_ref()).to_owned();
        (one.payee_name, amount, one.from_month)
    };
    told.into_iter().map(one).collect()
}

pub type Told = (String, String, Option<contracts::Month>);

pub fn told(name: &str, yuan: &str, from: (i32, u8)) -> Told {
    (name.to_owned(), yuan.to_owned(), month(from))
}

// Art. 72
#[tokio::test]
async fn the_own_wage_is_shared_anew_from_the_month_after_a_change() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(Some(ACCIDENT)).await;
    let remarries = (SurvivorChangeKind::Remarried, date!(2027 - 02 - 10));
    let widow = unable_widow();
    let remarried = change(&bereaved, &widow, remarries);
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-03-01 09:00 +8));
    assert_eq!(refusal(&bereaved, &remarried).await, "SURVIVORS_UNDECIDED");
    let circle = [widow, daughter(), father()];
    let first = approved(&bereaved, &form(&bereaved, DeathCase::AtWork, &circle)).await;
    assert_eq!(each(&first), ["2400.00", "1800.00", "1800.00"]);
    // By the figures of today the own wage would be no less than 7200 yuan; it was kept.
    bereaved
        .set_from("area_average_monthly_wage", "12000", ACCIDENT)
        .await;

    let born_on = date!(2027 - 02 - 20);
    let son = dependant(SurvivorRelation::Child, "遗腹子", born_on, Sex::Male);
    let born = SurvivorChangeForm {
        born: Some(son.clone()),
        ..change(&bereaved, &son, (SurvivorChangeKind::Born, born_on))
    };
    let lacking = [EvidenceKind::IdentityCard];
    let missing = service
        .submit(&handler(), &born, &lacking)
        .await
        .unwrap_err();
    assert_eq!(reason(&missing), "EVIDENCE_MISSING");
    let with_son = adjusted(&bereaved, &born).await;
    assert_eq!(with_son.sequence, 1);
    let after = with_son.after.unwrap();
    assert_eq!(each(&after), ["1846.15", "1384.61", "1384.61", "1384.61"]);
    assert_eq!(after.own_wage, first.own_wage);
    assert_eq!(each(&with_son.before.unwrap()), each(&first));
    let march = (2027, 3);
    let all = [
        told("李四", "1846.15", march),
        told("小女", "1384.61", march),
        told("父亲", "1384.61", march),
        told("遗腹子", "1384.61", march),
    ];
    assert_eq!(told_last(&bereaved).await, all);

    let without_widow = adjusted(&bereaved, &remarried).await;
    let after = without_widow.after.unwrap();
    assert_eq!(
        each(&after),
        ["SURVIVOR_ENDED", "1800.00", "1800.00", "1800.00"]
    );
    let all = [
        told("李四", "0.00", march),
        told("小女", "1800.00", march),
        told("父亲", "1800.00", march),
        told("遗腹子", "1800.00", march),
    ];
    assert_eq!(told_last(&bereaved).await, all);
    assert_eq!(text(without_widow.employer_difference.as_ref()), "-599.98");

    service.clock().set(datetime!(2027-06-01 09:00 +8));
    let dies = (SurvivorChangeKind::Died, date!(2027 - 05 - 04));
    let dead = adjusted(&bereaved, &change(&bereaved, &circle[2], dies)).await;
    assert_eq!(
        told_last(&bereaved).await,
        [told("父亲", "0.00", (2027, 6))]
    );
    assert_eq!(text(dead.employer_difference.as_ref()), "-1800.00");
    let after = dead.after.unwrap();
    let father = &after.dependants[2];
    assert_eq!(father.until_month, month((2027, 5)));
    assert_eq!(father.from_month, month((2027, 3)));
    let end = after.awards.iter().find(|award| award.person == Some(2));
    let end = end.unwrap();
    assert_eq!((end.from_month, end.until_month), (month((2027, 6)), None));
    let sheet = &end.worksheet.as_ref().unwrap().lines;
    let lines: Vec<_> = sheet
        .iter()
        .map(|line| (line.label.as_str(), line.value.as_str()))
        .collect();
    let why = "父亲于2027-05-04死亡，自次月起停止享受抚恤金。情形消失后仍符合条件的，请申报变动（表72-A）。";
    let expected = [
        ("原核定金额（每月）", "1800.00"),
        ("停发原因", why),
        ("停发起始月", "2027-06"),
    ];
    assert_eq!(lines, expected);
    let listed = bereaved.claims(&handler()).await;
    let sequences: Vec<_> = listed.iter().map(|one| one.sequence).collect();
    assert_eq!(sequences, [3, 2, 1, 0]);
    let earlier = (SurvivorChangeKind::Employed, date!(2027 - 01 - 04));
    let earlier = change(&bereaved, &circle[1], earlier);
    assert_eq!(refusal(&bereaved, &earlier).await, "SURVIVOR_CHANGE_ORDER");
}

// Art. 72
#[tokio::test]
async fn a_pension_stops_in_prison_and_goes_on_after_it_and_ends_with_the_inability_it_rests_on() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(Some(ACCIDENT)).await;
    let circle = [mother(), father()];
    approved(&bereaved, &form(&bereaved, DeathCase::AtWork, &circle)).await;
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-09-01 09:00 +8));
    let released = (SurvivorChangeKind::Released, date!(2027 - 05 - 31));
    let released = change(&bereaved, &circle[0], released);
    let grown = (SurvivorChangeKind::GrownUp, date!(2027 - 01 - 01));
    let able = (SurvivorChangeKind::AbleToWork, date!(2027 - 06 - 15));
    let future = (SurvivorChangeKind::Died, date!(2027 - 09 - 02));
    let remarried = (SurvivorChangeKind::Remarried, date!(2027 - 06 - 15));
    let died = (SurvivorChangeKind::Died, date!(2027 - 06 - 15));
    let born = (SurvivorChangeKind::Born, date!(2015 - 06 - 01));
    for wrong in [
        released.clone(),
        change(&bereaved, &circle[0], grown),
        change(&bereaved, &circle[1], able),
        change(&bereaved, &circle[1], future),
        change(&bereaved, &circle[1], remarried),
        change(&bereaved, &daughter(), died),
        change(&bereaved, &daughter(), born),
    ] {
        assert_eq!(refusal(&bereaved, &wrong).await, "SURVIVOR_CHANGE");
    }
    let imprisoned = (SurvivorChangeKind::Imprisoned, date!(2027 - 03 - 09));
    let stopped = adjusted(&bereaved, &change(&bereaved, &circle[0], imprisoned)).await;
    assert_eq!(each(&stopped.after.unwrap()), ["SURVIVOR_ENDED", "1800.00"]);
    let again = adjusted(&bereaved, &released).await;
    assert_eq!(each(&again.after.unwrap()), ["2400.00", "1800.00"]);
    assert_eq!(
        told_last(&bereaved).await,
        [told("母亲", "2400.00", (2027, 6))]
    );
    let mut able = change(&bereaved, &circle[1], able);
    able.change.as_mut().unwrap().conclusion_number = "深劳鉴〔2027〕1号".to_owned();
    let ended = adjusted(&bereaved, &able).await;
    assert_eq!(each(&ended.after.unwrap()), ["2400.00", "SURVIVOR_ENDED"]);
    assert_eq!(
        told_last(&bereaved).await,
        [told("父亲", "0.00", (2027, 7))]
    );
}

// Art. 72
#[tokio::test]
async fn a_change_of_no_amount_and_an_end_before_it_are_not_forgotten_in_the_order() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(Some(ACCIDENT)).await;
    let circle = [mother(), daughter(), father()];
    approved(&bereaved, &form(&bereaved, DeathCase::AtWork, &circle)).await;
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-09-01 09:00 +8));
    let died = (SurvivorChangeKind::Died, date!(2027 - 05 - 04));
    adjusted(&bereaved, &change(&bereaved, &circle[0], died)).await;
    let unable = (SurvivorChangeKind::UnableToWork, date!(2027 - 06 - 01));
    let mut unable = change(&bereaved, &circle[1], unable);
    unable.change.as_mut().unwrap().conclusion_number = "深劳鉴〔2027〕1号".to_owned();
    let grows_up = adjusted(&bereaved, &unable).await;
    let before = grows_up.before.unwrap();
    assert_eq!(before.dependants[1].until_month, month((2033, 6)));
    // Whoever is unable to work does not lose it by growing up any more.
    let after = grows_up.after.unwrap();
    assert_eq!(after.dependants[1].until_month, None);
    assert_eq!(
        told_last(&bereaved).await,
        [told("小女", "1800.00", (2027, 7))]
    );
    let last = bereaved.told().await.pop().unwrap();
    assert_eq!(last[0].until_month, None);

    let able = (SurvivorChangeKind::AbleToWork, date!(2027 - 07 - 01));
    let mut able = change(&bereaved, &circle[2], able);
    able.change.as_mut().unwrap().conclusion_number = "深劳鉴〔2027〕2号".to_owned();
    adjusted(&bereaved, &able).await;
    let mut again = able.clone();
    let regained = again.change.as_mut().unwrap();
    regained.kind = SurvivorChangeKind::UnableToWork as i32;
    regained.changed_on = on(date!(2027 - 08 - 02));
    let told_before = bereaved.told().await.len();
    let lost = adjusted(&bereaved, &again).await.after.unwrap();
    assert_eq!(each(&lost), ["SURVIVOR_ENDED", "1800.00", "SURVIVOR_ENDED"]);
    assert_eq!(lost.dependants[2].until_month, month((2027, 7)));
    assert_eq!(bereaved.told().await.len(), told_before);
    let earlier = (SurvivorChangeKind::Employed, date!(2027 - 07 - 20));
    let earlier = change(&bereaved, &circle[1], earlier);
    assert_eq!(refusal(&bereaved, &earlier).await, "SURVIVOR_CHANGE_ORDER");
}

// Art. 71, Art. 72
#[tokio::test]
async fn a_child_born_in_the_months_before_pensions_of_who_is_missing_begins_with_the_others() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(None).await;
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-03-01 09:00 +8));
    let circle = [daughter()];
    approved(&bereaved, &form(&bereaved, DeathCase::Missing, &circle)).await;
    let born_on = date!(2027 - 01 - 15);
    let son = dependant(SurvivorRelation::Child, "遗腹子", born_on, Sex::Male);
    let born = SurvivorChangeForm {
        born: Some(son.clone()),
        ..change(&bereaved, &son, (SurvivorChangeKind::Born, born_on))
    };
    let after = adjusted(&bereaved, &born).await.after.unwrap();
    assert_eq!(each(&after), ["1800.00", "1800.00"]);
    assert_eq!(after.dependants[1].from_month, month((2027, 3)));
    assert_eq!(
        told_last(&bereaved).await,
        [told("遗腹子", "1800.00", (2027, 3))]
    );
    let last = bereaved.told().await.pop().unwrap();
    assert_eq!(last[0].until_month, month((2045, 1)));
}
