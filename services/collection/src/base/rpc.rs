//! The gRPC service of bases.

use chassis::{Page, Platform, Result, Unit};
use contracts::collection::v1::base_service_server::BaseService;
use contracts::collection::v1::{
    BatchCompareWagesRequest, BatchCompareWagesResponse, ContributionBase, ContributionMonth,
    DeliverUnderDeclarationNoticesRequest, DeliverUnderDeclarationNoticesResponse,
    GetContributionHistoryRequest, GetContributionHistoryResponse, ListContributionBasesRequest,
    ListContributionBasesResponse, ListUnderDeclarationsRequest, ListUnderDeclarationsResponse,
    ListedWage, UploadWageRosterRequest, UploadWageRosterResponse, WageDifference,
};
use contracts::options::v1::Caller;
use law::Month;
use rust_decimal::Decimal;
use tonic::{Request, Response, Status, Streaming, async_trait};

use super::batches::WageRoster;
use super::cases;
use super::rules;
use super::store::{self, Base, BoundsOfMonths, Finding};
use crate::{ledger, wire};

/// Months of a history when the question does not say: those of the own wage.
const OWN_WAGE_MONTHS: i32 = 12;

/// Section 1 over gRPC.
pub struct Bases(pub Platform);

#[async_trait]
impl BaseService for Bases {
    async fn upload_wage_roster(
        &self,
        request: Request<Streaming<UploadWageRosterRequest>>,
    ) -> Result<Response<UploadWageRosterResponse>, Status> {
        let batch = self.0.upload(request, WageRoster).await?;
        Ok(Response::new(UploadWageRosterResponse {
            batch: Some(batch),
        }))
    }

    async fn list_contribution_bases(
        &self,
        request: Request<ListContributionBasesRequest>,
    ) -> Result<Response<ListContributionBasesResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let month = wire::month(asked.month)?;
                    let case_id = Some(asked.case_id).filter(|id| !id.is_empty());
                    let case_id = case_id.map(|id| wire::uuid(&id)).transpose()?;
                    let employer_id = asked.employer_id.as_str();
                    let part = (page.after()?, page.limit());
                    let under_way = match case_id {
                        Some(id) => cases::under_way(unit, (employer_id, month, id), part).await?,
                        None => None,
                    };
                    let rows = match under_way {
                        Some(rows) => rows,
                        None => {
                            let which = (employer_id, month, case_id);
                            store::bases(unit.db(), &area, which, part).await?
                        }
                    };
                    let (rows, next_page_token) = page.cut(rows, |row| row.person_id.to_string());
                    let (mut bounds, mut bases) = (BoundsOfMonths::default(), Vec::new());
                    for row in rows {
                        let yuan = bounds.in_force(unit, month, row.wage).await?;
                        bases.push(base(row, month, yuan)?);
                    }
                    Ok(ListContributionBasesResponse {
                        bases,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_under_declarations(
        &self,
        request: Request<ListUnderDeclarationsRequest>,
    ) -> Result<Response<ListUnderDeclarationsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let overdue_on = asked.overdue.then(|| unit.today());
                    let which = (asked.employer_id.as_str(), asked.state, overdue_on);
                    let rows =
                        store::findings(unit.db(), &area, which, (page.after()?, page.limit()))
                            .await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.finding_id.to_string());
                    let under_declarations =
                        rows.iter().map(Finding::shown).collect::<Result<_>>()?;
                    Ok(ListUnderDeclarationsResponse {
                        under_declarations,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn deliver_under_declaration_notices(
        &self,
        request: Request<DeliverUnderDeclarationNoticesRequest>,
    ) -> Result<Response<DeliverUnderDeclarationNoticesResponse>, Status> {
        self.0
            .change(request, |unit, asked| {
                Box::pin(async move {
                    let ids = wire::uuids(&asked.finding_ids)?;
                    let delivered_on = wire::day(asked.delivered_on)?;
                    let found = cases::deliver(unit, &ids, delivered_on).await?;
                    let under_declarations =
                        found.iter().map(Finding::shown).collect::<Result<_>>()?;
                    Ok(DeliverUnderDeclarationNoticesResponse { under_declarations })
                })
            })
            .await
    }

    async fn batch_compare_wages(
        &self,
        request: Request<BatchCompareWagesRequest>,
    ) -> Result<Response<BatchCompareWagesResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let differences = compare(unit, &asked.wages).await?;
                    Ok(BatchCompareWagesResponse { differences })
                })
            })
            .await
    }

    async fn get_contribution_history(
        &self,
        request: Request<GetContributionHistoryRequest>,
    ) -> Result<Response<GetContributionHistoryResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let person_id = wire::uuid(&asked.person_id)?;
                    if unit.actor().caller == Caller::Person {
                        if unit.actor().party != person_id.to_string() {
                            return Ok(GetContributionHistoryResponse::default());
                        }
                        // What was assessed and paid for a person stands with the employers.
                        unit.look_as_the_agency().await?;
                    }
                    let last = Month::of(wire::day(asked.before)?).previous();
                    let back = i32::try_from(asked.months).unwrap_or(0);
                    let back = if back == 0 { OWN_WAGE_MONTHS } else { back };
                    let months = (last.plus(1 - back), last);
                    let rows = store::history(unit.db(), &area, person_id, months).await?;
                    let employers: Vec<_> =
                        rows.iter().map(|row| row.employer_id.clone()).collect();
                    let today = unit.today();
                    let ledgers = ledger::ledgers(unit, &employers, today).await?;
                    let (mut bounds, mut months) = (BoundsOfMonths::default(), Vec::new());
                    for row in rows {
                        let month = Month::of(row.month);
                        let account = ledgers
                            .get(&row.employer_id)
                            .and_then(|of| of.months.get(&month));
                        let base = bounds.in_force(unit, month, row.wage).await?;
                        months.push(ContributionMonth {
                            month: Some(month.into()),
                            base: Some(base.into()),
                            origin: row.origin,
                            paid: account.is_none_or(|a| a.unpaid() <= a.unbilled),
                            employer_id: row.employer_id,
                        });
                    }
                    Ok(GetContributionHistoryResponse { months })
                })
            })
            .await
    }
}

async fn compare(unit: &mut Unit, wages: &[ListedWage]) -> Result<Vec<WageDifference>> {
    let area = unit.area().to_owned();
    let (mut employers, mut persons, mut months) = (Vec::new(), Vec::new(), Vec::new());
    for wage in wages {
        employers.push(wage.employer_id.as_str());
        persons.push(wire::uuid(&wage.person_id)?);
        months.push(wire::month(wage.month)?.first_day());
    }
    let asked = (employers.as_slice(), persons.as_slice(), months.as_slice());
    let in_force = store::in_force(unit.db(), &area, asked).await?;
    let (mut bounds, mut differences) = (BoundsOfMonths::default(), Vec::new());
    for (place, counts) in in_force {
        let Some((at, wage, month)) = usize::try_from(place - 1)
            .ok()
            .and_then(|at| Some((at, wages.get(at)?, Month::of(*months.get(at)?))))
        else {
            continue;
        };
        let base = bounds.in_force(unit, month, counts).await?;
        let within = bounds.of(unit, month).await?;
        let listed = rules::base(wire::yuan(wage.monthly_wage.as_ref())?, within);
        if listed != base {
            differences.push(WageDifference {
                place: wire::count(at),
                base: Some(base.into()),
                listed_base: Some(listed.into()),
            });
        }
    }
    Ok(differences)
}

fn base(row: Base, month: Month, yuan: Decimal) -> Result<ContributionBase> {
    let (from, to) = match &row.months {
        Some(months) => wire::month_range(months)?,
        None => (month, month),
    };
    Ok(ContributionBase {
        person_id: row.person_id.to_string(),
        name: row.name,
        from_month: Some(from.into()),
        to_month: Some(to.into()),
        base: Some(yuan.into()),
        origin: row.origin,
        confirmed_on: row.confirmed_on.map(Into::into),
        case_id: row.case_id.map(|id| id.to_string()).unwrap_or_default(),
    })
}
