use std::{fmt, time::Duration};

use http::StatusCode;

use super::{ErrorCode, Language, RetryClass, ServiceErrorKind, harmless};

/// A refusal in the service's own words: HTTP status, code, message and request id.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ServiceError {
    service: Service,
    status: StatusCode,
    code: i64,
    symbol: String,
    message: String,
    request_id: Option<String>,
    retry_after: Option<Duration>,
    known: Option<&'static ErrorCode>,
    /// Who refused, where the name of the service does not say it.
    refuser: Option<&'static str>,
}

impl ServiceError {
    /// A refusal with `code`, explained by `known` if the service's table lists it.
    ///
    /// Of the message, 512 characters are kept, and no control characters: a service must not be
    /// able to steer the terminal that shows it.
    pub fn new(
        service: Service,
        status: StatusCode,
        code: i64,
        message: impl Into<String>,
        known: Option<&'static ErrorCode>,
    ) -> ServiceError {
        ServiceError {
            service,
            status,
            code,
            symbol: String::new(),
            message: harmless(&message.into()),
            request_id: None,
            retry_after: None,
            known,
            refuser: None,
        }
    }

    /// Says who refused, where the service goes by more than one name, or has hosts of its own.
    pub(crate) fn by(mut self, refuser: &'static str) -> ServiceError {
        self.refuser = Some(refuser);
        self
    }

    /// Adds the name that the service gave the code.
    pub fn with_symbol(mut self, symbol: impl Into<String>) -> ServiceError {
        self.symbol = harmless(&symbol.into());
        self
    }

    /// Adds the id under which the service knows the request.
    pub fn with_request_id(mut self, request_id: Option<String>) -> ServiceError {
        self.request_id = request_id.map(|id| harmless(&id));
        self
    }

    /// Adds the pause that the service asked for.
    pub fn with_retry_after(mut self, retry_after: Option<Duration>) -> ServiceError {
        self.retry_after = retry_after;
        self
    }

    /// Which service it was, whatever [name](ServiceError::refuser) it goes by.
    pub fn service(&self) -> Service {
        self.service
    }

    /// Who refused, as messages call it: the service by the name that it goes by, or a host of its own
    /// that knows less than the service.
    pub fn refuser(&self) -> &'static str {
        self.refuser.unwrap_or(self.service.name())
    }

    /// The HTTP status of the answer; not always an error status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// The service's code.
    pub fn code(&self) -> i64 {
        self.code
    }

    /// The name that the service gave the code, beside or in place of a number; empty where it gave
    /// none.
    pub fn symbol(&self) -> &str {
        &self.symbol
    }

    /// The service's text, often a symbolic name.
    pub fn message(&self) -> &str {
        &self.message
    }

    /// The id to quote when asking the service's support.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// How long the service asked us to wait.
    pub fn retry_after(&self) -> Option<Duration> {
        self.retry_after
    }

    /// What the documentation says of the code; `None` if it is in no table.
    pub fn meaning(&self, language: Language) -> Option<&'static str> {
        self.known.map(|known| match language {
            Language::English => known.english,
            Language::Chinese => known.chinese,
        })
    }

    /// The class of refusal, for programs.
    pub fn kind(&self) -> ServiceErrorKind {
        match self.known {
            Some(known) => known.kind,
            None => ServiceErrorKind::of_status(self.status),
        }
    }

    /// Whether it may have been carried out all the same: the fault was behind the service, or the
    /// signature was spent before, perhaps by a copy of this very request.
    pub fn leaves_doubt(&self) -> bool {
        match self.kind() {
            // A code of TTVcloud that goes with 503 comes before anything is done (dossier of TTVcloud,
            // section 13).
            ServiceErrorKind::Unavailable => {
                self.service != Service::Vcloud || self.documented_status() != Some(503)
            }
            ServiceErrorKind::Replayed => true,
            _ => false,
        }
    }

    fn documented_status(&self) -> Option<u16> {
        self.known.and_then(|known| known.status)
    }

    /// What, if anything, trying again could change.
    pub fn retry_class(&self) -> RetryClass {
        match self.known {
            Some(known) => known.retry,
            None => RetryClass::of_status(self.status),
        }
    }

    /// Whether the message says the meaning, and more.
    fn explains(&self, known: &ErrorCode) -> bool {
        self.message.len() > known.english.len() && self.message.contains(known.english)
    }
}

impl fmt::Display for ServiceError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let refuser = self.refuser();
        match (self.code, self.symbol.as_str()) {
            (code, "") => write!(f, "{refuser} refused: {code}")?,
            (0, symbol) => write!(f, "{refuser} refused: {symbol}")?,
            (code, symbol) => write!(f, "{refuser} refused: {code} {symbol}")?,
        }
        // Some refusals come with the meaning for a message, or with more behind it.
        let meaning = self.meaning(Language::English);
        if !self.message.is_empty() && meaning != Some(&self.message) {
            write!(f, " {}", self.message)?;
        }
        match self.known {
            Some(known) if self.explains(known) => write!(f, " ({})", known.chinese)?,
            Some(known) => write!(f, " ({}; {})", known.english, known.chinese)?,
            None => {}
        }
        write!(f, ", HTTP {}", self.status.as_u16())?;
        if let Some(id) = &self.request_id {
            write!(f, ", request id {id}")?;
        }
        Ok(())
    }
}

impl std::error::Error for ServiceError {}

/// Which service an error came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Service {
    /// Tencent COS v4.
    Cos,
    /// Tencent Wanxiang, Cloud Image.
    Wanxiang,
    /// Fangtang photo repair.
    Fangtang,
    /// ByteDance TTVcloud and its successor.
    Vcloud,
}

impl Service {
    fn name(self) -> &'static str {
        match self {
            Service::Cos => "COS",
            Service::Wanxiang => "Wanxiang",
            Service::Fangtang => "Fangtang",
            Service::Vcloud => "TTVcloud",
        }
    }
}

impl fmt::Display for Service {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    static MISSING: ErrorCode = ErrorCode {
        code: -197,
        symbol: "ERROR_CMD_FILE_NOTEXIST",
        english: "file or folder missing",
        chinese: "文件或目录不存在",
        status: Some(404),
        retry: RetryClass::Never,
        kind: ServiceErrorKind::NotFound,
    };

    #[test]
    fn display_says_code_meaning_in_both_languages_status_and_request_id() {
        let error = ServiceError::new(
            Service::Cos,
            StatusCode::NOT_FOUND,
            -197,
            "ERROR_CMD_FILE_NOTEXIST",
            Some(&MISSING),
        )
        .with_request_id(Some("NTlh".into()));
        assert_eq!(
            error.to_string(),
            "COS refused: -197 ERROR_CMD_FILE_NOTEXIST (file or folder missing; 文件或目录不存在), \
             HTTP 404, request id NTlh"
        );
        assert_eq!(error.kind(), ServiceErrorKind::NotFound);
    }

    #[test]
    fn a_meaning_that_the_message_says_is_not_said_twice() {
        let shown = |message: &str| {
            let status = StatusCode::NOT_FOUND;
            ServiceError::new(Service::Cos, status, -197, message, Some(&MISSING)).to_string()
        };
        let more = shown("file or folder missing: /a");
        assert_eq!(
            more,
            "COS refused: -197 file or folder missing: /a (文件或目录不存在), HTTP 404"
        );
        let alone = "COS refused: -197 (file or folder missing; 文件或目录不存在), HTTP 404";
        assert_eq!(shown("file or folder missing"), alone);
        assert_eq!(shown(""), alone);
    }

    #[test]
    fn a_message_from_the_wire_cannot_steer_a_terminal() {
        let long = format!("\u{1b}[2J{}", "x".repeat(10_000));
        let error = ServiceError::new(Service::Cos, StatusCode::OK, -1, long, None)
            .with_request_id(Some("a\nb".into()));
        let shown = error.to_string();
        assert!(
            shown.len() < 700 && !shown.contains(['\u{1b}', '\n']),
            "{shown}"
        );
    }

    #[test]
    fn a_code_in_no_table_is_judged_by_its_status() {
        let unknown = |status| ServiceError::new(Service::Cos, status, -31337, "", None);
        let busy = unknown(StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(busy.kind(), ServiceErrorKind::Unavailable);
        assert_eq!(busy.retry_class(), RetryClass::Backoff);
        let bad = unknown(StatusCode::BAD_REQUEST);
        assert_eq!(bad.kind(), ServiceErrorKind::Invalid);
        assert_eq!(bad.retry_class(), RetryClass::Never);
    }
}
