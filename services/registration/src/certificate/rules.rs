//! Rules on the terms of certificates, and on what a verification finds.

use contracts::Refused;
use contracts::collection::v1::{GetClearanceResponse, GetPaymentStateResponse};
use contracts::common::v1::EvidenceKind;
use contracts::options::v1::Department;
use contracts::registration::v1::{
    CertificateReason, EmployerFacts, Refusal, VerificationFinding, VerificationForm,
};
use law::Month;
use law::calendar::{add_days, add_months};
use time::Date;

use crate::enrolment::rules::founding_papers;
use contracts::maybe_day;

/// Art. 19. The last day of a certificate that is valid for `years` from `issued_on` on.
#[must_use]
pub fn valid_until(issued_on: Date, years: i64) -> Date {
    let months = i32::try_from(years.saturating_mul(12)).unwrap_or(i32::MAX);
    add_days(add_months(issued_on, months), -1)
}

/// Art. 19. A certificate is renewed at expiry: within `term_days` before its last day, the term in
/// which it is to be renewed after it, or later.
///
/// # Errors
/// When it is too early.
pub fn may_renew(valid_until_on: Date, term_days: i64, today: Date) -> Result<(), Refused> {
    let earliest_on = days_after(valid_until_on, -term_days);
    if today >= earliest_on {
        return Ok(());
    }
    Err(Refused::because(Refusal::RenewalTooEarly)
        .with("valid_until_on", valid_until_on)
        .with("earliest_on", earliest_on))
}

/// Art. 20. What replaces a certificate was lost or damaged, and has not expired: that is renewed.
///
/// # Errors
/// When it was neither, has expired, or the day is yet to come.
pub fn may_replace(
    reason: CertificateReason,
    happened_on: Date,
    valid_until_on: Date,
    today: Date,
) -> Result<(), Refused> {
    let fits = matches!(reason, CertificateReason::Loss | CertificateReason::Damage);
    if !fits || valid_until_on < today {
        return Err(Refused::because(Refusal::ReplacementReason));
    }
    if happened_on > today {
        return Err(Refused::because(Refusal::LossInFuture).with("happened_on", happened_on));
    }
    Ok(())
}

/// Art. 17. The last day of a term of `days` from `from` on.
#[must_use]
pub fn days_after(from: Date, days: i64) -> Date {
    add_days(from, i32::try_from(days).unwrap_or(i32::MAX))
}

/// Art. 17. Who was verified on this day or before is due on `on`, when the certificate is verified
/// every `years`.
#[must_use]
pub fn due_when_verified_by(on: Date, years: i64) -> Date {
    add_months(
        on,
        i32::try_from(years.saturating_mul(-12)).unwrap_or(i32::MIN),
    )
}

/// Art. 17. The papers for a verification, each with what may stand in for it: the certificate, a
/// founding paper of whatever type, and the organisation code certificate of an employer whose number
/// is not a unified social credit code.
#[must_use]
pub fn verification_papers(employer_id: &str) -> Vec<Vec<EvidenceKind>> {
    use contracts::registration::v1::EmployerType;
    let mut founding: Vec<EvidenceKind> = (1..)
        .map_while(|number| EmployerType::try_from(number).ok())
        .flat_map(founding_papers)
        .copied()
        .collect();
    founding.sort_unstable();
    founding.dedup();
    let mut papers = vec![vec![EvidenceKind::RegistrationCertificate], founding];
    if employer_id.len() < 18 {
        papers.push(vec![EvidenceKind::OrganisationCodeCertificate]);
    }
    papers
}

/// What a verification looks at.
pub struct Reviewed<'a> {
    /// What the employer brought.
    pub form: &'a VerificationForm,
    /// As registered.
    pub facts: &'a EmployerFacts,
    /// Persons enrolled today.
    pub enrolled: u32,
    /// Open differences with what registration authorities told, in Chinese.
    pub differences: &'a [String],
    /// Open amounts, as collection knows.
    pub clearance: &'a GetClearanceResponse,
    /// Declared and paid months, as collection knows.
    pub payment: &'a GetPaymentStateResponse,
    /// Handed to audit before, because it did not come in time.
    pub handed_over: bool,
}

/// Art. 18. What registration, collection and audit find: is staff enrolled, are wages declared and
/// contributions paid, are changes registered. One violation withholds the stamp.
#[must_use]
pub fn review(reviewed: &Reviewed<'_>, today: Date) -> Vec<VerificationFinding> {
    let mut findings = vec![staff(reviewed)];
    findings.push(changes(reviewed));
    findings.push(licence(reviewed, today));
    findings.push(told(reviewed));
    findings.push(declaration(reviewed));
    findings.push(payment(reviewed));
    findings.push(audit(reviewed));
    findings
}

fn finding(
    department: Department,
    point: &str,
    violations: Vec<String>,
    otherwise: &str,
) -> VerificationFinding {
    let violation = !violations.is_empty();
    let finding = if violation {
        violations.join("；")
    } else {
        otherwise.to_owned()
    };
    VerificationFinding {
        department: department as i32,
        point: point.to_owned(),
        // As long as the form has room for.
        finding: finding.chars().take(500).collect(),
        violation,
    }
}

fn staff(reviewed: &Reviewed<'_>) -> VerificationFinding {
    let stated = u32::try_from(reviewed.form.employees).unwrap_or_default();
    let missing = stated.saturating_sub(reviewed.enrolled);
    let told = format!("申报职工{stated}人，参保登记{}人", reviewed.enrolled);
    let violations = if missing > 0 {
        vec![format!("{told}，尚有{missing}人未办理参保登记")]
    } else {
        Vec::new()
    };
    finding(Department::Registration, "职工参保登记", violations, &told)
}

fn changes(reviewed: &Reviewed<'_>) -> VerificationFinding {
    let (form, facts) = (reviewed.form, reviewed.facts);
    let violations = [
        ("单位名称", &form.name, &facts.name),
        (
            "法定代表人或负责人",
            &form.legal_representative,
            &facts.legal_representative,
        ),
        ("单位地址", &form.address, &facts.address),
    ]
    .into_iter()
    .filter(|(_, licence, registered)| licence != registered)
    .map(|(label, licence, registered)| {
        format!("{label}：执照所载“{licence}”，登记“{registered}”，未办理变更登记")
    })
    .collect();
    finding(
        Department::Registration,
        "登记事项变更",
        violations,
        "登记事项与执照所载一致",
    )
}

fn licence(reviewed: &Reviewed<'_>, today: Date) -> VerificationFinding {
    let violations = maybe_day(reviewed.form.licence_valid_until_on)
        .filter(|last| *last < today)
        .map(|last| format!("执照有效期至{last}，已期满"));
    finding(
        Department::Registration,
        "执照",
        violations.into_iter().collect(),
        "执照在有效期内",
    )
}

fn told(reviewed: &Reviewed<'_>) -> VerificationFinding {
    let violations = reviewed.differences.to_vec();
    finding(
        Department::Registration,
        "登记管理机关通报",
        violations,
        "没有待核实的通报差异",
    )
}

fn declaration(reviewed: &Reviewed<'_>) -> VerificationFinding {
    let violations = if reviewed.enrolled > 0 && !reviewed.payment.insured {
        vec!["有参保职工而没有申报缴费".to_owned()]
    } else {
        Vec::new()
    };
    finding(Department::Collection, "申报工资", violations, "已申报")
}

fn payment(reviewed: &Reviewed<'_>) -> VerificationFinding {
    let mut violations = Vec::new();
    if !reviewed.clearance.cleared {
        let open = reviewed.clearance.principal.clone().unwrap_or_default();
        violations.push(format!("未缴工伤保险费{open}元，滞纳金按日另计"));
    }
    if !reviewed.payment.paid_up {
        let months: Vec<String> = reviewed
            .payment
            .unpaid_months
            .iter()
            .filter_map(|month| Month::try_from(*month).ok())
            .map(|month| month.to_string())
            .collect();
        violations.push(format!("应缴未缴月份：{}", months.join("、")));
    }
    finding(Department::Collection, "缴费", violations, "已缴清")
}

/// What audit has on an employer that comes late is said; coming late is no reason to withhold the
/// stamp from one that is in order.
fn audit(reviewed: &Reviewed<'_>) -> VerificationFinding {
    let said = if reviewed.handed_over {
        "逾期未验证，已转稽核督促办理"
    } else {
        "没有转稽核事项"
    };
    finding(Department::Audit, "稽核", Vec::new(), said)
}
