//! In the place of a third party.

use super::*;
use crate::medical::{Ward, claims, drug};

/// A drug for so much, of a day of November.
fn box_of(day: u8, price: &str) -> Vec<BillLine> {
    vec![BillLine {
        service_on: on(TODAY.replace_day(day).unwrap()),
        ..drug(1, "1", price)
    }]
}

// Art. 76, Art. 77
#[tokio::test]
async fn what_a_court_awarded_and_the_third_party_does_not_pay_is_advanced_of_medical_costs_alone()
{
    let ward = Ward::open().await;
    let (town, injury) = (&ward.town, &ward.injury);
    let awarded = ThirdPartyForm {
        person_id: injury.person_id.clone(),
        name: injury.name.clone(),
        recognition_number: NUMBER.to_owned(),
        cause: ThirdPartyCause::Other as i32,
        by_court: true,
        third_party_name: "赵六".to_owned(),
        document_number: "（2026）粤0304民初1号".to_owned(),
        document_on: on(TODAY),
        items: vec![CompensatedItem {
            item: CompensationItem::Medical as i32,
            amount: yuan("15"),
        }],
        ..ThirdPartyForm::default()
    };
    let papers = [EvidenceKind::CivilJudgment, EvidenceKind::IdentityCard];
    let service = &town.service;
    service
        .approve(&handler(), &awarded, &papers)
        .await
        .unwrap();
    ward.visit("MZ-11", 2, box_of(2, "10")).await;
    ward.visit("MZ-12", 3, box_of(3, "10")).await;

    let form = AdvanceForm {
        applicant: AdvanceApplicant::Relative as i32,
        reason: AdvanceReason::ThirdPartyUnpaid as i32,
        relative_name: "李四".to_owned(),
        relative_identity_number: citizen(2),
        third_party_name: "赵六".to_owned(),
        basic_medical: yuan("4"),
        ..asked(injury)
    };
    // The employer has paid its contributions: nobody is urged.
    let (case, notice) = take(town, &form).await;
    assert_eq!(
        (notice.kind(), notice.pay_by),
        (AdvanceKind::ThirdParty, None)
    );
    // The third party has paid three yuan of the fifteen, and the basic medical insurance gets back its four.
    let some = review(&case.case_id, &[(BenefitKind::Medical, "3")]);
    let decision = decide(town, &some).await;
    assert_eq!(
        lines(&decision),
        [
            "MEDICAL MEDICAL_INSURANCE_FUND 4.00 THIRD_PARTY",
            "MEDICAL PERSON 8.00 THIRD_PARTY",
        ]
    );
    assert_eq!(decision.repay_by, None);
    let due = recoveries(town).await;
    assert_eq!(due.len(), 1);
    assert_eq!(text(due[0].amount.as_ref()), "12.00");
    assert_eq!(due[0].debtor(), AdvanceDebtor::ThirdParty);
    assert_eq!(due[0].debtor_name, "赵六");
    assert!(due[0].source.contains("第四十二条"), "{}", due[0].source);
    let medical = |payee, amount: &str| {
        let kind = BenefitKind::Medical;
        (kind, payee, Payer::Fund, amount.to_owned())
    };
    assert_eq!(
        paid(town, &case.case_id).await,
        [
            medical(PayeeKind::MedicalInsuranceFund, "4.00"),
            medical(PayeeKind::Person, "8.00"),
        ]
    );
    assert_eq!(refused(town, &some).await, "ADVANCE_NOTHING");

    // A later judgement finds that it owes but ten: two are left beside the eight and the three, and the fund makes up the
    // rest of the bills in the ordinary way.
    let less = ThirdPartyForm {
        document_number: "（2026）粤03民终1号".to_owned(),
        items: vec![CompensatedItem {
            item: CompensationItem::Medical as i32,
            amount: yuan("10"),
        }],
        ..awarded.clone()
    };
    service.approve(&handler(), &less, ALL).await.unwrap();
    assert_eq!(refused(town, &some).await, "ADVANCE_NOTHING");
    // The next one is the first again.
    let more = ThirdPartyForm {
        document_number: "（2027）粤民再1号".to_owned(),
        ..awarded
    };
    service.approve(&handler(), &more, ALL).await.unwrap();
    assert_eq!(refused(town, &some).await, "ADVANCE_NOTHING");
    assert_eq!(
        sums(&recoveries(town).await),
        [
            ["12.00", "12.00", "0.00"],
            ["-5.00", "7.00", "0.00"],
            ["5.00", "12.00", "0.00"],
        ]
    );
}

// Art. 76, Art. 77
#[tokio::test]
async fn what_the_fund_paid_already_is_owed_by_a_third_party_that_nobody_knows() {
    let ward = Ward::open().await;
    let (town, injury) = (&ward.town, &ward.injury);
    let employer_id = injury.employer_id.clone();
    let bill = claims::paper(&ward, "MZ-1", &employer_id, box_of(2, "8")).await;
    let claim = claims::claim(&ward, &employer_id, &[&bill], "8");
    let service = &town.service;
    service
        .approve(&handler(), &claim, claims::PAPERS)
        .await
        .unwrap();
    let form = AdvanceForm {
        reason: AdvanceReason::ThirdPartyUnknown as i32,
        ..asked(injury)
    };
    let (case, _) = take(town, &form).await;
    let decision = decide(town, &review(&case.case_id, &[])).await;
    assert_eq!(lines(&decision), ["MEDICAL PERSON 8.00 THIRD_PARTY before"]);
    assert_eq!(text(decision.amount.as_ref()), "0.00");
    assert_eq!(text(decision.owed.as_ref()), "8.00");
    assert!(paid(town, &case.case_id).await.is_empty());
    let due = recoveries(town).await;
    assert_eq!(text(due[0].balance.as_ref()), "8.00");
    assert_eq!(due[0].debtor_name, "");

    // It is found, and has compensated five yuan: of the fund's eight the person gives those back, and it owes none.
    let found = ThirdPartyForm {
        person_id: injury.person_id.clone(),
        name: injury.name.clone(),
        recognition_number: NUMBER.to_owned(),
        cause: ThirdPartyCause::Other as i32,
        by_court: true,
        third_party_name: "赵六".to_owned(),
        document_number: "（2026）粤0304民初1号".to_owned(),
        document_on: on(TODAY),
        items: vec![CompensatedItem {
            item: CompensationItem::Medical as i32,
            amount: yuan("5"),
        }],
        ..ThirdPartyForm::default()
    };
    service.approve(&handler(), &found, ALL).await.unwrap();
    let due = recoveries(town).await;
    assert_eq!(sums(&due)[1], ["-8.00", "0.00", "0.00"]);
    // Whether it pays the five is stated with form 77-A: they are not advanced before.
    assert!(paid(town, &case.case_id).await.is_empty());
    let compensated = review(&case.case_id, &[(BenefitKind::Medical, "5")]);
    let decision = decide(town, &compensated).await;
    assert!(lines(&decision).is_empty());
    assert!(paid(town, &case.case_id).await.is_empty());
    assert_eq!(recoveries(town).await.len(), 2);
}
