//! What the tests of settlement and arrears share: a ledger with amounts due, and those who act on it.

use chassis::testing::{AREA, As, TestService, clerk, eventually, outsider};
use chassis::{Actor, Batch as _, Numbered, Reaction, Told, Unit, wire};
use collection::ledger::{Posting, Source, SourceKind, store};
use collection::reactions::{Audit, Finance, Registration};
use collection::settlement::batches::PaidRows;
use contracts::audit::v1::{AuditEvent, audit_event};
use contracts::collection::v1::arrears_service_client::ArrearsServiceClient;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::settlement_service_client::SettlementServiceClient;
use contracts::collection::v1::{
    ApplyCreditsRequest, CollectionEvent, DeliverDunningNoticesRequest,
    DeliverRepaymentNoticesRequest, DunningNotice, DunningOrder, GetBalanceRequest,
    GetBalanceResponse, GetLedgerTotalsRequest, GetLedgerTotalsResponse, LedgerAccount,
    LedgerEntryKind, ListDunningNoticesRequest, OpenArrearsRequest, OpenArrearsResponse, PaidRow,
    PaymentChannel, RepaymentNotice, RepaymentNoticeOrder, UploadPaidListRequest,
};
use contracts::common::v1::batch_service_client::BatchServiceClient;
use contracts::common::v1::event_service_client::EventServiceClient;
use contracts::common::v1::{
    Batch, BatchFinding, BatchHeader, BatchTotals, ListBatchFindingsRequest, ReadEventsRequest, Run,
};
use contracts::finance::v1::{FinanceEvent, finance_event};
use contracts::form::FormMessage;
use contracts::options::v1::{Caller, Department, Duty};
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{Employer, EmployerFacts, EmployerRegistered, RegistrationEvent};
use law::Month;
use rust_decimal::Decimal;
use time::macros::date;
use time::{Date, OffsetDateTime};
use tonic::Status;
use uuid::Uuid;

use crate::support;

/// A service with employers E1 to E9, whose codes are C1 to C9; it is 2 November 2026.
pub struct Books {
    pub service: TestService,
}

/// The month that is due on 25 October.
pub fn october() -> Month {
    "2026-10".parse().unwrap()
}

/// What fell due for October.
pub const DUE_ON: Date = date!(2026 - 10 - 25);

pub fn yuan(text: &str) -> Decimal {
    text.parse().unwrap()
}

pub fn handler() -> Actor {
    clerk(Department::Collection, Duty::Handler)
}

pub fn tax_bureau() -> Actor {
    outsider(Caller::TaxBureau)
}

/// A payment for October that arrives the day after.
pub fn paid(reference: &str, employer_id: &str, amount: &str, paid_on: Date) -> PaidRow {
    PaidRow {
        payment_reference: reference.to_owned(),
        employer_id: employer_id.to_owned(),
        month: Some(october().into()),
        amount: Some(yuan(amount).into()),
        paid_on: Some(paid_on.into()),
        arrived_on: Some(paid_on.next_day().unwrap().into()),
        channel: PaymentChannel::Tax as i32,
        ..PaidRow::default()
    }
}

/// A payment that a list of the tax bureau tells enters in somebody's unit.
pub async fn entered(unit: &mut Unit, row: PaidRow) -> chassis::Result<()> {
    let rows = [Numbered { number: 0, row }];
    let findings = PaidRows.enter(unit, Uuid::now_v7(), &rows).await?;
    assert!(findings.iter().all(|found| !found.refused), "{findings:?}");
    Ok(())
}

impl Books {
    pub async fn open() -> Self {
        let books = Self {
            service: TestService::start(collection::service()).await,
        };
        let told: Vec<Told<RegistrationEvent>> = (1..10).map(registered).collect();
        let platform = &books.service.platform;
        let actor = Actor::service("registration");
        platform
            .do_once(&actor, AREA, "seed", Uuid::now_v7(), |unit| {
                Box::pin(async move { Registration.apply(unit, &told).await })
            })
            .await
            .unwrap();
        books
    }

    /// Principal of a month falls due.
    pub async fn due(&self, employer_id: &str, month: Month, amount: &str, due_on: Date) {
        self.all_due(&[(employer_id, month)], amount, due_on).await;
    }

    /// The same principal falls due for each month of the employers.
    pub async fn all_due(&self, of: &[(&str, Month)], amount: &str, due_on: Date) {
        let source = Source {
            kind: SourceKind::Run,
            id: Uuid::now_v7(),
            row: 0,
        };
        let posting = |(employer_id, month): &(&str, Month)| Posting {
            employer_id: (*employer_id).to_owned(),
            month: *month,
            account: LedgerAccount::Principal,
            kind: LedgerEntryKind::Assessed,
            amount: yuan(amount),
            value_on: due_on,
            source,
            worksheet: None,
        };
        let postings: Vec<_> = of.iter().map(posting).collect();
        let actor = Actor::service("collection");
        self.service
            .platform
            .do_once(&actor, AREA, "seed", Uuid::now_v7(), |unit| {
                Box::pin(async move { store::post(unit, &postings).await })
            })
            .await
            .unwrap();
    }

    /// The feed of finance is read.
    pub async fn finance_tells(&self, happened: finance_event::Happened) -> chassis::Result<()> {
        let happened = Some(happened);
        self.service.hear(Finance, FinanceEvent { happened }).await
    }

    /// The feed of audit is read.
    pub async fn audit_tells(&self, happened: audit_event::Happened) -> chassis::Result<()> {
        let happened = Some(happened);
        self.service.hear(Audit, AuditEvent { happened }).await
    }

    pub async fn settlement(&self, actor: &Actor) -> SettlementServiceClient<As> {
        SettlementServiceClient::new(self.service.connect(actor).await)
    }

    pub async fn arrears(&self) -> ArrearsServiceClient<As> {
        ArrearsServiceClient::new(self.service.connect(&handler()).await)
    }

    /// The tax bureau sends a list; answers it with what was found.
    pub async fn send(&self, rows: Vec<PaidRow>) -> (Batch, Vec<BatchFinding>) {
        self.send_as(&tax_bureau(), Uuid::now_v7(), rows)
            .await
            .unwrap()
    }

    pub async fn send_as(
        &self,
        actor: &Actor,
        batch_id: Uuid,
        rows: Vec<PaidRow>,
    ) -> Result<(Batch, Vec<BatchFinding>), Status> {
        let sum = rows.iter().map(|row| {
            row.amount
                .as_ref()
                .map_or(Decimal::ZERO, |m| m.decimal().unwrap())
        });
        let header = BatchHeader {
            batch_id: batch_id.to_string(),
            reference: "1".to_owned(),
        };
        let request = UploadPaidListRequest {
            pooling_area: AREA.to_owned(),
            header: Some(header),
            first_row: 0,
            totals: Some(BatchTotals {
                rows: rows.len() as u64,
                sum: Some(sum.sum::<Decimal>().into()),
            }),
            rows,
            lines: Vec::new(),
        };
        let mut settlement = self.settlement(actor).await;
        let stream = futures::stream::iter([request]);
        let batch = settlement
            .upload_paid_list(stream)
            .await?
            .into_inner()
            .batch
            .unwrap();
        let request = ListBatchFindingsRequest {
            pooling_area: AREA.to_owned(),
            batch_id: batch_id.to_string(),
            page_size: 1000,
            ..ListBatchFindingsRequest::default()
        };
        let mut batches = BatchServiceClient::new(self.service.connect(actor).await);
        let findings = batches
            .list_batch_findings(request)
            .await?
            .into_inner()
            .findings;
        Ok((batch, findings))
    }

    pub async fn balance(&self, employer_id: &str) -> GetBalanceResponse {
        let request = GetBalanceRequest {
            pooling_area: AREA.to_owned(),
            employer_id: employer_id.to_owned(),
            on: None,
        };
        self.arrears()
            .await
            .get_balance(request)
            .await
            .unwrap()
            .into_inner()
    }

    /// Principal and late fee that the employer owes, and its credit, as text.
    pub async fn owes(&self, employer_id: &str) -> (String, String, String) {
        let balance = self.balance(employer_id).await;
        let text = |money: Option<contracts::Money>| money.unwrap().to_string();
        (
            text(balance.principal),
            text(balance.late_fee),
            text(balance.suspense),
        )
    }

    /// The totals of the area, which are held to agree to the fen.
    pub async fn totals(&self) -> GetLedgerTotalsResponse {
        let request = GetLedgerTotalsRequest {
            pooling_area: AREA.to_owned(),
            month: None,
        };
        let totals = self
            .arrears()
            .await
            .get_ledger_totals(request)
            .await
            .unwrap()
            .into_inner();
        let of = |money: &Option<contracts::Money>| money.as_ref().unwrap().decimal().unwrap();
        assert_eq!(
            of(&totals.principal_due),
            of(&totals.principal_paid)
                + of(&totals.principal_written_off)
                + of(&totals.principal_unpaid),
        );
        assert_eq!(
            of(&totals.late_fee_due),
            of(&totals.late_fee_paid)
                + of(&totals.late_fee_written_off)
                + of(&totals.late_fee_unpaid),
        );
        assert_eq!(
            of(&totals.received),
            of(&totals.principal_paid)
                + of(&totals.late_fee_paid)
                + of(&totals.suspense)
                + of(&totals.refunded),
        );
        totals
    }

    /// Orders a run, has its summary signed, and waits until it is done.
    pub async fn run<F: FormMessage>(&self, order: &F) -> Run {
        support::run(&self.service, order).await
    }

    /// Those who owe something of a month are dunned, and the notices reach them today.
    pub async fn dun(&self, month: Month) -> Vec<DunningNotice> {
        let order = DunningOrder {
            month: Some(month.into()),
        };
        self.run(&order).await;
        self.deliver_dunning_of(month).await
    }

    /// Those in arrears are told to repay everything through a month; all notices to repay.
    pub async fn tell_to_repay(&self, through: Month) -> Vec<RepaymentNotice> {
        let order = RepaymentNoticeOrder {
            through_month: Some(through.into()),
        };
        self.run(&order).await;
        crate::arrears::notices(self, false).await
    }

    /// A notice to repay has reached its employer on a day.
    pub async fn deliver_repayment(&self, notice_id: &str, on: Date) -> RepaymentNotice {
        let delivery = DeliverRepaymentNoticesRequest {
            pooling_area: AREA.to_owned(),
            notice_ids: vec![notice_id.to_owned()],
            delivered_on: Some(on.into()),
            ..Default::default()
        };
        let mut client = self.arrears().await;
        let delivered = client.deliver_repayment_notices(delivery).await.unwrap();
        delivered.into_inner().notices.remove(0)
    }

    /// The credits of all are applied; of how many there were some, and how much was applied.
    pub async fn apply_credits(&self) -> (u32, String) {
        let request = ApplyCreditsRequest {
            pooling_area: AREA.to_owned(),
            ..Default::default()
        };
        let reviewer = clerk(Department::Collection, Duty::Reviewer);
        let mut arrears = ArrearsServiceClient::new(self.service.connect(&reviewer).await);
        let applied = arrears.apply_credits(request).await.unwrap();
        let applied = applied.into_inner();
        (applied.employers, applied.applied.unwrap().to_string())
    }

    /// Every dunning notice for October reaches its employer today.
    pub async fn deliver_dunning(&self) -> Vec<DunningNotice> {
        self.deliver_dunning_of(october()).await
    }

    /// Every dunning notice for a month reaches its employer today.
    pub async fn deliver_dunning_of(&self, month: Month) -> Vec<DunningNotice> {
        let mut settlement = self.settlement(&handler()).await;
        let request = ListDunningNoticesRequest {
            pooling_area: AREA.to_owned(),
            month: Some(month.into()),
            ..Default::default()
        };
        let issued = settlement.list_dunning_notices(request).await.unwrap();
        let issued = issued.into_inner().notices.into_iter();
        let request = DeliverDunningNoticesRequest {
            pooling_area: AREA.to_owned(),
            notice_ids: issued.map(|notice| notice.notice_id).collect(),
            delivered_on: Some(self.service.clock().today().into()),
            ..Default::default()
        };
        let delivered = settlement.deliver_dunning_notices(request).await.unwrap();
        let mut notices = delivered.into_inner().notices;
        notices.sort_by(|one, other| one.employer_id.cmp(&other.employer_id));
        notices
    }

    /// A clerk has done what the day does by itself, sooner or later: what it still found to do.
    pub async fn open_arrears(&self) -> OpenArrearsResponse {
        let request = OpenArrearsRequest {
            pooling_area: AREA.to_owned(),
            ..Default::default()
        };
        let mut settlement = self.settlement(&handler()).await;
        settlement.open_arrears(request).await.unwrap().into_inner()
    }

    /// Sets the clock to nine in the morning of a day.
    pub fn on(&self, day: Date) {
        self.service.clock().set(at_nine(day));
    }

    /// The first thing told that `of` takes. The feed waits for all transactions of the server that began
    /// before, those of other tests too.
    pub async fn hears<T>(&self, of: impl Fn(Happened) -> Option<T>) -> T {
        let mut events =
            EventServiceClient::new(self.service.connect_as_service("registration").await);
        eventually(async || {
            let request = ReadEventsRequest::default();
            let read = events.read_events(request).await.unwrap().into_inner();
            let mut told = read.events.iter().filter_map(|event| {
                wire::from_any::<CollectionEvent>(event.payload.as_ref()?)
                    .ok()?
                    .happened
            });
            told.find_map(&of)
        })
        .await
    }
}

/// The reasons of findings by row, with R for a refusal.
pub fn reasons(findings: &[BatchFinding]) -> Vec<(u64, bool, String)> {
    let reason = |finding: &BatchFinding| finding.reason.as_ref().unwrap().reason.clone();
    findings
        .iter()
        .map(|finding| (finding.row, finding.refused, reason(finding)))
        .collect()
}

fn at_nine(day: Date) -> OffsetDateTime {
    day.with_hms(9, 0, 0)
        .unwrap()
        .assume_offset(time::macros::offset!(+8))
}

fn registered(n: i32) -> Told<RegistrationEvent> {
    let employer = Employer {
        employer_id: format!("E{n}"),
        starts_on: Some(date!(2020 - 01 - 01).into()),
        facts: Some(EmployerFacts {
            name: format!("第{n}公司"),
            credit_code: format!("C{n}"),
            ..EmployerFacts::default()
        }),
        ..Employer::default()
    };
    Told {
        key: employer.employer_id.clone(),
        event: RegistrationEvent {
            what: Some(What::EmployerRegistered(EmployerRegistered {
                employer: Some(employer),
                ..EmployerRegistered::default()
            })),
        },
        happened_at: at_nine(date!(2026 - 11 - 01)),
        request_id: Uuid::now_v7(),
    }
}
