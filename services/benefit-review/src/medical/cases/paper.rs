//! Claims on paper (forms 5-4 and 5-5).

use std::collections::BTreeSet;

use chassis::wire::{day, uuid, uuids, yuan};
use chassis::{Case, Needed, Result, Unit, async_trait};
use contracts::benefit_review::v1::{
    BenefitKind, DecidedEncounter, EncounterState, Flag, Injury, MedicalClaimForm, MedicalDecision,
    PayeeKind, Payer, Refusal, Settlement, SettlementCause,
};
use contracts::common::v1::EvidenceKind;
use contracts::{Money, Refused};
use law::calendar::Term;
use law::{Law, Sheet};
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::super::{
    assess, bill, left_for_review, recognised, settle, store, without_flags, worth,
};
use super::travel::travel;
use super::{add, benefits};
use crate::benefit::{self, Claim};
use crate::facts::{self, Bill, Known};
use crate::injury::{concerns, registered};
use crate::third_party;

/// The first settlement of a bill.
const FIRST: (SettlementCause, i32) = (SettlementCause::First, 0);

/// Art. 61, Art. 62, Art. 64, Art. 65. Bills that were paid at the counter are decided by the rules of online settlement,
/// with travel, board and lodging outside of the area.
pub struct PaperClaim;

#[async_trait]
impl Case for PaperClaim {
    type Application = MedicalClaimForm;
    type Decision = MedicalDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    /// The proof of the diagnosis, the invoices and the records of bills on paper; what was approved before stands in the
    /// register.
    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        let mut papers = Vec::new();
        if !application.encounter_ids.is_empty() {
            papers.extend([
                EvidenceKind::DiagnosisProof,
                EvidenceKind::Invoice,
                EvidenceKind::MedicalRecord,
            ]);
        }
        if !application.trips.is_empty() || !application.lodgings.is_empty() {
            papers.push(EvidenceKind::Ticket);
        }
        papers.into_iter().map(Needed::paper).collect()
    }

    async fn papers(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Vec<Needed>> {
        // The employer of today may not be that of the injury, and sees only what it is told here.
        unit.look_as_the_agency().await?;
        let injury = injury(unit, application).await?;
        concerns(&injury, &application.employer_id, unit.today())?;
        Ok(self.evidence(application))
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        unit.look_as_the_agency().await?;
        let injury = injury(unit, application).await?;
        concerns(&injury, &application.employer_id, unit.applied_on())?;
        not_claimed_before(unit, application).await?;
        let (payee, payee_id) = payee(application);
        let mut decision = MedicalDecision {
            payee: payee as i32,
            payee_id: payee_id.to_owned(),
            ..MedicalDecision::default()
        };
        let (mut weighed, mut beside) = (Vec::new(), Vec::new());
        for row in claimable(unit, application).await? {
            let mut bill = bill(unit, row).await?;
            bill.beside.clone_from(&beside);
            let bills = [(bill, injury.clone())];
            let terms = facts::terms(unit, &bills).await?;
            let known = facts::gather(unit, &bills, terms).await?;
            let [(bill, _)] = bills;
            for known in known {
                beside.push(worth(&bill, &known, FIRST, unit.today())?);
                weighed.push((bill.clone(), known));
            }
        }
        let mut left = 0;
        let left_over = third_party::left(unit, &injury).await?;
        for (bill, settled) in allotted(unit.today(), weighed, (application, left_over))? {
            left += left_for_review(&settled);
            add(&mut decision, &settled);
            decision.bills.push(DecidedEncounter {
                encounter_id: bill.row.encounter_id.to_string(),
                kind: bill.row.kind,
                institution_name: bill.row.admission()?.institution_name,
                admitted_on: Some(bill.row.admitted_on.into()),
                discharged_on: bill.row.discharged_on.map(Into::into),
                settlement: Some(without_flags(settled)),
                compensated: Some(bill.row.compensated.into()),
            });
        }
        let total = decided(&decision.total)?;
        let claimed = yuan(application.amount.as_ref())?;
        if claimed != total {
            let refused = Refused::because(Refusal::ClaimTotal).with("claimed", claimed);
            return Err(refused.with("received", total).into());
        }
        if left > 0 {
            return Err(Refused::because(Refusal::LinesInReview)
                .with("count", left)
                .into());
        }
        let mut sheet = Sheet::new();
        let travel = travel(unit, (application, &injury, None), &mut sheet).await?;
        let (by_fund, by_employer) = (travel.by_fund, travel.by_employer);
        let (fund, meals) = (decided(&decision.fund)?, decided(&decision.meals)?);
        sheet.step("医疗（康复）费", fund, "各次就诊的基金支付之和");
        sheet.step("住院伙食补助费", meals, "各次就诊之和");
        let due = fund + meals + by_fund.0 + by_fund.1;
        let due = sheet.fen(
            "基金支付合计",
            due,
            "医疗（康复）费 + 伙食补助费 + 交通费 + 食宿费",
        );
        decision.travel = Some(by_fund.0.into());
        decision.lodging = Some(by_fund.1.into());
        decision.travel_of_employer = Some(by_employer.0.into());
        decision.lodging_of_employer = Some(by_employer.1.into());
        decision.nights = travel.nights.into_iter().map(Into::into).collect();
        decision.worksheet = Some(sheet.result(due).into());
        Ok(decision)
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let area = unit.area().to_owned();
        store::hold_person(unit.db(), uuid(&application.person_id)?).await?;
        let ids = uuids(&application.encounter_ids)?;
        let rows = store::hold(unit.db(), &area, &ids).await?;
        self.examine_again(unit, &application, &decision).await?;
        let injury = injury(unit, &application).await?;
        let (payee, payee_id) = payee(&application);
        let claim = |claim_id| Claim {
            injury: &injury,
            claim_id,
            payee,
            payee_id,
            is_difference: false,
        };
        let mut decided = Vec::new();
        for mut row in rows {
            let id = row.encounter_id;
            let of = |one: &&DecidedEncounter| one.encounter_id == id.to_string();
            let Some(one) = decision.bills.iter().find(of) else {
                continue;
            };
            row.compensated = yuan(one.compensated.as_ref())?;
            let mut settled = one.settlement.clone().unwrap_or_default();
            settled.flags = flags(unit, &row, &injury).await?;
            settle(unit, &mut row, &settled).await?;
            row.state = EncounterState::Decided as i32;
            row.case_id = Some(case_id);
            store::move_on(unit.db(), &area, &row).await?;
            decided.extend(benefits(claim(id), &row, &settled, None)?);
        }
        let (travel, lodging) = (BenefitKind::Travel, BenefitKind::Lodging);
        for (kind, payer, amount) in [
            (travel, Payer::Fund, &decision.travel),
            (travel, Payer::Employer, &decision.travel_of_employer),
            (lodging, Payer::Fund, &decision.lodging),
            (lodging, Payer::Employer, &decision.lodging_of_employer),
        ] {
            decided.extend(claim(case_id).amount(kind, payer, yuan(amount.as_ref())?));
        }
        let tickets = tickets(&application);
        if !tickets.is_empty() {
            store::claim_invoices(unit.db(), &area, case_id, &tickets).await?;
        }
        let nights = decision.nights.iter().map(|night| day(Some(*night)));
        let nights = nights.collect::<Result<Vec<_>>>()?;
        let of = (uuid(&application.person_id)?, case_id);
        store::grant_nights(unit.db(), &area, of, &nights).await?;
        benefit::decide(unit, case_id, decided).await
    }
}

/// The injury that is named; the form is the person's own.
async fn injury(unit: &mut Unit, form: &MedicalClaimForm) -> Result<Injury> {
    registered(
        unit,
        (&form.person_id, &form.name),
        &form.recognition_number,
    )
    .await
}

/// What looks odd about a bill; it is not on the form, which the applicant sees.
async fn flags(unit: &mut Unit, row: &store::EncounterRow, injury: &Injury) -> Result<Vec<Flag>> {
    let bill = bill(unit, row.clone()).await?;
    Ok(assess(unit, bill, injury, FIRST).await?.flags)
}

/// The bills with what each is worth. What a third party has compensated is taken for the recognised costs of one
/// bill after the other, and what is left of it for what else they cost: later settlements may recognise more.
fn allotted(
    today: Date,
    weighed: Vec<(Bill, Known)>,
    (form, left_over): (&MedicalClaimForm, Decimal),
) -> Result<Vec<(Bill, Settlement)>> {
    let stated = form.compensated.as_ref().map(|money| yuan(Some(money)));
    let stated = stated.transpose()?.unwrap_or_default();
    let total: Decimal = weighed.iter().map(|(bill, _)| bill.row.amount).sum();
    if stated > total {
        return Err(Refused::because(Refusal::CompensatedTooMuch)
            .with("compensated", stated)
            .with("total", total)
            .into());
    }
    // What the papers of article 73 say of the injury, and what the claim says of its bills, is the same compensation.
    let (mut open, mut taken, mut bills) = (stated.max(left_over), Decimal::ZERO, weighed);
    for (bill, known) in &mut bills {
        let alone = worth(bill, known, FIRST, today)?;
        bill.row.compensated = open.min(recognised(&alone)?);
        open -= bill.row.compensated;
        taken += bill.row.compensated;
    }
    let mut open = (stated - taken).max(Decimal::ZERO);
    for (bill, _) in &mut bills {
        let more = open.min(bill.row.amount - bill.row.compensated);
        bill.row.compensated += more;
        open -= more;
    }
    let settled = bills.into_iter().map(|(bill, known)| {
        let settled = worth(&bill, &known, FIRST, today)?;
        Ok((bill, settled))
    });
    settled.collect()
}

/// Who gets it: the employer where it claims, since it paid at the counter, and else the person.
pub(super) fn payee(form: &MedicalClaimForm) -> (PayeeKind, &str) {
    match form.employer_id.as_str() {
        "" => (PayeeKind::Person, &form.person_id),
        employer_id => (PayeeKind::Employer, employer_id),
    }
}

/// Numbers of the tickets and the inns' invoices.
pub(super) fn tickets(form: &MedicalClaimForm) -> Vec<String> {
    let tickets = form.trips.iter().map(|trip| trip.ticket_number.clone());
    tickets
        .chain(form.lodgings.iter().map(|one| one.invoice_number.clone()))
        .collect()
}

/// Nothing is claimed twice, in the form or with an earlier one.
async fn not_claimed_before(unit: &mut Unit, form: &MedicalClaimForm) -> Result<()> {
    let tickets = tickets(form);
    let mut seen = BTreeSet::new();
    let twice = form
        .encounter_ids
        .iter()
        .chain(&tickets)
        .find(|one| !seen.insert(one.as_str()));
    if let Some(number) = twice {
        return Err(Refused::because(Refusal::ClaimTwice)
            .with("number", number)
            .into());
    }
    unclaimed(unit, &tickets, None).await
}

/// No other claim has any of these tickets and invoices; `own` is the claim itself, where it was decided before.
pub(super) async fn unclaimed(
    unit: &mut Unit,
    tickets: &[String],
    own: Option<Uuid>,
) -> Result<()> {
    let area = unit.area().to_owned();
    match store::known_invoices(unit.db(), &area, (tickets, own))
        .await?
        .first()
    {
        None => Ok(()),
        Some(number) => Err(Refused::because(Refusal::InvoiceKnown)
            .with("invoice_number", number)
            .into()),
    }
}

/// The bills of the form: on paper, over, not settled, of this person, this injury and who claims them.
async fn claimable(unit: &mut Unit, form: &MedicalClaimForm) -> Result<Vec<store::EncounterRow>> {
    let area = unit.area().to_owned();
    let ids = uuids(&form.encounter_ids)?;
    let rows = store::encounters(unit.db(), &area, &ids).await?;
    let person_id = uuid(&form.person_id)?;
    let fits = |id: &&Uuid| {
        rows.iter().any(|row| {
            row.encounter_id == **id
                && !row.is_online()
                && row.state() == EncounterState::Discharged
                && row.person_id == person_id
                && row.recognition_number == form.recognition_number
                && row.filed_by == form.employer_id
        })
    };
    match ids.iter().find(|id| !fits(id)) {
        None => Ok(rows),
        Some(id) => Err(Refused::because(Refusal::NotClaimable)
            .with("encounter_id", id)
            .into()),
    }
}

/// Yuan of a part of the decision; zero where there is no bill.
fn decided(part: &Option<Money>) -> Result<Decimal> {
    part.as_ref()
        .map_or(Ok(Decimal::ZERO), |part| yuan(Some(part)))
}
