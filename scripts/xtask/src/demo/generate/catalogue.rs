//! Items of catalogues, with codes of the shapes of the national ones: nothing here is a real item.

use super::dice::Dice;
use super::{Size, World};
use crate::demo::roster::Cell;

/// Stream of chance above all employers'.
const CATALOGUES: usize = (1 << 40) + 11;

/// The columns of a catalogue that the demonstration fills in.
pub const CATALOGUE_COLUMNS: [&str; 9] = [
    "目录类别",
    "项目编码",
    "项目名称",
    "计价单位",
    "最高支付标准",
    "每日限量",
    "最低机构等级",
    "最低使用年限（月）",
    "须经审核",
];

/// A catalogue.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Listed {
    /// 药品目录
    Drugs,
    /// 诊疗项目目录
    TreatmentItems,
    /// 住院服务标准
    InpatientServices,
    /// 辅助器具目录
    Devices,
}

impl Listed {
    /// All of them.
    pub const ALL: [Self; 4] = [
        Self::Drugs,
        Self::TreatmentItems,
        Self::InpatientServices,
        Self::Devices,
    ];

    /// Its value in the contract.
    #[must_use]
    pub fn in_contract(self) -> &'static str {
        match self {
            Self::Drugs => "CATALOGUE_KIND_DRUG",
            Self::TreatmentItems => "CATALOGUE_KIND_TREATMENT_ITEM",
            Self::InpatientServices => "CATALOGUE_KIND_INPATIENT_SERVICE",
            Self::Devices => "CATALOGUE_KIND_DEVICE",
        }
    }

    /// Its label, as a spreadsheet has it.
    #[must_use]
    pub fn label(self) -> &'static str {
        self.words().0
    }

    /// Label, word of its items, unit.
    pub(super) fn words(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Drugs => ("药品目录", "药品", "盒"),
            Self::TreatmentItems => ("诊疗项目目录", "诊疗项目", "次"),
            Self::InpatientServices => ("住院服务标准", "床位", "床日"),
            Self::Devices => ("辅助器具目录", "辅助器具", "件"),
        }
    }

    fn code(self, dice: &mut Dice, number: usize) -> String {
        match self {
            // ATC class, dosage form and package, as the national codes have them.
            Self::Drugs => {
                let class = dice.pick(&["A01AA", "B01AC", "J01DD", "M01AB", "N02BE"]);
                format!("X{class}{}{number:08}{}", dice.digits(3), dice.digits(6))
            }
            Self::TreatmentItems => format!("00{number:07}{}", dice.digits(6)),
            Self::InpatientServices => format!("CW-{number:04}"),
            Self::Devices => format!("FJ-{number:04}"),
        }
    }
}

/// An item of a catalogue.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Listing {
    pub(super) listed: Listed,
    /// Its code.
    pub code: String,
    number: usize,
    /// Most that is paid of a unit.
    pub(super) fen: i64,
    /// Units that are paid of a day; 0: any number.
    pub(super) a_day: i64,
    /// For large hospitals only.
    pub(super) tertiary: bool,
    /// A person looks before it is paid.
    pub(super) reviewed: bool,
}

impl Listing {
    /// What it is called.
    pub(super) fn name(&self) -> String {
        let (_, word, _) = self.listed.words();
        format!("{word}{}", self.number)
    }

    /// The row in the order of the columns.
    #[must_use]
    pub fn cells(&self) -> Vec<Cell> {
        let (label, _, unit) = self.listed.words();
        let text = |text: &str| Cell::Text(text.to_owned());
        let grade = if self.tertiary {
            text("三级")
        } else {
            Cell::Empty
        };
        let months = match self.listed {
            Listed::Devices => Cell::Number("36".to_owned()),
            _ => Cell::Empty,
        };
        vec![
            text(label),
            text(&self.code),
            Cell::Text(self.name()),
            text(unit),
            Cell::Number(format!("{}.{:02}", self.fen / 100, self.fen % 100)),
            Cell::Number(self.a_day.to_string()),
            grade,
            months,
            text(if self.reviewed { "是" } else { "否" }),
        ]
    }
}

impl World {
    /// The items of a catalogue: as many drugs as there are employees, and as many treatment items.
    #[must_use]
    pub fn catalogue(&self, listed: Listed) -> Vec<Listing> {
        let Size {
            employees, seed, ..
        } = self.size;
        let count = match listed {
            Listed::Drugs | Listed::TreatmentItems => employees,
            Listed::InpatientServices => 20,
            Listed::Devices => 40,
        };
        let mut dice = Dice::of(seed, CATALOGUES + listed as usize);
        let item = |number| Listing {
            listed,
            code: listed.code(&mut dice, number),
            number,
            fen: dice.between(50, 9_999) * if listed == Listed::Devices { 300 } else { 7 },
            a_day: dice.between(0, 9),
            tertiary: dice.one_of(1, 40),
            reviewed: listed != Listed::Devices && dice.one_of(1, 40),
        };
        (1..=count).map(item).collect()
    }
}
