//! Injuries for which somebody else is liable by the registration, before it is said what that one compensates.

use contracts::registration::v1::Person;

use super::*;

/// The flags of bills of a kind.
async fn flags(ward: &Ward) -> Vec<Flag> {
    let request = ListFlagsRequest {
        pooling_area: chassis::testing::AREA.to_owned(),
        kind: FlagKind::ThirdPartyOpen as i32,
        ..ListFlagsRequest::default()
    };
    let listed = ward.clerk().await.list_flags(request).await.unwrap();
    listed.into_inner().flags
}

// Art. 54, Art. 73
#[tokio::test]
async fn bills_are_flagged_and_paid_until_it_is_said_what_a_third_party_compensates() {
    let ward = Ward::open().await;
    let (town, injury) = (&ward.town, &ward.injury);
    let second = "深人社认字〔2026〕2号";
    let person = Person {
        person_id: injury.person_id.clone(),
        name: injury.name.clone(),
        ..Person::default()
    };
    let decision = town.recognition(&injury.employer_id, &person, second);
    town.recognise(&decision).await;
    let form = InjuryForm {
        third_party: ThirdPartyCause::Traffic as i32,
        ..injury_form(&decision)
    };
    let registered = town.service.approve(&handler(), &form, PAPERS).await;
    registered.unwrap();
    ward.visit_of(NUMBER, ("MZ-11", 2), treated(2, "10")).await;
    assert_eq!(flags(&ward).await, []);
    let bill = ward.visit_of(second, ("MZ-12", 3), treated(3, "10")).await;
    assert_eq!(parts(&bill)[0], "10.00");
    let flagged = flags(&ward).await;
    assert_eq!(flagged.len(), 1);
    assert_eq!(flagged[0].encounter_id, bill.encounter_id);
    let compensated = ThirdPartyForm {
        recognition_number: second.to_owned(),
        ..medical(injury, "1")
    };
    approve(town, &compensated).await;
    ward.visit_of(second, ("MZ-13", 4), treated(4, "10")).await;
    assert_eq!(flags(&ward).await.len(), 1);
}
