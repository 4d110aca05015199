//! Section 5: articles 69 to 72.

mod adjusted;
mod advance;
mod after_stoppage;
mod borne;
mod changed;
mod forgotten;
mod grown_up;
mod late;
mod lump_sum;
mod never_was;
mod reviewed;
mod rules;
mod stoppage;
mod survivors;

use chassis::testing::{AREA, clerk, party, reason};
use chassis::{Actor, wire};
use contracts::Money;
use contracts::benefit_review::v1::benefit_review_event::What;
use contracts::benefit_review::v1::benefit_service_client::BenefitServiceClient;
use contracts::benefit_review::v1::*;
use contracts::common::v1::{
    BatchHeader, BatchTotals, EvidenceKind, ParameterChangeForm, Worksheet,
};
use contracts::options::v1::{Caller, Department, Duty};
use contracts::registration::v1::Person;
use law::Month;
use law::identity::CitizenNumber;
use time::Date;
use time::macros::{date, datetime};
use uuid::Uuid;

use crate::support::*;

const NUMBER: &str = "深人社认字〔2026〕1号";

/// All papers that an application of the section may need.
const ALL: &[EvidenceKind] = &[
    EvidenceKind::IdentityCard,
    EvidenceKind::DeathCertificate,
    EvidenceKind::AppraisalConclusion,
    EvidenceKind::RelativeAuthorisation,
    EvidenceKind::DeathDeclaration,
    EvidenceKind::HardshipProof,
    EvidenceKind::MissingProof,
    EvidenceKind::KinshipProof,
    EvidenceKind::DependencyProof,
    EvidenceKind::CivilAffairsProof,
    EvidenceKind::SchoolProof,
    EvidenceKind::SupportersGoneProof,
    EvidenceKind::SurvivorChangeProof,
    EvidenceKind::SettlementApplication,
    EvidenceKind::SettlementAgreement,
];

/// Person 1 of employer 1, whose injury was recognised.
pub(crate) struct Bereaved {
    pub(crate) town: Town,
    pub(crate) employer_id: String,
    pub(crate) person: Person,
    pub(crate) recognition: Recognition,
}

/// An accident of a day, recognised on 2026-11-23, in an area whose average wage is 8000 yuan.
pub(crate) async fn bereaved(happened_on: Date) -> Bereaved {
    let town = Town::found().await;
    let employer_id = town.register(1).await;
    let person = town.hire(&employer_id, 1).await;
    town.service.clock().set(datetime!(2026-11-23 09:00 +8));
    let recognition = Recognition {
        happened_on: on(happened_on),
        ..town.recognition(&employer_id, &person, NUMBER)
    };
    let bereaved = Bereaved {
        town,
        employer_id,
        person,
        recognition,
    };
    bereaved.set("area_average_monthly_wage", "8000").await;
    bereaved
}

impl Bereaved {
    /// The area sets a parameter from the beginning of the year on.
    pub(crate) async fn set(&self, name: &str, value: &str) {
        self.set_from(name, value, date!(2026 - 01 - 01)).await;
    }

    async fn set_from(&self, name: &str, value: &str, from: Date) {
        let form = ParameterChangeForm {
            name: name.to_owned(),
            value: value.to_owned(),
            from: on(from),
            source: "省人社厅文件".to_owned(),
        };
        let information = clerk(Department::Information, Duty::Handler);
        let service = &self.town.service;
        let rule = [EvidenceKind::LocalRule];
        service.approve(&information, &form, &rule).await.unwrap();
    }

    /// The injury is registered, with the day of a death.
    pub(crate) async fn register(&self, died_on: Option<Date>) -> Injury {
        self.town.recognise(&self.recognition).await;
        let form = InjuryForm {
            died_on: died_on.and_then(on),
            ..injury_form(&self.recognition)
        };
        let service = &self.town.service;
        service.approve(&handler(), &form, PAPERS).await.unwrap();
        self.injury().await
    }

    /// A conclusion is told and registered.
    async fn appraise(&self, grade: i32, concluded_on: Date) {
        let number = "深劳鉴〔2027〕1号".to_owned();
        let request = UploadConclusionsRequest {
            pooling_area: AREA.to_owned(),
            header: Some(BatchHeader {
                batch_id: Uuid::now_v7().to_string(),
                reference: "鉴定结论".to_owned(),
            }),
            totals: Some(BatchTotals { rows: 1, sum: None }),
            rows: vec![Conclusion {
                conclusion_number: number.clone(),
                person_id: self.person.person_id.clone(),
                name: self.person.name.clone(),
                recognition_number: NUMBER.to_owned(),
                concluded_on: on(concluded_on),
                disability_grade: grade,
                ..Conclusion::default()
            }],
            ..UploadConclusionsRequest::default()
        };
        let mut injuries = self.town.injuries().await;
        let sent = injuries.upload_conclusions(tokio_stream::iter([request]));
        let batch = sent.await.unwrap().into_inner().batch.unwrap();
        assert_eq!(batch.refused_rows, 0);
        let form = WorkCapacityForm {
            person_id: self.person.person_id.clone(),
            name: self.person.name.clone(),
            recognition_number: NUMBER.to_owned(),
            conclusion_number: number,
            ..WorkCapacityForm::default()
        };
        let service = &self.town.service;
        service.approve(&handler(), &form, ALL).await.unwrap();
    }

    async fn injury(&self) -> Injury {
        self.town.injury(&self.person.person_id, NUMBER).await
    }

    /// The spouse applies through the employer for what is paid once.
    pub(crate) fn claim(&self, case: DeathCase) -> DeathClaimForm {
        DeathClaimForm {
            employer_id: self.employer_id.clone(),
            person_id: self.person.person_id.clone(),
            name: self.person.name.clone(),
            recognition_number: NUMBER.to_owned(),
            death_case: case as i32,
            payee_name: "李四".to_owned(),
            payee_identity_number: wife(),
            payee_relation: SurvivorRelation::Spouse as i32,
            ..DeathClaimForm::default()
        }
    }

    pub(crate) async fn approve(&self, form: &DeathClaimForm) -> DeathDecision {
        let service = &self.town.service;
        let case = service.approve(&handler(), form, ALL).await.unwrap();
        wire::from_any(&case.decision.unwrap()).unwrap()
    }

    /// Why a form is not approved.
    async fn refused(&self, form: &DeathClaimForm) -> String {
        let refused = self.town.service.approve(&handler(), form, ALL).await;
        reason(&refused.unwrap_err())
    }

    /// The claims that somebody sees, the newest decision first.
    async fn claims(&self, who: &Actor) -> Vec<CashClaim> {
        let request = ListCashClaimsRequest {
            pooling_area: AREA.to_owned(),
            ..ListCashClaimsRequest::default()
        };
        let mut benefits = BenefitServiceClient::new(self.town.service.connect(who).await);
        let listed = benefits.list_cash_claims(request).await.unwrap();
        listed.into_inner().claims
    }

    /// What was told of benefits, decision by decision.
    async fn told(&self) -> Vec<Vec<Benefit>> {
        let told = self.town.told().await.into_iter();
        let decided = told.filter_map(|(_, what)| match what {
            What::BenefitsDecided(decided) => Some(decided.benefits),
            _ => None,
        });
        decided.collect()
    }
}

/// The number of a woman born on 1992-03-08.
fn wife() -> String {
    citizen_of(date!(1992 - 03 - 08), 122)
}

fn citizen_of(born_on: Date, n: u16) -> String {
    CitizenNumber::compose("440301", born_on, n)
        .unwrap()
        .to_string()
}

/// A month of the wire.
fn month((year, month): (i32, u8)) -> Option<contracts::Month> {
    Month::new(year, month).ok().map(Into::into)
}

fn text(money: Option<&Money>) -> &str {
    money.map_or("", Money::as_text)
}

/// For what, who bears it, and how much.
pub(crate) fn amounts(awards: &[Award]) -> Vec<(BenefitKind, Payer, &str)> {
    let amount = |award| {
        let award: &Award = award;
        (award.benefit(), award.payer(), text(award.amount.as_ref()))
    };
    awards.iter().map(amount).collect()
}

/// The last line of a worksheet.
fn bearer(worksheet: Option<&Worksheet>) -> (&str, &str) {
    let line = worksheet.unwrap().lines.last().unwrap();
    (&line.label, &line.value)
}
