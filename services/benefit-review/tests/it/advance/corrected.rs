//! What was paid by others, and what turns out to be less than was advanced.

use benefit_review::reactions::Audit;

use super::*;

const LUMP_SUM: BenefitKind = BenefitKind::LumpSumDisability;

/// Form 77-A that corrects what was stated of the lump sum.
fn corrects(advance_id: &str, amount: &str) -> AdvanceReviewForm {
    let mut form = review(advance_id, &[(LUMP_SUM, amount)]);
    form.paid[0].correction = "误将待付款计入".to_owned();
    form
}

/// The whole ledger, the oldest first: what kind of entry, yuan, balance.
async fn ledger(town: &Town) -> Vec<(AdvanceEntryKind, String, String)> {
    let listed = entries(town, &handler(), ListAdvanceEntriesRequest::default()).await;
    let line = |one: &AdvanceEntry| {
        let (amount, balance) = (text(one.amount.as_ref()), text(one.balance.as_ref()));
        (one.kind(), amount.to_owned(), balance.to_owned())
    };
    listed.entries.iter().rev().map(line).collect()
}

// Art. 77
#[tokio::test]
async fn what_the_employer_paid_is_remembered_and_a_smaller_statement_needs_a_word_why() {
    use AdvanceEntryKind::{Advanced, PaidDirectly};
    let (injured, injury) = unpaid().await;
    let town = &injured.town;
    let (case, _) = take(town, &asked(&injury)).await;
    injured.at(PAY_BY + Duration::days(1));
    let advance_id = case.case_id.as_str();
    let decision = decide(town, &review(advance_id, &[(LUMP_SUM, "38000")])).await;
    assert_eq!(
        lines(&decision),
        ["LUMP_SUM_DISABILITY PERSON 100000.00 EMPLOYER"]
    );
    assert_eq!(decision.paid.len(), 1);
    assert_eq!(decision.paid[0].payer(), AdvanceDebtor::Employer);
    // Nothing is said of it again, and nothing of it is advanced.
    assert_eq!(
        refused(town, &review(advance_id, &[])).await,
        "ADVANCE_NOTHING"
    );
    let less = review(advance_id, &[(LUMP_SUM, "30000")]);
    assert_eq!(refused(town, &less).await, "ADVANCE_PAID_LESS");
    let decision = decide(town, &corrects(advance_id, "30000")).await;
    assert_eq!(
        lines(&decision),
        ["LUMP_SUM_DISABILITY PERSON 8000.00 EMPLOYER"]
    );
    let entry = |kind, amount: &str, balance: &str| (kind, amount.to_owned(), balance.to_owned());
    assert_eq!(
        ledger(town).await,
        [
            entry(PaidDirectly, "38000.00", "0.00"),
            entry(Advanced, "100000.00", "100000.00"),
            entry(PaidDirectly, "-8000.00", "100000.00"),
            entry(Advanced, "8000.00", "108000.00"),
        ]
    );
}

// Art. 77
#[tokio::test]
async fn what_the_employer_pays_after_the_advance_is_given_back_and_owed_no_more() {
    let (injured, injury) = unpaid().await;
    let town = &injured.town;
    let (case, _) = take(town, &asked(&injury)).await;
    injured.at(PAY_BY + Duration::days(1));
    let advance_id = case.case_id.as_str();
    decide(town, &review(advance_id, &[])).await;
    let recovered = AdvanceRecovered {
        advance_id: advance_id.to_owned(),
        debtor: AdvanceDebtor::Employer as i32,
        amount: yuan("130000"),
        document_number: "深社稽追〔2027〕1号".to_owned(),
        recovered_on: on(PAY_BY + Duration::days(1)),
    };
    hear(town, recovered.clone()).await.unwrap();
    // The employee was paid 10,000 yuan twice, and 2,000 of them the employer has repaid already.
    let decision = decide(town, &review(advance_id, &[(LUMP_SUM, "10000")])).await;
    assert_eq!(
        lines(&decision),
        ["LUMP_SUM_DISABILITY PERSON -10000.00 EMPLOYER"]
    );
    assert_eq!(decision.repay_by, None);
    let due = recoveries(town).await;
    assert_eq!(
        sums(&due),
        [
            ["138000.00", "138000.00", "0.00"],
            ["-10000.00", "0.00", "2000.00"],
        ]
    );
    let of_person = |amount: &str| {
        let amount = amount.to_owned();
        (LUMP_SUM, PayeeKind::Person, Payer::Fund, amount)
    };
    assert_eq!(
        paid(town, advance_id).await,
        [of_person("138000.00"), of_person("-10000.00")]
    );
    let given_back = |amount, number: &str| AdvanceRecovered {
        amount: yuan(amount),
        document_number: number.to_owned(),
        ..recovered.clone()
    };
    let more = given_back("1", "深社稽追〔2027〕2号");
    hear(town, more).await.unwrap_err();
    let too_much = given_back("-2000.01", "深社稽退〔2027〕1号");
    hear(town, too_much).await.unwrap_err();
    hear(town, given_back("-2000", "深社稽退〔2027〕1号"))
        .await
        .unwrap();
    let last = ledger(town).await.pop().unwrap();
    assert_eq!((last.1.as_str(), last.2.as_str()), ("-2000.00", "0.00"));
}

// Art. 77
#[tokio::test]
async fn another_grade_changes_what_is_advanced_of_the_months_after_it_alone() {
    let (injured, injury) = unpaid().await;
    let town = &injured.town;
    let (case, _) = take(town, &asked(&injury)).await;
    // The allowance of grade 3 is due from April on, that of grade 5 is the employer's own from June on.
    let fifth = (5, NursingGrade::Unspecified);
    injured
        .appraise("深劳鉴〔2027〕2号", date!(2027 - 05 - 11), fifth)
        .await;
    let form = injured.form(DisabilityOccasion::Appraisal);
    injured.approve(&form).await;
    injured.at(date!(2027 - 08 - 10));
    let decision = decide(town, &review(&case.case_id, &[])).await;
    assert_eq!(
        lines(&decision),
        [
            "LUMP_SUM_DISABILITY PERSON 138000.00 EMPLOYER",
            "DISABILITY_ALLOWANCE PERSON 9600.00 EMPLOYER",
            "NURSING_ALLOWANCE PERSON 6400.00 EMPLOYER",
        ]
    );
    assert_eq!(
        refused(town, &review(&case.case_id, &[])).await,
        "ADVANCE_NOTHING"
    );
}

async fn hear(town: &Town, told: AdvanceRecovered) -> chassis::Result<()> {
    let happened = Some(Happened::AdvanceRecovered(told));
    town.service.hear(Audit, AuditEvent { happened }).await
}
