//! The ledger, and what audit recovers.

use benefit_review::reactions::Audit;

use super::*;

/// An advance of a lump sum and of a month of each allowance.
async fn advanced() -> (Injured, Injury, String) {
    let (injured, injury) = unpaid().await;
    let (case, _) = take(&injured.town, &asked(&injury)).await;
    injured.at(date!(2027 - 04 - 12));
    decide(&injured.town, &review(&case.case_id, &[])).await;
    (injured, injury, case.case_id)
}

async fn hear(town: &Town, told: AdvanceRecovered) -> chassis::Result<()> {
    let happened = Some(Happened::AdvanceRecovered(told));
    town.service.hear(Audit, AuditEvent { happened }).await
}

// Art. 77
#[tokio::test]
async fn the_ledger_says_what_was_advanced_to_whom_and_what_is_owed_page_by_page() {
    let (injured, injury, advance_id) = Box::pin(advanced()).await;
    let town = &injured.town;
    let two = ListAdvanceEntriesRequest {
        advance_id: advance_id.clone(),
        page_size: 2,
        ..ListAdvanceEntriesRequest::default()
    };
    let first = entries(town, &handler(), two.clone()).await;
    let rest = ListAdvanceEntriesRequest {
        page_token: first.next_page_token.clone(),
        ..two
    };
    let second = entries(town, &handler(), rest).await;
    assert!(second.next_page_token.is_empty());
    let all: Vec<_> = first.entries.into_iter().chain(second.entries).collect();
    let line = |one: &AdvanceEntry| {
        let (amount, balance) = (text(one.amount.as_ref()), text(one.balance.as_ref()));
        format!("{:?} {amount} {balance}", one.benefit())
    };
    let lines: Vec<_> = all.iter().map(line).collect();
    assert_eq!(
        lines,
        [
            "NursingAllowance 3200.00 146000.00",
            "DisabilityAllowance 4800.00 142800.00",
            "LumpSumDisability 138000.00 138000.00",
        ]
    );
    for one in &all {
        assert_eq!(one.kind(), AdvanceEntryKind::Advanced);
        assert_eq!(one.payee_id, injury.person_id);
        assert_eq!(one.debtor_id, injury.employer_id);
        assert_eq!(one.booked_on, on(date!(2027 - 04 - 12)));
    }
    let own = party(Caller::Employer, &injury.employer_id);
    let person = party(Caller::Person, &injury.person_id);
    let stranger = party(Caller::Employer, &employer_id(9));
    for (who, expected) in [(&own, 3), (&person, 3), (&stranger, 0)] {
        let seen = entries(town, who, ListAdvanceEntriesRequest::default()).await;
        assert_eq!(seen.entries.len(), expected);
    }
}

// Art. 77
#[tokio::test]
async fn what_audit_recovers_is_owed_no_more_once_and_never_more_than_that() {
    let (injured, injury, advance_id) = Box::pin(advanced()).await;
    let town = &injured.town;
    let told = AdvanceRecovered {
        advance_id: advance_id.clone(),
        debtor: AdvanceDebtor::Employer as i32,
        amount: yuan("100000.01"),
        document_number: "深社稽追〔2027〕1号".to_owned(),
        recovered_on: on(date!(2027 - 04 - 12)),
    };
    hear(town, told.clone()).await.unwrap();
    hear(town, told.clone()).await.unwrap();
    let listed = entries(town, &handler(), ListAdvanceEntriesRequest::default()).await;
    assert_eq!(listed.entries.len(), 4);
    let last = &listed.entries[0];
    assert_eq!(last.kind(), AdvanceEntryKind::Recovered);
    assert_eq!(text(last.balance.as_ref()), "45999.99");
    assert_eq!(last.document_number, told.document_number);
    assert_eq!(last.debtor_id, injury.employer_id);

    let too_much = AdvanceRecovered {
        amount: yuan("46000.00"),
        document_number: "深社稽追〔2027〕2号".to_owned(),
        ..told.clone()
    };
    let parked = hear(town, too_much).await.unwrap_err();
    assert!(parked.to_string().contains("ADVANCE_RECOVERED_TOO_MUCH"));
    let unknown = AdvanceRecovered {
        advance_id: Uuid::now_v7().to_string(),
        ..told.clone()
    };
    assert!(matches!(
        hear(town, unknown).await.unwrap_err(),
        chassis::Error::NotFound { .. }
    ));
    // Nobody owes in the place of the employer.
    let other = AdvanceRecovered {
        debtor: AdvanceDebtor::ThirdParty as i32,
        document_number: "深社稽追〔2027〕3号".to_owned(),
        ..told
    };
    hear(town, other).await.unwrap_err();
    // What is recovered changes nothing of what is advanced next.
    injured.at(date!(2027 - 05 - 12));
    decide(town, &review(&advance_id, &[])).await;
    let due = recoveries(town).await;
    assert_eq!(text(due[1].amount.as_ref()), "8000.00");
    assert_eq!(text(due[1].balance.as_ref()), "53999.99");
}
