//! AES-128-CBC with its key for its first block, too, and zeros behind the text (section 6.1).

use aes::Aes128;
use cbc::{
    Decryptor, Encryptor,
    cipher::{Block, BlockModeDecrypt, BlockModeEncrypt, KeyIvInit},
};
use zeroize::Zeroizing;

const BLOCK: usize = 16;

/// The key of step 3, which all clients of the vendor know: it hides nothing.
pub(super) const PUBLIC_KEY: [u8; BLOCK] = *b"bytedance-isgood";

/// Encrypts; at least one zero stands behind the text, and at most sixteen.
pub(super) fn encrypt(key: &[u8; BLOCK], text: &[u8]) -> Vec<u8> {
    let mut bytes = Vec::with_capacity((text.len() / BLOCK + 1) * BLOCK);
    bytes.extend_from_slice(text);
    bytes.resize(bytes.capacity(), 0);
    let mut cipher = Encryptor::<Aes128>::new(key.into(), key.into());
    cipher.encrypt_blocks(Block::<Aes128>::slice_as_chunks_mut(&mut bytes).0);
    bytes
}

/// Decrypts, and takes the zeros off; `None` if it is not a number of whole blocks.
pub(super) fn decrypt(key: &[u8; BLOCK], mut bytes: Vec<u8>) -> Option<Zeroizing<Vec<u8>>> {
    let (blocks, rest) = Block::<Aes128>::slice_as_chunks_mut(&mut bytes);
    if !rest.is_empty() {
        return None;
    }
    Decryptor::<Aes128>::new(key.into(), key.into()).decrypt_blocks(blocks);
    let length = bytes.iter().rposition(|byte| *byte != 0);
    bytes.truncate(length.map_or(0, |last| last + 1));
    Some(Zeroizing::new(bytes))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_text_of_whole_blocks_gets_another_of_zeros() {
        for (length, expected) in [(0, 16), (1, 16), (15, 16), (16, 32), (32, 48), (64, 80)] {
            let text = vec![b'x'; length];
            let encrypted = encrypt(&PUBLIC_KEY, &text);
            assert_eq!(encrypted.len(), expected);
            let decrypted = decrypt(&PUBLIC_KEY, encrypted).expect("whole blocks");
            assert_eq!(*decrypted, text);
        }
        assert!(decrypt(&PUBLIC_KEY, vec![0; 17]).is_none());
    }
}
