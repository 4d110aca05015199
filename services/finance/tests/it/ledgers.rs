//! Journals, ledgers, the chart and the rules: articles 101 to 103.

use chassis::testing::{AREA, reason};
use contracts::collection::v1::LedgerAccount;
use contracts::finance::v1::{
    DocumentPart, ListAccountSummariesRequest, ListDetailLinesRequest, ListFundAccountsRequest,
    ListGeneralLedgerRequest, ListJournalLinesRequest, ListPostingRulesRequest, SourceDocument,
};
use time::macros::date;

use crate::support::*;

// Art. 103
#[tokio::test]
async fn journals_and_ledgers_say_the_same_as_the_vouchers() {
    let service = alone().await;
    for (batch, day) in [
        (1, date!(2026 - 10 - 30)),
        (2, date!(2026 - 11 - 01)),
        (3, date!(2026 - 11 - 02)),
    ] {
        let list = [
            receipt(0, LedgerAccount::Principal, "100.00", day),
            receipt(1, LedgerAccount::LateFee, "1.50", day),
        ];
        entered(&service, batch, &list).await;
    }
    let sweep = document(
        SourceDocument::IncomeSweep,
        "银1",
        date!(2026 - 11 - 02),
        &[(DocumentPart::TreasuryAccount, "250.00")],
    );
    record(&service, sweep).await.unwrap();
    let mut books = client(&service).await;
    let (mut balances, mut page_token) = (Vec::new(), String::new());
    loop {
        let request = ListJournalLinesRequest {
            pooling_area: AREA.to_owned(),
            account: "1002".to_owned(),
            month: wire_month("2026-11"),
            page_size: 2,
            page_token,
        };
        let page = books
            .list_journal_lines(request)
            .await
            .unwrap()
            .into_inner();
        balances.extend(page.lines.iter().map(|line| yuan(line.balance.as_ref())));
        page_token = page.next_page_token;
        if page_token.is_empty() {
            break;
        }
    }
    assert_eq!(balances, ["203.00", "304.50", "54.50"]);
    let request = ListDetailLinesRequest {
        pooling_area: AREA.to_owned(),
        account: "4501".to_owned(),
        month: wire_month("2026-11"),
        ..ListDetailLinesRequest::default()
    };
    let detail = books
        .list_detail_lines(request)
        .await
        .unwrap()
        .into_inner()
        .lines;
    let detail: Vec<_> = detail
        .iter()
        .map(|line| yuan(line.balance.as_ref()))
        .collect();
    assert_eq!(detail, ["3.00", "4.50"]);
    let request = ListAccountSummariesRequest {
        pooling_area: AREA.to_owned(),
        month: wire_month("2026-11"),
        ..ListAccountSummariesRequest::default()
    };
    let summary = books
        .list_account_summaries(request)
        .await
        .unwrap()
        .into_inner()
        .accounts;
    let summary: Vec<_> = summary.iter().map(balance_shown).collect();
    assert_eq!(
        summary,
        [
            "1002 101.50 +203.00 -250.00 54.50",
            "1003 0.00 +250.00 -0.00 250.00",
            "4001 -100.00 +0.00 -200.00 -300.00",
            "4501 -1.50 +0.00 -3.00 -4.50",
        ]
    );
    let request = ListGeneralLedgerRequest {
        pooling_area: AREA.to_owned(),
        account: "4501".to_owned(),
        from_month: wire_month("2026-09"),
        until_month: wire_month("2026-11"),
        ..ListGeneralLedgerRequest::default()
    };
    let ledger = books
        .list_general_ledger(request)
        .await
        .unwrap()
        .into_inner()
        .months;
    let ledger: Vec<_> = ledger.iter().map(balance_shown).collect();
    assert_eq!(
        ledger,
        [
            "4501 0.00 +0.00 -0.00 0.00",
            "4501 0.00 +0.00 -1.50 -1.50",
            "4501 -1.50 +0.00 -3.00 -4.50",
        ]
    );
    let request = ListJournalLinesRequest {
        pooling_area: AREA.to_owned(),
        account: "4001".to_owned(),
        month: wire_month("2026-11"),
        ..ListJournalLinesRequest::default()
    };
    // Income has a ledger, and no journal.
    let refused = books.list_journal_lines(request).await.unwrap_err();
    assert_eq!(reason(&refused), "ACCOUNT_UNKNOWN");
}

// Art. 101, Art. 102
#[tokio::test]
async fn every_rule_posts_to_accounts_that_entries_are_made_on() {
    let service = alone().await;
    let mut books = client(&service).await;
    let request = ListFundAccountsRequest {
        pooling_area: AREA.to_owned(),
        ..ListFundAccountsRequest::default()
    };
    let accounts = books
        .list_fund_accounts(request)
        .await
        .unwrap()
        .into_inner()
        .accounts;
    let request = ListPostingRulesRequest {
        pooling_area: AREA.to_owned(),
        ..ListPostingRulesRequest::default()
    };
    let rules = books
        .list_posting_rules(request)
        .await
        .unwrap()
        .into_inner()
        .rules;
    assert!(rules.len() > 30);
    for rule in &rules {
        for code in [&rule.debit, &rule.credit] {
            assert!(
                accounts.iter().any(|one| one.code == *code && one.posted),
                "{code}"
            );
        }
        assert!(!rule.source.is_empty());
    }
    // Every kind of document of articles 101 and 102 has one; the others are written or taken back.
    for number in 1..=16 {
        assert!(rules.iter().any(|rule| rule.document == number), "{number}");
    }
    let before = ListFundAccountsRequest {
        pooling_area: AREA.to_owned(),
        on: Some(date!(2017 - 12 - 31).into()),
        ..ListFundAccountsRequest::default()
    };
    let none = books
        .list_fund_accounts(before)
        .await
        .unwrap()
        .into_inner()
        .accounts;
    assert!(none.is_empty());
}
