//! The papers of who applies and why.

use super::*;

// Art. 75, Art. 76
#[tokio::test]
async fn each_applicant_and_each_reason_needs_its_own_papers() {
    use AdvanceReason::{
        EnforcementSuspended, LicenceRevoked, OfEmployer, Other, Refuses, ThirdPartyUnknown,
        ThirdPartyUnpaid,
    };
    use EvidenceKind::{
        AdvanceApplication, BasicMedicalProof, CivilJudgment, EnforcementSuspension, IdentityCard,
        KinshipProof, LabourContract, LicenceRevocationProof, PaidListOrAgreement,
        RecognitionDecision, RefusalToPayProof, RegistrationCertificate, ThirdPartyUnknownProof,
        ThirdPartyUnpaidProof,
    };
    let (injured, injury) = unpaid().await;
    let service = &injured.town.service;
    let always = [RecognitionDecision, AdvanceApplication];
    let of_employee = [LabourContract, RefusalToPayProof];
    for (reason_of, more) in [
        (
            OfEmployer,
            vec![RegistrationCertificate, PaidListOrAgreement],
        ),
        (Refuses, of_employee.to_vec()),
        (Other, of_employee.to_vec()),
        (
            LicenceRevoked,
            [&of_employee[..], &[LicenceRevocationProof]].concat(),
        ),
        (
            EnforcementSuspended,
            [&of_employee[..], &[EnforcementSuspension]].concat(),
        ),
        (ThirdPartyUnpaid, vec![CivilJudgment, ThirdPartyUnpaidProof]),
        (
            ThirdPartyUnknown,
            vec![ThirdPartyUnknownProof, BasicMedicalProof],
        ),
    ] {
        let mut form = AdvanceForm {
            reason: reason_of as i32,
            ..asked(&injury)
        };
        let mut needed = [&always[..], &more].concat();
        match reason_of {
            OfEmployer => {
                form.applicant = AdvanceApplicant::Employer as i32;
                form.employer_id.clone_from(&injury.employer_id);
            }
            ThirdPartyUnknown => {
                form.applicant = AdvanceApplicant::Relative as i32;
                form.relative_name = "李四".to_owned();
                form.relative_identity_number = citizen(2);
                form.basic_medical = yuan("10");
                needed.extend([IdentityCard, KinshipProof]);
            }
            _ => needed.push(IdentityCard),
        }
        if reason_of == ThirdPartyUnpaid {
            form.third_party_name = "赵六".to_owned();
        }
        for missing in &needed {
            let others: Vec<_> = ALL.iter().filter(|one| *one != missing).copied().collect();
            let lacking = service.submit(&handler(), &form, &others).await;
            let why = reason(&lacking.unwrap_err());
            assert_eq!(why, "EVIDENCE_MISSING", "{reason_of:?} {missing:?}");
        }
        let case = service.submit(&handler(), &form, &needed).await.unwrap();
        injured.town.withdraw(&handler(), &case).await;
    }
}
