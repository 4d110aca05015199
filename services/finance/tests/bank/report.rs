//! What the bank says of a file.

use finance::bank::report::{OrderStatus, Outcome, ReportError, StatusReport};
use finance::bank::{Fault, MessageError, Reason};
use proptest::prelude::*;
use rust_decimal::Decimal;
use uuid::Uuid;

use crate::support::{batch, report, status};

fn read(text: &str) -> Vec<Result<OrderStatus, ReportError>> {
    StatusReport::open(text.as_bytes()).unwrap().collect()
}

fn outcome(more: &str) -> Outcome {
    let told = read(&report("<GrpSts>PART</GrpSts>", &status(1, more)));
    told.into_iter().next().unwrap().unwrap().outcome
}

// Art. 95, Art. 97. A report of a bank that writes prefixes, CDATA and comments.
#[test]
fn every_order_of_a_report_is_told_with_its_reason() {
    let mut report = StatusReport::open(&include_bytes!("golden/report.xml")[..]).unwrap();
    assert_eq!(report.message_id(), "ICBC20261202-000017");
    assert_eq!(report.batch_id(), batch(&[]).batch_id);
    assert_eq!(
        report.declared(),
        (Some(4), Some(Decimal::new(1_244_668, 2)))
    );
    let told: Vec<_> = report.by_ref().map(Result::unwrap).collect();
    let outcomes: Vec<_> = told.iter().map(|order| order.outcome).collect();
    assert_eq!(
        outcomes,
        [
            Outcome::Paid,
            Outcome::Refused,
            Outcome::UnderWay,
            Outcome::Refused
        ]
    );
    assert_eq!(told[0].order_id, Uuid::from_u128(1));
    assert_eq!(told[0].bank_reference, "202612020000000001");
    assert_eq!(told[0].reason, None);
    let reason = told[1].reason.as_ref().unwrap();
    assert_eq!(
        reason.sentence(),
        "户名与账号不符（BE01）：户名应为<职工乙>，请核对"
    );
    assert_eq!(reason.fault(), Fault::Account);
    let own = told[3].reason.as_ref().unwrap();
    assert_eq!(own.sentence(), "银行未给出通用原因（E9021）：清算渠道关闭");
    assert_eq!(own.fault(), Fault::Other);
    assert_eq!(told[3].number, 4);
    assert_eq!(
        report.whole().map(|(outcome, _)| outcome),
        Some(Outcome::Partly)
    );
}

#[test]
fn a_status_is_paid_refused_or_under_way_and_never_guessed() {
    for (code, expected) in [
        ("ACSC", Outcome::Paid),
        ("ACCC", Outcome::Paid),
        ("RJCT", Outcome::Refused),
        ("CANC", Outcome::Refused),
        ("ACSP", Outcome::UnderWay),
        ("PDNG", Outcome::UnderWay),
    ] {
        assert_eq!(outcome(&format!("<TxSts>{code}</TxSts>")), expected);
    }
    let told = read(&report("", &status(1, "<TxSts>DONE</TxSts>")));
    let error = told.into_iter().next().unwrap().unwrap_err();
    assert!(!error.spoils_all());
    assert_eq!(
        error.to_string(),
        "第1笔（文件第5行）：处理状态“DONE”不能识别，请与银行核对该笔是否已经支付"
    );
}

#[test]
fn an_order_that_cannot_be_read_spoils_no_other() {
    let orders = [
        status(1, "<TxSts>ACSC</TxSts>"),
        status(2, "<TxSts>PART</TxSts>"),
        status(3, ""),
        "<TxInfAndSts><OrgnlEndToEndId>NOTPROVIDED</OrgnlEndToEndId><TxSts>RJCT</TxSts></TxInfAndSts>".to_owned(),
        status(5, "<TxSts>RJCT</TxSts>"),
    ];
    let told = read(&report("", &orders.concat()));
    let is_told: Vec<_> = told.iter().map(Result::is_ok).collect();
    assert_eq!(is_told, [true, false, false, false, true]);
    assert!(
        told.iter()
            .flat_map(|one| one.as_ref().err())
            .all(|error| !error.spoils_all())
    );
}

#[test]
fn what_is_not_said_of_an_order_is_said_of_its_batch() {
    let told = read(&report("<GrpSts>ACSC</GrpSts>", &status(1, "")));
    assert_eq!(told[0].as_ref().unwrap().outcome, Outcome::Paid);
    let nearer = format!("<PmtInfSts>RJCT</PmtInfSts>{}", status(1, ""));
    let told = read(&report("<GrpSts>ACSP</GrpSts>", &nearer));
    assert_eq!(told[0].as_ref().unwrap().outcome, Outcome::Refused);
    let told = read(&report("<GrpSts>PART</GrpSts>", &status(1, "")));
    assert!(told[0].is_err());
}

#[test]
fn a_batch_that_is_refused_as_a_whole_says_why() {
    let group = "<GrpSts>RJCT</GrpSts><StsRsnInf><Rsn><Cd>DU01</Cd></Rsn><AddtlInf>文件重复</AddtlInf></StsRsnInf>";
    let text = report(group, "");
    let mut report = StatusReport::open(text.as_bytes()).unwrap();
    assert!(report.next().is_none());
    let (outcome, reason) = report.whole().unwrap();
    assert_eq!(outcome, Outcome::Refused);
    assert_eq!(reason.fault(), Fault::Order);
    assert_eq!(reason.sentence(), "文件重复（DU01）：文件重复");
}

#[test]
fn a_report_on_a_file_that_was_not_sent_is_not_taken() {
    let text = report("<GrpSts>ACSC</GrpSts>", "");
    let id = batch(&[]).batch_id.simple().to_string();
    let other = text.replacen(&id, "SALARY-2026-12", 1);
    let error = StatusReport::open(other.as_bytes()).err().unwrap();
    assert!(error.spoils_all());
    assert_eq!(
        error.to_string(),
        "回执所对应的付款文件“SALARY-2026-12”不是本系统发出的，请核对是否选错了文件"
    );
}

#[test]
fn a_report_that_breaks_off_ends_with_an_error() {
    let text = report("", &status(1, "<TxSts>ACSC</TxSts>"));
    let whole = text.trim_end().len();
    for cut in (text.find("<TxInfAndSts>").unwrap()..whole).step_by(7) {
        let mut report = StatusReport::open(&text.as_bytes()[..cut]).unwrap();
        let last = report.by_ref().last().unwrap().unwrap_err();
        assert!(last.spoils_all(), "{cut}: {last}");
        assert!(report.next().is_none());
        let ReportError::Message(MessageError::Truncated { .. }) = last else {
            panic!("{cut}: {last}");
        };
    }
}

proptest! {
    #[test]
    fn what_a_bank_writes_is_read(orders in proptest::collection::vec((any::<u128>(), 0..3_usize), 0..40)) {
        const CODES: [(&str, Outcome); 3] =
            [("ACSC", Outcome::Paid), ("RJCT", Outcome::Refused), ("ACSP", Outcome::UnderWay)];
        let written: String = orders
            .iter()
            .map(|(id, kind)| status(*id, &format!("<TxSts>{}</TxSts>", CODES[*kind].0)))
            .collect();
        let told = read(&report("<GrpSts>PART</GrpSts>", &written));
        prop_assert_eq!(told.len(), orders.len());
        for (told, (id, kind)) in told.into_iter().zip(orders) {
            let told = told.unwrap();
            prop_assert_eq!((told.order_id, told.outcome), (Uuid::from_u128(id), CODES[kind].1));
        }
    }
}

#[test]
fn a_reason_without_code_is_what_the_bank_wrote() {
    let reason = Reason {
        code: String::new(),
        text: "联系开户网点".to_owned(),
    };
    assert_eq!(reason.sentence(), "银行未给出通用原因：联系开户网点");
}
