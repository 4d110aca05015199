//! Claims on paper (forms 5-4 and 5-5).

use std::collections::{BTreeMap, BTreeSet};

use chassis::wire::{day, maybe_day, uuid, uuids, yuan};
use chassis::{Case, Needed, Result, Unit, async_trait};
use contracts::Refused;
use contracts::benefit_review::v1::{
    BenefitKind, DecidedEncounter, EncounterState, Flag, Injury, MedicalClaimForm, MedicalDecision,
    PayeeKind, Payer, Refusal, RelationState, Settlement, SettlementCause,
};
use contracts::common::v1::EvidenceKind;
use contracts::medical_agreement::v1::ApprovalKind;
use law::calendar::Term;
use law::{Law, Sheet};
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::super::rules::{Standards, outside};
use super::super::{
    assess, bill, left_for_review, recognised, settle, store, without_flags, worth,
};
use super::{add, benefits};
use crate::benefit::{self, Claim};
use crate::eligible::fund_pays_on;
use crate::facts::{self, Bill, Known};
use crate::injury::rules::falls_into;
use crate::injury::{concerns, overdue, registered};
use crate::peers::{self, BillDays};
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

    /// The proof of the diagnosis, the invoices and the records; what was approved before stands in the register.
    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        let mut papers = vec![
            EvidenceKind::DiagnosisProof,
            EvidenceKind::Invoice,
            EvidenceKind::MedicalRecord,
        ];
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
        let total = yuan(decision.total.as_ref())?;
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
        let [by_fund, by_employer] = travel(unit, (application, &injury), &mut sheet).await?;
        let fund = yuan(decision.fund.as_ref())?;
        let meals = yuan(decision.meals.as_ref())?;
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
fn payee(form: &MedicalClaimForm) -> (PayeeKind, &str) {
    match form.employer_id.as_str() {
        "" => (PayeeKind::Person, &form.person_id),
        employer_id => (PayeeKind::Employer, employer_id),
    }
}

/// Numbers of the tickets and the inns' invoices.
fn tickets(form: &MedicalClaimForm) -> Vec<String> {
    let tickets = form.trips.iter().map(|trip| trip.ticket_number.clone());
    tickets
        .chain(form.lodgings.iter().map(|one| one.invoice_number.clone()))
        .collect()
}

/// Nothing is claimed twice, in the form or with an earlier one.
async fn not_claimed_before(unit: &mut Unit, form: &MedicalClaimForm) -> Result<()> {
    let area = unit.area().to_owned();
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
    match store::known_invoices(unit.db(), &area, &tickets)
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

/// Art. 64. Travel, and board and lodging, of a referral outside of the area: what the fund bears, and what the employer
/// does, as of treatment on those days. After a death or a settlement once for all there is none.
async fn travel(
    unit: &mut Unit,
    (form, injury): (&MedicalClaimForm, &Injury),
    sheet: &mut Sheet,
) -> Result<[(Decimal, Decimal); 2]> {
    let (mut trips, mut lodgings) = (Vec::new(), Vec::new());
    for trip in &form.trips {
        trips.push((day(trip.travelled_on)?, yuan(trip.fare.as_ref())?));
    }
    for one in &form.lodgings {
        lodgings.push((day(one.from_on)?, one.nights, yuan(one.amount.as_ref())?));
    }
    let days = trips.iter().map(|trip| trip.0);
    let days: BTreeSet<Date> = days.chain(lodgings.iter().map(|one| one.0)).collect();
    let Some(first_on) = days.first().copied() else {
        return Ok([(Decimal::ZERO, Decimal::ZERO); 2]);
    };
    let days: Vec<Date> = days.into_iter().collect();
    let mut bearers = BTreeMap::new();
    for on in &days {
        bearers.insert(*on, bearer(unit, injury, *on).await?);
    }
    let asked = BillDays {
        institution_id: String::new(),
        person_id: uuid(&form.person_id)?,
        recognition_number: form.recognition_number.clone(),
        days,
    };
    let (terms, _) = peers::bill_terms(unit, &[asked], &[]).await?;
    let approvals = terms.into_iter().flat_map(|terms| terms.approvals);
    let outside_area = approvals
        .filter(|one| one.kind() == ApprovalKind::Referral && !one.outside_area.is_empty());
    let spans = outside_area.filter_map(|one| maybe_day(one.from_on).zip(maybe_day(one.until_on)));
    let approved: Vec<(Date, Date)> = spans.collect();
    let law = unit.law(first_on).await?;
    let mut borne = [(Decimal::ZERO, Decimal::ZERO); 2];
    for (part, payer) in borne.iter_mut().zip([Payer::Fund, Payer::Employer]) {
        let own = |on: &Date| bearers.get(on) == Some(&Some(payer));
        let trips: Vec<_> = trips.iter().copied().filter(|trip| own(&trip.0)).collect();
        let lodgings: Vec<_> = lodgings.iter().copied().filter(|one| own(&one.0)).collect();
        if trips.is_empty() && lodgings.is_empty() {
            continue;
        }
        let standards = Standards {
            fare: law.decimal("outside_fare_at_most")?,
            night: law.decimal("outside_night_at_most")?,
            board: law.decimal("outside_board_per_day")?,
        };
        *part = outside(&trips, &lodgings, &approved, (standards, sheet));
    }
    Ok(borne)
}

/// Art. 56, Art. 58, Art. 59. Who bears what arises on a day for an injury; nobody after a death, or once it is settled.
async fn bearer(unit: &mut Unit, injury: &Injury, on: Date) -> Result<Option<Payer>> {
    let settled = injury.relation() == RelationState::Settled;
    let settled_on = maybe_day(injury.relation_from_on).filter(|_| settled);
    if settled_on.is_some_and(|from_on| from_on <= on)
        || maybe_day(injury.died_on).is_some_and(|died_on| died_on < on)
    {
        return Ok(None);
    }
    let is_overdue = falls_into(overdue(injury), on).is_some();
    let by_fund = !is_overdue && fund_pays_on(unit, injury, on).await?;
    Ok(Some(if by_fund {
        Payer::Fund
    } else {
        Payer::Employer
    }))
}
