//! What others order to be paid.

use chassis::Result;
use chassis::wire::{day, uuid, yuan};
use contracts::collection::v1::CreditRefunded;
use contracts::finance::v1::{DocumentPart, PayableKind};
use contracts::payment::v1::PaymentOrder;
use rust_decimal::Decimal;

use crate::expenditure::rules::{Parts, class};
use crate::expenditure::store::payables::NewPayable;

/// Art. 95. An order of a payroll, by the classes of expense.
pub fn order(order: &PaymentOrder) -> Result<NewPayable> {
    let (mut medical, mut disability, mut death) = (Decimal::ZERO, Decimal::ZERO, Decimal::ZERO);
    for part in &order.parts {
        let of = match class(part.kind()) {
            DocumentPart::Medical => &mut medical,
            DocumentPart::Death => &mut death,
            _ => &mut disability,
        };
        *of += yuan(part.amount.as_ref())?;
    }
    Ok(NewPayable {
        order_id: uuid(&order.order_id)?,
        payee_id: order.payee_id.clone(),
        payee_name: order.payee_name.clone(),
        parts: Parts {
            kind: PayableKind::Benefit,
            amount: yuan(order.amount.as_ref())?,
            medical,
            disability,
            death,
        },
        ordered_on: day(order.ordered_on)?,
        bank_account_id: order.bank_account_id.clone(),
    })
}

/// Art. 37. What is left of the credit of an employer that has deregistered.
pub fn refund(refunded: &CreditRefunded) -> Result<NewPayable> {
    Ok(NewPayable {
        order_id: uuid(&refunded.case_id)?,
        payee_id: refunded.employer_id.clone(),
        payee_name: refunded.payee.clone(),
        parts: Parts {
            kind: PayableKind::CreditRefund,
            amount: yuan(refunded.amount.as_ref())?,
            medical: Decimal::ZERO,
            disability: Decimal::ZERO,
            death: Decimal::ZERO,
        },
        ordered_on: day(refunded.decided_on)?,
        bank_account_id: String::new(),
    })
}
