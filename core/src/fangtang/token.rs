//! Tokens, made anew for each request and checked by whoever receives them (dossier, "Endpoint,
//! credentials, token").
//!
//! ```text
//! token = hex(MD5(secret_key ‖ time)) "," time
//! ```
//!
//! [`Partner`](super::Partner) makes one for each request by itself.
//!
//! ```
//! use std::time::Duration;
//! use yunmei_core::{Secret, Timestamp, fangtang::token::{self, SignedToken}};
//!
//! let (key, now) = (Secret::new("hiliad"), Timestamp::from_seconds(1629962357));
//! let text = token::token(&key, now);
//! assert_eq!(text.expose(), "5484490c8e797dabe52af90ab8bd1e50,1629962357");
//!
//! let token = SignedToken::decode(text.expose())?;
//! token.verify(&key)?;
//! token.allows(now, Duration::from_secs(300))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

use std::{fmt, time::Duration};

use md5::{Digest, Md5};
use subtle::ConstantTimeEq;

use crate::{Secret, Timestamp, Token, encode};

/// Bytes of an MD5.
const DIGEST_LENGTH: usize = 16;

/// The longest token: the digest in hex, a comma, and the digits of the largest time.
const LENGTH_LIMIT: usize = 2 * DIGEST_LENGTH + 1 + 20;

/// The service's code for every token that it does not take.
const REFUSED: i64 = 9999;

/// Makes the token of `key` at this time.
///
/// It lives for a few minutes; how many, the vendor's text does not tell.
pub fn token(key: &Secret, now: Timestamp) -> Token {
    let mut text = String::with_capacity(LENGTH_LIMIT);
    token_into(&mut text, key, now);
    Token::new(text)
}

/// Makes the token of `key` at this time, and appends it to `out`.
///
/// Allocates nothing if `out` has room; a token has at most 53 bytes.
pub fn token_into(out: &mut String, key: &Secret, now: Timestamp) {
    let mut digits = itoa::Buffer::new();
    let time = digits.format(now.seconds());
    encode::push_hex(out, &digest(key, time));
    out.push(',');
    out.push_str(time);
}

/// A token taken apart: not yet verified.
#[derive(Clone, PartialEq, Eq)]
pub struct SignedToken {
    digest: [u8; DIGEST_LENGTH],
    time: u64,
}

impl SignedToken {
    /// Takes the value of a `token` header apart.
    ///
    /// # Errors
    ///
    /// [`Refusal::Malformed`] if it is not 32 lower-case hex digits, a comma, and a decimal number
    /// without zeros in front.
    pub fn decode(token: &str) -> Result<SignedToken, Refusal> {
        let (mds, time) = token.split_once(',').ok_or(Refusal::Malformed)?;
        let digest = read_hex(mds).ok_or(Refusal::Malformed)?;
        let time = read_time(time).ok_or(Refusal::Malformed)?;
        Ok(SignedToken { digest, time })
    }

    /// Puts the parts together again: the inverse of [`SignedToken::decode`].
    pub fn encode(&self) -> Token {
        Token::new(format!("{},{}", encode::hex(&self.digest), self.time))
    }

    /// Checks, in constant time, that it was made with `key`.
    ///
    /// Says nothing of its age: see [`SignedToken::allows`].
    ///
    /// # Errors
    ///
    /// [`Refusal::Digest`].
    pub fn verify(&self, key: &Secret) -> Result<(), Refusal> {
        let expected = digest(key, itoa::Buffer::new().format(self.time));
        match bool::from(expected.ct_eq(&self.digest)) {
            true => Ok(()),
            false => Err(Refusal::Digest),
        }
    }

    /// Checks that it was made within `tolerance` of `now`, before or after.
    ///
    /// # Errors
    ///
    /// [`Refusal::Time`].
    pub fn allows(&self, now: Timestamp, tolerance: Duration) -> Result<(), Refusal> {
        match self.time.abs_diff(now.seconds()) <= tolerance.as_secs() {
            true => Ok(()),
            false => Err(Refusal::Time),
        }
    }

    /// When it was made.
    pub fn time(&self) -> Timestamp {
        Timestamp::from_seconds(self.time)
    }
}

/// Hides the digest: with it, the time would be the token.
impl fmt::Debug for SignedToken {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SignedToken({})", self.time)
    }
}

/// Why a token does not serve.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Refusal {
    /// Not a digest, a comma and a time.
    Malformed,
    /// Made with another key, or changed since.
    Digest,
    /// Made too long ago, or in the future.
    Time,
}

impl Refusal {
    /// The service's code: the same for all.
    pub fn code(self) -> i64 {
        REFUSED
    }
}

impl fmt::Display for Refusal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Refusal::Malformed => "the token is not 32 hex digits, a comma and a decimal time",
            Refusal::Digest => "the digest does not fit the time: another key, or a change",
            Refusal::Time => "the time is too far from now: check the clock",
        })
    }
}

impl std::error::Error for Refusal {}

/// MD5 over the key and the digits behind it.
fn digest(key: &Secret, time: &str) -> [u8; DIGEST_LENGTH] {
    let mut hash = Md5::new();
    hash.update(key.expose());
    hash.update(time);
    hash.finalize().into()
}

fn read_hex(text: &str) -> Option<[u8; DIGEST_LENGTH]> {
    let digit = |byte: u8| match byte {
        b'0'..=b'9' => Some(byte - b'0'),
        b'a'..=b'f' => Some(byte - b'a' + 10),
        _ => None,
    };
    let (pairs, []) = text.as_bytes().as_chunks::<2>() else {
        return None;
    };
    let mut bytes = [0; DIGEST_LENGTH];
    if pairs.len() != bytes.len() {
        return None;
    }
    for (byte, [high, low]) in bytes.iter_mut().zip(pairs) {
        *byte = digit(*high)? << 4 | digit(*low)?;
    }
    Some(bytes)
}

/// Only the form in which it is written: of two texts for one time, one would not be what was signed.
fn read_time(digits: &str) -> Option<u64> {
    let plain = digits.bytes().all(|byte| byte.is_ascii_digit());
    let padded = digits.len() > 1 && digits.starts_with('0');
    digits.parse().ok().filter(|_| plain && !padded)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// The check value of the dossier.
    const EXAMPLE: &str = "5484490c8e797dabe52af90ab8bd1e50,1629962357";

    fn key() -> Secret {
        Secret::new("hiliad")
    }

    #[test]
    fn the_vendors_check_value_is_made() {
        let made = |key: &str, time| {
            let time = Timestamp::from_seconds(time);
            token(&Secret::new(key), time).expose().to_owned()
        };
        assert_eq!(made("hiliad", 1_629_962_357), EXAMPLE);
        assert_eq!(made("hiliad", 0), "846dc6983e778a57164511c8a999102a,0");
        assert_eq!(
            made("密钥测试", 1_700_000_001),
            "270daa01bf41e3fa8aa752af6c6f7022,1700000001"
        );
    }

    #[test]
    fn the_longest_token_fits_into_its_one_allocation() {
        let longest = token(&key(), Timestamp::from_seconds(u64::MAX));
        assert_eq!(longest.expose().len(), LENGTH_LIMIT);
        let mut out = String::from("token: ");
        token_into(&mut out, &key(), Timestamp::from_seconds(1_629_962_357));
        assert_eq!(out, format!("token: {EXAMPLE}"));
    }

    #[test]
    fn a_token_is_taken_apart_put_together_and_verified() {
        let signed = SignedToken::decode(EXAMPLE).expect("a token");
        assert_eq!(signed.time(), Timestamp::from_seconds(1_629_962_357));
        assert_eq!(signed.encode().expose(), EXAMPLE);
        assert_eq!(signed.verify(&key()), Ok(()));
        assert_eq!(signed.verify(&Secret::new("hiliae")), Err(Refusal::Digest));
        let later = EXAMPLE.replace("357", "358");
        let changed = SignedToken::decode(&later).expect("a token");
        assert_eq!(changed.verify(&key()), Err(Refusal::Digest));
        assert!(!format!("{signed:?}").contains("5484"));
    }

    #[test]
    fn a_token_serves_for_a_while_before_and_after_its_time() {
        let signed = SignedToken::decode(EXAMPLE).expect("a token");
        let at = |time| signed.allows(Timestamp::from_seconds(time), Duration::from_secs(300));
        assert_eq!(at(1_629_962_357 - 300), Ok(()));
        assert_eq!(at(1_629_962_357 + 300), Ok(()));
        assert_eq!(at(1_629_962_357 - 301), Err(Refusal::Time));
        assert_eq!(at(1_629_962_357 + 301), Err(Refusal::Time));
        assert_eq!(at(u64::MAX), Err(Refusal::Time));
    }

    #[test]
    fn what_has_another_form_is_no_token() {
        let mds = &EXAMPLE[..32];
        for bad in [
            String::new(),
            ",".into(),
            mds.into(),
            format!("{mds},"),
            format!("{mds},+1"),
            format!("{mds},-1"),
            format!("{mds},01"),
            format!("{mds}, 1"),
            format!("{mds},1,1"),
            format!("{mds},18446744073709551616"),
            format!("{},1", mds.to_uppercase()),
            format!("{},1", &mds[1..]),
            format!("{},1", &mds[2..]),
            format!("{mds}00,1"),
            format!("{}图,1", &mds[3..]),
        ] {
            assert_eq!(
                SignedToken::decode(&bad).err(),
                Some(Refusal::Malformed),
                "{bad:?}"
            );
        }
    }
}
