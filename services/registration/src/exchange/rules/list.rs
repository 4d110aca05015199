//! Rules on the rows of lists from outside, and on where they and the register disagree.

use contracts::registration::v1::{
    DifferenceKind, EmployerFacts, OutsideEmployer, OutsideEmployerState, OutsidePerson,
    OutsidePersonState, Refusal,
};
use contracts::{Refused, maybe_day};
use time::Date;

use super::{Disagreement, facts, not_in_future};
use crate::person::rules::{self as papers, Paper};

/// Art. 125. A row about an employer has a number to find it by, and is not of the future.
///
/// # Errors
/// When it has none, or is.
pub fn employer(row: &OutsideEmployer, today: Date) -> Result<(), Refused> {
    not_in_future("数据日期", maybe_day(row.as_of), today)?;
    let codes = [
        &row.credit_code,
        &row.organisation_code,
        &row.registration_number,
    ];
    if codes.iter().all(|code| code.is_empty()) {
        return Err(Refused::because(Refusal::OutsideCodeMissing));
    }
    Ok(())
}

/// Art. 125. A row about a person has a good paper, names the employer who pays a wage, and is not of
/// the future.
///
/// # Errors
/// When it has not, does not, or is.
pub fn person(row: &OutsidePerson, today: Date) -> Result<Paper, Refused> {
    not_in_future("数据日期", maybe_day(row.as_of), today)?;
    if row.monthly_wage.is_some() && row.employer_code.is_empty() {
        return Err(Refused::because(Refusal::OutsideWageWithoutEmployer).about("单位代码"));
    }
    papers::paper(row.identity_kind(), &row.identity_number)
}

/// What of the register a row about an employer is held against.
#[derive(Clone, Debug)]
pub struct Employer {
    /// Takes part and was not deregistered.
    pub takes_part: bool,
    /// As registered today.
    pub facts: EmployerFacts,
    /// Persons enrolled on the day of the list.
    pub enrolled: i64,
}

/// The number by which an employer of a list is known.
#[must_use]
pub fn code(row: &OutsideEmployer) -> &str {
    [&row.credit_code, &row.organisation_code]
        .into_iter()
        .find(|code| !code.is_empty())
        .unwrap_or(&row.registration_number)
}

/// Art. 125. On what a row disagrees with the employer that is registered, if one is. What a row
/// leaves empty it does not contradict.
#[must_use]
pub fn compare_employer(row: &OutsideEmployer, registered: Option<&Employer>) -> Vec<Disagreement> {
    let active = row.state() == OutsideEmployerState::Active;
    match registered {
        None if active => vec![Disagreement::on(
            DifferenceKind::NotRegistered,
            "",
            &row.name,
        )],
        Some(employer) if active && !employer.takes_part => {
            vec![Disagreement::on(
                DifferenceKind::Deregistered,
                "已注销",
                "存续",
            )]
        }
        Some(employer) if !active && employer.takes_part => {
            let on = maybe_day(row.ended_on).map(|day| day.to_string());
            let told = format!("{}注销、吊销", on.unwrap_or_default());
            vec![Disagreement::on(DifferenceKind::Ended, "参保", told)]
        }
        Some(employer) if active => stated(row, employer),
        _ => Vec::new(),
    }
}

fn stated(row: &OutsideEmployer, employer: &Employer) -> Vec<Disagreement> {
    let told = EmployerFacts {
        name: row.name.clone(),
        credit_code: row.credit_code.clone(),
        organisation_code: row.organisation_code.clone(),
        address: row.address.clone(),
        legal_representative: row.legal_representative.clone(),
        registration_number: row.registration_number.clone(),
        ..EmployerFacts::default()
    };
    let mut points = facts::contradictions(&employer.facts, &told);
    if i64::from(row.employees) > employer.enrolled {
        points.push(Disagreement::on(
            DifferenceKind::Headcount,
            employer.enrolled.to_string(),
            row.employees.to_string(),
        ));
    }
    points
}

/// The column of a list of employers that disagrees, by its label; none where the whole row does.
#[must_use]
pub fn employer_column(row: &OutsideEmployer, point: &Disagreement) -> Option<&'static str> {
    Some(match point.kind {
        DifferenceKind::EmployerName => "单位名称",
        DifferenceKind::LegalRepresentative => "法定代表人",
        DifferenceKind::Address => "单位地址",
        DifferenceKind::EmployerCode if point.told == row.credit_code => "统一社会信用代码",
        DifferenceKind::EmployerCode => "组织机构统一代码",
        DifferenceKind::RegistrationNumber => "工商注册号",
        DifferenceKind::Headcount => "职工人数",
        DifferenceKind::Deregistered | DifferenceKind::Ended => "存续状态",
        _ => return None,
    })
}

/// What of the register a row about a person is held against.
#[derive(Clone, Debug)]
pub struct Person {
    /// As registered.
    pub name: String,
    /// None for the living.
    pub died_on: Option<Date>,
    /// Through whom the person is insured on the day of the list.
    pub employers: Vec<String>,
}

/// Art. 125. On what a row disagrees with the person who is registered, if one is; `employer_id` is
/// the employer that the row names, where it takes part. A row with another name may be about somebody
/// else: nothing more is said of it.
#[must_use]
pub fn compare_person(
    row: &OutsidePerson,
    employer_id: Option<&str>,
    person: Option<&Person>,
) -> Vec<Disagreement> {
    let working = row.state() == OutsidePersonState::Working;
    let not_enrolled = || Disagreement::on(DifferenceKind::NotEnrolled, "", &row.name);
    let Some(person) = person else {
        return match employer_id {
            Some(_) if working => vec![not_enrolled()],
            _ => Vec::new(),
        };
    };
    if person.name != row.name {
        return vec![Disagreement::on(
            DifferenceKind::PersonName,
            &person.name,
            &row.name,
        )];
    }
    let insured = !person.employers.is_empty();
    let state_on = maybe_day(row.state_on)
        .map(|day| day.to_string())
        .unwrap_or_default();
    let known = person
        .died_on
        .map(|day| day.to_string())
        .unwrap_or_default();
    match row.state() {
        OutsidePersonState::Dead if insured => {
            let told = format!("{state_on}死亡");
            vec![Disagreement::on(DifferenceKind::PersonDead, "参保", told)]
        }
        OutsidePersonState::Dead
            if !known.is_empty() && !state_on.is_empty() && known != state_on =>
        {
            vec![Disagreement::on(DifferenceKind::DeathDate, known, state_on)]
        }
        OutsidePersonState::Retired if insured => {
            let told = format!("{state_on}退休");
            vec![Disagreement::on(
                DifferenceKind::PersonRetired,
                "参保",
                told,
            )]
        }
        OutsidePersonState::Working if !known.is_empty() => {
            vec![Disagreement::on(DifferenceKind::DeathDate, known, "在职")]
        }
        OutsidePersonState::Working
            if employer_id.is_some_and(|id| !person.employers.iter().any(|own| own == id)) =>
        {
            vec![not_enrolled()]
        }
        _ => Vec::new(),
    }
}

/// The column of a list of persons that disagrees, by its label; none where the whole row does.
#[must_use]
pub fn person_column(row: &OutsidePerson, kind: DifferenceKind) -> Option<&'static str> {
    Some(match kind {
        DifferenceKind::PersonName => "姓名",
        DifferenceKind::DeathDate if row.state() == OutsidePersonState::Dead => "状态日期",
        DifferenceKind::DeathDate
        | DifferenceKind::PersonDead
        | DifferenceKind::PersonRetired
        | DifferenceKind::NotEnrolled => "人员状态",
        DifferenceKind::NotRegistered => "单位代码",
        DifferenceKind::Wage => "月工资",
        _ => return None,
    })
}
