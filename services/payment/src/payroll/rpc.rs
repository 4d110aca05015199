//! The gRPC service of payrolls and the ledger.

use chassis::wire::{day, maybe_day, maybe_uuid, month, uuid};
use chassis::{Error, Page, Platform, Result, Unit};
use contracts::Refused;
use contracts::payment::v1::payroll_service_server::PayrollService;
use contracts::payment::v1::{
    BenefitNotice, ListBankAccountsRequest, ListBankAccountsResponse, ListNoticesRequest,
    ListNoticesResponse, ListOverpaymentsRequest, ListOverpaymentsResponse,
    ListPaymentAccountsRequest, ListPaymentAccountsResponse, ListPaymentOrdersRequest,
    ListPaymentOrdersResponse, ListPaymentSumsRequest, ListPaymentSumsResponse,
    ListPaymentsRequest, ListPaymentsResponse, ListPayrollLeftRequest, ListPayrollLeftResponse,
    ListPayrollsRequest, ListPayrollsResponse, PaymentAccount, PaymentOrder, Payroll,
    RecordImprisonmentRequest, RecordImprisonmentResponse, Refusal,
};
use law::Month;
use prost::Message;
use rust_decimal::Decimal;
use tonic::{Request, Response, Status, async_trait};

use super::store::{self, bank, orders, overpayments};
use crate::account::store as accounts;
use crate::account::store::facts::{self, Served};
use crate::account::store::told;
use crate::account::{known, store::AccountRow};

/// Payrolls over gRPC.
pub struct Payrolls(pub Platform);

#[async_trait]
impl PayrollService for Payrolls {
    async fn list_notices(
        &self,
        request: Request<ListNoticesRequest>,
    ) -> Result<Response<ListNoticesResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let of = (maybe_uuid(&asked.person_id)?, maybe_uuid(&asked.case_id)?);
                    let part = (page.after()?, page.limit());
                    let rows = told::notices(unit.db(), &area, of, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |(at, _)| at.to_string());
                    Ok(ListNoticesResponse {
                        notices: decoded::<BenefitNotice>(&rows)?,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_payrolls(
        &self,
        request: Request<ListPayrollsRequest>,
    ) -> Result<Response<ListPayrollsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let part = (page.after()?, page.limit());
                    let rows = store::list(unit.db(), &area, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |(at, _)| at.to_string());
                    Ok(ListPayrollsResponse {
                        payrolls: decoded::<Payroll>(&rows)?,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_payroll_left(
        &self,
        request: Request<ListPayrollLeftRequest>,
    ) -> Result<Response<ListPayrollLeftResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let part = (page.after()?, page.limit());
                    let run_id = uuid(&asked.run_id)?;
                    let rows = store::left(unit.db(), &area, run_id, part).await?;
                    let (left, next_page_token) = page.cut(rows, |row| row.payee_id.clone());
                    Ok(ListPayrollLeftResponse {
                        left,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_payment_orders(
        &self,
        request: Request<ListPaymentOrdersRequest>,
    ) -> Result<Response<ListPaymentOrdersResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let filter = orders::Filter {
                        run_id: maybe_uuid(&asked.run_id)?,
                        payee_id: maybe_uuid(&asked.payee_id)?,
                        month: maybe_month(asked.month)?,
                    };
                    let part = (page.after()?, page.limit());
                    let rows = orders::list(unit.db(), &area, filter, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |(at, _)| at.to_string());
                    Ok(ListPaymentOrdersResponse {
                        orders: decoded::<PaymentOrder>(&rows)?,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_overpayments(
        &self,
        request: Request<ListOverpaymentsRequest>,
    ) -> Result<Response<ListOverpaymentsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let part = (page.after()?, page.limit());
                    let rows = overpayments::list(unit.db(), &area, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.arrival.to_string());
                    Ok(ListOverpaymentsResponse {
                        overpayments: rows.into_iter().map(Into::into).collect(),
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_bank_accounts(
        &self,
        request: Request<ListBankAccountsRequest>,
    ) -> Result<Response<ListBankAccountsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let payee_id = maybe_uuid(&asked.payee_id)?;
                    let part = (page.after()?, page.limit());
                    let rows = bank::list(unit.db(), &area, payee_id, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.arrival.to_string());
                    Ok(ListBankAccountsResponse {
                        accounts: rows.into_iter().map(Into::into).collect(),
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn record_imprisonment(
        &self,
        request: Request<RecordImprisonmentRequest>,
    ) -> Result<Response<RecordImprisonmentResponse>, Status> {
        self.0
            .change(request, |unit, asked| Box::pin(imprisoned(unit, asked)))
            .await
    }

    async fn list_payment_accounts(
        &self,
        request: Request<ListPaymentAccountsRequest>,
    ) -> Result<Response<ListPaymentAccountsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let filter = accounts::Filter {
                        person_id: maybe_uuid(&asked.person_id)?,
                        payee_id: maybe_uuid(&asked.payee_id)?,
                    };
                    let part = (page.after()?, page.limit());
                    let rows = accounts::list(unit.db(), &area, filter, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.account_id.to_string());
                    Ok(ListPaymentAccountsResponse {
                        accounts: listed(unit, rows).await?,
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_payments(
        &self,
        request: Request<ListPaymentsRequest>,
    ) -> Result<Response<ListPaymentsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let filter = store::Filter {
                        person_id: maybe_uuid(&asked.person_id)?,
                        account_id: maybe_uuid(&asked.account_id)?,
                        month: maybe_month(asked.month)?,
                        kind: asked.kind,
                    };
                    let part = (page.after()?, page.limit());
                    let rows = store::entries(unit.db(), &area, filter, part).await?;
                    let (rows, next_page_token) = page.cut(rows, |row| row.entry_no.to_string());
                    Ok(ListPaymentsResponse {
                        payments: rows.into_iter().map(Into::into).collect(),
                        next_page_token,
                    })
                })
            })
            .await
    }

    async fn list_payment_sums(
        &self,
        request: Request<ListPaymentSumsRequest>,
    ) -> Result<Response<ListPaymentSumsResponse>, Status> {
        self.0
            .read(request, |unit, asked| {
                Box::pin(async move {
                    let area = unit.area().to_owned();
                    let page = Page::of(asked.page_size, &asked.page_token)?;
                    let months = (month(asked.from_month)?, month(asked.until_month)?);
                    let after: Option<MonthAndKind> = page.after()?;
                    let part = (after.map(|one| (one.0, one.1)), page.limit());
                    let rows = store::sums(unit.db(), &area, months, part).await?;
                    let (sums, next_page_token) = page.cut(rows, |sum| {
                        let of = sum.month.and_then(|month| Month::try_from(month).ok());
                        of.map_or_else(String::new, |month| format!("{month}/{}", sum.kind))
                    });
                    Ok(ListPaymentSumsResponse {
                        sums,
                        next_page_token,
                    })
                })
            })
            .await
    }
}

/// The last row of a page of sums.
struct MonthAndKind(Month, i32);

impl std::str::FromStr for MonthAndKind {
    type Err = ();

    fn from_str(text: &str) -> Result<Self, ()> {
        let (month, kind) = text.split_once('/').ok_or(())?;
        let month = month.parse().map_err(drop)?;
        Ok(Self(month, kind.parse().map_err(drop)?))
    }
}

fn decoded<M: Message + Default>(rows: &[(i64, Vec<u8>)]) -> Result<Vec<M>> {
    let messages = rows.iter().map(|(_, content)| Ok(M::decode(&**content)?));
    messages.collect()
}

fn maybe_month(wire: Option<contracts::Month>) -> Result<Option<Month>> {
    let month = wire.map(Month::try_from).transpose();
    month.map_err(|_| Error::invalid("month", "支付月", "不是有效的年月"))
}

/// Art. 82. Accounts with what is due in the month of today and was paid.
async fn listed(unit: &mut Unit, rows: Vec<AccountRow>) -> Result<Vec<PaymentAccount>> {
    let (area, this_month) = (unit.area().to_owned(), Month::of(unit.today()));
    let mut payees: Vec<_> = rows.iter().map(|row| row.payee_id).collect();
    payees.sort_unstable();
    payees.dedup();
    // What is due goes by everything that is known of a payee; only rows that the caller sees are answered.
    unit.look_as_the_agency().await?;
    let payees = accounts::payees_of(unit.db(), &area, &payees).await?;
    let known = known(unit, &payees).await?;
    let of_all = known.iter().flat_map(|(_, accounts)| accounts);
    let of: std::collections::HashMap<_, _> = of_all.map(|one| (one.account_id, one)).collect();
    let listed = rows.into_iter().map(|row| {
        let own = of.get(&row.account_id);
        let money = |yuan: Option<Decimal>| Some(yuan.unwrap_or_default().into());
        PaymentAccount {
            account_id: row.account_id.to_string(),
            payee_id: row.payee_id.to_string(),
            payee: row.payee() as i32,
            kind: row.kind() as i32,
            payee_name: row.payee_name,
            person_id: row.person_id.to_string(),
            name: row.name,
            recognition_number: row.recognition_number,
            employer_id: row.employer_id,
            claim_id: row.claim_id.to_string(),
            once: money(own.map(|one| one.due.once())),
            monthly: money(own.map(|one| one.due.due(this_month))),
            from_month: own.and_then(|one| one.due.first()).map(Into::into),
            paid: money(own.map(|one| one.paid.values().sum())),
        }
    });
    Ok(listed.collect())
}

/// Art. 81. It is kept, and nothing of what is due changes.
async fn imprisoned(
    unit: &mut Unit,
    asked: RecordImprisonmentRequest,
) -> Result<RecordImprisonmentResponse> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let told = asked.imprisonment.unwrap_or_default();
    let (from_on, until_on) = (day(told.from_on)?, maybe_day(told.until_on));
    if from_on > today || until_on.is_some_and(|until_on| until_on < from_on) {
        let refused = Refused::because(Refusal::ImprisonmentDates);
        return Err(refused.with("from_on", from_on).into());
    }
    let served = Served {
        person_id: uuid(&told.person_id)?,
        from_on,
        until_on,
        document_number: &told.document_number,
    };
    facts::imprison(unit.db(), &area, served).await?;
    Ok(RecordImprisonmentResponse {})
}
