//! A worksheet shows each step with its source and costs next to nothing.

use std::time::{Duration, Instant};

use law::money::Rounding;
use law::{Catalogue, Law, LawError, Sheet, Worksheet};
use rust_decimal::Decimal;
use time::macros::date;

const RATE: &str = "
name: rate
label: 行业基准费率
scope: national
kind: decimal
values:
  - { from: 2015-10-01, value: 0.0090, source: 人社部发〔2015〕71号第二条 }
";

fn law() -> Law {
    let catalogue = Catalogue::parse(&[("rate.yaml", RATE)]).unwrap();
    catalogue
        .as_of("330100", date!(2026 - 11 - 01), &[], &[])
        .unwrap()
}

fn due(law: &Law, payroll: Decimal) -> Result<Worksheet, LawError> {
    let mut sheet = Sheet::new();
    let payroll = sheet.fact("缴费工资总额", payroll, "表3-1");
    let rate = sheet.parameter("行业基准费率", law.decimal("rate")?);
    let due = sheet.fen("应缴工伤保险费", payroll * rate, "缴费工资总额 × 费率");
    Ok(sheet.result(due))
}

#[test]
fn the_lines_read_like_the_article() {
    let worksheet = due(&law(), Decimal::new(1_234_550, 2)).unwrap();
    assert_eq!(worksheet.value.to_string(), "111.11");
    let lines: Vec<_> = worksheet
        .lines
        .iter()
        .map(|line| format!("{} | {} | {}", line.label, line.value, line.source))
        .collect();
    assert_eq!(
        lines,
        [
            "缴费工资总额 | 12345.50 | 表3-1",
            "行业基准费率 | 0.009 | 人社部发〔2015〕71号第二条，自2015-10-01起",
            "应缴工伤保险费 | 111.11 | 缴费工资总额 × 费率，四舍五入到分",
        ]
    );
}

#[test]
fn dates_flags_and_counts_are_shown_as_people_read_them() {
    let mut sheet = Sheet::new();
    sheet.fact("受伤日期", date!(2026 - 01 - 05), "表5-2");
    sheet.fact("设上下限", true, "本地文件");
    sheet.step("缴费月数", 12u32, "2025年各月");
    sheet.step("平均数", Decimal::ONE / Decimal::from(8), "1 ÷ 8");
    sheet.note("适用日期", "按受伤日期", "工伤保险条例第六十四条");
    let up = sheet.round(
        "实发",
        Decimal::new(1001, 2),
        Rounding::UpToYuan,
        "合计，见角进元",
    );
    let worksheet = sheet.result(up);
    let values: Vec<_> = worksheet.lines.iter().map(|line| &*line.value).collect();
    assert_eq!(
        values,
        ["2026-01-05", "是", "12", "0.125", "按受伤日期", "11.00"]
    );
    assert_eq!(worksheet.lines[5].source, "合计，见角进元");
}

#[test]
fn a_sheet_takes_over_the_lines_of_another_rule() {
    let mut sheet = Sheet::new();
    let first = sheet.include(due(&law(), Decimal::from(100)).unwrap());
    let second = sheet.include(due(&law(), Decimal::from(200)).unwrap());
    let total = sheet.fen("合计", first + second, "各项之和");
    let worksheet = sheet.result(total);
    assert_eq!(
        (worksheet.value.to_string().as_str(), worksheet.lines.len()),
        ("2.70", 7)
    );
}

#[test]
fn fifty_thousand_worksheets_are_quick_even_in_a_debug_build() {
    let law = law();
    let start = Instant::now();
    let total: Decimal = (0..50_000)
        .map(|wage| due(&law, Decimal::from(wage)).unwrap().value)
        .sum();
    assert!(total > Decimal::ZERO);
    assert!(
        start.elapsed() < Duration::from_secs(5),
        "{:?}",
        start.elapsed()
    );
}
