//! What a third party compensates of bills that stand advanced in the employer's place.

use super::*;
use crate::medical::reviewed::found;
use crate::medical::{Ward, claims, dressing};

/// Form 73-A by a judgement, of medical costs.
pub(super) fn compensated(injury: &Injury, (document, amount): (&str, &str)) -> ThirdPartyForm {
    ThirdPartyForm {
        person_id: injury.person_id.clone(),
        name: injury.name.clone(),
        recognition_number: NUMBER.to_owned(),
        cause: ThirdPartyCause::Other as i32,
        by_court: true,
        third_party_name: "赵六".to_owned(),
        document_number: document.to_owned(),
        document_on: on(TODAY),
        items: vec![CompensatedItem {
            item: CompensationItem::Medical as i32,
            amount: yuan(amount),
        }],
        ..ThirdPartyForm::default()
    }
}

/// What goes back to the fund, to the employer, and to the fund for what it has advanced.
pub(super) async fn back(town: &Town, form: &ThirdPartyForm) -> [String; 3] {
    let case = town.service.approve(&handler(), form, ALL).await.unwrap();
    let decision: ThirdPartyDecision = wire::from_any(case.decision.as_ref().unwrap()).unwrap();
    let parts = [
        &decision.fund_difference,
        &decision.employer_difference,
        &decision.advance_difference,
    ];
    parts.map(|part| text(part.as_ref()).to_owned())
}

/// A bill of ten yuan of an injury of the day before anybody was insured, which is about to be advanced; with its number, and
/// the form of the review of the advance.
pub(super) async fn advanced() -> (Ward, String, AdvanceReviewForm) {
    let before = TODAY - Duration::days(1);
    let ward = Ward::of_injury_on(before).await;
    let (town, injury) = (&ward.town, &ward.injury);
    let lines = vec![BillLine {
        service_on: on(before),
        ..dressing(1, "10")
    }];
    let bill = claims::paper_of(&ward, ("MZ-1", before), "", lines).await;
    let claim = claims::claim(&ward, "", &[&bill], "10");
    let papers = [claims::PAPERS, &[EvidenceKind::IdentityCard]].concat();
    let service = &town.service;
    service.approve(&handler(), &claim, &papers).await.unwrap();
    let (case, notice) = take(town, &asked(injury)).await;
    let urged_until = wire::day(notice.pay_by).unwrap();
    service.clock().set(nine(urged_until + Duration::days(1)));
    let form = review(&case.case_id, &[]);
    (ward, bill, form)
}

// Art. 74, Art. 77
#[tokio::test]
async fn what_was_advanced_of_a_bill_goes_back_to_the_fund_once_and_not_to_the_employer() {
    let (ward, _, form) = advanced().await;
    let (town, injury) = (&ward.town, &ward.injury);
    let decision = decide(town, &form).await;
    assert_eq!(lines_of(&decision), "MEDICAL PERSON 10.00 EMPLOYER");

    // Of ten yuan six are compensated, by a later judgement two: each is booked with form 73-B.
    let more = compensated(injury, ("（2026）粤0304民初1号", "6"));
    assert_eq!(back(town, &more).await, ["0.00", "0.00", "6.00"]);
    assert_eq!(refused(town, &form).await, "ADVANCE_NOTHING");
    let less = compensated(injury, ("（2026）粤03民终1号", "2"));
    assert_eq!(back(town, &less).await, ["0.00", "0.00", "-4.00"]);
    assert_eq!(refused(town, &form).await, "ADVANCE_NOTHING");

    assert_eq!(
        sums(&recoveries(town).await),
        [
            ["10.00", "10.00", "0.00"],
            ["-6.00", "4.00", "0.00"],
            ["4.00", "8.00", "0.00"],
        ]
    );
    let of_person = |amount: &str| {
        let amount = amount.to_owned();
        (BenefitKind::Medical, PayeeKind::Person, Payer::Fund, amount)
    };
    assert_eq!(
        paid(town, &form.advance_id).await,
        [of_person("10.00"), of_person("-6.00"), of_person("4.00")]
    );
    // Nobody is told to give the employer anything.
    let benefits = ward.benefits().await;
    let by_employer = benefits.iter().filter(|one| one.payer() == Payer::Employer);
    assert_eq!(by_employer.count(), 1);
}

fn lines_of(decision: &AdvanceDecision) -> String {
    lines(decision).join(", ")
}

// Art. 74, Art. 77, Art. 90
#[tokio::test]
async fn a_review_of_a_bill_shows_what_the_fund_gives_back_of_what_it_had_back_of_an_advance() {
    let (ward, bill, form) = advanced().await;
    let (town, injury) = (&ward.town, &ward.injury);
    decide(town, &form).await;
    let more = compensated(injury, ("（2026）粤0304民初1号", "6"));
    assert_eq!(back(town, &more).await, ["0.00", "0.00", "6.00"]);
    let objection = ObjectionForm {
        encounter_id: bill.clone(),
        person_id: injury.person_id.clone(),
        name: injury.name.clone(),
        grounds: "请复核。".to_owned(),
        ..ObjectionForm::default()
    };
    let service = &town.service;
    let case = service.submit(&handler(), &objection, &[]).await.unwrap();
    let mut clerk = ward.clerk().await;
    clerk.review_lines(found(&bill, &[(1, "4")])).await.unwrap();
    let case = service.sign_off(&case).await.unwrap();
    let decision: ObjectionDecision = service.decision(&case).await.unwrap();
    // Four yuan are left of the bill, and all of them are compensated.
    assert_eq!(decision.employer_difference, yuan("-6.00"));
    assert_eq!(decision.third_party_employer, yuan("0.00"));
    assert_eq!(decision.advance_difference, yuan("-2.00"));
    // Of the ten that were advanced six went back with the judgement, and the rest with the review.
    assert_eq!(
        sums(&recoveries(town).await),
        [
            ["10.00", "10.00", "0.00"],
            ["-6.00", "4.00", "0.00"],
            ["-4.00", "0.00", "0.00"],
        ]
    );
    assert_eq!(refused(town, &form).await, "ADVANCE_NOTHING");
}

// Art. 58, Art. 75, Art. 77
#[tokio::test]
async fn what_an_uninsured_employer_bears_for_its_late_application_alone_is_in_place_of_the_fund() {
    let late = date!(2026 - 12 - 07);
    let ward = Ward::dated(&Recognition {
        happened_on: on(TODAY - Duration::days(1)),
        applied_on: on(late),
        accepted_on: on(late),
        decided_on: on(late),
        ..Recognition::default()
    })
    .await;
    let (town, injury) = (&ward.town, &ward.injury);
    assert_eq!(injury.eligibility(), Eligibility::NotInsured);
    assert_eq!(injury.overdue_until_on, on(late));
    // The person was insured by the day of the bill: had the employer applied in time, the fund would bear it.
    let bill = claims::paper(&ward, "MZ-1", "", vec![dressing(1, "10")]).await;
    let claim = claims::claim(&ward, "", &[&bill], "10");
    let papers = [claims::PAPERS, &[EvidenceKind::IdentityCard]].concat();
    let service = &town.service;
    service.approve(&handler(), &claim, &papers).await.unwrap();
    let benefits = ward.benefits().await;
    let in_place = |one: &Benefit| (one.payer(), one.in_place_of_fund);
    let benefits: Vec<_> = benefits.iter().map(in_place).collect();
    assert_eq!(benefits, [(Payer::Employer, true)]);
    let (case, notice) = take(town, &asked(injury)).await;
    let urged_until = wire::day(notice.pay_by).unwrap();
    service.clock().set(nine(urged_until + Duration::days(1)));
    let decision = decide(town, &review(&case.case_id, &[])).await;
    assert_eq!(lines_of(&decision), "MEDICAL PERSON 10.00 EMPLOYER");
}
