use std::fmt;

use http::{Response, StatusCode};

use super::{RetryClass, harmless, is_of_signature};

/// How much of an unreadable body an error keeps, in characters.
pub const EXCERPT_LIMIT: usize = 512;

/// An answer that cannot be understood: its status, what was wrong, and the first bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseError {
    status: StatusCode,
    problem: String,
    /// `None` where the body was read well.
    excerpt: Option<String>,
    request_id: Option<String>,
    leaves_doubt: bool,
}

impl ResponseError {
    /// Records `problem` with the status and the beginning of `response`.
    pub fn new(problem: impl Into<String>, response: &Response<impl AsRef<[u8]>>) -> ResponseError {
        let kept = beginning(response.body().as_ref());
        ResponseError {
            status: response.status(),
            problem: harmless(&problem.into()),
            excerpt: Some(harmless(&String::from_utf8_lossy(kept))),
            request_id: None,
            // A gateway that gives up does not know what the machine behind it did.
            leaves_doubt: response.status().is_server_error() || response.status().is_success(),
        }
    }

    /// Records a `problem` that a successful answer, well in itself, has with those before it.
    pub(crate) fn in_sequence(problem: &str) -> ResponseError {
        ResponseError {
            excerpt: None,
            ..ResponseError::new(problem, &Response::new(""))
        }
    }

    /// Adds the id under which the service knows the request.
    pub fn with_request_id(mut self, request_id: Option<String>) -> ResponseError {
        self.request_id = request_id.map(|id| harmless(&id));
        self
    }

    /// Leaves the body out: it may hold a permission that would not be recognised.
    pub(crate) fn without_excerpt(mut self) -> ResponseError {
        self.excerpt = Some("(withheld)".to_owned());
        self
    }

    /// Marks that the request may have been carried out whatever the status says.
    pub(crate) fn in_doubt(mut self) -> ResponseError {
        self.leaves_doubt = true;
        self
    }

    /// Whether the request may have been carried out all the same.
    pub fn leaves_doubt(&self) -> bool {
        self.leaves_doubt
    }

    /// The HTTP status.
    pub fn status(&self) -> StatusCode {
        self.status
    }

    /// What was wrong, and where.
    pub fn problem(&self) -> &str {
        &self.problem
    }

    /// The beginning of the body: at most [`EXCERPT_LIMIT`] characters, without control characters
    /// and without what looks like a signature.
    pub fn excerpt(&self) -> &str {
        self.excerpt.as_deref().unwrap_or_default()
    }

    /// The id to quote when asking the service's support.
    pub fn request_id(&self) -> Option<&str> {
        self.request_id.as_deref()
    }

    /// What, if anything, trying again could change: only the status can tell.
    pub fn retry_class(&self) -> RetryClass {
        RetryClass::of_status(self.status)
    }
}

/// More than is shown, since what is hidden must be seen whole: where the body is cut, what may be
/// the beginning of a signature or token is left out.
fn beginning(body: &[u8]) -> &[u8] {
    let Some(kept) = body.get(..4 * EXCERPT_LIMIT) else {
        return body;
    };
    let is_part = |byte: &u8| is_of_signature(char::from(*byte)) || matches!(byte, b',' | b'\\');
    let end = kept.iter().rposition(|byte| !is_part(byte));
    &kept[..end.map_or(kept.len(), |last| last + 1)]
}

impl fmt::Display for ResponseError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the answer cannot be understood: {}, HTTP {}",
            self.problem,
            self.status.as_u16()
        )?;
        if let Some(id) = &self.request_id {
            write!(f, ", request id {id}")?;
        }
        match self.excerpt.as_deref() {
            None => Ok(()),
            Some("") => f.write_str(", empty body"),
            Some(excerpt) => write!(f, ", body begins: {excerpt}"),
        }
    }
}

impl std::error::Error for ResponseError {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_excerpt_is_bounded_and_cannot_steer_a_terminal() {
        let body = format!("\u{1b}[2J{}", "图".repeat(1000));
        let response = Response::builder()
            .status(502)
            .body(body)
            .expect("a response");
        let error = ResponseError::new("no JSON", &response);
        assert!(error.excerpt().chars().count() <= EXCERPT_LIMIT);
        assert!(!error.excerpt().contains('\u{1b}'));
        assert_eq!(error.status(), StatusCode::BAD_GATEWAY);
        assert_eq!(error.retry_class(), RetryClass::Backoff);
    }

    #[test]
    fn a_signature_that_does_not_fit_is_not_shown_in_part() {
        let signature = "8N/h6iv9+EeLWKcF8oBlc3ud0rD9hPTEyNTAwMDAwMDAmaz1BS0lERVhBTVBMRTAwMDAwMA==";
        let token = "5484490c8e797dabe52af90ab8bd1e50,1629962357";
        for secret in [signature, token] {
            for part in 0..secret.len() {
                let hidden = "A".repeat(4 * EXCERPT_LIMIT - 1 - part);
                let response = Response::new(format!("{hidden} {secret}"));
                assert_eq!(ResponseError::new("no JSON", &response).excerpt(), "*** ");
            }
        }
    }
}
