//! Rows of rosters with something wrong in each, of every kind that rosters really have.

use time::{Date, Duration, Month};

use super::dice::Dice;
use super::{Employer, persons};
use crate::demo::calendar::{ENROLMENT, MONTH_BEGINS};
use crate::demo::roster::{Cell, StaffRow};

/// The stream of chance of all that is spoilt.
const SPOILT: usize = (1 << 40) + 2;

/// What is wrong with a row.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Trouble {
    kind: TroubleKind,
    identity_number: String,
}

/// What can be wrong with a row.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum TroubleKind {
    /// Another check character.
    CheckDigit,
    /// A number that was typed as a number and lost its last digits.
    DigitsLost,
    /// A number of the first generation.
    FifteenDigits,
    NameMissing,
    WageInWords,
    WageNegative,
    /// The thirtieth of February.
    NoSuchDay,
    /// A kind of change that no form knows.
    KindUnknown,
    EvidenceMissing,
    /// A passport's number under a citizen's kind of paper.
    PaperMismatch,
    BirthDateMismatch,
    TooYoung,
    HiredAhead,
    HiredBeforeEmployer,
    ContractEndsFirst,
    ContractTypeMissing,
    /// A second labour relation on a contract for a first.
    ContractTypeWrong,
    /// A foreigner without birth date.
    ForeignerFactsMissing,
    /// Somebody twice.
    Twice,
    /// Leaves without ever having come.
    LeavesUnknown,
    /// Leaves for another reason, which is not stated.
    LeavesUnexplained,
}

use TroubleKind as T;

const ALL: [T; 21] = [
    T::CheckDigit,
    T::DigitsLost,
    T::FifteenDigits,
    T::NameMissing,
    T::WageInWords,
    T::WageNegative,
    T::NoSuchDay,
    T::KindUnknown,
    T::EvidenceMissing,
    T::PaperMismatch,
    T::BirthDateMismatch,
    T::TooYoung,
    T::HiredAhead,
    T::HiredBeforeEmployer,
    T::ContractEndsFirst,
    T::ContractTypeMissing,
    T::ContractTypeWrong,
    T::ForeignerFactsMissing,
    T::Twice,
    T::LeavesUnknown,
    T::LeavesUnexplained,
];

/// Gives bad rows to employers: each kind once, and more with many employees.
pub fn spread(seed: u64, employers: &mut [Employer]) {
    let mut dice = Dice::of(seed, SPOILT);
    let employees: usize = employers.iter().map(|employer| employer.staff.len()).sum();
    let rounds = 1 + employees / 3_000;
    for kind in std::iter::repeat_n(ALL, rounds).flatten() {
        let born_on = MONTH_BEGINS - Duration::days(dice.between(20, 50) * 365);
        let identity_number = persons::citizen_number(&mut dice, born_on);
        let place = dice.below(employers.len());
        // Twice the same mistake of one employer is one too many to tell apart.
        let troubles = &mut employers[place].troubles;
        if troubles.iter().all(|other| other.kind != kind) {
            troubles.push(Trouble {
                kind,
                identity_number,
            });
        }
    }
}

impl Trouble {
    /// The reason for which the row should be refused.
    #[must_use]
    pub fn reason(&self) -> &'static str {
        match self.kind {
            T::CheckDigit
            | T::DigitsLost
            | T::NameMissing
            | T::WageInWords
            | T::WageNegative
            | T::NoSuchDay
            | T::KindUnknown
            | T::EvidenceMissing => "ROW_INVALID",
            // Fifteen digits could be a passport's.
            T::PaperMismatch | T::FifteenDigits => "IDENTITY_KIND_MISMATCH",
            T::BirthDateMismatch => "BIRTH_DATE_MISMATCH",
            T::TooYoung => "TOO_YOUNG",
            T::HiredAhead => "HIRED_IN_FUTURE",
            T::HiredBeforeEmployer => "HIRED_BEFORE_EMPLOYER",
            T::ContractEndsFirst => "CONTRACT_ENDS_BEFORE_START",
            T::ContractTypeMissing => "HIRE_FACTS_MISSING",
            T::ContractTypeWrong => "CONTRACT_TYPE",
            T::ForeignerFactsMissing => "FOREIGNER_FACTS_MISSING",
            T::Twice => "DUPLICATE_ROW",
            T::LeavesUnknown => "NOT_ENROLLED",
            T::LeavesUnexplained => "REMARK_MISSING",
        }
    }

    /// The row, spoilt.
    pub fn row(&self, employer: &Employer, number: usize) -> StaffRow {
        let mut employee = employer.staff[number % employer.staff.len()].clone();
        if self.kind != T::Twice {
            employee.identity_number.clone_from(&self.identity_number);
            employee.foreigner = None;
        }
        let mut row = StaffRow::hire(&employer.credit_code, &employee);
        if self.kind != T::Twice {
            // The number says it.
            row.sex = Cell::Empty;
        }
        let text = |value: &str| Cell::Text(value.to_owned());
        match self.kind {
            T::CheckDigit => row.identity_number = Cell::Text(wrong_check(&self.identity_number)),
            T::DigitsLost => row.identity_number = Cell::Number("440305199003074516".to_owned()),
            T::FifteenDigits => {
                let number = &self.identity_number;
                row.identity_number = Cell::Text(format!("{}{}", &number[..6], &number[8..17]));
            }
            T::NameMissing => row.name = Cell::Empty,
            T::WageInWords => row.wage = text("八千元"),
            T::WageNegative => row.wage = text("-100.00"),
            T::NoSuchDay => row.effective_on = text("2026-02-30"),
            T::KindUnknown => row.kind = text("借调"),
            T::EvidenceMissing => row.evidence_number = Cell::Empty,
            T::PaperMismatch => row.identity_number = text("E12345678"),
            T::BirthDateMismatch => row.born_on = Cell::Date(MONTH_BEGINS - Duration::days(9_999)),
            T::TooYoung => row.identity_number = Cell::Text(youth()),
            T::HiredAhead => row.effective_on = Cell::Date(ENROLMENT + Duration::days(60)),
            T::HiredBeforeEmployer => {
                row.effective_on = Cell::Date(employer.starts_on - Duration::days(30));
            }
            T::ContractEndsFirst => {
                row.contract_ends_on = Cell::Date(employee.hired_on - Duration::DAY);
            }
            T::ContractTypeMissing => row.contract_type = Cell::Empty,
            T::ContractTypeWrong => row.kind = text("新招录（多重劳动关系）"),
            T::ForeignerFactsMissing => {
                row.identity_kind = text("护照");
                row.identity_number = text("E7654321");
            }
            T::Twice => {}
            T::LeavesUnknown => row.kind = text("解除或终止劳动关系"),
            T::LeavesUnexplained => row.kind = text("其他情形"),
        }
        row
    }

    /// The kind of change that the form must name because of the row, beside hires.
    #[must_use]
    pub fn kind_stated(&self) -> Option<&'static str> {
        match self.kind {
            T::ContractTypeWrong => Some("CONCURRENT_HIRE"),
            T::LeavesUnknown => Some("END"),
            T::LeavesUnexplained => Some("OTHER"),
            _ => None,
        }
    }

    /// Is the row about a foreigner?
    #[must_use]
    pub fn is_foreigner(&self) -> bool {
        self.kind == T::ForeignerFactsMissing
    }
}

fn wrong_check(number: &str) -> String {
    let (body, check) = number.split_at(17);
    format!("{body}{}", if check == "1" { "2" } else { "1" })
}

/// The number of somebody who is fifteen.
fn youth() -> String {
    let born_on = Date::from_calendar_date(2011, Month::January, 9).unwrap_or(MONTH_BEGINS);
    law::identity::CitizenNumber::compose("440305", born_on, 17)
        .map_or_else(|_| String::new(), String::from)
}
