//! Errors for deciding: whose fault it was, whether to try again, what the service called it.
//!
//! | variant | whose fault | what was sent |
//! |---|---|---|
//! | [`Error::Input`] | the caller asked for something that cannot be | nothing |
//! | [`Error::Local`] | a file or buffer on this side | perhaps a part |
//! | [`Error::Service`] | the service answered, and refused | the request |
//! | [`Error::Response`] | the service answered something unreadable | the request |
//! | [`Error::Transport`] | there was no answer | see [`Delivery`] |
//! | [`Error::Doubt`] | one of those above, after which the service may have done what was asked, with a consequence to know | the request, perhaps in an earlier attempt |
//! | [`Error::Deadline`] | the work takes longer than the caller wanted to wait | all that was needed |
//!
//! | question | who answers |
//! |---|---|
//! | what kind of refusal, by the same words for all services | [`Error::kind`] |
//! | whether sending it again may help | [`Error::is_retryable`] |
//! | whether it may have been carried out all the same | [`Error::is_in_doubt`] |
//! | what the service called it, its meaning, the request id | [`Error::service`] |

mod code;
mod deadline;
mod doubt;
mod input;
mod local;
mod path;
mod response;
mod service;
mod transport;

use std::fmt;

pub(crate) use code::row;
pub use code::{ErrorCode, Language, RetryClass, ServiceErrorKind};
pub use deadline::DeadlineError;
pub use doubt::DoubtError;
pub use input::InputError;
pub use local::LocalError;
pub use path::PathError;
pub use response::{EXCERPT_LIMIT, ResponseError};
pub use service::{Service, ServiceError};
pub use transport::{Delivery, TransportError};

/// Why an exchange, or a whole flow, did not succeed.
#[derive(Debug)]
#[non_exhaustive]
pub enum Error {
    /// What the caller asked for cannot be sent. Nothing was.
    Input(InputError),
    /// A file or buffer on this side could not be read or written, or changed meanwhile.
    Local(LocalError),
    /// The service answered, and refused.
    Service(Box<ServiceError>),
    /// The service answered something that cannot be understood.
    Response(Box<ResponseError>),
    /// There was no answer.
    Transport(Box<TransportError>),
    /// It failed, and may have been carried out all the same, with a consequence to know.
    Doubt(Box<DoubtError>),
    /// The service was not done in time. It goes on, and can be asked again.
    Deadline(Box<DeadlineError>),
}

impl Error {
    /// What, if anything, trying again could change.
    pub fn retry_class(&self) -> RetryClass {
        match self {
            Error::Input(_) | Error::Local(_) => RetryClass::Never,
            Error::Service(error) => error.retry_class(),
            Error::Response(error) => error.retry_class(),
            Error::Transport(_) => RetryClass::Backoff,
            Error::Doubt(error) => error.cause().retry_class(),
            Error::Deadline(_) => RetryClass::Never,
        }
    }

    /// Whether sending the same operation again, signed anew, may succeed.
    ///
    /// Says nothing about safety: an operation that is not repeatable must not be sent again
    /// while [`Error::is_in_doubt`].
    pub fn is_retryable(&self) -> bool {
        matches!(
            self.retry_class(),
            RetryClass::Backoff | RetryClass::Throttled | RetryClass::Resign
        )
    }

    /// Whether the service may have done what was asked, although no one said so.
    ///
    /// Not so after [`Error::Local`]: a request whose source failed is not sent to its end, and an
    /// answer that could not be written down is one to a question that changes nothing.
    pub fn is_in_doubt(&self) -> bool {
        match self {
            Error::Input(_) | Error::Local(_) | Error::Deadline(_) => false,
            Error::Doubt(_) => true,
            Error::Service(error) => error.leaves_doubt(),
            Error::Response(error) => error.leaves_doubt(),
            Error::Transport(error) => error.delivery() == Delivery::Unknown,
        }
    }

    /// The same, with what it means if the request was carried out all the same.
    pub(crate) fn in_doubt(self, if_carried_out: Option<&'static str>) -> Error {
        match if_carried_out {
            // One doubt is enough.
            Some(_) if matches!(self, Error::Doubt(_)) => self,
            Some(consequence) => Error::Doubt(Box::new(DoubtError::new(consequence, self))),
            None => self,
        }
    }

    /// The same, with whom the request was for, where that helps.
    pub(crate) fn about(self, peer: Option<&http::uri::Authority>) -> Error {
        match self {
            Error::Transport(error) => error.with_peer(peer).into(),
            other => other,
        }
    }

    /// The HTTP status, where there was one.
    pub fn status(&self) -> Option<http::StatusCode> {
        match self {
            Error::Service(error) => Some(error.status()),
            Error::Response(error) => Some(error.status()),
            Error::Doubt(error) => error.cause().status(),
            Error::Input(_) | Error::Local(_) | Error::Transport(_) | Error::Deadline(_) => None,
        }
    }

    /// The class of a refusal, the same for all services; also of one that needed no question, such
    /// as a photo that cannot be uploaded because nothing is left.
    ///
    /// `None` while it is in doubt whether the request was carried out: a picture whose id is taken
    /// then may be the one that was uploaded.
    pub fn kind(&self) -> Option<ServiceErrorKind> {
        match self {
            Error::Service(error) => Some(error.kind()),
            Error::Input(InputError::NothingLeft) => Some(ServiceErrorKind::Exhausted),
            Error::Input(InputError::ResultExpired) => Some(ServiceErrorKind::NotFound),
            _ => None,
        }
    }

    /// What the service called it, where it did; also inside of [`Error::Doubt`].
    pub fn service(&self) -> Option<&ServiceError> {
        match self {
            Error::Service(error) => Some(error),
            Error::Doubt(error) => error.cause().service(),
            _ => None,
        }
    }
}

impl fmt::Display for Error {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Error::Input(error) => write!(f, "not sent: {error}"),
            Error::Local(error) => error.fmt(f),
            Error::Service(error) => error.fmt(f),
            Error::Response(error) => error.fmt(f),
            Error::Transport(error) => error.fmt(f),
            Error::Doubt(error) => error.fmt(f),
            Error::Deadline(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for Error {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            Error::Input(error) => error.source(),
            Error::Local(error) => error.source(),
            Error::Transport(error) => error.source(),
            Error::Doubt(error) => error.source(),
            Error::Service(_) | Error::Response(_) | Error::Deadline(_) => None,
        }
    }
}

impl From<InputError> for Error {
    fn from(error: InputError) -> Error {
        Error::Input(error)
    }
}

impl From<PathError> for Error {
    fn from(error: PathError) -> Error {
        Error::Input(InputError::Path(error))
    }
}

impl From<LocalError> for Error {
    fn from(error: LocalError) -> Error {
        Error::Local(error)
    }
}

impl From<ServiceError> for Error {
    fn from(error: ServiceError) -> Error {
        Error::Service(Box::new(error))
    }
}

impl From<ResponseError> for Error {
    fn from(error: ResponseError) -> Error {
        Error::Response(Box::new(error))
    }
}

impl From<DeadlineError> for Error {
    fn from(error: DeadlineError) -> Error {
        Error::Deadline(Box::new(error))
    }
}

impl From<TransportError> for Error {
    fn from(error: TransportError) -> Error {
        Error::Transport(Box::new(error))
    }
}

/// What of a text from the wire may be shown: bounded; without control characters, which would let
/// an answer steer the terminal that shows it; and without what is long enough to be a signature,
/// since an answer may repeat the request's.
fn harmless(text: &str) -> String {
    let mut shown = String::new();
    let mut rest = text;
    while let Some(next) = rest.chars().next() {
        let run = run_length(rest);
        let hidden = hidden_length(rest, run);
        let length = hidden.unwrap_or(if run == 0 { next.len_utf8() } else { run });
        let (piece, behind) = rest.split_at(length);
        rest = behind;
        match hidden {
            Some(_) => shown.push_str("***"),
            None => shown.extend(piece.chars().map(|c| if c.is_control() { ' ' } else { c })),
        }
    }
    shown.chars().take(EXCERPT_LIMIT).collect()
}

/// How much base64 `text` begins with; in JSON, some servers escape its slashes.
fn run_length(text: &str) -> usize {
    let mut rest = text.trim_start_matches(is_of_signature);
    while let Some(behind) = rest.strip_prefix("\\/") {
        rest = behind.trim_start_matches(is_of_signature);
    }
    text.len() - rest.len()
}

/// How much to hide, where `rest` begins with `run` characters of base64: a signature, or the token
/// of Fangtang, which is shorter: a digest, a comma, a time.
fn hidden_length(rest: &str, run: usize) -> Option<usize> {
    let (piece, behind) = rest.split_at(run);
    let time = behind.strip_prefix(',').unwrap_or_default();
    let digits = time.bytes().take_while(u8::is_ascii_digit).count();
    if digits > 0 && ends_in_digest(piece) {
        return Some(run + 1 + digits);
    }
    let comma = piece.find("%2C").or_else(|| piece.find("%2c"));
    let escaped = comma.is_some_and(|at| ends_in_digest(&piece[..at]));
    (escaped || run >= SIGNATURE_LIKE).then_some(run)
}

/// Whether it ends in the hex of an MD5.
fn ends_in_digest(text: &str) -> bool {
    let end = text.as_bytes().last_chunk::<32>();
    end.is_some_and(|digest| digest.iter().all(u8::is_ascii_hexdigit))
}

/// From this length on, a run of base64 is hidden. Request ids and digests are shorter.
const SIGNATURE_LIKE: usize = 60;

/// Base64, also where it was escaped for a query.
fn is_of_signature(c: char) -> bool {
    c.is_ascii_alphanumeric() || matches!(c, '+' | '/' | '=' | '%')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_are_small_and_travel_between_threads() {
        fn travels<T: Send + Sync + 'static>() {}
        travels::<Error>();
        assert!(size_of::<Error>() <= 64, "{}", size_of::<Error>());
    }

    #[test]
    fn an_answer_that_repeats_the_signature_does_not_get_it_into_an_error() {
        let signature = "8N/h6iv9+EeLWKcF8oBlc3ud0rD9hPTEyNTAwMDAwMDAmaz1BS0lERVhBTVBMRTAwMDAwMA==";
        let shown = harmless(&format!("<p>{signature}</p>\n\u{1b}[2J 图"));
        assert_eq!(shown, "<p>***</p>  [2J 图");
        let in_json = format!(r#"{{"sign":"{}"}}"#, signature.replace('/', r"\/"));
        assert_eq!(harmless(&in_json), r#"{"sign":"***"}"#);
        let token = "5484490c8e797dabe52af90ab8bd1e50,1629962357";
        let escaped = token.replace(',', "%2C");
        let shown = harmless(&format!("token={token}; \"{token}\" {escaped}"));
        assert_eq!(shown, "***; \"***\" ***");
        let digest = r#"{"mdf":"5484490c8e797dabe52af90ab8bd1e50","nums":1}"#;
        assert_eq!(harmless(digest), digest);
        let id = "NTlhNTA2MjFfN2YwMDAwMDFfMTIzNF8x";
        assert_eq!(harmless(id), id);
    }
}
