//! Why a parameter has no answer, and why a parameter file is refused.

use time::Date;

use super::definition::Kind;

/// Why the law gives no value. Its message tells an operator what to do.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum LawError {
    /// No parameter of the catalogue has this name.
    #[error("参数{name}未定义，请核对参数名称或联系系统维护人员")]
    Unknown {
        /// The name asked for.
        name: String,
    },
    /// The date lies before the first value known.
    #[error(
        "参数“{label}”（{name}）在{on}没有依据，最早的数值自{first}起施行；\
         请核对业务日期，或由统筹地区填报《统筹地区参数调整申请表》（表151-A），补录该日适用的数值及其文件依据"
    )]
    BeforeFirst {
        /// The name asked for.
        name: String,
        /// Its Chinese label.
        label: String,
        /// The date asked for.
        on: Date,
        /// The first date that has a value.
        first: Date,
    },
    /// The last value known ends before the date, and none has followed it.
    #[error(
        "参数“{label}”（{name}）在{on}没有依据，最近的数值只适用至{last}；\
         请待新的数值公布，由统筹地区填报《统筹地区参数调整申请表》（表151-A）设定该数值及其文件依据后再办理"
    )]
    Ended {
        /// The name asked for.
        name: String,
        /// Its Chinese label.
        label: String,
        /// The date asked for.
        on: Date,
        /// The last date that has a value.
        last: Date,
    },
    /// The state leaves the value to the area, and the area has set none by the date.
    #[error(
        "统筹地区{area}在{on}尚未设定参数“{label}”（{name}）；\
         请按规程第一百五十一条填报《统筹地区参数调整申请表》（表151-A），设定该数值及其文件依据后再办理"
    )]
    NotSetByArea {
        /// The name asked for.
        name: String,
        /// Its Chinese label.
        label: String,
        /// The pooling area.
        area: String,
        /// The date asked for.
        on: Date,
    },
    /// The parameter is of another kind than the rule asked for.
    #[error("参数“{label}”（{name}）的类型为{kind}，不能按{asked}取值，请联系系统维护人员")]
    WrongKind {
        /// The name asked for.
        name: String,
        /// Its Chinese label.
        label: String,
        /// What it is.
        kind: Kind,
        /// What was asked for.
        asked: Kind,
    },
    /// Values of the area or of an estimate that cannot be used; each problem is a sentence.
    #[error("下列参数值不能采用，请更正后重试：{}", problems.join("；"))]
    Unusable {
        /// What is wrong with each.
        problems: Vec<String>,
    },
}

/// Why parameter files are refused: every problem found, each with its file.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("参数文件有误，请更正：{}", problems.join("；"))]
pub struct CatalogueError {
    /// What is wrong, file by file.
    pub problems: Vec<String>,
}
