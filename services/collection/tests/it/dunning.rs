//! Section 4: dunning, article 33.

use chassis::testing::{AREA, eventually, reason};
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    ArrearsState, ConstructionDeclaration, DeliverDunningNoticesRequest, DunningNotice,
    DunningOrder, DunningState, ListDunningNoticesRequest, PaidRow, PaymentKind,
};
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::{ListCasesRequest, RunState};
use time::Date;
use time::macros::date;

use crate::arrears::arrears;
use crate::books::{Books, DUE_ON, handler, october, paid, yuan};
use crate::support::{self, approve, ordered, preview, sign};

/// The employers that were dunned, and what became of it.
async fn states(books: &Books, overdue: bool) -> Vec<(String, DunningState)> {
    let request = ListDunningNoticesRequest {
        pooling_area: AREA.to_owned(),
        overdue,
        ..Default::default()
    };
    let mut settlement = books.settlement(&handler()).await;
    let notices = settlement
        .list_dunning_notices(request)
        .await
        .unwrap()
        .into_inner()
        .notices;
    let mut states: Vec<_> = notices
        .iter()
        .map(|n| (n.employer_id.clone(), n.state()))
        .collect();
    states.sort();
    states
}

// Art. 33
#[tokio::test]
async fn who_has_not_paid_is_dunned_and_goes_to_the_arrears_ledger_after_the_term() {
    let books = Books::open().await;
    for employer_id in ["E1", "E2", "E3"] {
        books.due(employer_id, october(), "1000.00", DUE_ON).await;
    }
    books
        .send(vec![
            paid("A1", "E1", "1000.00", DUE_ON),
            paid("A2", "E2", "999.00", DUE_ON),
        ])
        .await;
    let order = DunningOrder {
        month: Some(october().into()),
    };
    let run = books.run(&order).await;
    assert_eq!((run.state(), run.items), (RunState::Done, 2));
    let request = ListDunningNoticesRequest {
        pooling_area: AREA.to_owned(),
        ..Default::default()
    };
    let mut settlement = books.settlement(&handler()).await;
    let mut notices = settlement
        .list_dunning_notices(request.clone())
        .await
        .unwrap()
        .into_inner()
        .notices;
    notices.sort_by(|a, b| a.employer_id.cmp(&b.employer_id));
    assert_eq!(notices[0].unpaid.as_ref().unwrap().as_text(), "1.00");
    // Eight days of 1000.00.
    assert_eq!(notices[1].late_fee.as_ref().unwrap().as_text(), "4.00");
    // Five working days after Monday, 2 November.
    assert_eq!(notices[1].issue_by, Some(date!(2026 - 11 - 09).into()));
    assert_eq!((notices[1].pay_by, notices[1].delivered_on), (None, None));
    // Whom the notice has not reached has no term that could pass.
    books.on(date!(2026 - 11 - 11));
    assert_eq!(books.open_arrears().await.opened, 0);
    let delivered = books.deliver_dunning().await;
    assert_eq!(delivered[1].pay_by, Some(date!(2026 - 11 - 18).into()));
    books
        .send(vec![paid("A3", "E2", "1.01", date!(2026 - 11 - 06))])
        .await;
    assert_eq!(books.open_arrears().await.opened, 0);

    // The day does what a clerk might have it do, once lists can have told of the last day.
    books.on(date!(2026 - 11 - 24));
    let opened = eventually(async || arrears(&books).await.pop()).await;
    assert_eq!(opened.employer_id, "E3");
    assert_eq!(opened.opened_principal.unwrap().as_text(), "1000.00");
    assert_eq!(opened.opened_on, Some(date!(2026 - 11 - 24).into()));
    assert_eq!(
        states(&books, false).await,
        [
            ("E2".to_owned(), DunningState::Paid),
            ("E3".to_owned(), DunningState::Arrears)
        ]
    );
    // Nobody is dunned or opened twice.
    assert_eq!(books.run(&order).await.items, 0);
    assert_eq!(books.open_arrears().await.opened, 0);
}

// Art. 33
#[tokio::test]
async fn a_clerk_need_not_wait_for_the_day_to_carry_over_what_is_past_its_term() {
    let books = Books::open().await;
    for employer_id in ["E1", "E2"] {
        books.due(employer_id, october(), "1000.00", DUE_ON).await;
    }
    let order = DunningOrder {
        month: Some(october().into()),
    };
    books.run(&order).await;
    let request = ListDunningNoticesRequest {
        pooling_area: AREA.to_owned(),
        ..Default::default()
    };
    let mut settlement = books.settlement(&handler()).await;
    let issued = settlement.list_dunning_notices(request).await.unwrap();
    let mut delivered = async |employer_id: &str| {
        let issued = issued.get_ref().notices.iter();
        let mut ids = issued.filter(|notice| notice.employer_id == employer_id);
        let request = DeliverDunningNoticesRequest {
            pooling_area: AREA.to_owned(),
            notice_ids: vec![ids.next().unwrap().notice_id.clone()],
            delivered_on: Some(date!(2026 - 11 - 02).into()),
            ..Default::default()
        };
        settlement.deliver_dunning_notices(request).await.unwrap();
    };
    delivered("E1").await;
    books.on(date!(2026 - 11 - 13));
    eventually(async || arrears(&books).await.pop()).await;
    // Recorded late, when the day has done its work.
    delivered("E2").await;
    let opened = books.open_arrears().await;
    assert_eq!((opened.opened, opened.paid), (1, 0));
    assert_eq!(opened.principal.unwrap().as_text(), "1000.00");
}

// Art. 33
#[tokio::test]
async fn dunning_that_is_not_signed_or_has_reached_nobody_in_time_is_overdue() {
    let books = Books::open().await;
    for employer_id in ["E1", "E2"] {
        books.due(employer_id, october(), "1000.00", DUE_ON).await;
    }
    let order = DunningOrder {
        month: Some(october().into()),
    };
    let run = preview(&books.service, &order).await;
    let waits = async || {
        let request = ListCasesRequest {
            pooling_area: AREA.to_owned(),
            overdue: true,
            ..ListCasesRequest::default()
        };
        let mut cases = CaseServiceClient::new(books.service.connect(&handler()).await);
        let listed = cases.list_cases(request).await.unwrap().into_inner().cases;
        listed.iter().any(|listed| listed.case_id == run.run_id)
    };
    // Five working days after Monday, 2 November.
    books.on(date!(2026 - 11 - 09));
    assert!(!waits().await);
    books.on(date!(2026 - 11 - 10));
    assert!(waits().await);
    sign(&books.service, &run).await;
    assert!(!waits().await);

    let open = |n: u8| (format!("E{n}"), DunningState::Open);
    assert_eq!(states(&books, true).await, [open(1), open(2)]);
    books
        .send(vec![paid("A1", "E1", "1010.00", date!(2026 - 11 - 09))])
        .await;
    assert_eq!(states(&books, true).await, [open(2)]);
    books.deliver_dunning().await;
    assert_eq!(states(&books, true).await, []);
}

// Art. 33
#[tokio::test]
async fn nobody_is_dunned_before_the_due_date_has_passed() {
    let books = Books::open().await;
    let november = october().next();
    books
        .due("E1", november, "1000.00", date!(2026 - 11 - 25))
        .await;
    let order = DunningOrder {
        month: Some(november.into()),
    };
    let early = ordered(&books.service, &order).await.unwrap_err();
    assert_eq!(reason(&early), "NOT_YET_OVERDUE");
}

// Art. 32
// Art. 33
#[tokio::test]
async fn nobody_is_dunned_until_lists_can_have_told_of_the_due_date() {
    let books = Books::open().await;
    let (november, due_on) = (october().next(), date!(2026 - 11 - 25));
    for employer_id in ["E1", "E2"] {
        books.due(employer_id, november, "1000.00", due_on).await;
    }
    let order = DunningOrder {
        month: Some(november.into()),
    };
    // Three working days after Wednesday, the 25th.
    books.on(date!(2026 - 11 - 30));
    let early = ordered(&books.service, &order).await.unwrap_err();
    assert_eq!(reason(&early), "RECEIPTS_AWAITED");
    assert!(early.message().contains("最迟2026-11-30报送"), "{early}");
    let in_time = PaidRow {
        month: Some(november.into()),
        ..paid("A1", "E1", "1000.00", due_on)
    };
    books.send(vec![in_time]).await;
    books.on(date!(2026 - 12 - 01));
    let notices = books.dun(november).await;
    assert_eq!(notices.len(), 1);
    assert_eq!(notices[0].employer_id, "E2");
}

// Art. 33
#[tokio::test]
async fn who_owes_nothing_but_a_late_fee_is_dunned_for_it() {
    let books = Books::open().await;
    for employer_id in ["E1", "E2"] {
        books.due(employer_id, october(), "1000.00", DUE_ON).await;
    }
    // Eleven days late: 5.50, of which E1 pays nothing.
    books.on(date!(2026 - 11 - 06));
    let late = date!(2026 - 11 - 05);
    books
        .send(vec![
            paid("A1", "E1", "1000.00", late),
            paid("A2", "E2", "1005.50", late),
        ])
        .await;
    books.on(date!(2026 - 11 - 11));
    let order = DunningOrder {
        month: Some(october().into()),
    };
    assert_eq!(books.run(&order).await.items, 1);
    let [notice] = books.deliver_dunning().await.try_into().unwrap();
    let amounts = (notice.unpaid.unwrap(), notice.late_fee.unwrap());
    assert_eq!(
        (
            notice.employer_id.as_str(),
            amounts.0.as_text(),
            amounts.1.as_text()
        ),
        ("E1", "0.00", "5.50")
    );
    let dunned = books
        .hears(|happened| match happened {
            Happened::EmployerDunned(event) => Some(event),
            _ => None,
        })
        .await;
    assert_eq!(dunned.late_fee.unwrap().as_text(), "5.50");
    books.on(date!(2026 - 11 - 27));
    books.open_arrears().await;
    let [opened] = arrears(&books).await.try_into().unwrap();
    assert_eq!(opened.opened_principal, Some(yuan("0").into()));
    books
        .send(vec![paid("A3", "E1", "5.50", date!(2026 - 11 - 26))])
        .await;
    assert_eq!(
        books.owes("E1").await,
        ("0.00".into(), "0.00".into(), "0.00".into())
    );
    assert_eq!(arrears(&books).await[0].state(), ArrearsState::Closed);
}

/// The employers build from a day on; 1500.00 of each is due on 2 December.
pub async fn build(books: &Books, employers: &[&str], starts_on: Date) {
    support::set(&books.service, "construction_rate", "0.0015").await;
    for employer_id in employers {
        let project = ConstructionDeclaration {
            employer_id: (*employer_id).to_owned(),
            project_number: format!("GC-{employer_id}"),
            project_name: "一号工程".to_owned(),
            cost: support::yuan("1000000"),
            starts_on: Some(starts_on.into()),
            ends_on: Some(date!(2027 - 09 - 30).into()),
        };
        approve(&books.service, &project).await.unwrap();
    }
}

/// Whose notice it is, and what it says is due, paid and unpaid, and since when.
fn says(notice: &DunningNotice) -> (&str, String, String, String, Option<Date>) {
    let text = |money: &Option<contracts::Money>| money.as_ref().unwrap().to_string();
    (
        &notice.employer_id,
        text(&notice.due),
        text(&notice.paid),
        text(&notice.unpaid),
        notice.due_on.map(|on| Date::try_from(on).unwrap()),
    )
}

// Art. 31
// Art. 33
#[tokio::test]
async fn what_is_not_due_yet_is_neither_dunned_for_nor_carried_over() {
    let books = Books::open().await;
    for employer_id in ["E1", "E2", "E3"] {
        books.due(employer_id, october(), "1000.00", DUE_ON).await;
    }
    build(&books, &["E1", "E2", "E3"], date!(2026 - 10 - 01)).await;
    books.send(vec![paid("A1", "E1", "1000.00", DUE_ON)]).await;
    let order = DunningOrder {
        month: Some(october().into()),
    };
    assert_eq!(books.run(&order).await.items, 2);
    let notices = books.deliver_dunning().await;
    let thousand = (
        "1000.00".to_owned(),
        "0.00".to_owned(),
        "1000.00".to_owned(),
    );
    let (due, nothing, unpaid) = thousand;
    assert_eq!(
        says(&notices[0]),
        ("E2", due, nothing, unpaid, Some(DUE_ON))
    );

    // Fifteen days late: 7.50. What E3 was dunned for is paid, though October is not.
    books.on(date!(2026 - 11 - 10));
    let late = date!(2026 - 11 - 09);
    let fee = PaidRow {
        kind: PaymentKind::LateFee as i32,
        ..paid("A3", "E3", "7.50", late)
    };
    books
        .send(vec![paid("A2", "E3", "1000.00", late), fee])
        .await;
    books.on(date!(2026 - 11 - 13));
    books.open_arrears().await;
    let [opened] = arrears(&books).await.try_into().unwrap();
    assert_eq!(opened.employer_id, "E2");
    assert_eq!(opened.opened_principal.unwrap().as_text(), "1000.00");
    let (two, three) = (DunningState::Arrears, DunningState::Paid);
    assert_eq!(
        states(&books, false).await,
        [("E2".to_owned(), two), ("E3".to_owned(), three)]
    );

    // Three working days after the 2nd are over.
    books.on(date!(2026 - 12 - 08));
    assert_eq!(books.run(&order).await.items, 2);
    let mut settlement = books.settlement(&handler()).await;
    let request = ListDunningNoticesRequest {
        pooling_area: AREA.to_owned(),
        employer_id: "E1".to_owned(),
        ..Default::default()
    };
    let listed = settlement.list_dunning_notices(request).await.unwrap();
    let (due, paid, unpaid) = ("2500.00".into(), "1000.00".into(), "1500.00".into());
    assert_eq!(
        says(&listed.into_inner().notices[0]),
        ("E1", due, paid, unpaid, Some(date!(2026 - 12 - 02)))
    );
}

// Art. 33
#[tokio::test]
async fn a_notice_is_delivered_with_the_amounts_that_were_signed() {
    let books = Books::open().await;
    books.due("E1", october(), "1000.00", DUE_ON).await;
    build(&books, &["E1"], date!(2026 - 10 - 01)).await;
    // The principal first: the late fee of eight days is open, and 1000.00 of what is due in December.
    books.on(date!(2026 - 11 - 04));
    books
        .send(vec![paid("A1", "E1", "1500.00", date!(2026 - 11 - 02))])
        .await;
    books.on(date!(2026 - 11 - 06));
    let order = DunningOrder {
        month: Some(october().into()),
    };
    let run = preview(&books.service, &order).await;
    let summary: contracts::collection::v1::DunningSummary =
        chassis::wire::from_any(run.summary.as_ref().unwrap()).unwrap();
    sign(&books.service, &run).await;
    let [notice] = books.deliver_dunning().await.try_into().unwrap();
    assert_eq!(notice.unpaid, summary.unpaid);
    assert_eq!(notice.unpaid, support::yuan("0.00"));
    assert_eq!(notice.late_fee, support::yuan("4.00"));
}

// Art. 31
// Art. 33
#[tokio::test]
async fn a_month_ahead_is_dunned_for_what_was_due_before_it() {
    let books = Books::open().await;
    build(&books, &["E1"], date!(2027 - 01 - 01)).await;
    let order = DunningOrder {
        month: Some("2027-01".parse::<law::Month>().unwrap().into()),
    };
    books.on(date!(2026 - 12 - 02));
    let early = ordered(&books.service, &order).await.unwrap_err();
    assert_eq!(reason(&early), "NOT_YET_OVERDUE");
    books.on(date!(2026 - 12 - 08));
    assert_eq!(books.run(&order).await.items, 1);
}

// Art. 32
// Art. 33
#[tokio::test]
async fn what_was_paid_on_the_last_day_of_a_notice_is_not_in_arrears_though_the_list_comes_later() {
    let books = Books::open().await;
    for employer_id in ["E1", "E2"] {
        books.due(employer_id, october(), "1000.00", DUE_ON).await;
    }
    let notices = books.dun(october()).await;
    let last_day = date!(2026 - 11 - 09);
    assert_eq!(notices[0].pay_by, Some(last_day.into()));
    // Three working days after Monday, the 9th.
    for day in [date!(2026 - 11 - 10), date!(2026 - 11 - 12)] {
        books.on(day);
        books.open_arrears().await;
        assert_eq!(arrears(&books).await, []);
    }
    // Fifteen days of 1000.00.
    books
        .send(vec![paid("A1", "E1", "1007.50", last_day)])
        .await;
    books.on(date!(2026 - 11 - 13));
    books.open_arrears().await;
    let [opened] = arrears(&books).await.try_into().unwrap();
    assert_eq!(opened.employer_id, "E2");
    let (one, two) = (DunningState::Paid, DunningState::Arrears);
    assert_eq!(
        states(&books, false).await,
        [("E1".to_owned(), one), ("E2".to_owned(), two)]
    );
}
