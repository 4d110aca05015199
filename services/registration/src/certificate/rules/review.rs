//! What a verification finds, point by point and department by department.

use contracts::audit::v1::OpenMatter;
use contracts::collection::v1::{GetClearanceResponse, GetPaymentStateResponse, UnderDeclaration};
use contracts::options::v1::Department;
use contracts::registration::v1::{
    Employer, EmployerChangeForm, EmployerChangeItem, VerificationFinding, VerificationForm,
};
use contracts::{maybe_day, reflect};
use law::Month;
use rust_decimal::Decimal;
use time::Date;

use crate::change::rules::differing;
use crate::deregistration::rules::{is_closed, unassessed};
use crate::exchange::store::OpenDifferences;

/// What a verification looks at.
pub struct Reviewed<'a> {
    /// What the employer brought.
    pub form: &'a VerificationForm,
    /// As registered.
    pub employer: &'a Employer,
    /// Persons enrolled today.
    pub enrolled: u32,
    /// Open differences with what others told.
    pub differences: &'a [OpenDifferences],
    /// Open amounts, as collection knows.
    pub clearance: &'a GetClearanceResponse,
    /// Declared and paid months, as collection knows.
    pub payment: &'a GetPaymentStateResponse,
    /// What collection found under-declared, made good or not.
    pub under_declarations: &'a [UnderDeclaration],
    /// Handed to audit before, because it did not come in time.
    pub handed_over: bool,
    /// What audit has open.
    pub audit: &'a [OpenMatter],
}

/// Art. 18. What registration, collection and audit find: is staff enrolled, are wages declared and
/// contributions paid, are changes registered. One violation withholds the stamp.
#[must_use]
pub fn review(reviewed: &Reviewed<'_>, today: Date) -> Vec<VerificationFinding> {
    let mut findings = vec![staff(reviewed)];
    findings.push(changes(reviewed));
    findings.push(licence(reviewed, today));
    findings.push(told(reviewed));
    findings.push(told_by_others(reviewed));
    findings.push(declaration(reviewed));
    findings.push(payment(reviewed, today));
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

/// The nine facts of article 11. Neither an account nor a whole scope of business is shown.
fn changes(reviewed: &Reviewed<'_>) -> VerificationFinding {
    let form = reviewed.form;
    let stated = EmployerChangeForm {
        name: form.name.clone(),
        address: form.address.clone(),
        legal_representative: form.legal_representative.clone(),
        r#type: form.r#type,
        credit_code: form.credit_code.clone(),
        organisation_code: form.organisation_code.clone(),
        supervising_authority: form.supervising_authority.clone(),
        bank_name: form.bank_name.clone(),
        bank_account: form.bank_account.clone(),
        business_scope: form.business_scope.clone(),
        local_facts: form.local_facts.clone(),
        lapsed_items: form.lapsed_items.clone(),
        ..EmployerChangeForm::default()
    };
    let mut registered = reviewed.employer.clone();
    let facts = registered.facts.get_or_insert_default();
    // The credit code holds it, and it need not be registered besides.
    if facts.organisation_code.is_empty() && facts.credit_code == form.credit_code {
        facts.organisation_code.clone_from(&form.organisation_code);
    }
    let (_, changes) = differing(&registered, &stated);
    let violations = changes
        .into_iter()
        .map(|change| match change.item() {
            EmployerChangeItem::BankAccount | EmployerChangeItem::BusinessScope => {
                format!("{}与登记不一致，未办理变更登记", change.label)
            }
            _ if change.after.is_empty() => format!(
                "{}：现已不再适用，登记“{}”，未办理变更登记",
                change.label, change.before
            ),
            _ => format!(
                "{}：现为“{}”，登记“{}”，未办理变更登记",
                change.label, change.after, change.before
            ),
        })
        .collect();
    finding(
        Department::Registration,
        "登记事项变更",
        violations,
        "登记事项没有变化",
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

/// Art. 5. What registration authorities told of the registered facts, a telephone number left out.
fn told(reviewed: &Reviewed<'_>) -> VerificationFinding {
    let told = reviewed.differences.iter().filter(|one| one.of_authority);
    let violations = told.map(|one| format!("{}：{}", kind(one), one.told));
    finding(
        Department::Registration,
        "登记管理机关通报",
        violations.collect(),
        "没有待核实的通报差异",
    )
}

/// What nobody has confirmed, above all of persons and wages: a note to the reviewer.
fn told_by_others(reviewed: &Reviewed<'_>) -> VerificationFinding {
    let told = reviewed.differences.iter().filter(|one| !one.of_authority);
    let mut notes: Vec<String> = told
        .map(|one| format!("{}{}条", kind(one), one.count))
        .collect();
    if notes.is_empty() {
        notes.push("没有其他待核实的差异".to_owned());
    }
    finding(
        Department::Registration,
        "其他通报差异",
        Vec::new(),
        &notes.join("；"),
    )
}

fn kind(of: &OpenDifferences) -> String {
    reflect::label_of("workinjury.registration.v1.DifferenceKind", of.kind)
}

fn declaration(reviewed: &Reviewed<'_>) -> VerificationFinding {
    let mut violations = Vec::new();
    if reviewed.enrolled > 0 && !reviewed.payment.insured {
        violations.push("有参保职工而没有申报缴费".to_owned());
    }
    let provisional = &reviewed.payment.provisional_months;
    if !provisional.is_empty() {
        let months = months(provisional);
        violations.push(format!("未申报工资、暂按上月缴费额核定的月份：{months}"));
    }
    violations.extend(
        reviewed
            .under_declarations
            .iter()
            .filter(|found| !is_closed(found))
            .map(under_declared),
    );
    finding(Department::Collection, "申报工资", violations, "已申报")
}

fn under_declared(found: &UnderDeclaration) -> String {
    let label =
        |of: &str, number| reflect::label_of(&format!("workinjury.collection.v1.{of}"), number);
    let (missing, made_good) = (yuan(&found.missing_base), yuan(&found.made_good_base));
    format!(
        "{}{}至{}的缴费基数，应补{missing}元，已补{made_good}元，{}",
        label("UnderDeclarationKind", found.kind),
        month(found.from_month),
        month(found.to_month),
        label("UnderDeclarationState", found.state),
    )
}

fn yuan(money: &Option<contracts::Money>) -> String {
    money.clone().unwrap_or_default().to_string()
}

fn month(month: Option<contracts::Month>) -> String {
    month
        .and_then(|month| Month::try_from(month).ok())
        .map(|month| month.to_string())
        .unwrap_or_default()
}

fn months(of: &[contracts::Month]) -> String {
    let months: Vec<String> = of.iter().map(|one| month(Some(*one))).collect();
    months.join("、")
}

fn is_owed(money: &Option<contracts::Money>) -> bool {
    let amount = money.as_ref().and_then(|money| money.decimal().ok());
    amount.is_some_and(|amount| amount > Decimal::ZERO)
}

fn payment(reviewed: &Reviewed<'_>, today: Date) -> VerificationFinding {
    let mut violations = Vec::new();
    let (overdue, late_fee) = (
        &reviewed.clearance.overdue_principal,
        &reviewed.clearance.late_fee,
    );
    // What is charged and not due yet is no violation.
    if is_owed(overdue) || is_owed(late_fee) {
        violations.push(format!(
            "逾期未缴工伤保险费{}元，滞纳金{}元",
            yuan(overdue),
            yuan(late_fee),
        ));
    }
    let unpaid = &reviewed.payment.unpaid_months;
    if !unpaid.is_empty() {
        violations.push(format!("应缴未缴月份：{}", months(unpaid)));
    }
    // The present month is assessed while it runs.
    let before = Month::of(today).first_day().previous_day();
    let unassessed: Vec<String> = before
        .into_iter()
        .flat_map(|before| unassessed(reviewed.clearance, before))
        .map(|month| month.to_string())
        .collect();
    if !unassessed.is_empty() {
        violations.push(format!("参保而未核定月份：{}", unassessed.join("、")));
    }
    finding(Department::Collection, "缴费", violations, "已缴清")
}

/// What audit has confirmed withholds the stamp; that the employer comes late is said and is no reason
/// to withhold it from one that is in order.
fn audit(reviewed: &Reviewed<'_>) -> VerificationFinding {
    let said = |matter: &OpenMatter| format!("{}：{}", matter.matter_number, matter.finding);
    let (violations, other): (Vec<&OpenMatter>, Vec<&OpenMatter>) =
        reviewed.audit.iter().partition(|matter| matter.violation);
    let mut notes: Vec<String> = other.into_iter().map(said).collect();
    if reviewed.handed_over {
        notes.push("逾期未验证，已转稽核督促办理".to_owned());
    }
    if notes.is_empty() {
        notes.push("没有稽核事项".to_owned());
    }
    let violations = violations.into_iter().map(said).collect();
    finding(Department::Audit, "稽核", violations, &notes.join("；"))
}
