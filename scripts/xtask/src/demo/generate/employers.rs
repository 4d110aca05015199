//! Employers: their codes, names, sizes, and the applications that must be refused.

use std::collections::HashSet;

use law::identity::{OrganisationCode, SocialCreditCode};
use time::{Date, Duration};

use super::businesses::{BUSINESSES, Business};
use super::dice::Dice;
use super::{BadApplication, Employer, Size, day_of_month, persons};
use crate::demo::calendar::{MONTH_BEGINS, REGISTRATION};

/// Streams of chance above all employers'.
const SIZES: usize = 1 << 40;
const FLAWS: usize = SIZES + 1;

/// What an employer is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// 企业
    Enterprise,
    /// 事业单位
    Institution,
    /// 民办非企业单位
    PrivateNonEnterprise,
    /// 有雇工的个体工商户
    Proprietor,
}

impl Kind {
    /// Its value in the contract, and that of the paper on which it is founded.
    #[must_use]
    pub fn in_contract(self) -> (&'static str, &'static str) {
        match self {
            Self::Enterprise => ("ENTERPRISE", "BUSINESS_LICENCE"),
            Self::Institution => ("PUBLIC_INSTITUTION", "PUBLIC_INSTITUTION_CERTIFICATE"),
            Self::PrivateNonEnterprise => (
                "PRIVATE_NON_ENTERPRISE",
                "PRIVATE_NON_ENTERPRISE_CERTIFICATE",
            ),
            Self::Proprietor => ("SOLE_PROPRIETOR", "BUSINESS_LICENCE"),
        }
    }

    /// The first two characters of its credit code: registering department and kind.
    fn code_prefix(self) -> &'static str {
        match self {
            Self::Enterprise => "91",
            Self::Institution => "12",
            Self::PrivateNonEnterprise => "52",
            Self::Proprietor => "92",
        }
    }

    fn name_suffix(self) -> &'static str {
        match self {
            Self::Enterprise => "有限公司",
            _ => "",
        }
    }
}

/// What is wrong with an application.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Flaw {
    /// The check character of the credit code is another.
    CreditCode,
    /// There is no name.
    NameMissing,
    /// The founding paper is not there.
    EvidenceMissing,
    /// The organisation code belongs to somebody else.
    CodesDisagree,
    /// Insured before it was founded.
    StartBeforeFounding,
    /// Insured from next month on.
    StartAhead,
    /// The licence has run out.
    LicenceExpired,
    /// There is no such division.
    IndustryUnknown,
    /// It is registered.
    RegisteredTwice,
}

impl Flaw {
    /// All of them.
    pub const ALL: [Self; 9] = [
        Self::CreditCode,
        Self::NameMissing,
        Self::EvidenceMissing,
        Self::CodesDisagree,
        Self::StartBeforeFounding,
        Self::StartAhead,
        Self::LicenceExpired,
        Self::IndustryUnknown,
        Self::RegisteredTwice,
    ];

    /// The reason for which the application should be refused.
    #[must_use]
    pub fn reason(self) -> &'static str {
        match self {
            Self::CreditCode | Self::NameMissing => "INVALID_FIELD",
            Self::EvidenceMissing => "EVIDENCE_MISSING",
            Self::CodesDisagree => "EMPLOYER_CODES_DISAGREE",
            Self::StartBeforeFounding => "START_BEFORE_FOUNDING",
            Self::StartAhead => "START_NOT_ALLOWED",
            Self::LicenceExpired => "LICENCE_EXPIRED",
            Self::IndustryUnknown => "INDUSTRY_UNKNOWN",
            Self::RegisteredTwice => "EMPLOYER_ALREADY_REGISTERED",
        }
    }
}

/// Codes and names that are taken.
#[derive(Default)]
pub struct Codes(HashSet<String>);

impl Codes {
    fn take(&mut self, mut make: impl FnMut() -> String) -> String {
        loop {
            let made = make();
            if self.0.insert(made.clone()) {
                return made;
            }
        }
    }
}

/// How many people each employer has: few have many and most have a handful. The sum is exact and
/// nobody has none.
pub fn sizes(size: Size) -> Vec<usize> {
    let mut dice = Dice::of(size.seed, SIZES);
    // One over a uniform number has a tail like real sizes have; the cap keeps the largest employer
    // below a twentieth of all.
    let mut weigh = |number: usize| {
        let mut own = Dice::of(size.seed, number);
        let business = own.weighted(BUSINESSES, |business| business.share);
        let tail = 1_000_000 / u64::try_from(dice.between(2_000, 1_000_000)).unwrap_or(1);
        (1 + tail) * business.size
    };
    let weights: Vec<u64> = (0..size.employers).map(&mut weigh).collect();
    let all: u64 = weights.iter().sum::<u64>().max(1);
    let spare = size.employees.saturating_sub(size.employers);
    let share = |weight: &u64| {
        let share = u128::from(*weight) * spare as u128 / u128::from(all);
        1 + usize::try_from(share).unwrap_or(0)
    };
    let mut sizes: Vec<usize> = weights.iter().map(share).collect();
    // Rounding down loses less than one for each.
    let left = size.employees.saturating_sub(sizes.iter().sum());
    for headcount in sizes.iter_mut().take(left) {
        *headcount += 1;
    }
    sizes
}

/// An employer without staff. The first number of its stream decides its business, as in [`sizes`].
pub fn employer(dice: &mut Dice, codes: &mut Codes) -> (Employer, &'static Business) {
    let business = dice.weighted(BUSINESSES, |business| business.share);
    let name = codes.take(|| {
        let chosen: String = (0..2).map(|_| dice.pick(&AUSPICIOUS)).collect();
        let place = dice.pick(&["", "", "东", "南", "新", "华"]);
        format!(
            "示范市{place}{chosen}{}{}",
            business.word,
            business.kind.name_suffix()
        )
    });
    let credit_code = credit_code(dice, codes, business.kind);
    let founded_on = MONTH_BEGINS - Duration::days(dice.between(40, 9_000));
    let employer = Employer {
        credit_code,
        name,
        kind: business.kind,
        industry: business.industry,
        scope: business.scope,
        address: format!(
            "示范市{}区{}路{}号",
            dice.pick(&["城东", "城西", "高新", "临港", "北湖"]),
            dice.pick(&["人民", "建设", "解放", "和平", "文化", "工业"]),
            dice.between(1, 400)
        ),
        representative: persons::name(dice),
        phone: format!("0755-{}{}", dice.between(2, 8), dice.digits(7)),
        account: format!("4000{}", dice.digits(15)),
        founded_on,
        starts_on: day_of_month(dice, 1),
        staff: Vec::new(),
        troubles: Vec::new(),
    };
    (employer, business)
}

/// A credit code with an organisation code that nobody else has.
fn credit_code(dice: &mut Dice, codes: &mut Codes, kind: Kind) -> String {
    // A body made of digits always has a check character in both standards.
    let body = codes.take(|| {
        let organisation = OrganisationCode::with_check(&format!("MA{}", dice.digits(6)));
        organisation.map_or_else(|_| "MA0000008".to_owned(), |code| code.to_string())
    });
    let area = dice.pick(&["440300", "440303", "440305", "440306"]);
    SocialCreditCode::with_check(&format!("{}{area}{body}", kind.code_prefix()))
        .map_or_else(|_| body.clone(), |code| code.to_string())
}

/// Applications that must be refused: one of each kind, and more with many employers.
pub fn bad_applications(size: Size, good: &[Employer], codes: &mut Codes) -> Vec<BadApplication> {
    let mut dice = Dice::of(size.seed, FLAWS);
    let rounds = 1 + size.employers / 1_000;
    let mut applications = Vec::new();
    for flaw in std::iter::repeat_n(Flaw::ALL, rounds).flatten() {
        let (employer, _) = employer(&mut dice, codes);
        let registered = &good[dice.below(good.len())];
        applications.push(BadApplication {
            employer: spoilt(employer, flaw, registered),
            flaw,
        });
    }
    applications
}

fn spoilt(mut employer: Employer, flaw: Flaw, registered: &Employer) -> Employer {
    match flaw {
        Flaw::CreditCode => {
            let check = if employer.credit_code.ends_with('0') {
                "1"
            } else {
                "0"
            };
            employer.credit_code.truncate(17);
            employer.credit_code.push_str(check);
        }
        Flaw::NameMissing => employer.name.clear(),
        Flaw::StartBeforeFounding => employer.founded_on = employer.starts_on + Duration::DAY,
        Flaw::StartAhead => employer.starts_on = REGISTRATION + Duration::days(30),
        Flaw::IndustryUnknown => employer.industry = "00",
        Flaw::RegisteredTwice => employer.credit_code.clone_from(&registered.credit_code),
        // What is missing or stands beside the facts is the application's, not the employer's.
        Flaw::EvidenceMissing | Flaw::CodesDisagree | Flaw::LicenceExpired => {}
    }
    employer
}

/// The last day of a licence that has run out.
pub const EXPIRED_ON: Date = MONTH_BEGINS;

const AUSPICIOUS: [&str; 32] = [
    "宏", "达", "鑫", "源", "恒", "泰", "瑞", "丰", "华", "盛", "嘉", "和", "永", "兴", "天", "成",
    "金", "辉", "中", "信", "博", "远", "安", "康", "隆", "顺", "万", "联", "启", "明", "卓", "越",
];
