//! Signatures of Wanxiang: the bytes are the text of one, or of a field or address to be signed.

mod addresses;
mod fields;

use yunmei_core::{
    Token,
    error::InputError,
    wanxiang::{
        AppId,
        sign::{Asked, Call, Refusal, Signature},
    },
};

use crate::sample::{self, wanxiang::verifier};

/// The longest signature, in bytes.
const LENGTH_LIMIT: usize = 2048;

const CALLS: [Call; 6] = [
    Call::Upload,
    Call::Stat,
    Call::Copy,
    Call::Delete,
    Call::Download,
    Call::Detection,
];

/// Encode undoes decode; what was signed is verified and serves for what it was made for, and
/// nothing one byte away.
pub fn check(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    let text = text.trim_end();
    decoding(text);
    fields::check(text);
    addresses::check(text);
}

fn decoding(text: &str) {
    let Ok(signature) = Signature::decode(text) else {
        return;
    };
    assert_eq!(
        signature.encode(),
        text.strip_prefix("QCloud ").unwrap_or(text)
    );
    let plain = signature.plain_text();
    let has = |pair: String| assert!(plain.split('&').any(|found| found == pair), "{pair}");
    has(format!("a={}", signature.app_id()));
    has(format!("k={}", signature.secret_id()));
    let whole = |name: &str, value: &str| {
        let pair = format!("{name}={value}");
        assert!(value.is_empty() || plain.contains(&pair), "{pair}");
    };
    whole("f", signature.file_id());
    whole("b", signature.bucket().unwrap_or_default());
    // Nobody knows this verifier's key.
    let refused = signature.verify(verifier());
    assert!(
        matches!(refused, Err(Refusal::SecretId | Refusal::Digest)),
        "{text}"
    );
    for call in CALLS {
        allowing(&signature, call);
    }
}

/// Holds the signature against what it says itself, and against other accounts, buckets and files.
fn allowing(signature: &Signature, call: Call) {
    let Ok(app) = signature.app_id().parse::<AppId>() else {
        return;
    };
    // Zeros in front are another account.
    if app.to_string() != signature.app_id() {
        return;
    }
    let own = Asked {
        app,
        bucket: signature.bucket().map(str::to_owned),
        file_id: Some(signature.file_id().to_owned()),
        call,
    };
    let bound = !signature.file_id().is_empty();
    if signature.allows(&own, sample::NOW).is_ok() {
        match call {
            Call::Copy | Call::Delete => assert!(signature.is_single_use() && bound),
            Call::Upload | Call::Stat | Call::Detection => assert!(!signature.is_single_use()),
            Call::Download => assert!(!signature.is_single_use() || bound),
        }
        assert!(signature.is_single_use() || signature.expires() > sample::NOW.seconds());
    }
    let other_app = Asked {
        app: sample::wanxiang::app(),
        ..own.clone()
    };
    if other_app.app != app {
        assert_eq!(signature.allows(&other_app, sample::NOW), Err(Refusal::App));
    }
    let other_bucket = Asked {
        bucket: Some(format!("{}x", signature.bucket().unwrap_or_default())),
        ..own.clone()
    };
    if signature.bucket().is_some() {
        assert_eq!(
            signature.allows(&other_bucket, sample::NOW),
            Err(Refusal::Bucket)
        );
    }
    let other_file = Asked {
        file_id: Some(format!("{}x", signature.file_id())),
        ..own
    };
    assert!(!bound || signature.allows(&other_file, sample::NOW).is_err());
}

/// What a signature says, where it was to say it.
struct Said<'a> {
    app: &'a str,
    bucket: Option<&'a str>,
    secret_id: &'a str,
    file_id: &'a str,
    expires: u64,
}

/// Takes apart what was made, and holds it against what it was to say.
fn made(result: Result<Token, InputError>, said: &Said<'_>) {
    let token = match result {
        Ok(token) => token,
        Err(problem) => {
            // All else was checked before.
            let too_long = matches!(problem, InputError::SignatureLength { .. });
            assert!(too_long, "{problem}");
            return;
        }
    };
    assert!(token.expose().len() <= LENGTH_LIMIT);
    let signature = Signature::decode(token.expose()).expect("what we make, we read");
    assert_eq!(signature.app_id(), said.app);
    assert_eq!(signature.secret_id(), said.secret_id);
    assert_eq!(signature.expires(), said.expires);
    assert_eq!(signature.signed_at(), sample::NOW.seconds());
    match signature.bucket() {
        // A file id of V1 with `&b=` in it reads as one of V2: section 3.7 of the dossier.
        Some(bucket) if said.bucket.is_none() => {
            assert_eq!(format!("{}&b={bucket}", signature.file_id()), said.file_id);
        }
        bucket => assert_eq!((bucket, signature.file_id()), (said.bucket, said.file_id)),
    }
    assert!(!format!("{signature:?}").contains(token.expose()));
    if said.secret_id == sample::wanxiang::credentials().secret_id() {
        assert_eq!(signature.verify(verifier()), Ok(()));
        let near = one_character_away(token.expose());
        let verified = Signature::decode(&near).and_then(|signature| signature.verify(verifier()));
        assert!(verified.is_err(), "{near}");
    }
}

/// The same text with another character of the alphabet somewhere.
fn one_character_away(text: &str) -> String {
    const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
    let hash = sample::hash(text.as_bytes()) as usize;
    let at = hash % text.len();
    let mut near = text.as_bytes().to_vec();
    let new = ALPHABET[(hash >> 32) % 64];
    near[at] = if near[at] == new { b'=' } else { new };
    String::from_utf8(near).expect("ASCII")
}
