//! Which part of a number is wrong.

/// Which part of a number is wrong, and what to do; reads after the label of the field that it stands
/// in. Never repeats the number.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum IdentityError {
    /// Too short or too long.
    #[error("应为{expected}，实为{found}位，请核对是否多录或漏录")]
    Length {
        /// The lengths there are.
        expected: &'static str,
        /// The number of characters found.
        found: usize,
    },
    /// A character that cannot stand where it stands.
    #[error("第{position}位不是允许的字符，应为{expected}，请核对")]
    Character {
        /// Counted from 1.
        position: usize,
        /// What may stand there.
        expected: &'static str,
    },
    /// A number in scientific notation, or one whose last digits a spreadsheet has replaced by 0.
    #[error(
        "疑似在电子表格中按数值录入，第十五位以后的数字已经丢失，\
         请将该列设为文本格式后按证件重新录入"
    )]
    DigitsLost,
    /// A number of the first generation, which is to be converted.
    #[error("这是15位的旧公民身份号码，请按现行证件填写18位号码")]
    FifteenDigits,
    /// A foreigner's permanent residence card where a citizen's number is due.
    #[error("以9开头的是外国人永久居留身份证号码，请将证件类型改为外国人永久居留身份证")]
    ForeignersCard,
    /// A place that is none.
    #[error("地区代码不存在，请核对前两位")]
    Area,
    /// A birth date that is none.
    #[error("出生日期不是真实的日期，请核对第7至14位")]
    BirthDate,
    /// The check character does not fit the others.
    #[error("校验码不符，至少有一位录入有误，请逐位核对")]
    Check,
}
