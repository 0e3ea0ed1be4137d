use http::StatusCode;

/// One line of a service's table of error codes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct ErrorCode {
    /// The number on the wire.
    pub code: i64,
    /// The service's symbolic name; empty where it never published one.
    pub symbol: &'static str,
    /// What it means, in English.
    pub english: &'static str,
    /// What it means, in Chinese.
    pub chinese: &'static str,
    /// The HTTP status that comes with it, documented or presumed.
    pub status: Option<u16>,
    /// What trying again could change.
    pub retry: RetryClass,
    /// The class of refusal.
    pub kind: ServiceErrorKind,
}

/// One line of a table of codes; a `status` of 0 stands for none.
pub(crate) const fn row(
    code: i64,
    symbol: &'static str,
    english: &'static str,
    chinese: &'static str,
    status: u16,
    retry: RetryClass,
    kind: ServiceErrorKind,
) -> ErrorCode {
    let status = if status == 0 { None } else { Some(status) };
    ErrorCode {
        code,
        symbol,
        english,
        chinese,
        status,
        retry,
        kind,
    }
}

/// A language in which meanings are kept.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Language {
    /// English.
    English,
    /// Simplified Chinese.
    Chinese,
}

/// What trying again could change.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum RetryClass {
    /// Nothing.
    Never,
    /// The fault may pass: try again after a growing pause.
    Backoff,
    /// Too many requests: try again after a longer pause.
    Throttled,
    /// The signature was too old or already spent: sign anew, and try once.
    Resign,
    /// The state on the service differs from what was assumed: query it or clean up first.
    State,
}

impl RetryClass {
    /// The class of an answer of which only the status could be understood.
    pub(super) fn of_status(status: StatusCode) -> RetryClass {
        match status.as_u16() {
            429 => RetryClass::Throttled,
            500 | 502 | 503 | 504 => RetryClass::Backoff,
            _ => RetryClass::Never,
        }
    }
}

/// The class of a refusal, the same for all services.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum ServiceErrorKind {
    /// What was asked for is not there.
    NotFound,
    /// Something else is already there.
    Exists,
    /// The signature is missing, wrong or expired.
    Signature,
    /// The signature was good for one use, and that was made.
    Replayed,
    /// The signature is good, the permission is lacking.
    Denied,
    /// A parameter is wrong.
    Invalid,
    /// The content is not what was announced.
    Mismatch,
    /// An upload is open, or was given up, in the way of this request.
    Unfinished,
    /// What was paid for is used up.
    Exhausted,
    /// Too many requests.
    Throttled,
    /// The service has trouble of its own.
    Unavailable,
    /// None of these.
    Other,
}

impl ServiceErrorKind {
    pub(super) fn of_status(status: StatusCode) -> ServiceErrorKind {
        match status.as_u16() {
            400 | 405 | 411 | 413 | 414 | 415 | 416 | 422 | 631 => ServiceErrorKind::Invalid,
            401 => ServiceErrorKind::Signature,
            403 | 451 => ServiceErrorKind::Denied,
            // 612 and 631 are the storage service's own (dossier of COS, section 11.6).
            404 | 410 | 612 => ServiceErrorKind::NotFound,
            409 | 412 => ServiceErrorKind::Exists,
            429 => ServiceErrorKind::Throttled,
            500..=599 => ServiceErrorKind::Unavailable,
            _ => ServiceErrorKind::Other,
        }
    }
}
