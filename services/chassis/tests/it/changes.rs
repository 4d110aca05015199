//! Changes that many ask for at a time.

use std::sync::{Arc, Mutex};

use chassis::testing::{TestService, clerk, reason};
use chassis::{Actor, Change, Error, Result, Unit, wire};
use contracts::common::v1::journal_service_client::JournalServiceClient;
use contracts::common::v1::{
    Case, Evidence, ListJournalEntriesRequest, SubmitCaseRequest, SubmitCaseResponse,
};
use contracts::options::v1::{Department, Duty};
use futures::future::join_all;
use tokio::sync::Semaphore;
use tonic::{Request, Status};

use crate::{RULE, area, bare, handler, wage_change};

/// A request whose reply is the value that it sends; what cannot be made fails or is refused.
struct Made {
    value: String,
    asked: Arc<Asked>,
}

const FAILS: &str = "13.00";
const REFUSED: &str = "17.00";

/// What was made in each turn.
struct Asked {
    turns: Mutex<Vec<Vec<String>>>,
    begun: Semaphore,
    /// Opened when the first turn may end.
    door: Semaphore,
}

#[chassis::async_trait]
impl Change for Made {
    type Answer = SubmitCaseResponse;

    const MOST: usize = 4;

    async fn make(_unit: &mut Unit, changes: &[&Self]) -> Result<Vec<Result<SubmitCaseResponse>>> {
        let values: Vec<String> = changes.iter().map(|one| one.value.clone()).collect();
        if let Some(first) = changes.first() {
            first.asked.turns.lock().unwrap().push(values.clone());
            first.asked.begun.add_permits(1);
            let _open = first.asked.door.acquire().await.unwrap();
        }
        if values.iter().any(|value| value == FAILS) {
            return Err(Error::internal("thirteen is not made"));
        }
        let answer = |value: String| match value.as_str() {
            REFUSED => Err(Error::Denied("seventeen is refused".to_owned())),
            _ => Ok(SubmitCaseResponse {
                case: Some(Case {
                    case_id: value,
                    ..Case::default()
                }),
            }),
        };
        Ok(values.into_iter().map(answer).collect())
    }
}

struct Office {
    service: TestService,
    asked: Arc<Asked>,
}

impl Office {
    async fn start() -> Self {
        let asked = Arc::new(Asked {
            turns: Mutex::default(),
            begun: Semaphore::new(0),
            door: Semaphore::new(0),
        });
        Self {
            service: TestService::start(bare()).await,
            asked,
        }
    }

    async fn change(&self, actor: Actor, id: u32, value: &str) -> Result<String, Status> {
        let mut request = Request::new(SubmitCaseRequest {
            pooling_area: area(),
            request_id: request_id(id),
            application: Some(wire::any(&wage_change(value))),
            evidence: vec![Evidence {
                kind: RULE[0] as i32,
                ..Evidence::default()
            }],
            validate_only: false,
        });
        request.extensions_mut().insert(actor);
        let (asked, value) = (Arc::clone(&self.asked), value.to_owned());
        let made = self.service.platform.change_together(request, |_, _, _| {
            Box::pin(async { Ok(Made { value, asked }) })
        });
        let reply = made.await?.into_inner();
        Ok(reply.case.unwrap_or_default().case_id)
    }

    /// Changes something and, while that is being made, the others; answers the turns, and what came of the others.
    async fn meanwhile<const N: usize>(
        &self,
        others: [(u32, &str); N],
    ) -> (Vec<Vec<String>>, Vec<Result<String, Status>>) {
        let meanwhile = async {
            let _begun = self.asked.begun.acquire().await.unwrap();
            let open = async { self.asked.door.add_permits(1) };
            let others = others.map(|(id, value)| self.change(handler(), id, value));
            futures::join!(join_all(others), open).0
        };
        let (first, others) = futures::join!(self.change(handler(), 0, "0.00"), meanwhile);
        assert_eq!(first.unwrap(), "0.00");
        (self.asked.turns.lock().unwrap().clone(), others)
    }

    async fn journaled(&self) -> Vec<(String, String)> {
        let auditor = clerk(Department::Audit, Duty::Handler);
        let mut journal = JournalServiceClient::new(self.service.connect(&auditor).await);
        let entries = journal
            .list_journal_entries(ListJournalEntriesRequest {
                pooling_area: area(),
                ..ListJournalEntriesRequest::default()
            })
            .await
            .unwrap()
            .into_inner()
            .entries;
        let each = entries.into_iter().map(|one| (one.request_id, one.actor));
        let mut each: Vec<_> = each.collect();
        each.sort();
        each
    }
}

fn request_id(id: u32) -> String {
    format!("0190163d-8694-739b-aea5-{id:012}")
}

#[tokio::test]
async fn those_that_come_meanwhile_are_made_together_and_each_is_journaled_as_its_own() {
    let office = Office::start().await;
    let (turns, others) = office
        .meanwhile([(1, "1.00"), (2, "2.00"), (3, "3.00")])
        .await;
    assert_eq!(turns, [vec!["0.00"], vec!["1.00", "2.00", "3.00"]]);
    let others: Vec<String> = others.into_iter().map(Result::unwrap).collect();
    assert_eq!(others, ["1.00", "2.00", "3.00"]);
    let own = (0..4).map(|id| (request_id(id), handler().id));
    assert_eq!(office.journaled().await, own.collect::<Vec<_>>());
}

#[tokio::test]
async fn one_that_is_refused_is_not_journaled_and_spoils_none_beside_it() {
    let office = Office::start().await;
    let (turns, others) = office
        .meanwhile([(1, "1.00"), (2, REFUSED), (3, "3.00")])
        .await;
    assert_eq!(turns.len(), 2);
    let [first, refused, third] = others.try_into().unwrap();
    assert_eq!(
        (first.unwrap(), third.unwrap()),
        ("1.00".to_owned(), "3.00".to_owned())
    );
    assert_eq!(reason(&refused.unwrap_err()), "DENIED");
    let ids = office.journaled().await.into_iter().map(|(id, _)| id);
    assert_eq!(ids.collect::<Vec<_>>(), [0, 1, 3].map(request_id));
}

#[tokio::test]
async fn where_one_fails_all_are_undone_and_each_is_made_by_itself() {
    let office = Office::start().await;
    let (turns, others) = office
        .meanwhile([(1, "1.00"), (2, FAILS), (3, "3.00")])
        .await;
    let together = vec!["1.00", FAILS, "3.00"];
    assert_eq!(
        turns,
        [
            vec!["0.00"],
            together,
            vec!["1.00"],
            vec![FAILS],
            vec!["3.00"]
        ]
    );
    let made: Vec<Option<String>> = others.into_iter().map(Result::ok).collect();
    assert_eq!(
        made,
        [Some("1.00".to_owned()), None, Some("3.00".to_owned())]
    );
    let ids = office.journaled().await.into_iter().map(|(id, _)| id);
    assert_eq!(ids.collect::<Vec<_>>(), [0, 1, 3].map(request_id));
}

#[tokio::test]
async fn a_request_that_comes_twice_in_a_turn_is_made_once() {
    let office = Office::start().await;
    let (_, others) = office
        .meanwhile([(1, "1.00"), (1, "1.00"), (2, "2.00")])
        .await;
    let others: Vec<String> = others.into_iter().map(Result::unwrap).collect();
    assert_eq!(others, ["1.00", "1.00", "2.00"]);
    let made: Vec<String> = office.asked.turns.lock().unwrap().concat();
    assert_eq!(made.iter().filter(|value| *value == "1.00").count(), 1);
    assert_eq!(office.journaled().await.len(), 3);
}

#[tokio::test]
async fn who_comes_again_is_answered_as_then_and_nobody_else_is() {
    let office = Office::start().await;
    office.asked.door.add_permits(1);
    assert_eq!(office.change(handler(), 1, "1.00").await.unwrap(), "1.00");
    assert_eq!(office.change(handler(), 1, "1.00").await.unwrap(), "1.00");
    assert_eq!(office.asked.turns.lock().unwrap().concat(), ["1.00"]);
    let other = office.change(handler(), 1, "2.00").await.unwrap_err();
    assert_eq!(reason(&other), "REQUEST_ID_REUSED");
    let colleague = Actor {
        id: "clerk-other".to_owned(),
        ..handler()
    };
    let other = office.change(colleague, 1, "1.00").await.unwrap_err();
    assert_eq!(reason(&other), "REQUEST_ID_REUSED");
}
