//! Bills before and after what a third party compensates is known.

use super::*;
use crate::medical::claims;

// Art. 74
#[tokio::test]
async fn bills_that_come_later_take_what_is_left_until_it_is_used_up() {
    let ward = Ward::open().await;
    let decision = approve(&ward.town, &medical(&ward.injury, "15.50")).await;
    assert_eq!(outcome(&decision), ["0.00", "0.00", "15.50"]);
    let first = ward.visit("MZ-11", 2, box_of(2, "10")).await;
    assert_eq!(parts(&first), ["0.00", "0.00", "0.00", "0.00"]);
    assert_eq!(first.compensated, yuan("10.00"));
    let second = ward.visit("MZ-12", 3, box_of(3, "10")).await;
    assert_eq!(parts(&second), ["4.50", "0.00", "0.00", "0.00"]);
    assert_eq!(second.compensated, yuan("5.50"));
    let lines = &second.worksheet.as_ref().unwrap().lines;
    let taken = lines.iter().find(|line| line.label == "第三人已赔偿");
    let taken = taken.unwrap();
    assert_eq!(taken.value, "5.50");
    assert!(taken.source.contains("表73-B"), "{}", taken.source);
    let third = ward.visit("MZ-13", 4, box_of(4, "10")).await;
    assert_eq!(parts(&third), ["10.00", "0.00", "0.00", "0.00"]);
    assert!(told(&ward.town).await.is_empty());
}

// Art. 74
#[tokio::test]
async fn bills_settled_before_give_back_what_was_paid_twice_and_later_papers_correct_it() {
    let ward = Ward::open().await;
    let first = ward.visit("MZ-11", 2, box_of(2, "10")).await;
    assert_eq!(parts(&first)[0], "10.00");
    let more = approve(&ward.town, &medical(&ward.injury, "12")).await;
    assert_eq!(outcome(&more), ["10.00", "0.00", "2.00"]);
    assert_eq!((more.sequence, more.medical.clone()), (0, yuan("12.00")));
    let back = |amount: &str| (PayeeKind::Person, Payer::Fund, amount.to_owned(), true);
    assert_eq!(told(&ward.town).await, [back("-10.00")]);
    let second = ward.visit("MZ-12", 3, box_of(3, "10")).await;
    assert_eq!(parts(&second)[0], "8.00");

    // A court found that less was due: what was taken too much comes back.
    let judged = ThirdPartyForm {
        by_court: true,
        document_number: "（2026）粤0304民初1号".to_owned(),
        ..medical(&ward.injury, "6")
    };
    let less = approve(&ward.town, &judged).await;
    assert_eq!(outcome(&less), ["-6.00", "0.00", "0.00"]);
    assert_eq!(less.sequence, 1);
    let third = ward.visit("MZ-13", 4, box_of(4, "10")).await;
    assert_eq!(parts(&third)[0], "10.00");
    assert_eq!(told(&ward.town).await, [back("-10.00"), back("6.00")]);
    // The settlements are as they were: the hospital is paid for what it did.
    let kept = ward.visit("MZ-14", 5, box_of(5, "10")).await;
    assert_eq!(parts(&kept)[0], "10.00");
}

// Art. 74
#[tokio::test]
async fn what_later_bills_took_off_comes_back_where_less_was_due_and_the_same_again_is_compared_anew()
 {
    let ward = Ward::open().await;
    approve(&ward.town, &medical(&ward.injury, "10")).await;
    let bill = ward.visit("MZ-11", 2, box_of(2, "8")).await;
    assert_eq!(parts(&bill)[0], "0.00");
    let judged = ThirdPartyForm {
        by_court: true,
        document_number: "（2026）粤0304民初1号".to_owned(),
        ..medical(&ward.injury, "5")
    };
    let less = approve(&ward.town, &judged).await;
    assert_eq!(outcome(&less), ["-3.00", "0.00", "0.00"]);
    let lines = &less.worksheet.as_ref().unwrap().lines;
    let made_up = lines.iter().find(|line| line.label == "基金应补付");
    assert_eq!(made_up.map(|line| line.value.as_str()), Some("3.00"));
    let made_up = (PayeeKind::Person, Payer::Fund, "3.00".to_owned(), true);
    assert_eq!(told(&ward.town).await, [made_up]);
    assert_eq!(refused(&ward.town, &judged).await, "THIRD_PARTY_DECIDED");
    // The next bill finds nothing left to take off.
    let next = ward.visit("MZ-12", 3, box_of(3, "8")).await;
    assert_eq!(parts(&next)[0], "8.00");
}

// Art. 74
#[tokio::test]
async fn bills_that_are_claimed_on_paper_share_what_is_left() {
    let ward = Ward::open().await;
    let employer_id = ward.injury.employer_id.clone();
    let mut bills = Vec::new();
    for (number, day) in [("MZ-1", 2), ("MZ-2", 2)] {
        let price = if number == "MZ-1" { "8" } else { "9" };
        let lines = vec![dressing(1, price)];
        let lines = match number {
            "MZ-1" => box_of(day, price),
            _ => lines,
        };
        bills.push(claims::paper(&ward, number, &employer_id, lines).await);
    }
    approve(&ward.town, &medical(&ward.injury, "10")).await;
    // What the claim says of its own bills is the same compensation, and is not taken twice.
    let form = MedicalClaimForm {
        compensated: yuan("4"),
        ..claims::claim(&ward, &employer_id, &[&bills[0], &bills[1]], "17")
    };
    let service = &ward.town.service;
    let case = service.approve(&handler(), &form, claims::PAPERS).await;
    let decision: MedicalDecision = service.decision(&case.unwrap()).await.unwrap();
    assert_eq!(decision.fund, yuan("7.00"));
    assert_eq!(decision.compensated, yuan("10.00"));
    assert_eq!(decision.nobody, yuan("0.00"));
    let benefits = ward.benefits().await;
    let amounts: Vec<_> = benefits.iter().map(|one| one.amount.clone()).collect();
    assert_eq!(amounts, [yuan("7.00")]);
    let later = ward.visit("MZ-11", 4, box_of(4, "10")).await;
    assert_eq!(parts(&later)[0], "10.00");
}
