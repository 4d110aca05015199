//! The worked cases of `tests/law`, which a jurist can read and add to, and what holds of all cases.

use std::collections::BTreeMap;

use contracts::Money;
use contracts::benefit_review::v1::{BenefitKind, PayeeKind};
use contracts::payment::v1::{ChangeCause, PayrollItem, PayrollLine, StopCause};
use law::parameter::SHARED;
use law::{Catalogue, Month};
use payment::account::rules::{Entitlement, Paid, Suspension, Told};
use payment::adjustment::rules::{makes_up, resumes_from, stops_from};
use payment::payroll::rules::{Account, Making, Payee, item, settle};
use proptest::prelude::*;
use rust_decimal::Decimal;
use serde::Deserialize;
use time::Date;
use uuid::Uuid;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct PayrollCase {
    name: String,
    month: Month,
    #[serde(default)]
    supplementary: bool,
    accounts: Vec<GivenAccount>,
    expect: ExpectedItem,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenAccount {
    told: Vec<GivenTold>,
    #[serde(default)]
    paid: BTreeMap<String, Decimal>,
    #[serde(default)]
    stops: Vec<GivenStop>,
    died_in: Option<Month>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenTold {
    amount: Decimal,
    from: Option<Month>,
    until: Option<Month>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct GivenStop {
    from: Month,
    resumed: Option<Month>,
    #[serde(default)]
    made_up: bool,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct ExpectedItem {
    #[serde(default)]
    nothing: bool,
    #[serde(default)]
    payable: Decimal,
    #[serde(default)]
    regular: Decimal,
    #[serde(default)]
    one_off: Decimal,
    #[serde(default)]
    arrears: Decimal,
    #[serde(default)]
    set_off: Decimal,
    #[serde(default)]
    owed_back: Decimal,
    #[serde(default)]
    last_regular: Decimal,
    #[serde(default)]
    changes: Vec<String>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct StopCase {
    name: String,
    cause: String,
    since_on: Date,
    last_paid: Option<Month>,
    again_on: Date,
    expect: ExpectedStop,
}

#[derive(Deserialize, Debug, PartialEq)]
#[serde(deny_unknown_fields)]
struct ExpectedStop {
    from: Month,
    resumed: Month,
    makes_up: bool,
}

fn account(n: u128, given: &GivenAccount) -> Account {
    let told = given.told.iter().map(|one| Told {
        amount: one.amount,
        months: one.from.map(|from| (from, one.until)),
    });
    let stops = given.stops.iter().map(|one| Suspension {
        from: one.from,
        resumed: one.resumed,
        made_up: one.made_up,
    });
    let due = Entitlement::of(told).ending_with(given.died_in);
    let paid = given.paid.iter().map(|(of, yuan)| {
        let of = (of != "once").then(|| of.parse().unwrap());
        (of, *yuan)
    });
    of_account(n, due.suspended(stops.collect()), paid.collect())
}

fn of_account(n: u128, due: Entitlement, paid: Paid) -> Account {
    Account {
        account_id: Uuid::from_u128(n),
        kind: BenefitKind::DisabilityAllowance,
        person_id: Uuid::from_u128(1),
        name: "张三".to_owned(),
        due,
        paid,
        revoked: false,
    }
}

fn payee() -> Payee {
    Payee {
        payee_id: Uuid::from_u128(1),
        kind: PayeeKind::Person,
        name: "张三".to_owned(),
        bank_account_id: Some(Uuid::from_u128(2)),
        ..Payee::default()
    }
}

fn making(month: Month, supplementary: bool) -> Making {
    Making {
        month,
        supplementary,
        rise: Decimal::new(3, 1),
    }
}

fn yuan(money: Option<&Money>) -> Decimal {
    money.map_or(Decimal::ZERO, |one| one.decimal().unwrap())
}

fn changes(item: &PayrollItem) -> Vec<String> {
    let each = item.changes.iter().map(|one| {
        let cause = ChangeCause::as_str_name(&one.cause());
        let cause = cause.trim_start_matches("CHANGE_CAUSE_");
        format!("{cause} {}", one.amount.as_ref().unwrap().as_text())
    });
    each.collect()
}

// Art. 80
// Art. 89
// Art. 90
#[test]
fn what_a_payroll_pays_is_that_of_the_worked_cases() {
    let cases: Vec<PayrollCase> =
        serde_saphyr::from_str(include_str!("../law/payroll.yaml")).unwrap();
    assert!(cases.len() > 15);
    for case in cases {
        let accounts = (1..)
            .zip(&case.accounts)
            .map(|(n, given)| account(n, given));
        let accounts: Vec<_> = accounts.collect();
        let found = item(&payee(), &accounts, &making(case.month, case.supplementary));
        assert_eq!(found.is_none(), case.expect.nothing, "{}", case.name);
        let Some(found) = found else { continue };
        let expect = case.expect;
        for (label, found, expected) in [
            ("payable", &found.payable, expect.payable),
            ("regular", &found.regular, expect.regular),
            ("one_off", &found.one_off, expect.one_off),
            ("arrears", &found.arrears, expect.arrears),
            ("set_off", &found.set_off, expect.set_off),
            ("owed_back", &found.owed_back, expect.owed_back),
            ("last_regular", &found.last_regular, expect.last_regular),
        ] {
            assert_eq!(yuan(found.as_ref()), expected, "{}: {label}", case.name);
        }
        assert_eq!(changes(&found), expect.changes, "{}", case.name);
    }
}

// Art. 89
#[test]
fn stops_begin_and_end_as_in_the_worked_cases() {
    let cases: Vec<StopCase> = serde_saphyr::from_str(include_str!("../law/stops.yaml")).unwrap();
    assert!(cases.len() > 4);
    let files: Vec<_> = SHARED.iter().chain(payment::PARAMETERS).copied().collect();
    let catalogue = Catalogue::parse(&files).unwrap();
    for case in cases {
        let cause = StopCause::from_str_name(&format!("STOP_CAUSE_{}", case.cause)).unwrap();
        let law = catalogue.as_of("440300", case.since_on, &[], &[]).unwrap();
        let from = stops_from(cause, case.since_on, case.last_paid);
        let found = ExpectedStop {
            from,
            resumed: resumes_from(case.again_on, from),
            makes_up: makes_up(cause, &law).unwrap().value,
        };
        assert_eq!(found, case.expect, "{}", case.name);
    }
}

/// Something that is told before the payroll of a month, from a month on, for a number of months.
#[derive(Clone, Debug)]
struct Event {
    before: i32,
    account: usize,
    from: i32,
    months: Option<i32>,
    fen: i64,
    once: bool,
}

fn event() -> impl Strategy<Value = Event> {
    let months = proptest::option::of(1..6);
    (
        0..12_i32,
        0..3_usize,
        -6..14_i32,
        months,
        0..500_000_i64,
        any::<bool>(),
    )
        .prop_map(|(before, account, from, months, fen, once)| Event {
            before,
            account,
            from,
            months,
            fen,
            once,
        })
}

/// What was told of three benefits, and what was paid of them.
#[derive(Clone, Default)]
struct Books {
    told: [Vec<Told>; 3],
    paid: [Paid; 3],
}

impl Books {
    fn hear(&mut self, one: &Event) {
        let from = "2026-01".parse::<Month>().unwrap().plus(one.from);
        let until = one.months.map(|many| from.plus(many - 1));
        self.told[one.account].push(Told {
            amount: Decimal::new(one.fen, 2),
            months: (!one.once).then_some((from, until)),
        });
    }

    fn accounts(&self, died_in: Option<Month>, stops: &[Suspension]) -> Vec<Account> {
        let each = (0..3_u128).zip(self.told.iter().zip(&self.paid));
        each.map(|(n, (told, paid))| {
            let due = Entitlement::of(told.iter().copied()).ending_with(died_in);
            of_account(n, due.suspended(stops.to_vec()), paid.clone())
        })
        .collect()
    }

    fn book(&mut self, lines: &[PayrollLine]) {
        for line in lines {
            let id: Uuid = line.account_id.parse().unwrap();
            let of = line.for_month.map(|of| Month::try_from(of).unwrap());
            let paid = &mut self.paid[usize::try_from(id.as_u128()).unwrap()];
            *paid.entry(of).or_default() += yuan(line.amount.as_ref());
        }
    }
}

/// Yuan that were paid too much, month by month, and that are due and were not paid.
fn open(accounts: &[Account], month: Month) -> (Decimal, Decimal) {
    let all = accounts
        .iter()
        .flat_map(|one| one.due.open(&one.paid, month));
    all.fold(
        (Decimal::ZERO, Decimal::ZERO),
        |(over, under), (_, yuan)| {
            let (too_much, too_little) = (yuan.min(Decimal::ZERO), yuan.max(Decimal::ZERO));
            (over - too_much, under + too_little)
        },
    )
}

proptest! {
    // Art. 80
    // Art. 89
    // Art. 90
    #[test]
    fn whatever_is_told_when_nobody_is_paid_twice_and_everything_due_is_paid_or_owed_back(
        mut events in proptest::collection::vec(event(), 1..20),
        stop in proptest::option::of((0..12_i32, 0..6_i32, any::<bool>())),
        died in proptest::option::of(0..12_i32),
        of_hospital in any::<bool>(),
    ) {
        events.sort_by_key(|one| one.before);
        let first: Month = "2026-01".parse().unwrap();
        let kind = if of_hospital { PayeeKind::Institution } else { PayeeKind::Person };
        let mut books = Books::default();
        for at in 0..12 {
            let month = first.plus(at);
            let stops = stop.iter().map(|(from, long, made_up)| Suspension {
                from: first.plus(*from),
                resumed: (from + long <= at).then(|| first.plus(from + long)),
                made_up: *made_up,
            });
            let stops: Vec<_> = stops.collect();
            // The month, of which more is told while it is signed; what that left; and once more.
            for round in 0..3 {
                let died_in = died.filter(|died| *died < at || *died == at && round > 0);
                let known = books.accounts(died_in.map(|died| first.plus(died)), &stops);
                let made = making(month, round > 0);
                let payee = Payee { kind, dead: died_in.is_some(), ..payee() };
                let signed = item(&payee, &known, &made).unwrap_or_default();
                let payable = yuan(signed.payable.as_ref());
                prop_assert!(payable >= Decimal::ZERO);
                // Everything that makes it another than a month before is explained.
                let explained: Decimal = signed.changes.iter().map(|one| yuan(one.amount.as_ref())).sum();
                prop_assert_eq!(payable, yuan(signed.last_regular.as_ref()) + explained);

                let is_told = |one: &&Event| one.before == at && round == 0;
                events.iter().filter(is_told).for_each(|one| books.hear(one));
                let died_in = died.filter(|died| *died <= at).map(|died| first.plus(died));
                let known = books.accounts(died_in, &stops);
                let payee = Payee { dead: died_in.is_some(), ..payee };
                let outcome = settle(&signed, item(&payee, &known, &made).as_ref());
                prop_assert!(outcome.total() >= Decimal::ZERO);
                prop_assert_eq!(outcome.paid.len() + outcome.left.len(), signed.lines.len());
                let before = open(&known, month);
                books.book(&outcome.paid);
                let known = books.accounts(died_in, &stops);
                let after = open(&known, month);
                // Nothing is paid that is not due by what is known when it is paid.
                prop_assert!(after.0 <= before.0);
                if round > 0 {
                    prop_assert!(outcome.left.is_empty());
                    prop_assert_eq!(after, (yuan(signed.owed_back.as_ref()), Decimal::ZERO));
                }
                if round == 2 {
                    prop_assert_eq!(outcome.paid.len(), 0);
                }
            }
        }
    }
}
