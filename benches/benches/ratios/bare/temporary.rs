//! The primitives under temporary keys of TTVcloud.

use std::hint::black_box;

use aes::Aes128Enc;
use base64::{
    Engine,
    engine::{GeneralPurposeConfig, Simd},
};
use cbc::{
    Encryptor,
    cipher::{Block, BlockModeEncrypt, KeyIvInit},
};
use hmac::{Hmac, KeyInit, Mac};
use md5::{Digest, Md5};
use sha2::Sha256;

/// The key under which the temporary secret is made.
const PUBLIC_KEY: [u8; 16] = *b"bytedance-isgood";

/// The steps of section 6.1 that are a hash, a cipher or an encoding, of texts that are there already.
pub(crate) struct Temporary {
    base64: Simd,
    account_key: &'static str,
    /// Whose base64 is the temporary access key.
    id: String,
    /// With the zeros behind them.
    letters: [u8; 48],
    secret: [u8; 80],
    to_sign: String,
    inner: Vec<u8>,
    key: [u8; 16],
    mac: Hmac<Sha256>,
}

/// What is handed out.
pub(crate) struct Made {
    /// Without what stands before it.
    pub(crate) access_key: String,
    pub(crate) secret_key: String,
    pub(crate) signed_secret: String,
    pub(crate) signature: [u8; 32],
    /// Without what stands before it.
    pub(crate) token: String,
}

impl Temporary {
    /// `letters` are those of the temporary secret.
    pub(crate) fn new(
        account_key: &'static str,
        (id, letters): (String, &[u8]),
        to_sign: String,
        inner: Vec<u8>,
    ) -> Temporary {
        let key = Md5::digest(account_key).into();
        let mut made = Temporary {
            base64: Simd::standard(GeneralPurposeConfig::new()),
            account_key,
            id,
            letters: padded(letters),
            secret: [0; 80],
            to_sign,
            inner,
            key,
            mac: keyed(&key),
        };
        let secret = made.base64.encode(encrypted(&PUBLIC_KEY, made.letters));
        made.secret = padded(secret.as_bytes());
        made
    }

    /// With the account's key hashed before.
    pub(crate) fn make(&self) -> Made {
        self.make_with(&self.key, self.mac.clone())
    }

    /// With the account's key hashed now.
    pub(crate) fn hash_and_make(&self) -> Made {
        let key = Md5::digest(black_box(self.account_key)).into();
        self.make_with(&key, keyed(&key))
    }

    fn make_with(&self, key: &[u8; 16], mut mac: Hmac<Sha256>) -> Made {
        mac.update(black_box(self.to_sign.as_bytes()));
        Made {
            access_key: self.base64.encode(black_box(&self.id)),
            secret_key: self
                .base64
                .encode(encrypted(&PUBLIC_KEY, black_box(self.letters))),
            signed_secret: self.base64.encode(encrypted(key, black_box(self.secret))),
            signature: mac.finalize().into_bytes().into(),
            token: self.base64.encode(black_box(&self.inner)),
        }
    }
}

fn encrypted<const LENGTH: usize>(key: &[u8; 16], mut text: [u8; LENGTH]) -> [u8; LENGTH] {
    let mut cipher = Encryptor::<Aes128Enc>::new(key.into(), key.into());
    cipher.encrypt_blocks(Block::<Aes128Enc>::slice_as_chunks_mut(&mut text).0);
    text
}

fn padded<const LENGTH: usize>(text: &[u8]) -> [u8; LENGTH] {
    let mut padded = [0; LENGTH];
    padded[..text.len()].copy_from_slice(text);
    padded
}

fn keyed(key: &[u8]) -> Hmac<Sha256> {
    Hmac::new_from_slice(key).expect("a key")
}
