//! What holds of any cash benefit.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use benefit_review::benefit::rules::{Award, Bounds, Laws, OwnWage, own_wage};
use benefit_review::death::rules::{self as death, Claimant, Deceased};
use benefit_review::disability::rules::{
    self as disability, Category, Disabled, Retirement, months_of_law,
};
use contracts::benefit_review::v1::{BenefitKind, DeathCase, NursingGrade, SurvivorRelation};
use contracts::registration::v1::Sex;
use law::calendar::add_days;
use law::money::Rounding;
use law::{Basis, Catalogue, Cited, LawError, Month, Sheet, Steps, Unwritten};
use proptest::prelude::*;
use rust_decimal::Decimal;
use time::Date;
use time::macros::date;

use super::benefits::catalogue;

static CATALOGUE: LazyLock<Catalogue> = LazyLock::new(catalogue);

/// The day on which the first figures that benefits rest on came into force.
const FIRST: Date = date!(2004 - 01 - 01);

/// What an area sets: its average wage in jiao, its minimum wage, its standard of subsidies, how it rounds.
#[derive(Clone, Debug)]
struct Area {
    average: i64,
    minimum: Option<i64>,
    basis: &'static str,
    rounding: &'static str,
}

impl Area {
    fn laws(&self, days: Vec<Date>) -> Laws {
        let jiao = |amount: i64| Decimal::new(amount, 1).to_string();
        let mut assumed = vec![
            ("area_average_monthly_wage".to_owned(), jiao(self.average)),
            ("subsidy_basis".to_owned(), self.basis.to_owned()),
            ("benefit_rounding".to_owned(), self.rounding.to_owned()),
        ];
        let minimum = self.minimum.map(jiao);
        assumed.extend(minimum.map(|yuan| ("minimum_wage".to_owned(), yuan)));
        let law = |on| CATALOGUE.as_of("440300", on, &[], &assumed).unwrap();
        Laws::of(days.into_iter().map(law))
    }
}

prop_compose! {
    fn any_area()(
        average in 10_000i64..200_000,
        minimum in proptest::option::of(5_000i64..40_000),
        basis in prop_oneof![Just("own_wage"), Just("area_wage"), Just("fixed")],
        rounding in prop_oneof![Just("fen"), Just("up_to_jiao"), Just("up_to_yuan")],
    ) -> Area {
        Area { average, minimum, basis, rounding }
    }
}

prop_compose! {
    /// Bases of some of the fifteen months up to that of the injury, in fen.
    fn any_bases()(
        of_months in proptest::collection::btree_map(0i32..15, 0i64..8_000_000, 1..15),
    ) -> Vec<(i32, i64)> {
        of_months.into_iter().collect()
    }
}

fn bases(given: &[(i32, i64)], injured_on: Date) -> Vec<(Month, Decimal)> {
    let base =
        |(before, fen): &(i32, i64)| (Month::of(injured_on).plus(-before), Decimal::new(*fen, 2));
    given.iter().map(base).collect()
}

fn any_nursing() -> impl Strategy<Value = NursingGrade> {
    prop_oneof![
        Just(NursingGrade::Unspecified),
        Just(NursingGrade::Partly),
        Just(NursingGrade::Mostly),
        Just(NursingGrade::Full),
    ]
}

/// A man who retires on a day.
fn retirement_on(on: Date) -> Retirement {
    Retirement {
        on,
        category: Category::Male,
        age: Cited {
            value: 60,
            basis: Basis::new("".into(), "".into(), on),
        },
        delay: 0,
        assumed: false,
    }
}

prop_compose! {
    /// Somebody injured from `first` on within `days`, whose own wage is a number of fen.
    fn any_disabled(first: Date, days: i32)(
        fen in 0i64..8_000_000,
        grade in 1i32..=10,
        nursing in any_nursing(),
        injured in 0..days,
        recognised in proptest::option::of(0..days),
        concluded in 0..days,
        ended in proptest::option::of(0..days),
        retires in proptest::option::of(0..days),
        occupational_disease in any::<bool>(),
    ) -> Disabled {
        let day = |after: i32| add_days(first, after);
        let injured_on = day(injured);
        Disabled {
            wage: Some(OwnWage::of(Decimal::new(fen, 2))),
            pension: None,
            grade,
            nursing,
            injured_on,
            law_on: months_of_law(injured_on, recognised.map(day)),
            concluded_on: day(concluded).max(injured_on),
            relation_ended_on: ended.map(|after| day(after).max(date!(2011 - 01 - 01))),
            retirement: retires.map(|after| retirement_on(day(after))),
            occupational_disease,
        }
    }
}

prop_compose! {
    fn any_claimant()(
        relation in 1i32..=6,
        lone_or_orphan in any::<bool>(),
        born_on in proptest::option::of(0i32..30_000),
        unable_to_work in any::<bool>(),
        sex in 0i32..=2,
    ) -> Claimant {
        Claimant {
            relation: SurvivorRelation::try_from(relation).unwrap(),
            lone_or_orphan,
            born_on: born_on.map(|after| add_days(date!(1940 - 01 - 01), after)),
            unable_to_work,
            sex: Sex::try_from(sex).unwrap(),
        }
    }
}

prop_compose! {
    fn any_deceased(first: Date, days: i32)(
        fen in 60_000i64..8_000_000,
        case in 1i32..=4,
        injured in 0..days,
        died in 0..days,
        grade in 1i32..=4,
        survivors in proptest::collection::vec(any_claimant(), 1..8),
    ) -> Deceased {
        let injured_on = add_days(first, injured);
        Deceased {
            case: DeathCase::try_from(case).unwrap(),
            wage: Some(OwnWage::of(Decimal::new(fen, 2))),
            injured_on,
            died_on: Some(add_days(first, died).max(injured_on)),
            grade,
            survivors,
        }
    }
}

/// From the first law to the last day of which the national income is known.
const KNOWN_DAYS: i32 = 8_400;
/// The same from the day on from which deaths have their multiple.
const DEATH: Date = date!(2011 - 01 - 01);
const DEATH_DAYS: i32 = 5_800;

fn of_disabled<S: Steps + Default>(
    disabled: &Disabled,
    area: &Area,
) -> Result<Vec<Award>, LawError> {
    let figures = disability::Figures::of(disabled, &area.laws(disabled.days()))?;
    Ok(disability::awards::<S>(disabled, &figures))
}

fn of_death<S: Steps + Default>(deceased: &Deceased, area: &Area) -> Result<Vec<Award>, LawError> {
    let figures = death::Figures::of(deceased, &area.laws(deceased.days()))?;
    Ok(death::awards::<S>(deceased, &figures))
}

/// The amount of each award under what it is.
fn amounts(awards: &[Award]) -> Vec<((BenefitKind, Option<usize>), Decimal)> {
    let amount = |one: &Award| ((one.kind, one.survivor), one.worksheet.value);
    awards.iter().map(amount).collect()
}

fn amount(awards: &[Award], kind: BenefitKind) -> Decimal {
    let found = awards.iter().find(|one| one.kind == kind);
    found.map_or(Decimal::ZERO, |one| one.worksheet.value)
}

/// The months in which pensions begin.
fn beginnings(awards: &[Award]) -> BTreeSet<Month> {
    let pensions = awards.iter().filter(|one| one.survivor.is_some());
    pensions.filter_map(|one| one.from).collect()
}

/// What each survivor has in a month.
fn pensions(awards: &[Award], month: Month) -> Vec<(usize, Decimal)> {
    let in_month = awards.iter().filter(|one| {
        one.from.is_some_and(|from| from <= month) && one.until.is_none_or(|until| month <= until)
    });
    let pension = |one: &Award| Some((one.survivor?, one.worksheet.value));
    in_month.filter_map(pension).collect()
}

/// Shares of the entitled by the text of the law.
fn shares(deceased: &Deceased, pensions: &[(usize, Decimal)]) -> Decimal {
    let share = |(at, _): &(usize, Decimal)| {
        let one = &deceased.survivors[*at];
        let base = if one.relation == SurvivorRelation::Spouse {
            4
        } else {
            3
        };
        Decimal::new(base + i64::from(one.lone_or_orphan), 1)
    };
    pensions.iter().map(share).sum()
}

/// The awards without the steps to them.
fn figures(awards: Vec<Award>) -> Vec<Award> {
    let bare = |mut one: Award| {
        one.worksheet.lines.clear();
        one
    };
    awards.into_iter().map(bare).collect()
}

fn yuan(wage: &Option<OwnWage>) -> Decimal {
    wage.unwrap().yuan()
}

proptest! {
    // Art. 68
    #[test]
    fn the_own_wage_is_never_below_its_floor_or_above_its_cap_and_never_falls_with_a_base(
        area in any_area(),
        given in any_bases(),
        more in 0i64..8_000_000,
        at in any::<prop::sample::Index>(),
    ) {
        let injured_on = date!(2021 - 01 - 15);
        let laws = area.laws(vec![injured_on]);
        let bounds = Bounds::of(laws.on(injured_on).unwrap()).unwrap();
        let average = Decimal::new(area.average, 1);
        let wage = |given: &[(i32, i64)]| {
            own_wage(&bases(given, injured_on), injured_on, &bounds, &mut Sheet::new())
        };
        let counted = given.iter().filter(|(before, _)| (1..=12).contains(before)).count();
        let Ok(found) = wage(&given) else {
            prop_assert_eq!(counted, 0);
            return Ok(());
        };
        prop_assert!(counted > 0);
        prop_assert!(!found.exact().is_below(average * Decimal::new(6, 1)));
        prop_assert!(!found.exact().is_above(average * Decimal::from(3)));
        let mut raised = given.clone();
        raised[at.index(given.len())].1 += more;
        prop_assert!(wage(&raised).unwrap().yuan() >= found.yuan());
    }

    // Art. 68
    #[test]
    fn a_higher_own_wage_never_lowers_a_benefit_of_a_disability(
        disabled in any_disabled(FIRST, KNOWN_DAYS),
        area in any_area(),
        more in 0i64..1_000_000,
    ) {
        let richer = Disabled {
            wage: Some(OwnWage::of(yuan(&disabled.wage) + Decimal::new(more, 2))),
            ..disabled.clone()
        };
        let before = amounts(&of_disabled::<Unwritten>(&disabled, &area).unwrap());
        let after = amounts(&of_disabled::<Unwritten>(&richer, &area).unwrap());
        prop_assert_eq!(before.len(), after.len());
        for ((kind, less), (same, more)) in before.into_iter().zip(after) {
            prop_assert_eq!(kind, same);
            prop_assert!(less <= more, "{:?}: {} above {}", kind, less, more);
        }
    }

    // Art. 68
    #[test]
    fn a_graver_grade_or_degree_never_has_less(
        disabled in any_disabled(FIRST, KNOWN_DAYS),
        area in any_area(),
        graver in 1i32..=10,
    ) {
        let graver = Disabled {
            grade: graver.min(disabled.grade),
            nursing: NursingGrade::Full,
            ..disabled.clone()
        };
        let less = of_disabled::<Unwritten>(&disabled, &area).unwrap();
        let more = of_disabled::<Unwritten>(&graver, &area).unwrap();
        for kind in [BenefitKind::LumpSumDisability, BenefitKind::NursingAllowance] {
            prop_assert!(amount(&less, kind) <= amount(&more, kind), "{:?}", kind);
        }
        // The allowance ends with the labour relation, the subsidies begin with it.
        let kinds = match (disabled.relation_ended_on, graver.grade > 4) {
            (None, _) => &[BenefitKind::DisabilityAllowance][..],
            (_, true) => &[BenefitKind::LumpSumMedicalSubsidy, BenefitKind::LumpSumEmploymentSubsidy],
            _ => &[],
        };
        for kind in kinds {
            prop_assert!(amount(&less, *kind) <= amount(&more, *kind), "{:?}", kind);
        }
    }

    // Art. 68
    #[test]
    fn an_allowance_is_never_below_the_minimum_wage(
        disabled in any_disabled(FIRST, KNOWN_DAYS),
        area in any_area(),
    ) {
        let awards = of_disabled::<Unwritten>(&disabled, &area).unwrap();
        let allowance = awards.iter().find(|one| one.kind == BenefitKind::DisabilityAllowance);
        let least = area.minimum.map(|jiao| Decimal::new(jiao, 1));
        if let Some((allowance, least)) = allowance.zip(least) {
            prop_assert!(allowance.worksheet.value >= least);
        }
    }

    // Art. 68
    #[test]
    fn benefits_of_a_disability_come_out_the_same_without_their_steps(
        disabled in any_disabled(FIRST, KNOWN_DAYS),
        area in any_area(),
    ) {
        let found = of_disabled::<Sheet>(&disabled, &area).unwrap();
        let last = |one: &Award| one.worksheet.lines.iter().any(|line| line.value == one.worksheet.value.to_string());
        prop_assert!(found.iter().all(last));
        prop_assert_eq!(figures(found), of_disabled::<Unwritten>(&disabled, &area).unwrap());
    }

    // Art. 69
    // Art. 71
    // Art. 72
    #[test]
    fn benefits_of_a_death_come_out_the_same_without_their_steps(
        deceased in any_deceased(DEATH, DEATH_DAYS),
        area in any_area(),
    ) {
        let found = of_death::<Sheet>(&deceased, &area).unwrap();
        prop_assert_eq!(figures(found), of_death::<Unwritten>(&deceased, &area).unwrap());
    }

    // Art. 72
    #[test]
    fn pensions_never_come_to_more_than_the_own_wage_and_lose_less_than_a_fen_each(
        deceased in any_deceased(DEATH, DEATH_DAYS),
        area in any_area(),
    ) {
        let awards = of_death::<Unwritten>(&deceased, &area).unwrap();
        for month in beginnings(&awards) {
            let found = pensions(&awards, month);
            let (wage, all) = (yuan(&deceased.wage), shares(&deceased, &found));
            let sum: Decimal = found.iter().map(|(_, yuan)| *yuan).sum();
            prop_assert!(sum <= wage, "{} above {}", sum, wage);
            let lost = wage * all.min(Decimal::ONE) - sum;
            let each = Decimal::new(1, 2) * Decimal::from(found.len());
            prop_assert!(found.is_empty() || lost < each, "{} of {} lost", lost, wage);
            if all > Decimal::ONE {
                prop_assert!(lost >= Decimal::ZERO);
            }
            let unit = area.rounding.parse::<Rounding>().unwrap().unit();
            prop_assert!(-lost <= unit * Decimal::from(found.len()));
        }
    }

    // Art. 72
    #[test]
    fn one_more_survivor_never_raises_the_pension_of_another(
        deceased in any_deceased(DEATH, DEATH_DAYS),
        area in any_area(),
        another in any_claimant(),
    ) {
        let mut larger = deceased.clone();
        larger.survivors.push(another);
        let before = of_death::<Unwritten>(&deceased, &area).unwrap();
        let after = of_death::<Unwritten>(&larger, &area).unwrap();
        for month in &beginnings(&before) | &beginnings(&after) {
            let (before, after) = (pensions(&before, month), pensions(&after, month));
            let alone: BTreeMap<usize, Decimal> = before.into_iter().collect();
            let shared: BTreeMap<usize, Decimal> = after.into_iter().collect();
            prop_assert!(shared.len() >= alone.len());
            for (at, alone) in alone {
                prop_assert!(shared[&at] <= alone, "{}: {} above {}", at, shared[&at], alone);
            }
        }
    }

    // Art. 72
    #[test]
    fn the_order_in_which_survivors_are_named_is_of_no_account(
        deceased in any_deceased(DEATH, DEATH_DAYS),
        area in any_area(),
    ) {
        let mut turned = deceased.clone();
        turned.survivors.reverse();
        let last = deceased.survivors.len() - 1;
        let own = |deceased: &Deceased| -> Vec<_> {
            let awards = of_death::<Unwritten>(deceased, &area).unwrap().into_iter();
            let own = |one: Award| Some((one.survivor?, one.from, one.until, one.worksheet.value));
            awards.filter_map(own).collect()
        };
        let turned = own(&turned).into_iter();
        let mut backwards: Vec<_> = turned.map(|(at, from, until, yuan)| (last - at, from, until, yuan)).collect();
        backwards.sort();
        prop_assert_eq!(own(&deceased), backwards);
    }

    // Art. 72
    #[test]
    fn a_higher_own_wage_never_lowers_a_pension(
        deceased in any_deceased(DEATH, DEATH_DAYS),
        area in any_area(),
        more in 0i64..1_000_000,
    ) {
        let richer = Deceased {
            wage: Some(OwnWage::of(yuan(&deceased.wage) + Decimal::new(more, 2))),
            ..deceased.clone()
        };
        let before = of_death::<Unwritten>(&deceased, &area).unwrap();
        let after = of_death::<Unwritten>(&richer, &area).unwrap();
        for month in &beginnings(&before) | &beginnings(&after) {
            let (before, after) = (pensions(&before, month), pensions(&after, month));
            prop_assert_eq!(before.len(), after.len());
            for ((at, less), (_, more)) in before.into_iter().zip(after) {
                prop_assert!(less <= more, "{}: {} above {}", at, less, more);
            }
        }
    }

    // Art. 68
    // Art. 69
    #[test]
    fn no_day_before_the_first_figures_of_the_law_yields_a_figure(
        disabled in any_disabled(date!(1990 - 01 - 01), 5_000),
        deceased in any_deceased(date!(1990 - 01 - 01), 5_000),
        area in any_area(),
        graded in any::<bool>(),
    ) {
        let disabled = Disabled {
            grade: if graded { disabled.grade } else { 0 },
            nursing: if graded { disabled.nursing } else { NursingGrade::Partly },
            relation_ended_on: None,
            ..disabled
        };
        prop_assert!(disabled.days().into_iter().all(|on| on < FIRST));
        prop_assert!(deceased.days().into_iter().all(|on| on < FIRST));
        let why = of_disabled::<Sheet>(&disabled, &area).unwrap_err();
        prop_assert!(matches!(why, LawError::BeforeFirst { first: FIRST, .. }), "{}", why);
        let why = of_death::<Sheet>(&deceased, &area).unwrap_err();
        prop_assert!(matches!(why, LawError::BeforeFirst { .. }), "{}", why);
        let bounds = Bounds::of(area.laws(vec![disabled.injured_on]).on(disabled.injured_on).unwrap());
        let unbounded = matches!(bounds, Err(LawError::BeforeFirst { first: FIRST, .. }));
        prop_assert!(unbounded);
    }
}
