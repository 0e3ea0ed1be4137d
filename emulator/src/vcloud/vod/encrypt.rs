//! Objects that are encrypted when they are committed (section 7.7).

use std::sync::Arc;

use aes::Aes128;
use base64::{Engine, engine::general_purpose::STANDARD};
use cbc::{
    Encryptor,
    cipher::{BlockModeEncrypt, KeyIvInit, block_padding::Pkcs7},
};
use md5::{Digest, Md5};
use serde_json::{Value, json};
use yunmei_core::Timestamp;

use super::Encryption;
use crate::{
    random,
    vcloud::{
        answer::Refusal,
        upload_host::{Facts, Object, Uploads},
    },
};

/// The largest object that is encrypted, in bytes: it is in memory, twice.
const LIMIT: u64 = 64 * 1024 * 1024;

impl Uploads {
    /// Whether an object can be encrypted: to be asked before anything is done.
    pub(in crate::vcloud) fn check_encryptable(object: &Object) -> Result<(), Refusal> {
        match object.facts.size <= LIMIT {
            true => Ok(()),
            false => Err(too_large()),
        }
    }

    /// Encrypts an object into another one, with a key of its own; gives what the client needs to
    /// read it.
    pub(in crate::vcloud) async fn encrypted(
        &self,
        object: &Arc<Object>,
        how: &Encryption,
        now: Timestamp,
    ) -> Result<Value, Refusal> {
        let (key, nonce) = (random::bytes::<16>()?, random::bytes::<16>()?);
        let source = Arc::clone(object);
        let task = tokio::task::spawn_blocking(move || {
            let plain = source.read(LIMIT)?;
            Ok::<_, std::io::Error>(plain.map(|plain| sealed(&key, &nonce, &plain)))
        });
        let bytes = task.await.map_err(Refusal::failed)??;
        let bytes = bytes.ok_or_else(too_large)?;
        let mut writer = self.blobs.writer()?;
        writer.write(&bytes).await?;
        let uri = format!("{}.{}", object.facts.uri, random::hex::<4>()?);
        let sealed = Object {
            facts: Facts {
                uri: uri.clone(),
                size: bytes.len() as u64,
                md5: random::to_hex(&Md5::digest(&bytes)),
                crc32: format!("{:08x}", crc32fast::hash(&bytes)),
                stored: now.seconds(),
                content_type: String::new(),
                owner: object.facts.owner.clone(),
            },
            pieces: vec![writer.finish().await?],
        };
        self.put(sealed)?;
        let mut extra = how.config.clone();
        extra.extend(how.policy_params.clone());
        Ok(json!({
            "Uri": uri,
            "SecretKey": STANDARD.encode(key),
            "Algorithm": "AES-128-CBC",
            "Version": "1",
            "SourceMd5": object.facts.md5,
            "Extra": extra,
        }))
    }
}

fn too_large() -> Refusal {
    Refusal::invalid("Functions", "the object is too large to be encrypted here")
}

/// The nonce, and behind it the bytes.
fn sealed(key: &[u8; 16], nonce: &[u8; 16], plain: &[u8]) -> Vec<u8> {
    let cipher = Encryptor::<Aes128>::new(key.into(), nonce.into());
    let mut bytes = nonce.to_vec();
    bytes.append(&mut cipher.encrypt_padded_vec::<Pkcs7>(plain));
    bytes
}

#[cfg(test)]
mod tests {
    use super::*;
    use cbc::{Decryptor, cipher::BlockModeDecrypt};

    #[test]
    fn who_has_the_key_reads_what_was_sealed() {
        let (key, plain) = ([7; 16], b"sixteen bytes ...".repeat(3));
        let bytes = sealed(&key, &[9; 16], &plain);
        let (nonce, rest) = bytes.split_first_chunk::<16>().expect("a nonce");
        let cipher = Decryptor::<Aes128>::new((&key).into(), nonce.into());
        let again = cipher.decrypt_padded_vec::<Pkcs7>(rest).expect("padded");
        assert_eq!(again, plain);
    }
}
