//! Who bears what is recognised.

use chassis::testing::eventually;
use contracts::collection::v1::GetPaymentStateRequest;
use contracts::collection::v1::arrears_service_client::ArrearsServiceClient;
use contracts::options::v1::{Department, Duty};

use super::*;

// Art. 58, Art. 67
#[tokio::test]
async fn the_employer_bears_what_was_fitted_in_the_time_of_a_late_application() {
    let town = Town::found().await;
    let employer_id = town.register(1).await;
    let person = town.hire(&employer_id, 1).await;
    town.service.clock().set(datetime!(2026-12-14 09:00 +8));
    let late = date!(2026 - 12 - 14);
    let decision = Recognition {
        applied_on: on(late),
        accepted_on: on(late),
        ..town.recognition(&employer_id, &person, NUMBER)
    };
    let injury = town.injure(&decision).await;
    let institution_id = supplied(&town).await;
    let approval = town
        .approve_device(&injury, &institution_id, &[(CANE, 2)])
        .await;
    town.fit(&approval, CANE, "SZ-1", late).await;
    town.service.clock().set(datetime!(2026-12-15 09:00 +8));
    let after = date!(2026 - 12 - 15);
    town.fit(&approval, CANE, "SZ-2", after).await;
    let equipped = Equipped {
        town,
        employer_id,
        person,
        injury,
        institution_id,
    };
    let form = equipped.claim(vec![
        ClaimedDevice {
            fitted_on: on(late),
            ..one(&approval, CANE, "SZ-1", "130.00")
        },
        ClaimedDevice {
            fitted_on: on(after),
            ..one(&approval, CANE, "SZ-2", "110.00")
        },
    ]);
    let decision = equipped.approve(&form).await;
    assert_eq!(
        outcomes(&decision),
        [
            (LineOutcome::Cut, vec!["DEVICE_PRICE", "DEVICE_OVERDUE"]),
            (LineOutcome::Paid, vec![]),
        ]
    );
    assert_eq!(parts(&decision), ["110.00", "120.00", "0.00", "10.00"]);
    let told = equipped.benefits().await.remove(0);
    let payers: Vec<_> = told.iter().map(Benefit::payer).collect();
    assert_eq!(payers, [Payer::Fund, Payer::Employer]);
}

// Art. 56, Art. 67
#[tokio::test]
async fn the_employer_that_had_not_insured_bears_it_until_it_insures_and_nothing_is_late() {
    let equipped = equipped_for(date!(2026 - 11 - 01)).await;
    assert_eq!(equipped.injury.eligibility(), Eligibility::NotInsured);
    let (town, injury) = (&equipped.town, &equipped.injury);
    heard_of(&equipped).await;
    let institution_id = &equipped.institution_id;
    let approval = town
        .approve_device(injury, institution_id, &[(CANE, 2)])
        .await;
    town.fit(&approval, CANE, "SZ-1", FITTED).await;
    town.service.clock().set(datetime!(2026-12-28 09:00 +8));
    let late = date!(2026 - 12 - 28);
    town.fit(&approval, CANE, "SZ-2", late).await;
    let form = equipped.claim(vec![
        // Insured since the second of the month, and nothing was due.
        one(&approval, CANE, "SZ-1", "100.00"),
        // November should have been paid by then.
        ClaimedDevice {
            fitted_on: on(late),
            ..one(&approval, CANE, "SZ-2", "100.00")
        },
    ]);
    let decision = equipped.approve(&form).await;
    assert_eq!(
        outcomes(&decision),
        [
            (LineOutcome::Paid, vec![]),
            (LineOutcome::Paid, vec!["DEVICE_NOT_INSURED"]),
        ]
    );
    assert_eq!(parts(&decision), ["100.00", "100.00", "0.00", "0.00"]);
}

/// Collection has heard of the employer and its person.
async fn heard_of(equipped: &Equipped) {
    let clerk = chassis::testing::clerk(Department::Collection, Duty::Handler);
    let channel = equipped.town.collection.connect(&clerk).await;
    let mut arrears = ArrearsServiceClient::new(channel);
    eventually(async || {
        let request = GetPaymentStateRequest {
            pooling_area: AREA.to_owned(),
            employer_id: equipped.employer_id.clone(),
            person_id: equipped.person.person_id.clone(),
            on: on(FITTED),
        };
        let state = arrears.get_payment_state(request).await.ok()?;
        state.into_inner().insured.then_some(())
    })
    .await;
}

// Art. 67
#[tokio::test]
async fn the_fund_pays_what_a_third_party_has_not_compensated() {
    let equipped = equipped().await;
    let approval = equipped.fitted().await;
    let form = DeviceClaimForm {
        compensated: Some(Money::from_text("10000.00")),
        ..equipped.claim(vec![one(&approval, LEG, "JZ-1", "25000.00")])
    };
    let decision = equipped.approve(&form).await;
    assert_eq!(
        parts(&decision),
        ["13000.00", "0.00", "10000.00", "2000.00"]
    );
    let benefit = equipped.benefits().await.remove(0).remove(0);
    assert_eq!(benefit.amount.unwrap().as_text(), "13000.00");
}
