//! Treatment of relapses.

use chassis::testing::clerk;
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::{Case, Evidence, ReturnCaseRequest, ReviseCaseRequest};
use contracts::medical_agreement::v1::{RelapseConclusion, RelapseDecision, RelapseDispute};
use contracts::options::v1::{Department, Duty};

use super::*;

// Art. 44
#[tokio::test]
async fn a_relapse_is_treated_where_an_agreement_institution_finds_it() {
    let town = Town::found().await;
    let person = town.insure(1).await;
    let id = sign(&town.service, 1, MEDICAL).await;
    let form = relapse(&person);
    let own = party(Caller::Person, &person.person_id);
    let case = town.service.submit(&own, &form, PAPERS).await.unwrap();
    let decision: RelapseDecision = town.service.decision(&case).await.unwrap();
    assert_eq!(decision.found_by, "就诊机构");
    assert!(decision.notes.is_empty());
    town.service.sign_off(&case).await.unwrap();
    let approval = town.approvals(&person).await.remove(0);
    assert_eq!(approval.kind(), ApprovalKind::Relapse);
    assert_eq!(approval.institution_id, id);
    assert_eq!(approval.institution_name, "深圳市第1人民医院");
    assert_eq!(approval.outside_area, "");
    assert_eq!(approval.diagnoses, ["S72.0", "T93"]);
    assert_eq!(refused(&town, &form).await, "APPROVAL_OVERLAPS");
}

// Art. 40, Art. 44
#[tokio::test]
async fn a_relapse_needs_the_opinion_of_who_may_give_it() {
    let town = Town::found().await;
    let person = town.insure(1).await;
    sign(&town.service, 1, MEDICAL).await;
    sign(&town.service, 2, InstitutionKind::Rehabilitation).await;
    let good = relapse(&person);
    let form = |change: fn(&mut RelapseForm)| {
        let mut form = good.clone();
        change(&mut form);
        form
    };
    for (form, expected) in [
        (
            form(|form| form.treating_institution_id = institution_id(2)),
            "NO_AGREEMENT",
        ),
        (
            form(|form| form.treating_institution_id = institution_id(3)),
            "INSTITUTION_UNKNOWN",
        ),
        (
            form(|form| form.diagnoses.push("骨折".to_owned())),
            "DIAGNOSIS_CODE",
        ),
        (form(|form| form.finds_relapse = false), "RELAPSE_DENIED"),
        (
            form(|form| form.from_on = on(YESTERDAY)),
            "TREATMENT_BACKDATED",
        ),
        (
            form(|form| form.until_on = on(date!(2027 - 01 - 31))),
            "APPROVAL_PERIOD",
        ),
        (
            form(|form| form.employer_id = credit_code("91", 9)),
            "EMPLOYER_OF_PERSON",
        ),
        (form(|form| form.diagnoses.clear()), "INVALID_FIELD"),
    ] {
        assert_eq!(refused(&town, &form).await, expected);
    }
    suspend_doctor(&town, 1).await;
    assert_eq!(refused(&town, &good).await, "DOCTOR_SUSPENDED");
}

/// Sends a case back, and hands it in again as `form` with these papers.
async fn revise(
    town: &Town,
    case: &Case,
    form: &RelapseForm,
    papers: &[EvidenceKind],
) -> Result<Case, tonic::Status> {
    let reviewer = clerk(Department::Business, Duty::Reviewer);
    let mut cases = CaseServiceClient::new(town.service.connect(&reviewer).await);
    let back = ReturnCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: case.case_id.clone(),
        reason: "请填写劳动能力鉴定委员会的结论".to_owned(),
        ..ReturnCaseRequest::default()
    };
    // It may have been sent back before.
    let _ = cases.return_case(back).await;
    let evidence = papers.iter().map(|kind| Evidence {
        kind: *kind as i32,
        ..Evidence::default()
    });
    let request = ReviseCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: case.case_id.clone(),
        application: Some(chassis::wire::any(form)),
        evidence: evidence.collect(),
        ..ReviseCaseRequest::default()
    };
    let mut cases = CaseServiceClient::new(town.service.connect(&handler()).await);
    let revised = cases.revise_case(request).await?;
    Ok(revised.into_inner().case.unwrap())
}

// Art. 44
#[tokio::test]
async fn a_disputed_relapse_waits_until_the_committee_has_concluded() {
    let town = Town::found().await;
    let person = town.insure(1).await;
    sign(&town.service, 1, MEDICAL).await;
    let disputed = RelapseForm {
        disputed_by: RelapseDispute::Employer as i32,
        ..relapse(&person)
    };
    let case = town.service.submit(&handler(), &disputed, PAPERS).await;
    let case = case.unwrap();
    let waits = town.service.sign_off(&case).await.unwrap_err();
    assert_eq!(reason(&waits), "RELAPSE_DISPUTED");
    assert!(waits.message().contains("用人单位"), "{}", waits.message());

    town.service.clock().set(datetime!(2026-11-20 09:00 +8));
    let concluded = |concluded_on, is_relapse| RelapseForm {
        conclusion: Some(RelapseConclusion {
            number: "深劳鉴复〔2026〕7号".to_owned(),
            concluded_on: on(concluded_on),
            is_relapse,
        }),
        ..disputed.clone()
    };
    let positive = concluded(date!(2026 - 11 - 18), true);
    let no_paper = [
        EvidenceKind::RecognitionDecision,
        EvidenceKind::MedicalOpinion,
    ];
    let missing = revise(&town, &case, &positive, &no_paper).await;
    assert_eq!(reason(&missing.unwrap_err()), "EVIDENCE_MISSING");
    for (form, expected) in [
        (concluded(date!(2026 - 11 - 21), true), "CONCLUSION_DATE"),
        (concluded(date!(2026 - 11 - 18), false), "RELAPSE_DENIED"),
    ] {
        let case = revise(&town, &case, &form, PAPERS).await.unwrap();
        let refused = town.service.sign_off(&case).await.unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    // Handed in before it began, it is in time, however long the committee took.
    let case = revise(&town, &case, &positive, PAPERS).await.unwrap();
    let decision: RelapseDecision = town.service.decision(&case).await.unwrap();
    assert_eq!(decision.found_by, "劳动能力鉴定委员会");
    assert_eq!(decision.conclusion_number, "深劳鉴复〔2026〕7号");
    town.service.sign_off(&case).await.unwrap();
    assert_eq!(town.approvals(&person).await[0].from_on, on(TODAY));
}
