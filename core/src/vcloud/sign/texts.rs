use std::fmt;

use super::{digest::HexDigest, key::string_to_sign};
use crate::vcloud::{Dialect, time::BasicTime};

/// What a signature is made from, step by step. There may be a session token in it.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedTexts {
    /// What of the request is covered, one thing a line.
    pub canonical_request: String,
    /// What the key is applied to; it has the digest of the canonical request in it.
    pub string_to_sign: String,
}

impl SignedTexts {
    pub(super) fn new(
        dialect: Dialect,
        time: &BasicTime,
        scope: &str,
        canonical_request: String,
    ) -> SignedTexts {
        let digest = HexDigest::of(canonical_request.as_bytes());
        SignedTexts {
            string_to_sign: string_to_sign(dialect, time, scope, &digest).concat(),
            canonical_request,
        }
    }
}

impl fmt::Debug for SignedTexts {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedTexts(..)")
    }
}
