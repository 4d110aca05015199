//! Renewal and replacement: articles 19 and 20.

use contracts::registration::v1::EmployerChangeForm;

use super::*;

// Art. 19
#[tokio::test]
async fn a_certificate_is_renewed_at_expiry_with_reason_and_date() {
    let (service, _collection) = with_collection().await;
    let employer_id = register(&service, 1).await;
    let old = certificates(&service, &employer_id).await.remove(0);
    assert_eq!(old.valid_until_on, on(date!(2030 - 11 - 01)));
    let form = CertificateRenewalForm {
        employer_id: employer_id.clone(),
        certificate_number: old.certificate_number.clone(),
    };
    service.clock().set(datetime!(2030-08-02 09:00 +8));
    let refused = service
        .approve(&handler(), &form, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "RENEWAL_TOO_EARLY");
    service.clock().set(datetime!(2030-11-10 09:00 +8));
    assert_eq!(
        certificates(&service, &employer_id).await[0].state(),
        CertificateState::Expired
    );
    let no_paper = service.submit(&handler(), &form, &[]).await.unwrap_err();
    assert_eq!(reason(&no_paper), "EVIDENCE_MISSING");
    service
        .approve(&acting_employer(&employer_id), &form, PAPERS)
        .await
        .unwrap();

    let both = certificates(&service, &employer_id).await;
    assert_eq!(
        (both[0].state(), both[0].reason()),
        (CertificateState::Valid, CertificateReason::Expiry)
    );
    assert_eq!(both[0].issued_on, on(date!(2030 - 11 - 10)));
    assert_eq!(both[0].valid_until_on, on(date!(2034 - 11 - 09)));
    assert_eq!(
        (both[1].state(), both[1].ended_on),
        (CertificateState::Withdrawn, both[0].issued_on)
    );
    let events = told(&service).await;
    let What::CertificateRenewed(event) = &events.last().unwrap().1 else {
        panic!("{events:?}")
    };
    assert_eq!(event.replaced_certificate_number, old.certificate_number);
    let refused = service
        .approve(&handler(), &form, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "CERTIFICATE_UNKNOWN");
}

// Art. 20
#[tokio::test]
async fn a_lost_or_damaged_certificate_is_replaced_on_proof_for_the_rest_of_its_term() {
    let (service, _collection) = with_collection().await;
    let employer_id = register(&service, 1).await;
    let good = CertificateReplacementForm {
        employer_id: employer_id.clone(),
        reason: CertificateReason::Loss as i32,
        happened_on: on(date!(2027 - 01 - 10)),
        statement: "搬迁时遗失".to_owned(),
    };
    service.clock().set(datetime!(2027-02-01 09:00 +8));
    let no_proof = service
        .submit(&handler(), &good, &[EvidenceKind::BusinessLicence])
        .await;
    assert_eq!(reason(&no_proof.unwrap_err()), "EVIDENCE_MISSING");
    let expiry = CertificateReplacementForm {
        reason: CertificateReason::Expiry as i32,
        ..good.clone()
    };
    let future = CertificateReplacementForm {
        happened_on: on(date!(2027 - 02 - 02)),
        ..good.clone()
    };
    for (form, expected) in [(expiry, "REPLACEMENT_REASON"), (future, "LOSS_IN_FUTURE")] {
        let refused = service
            .approve(&handler(), &form, PAPERS)
            .await
            .unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    for reason in [CertificateReason::Loss, CertificateReason::Damage] {
        let form = CertificateReplacementForm {
            reason: reason as i32,
            ..good.clone()
        };
        service.approve(&handler(), &form, PAPERS).await.unwrap();
        let all = certificates(&service, &employer_id).await;
        assert_eq!(
            (all[0].state(), all[0].reason()),
            (CertificateState::Valid, reason)
        );
        assert_eq!(all[0].valid_until_on, on(date!(2030 - 11 - 01)));
        assert_eq!(all[1].state(), CertificateState::Replaced);
    }
    // What replaces it verifies nothing: the round of the year still calls the employer.
    let round = open_round(&service).await;
    assert_eq!(verifications(&service, &round).await.len(), 1);
    // An expired one is renewed instead.
    service.clock().set(datetime!(2030-11-10 09:00 +8));
    let refused = service
        .approve(&handler(), &good, PAPERS)
        .await
        .unwrap_err();
    assert_eq!(reason(&refused), "REPLACEMENT_REASON");
}

// Art. 14, Art. 18
#[tokio::test]
async fn a_certificate_reissued_for_a_change_verifies_nothing() {
    let (service, _collection) = with_collection().await;
    let employer_id = register(&service, 1).await;
    service.clock().set(datetime!(2027-02-01 09:00 +8));
    let moved = EmployerChangeForm {
        employer_id: employer_id.clone(),
        effective_on: on(date!(2027 - 02 - 01)),
        address: "深圳市南山区科技路1号".to_owned(),
        ..EmployerChangeForm::default()
    };
    service.approve(&handler(), &moved, PAPERS).await.unwrap();
    let all = certificates(&service, &employer_id).await;
    assert_eq!(all[0].reason(), CertificateReason::Change);
    let round = open_round(&service).await;
    assert_eq!(verifications(&service, &round).await.len(), 1);
}
