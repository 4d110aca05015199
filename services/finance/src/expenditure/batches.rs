//! What the bank did with the orders of pay-outs.

use std::collections::HashMap;

use chassis::wire::{day, uuid, yuan};
use chassis::{Batch, Finding, Numbered, Result, Unit, async_trait};
use contracts::Refused;
use contracts::finance::v1::finance_event::Happened;
use contracts::finance::v1::{FinanceEvent, PayResultRow, PaymentReturned, PaymentsMade, Refusal};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::rules;
use super::store::results::{self, NewResult, SentRow};
use crate::ledger::{self, Draft};

/// Art. 97. Each order is paid or returned; what was paid may come back later. The same once more changes nothing.
pub struct PayResults;

#[async_trait]
impl Batch for PayResults {
    type Row = PayResultRow;

    fn amount(&self, row: &PayResultRow) -> Decimal {
        yuan(row.amount.as_ref()).unwrap_or_default()
    }

    async fn enter(
        &self,
        unit: &mut Unit,
        batch_id: Uuid,
        rows: &[Numbered<PayResultRow>],
    ) -> Result<Vec<Finding>> {
        let area = unit.area().to_owned();
        let ids = |of: fn(&PayResultRow) -> &str| {
            let each = rows.iter().map(|one| uuid(of(&one.row)));
            each.collect::<Result<Vec<_>>>()
        };
        let asked = (ids(|row| &row.pay_out_id)?, ids(|row| &row.order_id)?);
        let sent = results::sent(unit.db(), &area, (&asked.0, &asked.1)).await?;
        let mut sent: HashMap<(Uuid, Uuid), SentRow> = sent
            .into_iter()
            .map(|row| ((row.pay_out_id, row.order_id), row))
            .collect();
        let (mut findings, mut kept) = (Vec::new(), Vec::new());
        let (mut settled, mut told) = (Vec::new(), Vec::new());
        for one in rows {
            let key = (uuid(&one.row.pay_out_id)?, uuid(&one.row.order_id)?);
            let known = sent.get_mut(&key);
            match judged(&one.row, known.as_deref(), unit.today())? {
                Judged::New => {}
                Judged::Known(why) => {
                    findings.push(Finding::remark(one.number, why));
                    continue;
                }
                Judged::Refused(why) => {
                    findings.push(Finding::refused(one.number, why));
                    continue;
                }
            }
            let Some(known) = known else { continue };
            let result = NewResult {
                pay_out_id: key.0,
                order_id: key.1,
                returned: one.row.returned,
                was_paid: one.row.returned && known.paid,
                settled_on: day(one.row.settled_on)?,
                reason: one.row.reason.clone(),
            };
            if result.returned {
                told.push((known.payee_id.clone(), returned(known, &one.row)));
            }
            // What never was paid moves no money.
            if !result.returned || result.was_paid {
                settled.push((known.parts(), result.settled_on, result.returned));
            }
            known.paid |= !result.returned;
            known.returned |= result.returned;
            if !result.returned {
                told.push((one.row.pay_out_id.clone(), made(&one.row)));
            }
            kept.push(result);
        }
        results::keep(unit.db(), &area, (batch_id, &kept)).await?;
        unit.tell_all(told).await?;
        let first = rows.first().map_or(0, |one| one.number);
        let drafts = vouchers((batch_id, first), settled)?;
        ledger::post(unit, &drafts).await?;
        Ok(findings)
    }
}

enum Judged {
    New,
    Known(Refused),
    Refused(Refused),
}

/// Art. 97. An order that was not sent so, another amount, and what contradicts what the bank said before are refused.
fn judged(row: &PayResultRow, known: Option<&SentRow>, today: time::Date) -> Result<Judged> {
    let because = |why: Refusal| Refused::because(why).with("order_id", &row.order_id);
    let Some(known) = known else {
        return Ok(Judged::Refused(because(Refusal::PayOrderUnknown)));
    };
    let (amount, settled_on) = (yuan(row.amount.as_ref())?, day(row.settled_on)?);
    if settled_on > today {
        let refused = Refused::because(Refusal::DocumentToCome);
        return Ok(Judged::Refused(refused.with("date", settled_on)));
    }
    if amount != known.parts().amount {
        let refused = because(Refusal::PayResultAmount).with("sent", known.parts().amount);
        return Ok(Judged::Refused(refused));
    }
    Ok(match (row.returned, known.paid, known.returned) {
        (true, _, true) | (false, true, _) => Judged::Known(because(Refusal::PayResultKnown)),
        (false, false, true) => Judged::Refused(because(Refusal::PayResultContradicts)),
        (true, _, false) | (false, false, false) => Judged::New,
    })
}

fn returned(known: &SentRow, row: &PayResultRow) -> FinanceEvent {
    let happened = Happened::PaymentReturned(PaymentReturned {
        pay_out_id: row.pay_out_id.clone(),
        order_id: row.order_id.clone(),
        payee_id: known.payee_id.clone(),
        bank_account_id: known.bank_account_id.clone(),
        amount: row.amount.clone(),
        returned_on: row.settled_on,
        reason: row.reason.clone(),
    });
    FinanceEvent {
        happened: Some(happened),
    }
}

fn made(row: &PayResultRow) -> FinanceEvent {
    let happened = Happened::PaymentsMade(PaymentsMade {
        pay_out_id: row.pay_out_id.clone(),
        order_id: row.order_id.clone(),
        amount: row.amount.clone(),
        paid_on: row.settled_on,
    });
    FinanceEvent {
        happened: Some(happened),
    }
}

/// Art. 102 (1). Vouchers of what was paid and came back, one for each day and kind.
fn vouchers(
    (batch_id, first): (Uuid, i64),
    settled: Vec<(rules::Parts, time::Date, bool)>,
) -> Result<Vec<Draft>> {
    let documents = rules::documents(settled).into_iter();
    let drafts = documents.map(|((document, on, came_back), amounts)| {
        let amounts: Vec<_> = amounts.into_iter().collect();
        let lines = ledger::rules::lines(document, on, &amounts)?;
        Ok(Draft {
            document,
            document_number: format!("{batch_id}/{first}/{on}/{came_back}"),
            document_on: on,
            asked: None,
            summary: if came_back {
                "支付退票"
            } else {
                "基金支付"
            }
            .to_owned(),
            lines: match came_back {
                true => ledger::rules::red(&lines),
                false => lines,
            },
            corrects: None,
            made_by: "finance".to_owned(),
        })
    });
    drafts.collect()
}
