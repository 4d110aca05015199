//! All cash benefits of a person, by the rules alone: beside OpenFisca-core, which counts the same in float32, and with
//! the worksheets that a decision has.
//!
//! Each person has twelve bases, a grade, a degree of nursing and three survivors: the own wage, five benefits of a
//! disability and five of a death are counted, on one core, with the figures of the law in memory.

use std::path::PathBuf;
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, Result, anyhow, ensure};
use benefit_review::benefit::rules::{Award, Bounds, Laws, own_wage};
use benefit_review::death::rules::{self as death, Claimant, Deceased};
use benefit_review::disability::rules::{self as disability, Disabled};
use contracts::benefit_review::v1::{DeathCase, NursingGrade, SurvivorRelation};
use contracts::registration::v1::Sex;
use futures::FutureExt;
use law::parameter::SHARED;
use law::{Catalogue, Month, MonthRange, Sheet, Steps, Unwritten};
use rand::{Rng, RngExt, SeedableRng};
use rand_chacha::ChaCha8Rng;
use rust_decimal::Decimal;
use serde::Deserialize;
use serde_json::json;
use time::Date;
use time::macros::date;

use super::platform::AREA;
use super::target::Target;
use super::{Sample, Scenario};
use crate::checkout::root;

pub const SCENARIO: Scenario = Scenario {
    name: "benefits",
    what: "All cash benefits of a person (articles 68, 69, 72) by the rules in process, on one core, exact to the fen and \
           without worksheets: the own wage from twelve bases, five benefits of a disability and five of a death.",
    peer: "the same formulas in OpenFisca-core (float32), the building of its simulation included.",
    unit: "persons",
    sizes: &[1_000_000],
    target: Target::Speed(100),
    limit: Some(
        "by a profile of a person's time: 26 of 100 in exact division and its rounding to the fen, 13 in multiplication, 10 \
         in sums, all of them on decimals of 96 bits; the rest in the rules and in the lists of what is due. By what it is \
         for: 15 the own wage, 30 the disability, 49 the death, of which 34 the shares of survivors. OpenFisca counts each \
         figure for all persons at once, in float32, by instructions that take eight of them, and keeps no list for \
         anybody.",
    ),
    measure: |_, persons| beside_openfisca(persons).boxed(),
};

pub const WORKSHEETS: Scenario = Scenario {
    name: "worksheets",
    what: "The same, each benefit with its worksheet.",
    peer: "the same without worksheets.",
    unit: "persons",
    sizes: &[1_000_000],
    target: Target::Rate(200_000),
    limit: None,
    measure: |_, persons| with_worksheets(persons).boxed(),
};

/// The day of the injury, of the death, and of the end of the labour relation.
const INJURED: Date = date!(2025 - 06 - 15);
const CONCLUDED: Date = date!(2025 - 09 - 15);

/// What stands in for the area's own values.
const ASSUMED: [(&str, &str); 2] = [
    ("area_average_monthly_wage", "8000"),
    ("minimum_wage", "2200"),
];

struct Person {
    bases: Vec<(Month, Decimal)>,
    grade: i32,
    nursing: NursingGrade,
    survivors: Vec<Claimant>,
}

struct World {
    bounds: Bounds,
    /// By grade and degree of nursing.
    disability: Vec<Vec<disability::Figures>>,
    death: death::Figures,
}

impl World {
    fn read() -> Result<Self> {
        let files: Vec<_> = SHARED
            .iter()
            .chain(benefit_review::PARAMETERS)
            .copied()
            .collect();
        let catalogue = Catalogue::parse(&files)?;
        let assumed: Vec<_> = ASSUMED
            .iter()
            .map(|(n, v)| ((*n).to_owned(), (*v).to_owned()))
            .collect();
        let mut laws = Vec::new();
        for on in [INJURED, CONCLUDED, Month::of(CONCLUDED).next().first_day()] {
            laws.push(catalogue.as_of(AREA, on, &[], &assumed)?);
        }
        let laws = Laws::of(laws);
        let figures = |grade, nursing| disability::Figures::of(&disabled(grade, nursing), &laws);
        let of_grade = |grade| {
            NURSING
                .iter()
                .map(|nursing| figures(grade, *nursing))
                .collect()
        };
        let deceased = deceased(Vec::new());
        Ok(Self {
            bounds: Bounds::of(laws.on(INJURED)?)?,
            disability: (1..=10).map(of_grade).collect::<Result<_, _>>()?,
            death: death::Figures::of(&deceased, &laws)?,
        })
    }

    /// All that is due of a person.
    fn all<S: Steps + Default>(&self, person: &Person) -> Result<(Vec<Award>, Vec<Award>)> {
        let wage = own_wage(&person.bases, INJURED, &self.bounds, &mut S::default())
            .map_err(|refused| anyhow!("{refused:?}"))?;
        let mut disabled = disabled(person.grade, person.nursing);
        disabled.wage = Some(wage);
        let place = |number: i32| usize::try_from(number).unwrap_or_default();
        let of_grade = self.disability.get(place(person.grade - 1));
        let figures = of_grade.and_then(|all| all.get(place(person.nursing as i32)));
        let figures = figures.context("a grade that there is")?;
        let mut deceased = deceased(Vec::new());
        deceased.wage = Some(wage);
        deceased.survivors.clone_from(&person.survivors);
        Ok((
            disability::awards::<S>(&disabled, figures),
            death::awards::<S>(&deceased, &self.death),
        ))
    }

    fn time<S: Steps + Default>(&self, persons: &[Person]) -> Result<(Duration, Decimal)> {
        let (begun, mut sum) = (Instant::now(), Decimal::ZERO);
        for person in persons {
            let (disability, death) = self.all::<S>(person)?;
            let awards = disability.iter().chain(&death);
            sum += awards.map(|award| award.worksheet.value).sum::<Decimal>();
        }
        Ok((begun.elapsed(), sum))
    }
}

const NURSING: [NursingGrade; 4] = [
    NursingGrade::Unspecified,
    NursingGrade::Full,
    NursingGrade::Mostly,
    NursingGrade::Partly,
];

fn disabled(grade: i32, nursing: NursingGrade) -> Disabled {
    Disabled {
        wage: None,
        pension: None,
        grade,
        nursing,
        injured_on: INJURED,
        law_on: INJURED,
        concluded_on: CONCLUDED,
        relation_ended_on: Some(Month::of(CONCLUDED).next().first_day()),
        retirement: None,
        occupational_disease: false,
    }
}

fn deceased(survivors: Vec<Claimant>) -> Deceased {
    Deceased {
        case: DeathCase::AtWork,
        wage: None,
        injured_on: INJURED,
        died_on: Some(INJURED),
        grade: 0,
        survivors,
    }
}

fn person(chance: &mut impl Rng) -> Person {
    let months = MonthRange::new(Month::of(INJURED).plus(-12), Month::of(INJURED).previous());
    let months = months
        .into_iter()
        .flat_map(|range| Month::range(range.first(), range.last()));
    let bases = months.map(|month| {
        (
            month,
            Decimal::new(chance.random_range(300_000..3_000_000), 2),
        )
    });
    let bases = bases.collect();
    let relations = [
        SurvivorRelation::Spouse,
        SurvivorRelation::Child,
        SurvivorRelation::Parent,
    ];
    let survivor = |relation| Claimant {
        relation,
        lone_or_orphan: chance.random_ratio(1, 10),
        born_on: None,
        unable_to_work: true,
        sex: Sex::Female,
    };
    let survivors = relations.map(survivor).to_vec();
    Person {
        bases,
        grade: chance.random_range(1..=10),
        nursing: *NURSING
            .get(chance.random_range(0..NURSING.len()))
            .unwrap_or(&NursingGrade::Full),
        survivors,
    }
}

fn persons(count: u64) -> Vec<Person> {
    let mut chance = ChaCha8Rng::seed_from_u64(68);
    (0..count).map(|_| person(&mut chance)).collect()
}

async fn beside_openfisca(count: u64) -> Result<Sample> {
    let (world, persons) = (World::read()?, persons(count));
    let (took, sum) = world.time::<Unwritten>(&persons)?;
    let (peer, peer_sum) = openfisca(&persons)?;
    // Float32 is near: half of its lump sums are off by a fen and more.
    let apart = (sum - peer_sum).abs() / sum;
    ensure!(
        apart < Decimal::new(1, 4),
        "the peer counts something else: {peer_sum} beside {sum}"
    );
    Ok(Sample::new(count, took, peer))
}

async fn with_worksheets(count: u64) -> Result<Sample> {
    let (world, persons) = (World::read()?, persons(count));
    let (took, sum) = world.time::<Sheet>(&persons)?;
    let (alone, without) = world.time::<Unwritten>(&persons)?;
    ensure!(
        sum == without,
        "worksheets change what is due: {sum} and {without}"
    );
    Ok(Sample::new(count, took, alone))
}

/// What the peer answers.
#[derive(Deserialize)]
struct Counted {
    nanoseconds: u64,
    sum: Decimal,
}

/// The time of the peer and the sum of all that it counted.
fn openfisca(persons: &[Person]) -> Result<(Duration, Decimal)> {
    let column = |of: &dyn Fn(&Person) -> serde_json::Value| persons.iter().map(of).collect();
    let mut columns = serde_json::Map::new();
    for place in 0..12 {
        let base = |person: &Person| {
            let base = person.bases.get(place).map(|(_, base)| base.to_string());
            json!(base.and_then(|text| text.parse::<serde_json::Number>().ok()))
        };
        columns.insert(format!("base_{place}"), column(&base));
    }
    columns.insert("grade".to_owned(), column(&|person| json!(person.grade)));
    columns.insert(
        "nursing".to_owned(),
        column(&|person| json!(person.nursing as i32)),
    );
    for place in 0..3 {
        let alone = |person: &Person| {
            json!(
                person
                    .survivors
                    .get(place)
                    .is_some_and(|one| one.lone_or_orphan)
            )
        };
        columns.insert(format!("alone_{place}"), column(&alone));
    }
    let file = tempfile::NamedTempFile::new()?;
    serde_json::to_writer(&file, &columns)?;
    let python: PathBuf = root().join(".local/openfisca/bin/python");
    let output = Command::new(&python)
        .arg(root().join("scripts/peers/openfisca/benefits.py"))
        .arg(file.path())
        .output()
        .with_context(|| format!("starting {}; scripts/bench installs it", python.display()))?;
    ensure!(
        output.status.success(),
        "{}",
        String::from_utf8_lossy(&output.stderr)
    );
    let counted: Counted = serde_json::from_slice(&output.stdout)?;
    Ok((Duration::from_nanos(counted.nanoseconds), counted.sum))
}
