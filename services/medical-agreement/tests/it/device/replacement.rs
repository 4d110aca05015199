//! Devices in the place of others, and in the catalogue of a day.

use super::*;

// Art. 50
#[tokio::test]
async fn a_device_is_replaced_after_its_useful_life_or_once_the_committee_says_that_it_serves_no_more()
 {
    let (town, person) = town().await;
    let first = asking(&person, confirmed(LEG, 1), 1, date!(2026 - 10 - 20));
    town.service
        .approve(&handler(), &first, PAPERS)
        .await
        .unwrap();
    let (found, sentence) = refused(&town, &first).await;
    assert_eq!(found, "DEVICE_IN_USE");
    assert!(sentence.contains("2029-11-02"), "{sentence}");

    // It was fitted later than it was approved, and serves since then.
    let approval = town.approvals(&person).await.remove(0);
    town.service.clock().set(datetime!(2027-01-04 09:00 +8));
    let mut devices = DeviceServiceClient::new(town.service.connect(&handler()).await);
    let fitting = RecordFittingRequest {
        fitted_on: on(date!(2027 - 01 - 04)),
        ..fitting(&approval, "JZ-1")
    };
    devices.record_fitting(fitting).await.unwrap();
    let (_, sentence) = refused(&town, &first).await;
    assert!(sentence.contains("2030-01-04"), "{sentence}");

    // What the committee said before is not about this one; what it says of it later is.
    let mut broken = confirmed(LEG, 1);
    broken.early_ground = EarlyGround::BeyondRepair as i32;
    let before = asking(&person, broken.clone(), 1, date!(2026 - 12 - 30));
    assert_eq!(refused(&town, &before).await.0, "DEVICE_IN_USE");
    town.service.clock().set(datetime!(2027-06-01 09:00 +8));
    let after = asking(&person, broken, 1, date!(2027 - 05 - 31));
    let case = town
        .service
        .submit(&handler(), &after, PAPERS)
        .await
        .unwrap();
    let decision: DeviceDecision = town.service.decision(&case).await.unwrap();
    let item = decision.items.first().unwrap();
    assert_eq!(
        (item.replaces, item.early_ground()),
        (1, EarlyGround::BeyondRepair)
    );
    town.service.sign_off(&case).await.unwrap();
    assert_eq!(refused(&town, &after).await.0, "DEVICE_IN_USE");

    // The one that was never fitted in its days is not in the way of another.
    town.service.clock().set(datetime!(2027-12-01 09:00 +8));
    let mut worn = confirmed(LEG, 1);
    worn.early_ground = EarlyGround::NoLongerFits as i32;
    let again = asking(&person, worn, 1, date!(2027 - 05 - 31));
    town.service
        .approve(&handler(), &again, PAPERS)
        .await
        .unwrap();
}

// Art. 50
#[tokio::test]
async fn two_applications_for_the_one_device_that_is_confirmed_are_not_both_approved() {
    let (town, person) = town().await;
    let form = asking(&person, confirmed(LEG, 1), 1, date!(2026 - 10 - 20));
    let submit = async || {
        let submitted = town.service.submit(&handler(), &form, PAPERS).await;
        town.service.sign_next(&submitted.unwrap()).await.unwrap()
    };
    let (one, other) = (submit().await, submit().await);
    town.service.sign_off(&one).await.unwrap();
    let refused = town.service.sign_off(&other).await.unwrap_err();
    assert_eq!(reason(&refused), "DEVICE_IN_USE");
    assert_eq!(town.approvals(&person).await.len(), 1);
}

// Art. 50
#[tokio::test]
async fn the_catalogue_is_that_of_the_day_of_the_application() {
    let (town, person) = town().await;
    let dearer = [(LEG, "小腿假肢", 30_000, 48)];
    publish(&town.service, date!(2026 - 12 - 01), &dearer).await;
    let form = asking(&person, confirmed(LEG, 1), 1, date!(2026 - 10 - 20));
    let case = town
        .service
        .submit(&handler(), &form, PAPERS)
        .await
        .unwrap();
    town.service.clock().set(datetime!(2026-12-01 09:00 +8));
    town.service.sign_off(&case).await.unwrap();
    let device = devices_of(&town.service, &person).await.remove(0);
    assert_eq!(device.at_most.unwrap().as_text(), "23000.00");
    assert_eq!(device.useful_months, 36);
    assert_eq!(device.approved_on, on(date!(2026 - 12 - 01)));
}
