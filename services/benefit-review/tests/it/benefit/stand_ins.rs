//! Values that stand in for those in force.

use super::*;

/// A question with more that stands in.
fn with(base: EstimateBenefitsRequest, more: &[(&str, &str)]) -> EstimateBenefitsRequest {
    let mut asked = base;
    let more = more.iter().map(|(name, text)| value(name, text));
    asked.parameters.extend(more);
    asked
}

/// The stand-ins that a worksheet names as not used.
fn unused(found: &EstimateBenefitsResponse) -> Vec<String> {
    let name = |line: &WorksheetLine| {
        let name = line
            .label
            .strip_prefix("未用到的替代参数（")?
            .trim_end_matches('）');
        assert!(line.source.contains("不影响结果"), "{line:?}");
        Some(format!("{name} {}", line.value))
    };
    found.remarks.iter().filter_map(name).collect()
}

// Art. 68
// Art. 151
#[tokio::test]
async fn what_stands_in_must_be_a_parameter_within_its_bounds_and_be_given_once() {
    let service = alone().await;
    for (more, problem) in [
        (&[("no_such", "1")][..], "参数no_such未定义"),
        (&[("", "1")], "未定义"),
        (&[("medical_subsidy", "1")], "未定义"),
        (&[("medical_subsidy.4", "1")], "未定义"),
        (&[("subsidy_share_near_retirement.5", "1")], "未定义"),
        (&[("minimum_wage", "2300")], "参数minimum_wage出现两次"),
        (&[("benefit_rounding", "nearest")], "之一"),
        (&[("subsidy_basis", "own")], "之一"),
        (&[("subsidy_at_retirement", "1.1")], "高于允许的最大值1"),
        (&[("subsidy_at_retirement", "-0.1")], "低于允许的最小值0"),
        (
            &[("subsidy_occupational_disease_ratio", "0.9")],
            "低于允许的最小值1",
        ),
        (&[("survivor_age.male", "60.5")], "不是整数"),
        (&[("funeral_months", "六")], "不是十进制数"),
        (&[("funeral_months", "")], "不是十进制数"),
        (
            &[("no_such", "1"), ("funeral_months", "6%")],
            "不是十进制数",
        ),
    ] {
        let status = estimate(&service, with(disabled(), more))
            .await
            .unwrap_err();
        assert_eq!(reason(&status), "INVALID_FIELD", "{status}");
        assert!(status.message().contains("替代参数"), "{status}");
        assert!(status.message().contains(problem), "{more:?}: {status}");
    }
}

// Art. 68
// Art. 69
#[tokio::test]
async fn what_stands_in_for_nothing_that_is_used_is_named_beside_the_worksheets() {
    let service = alone().await;
    let more = [
        ("medical_subsidy.5", "12"),
        ("medical_subsidy.6", "9"),
        ("subsidy_occupational_disease_ratio", "1.4"),
        ("subsidy_share_near_retirement.0", "0.1"),
        ("national_urban_disposable_income", "50000"),
        ("missing_wage_months", "4"),
        ("own_wage_floor_ratio", "0.5"),
        ("disability_allowance_ratio.5", "0.7"),
    ];
    let found = estimate(&service, with(disabled(), &more)).await.unwrap();
    assert_eq!(
        unused(&found),
        [
            "medical_subsidy.6 9",
            "subsidy_occupational_disease_ratio 1.4",
            "subsidy_share_near_retirement.0 0.1",
            "national_urban_disposable_income 50000",
            "missing_wage_months 4",
        ]
    );
    let lines = found.worksheet.unwrap().lines;
    assert_eq!(lines[0].label, "平均月缴费工资");
    assert_eq!(lines.last().unwrap().label, "本人工资");

    let ill = EstimateBenefitsRequest {
        occupational_disease: true,
        birth_date: on(date!(1961 - 10 - 01)),
        ..disabled()
    };
    let found = estimate(&service, with(ill, &more)).await.unwrap();
    assert_eq!(
        unused(&found),
        [
            "medical_subsidy.6 9",
            "national_urban_disposable_income 50000",
            "missing_wage_months 4",
        ]
    );

    let more = [
        ("minimum_wage", "2200"),
        ("national_urban_disposable_income", "50000"),
        ("missing_wage_months", "4"),
    ];
    let found = estimate(&service, with(missing(), &more)).await.unwrap();
    assert_eq!(unused(&found), ["minimum_wage 2200"]);
    let at_work = EstimateBenefitsRequest {
        death_case: DeathCase::AfterStoppagePeriod as i32,
        disability_grade: 1,
        ..missing()
    };
    let found = estimate(&service, with(at_work, &more)).await.unwrap();
    assert_eq!(
        unused(&found),
        [
            "minimum_wage 2200",
            "national_urban_disposable_income 50000",
            "missing_wage_months 4"
        ]
    );
}

// Art. 68
#[tokio::test]
async fn what_stands_in_is_named_also_where_no_own_wage_is_asked_for() {
    let service = alone().await;
    let nursed = EstimateBenefitsRequest {
        disability_grade: 0,
        own_wage: None,
        labour_relation_end_date: None,
        ..disabled()
    };
    let found = estimate(&service, nursed.clone()).await.unwrap();
    assert_eq!(unused(&found), ["minimum_wage 2200"]);
    // No worksheet of an own wage where there is none.
    assert_eq!(found.worksheet, None);
    let asked = EstimateBenefitsRequest {
        parameters: vec![value("area_average_monthly_wage", "8000")],
        ..nursed
    };
    assert_eq!(estimate(&service, asked).await.unwrap().remarks, []);
}

// Art. 68
// Art. 71
#[tokio::test]
async fn no_figure_that_stands_in_is_so_large_that_sums_run_over() {
    let service = alone().await;
    let largest = "79228162514264337593543950335";
    for (base, name) in [
        (missing(), "national_urban_disposable_income"),
        (missing(), "lump_sum_death_multiple"),
        (missing(), "funeral_months"),
        (missing(), "survivor_share.spouse"),
        (missing(), "own_wage_cap_ratio"),
        (disabled(), "medical_subsidy.5"),
        (disabled(), "employment_subsidy.5"),
        (disabled(), "disability_lump_sum_months.5"),
        (disabled(), "nursing_allowance_ratio.partly"),
        (disabled(), "own_wage_floor_ratio"),
    ] {
        let asked = with(base, &[(name, largest)]);
        let status = estimate(&service, asked).await.unwrap_err();
        assert_eq!(reason(&status), "INVALID_FIELD", "{name}: {status}");
        assert!(status.message().contains("高于允许的最大值"), "{status}");
    }
}

// Art. 68
#[tokio::test]
async fn an_area_that_has_set_no_subsidies_has_everything_else_and_is_told_what_is_left_out() {
    let service = alone().await;
    let elsewhere = EstimateBenefitsRequest {
        pooling_area: "330100".to_owned(),
        ..disabled()
    };
    let found = estimate(&service, elsewhere.clone()).await.unwrap();
    let kinds: Vec<_> = found.benefits.iter().map(Award::benefit).collect();
    assert_eq!(
        kinds,
        [
            BenefitKind::LumpSumDisability,
            BenefitKind::DisabilityAllowance,
            BenefitKind::NursingAllowance,
        ]
    );
    assert_eq!(found.remarks.len(), 1, "{:?}", found.remarks);
    assert_eq!(found.remarks[0].value, "未设定");
    let why = &found.remarks[0].source;
    assert!(
        why.contains("330100") && why.contains("subsidy_basis"),
        "{why}"
    );
    let set = [
        ("subsidy_basis", "area_wage"),
        ("medical_subsidy.5", "30"),
        ("employment_subsidy.5", "30"),
    ];
    let found = estimate(&service, with(elsewhere, &set)).await.unwrap();
    assert_eq!(found.benefits.len(), 5);
    assert_eq!(found.remarks, []);
}

// Art. 68
#[tokio::test]
async fn the_shapes_of_the_provinces_standards_can_all_stand_in() {
    let service = alone().await;
    let subsidies = async |more: &[(&str, &str)]| {
        let found = estimate(&service, with(disabled(), more)).await.unwrap();
        let amounts = due(&found.benefits).into_iter().map(|row| row.2);
        amounts.skip(3).collect::<Vec<_>>()
    };
    assert_eq!(subsidies(&[]).await, ["60000.00", "300000.00"]);
    let months = [
        ("subsidy_basis", "area_wage"),
        ("medical_subsidy.5", "30"),
        ("employment_subsidy.5", "30"),
    ];
    assert_eq!(subsidies(&months).await, ["240000.00", "240000.00"]);
    let fixed = [
        ("subsidy_basis", "fixed"),
        ("medical_subsidy.5", "200000"),
        ("employment_subsidy.5", "95000"),
    ];
    assert_eq!(subsidies(&fixed).await, ["200000.00", "95000.00"]);
}
