//! The hashes under a signature of TTVcloud.

use std::hint::black_box;

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};

type Digested = [u8; 32];

/// Two hashes and a keyed one, of texts that are there already: the body, the canonical request, and
/// the string to sign.
pub(crate) struct Hashes {
    body: Vec<u8>,
    canonical: String,
    to_sign: String,
    first_key: Vec<u8>,
    steps: [&'static str; 4],
    kept: Hmac<Sha256>,
}

impl Hashes {
    pub(crate) fn new(
        (secret, steps): (&str, [&'static str; 4]),
        body: &[u8],
        canonical: String,
        to_sign: String,
    ) -> Hashes {
        let first_key = format!("AWS4{secret}").into_bytes();
        Hashes {
            body: body.to_owned(),
            canonical,
            to_sign,
            kept: keyed(&derived(&first_key, steps)),
            first_key,
            steps,
        }
    }

    /// With a key that was prepared before.
    pub(crate) fn sign(&self) -> Digested {
        self.sign_with(self.kept.clone())
    }

    /// With four keyed hashes before, which bring the key.
    pub(crate) fn derive_and_sign(&self) -> Digested {
        let key = derived(black_box(&self.first_key), black_box(self.steps));
        self.sign_with(keyed(&key))
    }

    fn sign_with(&self, key: Hmac<Sha256>) -> Digested {
        black_box(Sha256::digest(black_box(&self.body)));
        black_box(Sha256::digest(black_box(&self.canonical)));
        hash(key, black_box(&self.to_sign))
    }
}

fn derived(first_key: &[u8], [date, region, service, terminator]: [&str; 4]) -> Digested {
    let dated = hash(keyed(first_key), date);
    let of_region = hash(keyed(&dated), region);
    let of_service = hash(keyed(&of_region), service);
    hash(keyed(&of_service), terminator)
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("a key")
}

fn hash(mut key: Hmac<Sha256>, text: &str) -> Digested {
    key.update(text.as_bytes());
    key.finalize().into_bytes().into()
}
