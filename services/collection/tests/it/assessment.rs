//! Section 3: the estimate, the month, back-payments, late fees, the special ways.

use chassis::testing::{AREA, employer, reason};
use chassis::wire;
use contracts::collection::v1::assessment_service_client::AssessmentServiceClient;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    AssessmentBasis, ConfirmContributionAssessmentRequest, ConstructionDeclaration,
    InsuranceAssessment, ListSpecialAssessmentsRequest, Mineral,
    PrintSocialInsuranceAssessmentRequest, SmallMineDeclaration, SmallMineMethod,
    SmallServiceDeclaration, SmallServiceMeasure, SmallServiceTrade, SpecialAssessmentDecision,
};
use law::Month;
use time::macros::date;
use uuid::Uuid;

use crate::support::*;

// Art. 28
// Art. 32
#[tokio::test]
async fn a_month_is_assessed_once_with_headcount_base_and_rate() {
    let service = collection().await;
    coal_mine(&service).await;
    tell(&service, registered(2, "65")).await;
    let form = declaration(month(10), month(10), vec![wage(1, "6500"), wage(2, "4000")]);
    approve(&service, &form).await.unwrap();

    let summary = assess(&service, month(10)).await;
    assert_eq!(
        (summary.employers, summary.headcount, summary.provisional),
        (1, 2, 0)
    );
    assert_eq!(
        (summary.payroll, summary.total),
        (yuan("10500.00"), yuan("199.50"))
    );
    let found = assessment(&service, 1, month(10)).await.unwrap();
    assert_eq!(
        (found.headcount, found.risk_class, found.rate.as_str()),
        (2, 8, "0.019")
    );
    assert_eq!(
        (found.contribution, found.late_fee),
        (yuan("199.50"), yuan("0.00"))
    );
    assert_eq!(found.due_on, Some(date!(2026 - 10 - 25).into()));
    assert_eq!(found.basis, AssessmentBasis::Declared as i32);
    // An employer without insured owes nothing and has no form.
    let status = assessment(&service, 2, month(10)).await.unwrap_err();
    assert_eq!(reason(&status), "MONTH_NOT_ASSESSED");

    let refused = async |of| ordered(&service, &order(of)).await.unwrap_err();
    let again = refused(month(10)).await;
    assert!(again.message().contains("已经核定"), "{again}");
    let ahead = refused(month(11)).await;
    assert!(ahead.message().contains("尚未开始"), "{ahead}");
    service.clock().set(at(date!(2026 - 11 - 15)));
    let early = refused(month(11)).await;
    assert!(early.message().contains("申报截止后"), "{early}");

    let told = told(&service).await;
    assert!(
        told.iter().any(|(key, what)| *key == employer_id(1)
            && matches!(what, Happened::ContributionAssessed(_)))
    );
    assert!(
        told.iter()
            .any(|(key, what)| key == "2026-10" && matches!(what, Happened::MonthSent(_)))
    );
}

// Art. 28
// Art. 30
#[tokio::test]
async fn who_did_not_declare_owes_110_percent_of_last_month_until_it_declares() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    assert_eq!(
        assessment(&service, 1, month(10))
            .await
            .unwrap()
            .contribution,
        yuan("190.00")
    );

    let summary = assess(&service, month(11)).await;
    assert_eq!(summary.provisional, 1);
    let found = assessment(&service, 1, month(11)).await.unwrap();
    assert_eq!(found.basis(), AssessmentBasis::Provisional);
    assert_eq!(found.contribution, yuan("209.00"));
    // October is unpaid since the 25th: 22 days of 0.05% on 190 yuan.
    assert_eq!(found.late_fee, yuan("2.09"));
    assert_eq!(found.total, yuan("211.09"));

    // The window of November is closed, but what was assessed provisionally may still be declared.
    let form = declaration(month(11), month(12), vec![wage(1, "6000"), wage(2, "4000")]);
    approve(&service, &form).await.unwrap();
    let found = assessment(&service, 1, month(11)).await.unwrap();
    assert_eq!(
        (found.basis(), found.contribution),
        (AssessmentBasis::Declared, yuan("190.00"))
    );

    assess(&service, month(12)).await;
    let found = assessment(&service, 1, month(12)).await.unwrap();
    assert_eq!(
        (found.contribution, found.back_payment),
        (yuan("190.00"), yuan("-19.00"))
    );
    // October for 30 more days, November for 21: what was booked is not booked again.
    assert_eq!(found.late_fee, yuan("4.85"));
}

// Art. 12
#[tokio::test]
async fn who_leaves_and_returns_within_a_month_counts_once() {
    let service = collection().await;
    coal_mine(&service).await;
    let first = enrolled(1, 4, 3000, month(10));
    let contracts::registration::v1::registration_event::What::PersonEnrolled(event) = &first
    else {
        panic!("an enrolment")
    };
    let ended = contracts::registration::v1::EnrolmentEnded {
        enrolment_id: event.enrolment.as_ref().unwrap().enrolment_id.clone(),
        employer_id: employer_id(1),
        person_id: person_id(4).to_string(),
        ends_on: Some(date!(2026 - 10 - 08).into()),
        ..Default::default()
    };
    let ended = contracts::registration::v1::registration_event::What::EnrolmentEnded(ended);
    tell(
        &service,
        vec![first, ended, enrolled(1, 4, 3500, month(10))],
    )
    .await;
    let summary = assess(&service, month(10)).await;
    assert_eq!((summary.headcount, summary.payroll), (3, yuan("13000.00")));
}

// Art. 31
// Art. 151
#[tokio::test]
async fn projects_services_and_mines_are_assessed_in_their_own_ways() {
    let service = collection().await;
    coal_mine(&service).await;
    for (name, value) in [
        ("construction_rate", "0.0015"),
        ("area_average_monthly_wage", "6000"),
        ("small_service_wage_ratio", "0.6"),
        ("small_mine_wage_per_tonne.coal", "80"),
    ] {
        set(&service, name, value).await;
    }
    let project = ConstructionDeclaration {
        employer_id: employer_id(1),
        project_number: "GC-1".to_owned(),
        project_name: "一号工程".to_owned(),
        cost: yuan("12345678.90"),
        starts_on: Some(date!(2026 - 10 - 01).into()),
        ends_on: Some(date!(2027 - 09 - 30).into()),
    };
    let case = approve(&service, &project).await.unwrap();
    let decision: SpecialAssessmentDecision = wire::from_any(&case.decision.unwrap()).unwrap();
    assert_eq!(decision.contribution, yuan("18518.52"));
    assert_eq!(decision.due_on, Some(date!(2026 - 11 - 04).into()));
    let status = approve(&service, &project).await.unwrap_err();
    assert_eq!(reason(&status), "PROJECT_ASSESSED");
    let reversed = ConstructionDeclaration {
        ends_on: Some(date!(2026 - 09 - 30).into()),
        ..project
    };
    assert_eq!(
        reason(&approve(&service, &reversed).await.unwrap_err()),
        "PROJECT_DATES"
    );

    let mine = SmallMineDeclaration {
        employer_id: employer_id(1),
        from_month: Some(month(10).into()),
        to_month: Some(month(12).into()),
        mineral: Mineral::Coal as i32,
        method: SmallMineMethod::WageContent as i32,
        output: "1200.5".to_owned(),
        corrects_case_id: String::new(),
    };
    let case = approve(&service, &mine).await.unwrap();
    let decision: SpecialAssessmentDecision = wire::from_any(&case.decision.unwrap()).unwrap();
    assert_eq!(decision.contribution, yuan("1824.76"));
    let business = SmallServiceDeclaration {
        employer_id: employer_id(1),
        from_month: Some(month(12).into()),
        to_month: Some(month(12).into()),
        trade: SmallServiceTrade::Other as i32,
        measure: SmallServiceMeasure::Headcount as i32,
        headcount: 4,
        ..SmallServiceDeclaration::default()
    };
    assert_eq!(
        reason(&approve(&service, &business).await.unwrap_err()),
        "PERIOD_COVERED"
    );
    tell(&service, registered(2, "62")).await;
    let business = SmallServiceDeclaration {
        employer_id: employer_id(2),
        ..business
    };
    let missing = SmallServiceDeclaration {
        headcount: 0,
        ..business.clone()
    };
    assert_eq!(
        reason(&approve(&service, &missing).await.unwrap_err()),
        "MEASURE_MISSING"
    );
    let case = approve(&service, &business).await.unwrap();
    let decision: SpecialAssessmentDecision = wire::from_any(&case.decision.unwrap()).unwrap();
    // 4 persons x 3600 yuan x 0.4%.
    assert_eq!(decision.contribution, yuan("57.60"));

    // The mine is assessed by its output, not by its payroll; what cases assessed is billed.
    let summary = assess(&service, month(10)).await;
    assert_eq!((summary.employers, summary.headcount), (2, 0));
    assert_eq!(summary.contribution, yuan("0.00"));
    assert_eq!(summary.special_contribution, yuan("20400.88"));
    let mut client =
        AssessmentServiceClient::new(service.connect(&employer(&employer_id(1))).await);
    let request = ListSpecialAssessmentsRequest {
        pooling_area: AREA.to_owned(),
        ..ListSpecialAssessmentsRequest::default()
    };
    let own = client
        .list_special_assessments(request)
        .await
        .unwrap()
        .into_inner()
        .assessments;
    assert_eq!(own.len(), 2, "an employer sees its own");
}

// Art. 28
#[tokio::test]
async fn an_employer_confirms_its_assessment_and_prints_all_insurances_on_one_form() {
    let service = collection().await;
    coal_mine(&service).await;
    assess(&service, month(10)).await;
    let mut client =
        AssessmentServiceClient::new(service.connect(&employer(&employer_id(1))).await);
    let mut request = ConfirmContributionAssessmentRequest {
        pooling_area: AREA.to_owned(),
        request_id: Uuid::now_v7().to_string(),
        employer_id: employer_id(1),
        month: Some(month(10).into()),
        total: yuan("189.99"),
    };
    let status = client
        .confirm_contribution_assessment(request.clone())
        .await
        .unwrap_err();
    assert_eq!(reason(&status), "TOTAL_CHANGED");
    request.total = yuan("190");
    let confirmed = client
        .confirm_contribution_assessment(request)
        .await
        .unwrap()
        .into_inner();
    assert_eq!(
        confirmed.assessment.unwrap().confirmed_on,
        Some(date!(2026 - 10 - 16).into())
    );

    let pension = InsuranceAssessment {
        insurance: "110".to_owned(),
        headcount: 2,
        payroll: yuan("10000"),
        employer_part: yuan("1600"),
        personal_part: yuan("800"),
        ..InsuranceAssessment::default()
    };
    let mut request = PrintSocialInsuranceAssessmentRequest {
        pooling_area: AREA.to_owned(),
        employer_id: employer_id(1),
        month: Some(month(10).into()),
        other_insurances: vec![pension],
    };
    let form = client
        .print_social_insurance_assessment(request.clone())
        .await
        .unwrap()
        .into_inner()
        .form
        .unwrap();
    assert_eq!(form.total, yuan("2590.00"));
    assert_eq!(form.insurances[0].total, yuan("190.00"));
    request.other_insurances[0].insurance = "410".to_owned();
    let status = client
        .print_social_insurance_assessment(request)
        .await
        .unwrap_err();
    assert_eq!(reason(&status), "INSURANCE_OWN");

    let mut other = AssessmentServiceClient::new(service.connect(&employer(&employer_id(2))).await);
    let request = contracts::collection::v1::GetContributionAssessmentRequest {
        pooling_area: AREA.to_owned(),
        employer_id: employer_id(1),
        month: Some(month(10).into()),
    };
    let status = other
        .get_contribution_assessment(request)
        .await
        .unwrap_err();
    assert_eq!(
        reason(&status),
        "MONTH_NOT_ASSESSED",
        "another employer sees nothing"
    );
}

// Art. 31
#[tokio::test]
async fn output_is_not_declared_over_a_change_of_what_it_is_charged_by() {
    let service = collection().await;
    coal_mine(&service).await;
    let standard = "small_mine_wage_per_tonne.coal";
    set(&service, standard, "80").await;
    set_from(&service, standard, "90", date!(2026 - 12 - 01)).await;
    let mine = |to_month: Month| SmallMineDeclaration {
        employer_id: employer_id(1),
        from_month: Some(month(10).into()),
        to_month: Some(to_month.into()),
        mineral: Mineral::Coal as i32,
        method: SmallMineMethod::WageContent as i32,
        output: "1200.5".to_owned(),
        corrects_case_id: String::new(),
    };
    let refused = approve(&service, &mine(month(12))).await.unwrap_err();
    assert_eq!(reason(&refused), "PERIOD_OVER_CHANGE");
    assert!(refused.message().contains("2026-12"), "{refused}");
    let years = mine(month(10).plus(40));
    assert_eq!(
        reason(&approve(&service, &years).await.unwrap_err()),
        "DECLARATION_TOO_LONG"
    );
    approve(&service, &mine(month(11))).await.unwrap();
}
