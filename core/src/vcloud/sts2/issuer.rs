use std::{fmt, sync::Arc, time::Duration};

use base64::Engine;
use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use sha2::Sha256;
use zeroize::Zeroizing;

use super::{
    Chance, MINIMUM_LIFETIME, Policy, TOKEN_PREFIX, TemporaryKeys, cipher::Cipher, json::push_text,
};
use crate::{
    Secret, Stamp, Timestamp, Token, encode,
    error::InputError,
    vcloud::{
        Credentials,
        sign::{HexDigest, write_hex},
        time::Day,
    },
};

/// Makes temporary keys with an account's own, and checks session tokens that were made so.
///
/// Cheap to clone; keeps the prepared key, not the secret key itself.
#[derive(Clone)]
pub struct Issuer(Arc<Prepared>);

struct Prepared {
    access_key: String,
    /// Of the MD5 of the secret key, as is the other.
    cipher: Cipher,
    mac: Hmac<Sha256>,
}

/// Room for what is of fixed length in a session token.
const FIXED: usize = 384;

impl Issuer {
    /// Prepares the key.
    ///
    /// # Errors
    ///
    /// [`InputError::TemporaryKeys`] if the keys are temporary themselves.
    pub fn new(credentials: &Credentials) -> Result<Issuer, InputError> {
        if credentials.session_token().is_some() {
            return Err(InputError::TemporaryKeys);
        }
        let key: Zeroizing<[u8; 16]> =
            Zeroizing::new(Md5::digest(credentials.secret_key().expose()).into());
        Ok(Issuer(Arc::new(Prepared {
            access_key: credentials.access_key().to_owned(),
            mac: Hmac::new_from_slice(&*key).expect("an HMAC key may have any length"),
            cipher: Cipher::new(*key),
        })))
    }

    /// Whose keys.
    pub fn access_key(&self) -> &str {
        &self.0.access_key
    }

    /// Makes temporary keys that live this long, a minute at least, and may do what the policy
    /// allows; without one, all that the account's own may.
    ///
    /// # Errors
    ///
    /// [`InputError::Time`] if they would end after the year 9999.
    pub fn issue(
        &self,
        policy: Option<&Policy>,
        lifetime: Duration,
        stamp: &Stamp,
    ) -> Result<TemporaryKeys, InputError> {
        self.issue_with(
            policy,
            lifetime,
            stamp.now,
            &Chance::from_nonce(&stamp.nonce),
        )
    }

    /// The same, with draws that were made elsewhere.
    ///
    /// # Errors
    ///
    /// As [`Issuer::issue`].
    pub fn issue_with(
        &self,
        policy: Option<&Policy>,
        lifetime: Duration,
        now: Timestamp,
        chance: &Chance,
    ) -> Result<TemporaryKeys, InputError> {
        let expires = (now.checked_add(lifetime.max(MINIMUM_LIFETIME))).ok_or(InputError::Time)?;
        Day::of(expires)?;
        let access_key = temporary_access_key(chance);
        let secret_key = base64(&Cipher::public().encrypt::<48>(chance.letters()));
        let signed_secret = base64(&self.0.cipher.encrypt::<80>(secret_key.as_bytes()));
        let policy = policy.map(Policy::to_json).unwrap_or_default();
        // First for the text to sign, then for what is in the token, where every quotation mark of
        // the policy is escaped once more.
        let room = self.0.access_key.len() + policy.len() * 3 / 2 + FIXED;
        let mut inner = Vec::with_capacity(room);
        let expires_at = expires.seconds();
        let signature = self.sign(&mut inner, &access_key, expires_at, &signed_secret, &policy);
        inner.clear();
        self.push_inner(
            &mut inner,
            &access_key,
            expires_at,
            &signed_secret,
            &policy,
            &signature,
        );
        let mut token = String::with_capacity(TOKEN_PREFIX.len() + inner.len().div_ceil(3) * 4);
        token.push_str(TOKEN_PREFIX);
        encode::base64().encode_string(inner, &mut token);
        Ok(TemporaryKeys {
            access_key,
            secret_key: Secret::new(secret_key),
            session_token: Token::new(token),
            issued: now,
            expires,
        })
    }

    /// The signature over the five parts (section 6.1, step 7), which are appended to `scratch`.
    pub(super) fn sign(
        &self,
        scratch: &mut Vec<u8>,
        access_key: &str,
        expires: u64,
        signed_secret: &str,
        policy: &str,
    ) -> HexDigest {
        let start = scratch.len();
        let mut digits = itoa::Buffer::new();
        let expires = digits.format(expires);
        let own = &self.0.access_key;
        extend(
            scratch,
            &sign_text(own, access_key, expires, signed_secret, policy),
        );
        let mut mac = self.0.mac.clone();
        mac.update(&scratch[start..]);
        HexDigest::new(&mac.finalize().into_bytes().into())
    }

    /// What is in a session token: its names sorted, as the reference writes it. The texts that are
    /// base64 or hex need no escapes.
    fn push_inner(
        &self,
        json: &mut Vec<u8>,
        access_key: &str,
        expires: u64,
        signed_secret: &str,
        policy: &str,
        signature: &HexDigest,
    ) {
        let mut digits = itoa::Buffer::new();
        let expires = digits.format(expires);
        let front = [
            r#"{"AccessKeyId":""#,
            access_key,
            r#"","ExpiredTime":"#,
            expires,
        ];
        extend(json, &front);
        extend(json, &[r#","LTAccessKeyId":"#]);
        push_text(json, &self.0.access_key);
        extend(json, &[r#","PolicyString":"#]);
        push_text(json, policy);
        extend(json, &[r#","Signature":""#, signature.as_str()]);
        extend(
            json,
            &[r#"","SignedSecretAccessKey":""#, signed_secret, r#""}"#],
        );
    }

    /// The key that hides the secret inside a token.
    pub(super) fn cipher(&self) -> &Cipher {
        &self.0.cipher
    }
}

fn extend(out: &mut Vec<u8>, parts: &[&str]) {
    for part in parts {
        out.extend_from_slice(part.as_bytes());
    }
}

/// The five parts, and what stands between them.
pub(super) fn sign_text<'a>(
    long_term_access_key: &'a str,
    access_key: &'a str,
    expires: &'a str,
    signed_secret: &'a str,
    policy: &'a str,
) -> [&'a str; 9] {
    [
        long_term_access_key,
        "|",
        access_key,
        "|",
        expires,
        "|",
        signed_secret,
        "|",
        policy,
    ]
}

/// `AKTP` and the base64 of the hex of a UUID, without padding (section 6.1, step 2). The other
/// characters that the reference removes cannot come out of hex digits.
fn temporary_access_key(chance: &Chance) -> String {
    let mut uuid = [0; 32];
    write_hex(&mut uuid, chance.uuid());
    let mut text = String::with_capacity(48);
    text.push_str("AKTP");
    encode::base64().encode_string(uuid, &mut text);
    text.truncate(text.trim_end_matches('=').len());
    text
}

fn base64(bytes: &[u8]) -> String {
    encode::base64().encode(bytes)
}

impl fmt::Debug for Issuer {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Issuer({})", self.0.access_key)
    }
}
