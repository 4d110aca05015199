//! Where a place is.

use contracts::Refused;
use contracts::medical_agreement::v1::Refusal;

/// Art. 41, Art. 42, Art. 45. A place, by its GB/T 2260 code, lies outside of the pooling area. A code that
/// ends in `00` is that of a prefecture, one that ends in `0000` that of a province: whatever begins as it
/// does lies within it.
///
/// # Errors
/// When it lies within the pooling area, or the pooling area within it, which says of no place that it is
/// outside.
pub fn outside(pooling_area: &str, code: &str) -> Result<(), Refused> {
    let begins = |code: &str, with: &str| code.starts_with(with.trim_end_matches("00"));
    if begins(code, pooling_area) || begins(pooling_area, code) {
        return Err(Refused::because(Refusal::WithinArea).with("area", code));
    }
    Ok(())
}
