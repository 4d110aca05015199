//! Art. 55, Art. 60, Art. 68. One employee of each grade: the first three need nursing, the last four leave.

use anyhow::Result;
use contracts::authority::APPRAISAL_COMMITTEE;
use rust_decimal::Decimal;
use serde_json::{Value, json};

use super::super::super::calendar::CONCLUDED;
use super::super::super::client::{date, papers};
use super::super::super::report::Report;
use super::super::super::roster::{Cell, workbook};
use super::super::super::{Demo, progress};
use super::super::area::AVERAGE_WAGE;
use super::super::bases::within_bounds;
use super::super::injuries::{self, Injured};
use super::{Sums, fen, form, sums};

/// Of one grade, the first of the table being grade 1.
pub struct Figures {
    /// Months of the own wage that are paid once.
    pub months: i64,
    /// Hundredths of the own wage by the month.
    allowance: i64,
    /// How far nursing is needed, and hundredths of the average wage for it.
    nursing: Option<(&'static str, i64)>,
    /// Months of the own wage at the end of the labour relation: from the fund, and from the employer.
    subsidies: Option<(i64, i64)>,
}

impl Figures {
    /// Yuan that somebody has by the month.
    pub fn allowance_of(&self, one: &Injured<'_>) -> Decimal {
        fen(within_bounds(one.employee.wage) * Decimal::new(self.allowance, 2))
    }
}

const fn figures(
    months: i64,
    allowance: i64,
    nursing: Option<(&'static str, i64)>,
    subsidies: Option<(i64, i64)>,
) -> Figures {
    Figures {
        months,
        allowance,
        nursing,
        subsidies,
    }
}

/// 工伤保险条例第三十四条至第三十七条, and the area's own months of the last column.
pub const TABLE: [Figures; super::GRADES] = [
    figures(27, 90, Some(("生活完全不能自理", 50)), None),
    figures(25, 85, Some(("生活大部分不能自理", 40)), None),
    figures(23, 80, Some(("生活部分不能自理", 30)), None),
    figures(21, 75, None, None),
    figures(18, 70, None, None),
    figures(16, 60, None, None),
    figures(13, 0, None, Some((6, 25))),
    figures(11, 0, None, Some((4, 15))),
    figures(9, 0, None, Some((2, 8))),
    figures(7, 0, None, Some((1, 4))),
];

/// The columns of a list of conclusions.
pub const COLUMNS: [&str; 7] = [
    "劳动能力鉴定结论书编号",
    "个人编号",
    "姓名",
    "认定工伤决定书编号",
    "鉴定结论日期",
    "伤残等级",
    "生活自理障碍等级",
];

/// Decides all; adds what must come out to `made` and answers what was signed.
pub async fn decide(
    demo: &Demo,
    disabled: &[Injured<'_>],
    made: &mut Sums,
    report: &mut Report,
) -> Result<Decimal> {
    let of_grade = || TABLE.iter().zip(disabled).zip(1..);
    let rows: Vec<_> = of_grade()
        .map(|((figures, one), grade)| row(one, figures, grade))
        .collect();
    let list = ("conclusions", workbook(&COLUMNS, &rows)?);
    let refused = injuries::send(demo, APPRAISAL_COMMITTEE, "conclusions", list).await?;
    report.equal("conclusions that are refused", 0, refused);
    for ((figures, one), _) in of_grade() {
        let wage = within_bounds(one.employee.wage);
        let mut due = |kind, yuan| *made.entry(kind).or_default() += fen(yuan);
        due("LUMP_SUM_DISABILITY", wage * Decimal::from(figures.months));
        due("DISABILITY_ALLOWANCE", figures.allowance_of(one));
        if let Some((_, share)) = figures.nursing {
            let average = Decimal::from(AVERAGE_WAGE);
            due("NURSING_ALLOWANCE", average * Decimal::new(share, 2));
        }
        if let Some((of_fund, of_employer)) = figures.subsidies {
            due("LUMP_SUM_MEDICAL_SUBSIDY", wage * Decimal::from(of_fund));
            due(
                "LUMP_SUM_EMPLOYMENT_SUBSIDY",
                wage * Decimal::from(of_employer),
            );
        }
    }
    let what = "Disabilities are decided";
    let signed = progress::all(what, TABLE.iter().zip(disabled), |place, (figures, one)| {
        one_of(demo, place, figures, one)
    });
    Ok(signed.await?.into_iter().sum())
}

/// A row of the list: an employee with the figures of a grade.
pub fn row(one: &Injured<'_>, figures: &Figures, grade: usize) -> Vec<Cell> {
    let text = |text: &str| Cell::Text(text.to_owned());
    vec![
        text(&conclusion(one)),
        text(&one.person_id),
        text(&one.employee.name),
        text(&one.recognition),
        Cell::Date(CONCLUDED),
        text(&grade.to_string()),
        text(figures.nursing.map_or("", |(degree, _)| degree)),
    ]
}

/// Number of the conclusion on an employee.
pub fn conclusion(one: &Injured<'_>) -> String {
    one.recognition.replace("示人社认字", "示劳鉴")
}

/// Forms 55-A and 68-A, and of who leaves 5-3 and 68-A again; answers what is signed on 5-7.
async fn one_of(
    demo: &Demo,
    place: usize,
    figures: &Figures,
    one: &Injured<'_>,
) -> Result<Decimal> {
    let token = demo
        .parties
        .employer(&one.employer.credit_code, &one.employer.name)?;
    let approve = async |what: &str, form: Value, evidence: &[&str]| {
        let name = format!("{what}/{}", one.person_id);
        injuries::approve(demo, &token, (place, &name), form, papers(evidence)).await
    };
    let appraised = json!({"conclusionNumber": conclusion(one)});
    let paper = ["APPRAISAL_CONCLUSION"];
    approve(
        "appraisal",
        form(one, "WorkCapacityForm", appraised),
        &paper,
    )
    .await?;
    let occasion = json!({"occasion": "DISABILITY_OCCASION_APPRAISAL"});
    let decision = approve("disability", form(one, "DisabilityForm", occasion), &paper).await?;
    let mut signed = of(&decision)?;
    if figures.subsidies.is_some() {
        let papers_of_end = ["RELATION_END_PROOF", "OWN_WISH_DECLARATION"];
        let ends = json!({
            "change": "RELATION_CHANGE_END",
            "changesOn": date(CONCLUDED),
            "endGround": "RELATION_END_GROUND_OWN_WISH",
        });
        approve(
            "relation-end",
            form(one, "RelationChangeForm", ends),
            &papers_of_end,
        )
        .await?;
        let paper = ["RELATION_END_PROOF"];
        let occasion = json!({"occasion": "DISABILITY_OCCASION_RELATION_END"});
        let decision = approve("subsidies", form(one, "DisabilityForm", occasion), &paper).await?;
        signed += of(&decision)?;
    }
    Ok(signed)
}

fn of(decision: &Value) -> Result<Decimal> {
    let names = ["fundOnce", "employerOnce", "fundMonthly", "employerMonthly"];
    sums(decision, &names)
}
