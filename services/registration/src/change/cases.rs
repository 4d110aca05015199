//! The change of an employer's facts (forms 2-3 and 13-A), of a person's name or number (13-B and 13-C)
//! and of a recorded death (6-A and 6-B).

mod death;

pub use death::DeathCorrection;

use chassis::{Case, Error, Needed, Result, Unit, conflict_on};
use contracts::Refused;
use contracts::common::v1::{EvidenceKind, Refusal as CommonRefusal};
use contracts::registration::v1::registration_event::What;
use contracts::registration::v1::{
    CertificateReason, DifferenceKind, Employer, EmployerChangeDecision, EmployerChangeForm,
    EmployerChangeItem, EmployerChanged, PersonChangeDecision, PersonChangeForm, PersonChanged,
    Refusal, RegistrationEvent, RiskClass, RiskClassSet,
};
use law::Law;
use law::calendar::Term;
use time::Date;
use uuid::Uuid;

use super::rules;
use crate::employer::{self, rules as codes, store as employers};
use crate::enrolment::rules::{registration_papers, review_term};
use crate::enrolment::store as enrolments;
use crate::events::tell;
use crate::person::rules::Paper;
use crate::person::store::{self as persons, PersonRow};
use crate::{certificate, deregistration, exchange};
use chassis::wire::{day, uuid};

/// Art. 11, Art. 13. The registered facts of an employer change.
pub struct EmployerChange;

#[chassis::async_trait]
impl Case for EmployerChange {
    type Application = EmployerChangeForm;
    type Decision = EmployerChangeDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.employer_id.clone()
    }

    fn term(&self, law: &Law) -> Result<Option<Term>> {
        Ok(Some(review_term(law)?))
    }

    fn evidence(&self, _application: &Self::Application) -> Vec<Needed> {
        // The old certificate is taken back (article 13).
        vec![Needed::paper(EvidenceKind::RegistrationCertificate)]
    }

    /// The papers of article 7 by what is registered once the change has taken effect.
    async fn papers(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Vec<Needed>> {
        let employer = employer::known(unit, &application.employer_id).await?;
        let (after, _) = rules::differing(&employer, application);
        let insured_outside = !after.outside_area.is_empty();
        let of_article_7 = registration_papers(&after.facts.unwrap_or_default(), insured_outside);
        let mut needed: Vec<Needed> = of_article_7.into_iter().map(Needed).collect();
        needed.extend(self.evidence(application));
        Ok(needed)
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        Ok(examine(unit, application).await?.decision)
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        decision: Self::Decision,
    ) -> Result<()> {
        let (area, today) = (unit.area().to_owned(), unit.today());
        let now = examine(unit, &application).await?;
        if now.decision != decision {
            return Err(Refused::because(CommonRefusal::FactsChanged).into());
        }
        let (employer_id, from_on) = (now.employer.employer_id.as_str(), now.effective_on);
        employers::begin_earlier(unit.db(), &area, employer_id, day(now.after.starts_on)?)
            .await
            .map_err(conflict_on(employers::CODES_ONCE))?;
        employers::close_facts(unit.db(), &area, employer_id, from_on).await?;
        employers::insert_facts(unit.db(), &area, from_on, &now.after, case_id)
            .await
            .map_err(conflict_on(employers::CODES_ONCE))?;
        if let Some(class) = &decision.risk_class_after {
            employers::set_risk_class(unit.db(), &area, employer_id, from_on, class, case_id)
                .await?;
        }
        let employer = employers::employer(unit.db(), &area, employer_id, today)
            .await?
            .ok_or_else(|| Error::internal("an employer that was changed is not there"))?;
        let mut items: Vec<i32> = decision.changes.iter().map(|change| change.item).collect();
        items.dedup();
        let changed = EmployerChanged {
            employer: Some(employer.clone()),
            effective_on: decision.effective_on,
            items,
            case_id: case_id.to_string(),
        };
        tell(unit, employer_id, What::EmployerChanged(changed)).await?;
        if let Some(class) = decision.risk_class_after {
            let set = RiskClassSet {
                employer_id: employer_id.to_owned(),
                risk_class: Some(class),
            };
            tell(unit, employer_id, What::RiskClassSet(set)).await?;
        }
        certificate::issue(unit, &employer, CertificateReason::Change, case_id).await?;
        exchange::settle_by_register(unit, &employer, "已办理变更登记").await
    }
}

/// A change with what it would write.
struct Examined {
    employer: Employer,
    effective_on: Date,
    after: Employer,
    decision: EmployerChangeDecision,
}

async fn examine(unit: &mut Unit, form: &EmployerChangeForm) -> Result<Examined> {
    let (area, today) = (unit.area().to_owned(), unit.decided_on());
    let employer = employer::taking_part(unit, &form.employer_id).await?;
    let employer_id = employer.employer_id.clone();
    let effective_on = day(form.effective_on)?;
    let last = employers::facts_hold_from(unit.db(), &area, &employer_id).await?;
    rules::may_change(effective_on, last.unwrap_or(Date::MIN), today)?;
    let (after, changes) = rules::changed(&employer, form)?;
    let facts = after.facts.clone().unwrap_or_default();
    codes::employer_id(&facts)?;
    codes::codes_agree(&facts)?;
    let (starts_on, registered_on) = (day(after.starts_on)?, day(employer.starts_on)?);
    codes::may_start(starts_on, day(facts.founded_on)?, today)?;
    if starts_on != registered_on {
        let ended_on = deregistration::store::last_ended_on(unit.db(), &area, &employer_id).await?;
        rules::may_begin_earlier((starts_on, registered_on), ended_on, today)?;
    }
    if after.outside_area == area {
        return Err(Refused::because(Refusal::OutsideAreaSame).into());
    }
    codes_are_free(unit, &employer_id, form).await?;

    let scope_changes = changes
        .iter()
        .any(|change| change.item() == EmployerChangeItem::BusinessScope);
    let class = scope_changes
        .then(|| codes::risk_class(&facts.industry_code, &facts.business_scope, today))
        .transpose()?
        .map(|(class, _)| RiskClass {
            from_on: form.effective_on,
            ..class
        });
    let class_before = class.as_ref().map(|_| RiskClass {
        industry_code: employer.industry_code.clone(),
        industry_name: employer.industry_name.clone(),
        risk_class: employer.risk_class,
        table: employer.risk_class_table,
        from_on: None,
        until_on: None,
    });
    let years = unit
        .law(today)
        .await?
        .integer("certificate_valid_years")?
        .value;
    let decision = EmployerChangeDecision {
        employer_id,
        effective_on: form.effective_on,
        changes,
        risk_class_before: class_before,
        risk_class_after: class,
        withdrawn_certificate_number: employer.certificate_number.clone(),
        certificate_valid_years: u32::try_from(years).unwrap_or_default(),
    };
    Ok(Examined {
        employer,
        effective_on,
        after,
        decision,
    })
}

async fn codes_are_free(
    unit: &mut Unit,
    employer_id: &str,
    form: &EmployerChangeForm,
) -> Result<()> {
    let area = unit.area().to_owned();
    for code in [form.credit_code.as_str(), form.organisation_code.as_str()] {
        let taken = !code.is_empty()
            && employers::other_with_code(unit.db(), &area, employer_id, &[code])
                .await?
                .is_some();
        if taken {
            return Err(Refused::because(Refusal::CodeOfOtherEmployer)
                .with("code", code)
                .into());
        }
    }
    Ok(())
}

/// Art. 13. A person's name or number changes.
pub struct PersonDataChange;

#[chassis::async_trait]
impl Case for PersonDataChange {
    type Application = PersonChangeForm;
    type Decision = PersonChangeDecision;

    fn subject(&self, application: &Self::Application) -> String {
        application.person_id.clone()
    }

    fn term(&self, law: &Law) -> Result<Option<Term>> {
        Ok(Some(review_term(law)?))
    }

    fn evidence(&self, application: &Self::Application) -> Vec<Needed> {
        vec![Needed::one_of(rules::person_papers(
            application.identity_kind(),
        ))]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &Self::Application,
    ) -> Result<Self::Decision> {
        let (before, after) = examine_person(unit, application).await?;
        Ok(PersonChangeDecision {
            before: Some(before.into()),
            after: Some(after.into()),
            changed_on: application.changed_on,
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: Self::Application,
        _decision: Self::Decision,
    ) -> Result<()> {
        let change = examine_person(unit, &application).await?;
        let changed_on = day(application.changed_on)?;
        change_persons(unit, vec![(changed_on, change.0, change.1)], &[case_id]).await
    }
}

async fn examine_person(
    unit: &mut Unit,
    form: &PersonChangeForm,
) -> Result<(PersonRow, PersonRow)> {
    let (area, today) = (unit.area().to_owned(), unit.decided_on());
    let id = uuid(&form.person_id)?;
    let unknown = || Refused::because(Refusal::PersonUnknown).with("person_id", &form.person_id);
    let before = persons::persons(unit.db(), &area, &[id])
        .await?
        .pop()
        .ok_or_else(unknown)?;
    let changed_on = day(form.changed_on)?;
    if changed_on > today {
        return Err(Refused::because(Refusal::HiredInFuture)
            .with("effective_on", changed_on)
            .into());
    }
    // Former staff is no longer the employer's to change, whoever examines and signs what it applied for.
    if !form.employer_id.is_empty() {
        let employer = employer::taking_part(unit, &form.employer_id).await?;
        let own = enrolments::on_day(unit.db(), &area, &[id], &employer.employer_id, today).await?;
        if own.is_empty() {
            return Err(unknown().into());
        }
    }
    let after = rules::changed_person(&before, form)?;
    let paper = Paper {
        kind: after.identity_kind.try_into().unwrap_or_default(),
        number: after.identity_number.clone(),
    };
    let holders = persons::holders(unit.db(), &area, &[&paper]).await?;
    if holders.iter().any(|holder| holder.person_id != id) {
        return Err(Refused::because(Refusal::IdentityOfOtherPerson).into());
    }
    Ok((before, after))
}

/// Art. 6, Art. 13. Changes names and numbers, updates the cards and tells it.
///
/// # Errors
/// A conflict when somebody else got one of the numbers meanwhile.
pub async fn change_persons(
    unit: &mut Unit,
    changes: Vec<(Date, PersonRow, PersonRow)>,
    sources: &[Uuid],
) -> Result<()> {
    let (area, today) = (unit.area().to_owned(), unit.today());
    let after: Vec<PersonRow> = changes.iter().map(|(.., after)| after.clone()).collect();
    let ids: Vec<Uuid> = after.iter().map(|person| person.person_id).collect();
    persons::update_identities(unit.db(), &area, &after)
        .await
        .map_err(conflict_on(&["person_identity_key"]))?;
    persons::insert_changes(unit.db(), &area, &changes, sources).await?;
    persons::update_cards(unit.db(), &area, &ids, today).await?;
    let changed = |differs: fn(&PersonRow, &PersonRow) -> bool| {
        let changed = changes
            .iter()
            .filter(move |(_, before, after)| differs(before, after));
        changed
            .map(|(_, _, after)| after.person_id)
            .collect::<Vec<_>>()
    };
    let named = changed(|before, after| before.name != after.name);
    let numbered = changed(|before, after| before.identity_number != after.identity_number);
    for of in [
        (DifferenceKind::NameChanged, &named[..]),
        (DifferenceKind::NumberChanged, &numbered[..]),
    ] {
        exchange::settle_of_persons(unit, "", of, "已办理参保人员基本信息变更").await?;
    }
    unit.tell_all(changes.into_iter().map(|(changed_on, before, after)| {
        let key = after.person_id.to_string();
        let changed = PersonChanged {
            before: Some(before.into()),
            after: Some(after.into()),
            changed_on: Some(changed_on.into()),
        };
        (
            key,
            RegistrationEvent {
                what: Some(What::PersonChanged(changed)),
            },
        )
    }))
    .await
}
