//! Registration of employers: articles 7 and 9.

mod again;

use chassis::testing::{AREA, TestService, employer as acting_employer, reason};
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::{CaseState, EvidenceKind, ListCasesRequest, RefuseCaseRequest};
use contracts::options::v1::{Department, Duty};
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    DeregistrationForm, EmployerFacts, EmployerRegistrationDecision, EmployerRegistrationForm,
    EmployerState, EmployerType, ListEmployersRequest,
};
use time::Duration;
use time::macros::{date, datetime};
use tonic::Code;

use crate::collection::with_collection;
use crate::support::*;

// Art. 7, Art. 9
#[tokio::test]
async fn an_employer_registers_and_gets_a_risk_class_and_a_certificate() {
    let service = registration().await;
    let case = service
        .submit(&handler(), &registration_form(1), PAPERS)
        .await
        .unwrap();
    let seen: EmployerRegistrationDecision = decision(&service, &case).await;
    assert_eq!(
        (
            seen.industry_name.as_str(),
            seen.risk_class,
            seen.risk_class_table
        ),
        ("批发业", 2, 2015)
    );
    assert_eq!(seen.business_scope, "日用百货批发");
    assert!(
        seen.worksheet
            .unwrap()
            .lines
            .iter()
            .any(|line| line.source.contains("人社部发〔2015〕71号"))
    );
    assert_eq!(
        employer(&service, &credit_code(1), None)
            .await
            .unwrap_err()
            .code(),
        Code::NotFound
    );

    service.sign_off(&case).await.unwrap();
    let employer = employer(&service, &credit_code(1), None).await.unwrap();
    assert_eq!(employer.state(), EmployerState::Registered);
    assert_eq!(employer.facts, Some(facts(1)));
    assert_eq!(
        (employer.industry_code.as_str(), employer.risk_class),
        ("51", 2)
    );
    assert_eq!(employer.starts_on, on(date!(2026 - 01 - 01)));
    assert!(employer.certificate_number.starts_with(AREA));

    let told = told(&service).await;
    assert!(told.iter().all(|(key, _)| *key == employer.employer_id));
    let [
        What::EmployerRegistered(registered),
        What::RiskClassSet(class),
        What::CertificateIssued(issued),
    ] = told.iter().map(|(_, what)| what).collect::<Vec<_>>()[..]
    else {
        panic!("told: {told:?}");
    };
    assert_eq!(registered.case_id, case.case_id);
    assert_eq!(
        class.risk_class.as_ref().unwrap().from_on,
        on(date!(2026 - 01 - 01))
    );
    let certificate = issued.certificate.as_ref().unwrap();
    assert_eq!(certificate.certificate_number, employer.certificate_number);
    assert_eq!(certificate.valid_until_on, on(date!(2030 - 11 - 01)));
}

// Art. 9
#[tokio::test]
async fn the_review_is_due_fifteen_days_after_the_application_and_overdue_on_the_next() {
    let service = registration().await;
    let case = service
        .submit(&handler(), &registration_form(1), PAPERS)
        .await
        .unwrap();
    assert_eq!(case.due_on, on(date!(2026 - 11 - 17)));
    service.clock().advance(Duration::days(15));
    assert!(overdue(&service).await.is_empty());
    service.clock().advance(Duration::days(1));
    assert_eq!(overdue(&service).await, [credit_code(1)]);
}

async fn overdue(service: &TestService) -> Vec<String> {
    let request = ListCasesRequest {
        pooling_area: AREA.to_owned(),
        overdue: true,
        ..ListCasesRequest::default()
    };
    // Every call on a new connection: its token would run out with the clock.
    let mut cases = CaseServiceClient::new(service.connect(&handler()).await);
    let listed = cases.list_cases(request).await.unwrap().into_inner().cases;
    listed.into_iter().map(|case| case.subject).collect()
}

// Art. 9
#[tokio::test]
async fn a_registration_that_is_refused_tells_the_employer_why_in_writing() {
    let service = registration().await;
    let applicant = acting_employer(&credit_code(1));
    let case = service
        .submit(&applicant, &registration_form(1), PAPERS)
        .await
        .unwrap();
    let reviewer = chassis::testing::clerk(Department::Registration, Duty::Reviewer);
    let refusal = RefuseCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: case.case_id.clone(),
        reason: "执照经营范围为建筑施工，与申报行业不符".to_owned(),
        ..RefuseCaseRequest::default()
    };
    CaseServiceClient::new(service.connect(&reviewer).await)
        .refuse_case(refusal)
        .await
        .unwrap();
    let own = ListCasesRequest {
        pooling_area: AREA.to_owned(),
        ..ListCasesRequest::default()
    };
    let mut cases = CaseServiceClient::new(service.connect(&applicant).await);
    let listed = cases.list_cases(own).await.unwrap().into_inner().cases;
    assert_eq!(listed[0].state(), CaseState::Refused);
    assert!(listed[0].reasons[0].sentence.contains("与申报行业不符"));
    assert!(told(&service).await.is_empty());
}

// Art. 7
#[tokio::test]
async fn each_type_of_employer_brings_the_paper_that_founded_it() {
    use EvidenceKind as Paper;
    let service = registration().await;
    for (r#type, paper) in [
        (EmployerType::Enterprise, Paper::BusinessLicence),
        (
            EmployerType::PublicInstitution,
            Paper::PublicInstitutionCertificate,
        ),
        (
            EmployerType::SocialOrganisation,
            Paper::SocialOrganisationCertificate,
        ),
        (
            EmployerType::PrivateNonEnterprise,
            Paper::PrivateNonEnterpriseCertificate,
        ),
        (EmployerType::Government, Paper::FoundingApproval),
    ] {
        let mut form = registration_form(1);
        form.facts.as_mut().unwrap().r#type = r#type as i32;
        let other = if paper == Paper::BusinessLicence {
            Paper::FoundingApproval
        } else {
            Paper::BusinessLicence
        };
        let refused = service
            .submit(&handler(), &form, &[other])
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), "EVIDENCE_MISSING", "{type:?}");
        service.submit(&handler(), &form, &[paper]).await.unwrap();
    }
}

// Art. 7
#[tokio::test]
async fn whoever_signs_and_whoever_asks_sees_that_an_industry_is_insured_here_for_all_its_areas() {
    let service = registration().await;
    let form = EmployerRegistrationForm {
        outside_area: "440100".to_owned(),
        cross_area_industry: true,
        ..registration_form(1)
    };
    let papers = [
        PAPERS,
        &[
            EvidenceKind::OutsideRegistrationCertificate,
            EvidenceKind::OutsideContributionProof,
        ],
    ]
    .concat();
    let case = service.submit(&handler(), &form, &papers).await.unwrap();
    let seen: EmployerRegistrationDecision = decision(&service, &case).await;
    assert!(seen.cross_area_industry && seen.outside_area == "440100");
    service.sign_off(&case).await.unwrap();
    register(&service, 2).await;
    let one = employer(&service, &credit_code(1), None).await.unwrap();
    assert!(one.cross_area_industry && one.outside_area == "440100");
    let other = employer(&service, &credit_code(2), None).await.unwrap();
    assert!(!other.cross_area_industry);
}

// Art. 7
#[tokio::test]
async fn an_employer_insured_elsewhere_and_one_without_credit_code_bring_more_papers() {
    let service = registration().await;
    let licence = &[EvidenceKind::BusinessLicence];
    let outside = EmployerRegistrationForm {
        outside_area: "440100".to_owned(),
        ..registration_form(1)
    };
    let refused = service
        .submit(&handler(), &outside, licence)
        .await
        .unwrap_err();
    assert!(
        refused.message().contains("统筹地区外的参保缴费证明"),
        "{}",
        refused.message()
    );

    let mut old = registration_form(2);
    let facts = old.facts.as_mut().unwrap();
    facts.organisation_code = facts.credit_code[8..17].to_owned();
    facts.credit_code.clear();
    let refused = service.submit(&handler(), &old, licence).await.unwrap_err();
    assert!(
        refused.message().contains("组织机构统一代码证书"),
        "{}",
        refused.message()
    );
}

async fn refused(
    service: &TestService,
    change: impl FnOnce(&mut EmployerRegistrationForm),
) -> String {
    let mut form = registration_form(1);
    change(&mut form);
    let mut papers = PAPERS.to_vec();
    papers.extend([
        EvidenceKind::OutsideRegistrationCertificate,
        EvidenceKind::OutsideContributionProof,
    ]);
    reason(
        &service
            .approve(&handler(), &form, &papers)
            .await
            .unwrap_err(),
    )
}

fn of(form: &mut EmployerRegistrationForm) -> &mut EmployerFacts {
    form.facts.as_mut().unwrap()
}

// Art. 7, Art. 9
#[tokio::test]
async fn an_application_that_contradicts_itself_or_the_law_is_not_approved() {
    let service = registration().await;
    let none = refused(&service, |form| of(form).credit_code.clear()).await;
    assert_eq!(none, "EMPLOYER_CODE_MISSING");
    let disagree = refused(&service, |form| {
        of(form).organisation_code = credit_code(2)[8..17].to_owned();
    });
    assert_eq!(disagree.await, "EMPLOYER_CODES_DISAGREE");
    let early = refused(&service, |form| form.starts_on = on(date!(2019 - 12 - 31))).await;
    assert_eq!(early, "START_BEFORE_FOUNDING");
    let ahead = refused(&service, |form| form.starts_on = on(date!(2026 - 11 - 03))).await;
    assert_eq!(ahead, "START_NOT_ALLOWED");
    let before_the_law = refused(&service, |form| {
        of(form).founded_on = on(date!(1990 - 01 - 01));
        form.starts_on = on(date!(2003 - 12 - 31));
    });
    assert_eq!(before_the_law.await, "START_NOT_ALLOWED");
    let no_industry = refused(&service, |form| of(form).industry_code = "97".to_owned()).await;
    assert_eq!(no_industry, "INDUSTRY_UNKNOWN");
    let run_out = refused(&service, |form| {
        of(form).licence_valid_until_on = on(date!(2026 - 11 - 01))
    })
    .await;
    assert_eq!(run_out, "LICENCE_EXPIRED");
    let here = refused(&service, |form| form.outside_area = AREA.to_owned()).await;
    assert_eq!(here, "OUTSIDE_AREA_SAME");
}

// Art. 7
#[tokio::test]
async fn a_code_whose_check_character_is_wrong_is_named_by_its_label() {
    let service = registration().await;
    let mut form = registration_form(1);
    of(&mut form).credit_code = "914403001234567890".to_owned();
    let invalid = service.submit(&handler(), &form, PAPERS).await.unwrap_err();
    assert_eq!(invalid.code(), Code::InvalidArgument);
    assert!(format!("{invalid:?}").contains("统一社会信用代码"));
}

// Art. 7
#[tokio::test]
async fn employers_are_listed_page_by_page_and_an_employer_sees_only_itself() {
    let service = registration().await;
    let mut ids = Vec::new();
    for n in 1..=3 {
        ids.push(register(&service, n).await);
    }
    ids.sort();
    let mut client = enrolment(&service).await;
    let mut listed = Vec::new();
    let mut page_token = String::new();
    loop {
        let request = ListEmployersRequest {
            pooling_area: AREA.to_owned(),
            page_size: 2,
            page_token,
            ..ListEmployersRequest::default()
        };
        let page = client.list_employers(request).await.unwrap().into_inner();
        listed.extend(
            page.employers
                .into_iter()
                .map(|employer| employer.employer_id),
        );
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(listed, ids);

    use contracts::registration::v1::GetEmployerRequest;
    use contracts::registration::v1::enrolment_service_client::EnrolmentServiceClient;
    let mut own = EnrolmentServiceClient::new(service.connect(&acting_employer(&ids[0])).await);
    let ask = |id: &str| GetEmployerRequest {
        pooling_area: AREA.to_owned(),
        employer_id: id.to_owned(),
        on: None,
    };
    own.get_employer(ask(&ids[0])).await.unwrap();
    assert_eq!(
        own.get_employer(ask(&ids[1])).await.unwrap_err().code(),
        Code::NotFound
    );
}
