//! Plans, approved and refused.

use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::{Evidence, ReturnCaseRequest, ReviseCaseRequest};
use contracts::medical_agreement::v1::medical_agreement_event::What;
use contracts::medical_agreement::v1::{CatalogueItem, CatalogueKind, RehabilitationDecision};

use super::*;

/// A case goes back to who applied, and comes again with another plan.
async fn revise(service: &TestService, case: &Case, form: &RehabilitationForm) -> Case {
    let reviewer = clerk(Department::Business, Duty::Reviewer);
    let mut cases = CaseServiceClient::new(service.connect(&reviewer).await);
    let back = ReturnCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: case.case_id.clone(),
        reason: "请调整康复治疗方案".to_owned(),
        ..ReturnCaseRequest::default()
    };
    cases.return_case(back).await.unwrap();
    let again = ReviseCaseRequest {
        pooling_area: AREA.to_owned(),
        case_id: case.case_id.clone(),
        application: Some(chassis::wire::any(form)),
        evidence: PAPERS
            .iter()
            .map(|kind| Evidence {
                kind: *kind as i32,
                ..Evidence::default()
            })
            .collect(),
        ..ReviseCaseRequest::default()
    };
    let mut cases = CaseServiceClient::new(service.connect(&handler()).await);
    let revised = cases.revise_case(again).await.unwrap().into_inner();
    revised.case.unwrap()
}

// Art. 47
// Art. 49
#[tokio::test]
async fn a_plan_is_approved_with_its_items_once_the_experts_drawn_for_it_are_heard() {
    let (town, person) = town(5).await;
    let service = &town.service;
    let form = plan(&person);
    let own = party(Caller::Employer, &credit_code("91", 1));
    let no_plan = service
        .submit(&own, &form, &[EvidenceKind::RecognitionDecision])
        .await;
    assert_eq!(reason(&no_plan.unwrap_err()), "EVIDENCE_MISSING");
    let case = service.submit(&own, &form, PAPERS).await.unwrap();
    let undrawn = service.sign_off(&case).await.unwrap_err();
    assert_eq!(reason(&undrawn), "EXPERTS_NOT_DRAWN");
    assert!(undrawn.message().contains("抽取至少3名"));
    let drawn = draw(service, &case, 3).await.unwrap();
    record(service, &case, vec![opinion(&drawn.drawn[1], 60)])
        .await
        .unwrap();
    let unheard = service.sign_off(&case).await.unwrap_err();
    assert_eq!(reason(&unheard), "OPINIONS_MISSING");
    let missing = format!("{}、{}", drawn.drawn[0], drawn.drawn[2]);
    assert!(
        unheard.message().contains(&missing),
        "{}",
        unheard.message()
    );
    let others = vec![opinion(&drawn.drawn[0], 90), opinion(&drawn.drawn[2], 30)];
    record(service, &case, others).await.unwrap();

    let decision: RehabilitationDecision = service.decision(&case).await.unwrap();
    assert_eq!(decision.days, 60);
    assert_eq!(decision.experts, drawn.drawn);
    assert_eq!(decision.institution_name, "深圳市第1人民医院");
    let sheet = decision.days_worksheet.unwrap();
    let median = sheet
        .lines
        .iter()
        .find(|line| line.label == "评估康复时限的中位数");
    assert_eq!(median.unwrap().value, "60");
    let cost = decision.cost_worksheet.unwrap();
    assert_eq!(cost.lines.last().unwrap().value, "9000.00");
    service.sign_off(&case).await.unwrap();

    let approval = town.approvals(&person).await.remove(0);
    assert_eq!(approval.kind(), ApprovalKind::Rehabilitation);
    assert_eq!(approval.items, form.items);
    assert_eq!(
        (approval.from_on, approval.until_on),
        (form.from_on, form.until_on)
    );
    assert_eq!(approval.case_id, case.case_id);
    let told = told(service).await;
    assert!(matches!(&told.last().unwrap().1, What::ApprovalGiven(_)));
    let listed = stays(service, &own, ListRehabilitationsRequest::default()).await;
    assert_eq!(listed[0].rehabilitation_id, case.case_id);
    assert_eq!((listed[0].days, listed[0].ended_on), (60, None));
    assert_eq!(listed[0].goals, form.goals);

    // Other days of the same injury overlap; days of another injury do not.
    let again = service.approve(&handler(), &form, PAPERS).await;
    assert_eq!(reason(&again.unwrap_err()), "APPROVAL_OVERLAPS");
    let other = RehabilitationForm {
        recognition_number: "深人社工认〔2026〕2号".to_owned(),
        ..form
    };
    approve(service, &other).await;
}

// Art. 47
#[tokio::test]
async fn a_plan_whose_sums_days_or_institution_are_wrong_is_refused() {
    let (town, person) = town(0).await;
    let service = &town.service;
    sign(service, 2, InstitutionKind::Medical).await;
    let good = plan(&person);
    let twice = RehabilitationForm {
        items: vec![item("KF001", 6000), item("KF001", 3000)],
        ..good.clone()
    };
    let mut unpriced = good.clone();
    unpriced.items[1].at_most = None;
    let dearer = RehabilitationForm {
        cost: Some(Decimal::from(9001).into()),
        ..good.clone()
    };
    let backdated = RehabilitationForm {
        from_on: on(date!(2026 - 11 - 01)),
        ..good.clone()
    };
    let turned = RehabilitationForm {
        until_on: on(date!(2026 - 11 - 09)),
        ..good.clone()
    };
    // 180 days end on 2027-05-08.
    let longer = RehabilitationForm {
        until_on: on(date!(2027 - 05 - 09)),
        ..good.clone()
    };
    let longest = RehabilitationForm {
        until_on: on(date!(2027 - 05 - 08)),
        ..good.clone()
    };
    let elsewhere = RehabilitationForm {
        treating_institution_id: institution_id(2),
        ..good.clone()
    };
    let nowhere = RehabilitationForm {
        treating_institution_id: institution_id(9),
        ..good.clone()
    };
    let stranger = RehabilitationForm {
        name: "王五".to_owned(),
        ..good.clone()
    };
    for (form, expected) in [
        (&twice, "PLAN_ITEM"),
        (&unpriced, "PLAN_ITEM"),
        (&dearer, "PLAN_COST"),
        (&backdated, "REHABILITATION_BACKDATED"),
        (&turned, "APPROVAL_PERIOD"),
        (&longer, "APPROVAL_PERIOD"),
        (&longest, "EXPERTS_NOT_DRAWN"),
        (&elsewhere, "NO_AGREEMENT"),
        (&nowhere, "INSTITUTION_UNKNOWN"),
        (&stranger, "PERSON_UNKNOWN"),
    ] {
        let refused = service.approve(&handler(), form, PAPERS).await;
        assert_eq!(reason(&refused.unwrap_err()), expected);
    }
}

// Art. 49
#[tokio::test]
async fn most_experts_find_value_and_no_plan_is_longer_than_the_median_of_their_days() {
    let (town, person) = town(4).await;
    let service = &town.service;
    let form = plan(&person);
    for (days, expected) in [
        ([0, 0, 90], "NO_REHABILITATION_VALUE"),
        ([59, 90, 0], "DAYS_OVER_MEDIAN"),
        ([59, 59, 180], "DAYS_OVER_MEDIAN"),
    ] {
        let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
        hear(service, &case, days).await;
        let refused = service.sign_off(&case).await.unwrap_err();
        assert_eq!(reason(&refused), expected, "{}", refused.message());
    }
    // Two of four are no majority.
    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    let drawn = draw(service, &case, 4).await.unwrap().drawn;
    let days = [90, 90, 0, 0];
    let opinions = drawn
        .iter()
        .zip(days)
        .map(|(number, days)| opinion(number, days));
    record(service, &case, opinions.collect()).await.unwrap();
    let refused = service.sign_off(&case).await.unwrap_err();
    assert_eq!(reason(&refused), "NO_REHABILITATION_VALUE");
    assert!(refused.message().contains("4名专家中有2名"));

    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    hear(service, &case, [60, 90, 0]).await;
    service.sign_off(&case).await.unwrap();
}

// Art. 49
#[tokio::test]
async fn an_area_that_asks_for_no_experts_approves_without() {
    let (town, person) = town(0).await;
    set(&town.service, "rehabilitation_experts", "0").await;
    let form = plan(&person);
    let own = party(Caller::Person, &person.person_id);
    let approved = town.service.approve(&own, &form, PAPERS).await;
    approved.unwrap();
    assert_eq!(town.approvals(&person).await.len(), 1);
}

// Art. 47
// Art. 49
#[tokio::test]
async fn a_plan_that_comes_back_rests_on_the_same_experts_unless_it_is_another_institutions() {
    let (town, person) = town(3).await;
    let service = &town.service;
    sign(service, 2, REHABILITATION).await;
    let form = plan(&person);
    let case = service.submit(&handler(), &form, PAPERS).await.unwrap();
    hear(service, &case, [45; 3]).await;
    let longer = service.sign_off(&case).await.unwrap_err();
    assert_eq!(reason(&longer), "DAYS_OVER_MEDIAN");
    let elsewhere = RehabilitationForm {
        treating_institution_id: institution_id(2),
        until_on: on(date!(2026 - 12 - 24)),
        ..form.clone()
    };
    let case = revise(service, &case, &elsewhere).await;
    let refused = service.sign_off(&case).await.unwrap_err();
    assert_eq!(reason(&refused), "DRAWN_FOR_OTHER");
    let again = draw(service, &case, 3).await.unwrap_err();
    assert_eq!(reason(&again), "DRAWN_BEFORE");
    let shorter = RehabilitationForm {
        treating_institution_id: institution_id(1),
        ..elsewhere
    };
    let case = revise(service, &case, &shorter).await;
    service.sign_off(&case).await.unwrap();
    assert_eq!(town.approvals(&person).await[0].until_on, shorter.until_on);
}

// Art. 43, Art. 47
#[tokio::test]
async fn a_plan_says_which_of_its_items_the_catalogue_has_not_or_pays_less_for() {
    let (town, person) = town(3).await;
    let service = &town.service;
    let treatment = |code: &str, limit: Option<i64>| CatalogueItem {
        kind: CatalogueKind::TreatmentItem as i32,
        code: code.to_owned(),
        name: "运动疗法".to_owned(),
        unit: "次".to_owned(),
        price_limit: limit.map(|yuan| Decimal::from(yuan).into()),
        ..CatalogueItem::default()
    };
    let items = [treatment("KF001", Some(150)), treatment("KF003", Some(200))];
    let batch = upload_catalogue(service, &items).await;
    let form = catalogue_form(&batch, CatalogueKind::TreatmentItem, TODAY);
    service.approve(&handler(), &form, PAPERS).await.unwrap();
    let form = RehabilitationForm {
        items: vec![
            item("KF001", 6000),
            item("KF002", 2000),
            item("KF003", 1000),
        ],
        ..plan(&person)
    };
    let case = approve(service, &form).await;
    let decision: RehabilitationDecision = service.decision(&case).await.unwrap();
    let [limited, unlisted] = decision.notes.try_into().unwrap();
    assert!(limited.starts_with("康复项目KF001按目录最高限价计30次至多支付4500元，方案为6000"));
    assert!(unlisted.starts_with("康复项目KF002未列入2026-11-10施行的工伤保险诊疗项目目录"));
}
