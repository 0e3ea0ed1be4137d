use std::fmt;

/// Why a token is not taken.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum TokenRefusal {
    /// There is none.
    Missing,
    /// Not one header `Authorization` with `JWT` or `Bearer`, a blank, and a token.
    Header,
    /// Not three parts of JSON and a signature, or by an algorithm that has no name: `none`.
    Malformed,
    /// Of another algorithm, or of none.
    Algorithm,
    /// With a header that has to be understood, and is not.
    Critical,
    /// Not made with the key.
    Signature,
    /// Without an end, or at it.
    Expired,
    /// Not to be used yet.
    Early,
    /// Of another issuer.
    Issuer,
    /// For another audience.
    Audience,
    /// For nobody, or for somebody whose name cannot be written in one line.
    Subject,
    /// With a claim that is not known.
    UnknownClaim,
}

impl TokenRefusal {
    /// One word for it.
    pub fn code(self) -> &'static str {
        match self {
            TokenRefusal::Missing => "token_missing",
            TokenRefusal::Header | TokenRefusal::Malformed => "token_malformed",
            TokenRefusal::Algorithm => "token_algorithm",
            TokenRefusal::Critical => "token_critical",
            TokenRefusal::Signature => "token_signature",
            TokenRefusal::Expired => "token_expired",
            TokenRefusal::Early => "token_early",
            TokenRefusal::Issuer => "token_issuer",
            TokenRefusal::Audience => "token_audience",
            TokenRefusal::Subject => "token_subject",
            TokenRefusal::UnknownClaim => "token_claim",
        }
    }
}

impl fmt::Display for TokenRefusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            TokenRefusal::Missing => {
                "there is no token: send it in the header Authorization, behind the word Bearer"
            }
            TokenRefusal::Header => {
                "the header Authorization is not JWT or Bearer, one blank, and a token"
            }
            TokenRefusal::Malformed => "the token cannot be read, or is not signed",
            TokenRefusal::Algorithm => "the token is signed by another algorithm",
            TokenRefusal::Critical => "the token has a critical header that is not known here",
            TokenRefusal::Signature => "the token is signed with another key",
            TokenRefusal::Expired => "the token has expired",
            TokenRefusal::Early => "the token is not to be used yet",
            TokenRefusal::Issuer => "the token is of another issuer",
            TokenRefusal::Audience => "the token is for another audience",
            TokenRefusal::Subject => "the token is for nobody whose name can be read",
            TokenRefusal::UnknownClaim => "the token has a claim that is not named in the policy",
        })
    }
}

impl std::error::Error for TokenRefusal {}
