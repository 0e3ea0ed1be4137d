use std::fmt;

use http::StatusCode;

/// Why a request is not let in, in the gateway's terms (sections 13.1 and 15).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// There is neither an `Authorization` header nor a query signature.
    NoSignature,
    /// The `Authorization` header, or the query's parameters, are not of the form that a signature
    /// has.
    Malformed,
    /// The algorithm is another.
    Algorithm,
    /// The credential is not `{access key}/{date}/{region}/{service}/{terminator}`.
    Credential,
    /// Access key, service, region or date is missing.
    Incomplete,
    /// The signature is empty.
    EmptySignature,
    /// The time is no time, or on another day than the credential.
    Date,
    /// The time is too far from now, before or after.
    Expired,
    /// The session token is not of the form that one has.
    TokenMalformed,
    /// The session token was made with another key, or changed since.
    TokenDigest,
    /// The session token is at its end.
    TokenExpired,
    /// The session token is for another access key.
    TokenAccessKey,
    /// The policy of the session token does not allow it.
    Policy,
    /// The digest of the body that the client sent along is not that of the body.
    Body,
    /// A header that is named as signed is not there, or is no text.
    Header,
    /// Made with another key, or changed since.
    Digest,
}

impl Refusal {
    /// The gateway's number, `CodeN`.
    pub fn code(self) -> i64 {
        self.row().0
    }

    /// The gateway's name, `Code`.
    pub fn name(self) -> &'static str {
        self.row().1
    }

    /// The HTTP status that goes with it.
    pub fn status(self) -> StatusCode {
        self.row().2
    }

    fn row(self) -> (i64, &'static str, StatusCode) {
        const BAD: StatusCode = StatusCode::BAD_REQUEST;
        const UNAUTHORIZED: StatusCode = StatusCode::UNAUTHORIZED;
        const FORBIDDEN: StatusCode = StatusCode::FORBIDDEN;
        match self {
            Refusal::NoSignature => (100_003, "MissingAuthenticationToken", UNAUTHORIZED),
            Refusal::Incomplete => (100_004, "MissingRequestInfo", BAD),
            Refusal::EmptySignature => (100_005, "MissingSignature", UNAUTHORIZED),
            Refusal::Date | Refusal::Expired => (100_006, "InvalidTimestamp", FORBIDDEN),
            Refusal::Body | Refusal::Header | Refusal::Digest => {
                (100_010, "SignatureDoesNotMatch", UNAUTHORIZED)
            }
            Refusal::Policy => (100_013, "AccessDenied", FORBIDDEN),
            Refusal::Malformed | Refusal::Algorithm => (100_024, "InvalidAuthorization", BAD),
            Refusal::Credential => (100_025, "InvalidCredential", BAD),
            Refusal::TokenMalformed
            | Refusal::TokenDigest
            | Refusal::TokenExpired
            | Refusal::TokenAccessKey => (100_026, "InvalidSecretToken", UNAUTHORIZED),
        }
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::NoSignature => "there is no signature, neither in a header nor in the query",
            Refusal::Malformed => "the authorization is not of the form of a signature",
            Refusal::Algorithm => "the algorithm is not that of the dialect",
            Refusal::Credential => {
                "the credential is not access key, date, region, service and terminator"
            }
            Refusal::Incomplete => "access key, service, region or date is missing",
            Refusal::EmptySignature => "the signature is empty",
            Refusal::Date => "the time is no time, or not on the day of the credential",
            Refusal::Expired => "the time is too far from now: check the clock",
            Refusal::TokenMalformed => "the session token is not of the form of one",
            Refusal::TokenDigest => {
                "the signature in the session token does not fit: another key, or a change"
            }
            Refusal::TokenExpired => "the session token is at its end",
            Refusal::TokenAccessKey => "the session token is for another access key",
            Refusal::Policy => "the policy of the session token does not allow it",
            Refusal::Body => "the digest of the body that was sent along is not that of the body",
            Refusal::Header => "a header that is named as signed is not there, or is no text",
            Refusal::Digest => {
                "the signature does not fit the canonical request: another key, or a change"
            }
        })
    }
}

impl std::error::Error for Refusal {}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_refusal_has_the_gateways_number_name_and_status() {
        assert_eq!(
            (
                Refusal::Digest.code(),
                Refusal::Digest.name(),
                Refusal::Digest.status()
            ),
            (100_010, "SignatureDoesNotMatch", StatusCode::UNAUTHORIZED)
        );
        assert_eq!(Refusal::TokenExpired.name(), "InvalidSecretToken");
        assert_eq!(Refusal::Expired.status(), StatusCode::FORBIDDEN);
    }
}
