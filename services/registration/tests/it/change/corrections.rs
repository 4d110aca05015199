//! What was taken down at registration and is corrected: articles 5, 7, 11 and 125.

use contracts::registration::v1::{
    AuthorityNotice, AuthorityNoticeKind, DifferenceKind, DifferenceState,
};

use super::*;
use crate::exchange::{differences, receive, told_of};

// Art. 5, Art. 7, Art. 11, Art. 125
#[tokio::test]
async fn what_the_licence_and_article_7_say_of_an_employer_is_corrected_and_settled() {
    use EmployerChangeItem::Other;
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let notice = AuthorityNotice {
        registration_number: "440301000009999".to_owned(),
        founded_on: on(date!(2020 - 01 - 07)),
        ..told_of(1, AuthorityNoticeKind::Changed, date!(2026 - 10 - 30))
    };
    receive(&service, notice.clone()).await.unwrap();
    let form = EmployerChangeForm {
        registration_number: notice.registration_number.clone(),
        registration_authority: "深圳市福田区市场监督管理局".to_owned(),
        founded_on: notice.founded_on,
        outside_area: "440100".to_owned(),
        cross_area_industry: true,
        ..change(&employer_id)
    };
    let missing = service.submit(&handler(), &form, PAPERS).await.unwrap_err();
    assert_eq!(reason(&missing), "EVIDENCE_MISSING");
    let outside = [
        EvidenceKind::OutsideRegistrationCertificate,
        EvidenceKind::OutsideContributionProof,
    ];
    let papers = [PAPERS, &outside].concat();
    let case = service.submit(&handler(), &form, &papers).await.unwrap();
    let seen: EmployerChangeDecision = decision(&service, &case).await;
    assert!(seen.changes.iter().all(|change| change.item() == Other));
    let was = facts(1);
    let expected = [
        (was.registration_number.as_str(), "440301000009999"),
        (&was.registration_authority, &form.registration_authority),
        ("2020-01-06", "2020-01-07"),
        ("", "440100"),
        ("", "是"),
    ];
    assert_eq!(changed(&seen), expected);
    service.sign_off(&case).await.unwrap();

    let now = employer(&service, &employer_id, None).await.unwrap();
    let is = contracts::registration::v1::EmployerFacts {
        registration_number: form.registration_number.clone(),
        registration_authority: form.registration_authority.clone(),
        founded_on: form.founded_on,
        ..facts(1)
    };
    assert_eq!(now.facts.as_ref(), Some(&is));
    assert!(now.cross_area_industry && now.outside_area == "440100");
    let day_before = Some(date!(2026 - 11 - 01));
    let before = employer(&service, &employer_id, day_before).await.unwrap();
    assert_eq!(before.facts, Some(facts(1)));
    assert!(!before.cross_area_industry && before.outside_area.is_empty());
    let events = told(&service).await;
    let told = events.iter().find_map(|(_, what)| match what {
        What::EmployerChanged(changed) => changed.employer.as_ref(),
        _ => None,
    });
    let told = told.unwrap();
    assert_eq!(
        (&told.facts, &told.outside_area, told.cross_area_industry),
        (&now.facts, &now.outside_area, true)
    );
    let settled = differences(&service, DifferenceState::Settled).await;
    let mut settled: Vec<_> = settled.iter().map(|one| one.kind()).collect();
    settled.sort_unstable();
    let mut both = [
        DifferenceKind::RegistrationNumber,
        DifferenceKind::FoundedOn,
    ];
    both.sort_unstable();
    assert_eq!(settled, both);
    assert_eq!(differences(&service, DifferenceState::Open).await, []);
    // By that number the authority is understood, also where it tells no code.
    let later = AuthorityNotice {
        notice_number: "GS-1-later".to_owned(),
        credit_code: String::new(),
        ..notice
    };
    let record = receive(&service, later).await.unwrap().record.unwrap();
    assert_eq!(record.employer_id, employer_id);

    // What need not be registered falls away.
    let lapsed = EmployerChangeForm {
        lapsed_items: [
            "工商注册号或批准文号",
            "登记管理机关",
            "其他险种参保地",
            "跨地区特殊行业集中参保",
        ]
        .map(str::to_owned)
        .to_vec(),
        ..change(&employer_id)
    };
    let case = service.submit(&handler(), &lapsed, PAPERS).await.unwrap();
    let seen: EmployerChangeDecision = decision(&service, &case).await;
    let expected = [
        ("440301000009999", ""),
        (&form.registration_authority, ""),
        ("440100", ""),
        ("是", ""),
    ];
    assert_eq!(changed(&seen), expected);
    service.sign_off(&case).await.unwrap();
    let now = employer(&service, &employer_id, None).await.unwrap();
    let left = now.facts.unwrap();
    assert_eq!(left.registration_number + &left.registration_authority, "");
    assert_eq!(left.founded_on, form.founded_on);
    assert!(!now.cross_area_industry && now.outside_area.is_empty());
}

fn changed(seen: &EmployerChangeDecision) -> Vec<(&str, &str)> {
    let changes = seen.changes.iter();
    changes
        .map(|change| (change.before.as_str(), change.after.as_str()))
        .collect()
}

// Art. 7, Art. 11
#[tokio::test]
async fn a_correction_that_no_registration_could_state_is_refused() {
    let service = registration().await;
    let employer_id = register(&service, 1).await;
    let founded_late = EmployerChangeForm {
        founded_on: on(date!(2026 - 01 - 02)),
        ..change(&employer_id)
    };
    assert_eq!(
        refused(&service, &founded_late).await,
        "START_BEFORE_FOUNDING"
    );
    let here = EmployerChangeForm {
        outside_area: AREA.to_owned(),
        ..change(&employer_id)
    };
    let outside = [
        EvidenceKind::OutsideRegistrationCertificate,
        EvidenceKind::OutsideContributionProof,
    ];
    let papers = [PAPERS, &outside].concat();
    let same = service.approve(&handler(), &here, &papers).await;
    assert_eq!(reason(&same.unwrap_err()), "OUTSIDE_AREA_SAME");
    for item in ["其他险种参保地", "跨地区特殊行业集中参保"] {
        let none = EmployerChangeForm {
            lapsed_items: vec![item.to_owned()],
            ..change(&employer_id)
        };
        assert_eq!(refused(&service, &none).await, "ITEM_NOT_LAPSED");
    }
}
