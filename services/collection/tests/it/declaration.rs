//! Declarations of bases that are signed at once, and long ones: articles 22 and 23.

use chassis::testing::{AREA, TestService, eventually, reason};
use chassis::wire;
use contracts::collection::v1::base_service_client::BaseServiceClient;
use contracts::collection::v1::{
    BaseConfirmationRoster, ContributionBase, ContributionBaseDeclaration,
    ListContributionBasesRequest, WageRosterRow,
};
use contracts::common::v1::Case;
use contracts::options::v1::Duty;
use tonic::Code;

use crate::base::{bases, upload, yuan_of};
use crate::support::*;

/// A declaration that lacks the last signature.
async fn almost_signed(service: &TestService, form: &ContributionBaseDeclaration) -> Case {
    let case = service.submit(&handler(), form, PAPERS).await.unwrap();
    let case = service.sign_next(&case).await.unwrap();
    assert_eq!(case.awaited(), Duty::Leader);
    case
}

/// Waits until so many wait for a lock.
async fn many_wait(service: &TestService, many: i64) {
    let pool = service.platform.db().pool();
    eventually(async || {
        let waiting = "SELECT count(*) FROM pg_stat_activity
                 WHERE datname = current_database() AND wait_event_type = 'Lock'";
        let waiting: i64 = sqlx::query_scalar(waiting).fetch_one(pool).await.unwrap();
        (waiting == many).then_some(())
    })
    .await;
}

// Art. 22
// Art. 23
#[tokio::test]
async fn of_two_declarations_signed_at_once_the_later_tries_again_and_its_bases_hold() {
    let service = collection().await;
    coal_mine(&service).await;
    let of = |first, second| vec![wage(1, first), wage(2, second)];
    let first = declaration(month(10), month(12), of("6100", "4100"));
    let second = declaration(month(11), month(11), of("7200", "5200"));
    let first = almost_signed(&service, &first).await;
    let second = almost_signed(&service, &second).await;

    // The first one has set its bases and is held up before it ends; the second one sets the same months.
    let pool = service.platform.db().pool();
    let mut holds_up = pool.begin().await.unwrap();
    let lock = sqlx::query("LOCK TABLE base_declaration IN EXCLUSIVE MODE");
    lock.execute(&mut *holds_up).await.unwrap();
    let later = async {
        many_wait(&service, 1).await;
        service.sign_next(&second).await
    };
    let goes_on = async {
        many_wait(&service, 2).await;
        holds_up.rollback().await.unwrap();
    };
    let (earlier, later, ()) = tokio::join!(service.sign_next(&first), later, goes_on);
    earlier.unwrap();
    let conflict = later.unwrap_err();
    assert_eq!(
        (conflict.code(), reason(&conflict).as_str()),
        (Code::Aborted, "CONFLICT")
    );
    assert!(conflict.message().contains("重试"), "{conflict}");
    let november = bases(&service, month(11)).await;
    assert_eq!(yuan_of(&november), ["6100.00", "4100.00"]);

    service.sign_next(&second).await.unwrap();
    let november = bases(&service, month(11)).await;
    assert_eq!(yuan_of(&november), ["7200.00", "5200.00"]);
    for other in [month(10), month(12)] {
        let held = bases(&service, other).await;
        assert_eq!(yuan_of(&held), ["6100.00", "4100.00"], "{other}");
    }
}

/// The bases of employer 1 that a case sets, from one page after the other.
async fn all_pages(service: &TestService, case: &Case, page_size: i32) -> Vec<ContributionBase> {
    let mut client = BaseServiceClient::new(service.connect(&handler()).await);
    let mut request = ListContributionBasesRequest {
        pooling_area: AREA.to_owned(),
        employer_id: employer_id(1),
        month: Some(month(10).into()),
        case_id: case.case_id.clone(),
        page_size,
        ..ListContributionBasesRequest::default()
    };
    let mut listed = Vec::new();
    loop {
        let page = client.list_contribution_bases(request.clone()).await;
        let page = page.unwrap().into_inner();
        assert!(page.bases.len() <= usize::try_from(page_size).unwrap());
        listed.extend(page.bases);
        if page.next_page_token.is_empty() {
            return listed;
        }
        request.page_token = page.next_page_token;
    }
}

// Art. 22
// Art. 23
#[tokio::test]
async fn a_declaration_of_hundreds_of_persons_is_signed_on_its_sums_and_read_over_pages() {
    const STAFF: u16 = 450;
    let service = collection().await;
    coal_mine(&service).await;
    let hired = (3..=STAFF).map(|who| enrolled(1, who, 5000, month(10)));
    tell(&service, hired.collect()).await;
    let of = |who: u16| format!("{}.50", 4000 + who);
    let rows: Vec<WageRosterRow> = (1..=STAFF)
        .rev()
        .map(|who| WageRosterRow {
            employer_id: employer_id(1),
            ..wage(who, &of(who))
        })
        .collect();
    let mut form = declaration(month(10), month(10), rows.clone());
    form.roster.clear();
    form.roster_batch_id = upload(&service, rows).await.batch_id;
    let case = almost_signed(&service, &form).await;

    let signed: BaseConfirmationRoster = wire::from_any(&case.decision.clone().unwrap()).unwrap();
    // 450 times 4000.50, and 1 to 450.
    assert_eq!(
        (signed.headcount, signed.payroll),
        (450, yuan("1901700.00"))
    );
    assert_eq!((signed.bases, signed.not_declared), (Vec::new(), 0));
    let seen = all_pages(&service, &case, 200).await;
    let persons: Vec<String> = seen.iter().map(|base| base.person_id.clone()).collect();
    let everybody: Vec<String> = (1..=STAFF).map(|who| person_id(who).to_string()).collect();
    assert_eq!(persons, everybody);
    let wages: Vec<String> = (1..=STAFF).map(of).collect();
    assert_eq!(yuan_of(&seen), wages);

    service.sign_next(&case).await.unwrap();
    assert_eq!(all_pages(&service, &case, 200).await, seen);
    assert_eq!(all_pages(&service, &case, 1000).await, seen);
}
