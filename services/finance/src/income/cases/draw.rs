//! The reserve and the prevention fund are drawn (forms 93-A and 93-B).

use chassis::{Case, Needed, Result, Unit};
use contracts::Refused;
use contracts::finance::v1::{
    DocumentPart, FundDraw, FundDrawDecision, FundDrawForm, FundDrawKind, Post, Refusal,
    SourceDocument,
};
use law::calendar::Term;
use law::{Law, Month};
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::super::rules::{self, Basis};
use super::super::store::draws;
use crate::duties;
use crate::ledger::store::read;
use crate::ledger::{self, Draft, chart};

/// Art. 93, Art. 94. By the area's ratio, as often as income has come since.
pub struct Draw;

#[chassis::async_trait]
impl Case for Draw {
    type Application = FundDrawForm;
    type Decision = FundDrawDecision;

    fn subject(&self, application: &Self::Application) -> String {
        format!("{}/{}", application.year, application.kind)
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
        let (kind, year, today) = (application.kind(), application.year, unit.today());
        if year > today.year() || year < today.year() - 1 {
            return Err(Refused::because(Refusal::DrawYear)
                .with("year", year)
                .into());
        }
        let law = unit.law(today).await?;
        let ratio = law.decimal(match kind {
            FundDrawKind::Prevention => "prevention_ratio",
            FundDrawKind::Reserve | FundDrawKind::Unspecified => "reserve_ratio",
        })?;
        let sheet = rules::draw((kind, year), basis(unit, kind, year).await?, ratio)?;
        Ok(FundDrawDecision {
            kind: application.kind,
            year,
            amount: Some(sheet.value.into()),
            worksheet: Some(sheet.into()),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        duties::expect_signers(unit, case_id, Post::Ledger).await?;
        unit.hold(&[format!("draws:{area}")]).await?;
        self.examine_again(unit, &application, &decision).await?;
        let draw = FundDraw {
            kind: application.kind,
            year: application.year,
            amount: decision.amount,
            drawn_on: Some(today.into()),
            case_id: case_id.to_string(),
        };
        draws::insert(unit.db(), &area, &draw).await?;
        if application.kind() == FundDrawKind::Reserve {
            let draft = reserve(
                case_id,
                today,
                chassis::wire::yuan(draw.amount.as_ref())?,
                unit,
            )?;
            ledger::post(unit, &[draft]).await?;
        }
        Ok(())
    }
}

/// The part of the fund that is reserve from now on; prevention is spent, and stands in the books when it is.
fn reserve(case_id: Uuid, on: Date, amount: Decimal, unit: &Unit) -> Result<Draft> {
    let parts = [(DocumentPart::Drawn, amount)];
    Ok(Draft {
        document: SourceDocument::Reserve,
        document_number: case_id.to_string(),
        document_on: on,
        asked: None,
        summary: "提取储备金".to_owned(),
        lines: ledger::rules::lines(SourceDocument::Reserve, on, &parts)?,
        corrects: None,
        made_by: unit.actor().name.clone(),
    })
}

async fn basis(unit: &mut Unit, kind: FundDrawKind, year: i32) -> Result<Basis> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let of_year = match kind {
        FundDrawKind::Prevention => year - 1,
        FundDrawKind::Reserve | FundDrawKind::Unspecified => year,
    };
    let months = months_of(of_year)?;
    let codes = chart::codes_of(chart::CONTRIBUTIONS);
    let turnover = read::turnover(unit.db(), &area, &codes, months).await?;
    let sums = read::sums(unit.db(), &area, Month::of(today)).await?;
    let of = |codes: &[&str]| -> Decimal {
        let own = sums.iter().filter(|sum| codes.contains(&&*sum.account));
        own.map(read::Sum::closing).sum()
    };
    Ok(Basis {
        contributions: -turnover,
        drawn: draws::drawn(unit.db(), &area, (kind, year)).await?,
        // The reserve stands on the credit side.
        left: of(&chart::MONEY) + of(&[chart::RESERVE]),
    })
}

fn months_of(year: i32) -> Result<(Month, Month)> {
    let month = |number| Month::new(year, number).map_err(chassis::Error::internal);
    Ok((month(1)?, month(12)?))
}
