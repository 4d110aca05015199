//! Industries and their work-injury risk classes.
//!
//! An industry is a two-digit division of GB/T 4754-2011. Its risk class is one
//! of three under the table of 2003 and one of eight under that of 2015; the
//! numbers of the two tables do not compare.

use std::fmt;
use std::str::FromStr;
use std::sync::{Arc, LazyLock};

use serde::{Deserialize, Serialize};
use time::Date;
use time::macros::date;

use crate::parameter::{Basis, Cited};

const TABLE: &str = include_str!("../parameters/industries.csv");

/// The first day of the table of 2003, with 《工伤保险条例》.
pub const TABLE_OF_2003_FROM: Date = date!(2004 - 01 - 01);

/// The first day of the table of 2015.
pub const TABLE_OF_2015_FROM: Date = date!(2015 - 10 - 01);

static ROWS: LazyLock<Vec<Row>> = LazyLock::new(|| TABLE.lines().filter_map(Row::read).collect());

struct Row {
    code: u8,
    name: &'static str,
    class_2003: u8,
    class_2015: u8,
}

impl Row {
    fn read(line: &'static str) -> Option<Self> {
        let mut fields = line.split(',');
        let code = fields.next()?.parse().ok()?;
        let name = fields.next()?;
        let class_2003 = fields.next()?.parse().ok()?;
        let class_2015 = fields.next()?.parse().ok()?;
        Some(Self {
            code,
            name,
            class_2003,
            class_2015,
        })
    }
}

/// A two-digit division of GB/T 4754-2011, such as `13` 农副食品加工业.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct Division {
    index: u8,
}

impl Division {
    /// Every division, in the order of the standard.
    pub fn all() -> impl Iterator<Item = Self> {
        (0u8..).zip(ROWS.iter()).map(|(index, _)| Self { index })
    }

    /// The name in the standard.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.row().map_or("", |row| row.name)
    }

    /// The section to which it belongs.
    #[must_use]
    pub fn section(self) -> Section {
        let code = self.row().map_or(0, |row| row.code);
        let section = SECTIONS
            .iter()
            .find(|section| section.first <= code && code <= section.last);
        *section.unwrap_or(&SECTIONS[0])
    }

    fn row(self) -> Option<&'static Row> {
        ROWS.get(usize::from(self.index))
    }
}

impl FromStr for Division {
    type Err = IndustryError;

    fn from_str(text: &str) -> Result<Self, IndustryError> {
        let is_code = text.len() == 2 && text.bytes().all(|b| b.is_ascii_digit());
        let code: Option<u8> = if is_code { text.parse().ok() } else { None };
        (0u8..)
            .zip(ROWS.iter())
            .find(|(_, row)| Some(row.code) == code)
            .map(|(index, _)| Self { index })
            .ok_or_else(|| IndustryError::Unknown {
                code: text.to_owned(),
            })
    }
}

impl TryFrom<String> for Division {
    type Error = IndustryError;

    fn try_from(text: String) -> Result<Self, IndustryError> {
        text.parse()
    }
}

impl From<Division> for String {
    fn from(division: Division) -> Self {
        division.to_string()
    }
}

impl fmt::Display for Division {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:02}", self.row().map_or(0, |row| row.code))
    }
}

impl fmt::Debug for Division {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{self} {}", self.name())
    }
}

/// The risk class of `division` on `on`: 1 to 3 until 2015-09-30, 1 to 8 from then on.
///
/// # Errors
/// [`IndustryError::BeforeFirst`] before 2004-01-01, when there was no table.
pub fn risk_class(division: Division, on: Date) -> Result<Cited<u8>, IndustryError> {
    let before_first = || IndustryError::BeforeFirst { on };
    let row = division.row().ok_or_else(before_first)?;
    let (value, source, from) = if on >= TABLE_OF_2015_FROM {
        (
            row.class_2015,
            "人社部发〔2015〕71号附件《工伤保险行业风险分类表》",
            TABLE_OF_2015_FROM,
        )
    } else if on >= TABLE_OF_2003_FROM {
        (
            row.class_2003,
            "劳社部发〔2003〕29号附件《工伤保险行业风险分类表》",
            TABLE_OF_2003_FROM,
        )
    } else {
        return Err(before_first());
    };
    Ok(Cited {
        value,
        basis: Basis::new(Arc::from(source), Arc::from("行业风险类别"), from),
    })
}

/// A section (门类) of GB/T 4754-2011: a letter with the divisions `first` to `last`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Section {
    /// `A` to `T`.
    pub letter: char,
    /// The name in the standard.
    pub name: &'static str,
    first: u8,
    last: u8,
}

/// The sections of the standard, in its order.
pub const SECTIONS: [Section; 20] = [
    section('A', "农、林、牧、渔业", 1, 5),
    section('B', "采矿业", 6, 12),
    section('C', "制造业", 13, 43),
    section('D', "电力、热力、燃气及水生产和供应业", 44, 46),
    section('E', "建筑业", 47, 50),
    section('F', "批发和零售业", 51, 52),
    section('G', "交通运输、仓储和邮政业", 53, 60),
    section('H', "住宿和餐饮业", 61, 62),
    section('I', "信息传输、软件和信息技术服务业", 63, 65),
    section('J', "金融业", 66, 69),
    section('K', "房地产业", 70, 70),
    section('L', "租赁和商务服务业", 71, 72),
    section('M', "科学研究和技术服务业", 73, 75),
    section('N', "水利、环境和公共设施管理业", 76, 78),
    section('O', "居民服务、修理和其他服务业", 79, 81),
    section('P', "教育", 82, 82),
    section('Q', "卫生和社会工作", 83, 84),
    section('R', "文化、体育和娱乐业", 85, 89),
    section('S', "公共管理、社会保障和社会组织", 90, 95),
    section('T', "国际组织", 96, 96),
];

const fn section(letter: char, name: &'static str, first: u8, last: u8) -> Section {
    Section {
        letter,
        name,
        first,
        last,
    }
}

/// Why an industry has no risk class.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IndustryError {
    /// Not a division of the standard.
    #[error(
        "行业代码“{code}”不在《国民经济行业分类》（GB/T 4754-2011）的大类中，请填写01至96的两位代码"
    )]
    Unknown {
        /// What was given.
        code: String,
    },
    /// Before the first table.
    #[error("{on}尚无工伤保险行业风险分类表，首个分类表自2004-01-01起施行，请核对业务日期")]
    BeforeFirst {
        /// The date asked for.
        on: Date,
    },
}
