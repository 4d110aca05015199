//! Check characters, each by the standard that defines it.

/// ISO 7064 MOD 11-2 over digits, as GB 11643 uses it: `0` to `9` or `X`.
pub(super) fn mod_11_2(digits: &str) -> Option<char> {
    let mut remainder = 0;
    for digit in digits.chars() {
        remainder = (remainder + digit.to_digit(10)?) * 2 % 11;
    }
    as_check((12 - remainder) % 11)
}

/// MOD 11 over eight letters or digits, as GB 11714 uses it: `0` to `9` or `X`.
pub(super) fn mod_11(body: &str) -> Option<char> {
    const WEIGHTS: [u32; 8] = [3, 7, 9, 10, 5, 8, 4, 2];
    let mut sum = 0;
    for (weight, c) in WEIGHTS.into_iter().zip(body.chars()) {
        sum += weight * c.to_digit(36)?;
    }
    as_check((11 - sum % 11) % 11)
}

/// The characters of GB 32100: no I, O, S, V, Z.
pub(super) const MOD_31_CHARACTERS: &str = "0123456789ABCDEFGHJKLMNPQRTUWXY";

/// MOD 31 over seventeen characters, as GB 32100 uses it.
pub(super) fn mod_31(body: &str) -> Option<char> {
    let mut sum = 0;
    let mut weight = 1;
    for c in body.chars() {
        sum += weight * MOD_31_CHARACTERS.find(c)?;
        weight = weight * 3 % 31;
    }
    MOD_31_CHARACTERS.chars().nth((31 - sum % 31) % 31)
}

/// The digit that makes `body` and itself pass the Luhn check of ISO/IEC 7812.
pub(super) fn luhn(body: &str) -> Option<char> {
    let mut sum = 0;
    for (at, c) in body.chars().rev().enumerate() {
        let digit = c.to_digit(10)?;
        let weighted = if at % 2 == 0 { digit * 2 } else { digit };
        sum += weighted / 10 + weighted % 10;
    }
    char::from_digit((10 - sum % 10) % 10, 10)
}

fn as_check(value: u32) -> Option<char> {
    if value == 10 {
        Some('X')
    } else {
        char::from_digit(value, 10)
    }
}
