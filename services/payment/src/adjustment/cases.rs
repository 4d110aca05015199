//! The kinds of case of the section.

mod resume;
mod stop;

pub use resume::PaymentResumption;
pub use stop::PaymentStop;

use chassis::{Result, Unit};
use contracts::payment::v1::PaymentEvent;
use contracts::payment::v1::Stop;
use contracts::payment::v1::payment_event::What;

/// Art. 89. Tells finance and others of a stop, or that it is over.
async fn tell(unit: &mut Unit, stop: Stop, what: impl FnOnce(Stop) -> What) -> Result<()> {
    let key = stop.payee_id.clone();
    let what = Some(what(stop));
    unit.tell(key, &PaymentEvent { what }).await
}
