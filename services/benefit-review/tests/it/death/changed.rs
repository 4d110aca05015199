//! What becomes of relatives who have a pension.

use contracts::registration::v1::Sex;
use law::Month;

use super::survivors::*;
use super::*;

fn change(
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
        born: None,
    }
}

async fn adjusted(bereaved: &Bereaved, form: &SurvivorChangeForm) -> SurvivorAdjustment {
    let service = &bereaved.town.service;
    let case = service.approve(&handler(), form, ALL).await.unwrap();
    wire::from_any(&case.decision.unwrap()).unwrap()
}

async fn refusal(bereaved: &Bereaved, form: &SurvivorChangeForm) -> String {
    let refused = bereaved.town.service.approve(&handler(), form, ALL).await;
    reason(&refused.unwrap_err())
}

/// What the last decision told: to whom how much, and from when on.
async fn told_last(bereaved: &Bereaved) -> Vec<(String, String, Option<contracts::Month>)> {
    let told = bereaved.told().await.pop().unwrap();
    assert!(told.iter().all(|one| one.replaces));
    let one = |one: Benefit| {
        let amount = text(one.amount.as_ref()).to_owned();
        (one.payee_name, amount, one.from_month)
    };
    told.into_iter().map(one).collect()
}

fn told(
    name: &str,
    yuan: &str,
    (year, month): (i32, u8),
) -> (String, String, Option<contracts::Month>) {
    let from = Month::new(year, month).ok().map(Into::into);
    (name.to_owned(), yuan.to_owned(), from)
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
