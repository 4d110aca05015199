//! Rows of a paid list that need looking at, one by one.

use std::collections::{BTreeMap, HashMap};

use chassis::{Finding, Result, Unit};
use contracts::Refused;
use contracts::collection::v1::{EnteredReceipt, LedgerAccount, LedgerEntryKind, Refusal};
use contracts::reflect::label_of;
use law::{Law, Month};
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::{List, Paid, Payers};
use crate::ledger::account::EmployerLedger;
use crate::ledger::{self, Posting, Received, Source, SourceKind, late_fee_laws};
use crate::settlement::rules::{Payment, receive};
use crate::settlement::store;

/// Enters the rows in their order; answers what was found, and for whom something was entered. What has
/// to be told of them goes behind what `told` has.
pub(super) async fn enter(
    unit: &mut Unit,
    list: &List,
    rows: &[Paid<'_>],
    told: &mut Vec<EnteredReceipt>,
) -> Result<(Vec<Finding>, Payers)> {
    if rows.is_empty() {
        return Ok((Vec::new(), Payers::new()));
    }
    let mut entering = Entering::load(unit, list, rows).await?;
    for row in rows {
        if let Some(finding) = entering.enter(row)? {
            entering.findings.push(finding);
        }
    }
    let Entering {
        postings,
        received,
        told: of_these,
        findings,
        ..
    } = entering;
    ledger::store::post_receipts(unit, &postings, &received).await?;
    told.extend(of_these);
    Ok((
        findings,
        postings
            .into_iter()
            .map(|posting| posting.employer_id)
            .collect(),
    ))
}

const CHANNEL: &str = "workinjury.collection.v1.PaymentChannel";

/// What rows are matched with, and what becomes of them.
struct Entering<'a> {
    list: &'a List,
    today: Date,
    laws: Vec<Law>,
    /// Codes that an employer has or had, and the employer of a code.
    codes: HashMap<String, Vec<String>>,
    employers: HashMap<String, String>,
    ledgers: BTreeMap<String, EmployerLedger>,
    /// The batch in which a payment came, by its reference.
    entered: HashMap<String, Uuid>,
    /// The batch of the last receipt for an employer's month.
    paid_by: HashMap<(String, Month), Uuid>,
    postings: Vec<Posting>,
    received: Vec<Option<Received>>,
    told: Vec<EnteredReceipt>,
    findings: Vec<Finding>,
}

impl<'a> Entering<'a> {
    async fn load(unit: &mut Unit, list: &'a List, rows: &[Paid<'_>]) -> Result<Self> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let ids: Vec<&str> = rows.iter().map(|row| row.employer_id).collect();
        let codes: Vec<&str> = rows.iter().map(|row| row.credit_code).collect();
        let references: Vec<&str> = rows.iter().map(|row| row.reference).collect();
        let payers = store::payers(unit.db(), &area, &ids, &codes).await?;
        let (mut codes, mut employers) = (HashMap::<_, Vec<_>>::new(), HashMap::new());
        for (employer_id, code) in payers {
            employers.insert(code.clone(), employer_id.clone());
            codes.entry(employer_id).or_default().push(code);
        }
        let found: Vec<String> = codes.keys().cloned().collect();
        let ledgers = ledger::ledgers(unit, &found, today).await?;
        Ok(Self {
            list,
            today,
            laws: late_fee_laws(
                unit,
                ledgers.values().flat_map(|l| l.months.values()),
                today,
            )
            .await?,
            employers,
            codes,
            ledgers,
            entered: store::entered(unit.db(), &area, list.sender, &references).await?,
            paid_by: store::paid_by(unit.db(), &area, &found).await?,
            postings: Vec::new(),
            received: Vec::new(),
            told: Vec::new(),
            findings: Vec::new(),
        })
    }

    /// Art. 32. Enters a row, or answers why not; may answer a remark on one that was entered.
    fn enter(&mut self, row: &Paid<'_>) -> Result<Option<Finding>> {
        let employer_id = match self.payer(row) {
            Ok(employer_id) => employer_id,
            Err(finding) => return Ok(Some(finding)),
        };
        let payment = Payment {
            employer_id: employer_id.clone(),
            amount: row.amount,
            paid_on: row.paid_on,
            month: row.month,
            made_for: row.made_for,
            source: Source {
                kind: SourceKind::Batch,
                id: self.list.batch_id,
                row: row.number,
            },
        };
        let ledger = self.ledgers.entry(employer_id.clone()).or_default();
        let settled_before = row
            .month
            .and_then(|month| ledger.months.get(&month))
            .is_some_and(|account| {
                account.unpaid() <= Decimal::ZERO && account.paid > Decimal::ZERO
            });
        let postings = receive(ledger, &payment, self.list.order, &self.laws)?;
        self.entered
            .insert(row.reference.to_owned(), self.list.batch_id);
        let finding = self
            .remark(row, &employer_id, &postings, settled_before)
            .or_else(|| self.code_unknown(row, &employer_id));
        let paid_of = |month: &Month| {
            postings
                .iter()
                .any(|part| part.account != LedgerAccount::Suspense && part.month == *month)
        };
        if let Some(month) = row.month.filter(paid_of) {
            self.paid_by
                .insert((employer_id, month), self.list.batch_id);
        }
        self.keep(row, postings);
        Ok(finding)
    }

    /// Who paid; everything about the row that speaks against entering it.
    ///
    /// Art. 11(5). A bill shows the code of its day, so every code that an employer has or had is its own. The
    /// number says who paid, unless the code is only another's; one that nobody had speaks against nothing,
    /// for who collects may hear of a change first. A code alone is that of the employer that has it, or else
    /// of the one that had it last.
    fn payer(&self, row: &Paid<'_>) -> Result<String, Finding> {
        let refuse =
            |field: &str, refused: Refused| Finding::refused(row.number, refused).about(field);
        let unknown = |field: &str, payer: &str| {
            refuse(
                field,
                Refused::because(Refusal::PayerUnknown).with("payer", payer),
            )
        };
        let employer_id = match (row.employer_id, row.credit_code) {
            ("", "") => return Err(refuse("单位编号", Refused::because(Refusal::PayerMissing))),
            ("", code) => match self.employers.get(code) {
                Some(employer_id) => employer_id.as_str(),
                None => return Err(unknown("统一社会信用代码", code)),
            },
            (id, code) => match self.codes.get(id) {
                None => return Err(unknown("单位编号", id)),
                Some(own)
                    if self.employers.contains_key(code) && own.iter().all(|of| of != code) =>
                {
                    let refused = Refused::because(Refusal::PayerContradictory);
                    let refused = refused.with("employer_id", id).with("credit_code", code);
                    return Err(refuse("统一社会信用代码", refused));
                }
                Some(_) => id,
            },
        };
        if let Some(batch_id) = self.entered.get(row.reference) {
            let refused = if *batch_id == self.list.batch_id {
                Refused::because(Refusal::TwiceInList)
            } else {
                Refused::because(Refusal::EnteredBefore).with("batch_id", batch_id)
            };
            return Err(refuse(
                "缴款凭证号",
                refused.with("reference", row.reference),
            ));
        }
        if !row.is_dated_well(self.today) {
            return Err(refuse("缴款日期", Refused::because(Refusal::PaidLater)));
        }
        if !self.list.mode.has(row.channel) {
            let refused = Refused::because(Refusal::Channel)
                .with("channel", label_of(CHANNEL, row.channel as i32))
                .with("mode", self.list.mode.label());
            return Err(refuse("缴款方式", refused));
        }
        let ledger = self.ledgers.get(employer_id);
        if let Some(month) = row.month
            && !ledger.is_some_and(|ledger| ledger.months.contains_key(&month))
        {
            return Err(refuse(
                "费款所属月",
                Refused::because(Refusal::MonthNotDue).with("month", month),
            ));
        }
        Ok(employer_id.to_owned())
    }

    /// What is worth knowing about a row that was entered.
    fn remark(
        &self,
        row: &Paid<'_>,
        employer_id: &str,
        postings: &[Posting],
        settled_before: bool,
    ) -> Option<Finding> {
        let excess: Decimal = postings
            .iter()
            .filter(|posting| posting.account == LedgerAccount::Suspense)
            .map(|posting| -posting.amount)
            .sum();
        if excess > Decimal::ZERO {
            let key = |month| (employer_id.to_owned(), month);
            let other = row
                .month
                .and_then(|month| Some((month, self.paid_by.get(&key(month))?)));
            let refused = match other {
                Some((month, batch_id)) if settled_before && *batch_id == self.list.batch_id => {
                    Refused::because(Refusal::PaidTwiceInList).with("month", month)
                }
                Some((month, batch_id)) if settled_before => {
                    let refused = Refused::because(Refusal::PaidInTwoLists);
                    refused.with("month", month).with("batch_id", batch_id)
                }
                _ => Refused::because(Refusal::PaidOver),
            };
            return Some(Finding::remark(
                row.number,
                refused.about("实缴金额").with("excess", excess),
            ));
        }
        let account = self.ledgers.get(employer_id)?.months.get(&row.month?)?;
        let (principal, late_fee) = (account.unpaid(), account.late_fee_unpaid());
        if principal <= Decimal::ZERO && late_fee <= Decimal::ZERO {
            return None;
        }
        let refused = Refused::because(Refusal::PaidShort);
        let refused = refused
            .about("实缴金额")
            .with("principal", principal)
            .with("late_fee", late_fee);
        Some(Finding::remark(row.number, refused))
    }

    /// Art. 11(5). A code that nobody had is worth a look: the number says who paid, and may be wrong.
    fn code_unknown(&self, row: &Paid<'_>, employer_id: &str) -> Option<Finding> {
        let code = row.credit_code;
        if code.is_empty() || self.employers.contains_key(code) {
            return None;
        }
        let refused = Refused::because(Refusal::PayerCodeUnknown)
            .about("统一社会信用代码")
            .with("employer_id", employer_id)
            .with("credit_code", code);
        Some(Finding::remark(row.number, refused))
    }

    /// Keeps the entries of a row, the first of the receipt with what arrived, and tells each part.
    fn keep(&mut self, row: &Paid<'_>, postings: Vec<Posting>) {
        let mut arrived = Some(Received {
            amount: row.amount,
            sender: self.list.sender.to_owned(),
            reference: row.reference.to_owned(),
            arrived_on: row.arrived_on,
            channel: row.channel,
        });
        for posting in postings {
            let of_receipt = posting.kind == LedgerEntryKind::Receipt;
            self.received
                .push(if of_receipt { arrived.take() } else { None });
            if of_receipt {
                let month = (posting.account != LedgerAccount::Suspense).then_some(posting.month);
                let part = (month, posting.account, -posting.amount);
                self.told.push(row.told_part(&posting.employer_id, part));
            }
            self.postings.push(posting);
        }
    }
}
