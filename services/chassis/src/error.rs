//! Why something did not work: one closed list for every service.

use contracts::codec::invalid;
use contracts::reflect::ERROR_DOMAIN;
use contracts::{RefusalReason, Refused, Violation};
use tonic::{Code, Status};
use tonic_types::{ErrorDetails, StatusExt};

/// Result of anything in a service.
pub type Result<T, E = Error> = std::result::Result<T, E>;

/// Why something did not work.
#[derive(Debug, thiserror::Error)]
pub enum Error {
    /// Fields are outside the bounds of the contract.
    #[error("{} fields are outside their bounds", .0.len())]
    Invalid(Vec<Violation>),
    /// The procedure says no; the reason has its article.
    #[error("refused: {}", .0.reason().reason)]
    Refused(Refused),
    /// There is no such thing, or it is not the caller's to see.
    #[error("{what} not found")]
    NotFound {
        /// What was looked for, in Chinese.
        what: &'static str,
        /// Its number.
        id: String,
    },
    /// The caller may not do this.
    #[error("denied: {0}")]
    Denied(String),
    /// Somebody else changed the same thing at the same time; trying again helps.
    #[error("conflict: {0}")]
    Conflict(String),
    /// Something that is needed cannot be reached now; trying again later helps.
    #[error("unavailable: {0}")]
    Unavailable(String),
    /// A defect. The cause is logged once, with the trace; the caller is told no details.
    #[error("internal: {0}")]
    Internal(Box<dyn std::error::Error + Send + Sync>),
}

impl Error {
    /// There is no `what` with number `id`.
    pub fn not_found(what: &'static str, id: impl ToString) -> Self {
        Self::NotFound {
            what,
            id: id.to_string(),
        }
    }

    /// A defect, said in a sentence for those who read the log.
    pub fn internal(cause: impl Into<Box<dyn std::error::Error + Send + Sync>>) -> Self {
        Self::Internal(cause.into())
    }

    /// Field `path` (label `label`) is wrong because of `sentence` (Chinese).
    pub fn invalid(
        path: impl Into<String>,
        label: impl Into<String>,
        sentence: impl Into<String>,
    ) -> Self {
        Self::Invalid(vec![Violation {
            path: path.into(),
            label: label.into(),
            sentence: sentence.into(),
        }])
    }

    /// Is this the refusal for `reason`?
    pub fn is<R: RefusalReason>(&self, reason: R) -> bool {
        matches!(self, Self::Refused(refused) if refused.is(reason))
    }

    /// As it is shown to clerks beside the work that it stopped.
    pub(crate) fn shown(&self) -> String {
        match self {
            Self::Refused(refused) => refused.reason().sentence,
            other => other.to_string(),
        }
    }

    /// Does trying again, with nothing else changed, have a chance?
    #[must_use]
    pub fn is_passing(&self) -> bool {
        matches!(self, Self::Conflict(_) | Self::Unavailable(_))
    }
}

impl From<Refused> for Error {
    fn from(refused: Refused) -> Self {
        Self::Refused(refused)
    }
}

impl From<sqlx::Error> for Error {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            // Serialization failure, deadlock, lock timeout: the other transaction won.
            sqlx::Error::Database(cause)
                if matches!(cause.code().as_deref(), Some("40001" | "40P01" | "55P03")) =>
            {
                Self::Conflict(cause.message().to_owned())
            }
            // Shutting down, starting up, too many connections.
            sqlx::Error::Database(cause)
                if matches!(
                    cause.code().as_deref(),
                    Some("57P01" | "57P02" | "57P03" | "53300")
                ) =>
            {
                Self::Unavailable(cause.message().to_owned())
            }
            sqlx::Error::Io(_) | sqlx::Error::PoolTimedOut | sqlx::Error::PoolClosed => {
                Self::Unavailable(error.to_string())
            }
            _ => Self::Internal(Box::new(error)),
        }
    }
}

impl From<law::LawError> for Error {
    /// A parameter that has no value for the date is the area's to set, so the sentence is shown.
    fn from(error: law::LawError) -> Self {
        use contracts::common::v1::Refusal;
        Refused::because(Refusal::Parameter)
            .with("problem", error)
            .into()
    }
}

impl From<prost::DecodeError> for Error {
    fn from(error: prost::DecodeError) -> Self {
        Self::Internal(Box::new(error))
    }
}

impl From<serde_json::Error> for Error {
    fn from(error: serde_json::Error) -> Self {
        Self::Internal(Box::new(error))
    }
}

/// What a peer answered to a question. No peer answers `UNKNOWN` or `CANCELLED`: the connection broke.
impl From<Status> for Error {
    fn from(status: Status) -> Self {
        match status.code() {
            Code::Unavailable
            | Code::DeadlineExceeded
            | Code::Cancelled
            | Code::Unknown
            | Code::ResourceExhausted => Self::Unavailable(status.message().to_owned()),
            Code::Aborted => Self::Conflict(status.message().to_owned()),
            _ => Self::Internal(Box::new(status)),
        }
    }
}

impl From<Error> for Status {
    fn from(error: Error) -> Self {
        let (code, reason, sentence) = match &error {
            Error::Invalid(violations) => return invalid(violations),
            Error::Refused(refused) => return refusal(refused),
            Error::NotFound { what, id } => (
                Code::NotFound,
                "NOT_FOUND",
                format!("没有编号为“{id}”的{what}，或者您无权查看。请核对编号和统筹地区。"),
            ),
            Error::Denied(sentence) => (Code::PermissionDenied, "DENIED", sentence.clone()),
            Error::Conflict(_) => (
                Code::Aborted,
                "CONFLICT",
                "其他人正在办理同一事项。请刷新后重试。".to_owned(),
            ),
            Error::Unavailable(cause) => {
                tracing::warn!(cause, "something needed cannot be reached");
                (
                    Code::Unavailable,
                    "UNAVAILABLE",
                    "系统暂时不可用。请稍后重试。".to_owned(),
                )
            }
            Error::Internal(cause) => {
                tracing::error!(error = %Chain(cause.as_ref()), "a defect");
                (
                    Code::Internal,
                    "INTERNAL",
                    "系统内部错误，已记录。请把追踪编号告知系统管理员。".to_owned(),
                )
            }
        };
        let mut details = ErrorDetails::with_error_info(reason, ERROR_DOMAIN, []);
        details.set_localized_message("zh-CN", &sentence);
        Self::with_error_details(code, sentence, details)
    }
}

fn refusal(refused: &Refused) -> Status {
    let told = refused.reason();
    let mut metadata: std::collections::HashMap<String, String> = refused
        .gaps()
        .iter()
        .map(|(name, value)| ((*name).to_owned(), value.clone()))
        .collect();
    metadata.insert("source".to_owned(), told.source);
    let mut details = ErrorDetails::with_error_info(told.reason, ERROR_DOMAIN, metadata);
    details.set_localized_message("zh-CN", &told.sentence);
    Status::with_error_details(Code::FailedPrecondition, told.sentence, details)
}

/// An error with its causes on one line.
pub(crate) struct Chain<'a>(pub(crate) &'a (dyn std::error::Error + 'static));

impl std::fmt::Display for Chain<'_> {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        write!(f, "{}", self.0)?;
        let mut cause = self.0.source();
        while let Some(error) = cause {
            write!(f, ": {error}")?;
            cause = error.source();
        }
        Ok(())
    }
}

/// Two applications about the same thing took effect at once, where these constraints say so: the later signer
/// tries again and then sees what the earlier one did.
pub fn conflict_on(constraints: &'static [&'static str]) -> impl Fn(sqlx::Error) -> Error {
    move |error| match &error {
        sqlx::Error::Database(cause)
            if cause
                .constraint()
                .is_some_and(|violated| constraints.contains(&violated)) =>
        {
            Error::Conflict(format!("a simultaneous change: {}", cause.message()))
        }
        _ => error.into(),
    }
}

/// Turns the violation of a known constraint into the refusal that it stands for.
pub trait OrRefuse<T> {
    /// The refusal `reason` when `constraint` is violated; any other error as it is.
    ///
    /// # Errors
    /// As said.
    fn or_refuse(self, constraint: &str, reason: impl Into<Refused>) -> Result<T>;
}

impl<T> OrRefuse<T> for std::result::Result<T, sqlx::Error> {
    fn or_refuse(self, constraint: &str, reason: impl Into<Refused>) -> Result<T> {
        self.map_err(|error| match &error {
            sqlx::Error::Database(cause) if cause.constraint() == Some(constraint) => {
                Error::Refused(reason.into())
            }
            _ => error.into(),
        })
    }
}
