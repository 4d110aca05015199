//! Budgets of prevention, and the agreements that rest on them.

use std::collections::{BTreeMap, BTreeSet};

use contracts::Refused;
use contracts::payment::v1::{PreventionContractForm, PreventionKind, PreventionProject, Refusal};
use contracts::reflect::label_of;
use law::{Law, LawError, Sheet, Worksheet};
use rust_decimal::Decimal;

use super::planned;
use crate::payroll::rules::yuan;

/// Art. 85, 工伤预防费使用管理暂行办法第五条. What may be spent on prevention in a year at most, in yuan: a part of the contributions
/// that came in the year before, cut to the fen. The law is that of the first day of the year.
///
/// # Errors
/// When the law has no ratio.
pub fn limit(income: Decimal, law: &Law) -> Result<Worksheet, LawError> {
    let mut sheet = Sheet::new();
    let income = sheet.fact(
        "上年度工伤保险基金征缴收入",
        income,
        "征缴部门实缴清单，不含滞纳金和暂收款",
    );
    let ratio = sheet.parameter("工伤预防费比例", law.decimal("prevention_ratio")?);
    let limit = (income * ratio).trunc_with_scale(2);
    let limit = sheet.step("费用指标", limit, "上年度征缴收入 × 比例，不足一分的舍去");
    Ok(sheet.result(limit))
}

/// Art. 85. Projects are of kinds for which the fund may be spent in the year, each once and with an amount, and none below what
/// was agreed on it; answers what they come to in yuan. The law is that of the first day of the year.
///
/// # Errors
/// When the law does not know the kinds.
pub fn projects(
    year: i32,
    projects: &[PreventionProject],
    agreed: &BTreeMap<String, Decimal>,
    law: &Law,
) -> Result<Result<Decimal, Refused>, LawError> {
    let mut seen = BTreeSet::new();
    for one in projects {
        let key = match one.kind() {
            PreventionKind::Publicity | PreventionKind::Unspecified => "publicity",
            PreventionKind::Training => "training",
            PreventionKind::CheckUp => "check_up",
        };
        let number = &one.project_number;
        if !law.flag(&format!("prevention_kind.{key}"))?.value {
            let kind = label_of("workinjury.payment.v1.PreventionKind", one.kind);
            return Ok(Err(Refused::because(Refusal::PreventionKind)
                .with("year", year)
                .with("kind", kind)
                .with("project_number", number)));
        }
        if planned(one, 4).is_zero() || !seen.insert(number) {
            let refused = Refused::because(Refusal::PreventionProjectTwice);
            return Ok(Err(refused.with("project_number", number)));
        }
    }
    let sums: BTreeMap<&String, Decimal> = projects
        .iter()
        .map(|one| (&one.project_number, planned(one, 4)))
        .collect();
    for (number, agreed) in agreed {
        if sums.get(number).copied().unwrap_or_default() < *agreed {
            return Ok(Err(Refused::because(Refusal::PreventionBelowContracts)
                .with("project_number", number)
                .with("agreed", agreed)));
        }
    }
    Ok(Ok(sums.into_values().sum()))
}

/// Art. 85. What is planned or spent in a year stays within its limit.
///
/// # Errors
/// A refusal where it does not.
pub fn within(year: i32, total: Decimal, limit: Decimal) -> Result<(), Refused> {
    if total <= limit {
        return Ok(());
    }
    Err(Refused::because(Refusal::PreventionLimit)
        .with("year", year)
        .with("total", total)
        .with("limit", limit))
}

/// What an agreement is held against, in yuan.
#[derive(Clone, Copy, Debug)]
pub struct Agreed {
    /// The project's budget of the year.
    pub budget: Decimal,
    /// What other agreements take of it.
    pub before: Decimal,
}

/// Art. 85. An agreement stays within the budget of its project.
///
/// # Errors
/// A refusal where it does not.
pub fn agreement(form: &PreventionContractForm, agreed: Agreed) -> Result<(), Refused> {
    if agreed.before + yuan(form.amount.as_ref()) <= agreed.budget {
        return Ok(());
    }
    Err(Refused::because(Refusal::PreventionContractAmount)
        .with("project_number", &form.project_number)
        .with("budget", agreed.budget)
        .with("agreed", agreed.before))
}
