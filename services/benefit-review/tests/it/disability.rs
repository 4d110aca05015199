//! Section 4: article 68.

mod adjusted;
mod appealed;
mod borne;
mod conclusion_corrected;
mod corrected;
mod eligible;
mod employers;
mod end_corrected;
mod found_late;
mod further;
mod kept;
mod refused;
mod relation_end;
mod retirement;
mod reviewed;
mod rules;
mod settled;
mod several;
mod stated;
mod under_way;

use chassis::Actor;
use chassis::testing::{AREA, party, reason};
use contracts::benefit_review::v1::benefit_review_event::What;
use contracts::benefit_review::v1::benefit_service_client::BenefitServiceClient;
use contracts::benefit_review::v1::*;
use contracts::common::v1::{BatchHeader, BatchTotals, Case, EvidenceKind};
use contracts::options::v1::Caller;
use contracts::registration::v1::Person;
use law::Month;
use rust_decimal::Decimal;
use time::Date;
use time::macros::date;
use tonic::Status;
use uuid::Uuid;

use crate::support::*;

const NUMBER: &str = "深人社认字〔2026〕1号";

/// The day of the injury, in the month after the one for which a base is known.
pub(crate) const INJURED: Date = date!(2026 - 12 - 07);

/// The conclusion of most tests, and its day.
pub(crate) const CONCLUSION: &str = "深劳鉴〔2027〕1号";
pub(crate) const CONCLUDED: Date = date!(2027 - 03 - 10);

/// A person of employer 1 who was injured, in an area that has set its figures.
pub(crate) struct Injured {
    pub(crate) town: Town,
    pub(crate) employer_id: String,
    n: u16,
    pub(crate) person: Person,
}

/// Person 1, whose base of November was 6000 yuan, paid in time; on the day of the injury.
async fn injured() -> Injured {
    of(1, true).await
}

/// What the area has set.
pub(crate) const FIGURES: &[(&str, &str)] = &[
    ("area_average_monthly_wage", "8000"),
    ("minimum_wage", "2360"),
];

/// Person `n`; the employer has paid, or is in arrears.
pub(crate) async fn of(n: u16, paid: bool) -> Injured {
    among(n, paid, FIGURES).await
}

/// In an area that has set these figures.
pub(crate) async fn among(n: u16, paid: bool, figures: &[(&str, &str)]) -> Injured {
    let injured = uninjured(n, paid, figures).await;
    injured.injure(NUMBER).await;
    injured
}

/// The same, on the day of the injury before it is registered.
async fn uninjured(n: u16, paid: bool, figures: &[(&str, &str)]) -> Injured {
    let (injured, owed) = unpaid(n, figures).await;
    if paid {
        let (town, day) = (&injured.town, date!(2026 - 11 - 20));
        town.pay(&injured.employer_id, november(), &owed, day).await;
    }
    injured
}

/// The same, before anything was paid; answers what is owed too.
async fn unpaid(n: u16, figures: &[(&str, &str)]) -> (Injured, String) {
    let town = Town::found().await;
    let employer_id = town.register(1).await;
    let person = town.hire(&employer_id, n).await;
    town.heard_of(&employer_id, &person, TODAY).await;
    town.declare(&employer_id, november(), &[(n, "6000.00")])
        .await;
    let owed = town.charge(november()).await;
    for (name, value) in figures {
        town.set(name, value).await;
    }
    let injured = Injured {
        town,
        employer_id,
        n,
        person,
    };
    injured.at(INJURED);
    (injured, owed)
}

fn november() -> Month {
    "2026-11".parse().unwrap()
}

impl Injured {
    pub(crate) fn at(&self, day: Date) {
        self.town.service.clock().set(nine(day));
    }

    /// An injury of [`INJURED`] is registered.
    async fn injure(&self, number: &str) -> Injury {
        let decision = Recognition {
            happened_on: on(INJURED),
            applied_on: on(INJURED),
            accepted_on: on(INJURED),
            ..self
                .town
                .recognition(&self.employer_id, &self.person, number)
        };
        self.town.injure(&decision).await
    }

    /// On the day of a conclusion it is told and registered.
    pub(crate) async fn appraise(&self, number: &str, day: Date, degrees: (i32, NursingGrade)) {
        self.appraise_of(NUMBER, number, day, degrees).await;
    }

    async fn appraise_of(
        &self,
        recognition: &str,
        number: &str,
        day: Date,
        (grade, nursing): (i32, NursingGrade),
    ) {
        let conclusion = Conclusion {
            conclusion_number: number.to_owned(),
            recognition_number: recognition.to_owned(),
            concluded_on: on(day),
            disability_grade: grade,
            nursing_grade: nursing as i32,
            ..Conclusion::default()
        };
        self.conclude(conclusion).await;
    }

    /// On the day of a conclusion of the person it is told and registered.
    async fn conclude(&self, conclusion: Conclusion) -> WorkCapacityDecision {
        self.hear(conclusion.clone()).await;
        let registered = self.sign(&self.registered(&conclusion)).await.unwrap();
        chassis::wire::from_any(&registered.decision.unwrap()).unwrap()
    }

    /// Form 55-A of a conclusion.
    fn registered(&self, conclusion: &Conclusion) -> WorkCapacityForm {
        WorkCapacityForm {
            person_id: self.person.person_id.clone(),
            name: self.person.name.clone(),
            recognition_number: conclusion.recognition_number.clone(),
            conclusion_number: conclusion.conclusion_number.clone(),
            ..WorkCapacityForm::default()
        }
    }

    /// On the day of a conclusion of the person it is told.
    async fn hear(&self, conclusion: Conclusion) {
        let day = chassis::wire::day(conclusion.concluded_on).unwrap();
        if day > self.town.service.clock().today() {
            self.at(day);
        }
        let request = UploadConclusionsRequest {
            pooling_area: AREA.to_owned(),
            header: Some(BatchHeader {
                batch_id: Uuid::now_v7().to_string(),
                reference: "鉴定结论".to_owned(),
            }),
            totals: Some(BatchTotals { rows: 1, sum: None }),
            rows: vec![Conclusion {
                person_id: self.person.person_id.clone(),
                name: self.person.name.clone(),
                ..conclusion
            }],
            ..UploadConclusionsRequest::default()
        };
        let mut injuries = self.town.injuries().await;
        let sent = injuries.upload_conclusions(tokio_stream::iter([request]));
        let batch = sent.await.unwrap().into_inner().batch.unwrap();
        assert_eq!(batch.refused_rows, 0);
    }

    /// The labour relation ends on a day, and it is registered.
    pub(crate) async fn end(&self, day: Date) {
        self.end_of(NUMBER, day).await;
    }

    async fn end_of(&self, recognition: &str, day: Date) {
        let form = RelationChangeForm {
            employer_id: self.employer_id.clone(),
            person_id: self.person.person_id.clone(),
            name: self.person.name.clone(),
            recognition_number: recognition.to_owned(),
            change: RelationChange::End as i32,
            changes_on: on(day),
            end_ground: RelationEndGround::OwnWish as i32,
            ..RelationChangeForm::default()
        };
        self.sign(&form).await.unwrap();
    }

    /// Form 68-A through the employer.
    pub(crate) fn form(&self, occasion: DisabilityOccasion) -> DisabilityForm {
        DisabilityForm {
            employer_id: self.employer_id.clone(),
            person_id: self.person.person_id.clone(),
            name: self.person.name.clone(),
            recognition_number: NUMBER.to_owned(),
            occasion: occasion as i32,
            ..DisabilityForm::default()
        }
    }

    pub(crate) async fn sign<F: contracts::form::FormMessage>(
        &self,
        form: &F,
    ) -> Result<Case, Status> {
        self.town.service.approve(&handler(), form, PAPERS).await
    }

    /// Signed by everybody; answers form 5-7.
    pub(crate) async fn approve(&self, form: &DisabilityForm) -> DisabilityDecision {
        let case = self.sign(form).await.unwrap();
        chassis::wire::from_any(case.decision.as_ref().unwrap()).unwrap()
    }

    /// What would be decided.
    async fn preview(&self, form: &DisabilityForm) -> DisabilityDecision {
        let service = &self.town.service;
        let case = service.submit(&handler(), form, PAPERS).await.unwrap();
        service.decision(&case).await.unwrap()
    }

    /// Why a form is not approved.
    async fn refused(&self, form: &DisabilityForm) -> String {
        reason(&self.sign(form).await.unwrap_err())
    }

    /// What was told of benefits, decision by decision.
    pub(crate) async fn told(&self) -> Vec<Vec<Benefit>> {
        let told = self.town.told().await.into_iter();
        let decided = told.filter_map(|(_, what)| match what {
            What::BenefitsDecided(decided) => Some(decided.benefits),
            _ => None,
        });
        decided.collect()
    }

    /// Own wages that would be others by now.
    async fn differences(&self) -> Vec<OwnWageDifference> {
        let request = ListOwnWageDifferencesRequest {
            pooling_area: AREA.to_owned(),
            ..ListOwnWageDifferencesRequest::default()
        };
        let channel = self.town.service.connect(&handler()).await;
        let mut benefits = BenefitServiceClient::new(channel);
        let listed = benefits.list_own_wage_differences(request).await.unwrap();
        listed.into_inner().differences
    }

    /// Compares all own wages; answers what was raised.
    async fn compare(&self) -> Vec<OwnWageDifference> {
        let request = CompareOwnWagesRequest {
            pooling_area: AREA.to_owned(),
            request_id: Uuid::now_v7().to_string(),
            ..CompareOwnWagesRequest::default()
        };
        let channel = self.town.service.connect(&handler()).await;
        let mut benefits = BenefitServiceClient::new(channel);
        let compared = benefits.compare_own_wages(request).await.unwrap();
        compared.into_inner().raised
    }

    /// The decided claims that somebody sees, the newest decision first.
    async fn claims(&self, who: &Actor, request: ListCashClaimsRequest) -> Vec<CashClaim> {
        let request = ListCashClaimsRequest {
            pooling_area: AREA.to_owned(),
            ..request
        };
        let mut benefits = BenefitServiceClient::new(self.town.service.connect(who).await);
        let listed = benefits.list_cash_claims(request).await.unwrap();
        listed.into_inner().claims
    }
}

fn yuan(money: Option<&contracts::Money>) -> &str {
    money.unwrap().as_text()
}

fn text(month: Option<contracts::Month>) -> String {
    let month = month.map(|month| Month::try_from(month).unwrap().to_string());
    month.unwrap_or_default()
}

/// An award as a line: what, how much, from which month, who bears it.
pub(crate) fn lines(awards: &[Award]) -> Vec<String> {
    let line = |award: &Award| {
        let kind = award.benefit().as_str_name();
        let kind = kind.trim_start_matches("BENEFIT_KIND_");
        let (amount, from) = (yuan(award.amount.as_ref()), text(award.from_month));
        let payer = award.payer().as_str_name().trim_start_matches("PAYER_");
        format!("{kind} {amount} {from} {payer}").replace("  ", " ")
    };
    awards.iter().map(line).collect()
}

/// A benefit as it was told as a line: what, how much, from which month, who bears it, and what it does to the one before.
pub(crate) fn told(benefits: &[Benefit]) -> Vec<String> {
    let line = |benefit: &Benefit| {
        let kind = benefit.kind().as_str_name();
        let kind = kind.trim_start_matches("BENEFIT_KIND_");
        let (amount, from) = (yuan(benefit.amount.as_ref()), text(benefit.from_month));
        let payer = benefit.payer().as_str_name().trim_start_matches("PAYER_");
        let replaces = if benefit.replaces { " replaces" } else { "" };
        format!("{kind} {amount} {from} {payer}{replaces}").replace("  ", " ")
    };
    benefits.iter().map(line).collect()
}

/// A line of the worksheet of an award.
pub(crate) fn line<'a>(
    awards: &'a [Award],
    kind: BenefitKind,
    label: &str,
) -> Option<(&'a str, &'a str)> {
    let award = awards.iter().find(|award| award.benefit() == kind)?;
    let mut lines = award.worksheet.as_ref()?.lines.iter();
    let line = lines.find(|line| line.label == label)?;
    Some((line.value.as_str(), line.source.as_str()))
}

/// Once and by the month, of fund and employer.
fn sums(decision: &DisabilityDecision) -> [&str; 4] {
    let sums = [
        &decision.fund_once,
        &decision.employer_once,
        &decision.fund_monthly,
        &decision.employer_monthly,
    ];
    sums.map(|sum| yuan(sum.as_ref()))
}

// Art. 68
#[tokio::test]
async fn an_appraisal_makes_the_lump_sum_the_allowance_and_nursing_due() {
    let injured = injured().await;
    injured
        .appraise(CONCLUSION, CONCLUDED, (3, NursingGrade::Mostly))
        .await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    let service = &injured.town.service;
    let own = party(Caller::Employer, &injured.employer_id);
    let missing = service.submit(&own, &form, &[]).await.unwrap_err();
    assert_eq!(reason(&missing), "EVIDENCE_MISSING");
    let paper = [EvidenceKind::AppraisalConclusion];
    let case = service.submit(&own, &form, &paper).await.unwrap();
    let decision: DisabilityDecision = service.decision(&case).await.unwrap();
    assert_eq!(
        lines(&decision.awards),
        [
            "LUMP_SUM_DISABILITY 138000.00 FUND",
            "DISABILITY_ALLOWANCE 4800.00 2027-04 FUND",
            "NURSING_ALLOWANCE 3200.00 2027-04 FUND",
        ]
    );
    assert_eq!(sums(&decision), ["138000.00", "0.00", "8000.00", "0.00"]);
    let own_wage = decision.own_wage.as_ref().unwrap();
    assert_eq!((own_wage.sum.as_str(), own_wage.months), ("6000.00", 1));
    assert_eq!(decision.conclusion_number, CONCLUSION);
    assert_eq!((decision.claim_id.as_str(), decision.sequence), ("", 0));
    let least = line(
        &decision.awards,
        BenefitKind::DisabilityAllowance,
        "当地最低工资标准",
    );
    assert_eq!(least.map(|(value, _)| value), Some("2360"));
    assert!(injured.told().await.is_empty());
    service.sign_off(&case).await.unwrap();

    let decided = injured.told().await;
    assert_eq!(decided.len(), 1);
    assert_eq!(told(&decided[0]), lines(&decision.awards));
    for benefit in &decided[0] {
        assert_eq!(benefit.payee(), PayeeKind::Person);
        assert_eq!(benefit.payee_id, injured.person.person_id);
        assert_eq!(benefit.employer_id, injured.employer_id);
        assert_eq!(benefit.claim_id, case.case_id);
        assert!(!benefit.is_difference);
    }
    let person = party(Caller::Person, &injured.person.person_id);
    let stranger = party(Caller::Employer, &employer_id(9));
    for (who, expected) in [(&own, 1), (&person, 1), (&handler(), 1), (&stranger, 0)] {
        let seen = injured.claims(who, ListCashClaimsRequest::default()).await;
        assert_eq!(seen.len(), expected);
        for claim in seen {
            assert_eq!(claim.kind(), CashClaimKind::Disability);
            assert_eq!(claim.awards, decision.awards);
            assert_eq!(claim.own_wage, decision.own_wage);
        }
    }
}

// Art. 68
#[tokio::test]
async fn a_person_applies_alone_with_the_identity_card() {
    let injured = injured().await;
    injured
        .appraise(CONCLUSION, CONCLUDED, (10, NursingGrade::Unspecified))
        .await;
    let form = DisabilityForm {
        employer_id: String::new(),
        ..injured.form(DisabilityOccasion::Appraisal)
    };
    let own = party(Caller::Person, &injured.person.person_id);
    let service = &injured.town.service;
    let few = [EvidenceKind::AppraisalConclusion];
    let missing = service.submit(&own, &form, &few).await.unwrap_err();
    assert_eq!(reason(&missing), "EVIDENCE_MISSING");
    let stranger = party(Caller::Person, &Uuid::now_v7().to_string());
    let denied = service.submit(&stranger, &form, PAPERS).await.unwrap_err();
    assert_eq!(reason(&denied), "DENIED");
    let papers = [
        EvidenceKind::AppraisalConclusion,
        EvidenceKind::IdentityCard,
    ];
    service.approve(&own, &form, &papers).await.unwrap();
    let decided = injured.told().await;
    assert_eq!(told(&decided[0]), ["LUMP_SUM_DISABILITY 42000.00 FUND"]);
}
