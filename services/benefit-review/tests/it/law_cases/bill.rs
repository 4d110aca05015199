//! A bill as a worked case tells it. What a case leaves out is as `tests/law/bill_eligibility.yaml` says at its head.

mod agency;

use std::collections::{BTreeMap, HashMap};
use std::sync::Arc;

use benefit_review::medical::rules::{
    Cap, Elsewhere, Facts, Injured, Items, Line, Odd, OtherStay, Review, Service,
};
use contracts::benefit_review::v1::{EncounterKind, LineOutcome};
use contracts::medical_agreement::v1::{CatalogueItem, CatalogueKind, InstitutionGrade};
use law::calendar::add_days;
use law::{Basis, Cited};
use rust_decimal::Decimal;
use serde::Deserialize;
use time::Date;
use uuid::Uuid;

use super::day;
use agency::{Agency, approval};

/// First and last day.
type Span = (String, String);

fn covers((from_on, until_on): &Span, on: Date) -> bool {
    day(from_on) <= on && on <= day(until_on)
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
pub(super) struct Given {
    kind: String,
    /// Number of the institution; empty of one without an agreement here.
    institution: String,
    named: String,
    admitted: String,
    until: String,
    emergency: bool,
    injury: Injury,
    agency: Agency,
    catalogue: Vec<Item>,
    lines: Vec<Charged>,
    reviews: BTreeMap<i32, (Decimal, String)>,
    elsewhere: Vec<Other>,
    /// What other stays for rehabilitation at the institution have.
    in_plan: Vec<Other>,
    /// What became of lines when the bill was settled last.
    had: BTreeMap<i32, String>,
    stays: Vec<Stay>,
    /// Days of records of the course; left out of what is no stay that an institution sends.
    recorded: Option<Vec<String>>,
    emergencies: Vec<Span>,
    compensated: Decimal,
    case_rate: Option<Decimal>,
    /// Yuan a day for meals by the day from which it holds; 50 from the beginning where none is given.
    meal_standards: BTreeMap<String, Decimal>,
}

impl Default for Given {
    fn default() -> Self {
        Self {
            kind: "inpatient".to_owned(),
            institution: "H1".to_owned(),
            named: "甲医院".to_owned(),
            admitted: "2026-03-02".to_owned(),
            until: "2026-03-12".to_owned(),
            emergency: false,
            injury: Injury::default(),
            agency: Agency::default(),
            catalogue: Vec::new(),
            lines: vec![Charged::default()],
            reviews: BTreeMap::new(),
            elsewhere: Vec::new(),
            in_plan: Vec::new(),
            had: BTreeMap::new(),
            stays: Vec::new(),
            recorded: None,
            emergencies: Vec::new(),
            compensated: Decimal::ZERO,
            case_rate: None,
            meal_standards: BTreeMap::new(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Injury {
    happened: String,
    diagnoses: Vec<String>,
    revoked: bool,
    settled_from: Option<String>,
    died: Option<String>,
    stoppage_until: Option<String>,
    appraised: Option<String>,
    overdue: Option<Span>,
    third_party_open: bool,
}

impl Default for Injury {
    fn default() -> Self {
        Self {
            happened: "2026-03-02".to_owned(),
            diagnoses: vec!["S82.1".to_owned()],
            revoked: false,
            settled_from: None,
            died: None,
            stoppage_until: None,
            appraised: None,
            overdue: None,
            third_party_open: false,
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Item {
    kind: String,
    code: String,
    price: Option<Decimal>,
    per_day: i32,
    per_stay: i32,
    grade: String,
    injury_only: bool,
    needs_review: bool,
    /// First day of the list that has it.
    from: String,
}

impl Default for Item {
    fn default() -> Self {
        Self {
            kind: "drug".to_owned(),
            code: "D1".to_owned(),
            price: None,
            per_day: 0,
            per_stay: 0,
            grade: String::new(),
            injury_only: false,
            needs_review: false,
            from: "2026-01-01".to_owned(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Charged {
    kind: String,
    code: String,
    on: String,
    quantity: Decimal,
    price: Decimal,
    doctor: String,
    diagnosis: String,
}

impl Default for Charged {
    fn default() -> Self {
        Self {
            kind: "drug".to_owned(),
            code: "D1".to_owned(),
            on: "2026-03-05".to_owned(),
            quantity: Decimal::ONE,
            price: Decimal::TEN,
            doctor: String::new(),
            diagnosis: "S82.1".to_owned(),
        }
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields, default)]
struct Other {
    kind: String,
    code: String,
    on: String,
    quantity: Decimal,
    price: Decimal,
    place: String,
    outcome: String,
    /// All that was charged where it is left out.
    recognised: Option<Decimal>,
    /// Settled after the bill at hand.
    later: bool,
}

impl Default for Other {
    fn default() -> Self {
        Self {
            kind: "drug".to_owned(),
            code: "D1".to_owned(),
            on: "2026-03-05".to_owned(),
            quantity: Decimal::ONE,
            price: Decimal::TEN,
            place: "H1".to_owned(),
            outcome: "paid".to_owned(),
            recognised: None,
            later: false,
        }
    }
}

impl Other {
    fn told(&self, at: usize) -> Elsewhere {
        let outcome = outcome(&self.outcome);
        let charged = match outcome {
            LineOutcome::Paid | LineOutcome::Cut => law::money::fen(self.quantity * self.price),
            _ => Decimal::ZERO,
        };
        Elsewhere {
            encounter_id: number(at),
            line_number: 1,
            place: self.place.clone(),
            service_on: day(&self.on),
            quantity: self.quantity,
            unit_price: self.price,
            outcome,
            recognised: self.recognised.unwrap_or(charged),
            before: !self.later,
        }
    }
}

fn outcome(text: &str) -> LineOutcome {
    match text {
        "paid" => LineOutcome::Paid,
        "cut" => LineOutcome::Cut,
        "refused" => LineOutcome::Refused,
        "review" => LineOutcome::Review,
        other => panic!("no outcome {other}"),
    }
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Stay {
    place: String,
    admitted: String,
    until: String,
    settled: bool,
}

fn catalogue(kind: &str) -> CatalogueKind {
    match kind {
        "drug" => CatalogueKind::Drug,
        "treatment" => CatalogueKind::TreatmentItem,
        "inpatient" => CatalogueKind::InpatientService,
        other => panic!("no catalogue {other}"),
    }
}

fn grade(text: &str) -> i32 {
    let grade = match text {
        "" => InstitutionGrade::Unspecified,
        "none" => InstitutionGrade::None,
        "primary" => InstitutionGrade::Primary,
        "secondary" => InstitutionGrade::Secondary,
        "tertiary" => InstitutionGrade::Tertiary,
        other => panic!("no grade {other}"),
    };
    grade.into()
}

/// Which bill another one of a case is: the first has number 1.
fn number(at: usize) -> Uuid {
    Uuid::from_u128(u128::try_from(at).unwrap() + 1)
}

impl Given {
    pub(super) fn meal_standards(&self) -> Vec<Cited<Decimal>> {
        let standard = |from: &str, yuan: Decimal| Cited {
            value: yuan,
            basis: Basis::new("统筹地区人民政府".into(), "标准".into(), day(from)),
        };
        let stated = self.meal_standards.iter();
        let stated: Vec<_> = stated.map(|(from, yuan)| standard(from, *yuan)).collect();
        match stated.is_empty() {
            true => vec![standard("2012-02-06", Decimal::from(50))],
            false => stated,
        }
    }

    pub(super) fn cap(&self) -> Cap {
        Cap {
            compensated: self.compensated,
            case_rate: self.case_rate,
        }
    }

    pub(super) fn lines(&self) -> Vec<Line> {
        let lines = (1..).zip(&self.lines).map(|(number, one)| Line {
            number,
            kind: catalogue(&one.kind),
            code: one.code.clone(),
            name: one.code.clone(),
            service_on: day(&one.on),
            quantity: one.quantity,
            unit_price: one.price,
            amount: law::money::fen(one.quantity * one.price),
            doctor_number: one.doctor.clone(),
            diagnosis: one.diagnosis.clone(),
        });
        lines.collect()
    }

    pub(super) fn facts(&self) -> Facts {
        let kind = match self.kind.as_str() {
            "outpatient" => EncounterKind::Outpatient,
            "inpatient" => EncounterKind::Inpatient,
            "rehabilitation" => EncounterKind::Rehabilitation,
            other => panic!("no kind of bill {other}"),
        };
        let (admitted_on, until_on) = (day(&self.admitted), day(&self.until));
        let mut days = vec![admitted_on];
        while days[days.len() - 1] < until_on {
            days.push(add_days(days[days.len() - 1], 1));
        }
        let unpaid = days
            .iter()
            .filter(|on| self.agency.unpaid.iter().any(|span| covers(span, **on)));
        let with_standing = days.iter().filter(|_| !self.institution.is_empty());
        Facts {
            kind,
            institution_id: self.institution.clone(),
            institution_name: self.named.clone(),
            admitted_on,
            until_on,
            emergency: self.emergency,
            injured: self.injured(),
            standings: with_standing
                .map(|on| (*on, self.agency.standing(*on)))
                .collect(),
            approvals: self.agency.approvals.iter().map(approval).collect(),
            items: Arc::new(self.items()),
            unpaid: unpaid.map(|on| (*on, true)).collect(),
            elsewhere: self.elsewhere(),
            in_plan: self.in_plan(),
            had: (self.had.iter())
                .map(|(number, text)| (*number, outcome(text)))
                .collect(),
            emergencies: (self.emergencies.iter())
                .map(|(from, until)| (day(from), day(until)))
                .collect(),
            stays: (0..).zip(&self.stays).map(other_stay).collect(),
            reviews: self.reviews(),
            recorded: self
                .recorded
                .as_ref()
                .map(|days| days.iter().map(|on| day(on)).collect()),
            emergency_days: 3,
            split_days: 10,
            record_days: 3,
            odd: Odd {
                times: 3,
                steps: 3,
                family: 6,
            },
        }
    }

    fn injured(&self) -> Injured {
        let injury = &self.injury;
        let date = |text: &Option<String>| text.as_deref().map(day);
        Injured {
            recognition_number: "粤人社工认〔2026〕1号".to_owned(),
            happened_on: day(&injury.happened),
            diagnoses: injury.diagnoses.clone(),
            revoked: injury.revoked,
            settled_from: date(&injury.settled_from),
            died_on: date(&injury.died),
            stoppage_until: date(&injury.stoppage_until),
            appraised_on: date(&injury.appraised),
            overdue: injury
                .overdue
                .as_ref()
                .map(|(from, until)| (day(from), day(until))),
            third_party_open: injury.third_party_open,
        }
    }

    fn reviews(&self) -> HashMap<i32, Review> {
        let found = self.reviews.iter().map(|(number, (recognised, finding))| {
            let (recognised, finding) = (*recognised, finding.clone());
            (
                *number,
                Review {
                    recognised,
                    finding,
                },
            )
        });
        found.collect()
    }

    /// The items of the lines, each as the last list by its day has it; without limits where the case names none of
    /// its code. What begins with `X` is in no list.
    fn items(&self) -> Items {
        let mut items = Items::new();
        for line in self.lines() {
            let of_code = self.catalogue.iter().filter(|one| {
                catalogue(&one.kind) == line.kind
                    && one.code == line.code
                    && day(&one.from) <= line.service_on
            });
            let last = of_code.max_by_key(|one| day(&one.from));
            if line.code.starts_with('X') && last.is_none() {
                continue;
            }
            let none = Item::default();
            let item = last.unwrap_or(&none);
            let kept = CatalogueItem {
                kind: line.kind.into(),
                code: line.code.clone(),
                price_limit: item.price.map(Into::into),
                quantity_per_day: item.per_day,
                quantity_per_stay: item.per_stay,
                lowest_grade: grade(&item.grade),
                injury_only: item.injury_only,
                needs_review: item.needs_review,
                ..CatalogueItem::default()
            };
            items.insert((line.kind, line.code, line.service_on), kept);
        }
        items
    }

    fn elsewhere(&self) -> HashMap<Service, Vec<Elsewhere>> {
        let mut found: HashMap<_, Vec<Elsewhere>> = HashMap::new();
        for (at, one) in (0..).zip(&self.elsewhere) {
            let service = (catalogue(&one.kind), one.code.clone(), day(&one.on));
            found.entry(service).or_default().push(one.told(at));
        }
        found
    }

    fn in_plan(&self) -> HashMap<String, Vec<Elsewhere>> {
        let mut found: HashMap<_, Vec<Elsewhere>> = HashMap::new();
        for (at, one) in (0..).zip(&self.in_plan) {
            found
                .entry(one.code.clone())
                .or_default()
                .push(one.told(at));
        }
        found
    }
}

fn other_stay((at, stay): (usize, &Stay)) -> OtherStay {
    OtherStay {
        encounter_id: number(at),
        place: stay.place.clone(),
        admitted_on: day(&stay.admitted),
        until_on: day(&stay.until),
        settled: stay.settled,
    }
}
