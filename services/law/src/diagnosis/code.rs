//! A code as a number, so that codes compare without their text.

/// How many numbers a category takes: three places, each empty or a digit.
const FINER: u32 = 11 * 11 * 11;

/// A code of ICD-10. A category comes before its finer codes, and these before the next category.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Code(u32);

impl Code {
    /// The code that the text is, if it is written like one.
    pub(super) fn read(text: &str) -> Option<Self> {
        let [letter @ b'A'..=b'Z', first, second, finer @ ..] = text.as_bytes() else {
            return None;
        };
        let places = match finer {
            [] => [0; 3],
            [b'.', one] => [place(*one)?, 0, 0],
            [b'.', one, two] => [place(*one)?, place(*two)?, 0],
            [b'.', one, two, three] => [place(*one)?, place(*two)?, place(*three)?],
            _ => return None,
        };
        let category = u32::from(letter - b'A') * 100 + digit(*first)? * 10 + digit(*second)?;
        let finer = places.iter().fold(0, |number, place| number * 11 + place);
        Some(Self(category * FINER + finer))
    }

    /// The last of the codes that are as the text is, or finer.
    pub(super) fn last_of(text: &str) -> Option<Self> {
        let width = match text.len() {
            3 => FINER,
            5 => 11 * 11,
            6 => 11,
            _ => 1,
        };
        Self::read(text).map(|Self(first)| Self(first + width - 1))
    }

    /// The number of the category: a hundred to each letter.
    pub(super) fn category(self) -> u32 {
        self.0 / FINER
    }
}

fn digit(byte: u8) -> Option<u32> {
    byte.is_ascii_digit().then(|| u32::from(byte - b'0'))
}

/// A digit behind the point; 0 is a place that is empty.
fn place(byte: u8) -> Option<u32> {
    digit(byte).map(|digit| digit + 1)
}
