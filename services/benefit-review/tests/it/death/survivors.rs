//! The pensions of relatives who depended on the deceased.

use chassis::testing::eventually;
use contracts::collection::v1::arrears_service_client::ArrearsServiceClient;
use contracts::collection::v1::{AssessmentRunOrder, GetPaymentStateRequest};
use contracts::registration::v1::Sex;

use super::*;

/// The day of the accident, a month after the person was hired.
pub const ACCIDENT: Date = date!(2026 - 12 - 01);

/// The bereaved of an accident of a day, on 2026-12-28; collection has assessed November, at 6000 yuan.
pub async fn of_accident(happened_on: Date) -> Bereaved {
    let mut bereaved = bereaved(happened_on).await;
    assessed(&bereaved).await;
    bereaved
        .town
        .service
        .clock()
        .set(datetime!(2026-12-28 09:00 +8));
    bereaved.recognition = Recognition {
        applied_on: on(happened_on),
        accepted_on: on(happened_on),
        decided_on: on(date!(2026 - 12 - 28)),
        ..bereaved.recognition
    };
    bereaved
}

/// Collection assesses November as soon as it has heard of the person.
async fn assessed(bereaved: &Bereaved) {
    let collection = &bereaved.town.collection;
    let clerk = clerk(Department::Collection, Duty::Handler);
    let mut arrears = ArrearsServiceClient::new(collection.connect(&clerk).await);
    eventually(async || {
        let request = GetPaymentStateRequest {
            pooling_area: AREA.to_owned(),
            employer_id: bereaved.employer_id.clone(),
            person_id: bereaved.person.person_id.clone(),
            on: on(date!(2026 - 11 - 23)),
        };
        let state = arrears.get_payment_state(request).await.ok()?;
        state.into_inner().insured.then_some(())
    })
    .await;
    let order = AssessmentRunOrder {
        month: Some(Month::new(2026, 11).unwrap().into()),
        begins_here: true,
        ..AssessmentRunOrder::default()
    };
    let run = collection.preview(&clerk, &order).await.unwrap();
    assert_eq!(run.error, "");
    collection.sign_off_run(&clerk, &run).await.unwrap();
    let run = collection.run_done(&clerk, &run.run_id).await.unwrap();
    assert_eq!(run.error, "");
}

pub fn dependant(relation: SurvivorRelation, name: &str, born_on: Date, sex: Sex) -> Dependant {
    let n = if sex == Sex::Male { 121 } else { 122 };
    Dependant {
        name: name.to_owned(),
        identity_number: citizen_of(born_on, n),
        relation: relation as i32,
        born_on: on(born_on),
        sex: sex as i32,
        ..Dependant::default()
    }
}

pub fn unable_widow() -> Dependant {
    Dependant {
        unable_to_work: true,
        conclusion_number: "深劳鉴〔2026〕8号".to_owned(),
        ..widow()
    }
}

fn widow() -> Dependant {
    dependant(
        SurvivorRelation::Spouse,
        "李四",
        date!(1992 - 03 - 08),
        Sex::Female,
    )
}

pub fn daughter() -> Dependant {
    dependant(
        SurvivorRelation::Child,
        "小女",
        date!(2015 - 06 - 01),
        Sex::Female,
    )
}

pub fn mother() -> Dependant {
    Dependant {
        lone_or_orphan: true,
        ..dependant(
            SurvivorRelation::Parent,
            "母亲",
            date!(1960 - 01 - 01),
            Sex::Female,
        )
    }
}

pub fn father() -> Dependant {
    Dependant {
        unable_to_work: true,
        conclusion_number: "深劳鉴〔2026〕9号".to_owned(),
        ..dependant(
            SurvivorRelation::Parent,
            "父亲",
            date!(1968 - 01 - 01),
            Sex::Male,
        )
    }
}

pub fn form(bereaved: &Bereaved, case: DeathCase, dependants: &[Dependant]) -> SurvivorForm {
    SurvivorForm {
        employer_id: bereaved.employer_id.clone(),
        person_id: bereaved.person.person_id.clone(),
        name: bereaved.person.name.clone(),
        recognition_number: NUMBER.to_owned(),
        death_case: case as i32,
        dependants: dependants.to_vec(),
        ..SurvivorForm::default()
    }
}

pub async fn approved(bereaved: &Bereaved, form: &SurvivorForm) -> SurvivorDecision {
    let service = &bereaved.town.service;
    let case = service.approve(&handler(), form, ALL).await.unwrap();
    wire::from_any(&case.decision.unwrap()).unwrap()
}

async fn refused(bereaved: &Bereaved, form: &SurvivorForm) -> String {
    let refused = bereaved.town.service.approve(&handler(), form, ALL).await;
    reason(&refused.unwrap_err())
}

/// Of each relative the pension, or the reason why there is none.
pub fn each(decision: &SurvivorDecision) -> Vec<&str> {
    let one = |one| {
        let one: &DecidedDependant = one;
        let reason = one.reasons.first().map(|reason| reason.reason.as_str());
        reason.unwrap_or_else(|| text(one.pension.as_ref()))
    };
    decision.dependants.iter().map(one).collect()
}

// Art. 70, Art. 72
#[tokio::test]
async fn who_meets_a_condition_has_a_share_of_the_own_wage_and_who_does_not_is_told_why() {
    let bereaved = of_accident(ACCIDENT).await;
    let injury = bereaved.register(Some(ACCIDENT)).await;
    assert_eq!(injury.eligibility(), Eligibility::InArrears);
    let born_on = date!(1940 - 01 - 01);
    let grandmother = dependant(SurvivorRelation::Grandparent, "祖母", born_on, Sex::Female);
    let brother = Dependant {
        supporters_gone: true,
        ..dependant(
            SurvivorRelation::Sibling,
            "弟弟",
            date!(2000 - 01 - 01),
            Sex::Male,
        )
    };
    let circle = [
        widow(),
        daughter(),
        mother(),
        father(),
        grandmother,
        brother,
    ];
    let form = form(&bereaved, DeathCase::AtWork, &circle);
    let service = &bereaved.town.service;
    for lacking in [
        EvidenceKind::DependencyProof,
        EvidenceKind::AppraisalConclusion,
        EvidenceKind::CivilAffairsProof,
        EvidenceKind::SupportersGoneProof,
    ] {
        let few: Vec<_> = ALL
            .iter()
            .copied()
            .filter(|kind| *kind != lacking)
            .collect();
        let missing = service.submit(&handler(), &form, &few).await.unwrap_err();
        assert_eq!(reason(&missing), "EVIDENCE_MISSING");
    }
    let decision = approved(&bereaved, &form).await;
    let expected = [
        "SURVIVOR_AGE",
        "1800.00",
        "2400.00",
        "1800.00",
        "SURVIVOR_SUPPORTED",
        "SURVIVOR_GROWN",
    ];
    assert_eq!(each(&decision), expected);
    let own_wage = decision.own_wage.clone().unwrap();
    assert_eq!(text(own_wage.monthly.as_ref()), "6000.00");
    assert_eq!((own_wage.sum.as_str(), own_wage.months), ("6000.00", 1));
    assert_eq!(text(decision.employer.as_ref()), "6000.00");
    let january = Month::new(2027, 1).ok().map(Into::into);
    let grown = Month::new(2033, 6).ok().map(Into::into);
    let [daughter, mother] = [1, 2].map(|at| &decision.dependants[at]);
    assert_eq!(
        (daughter.from_month, daughter.until_month),
        (january, grown)
    );
    assert_eq!((mother.from_month, mother.until_month), (january, None));
    assert_eq!(
        (daughter.share.as_str(), mother.share.as_str()),
        ("0.3", "0.4")
    );
    let sheet = decision.awards[0].worksheet.as_ref();
    assert_eq!(bearer(sheet), ("承担方", "用人单位"));

    let told = bereaved.told().await.remove(0);
    let told: Vec<_> = told
        .iter()
        .map(|one| {
            (
                one.payee_name.as_str(),
                text(one.amount.as_ref()),
                one.from_month,
                one.replaces,
            )
        })
        .collect();
    let monthly = [
        ("小女", "1800.00", january, false),
        ("母亲", "2400.00", january, false),
        ("父亲", "1800.00", january, false),
    ];
    assert_eq!(told, monthly);
    let listed = bereaved.claims(&handler()).await.remove(0);
    assert_eq!(listed.kind(), CashClaimKind::Survivors);
    assert_eq!(listed.own_wage, Some(own_wage));
    assert_eq!(refused(&bereaved, &form).await, "SURVIVORS_CLAIMED");
}

// Art. 72
#[tokio::test]
async fn shares_above_the_own_wage_are_reduced_and_the_employer_in_arrears_bears_them() {
    let bereaved = of_accident(date!(2026 - 12 - 28)).await;
    let injury = bereaved.register(Some(date!(2026 - 12 - 28))).await;
    assert_eq!(injury.eligibility(), Eligibility::InArrears);
    let mother = Dependant {
        lone_or_orphan: false,
        ..mother()
    };
    let circle = [unable_widow(), daughter(), mother, father()];
    let form = form(&bereaved, DeathCase::AtWork, &circle);
    let decision = approved(&bereaved, &form).await;
    let expected = ["1846.15", "1384.61", "1384.61", "1384.61"];
    assert_eq!(each(&decision), expected);
    assert_eq!(text(decision.employer.as_ref()), "5999.98");
    assert_eq!(text(decision.fund.as_ref()), "0.00");
    let sheet = decision.awards[0].worksheet.as_ref();
    assert_eq!(bearer(sheet), ("承担方", "用人单位"));
}

// Art. 71
#[tokio::test]
async fn pensions_of_who_is_missing_are_decided_in_the_fourth_month() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(None).await;
    let form = form(&bereaved, DeathCase::Missing, &[daughter()]);
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-02-26 09:00 +8));
    assert_eq!(refused(&bereaved, &form).await, "SURVIVORS_TOO_EARLY");
    service.clock().set(datetime!(2027-03-01 09:00 +8));
    let lacking = EvidenceKind::MissingProof;
    let few: Vec<_> = ALL
        .iter()
        .copied()
        .filter(|kind| *kind != lacking)
        .collect();
    let missing = service.submit(&handler(), &form, &few).await.unwrap_err();
    assert_eq!(reason(&missing), "EVIDENCE_MISSING");
    let decision = approved(&bereaved, &form).await;
    let march = Month::new(2027, 3).ok().map(Into::into);
    assert_eq!(decision.dependants[0].from_month, march);
    assert_eq!(each(&decision), ["1800.00"]);
}

// Art. 71
#[tokio::test]
async fn nobody_is_missing_of_whom_a_death_is_registered_unless_a_court_declared_it() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(Some(ACCIDENT)).await;
    let missing = form(&bereaved, DeathCase::Missing, &[daughter()]);
    let service = &bereaved.town.service;
    service.clock().set(datetime!(2027-03-01 09:00 +8));
    let refusal = service
        .approve(&handler(), &missing, ALL)
        .await
        .unwrap_err();
    assert_eq!(reason(&refusal), "DEATH_CASE");
    assert!(refusal.message().contains("不再是下落不明"), "{refusal}");
    let declared = SurvivorForm {
        declared_on: on(date!(2027 - 02 - 26)),
        ..missing
    };
    let at_work = SurvivorForm {
        death_case: DeathCase::AtWork as i32,
        ..declared.clone()
    };
    assert_eq!(refused(&bereaved, &at_work).await, "DEATH_CASE");
    let few = EvidenceKind::DeathDeclaration;
    let few: Vec<_> = ALL.iter().copied().filter(|kind| *kind != few).collect();
    let lacking = service.submit(&handler(), &declared, &few).await;
    assert_eq!(reason(&lacking.unwrap_err()), "EVIDENCE_MISSING");
    let decision = approved(&bereaved, &declared).await;
    assert_eq!(decision.died_on, on(ACCIDENT));
    assert_eq!(decision.dependants[0].from_month, month((2027, 3)));
}

// Art. 70
#[tokio::test]
async fn a_form_that_contradicts_itself_or_what_is_registered_is_refused() {
    let bereaved = bereaved(TODAY).await;
    bereaved.register(Some(TODAY)).await;
    let good = daughter();
    let with = |change: fn(&mut Dependant)| {
        let mut one = good.clone();
        change(&mut one);
        form(&bereaved, DeathCase::AtWork, &[one])
    };
    let born_later = date!(2026 - 11 - 20);
    let unborn = dependant(SurvivorRelation::Child, "遗腹", born_later, Sex::Male);
    let second = Dependant {
        identity_number: citizen_of(date!(1991 - 03 - 08), 124),
        born_on: on(date!(1991 - 03 - 08)),
        ..widow()
    };
    let case = DeathCase::InStoppagePeriod;
    for (form, expected) in [
        (with(|one| one.sex = Sex::Male as i32), "SURVIVOR_IDENTITY"),
        (with(|one| one.born_on = on(TODAY)), "SURVIVOR_IDENTITY"),
        (with(|one| one.unable_to_work = true), "SURVIVOR_APPRAISAL"),
        (
            form(&bereaved, DeathCase::AtWork, &[unborn]),
            "SURVIVOR_UNBORN",
        ),
        (
            form(&bereaved, DeathCase::AtWork, &[good.clone(), good.clone()]),
            "SURVIVOR_TWICE",
        ),
        (
            form(&bereaved, DeathCase::AtWork, &[widow(), second]),
            "SURVIVOR_TWICE",
        ),
        (
            form(&bereaved, DeathCase::AfterStoppagePeriod, &[daughter()]),
            "DEATH_AFTER_STOPPAGE",
        ),
        // No month before the accident was assessed.
        (form(&bereaved, case, &[daughter()]), "NO_BASES"),
    ] {
        assert_eq!(refused(&bereaved, &form).await, expected);
    }
    assert!(bereaved.told().await.is_empty());
}

// Art. 70, Art. 72
#[tokio::test]
async fn of_who_was_insured_only_after_the_accident_wages_that_are_proven_make_the_pensions() {
    let bereaved = bereaved(TODAY).await;
    bereaved.register(Some(TODAY)).await;
    let bare = form(&bereaved, DeathCase::AtWork, &[daughter()]);
    assert_eq!(refused(&bereaved, &bare).await, "NO_BASES");
    let stated = SurvivorForm {
        wages: vec![MonthlyBase {
            month: month((2026, 10)),
            base: Some(Money::from_text("6000")),
        }],
        ..bare
    };
    let service = &bereaved.town.service;
    let missing = service.submit(&handler(), &stated, ALL).await.unwrap_err();
    assert_eq!(reason(&missing), "EVIDENCE_MISSING");
    let papers = [ALL, &[EvidenceKind::WagePaymentDetail]].concat();
    let case = service.approve(&handler(), &stated, &papers).await.unwrap();
    let decision: SurvivorDecision = wire::from_any(&case.decision.unwrap()).unwrap();
    assert_eq!(each(&decision), ["1800.00"]);
}

// Art. 72
#[tokio::test]
async fn of_two_applications_signed_at_once_one_takes_effect() {
    let bereaved = of_accident(ACCIDENT).await;
    bereaved.register(Some(ACCIDENT)).await;
    let form = form(&bereaved, DeathCase::AtWork, &[daughter()]);
    let service = &bereaved.town.service;
    let mut cases = Vec::new();
    for _ in 0..2 {
        let case = service.submit(&handler(), &form, ALL).await.unwrap();
        cases.push(service.sign_next(&case).await.unwrap());
    }
    let (first, second) = tokio::join!(service.sign_next(&cases[0]), service.sign_next(&cases[1]));
    assert!(first.is_ok() != second.is_ok());
    let late = usize::from(first.is_ok());
    let again = service.sign_next(&cases[late]).await.unwrap_err();
    assert_eq!(reason(&again), "SURVIVORS_CLAIMED");
    assert_eq!(bereaved.told().await.len(), 1);
}
