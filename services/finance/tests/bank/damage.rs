//! Files that are damaged, of another kind, or made to do harm.

use std::io::{BufReader, Read, repeat};

use finance::bank::MessageError;
use finance::bank::report::{ReportError, StatusReport};
use finance::bank::statement::{Part, StatementError, Statements};
use proptest::prelude::*;
use rust_decimal::Decimal;

use crate::support::{entry, report, stated, status};

/// What is wrong with a statement.
fn wrong(text: impl AsRef<[u8]>) -> MessageError {
    let error = Statements::open(text.as_ref()).find_map(Result::err);
    match error.expect("the file is damaged") {
        StatementError::Message(error) => error,
        other => panic!("{other}"),
    }
}

fn whole() -> String {
    stated(1, 1_000, 700, &entry(-300, "NOTPROVIDED", ""))
}

/// The same with something before its first element.
fn after(prologue: &str) -> String {
    whole().replacen("<Document", &format!("{prologue}<Document"), 1)
}

#[test]
fn a_document_type_is_refused_before_anything_of_it_is_used() {
    let laughs = "<!DOCTYPE Document [<!ENTITY a \"哈哈\"><!ENTITY b \"&a;&a;&a;\">]>";
    let read = after(laughs).replace("S-1", "&b;");
    assert_eq!(
        wrong(read).to_string(),
        "文件第2行含有文档类型（DTD）声明，为了安全不予读取，请银行提供不带DTD的报文"
    );
    let outside = after("<!DOCTYPE Document SYSTEM \"file:///etc/passwd\">");
    assert!(matches!(wrong(outside), MessageError::DocumentType { .. }));
    let unclosed = "<?xml version=\"1.0\"?><!DOCTYPE Document [<!ENTITY a \"哈\">";
    assert!(matches!(wrong(unclosed), MessageError::DocumentType { .. }));
}

#[test]
fn no_entity_is_known_but_the_five_of_xml() {
    let text = whole().replace("S-1", "&laughs;");
    assert!(matches!(wrong(text), MessageError::Entity { name, .. } if name == "laughs"));
    let text = whole().replace("S-1", "&lt;&#x7532;&gt;&amp;");
    let part = Statements::open(text.as_bytes()).next().unwrap().unwrap();
    assert!(format!("{part:?}").contains("<甲>&"));
}

#[test]
fn amounts_are_yuan_to_the_fen_and_nothing_else() {
    for amount in [
        "1,000.00",
        "1e3",
        "-3.00",
        "3.001",
        "",
        "３",
        "NaN",
        "99999999999999.00",
    ] {
        let text = whole().replace(">3.00<", &format!(">{amount}<"));
        assert!(
            matches!(
                wrong(text),
                MessageError::Value {
                    label: "金额", ..
                }
            ),
            "{amount}"
        );
    }
    let exact = whole().replace(">3.00<", ">3.00000<");
    assert!(Statements::open(exact.as_bytes()).all(|part| part.is_ok()));
}

#[test]
fn another_currency_is_refused_wherever_it_stands() {
    for (yuan, other) in [
        ("<Amt Ccy=\"CNY\">3.00", "<Amt Ccy=\"USD\">3.00"),
        ("<Amt Ccy=\"CNY\">3.00", "<Amt>3.00"),
        ("<Amt Ccy=\"CNY\">10.00", "<Amt Ccy=\"HKD\">10.00"),
        ("<Ccy>CNY</Ccy>", "<Ccy>CNH</Ccy>"),
    ] {
        let text = whole().replace(yuan, other);
        assert!(
            matches!(wrong(text), MessageError::Currency { .. }),
            "{other}"
        );
    }
}

#[test]
fn a_side_or_a_day_that_is_none_is_refused() {
    for (right, other, label) in [
        ("DBIT", "OUT", "借贷方向"),
        (
            "<BookgDt><Dt>2026-12-02",
            "<BookgDt><Dt>2026-02-30",
            "记账日期",
        ),
        ("<Dt><Dt>2026-12-02", "<Dt><Dt>02.12.2026", "余额日期"),
        ("<ElctrncSeqNb>1", "<ElctrncSeqNb>一", "对账单序号"),
    ] {
        let error = wrong(whole().replace(right, other)).to_string();
        assert!(error.contains(label), "{error}");
    }
}

#[test]
fn another_message_or_another_file_is_told_from_a_damaged_one() {
    for other in [
        report("", &status(1, "<TxSts>ACSC</TxSts>")),
        "账号,对账单序号\n4000,1\n".to_owned(),
        String::new(),
        "<html><body>登录已过期</body></html>".to_owned(),
        whole().replace("camt.053.001", "camt.052.001"),
        whole().replace("urn:iso:std", "urn:bank:std"),
    ] {
        let error = wrong(&other);
        assert!(
            matches!(error, MessageError::Other { .. }),
            "{error}: {other}"
        );
    }
    let opened = StatusReport::open(whole().as_bytes()).err().unwrap();
    assert!(matches!(
        opened,
        ReportError::Message(MessageError::Other {
            expected: "pain.002"
        })
    ));
}

#[test]
fn a_file_that_breaks_off_is_never_taken_for_whole() {
    let text = whole();
    let begin = text.find("<BkToCstmrStmt>").unwrap();
    for cut in (begin..text.len()).filter(|cut| text.is_char_boundary(*cut)) {
        let error = Statements::open(&text.as_bytes()[..cut]).find_map(Result::err);
        let is_truncated = matches!(
            error,
            Some(StatementError::Message(MessageError::Truncated { .. }))
        );
        assert!(is_truncated, "{cut}: {error:?}");
    }
}

#[test]
fn what_is_not_well_formed_or_has_more_behind_its_end_is_refused() {
    for text in [
        whole().replace("</Stmt>", "</Statement>"),
        whole() + "<Document/>",
        whole() + "more",
    ] {
        let error = wrong(text);
        assert!(matches!(error, MessageError::Malformed { .. }), "{error}");
    }
}

#[test]
fn other_encodings_are_named() {
    let gbk = whole().replace("UTF-8", "GBK");
    assert_eq!(
        wrong(gbk).to_string(),
        "文件的编码是GBK，只能读取UTF-8编码的报文，请银行按UTF-8重新提供"
    );
    let mut bytes = whole().replace("S-1", "S-x").into_bytes();
    let at = bytes
        .windows(3)
        .position(|window| window == b"S-x")
        .unwrap();
    bytes[at + 2] = 0xC4;
    assert!(matches!(wrong(bytes), MessageError::Encoding { .. }));
}

#[test]
fn nothing_endless_is_read_to_its_end() {
    let head = whole();
    let (head, _) = head.split_once("S-1").unwrap();
    for byte in [b'x', b' ', b'\n'] {
        let endless = BufReader::new(head.as_bytes().chain(repeat(byte)));
        let error = Statements::open(endless).find_map(Result::err).unwrap();
        let is_endless = matches!(error, StatementError::Message(MessageError::Endless { .. }));
        assert!(is_endless, "{error}");
    }
    for open in ["<a ", "<!-- ", "<![CDATA[", "<?a "] {
        let endless = BufReader::new(head.as_bytes().chain(open.as_bytes()).chain(repeat(b'x')));
        let error = Statements::open(endless).find_map(Result::err).unwrap();
        let is_endless = matches!(error, StatementError::Message(MessageError::Endless { .. }));
        assert!(is_endless, "{open}: {error}");
    }
    let deep = format!("{head}{}", "<a>".repeat(100_000));
    assert!(matches!(wrong(deep), MessageError::Endless { .. }));
    let pieces = format!("{head}{}", "&amp;".repeat(100_000));
    assert!(matches!(wrong(pieces), MessageError::Endless { .. }));
}

proptest! {
    #[test]
    fn no_damage_to_a_byte_moves_another_amount(at in 0..100_000_usize, byte in any::<u8>()) {
        let text = stated(1, 1_000, 700, &entry(-300, "00000000000000000000000000000001", ""));
        let mut bytes = text.clone().into_bytes();
        let at = at % bytes.len();
        bytes[at] = byte;
        // Balances and entries hold each other: what is still taken has moved what it moved before.
        let moved = |parts: Vec<Part>| -> Vec<Decimal> {
            let moved = parts.iter().filter_map(|part| match part {
                Part::Entry(entry) => Some(entry.moved()),
                _ => None,
            });
            moved.collect()
        };
        let before = Statements::open(text.as_bytes()).map(Result::unwrap).collect();
        let after: Result<Vec<_>, _> = Statements::open(&bytes[..]).collect();
        if let Ok(after) = after {
            prop_assert_eq!(moved(after), moved(before));
        }
    }
}
