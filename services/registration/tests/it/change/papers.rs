//! The papers for a change of an employer: articles 7 and 11.

use contracts::registration::v1::{EmployerFacts, EmployerRegistrationForm};
use law::identity::OrganisationCode;

use super::*;

// Art. 7, Art. 11
#[tokio::test]
async fn a_change_of_anything_brings_the_papers_of_article_7_by_what_is_registered() {
    let service = registration().await;
    let old_codes = OrganisationCode::with_check("MA000001")
        .unwrap()
        .to_string();
    let by_organisation_code = EmployerRegistrationForm {
        facts: Some(EmployerFacts {
            credit_code: String::new(),
            organisation_code: old_codes.clone(),
            ..facts(1)
        }),
        ..registration_form(1)
    };
    let elsewhere = EmployerRegistrationForm {
        outside_area: "110100".to_owned(),
        ..registration_form(2)
    };
    let outside = [
        EvidenceKind::OutsideRegistrationCertificate,
        EvidenceKind::OutsideContributionProof,
    ];
    let all = [PAPERS, &outside].concat();
    for form in [&by_organisation_code, &elsewhere] {
        service.approve(&handler(), form, &all).await.unwrap();
    }
    let licence = [
        EvidenceKind::BusinessLicence,
        EvidenceKind::RegistrationCertificate,
    ];
    for (employer_id, missing) in [
        (old_codes.as_str(), "组织机构统一代码证书"),
        (
            &credit_code(2),
            "统筹地区外的社会保险登记证、统筹地区外的参保缴费证明",
        ),
    ] {
        let form = EmployerChangeForm {
            bank_account: "6222020000000001".to_owned(),
            ..change(employer_id)
        };
        let refused = service.submit(&handler(), &form, &licence).await;
        let refused = refused.unwrap_err();
        assert_eq!(reason(&refused), "EVIDENCE_MISSING");
        assert!(refused.message().contains(missing), "{refused}");
        service.approve(&handler(), &form, &all).await.unwrap();
    }
    // A code that the new licence shows needs no certificate of its own.
    let form = EmployerChangeForm {
        credit_code: credit_code(1),
        ..change(&old_codes)
    };
    service.approve(&handler(), &form, &licence).await.unwrap();
}
