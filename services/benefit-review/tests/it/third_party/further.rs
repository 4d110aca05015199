//! Bills that are settled further after what a third party compensates is known.

use contracts::medical_agreement::v1::{CatalogueItem, CatalogueKind};
use rust_decimal::Decimal;

use super::*;
use crate::medical::reviewed::found;
use crate::medical::{DRUG, costly, item};

/// Somebody of the agency finds that a line is worth so much on an objection of the person; answers form 90-B.
async fn object(ward: &Ward, settled: &Settlement, amount: &str) -> ObjectionDecision {
    let id = &settled.encounter_id;
    let form = ObjectionForm {
        encounter_id: id.clone(),
        person_id: ward.injury.person_id.clone(),
        name: ward.injury.name.clone(),
        grounds: "请复核。".to_owned(),
        ..ObjectionForm::default()
    };
    let service = &ward.town.service;
    let case = service.submit(&handler(), &form, &[]).await.unwrap();
    let mut clerk = ward.clerk().await;
    clerk.review_lines(found(id, &[(1, amount)])).await.unwrap();
    let case = service.sign_off(&case).await.unwrap();
    service.decision(&case).await.unwrap()
}

fn of_fund(amount: &str) -> (PayeeKind, Payer, String, bool) {
    (PayeeKind::Person, Payer::Fund, amount.to_owned(), true)
}

// Art. 62, Art. 74
#[tokio::test]
async fn what_a_person_finds_later_takes_what_is_left_of_the_compensation() {
    let ward = Ward::open().await;
    approve(&ward.town, &medical(&ward.injury, "350")).await;
    let lines = vec![costly(1, "400")];
    let first = ward.visit("MZ-11", TODAY.day(), lines).await;
    assert_eq!(parts(&first)[3], "400.00");
    let mut clerk = ward.clerk().await;
    let review = found(&first.encounter_id, &[(1, "390")]);
    let now = clerk.review_lines(review).await.unwrap().into_inner();
    let now = now.settlement.unwrap();
    assert_eq!(parts(&now), ["40.00", "0.00", "10.00", "0.00"]);
    assert_eq!(now.compensated, yuan("350.00"));
    // None is left for the next bill.
    let next = ward.visit("MZ-12", 3, treated(3, "10")).await;
    assert_eq!(parts(&next)[0], "10.00");
}

// Art. 74, Art. 90
#[tokio::test]
async fn what_an_objection_takes_from_a_bill_that_was_given_back_is_not_withheld_twice() {
    let ward = Ward::open().await;
    let bill = ward.visit("MZ-11", 2, treated(2, "10")).await;
    let decision = approve(&ward.town, &medical(&ward.injury, "15")).await;
    assert_eq!(outcome(&decision), ["10.00", "0.00", "5.00"]);
    let decision = object(&ward, &bill, "8").await;
    assert_eq!(decision.fund_difference, yuan("-2.00"));
    assert_eq!(decision.third_party_fund, yuan("-2.00"));
    assert_eq!(told(&ward.town).await, [of_fund("-10.00"), of_fund("2.00")]);
    let next = ward.visit("MZ-12", 3, treated(3, "10")).await;
    assert_eq!(next.compensated, yuan("7.00"));
    // What comes back to it is compensated too.
    let decision = object(&ward, &bill, "10").await;
    assert_eq!(decision.fund_difference, yuan("2.00"));
    assert_eq!(decision.third_party_fund, None);
}

// Art. 74, Art. 90
#[tokio::test]
async fn what_an_objection_frees_of_the_compensation_covers_what_another_bill_was_paid() {
    let ward = Ward::open().await;
    approve(&ward.town, &medical(&ward.injury, "15")).await;
    let first = ward.visit("MZ-11", 2, treated(2, "15")).await;
    assert_eq!(first.compensated, yuan("15.00"));
    let second = ward.visit("MZ-12", 3, treated(3, "10")).await;
    assert_eq!(parts(&second)[0], "10.00");
    let decision = object(&ward, &first, "12").await;
    assert_eq!(decision.fund_difference, yuan("0.00"));
    assert_eq!(decision.third_party_fund, yuan("3.00"));
    assert_eq!(told(&ward.town).await, [of_fund("-3.00")]);
    let same = medical(&ward.injury, "15");
    assert_eq!(refused(&ward.town, &same).await, "THIRD_PARTY_DECIDED");
}

// Art. 43, Art. 74
#[tokio::test]
async fn what_a_catalogue_for_days_that_are_past_adds_takes_what_is_left_of_the_compensation() {
    let ward = Ward::open().await;
    approve(&ward.town, &medical(&ward.injury, "13.50")).await;
    let bill = ward.visit("MZ-11", 2, box_of(2, "20")).await;
    assert_eq!(bill.compensated, yuan("12.00"));
    let dearer = CatalogueItem {
        price_limit: yuan("14"),
        ..item(CatalogueKind::Drug, DRUG, "青霉素")
    };
    let from_on = date!(2026 - 02 - 01);
    let catalogue = ward
        .town
        .catalogue_from(from_on, CatalogueKind::Drug, vec![dearer]);
    catalogue.await;
    let order = ReadjudicationOrder {
        from_on: on(from_on),
        document_number: "粤人社规〔2026〕21号".to_owned(),
        cause: ReadjudicationCause::Catalogue as i32,
    };
    let service = &ward.town.service;
    let run = service.preview(&handler(), &order).await.unwrap();
    service.sign_off_run(&handler(), &run).await.unwrap();
    service.run_done(&handler(), &run.run_id).await.unwrap();
    let now = ward.settlements(&bill.encounter_id).await.remove(0);
    assert_eq!((now.sequence, now.fund), (1, yuan("0.50")));
    assert_eq!(now.compensated, yuan("13.50"));
    assert!(told(&ward.town).await.is_empty());
}

// Art. 43, Art. 74
#[tokio::test]
async fn a_catalogue_for_days_that_are_past_shows_what_third_parties_compensations_come_to_by_it() {
    let ward = Ward::open().await;
    for (number, day) in [("MZ-11", 2), ("MZ-12", 3)] {
        let bill = ward.visit(number, day, box_of(day, "20")).await;
        assert_eq!(parts(&bill)[0], "12.00");
    }
    approve(&ward.town, &medical(&ward.injury, "20")).await;
    let cheaper = CatalogueItem {
        price_limit: yuan("8"),
        ..item(CatalogueKind::Drug, DRUG, "青霉素")
    };
    let from_on = date!(2026 - 02 - 01);
    let catalogue = ward
        .town
        .catalogue_from(from_on, CatalogueKind::Drug, vec![cheaper]);
    catalogue.await;
    let order = ReadjudicationOrder {
        from_on: on(from_on),
        document_number: "粤人社规〔2026〕21号".to_owned(),
        cause: ReadjudicationCause::Catalogue as i32,
    };
    let service = &ward.town.service;
    let run = service.preview(&handler(), &order).await.unwrap();
    let summary: ReadjudicationSummary =
        chassis::wire::from_any(run.summary.as_ref().unwrap()).unwrap();
    // Of twenty four yuan twenty were given back; of sixteen the sixteen are.
    assert_eq!(summary.third_party_fund, yuan("-4.00"));
    assert_eq!(summary.third_party_employer, yuan("0.00"));
    service.sign_off_run(&handler(), &run).await.unwrap();
    service.run_done(&handler(), &run.run_id).await.unwrap();
    assert_eq!(told(&ward.town).await, [of_fund("-20.00"), of_fund("4.00")]);
}

// Art. 43, Art. 74
#[tokio::test]
async fn bills_of_one_person_are_decided_anew_beside_each_other_however_many_there_are() {
    let ward = Ward::open().await;
    ward.visit("MZ-11", 2, box_of(2, "20")).await;
    // More than are decided anew at a time: 499 treatments for 1 fen to 4.99 yuan.
    let fen = 1..500;
    let prices: Vec<String> = fen.map(|fen| Decimal::new(fen, 2).to_string()).collect();
    let others: Decimal = prices
        .iter()
        .map(|price| price.parse::<Decimal>().unwrap())
        .sum();
    ward.visits(prices.iter().map(|price| treated(2, price)))
        .await;
    ward.visit("MZ-12", 3, box_of(3, "20")).await;
    let compensated = (others + Decimal::from(20)).to_string();
    approve(&ward.town, &medical(&ward.injury, &compensated)).await;
    let cheaper = CatalogueItem {
        price_limit: yuan("8"),
        ..item(CatalogueKind::Drug, DRUG, "青霉素")
    };
    let from_on = date!(2026 - 02 - 01);
    let catalogue = ward
        .town
        .catalogue_from(from_on, CatalogueKind::Drug, vec![cheaper]);
    catalogue.await;
    let order = ReadjudicationOrder {
        from_on: on(from_on),
        document_number: "粤人社规〔2026〕21号".to_owned(),
        cause: ReadjudicationCause::Catalogue as i32,
    };
    let service = &ward.town.service;
    let run = service.preview(&handler(), &order).await.unwrap();
    let summary: ReadjudicationSummary =
        chassis::wire::from_any(run.summary.as_ref().unwrap()).unwrap();
    // Of four yuan more than twenty twenty were given back; of four less sixteen are.
    assert_eq!(summary.encounters, 2);
    assert_eq!(summary.third_party_fund, yuan("-4.00"));
    service.sign_off_run(&handler(), &run).await.unwrap();
    service.run_done(&handler(), &run.run_id).await.unwrap();
    let back = format!("-{compensated}");
    let back = [of_fund(&back), of_fund("4.00")];
    assert_eq!(told(&ward.town).await, back);
}
