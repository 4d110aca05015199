//! Rules on who may be deregistered, when, and on which papers.

use contracts::collection::v1::{GetClearanceResponse, UnderDeclaration, UnderDeclarationState};
use contracts::common::v1::EvidenceKind;
use contracts::registration::v1::{DeregistrationForm, DeregistrationGround, LicenceEnd, Refusal};
use contracts::{Money, Refused, maybe_day, reflect};
use law::calendar::add_months;
use law::{Cited, Month, Sheet, Worksheet};
use rust_decimal::Decimal;
use time::Date;

/// Art. 15. The papers by the kind of deregistration, each with what may stand in for it: the notice
/// or judgment, or else the approval, and always the registration certificate.
#[must_use]
pub fn papers(ground: DeregistrationGround) -> Vec<Vec<EvidenceKind>> {
    use DeregistrationGround::{
        Abolished, Bankrupt, Dissolved, Ended, LicenceCancelled, LicenceRevoked, Merged, Other,
        Unspecified,
    };
    let proof = match ground {
        LicenceCancelled | LicenceRevoked | Bankrupt => vec![EvidenceKind::CancellationNotice],
        Dissolved | Abolished | Merged | Ended => vec![EvidenceKind::DissolutionApproval],
        Other | Unspecified => {
            vec![
                EvidenceKind::CancellationNotice,
                EvidenceKind::DissolutionApproval,
            ]
        }
    };
    vec![proof, vec![EvidenceKind::RegistrationCertificate]]
}

/// Art. 14. Another ground than those named rests on a law or regulation that is stated.
///
/// # Errors
/// When it is not.
pub fn explained(form: &DeregistrationForm) -> Result<(), Refused> {
    if form.ground() == DeregistrationGround::Other && form.remark.trim().is_empty() {
        return Err(Refused::because(Refusal::OtherGroundUnexplained));
    }
    Ok(())
}

/// Art. 14. An employer ends neither before `first_on`, the day on which it joined or its staff last
/// changed, nor in the future.
///
/// # Errors
/// When it would.
pub fn may_end(ends_on: Date, first_on: Date, today: Date) -> Result<(), Refused> {
    if (first_on..=today).contains(&ends_on) {
        return Ok(());
    }
    Err(Refused::because(Refusal::EndNotAllowed)
        .with("ends_on", ends_on)
        .with("first_on", first_on))
}

/// Art. 16. Contributions and late fees are settled, as collection says.
///
/// # Errors
/// When they are not, with the open amounts.
pub fn settled(clearance: &GetClearanceResponse) -> Result<(), Refused> {
    if clearance.cleared {
        return Ok(());
    }
    let yuan = |money: &Option<Money>| money.clone().unwrap_or_default();
    let as_of = clearance.as_of.and_then(|date| Date::try_from(date).ok());
    Err(Refused::because(Refusal::ArrearsOpen)
        .with(
            "as_of",
            as_of.map(|date| date.to_string()).unwrap_or_default(),
        )
        .with("principal", yuan(&clearance.principal))
        .with("late_fee", yuan(&clearance.late_fee)))
}

/// Art. 16. The months up to that of `until` in which people are insured and for which nothing is
/// assessed yet, as collection says: what is owed for them nobody knows.
pub fn unassessed(
    clearance: &GetClearanceResponse,
    until: Date,
) -> impl Iterator<Item = Month> + use<'_> {
    let last = Month::of(until);
    let months = clearance.unassessed_months.iter();
    months
        .filter_map(|month| Month::try_from(*month).ok())
        .filter(move |month| *month <= last)
}

/// Art. 16. Every month up to the end is assessed.
///
/// # Errors
/// When one is not, with the months.
pub fn assessed(clearance: &GetClearanceResponse, ends_on: Date) -> Result<(), Refused> {
    let months: Vec<String> = unassessed(clearance, ends_on)
        .map(|month| month.to_string())
        .collect();
    if months.is_empty() {
        return Ok(());
    }
    Err(Refused::because(Refusal::MonthsUnassessed).with("months", months.join("、")))
}

/// Art. 24. Is a finding that wages were declared too low settled?
#[must_use]
pub fn is_closed(found: &UnderDeclaration) -> bool {
    use UnderDeclarationState::{MadeGood, NothingMissing};
    matches!(found.state(), MadeGood | NothingMissing)
}

/// Art. 16. No finding that wages were declared too low is open (article 24): what has to be made good
/// is owed too, and nobody is left to owe it.
///
/// # Errors
/// When some are, with their number.
pub fn made_good(found: &[UnderDeclaration]) -> Result<(), Refused> {
    let open = found.iter().filter(|found| !is_closed(found));
    match open.count() {
        0 => Ok(()),
        findings => Err(Refused::because(Refusal::FindingsOpen).with("findings", findings)),
    }
}

/// What a forced deregistration rests on.
#[derive(Clone, Copy, Debug)]
pub struct Forcing {
    /// Why the licence is no more.
    pub ground: DeregistrationGround,
    /// Since when it is no more.
    pub licence_ended_on: Date,
    /// The day on which the certificate was issued or last verified.
    pub last_verified_on: Date,
    /// First day of insurance.
    pub starts_on: Date,
}

/// Art. 14. The agency deregisters an employer by force when its licence was cancelled or revoked and
/// its certificate has not been verified for `years` on end. Labour contracts end with the licence
/// (《劳动合同法》第四十四条第五项), and so does the insurance; it ends on the first day at the earliest.
/// The figure is the number of years.
///
/// # Errors
/// When the ground is another, the licence has not ended yet, or the years are not over.
pub fn forced(case: Forcing, years: Cited<i64>, today: Date) -> Result<(Date, Worksheet), Refused> {
    let ended = [
        DeregistrationGround::LicenceCancelled,
        DeregistrationGround::LicenceRevoked,
    ];
    if !ended.contains(&case.ground) {
        return Err(Refused::because(Refusal::ForcedGround));
    }
    if case.licence_ended_on > today {
        return Err(Refused::because(Refusal::LicenceNotEnded)
            .with("licence_ended_on", case.licence_ended_on));
    }
    let earliest_on = years_after(case.last_verified_on, years.value);
    if today < earliest_on {
        return Err(Refused::because(Refusal::ForcedTooEarly)
            .with("last_verified_on", case.last_verified_on)
            .with("years", years.value)
            .with("earliest_on", earliest_on));
    }
    let mut sheet = Sheet::new();
    sheet.fact("执照注销、吊销日期", case.licence_ended_on, "表14-A");
    sheet.fact(
        "登记证核发或最近验证日期",
        case.last_verified_on,
        "登记证验证记录页",
    );
    let figure = sheet.parameter("连续未办理登记证验证年数", years);
    sheet.step(
        "可强制注销的最早日期",
        earliest_on,
        "最近验证日期加连续未验证年数",
    );
    let ends_on = case.licence_ended_on.max(case.starts_on);
    sheet.step(
        "终止参保日期",
        ends_on,
        "《劳动合同法》第四十四条第五项：用人单位被吊销营业执照的劳动合同终止；不早于参保日期",
    );
    Ok((ends_on, sheet.result(Decimal::from(figure))))
}

/// Art. 14. A forced deregistration rests on what the registration authority told, where it did: another
/// day would take people's insurance for days on which they were insured.
///
/// # Errors
/// When the ground or the day is another, with what was told.
pub fn as_told(case: &Forcing, told: Option<&LicenceEnd>) -> Result<(), Refused> {
    let Some(told) = told else {
        return Ok(());
    };
    let ended_on = maybe_day(told.ended_on);
    if told.ground() == case.ground && ended_on == Some(case.licence_ended_on) {
        return Ok(());
    }
    let label =
        |of: &str, number| reflect::label_of(&format!("workinjury.registration.v1.{of}"), number);
    Err(Refused::because(Refusal::ForcedOtherwiseTold)
        .with("authority", label("RegistrationAuthority", told.authority))
        .with("notice_number", &told.notice_number)
        .with(
            "ended_on",
            ended_on.map(|day| day.to_string()).unwrap_or_default(),
        )
        .with("ground", label("DeregistrationGround", told.ground)))
}

/// Art. 14. The last day of verification that is `years` before `today`: who was verified later may
/// not be deregistered by force yet.
#[must_use]
pub fn unverified_since(today: Date, years: i64) -> Date {
    years_after(today, -years)
}

fn years_after(date: Date, years: i64) -> Date {
    add_months(
        date,
        i32::try_from(years.saturating_mul(12)).unwrap_or(i32::MAX),
    )
}
