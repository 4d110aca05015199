//! The authorities that send notices (articles 5 and 6), as their tokens and as people name them.

use crate::reflect;
use crate::registration::v1::RegistrationAuthority;

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
    let (party, label) = PUBLIC_SECURITY;
    let registering_ones = (1..)
        .map_while(|number| RegistrationAuthority::try_from(number).ok())
        .map(registering);
    registering_ones.chain([(party.to_owned(), label.to_owned())])
}
