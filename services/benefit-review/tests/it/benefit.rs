//! What cash benefits would be: articles 68, 69, 71 and 72 on figures that are given.

mod stand_ins;
mod stopped;
mod survivors;
mod worksheets;
mod wrong;

use chassis::testing::{AREA, TestService, clerk, employer, outsider, person, reason};
use contracts::benefit_review::v1::benefit_service_client::BenefitServiceClient;
use contracts::benefit_review::v1::{
    Award, BenefitKind, DeathCase, EstimateBenefitsRequest, EstimateBenefitsResponse, EstimateKind,
    MonthlyBase, NursingGrade, Payer, RetirementCategory, Survivor, SurvivorRelation,
};
use contracts::common::v1::{EvidenceKind, ParameterChangeForm, ParameterValue, WorksheetLine};
use contracts::options::v1::{Caller, Department, Duty};
use law::Month;
use rust_decimal::Decimal;
use time::macros::date;
use tonic::{Code, Status};

use crate::support::*;

fn yuan(text: &str) -> Option<contracts::Money> {
    Some(contracts::Money::from_text(text))
}

fn value(name: &str, value: &str) -> ParameterValue {
    ParameterValue {
        name: name.to_owned(),
        value: value.to_owned(),
    }
}

/// What stands in for what the area has not set.
fn area() -> Vec<ParameterValue> {
    vec![
        value("area_average_monthly_wage", "8000"),
        value("minimum_wage", "2200"),
    ]
}

/// Grade 5, partly unable to look after himself, and the labour relation ended.
fn disabled() -> EstimateBenefitsRequest {
    EstimateBenefitsRequest {
        pooling_area: AREA.to_owned(),
        kind: EstimateKind::Disability as i32,
        injury_date: on(date!(2021 - 01 - 15)),
        appraisal_date: on(date!(2021 - 05 - 20)),
        labour_relation_end_date: on(date!(2021 - 08 - 31)),
        own_wage: yuan("6000"),
        disability_grade: 5,
        nursing_grade: NursingGrade::Partly as i32,
        parameters: area(),
        ..EstimateBenefitsRequest::default()
    }
}

fn survivor(relation: SurvivorRelation) -> Survivor {
    Survivor {
        relation: relation as i32,
        unable_to_work: true,
        ..Survivor::default()
    }
}

/// Missing since 2020, declared dead in 2022; four depended on him.
fn missing() -> EstimateBenefitsRequest {
    let base = |number: u8| MonthlyBase {
        month: Some(Month::new(2020, number).unwrap().into()),
        base: yuan("6000"),
    };
    EstimateBenefitsRequest {
        pooling_area: AREA.to_owned(),
        kind: EstimateKind::Death as i32,
        injury_date: on(date!(2020 - 10 - 15)),
        death_date: on(date!(2022 - 12 - 31)),
        bases: (1..10).map(base).collect(),
        death_case: DeathCase::Missing as i32,
        survivors: vec![
            survivor(SurvivorRelation::Spouse),
            Survivor {
                relation: SurvivorRelation::Parent as i32,
                birth_date: on(date!(1970 - 01 - 01)),
                ..Survivor::default()
            },
            Survivor {
                relation: SurvivorRelation::Child as i32,
                birth_date: on(date!(2010 - 01 - 01)),
                ..Survivor::default()
            },
            survivor(SurvivorRelation::Sibling),
            survivor(SurvivorRelation::Grandparent),
        ],
        parameters: vec![value("area_average_monthly_wage", "8000")],
        ..EstimateBenefitsRequest::default()
    }
}

async fn estimate(
    service: &TestService,
    asked: EstimateBenefitsRequest,
) -> Result<EstimateBenefitsResponse, Status> {
    let mut client = BenefitServiceClient::new(service.connect(&person("p-1")).await);
    Ok(client.estimate_benefits(asked).await?.into_inner())
}

/// What is paid, by whom, of which survivor, and from when.
fn due(found: &[Award]) -> Vec<(BenefitKind, Option<i32>, String, Payer, String)> {
    let due = |one: &Award| {
        let amount = one.amount.as_ref().unwrap().as_text().to_owned();
        let from = one
            .from_month
            .map(|from| Month::try_from(from).unwrap().to_string());
        assert_eq!(one.monthly, from.is_some());
        (
            one.benefit(),
            one.person,
            amount,
            one.payer(),
            from.unwrap_or_default(),
        )
    };
    found.iter().map(due).collect()
}

fn expected(
    rows: &[(BenefitKind, Option<i32>, &str, Payer, &str)],
) -> Vec<(BenefitKind, Option<i32>, String, Payer, String)> {
    let row = |(kind, person, amount, payer, from): &(_, _, &str, _, &str)| {
        (
            *kind,
            *person,
            (*amount).to_owned(),
            *payer,
            (*from).to_owned(),
        )
    };
    rows.iter().map(row).collect()
}

// Art. 68
#[tokio::test]
async fn anybody_who_has_to_do_with_it_may_ask_what_a_disability_would_bring() {
    let service = alone().await;
    let callers = [
        person("p-1"),
        employer("e-1"),
        handler(),
        clerk(Department::Information, Duty::Handler),
        outsider(Caller::TaxBureau),
        authority(("civil_affairs", "民政")),
    ];
    for caller in callers {
        let mut client = BenefitServiceClient::new(service.connect(&caller).await);
        let found = client
            .estimate_benefits(disabled())
            .await
            .unwrap()
            .into_inner();
        assert_eq!(
            due(&found.benefits),
            expected(&[
                (
                    BenefitKind::LumpSumDisability,
                    None,
                    "108000.00",
                    Payer::Fund,
                    ""
                ),
                (
                    BenefitKind::DisabilityAllowance,
                    None,
                    "4200.00",
                    Payer::Employer,
                    "2021-06"
                ),
                (
                    BenefitKind::NursingAllowance,
                    None,
                    "2400.00",
                    Payer::Fund,
                    "2021-06"
                ),
                (
                    BenefitKind::LumpSumMedicalSubsidy,
                    None,
                    "60000.00",
                    Payer::Fund,
                    ""
                ),
                (
                    BenefitKind::LumpSumEmploymentSubsidy,
                    None,
                    "300000.00",
                    Payer::Employer,
                    ""
                ),
            ])
        );
    }
    let mut nobody = BenefitServiceClient::new(service.connect_as_nobody().await);
    let status = nobody.estimate_benefits(disabled()).await.unwrap_err();
    assert_eq!(status.code(), Code::Unauthenticated);
}

// Art. 69
// Art. 71
// Art. 72
#[tokio::test]
async fn a_death_brings_a_funeral_a_lump_sum_and_to_each_survivor_who_meets_a_condition_a_pension()
{
    let found = estimate(&alone().await, missing()).await.unwrap();
    let pension = |person, amount, from| {
        (
            BenefitKind::SurvivorPension,
            Some(person),
            amount,
            Payer::Fund,
            from,
        )
    };
    let (begins, later) = ("2021-01", "2028-02");
    // The parent, who is the second, has not reached the age; the others' shares come to 130%, and to 100% when the
    // child has come of age.
    assert_eq!(
        due(&found.benefits),
        expected(&[
            (BenefitKind::Funeral, None, "48000.00", Payer::Fund, ""),
            (
                BenefitKind::LumpSumDeath,
                None,
                "948240.00",
                Payer::Fund,
                ""
            ),
            pension(0, "1846.15", begins),
            pension(0, "2400.00", later),
            pension(2, "1384.61", begins),
            pension(3, "1384.61", begins),
            pension(3, "1800.00", later),
            pension(4, "1384.61", begins),
            pension(4, "1800.00", later),
        ])
    );
}

// Art. 68
#[tokio::test]
async fn an_area_that_has_set_its_figures_needs_none_that_stand_in() {
    let service = alone().await;
    for (name, value) in [
        ("area_average_monthly_wage", "8000"),
        ("minimum_wage", "4300"),
        ("subsidy_basis", "area_wage"),
        ("medical_subsidy.5", "30"),
        ("employment_subsidy.5", "30"),
    ] {
        let form = ParameterChangeForm {
            name: name.to_owned(),
            value: value.to_owned(),
            from: on(date!(2020 - 07 - 01)),
            source: "统筹地区文件".to_owned(),
        };
        let rule = [EvidenceKind::LocalRule];
        let information = clerk(Department::Information, Duty::Handler);
        service.approve(&information, &form, &rule).await.unwrap();
    }
    let asked = EstimateBenefitsRequest {
        parameters: Vec::new(),
        ..disabled()
    };
    let found = estimate(&service, asked.clone()).await.unwrap();
    let amounts: Vec<String> = due(&found.benefits).into_iter().map(|row| row.2).collect();
    assert_eq!(
        amounts,
        ["108000.00", "4300.00", "2400.00", "240000.00", "240000.00"]
    );
    // What stands in wins over what the area has set.
    let stands_in = EstimateBenefitsRequest {
        parameters: vec![
            value("minimum_wage", "1000"),
            value("medical_subsidy.5", "20"),
        ],
        ..asked
    };
    let found = estimate(&service, stands_in).await.unwrap();
    let amounts: Vec<String> = due(&found.benefits).into_iter().map(|row| row.2).collect();
    assert_eq!(
        amounts,
        ["108000.00", "4200.00", "2400.00", "160000.00", "240000.00"]
    );
}

// Art. 68
#[tokio::test]
async fn the_same_question_has_the_same_answer() {
    let service = alone().await;
    let first = estimate(&service, missing()).await.unwrap();
    assert_eq!(first, estimate(&service, missing()).await.unwrap());
}
