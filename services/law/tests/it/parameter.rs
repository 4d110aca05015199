//! A parameter answers as of an area and a date, or says why it cannot.

use law::parameter::{SHARED, STANDING_IN_SOURCE, Value};
use law::{Catalogue, Law, LawError, LocalValue};
use time::Date;
use time::macros::date;

const RATE: &str = "
name: benchmark_rate
label: 行业基准费率
unit: 比例
scope: area
kind: decimal
keys: 行业风险类别
minimum: 0
maximum: 0.05
values:
  - from: 2004-01-01
    source: 劳社部发〔2003〕29号
    table:
      1: 0.0050
      2: 0.01
      3: 0.02
  - from: 2015-10-01
    source: 人社部发〔2015〕71号
    supersedes_local: true
    table: { 1: 0.002, 2: 0.004, 4: 0.009 }
";

const LATE_FEE: &str = "
name: late_fee_daily_rate
label: 滞纳金日费率
scope: national
kind: decimal
values:
  - { from: 1999-01-22, value: 0.002, source: 社会保险费征缴暂行条例第十三条 }
  - { from: 2011-07-01, value: 0.0005, source: 社会保险法第八十六条 }
";

const BOUNDS: &str = "
name: base_bounds_apply
label: 缴费基数适用上下限
scope: area
kind: flag
values:
  - { from: 2004-01-01, value: false, source: 工伤保险条例第十条 }
";

const AREA_WAGE: &str = "
name: average_wage
label: 统筹地区职工月平均工资
unit: 元/月
scope: area
kind: decimal
minimum: 1
values: []
";

const YEARLY: &str = "
name: yearly
label: 年度数值
scope: national
kind: integer
values:
  - { from: 2020-01-01, until: 2020-12-31, value: 1, source: 公报 }
  - { from: 2022-01-01, until: 2022-12-31, value: 2, source: 公报 }
";

const ROUNDING: &str = "
name: rounding
label: 取整方式
scope: area
kind: text
choices: [fen, up_to_yuan]
values:
  - { from: 2004-01-01, value: fen, source: 货币单位 }
";

fn catalogue() -> Catalogue {
    Catalogue::parse(&[
        ("benchmark_rate.yaml", RATE),
        ("late_fee_daily_rate.yaml", LATE_FEE),
        ("base_bounds_apply.yaml", BOUNDS),
        ("average_wage.yaml", AREA_WAGE),
        ("yearly.yaml", YEARLY),
        ("rounding.yaml", ROUNDING),
    ])
    .unwrap()
}

fn on(date: Date) -> Law {
    catalogue().as_of("330100", date, &[], &[]).unwrap()
}

fn local(name: &str, from: Date, value: &str) -> LocalValue {
    let source = "本地文件第三条".to_owned();
    LocalValue {
        name: name.to_owned(),
        from,
        value: value.to_owned(),
        source,
    }
}

fn with_local(date: Date, local: &[LocalValue]) -> Law {
    catalogue().as_of("330100", date, local, &[]).unwrap()
}

fn figure(law: &Law, name: &str) -> String {
    law.decimal(name).unwrap().value.to_string()
}

#[test]
fn a_value_holds_from_its_date_until_the_next() {
    assert_eq!(
        figure(&on(date!(2011 - 06 - 30)), "late_fee_daily_rate"),
        "0.002"
    );
    let late_fee = on(date!(2011 - 07 - 01))
        .decimal("late_fee_daily_rate")
        .unwrap();
    assert_eq!(late_fee.value.to_string(), "0.0005");
    assert_eq!(late_fee.citation(), "社会保险法第八十六条，自2011-07-01起");
    assert_eq!(&*late_fee.basis.label, "滞纳金日费率");
}

#[test]
fn a_decimal_keeps_the_digits_of_the_file() {
    assert_eq!(
        figure(&on(date!(2004 - 01 - 01)), "benchmark_rate.1"),
        "0.0050"
    );
}

#[test]
fn before_the_first_date_the_answer_is_an_error_that_says_what_to_do() {
    let error = on(date!(1998 - 05 - 01))
        .decimal("late_fee_daily_rate")
        .unwrap_err();
    assert!(matches!(error, LawError::BeforeFirst { first, .. } if first == date!(1999 - 01 - 22)));
    let message = error.to_string();
    for part in [
        "late_fee_daily_rate",
        "滞纳金日费率",
        "1998-05-01",
        "1999-01-22",
        "补录",
    ] {
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn a_value_that_its_source_ends_is_not_carried_on() {
    assert_eq!(
        on(date!(2020 - 12 - 31)).integer("yearly").unwrap().value,
        1
    );
    for (day, ended) in [
        (date!(2021 - 06 - 01), date!(2020 - 12 - 31)),
        (date!(2026 - 01 - 01), date!(2022 - 12 - 31)),
    ] {
        let error = on(day).integer("yearly").unwrap_err();
        assert!(
            matches!(error, LawError::Ended { last, .. } if last == ended),
            "{error}"
        );
    }
}

#[test]
fn a_new_table_replaces_the_old_one_whole() {
    let error = on(date!(2015 - 10 - 01))
        .decimal("benchmark_rate.3")
        .unwrap_err();
    assert!(matches!(error, LawError::Ended { last, .. } if last == date!(2015 - 09 - 30)));
    let early = on(date!(2015 - 09 - 30))
        .decimal("benchmark_rate.4")
        .unwrap_err();
    assert!(matches!(early, LawError::BeforeFirst { first, .. } if first == date!(2015 - 10 - 01)));
}

#[test]
fn an_areas_value_wins_from_its_date() {
    let values = [
        local("benchmark_rate.4", date!(2018 - 05 - 01), "0.0072"),
        local("benchmark_rate.4", date!(2020 - 05 - 01), "0.009"),
    ];
    assert_eq!(
        figure(
            &with_local(date!(2018 - 04 - 30), &values),
            "benchmark_rate.4"
        ),
        "0.009"
    );
    let law = with_local(date!(2018 - 05 - 01), &values);
    assert_eq!(figure(&law, "benchmark_rate.4"), "0.0072");
    assert_eq!(
        &*law.decimal("benchmark_rate.4").unwrap().basis.source,
        "本地文件第三条"
    );
    assert_eq!(figure(&law, "benchmark_rate.1"), "0.002");
    assert_eq!(
        figure(
            &with_local(date!(2026 - 01 - 01), &values),
            "benchmark_rate.4"
        ),
        "0.009"
    );
}

#[test]
fn an_areas_rate_under_the_old_classes_ends_with_the_old_classes() {
    let values = [local("benchmark_rate.1", date!(2010 - 01 - 01), "0.004")];
    assert_eq!(
        figure(
            &with_local(date!(2015 - 09 - 30), &values),
            "benchmark_rate.1"
        ),
        "0.004"
    );
    assert_eq!(
        figure(
            &with_local(date!(2015 - 10 - 01), &values),
            "benchmark_rate.1"
        ),
        "0.002"
    );
}

#[test]
fn a_value_that_only_an_area_can_give_is_asked_of_the_area() {
    let error = on(date!(2026 - 01 - 01))
        .decimal("average_wage")
        .unwrap_err();
    assert!(error.to_string().contains("330100") && error.to_string().contains("第一百五十一条"));
    let values = [local("average_wage", date!(2025 - 07 - 01), "8123.50")];
    assert_eq!(
        figure(&with_local(date!(2026 - 01 - 01), &values), "average_wage"),
        "8123.50"
    );
}

#[test]
fn an_estimate_may_assume_a_value_and_says_so() {
    let assumed = [("average_wage".to_owned(), "9000".to_owned())];
    let values = [local("average_wage", date!(2025 - 07 - 01), "8123.50")];
    let law = catalogue()
        .as_of("330100", date!(2026 - 01 - 01), &values, &assumed)
        .unwrap();
    let wage = law.decimal("average_wage").unwrap();
    assert_eq!(
        (wage.value.to_string().as_str(), &*wage.basis.source),
        ("9000", STANDING_IN_SOURCE)
    );
}

#[test]
fn every_assumed_value_that_cannot_be_used_is_named() {
    let assumed = [
        ("averge_wage", "9000"),
        ("benchmark_rate.4", "0.9"),
        ("rounding", "down"),
    ];
    let assumed = assumed.map(|(name, value)| (name.to_owned(), value.to_owned()));
    let error = catalogue()
        .as_of("330100", date!(2026 - 01 - 01), &[], &assumed)
        .unwrap_err();
    let LawError::Unusable { problems } = error else {
        panic!("{error}")
    };
    assert_eq!(problems.len(), 3);
    for (problem, part) in problems.iter().zip(["averge_wage", "0.05", "up_to_yuan"]) {
        assert!(problem.contains(part), "{problem}");
    }
}

#[test]
fn an_area_may_not_set_what_the_state_sets() {
    let mut value = local("late_fee_daily_rate", date!(2020 - 01 - 01), "0.001");
    assert!(
        catalogue()
            .check_local(&value)
            .unwrap_err()
            .to_string()
            .contains("国家统一规定")
    );
    value.name = "base_bounds_apply".to_owned();
    value.value = "true".to_owned();
    assert_eq!(catalogue().check_local(&value), Ok(Value::Flag(true)));
    value.source = " ".to_owned();
    assert!(
        catalogue()
            .check_local(&value)
            .unwrap_err()
            .to_string()
            .contains("依据")
    );
}

#[test]
fn an_area_may_not_give_two_values_from_one_date() {
    let twice = [
        local("average_wage", date!(2025 - 07 - 01), "8000"),
        local("average_wage", date!(2025 - 07 - 01), "9000"),
    ];
    let error = catalogue()
        .as_of("330100", date!(2026 - 01 - 01), &twice, &[])
        .unwrap_err();
    assert!(error.to_string().contains("两个"), "{error}");
}

#[test]
fn a_flag_is_not_read_as_a_number() {
    let law = on(date!(2026 - 01 - 01));
    assert!(!law.flag("base_bounds_apply").unwrap().value);
    assert_eq!(law.text("rounding").unwrap().value, "fen");
    let error = law.decimal("base_bounds_apply").unwrap_err();
    assert!(matches!(error, LawError::WrongKind { .. }), "{error}");
    assert!(matches!(
        law.flag("base_bound"),
        Err(LawError::Unknown { .. })
    ));
}

#[test]
fn the_rulebook_lists_every_dated_value_in_the_order_of_the_file() {
    let catalogue = catalogue();
    let rate = catalogue.definition("benchmark_rate.3").unwrap();
    let names: Vec<_> = rate
        .values
        .iter()
        .flat_map(|dated| &dated.entries)
        .map(|(name, _)| &**name)
        .collect();
    assert_eq!(
        names[..4],
        [
            "benchmark_rate.1",
            "benchmark_rate.2",
            "benchmark_rate.3",
            "benchmark_rate.1"
        ]
    );
    assert_eq!(catalogue.definitions().count(), 6);
}

#[test]
fn files_with_faults_are_refused_with_every_fault() {
    let unsorted = LATE_FEE.replace("1999-01-22", "2012-01-01");
    let unsourced = BOUNDS.replace(", source: 工伤保险条例第十条", "");
    let wrong_kind = YEARLY.replace("value: 1", "value: 1.5");
    let misspelt = AREA_WAGE.replace("unit:", "units:");
    let double_key = RATE.replace("2: 0.01", "1: 0.01");
    let files: [(&str, &str); 7] = [
        ("unsorted", &unsorted),
        ("unsourced", &unsourced),
        ("wrong_kind", &wrong_kind),
        ("misspelt", &misspelt),
        ("double_key", &double_key),
        ("first", ROUNDING),
        ("second", ROUNDING),
    ];
    let problems = Catalogue::parse(&files).unwrap_err().problems;
    assert_eq!(problems.len(), 6, "{problems:#?}");
    for (problem, (file, part)) in problems.iter().zip([
        ("unsorted", "2011-07-01"),
        ("unsourced", "source"),
        ("wrong_kind", "1.5"),
        ("misspelt", "units"),
        ("double_key", "1"),
        ("second", "重复定义"),
    ]) {
        assert!(
            problem.starts_with(file) && problem.contains(part),
            "{problem}"
        );
    }
}

#[test]
fn the_income_for_a_death_is_that_of_the_year_before() {
    let catalogue = Catalogue::parse(SHARED).unwrap();
    let income = |day| {
        let law = catalogue.as_of("110000", day, &[], &[]).unwrap();
        law.decimal("national_urban_disposable_income")
            .map(|cited| cited.value.to_string())
    };
    assert_eq!(income(date!(2011 - 01 - 01)).unwrap(), "19109");
    assert_eq!(income(date!(2025 - 12 - 31)).unwrap(), "54188");
    assert!(matches!(
        income(date!(2027 - 01 - 01)),
        Err(LawError::Ended { .. })
    ));
}

#[test]
fn a_figure_of_a_province_is_that_of_its_areas_alone_and_another_area_sets_its_own() {
    let of_province = "
name: subsidy
label: 补助金标准
scope: area
kind: decimal
values:
  - { from: 2004-01-01, areas: [\"44\"], value: 10, source: 某省条例 }
";
    let catalogue = Catalogue::parse(&[("subsidy.yaml", of_province)]).unwrap();
    let figure = |area: &str, day, local: &[LocalValue]| {
        let law = catalogue.as_of(area, day, local, &[]).unwrap();
        law.decimal("subsidy").map(|cited| cited.value.to_string())
    };
    let day = date!(2020 - 01 - 01);
    assert_eq!(figure("440300", day, &[]).unwrap(), "10");
    let before = figure("440300", date!(2003 - 12 - 31), &[]);
    assert!(matches!(before, Err(LawError::BeforeFirst { .. })));
    for area in ["330100", "144000", "4"] {
        let none = figure(area, day, &[]);
        assert!(matches!(none, Err(LawError::NotSetByArea { .. })), "{area}");
    }
    let set = [local("subsidy", date!(2019 - 01 - 01), "12")];
    assert_eq!(figure("330100", day, &set).unwrap(), "12");

    for (wrong, part) in [
        (of_province.replace("\"44\"", "\"440\""), "行政区划代码"),
        (
            of_province.replace("scope: area", "scope: national"),
            "国家统一规定",
        ),
    ] {
        let refused = Catalogue::parse(&[("subsidy.yaml", &wrong)]).unwrap_err();
        assert!(refused.to_string().contains(part), "{refused}");
    }
}
