//! Signatures of COS v4: the bytes are the text of one, or a path to be signed.

use percent_encoding::percent_decode_str;
use yunmei_core::{
    Timestamp,
    cos::{
        Expiry, FilePath, PathPrefix, SIGNATURE_LENGTH_LIMIT,
        sign::{Asked, AskedKind, Grant, Refusal, Signature},
    },
    error::InputError,
};

use crate::sample;

/// Encode undoes decode; what was signed is verified, and nothing one byte away.
pub fn check(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    let text = text.trim_end();
    decoding(text);
    signing(text);
}

fn decoding(text: &str) {
    let signature = match Signature::decode(text) {
        Ok(signature) => signature,
        Err(refusal) => {
            let too_long = text.len() > SIGNATURE_LENGTH_LIMIT;
            assert_eq!(too_long, refusal == Refusal::TooLong, "{refusal}");
            return;
        }
    };
    assert_eq!(signature.encode(), text);
    for (name, value) in [
        ("a", signature.app_id()),
        ("k", signature.secret_id()),
        ("r", signature.nonce()),
        ("f", signature.file_id()),
        ("b", signature.bucket()),
    ] {
        let pair = format!("{name}={value}");
        assert!(signature.plain_text().split('&').any(|found| found == pair));
    }
    // Nobody knows this signer's key.
    assert_eq!(
        signature.verify(sample::signer()),
        Err(Refusal::Digest),
        "{text}"
    );
    for kind in [AskedKind::Api, AskedKind::ApiOnce, AskedKind::Download] {
        allowing(&signature, kind);
    }
}

/// Holds the signature against its own path, and against a longer one.
fn allowing(signature: &Signature, kind: AskedKind) {
    let Ok(app) = signature.app_id().parse() else {
        return;
    };
    let bound: Vec<u8> = percent_decode_str(signature.file_id()).collect();
    let front = match kind {
        AskedKind::Download => String::new(),
        AskedKind::Api | AskedKind::ApiOnce => format!("/{app}/{}", signature.bucket()),
    };
    let path = bound.strip_prefix(front.as_bytes()).unwrap_or(b"/");
    for suffix in ["", "x"] {
        let asked = Asked {
            app,
            bucket: signature.bucket().into(),
            path: [path, suffix.as_bytes()].concat(),
            kind,
        };
        let file_id = [front.as_bytes(), &asked.path].concat();
        for now in [0, signature.expires(), u64::MAX] {
            if signature
                .allows(&asked, Timestamp::from_seconds(now))
                .is_err()
            {
                continue;
            }
            if signature.is_single_use() {
                assert!(file_id == bound && !bound.is_empty());
            } else {
                assert!(kind != AskedKind::ApiOnce && signature.expires() >= now);
                assert!(file_id.starts_with(&bound));
            }
        }
    }
}

fn signing(text: &str) {
    let path = format!("/{text}");
    let until = Expiry::after_seconds(60);
    if let Ok(prefix) = PathPrefix::new(&path) {
        granting(
            &Grant::multi_use(prefix.clone(), until),
            &path,
            AskedKind::Api,
        );
        granting(&Grant::download(prefix, until), &path, AskedKind::Download);
    }
    if let Ok(file) = FilePath::with_any_characters(&path) {
        granting(&Grant::single_use(&file), &path, AskedKind::ApiOnce);
    }
}

fn granting(grant: &Grant, path: &str, kind: AskedKind) {
    let (signer, stamp) = (sample::signer(), sample::stamp(path.as_bytes()));
    let token = match signer.sign(grant, &stamp) {
        Ok(token) => token,
        Err(problem) => {
            assert!(
                matches!(problem, InputError::SignatureLength { .. }),
                "{problem}"
            );
            return;
        }
    };
    let text = token.expose();
    assert!(text.len() <= SIGNATURE_LENGTH_LIMIT);
    let mut appended = String::from("sign=");
    let result = signer.sign_into(&mut appended, grant, &stamp);
    assert_eq!(result, Ok(()));
    assert_eq!(appended.strip_prefix("sign="), Some(text));

    let signature = Signature::decode(text).expect("what we make, we read");
    let plain = signer.plain_text(grant, &stamp);
    assert_eq!(plain.as_deref(), Ok(signature.plain_text()));
    assert_eq!(signature.verify(signer), Ok(()));
    let asked = Asked {
        app: sample::app(),
        bucket: "examplebucket".into(),
        path: path.into(),
        kind,
    };
    assert_eq!(signature.allows(&asked, sample::NOW), Ok(()));

    let near = one_character_away(text);
    let verified = Signature::decode(&near).and_then(|signature| signature.verify(signer));
    assert!(verified.is_err(), "{near}");
}

/// The same text with another character of the alphabet somewhere.
fn one_character_away(text: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let hash = sample::hash(text.as_bytes()) as usize;
    let at = hash % text.len();
    let new = ALPHABET[(hash >> 32) % 64];
    let old = text.as_bytes()[at];
    let new = if new == old { b'=' } else { new };
    let mut near = text[..at].to_owned();
    near.push(char::from(if new == old { b'A' } else { new }));
    near.push_str(&text[at + 1..]);
    near
}
