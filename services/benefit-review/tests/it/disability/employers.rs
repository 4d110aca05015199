//! The own wage of who works for several employers.

use chassis::testing::eventually;
use contracts::registration::v1::StaffChangeKind;

use super::*;

/// Person 1, hurt at employer 1 in December, for whom each of the employers paid for November by a base.
async fn paid_by(employers: &[(u16, &str)]) -> Injured {
    let (town, n) = (Town::found().await, 1);
    let mut person = None;
    let concurrent = StaffChangeKind::ConcurrentHire;
    for (number, _) in employers {
        let employer_id = town.register(*number).await;
        let known = match person.take() {
            None => town.hire(&employer_id, n).await,
            Some(known) => {
                town.report(&employer_id, n, concurrent, TODAY).await;
                known
            }
        };
        town.heard_of(&employer_id, &known, TODAY).await;
        person = Some(known);
    }
    for (number, base) in employers {
        let employer_id = employer_id(*number);
        town.declare(&employer_id, november(), &[(n, base)]).await;
    }
    town.charge(november()).await;
    for (name, value) in FIGURES {
        town.set(name, value).await;
    }
    let injured = Injured {
        employer_id: employer_id(1),
        n,
        person: person.unwrap(),
        town,
    };
    if !employers.iter().any(|(number, _)| *number == 1) {
        let hired_on = date!(2026 - 12 - 01);
        injured.at(hired_on);
        injured.town.register(1).await;
        let town = &injured.town;
        town.report(&injured.employer_id, n, concurrent, hired_on)
            .await;
    }
    injured.at(INJURED);
    injured.injure(NUMBER).await;
    injured
}

/// Its own wage in yuan, over how many months, and what the worksheet says of months with several employers.
async fn own_wage(injured: &Injured) -> (String, i32, Option<String>) {
    let degrees = (9, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let wage = injured.approve(&form).await.own_wage.unwrap();
    let mut lines = wage.worksheet.unwrap().lines.into_iter();
    let several = lines.find(|line| line.label == "多个用人单位缴费的月份");
    (
        yuan(wage.monthly.as_ref()).to_owned(),
        wage.months,
        several.map(|line| line.value),
    )
}

// Art. 68
#[tokio::test]
async fn a_month_for_which_two_others_paid_counts_once_by_the_higher_base() {
    let injured = paid_by(&[(3, "7500.00"), (2, "6000.00")]).await;
    let november = Some("2026-11".to_owned());
    assert_eq!(
        own_wage(&injured).await,
        ("7500.00".to_owned(), 1, november)
    );
    assert!(injured.compare().await.is_empty());
}

// Art. 68
#[tokio::test]
async fn of_a_month_for_which_the_employer_of_the_injury_paid_too_its_base_counts() {
    let injured = paid_by(&[(1, "5000.00"), (2, "9000.00")]).await;
    let november = Some("2026-11".to_owned());
    assert_eq!(
        own_wage(&injured).await,
        ("5000.00".to_owned(), 1, november)
    );
}

// Art. 68
#[tokio::test]
async fn an_own_wage_that_cannot_be_compared_keeps_no_other_waiting() {
    let injured = injured().await;
    let second = "深人社认字〔2026〕2号";
    injured.injure(second).await;
    let degrees = (9, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    injured.approve(&form).await;
    injured
        .appraise_of(second, "深劳鉴〔2027〕2号", CONCLUDED, degrees)
        .await;
    let of_second = DisabilityForm {
        recognition_number: second.to_owned(),
        ..form
    };
    injured.approve(&of_second).await;
    let (person_id, n) = (&injured.person.person_id, injured.n);
    let first = injured.town.injury(person_id, NUMBER).await.injury_id;
    // What is kept of the first cannot be read.
    let db = injured.town.service.platform.db();
    let mut broken = db.pool().begin().await.unwrap();
    let scope =
        "SELECT set_config('app.pooling_area', $1, true), set_config('app.party', '', true)";
    sqlx::query(scope)
        .bind(AREA)
        .execute(&mut *broken)
        .await
        .unwrap();
    let unreadable = "INSERT INTO own_wage SELECT pooling_area, injury_id, 1, person_id, employer_id, sum, months,
             case_id, '\\xff'::bytea FROM own_wage WHERE injury_id = $1";
    sqlx::query(unreadable)
        .bind(first.parse::<Uuid>().unwrap())
        .execute(&mut *broken)
        .await
        .unwrap();
    broken.commit().await.unwrap();
    let more = (n, "7500.00");
    let employer_id = &injured.employer_id;
    injured
        .town
        .declare_more(employer_id, november(), more)
        .await;
    injured.at(CONCLUDED + time::Duration::days(1));
    let raised = eventually(async || {
        let raised = injured.differences().await;
        (!raised.is_empty()).then_some(raised)
    });
    let numbers: Vec<_> = raised
        .await
        .into_iter()
        .map(|one| one.recognition_number)
        .collect();
    assert_eq!(numbers, [second]);
}

// Art. 68
#[tokio::test]
async fn bases_that_are_all_withdrawn_raise_a_difference() {
    let injured = injured().await;
    let degrees = (9, NursingGrade::Unspecified);
    injured.appraise(CONCLUSION, CONCLUDED, degrees).await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let claim = injured.sign(&form).await.unwrap().case_id;
    // Who died before the first day of the enrolment never was insured.
    let (town, kind) = (&injured.town, StaffChangeKind::Death);
    let before = date!(2026 - 11 - 01);
    town.report(&injured.employer_id, injured.n, kind, before)
        .await;
    let raised = eventually(async || {
        let raised = injured.compare().await;
        (!raised.is_empty()).then_some(raised)
    });
    let raised = raised.await;
    assert_eq!(raised[0].now, None);
    assert_eq!(raised[0].claim_ids, [claim]);
    assert_eq!(injured.differences().await, raised);
    // It is raised once.
    assert!(injured.compare().await.is_empty());
}
