//! An area sets a parameter of its own: form 151-A, decided on 151-B.

use contracts::common::v1::{
    EvidenceKind, Parameter, ParameterChangeDecision, ParameterChangeForm, Refusal,
};
use contracts::{Date as WireDate, Refused};
use law::calendar::Term;
use law::{Law, LocalValue};
use time::Date;
use uuid::Uuid;

use super::{rpc, store};
use crate::case::{Case, Needed};
use crate::{Error, Result, Unit};

/// Work that rests on an area's parameters.
#[tonic::async_trait]
pub trait ParameterGuard: Send + Sync + 'static {
    /// May a parameter of the unit's area change as of `from`? Looked at when the change is examined, and
    /// when it takes effect.
    ///
    /// # Errors
    /// A refusal says what the change waits for.
    async fn may_change(&self, unit: &mut Unit, name: &str, from: Date) -> Result<()>;

    /// A parameter has changed: does, or keeps for later, what has to be done anew.
    ///
    /// # Errors
    /// When the database cannot be reached.
    async fn changed(&self, unit: &mut Unit, change: &ParameterChanged) -> Result<()>;
}

/// A parameter as an area has set it.
#[derive(Clone, Debug)]
pub struct ParameterChanged {
    /// The case.
    pub case_id: Uuid,
    /// What it is called in Chinese.
    pub label: String,
    /// The value, its first day, and the rule that it comes from.
    pub set: LocalValue,
}

/// Art. 151: a change of an area's own parameter.
#[derive(Default)]
pub struct ParameterChange(pub(crate) Option<Box<dyn ParameterGuard>>);

impl ParameterChange {
    async fn may_take_effect(&self, unit: &mut Unit, local: &LocalValue) -> Result<()> {
        match &self.0 {
            Some(guard) => guard.may_change(unit, &local.name, local.from).await,
            None => Ok(()),
        }
    }
}

#[tonic::async_trait]
impl Case for ParameterChange {
    type Application = ParameterChangeForm;
    type Decision = ParameterChangeDecision;

    fn subject(&self, application: &ParameterChangeForm) -> String {
        application.name.clone()
    }

    fn term(&self, _law: &Law) -> Result<Option<Term>> {
        Ok(None)
    }

    fn evidence(&self, _application: &ParameterChangeForm) -> Vec<Needed> {
        vec![Needed::paper(EvidenceKind::LocalRule)]
    }

    async fn examine(
        &self,
        unit: &mut Unit,
        application: &ParameterChangeForm,
    ) -> Result<ParameterChangeDecision> {
        let local = local_value(application)?;
        let catalogue = unit.platform().catalogue();
        let definition = catalogue.definition(&local.name).ok_or_else(|| {
            Error::invalid(
                "application.name",
                "参数名称",
                "没有这个参数，请从参数列表中选择",
            )
        })?;
        if definition.scope == law::parameter::Scope::National {
            return Err(Refused::because(Refusal::ParameterNational)
                .with("name", &definition.label)
                .into());
        }
        if let Some(service) = unit.platform().set_by(&local.name) {
            return Err(Refused::because(Refusal::ParameterOfOtherService)
                .with("name", &definition.label)
                .with("service", service)
                .into());
        }
        let value = catalogue.check_local(&local)?;
        let (label, unit_name) = (definition.label.to_string(), definition.unit.to_string());
        self.may_take_effect(unit, &local).await?;
        let before = unit.law(local.from).await?.value(&local.name).ok();
        Ok(ParameterChangeDecision {
            before: before.map(|cited| {
                rpc::message(
                    &local.name,
                    &unit_name,
                    &cited,
                    rpc::Set {
                        here: true,
                        by: "",
                        local: false,
                    },
                )
            }),
            after: Some(Parameter {
                name: local.name,
                label,
                unit: unit_name,
                value: rpc::text(&value),
                from: Some(WireDate::from(local.from)),
                source: local.source,
                area_may_set: true,
                local: true,
                set_by: String::new(),
            }),
        })
    }

    async fn take_effect(
        &self,
        unit: &mut Unit,
        case_id: Uuid,
        application: ParameterChangeForm,
        decision: ParameterChangeDecision,
    ) -> Result<()> {
        let (area, at) = (unit.area().to_owned(), unit.now());
        let set = local_value(&application)?;
        self.may_take_effect(unit, &set).await?;
        store::insert(unit.db(), &area, &set, case_id, at).await?;
        let Some(guard) = &self.0 else { return Ok(()) };
        let label = decision.after.unwrap_or_default().label;
        let changed = ParameterChanged {
            case_id,
            label,
            set,
        };
        guard.changed(unit, &changed).await
    }
}

pub(super) fn local_value(application: &ParameterChangeForm) -> Result<LocalValue> {
    let from = application.from.unwrap_or_default();
    Ok(LocalValue {
        name: application.name.clone(),
        from: from
            .try_into()
            .map_err(|e| Error::invalid("application.from", "生效日期", e))?,
        value: application.value.clone(),
        source: application.source.clone(),
    })
}
