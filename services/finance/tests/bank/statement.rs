//! What moved on an account.

use finance::bank::statement::{
    Direction, Entry, Nature, Part, Statement, StatementError, Statements, Taken,
};
use finance::bank::{Fault, end_to_end_id};
use proptest::prelude::*;
use rust_decimal::Decimal;
use time::macros::date;
use uuid::Uuid;

use crate::support::{OURS, entry, stated};

fn read(text: &str) -> Result<(Statement, Vec<Entry>), StatementError> {
    let parts: Vec<Part> = Statements::open(text.as_bytes()).collect::<Result<_, _>>()?;
    let mut parts = parts.into_iter();
    let Some(Part::Begins(head)) = parts.next() else {
        panic!("a statement begins with its head")
    };
    let mut entries = Vec::new();
    for part in parts.by_ref() {
        match part {
            Part::Entry(entry) => entries.push(*entry),
            Part::Ends(count) => assert_eq!(count, entries.len() as u64),
            Part::Begins(_) => panic!("one statement only"),
        }
    }
    Ok((head, entries))
}

fn refused(text: &str) -> StatementError {
    read(text).unwrap_err()
}

fn order(id: u128) -> String {
    end_to_end_id(Uuid::from_u128(id))
}

// Art. 97, Art. 102, Art. 104. A statement of a bank that books a batch together.
#[test]
fn every_entry_of_a_statement_is_told_with_what_it_is() {
    let (head, entries) = read(include_str!("golden/statement.xml")).unwrap();
    assert_eq!(head.account, OURS);
    assert_eq!(
        (head.sequence, head.closing_on),
        (231, date!(2026 - 12 - 02))
    );
    assert_eq!(
        (head.opening, head.closing),
        (Decimal::new(100_000, 2), Decimal::new(84_980, 2))
    );
    let natures: Vec<_> = entries.iter().map(Entry::nature).collect();
    assert_eq!(
        natures,
        [
            Nature::Payment(Uuid::from_u128(1)),
            Nature::Payment(Uuid::from_u128(2)),
            Nature::Return(Uuid::from_u128(3)),
            Nature::Interest,
            Nature::Charge,
        ]
    );
    let first = &entries[0];
    assert_eq!(
        (first.bank_reference.as_str(), first.own_code.as_str()),
        ("A1", "代发")
    );
    assert_eq!(
        (first.other_name.as_str(), first.other_account.as_str()),
        ("职工甲", "6222020000000001")
    );
    assert_eq!(first.booked_on, Some(date!(2026 - 12 - 02)));
    assert_eq!(first.remittance, "工伤保险待遇");
    assert_eq!(entries[1].bank_reference, "1");
    let returned = entries[2].returned.as_ref().unwrap();
    assert_eq!(
        (returned.sentence().as_str(), returned.fault()),
        ("账户已销户（AC04）：销户", Fault::Account)
    );
    assert_eq!(entries[2].amount, Decimal::new(15_000, 2));
    assert_eq!(
        (entries[3].remittance.as_str(), entries[3].direction),
        ("结息", Direction::In)
    );
    let moved: Decimal = entries.iter().map(Entry::moved).sum();
    assert_eq!(head.opening + moved, head.closing);
}

#[test]
fn balances_that_the_entries_do_not_lead_to_are_refused() {
    let text = stated(1, 1_000, 701, &entry(-300, &order(1), ""));
    assert_eq!(
        refused(&text).to_string(),
        "对账单S-1的期初余额10.00元加减各笔发生额（净额-3.00元）不等于期末余额7.01元，\
         可能缺少或者多出记录，请与银行核对后重新索取"
    );
    let missing = stated(1, 1_000, 700, "");
    assert!(matches!(refused(&missing), StatementError::Balance { .. }));
}

#[test]
fn an_overdrawn_account_is_below_zero() {
    let (head, _) = read(&stated(1, 100, -200, &entry(-300, &order(1), ""))).unwrap();
    assert_eq!(head.closing, Decimal::new(-200, 2));
}

#[test]
fn transactions_that_do_not_come_to_their_entry_are_refused() {
    let with = |details: &str| stated(1, 1_000, 700, &entry(-300, &order(1), details));
    assert!(read(&with("<Amt Ccy=\"CNY\">3.00</Amt>")).is_ok());
    let less = with("<Amt Ccy=\"CNY\">2.99</Amt>");
    assert!(matches!(refused(&less), StatementError::Details { .. }));
    // Of two without amounts nobody knows which is which.
    let two = entry(-300, &order(1), "</TxDtls><TxDtls>");
    assert!(matches!(
        refused(&stated(1, 1_000, 700, &two)),
        StatementError::Details { .. }
    ));
    let turned = with("<Amt Ccy=\"CNY\">3.00</Amt><CdtDbtInd>CRDT</CdtDbtInd>");
    assert!(matches!(refused(&turned), StatementError::Details { .. }));
}

#[test]
fn a_statement_with_fewer_entries_than_it_says_is_refused() {
    // Two that come to nothing would not be missed by the balances.
    let text = include_str!("golden/statement.xml");
    let text = text.replace("<NbOfNtries>4</NbOfNtries>", "<NbOfNtries>6</NbOfNtries>");
    let StatementError::Count {
        declared: 6,
        found: 4,
        ..
    } = refused(&text)
    else {
        panic!("the count is not looked at")
    };
}

#[test]
fn a_page_of_a_statement_is_not_taken_for_all_of_it() {
    let text = include_str!("golden/statement.xml");
    for (whole, page) in [
        (
            "<StmtPgntn><PgNb>1</PgNb><LastPgInd>true",
            "<StmtPgntn><PgNb>1</PgNb><LastPgInd>false",
        ),
        (
            "<StmtPgntn><PgNb>1</PgNb><LastPgInd>true",
            "<StmtPgntn><PgNb>2</PgNb><LastPgInd>true",
        ),
        (
            "<MsgPgntn><PgNb>1</PgNb><LastPgInd>true",
            "<MsgPgntn><PgNb>1</PgNb><LastPgInd>false",
        ),
    ] {
        let text = text.replace(whole, page);
        assert!(
            matches!(refused(&text), StatementError::Page { .. }),
            "{page}"
        );
    }
}

#[test]
fn a_statement_is_the_next_of_its_account_or_is_refused() {
    let (head, _) = read(&stated(7, 1_000, 700, &entry(-300, &order(1), ""))).unwrap();
    let last = |id: &str, sequence, fen, on| Taken {
        statement_id: id.to_owned(),
        sequence,
        closing: Decimal::new(fen, 2),
        closing_on: on,
    };
    let (today, last_year) = (date!(2026 - 12 - 01), date!(2025 - 12 - 31));
    assert!(head.follows(&last("S-6", 6, 1_000, today)).is_ok());
    let why = |taken: Taken| head.follows(&taken).unwrap_err().to_string();
    assert_eq!(
        why(head.taken()),
        "对账单S-7（第7号）已经受理过，不必再次上传"
    );
    assert_eq!(
        why(last("S-7b", 7, 1_000, today)),
        "对账单序号为7，而已受理到第7号，请核对是否选错了文件；如银行更正了对账单，请联系银行说明"
    );
    assert_eq!(
        why(last("S-5", 5, 1_000, today)),
        "对账单序号为7，缺少第6号，请先上传缺少的对账单"
    );
    assert_eq!(
        why(last("S-6", 6, 1_001, today)),
        "对账单S-7的期初余额10.00元与上一份对账单的期末余额10.01元不一致，请与银行核对"
    );
    let (first, _) = read(&stated(1, 1_000, 1_000, "")).unwrap();
    assert!(first.follows(&last("S-250", 250, 1_000, last_year)).is_ok());
    assert!(first.follows(&last("S-250", 250, 999, last_year)).is_err());
    assert!(first.follows(&last("S-250", 250, 1_000, today)).is_err());
}

#[test]
fn what_a_statement_needs_is_asked_for_by_name() {
    let text = stated(1, 1_000, 1_000, "");
    for (element, label) in [
        ("<ElctrncSeqNb>1</ElctrncSeqNb>", "对账单序号"),
        ("<Cd>OPBD</Cd>", "期初余额"),
        ("<Cd>CLBD</Cd>", "期末余额"),
        ("<Id><Othr><Id>4000023009200123456</Id></Othr></Id>", "账号"),
    ] {
        let error = refused(&text.replace(element, "")).to_string();
        assert!(error.contains(label), "{error}");
    }
}

proptest! {
    #[test]
    fn what_moved_comes_to_the_closing_balance_in_whatever_order(
        moved in proptest::collection::vec((any::<u128>(), -10_000_000..10_000_000_i64), 0..40),
        opening in -1_000_000_000..1_000_000_000_i64,
    ) {
        let entries: String = moved.iter().map(|(id, fen)| entry(*fen, &order(*id), "")).collect();
        let closing = opening + moved.iter().map(|(_, fen)| fen).sum::<i64>();
        let (head, found) = read(&stated(3, opening, closing, &entries)).unwrap();
        prop_assert_eq!(head.closing, Decimal::new(closing, 2));
        for (found, (id, fen)) in found.iter().zip(&moved) {
            let expected = match fen {
                ..0 => Nature::Payment(Uuid::from_u128(*id)),
                _ => Nature::Return(Uuid::from_u128(*id)),
            };
            prop_assert_eq!((found.nature(), found.moved()), (expected, Decimal::new(*fen, 2)));
        }
        let wrong = refused(&stated(3, opening, closing + 1, &entries));
        let is_balance = matches!(wrong, StatementError::Balance { .. });
        prop_assert!(is_balance);
    }
}
