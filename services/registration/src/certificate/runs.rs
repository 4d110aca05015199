//! A verification round is opened (form 17-A), and what the day handed to audit is put on a signed
//! list (21-A).

use chassis::{Result, Run, RunSlice, Unit};
use contracts::Refused;
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    Refusal, RegistrationEvent, UnverifiedCertificate, UnverifiedRunItem, UnverifiedRunOrder,
    UnverifiedRunSummary, VerificationNotice, VerificationOpened, VerificationRunOrder,
    VerificationRunSummary,
};
use law::Law;
use law::calendar::Term;
use uuid::Uuid;

use super::rounds::hand_over::store as hand_over;
use super::rounds::store::{self, UnverifiedRow};
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

    /// No article gives one; who is called must still be able to come: see `admit`.
    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// Art. 17. Employers are called from the day on which the round opens until the term that it gives
    /// them is over: who were called later would be handed to audit at once.
    async fn admit(&self, unit: &mut Unit, order: &Self::Order) -> Result<()> {
        let (opens_on, today) = (day(order.opens_on)?, unit.today());
        if opens_on > today {
            return Err(Refused::because(Refusal::VerificationNotDue)
                .with("opens_on", opens_on)
                .into());
        }
        let due_on = rules::verify_by(opens_on, &unit.law(opens_on).await?)?;
        if due_on < today {
            return Err(Refused::because(Refusal::VerificationTermOver)
                .with("opens_on", opens_on)
                .with("due_on", due_on)
                .into());
        }
        Ok(())
    }

    async fn preview(
        &self,
        unit: &mut Unit,
        order: &Self::Order,
        after: Option<&str>,
    ) -> Result<Option<RunSlice<Self::Item>>> {
        let (area, opens_on) = (unit.area().to_owned(), day(order.opens_on)?);
        let law = unit.law(opens_on).await?;
        let due_on = rules::verify_by(opens_on, &law)?;
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
        let notices = rows
            .into_iter()
            .map(|row| (row.employer_id.clone(), notice(row)));
        Ok(RunSlice::of(notices.collect()))
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

/// Art. 21. The employers that were handed to audit, on a list that is signed as forms between
/// departments are (Art. 148).
pub struct UnverifiedList;

#[chassis::async_trait]
impl Run for UnverifiedList {
    type Order = UnverifiedRunOrder;
    type Item = UnverifiedRunItem;
    type Summary = UnverifiedRunSummary;

    fn subject(&self, order: &Self::Order) -> String {
        maybe_day(order.as_of)
            .map(|day| day.to_string())
            .unwrap_or_default()
    }

    /// No article gives one: they were handed over and told already, whenever the list is signed.
    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// Art. 21. Of days that have come.
    async fn admit(&self, unit: &mut Unit, order: &Self::Order) -> Result<()> {
        let as_of = day(order.as_of)?;
        if as_of > unit.today() {
            return Err(Refused::because(Refusal::HandOverInFuture)
                .with("as_of", as_of)
                .into());
        }
        Ok(())
    }

    async fn preview(
        &self,
        unit: &mut Unit,
        order: &Self::Order,
        after: Option<&str>,
    ) -> Result<Option<RunSlice<Self::Item>>> {
        let (area, as_of) = (unit.area().to_owned(), day(order.as_of)?);
        let rows = hand_over::unsigned(unit.db(), &area, as_of, after, SLICE).await?;
        let item = |row: UnverifiedRow| UnverifiedRunItem {
            certificate: Some(row.into()),
        };
        let items = rows.into_iter().map(|row| (row.key.clone(), item(row)));
        Ok(RunSlice::of(items.collect()))
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
        let area = unit.area().to_owned();
        let listed: Vec<&UnverifiedCertificate> = items
            .iter()
            .filter_map(|(_, item)| item.certificate.as_ref())
            .collect();
        hand_over::sign(unit.db(), &area, run_id, &listed).await
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
