//! What holds of any bill.

use std::collections::HashMap;
use std::sync::Arc;

use benefit_review::medical::rules::{
    Cap, Elsewhere, Facts, Injured, Line, Odd, Review, Sums, Verdict, decide, sums,
};
use contracts::benefit_review::v1::{EncounterKind, LineOutcome};
use contracts::medical_agreement::v1::{
    Approval, ApprovalKind, ApprovedItem, CatalogueItem, CatalogueKind, InstitutionKind, Standing,
};
use law::Sheet;
use law::calendar::add_days;
use law::money::fen;
use proptest::prelude::*;
use rust_decimal::Decimal;
use time::Date;
use time::macros::date;

const ADMITTED: Date = date!(2026 - 03 - 02);
const CODES: [&str; 4] = ["D1", "D2", "D3", "X1"];
const DIAGNOSES: [&str; 5] = ["S82.1", "S81.0", "T93.2", "I10", "?"];

prop_compose! {
    fn any_line()(
        code in 0..CODES.len(),
        diagnosis in 0..DIAGNOSES.len(),
        after in 0i32..12,
        quantity in 1i64..60_000,
        price in 1i64..2_000_000,
    ) -> Line {
        let (quantity, price) = (Decimal::new(quantity, 4), Decimal::new(price, 4));
        Line {
            number: 0,
            kind: CatalogueKind::Drug,
            code: CODES[code].to_owned(),
            name: String::new(),
            service_on: add_days(ADMITTED, after),
            quantity,
            unit_price: price,
            amount: fen(quantity * price),
            doctor_number: String::new(),
            diagnosis: DIAGNOSES[diagnosis].to_owned(),
        }
    }
}

prop_compose! {
    fn any_lines()(mut lines in proptest::collection::vec(any_line(), 0..14)) -> Vec<Line> {
        for (number, line) in (1..).zip(&mut lines) {
            line.number = number;
        }
        lines
    }
}

/// The limits of an item: price in fen, quantity of a day and of a stay; zero is none.
type Limits = (i64, i32, i32, bool);

prop_compose! {
    /// Facts for the days that a bill may have; what a person found is told apart, in hundredths of a line.
    fn any_facts()(
        limits in proptest::collection::vec((0i64..15_000, 0i32..5, 0i32..8, any::<bool>()), CODES.len() - 1),
        agreed in proptest::collection::vec(any::<bool>(), 12),
        unpaid in proptest::collection::vec(any::<bool>(), 12),
        (overdue, died, appraised, stoppage) in (
            proptest::option::of((0i32..12, 0i32..6)),
            proptest::option::of(0i32..12),
            proptest::option::of(0i32..20),
            proptest::option::of(0i32..20),
        ),
        emergency in any::<bool>(),
        reviews in proptest::collection::hash_map(1i32..14, 0i64..=100, 0..5),
    ) -> (Facts, HashMap<i32, i64>) {
        let day = |after: i32| add_days(ADMITTED, after);
        let standing = |agreed: &bool| Standing {
            known: true,
            kinds: if *agreed { vec![InstitutionKind::Medical.into()] } else { Vec::new() },
            ..Standing::default()
        };
        let injured = Injured {
            recognition_number: String::new(),
            happened_on: ADMITTED,
            diagnoses: vec!["S82.1".to_owned()],
            revoked: false,
            settled_from: None,
            died_on: died.map(day),
            stoppage_until: stoppage.map(day),
            appraised_on: appraised.map(day),
            overdue: overdue.map(|(from, days)| (day(from), day(from + days))),
            third_party_open: false,
        };
        let facts = Facts {
            kind: EncounterKind::Inpatient,
            institution_id: "H1".to_owned(),
            institution_name: "甲医院".to_owned(),
            admitted_on: ADMITTED,
            until_on: day(11),
            emergency,
            injured,
            standings: (0..).map(day).zip(agreed.iter().map(standing)).collect(),
            approvals: Vec::new(),
            items: Arc::new((0..12).flat_map(|after| items(day(after), &limits)).collect()),
            unpaid: (0..).map(day).zip(unpaid).collect(),
            elsewhere: HashMap::new(),
            in_plan: HashMap::new(),
            had: HashMap::new(),
            stays: Vec::new(),
            emergencies: Vec::new(),
            reviews: HashMap::new(),
            emergency_days: 3,
            split_days: 10,
            recorded: None,
            record_days: 3,
            odd: Odd {
                times: 3,
                steps: 3,
                family: 6,
            },
        };
        (facts, reviews)
    }
}

fn items(on: Date, limits: &[Limits]) -> Vec<((CatalogueKind, String, Date), CatalogueItem)> {
    let items = CODES.iter().zip(limits).map(|(code, limit)| {
        let (price, of_day, of_stay, needs_review) = *limit;
        let price = Some(Decimal::new(price, 2)).filter(|price| !price.is_zero());
        let item = CatalogueItem {
            price_limit: price.map(Into::into),
            quantity_per_day: of_day,
            quantity_per_stay: of_stay,
            needs_review,
            ..CatalogueItem::default()
        };
        ((CatalogueKind::Drug, (*code).to_owned(), on), item)
    });
    items.collect()
}

/// The facts with what a person found of the lines that there are.
fn with_reviews((mut facts, shares): (Facts, HashMap<i32, i64>), lines: &[Line]) -> Facts {
    for line in lines {
        let Some(share) = shares.get(&line.number) else {
            continue;
        };
        let review = Review {
            recognised: fen(line.amount * Decimal::new(*share, 2)),
            finding: "审核".to_owned(),
        };
        facts.reviews.insert(line.number, review);
    }
    facts
}

fn cap(compensated: i64, case_rate: Option<i64>) -> Cap {
    Cap {
        compensated: Decimal::new(compensated, 2),
        case_rate: case_rate.map(|rate| Decimal::new(rate, 2)),
    }
}

fn added(lines: &[Line], verdicts: &[Verdict], cap: Cap) -> Sums {
    sums(lines, verdicts, cap, &mut Sheet::new())
}

proptest! {
    // Art. 62
    // Art. 65
    #[test]
    fn whatever_is_charged_its_shares_add_up_to_it_and_none_is_below_zero(
        lines in any_lines(),
        facts in any_facts(),
        compensated in 0i64..200_000,
        case_rate in proptest::option::of(0i64..200_000),
    ) {
        let facts = with_reviews(facts, &lines);
        let verdicts = decide(&lines, &facts).unwrap();
        let all = added(&lines, &verdicts, cap(compensated, case_rate));
        let shares = [all.fund, all.employer, all.compensated, all.nobody, all.in_review];
        prop_assert_eq!(shares.iter().sum::<Decimal>(), all.total);
        prop_assert_eq!(lines.iter().map(|line| line.amount).sum::<Decimal>(), all.total);
        prop_assert!(shares.iter().all(|share| *share >= Decimal::ZERO), "{:?}", all);
        prop_assert!(case_rate.is_none_or(|rate| all.fund <= Decimal::new(rate, 2)));
        prop_assert!(all.compensated <= Decimal::new(compensated, 2));
    }

    // Art. 43
    // Art. 62
    #[test]
    fn no_line_is_recognised_above_its_amount_or_its_limits_and_each_outcome_is_as_it_says(
        lines in any_lines(),
        facts in any_facts(),
    ) {
        let facts = with_reviews(facts, &lines);
        let verdicts = decide(&lines, &facts).unwrap();
        for (line, verdict) in lines.iter().zip(&verdicts) {
            let recognised = verdict.recognised;
            match verdict.outcome {
                LineOutcome::Paid => prop_assert_eq!(recognised, line.amount),
                LineOutcome::Cut => prop_assert!(!recognised.is_zero() && recognised < line.amount),
                _ => prop_assert!(recognised.is_zero()),
            }
            prop_assert!(verdict.outcome == LineOutcome::Paid || !verdict.reasons.is_empty());
            let item = facts.items.get(&(line.kind, line.code.clone(), line.service_on));
            let Some(item) = item.filter(|_| !facts.reviews.contains_key(&line.number)) else {
                continue;
            };
            let price = item.price_limit.as_ref().map(|price| price.decimal().unwrap());
            prop_assert!(price.is_none_or(|price| recognised <= fen(price * line.quantity)));
            if item.quantity_per_day > 0 {
                let most = line.quantity.min(item.quantity_per_day.into());
                prop_assert!(recognised <= fen(line.unit_price * most));
            }
        }
    }

    // Art. 62
    #[test]
    fn who_was_compensated_more_is_paid_less_or_as_much(
        lines in any_lines(),
        facts in any_facts(),
        compensated in 0i64..200_000,
        more in 0i64..200_000,
        case_rate in proptest::option::of(0i64..200_000),
    ) {
        let facts = with_reviews(facts, &lines);
        let verdicts = decide(&lines, &facts).unwrap();
        let before = added(&lines, &verdicts, cap(compensated, case_rate));
        let after = added(&lines, &verdicts, cap(compensated + more, case_rate));
        prop_assert!(after.fund <= before.fund);
        prop_assert!(after.employer <= before.employer);
        prop_assert!(after.compensated >= before.compensated);
        prop_assert_eq!(after.nobody, before.nobody);
        prop_assert_eq!(after.in_review, before.in_review);
    }

    // Art. 62
    #[test]
    fn a_bill_that_is_decided_twice_is_decided_the_same(lines in any_lines(), facts in any_facts()) {
        let facts = with_reviews(facts, &lines);
        prop_assert_eq!(decide(&lines, &facts).unwrap(), decide(&lines, &facts).unwrap());
    }

    // Art. 62
    #[test]
    fn the_order_of_lines_is_of_no_account_where_no_quantity_is_limited(
        lines in any_lines(),
        facts in any_facts(),
        compensated in 0i64..200_000,
    ) {
        let mut facts = with_reviews(facts, &lines);
        for item in Arc::make_mut(&mut facts.items).values_mut() {
            item.quantity_per_day = 0;
            item.quantity_per_stay = 0;
        }
        let mut turned = lines.clone();
        turned.reverse();
        let forwards = added(&lines, &decide(&lines, &facts).unwrap(), cap(compensated, None));
        let backwards = added(&turned, &decide(&turned, &facts).unwrap(), cap(compensated, None));
        prop_assert_eq!(forwards, backwards);
    }

    // Art. 62
    #[test]
    fn nothing_is_paid_that_another_bill_was_paid_and_no_day_has_more_than_its_limit(
        lines in any_lines(),
        facts in any_facts(),
        picks in proptest::collection::vec((0usize..14, 0usize..3, any::<bool>()), 0..8),
    ) {
        let facts = with_others(facts.0, &lines, &picks);
        let verdicts = decide(&lines, &facts).unwrap();
        for (line, verdict) in lines.iter().zip(&verdicts) {
            let service = (line.kind, line.code.clone(), line.service_on);
            let others = facts.elsewhere.get(&service).map_or(&[][..], Vec::as_slice);
            let paid = others.iter().filter(|other| other.outcome == LineOutcome::Paid);
            let same = |other: &&Elsewhere| {
                other.quantity == line.quantity && other.unit_price == line.unit_price
            };
            prop_assert!(!paid.clone().any(|other| same(&other)) || verdict.recognised.is_zero());
            let Some(item) = facts.items.get(&service) else { continue };
            let most = Decimal::from(item.quantity_per_day);
            let had: Decimal = paid.map(|other| other.quantity).sum();
            if !most.is_zero() {
                let left = (most - had).max(Decimal::ZERO).min(line.quantity);
                prop_assert!(verdict.recognised <= fen(left * line.unit_price));
            }
        }
    }

    // Art. 47
    // Art. 62
    #[test]
    fn a_plan_is_paid_once_in_units_and_in_yuan_however_many_stays_are_under_it(
        lines in any_lines(),
        facts in any_facts(),
        quantity in 1i32..30,
        at_most in 1i64..200_000,
        had in 0i64..20,
    ) {
        let (at_most, price) = (Decimal::new(at_most, 2), Decimal::TEN);
        let (lines, facts) = planned(lines, facts.0, (quantity, at_most), (had.into(), price));
        let verdicts = decide(&lines, &facts).unwrap();
        for code in CODES {
            let of_code = lines.iter().zip(&verdicts).filter(|(line, _)| line.code == code);
            let paid: Decimal = of_code.clone().map(|(_, verdict)| verdict.recognised).sum();
            let elsewhere = Decimal::from(had) * price;
            prop_assert!(paid <= (at_most - elsewhere).max(Decimal::ZERO));
            if Decimal::from(had) >= Decimal::from(quantity) {
                prop_assert!(paid.is_zero());
            }
        }
    }
}

/// The facts with some of the lines in another bill, as they are or in a greater quantity: paid, refused or for review.
fn with_others(mut facts: Facts, lines: &[Line], picks: &[(usize, usize, bool)]) -> Facts {
    for (pick, outcome, is_exact) in picks {
        let Some(line) = lines.get(*pick) else {
            continue;
        };
        let more = u8::from(!*is_exact);
        let quantity = line.quantity + Decimal::from(more);
        let outcomes = [LineOutcome::Paid, LineOutcome::Refused, LineOutcome::Review];
        let mut other = elsewhere(line.service_on, quantity, line.unit_price);
        other.outcome = outcomes[*outcome];
        if other.outcome != LineOutcome::Paid {
            other.recognised = Decimal::ZERO;
        }
        // A price above the limit was cut to it.
        let service = (line.kind, line.code.clone(), line.service_on);
        let item = facts.items.get(&service);
        let limit = item.and_then(|item| item.price_limit.as_ref()?.decimal().ok());
        if limit.is_some_and(|limit| limit < line.unit_price) {
            continue;
        }
        facts.elsewhere.entry(service).or_default().push(other);
    }
    facts
}

/// A line of another bill that was settled before and paid, not rounded.
fn elsewhere(service_on: Date, quantity: Decimal, unit_price: Decimal) -> Elsewhere {
    Elsewhere {
        encounter_id: uuid::Uuid::from_u128(1),
        line_number: 1,
        place: "H1".to_owned(),
        service_on,
        quantity,
        unit_price,
        outcome: LineOutcome::Paid,
        recognised: quantity * unit_price,
        before: true,
    }
}

/// The lines as treatments of a stay for rehabilitation, of which a plan allows so much, and another stay had some.
fn planned(
    mut lines: Vec<Line>,
    mut facts: Facts,
    (quantity, at_most): (i32, Decimal),
    (had, price): (Decimal, Decimal),
) -> (Vec<Line>, Facts) {
    facts.kind = EncounterKind::Rehabilitation;
    for line in &mut lines {
        line.kind = CatalogueKind::TreatmentItem;
    }
    for standing in facts.standings.values_mut() {
        standing.kinds = vec![InstitutionKind::Rehabilitation.into()];
    }
    let items = facts.items.iter();
    let items = items.map(|((_, code, on), item)| {
        (
            (CatalogueKind::TreatmentItem, code.clone(), *on),
            item.clone(),
        )
    });
    facts.items = Arc::new(items.collect());
    let of_code = |code: &&str| ApprovedItem {
        code: (*code).to_owned(),
        quantity,
        at_most: Some(at_most.into()),
        ..ApprovedItem::default()
    };
    facts.approvals = vec![Approval {
        kind: ApprovalKind::Rehabilitation.into(),
        institution_id: facts.institution_id.clone(),
        from_on: Some(ADMITTED.into()),
        until_on: Some(facts.until_on.into()),
        items: CODES.iter().map(of_code).collect(),
        ..Approval::default()
    }];
    // As much as was charged at 10 yuan, whatever the limit of the price.
    for item in Arc::make_mut(&mut facts.items).values_mut() {
        item.price_limit = None;
    }
    for code in CODES {
        let other = elsewhere(ADMITTED, had, price);
        facts.in_plan.insert(code.to_owned(), vec![other]);
    }
    (lines, facts)
}
