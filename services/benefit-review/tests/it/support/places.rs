//! Institutions under agreement, catalogues, and what is approved there.

use chassis::testing::{AREA, party};
use contracts::benefit_review::v1::Injury;
use contracts::common::v1::{BatchHeader, BatchTotals};
use contracts::medical_agreement::v1::device_service_client::DeviceServiceClient;
use contracts::medical_agreement::v1::treatment_service_client::TreatmentServiceClient;
use contracts::medical_agreement::v1::{
    AgreementForm, Approval, CatalogueForm, CatalogueItem, CatalogueKind, Clause, ConfirmedDevice,
    DeviceForm, InstitutionFacts, InstitutionGrade, InstitutionKind, ListApprovalsRequest,
    RecordFittingRequest, UploadCatalogueRequest, WantedDevice,
};
use contracts::options::v1::Caller;
use law::identity::{OrganisationCode, SocialCreditCode};
use medical_agreement::agreement::rules::CLAUSES;
use rust_decimal::Decimal;
use time::macros::date;
use time::{Date, Duration};
use uuid::Uuid;

use super::{PAPERS, Town, handler, on};

/// A leg in the catalogue of devices.
pub const LEG: &str = "FJ-0101";

/// A cane in the catalogue of devices.
pub const CANE: &str = "FJ-0301";

impl Town {
    /// Signs agreements of these kinds with institution `n` from today to the end of 2027; answers its
    /// number.
    pub async fn agreement(&self, n: u16, kinds: &[InstitutionKind]) -> String {
        let clause = |kind| Clause {
            kind: kind as i32,
            text: "按双方议定的文本履行。".to_owned(),
        };
        for kind in kinds {
            let form = AgreementForm {
                institution_id: institution_id(n),
                kind: *kind as i32,
                facts: Some(InstitutionFacts {
                    name: format!("深圳市第{n}人民医院"),
                    grade: InstitutionGrade::Tertiary as i32,
                    licence_number: format!("45575561444030311A{n:04}"),
                    licence_valid_until_on: on(date!(2030 - 12 - 31)),
                    address: format!("深圳市罗湖区东门北路{n}号"),
                    phone: "0755-25533018".to_owned(),
                    bank_name: "中国银行深圳分行".to_owned(),
                    bank_account: "6222020000000001".to_owned(),
                }),
                starts_on: on(self.service.clock().today()),
                ends_on: on(date!(2027 - 12 - 31)),
                clauses: CLAUSES.into_iter().map(clause).collect(),
                notice_days: 30,
                refers: *kind == InstitutionKind::Medical,
                case_rates: Vec::new(),
            };
            self.sign_there(&form).await;
        }
        institution_id(n)
    }

    /// Puts a catalogue in force from the first of the year.
    pub async fn catalogue(&self, kind: CatalogueKind, items: Vec<CatalogueItem>) {
        self.catalogue_from(date!(2026 - 01 - 01), kind, items)
            .await;
    }

    /// Puts a catalogue in force from a day on.
    pub async fn catalogue_from(
        &self,
        effective_on: Date,
        kind: CatalogueKind,
        items: Vec<CatalogueItem>,
    ) {
        let batch_id = Uuid::now_v7().to_string();
        let request = UploadCatalogueRequest {
            pooling_area: AREA.to_owned(),
            header: Some(BatchHeader {
                batch_id: batch_id.clone(),
                reference: "目录.xlsx".to_owned(),
            }),
            totals: Some(BatchTotals {
                rows: items.len() as u64,
                sum: None,
            }),
            rows: items,
            ..UploadCatalogueRequest::default()
        };
        let clerk = self.medical_agreement.connect(&handler()).await;
        let mut catalogues = TreatmentServiceClient::new(clerk);
        let sent = catalogues
            .upload_catalogue(tokio_stream::iter([request]))
            .await;
        assert_eq!(sent.unwrap().into_inner().batch.unwrap().refused_rows, 0);
        let form = CatalogueForm {
            batch_id,
            kind: kind as i32,
            effective_on: on(effective_on),
            document_number: "粤人社规〔2026〕20号".to_owned(),
            title: "广东省工伤保险目录".to_owned(),
            retroactive: true,
        };
        self.sign_there(&form).await;
    }

    /// Has devices of codes, so many of each, approved for an injury, to be fitted at an institution in the
    /// days from today on; answers the approval.
    pub async fn approve_device(
        &self,
        injury: &Injury,
        institution_id: &str,
        items: &[(&str, i32)],
    ) -> Approval {
        let form = DeviceForm {
            person_id: injury.person_id.clone(),
            name: injury.name.clone(),
            recognition_number: injury.recognition_number.clone(),
            confirmation_number: format!("深劳鉴辅{}", Uuid::now_v7()),
            confirmed_on: on(self.service.clock().today() - Duration::days(1)),
            confirmed: items
                .iter()
                .map(|(code, quantity)| confirmed(code, *quantity))
                .collect(),
            items: items
                .iter()
                .map(|(code, quantity)| wanted(code, *quantity))
                .collect(),
            treating_institution_id: institution_id.to_owned(),
            ..DeviceForm::default()
        };
        self.sign_there(&form).await;
        self.approvals(&injury.person_id).await.remove(0)
    }

    /// The institution of an approval, or the clerk where it has none, records a fitting.
    pub async fn fit(&self, approval: &Approval, code: &str, serial_number: &str, day: Date) {
        let request = RecordFittingRequest {
            pooling_area: AREA.to_owned(),
            approval_id: approval.approval_id.clone(),
            code: code.to_owned(),
            fitted_on: on(day),
            serial_numbers: vec![serial_number.to_owned()],
            warranty_until_on: on(day + Duration::days(365)),
            ..RecordFittingRequest::default()
        };
        let who = match approval.institution_id.as_str() {
            "" => handler(),
            own => party(Caller::Institution, own),
        };
        let mut devices = DeviceServiceClient::new(self.medical_agreement.connect(&who).await);
        devices.record_fitting(request).await.unwrap();
    }

    /// Everything approved for a person, the newest first.
    pub async fn approvals(&self, person_id: &str) -> Vec<Approval> {
        let request = ListApprovalsRequest {
            pooling_area: AREA.to_owned(),
            person_id: person_id.to_owned(),
            ..ListApprovalsRequest::default()
        };
        let clerk = self.medical_agreement.connect(&handler()).await;
        let found = TreatmentServiceClient::new(clerk)
            .list_approvals(request)
            .await;
        found.unwrap().into_inner().approvals
    }

    /// Has a form signed at medical-agreement.
    pub async fn sign_there<F: contracts::form::FormMessage>(&self, form: &F) {
        let signed = self
            .medical_agreement
            .approve(&handler(), form, PAPERS)
            .await;
        signed.unwrap();
    }
}

/// An item of a catalogue of devices, limited to some yuan.
pub fn device(code: &str, name: &str, yuan: i64) -> CatalogueItem {
    CatalogueItem {
        kind: CatalogueKind::Device as i32,
        code: code.to_owned(),
        name: name.to_owned(),
        unit: "件".to_owned(),
        price_limit: Some(Decimal::from(yuan).into()),
        useful_months: 36,
        ..CatalogueItem::default()
    }
}

/// What the committee confirmed.
pub fn confirmed(code: &str, quantity: i32) -> ConfirmedDevice {
    ConfirmedDevice {
        code: code.to_owned(),
        quantity,
        early_ground: 0,
    }
}

/// What is asked for.
pub fn wanted(code: &str, quantity: i32) -> WantedDevice {
    WantedDevice {
        code: code.to_owned(),
        quantity,
    }
}

/// The number of institution `n`.
pub fn institution_id(n: u16) -> String {
    let organisation = OrganisationCode::with_check(&format!("MB{n:06}")).unwrap();
    SocialCreditCode::with_check(&format!("12{AREA}{organisation}"))
        .unwrap()
        .to_string()
}
