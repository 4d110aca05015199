//! A relative who was not on form 70-A.

use contracts::registration::v1::Sex;

use super::changed::*;
use super::reviewed::assert_upheld;
use super::survivors::*;
use super::*;

fn forgotten(bereaved: &Bereaved, relative: &Dependant, told_on: Date) -> SurvivorChangeForm {
    SurvivorChangeForm {
        forgotten: Some(relative.clone()),
        ..change(bereaved, relative, (SurvivorChangeKind::Forgotten, told_on))
    }
}

// Art. 70, Art. 72
#[tokio::test]
async fn who_was_forgotten_is_paid_from_the_month_after_and_nothing_is_taken_back() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(Some(ACCIDENT)).await;
    let circle = [unable_widow(), daughter(), father()];
    let first = approved(&bereaved, &form(&bereaved, DeathCase::AtWork, &circle)).await;
    assert_eq!(each(&first), ["2400.00", "1800.00", "1800.00"]);
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-03-01 09:00 +8));
    let today = date!(2027 - 03 - 01);
    let mother = forgotten(&bereaved, &mother(), today);
    for lacking in [
        EvidenceKind::DependencyProof,
        EvidenceKind::CivilAffairsProof,
    ] {
        let few: Vec<_> = ALL
            .iter()
            .copied()
            .filter(|kind| *kind != lacking)
            .collect();
        let missing = service.submit(&handler(), &mother, &few).await.unwrap_err();
        assert_eq!(reason(&missing), "EVIDENCE_MISSING");
    }
    let decision = adjusted(&bereaved, &mother).await;
    let after = decision.after.unwrap();
    assert_eq!(each(&after), ["1714.28", "1285.71", "1285.71", "1714.28"]);
    assert_eq!(text(decision.employer_difference.as_ref()), "-0.02");
    let april = (2027, 4);
    let all = [
        told("李四", "1714.28", april),
        told("小女", "1285.71", april),
        told("父亲", "1285.71", april),
        told("母亲", "1714.28", april),
    ];
    assert_eq!(told_last(&bereaved).await, all);
    let sheet = after.awards[3].worksheet.as_ref();
    assert_eq!(bearer(sheet), ("承担方", "用人单位"));
    let mut lines = sheet.unwrap().lines.iter();
    let why = lines.find(|line| line.label == "补报遗漏的供养亲属");
    let why = why.unwrap();
    assert!(why.value.contains("2027-01"), "{}", why.value);
    assert!(why.source.contains("不追回"), "{}", why.source);
}

// Art. 72
#[tokio::test]
async fn who_is_not_forgotten_or_has_no_right_is_not_added() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(Some(ACCIDENT)).await;
    let circle = [unable_widow(), daughter()];
    approved(&bereaved, &form(&bereaved, DeathCase::AtWork, &circle)).await;
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-03-01 09:00 +8));
    let today = date!(2027 - 03 - 01);
    let son = dependant(
        SurvivorRelation::Child,
        "大儿",
        date!(2008 - 06 - 01),
        Sex::Male,
    );
    let later = dependant(
        SurvivorRelation::Child,
        "遗腹子",
        date!(2027 - 02 - 01),
        Sex::Male,
    );
    let other = Dependant {
        born_on: on(date!(1991 - 03 - 08)),
        identity_number: citizen_of(date!(1991 - 03 - 08), 124),
        ..unable_widow()
    };
    let unnamed = SurvivorChangeForm {
        forgotten: None,
        ..forgotten(&bereaved, &mother(), today)
    };
    let early = forgotten(&bereaved, &mother(), date!(2027 - 02 - 28));
    for (form, expected) in [
        (forgotten(&bereaved, &daughter(), today), "SURVIVOR_CHANGE"),
        (unnamed, "SURVIVOR_CHANGE"),
        (early, "SURVIVOR_CHANGE"),
        (forgotten(&bereaved, &other, today), "SURVIVOR_TWICE"),
        (forgotten(&bereaved, &later, today), "SURVIVOR_UNBORN"),
        (forgotten(&bereaved, &son, today), "SURVIVOR_GROWN"),
    ] {
        assert_eq!(refusal(&bereaved, &form).await, expected);
    }
}

// Art. 72, Art. 80
#[tokio::test]
async fn who_was_forgotten_beside_others_that_leave_room_has_all_months_since_the_right_began() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(Some(ACCIDENT)).await;
    let circle = [daughter(), father()];
    approved(&bereaved, &form(&bereaved, DeathCase::AtWork, &circle)).await;
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-03-01 09:00 +8));
    let told_on = date!(2027 - 03 - 01);
    let decision = adjusted(&bereaved, &forgotten(&bereaved, &mother(), told_on)).await;
    let after = decision.after.unwrap();
    assert_eq!(each(&after), ["1800.00", "1800.00", "2400.00"]);
    assert_eq!(
        told_last(&bereaved).await,
        [
            told("母亲", "2400.00", (2027, 1)),
            told("母亲", "2400.00", (2027, 4)),
        ]
    );
    let made_up = &after.awards[2];
    assert_eq!(made_up.until_month, month((2027, 3)));
    let lines = &made_up.worksheet.as_ref().unwrap().lines;
    let line = |label: &str| lines.iter().find(|line| line.label == label).unwrap();
    assert_eq!(line("其他供养亲属的抚恤金之和（每月）").value, "3600.00");
    let why = &line("补发的抚恤金（每月）").source;
    assert!(why.contains("全额补发"), "{why}");
    let lines = &after.awards[3].worksheet.as_ref().unwrap().lines;
    let note = lines.iter().find(|line| line.label == "补报遗漏的供养亲属");
    let note = &note.unwrap().source;
    assert!(note.contains("全额补发"), "{note}");
    assert_eq!(after.dependants[2].from_month, month((2027, 1)));

    // What was made up stays as it is with what comes later.
    service.clock().set(datetime!(2027-06-01 09:00 +8));
    let dies = (SurvivorChangeKind::Died, date!(2027 - 05 - 04));
    adjusted(&bereaved, &change(&bereaved, &circle[1], dies)).await;
    assert_eq!(
        told_last(&bereaved).await,
        [told("父亲", "0.00", (2027, 6))]
    );
    let dies = (SurvivorChangeKind::Died, date!(2027 - 05 - 20));
    adjusted(&bereaved, &change(&bereaved, &mother(), dies)).await;
    assert_eq!(
        told_last(&bereaved).await,
        [told("母亲", "0.00", (2027, 6))]
    );
}

// Art. 72, Art. 80
#[tokio::test]
async fn who_was_forgotten_has_of_each_month_what_the_others_left_of_the_own_wage() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(Some(ACCIDENT)).await;
    let circle = [unable_widow(), daughter(), father()];
    let first = approved(&bereaved, &form(&bereaved, DeathCase::AtWork, &circle)).await;
    assert_eq!(each(&first), ["2400.00", "1800.00", "1800.00"]);
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-04-05 09:00 +8));
    let dies = (SurvivorChangeKind::Died, date!(2027 - 02 - 10));
    adjusted(&bereaved, &change(&bereaved, &circle[2], dies)).await;
    let told_on = date!(2027 - 04 - 05);
    let decision = adjusted(&bereaved, &forgotten(&bereaved, &mother(), told_on)).await;
    let may = (2027, 5);
    assert_eq!(
        told_last(&bereaved).await,
        [
            told("李四", "2181.81", may),
            told("小女", "1636.36", may),
            told("母亲", "1800.00", (2027, 3)),
            told("母亲", "2181.81", may),
        ]
    );
    let after = decision.after.unwrap();
    let own: Vec<_> = after
        .awards
        .iter()
        .filter(|one| one.person == Some(3))
        .collect();
    let lines = &own[0].worksheet.as_ref().unwrap().lines;
    let line = |label: &str| lines.iter().find(|line| line.label == label).unwrap();
    assert_eq!(line("其他供养亲属的抚恤金之和（每月）").value, "4200.00");
    assert_eq!(line("补发的抚恤金（每月）").value, "1800.00");
    let lines = &own[1].worksheet.as_ref().unwrap().lines;
    let note = lines.iter().find(|line| line.label == "补报遗漏的供养亲属");
    let note = &note.unwrap().source;
    assert!(note.contains("剩余的数额内补发"), "{note}");
    assert_upheld(&bereaved).await;
}

// Art. 72, Art. 80
#[tokio::test]
async fn who_was_forgotten_and_has_grown_up_since_has_the_months_until_then() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(Some(ACCIDENT)).await;
    let circle = [daughter(), father()];
    approved(&bereaved, &form(&bereaved, DeathCase::AtWork, &circle)).await;
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-06-01 09:00 +8));
    let told_on = date!(2027 - 06 - 01);
    let born_on = date!(2009 - 03 - 15);
    let son = dependant(SurvivorRelation::Child, "大儿", born_on, Sex::Male);
    let decision = adjusted(&bereaved, &forgotten(&bereaved, &son, told_on)).await;
    assert_eq!(text(decision.employer_difference.as_ref()), "0.00");
    let after = decision.after.unwrap();
    assert_eq!(each(&after), ["1800.00", "1800.00", "SURVIVOR_GROWN"]);
    let entry = &after.dependants[2];
    assert_eq!(entry.from_month, month((2027, 1)));
    assert_eq!(entry.until_month, month((2027, 3)));
    assert_eq!(
        told_last(&bereaved).await,
        [told("大儿", "1800.00", (2027, 1))]
    );
    let last = bereaved.told().await.pop().unwrap();
    assert_eq!(last[0].until_month, month((2027, 3)));

    // It is over by itself: nothing that comes later changes it.
    service.clock().set(datetime!(2027-08-01 09:00 +8));
    let dies = (SurvivorChangeKind::Died, date!(2027 - 07 - 20));
    let decision = adjusted(&bereaved, &change(&bereaved, &circle[1], dies)).await;
    assert!(decision.earlier.is_empty());
    let later = decision.after.unwrap();
    assert_eq!(later.dependants[2].from_month, entry.from_month);
    assert_eq!(later.dependants[2].until_month, entry.until_month);
    let sums = (text(later.fund.as_ref()), text(later.employer.as_ref()));
    assert_eq!(sums, ("0.00", "1800.00"));
    assert_eq!(
        told_last(&bereaved).await,
        [told("父亲", "0.00", (2027, 8))]
    );
    assert_upheld(&bereaved).await;
}
