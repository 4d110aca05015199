//! A verification round is opened (form 17-A), and those who did not come are handed over (21-A).

use std::collections::HashSet;

use chassis::{Result, Run, Unit};
use contracts::Refused;
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    CertificateUnverified, Refusal, RegistrationEvent, UnverifiedCertificate, UnverifiedRunItem,
    UnverifiedRunOrder, UnverifiedRunSummary, VerificationNotice, VerificationOpened,
    VerificationRunOrder, VerificationRunSummary,
};
use uuid::Uuid;

use super::rounds::store::{self, Overdue};
use super::rules;
use chassis::wire::{day, maybe_day};

/// Certificates in a slice of a preview.
const SLICE: i64 = 1_000;

/// Art. 17. Employers whose certificate is due are called to have it verified within the term.
pub struct VerificationRound;

#[chassis::async_trait]
impl Run for VerificationRound {
    type Order = VerificationRunOrder;
    type Item = VerificationNotice;
    type Summary = VerificationRunSummary;

    /// One round at a time: an employer is not called by two.
    fn subject(&self, _order: &Self::Order) -> String {
        "验证".to_owned()
    }

    async fn preview(
        &self,
        unit: &mut Unit,
        order: &Self::Order,
        after: Option<&str>,
    ) -> Result<Vec<(String, Self::Item)>> {
        let (area, opens_on) = (unit.area().to_owned(), day(order.opens_on)?);
        if opens_on > unit.today() {
            return Err(Refused::because(Refusal::VerificationNotDue)
                .with("opens_on", opens_on)
                .into());
        }
        let law = unit.law(opens_on).await?;
        let due_on = rules::days_after(opens_on, law.integer("verification_term_days")?.value);
        let years = law.integer("verification_interval_years")?.value;
        let verified_by = rules::due_when_verified_by(opens_on, years);
        let rows = store::due(unit.db(), &area, verified_by, after, SLICE).await?;
        let notice = |row: store::DueRow| VerificationNotice {
            employer_id: row.employer_id,
            name: row.name,
            certificate_number: row.certificate_number,
            last_verified_on: Some(row.last_verified_on.into()),
            due_on: Some(due_on.into()),
        };
        Ok(rows
            .into_iter()
            .map(|row| (row.employer_id.clone(), notice(row)))
            .collect())
    }

    fn add(&self, summary: &mut Self::Summary, order: &Self::Order, item: &Self::Item) {
        summary.opens_on = order.opens_on;
        summary.due_on = item.due_on;
        summary.employers += 1;
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        run_id: Uuid,
        order: &Self::Order,
        items: &[(String, Self::Item)],
    ) -> Result<()> {
        let (area, opens_on) = (unit.area().to_owned(), day(order.opens_on)?);
        let notices: Vec<&VerificationNotice> = items.iter().map(|(_, notice)| notice).collect();
        let called = store::call(unit.db(), &area, run_id, opens_on, &notices).await?;
        unit.tell_all(called.into_iter().map(|row| {
            let verification = contracts::registration::v1::Verification::from(row);
            let key = verification.employer_id.clone();
            let opened = VerificationOpened {
                verification: Some(verification),
            };
            (
                key,
                RegistrationEvent {
                    what: Some(What::VerificationOpened(opened)),
                },
            )
        }))
        .await
    }

    async fn finish(
        &self,
        _unit: &mut Unit,
        _run_id: Uuid,
        _order: &Self::Order,
        _summary: &Self::Summary,
    ) -> Result<()> {
        Ok(())
    }
}

/// Art. 21. Employers that had their certificate neither verified nor renewed in time are handed to
/// audit, each once for each day on which it was due.
pub struct UnverifiedHandOver;

#[chassis::async_trait]
impl Run for UnverifiedHandOver {
    type Order = UnverifiedRunOrder;
    type Item = UnverifiedRunItem;
    type Summary = UnverifiedRunSummary;

    fn subject(&self, order: &Self::Order) -> String {
        maybe_day(order.as_of)
            .map(|day| day.to_string())
            .unwrap_or_default()
    }

    async fn preview(
        &self,
        unit: &mut Unit,
        order: &Self::Order,
        after: Option<&str>,
    ) -> Result<Vec<(String, Self::Item)>> {
        let (area, as_of) = (unit.area().to_owned(), day(order.as_of)?);
        if as_of > unit.today() {
            return Err(Refused::because(Refusal::HandOverInFuture)
                .with("as_of", as_of)
                .into());
        }
        let term_days = unit
            .law(as_of)
            .await?
            .integer("verification_term_days")?
            .value;
        let overdue = Overdue {
            on: as_of,
            term_days,
            only_new: true,
        };
        let rows = store::unverified(unit.db(), &area, &overdue, after, SLICE).await?;
        let item = |row: store::UnverifiedRow| UnverifiedRunItem {
            certificate: Some(row.into()),
        };
        Ok(rows
            .into_iter()
            .map(|row| (row.key.clone(), item(row)))
            .collect())
    }

    fn add(&self, summary: &mut Self::Summary, order: &Self::Order, item: &Self::Item) {
        summary.as_of = order.as_of;
        match &item.certificate {
            Some(certificate) if certificate.expired => summary.expired += 1,
            _ => summary.unverified += 1,
        }
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        run_id: Uuid,
        _order: &Self::Order,
        items: &[(String, Self::Item)],
    ) -> Result<()> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let late: Vec<(&str, &UnverifiedCertificate)> = items
            .iter()
            .filter_map(|(key, item)| Some((key.as_str(), item.certificate.as_ref()?)))
            .collect();
        let certificates: Vec<&UnverifiedCertificate> =
            late.iter().map(|(_, late)| *late).collect();
        let handed_over: HashSet<String> =
            store::hand_over(unit.db(), &area, run_id, today, &certificates)
                .await?
                .into_iter()
                .collect();
        store::mark_handed_over(unit.db(), &area, run_id).await?;
        let told = late
            .into_iter()
            .filter(|(key, _)| handed_over.contains(*key));
        unit.tell_all(told.map(|(_, late)| {
            let certificate = UnverifiedCertificate {
                handed_over_on: Some(today.into()),
                ..late.clone()
            };
            let unverified = CertificateUnverified {
                certificate: Some(certificate),
            };
            let what = Some(What::CertificateUnverified(unverified));
            (late.employer_id.clone(), RegistrationEvent { what })
        }))
        .await
    }

    async fn finish(
        &self,
        _unit: &mut Unit,
        _run_id: Uuid,
        _order: &Self::Order,
        _summary: &Self::Summary,
    ) -> Result<()> {
        Ok(())
    }
}
