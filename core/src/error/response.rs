use std::fmt;

use http::{Response, StatusCode};

use super::{RetryClass, harmless};

/// How much of an unreadable body an error keeps, in characters.
pub const EXCERPT_LIMIT: usize = 512;

/// An answer that cannot be understood: its status, what was wrong, and the first bytes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ResponseError {
    status: StatusCode,
    problem: String,
    excerpt: String,
    request_id: Option<String>,
}

impl ResponseError {
    /// Records `problem` with the status and the beginning of `response`.
    pub fn new(problem: impl Into<String>, response: &Response<impl AsRef<[u8]>>) -> ResponseError {
        let body = response.body().as_ref();
        // More than is shown: what is hidden must be seen whole.
        let kept = &body[..body.len().min(4 * EXCERPT_LIMIT)];
        ResponseError {
            status: response.status(),
            problem: harmless(&problem.into()),
            excerpt: harmless(&String::from_utf8_lossy(kept)),
            request_id: None,
        }
    }

    /// Adds the id under which the service knows the request.
    pub fn with_request_id(mut self, request_id: Option<String>) -> ResponseError {
        self.request_id = request_id.map(|id| harmless(&id));
        self
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
        &self.excerpt
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
        if self.excerpt.is_empty() {
            f.write_str(", empty body")
        } else {
            write!(f, ", body begins: {}", self.excerpt)
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
}
