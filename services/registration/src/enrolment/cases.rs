//! The registration of an employer (forms 2-1 and 9-A) and the roster of its staff (2-2 and 9-B).

use chassis::{Case, Error, Needed, Numbered, Result, Unit, conflict_on};
use contracts::common::v1::Refusal as CommonRefusal;
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    CertificateReason, Employer, EmployerFacts, EmployerRegistered, EmployerRegistrationDecision,
    EmployerRegistrationForm, EmployerState, EnrolmentState, IdentityKind, Refusal, RiskClass,
    RiskClassSet, StaffChangeDecision, StaffChangeFinding, StaffChangeForm, StaffChangeKind,
    StaffChangeRow,
};
use contracts::{Refused, reflect};
use law::Law;
use law::calendar::{Term, add_days};
use rust_decimal::Decimal;
use uuid::Uuid;

use super::roll::Roll;
use super::{roster, rules, window};
use crate::employer::{self, rules as codes, store as employers};
use crate::events::tell;
use crate::{certificate, exchange};
use chassis::wire::{count, day, maybe_day};

/// Rows that a decision lists of those refused, and of those remarked on.
const LISTED: usize = 200;

/// Art. 7, Art. 9. An employer takes part.
pub struct EmployerRegistration;

#[chassis::async_trait]
impl Case for EmployerRegistration {
    type Application = EmployerRegistrationForm;
    type Decision = EmployerRegistrationDecision;

    fn subject(&self, application: &Self::Application) -> String {
        let facts = application.facts.as_ref();
        facts
            .and_then(|facts| codes::employer_id(facts).ok())
            .unwrap_or_default()
            .to_owned()
    }

    fn term(&self, law: &Law) -> Result<Option<Term>> {
        Ok(Some(rules::review_term(law)?))
    }

    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        let insured_outside = !application.outside_area.is_empty();
        let facts = application.facts.as_ref();
        let papers = facts.map(|facts| rules::registration_papers(facts, insured_outside));
        papers.unwrap_or_default().into_iter().map(Needed).collect()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let facts = facts_of(application)?;
        let (area, today) = (unit.area().to_owned(), unit.today());
        let code = codes::employer_id(facts)?;
        codes::codes_agree(facts)?;
        let starts_on = day(application.starts_on)?;
        codes::may_start(starts_on, day(facts.founded_on)?, today)?;
        codes::licence_valid(maybe_day(facts.licence_valid_until_on), today)?;
        if application.outside_area == area {
            return Err(Refused::because(Refusal::OutsideAreaSame).into());
        }
        let earlier = employer::with_codes(unit, facts).await?;
        is_own(&application.employer_id, earlier.as_ref())?;
        if let Some(earlier) = &earlier {
            may_return(earlier, starts_on)?;
        }
        let employer_id = earlier
            .as_ref()
            .map_or(code, |earlier| &earlier.employer_id);
        let stated: Vec<&str> = codes::codes(facts).collect();
        if let Some(other) =
            employers::other_with_code(unit.db(), &area, employer_id, &stated).await?
        {
            return Err(already_registered(&other));
        }
        let (class, worksheet) =
            codes::risk_class(&facts.industry_code, &facts.business_scope, today)?;
        let years = unit
            .law(today)
            .await?
            .integer("certificate_valid_years")?
            .value;
        Ok(EmployerRegistrationDecision {
            employer_id: employer_id.to_owned(),
            name: facts.name.clone(),
            business_scope: facts.business_scope.clone(),
            industry_code: class.industry_code,
            industry_name: class.industry_name,
            risk_class: class.risk_class,
            risk_class_table: class.table,
            starts_on: application.starts_on,
            certificate_valid_years: u32::try_from(years).unwrap_or_default(),
            returning: earlier.is_some(),
            differences: exchange::disagreements(unit, facts).await?,
            worksheet: Some(worksheet.into()),
            outside_area: application.outside_area.clone(),
            cross_area_industry: application.cross_area_industry,
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let (area, today, employer_id) = (
            unit.area().to_owned(),
            unit.today(),
            decision.employer_id.as_str(),
        );
        let starts_on = day(decision.starts_on)?;
        let new = employers::Registration {
            employer_id,
            starts_on,
            case_id,
            registered_at: unit.now(),
        };
        if employers::register(unit.db(), &area, &new)
            .await?
            .rows_affected()
            == 0
        {
            return Err(already_registered(employer_id));
        }
        employers::close_facts(unit.db(), &area, employer_id, starts_on).await?;
        let stated = Employer {
            employer_id: employer_id.to_owned(),
            facts: application.facts,
            outside_area: application.outside_area,
            cross_area_industry: application.cross_area_industry,
            ..Employer::default()
        };
        employers::insert_facts(unit.db(), &area, starts_on, &stated, case_id)
            .await
            .map_err(conflict_on(employers::CODES_ONCE))?;
        let class = RiskClass {
            industry_code: decision.industry_code,
            industry_name: decision.industry_name,
            risk_class: decision.risk_class,
            table: decision.risk_class_table,
            from_on: decision.starts_on,
            until_on: None,
        };
        employers::set_risk_class(unit.db(), &area, employer_id, starts_on, &class, case_id)
            .await?;
        let employer = employers::employer(unit.db(), &area, employer_id, today)
            .await?
            .ok_or_else(|| Error::internal("an employer that was registered is not there"))?;
        let registered = EmployerRegistered {
            employer: Some(employer.clone()),
            case_id: case_id.to_string(),
        };
        let class = RiskClassSet {
            employer_id: employer_id.to_owned(),
            risk_class: Some(class),
        };
        for what in [
            What::EmployerRegistered(registered),
            What::RiskClassSet(class),
        ] {
            tell(unit, employer_id, what).await?;
        }
        certificate::issue(unit, &employer, CertificateReason::Registration, case_id).await?;
        exchange::settle_by_register(unit, &employer, "已办理参保登记").await
    }
}

fn facts_of(application: &EmployerRegistrationForm) -> Result<&EmployerFacts> {
    application
        .facts
        .as_ref()
        .ok_or_else(|| Error::internal("the contract requires the facts"))
}

fn already_registered(employer_id: &str) -> Error {
    Refused::because(Refusal::EmployerAlreadyRegistered)
        .with("employer_id", employer_id)
        .into()
}

/// Who states the number that it had shows codes of that employer; of whom else they are, it is not told.
fn is_own(stated_id: &str, earlier: Option<&Employer>) -> Result<()> {
    if stated_id.is_empty() || earlier.is_some_and(|earlier| earlier.employer_id == stated_id) {
        return Ok(());
    }
    Err(Refused::because(Refusal::ReturnOfOther)
        .with("employer_id", stated_id)
        .into())
}

/// Only an employer that was deregistered registers again, from a day after its last one on.
fn may_return(earlier: &Employer, starts_on: time::Date) -> Result<()> {
    if earlier.state() != EmployerState::Deregistered {
        return Err(already_registered(&earlier.employer_id));
    }
    let first_on = add_days(day(earlier.ended_on)?, 1);
    if starts_on < first_on {
        return Err(Refused::because(Refusal::StartNotAllowed)
            .with("starts_on", starts_on)
            .with("first_on", first_on)
            .with("last_on", "今日")
            .into());
    }
    Ok(())
}

/// Art. 8, Art. 9, Art. 10, Art. 12. The staff of an employer joins and leaves.
pub struct StaffChange;

#[chassis::async_trait]
impl Case for StaffChange {
    type Application = StaffChangeForm;
    type Decision = StaffChangeDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.employer_id.clone()
    }

    fn term(&self, law: &Law) -> Result<Option<Term>> {
        Ok(Some(rules::review_term(law)?))
    }

    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        let kinds: Vec<StaffChangeKind> = application.kinds().collect();
        let hired: Vec<IdentityKind> = application.identity_kinds().collect();
        rules::roster_papers(&kinds, &hired)
            .into_iter()
            .map(|paper| Needed(vec![paper]))
            .collect()
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        Ok(examine(unit, application).await?.0)
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        // Nobody joins an employer that is being deregistered (article 16).
        let area = unit.area().to_owned();
        employers::hold(unit.db(), &area, &application.employer_id).await?;
        let (now, roll) = examine(unit, &application).await?;
        // Another roster may have taken effect since the signer looked.
        if now != decision {
            return Err(Refused::because(CommonRefusal::FactsChanged).into());
        }
        roster::enter(unit, &application.employer_id, case_id, &roll).await
    }
}

async fn examine(unit: &mut Unit, form: &StaffChangeForm) -> Result<(StaffChangeDecision, Roll)> {
    let employer = employer::taking_part(unit, &form.employer_id).await?;
    if !form.batch_id.is_empty() && !form.rows.is_empty() {
        return Err(Refused::because(Refusal::RosterTwice).into());
    }
    let rows = roster::rows(unit, form).await?;
    stated_on_form(form, &rows)?;
    let read = roster::read(&rows, unit.decided_on());
    let known = roster::known(unit, &read).await?;
    let reported_on = roster::reported_on(unit.applied_on(), &read);
    let months = window::months(unit, reported_on).await?;
    let starts_on = day(employer.starts_on)?;
    let (roll, refused) =
        roster::call_roll((&employer.employer_id, starts_on), months, &known, &read);
    let decision = decide(&employer, &rows, &roll, &refused);
    if decision.refused == decision.rows {
        return Err(Refused::because(Refusal::RosterEmpty)
            .with("employer_id", &form.employer_id)
            .into());
    }
    Ok((decision, roll))
}

/// Art. 12, Art. 150. The papers are asked for by what the form says is on the roster.
fn stated_on_form(form: &StaffChangeForm, rows: &[Numbered<StaffChangeRow>]) -> Result<()> {
    for Numbered { row, .. } in rows {
        if !form.kinds.contains(&row.kind) {
            let kind = reflect::label_of("workinjury.registration.v1.StaffChangeKind", row.kind);
            return Err(Refused::because(Refusal::RosterKindNotStated)
                .with("kind", kind)
                .into());
        }
        if rules::is_hire(row) && !form.identity_kinds.contains(&row.identity_kind) {
            let kind =
                reflect::label_of("workinjury.registration.v1.IdentityKind", row.identity_kind);
            return Err(Refused::because(Refusal::RosterIdentityNotStated)
                .with("kind", kind)
                .into());
        }
    }
    Ok(())
}

fn decide(
    employer: &Employer,
    rows: &[Numbered<StaffChangeRow>],
    roll: &Roll,
    refused: &[(i64, Refused)],
) -> StaffChangeDecision {
    let changed = roll.changed();
    let spells = || changed.iter().flat_map(|member| member.changed());
    let begun = |state: EnrolmentState| {
        count(
            spells()
                .filter(|spell| spell.hire.is_some() && spell.state == state)
                .count(),
        )
    };
    let wages: Decimal = spells()
        .filter_map(|spell| spell.hire.as_ref())
        .map(|hire| hire.wage)
        .sum();
    let name_of = |number: i64| {
        let place = rows.binary_search_by_key(&number, |row| row.number);
        place.map_or_else(|_| String::new(), |place| rows[place].row.name.clone())
    };
    let listed = |found: &[(i64, Refused)]| {
        let found = found.iter().take(LISTED);
        let listed = found.map(|(number, found)| StaffChangeFinding {
            row: number.unsigned_abs(),
            name: name_of(*number),
            reason: Some(found.reason()),
        });
        listed.collect()
    };
    StaffChangeDecision {
        employer_id: employer.employer_id.clone(),
        name: employer::name_of(employer),
        rows: count(rows.len()),
        enrolled: begun(EnrolmentState::Enrolled),
        pre_enrolled: begun(EnrolmentState::PreEnrolled),
        ended: count(spells().filter(|spell| spell.is_left()).count()),
        refused: count(refused.len()),
        first_time: count(changed.iter().filter(|member| member.is_new).count()),
        wages: Some(wages.into()),
        refusals: listed(refused),
        remarks: listed(roll.remarks()),
    }
}
