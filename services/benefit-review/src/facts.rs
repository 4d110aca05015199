//! All that is known about a bill: what its rules are asked with.

mod others;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use chassis::wire::{maybe_day, uuid, yuan};
use chassis::{Result, Unit};
use contracts::benefit_review::v1::{Eligibility, EncounterState, Injury, Settlement};
use contracts::medical_agreement::v1::{Approval, CatalogueKind, InstitutionKind, Standing};
use law::Cited;
use law::calendar::{add_days, add_months};
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use crate::eligible::fund_pays_on;
use crate::injury;
use crate::medical::rules::{Facts, Injured, Items, Line, Odd, OtherStay, Review, is_stay};
use crate::medical::store::{self, EncounterRow};
use crate::peers::{self, BillDays};
use crate::third_party;

/// A bill whose worth is asked for.
#[derive(Clone, Debug)]
pub struct Bill {
    /// As it is kept.
    pub row: EncounterRow,
    /// Its lines that count.
    pub lines: Vec<Line>,
    /// What bills of the same claim that come before it are worth: as if they were settled.
    pub beside: Vec<Settlement>,
    /// The objection on which it is decided: what persons found on that counts before the decision is signed.
    pub objection: Option<Uuid>,
}

impl Bill {
    /// Its last day; of a stay that goes on, today.
    #[must_use]
    pub fn until_on(&self, today: Date) -> Date {
        let row = &self.row;
        row.discharged_on.unwrap_or(today).max(row.admitted_on)
    }
}

/// What bills are measured by: what medical-agreement says of them, and the area's figures of their days.
#[derive(Clone, Debug, Default)]
pub struct Terms {
    bills: Vec<BillTerms>,
}

#[derive(Clone, Debug)]
struct BillTerms {
    standings: BTreeMap<Date, Standing>,
    approvals: Vec<Approval>,
    items: Arc<Items>,
    figures: Figures,
}

/// What the area has set that a bill is measured by.
#[derive(Clone, Debug)]
struct Figures {
    /// Days between two stays that are looked at as one that was split.
    split_days: i32,
    /// Days after a record of the course by which the next one is due.
    record_days: i32,
    /// Days for which an emergency may be treated anywhere.
    emergency_days: i64,
    /// From when on something is odd.
    odd: Odd,
    /// Art. 64. Yuan a day for meals, on the day of discharge.
    meals: Cited<Decimal>,
}

impl Figures {
    async fn of(unit: &mut Unit, (admitted_on, until_on): (Date, Date)) -> Result<Self> {
        let begins = unit.law(admitted_on).await?;
        let ends = unit.law(until_on).await?;
        let split = begins.integer("split_stay_days")?.value;
        let record = begins.integer("course_record_interval_days")?.value;
        Ok(Self {
            split_days: i32::try_from(split).unwrap_or_default(),
            record_days: i32::try_from(record).unwrap_or_default(),
            emergency_days: begins.integer("emergency_days")?.value,
            odd: Odd {
                times: begins.integer("flag_quantity_times")?.value,
                steps: begins.integer("flag_dearer_steps")?.value,
                family: begins.integer("flag_family_characters")?.value,
            },
            meals: ends.decimal("hospital_meal_allowance")?,
        })
    }
}

impl Terms {
    /// The same, bill by bill.
    #[must_use]
    pub fn of_each(self) -> Vec<Self> {
        let each = self.bills.into_iter();
        each.map(|bill| Self { bills: vec![bill] }).collect()
    }

    /// Adds what further bills are measured by.
    pub fn extend(&mut self, more: Self) {
        self.bills.extend(more.bills);
    }

    /// Whether the institution of a bill is under agreement for a kind of service on a day of the bill.
    #[must_use]
    pub fn serves(&self, number: usize, on: Date, kind: InstitutionKind) -> bool {
        let bill = self.bills.get(number);
        let standing = bill.and_then(|bill| bill.standings.get(&on));
        standing.is_some_and(|standing| {
            !standing.suspended && standing.kinds().any(|under| under == kind)
        })
    }
}

/// Art. 40, Art. 43, Art. 62. Asks medical-agreement what the bills rest on, of all of them at once.
///
/// # Errors
/// When it does not answer.
pub async fn terms(unit: &mut Unit, bills: &[(Bill, Injury)]) -> Result<Terms> {
    let today = unit.today();
    let mut asked = Vec::with_capacity(bills.len());
    let mut items = BTreeSet::new();
    for (bill, _) in bills {
        let days: BTreeSet<Date> = bill.lines.iter().map(|line| line.service_on).collect();
        asked.push(BillDays {
            institution_id: bill.row.admission()?.institution_id,
            person_id: bill.row.person_id,
            recognition_number: bill.row.recognition_number.clone(),
            span: (bill.row.admitted_on, bill.until_on(today)),
            days: days.into_iter().collect(),
        });
        let of_lines = bill.lines.iter();
        items.extend(of_lines.map(|line| (line.kind as i32, line.code.clone(), line.service_on)));
    }
    terms_of(unit, &asked, items).await
}

/// The same, of bills with these days, and of these items (catalogue, code and day).
///
/// # Errors
/// When it does not answer.
pub async fn terms_of(
    unit: &mut Unit,
    asked: &[BillDays],
    items: BTreeSet<(i32, String, Date)>,
) -> Result<Terms> {
    if asked.is_empty() {
        return Ok(Terms::default());
    }
    let items: Vec<(i32, String, Date)> = items.into_iter().collect();
    let (answers, found) = peers::bill_terms(unit, asked, &items).await?;
    let known = items
        .into_iter()
        .zip(found)
        .filter_map(|((kind, code, on), item)| {
            let kind = CatalogueKind::try_from(kind).unwrap_or_default();
            Some(((kind, code, on), item?))
        });
    let known: Arc<Items> = Arc::new(known.collect());
    let mut terms = Terms::default();
    for (answer, asked) in answers.into_iter().zip(asked) {
        terms.bills.push(BillTerms {
            standings: asked.days.iter().copied().zip(answer.standings).collect(),
            approvals: answer.approvals,
            items: Arc::clone(&known),
            figures: Figures::of(unit, asked.span).await?,
        });
    }
    Ok(terms)
}

/// What is known about a bill.
#[derive(Debug)]
pub struct Known {
    /// What its rules are asked with.
    pub facts: Facts,
    /// Art. 64. The area's standard of meals on the day of discharge, in yuan a day.
    pub meals: Cited<Decimal>,
}

impl Known {
    /// Takes up what becomes of another bill of the person, which was settled before this one, as if it were settled so.
    ///
    /// # Errors
    /// When the settlement lacks an amount.
    pub fn learn(&mut self, settled: &Settlement) -> Result<()> {
        let (id, facts) = (uuid(&settled.encounter_id)?, &mut self.facts);
        let others = facts.elsewhere.values_mut().flatten();
        for other in others.chain(facts.in_plan.values_mut().flatten()) {
            let mut lines = settled.lines.iter();
            let line = lines.find(|line| line.line_number == other.line_number);
            if let Some(line) = line.filter(|_| other.encounter_id == id) {
                other.outcome = line.outcome();
                other.recognised = yuan(line.recognised.as_ref())?;
            }
        }
        let stays = facts.stays.iter_mut();
        for stay in stays.filter(|stay| stay.encounter_id == id) {
            stay.settled = is_fed(settled);
        }
        Ok(())
    }
}

/// Art. 62. What is known about bills, in their order, with what medical-agreement said of them: read and asked for
/// all of them at once.
///
/// # Errors
/// When something cannot be read or asked.
pub async fn gather(unit: &mut Unit, bills: &[(Bill, Injury)], terms: Terms) -> Result<Vec<Known>> {
    let today = unit.today();
    let mut stays = stays(unit, bills, &terms).await?;
    let mut others = others::found(unit, bills, &terms).await?;
    let mut emergencies = others::emergencies(unit, bills).await?;
    let mut reviews = reviews(unit, bills).await?;
    let mut recorded = recorded(unit, bills).await?;
    let mut known = Vec::with_capacity(bills.len());
    for ((bill, registered), terms_of_bill) in bills.iter().zip(terms.bills) {
        let (row, admission) = (&bill.row, bill.row.admission()?);
        let BillTerms {
            standings,
            approvals,
            items,
            figures,
        } = terms_of_bill;
        let facts = Facts {
            kind: row.kind(),
            institution_id: admission.institution_id,
            institution_name: admission.institution_name,
            admitted_on: row.admitted_on,
            until_on: bill.until_on(today),
            emergency: admission.emergency,
            injured: injured(unit, registered).await?,
            unpaid: unpaid(unit, bill, registered).await?,
            elsewhere: others
                .elsewhere
                .remove(&row.encounter_id)
                .unwrap_or_default(),
            in_plan: others.in_plan.remove(&row.encounter_id).unwrap_or_default(),
            had: others.had.remove(&row.encounter_id).unwrap_or_default(),
            emergencies: emergencies.remove(&row.encounter_id).unwrap_or_default(),
            stays: stays.remove(&row.encounter_id).unwrap_or_default(),
            reviews: reviews.remove(&row.encounter_id).unwrap_or_default(),
            recorded: recorded.remove(&row.encounter_id),
            standings,
            approvals,
            items,
            emergency_days: figures.emergency_days,
            split_days: figures.split_days,
            record_days: figures.record_days,
            odd: figures.odd,
        };
        known.push(Known {
            facts,
            meals: figures.meals,
        });
    }
    Ok(known)
}

/// The injury, with the day of its first appraisal.
async fn injured(unit: &mut Unit, registered: &Injury) -> Result<Injured> {
    let area = unit.area().to_owned();
    let appraised_on = match registered.conclusion_number.as_str() {
        "" => None,
        _ => {
            let injury_id = uuid(&registered.injury_id)?;
            injury::store::first_appraised_on(unit.db(), &area, injury_id).await?
        }
    };
    // Whom the registration names nobody beside is not looked for.
    let third_party_open = registered.third_party != 0 && {
        let injury_id = uuid(&registered.injury_id)?;
        third_party::store::last(unit.db(), &area, injury_id)
            .await?
            .is_none()
    };
    Ok(Injured {
        recognition_number: registered.recognition_number.clone(),
        happened_on: chassis::wire::day(registered.happened_on)?,
        diagnoses: registered.diagnoses.clone(),
        revoked: registered.revoked,
        settled_from: injury::settled_from(registered),
        died_on: maybe_day(registered.died_on),
        stoppage_until: stoppage_until(unit, registered).await?,
        appraised_on,
        overdue: injury::overdue(registered),
        third_party_open,
    })
}

/// Art. 54. The last day of the stoppage period: as it was confirmed, or, where the registration states none, the last that
/// the law allows from the injury on (工伤保险条例第三十三条). Of an injury before that law it is not known.
///
/// # Errors
/// When it cannot be read.
pub async fn stoppage_until(unit: &mut Unit, registered: &Injury) -> Result<Option<Date>> {
    if let Some(until_on) = maybe_day(registered.stoppage_until_on) {
        return Ok(Some(until_on));
    }
    let happened_on = chassis::wire::day(registered.happened_on)?;
    let law = unit.law(happened_on).await?;
    let months = law.integer("stoppage_months").ok();
    let months = months.and_then(|months| i32::try_from(months.value).ok());
    Ok(months.map(|months| add_days(add_months(happened_on, months), -1)))
}

/// The days of the bill on which the fund does not pay, since nobody paid contributions.
async fn unpaid(unit: &mut Unit, bill: &Bill, registered: &Injury) -> Result<BTreeMap<Date, bool>> {
    let mut unpaid = BTreeMap::new();
    if registered.eligibility() == Eligibility::Eligible {
        return Ok(unpaid);
    }
    let until_on = bill.until_on(unit.today());
    let mut days: BTreeSet<Date> = bill.lines.iter().map(|line| line.service_on).collect();
    if is_stay(bill.row.kind()) {
        let stay = std::iter::successors(Some(bill.row.admitted_on), |on| Some(add_days(*on, 1)));
        days.extend(stay.take_while(|on| *on <= until_on));
    }
    for on in days {
        if !fund_pays_on(unit, registered, on).await? {
            unpaid.insert(on, true);
        }
    }
    Ok(unpaid)
}

/// Other stays of the persons around the days of the bills, by bill.
async fn stays(
    unit: &mut Unit,
    bills: &[(Bill, Injury)],
    terms: &Terms,
) -> Result<HashMap<Uuid, Vec<OtherStay>>> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let spans = bills
        .iter()
        .zip(&terms.bills)
        .filter(|((bill, _), _)| is_stay(bill.row.kind()));
    let spans = spans.map(|((bill, _), terms)| store::Span {
        of_id: bill.row.encounter_id,
        person_id: bill.row.person_id,
        from_on: add_days(bill.row.admitted_on, -terms.figures.split_days),
        until_on: bill.until_on(today),
    });
    let spans: Vec<store::Span> = spans.collect();
    if spans.is_empty() {
        return Ok(HashMap::new());
    }
    let rows: HashMap<Uuid, &Bill> = bills
        .iter()
        .map(|(bill, _)| (bill.row.encounter_id, bill))
        .collect();
    let mut found: HashMap<Uuid, Vec<OtherStay>> = HashMap::new();
    for store::StayRow { of_id, row, fed } in store::stays(unit.db(), &area, &spans).await? {
        let Some(bill) = rows.get(&of_id) else {
            continue;
        };
        let own = bill.row.settled_at.map(|at| (at, of_id));
        let before = |at| own.is_none_or(|own| (at, row.encounter_id) < own);
        let id = row.encounter_id.to_string();
        let fed_beside = bill
            .beside
            .iter()
            .any(|one| one.encounter_id == id && is_fed(one));
        found.entry(of_id).or_default().push(OtherStay {
            encounter_id: row.encounter_id,
            admitted_on: row.admitted_on,
            until_on: row.discharged_on.unwrap_or(today),
            settled: fed_beside || fed && row.settled_at.is_some_and(before),
            place: row.place,
        });
    }
    Ok(found)
}

/// Whether meals were granted with a settlement.
fn is_fed(settled: &Settlement) -> bool {
    let meals = [&settled.meals, &settled.meals_of_employer];
    let granted = meals
        .into_iter()
        .flatten()
        .filter_map(|money| money.decimal().ok());
    granted.sum::<Decimal>() > Decimal::ZERO
}

/// What persons found, by bill and line.
async fn reviews(
    unit: &mut Unit,
    bills: &[(Bill, Injury)],
) -> Result<HashMap<Uuid, HashMap<i32, Review>>> {
    let area = unit.area().to_owned();
    // Nobody looks at the lines of a bill that is open.
    let closed = bills
        .iter()
        .filter(|(bill, _)| bill.row.state() != EncounterState::Open);
    let ids: Vec<Uuid> = closed.map(|(bill, _)| bill.row.encounter_id).collect();
    if ids.is_empty() {
        return Ok(HashMap::new());
    }
    let objections: Vec<Uuid> = bills
        .iter()
        .filter_map(|(bill, _)| bill.objection)
        .collect();
    let mut found: HashMap<Uuid, HashMap<i32, Review>> = HashMap::new();
    for (id, number, recognised, finding) in
        store::reviews(unit.db(), &area, &ids, &objections).await?
    {
        let review = Review {
            recognised,
            finding,
        };
        found.entry(id).or_default().insert(number, review);
    }
    Ok(found)
}

/// The days on which the course of stays that institutions send was recorded, by bill.
async fn recorded(
    unit: &mut Unit,
    bills: &[(Bill, Injury)],
) -> Result<HashMap<Uuid, BTreeSet<Date>>> {
    let area = unit.area().to_owned();
    let stays = bills.iter().map(|(bill, _)| &bill.row);
    let stays = stays.filter(|row| row.is_online() && is_stay(row.kind()));
    let mut found: HashMap<Uuid, BTreeSet<Date>> = stays
        .map(|row| (row.encounter_id, BTreeSet::new()))
        .collect();
    if found.is_empty() {
        return Ok(found);
    }
    let ids: Vec<Uuid> = found.keys().copied().collect();
    for (id, on) in store::recorded_on(unit.db(), &area, &ids).await? {
        found.entry(id).or_default().insert(on);
    }
    Ok(found)
}
