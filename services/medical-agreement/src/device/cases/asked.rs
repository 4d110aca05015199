//! What both kinds of case examine: the person, the committee's confirmation, the catalogue, and what the
//! person has already.

use chassis::{Result, Unit};
use contracts::medical_agreement::v1::{
    ApprovedItem, CatalogueKind, CatalogueQuestion, ConfirmedDevice, DecidedDevice, WantedDevice,
};
use law::Worksheet;
use time::Date;

use super::super::rules::{self, Confirmation};
use super::super::store;
use crate::catalogue;
use crate::patient::{Patient, Stated, employed, injured};

/// What a form asks for.
pub struct Asked<'a> {
    /// For whom.
    pub stated: Stated<'a>,
    /// Through which employer; empty where the person applies alone.
    pub employer_id: &'a str,
    /// When the committee confirmed it.
    pub confirmed_on: Date,
    /// What it confirmed.
    pub confirmed: &'a [ConfirmedDevice],
    /// The devices.
    pub items: &'a [WantedDevice],
}

/// What may be approved of it.
pub struct Examined {
    /// For whom.
    pub patient: Patient,
    /// The first and the last day on which it may be fitted.
    pub days: (Date, Date),
    /// The devices.
    pub items: Vec<DecidedDevice>,
    /// What the fund pays for them at most.
    pub worksheet: Worksheet,
}

/// Art. 50, Art. 51. Examines what a form asks for, by the confirmation and the catalogue in force on the
/// day of the application.
///
/// # Errors
/// When the person is not known with that injury, or not all of it may be approved.
pub async fn examine(unit: &mut Unit, asked: &Asked<'_>) -> Result<Examined> {
    let (area, applied_on, today) = (unit.area().to_owned(), unit.applied_on(), unit.today());
    let patient = injured(unit, asked.stated, today).await?;
    employed(unit, &patient, asked.employer_id).await?;
    let confirmation = Confirmation {
        confirmed_on: asked.confirmed_on,
        items: asked.confirmed,
    };
    rules::in_order(confirmation, asked.items, applied_on)?;
    let codes: Vec<&str> = asked.items.iter().map(|item| item.code.as_str()).collect();
    let question = |code: &&str| CatalogueQuestion {
        kind: CatalogueKind::Device as i32,
        code: (*code).to_owned(),
        on: Some(applied_on.into()),
    };
    let answers = catalogue::answers(unit, codes.iter().map(question).collect()).await?;
    let listed: Vec<_> = answers
        .into_iter()
        .filter_map(|answer| answer.item)
        .collect();
    let of = (patient.person_id, patient.recognition_number.as_str());
    let held = store::held(unit.db(), &area, of, &codes, today).await?;
    let known = (listed.as_slice(), held.as_slice());
    let (items, worksheet) = rules::decided(asked.items, confirmation, known, applied_on)?;
    let law = unit.law(today).await?;
    Ok(Examined {
        patient,
        days: rules::days(today, law.integer("device_approval_days")?.value),
        items,
        worksheet,
    })
}

/// The devices as items of an approval.
pub fn approved(devices: &[DecidedDevice]) -> Vec<ApprovedItem> {
    let item = |device: &DecidedDevice| ApprovedItem {
        code: device.code.clone(),
        name: device.name.clone(),
        quantity: device.quantity,
        at_most: device.at_most.clone(),
    };
    devices.iter().map(item).collect()
}
