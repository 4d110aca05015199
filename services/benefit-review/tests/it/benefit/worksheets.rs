//! The steps to each figure, as the person whom it concerns reads them.

use super::*;

/// Label and value of each line of a benefit.
fn shown(found: &[Award], at: usize) -> Vec<(&str, &str)> {
    let lines = found[at].worksheet.as_ref().unwrap().lines.iter();
    lines
        .map(|line| (line.label.as_str(), line.value.as_str()))
        .collect()
}

fn lines(found: &EstimateBenefitsResponse) -> impl Iterator<Item = &WorksheetLine> {
    let of_benefits = found.benefits.iter().map(|one| &one.worksheet);
    let sheets = of_benefits.chain([&found.worksheet]).flatten();
    sheets.flat_map(|sheet| &sheet.lines)
}

fn source<'a>(found: &'a EstimateBenefitsResponse, label: &str) -> &'a str {
    let line = lines(found).find(|line| line.label == label);
    &line.unwrap_or_else(|| panic!("{label}")).source
}

// Art. 68
#[tokio::test]
async fn the_worksheets_of_a_disability_lead_to_their_amounts_and_cite_every_source() {
    let asked = EstimateBenefitsRequest {
        occupational_disease: true,
        birth_date: on(date!(1965 - 05 - 01)),
        retirement_category: RetirementCategory::Male as i32,
        labour_relation_end_date: on(date!(2024 - 07 - 02)),
        ..disabled()
    };
    let parameters = [
        area(),
        vec![
            value("subsidy_occupational_disease_ratio", "1.4"),
            value("subsidy_share_near_retirement.0", "0.1"),
        ],
    ];
    let asked = EstimateBenefitsRequest {
        parameters: parameters.concat(),
        ..asked
    };
    let found = estimate(&alone().await, asked).await.unwrap();
    assert!(lines(&found).all(|line| !line.source.is_empty() && !line.value.is_empty()));
    assert_eq!(
        shown(&found.benefits, 0),
        [
            ("伤残等级", "5"),
            ("本人工资", "6000.00"),
            ("一次性伤残补助金月数", "18"),
            ("一次性伤残补助金", "108000.00")
        ]
    );
    assert_eq!(
        shown(&found.benefits, 1),
        [
            ("伤残等级", "5"),
            ("本人工资", "6000.00"),
            ("伤残津贴比例", "0.70"),
            ("支付条件", "难以安排工作"),
            ("当地最低工资标准", "2200"),
            ("伤残津贴（每月）", "4200.00"),
        ]
    );
    assert_eq!(
        shown(&found.benefits, 2),
        [
            ("统筹地区上年度职工月平均工资", "8000"),
            ("生活护理费比例", "0.30"),
            ("生活护理费（每月）", "2400.00"),
        ]
    );
    // He retires two months after he is sixty, on 2025-07-01: less than a full year is left.
    assert_eq!(
        shown(&found.benefits, 3),
        [
            ("伤残等级", "5"),
            ("劳动关系解除或终止日期", "2024-07-02"),
            ("本人工资", "6000.00"),
            ("补助金月数", "10"),
            ("患职业病的倍数", "1.4"),
            ("法定退休年龄类别", "男职工"),
            ("原法定退休年龄（周岁）", "60"),
            ("延迟的月数", "2"),
            ("法定退休日期", "2025-07-01"),
            ("临近退休的比例", "0.1"),
            ("一次性工伤医疗补助金", "8400.00"),
        ]
    );
    for (label, cited) in [
        ("一次性伤残补助金月数", "国务院令第586号"),
        (
            "一次性工伤医疗补助金",
            "本人工资 × 补助金月数 × 上述倍数、比例",
        ),
        (
            "一次性伤残就业补助金",
            "本人工资 × 补助金月数 × 上述倍数、比例",
        ),
        ("伤残津贴比例", "工伤保险条例"),
        ("支付条件", "第三十六条"),
        ("生活护理费比例", "第三十四条第二款"),
        ("补助金月数", "广东省工伤保险条例"),
        ("患职业病的倍数", "测算时由申请人指定"),
        ("统筹地区上年度职工月平均工资", "测算时由申请人指定"),
        ("平均月缴费工资", "由申请人填写"),
        ("伤残等级", "劳动能力鉴定结论书"),
    ] {
        assert!(source(&found, label).contains(cited), "{label}");
    }
}

// Art. 68
#[tokio::test]
async fn an_estimate_says_whose_age_of_retirement_it_took_where_another_would_make_a_difference() {
    let asked = EstimateBenefitsRequest {
        birth_date: on(date!(1972 - 11 - 01)),
        labour_relation_end_date: on(date!(2024 - 07 - 02)),
        parameters: [area(), vec![value("subsidy_at_retirement", "0")]].concat(),
        ..disabled()
    };
    let service = alone().await;
    let note = |found: &EstimateBenefitsResponse| {
        let line = lines(found).find(|line| line.label == "法定退休年龄类别");
        line.map(|line| line.value.clone())
    };
    let found = estimate(&service, asked.clone()).await.unwrap();
    assert_eq!(note(&found).as_deref(), Some("按男职工测算"));
    // Nobody's age matters where the area reduces nothing, and nothing is to be said where it is stated.
    let unreduced = EstimateBenefitsRequest {
        parameters: area(),
        ..asked.clone()
    };
    assert_eq!(note(&estimate(&service, unreduced).await.unwrap()), None);
    let stated = EstimateBenefitsRequest {
        retirement_category: RetirementCategory::FemaleWorker as i32,
        ..asked
    };
    let found = estimate(&service, stated).await.unwrap();
    assert_eq!(
        note(&found).as_deref(),
        Some("原法定退休年龄五十周岁的女职工")
    );
}

// Art. 69
// Art. 71
// Art. 72
#[tokio::test]
async fn the_worksheets_of_a_death_lead_to_their_amounts_and_cite_every_source() {
    let found = estimate(&alone().await, missing()).await.unwrap();
    assert!(lines(&found).all(|line| !line.source.is_empty() && !line.value.is_empty()));
    assert_eq!(
        shown(&found.benefits, 1),
        [
            ("上一年度全国城镇居民人均可支配收入", "47412"),
            ("一次性工亡补助金倍数", "20"),
            ("一次性工亡补助金", "948240.00"),
        ]
    );
    // The child, who is under age.
    assert_eq!(
        shown(&found.benefits, 4),
        [
            ("出生日期", "2010-01-01"),
            ("以年龄为准的日期", "2020-10-15"),
            ("年龄条件（周岁）", "18"),
            ("领取条件", "未满18周岁"),
            ("其他亲属的比例", "0.3"),
            ("本人工资", "6000.00"),
            ("抚恤金比例", "0.3"),
            ("各供养亲属比例之和", "1.3"),
            ("供养亲属抚恤金（每月）", "1384.61"),
        ]
    );
    let own_wage = found.worksheet.as_ref().unwrap().lines.iter();
    let own_wage: Vec<_> = own_wage
        .map(|line| (line.label.as_str(), line.value.as_str()))
        .collect();
    assert_eq!(
        own_wage,
        [
            ("事故伤害或职业病诊断日期", "2020-10-15"),
            ("前12个月内的缴费月数", "9"),
            ("前12个月内的月缴费工资之和", "54000.00"),
            ("平均月缴费工资", "6000.00"),
            ("统筹地区上年度职工月平均工资", "8000"),
            ("本人工资下限比例", "0.6"),
            ("本人工资上限比例", "3"),
            ("本人工资", "6000.00"),
        ]
    );
    for (label, cited) in [
        ("本人工资下限比例", "国务院令第586号修订）第六十四条第二款"),
        (
            "上一年度全国城镇居民人均可支配收入",
            "2021年国民经济和社会发展统计公报",
        ),
        ("一次性工亡补助金倍数", "国务院令第586号"),
        ("年龄条件（周岁）", "劳动和社会保障部令第18号"),
        ("配偶的比例", "第三十九条第一款第二项"),
        ("丧葬补助金月数", "第三十九条第一款第一项"),
    ] {
        assert!(source(&found, label).contains(cited), "{label}");
    }
}

// Art. 68
// Art. 72
#[tokio::test]
async fn the_last_line_of_every_worksheet_is_its_amount_however_the_area_rounds() {
    let service = alone().await;
    for (rounding, said) in [
        ("fen", "四舍五入到分"),
        ("up_to_jiao", "见分进角"),
        ("up_to_yuan", "见角进元"),
    ] {
        for mut asked in [disabled(), missing()] {
            asked.parameters.push(value("benefit_rounding", rounding));
            let found = estimate(&service, asked).await.unwrap();
            for one in &found.benefits {
                let lines = &one.worksheet.as_ref().unwrap().lines;
                let last = lines.last().unwrap();
                assert_eq!(
                    last.value,
                    one.amount.as_ref().unwrap().as_text(),
                    "{lines:?}"
                );
                let decimal = one.amount.as_ref().unwrap().decimal().unwrap();
                assert_eq!(decimal.scale(), 2, "{decimal}");
                assert!(decimal >= Decimal::ZERO);
                // Of the pensions above the own wage the fen goes nowhere.
                let reduced = last.source.contains("舍去分以下");
                let as_said = lines
                    .iter()
                    .any(|line| line.source.contains(said) || line.value == said);
                assert_ne!(reduced, as_said, "{rounding}: {lines:?}");
            }
        }
    }
}

/// The first line of each award's worksheet.
fn first_lines(found: &EstimateBenefitsResponse) -> Vec<String> {
    let sheets = found.benefits.iter().map(|one| one.worksheet.as_ref());
    let line = |sheet: Option<&contracts::common::v1::Worksheet>| {
        let line = &sheet.unwrap().lines[0];
        format!("{} {}", line.label, line.value)
    };
    sheets.map(line).collect()
}

// Art. 68
// Art. 80
#[tokio::test]
async fn a_day_that_was_not_stated_and_what_was_taken_for_it_stand_on_what_rests_on_it() {
    let service = alone().await;
    let asked = EstimateBenefitsRequest {
        appraisal_date: None,
        ..disabled()
    };
    let found = estimate(&service, asked).await.unwrap();
    let lines = first_lines(&found);
    let presumed = "劳动能力鉴定结论日期 2021-01-15";
    assert_eq!(lines[..3], [presumed; 3]);
    assert!(lines[3..].iter().all(|line| line != presumed), "{lines:?}");
    let from: Vec<_> = due(&found.benefits).into_iter().map(|row| row.4).collect();
    assert_eq!(from, ["", "2021-02", "2021-02", "", ""]);

    let of_old = EstimateBenefitsRequest {
        injury_date: on(date!(2010 - 12 - 15)),
        ..disabled()
    };
    let lines = first_lines(&estimate(&service, of_old.clone()).await.unwrap());
    assert_eq!(lines[0], "工伤认定日期 未填写");
    assert!(lines[1..].iter().all(|line| *line != lines[0]));
    let known = EstimateBenefitsRequest {
        recognition_date: on(date!(2010 - 12 - 31)),
        ..of_old
    };
    let lines = first_lines(&estimate(&service, known).await.unwrap());
    assert_ne!(lines[0], "工伤认定日期 未填写");
}

// Art. 69
// Art. 71
#[tokio::test]
async fn a_grade_or_a_day_that_the_case_of_a_death_says_need_not_be_stated() {
    let service = alone().await;
    let after = |disability_grade| EstimateBenefitsRequest {
        death_case: DeathCase::AfterStoppagePeriod as i32,
        disability_grade,
        ..missing()
    };
    let found = estimate(&service, after(0)).await.unwrap();
    let lines = first_lines(&found);
    assert!(
        lines.iter().all(|line| line == "伤残等级 一级至四级"),
        "{lines:?}"
    );
    let stated = estimate(&service, after(4)).await.unwrap();
    assert_eq!(due(&found.benefits), due(&stated.benefits));
    assert_ne!(first_lines(&stated), lines);

    let at_work = |death_date| EstimateBenefitsRequest {
        death_case: DeathCase::AtWork as i32,
        death_date,
        ..missing()
    };
    let found = estimate(&service, at_work(None)).await.unwrap();
    let lines = first_lines(&found);
    assert!(
        lines.iter().all(|line| line == "死亡日期 2020-10-15"),
        "{lines:?}"
    );
    let stated = at_work(on(date!(2020 - 10 - 15)));
    let stated = estimate(&service, stated).await.unwrap();
    assert_eq!(due(&found.benefits), due(&stated.benefits));
}

// Art. 68
// Art. 72
#[tokio::test]
async fn an_estimate_says_until_when_what_ends_is_paid() {
    let service = alone().await;
    let until = |found: &EstimateBenefitsResponse, kind: BenefitKind| -> Vec<String> {
        let own = found.benefits.iter().filter(|one| one.benefit() == kind);
        let until = own.map(|one| one.until_month.map(|until| Month::try_from(until).unwrap()));
        until
            .map(|one| one.map_or_else(String::new, |one| one.to_string()))
            .collect()
    };
    let found = estimate(&service, disabled()).await.unwrap();
    assert_eq!(until(&found, BenefitKind::DisabilityAllowance), ["2021-08"]);
    assert_eq!(until(&found, BenefitKind::NursingAllowance), [""]);
    let found = estimate(&service, missing()).await.unwrap();
    assert_eq!(
        until(&found, BenefitKind::SurvivorPension),
        ["2028-01", "", "2028-01", "2028-01", "", "2028-01", ""]
    );
}
