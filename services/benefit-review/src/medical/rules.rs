//! How each line of a bill is decided (Art. 62): the rules in their order, each in a file of its own with the
//! article that it carries out. Pure: what was read and asked before is in [`Facts`].

mod catalogue;
mod cause;
mod eligible;
mod flags;
mod injury;
mod institution;
mod limits;
mod outside;
mod payer;
mod rehabilitation;
mod repeats;
mod settle;
mod stoppage;

pub use cause::cause;
pub use flags::{after_death, flags, injury_corrected};
pub use institution::{is_of, kind_for, place};
pub use outside::{Standards, outside};
pub use repeats::is_stay;
pub use settle::{Cap, Sums, last_fed_on, meals, sums};
pub use stoppage::stoppage_changed;

use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::sync::Arc;

use contracts::Refused;
use contracts::benefit_review::v1::{EncounterKind, LineOutcome, Payer, Refusal};
use contracts::medical_agreement::v1::{Approval, CatalogueItem, CatalogueKind, Standing};
use law::diagnosis::Relation;
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

/// A line of a bill.
#[derive(Clone, Debug, PartialEq)]
pub struct Line {
    /// The sender's, once in a bill.
    pub number: i32,
    /// In which catalogue its code stands.
    pub kind: CatalogueKind,
    /// Code of the item.
    pub code: String,
    /// As the sender calls it.
    pub name: String,
    /// The day of the service.
    pub service_on: Date,
    /// In the unit of the catalogue.
    pub quantity: Decimal,
    /// Yuan of a unit.
    pub unit_price: Decimal,
    /// Yuan, quantity times price to the fen.
    pub amount: Decimal,
    /// Whose order it was; empty where nobody's.
    pub doctor_number: String,
    /// ICD-10 code that it treats.
    pub diagnosis: String,
}

impl Line {
    /// What it is, and when.
    pub(crate) fn service(&self) -> Service {
        (self.kind, self.code.clone(), self.service_on)
    }
}

/// The injury that is treated, as the register has it.
#[derive(Clone, Debug)]
pub struct Injured {
    /// Number of the decision that recognised it.
    pub recognition_number: String,
    /// The day of the accident, or on which the disease was found.
    pub happened_on: Date,
    /// ICD-10 codes that were recognised.
    pub diagnoses: Vec<String>,
    /// The decision that recognised it was revoked.
    pub revoked: bool,
    /// From when on nothing is paid, since long-term benefits were settled once for all (Art. 59).
    pub settled_from: Option<Date>,
    /// The day of death.
    pub died_on: Option<Date>,
    /// Last day of the stoppage period, where one was confirmed.
    pub stoppage_until: Option<Date>,
    /// The day of the first appraisal: the injury was stable then.
    pub appraised_on: Option<Date>,
    /// The time whose costs the employer bears (Art. 58), first and last day.
    pub overdue: Option<(Date, Date)>,
    /// Somebody else is liable by the registration, and it is not said yet what that one compensates (Art. 73).
    pub third_party_open: bool,
}

/// Something that another bill of the same person has on a day.
#[derive(Clone, Debug, PartialEq)]
pub struct Elsewhere {
    /// Which bill.
    pub encounter_id: Uuid,
    /// Which line of it.
    pub line_number: i32,
    /// Where: number of the institution, or its name.
    pub place: String,
    /// The day of the service.
    pub service_on: Date,
    /// How much of it.
    pub quantity: Decimal,
    /// Yuan of a unit.
    pub unit_price: Decimal,
    /// What became of it last.
    pub outcome: LineOutcome,
    /// Yuan that were recognised of it last.
    pub recognised: Decimal,
    /// The other bill was settled before this one.
    pub before: bool,
}

/// Another stay of the same person in hospital.
#[derive(Clone, Debug, PartialEq)]
pub struct OtherStay {
    /// Which bill.
    pub encounter_id: Uuid,
    /// Where.
    pub place: String,
    /// First day.
    pub admitted_on: Date,
    /// Last day; of one that goes on, today.
    pub until_on: Date,
    /// Meals were granted for it: it was settled.
    pub settled: bool,
}

/// What a person found of a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Review {
    /// Yuan that are recognised.
    pub recognised: Decimal,
    /// Why.
    pub finding: String,
}

/// An item on a day: catalogue, code and day.
pub type Service = (CatalogueKind, String, Date);

/// What the catalogues say.
pub type Items = HashMap<Service, CatalogueItem>;

/// A bill and what is known about it.
#[derive(Clone, Debug)]
pub struct Facts {
    /// What kind of treatment.
    pub kind: EncounterKind,
    /// Where: number of the institution; empty of one without an agreement here.
    pub institution_id: String,
    /// Its name.
    pub institution_name: String,
    /// First day.
    pub admitted_on: Date,
    /// Last day; of a stay that goes on, today.
    pub until_on: Date,
    /// The nearest institution was gone to in an emergency.
    pub emergency: bool,
    /// The injury.
    pub injured: Injured,
    /// May what the institution does be charged, by day.
    pub standings: BTreeMap<Date, Standing>,
    /// What was approved for the injury in the days of the bill.
    pub approvals: Vec<Approval>,
    /// What the catalogues say; nothing of what they lack.
    pub items: Arc<Items>,
    /// The days on which the employer bears the costs since nobody paid contributions (工伤保险条例第六十二条).
    pub unpaid: BTreeMap<Date, bool>,
    /// The same services in other bills that are settled.
    pub elsewhere: HashMap<Service, Vec<Elsewhere>>,
    /// What other stays for rehabilitation at the institution have of treatments that a plan names, by code.
    pub in_plan: HashMap<String, Vec<Elsewhere>>,
    /// What became of the lines when the bill was settled last; empty where it was not yet.
    pub had: HashMap<i32, LineOutcome>,
    /// Other stays.
    pub stays: Vec<OtherStay>,
    /// First and last days of other bills of an emergency that no agreement institution sent, of the same injury.
    pub emergencies: Vec<(Date, Date)>,
    /// What persons found, by line.
    pub reviews: HashMap<i32, Review>,
    /// The days on which the course of the treatment was recorded; nothing of what is no stay that an institution sends.
    pub recorded: Option<BTreeSet<Date>>,
    /// Days of emergency treatment that are paid at any institution.
    pub emergency_days: i64,
    /// Days within which a stay after another one may be the same stay that was split.
    pub split_days: i32,
    /// Days after a record of the course by which the next one is due.
    pub record_days: i32,
    /// From when on something is odd.
    pub odd: Odd,
}

/// From when on something is odd, as the area has it on the day of the admission.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Odd {
    /// Times the limit of a day above which a quantity is taken for a mistake or worse.
    pub times: i64,
    /// Steps to a dearer item of the same family that make a series.
    pub steps: i64,
    /// Characters of a code that items of one family share.
    pub family: i64,
}

/// A line, and what the rules ask of it.
pub(crate) struct Question<'a> {
    line: &'a Line,
    facts: &'a Facts,
    /// The item of the catalogue in force on the day.
    item: Option<&'a CatalogueItem>,
    /// How its diagnosis stands to the recognised ones.
    relation: Relation,
}

/// What a rule says of a line that is not simply paid.
enum Finding {
    /// It is not paid.
    Refused(Refused),
    /// A person has to look.
    Review(Refused),
}

/// What a rule says of a line: nothing, where it lets it pass.
type Rule = fn(&Question<'_>) -> Option<Finding>;

/// Art. 54, Art. 59. What ends every claim to a line, whatever a person found of it before.
const GROUNDS: &[Rule] = &[eligible::in_force, eligible::in_time, eligible::alive];

/// Art. 62. The other rules in their order. The first that refuses a line ends it; one that asks for a person leaves it to
/// those after it to refuse.
const RULES: &[Rule] = &[
    institution::may_charge,
    institution::by_doctor,
    stoppage::within,
    injury::matches,
    catalogue::listed,
    catalogue::of_grade,
    catalogue::for_injury,
    catalogue::needs_review,
    rehabilitation::approved,
    rehabilitation::planned,
    repeats::once,
    repeats::not_in_two_beds,
];

/// What became of a line.
#[derive(Clone, Debug, PartialEq)]
pub struct Verdict {
    /// Paid, cut, refused or for review.
    pub outcome: LineOutcome,
    /// Yuan that somebody bears; zero of what is refused or for review.
    pub recognised: Decimal,
    /// Who bears it.
    pub payer: Payer,
    /// Why it is not simply paid by the fund.
    pub reasons: Vec<Refused>,
}

/// Art. 62. Decides the lines of a bill, in their order: what a limit leaves of a day goes to the first that asks.
///
/// # Errors
/// When the table of diagnoses does not reach back to the day of a line.
pub fn decide(
    lines: &[Line],
    facts: &Facts,
) -> Result<Vec<Verdict>, law::diagnosis::DiagnosisError> {
    let mut used = limits::Used::of(lines, facts);
    let each = lines.iter().map(|line| {
        let question = Question {
            line,
            facts,
            item: facts.items.get(&line.service()),
            relation: injury::relation(line, &facts.injured)?,
        };
        Ok(verdict(&question, &mut used))
    });
    each.collect()
}

fn verdict<'a>(question: &Question<'a>, used: &mut limits::Used<'a>) -> Verdict {
    let (line, facts) = (question.line, question.facts);
    let (mut refused, mut to_review) = (None, Vec::new());
    let gone = GROUNDS.iter().find_map(|ground| ground(question));
    if let Some(Finding::Refused(why) | Finding::Review(why)) = gone {
        return Verdict {
            outcome: LineOutcome::Refused,
            recognised: Decimal::ZERO,
            payer: Payer::Fund,
            reasons: vec![why],
        };
    }
    for rule in RULES {
        match rule(question) {
            None => {}
            // What a person found stands, on whatever other ground the rules would refuse it.
            Some(Finding::Refused(why)) => {
                refused = Some(why);
                break;
            }
            // Whoever looks sees all that there is to look at.
            Some(Finding::Review(why)) => to_review.push(why),
        }
    }
    let (outcome, recognised, mut reasons) = match (facts.reviews.get(&line.number), refused) {
        (Some(review), _) => {
            limits::use_up(question, review.recognised, used);
            reviewed(line, review)
        }
        (None, Some(why)) => (LineOutcome::Refused, Decimal::ZERO, vec![why]),
        (None, None) if to_review.is_empty() => limits::cut(question, used),
        (None, None) => (LineOutcome::Review, Decimal::ZERO, to_review),
    };
    let mut payer = Payer::Fund;
    if !recognised.is_zero()
        && let Some(why) = payer::employer_bears(line, facts)
    {
        payer = Payer::Employer;
        reasons.push(why);
    }
    Verdict {
        outcome,
        recognised,
        payer,
        reasons,
    }
}

/// Art. 62, Art. 90. What a person found of a line.
fn reviewed(line: &Line, review: &Review) -> (LineOutcome, Decimal, Vec<Refused>) {
    let outcome = if review.recognised == line.amount {
        LineOutcome::Paid
    } else if review.recognised.is_zero() {
        LineOutcome::Refused
    } else {
        LineOutcome::Cut
    };
    let why = Refused::because(Refusal::LineReviewed).with("finding", &review.finding);
    (outcome, review.recognised, vec![why])
}
