//! Section 2: articles 61 to 65, and 90.

mod anew;
mod beside;
pub(crate) mod claims;
mod disputed;
mod found;
mod online;
mod recorded;
pub(crate) mod reviewed;
mod stopped;
mod travelled;
mod wrong;

use chassis::testing::{AREA, As, eventually, party, reason};
use chassis::wire;
use contracts::benefit_review::v1::medical_service_client::MedicalServiceClient;
use contracts::benefit_review::v1::*;
use contracts::common::v1::batch_service_client::BatchServiceClient;
use contracts::common::v1::{
    Batch, BatchFinding, BatchHeader, BatchTotals, ListBatchFindingsRequest,
};
use contracts::medical_agreement::v1::{CatalogueItem, CatalogueKind, InstitutionKind};
use contracts::options::v1::{Caller, Department, Duty};
use futures::StreamExt;
use rust_decimal::Decimal;
use time::macros::{date, datetime};
use time::{Date, Duration};
use uuid::Uuid;

use crate::support::*;

const NUMBER: &str = "深人社认字〔2026〕1号";

/// A drug of at most 12 yuan a box, three boxes a day.
pub(crate) const DRUG: &str = "XJ01CAA040A001010100001";
/// A treatment without limits.
const DRESSING: &str = "003112000010000";
/// A bed of at most 60 yuan a day.
const BED: &str = "110900001";
/// A drug that somebody looks at before it is paid.
const COSTLY: &str = "XB05AAA001B002010100002";

/// A town with a hospital under agreement, catalogues and one injured employee.
pub(crate) struct Ward {
    pub(crate) town: Town,
    hospital: String,
    card: String,
    pub(crate) injury: Injury,
}

impl Ward {
    pub(crate) async fn open() -> Self {
        Self::of_injury_on(TODAY).await
    }

    /// The same, where the employee was injured on a day; nobody was insured before [`TODAY`].
    pub(crate) async fn of_injury_on(day: Date) -> Self {
        Self::dated(&Recognition {
            happened_on: on(day),
            ..Recognition::default()
        })
        .await
    }

    /// The same, by a decision with these dates, where it has others than the usual ones.
    pub(crate) async fn dated(dates: &Recognition) -> Self {
        let town = Town::found().await;
        let employer_id = town.register(1).await;
        let person = town.hire(&employer_id, 1).await;
        let kinds = [InstitutionKind::Medical, InstitutionKind::Rehabilitation];
        let hospital = town.agreement(1, &kinds).await;
        let drugs = vec![
            CatalogueItem {
                price_limit: yuan("12"),
                quantity_per_day: 3,
                ..item(CatalogueKind::Drug, DRUG, "青霉素")
            },
            CatalogueItem {
                needs_review: true,
                ..item(CatalogueKind::Drug, COSTLY, "人血白蛋白")
            },
        ];
        town.catalogue(CatalogueKind::Drug, drugs).await;
        let dressing = item(CatalogueKind::TreatmentItem, DRESSING, "清创缝合");
        town.catalogue(CatalogueKind::TreatmentItem, vec![dressing])
            .await;
        let bed = CatalogueItem {
            price_limit: yuan("60"),
            ..item(CatalogueKind::InpatientService, BED, "普通病房床位费")
        };
        town.catalogue(CatalogueKind::InpatientService, vec![bed])
            .await;
        let usual = town.recognition(&employer_id, &person, NUMBER);
        let recognition = Recognition {
            happened_on: dates.happened_on.or(usual.happened_on),
            applied_on: dates.applied_on.or(usual.applied_on),
            accepted_on: dates.accepted_on.or(usual.accepted_on),
            decided_on: dates.decided_on.or(usual.decided_on),
            ..usual
        };
        let decided_on = wire::day(recognition.decided_on).unwrap();
        if decided_on > TODAY {
            town.service.clock().set(nine(decided_on));
        }
        let injury = town.injure(&recognition).await;
        // Stays take days.
        let stands = town.service.clock().today().max(date!(2026 - 11 - 20));
        town.service.clock().set(nine(stands));
        Self {
            town,
            hospital,
            card: person.card_number,
            injury,
        }
    }

    /// What the hospital says of the patient, admitted on [`TODAY`].
    fn admission(&self, visit_number: &str, kind: EncounterKind) -> Admission {
        Admission {
            filed_by: self.hospital.clone(),
            institution_id: self.hospital.clone(),
            institution_name: "深圳市第1人民医院".to_owned(),
            visit_number: visit_number.to_owned(),
            kind: kind as i32,
            card_number: self.card.clone(),
            name: self.injury.name.clone(),
            admitted_on: on(TODAY),
            diagnoses: vec!["S88.1".to_owned()],
            ..Admission::default()
        }
    }

    async fn hospital(&self) -> MedicalServiceClient<As> {
        self.of(&party(Caller::Institution, &self.hospital)).await
    }

    pub(crate) async fn clerk(&self) -> MedicalServiceClient<As> {
        self.of(&chassis::testing::clerk(
            Department::Business,
            Duty::Reviewer,
        ))
        .await
    }

    async fn of(&self, who: &chassis::Actor) -> MedicalServiceClient<As> {
        MedicalServiceClient::new(self.town.service.connect(who).await)
    }

    /// Admits; answers the number of the bill.
    async fn admit(&self, admission: Admission) -> String {
        let who = match admission.filed_by.as_str() {
            "" => handler(),
            own if own == self.hospital => party(Caller::Institution, own),
            own => party(Caller::Employer, own),
        };
        let admitted = self.of(&who).await.admit_patient(admit(admission)).await;
        admitted
            .unwrap()
            .into_inner()
            .encounter
            .unwrap()
            .encounter_id
    }

    /// Sends lines of a bill in one stream.
    async fn send(&self, filed_by: &str, encounter_id: &str, lines: Vec<BillLine>) -> Batch {
        let lines = lines.into_iter().map(|line| BillLine {
            filed_by: filed_by.to_owned(),
            encounter_id: encounter_id.to_owned(),
            ..line
        });
        let who = match filed_by {
            "" => handler(),
            own if own == self.hospital => party(Caller::Institution, own),
            own => party(Caller::Employer, own),
        };
        let sent = self
            .of(&who)
            .await
            .upload_bill_lines(stream(lines.collect()))
            .await;
        sent.unwrap().into_inner().batch.unwrap()
    }

    async fn discharge(&self, encounter_id: &str, day: Date) -> Encounter {
        let request = DischargePatientRequest {
            pooling_area: AREA.to_owned(),
            encounter_id: encounter_id.to_owned(),
            discharged_on: on(day),
            ..DischargePatientRequest::default()
        };
        let left = self.of(&handler()).await.discharge_patient(request).await;
        left.unwrap().into_inner().encounter.unwrap()
    }

    /// A bill with these lines, from [`TODAY`] to a day, settled online.
    async fn settle(&self, visit_number: &str, until_on: Date, lines: Vec<BillLine>) -> Settlement {
        let id = self
            .admit(self.admission(visit_number, EncounterKind::Inpatient))
            .await;
        let request = settle(&id, &lines);
        assert_eq!(self.send(&self.hospital, &id, lines).await.refused_rows, 0);
        self.discharge(&id, until_on).await;
        let settled = self.hospital().await.settle_encounter(request).await;
        settled.unwrap().into_inner().settlement.unwrap()
    }

    /// A visit of a day of November, settled online.
    pub(crate) async fn visit(&self, number: &str, day: u8, lines: Vec<BillLine>) -> Settlement {
        self.visit_of(NUMBER, (number, day), lines).await
    }

    /// The same, of one of several injuries.
    pub(crate) async fn visit_of(
        &self,
        recognition_number: &str,
        (number, day): (&str, u8),
        lines: Vec<BillLine>,
    ) -> Settlement {
        let day = TODAY.replace_day(day).unwrap();
        let admission = Admission {
            admitted_on: on(day),
            recognition_number: recognition_number.to_owned(),
            ..self.admission(number, EncounterKind::Outpatient)
        };
        let id = self.admit(admission).await;
        let request = settle(&id, &lines);
        assert_eq!(self.send(&self.hospital, &id, lines).await.refused_rows, 0);
        self.discharge(&id, day).await;
        let settled = self.hospital().await.settle_encounter(request).await;
        settled.unwrap().into_inner().settlement.unwrap()
    }

    /// Visits of 2 November with these lines each, settled at once, some at a time.
    pub(crate) async fn visits(&self, bills: impl Iterator<Item = Vec<BillLine>>) {
        let hospital = self.hospital().await;
        let calls = bills.enumerate().map(|(number, lines)| {
            let request = SettleVisitRequest {
                pooling_area: AREA.to_owned(),
                request_id: Uuid::now_v7().to_string(),
                admission: Some(
                    self.admission(&format!("MZ-V{number}"), EncounterKind::Outpatient),
                ),
                lines,
                ..SettleVisitRequest::default()
            };
            let mut hospital = hospital.clone();
            async move { hospital.settle_visit(request).await }
        });
        let answers = futures::stream::iter(calls).buffer_unordered(32);
        answers.for_each(async |answer| drop(answer.unwrap())).await;
    }

    pub(crate) async fn settlements(&self, encounter_id: &str) -> Vec<Settlement> {
        let request = ListSettlementsRequest {
            pooling_area: AREA.to_owned(),
            encounter_id: encounter_id.to_owned(),
            ..ListSettlementsRequest::default()
        };
        let found = self.clerk().await.list_settlements(request).await;
        found.unwrap().into_inner().settlements
    }

    async fn encounter(&self, encounter_id: &str) -> Encounter {
        let request = ListEncountersRequest {
            pooling_area: AREA.to_owned(),
            encounter_id: encounter_id.to_owned(),
            ..ListEncountersRequest::default()
        };
        let found = self.clerk().await.list_encounters(request).await.unwrap();
        found.into_inner().encounters.remove(0)
    }

    pub(crate) async fn benefits(&self) -> Vec<Benefit> {
        let request = ListBenefitsRequest {
            pooling_area: AREA.to_owned(),
            ..ListBenefitsRequest::default()
        };
        let found = self.clerk().await.list_benefits(request).await;
        found.unwrap().into_inner().benefits
    }
}

fn admit(admission: Admission) -> AdmitPatientRequest {
    AdmitPatientRequest {
        pooling_area: AREA.to_owned(),
        admission: Some(admission),
        ..AdmitPatientRequest::default()
    }
}

fn stream(
    rows: Vec<BillLine>,
) -> tokio_stream::Iter<std::array::IntoIter<UploadBillLinesRequest, 1>> {
    tokio_stream::iter([UploadBillLinesRequest {
        pooling_area: AREA.to_owned(),
        header: Some(BatchHeader {
            batch_id: Uuid::now_v7().to_string(),
            reference: "费用明细".to_owned(),
        }),
        totals: Some(BatchTotals {
            rows: rows.len() as u64,
            sum: None,
        }),
        rows,
        ..UploadBillLinesRequest::default()
    }])
}

/// A settlement with the totals of these lines.
fn settle(encounter_id: &str, lines: &[BillLine]) -> SettleEncounterRequest {
    SettleEncounterRequest {
        pooling_area: AREA.to_owned(),
        encounter_id: encounter_id.to_owned(),
        lines: i32::try_from(lines.len()).unwrap(),
        amount: Some(sum(lines).into()),
        ..SettleEncounterRequest::default()
    }
}

fn sum(lines: &[BillLine]) -> Decimal {
    let amounts = lines
        .iter()
        .map(|line| line.amount.as_ref().unwrap().decimal().unwrap());
    amounts.sum()
}

/// Line `number`, of [`TODAY`].
fn line(number: i32, kind: CatalogueKind, code: &str, quantity: &str, price: &str) -> BillLine {
    let product: Decimal = quantity.parse::<Decimal>().unwrap() * price.parse::<Decimal>().unwrap();
    BillLine {
        line_number: number,
        kind: kind as i32,
        code: code.to_owned(),
        name: "项目".to_owned(),
        service_on: on(TODAY),
        quantity: quantity.to_owned(),
        unit_price: price.to_owned(),
        amount: Some(law::money::fen(product).into()),
        ..BillLine::default()
    }
}

pub(crate) fn drug(number: i32, quantity: &str, price: &str) -> BillLine {
    line(number, CatalogueKind::Drug, DRUG, quantity, price)
}

pub(crate) fn dressing(number: i32, price: &str) -> BillLine {
    line(number, CatalogueKind::TreatmentItem, DRESSING, "1", price)
}

pub(crate) fn costly(number: i32, price: &str) -> BillLine {
    line(number, CatalogueKind::Drug, COSTLY, "1", price)
}

pub(crate) fn item(kind: CatalogueKind, code: &str, name: &str) -> CatalogueItem {
    CatalogueItem {
        kind: kind as i32,
        code: code.to_owned(),
        name: name.to_owned(),
        unit: "次".to_owned(),
        ..CatalogueItem::default()
    }
}

pub(crate) fn yuan(text: &str) -> Option<contracts::Money> {
    Some(text.parse::<Decimal>().unwrap().into())
}

/// Fund, employer, nobody and in review, in yuan.
pub(crate) fn parts(settled: &Settlement) -> [String; 4] {
    let text = |money: &Option<contracts::Money>| money.as_ref().unwrap().as_text().to_owned();
    [
        &settled.fund,
        &settled.employer,
        &settled.nobody,
        &settled.in_review,
    ]
    .map(text)
}

/// Number, outcome, recognised yuan and first reason of each line.
fn decided(settled: &Settlement) -> Vec<(i32, LineOutcome, String, String)> {
    let of = |line: &DecidedLine| {
        let why = line.reasons.first().map(|why| why.reason.clone());
        let recognised = line.recognised.as_ref().unwrap().as_text().to_owned();
        (
            line.line_number,
            line.outcome(),
            recognised,
            why.unwrap_or_default(),
        )
    };
    settled.lines.iter().map(of).collect()
}
