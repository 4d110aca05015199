//! The authorities that send notices (articles 5, 6, 54 and 55), as their tokens and as people name them.

use crate::reflect;
use crate::registration::v1::RegistrationAuthority;

/// Art. 54. The administrative department of social insurance, which recognises injuries.
pub const ADMINISTRATION: (&str, &str) = ("social_insurance_administration", "社会保险行政部门");

/// Art. 55. The committee that appraises the capacity for work.
pub const APPRAISAL_COMMITTEE: (&str, &str) = ("appraisal_committee", "劳动能力鉴定委员会");

/// Public security.
pub const PUBLIC_SECURITY: (&str, &str) = ("public_security", "公安机关");

/// Art. 5. A registration authority.
#[must_use]
pub fn registering(authority: RegistrationAuthority) -> (String, String) {
    let name = authority.as_str_name();
    let party = name.trim_start_matches("REGISTRATION_AUTHORITY_");
    let label = reflect::label_of(
        "workinjury.registration.v1.RegistrationAuthority",
        authority as i32,
    );
    (party.to_ascii_lowercase(), label)
}

/// All of them.
pub fn all() -> impl Iterator<Item = (String, String)> {
    let others = [PUBLIC_SECURITY, ADMINISTRATION, APPRAISAL_COMMITTEE];
    let others = others.map(|(party, label)| (party.to_owned(), label.to_owned()));
    let registering_ones = (1..)
        .map_while(|number| RegistrationAuthority::try_from(number).ok())
        .map(registering);
    registering_ones.chain(others)
}
