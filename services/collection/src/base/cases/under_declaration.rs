//! Review finds that too little was declared: the employer is told to make good within a term.

use chassis::{Case, Needed, Result, Unit, async_trait};
use contracts::Refused;
use contracts::collection::v1::{
    Refusal, UnderDeclarationForm, UnderDeclarationKind, UnderDeclarationNotice,
    UnderDeclarationState,
};
use law::Law;
use law::calendar::Term;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::{finding_not_open, known_employer, tell_changed};
use crate::assessment::cases::charged_by_payroll;
use crate::base::store::{self, Finding};
use crate::{notice, wire};

/// The parameter within whose working days an employer makes good, once it is told to.
const MAKE_GOOD: &str = "make_good_working_days";

/// A finding of under-declaration.
pub struct UnderDeclared;

#[async_trait]
impl Case for UnderDeclared {
    type Application = UnderDeclarationForm;
    type Decision = UnderDeclarationNotice;

    fn subject(&self, application: &UnderDeclarationForm) -> String {
        application.employer_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &UnderDeclarationForm) -> Vec<Needed> {
        Vec::new()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &UnderDeclarationForm,
    ) -> Result<UnderDeclarationNotice> {
        known_employer(unit, &application.employer_id).await?;
        let (first, last) = (
            wire::month(application.from_month)?,
            wire::month(application.to_month)?,
        );
        if last < first {
            return Err(Refused::because(Refusal::MonthsReversed)
                .with("to", last)
                .with("from", first)
                .into());
        }
        let law = unit.law(unit.today()).await?;
        let days = law.integer(MAKE_GOOD)?.value;
        let missing = missing_base(application)?;
        let refused = application.kind() == UnderDeclarationKind::DocumentsRefused;
        if !refused && (missing.is_zero() || application.headcount == 0) {
            return Err(Refused::because(Refusal::MissingBase).into());
        }
        if !refused {
            let months = std::iter::successors(Some(first), |month| Some(month.next()));
            let months: Vec<_> = months.take_while(|month| *month <= last).collect();
            charged_by_payroll(unit, &application.employer_id, &months).await?;
        }
        // Who signs sees what the employer has paid back meanwhile.
        let area = unit.area().to_owned();
        let of = (application.employer_id.as_str(), (first, last));
        let paid_back = store::paid_back(unit.db(), &area, of).await?;
        Ok(UnderDeclarationNotice {
            employer_id: application.employer_id.clone(),
            kind: application.kind,
            from_month: application.from_month,
            to_month: application.to_month,
            missing_base: Some(missing.into()),
            make_good_working_days: u32::try_from(days).unwrap_or(u32::MAX),
            paid_back_base: Some(paid_back.into()),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: UnderDeclarationForm,
        decision: UnderDeclarationNotice,
    ) -> Result<()> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let (first, last) = (
            wire::month(application.from_month)?,
            wire::month(application.to_month)?,
        );
        let finding = Finding {
            finding_id: case_id,
            employer_id: application.employer_id,
            kind: application.kind,
            months: wire::months(first, last),
            missing_base: wire::yuan(decision.missing_base.as_ref())?,
            made_good_base: Decimal::ZERO,
            issued_on: today,
            delivered_on: None,
            make_good_by: None,
            make_good_by_provisional: false,
            state: UnderDeclarationState::Open as i32,
        };
        Ok(store::insert_finding(unit.db(), &area, &finding).await?)
    }
}

/// Art. 24. Notices to make good reached their employers: their term begins.
///
/// # Errors
/// The refusal of the first that is none, was delivered before, or whose finding is closed.
pub async fn deliver(unit: &mut Unit, asked: &[Uuid], delivered_on: Date) -> Result<Vec<Finding>> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let issued = store::issued(unit.db(), &area, asked).await?;
    notice::may_deliver(asked, &issued, (delivered_on, today))?;
    let make_good_by = notice::within(unit, MAKE_GOOD, delivered_on).await?;
    let found = store::deliver(unit.db(), &area, asked, (delivered_on, make_good_by)).await?;
    let is_open = |id: &&Uuid| found.iter().any(|found| found.finding_id == **id);
    if let Some(closed) = asked.iter().find(|id| !is_open(id)) {
        return Err(finding_not_open(*closed).into());
    }
    for finding in &found {
        tell_changed(unit, finding.finding_id, finding).await?;
    }
    Ok(found)
}

/// Yuan; nothing where documents are refused and nobody can tell.
fn missing_base(application: &UnderDeclarationForm) -> Result<Decimal> {
    let stated = application.missing_base.as_ref();
    stated.map_or(Ok(Decimal::ZERO), |base| wire::yuan(Some(base)))
}
