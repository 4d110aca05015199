//! What stands in for a parameter, and how the worksheet shows an estimate.

use super::*;

// Art. 28
// Art. 151
#[tokio::test]
async fn what_stands_in_must_be_a_parameter_within_its_bounds_and_be_given_once() {
    let service = collection().await;
    let with = async |values: &[(&str, &str)]| {
        let parameters = values.iter().map(|(name, value)| ParameterValue {
            name: (*name).to_owned(),
            value: (*value).to_owned(),
        });
        let asked = EstimateContributionRequest {
            parameters: parameters.collect(),
            ..enquiry()
        };
        match estimate(&service, asked).await {
            Ok(found) => format!(
                "{} {}",
                found.contribution.unwrap(),
                found.late_fee.unwrap()
            ),
            Err(status) => {
                assert_eq!(reason(&status), "INVALID_FIELD", "{status}");
                status.message().to_owned()
            }
        }
    };
    assert_eq!(with(&[("benchmark_rate.3", "0")]).await, "0.00 0.00");
    assert_eq!(with(&[("benchmark_rate.3", "0.05")]).await, "2500.00 87.50");
    assert_eq!(with(&[("benchmark_rate.4", "0.05")]).await, "1000.00 35.00");
    assert_eq!(
        with(&[("rate_reduction_ratio", "0.5")]).await,
        "500.00 17.50"
    );
    assert_eq!(
        with(&[("late_fee_daily_rate", "0.01")]).await,
        "1000.00 250.00"
    );
    assert_eq!(
        with(&[("late_fee_daily_rate", "0"), ("rounding", "up_to_yuan")]).await,
        "1000.00 0.00"
    );
    for (values, problem) in [
        (&[("benchmark_rate.3", "0.0500001")][..], "高于允许的最大值"),
        (&[("benchmark_rate.3", "-0.01")], "低于允许的最小值"),
        (&[("payment_due_day", "0")], "低于允许的最小值"),
        (
            &[("small_service_area_per_person.retail", "0")],
            "低于允许的最小值",
        ),
        (&[("benchmark_rate.3", "2%")], "不是十进制数"),
        (&[("benchmark_rate.3", "1e-3")], "不是十进制数"),
        (&[("benchmark_rate.3", "")], "不是十进制数"),
        (&[("benchmark_rate.9", "0.01")], "未定义"),
        (&[("benchmark_rate", "0.01")], "未定义"),
        (&[("no_such", "1")], "替代参数：参数no_such未定义"),
        (&[("", "1")], "未定义"),
        (&[("rounding", "nearest")], "之一"),
        (&[("late_fee_cap_by_principal", "yes")], "true或false"),
        (
            &[("benchmark_rate.3", "0.01"), ("benchmark_rate.3", "0.02")],
            "两次",
        ),
    ] {
        let found = with(values).await;
        assert!(found.contains(problem), "{values:?}: {found}");
    }
}

// Art. 28
// Art. 30
#[tokio::test]
async fn what_stands_in_for_nothing_that_is_used_is_named_before_the_total() {
    let service = collection().await;
    let stand_ins = [
        ("benchmark_rate.3", "0.02"),
        ("benchmark_rate.4", "0.05"),
        ("rounding", "fen"),
        ("late_fee_daily_rate", "0.001"),
    ];
    let ignored = async |asked: EstimateContributionRequest| {
        let parameters = stand_ins.map(|(name, value)| ParameterValue {
            name: name.to_owned(),
            value: value.to_owned(),
        });
        let asked = EstimateContributionRequest {
            parameters: parameters.into(),
            ..asked
        };
        let lines = estimate(&service, asked).await.unwrap().worksheet.unwrap();
        let mut lines = lines.lines;
        assert_eq!(lines.pop().unwrap().label, "应缴总额");
        let ignored = lines.into_iter().filter_map(|line| {
            let name = line.label.strip_prefix("未用到的替代参数（")?;
            let name = name.trim_end_matches('）');
            Some(format!("{name} {}", line.value))
        });
        ignored.collect::<Vec<_>>()
    };
    assert_eq!(ignored(enquiry()).await, ["benchmark_rate.4 0.05"]);
    let in_time = EstimateContributionRequest {
        paid_date: None,
        ..enquiry()
    };
    assert_eq!(
        ignored(in_time).await,
        ["benchmark_rate.4 0.05", "late_fee_daily_rate 0.001"]
    );
}

// Art. 28
// Art. 30
#[tokio::test]
async fn the_worksheet_of_an_estimate_leads_to_its_total_and_cites_every_source() {
    let service = collection().await;
    let asked = EstimateContributionRequest {
        floating_tier: Some(1),
        parameters: vec![ParameterValue {
            name: "rate_reduction_ratio".to_owned(),
            value: "0.2".to_owned(),
        }],
        ..enquiry()
    };
    let lines = estimate(&service, asked)
        .await
        .unwrap()
        .worksheet
        .unwrap()
        .lines;
    assert!(
        lines.iter().all(|line| !line.source.is_empty()),
        "{lines:#?}"
    );
    let shown: Vec<_> = lines
        .iter()
        .map(|line| (line.label.as_str(), line.value.as_str()))
        .collect();
    // 50000 x 0.0192 = 960; 15 days of 0.2% and 10 of 0.05% on it.
    assert_eq!(
        shown,
        [
            ("费款所属月", "2011-06"),
            ("行业", "06 煤炭开采和洗选业"),
            ("行业风险类别", "3"),
            ("基准费率", "0.02"),
            ("浮动档次（上浮一档）", "1.20"),
            ("浮动费率", "0.024"),
            ("阶段性降低费率的幅度", "0.2"),
            ("缴费费率", "0.0192"),
            ("缴费基数总额", "50000.00"),
            ("当期应缴金额", "960.00"),
            ("应缴期限", "2011-06-15"),
            ("缴款日期", "2011-07-10"),
            ("滞纳金（2011-06-16至2011-06-30）", "28.80"),
            ("滞纳金（2011-07-01至2011-07-10）", "4.80"),
            ("滞纳金", "33.60"),
            ("应缴总额", "993.60"),
        ]
    );
    let source = |label: &str| {
        let found = lines.iter().find(|line| line.label.starts_with(label));
        found.unwrap().source.as_str()
    };
    for (label, cited) in [
        ("行业风险类别", "劳社部发〔2003〕29号"),
        ("缴费基数总额", "由申请人填写"),
        ("基准费率", "劳社部发〔2003〕29号"),
        ("阶段性降低", "测算时由申请人指定"),
        ("滞纳金（2011-06-16", "国务院令第259号"),
        ("滞纳金（2011-07-01", "社会保险法"),
    ] {
        assert!(source(label).contains(cited), "{label}: {}", source(label));
    }
}

// Art. 30
#[tokio::test]
async fn a_late_fee_is_shown_in_one_way_on_every_line() {
    let service = collection().await;
    let asked = EstimateContributionRequest {
        due_date: Some(date!(2026 - 10 - 25).into()),
        paid_date: Some(date!(2026 - 10 - 31).into()),
        ..enquiry()
    };
    let found = estimate(&service, asked).await.unwrap();
    let lines = found.worksheet.unwrap().lines;
    let fees = lines.iter().filter(|line| line.label.starts_with("滞纳金"));
    let shown: Vec<&str> = fees.map(|line| line.value.as_str()).collect();
    assert_eq!(shown, ["3.00", "3.00"]);
}

// Art. 30
#[tokio::test]
async fn a_late_fee_needs_both_days_and_the_worksheet_says_so() {
    let service = collection().await;
    let day = Some(date!(2026 - 11 - 25).into());
    for (due_date, paid_date) in [(day, None), (None, day), (None, None)] {
        let asked = EstimateContributionRequest {
            due_date,
            paid_date,
            ..enquiry()
        };
        let found = estimate(&service, asked).await.unwrap();
        assert_eq!(found.late_fee, yuan("0.00"));
        let lines = found.worksheet.unwrap().lines;
        let note = lines.iter().find(|line| line.label == "滞纳金").unwrap();
        assert_eq!(note.value, "未计算");
    }
}
