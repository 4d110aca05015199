//! Section 1: articles 38 to 40, and what audit decides by article 134.

mod appraisal;
mod rates;
mod sanctions;
mod termination;

use chassis::testing::{AREA, TestService, party, reason};
use contracts::common::v1::EvidenceKind;
use contracts::medical_agreement::v1::agreement_service_client::AgreementServiceClient;
use contracts::medical_agreement::v1::medical_agreement_event::What;
use contracts::medical_agreement::v1::{
    Agreement, AgreementChangeForm, AgreementEnd, AgreementForm, AgreementState,
    BatchGetStandingsRequest, Clause, ClauseKind, Institution, InstitutionDay, InstitutionKind,
    ListAgreementsRequest, ListInstitutionsRequest, Standing,
};
use contracts::options::v1::Caller;
use time::Date;
use time::macros::{date, datetime};

use crate::support::*;

const MEDICAL: InstitutionKind = InstitutionKind::Medical;

/// The agreements of an institution as they stand on a day, the newest first.
async fn of(service: &TestService, institution_id: &str, day: Date) -> Vec<Agreement> {
    let request = ListAgreementsRequest {
        pooling_area: AREA.to_owned(),
        institution_id: institution_id.to_owned(),
        on: on(day),
        ..ListAgreementsRequest::default()
    };
    let listed = agreements(service).await.list_agreements(request).await;
    listed.unwrap().into_inner().agreements
}

/// What is published on a day, to somebody without a token.
async fn published(service: &TestService, day: Date, text: &str) -> Vec<Institution> {
    let request = ListInstitutionsRequest {
        pooling_area: AREA.to_owned(),
        on: on(day),
        text: text.to_owned(),
        ..ListInstitutionsRequest::default()
    };
    let mut public = AgreementServiceClient::new(service.connect_as_nobody().await);
    let listed = public.list_institutions(request).await.unwrap();
    listed.into_inner().institutions
}

/// How an institution stands on a day.
async fn standing(service: &TestService, institution_id: &str, day: Date) -> Standing {
    let request = BatchGetStandingsRequest {
        pooling_area: AREA.to_owned(),
        days: vec![InstitutionDay {
            institution_id: institution_id.to_owned(),
            on: on(day),
        }],
    };
    let answer = agreements(service).await.batch_get_standings(request).await;
    answer.unwrap().into_inner().standings.remove(0)
}

// Art. 38
#[tokio::test]
async fn an_agreement_without_one_of_the_ten_clauses_is_refused() {
    let service = alone().await;
    let whole = agreement_form(1, MEDICAL);
    for missing in 0..10 {
        let mut form = whole.clone();
        form.clauses.remove(missing);
        let refused = service
            .approve(&handler(), &form, PAPERS)
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), "CLAUSE_MISSING");
        let label = contracts::reflect::label_of(
            "workinjury.medical_agreement.v1.ClauseKind",
            whole.clauses[missing].kind,
        );
        assert!(refused.message().contains(&label), "{}", refused.message());
    }
    let mut twice = whole.clone();
    twice.clauses.push(whole.clauses[0].clone());
    let refused = service
        .approve(&handler(), &twice, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "CLAUSE_TWICE");
    service.approve(&handler(), &whole, PAPERS).await.unwrap();
}

// Art. 38
#[tokio::test]
async fn an_agreement_is_signed_for_days_to_come_with_who_may_practise_and_once() {
    let service = alone().await;
    let good = agreement_form(1, MEDICAL);
    let turned = AgreementForm {
        ends_on: on(date!(2026 - 11 - 01)),
        ..good.clone()
    };
    let backdated = AgreementForm {
        starts_on: on(date!(2026 - 11 - 01)),
        ..good.clone()
    };
    let mut expired = good.clone();
    expired.facts.as_mut().unwrap().licence_valid_until_on = on(date!(2026 - 11 - 01));
    let mut outlasting = good.clone();
    outlasting.facts.as_mut().unwrap().licence_valid_until_on = on(date!(2027 - 12 - 30));
    for (form, expected) in [
        (turned, "AGREEMENT_TERM"),
        (backdated, "AGREEMENT_BACKDATED"),
        (expired, "LICENCE_EXPIRES"),
        (outlasting, "AGREEMENT_OUTLASTS_LICENCE"),
    ] {
        let refused = service
            .approve(&handler(), &form, PAPERS)
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    let no_licence = service
        .submit(&handler(), &good, &[EvidenceKind::ServiceAgreement])
        .await;
    assert_eq!(reason(&no_licence.unwrap_err()), "EVIDENCE_MISSING");
    let device = agreement_form(1, InstitutionKind::Device);
    let no_promise = [
        EvidenceKind::PracticeLicence,
        EvidenceKind::ServiceAgreement,
    ];
    let refused = service
        .submit(&handler(), &device, &no_promise)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "EVIDENCE_MISSING");

    service.approve(&handler(), &good, PAPERS).await.unwrap();
    service.approve(&handler(), &device, PAPERS).await.unwrap();
    let again = service
        .approve(&handler(), &good, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&again), "AGREEMENT_OVERLAPS");
    let next = AgreementForm {
        starts_on: on(date!(2028 - 01 - 01)),
        ends_on: on(date!(2029 - 12 - 31)),
        ..good
    };
    let own = party(Caller::Institution, &institution_id(1));
    service.approve(&own, &next, PAPERS).await.unwrap();
    let all = of(&service, &institution_id(1), TODAY).await;
    let states: Vec<_> = all.iter().map(Agreement::state).collect();
    assert_eq!(
        states,
        [
            AgreementState::ToCome,
            AgreementState::InForce,
            AgreementState::InForce
        ]
    );
    assert_eq!(all[1].clauses.len(), 10);
    let told = told(&service).await;
    assert!(matches!(&told[0].1, What::AgreementSigned(signed)
        if signed.facts.as_ref().unwrap().bank_account == "6222020000000001"));
}

// Art. 38
#[tokio::test]
async fn an_institution_whose_licence_has_expired_charges_nothing_until_a_new_one_is_seen() {
    let service = alone().await;
    let id = sign(&service, 1, MEDICAL).await;
    // It is found to expire earlier than was seen when the agreement was signed.
    for (effective_on, valid_until_on) in [
        (date!(2026 - 11 - 03), date!(2026 - 12 - 31)),
        (date!(2027 - 01 - 03), date!(2031 - 12 - 31)),
    ] {
        let change = AgreementChangeForm {
            institution_id: id.clone(),
            kind: MEDICAL as i32,
            effective_on: on(effective_on),
            facts: Some(facts_until(valid_until_on)),
            ..AgreementChangeForm::default()
        };
        service.approve(&handler(), &change, PAPERS).await.unwrap();
    }
    let mut kinds = Vec::new();
    for day in [
        date!(2026 - 12 - 31),
        date!(2027 - 01 - 01),
        date!(2027 - 01 - 02),
        date!(2027 - 01 - 03),
    ] {
        kinds.push(standing(&service, &id, day).await.kinds.len());
    }
    assert_eq!(kinds, [1, 0, 0, 1]);
}

// Art. 38
#[tokio::test]
async fn an_agreement_that_ends_with_the_licence_is_extended_with_the_next_one() {
    let service = alone().await;
    let last = date!(2027 - 12 - 31);
    let mut form = agreement_form(1, MEDICAL);
    form.facts = Some(facts_until(last));
    service.approve(&handler(), &form, PAPERS).await.unwrap();
    let extended = AgreementChangeForm {
        institution_id: form.institution_id.clone(),
        kind: MEDICAL as i32,
        effective_on: on(date!(2026 - 11 - 03)),
        ends_on: on(date!(2028 - 12 - 31)),
        ..AgreementChangeForm::default()
    };
    let refused = service.approve(&handler(), &extended, PAPERS).await;
    assert_eq!(reason(&refused.unwrap_err()), "AGREEMENT_OUTLASTS_LICENCE");
    let with_licence = AgreementChangeForm {
        facts: Some(facts_until(date!(2032 - 12 - 31))),
        ..extended
    };
    let changed = service.approve(&handler(), &with_licence, PAPERS).await;
    changed.unwrap();
    let all = of(&service, &form.institution_id, TODAY).await;
    assert_eq!(all[0].ends_on, on(date!(2028 - 12 - 31)));
}

/// What is known of institution 1, with a licence that holds until a day.
fn facts_until(day: Date) -> contracts::medical_agreement::v1::InstitutionFacts {
    contracts::medical_agreement::v1::InstitutionFacts {
        licence_valid_until_on: on(day),
        ..facts(1)
    }
}

// Art. 39
#[tokio::test]
async fn agreement_institutions_are_published_to_anybody_and_can_be_searched() {
    let service = alone().await;
    for n in 1..=3 {
        sign(&service, n, MEDICAL).await;
    }
    sign(&service, 2, InstitutionKind::Rehabilitation).await;
    let all = published(&service, TODAY, "").await;
    assert_eq!(all.len(), 3);
    let second = all
        .iter()
        .find(|one| one.institution_id == institution_id(2))
        .unwrap();
    assert_eq!(
        second.kinds().collect::<Vec<_>>(),
        [MEDICAL, InstitutionKind::Rehabilitation]
    );
    assert_eq!(published(&service, TODAY, "第2人民").await.len(), 1);
    // To who speaks for one party it is the same list.
    for (caller, number) in [
        (Caller::Employer, credit_code("91", 7)),
        (Caller::Institution, institution_id(1)),
        (
            Caller::Person,
            "0190163d-8694-739b-aea5-966c26f8ad91".to_owned(),
        ),
    ] {
        let own = party(caller, &number);
        let mut client = AgreementServiceClient::new(service.connect(&own).await);
        let request = ListInstitutionsRequest {
            pooling_area: AREA.to_owned(),
            ..ListInstitutionsRequest::default()
        };
        let listed = client
            .list_institutions(request)
            .await
            .unwrap()
            .into_inner();
        assert_eq!(listed.institutions.len(), 3);
    }
    assert_eq!(published(&service, TODAY, "东门北路3号").await.len(), 1);
    assert!(
        published(&service, date!(2026 - 11 - 01), "")
            .await
            .is_empty()
    );
    assert!(
        published(&service, date!(2028 - 01 - 01), "")
            .await
            .is_empty()
    );

    // What is not published wants a token, and an institution sees its own agreements only.
    let mut public = AgreementServiceClient::new(service.connect_as_nobody().await);
    let request = ListAgreementsRequest {
        pooling_area: AREA.to_owned(),
        ..ListAgreementsRequest::default()
    };
    let refused = public.list_agreements(request.clone()).await.unwrap_err();
    assert_eq!(reason(&refused), "TOKEN_MISSING");
    let own = party(Caller::Institution, &institution_id(1));
    let mut own = AgreementServiceClient::new(service.connect(&own).await);
    let listed = own.list_agreements(request).await.unwrap().into_inner();
    assert_eq!(listed.agreements.len(), 1);
}

// Art. 38
#[tokio::test]
async fn an_agreement_changes_from_a_day_on_and_says_what_it_was_before() {
    let service = alone().await;
    let id = sign(&service, 1, MEDICAL).await;
    let change = AgreementChangeForm {
        institution_id: id.clone(),
        kind: MEDICAL as i32,
        effective_on: on(date!(2027 - 01 - 01)),
        ..AgreementChangeForm::default()
    };
    let refused = service
        .approve(&handler(), &change, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "NOTHING_CHANGES");
    let mut facts = facts(1);
    facts.name = "深圳市中心医院".to_owned();
    let change = AgreementChangeForm {
        clauses: vec![Clause {
            kind: ClauseKind::Settlement as i32,
            text: "按床日付费。".to_owned(),
        }],
        facts: Some(facts),
        ends_on: on(date!(2028 - 12 - 31)),
        notice_days: 60,
        refers: Some(false),
        ..change
    };
    let case = service.submit(&handler(), &change, PAPERS).await.unwrap();
    let decision: contracts::medical_agreement::v1::AgreementChangeDecision =
        service.decision(&case).await.unwrap();
    let items: Vec<_> = decision
        .items
        .iter()
        .map(|item| {
            (
                item.item.as_str(),
                item.before.as_str(),
                item.after.as_str(),
            )
        })
        .collect();
    assert_eq!(
        items,
        [
            ("费用结算办法", "按双方议定的文本履行。", "按床日付费。"),
            ("单方解除提前通知天数", "30日", "60日"),
            ("可提出转诊转院意见", "是", "否"),
            ("机构名称", "深圳市第1人民医院", "深圳市中心医院"),
            ("协议终止日期", "2027-12-31", "2028-12-31"),
        ]
    );
    service.sign_off(&case).await.unwrap();
    let before = of(&service, &id, date!(2026 - 12 - 31)).await.remove(0);
    let after = of(&service, &id, date!(2027 - 01 - 01)).await.remove(0);
    assert_eq!((before.notice_days, after.notice_days), (30, 60));
    assert_eq!((before.refers, after.refers), (true, false));
    assert_eq!(before.name, "深圳市第1人民医院");
    assert_eq!(after.name, "深圳市中心医院");
    assert_eq!(after.clauses[4].text, "按床日付费。");
    assert_eq!(after.ends_on, on(date!(2028 - 12 - 31)));

    let earlier = AgreementChangeForm {
        effective_on: on(date!(2026 - 12 - 01)),
        notice_days: 90,
        ..AgreementChangeForm::default()
    };
    let shorter = AgreementChangeForm {
        effective_on: on(date!(2027 - 02 - 01)),
        ends_on: on(date!(2028 - 12 - 31)),
        ..AgreementChangeForm::default()
    };
    for (form, expected) in [(earlier, "CHANGE_DATE"), (shorter, "NOT_EXTENDED")] {
        let form = AgreementChangeForm {
            institution_id: id.clone(),
            kind: MEDICAL as i32,
            ..form
        };
        let refused = service
            .approve(&handler(), &form, PAPERS)
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
}

// Art. 45
#[tokio::test]
async fn only_a_medical_agreement_names_who_gives_its_opinion_on_referrals() {
    let service = alone().await;
    for kind in [InstitutionKind::Rehabilitation, InstitutionKind::Device] {
        let form = AgreementForm {
            refers: true,
            ..agreement_form(1, kind)
        };
        let refused = service.approve(&handler(), &form, PAPERS).await;
        assert_eq!(reason(&refused.unwrap_err()), "REFERS_NOT_MEDICAL");
        sign(&service, 1, kind).await;
        let named = AgreementChangeForm {
            institution_id: institution_id(1),
            kind: kind as i32,
            effective_on: on(TODAY),
            refers: Some(true),
            ..AgreementChangeForm::default()
        };
        let refused = service.approve(&handler(), &named, PAPERS).await;
        assert_eq!(reason(&refused.unwrap_err()), "REFERS_NOT_MEDICAL");
    }
    assert!(!published(&service, TODAY, "").await[0].refers);
}
