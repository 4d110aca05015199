//! Who is to be asked for what was paid too much.

use std::collections::{BTreeMap, HashMap};

use chassis::{Result, Unit};
use contracts::payment::v1::payment_event::What;
use contracts::payment::v1::{Overpayment, OverpaymentFound, PaymentEvent};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::party;
use crate::account::store::PayeeRow;
use crate::payroll::store::overpayments::{self, NewOverpayment};

/// Art. 80, Art. 90. Tells audit and finance of payees who owe back what nothing comes to take it off from, and where that has
/// become another amount, or nothing. `owed` is what each is to be asked for after a payroll.
///
/// # Errors
/// When it cannot be kept.
pub async fn tell(
    unit: &mut Unit,
    (run_id, rows): (Uuid, &HashMap<String, PayeeRow>),
    owed: BTreeMap<String, Decimal>,
) -> Result<()> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let ids: Vec<Uuid> = rows.values().map(|row| row.payee_id).collect();
    let told = overpayments::told(unit.db(), &area, &ids).await?;
    let others = owed.into_iter().filter_map(|(payee_id, amount)| {
        let row = rows.get(&payee_id)?;
        let before = told.get(&row.payee_id).copied().unwrap_or_default();
        (before != amount).then(|| NewOverpayment {
            overpayment: Overpayment {
                payee_id,
                payee: row.kind() as i32,
                payee_name: row.name.clone(),
                amount: Some(amount.into()),
                run_id: run_id.to_string(),
                found_on: Some(today.into()),
            },
            party: party(row),
        })
    });
    let new: Vec<NewOverpayment> = others.collect();
    if new.is_empty() {
        return Ok(());
    }
    overpayments::insert(unit.db(), &area, &new).await?;
    let told = new.into_iter().map(|NewOverpayment { overpayment, .. }| {
        let key = overpayment.payee_id.clone();
        let what = What::OverpaymentFound(OverpaymentFound {
            overpayment: Some(overpayment),
        });
        (key, PaymentEvent { what: Some(what) })
    });
    unit.tell_all(told).await
}
