//! Parameters that an area sets in another service and that this one computes with, too.

use contracts::common::v1::parameter_service_client::ParameterServiceClient;
use contracts::common::v1::{ListParametersRequest, Parameter, ParameterChangeForm};
use law::calendar::add_days;
use time::Date;
use uuid::Uuid;

use super::cases::local_value;
use super::store;
use crate::wire::day;
use crate::{Actor, Error, Platform, Result, Unit};

/// What the journal calls it.
const OPERATION: &str = "daily.parameter.take_over";

/// Takes over, once a day, what other services have for an area up to the day after `today`: a value is
/// known here on the day before it holds. They are asked before the transaction begins.
///
/// # Errors
/// When a service does not answer, or with what is not usable here.
pub(crate) async fn take_over(platform: &Platform, area: &str, today: Date) -> Result<()> {
    let mut told = Vec::new();
    for (name, service) in platform.set_elsewhere() {
        if platform.has_peer(service) {
            told.extend(ask(platform, service, name, area, add_days(today, 1)).await?);
        }
    }
    if told.is_empty() {
        return Ok(());
    }
    let id = format!("{OPERATION}:{area}:{today}");
    let id = Uuid::new_v5(&Uuid::NAMESPACE_OID, id.as_bytes());
    let actor = Actor::service(platform.name());
    let taken = platform.do_once(&actor, area, OPERATION, id, |unit| {
        Box::pin(async move {
            for parameter in &told {
                adopt(unit, parameter).await?;
            }
            Ok(())
        })
    });
    taken.await.map(drop)
}

/// The values of its own that an area has in another service up to `until`, the oldest first: those of
/// days on which nobody was at work here are among them.
async fn ask(
    platform: &Platform,
    service: &str,
    name: &str,
    area: &str,
    until: Date,
) -> Result<Vec<Parameter>> {
    let mut parameters = ParameterServiceClient::new(platform.peer(service)?);
    let mut told = Vec::new();
    let mut on = until;
    loop {
        let request = ListParametersRequest {
            pooling_area: area.to_owned(),
            on: Some(on.into()),
        };
        let answer = parameters.list_parameters(request).await?.into_inner();
        let mut all = answer.parameters.into_iter();
        match all.find(|parameter| parameter.name == name) {
            Some(parameter) if parameter.local => {
                on = add_days(day(parameter.from)?, -1);
                told.push(parameter);
            }
            None if told.is_empty() => return Err(Error::not_found("参数", name)),
            // What is national stands in the files of this service, too.
            _ => break,
        }
    }
    told.reverse();
    Ok(told)
}

/// Sets a value as told, unless it holds on its first day already.
async fn adopt(unit: &mut Unit, told: &Parameter) -> Result<()> {
    let local = local_value(&ParameterChangeForm {
        name: told.name.clone(),
        value: told.value.clone(),
        from: told.from,
        source: told.source.clone(),
    })?;
    let value = unit.platform().catalogue().check_local(&local)?;
    let law = unit.law(local.from).await?;
    if law.value(&local.name).is_ok_and(|own| own.value == value) {
        return Ok(());
    }
    let (area, at, id) = (unit.area().to_owned(), unit.now(), unit.request_id());
    store::insert(unit.db(), &area, &local, id, at).await
}
