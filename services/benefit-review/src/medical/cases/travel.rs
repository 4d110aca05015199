//! Travel, and board and lodging, of treatment outside of the area (Art. 64).

use std::collections::{BTreeMap, BTreeSet};

use chassis::wire::{day, maybe_day, uuid, yuan};
use chassis::{Result, Unit};
use contracts::Refused;
use contracts::benefit_review::v1::{Injury, MedicalClaimForm, Payer, Refusal};
use contracts::medical_agreement::v1::ApprovalKind;
use law::calendar::add_days;
use law::{Law, Sheet};
use rust_decimal::Decimal;
use time::Date;
use uuid::Uuid;

use super::super::rules::{Standards, is_of, outside};
use super::super::store;
use crate::eligible::fund_pays_on;
use crate::injury::rules::falls_into;
use crate::injury::{is_over, overdue};
use crate::peers::{self, BillDays};

/// What is granted of travel, and of board and lodging, in yuan each.
#[derive(Debug, Default)]
pub(super) struct Travel {
    /// By the fund.
    pub by_fund: (Decimal, Decimal),
    /// By the employer.
    pub by_employer: (Decimal, Decimal),
    /// The nights of it.
    pub nights: Vec<Date>,
}

/// Art. 64. Travel, and board and lodging, of a referral outside of the area: what the fund bears, and what the employer
/// does, as of treatment on those days. After a death or a settlement once for all there is none. `own_claim` is the claim where it
/// was decided before: its nights are its own, and what gives it no claim by now gives it nothing.
pub(super) async fn travel(
    unit: &mut Unit,
    (form, injury, own_claim): (&MedicalClaimForm, &Injury, Option<Uuid>),
    sheet: &mut Sheet,
) -> Result<Travel> {
    let (mut trips, mut lodgings) = (Vec::new(), Vec::new());
    for trip in &form.trips {
        trips.push((day(trip.travelled_on)?, yuan(trip.fare.as_ref())?));
    }
    for one in &form.lodgings {
        lodgings.push((day(one.from_on)?, one.nights, yuan(one.amount.as_ref())?));
    }
    let nights = lodgings.iter();
    let nights = nights.flat_map(|(on, nights, _)| (0..*nights).map(|after| add_days(*on, after)));
    let days: BTreeSet<Date> = trips.iter().map(|trip| trip.0).chain(nights).collect();
    let Some((first_on, last_on)) = days.first().copied().zip(days.last().copied()) else {
        return match form.encounter_ids.is_empty() && own_claim.is_none() {
            true => Err(Refused::because(Refusal::ClaimEmpty).into()),
            false => Ok(Travel::default()),
        };
    };
    let asked = BillDays {
        institution_id: String::new(),
        person_id: uuid(&form.person_id)?,
        recognition_number: form.recognition_number.clone(),
        span: (first_on, last_on),
        days: vec![first_on, last_on],
        stay: None,
    };
    let (terms, _) = peers::bill_terms(unit, &[asked], &[]).await?;
    let happened_on = day(injury.happened_on)?;
    let approvals = terms.into_iter().flat_map(|terms| terms.approvals);
    let outside_area = approvals
        .filter(|one| one.kind() == ApprovalKind::Referral && !one.outside_area.is_empty())
        .filter(|one| is_of(one, happened_on));
    let spans = outside_area.filter_map(|one| maybe_day(one.from_on).zip(maybe_day(one.until_on)));
    let mut approved: Vec<(Date, Date)> = spans.collect();
    if form.encounter_ids.is_empty() {
        treated(unit, form, &mut approved).await?;
        if approved.is_empty() && own_claim.is_none() {
            return Err(Refused::because(Refusal::ClaimEmpty).into());
        }
    }
    let mut bearers = BTreeMap::new();
    for on in days {
        bearers.insert(on, bearer(unit, injury, on).await?);
    }
    let (area, person_id) = (unit.area().to_owned(), uuid(&form.person_id)?);
    let before = store::nights(unit.db(), &area, (person_id, own_claim)).await?;
    let mut had: BTreeSet<Date> = before.iter().copied().collect();
    let mut travel = Travel::default();
    for (part, payer) in [
        (&mut travel.by_fund, Payer::Fund),
        (&mut travel.by_employer, Payer::Employer),
    ] {
        let own = |on: &Date| bearers.get(on) == Some(&Some(payer));
        let trips: Vec<_> = trips.iter().copied().filter(|trip| own(&trip.0)).collect();
        // Each night is borne by whoever bears its day.
        let any = |(on, nights, _): &(Date, i32, Decimal)| {
            (0..*nights).any(|after| own(&add_days(*on, after)))
        };
        let lodgings: Vec<_> = lodgings.iter().copied().filter(any).collect();
        if trips.is_empty() && lodgings.is_empty() {
            continue;
        }
        let mut granted = BTreeMap::new();
        for on in bearers.keys().copied().filter(own) {
            let mut spans = approved.iter();
            if spans.any(|(from_on, until_on)| *from_on <= on && on <= *until_on) {
                granted.insert(on, standards(&unit.law(on).await?)?);
            }
        }
        *part = outside(&trips, &lodgings, &granted, (&mut had, sheet));
    }
    had.retain(|night| !before.contains(night));
    travel.nights = had.into_iter().collect();
    Ok(travel)
}

/// Art. 64. The standards of the area for treatment outside of it, of a day.
fn standards(law: &Law) -> Result<Standards> {
    Ok(Standards {
        fare: law.decimal("outside_fare_at_most")?,
        night: law.decimal("outside_night_at_most")?,
        board: law.decimal("outside_board_per_day")?,
    })
}

/// Art. 64. Travel alone is claimed of referrals in which bills of the injury were settled.
async fn treated(
    unit: &mut Unit,
    form: &MedicalClaimForm,
    approved: &mut Vec<(Date, Date)>,
) -> Result<()> {
    let area = unit.area().to_owned();
    let of = (uuid(&form.person_id)?, form.recognition_number.as_str());
    let stays = store::settled_stays(unit.db(), &area, of).await?;
    approved.retain(|(from_on, until_on)| {
        let mut stays = stays.iter();
        stays.any(|(admitted_on, left_on)| admitted_on <= until_on && from_on <= left_on)
    });
    Ok(())
}

/// Art. 56, Art. 58, Art. 59. Who bears what arises on a day for an injury; nobody after a death, or once it is settled.
async fn bearer(unit: &mut Unit, injury: &Injury, on: Date) -> Result<Option<Payer>> {
    if is_over(injury, on) {
        return Ok(None);
    }
    let is_overdue = falls_into(overdue(injury), on).is_some();
    let by_fund = !is_overdue && fund_pays_on(unit, injury, on).await?;
    Ok(Some(if by_fund {
        Payer::Fund
    } else {
        Payer::Employer
    }))
}
