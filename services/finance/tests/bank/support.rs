//! Batches, and files as banks write them.

use finance::bank::initiation::Initiation;
use finance::bank::list::PayoutList;
use finance::bank::{Account, Payment, Payout, PayoutError, end_to_end_id};
use proptest::prelude::*;
use rust_decimal::Decimal;
use time::macros::{date, datetime};
use uuid::Uuid;

/// The expenditure account.
pub const OURS: &str = "4000023009200123456";

pub fn account(name: &str, number: &str) -> Account {
    Account {
        name: name.to_owned(),
        number: number.to_owned(),
        bank_code: "102584000018".parse().unwrap(),
    }
}

pub fn payment(id: u128, fen: i64) -> Payment {
    Payment {
        order_id: Uuid::from_u128(id),
        creditor: account("职工甲", &format!("62220200{id:08}")),
        amount: Decimal::new(fen, 2),
        remittance: "2026年12月工伤保险待遇".to_owned(),
    }
}

pub fn batch(payments: &[Payment]) -> Payout {
    Payout {
        batch_id: Uuid::from_u128(0x0193_8f6e_0000_7000_8000_0000_0000_0001),
        made_at: datetime!(2026-12-01 1:30:05 UTC),
        pay_on: date!(2026 - 12 - 02),
        debtor: account("某市社会保险基金管理局", OURS),
        payments: payments.len() as u64,
        total: payments.iter().map(|payment| payment.amount).sum(),
    }
}

pub fn message(payout: &Payout, payments: &[Payment]) -> Result<String, PayoutError> {
    let mut file = Initiation::begin(Vec::new(), payout)?;
    for payment in payments {
        file.pay(payment)?;
    }
    Ok(String::from_utf8(file.finish()?).unwrap())
}

pub fn list(payout: &Payout, payments: &[Payment]) -> Result<String, PayoutError> {
    let mut file = PayoutList::begin(Vec::new(), payout)?;
    for payment in payments {
        file.pay(payment)?;
    }
    Ok(String::from_utf8(file.finish()?).unwrap())
}

/// Names and remittance texts as people have them, with what XML and CSV have other uses for.
pub fn texts() -> impl Strategy<Value = String> {
    "[\u{4E00}-\u{4E20}A-Za-z0-9·&<>\"',;=()（）𠮷-]{1,40}"
}

/// Payments in the order of their ids.
pub fn payments(most: usize) -> impl Strategy<Value = Vec<Payment>> {
    let one = (
        any::<u128>(),
        texts(),
        "[0-9]{6,32}",
        1..=99_999_999_i64,
        texts(),
    );
    proptest::collection::vec(one, 1..most).prop_map(|mut all| {
        all.sort_by_key(|(id, ..)| *id);
        all.dedup_by_key(|(id, ..)| *id);
        let one =
            |(id, name, number, fen, remittance): (u128, String, String, i64, String)| Payment {
                creditor: account(&name, &number),
                remittance,
                ..payment(id, fen)
            };
        all.into_iter().map(one).collect()
    })
}

/// A report of one bank: the status of the batch and what stands in it.
pub fn report(group: &str, orders: &str) -> String {
    let batch = end_to_end_id(batch(&[]).batch_id);
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:pain.002.001.10"><CstmrPmtStsRpt>
<GrpHdr><MsgId>R-1</MsgId><CreDtTm>2026-12-02T17:00:00+08:00</CreDtTm></GrpHdr>
<OrgnlGrpInfAndSts><OrgnlMsgId>{batch}</OrgnlMsgId><OrgnlMsgNmId>pain.001.001.09</OrgnlMsgNmId>{group}</OrgnlGrpInfAndSts>
<OrgnlPmtInfAndSts><OrgnlPmtInfId>{batch}</OrgnlPmtInfId>{orders}</OrgnlPmtInfAndSts>
</CstmrPmtStsRpt></Document>"#
    )
}

/// One order of a report.
pub fn status(id: u128, more: &str) -> String {
    let order = end_to_end_id(Uuid::from_u128(id));
    format!("<TxInfAndSts><OrgnlEndToEndId>{order}</OrgnlEndToEndId>{more}</TxInfAndSts>\n")
}

/// A statement of one bank, from fen to fen.
pub fn stated(sequence: u64, opening: i64, closing: i64, entries: &str) -> String {
    let balance = |kind: &str, fen: i64| {
        let side = if fen < 0 { "DBIT" } else { "CRDT" };
        let yuan = Decimal::new(fen.abs(), 2);
        format!(
            "<Bal><Tp><CdOrPrtry><Cd>{kind}</Cd></CdOrPrtry></Tp><Amt Ccy=\"CNY\">{yuan}</Amt>\
             <CdtDbtInd>{side}</CdtDbtInd><Dt><Dt>2026-12-02</Dt></Dt></Bal>"
        )
    };
    let (opening, closing) = (balance("OPBD", opening), balance("CLBD", closing));
    format!(
        r#"<?xml version="1.0" encoding="UTF-8"?>
<Document xmlns="urn:iso:std:iso:20022:tech:xsd:camt.053.001.08"><BkToCstmrStmt>
<GrpHdr><MsgId>M-{sequence}</MsgId><CreDtTm>2026-12-02T23:00:00+08:00</CreDtTm></GrpHdr>
<Stmt><Id>S-{sequence}</Id><ElctrncSeqNb>{sequence}</ElctrncSeqNb>
<Acct><Id><Othr><Id>{OURS}</Id></Othr></Id><Ccy>CNY</Ccy></Acct>
{opening}{closing}{entries}</Stmt></BkToCstmrStmt></Document>"#
    )
}

/// An entry of a statement: fen, below zero for what went out, and the reference that it was ordered under.
pub fn entry(fen: i64, reference: &str, more: &str) -> String {
    let side = if fen < 0 { "DBIT" } else { "CRDT" };
    let yuan = Decimal::new(fen.abs(), 2);
    format!(
        "<Ntry><Amt Ccy=\"CNY\">{yuan}</Amt><CdtDbtInd>{side}</CdtDbtInd><Sts><Cd>BOOK</Cd></Sts>\
         <BookgDt><Dt>2026-12-02</Dt></BookgDt><AcctSvcrRef>B{fen}</AcctSvcrRef>\
         <BkTxCd><Domn><Cd>PMNT</Cd><Fmly><Cd>ICDT</Cd><SubFmlyCd>DMCT</SubFmlyCd></Fmly></Domn></BkTxCd>\
         <NtryDtls><TxDtls><Refs><EndToEndId>{reference}</EndToEndId></Refs>{more}</TxDtls></NtryDtls></Ntry>\n"
    )
}
