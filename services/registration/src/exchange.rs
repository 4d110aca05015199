//! What others tell (信息沟通): registration authorities (Art. 5) and public security (Art. 6), and how
//! it agrees with what is registered (Art. 125).

pub mod store;

use chassis::{Result, Unit};
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{DifferenceSettled, Employer, EmployerFacts, RegistrationEvent};

/// Art. 5, Art. 125. On what an application and the last notice of the registration authority about
/// the employer disagree, in Chinese, for the reviewer.
///
/// # Errors
/// When the database cannot be reached.
pub async fn disagreements(unit: &mut Unit, facts: &EmployerFacts) -> Result<Vec<String>> {
    let area = unit.area().to_owned();
    let Some(told) = store::last_notice(unit.db(), &area, facts).await? else {
        return Ok(Vec::new());
    };
    let compared = [
        ("单位名称", &facts.name, told.name),
        ("法定代表人", &facts.legal_representative, told.legal_representative),
        ("单位地址", &facts.address, told.address),
    ];
    Ok(compared
        .into_iter()
        .filter(|(_, stated, told)| !told.is_empty() && *stated != told)
        .map(|(label, stated, told)| format!("{label}：申报“{stated}”，通报“{told}”"))
        .collect())
}

/// Art. 125. Settles the open differences that an employer's registration or change did away with,
/// and tells it; `settlement` says what did.
///
/// # Errors
/// When the database cannot be reached.
pub async fn settle_by_register(unit: &mut Unit, employer: &Employer, settlement: &str) -> Result<()> {
    let (area, now, actor) = (unit.area().to_owned(), unit.now(), unit.actor().id.clone());
    let settled =
        store::settle_agreeing(unit.db(), &area, employer, (settlement, &actor, now)).await?;
    let key = employer.employer_id.clone();
    unit.tell_all(settled.into_iter().map(|row| {
        let settled = DifferenceSettled { difference: Some(row.into()) };
        (key.clone(), RegistrationEvent { what: Some(What::DifferenceSettled(settled)) })
    }))
    .await
}
