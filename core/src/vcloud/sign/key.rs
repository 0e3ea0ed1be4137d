use hmac::{Hmac, KeyInit, Mac};
use sha2::Sha256;

use super::digest::HexDigest;
use crate::{
    Secret,
    vcloud::{Dialect, time::BasicTime},
};

/// A secret key, prepared for the first of the four steps to a signing key (section 4). Wiped when
/// dropped.
pub(super) struct RootKey {
    dialect: Dialect,
    mac: Hmac<Sha256>,
}

impl RootKey {
    pub(super) fn new(dialect: Dialect, secret: &Secret) -> RootKey {
        let key = Secret::new([dialect.constants().key_prefix, secret.expose()].concat());
        let mac = keyed(key.expose().as_bytes());
        RootKey { dialect, mac }
    }

    /// The key for a day, region and service.
    pub(super) fn derive(&self, date: &str, region: &str, service: &str) -> SigningKey {
        let dialect = self.dialect;
        let dated = step(self.mac.clone(), date);
        let of_region = step(keyed(&dated.0), region);
        let of_service = step(keyed(&of_region.0), service);
        let last = step(keyed(&of_service.0), dialect.constants().terminator);
        let mac = keyed(&last.0);
        SigningKey { dialect, mac }
    }
}

/// A key for one day, region and service. Wiped when dropped.
pub(super) struct SigningKey {
    dialect: Dialect,
    mac: Hmac<Sha256>,
}

impl SigningKey {
    /// The signature of the string to sign, which has this time, scope and request digest in it. The
    /// string is appended to `scratch`: one piece is hashed faster than seven.
    pub(super) fn sign(
        &self,
        scratch: &mut String,
        time: &BasicTime,
        scope: &str,
        request: &HexDigest,
    ) -> HexDigest {
        let start = scratch.len();
        scratch.extend(string_to_sign(self.dialect, time, scope, request));
        let mut mac = self.mac.clone();
        mac.update(&scratch.as_bytes()[start..]);
        HexDigest::new(&mac.finalize().into_bytes().into())
    }
}

/// The lines of the string to sign.
pub(super) fn string_to_sign<'a>(
    dialect: Dialect,
    time: &'a BasicTime,
    scope: &'a str,
    request: &'a HexDigest,
) -> [&'a str; 7] {
    let algorithm = dialect.algorithm();
    let (time, request) = (time.as_str(), request.as_str());
    [algorithm, "\n", time, "\n", scope, "\n", request]
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("an HMAC key may have any length")
}

fn step(mut mac: Hmac<Sha256>, text: &str) -> StepKey {
    mac.update(text.as_bytes());
    StepKey(mac.finalize().into_bytes().into())
}

/// What one step brings, and the next one starts from.
struct StepKey([u8; 32]);

/// Overwrites all at once: `Zeroizing` goes byte by byte.
impl Drop for StepKey {
    fn drop(&mut self) {
        self.0 = [0; 32];
        // Without this, what nobody reads any more need not be written.
        zeroize::optimization_barrier(&self.0);
    }
}
