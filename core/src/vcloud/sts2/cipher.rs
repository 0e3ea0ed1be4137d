//! AES-128-CBC with its key for its first block, too, and zeros behind the text (section 6.1).

use std::sync::LazyLock;

use aes::{Aes128, Aes128Enc, cipher::KeyInit};
use cbc::{
    Decryptor, Encryptor,
    cipher::{Block, BlockModeDecrypt, BlockModeEncrypt, InnerIvInit, KeyIvInit},
};
use zeroize::Zeroizing;

const BLOCK: usize = 16;

/// A key, prepared to encrypt with. Wiped when dropped.
pub(super) struct Cipher {
    key: Zeroizing<[u8; BLOCK]>,
    cipher: Aes128Enc,
}

impl Cipher {
    pub(super) fn new(key: [u8; BLOCK]) -> Cipher {
        Cipher {
            cipher: Aes128Enc::new(&key.into()),
            key: Zeroizing::new(key),
        }
    }

    /// That of step 3, whose key all clients of the vendor know: it hides nothing.
    pub(super) fn public() -> &'static Cipher {
        static PUBLIC: LazyLock<Cipher> = LazyLock::new(|| Cipher::new(*b"bytedance-isgood"));
        &PUBLIC
    }

    /// Encrypts a text; at least one zero stands behind it, and at most sixteen: it must be that much
    /// shorter than what comes out.
    pub(super) fn encrypt<const LENGTH: usize>(&self, text: &[u8]) -> [u8; LENGTH] {
        const { assert!(LENGTH.is_multiple_of(BLOCK), "whole blocks") };
        debug_assert_eq!(text.len() / BLOCK + 1, LENGTH / BLOCK);
        let mut bytes = [0; LENGTH];
        bytes[..text.len()].copy_from_slice(text);
        let first = (&*self.key).into();
        let mut cipher = Encryptor::<&Aes128Enc>::inner_iv_init(&self.cipher, first);
        cipher.encrypt_blocks(Block::<Aes128Enc>::slice_as_chunks_mut(&mut bytes).0);
        bytes
    }

    /// Decrypts, and takes the zeros off; `None` if it is not a number of whole blocks.
    pub(super) fn decrypt(&self, mut bytes: Vec<u8>) -> Option<Zeroizing<Vec<u8>>> {
        let (blocks, rest) = Block::<Aes128>::slice_as_chunks_mut(&mut bytes);
        if !rest.is_empty() {
            return None;
        }
        let key = (&*self.key).into();
        Decryptor::<Aes128>::new(key, key).decrypt_blocks(blocks);
        let length = bytes.iter().rposition(|byte| *byte != 0);
        bytes.truncate(length.map_or(0, |last| last + 1));
        Some(Zeroizing::new(bytes))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn there_and_back<const LENGTH: usize>(length: usize) {
        let text = vec![b'x'; length];
        let encrypted: [u8; LENGTH] = Cipher::public().encrypt(&text);
        let decrypted = Cipher::public().decrypt(encrypted.to_vec());
        assert_eq!(*decrypted.expect("whole blocks"), text);
    }

    #[test]
    fn a_text_of_whole_blocks_gets_another_of_zeros() {
        there_and_back::<16>(0);
        there_and_back::<16>(1);
        there_and_back::<16>(15);
        there_and_back::<32>(16);
        there_and_back::<48>(32);
        there_and_back::<80>(64);
        assert!(Cipher::public().decrypt(vec![0; 17]).is_none());
    }
}
