//! What collection knows of employers and their staff: bases, months that are charged, and what is paid.

use chassis::Actor;
use chassis::testing::{AREA, clerk, eventually, outsider};
use chassis::wire;
use contracts::Money;
use contracts::collection::v1::arrears_service_client::ArrearsServiceClient;
use contracts::collection::v1::settlement_service_client::SettlementServiceClient;
use contracts::collection::v1::{
    AssessmentRunOrder, BackPaymentDeclaration, BackPaymentReason, BackPaymentRow,
    ContributionBaseDeclaration, GetPaymentStateRequest, MonthSummary, PaidRow, PaymentChannel,
    UploadPaidListRequest, WageRosterRow,
};
use contracts::common::v1::{
    BatchHeader, BatchTotals, EvidenceKind, ParameterChangeForm, RunState,
};
use contracts::options::v1::{Caller, Department, Duty};
use contracts::registration::v1::Person;
use law::Month;
use rust_decimal::Decimal;
use time::macros::date;
use time::{Date, OffsetDateTime};
use uuid::Uuid;

use super::{Town, citizen, on};

/// All papers that a declaration of wages may need.
const PAPERS: &[EvidenceKind] = &[
    EvidenceKind::WageStatistics,
    EvidenceKind::WagePaymentDetail,
    EvidenceKind::SignedWageRoster,
    EvidenceKind::BaseCommitment,
];

impl Town {
    /// The area sets a figure of benefit review for all of 2026 and later.
    pub async fn set(&self, name: &str, value: &str) {
        let form = ParameterChangeForm {
            name: name.to_owned(),
            value: value.to_owned(),
            from: on(date!(2026 - 01 - 01)),
            source: "省人社厅文件".to_owned(),
        };
        let rule = [EvidenceKind::LocalRule];
        let information = clerk(Department::Information, Duty::Handler);
        let set = self.service.approve(&information, &form, &rule).await;
        set.unwrap();
    }

    /// Collection has heard of a person and the employer.
    pub async fn heard_of(&self, employer_id: &str, person: &Person, day: Date) {
        let channel = self.collection.connect(&collector()).await;
        let mut arrears = ArrearsServiceClient::new(channel);
        eventually(async || {
            let request = GetPaymentStateRequest {
                pooling_area: AREA.to_owned(),
                employer_id: employer_id.to_owned(),
                person_id: person.person_id.clone(),
                on: on(day),
            };
            let state = arrears.get_payment_state(request).await.ok()?;
            state.into_inner().insured.then_some(())
        })
        .await;
    }

    /// The employer declares what its staff earns in a month.
    pub async fn declare(&self, employer_id: &str, of: Month, wages: &[(u16, &str)]) {
        let row = |(n, yuan): &(u16, &str)| WageRosterRow {
            employer_id: String::new(),
            identity_number: citizen(*n),
            name: format!("职工{n}"),
            monthly_wage: Some(Money::from_text(*yuan)),
        };
        let sum: Decimal = wages
            .iter()
            .map(|(_, yuan)| yuan.parse::<Decimal>().unwrap())
            .sum();
        let form = ContributionBaseDeclaration {
            employer_id: employer_id.to_owned(),
            from_month: Some(of.into()),
            to_month: Some(of.into()),
            headcount: u32::try_from(wages.len()).unwrap(),
            payroll: Some(sum.into()),
            roster: wages.iter().map(row).collect(),
            roster_batch_id: String::new(),
        };
        let declared = self.collection.approve(&collector(), &form, PAPERS).await;
        declared.unwrap();
    }

    /// The employer says that a month's base should have been another.
    pub async fn declare_more(&self, employer_id: &str, of: Month, (n, yuan): (u16, &str)) {
        let form = BackPaymentDeclaration {
            employer_id: employer_id.to_owned(),
            reason: BackPaymentReason::TooLow as i32,
            rows: vec![BackPaymentRow {
                identity_number: citizen(n),
                name: format!("职工{n}"),
                month: Some(of.into()),
                base: Some(Money::from_text(yuan)),
                ..BackPaymentRow::default()
            }],
            ..BackPaymentDeclaration::default()
        };
        let declared = self.collection.approve(&collector(), &form, PAPERS).await;
        declared.unwrap();
    }

    /// A month is charged on its sixteenth; answers what is owed for it by all.
    pub async fn charge(&self, of: Month) -> String {
        self.collection
            .clock()
            .set(nine(of.first_day().replace_day(16).unwrap()));
        let order = AssessmentRunOrder {
            month: Some(of.into()),
            ..AssessmentRunOrder::default()
        };
        let clerk = collector();
        let run = self.collection.preview(&clerk, &order).await.unwrap();
        assert_eq!(run.state(), RunState::Previewed, "{}", run.error);
        self.collection.sign_off_run(&clerk, &run).await.unwrap();
        let run = self.collection.run_done(&clerk, &run.run_id).await.unwrap();
        assert_eq!(run.state(), RunState::Done, "{}", run.error);
        let summary: MonthSummary = wire::from_any(run.summary.as_ref().unwrap()).unwrap();
        summary.total.unwrap().as_text().to_owned()
    }

    /// The tax bureau tells the day after that the employer paid so much for a month.
    pub async fn pay(&self, employer_id: &str, of: Month, yuan: &str, paid_on: Date) {
        self.paid(employer_id, Some(of), yuan, paid_on).await;
    }

    /// The tax bureau tells the day after that the employer paid so much of what it owes.
    pub async fn pay_all(&self, employer_id: &str, yuan: &str, paid_on: Date) {
        self.paid(employer_id, None, yuan, paid_on).await;
    }

    async fn paid(&self, employer_id: &str, of: Option<Month>, yuan: &str, paid_on: Date) {
        let next = paid_on.next_day().unwrap();
        self.collection.clock().set(nine(next));
        let row = PaidRow {
            payment_reference: format!("{employer_id} {paid_on}"),
            employer_id: employer_id.to_owned(),
            month: of.map(Into::into),
            amount: Some(Money::from_text(yuan)),
            paid_on: on(paid_on),
            arrived_on: on(next),
            channel: PaymentChannel::Tax as i32,
            ..PaidRow::default()
        };
        let request = UploadPaidListRequest {
            pooling_area: AREA.to_owned(),
            header: Some(BatchHeader {
                batch_id: Uuid::now_v7().to_string(),
                reference: "1".to_owned(),
            }),
            totals: Some(BatchTotals {
                rows: 1,
                sum: row.amount.clone(),
            }),
            rows: vec![row],
            ..UploadPaidListRequest::default()
        };
        let bureau = self.collection.connect(&outsider(Caller::TaxBureau)).await;
        let mut settlement = SettlementServiceClient::new(bureau);
        let sent = settlement
            .upload_paid_list(tokio_stream::iter([request]))
            .await;
        assert_eq!(sent.unwrap().into_inner().batch.unwrap().refused_rows, 0);
    }
}

/// Nine in the morning of a day.
pub fn nine(day: Date) -> OffsetDateTime {
    day.with_hms(9, 0, 0)
        .unwrap()
        .assume_offset(time::macros::offset!(+8))
}

fn collector() -> Actor {
    clerk(Department::Collection, Duty::Handler)
}
