//! Rules on an employer's codes, dates and industry.

use contracts::Refused;
use contracts::registration::v1::{EmployerFacts, Refusal, RiskClass};
use law::identity::{OrganisationCode, SocialCreditCode};
use law::industry::{self, Division, IndustryError, TABLE_OF_2015_FROM};
use law::{Sheet, Worksheet};
use rust_decimal::Decimal;
use time::Date;
use time::macros::date;

/// The first day on which anybody could be insured: 《工伤保险条例》 took effect.
const FIRST_DAY: Date = date!(2004 - 01 - 01);

/// Art. 7. The codes that are stated, the unified social credit code first.
pub fn codes(facts: &EmployerFacts) -> impl Iterator<Item = &str> {
    [&facts.credit_code, &facts.organisation_code]
        .into_iter()
        .map(String::as_str)
        .filter(|code| !code.is_empty())
}

/// Art. 7. The number of an employer that registers for the first time: the unified social credit code, or else the organisation code.
///
/// # Errors
/// When neither is stated.
pub fn employer_id(facts: &EmployerFacts) -> Result<&str, Refused> {
    codes(facts)
        .next()
        .ok_or_else(|| Refused::because(Refusal::EmployerCodeMissing))
}

/// Art. 7. The organisation code that a code of either kind is or contains: by it an employer is the same
/// one, whichever of its codes it shows.
#[must_use]
pub fn organisation_of(code: &str) -> String {
    let contained = code.parse::<SocialCreditCode>().map(String::from);
    // Some old bodies do not follow GB 11714: what stands in its place is theirs all the same.
    let code = contained.as_deref().map_or(code, |credit| &credit[8..17]);
    let organisation = code.parse::<OrganisationCode>().map(String::from);
    organisation.unwrap_or_else(|_| code.to_owned())
}

/// Art. 7. [`organisation_of`] two codes, of which the organisation code counts where it is stated.
#[must_use]
pub fn organisation(credit_code: &str, organisation_code: &str) -> String {
    organisation_of(if organisation_code.is_empty() {
        credit_code
    } else {
        organisation_code
    })
}

/// Art. 7. A credit code contains the organisation code; where both are stated they agree.
///
/// # Errors
/// When they do not.
pub fn codes_agree(facts: &EmployerFacts) -> Result<(), Refused> {
    let (Ok(credit), Ok(stated)) = (
        facts.credit_code.parse::<SocialCreditCode>(),
        facts.organisation_code.parse::<OrganisationCode>(),
    ) else {
        return Ok(());
    };
    // Some old bodies do not follow GB 11714; the credit code is good then all the same.
    match credit.organisation_code() {
        Ok(contained) if contained != stated => {
            Err(Refused::because(Refusal::EmployerCodesDisagree).with("organisation_code", stated))
        }
        _ => Ok(()),
    }
}

/// Art. 7, Art. 9. Insurance begins neither before the employer was founded nor before the law, and
/// is not registered ahead.
///
/// # Errors
/// When it would.
pub fn may_start(starts_on: Date, founded_on: Date, today: Date) -> Result<(), Refused> {
    if starts_on < founded_on {
        return Err(Refused::because(Refusal::StartBeforeFounding)
            .with("starts_on", starts_on)
            .with("founded_on", founded_on));
    }
    if !(FIRST_DAY..=today).contains(&starts_on) {
        return Err(Refused::because(Refusal::StartNotAllowed)
            .with("starts_on", starts_on)
            .with("first_on", FIRST_DAY)
            .with("last_on", today));
    }
    Ok(())
}

/// Art. 7. The licence has not run out.
///
/// # Errors
/// When it has.
pub fn licence_valid(valid_until_on: Option<Date>, today: Date) -> Result<(), Refused> {
    match valid_until_on {
        Some(last) if last < today => {
            Err(Refused::because(Refusal::LicenceExpired).with("licence_valid_until_on", last))
        }
        _ => Ok(()),
    }
}

/// Art. 9. The risk class of the main business by the table in force on `on`, the date of the
/// decision; the period that it holds for is the caller's to fill in. The figure is the class.
///
/// # Errors
/// When the division is none or there was no table on the date.
pub fn risk_class(
    industry_code: &str,
    business_scope: &str,
    on: Date,
) -> Result<(RiskClass, Worksheet), Refused> {
    let told = |error: IndustryError| match error {
        IndustryError::Unknown { code } => {
            Refused::because(Refusal::IndustryUnknown).with("industry_code", code)
        }
        IndustryError::BeforeFirst { on } => {
            Refused::because(Refusal::RiskTableMissing).with("on", on)
        }
    };
    let division: Division = industry_code.parse().map_err(told)?;
    let class = industry::risk_class(division, on).map_err(told)?;
    let mut sheet = Sheet::new();
    sheet.note(
        "主要经营范围",
        business_scope.to_owned(),
        "表2-1，营业执照或批准成立证件",
    );
    sheet.note(
        "行业大类",
        format!("{division} {}", division.name()),
        "《国民经济行业分类》（GB/T 4754-2011）",
    );
    let value = sheet.parameter("行业风险类别", class);
    let class = RiskClass {
        industry_code: division.to_string(),
        industry_name: division.name().to_owned(),
        risk_class: u32::from(value),
        table: if on >= TABLE_OF_2015_FROM { 2015 } else { 2003 },
        from_on: None,
        until_on: None,
    };
    Ok((class, sheet.result(Decimal::from(value))))
}
