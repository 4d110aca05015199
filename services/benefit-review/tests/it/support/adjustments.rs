//! Adjustments of monthly benefits.

use chassis::testing::{AREA, clerk};
use chassis::wire;
use contracts::benefit_review::v1::benefit_service_client::BenefitServiceClient;
use contracts::benefit_review::v1::{
    Adjustment, AdjustmentItem, AdjustmentOrder, AdjustmentSummary, ListAdjustmentsLeftRequest,
    ListAdjustmentsRequest,
};
use contracts::common::v1::{EvidenceKind, ParameterChangeForm, Run};
use contracts::options::v1::{Department, Duty};
use law::Month;
use time::Date;
use tonic::Status;

use super::*;

/// The area's document.
pub const DOCUMENT: &str = "粤人社发〔2028〕1号";

/// Form 87-A of a month, of all three kinds.
pub fn adjustment_of(month: &str) -> AdjustmentOrder {
    AdjustmentOrder {
        month: Some(month.parse::<Month>().unwrap().into()),
        document_number: DOCUMENT.to_owned(),
        ..AdjustmentOrder::default()
    }
}

impl Town {
    /// The area sets figures for a day.
    pub async fn set_for(&self, day: Date, figures: &[(&str, &str)]) {
        for figure in figures {
            self.try_to_set(day, *figure).await.unwrap();
        }
    }

    /// The area sets a figure for a day, or is told why not.
    pub async fn try_to_set(&self, day: Date, (name, value): (&str, &str)) -> Result<(), Status> {
        let form = ParameterChangeForm {
            name: name.to_owned(),
            value: value.to_owned(),
            from: on(day),
            source: DOCUMENT.to_owned(),
        };
        let rule = [EvidenceKind::LocalRule];
        let information = clerk(Department::Information, Duty::Handler);
        let set = self.service.approve(&information, &form, &rule).await;
        set.map(drop)
    }

    /// An order that waits for its signatures.
    pub async fn preview_of(&self, order: &AdjustmentOrder) -> Run {
        let run = self.service.preview(&handler(), order).await.unwrap();
        assert_eq!(run.error, "");
        run
    }

    /// It is signed and takes effect.
    pub async fn complete(&self, run: &Run) {
        self.service.sign_off_run(&handler(), run).await.unwrap();
        let done = self.service.run_done(&handler(), &run.run_id).await;
        assert_eq!(done.unwrap().error, "");
    }

    /// Ordered, signed and in effect; answers what it came to: kind, payer, how many, before and after.
    pub async fn adjust(&self, order: &AdjustmentOrder) -> Vec<String> {
        let run = self.preview_of(order).await;
        self.complete(&run).await;
        let summary: AdjustmentSummary = wire::from_any(run.summary.as_ref().unwrap()).unwrap();
        let text = |yuan: &Option<contracts::Money>| yuan.as_ref().unwrap().as_text().to_owned();
        let sums = summary.sums.iter().map(|sum| {
            let kind = sum.kind().as_str_name();
            let kind = kind.trim_start_matches("BENEFIT_KIND_");
            let payer = sum.payer().as_str_name().trim_start_matches("PAYER_");
            let (before, after) = (text(&sum.before), text(&sum.after));
            format!("{kind} {payer} {} {before}→{after}", sum.benefits)
        });
        sums.collect()
    }

    async fn ledger(&self) -> BenefitServiceClient<As> {
        BenefitServiceClient::new(self.service.connect(&handler()).await)
    }

    /// The ledger of adjustments.
    pub async fn adjustments(&self) -> Vec<Adjustment> {
        let request = ListAdjustmentsRequest {
            pooling_area: AREA.to_owned(),
            ..ListAdjustmentsRequest::default()
        };
        let listed = self.ledger().await.list_adjustments(request).await;
        listed.unwrap().into_inner().adjustments
    }

    /// What a run left.
    pub async fn left_of(&self, run: &Run) -> Vec<AdjustmentItem> {
        let request = ListAdjustmentsLeftRequest {
            pooling_area: AREA.to_owned(),
            run_id: run.run_id.clone(),
            ..ListAdjustmentsLeftRequest::default()
        };
        let listed = self.ledger().await.list_adjustments_left(request).await;
        listed.unwrap().into_inner().left
    }
}
