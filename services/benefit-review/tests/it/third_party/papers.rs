//! The papers of a third party's compensation, and what is wrong with them.

use chassis::testing::{party, reason};
use contracts::options::v1::Caller;
use law::calendar::add_days;

use super::*;

// Art. 73
#[tokio::test]
async fn each_case_needs_its_own_papers() {
    use EvidenceKind::{
        CivilJudgment, CompensationProof, IdentityCard, LiabilityFinding, TrafficMediation,
        ViolenceProof,
    };
    use ThirdPartyCause::{Other, Traffic, Violence};
    let ward = Ward::open().await;
    let service = &ward.town.service;
    for (cause, by_court, papers) in [
        (Traffic, false, vec![LiabilityFinding, TrafficMediation]),
        (Traffic, true, vec![LiabilityFinding, CivilJudgment]),
        (Violence, false, vec![ViolenceProof, CompensationProof]),
        (Violence, true, vec![ViolenceProof, CivilJudgment]),
        (Other, false, vec![CompensationProof]),
        (Other, true, vec![CivilJudgment]),
    ] {
        let form = ThirdPartyForm {
            cause: cause as i32,
            by_court,
            ..medical(&ward.injury, "10")
        };
        for missing in &papers {
            let others: Vec<_> = ALL.iter().filter(|one| *one != missing).copied().collect();
            let lacking = service.submit(&handler(), &form, &others).await;
            assert_eq!(reason(&lacking.unwrap_err()), "EVIDENCE_MISSING");
        }
        let employer = party(Caller::Employer, &ward.injury.employer_id);
        let case = service.submit(&employer, &form, &papers).await.unwrap();
        ward.town.withdraw(&employer, &case).await;
        // The person, who is alone, brings the identity card.
        let alone = ThirdPartyForm {
            employer_id: String::new(),
            ..form
        };
        let person = party(Caller::Person, &ward.injury.person_id);
        let lacking = service.submit(&person, &alone, &papers).await.unwrap_err();
        assert_eq!(reason(&lacking), "EVIDENCE_MISSING");
        let with_card: Vec<_> = papers.into_iter().chain([IdentityCard]).collect();
        let case = service.submit(&person, &alone, &with_card).await.unwrap();
        ward.town.withdraw(&person, &case).await;
    }
}

// Art. 73, Art. 74
#[tokio::test]
async fn what_is_wrong_with_the_papers_is_said() {
    let ward = Ward::open().await;
    let town = &ward.town;
    let form = medical(&ward.injury, "10");
    let medical_item = CompensationItem::Medical;
    let twice = compensated(&ward.injury, &[(medical_item, "6"), (medical_item, "4")]);
    assert_eq!(refused(town, &twice).await, "THIRD_PARTY_ITEM_TWICE");
    for wrong in [add_days(TODAY, -1), date!(2026 - 11 - 21)] {
        let form = ThirdPartyForm {
            document_on: on(wrong),
            ..form.clone()
        };
        assert_eq!(refused(town, &form).await, "THIRD_PARTY_DOCUMENT_DATE");
    }
    let stranger = ThirdPartyForm {
        employer_id: employer_id(9),
        ..form.clone()
    };
    assert_eq!(refused(town, &stranger).await, "NOT_OF_EMPLOYER");
    let unknown = ThirdPartyForm {
        recognition_number: "深人社认字〔2026〕9号".to_owned(),
        ..form.clone()
    };
    assert_eq!(refused(town, &unknown).await, "INJURY_UNKNOWN");
    approve(town, &form).await;
    assert_eq!(refused(town, &form).await, "THIRD_PARTY_DECIDED");
    // The same paper with another amount corrects what was typed wrong.
    let right = approve(town, &medical(&ward.injury, "11")).await;
    assert_eq!(right.sequence, 1);
}

// Art. 74
#[tokio::test]
async fn a_recognition_that_was_revoked_compares_nothing() {
    let ward = Ward::open().await;
    let revoked = Recognition {
        outcome: RecognitionOutcome::Revoked as i32,
        decided_on: on(ward.town.service.clock().today()),
        ..ward.town.recognition(
            &ward.injury.employer_id,
            &contracts::registration::v1::Person {
                person_id: ward.injury.person_id.clone(),
                name: ward.injury.name.clone(),
                ..Default::default()
            },
            NUMBER,
        )
    };
    ward.town.recognise(&revoked).await;
    let form = medical(&ward.injury, "10");
    assert_eq!(refused(&ward.town, &form).await, "INJURY_UNKNOWN");
}
