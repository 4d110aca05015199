//! Numbers are valid or refused with the part that is wrong; logs never show one.

use law::identity::{
    AreaCode, BankCardNumber, BankCode, CitizenNumber, IdentityError, OrganisationCode,
    PassportNumber, ResidentCardNumber, Sex, SocialCreditCode, written,
};
use proptest::prelude::*;
use time::Date;
use time::macros::date;

// The worked example of GB 11643 and codes composed for these tests.
const CITIZEN: &str = "11010519491231002X";

fn refused(text: &str) -> IdentityError {
    text.parse::<CitizenNumber>().unwrap_err()
}

#[test]
fn a_citizen_number_states_birth_date_sex_and_area() {
    let number: CitizenNumber = CITIZEN.parse().unwrap();
    assert_eq!(number.born_on(), date!(1949 - 12 - 31));
    assert_eq!((number.sex(), number.area()), (Sex::Female, "110105"));
    assert_eq!(Sex::Male.to_string(), "男");
}

#[test]
fn a_small_x_and_blanks_around_are_tidied() {
    let number: CitizenNumber = " 11010519491231002x ".parse().unwrap();
    assert_eq!(number.to_string(), CITIZEN);
}

#[test]
fn a_february_30th_birth_date_is_refused() {
    assert!(matches!(
        refused("110105199002300023"),
        IdentityError::BirthDate
    ));
    assert!(matches!(
        refused("110105210002280023"),
        IdentityError::BirthDate
    ));
}

#[test]
fn the_part_that_is_wrong_is_named() {
    assert!(matches!(
        refused("110105194912310021"),
        IdentityError::Check
    ));
    assert!(matches!(
        refused("990105194912310021"),
        IdentityError::ForeignersCard
    ));
    assert!(matches!(refused("010105194912310021"), IdentityError::Area));
    assert!(matches!(
        refused("1101051949123100"),
        IdentityError::Length { found: 16, .. }
    ));
    let misread = refused("1101051949l231002X");
    assert!(
        matches!(misread, IdentityError::Character { position: 11, .. }),
        "{misread}"
    );
    assert!(matches!(
        refused("一"),
        IdentityError::Length { found: 1, .. }
    ));
}

#[test]
fn a_number_that_a_spreadsheet_has_spoiled_is_recognised() {
    for text in [
        "1.10101E+17",
        "1.1010519491231e+17",
        "110105194912310000",
        "110105194912310000.0",
    ] {
        assert!(matches!(refused(text), IdentityError::DigitsLost), "{text}");
        assert!(refused(text).to_string().contains("文本格式"));
    }
}

#[test]
fn an_old_number_is_converted_only_when_asked() {
    assert_eq!(refused("110105491231002"), IdentityError::FifteenDigits);
    assert_eq!(
        CitizenNumber::from_fifteen("110105491231002")
            .unwrap()
            .as_str(),
        CITIZEN
    );
    assert!(CitizenNumber::from_fifteen("110105490231002").is_err());
    assert!(CitizenNumber::from_fifteen(CITIZEN).is_err());
}

#[test]
fn debug_output_masks_the_middle_of_every_number() {
    let number: CitizenNumber = CITIZEN.parse().unwrap();
    assert_eq!(format!("{number:?}"), "CitizenNumber(11**************2X)");
    let card = BankCardNumber::with_check("622202000000000001").unwrap();
    assert!(
        format!("{card:?}").contains("62***************"),
        "{card:?}"
    );
    let passport: PassportNumber = "e1234567".parse().unwrap();
    assert_eq!(passport.masked(), "E1****67");
    let area: AreaCode = "330100".parse().unwrap();
    assert_eq!(format!("{area:?}"), "AreaCode(3****0)");
}

#[test]
fn no_error_repeats_the_number() {
    assert!(!format!("{:?} {0}", refused("110105194912310021")).contains("19491231"));
}

#[test]
fn a_credit_code_contains_the_organisation_code() {
    let code = OrganisationCode::with_check("MA01TEST").unwrap();
    // S is not a character of the credit code, so a code with it has no credit code.
    assert!(SocialCreditCode::with_check(&format!("91110105{code}")).is_err());
    let code = OrganisationCode::with_check("MA01TECT").unwrap();
    let credit = SocialCreditCode::with_check(&format!("91110105{code}")).unwrap();
    assert_eq!(credit.organisation_code().unwrap(), code);
    let lower = credit.to_string().to_lowercase();
    assert_eq!(lower.parse::<SocialCreditCode>().unwrap(), credit);
}

#[test]
fn the_worked_examples_of_the_code_standards_pass() {
    // The example of GB 11714, and the form printed on certificates.
    assert_eq!(
        "D2143569X".parse::<OrganisationCode>().unwrap().as_str(),
        "D2143569X"
    );
    assert_eq!(
        "D2143569-X".parse::<OrganisationCode>().unwrap().as_str(),
        "D2143569X"
    );
    assert!("D21435690".parse::<OrganisationCode>().is_err());
}

#[test]
fn a_code_is_written_in_one_way_however_it_is_typed() {
    for (typed, expected) in [
        ("91110105ma01tect37", "91110105MA01TECT37"),
        ("９１１１０１０５ＭＡ０１ｔｅｃｔ３７", "91110105MA01TECT37"),
        ("9111 0105 MA01TECT37", "91110105MA01TECT37"),
        ("d2143569-x", "D2143569X"),
        ("Ｄ２１４３５６９－Ｘ", "D2143569X"),
        // No organisation code: its check character is another.
        ("D2143569-0", "D2143569-0"),
        ("深民社字（2020）第１２号", "深民社字（2020）第12号"),
    ] {
        assert_eq!(written(typed), expected);
    }
}

#[test]
fn a_credit_code_with_a_letter_in_the_area_is_refused() {
    let error = "9111O105MA01TECT37"
        .parse::<SocialCreditCode>()
        .unwrap_err();
    assert!(
        matches!(error, IdentityError::Character { position: 5, .. }),
        "{error}"
    );
}

#[test]
fn both_forms_of_a_permanent_residence_card_are_read() {
    assert!("USA110072091234".parse::<ResidentCardNumber>().is_ok());
    assert!("USA11007209123X".parse::<ResidentCardNumber>().is_err());
    let old: ResidentCardNumber = "usa110072091234".parse().unwrap();
    assert_eq!(old.born_on(), None);
    // 9, Beijing, the United States, 1972-09-12, sequence, check.
    let body = "91184019720912003";
    let valid: Vec<_> = "0123456789X"
        .chars()
        .filter_map(|check| format!("{body}{check}").parse::<ResidentCardNumber>().ok())
        .collect();
    assert_eq!(valid.len(), 1);
    assert_eq!(valid[0].born_on(), Some(date!(1972 - 09 - 12)));
}

#[test]
fn bank_numbers_are_checked_as_far_as_they_can_be() {
    assert!("4539 1488 0343 6467".parse::<BankCardNumber>().is_ok());
    let wrong = "4539148803436468".parse::<BankCardNumber>().unwrap_err();
    assert!(matches!(wrong, IdentityError::Check));
    let lost = "6222020000123450000".parse::<BankCardNumber>().unwrap_err();
    assert!(matches!(lost, IdentityError::DigitsLost), "{lost}");
    assert!("102100000009".parse::<BankCode>().is_ok());
    assert!("10210000000".parse::<BankCode>().is_err());
}

#[test]
fn an_area_is_six_digits_of_a_real_province() {
    assert!("330100".parse::<AreaCode>().is_ok());
    assert!(matches!(
        "990100".parse::<AreaCode>(),
        Err(IdentityError::Area)
    ));
    assert!("33010".parse::<AreaCode>().is_err());
}

fn any_born() -> impl Strategy<Value = Date> {
    (0i32..40_000).prop_map(|days| law::calendar::add_days(date!(1920 - 01 - 01), days))
}

/// The text with the digit at `at` raised by `by` (1 to 9), or nothing if it is no digit.
fn with_another_digit(text: &str, at: usize, by: u32) -> Option<String> {
    let mut chars: Vec<_> = text.chars().collect();
    let digit = chars.get(at)?.to_digit(10)?;
    chars[at] = char::from_digit((digit + by) % 10, 10)?;
    Some(chars.into_iter().collect())
}

proptest! {
    #[test]
    fn a_composed_citizen_number_says_what_it_was_composed_of(
        born in any_born(), sequence in 0u16..1000,
    ) {
        let number = CitizenNumber::compose("330106", born, sequence).unwrap();
        prop_assert_eq!(number.born_on(), born);
        prop_assert_eq!(number.sex() == Sex::Male, sequence % 2 == 1);
        prop_assert_eq!(number.to_string().parse::<CitizenNumber>(), Ok(number));
    }

    #[test]
    fn any_single_wrong_digit_of_a_citizen_number_is_detected(
        born in any_born(), sequence in 0u16..1000, at in 0usize..18, by in 1u32..10,
    ) {
        let number = CitizenNumber::compose("330106", born, sequence).unwrap();
        if let Some(wrong) = with_another_digit(number.as_str(), at, by) {
            prop_assert!(wrong.parse::<CitizenNumber>().is_err());
        }
    }

    #[test]
    fn any_single_wrong_digit_of_an_organisation_code_is_detected(
        body in "[0-9]{8}", at in 0usize..9, by in 1u32..10,
    ) {
        let code = OrganisationCode::with_check(&body).unwrap();
        if let Some(wrong) = with_another_digit(code.as_str(), at, by) {
            prop_assert!(wrong.parse::<OrganisationCode>().is_err());
        }
    }

    #[test]
    fn any_single_wrong_digit_of_a_credit_code_is_detected(
        body in "9[123][0-9]{6}[0-9A-HJ-NPQRTUWXY]{9}", at in 0usize..18, by in 1u32..10,
    ) {
        let code = SocialCreditCode::with_check(&body).unwrap();
        if let Some(wrong) = with_another_digit(code.as_str(), at, by) {
            prop_assert!(wrong.parse::<SocialCreditCode>().is_err());
        }
    }

    #[test]
    fn any_single_wrong_digit_of_a_bank_card_is_detected(
        body in "[1-9][0-9]{14,17}", at in 0usize..16, by in 1u32..10,
    ) {
        let card = BankCardNumber::with_check(&body).unwrap();
        if let Some(wrong) = with_another_digit(card.as_str(), at, by) {
            prop_assert!(wrong.parse::<BankCardNumber>().is_err());
        }
    }

    #[test]
    fn no_text_makes_a_number_panic(text in "\\PC{0,24}") {
        let _ = text.parse::<CitizenNumber>();
        let _ = text.parse::<SocialCreditCode>();
        let _ = text.parse::<OrganisationCode>();
        let _ = text.parse::<ResidentCardNumber>();
        let _ = text.parse::<BankCardNumber>();
        let _ = CitizenNumber::from_fifteen(&text);
        let _ = SocialCreditCode::with_check(&text);
    }
}
