//! Changes of employers and persons: articles 11 and 13.

mod certificate;
mod corrections;
mod death;
mod paper;
mod papers;
mod person;
mod staff;
mod start;

use chassis::testing::{AREA, TestService, employer as acting_employer, reason};
use contracts::common::v1::EvidenceKind;
use contracts::registration::v1::change_service_client::ChangeServiceClient;
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    EmployerChangeDecision, EmployerChangeForm, EmployerChangeItem, EmployerType,
    ListEmployerFactsRequest, ListRiskClassesRequest, LocalFact,
};
use time::macros::date;

use crate::support::*;

/// A change of today that changes nothing yet.
pub fn change(employer_id: &str) -> EmployerChangeForm {
    EmployerChangeForm {
        employer_id: employer_id.to_owned(),
        effective_on: on(TODAY),
        ..EmployerChangeForm::default()
    }
}

// Art. 11
#[tokio::test]
async fn all_nine_kinds_of_change_are_taken_and_the_facts_before_are_kept() {
    use EmployerChangeItem as Item;
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let form = EmployerChangeForm {
        name: "深圳市新名煤炭有限公司".to_owned(),
        address: "深圳市南山区科技路1号".to_owned(),
        legal_representative: "赵六".to_owned(),
        r#type: EmployerType::Other as i32,
        credit_code: credit_code(2),
        supervising_authority: "深圳市国资委".to_owned(),
        bank_account: "6222020000000001".to_owned(),
        business_scope: "煤炭开采".to_owned(),
        industry_code: "06".to_owned(),
        local_facts: vec![LocalFact {
            name: "所属街道".to_owned(),
            value: "粤海街道".to_owned(),
        }],
        licence_valid_until_on: on(date!(2030 - 01 - 05)),
        ..change(&employer_id)
    };
    let papers = [PAPERS, &[EvidenceKind::FoundingApproval]].concat();
    let case = service.submit(&handler(), &form, &papers).await.unwrap();
    let seen: EmployerChangeDecision = decision(&service, &case).await;
    let items: Vec<Item> = seen.changes.iter().map(|change| change.item()).collect();
    let nine = [
        Item::Name,
        Item::Address,
        Item::LegalRepresentative,
        Item::Type,
        Item::OrganisationCode,
        Item::SupervisingAuthority,
        Item::BankAccount,
        Item::BusinessScope,
        Item::BusinessScope,
        Item::Other,
        Item::Other,
    ];
    assert_eq!(items, nine);
    assert_eq!(seen.changes[0].before, facts(1).name);
    assert_eq!(seen.risk_class_before.unwrap().risk_class, 2);
    assert_eq!(seen.risk_class_after.unwrap().risk_class, 8);
    service.sign_off(&case).await.unwrap();

    let now = employer(&service, &employer_id, None).await.unwrap();
    assert_eq!(
        (now.employer_id.as_str(), now.risk_class),
        (employer_id.as_str(), 8)
    );
    let expected = contracts::registration::v1::EmployerFacts {
        name: form.name.clone(),
        address: form.address.clone(),
        legal_representative: form.legal_representative.clone(),
        r#type: form.r#type,
        credit_code: form.credit_code.clone(),
        supervising_authority: form.supervising_authority.clone(),
        bank_account: form.bank_account.clone(),
        business_scope: form.business_scope.clone(),
        industry_code: form.industry_code.clone(),
        local_facts: form.local_facts.clone(),
        licence_valid_until_on: form.licence_valid_until_on,
        ..facts(1)
    };
    assert_eq!(now.facts.as_ref(), Some(&expected));
    let before = employer(&service, &employer_id, Some(date!(2026 - 11 - 01)))
        .await
        .unwrap();
    assert_eq!((before.facts, before.risk_class), (Some(facts(1)), 2));
    // Found by the code that it has now as well.
    let found = employer(&service, &credit_code(2), None).await.unwrap();
    assert_eq!(found.employer_id, employer_id);
    // On a form it goes by its number.
    let staff = vec![hired(&credit_code(2), 1, TODAY)];
    let refused = report(&service, &credit_code(2), staff).await.unwrap_err();
    assert_eq!(reason(&refused), "EMPLOYER_BY_CODE");
    assert!(refused.message().contains(&employer_id), "{refused}");

    let mut client =
        ChangeServiceClient::new(service.connect(&acting_employer(&employer_id)).await);
    let periods = client
        .list_employer_facts(ListEmployerFactsRequest {
            pooling_area: AREA.to_owned(),
            employer_id: employer_id.clone(),
            page_size: 1,
            page_token: String::new(),
        })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(periods.periods[0].from_on, on(TODAY));
    let next = client
        .list_employer_facts(ListEmployerFactsRequest {
            pooling_area: AREA.to_owned(),
            employer_id: employer_id.clone(),
            page_size: 1,
            page_token: periods.next_page_token,
        })
        .await
        .unwrap()
        .into_inner();
    assert_eq!(next.periods[0].until_on, on(date!(2026 - 11 - 01)));
    assert_eq!(next.next_page_token, "");
    let classes = client
        .list_risk_classes(ListRiskClassesRequest {
            pooling_area: AREA.to_owned(),
            employer_id,
            ..ListRiskClassesRequest::default()
        })
        .await
        .unwrap()
        .into_inner()
        .risk_classes;
    assert_eq!(
        classes
            .iter()
            .map(|class| class.risk_class)
            .collect::<Vec<_>>(),
        [8, 2]
    );

    // What need not be registered can fall away again, and the rest stays.
    let lapsed = EmployerChangeForm {
        lapsed_items: ["主管部门或隶属关系", "银行账号", "执照有效期至", "所属街道"]
            .map(str::to_owned)
            .to_vec(),
        ..change(&now.employer_id)
    };
    let case = service.submit(&handler(), &lapsed, &papers).await.unwrap();
    let seen: EmployerChangeDecision = decision(&service, &case).await;
    let seen: Vec<_> = seen
        .changes
        .iter()
        .map(|one| (one.item(), one.before.as_str(), one.after.as_str()))
        .collect();
    assert_eq!(
        seen,
        [
            (Item::SupervisingAuthority, "深圳市国资委", ""),
            (Item::BankAccount, "6222020000000001", ""),
            (Item::Other, "2030-01-05", ""),
            (Item::Other, "粤海街道", ""),
        ]
    );
    service.sign_off(&case).await.unwrap();
    let left = contracts::registration::v1::EmployerFacts {
        supervising_authority: String::new(),
        bank_account: String::new(),
        licence_valid_until_on: None,
        local_facts: Vec::new(),
        ..expected
    };
    let now = employer(&service, &now.employer_id, None).await.unwrap();
    assert_eq!(now.facts, Some(left));
}

// Art. 11
#[tokio::test]
async fn changes_of_one_day_hold_from_it_together_also_of_the_first_day() {
    let service = registration().await;
    for (n, day) in [(1, TODAY), (2, date!(2026 - 01 - 01))] {
        let employer_id = register(&service, n).await;
        let mined = EmployerChangeForm {
            name: "深圳市新名煤炭有限公司".to_owned(),
            business_scope: "煤炭开采".to_owned(),
            industry_code: "06".to_owned(),
            effective_on: on(day),
            ..change(&employer_id)
        };
        let moved = EmployerChangeForm {
            address: "深圳市南山区科技路1号".to_owned(),
            business_scope: "计算机软件".to_owned(),
            industry_code: "65".to_owned(),
            effective_on: on(day),
            ..change(&employer_id)
        };
        for form in [&mined, &moved] {
            service.approve(&handler(), form, PAPERS).await.unwrap();
        }
        let mut client = ChangeServiceClient::new(service.connect(&handler()).await);
        let of_employer = ListEmployerFactsRequest {
            pooling_area: AREA.to_owned(),
            employer_id: employer_id.clone(),
            ..ListEmployerFactsRequest::default()
        };
        let listed = client.list_employer_facts(of_employer).await.unwrap();
        let periods = listed.into_inner().periods;
        let both = contracts::registration::v1::EmployerFacts {
            name: mined.name,
            address: moved.address,
            business_scope: moved.business_scope,
            industry_code: moved.industry_code,
            ..facts(n)
        };
        assert_eq!(
            (periods[0].from_on, &periods[0].facts),
            (on(day), &Some(both))
        );
        let of_employer = ListRiskClassesRequest {
            pooling_area: AREA.to_owned(),
            employer_id,
            ..ListRiskClassesRequest::default()
        };
        let listed = client.list_risk_classes(of_employer).await.unwrap();
        let classes = listed.into_inner().risk_classes;
        assert_eq!(classes[0].industry_code, "65");
        assert_eq!(classes[0].from_on, on(day));
        // What held before ends on the day before; of the first day there is nothing before.
        let before = (day == TODAY).then_some(on(date!(2026 - 11 - 01)));
        let ends = periods.iter().skip(1).map(|period| period.until_on);
        assert_eq!(ends.collect::<Vec<_>>(), Vec::from_iter(before));
        let ends = classes.iter().skip(1).map(|class| class.until_on);
        assert_eq!(ends.collect::<Vec<_>>(), Vec::from_iter(before));
    }
}

async fn refused(service: &TestService, form: &EmployerChangeForm) -> String {
    reason(&service.approve(&handler(), form, PAPERS).await.unwrap_err())
}

// Art. 7, Art. 11
#[tokio::test]
async fn a_change_of_type_brings_the_paper_that_founds_the_new_one() {
    let service = registration().await;
    let form = EmployerChangeForm {
        r#type: EmployerType::PublicInstitution as i32,
        ..change(&register(&service, 1).await)
    };
    let old = [
        EvidenceKind::BusinessLicence,
        EvidenceKind::RegistrationCertificate,
    ];
    let refused = service.submit(&handler(), &form, &old).await.unwrap_err();
    let told = refused.message();
    assert!(told.contains("事业单位法人证书"), "{told}");
    let new = [
        EvidenceKind::PublicInstitutionCertificate,
        EvidenceKind::RegistrationCertificate,
    ];
    service.approve(&handler(), &form, &new).await.unwrap();
}

// Art. 11
#[tokio::test]
async fn a_change_that_is_none_or_contradicts_the_register_is_not_approved() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    register(&service, 2).await;
    let none = EmployerChangeForm {
        name: facts(1).name,
        ..change(&employer_id)
    };
    assert_eq!(refused(&service, &none).await, "NOTHING_CHANGES");
    let ahead = EmployerChangeForm {
        name: "新名".to_owned(),
        effective_on: on(date!(2026 - 11 - 03)),
        ..change(&employer_id)
    };
    assert_eq!(refused(&service, &ahead).await, "CHANGE_BEFORE_LAST");
    let back = EmployerChangeForm {
        effective_on: on(date!(2025 - 12 - 31)),
        ..ahead
    };
    assert_eq!(refused(&service, &back).await, "CHANGE_BEFORE_LAST");
    let taken = EmployerChangeForm {
        credit_code: credit_code(2),
        ..change(&employer_id)
    };
    assert_eq!(refused(&service, &taken).await, "CODE_OF_OTHER_EMPLOYER");
    let half = EmployerChangeForm {
        industry_code: "06".to_owned(),
        ..change(&employer_id)
    };
    assert_eq!(refused(&service, &half).await, "SCOPE_WITHOUT_INDUSTRY");
    for (item, why) in [
        ("单位名称", "ITEM_REQUIRED"),
        ("单位类型", "ITEM_REQUIRED"),
        ("联系电话", "ITEM_REQUIRED"),
        ("成立日期", "ITEM_REQUIRED"),
        ("所属街道", "ITEM_NOT_LAPSED"),
        ("联系人", "ITEM_NOT_LAPSED"),
        ("开户银行", "ITEM_NOT_LAPSED"),
        ("统一社会信用代码", "EMPLOYER_CODE_MISSING"),
    ] {
        let lapsed = EmployerChangeForm {
            lapsed_items: vec![item.to_owned()],
            bank_name: "招商银行深圳分行".to_owned(),
            ..change(&employer_id)
        };
        assert_eq!(refused(&service, &lapsed).await, why, "{item}");
    }
}
