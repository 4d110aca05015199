//! What a diagnosis is of: a part of the body and a nature of injury.

/// Declares an enum whose values have a name in the table and a Chinese label.
macro_rules! labelled {
    ($(#[$about:meta])* $name:ident { $($(#[$doc:meta])* $value:ident = $text:literal, $label:literal;)+ }) => {
        $(#[$about])*
        #[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
        pub enum $name {
            $($(#[$doc])* $value,)+
        }

        impl $name {
            /// Every value.
            pub const ALL: &[Self] = &[$(Self::$value),+];

            /// As a worksheet says it.
            #[must_use]
            pub const fn label(self) -> &'static str {
                match self {
                    $(Self::$value => $label,)+
                }
            }

            /// The value that the table calls so.
            pub(in crate::diagnosis) fn named(text: &str) -> Option<Self> {
                match text {
                    $($text => Some(Self::$value),)+
                    _ => None,
                }
            }
        }
    };
}

mod nature;
mod part;

pub use nature::Nature;
pub use part::BodyPart;

/// What a diagnosis is of.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Class {
    /// Where.
    pub part: BodyPart,
    /// What.
    pub nature: Nature,
}

impl Class {
    /// Does it say so much that two diagnoses of it are of one and the same injury?
    pub(super) fn is_definite(self) -> bool {
        self.part.is_one_place() && self.nature != Nature::Illness
    }
}
