use std::fmt;

/// Whose constants are in the signatures: those of TTVcloud, or those of today's Volcengine
/// (section 16.1). All else is the same.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub enum Dialect {
    /// `AWS4-HMAC-SHA256`, `X-Amz-…`, `aws4_request`: hosts below `bytedanceapi.com`.
    #[default]
    TtvCloud,
    /// `HMAC-SHA256`, `X-…`, `request`: hosts below `volcengineapi.com`.
    Volcengine,
}

/// The constants of one dialect.
pub(super) struct Constants {
    pub(super) algorithm: &'static str,
    /// What stands before the secret key in the first key.
    pub(super) key_prefix: &'static str,
    /// The last key step, and the end of the scope.
    pub(super) terminator: &'static str,
    /// Headers whose name begins like this are signed; so do all names below.
    pub(super) prefix: &'static str,
    pub(super) date: &'static str,
    pub(super) date_lower: &'static str,
    pub(super) body_digest: &'static str,
    pub(super) body_digest_lower: &'static str,
    pub(super) session_token: &'static str,
    pub(super) session_token_lower: &'static str,
    pub(super) not_sign_body: &'static str,
    pub(super) credential: &'static str,
    pub(super) algorithm_parameter: &'static str,
    pub(super) signed_headers: &'static str,
    pub(super) signed_queries: &'static str,
    pub(super) signature: &'static str,
    pub(super) expires: &'static str,
}

static TTV_CLOUD: Constants = Constants {
    algorithm: "AWS4-HMAC-SHA256",
    key_prefix: "AWS4",
    terminator: "aws4_request",
    prefix: "X-Amz-",
    date: "X-Amz-Date",
    date_lower: "x-amz-date",
    body_digest: "X-Amz-Content-Sha256",
    body_digest_lower: "x-amz-content-sha256",
    session_token: "X-Amz-Security-Token",
    session_token_lower: "x-amz-security-token",
    not_sign_body: "X-Amz-NotSignBody",
    credential: "X-Amz-Credential",
    algorithm_parameter: "X-Amz-Algorithm",
    signed_headers: "X-Amz-SignedHeaders",
    signed_queries: "X-Amz-SignedQueries",
    signature: "X-Amz-Signature",
    expires: "X-Amz-Expires",
};

static VOLCENGINE: Constants = Constants {
    algorithm: "HMAC-SHA256",
    key_prefix: "",
    terminator: "request",
    prefix: "X-",
    date: "X-Date",
    date_lower: "x-date",
    body_digest: "X-Content-Sha256",
    body_digest_lower: "x-content-sha256",
    session_token: "X-Security-Token",
    session_token_lower: "x-security-token",
    not_sign_body: "X-NotSignBody",
    credential: "X-Credential",
    algorithm_parameter: "X-Algorithm",
    signed_headers: "X-SignedHeaders",
    signed_queries: "X-SignedQueries",
    signature: "X-Signature",
    expires: "X-Expires",
};

impl Dialect {
    /// Both.
    pub const ALL: [Dialect; 2] = [Dialect::TtvCloud, Dialect::Volcengine];

    /// What the vendor calls the service.
    pub fn name(self) -> &'static str {
        match self {
            Dialect::TtvCloud => "TTVcloud",
            Dialect::Volcengine => "Volcengine",
        }
    }

    /// The name of the algorithm, as it begins the `Authorization` header.
    pub fn algorithm(self) -> &'static str {
        self.constants().algorithm
    }

    /// The header, and the query parameter, of the time of signing.
    pub fn date_name(self) -> &'static str {
        self.constants().date
    }

    /// The header with the digest of the body.
    pub fn body_digest_name(self) -> &'static str {
        self.constants().body_digest
    }

    /// The header, and the query parameter, of a session token.
    pub fn session_token_name(self) -> &'static str {
        self.constants().session_token
    }

    /// The query parameter that makes a request one with a query signature.
    pub fn signature_name(self) -> &'static str {
        self.constants().signature
    }

    /// The query parameter with the seconds for which a query signature lives.
    pub fn expires_name(self) -> &'static str {
        self.constants().expires
    }

    pub(super) fn constants(self) -> &'static Constants {
        match self {
            Dialect::TtvCloud => &TTV_CLOUD,
            Dialect::Volcengine => &VOLCENGINE,
        }
    }
}

impl fmt::Display for Dialect {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_in_lower_case_are_the_same_names() {
        for dialect in Dialect::ALL {
            let constants = dialect.constants();
            for (name, lower) in [
                (constants.date, constants.date_lower),
                (constants.body_digest, constants.body_digest_lower),
                (constants.session_token, constants.session_token_lower),
            ] {
                assert_eq!(name.to_ascii_lowercase(), lower);
            }
        }
    }

    #[test]
    fn every_name_of_a_dialect_begins_with_its_prefix() {
        for dialect in Dialect::ALL {
            let constants = dialect.constants();
            for name in [
                constants.date,
                constants.body_digest,
                constants.session_token,
                constants.not_sign_body,
                constants.credential,
                constants.algorithm_parameter,
                constants.signed_headers,
                constants.signed_queries,
                constants.signature,
                constants.expires,
            ] {
                assert!(name.starts_with(constants.prefix), "{name}");
            }
        }
    }
}
