//! What a date brings about (Art. 21): who did not come in time is handed to audit on the day after the
//! last one, each once for each day on which it was due.

pub mod store;

use chassis::{Daily, Progress, Result, Unit};
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    CertificateUnverified, RegistrationEvent, UnverifiedCertificate,
};

use super::store::Overdue;

/// Certificates handed over at once.
const SLICE: i64 = 1_000;

/// Art. 21. Employers that had their certificate neither verified nor renewed in time.
pub struct HandOver;

#[chassis::async_trait]
impl Daily for HandOver {
    fn name(&self) -> &'static str {
        "certificate.hand_over"
    }

    async fn areas(&self, unit: &mut Unit) -> Result<Vec<String>> {
        crate::employer::store::areas(unit.db()).await
    }

    async fn act(&self, unit: &mut Unit) -> Result<Progress> {
        let (area, today, request_id) = (unit.area().to_owned(), unit.today(), unit.request_id());
        let law = unit.law(today).await?;
        let overdue = Overdue {
            on: today,
            term_days: law.integer("verification_term_days")?.value,
            only_new: true,
        };
        loop {
            let rows = super::store::unverified(unit.db(), &area, &overdue, None, SLICE).await?;
            if rows.is_empty() {
                return Ok(Progress::Done);
            }
            store::hand_over(unit.db(), &area, request_id, today, &rows).await?;
            unit.tell_all(rows.into_iter().map(|late| {
                let key = late.employer_id.clone();
                let certificate = Some(UnverifiedCertificate {
                    handed_over_on: Some(today.into()),
                    ..late.into()
                });
                let what = Some(What::CertificateUnverified(CertificateUnverified {
                    certificate,
                }));
                (key, RegistrationEvent { what })
            }))
            .await?;
        }
    }
}
