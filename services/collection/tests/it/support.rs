//! What the tests of all sections share: an agency, employers with their staff, and months.

use chassis::testing::{AREA, TestService, clerk};
use chassis::{Actor, Reaction, Told, wire};
use collection::reactions::Registration;
use contracts::collection::v1::arrears_service_client::ArrearsServiceClient;
use contracts::collection::v1::assessment_service_client::AssessmentServiceClient;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    AssessmentRunOrder, BackPaymentDeclaration, BackPaymentReason, BackPaymentRow, CollectionEvent,
    ContributionAssessment, ContributionBaseDeclaration, GetContributionAssessmentRequest,
    LedgerAccount, LedgerEntry, ListLedgerEntriesRequest, MonthSummary, SmallServiceDeclaration,
    SmallServiceMeasure, SmallServiceTrade, WageRosterRow,
};
use contracts::common::v1::case_service_client::CaseServiceClient;
use contracts::common::v1::event_service_client::EventServiceClient;
use contracts::common::v1::{
    Case, CaseState, EvidenceKind, GetCaseRequest, ParameterChangeForm, ReadEventsRequest, Run,
    RunState, SignCaseRequest,
};
use contracts::form::FormMessage;
use contracts::options::v1::{Department, Duty};
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    Employer, EmployerFacts, EmployerRegistered, Enrolment, EnrolmentEnded, Person, PersonEnrolled,
    PersonPreEnrolled, RegistrationEvent, RiskClass, RiskClassSet,
};
use law::Month;
use law::identity::{CitizenNumber, OrganisationCode, SocialCreditCode};
use rust_decimal::Decimal;
use time::macros::date;
use time::{Date, OffsetDateTime, Time};
use tonic::Status;
use uuid::Uuid;

pub use crate::runs::{done, ordered, preview, run, sign, sign_off};

/// All papers that an application of the chapter may need.
pub const PAPERS: &[EvidenceKind] = &[
    EvidenceKind::WageStatistics,
    EvidenceKind::WagePaymentDetail,
    EvidenceKind::SignedWageRoster,
    EvidenceKind::BaseCommitment,
    EvidenceKind::RateDisputeGrounds,
    EvidenceKind::ProjectContract,
    EvidenceKind::PremisesProof,
    EvidenceKind::OutputProof,
    EvidenceKind::AbilityAuditReport,
    EvidenceKind::SuccessionProof,
    EvidenceKind::BankruptcyJudgment,
];

/// The service alone, on 2026-11-02.
pub async fn collection() -> TestService {
    TestService::start(collection::service()).await
}

/// The clerk who takes applications in.
pub fn handler() -> Actor {
    clerk(Department::Collection, Duty::Handler)
}

/// The number of employer `n` of a test.
pub fn employer_id(n: u32) -> String {
    let organisation = OrganisationCode::with_check(&format!("MA{n:06}")).unwrap();
    SocialCreditCode::with_check(&format!("91{AREA}{organisation}"))
        .unwrap()
        .to_string()
}

/// The identity number of citizen `n` of a test.
pub fn citizen(n: u16) -> String {
    CitizenNumber::compose("440301", date!(1990 - 05 - 01), n)
        .unwrap()
        .to_string()
}

/// The name of citizen `n`.
pub fn name(n: u16) -> String {
    format!("职工{n}")
}

/// The number of person `n`.
pub fn person_id(n: u16) -> Uuid {
    Uuid::from_u128(0x1000 + u128::from(n))
}

/// A month of 2026.
pub fn month(number: u8) -> Month {
    Month::new(2026, number).unwrap()
}

/// Yuan.
pub fn yuan(text: &str) -> Option<contracts::Money> {
    Some(contracts::Money::from_text(text))
}

/// Registration tells that employer `n` takes part since the beginning of 2024, in an industry.
pub fn registered(n: u32, industry: &str) -> Vec<What> {
    let starts_on = Some(date!(2024 - 01 - 01).into());
    let facts = EmployerFacts {
        name: format!("深圳市第{n}有限公司"),
        credit_code: employer_id(n),
        ..EmployerFacts::default()
    };
    let employer = Employer {
        employer_id: employer_id(n),
        facts: Some(facts),
        starts_on,
        ..Employer::default()
    };
    vec![
        What::EmployerRegistered(EmployerRegistered {
            employer: Some(employer),
            ..EmployerRegistered::default()
        }),
        moved(n, industry, date!(2024 - 01 - 01)),
    ]
}

/// Registration tells that person `who` is insured through employer `n` from a month on, in which it
/// was declared.
pub fn enrolled(n: u32, who: u16, wage: u32, from: Month) -> What {
    enrolled_late(n, who, wage, (from, from))
}

/// Registration tells that person `who`, insured from a month on, was declared in another.
pub fn enrolled_late(n: u32, who: u16, wage: u32, (from, declared): (Month, Month)) -> What {
    What::PersonEnrolled(PersonEnrolled {
        enrolment: Some(enrolment(n, who, wage)),
        from_month: Some(from.into()),
        first_time: true,
        declared_month: Some(declared.into()),
    })
}

/// Registration tells that person `who` was hired after the window of `from`.
pub fn pre_enrolled(n: u32, who: u16, wage: u32, from: Month) -> What {
    What::PersonPreEnrolled(PersonPreEnrolled {
        enrolment: Some(enrolment(n, who, wage)),
        from_month: Some(from.into()),
        declared_month: Some(from.next().into()),
        first_time: true,
        goes_on: false,
    })
}

/// Registration tells that a person who was enrolled by `hired` is insured until a day.
pub fn ended(hired: &What, ends_on: Date) -> What {
    let enrolment = match hired {
        What::PersonEnrolled(event) => event.enrolment.clone(),
        What::PersonPreEnrolled(event) => event.enrolment.clone(),
        _ => None,
    };
    let enrolment = enrolment.unwrap();
    What::EnrolmentEnded(EnrolmentEnded {
        enrolment_id: enrolment.enrolment_id,
        employer_id: enrolment.employer_id,
        ends_on: Some(ends_on.into()),
        ..EnrolmentEnded::default()
    })
}

/// Registration tells that employer `n` is in another industry from a day on.
pub fn moved(n: u32, industry: &str, from_on: Date) -> What {
    What::RiskClassSet(RiskClassSet {
        employer_id: employer_id(n),
        risk_class: Some(RiskClass {
            industry_code: industry.to_owned(),
            from_on: Some(from_on.into()),
            ..RiskClass::default()
        }),
    })
}

fn enrolment(n: u32, who: u16, wage: u32) -> Enrolment {
    Enrolment {
        enrolment_id: Uuid::now_v7().to_string(),
        employer_id: employer_id(n),
        person_id: person_id(who).to_string(),
        wage: Some(Decimal::from(wage).into()),
        person: Some(Person {
            person_id: person_id(who).to_string(),
            identity_number: citizen(who),
            name: name(who),
            ..Person::default()
        }),
        ..Enrolment::default()
    }
}

/// Events as the feed of registration has them.
pub fn told_at(at: OffsetDateTime, events: Vec<What>) -> Vec<Told<RegistrationEvent>> {
    let told = |what| Told {
        key: String::new(),
        event: RegistrationEvent { what: Some(what) },
        happened_at: at,
        request_id: Uuid::now_v7(),
    };
    events.into_iter().map(told).collect()
}

/// The feed of registration is read.
pub async fn tell(service: &TestService, events: Vec<What>) {
    let told = told_at(service.clock().now(), events);
    service
        .platform
        .do_once(
            &Actor::service("registration"),
            AREA,
            "feed.registration",
            Uuid::now_v7(),
            |unit| Box::pin(async move { Registration.apply(unit, &told).await }),
        )
        .await
        .unwrap();
}

/// Employer 1 in coal mining (class 8, 1.9%) with persons 1 and 2 at 6000 and 4000 yuan since October.
pub async fn coal_mine(service: &TestService) {
    let mut events = registered(1, "06");
    events.push(enrolled(1, 1, 6000, month(10)));
    events.push(enrolled(1, 2, 4000, month(10)));
    service.clock().set(at(date!(2026 - 10 - 05)));
    tell(service, events).await;
}

/// Nine in the morning.
pub fn at(on: Date) -> OffsetDateTime {
    on.with_time(Time::MIDNIGHT)
        .assume_offset(chassis::clock::SHANGHAI)
        + time::Duration::hours(9)
}

/// A line of the wage roster.
pub fn wage(who: u16, yuan: &str) -> WageRosterRow {
    WageRosterRow {
        employer_id: String::new(),
        identity_number: citizen(who),
        name: name(who),
        monthly_wage: Some(contracts::Money::from_text(yuan)),
    }
}

/// The declaration of employer 1 for months, with what its roster comes to.
pub fn declaration(
    first: Month,
    last: Month,
    roster: Vec<WageRosterRow>,
) -> ContributionBaseDeclaration {
    let sum: Decimal = roster
        .iter()
        .map(|row| row.monthly_wage.as_ref().unwrap().decimal().unwrap())
        .sum();
    ContributionBaseDeclaration {
        employer_id: employer_id(1),
        from_month: Some(first.into()),
        to_month: Some(last.into()),
        headcount: u32::try_from(roster.len()).unwrap(),
        payroll: Some(sum.into()),
        roster,
        roster_batch_id: String::new(),
    }
}

/// Has an application signed by everybody.
pub async fn approve<F: FormMessage>(service: &TestService, form: &F) -> Result<Case, Status> {
    service.approve(&handler(), form, PAPERS).await
}

/// Has an application signed by everybody, each of whom asks twice with one request: the second time another
/// replica answers, as the first one was stopped.
pub async fn approve_twice<F: FormMessage>(
    mut service: TestService,
    form: &F,
    papers: &[EvidenceKind],
) -> TestService {
    let mut case = service.submit(&handler(), form, papers).await.unwrap();
    while case.state() != CaseState::Approved {
        let signer = clerk(Department::Collection, case.awaited());
        let mut cases = CaseServiceClient::new(service.connect(&signer).await);
        let shown = GetCaseRequest {
            pooling_area: AREA.to_owned(),
            case_id: case.case_id,
        };
        let shown = cases.get_case(shown).await.unwrap().into_inner();
        let shown = shown.case.unwrap();
        let request = SignCaseRequest {
            pooling_area: AREA.to_owned(),
            request_id: Uuid::now_v7().to_string(),
            case_id: shown.case_id,
            decision_digest: shown.decision_digest,
            ..SignCaseRequest::default()
        };
        let first = cases.sign_case(request.clone()).await.unwrap();
        service = service.replace(collection::service()).await;
        let mut cases = CaseServiceClient::new(service.connect(&signer).await);
        let second = cases.sign_case(request).await.unwrap().into_inner();
        assert_eq!(first.into_inner(), second);
        case = second.case.unwrap();
    }
    service
}

/// Everybody's wage declared for a month, so that nothing of it is provisional.
pub async fn declare(service: &TestService, of: Month, people: &[(u16, &str)]) {
    service.clock().set(at(of.first_day()));
    let roster = people.iter().map(|(who, yuan)| wage(*who, yuan)).collect();
    approve(service, &declaration(of, of, roster))
        .await
        .unwrap();
}

/// The small business `n`, of one person, declares months in the special way, for which the area has its rules.
pub async fn by_headcount(
    service: &TestService,
    n: u32,
    (first, last): (Month, Month),
) -> SmallServiceDeclaration {
    set(service, "area_average_monthly_wage", "6000").await;
    set(service, "small_service_wage_ratio", "0.6").await;
    SmallServiceDeclaration {
        employer_id: employer_id(n),
        from_month: Some(first.into()),
        to_month: Some(last.into()),
        trade: SmallServiceTrade::Other as i32,
        measure: SmallServiceMeasure::Headcount as i32,
        headcount: 1,
        ..SmallServiceDeclaration::default()
    }
}

/// A line of form 3-11: what the base of person `who` should have been.
pub fn owed(who: u16, of: Month, base: &str) -> BackPaymentRow {
    BackPaymentRow {
        identity_number: citizen(who),
        name: name(who),
        month: Some(of.into()),
        base: yuan(base),
        ..BackPaymentRow::default()
    }
}

/// Form 3-11 of employer 1, where too little was declared.
pub fn back_payment(rows: Vec<BackPaymentRow>) -> BackPaymentDeclaration {
    BackPaymentDeclaration {
        employer_id: employer_id(1),
        reason: BackPaymentReason::TooLow as i32,
        rows,
        ..BackPaymentDeclaration::default()
    }
}

/// The order to assess a month.
pub fn order(of: Month) -> AssessmentRunOrder {
    AssessmentRunOrder {
        month: Some(of.into()),
        ..AssessmentRunOrder::default()
    }
}

/// Orders the assessment of a month on the 16th and waits until it can be signed.
pub async fn previewed(service: &TestService, of: Month) -> Run {
    previewed_on(service, of, of.first_day().replace_day(16).unwrap()).await
}

/// Orders the assessment of a month on a day and waits until it can be signed.
pub async fn previewed_on(service: &TestService, of: Month, day: Date) -> Run {
    service.clock().set(at(day));
    let run = preview(service, &order(of)).await;
    assert_eq!(run.state(), RunState::Previewed, "{}", run.error);
    run
}

/// Assesses a month on the 16th, after its declaration window.
pub async fn assess(service: &TestService, of: Month) -> MonthSummary {
    let run = previewed(service, of).await;
    let run = sign(service, &run).await;
    assert_eq!(run.state(), RunState::Done, "{}", run.error);
    wire::from_any(run.summary.as_ref().unwrap()).unwrap()
}

/// The assessment of employer `n` for a month.
pub async fn assessment(
    service: &TestService,
    n: u32,
    of: Month,
) -> Result<ContributionAssessment, Status> {
    let request = GetContributionAssessmentRequest {
        pooling_area: AREA.to_owned(),
        employer_id: employer_id(n),
        month: Some(of.into()),
    };
    let mut client = AssessmentServiceClient::new(service.connect(&handler()).await);
    let found = client
        .get_contribution_assessment(request)
        .await?
        .into_inner();
    Ok(found.assessment.unwrap())
}

/// The principal of a month of employer `n`, entry by entry.
pub async fn principal(service: &TestService, n: u32, of: Month) -> Vec<LedgerEntry> {
    let request = ListLedgerEntriesRequest {
        pooling_area: AREA.to_owned(),
        employer_id: employer_id(n),
        month: Some(of.into()),
        page_size: 100,
        ..ListLedgerEntriesRequest::default()
    };
    let mut client = ArrearsServiceClient::new(service.connect(&handler()).await);
    let entries = client.list_ledger_entries(request).await.unwrap();
    let mut entries = entries.into_inner().entries;
    entries.retain(|entry| entry.account() == LedgerAccount::Principal);
    entries
}

/// The amounts of entries.
pub fn amounts(entries: &[LedgerEntry]) -> Vec<String> {
    let amount = |entry: &LedgerEntry| entry.amount.as_ref().unwrap().to_string();
    entries.iter().map(amount).collect()
}

/// Everything that was told, in order, with its key. Events are served once no older transaction of
/// any test runs on the same server, so this reads on until all are there.
pub async fn told(service: &TestService) -> Vec<(String, Happened)> {
    let mut client = EventServiceClient::new(service.connect_as_service("registration").await);
    let written = written(service).await;
    let (mut told, mut cursor) = (Vec::new(), String::new());
    while told.len() < written {
        let request = ReadEventsRequest {
            cursor: cursor.clone(),
            page_size: 10_000,
            wait_seconds: 1,
            ..ReadEventsRequest::default()
        };
        for event in client
            .read_events(request)
            .await
            .unwrap()
            .into_inner()
            .events
        {
            cursor = event.cursor;
            let payload: CollectionEvent = wire::from_any(&event.payload.unwrap()).unwrap();
            told.push((event.key, payload.happened.unwrap()));
        }
    }
    told
}

/// How many events the feed holds, served or not.
async fn written(service: &TestService) -> usize {
    let area = ReadEventsRequest {
        pooling_area: AREA.to_owned(),
        ..ReadEventsRequest::default()
    };
    let count: i64 = service
        .platform
        .glance(&Actor::service("collection"), area, |unit, _| {
            Box::pin(async move {
                Ok(sqlx::query_scalar("SELECT count(*) FROM event")
                    .fetch_one(unit.db())
                    .await?)
            })
        })
        .await
        .unwrap();
    usize::try_from(count).unwrap()
}

/// The area sets a parameter of its own since the beginning of 2026.
pub async fn set(service: &TestService, name: &str, value: &str) {
    set_from(service, name, value, date!(2026 - 01 - 01)).await;
}

/// Sets a parameter of the area from a day on.
pub async fn set_from(service: &TestService, name: &str, value: &str, from: Date) {
    let form = ParameterChangeForm {
        name: name.to_owned(),
        value: value.to_owned(),
        from: Some(from.into()),
        source: "省人社厅文件".to_owned(),
    };
    let rule = [EvidenceKind::LocalRule];
    let information = clerk(Department::Information, Duty::Handler);
    service.approve(&information, &form, &rule).await.unwrap();
}
