//! What the types of numbers have in common.

use std::fmt;

use super::error::IdentityError;

/// Surrounding blanks dropped, letters raised.
pub(super) fn tidy(text: &str) -> String {
    text.trim().to_ascii_uppercase()
}

/// Whether each character from the first on is as `allowed` says.
pub(super) fn all(
    text: &str,
    expected: &'static str,
    allowed: impl Fn(usize, char) -> bool,
) -> Result<(), IdentityError> {
    match text.chars().enumerate().find(|(at, c)| !allowed(*at, *c)) {
        Some((at, _)) => Err(IdentityError::Character {
            position: at + 1,
            expected,
        }),
        None => Ok(()),
    }
}

/// Whether the text has one of `lengths`.
pub(super) fn length(
    text: &str,
    lengths: std::ops::RangeInclusive<usize>,
    expected: &'static str,
) -> Result<(), IdentityError> {
    let found = text.chars().count();
    if lengths.contains(&found) {
        Ok(())
    } else {
        Err(IdentityError::Length { expected, found })
    }
}

/// The first two and the last two characters, stars between.
pub(super) fn mask(number: &str) -> Mask<'_> {
    Mask(number)
}

/// A number shown with its middle masked.
pub(super) struct Mask<'a>(&'a str);

impl fmt::Display for Mask<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let shown = if self.0.len() >= 8 { 2 } else { 1 };
        for (at, c) in self.0.chars().enumerate() {
            let edge = at < shown || at + shown >= self.0.len();
            write!(f, "{}", if edge { c } else { '*' })?;
        }
        Ok(())
    }
}

/// Gives a type of number its `Display`, masking `Debug`, `as_str` and serde form.
macro_rules! number {
    ($kind:ident) => {
        impl $kind {
            /// The number as text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }

            /// The number with its middle masked, for lists and logs.
            #[must_use]
            pub fn masked(&self) -> String {
                crate::identity::number::mask(&self.0).to_string()
            }
        }

        impl std::fmt::Display for $kind {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl std::fmt::Debug for $kind {
            fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
                let mask = crate::identity::number::mask(&self.0);
                write!(f, concat!(stringify!($kind), "({})"), mask)
            }
        }

        impl TryFrom<String> for $kind {
            type Error = IdentityError;

            fn try_from(text: String) -> Result<Self, IdentityError> {
                text.parse()
            }
        }

        impl From<$kind> for String {
            fn from(number: $kind) -> Self {
                number.0
            }
        }
    };
}

pub(super) use number;
