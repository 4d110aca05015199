//! Who tells what: articles 5, 6, 13 and 125.

use contracts::registration::v1::PersonChangeForm;

use super::*;

fn about(notice: ResidentNotice) -> ReceiveResidentNoticeRequest {
    ReceiveResidentNoticeRequest {
        pooling_area: AREA.to_owned(),
        notice: Some(notice),
        ..ReceiveResidentNoticeRequest::default()
    }
}

fn renamed(n: u16) -> ResidentNotice {
    ResidentNotice {
        new_name: "职工甲".to_owned(),
        ..resident(n, ResidentNoticeKind::NameChanged)
    }
}

fn renumbered(n: u16) -> ResidentNotice {
    ResidentNotice {
        new_citizen_id: citizen(12),
        ..resident(n, ResidentNoticeKind::NumberChanged)
    }
}

// Art. 5
// Art. 6
#[tokio::test]
async fn an_authority_sends_its_own_notices_in_its_own_name_only() {
    let service = registration().await;
    let (_, ids) = staffed(&service, 1).await;
    let death = resident(1, ResidentNoticeKind::Death);
    for party in [
        "industry_and_commerce",
        "civil_affairs",
        "establishment",
        "",
    ] {
        let mut client = authority_called(&service, party).await;
        let refused = client.receive_resident_notice(about(death.clone())).await;
        let refused = refused.unwrap_err();
        assert_eq!(reason(&refused), "NOTICE_OF_OTHER_AUTHORITY", "{party}");
        assert!(refused.message().contains("公安机关"), "{refused}");
    }
    let rows = [death];
    let batch = send_resident(authority(&service).await, &rows).await;
    let of_other = |row, column: &str| {
        let reason = "NOTICE_OF_OTHER_AUTHORITY".to_owned();
        (row, true, column.to_owned(), reason)
    };
    assert_eq!(findings(&service, &batch).await, [of_other(0, "整行")]);
    assert_eq!(person(&service, &ids[0]).await.died_on, None);

    let of_civil_affairs = AuthorityNotice {
        authority: RegistrationAuthority::CivilAffairs as i32,
        ..founded(2)
    };
    let refused = receive(&service, of_civil_affairs.clone()).await;
    assert_eq!(reason(&refused.unwrap_err()), "NOTICE_OF_OTHER_AUTHORITY");
    let rows = [founded(3), of_civil_affairs.clone()];
    let batch = upload_authority(&service, &rows).await;
    assert_eq!(
        findings(&service, &batch).await,
        [of_other(1, "登记管理机关")]
    );
    let request = ReceiveAuthorityNoticeRequest {
        pooling_area: AREA.to_owned(),
        notice: Some(of_civil_affairs),
        ..ReceiveAuthorityNoticeRequest::default()
    };
    let mut police = authority_called(&service, "public_security").await;
    let refused = police.receive_authority_notice(request.clone()).await;
    assert_eq!(reason(&refused.unwrap_err()), "NOTICE_OF_OTHER_AUTHORITY");
    let mut own = authority_called(&service, "civil_affairs").await;
    own.receive_authority_notice(request).await.unwrap();
}

// Art. 5
// Art. 6
#[tokio::test]
async fn only_a_handler_enters_what_an_authority_told() {
    let service = registration().await;
    staffed(&service, 1).await;
    let death = about(resident(1, ResidentNoticeKind::Death));
    for duty in [Duty::Reviewer, Duty::Leader] {
        let mut client = agency(&service, duty).await;
        let denied = client.receive_resident_notice(death.clone()).await;
        assert_eq!(reason(&denied.unwrap_err()), "DUTY_DENIED");
    }
    let mut handler = agency(&service, Duty::Handler).await;
    let answer = handler.receive_resident_notice(death).await.unwrap();
    assert!(answer.into_inner().record.unwrap().took_effect);
}

// Art. 6
// Art. 13
// Art. 125
#[tokio::test]
async fn who_a_person_is_does_not_change_by_one_clerk_but_on_form_13_b() {
    let service = registration().await;
    let (_, ids) = staffed(&service, 2).await;
    let mut handler_of_notices = agency(&service, Duty::Handler).await;
    let one = about(renamed(1));
    let answer = handler_of_notices.receive_resident_notice(one).await;
    let answer = answer.unwrap().into_inner();
    assert!(!answer.record.unwrap().took_effect);
    assert_eq!(kinds(&answer.differences), [DifferenceKind::NameChanged]);
    let rows = [renumbered(2)];
    let batch = send_resident(handler_of_notices, &rows).await;
    assert_eq!((batch.accepted_rows, batch.refused_rows), (1, 0));
    let open = differences(&service, DifferenceState::Open).await;
    let number_changed = DifferenceKind::NumberChanged;
    assert_eq!(kinds(&open), [number_changed, DifferenceKind::NameChanged]);
    assert_eq!(open[0].told, format!("末四位{}", &citizen(12)[14..]));
    assert_eq!(person(&service, &ids[0]).await.name, name(1));
    assert_eq!(person(&service, &ids[1]).await.identity_number, citizen(2));

    // What is signed settles what it is about.
    let form = PersonChangeForm {
        person_id: ids[0].clone(),
        name: "职工甲".to_owned(),
        changed_on: on(TODAY),
        ..PersonChangeForm::default()
    };
    service.approve(&handler(), &form, PAPERS).await.unwrap();
    let open = differences(&service, DifferenceState::Open).await;
    assert_eq!(kinds(&open), [number_changed]);
}

// Art. 6
// Art. 13
#[tokio::test]
async fn what_a_clerk_entered_takes_effect_when_public_security_sends_it_itself() {
    let service = registration().await;
    let (_, ids) = staffed(&service, 1).await;
    let mut handler = agency(&service, Duty::Handler).await;
    let mistyped = ResidentNotice {
        new_name: "职工乙".to_owned(),
        ..renamed(1)
    };
    let entered = handler.receive_resident_notice(about(mistyped)).await;
    assert!(!entered.unwrap().into_inner().record.unwrap().took_effect);
    let mut police = authority_called(&service, "public_security").await;
    let told = police.receive_resident_notice(about(renamed(1))).await;
    assert!(told.unwrap().into_inner().record.unwrap().took_effect);
    assert_eq!(person(&service, &ids[0]).await.name, "职工甲");
    // From then on it is a repeat, whoever brings it.
    let again = handler.receive_resident_notice(about(renamed(1))).await;
    assert!(again.unwrap().into_inner().differences.is_empty());
}

// Art. 6
#[tokio::test]
async fn a_household_that_a_clerk_told_on_is_told_again_only_where_public_security_says_otherwise()
{
    let service = registration().await;
    staffed(&service, 1).await;
    let moved = |address: &str, notice_number: &str| ResidentNotice {
        address: address.to_owned(),
        notice_number: notice_number.to_owned(),
        ..resident(1, ResidentNoticeKind::HouseholdMoved)
    };
    let mut handler = agency(&service, Duty::Handler).await;
    for (entered, number) in [("广州市天河区", "GA-7"), ("广州市天和区", "GA-8")] {
        let entered = about(moved(entered, number));
        handler.receive_resident_notice(entered).await.unwrap();
    }
    let entered = told(&service).await.len();
    let mut police = authority_called(&service, "public_security").await;
    let mut kept = Vec::new();
    for number in ["GA-7", "GA-8"] {
        let sent = police.receive_resident_notice(about(moved("广州市天河区", number)));
        kept.push(sent.await.unwrap().into_inner().record.unwrap());
    }
    assert_eq!(kept[0].notice, Some(moved("广州市天河区", "GA-7")));
    assert_eq!(kept[0].person_id, kept[1].person_id);
    let told = told(&service).await.split_off(entered);
    let [(_, What::HouseholdChanged(changed))] = &told[..] else {
        panic!("told: {told:?}")
    };
    assert_eq!(changed.address, "广州市天河区");
}
