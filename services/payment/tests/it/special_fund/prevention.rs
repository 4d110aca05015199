//! Prevention: articles 85 and 86.

use chassis::testing::{AREA, TestService, reason};
use contracts::Money;
use contracts::collection::v1::collection_event::Happened;
use contracts::collection::v1::{
    CollectionEvent, CreditApplied, EnteredReceipt, LedgerAccount, ReceiptsEntered,
};
use contracts::common::v1::EvidenceKind;
use contracts::payment::v1::special_fund_service_client::SpecialFundServiceClient;
use contracts::payment::v1::{
    ContractorBasis, ListPreventionBudgetsRequest, ListPreventionContractsRequest,
    ListPreventionSpendingRequest, PaymentChannel, PaymentPurpose, PreventionBudgetForm,
    PreventionClaim, PreventionContractForm, PreventionKind, PreventionProject,
    PreventionSpendingForm, PreventionStage,
};
use law::identity::{OrganisationCode, SocialCreditCode};
use payment::reactions::Collection;
use time::Date;
use time::macros::date;
use tonic::Status;

use super::{account, ordered, set};
use crate::support::*;

const PLAN: &[EvidenceKind] = &[EvidenceKind::PreventionPlan, EvidenceKind::BudgetApproval];
const AGREEMENT: &[EvidenceKind] = &[
    EvidenceKind::ServiceAgreement,
    EvidenceKind::ContractorProof,
];
const ACCEPTED: &[EvidenceKind] = &[EvidenceKind::AcceptanceReport];
const SCHOOL: &str = "安全生产培训学校";

/// Money came in.
async fn came_in(service: &TestService, account: LedgerAccount, amount: &str, on: Date) {
    let receipt = EnteredReceipt {
        employer_id: EMPLOYER.to_owned(),
        account: account as i32,
        amount: Some(Money::from_text(amount)),
        arrived_on: Some(on.into()),
        ..EnteredReceipt::default()
    };
    hear(
        service,
        Happened::ReceiptsEntered(ReceiptsEntered {
            receipts: vec![receipt],
            ..ReceiptsEntered::default()
        }),
    )
    .await;
}

async fn hear(service: &TestService, happened: Happened) {
    let happened = Some(happened);
    let heard = service.hear(Collection, CollectionEvent { happened });
    heard.await.unwrap();
}

/// In 2025 a million of contributions came in, so that 30,000 may be spent in 2026.
async fn town() -> TestService {
    let service = alone().await;
    let principal = LedgerAccount::Principal;
    came_in(&service, principal, "600000.00", date!(2025 - 03 - 10)).await;
    came_in(&service, principal, "399000.00", date!(2025 - 12 - 31)).await;
    came_in(&service, principal, "500000.00", date!(2026 - 01 - 01)).await;
    came_in(
        &service,
        LedgerAccount::LateFee,
        "70000.00",
        date!(2025 - 05 - 10),
    )
    .await;
    came_in(
        &service,
        LedgerAccount::Suspense,
        "80000.00",
        date!(2025 - 05 - 10),
    )
    .await;
    let applied = CreditApplied {
        employer_id: EMPLOYER.to_owned(),
        account: principal as i32,
        amount: Some(Money::from_text("1000.00")),
        applied_on: Some(date!(2025 - 06 - 01).into()),
        ..CreditApplied::default()
    };
    hear(&service, Happened::CreditApplied(applied)).await;
    service
}

fn project(number: &str, kind: PreventionKind, quarters: [&str; 4]) -> PreventionProject {
    let [first, second, third, fourth] = quarters.map(|text| Some(Money::from_text(text)));
    PreventionProject {
        project_number: number.to_owned(),
        title: format!("项目{number}"),
        kind: kind as i32,
        first_quarter: first,
        second_quarter: second,
        third_quarter: third,
        fourth_quarter: fourth,
    }
}

fn training(quarters: [&str; 4]) -> PreventionProject {
    project("P1", PreventionKind::Training, quarters)
}

fn budget(projects: Vec<PreventionProject>) -> PreventionBudgetForm {
    PreventionBudgetForm {
        year: 2026,
        plan_number: "深人社发〔2026〕1号".to_owned(),
        approval_number: "深府复〔2026〕2号".to_owned(),
        approved_on: Some(date!(2026 - 02 - 01).into()),
        projects,
    }
}

fn agreement(number: &str, amount: &str) -> PreventionContractForm {
    let organisation = OrganisationCode::with_check("MA000002").unwrap();
    let code = SocialCreditCode::with_check(&format!("52{AREA}{organisation}")).unwrap();
    PreventionContractForm {
        year: 2026,
        project_number: "P1".to_owned(),
        contract_number: number.to_owned(),
        contractor_code: code.to_string(),
        contractor_name: SCHOOL.to_owned(),
        basis: ContractorBasis::Procurement as i32,
        duties: "培训一线职工两千人次，培训后考核".to_owned(),
        amount: Some(Money::from_text(amount)),
        signed_on: Some(date!(2026 - 03 - 01).into()),
        from_on: Some(date!(2026 - 03 - 01).into()),
        until_on: Some(date!(2026 - 12 - 31).into()),
        account: Some(account(SCHOOL)),
    }
}

fn prepayment(number: &str, amount: &str) -> PreventionClaim {
    PreventionClaim {
        contract_number: number.to_owned(),
        stage: PreventionStage::Prepayment as i32,
        amount: Some(Money::from_text(amount)),
        ..PreventionClaim::default()
    }
}

fn rest(number: &str, amount: &str) -> PreventionClaim {
    PreventionClaim {
        stage: PreventionStage::Final as i32,
        acceptance_number: "验〔2026〕1号".to_owned(),
        accepted_on: Some(date!(2026 - 10 - 20).into()),
        ..prepayment(number, amount)
    }
}

fn spending(of: &str, claims: Vec<PreventionClaim>) -> PreventionSpendingForm {
    PreventionSpendingForm {
        year: 2026,
        month: wire_month(of),
        claims,
    }
}

async fn plan(service: &TestService, projects: Vec<PreventionProject>) -> Result<(), Status> {
    let form = budget(projects);
    service.approve(&handler(), &form, PLAN).await.map(drop)
}

async fn agree(service: &TestService, form: &PreventionContractForm) -> Result<(), Status> {
    service.approve(&handler(), form, AGREEMENT).await.map(drop)
}

async fn spend(service: &TestService, form: &PreventionSpendingForm) -> Result<String, Status> {
    let case = service.approve(&handler(), form, ACCEPTED).await?;
    Ok(case.case_id)
}

// Art. 85
#[tokio::test]
async fn a_budget_stays_within_a_part_of_what_came_in_the_year_before() {
    let service = town().await;
    let over = training(["10000.00", "10000.00", "10000.00", "0.01"]);
    let refused = plan(&service, vec![over]).await.unwrap_err();
    assert_eq!(reason(&refused), "PREVENTION_LIMIT");
    let check_up = project("P2", PreventionKind::CheckUp, ["1.00", "0", "0", "0"]);
    let nothing = project("P3", PreventionKind::Publicity, ["0", "0", "0", "0"]);
    let one = || training(["10000.00", "10000.00", "10000.00", "0"]);
    for (projects, expected) in [
        (vec![check_up], "PREVENTION_KIND"),
        (vec![one(), nothing], "PREVENTION_PROJECT_TWICE"),
        (
            vec![
                training(["1.00", "0", "0", "0"]),
                training(["1.00", "0", "0", "0"]),
            ],
            "PREVENTION_PROJECT_TWICE",
        ),
    ] {
        let refused = plan(&service, projects).await.unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    let early = PreventionBudgetForm {
        approved_on: Some(date!(2026 - 11 - 03).into()),
        ..budget(vec![one()])
    };
    let refused = service.approve(&handler(), &early, PLAN).await.unwrap_err();
    assert_eq!(reason(&refused), "PREVENTION_BUDGET_DATE");
    plan(&service, vec![one()]).await.unwrap();
    // The province agreed to more.
    set(&service, "prevention_ratio", "0.04").await;
    let more = training(["10000.00", "10000.00", "10000.00", "10000.00"]);
    plan(&service, vec![more]).await.unwrap();

    let mut client = SpecialFundServiceClient::new(service.connect(&handler()).await);
    let request = ListPreventionBudgetsRequest {
        pooling_area: AREA.to_owned(),
        ..ListPreventionBudgetsRequest::default()
    };
    let listed = client.list_prevention_budgets(request).await.unwrap();
    let listed = listed.into_inner().budgets;
    let shown: Vec<_> = listed
        .iter()
        .map(|one| (yuan(one.total.as_ref()), yuan(one.limit.as_ref())))
        .collect();
    let both = |text: &str| (text.to_owned(), text.to_owned());
    assert_eq!(shown, [both("40000.00"), both("30000.00")]);
}

// Art. 85
#[tokio::test]
async fn an_agreement_is_signed_for_a_project_of_the_budget_and_within_it() {
    let service = town().await;
    let refused = agree(&service, &agreement("A1", "1.00")).await.unwrap_err();
    assert_eq!(reason(&refused), "PREVENTION_PROJECT_UNKNOWN");
    plan(&service, vec![training(["5000.00", "5000.00", "0", "0"])])
        .await
        .unwrap();
    agree(&service, &agreement("A1", "8000.00")).await.unwrap();
    let later = PreventionContractForm {
        until_on: Some(date!(2026 - 02 - 28).into()),
        ..agreement("A2", "2000.00")
    };
    let strange = PreventionContractForm {
        account: Some(account("别的学校")),
        ..agreement("A2", "2000.00")
    };
    for (form, expected) in [
        (agreement("A1", "1.00"), "PREVENTION_CONTRACT_KNOWN"),
        (agreement("A2", "2000.01"), "PREVENTION_CONTRACT_AMOUNT"),
        (later, "PREVENTION_CONTRACT_DATES"),
        (strange, "PREVENTION_ACCOUNT_HOLDER"),
    ] {
        let refused = agree(&service, &form).await.unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    agree(&service, &agreement("A2", "2000.00")).await.unwrap();
    // What was agreed is not planned away.
    let less = training(["5000.00", "4999.99", "0", "0"]);
    let refused = plan(&service, vec![less]).await.unwrap_err();
    assert_eq!(reason(&refused), "PREVENTION_BELOW_CONTRACTS");
}

// Art. 85, Art. 86
#[tokio::test]
async fn spending_is_prepaid_accepted_and_held_against_the_plan_of_the_quarters() {
    let service = town().await;
    plan(
        &service,
        vec![training(["4000.00", "3000.00", "2000.00", "1000.00"])],
    )
    .await
    .unwrap();
    agree(&service, &agreement("A1", "6000.00")).await.unwrap();
    agree(&service, &agreement("A2", "4000.00")).await.unwrap();
    let undated = PreventionClaim {
        accepted_on: None,
        ..rest("A1", "1.00")
    };
    let dated = PreventionClaim {
        stage: PreventionStage::Prepayment as i32,
        ..rest("A1", "3000.00")
    };
    let cases = [
        (
            "2026-06",
            vec![prepayment("A9", "1.00")],
            "PREVENTION_CONTRACT_UNKNOWN",
        ),
        (
            "2026-06",
            vec![prepayment("A1", "1799.99")],
            "PREVENTION_PREPAYMENT",
        ),
        (
            "2026-06",
            vec![prepayment("A1", "4200.01")],
            "PREVENTION_PREPAYMENT",
        ),
        ("2026-06", vec![undated], "PREVENTION_NOT_ACCEPTED"),
        ("2026-06", vec![dated], "PREVENTION_NOT_ACCEPTED"),
        (
            "2026-06",
            vec![rest("A1", "6000.01")],
            "PREVENTION_OVER_CONTRACT",
        ),
        (
            "2026-12",
            vec![prepayment("A1", "3000.00")],
            "PREVENTION_MONTH",
        ),
        (
            "2025-12",
            vec![prepayment("A1", "3000.00")],
            "PREVENTION_MONTH",
        ),
        (
            "2026-03",
            vec![prepayment("A1", "3000.00"), prepayment("A2", "1200.00")],
            "PREVENTION_OVER_PLAN",
        ),
        (
            "2026-03",
            vec![prepayment("A1", "1800.00"), prepayment("A1", "1800.00")],
            "PREVENTION_CONTRACT_UNKNOWN",
        ),
    ];
    for (month, claims, expected) in cases {
        let refused = spend(&service, &spending(month, claims)).await.unwrap_err();
        assert_eq!(reason(&refused), expected);
    }
    assert!(ordered(&service).await.is_empty());

    let claims = vec![prepayment("A1", "2800.00"), prepayment("A2", "1200.00")];
    let case_id = spend(&service, &spending("2026-03", claims)).await.unwrap();
    let again = spending("2026-06", vec![prepayment("A1", "1800.00")]);
    let refused = spend(&service, &again).await.unwrap_err();
    assert_eq!(reason(&refused), "PREVENTION_PREPAYMENT");
    let early = spending(
        "2026-09",
        vec![rest("A1", "3200.00"), rest("A2", "2800.00")],
    );
    let refused = spend(&service, &early).await.unwrap_err();
    assert_eq!(reason(&refused), "PREVENTION_OVER_PLAN");
    let last = spending(
        "2026-10",
        vec![rest("A1", "3200.00"), rest("A2", "2800.00")],
    );
    spend(&service, &last).await.unwrap();
    let over = spending("2026-11", vec![rest("A2", "0.01")]);
    let refused = spend(&service, &over).await.unwrap_err();
    assert_eq!(reason(&refused), "PREVENTION_OVER_CONTRACT");

    let orders = ordered(&service).await;
    let amounts: Vec<_> = orders.iter().map(|one| yuan(one.amount.as_ref())).collect();
    assert_eq!(amounts, ["4000.00", "6000.00"]);
    assert_eq!(
        (
            orders[0].channel(),
            orders[0].purpose(),
            orders[0].payee_name.as_str()
        ),
        (
            PaymentChannel::PreventionContractor,
            PaymentPurpose::Prevention,
            SCHOOL
        )
    );
    assert_eq!(orders[0].run_id, case_id);
    let mut client = SpecialFundServiceClient::new(service.connect(&handler()).await);
    let request = ListPreventionSpendingRequest {
        pooling_area: AREA.to_owned(),
        year: 2026,
        ..ListPreventionSpendingRequest::default()
    };
    let listed = client.list_prevention_spending(request).await.unwrap();
    let listed = listed.into_inner().spending;
    let sums = listed.iter().map(|one| {
        [&one.budget, &one.spent_before, &one.total, &one.limit].map(|of| yuan(of.as_ref()))
    });
    let sums: Vec<_> = sums.collect();
    assert_eq!(
        sums,
        [
            ["10000.00", "4000.00", "6000.00", "30000.00"],
            ["10000.00", "0.00", "4000.00", "30000.00"]
        ]
    );
    let request = ListPreventionContractsRequest {
        pooling_area: AREA.to_owned(),
        ..ListPreventionContractsRequest::default()
    };
    let listed = client.list_prevention_contracts(request).await.unwrap();
    let contracts = listed.into_inner().contracts;
    let paid: Vec<_> = contracts
        .iter()
        .map(|one| yuan(one.paid.as_ref()))
        .collect();
    assert_eq!(paid, ["4000.00", "6000.00"]);
    // What is paid for prevention is no benefit.
    assert!(ledger(&service, &handler()).await.is_empty());
}
