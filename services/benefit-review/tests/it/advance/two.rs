//! An advance in the employer's place and one in a third party's, of one injury.

use super::*;
use crate::medical::{Ward, claims, dressing};

/// A treatment for ten yuan, of a day.
fn treated(day: Date) -> Vec<BillLine> {
    vec![BillLine {
        service_on: on(day),
        ..dressing(1, "10")
    }]
}

// Art. 74, Art. 76, Art. 77
#[tokio::test]
async fn nothing_of_bills_is_advanced_paid_or_owed_twice_where_both_do_not_pay() {
    // The employer bears what was done before it insured, the fund what was done after.
    let before = TODAY - Duration::days(1);
    let ward = Ward::of_injury_on(before).await;
    let (town, injury) = (&ward.town, &ward.injury);
    let of_employer = claims::paper_of(&ward, ("MZ-1", before), "", treated(before)).await;
    let of_fund = claims::paper(&ward, "MZ-2", "", treated(TODAY)).await;
    let claim = claims::claim(&ward, "", &[&of_employer, &of_fund], "20");
    let papers = [claims::PAPERS, &[EvidenceKind::IdentityCard]].concat();
    let service = &town.service;
    service.approve(&handler(), &claim, &papers).await.unwrap();
    let (first, notice) = take(town, &asked(injury)).await;
    let urged_until = wire::day(notice.pay_by).unwrap();
    service.clock().set(nine(urged_until + Duration::days(1)));
    let decision = decide(town, &review(&first.case_id, &[])).await;
    assert_eq!(lines(&decision), ["MEDICAL PERSON 10.00 EMPLOYER"]);

    // A court finds that somebody else owes fifteen of the twenty yuan.
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
    service.approve(&handler(), &awarded, ALL).await.unwrap();
    // Five of them were advanced in the employer's place.
    assert_eq!(
        sums(&recoveries(town).await),
        [["10.00", "10.00", "0.00"], ["-5.00", "5.00", "0.00"]]
    );
    let form = AdvanceForm {
        reason: AdvanceReason::ThirdPartyUnpaid as i32,
        third_party_name: "赵六".to_owned(),
        ..asked(injury)
    };
    let (second, notice) = take(town, &form).await;
    let urged_until = wire::day(notice.pay_by).unwrap();
    service.clock().set(nine(urged_until + Duration::days(1)));
    let decision = decide(town, &review(&second.case_id, &[])).await;
    assert_eq!(lines(&decision), ["MEDICAL PERSON 15.00 THIRD_PARTY"]);
    for case in [&first, &second] {
        let again = review(&case.case_id, &[]);
        assert_eq!(refused(town, &again).await, "ADVANCE_NOTHING");
    }
    let due = recoveries(town).await;
    assert_eq!(
        sums(&due),
        [
            ["10.00", "10.00", "0.00"],
            ["-5.00", "5.00", "0.00"],
            ["15.00", "15.00", "0.00"],
        ]
    );
    let of: Vec<_> = due.iter().map(|due| &due.advance_id).collect();
    assert_eq!(of, [&first.case_id, &first.case_id, &second.case_id]);
    // Whatever went to and fro, the fund has paid the bills once.
    let benefits = ward.benefits().await;
    let by_fund = benefits.iter().filter(|one| one.payer() == Payer::Fund);
    let by_fund: rust_decimal::Decimal = by_fund
        .map(|one| one.amount.as_ref().unwrap().decimal().unwrap())
        .sum();
    assert_eq!(Some(by_fund.into()), yuan("20.00"));
}
