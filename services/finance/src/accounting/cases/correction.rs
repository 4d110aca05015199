//! Vouchers that are taken back in red ink (forms 103-A and 103-B).

use chassis::wire::month;
use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::finance::v1::{CorrectionDecision, CorrectionForm, Post, Refusal, SourceDocument};
use law::calendar::Term;
use law::{Law, Month};
use uuid::Uuid;

use crate::duties;
use crate::ledger::store::read;
use crate::ledger::{self, Draft, Line, rules};

/// Art. 103. A voucher that is wrong stays where it is; one with the same lines below zero stands beside it, in the month of
/// today or the first that is open.
pub struct Correction;

#[chassis::async_trait]
impl Case for Correction {
    type Application = CorrectionForm;
    type Decision = CorrectionDecision;

    fn subject(&self, application: &Self::Application) -> String {
        let month = application
            .month
            .and_then(|month| Month::try_from(month).ok());
        month.map_or_else(String::new, |month| rules::name(month, application.number))
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let lines = red_lines(unit, application).await?;
        Ok(CorrectionDecision {
            corrects: self.subject(application),
            kind: rules::kind(&lines) as i32,
            amount: Some(rules::sums(&lines).0.into()),
            lines: rules::wire(&lines),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        duties::expect_signers(unit, case_id, Post::Ledger).await?;
        self.examine_again(unit, &application, &decision).await?;
        let draft = Draft {
            document: SourceDocument::Correction,
            document_number: decision.corrects,
            document_on: unit.today(),
            asked: None,
            summary: application.reason.clone(),
            lines: red_lines(unit, &application).await?,
            corrects: Some((month(application.month)?, application.number)),
            made_by: unit.actor().name.clone(),
        };
        ledger::post(unit, &[draft]).await.map(drop)
    }
}

async fn red_lines(unit: &mut Unit, application: &CorrectionForm) -> Result<Vec<Line>> {
    let area = unit.area().to_owned();
    let (month, number) = (month(application.month)?, application.number);
    let refused = |why: Refusal| Refused::because(why).with("voucher", rules::name(month, number));
    let before = Some(number.saturating_sub(1));
    let found = read::vouchers(unit.db(), &area, (month, None), (before, 1)).await?;
    let found = found.into_iter().find(|row| row.number == number);
    let row = found.ok_or_else(|| refused(Refusal::VoucherUnknown))?;
    let corrected = read::correction_of(unit.db(), &area, (month, number)).await?;
    if corrected.is_some() || row.is_correction() {
        return Err(refused(Refusal::CorrectedAlready).into());
    }
    let lines = read::lines(unit.db(), &area, (month, &[number])).await?;
    let lines: Vec<Line> = lines.into_iter().map(|(_, line)| line).collect();
    Ok(rules::red(&lines))
}
