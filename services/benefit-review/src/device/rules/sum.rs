//! What devices come to together, by who bears it.

use contracts::benefit_review::v1::Payer;
use law::Sheet;
use rust_decimal::Decimal;

use super::Decided;

/// Yuan by who bears them; together what was claimed.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub struct Sums {
    /// What was claimed.
    pub total: Decimal,
    /// The fund's part.
    pub fund: Decimal,
    /// The employer's.
    pub employer: Decimal,
    /// Of what the two would bear, what a third party has compensated.
    pub compensated: Decimal,
    /// What neither bears.
    pub nobody: Decimal,
}

/// Art. 67. Sums up what was decided of a claim. What a third party has compensated is not paid again: it is taken off
/// the fund's part first, and then off the employer's (社会保险法第四十二条).
pub fn sums(total: Decimal, devices: &[Decided], compensated: Decimal, sheet: &mut Sheet) -> Sums {
    let of = |payer: Payer| -> Decimal {
        let own = devices.iter().filter(|one| one.payer == Some(payer));
        own.map(|one| one.recognised).sum()
    };
    let (recognised, of_employer) = (of(Payer::Fund), of(Payer::Employer));
    sheet.fen("基金承担的核定金额", recognised, "各项核定金额之和");
    sheet.fen("用人单位承担的核定金额", of_employer, "各项核定金额之和");
    let taken_off = compensated.min(recognised);
    let off_employer = (compensated - taken_off).min(of_employer);
    if !compensated.is_zero() {
        sheet.fact(
            "第三人已赔偿金额",
            compensated,
            "表66-A或者涉及第三人的工伤待遇核定表（表73-B）",
        );
        let arithmetic = "先基金、后用人单位，以核定金额为限（社会保险法第四十二条）";
        sheet.fen("抵减核定金额", taken_off + off_employer, arithmetic);
    }
    let fund = sheet.fen(
        "基金支付",
        recognised - taken_off,
        "基金承担的核定金额 − 抵减",
    );
    let employer = sheet.fen(
        "用人单位支付",
        of_employer - off_employer,
        "用人单位承担的核定金额 − 抵减",
    );
    let nobody = sheet.fen(
        "基金和用人单位均不承担",
        total - recognised - of_employer,
        "申报合计 − 核定金额",
    );
    Sums {
        total,
        fund,
        employer,
        compensated: taken_off + off_employer,
        nobody,
    }
}
