//! Institutions that sign agreements: hospitals, rehabilitation centres and suppliers of devices.

use law::identity::{OrganisationCode, SocialCreditCode};

use super::Size;
use super::dice::Dice;

/// Stream of chance above all employers'.
const INSTITUTIONS: usize = (1 << 40) + 7;

/// What an institution is, as the contract has it, with the grades that it may have.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Line {
    /// 医疗机构
    Medical,
    /// 康复机构
    Rehabilitation,
    /// 辅助器具配置机构
    Device,
}

impl Line {
    /// Its value in the contract.
    #[must_use]
    pub fn in_contract(self) -> &'static str {
        match self {
            Self::Medical => "INSTITUTION_KIND_MEDICAL",
            Self::Rehabilitation => "INSTITUTION_KIND_REHABILITATION",
            Self::Device => "INSTITUTION_KIND_DEVICE",
        }
    }

    fn name(self, number: usize) -> String {
        match self {
            Self::Medical => format!("示范市第{number}人民医院"),
            Self::Rehabilitation => format!("示范市第{number}康复医院"),
            Self::Device => format!("示范市第{number}假肢矫形器配置中心"),
        }
    }
}

/// An institution as it applies for an agreement.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Institution {
    /// Unified social credit code, its number.
    pub credit_code: String,
    /// Name.
    pub name: String,
    /// What it is.
    pub line: Line,
    /// Its grade in the contract.
    pub grade: &'static str,
    /// Number of its licence.
    pub licence: String,
    /// Account at its bank.
    pub account: String,
}

/// The institutions of an area of this size: most of them hospitals, three of each kind at least.
#[must_use]
pub fn institutions(size: Size) -> Vec<Institution> {
    let mut dice = Dice::of(size.seed, INSTITUTIONS);
    let hospitals = (size.employers / 50).clamp(3, 60);
    let others = (hospitals / 6).max(3);
    let lines = [
        (Line::Medical, hospitals),
        (Line::Rehabilitation, others),
        (Line::Device, others),
    ];
    let mut all = Vec::new();
    for (line, count) in lines {
        for number in 1..=count {
            all.extend(institution(&mut dice, line, number));
        }
    }
    all
}

fn institution(dice: &mut Dice, line: Line, number: usize) -> Option<Institution> {
    let grade = match line {
        // The first ones of a town are its large ones.
        Line::Medical if number == 1 => "INSTITUTION_GRADE_TERTIARY",
        Line::Medical => dice.pick(&[
            "INSTITUTION_GRADE_TERTIARY",
            "INSTITUTION_GRADE_SECONDARY",
            "INSTITUTION_GRADE_SECONDARY",
            "INSTITUTION_GRADE_PRIMARY",
        ]),
        Line::Rehabilitation => "INSTITUTION_GRADE_SECONDARY",
        Line::Device => "INSTITUTION_GRADE_NONE",
    };
    let place = line as usize * 1_000 + number;
    let organisation = OrganisationCode::with_check(&format!("MB{place:06}")).ok()?;
    let code = SocialCreditCode::with_check(&format!("12440300{organisation}")).ok()?;
    Some(Institution {
        credit_code: code.to_string(),
        name: line.name(number),
        line,
        grade,
        licence: format!("4557{}", dice.digits(18)),
        account: format!("62220200{}", dice.digits(11)),
    })
}
