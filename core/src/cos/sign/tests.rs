use super::*;
use crate::{
    Nonce, Stamp, Timestamp,
    cos::{AppId, BucketName, Credentials, FilePath, PathPrefix},
    error::InputError,
};

const NOW: Timestamp = Timestamp::from_seconds(1_503_987_233);

fn signer() -> Signer {
    let credentials = Credentials::new(
        "AKIDEXAMPLE0000000000000000000000001",
        "EXAMPLEKEY0000000000000000000001",
    );
    Signer::new(
        AppId::new(1_250_000_000).expect("an appid"),
        &BucketName::new("examplebucket").expect("a name"),
        &credentials.expect("credentials"),
    )
}

/// A stamp whose nonce yields this number.
fn stamp(number: u64) -> Stamp {
    let mut bytes = [0; 32];
    bytes[16..24].copy_from_slice(&number.to_le_bytes());
    Stamp::new(NOW, Nonce::from_bytes(bytes))
}

fn path(text: &str) -> FilePath {
    FilePath::new(text).expect("a path")
}

fn asked(path: &str, kind: AskedKind) -> Asked {
    Asked {
        app: AppId::new(1_250_000_000).expect("an appid"),
        bucket: "examplebucket".into(),
        path: path.into(),
        kind,
    }
}

fn signed(grant: &Grant) -> Signature {
    let token = signer().sign(grant, &stamp(1)).expect("a signature");
    Signature::decode(token.expose()).expect("well formed")
}

/// The worked example of section 4.5: the first golden vector.
#[test]
fn the_vendors_example_comes_out() {
    let grant = Grant::multi_use(
        &path("/photos/2017/cat.jpg"),
        Expiry::at(Timestamp::from_seconds(1_503_987_533)),
    );
    let stamp = stamp(123_456_789);
    assert_eq!(
        signer().plain_text(&grant, &stamp).as_deref(),
        Ok(
            "a=1250000000&k=AKIDEXAMPLE0000000000000000000000001&e=1503987533&t=1503987233\
            &r=123456789&f=/1250000000/examplebucket/photos/2017/cat.jpg&b=examplebucket"
        )
    );
    let expected = "8N/h6iv9EeLWKcF8oBlc3ud0rD9hPTEyNTAwMDAwMDAmaz1BS0lERVhBTVBMRTAwMDAwMDAwMDAwMDAwMDAwMDAwMDAwMDEmZT0xNTAzOTg3NTMzJnQ9MTUwMzk4NzIzMyZyPTEyMzQ1Njc4OSZmPS8xMjUwMDAwMDAwL2V4YW1wbGVidWNrZXQvcGhvdG9zLzIwMTcvY2F0LmpwZyZiPWV4YW1wbGVidWNrZXQ=";
    let token = signer().sign(&grant, &stamp).expect("a signature");
    assert_eq!(token.expose(), expected);
    let mut appended = String::from("sign=");
    signer()
        .sign_into(&mut appended, &grant, &stamp)
        .expect("a signature");
    assert_eq!(appended.strip_prefix("sign="), Some(expected));
}

#[test]
fn a_multi_use_signature_covers_what_begins_with_its_prefix() {
    let prefix = PathPrefix::new("/users/alice/").expect("a prefix");
    let signature = signed(&Grant::multi_use(prefix, Expiry::after_seconds(60)));
    assert_eq!(signature.verify(&signer()), Ok(()));
    let allows = |path, kind| signature.allows(&asked(path, kind), NOW);
    assert_eq!(allows("/users/alice/cat.jpg", AskedKind::Api), Ok(()));
    assert_eq!(
        allows("/users/alice2/cat.jpg", AskedKind::Api),
        Err(Refusal::Path)
    );
    assert_eq!(
        allows("/users/alice/cat.jpg", AskedKind::ApiOnce),
        Err(Refusal::NotSingleUse)
    );
    // A download is bound to the bare path.
    assert_eq!(
        allows("/users/alice/cat.jpg", AskedKind::Download),
        Err(Refusal::Path)
    );
}

#[test]
fn a_single_use_signature_covers_exactly_its_path_and_never_expires() {
    let signature = signed(&Grant::single_use(&path("/a b.txt")));
    let late = Timestamp::from_seconds(4_000_000_000);
    let allows = |path, kind| signature.allows(&asked(path, kind), late);
    assert_eq!(allows("/a b.txt", AskedKind::ApiOnce), Ok(()));
    assert_eq!(allows("/a b.txt2", AskedKind::ApiOnce), Err(Refusal::Path));
    assert_eq!(allows("/a", AskedKind::ApiOnce), Err(Refusal::Path));
}

#[test]
fn a_signature_serves_only_its_account_bucket_and_time() {
    let signature = signed(&Grant::multi_use(&path("/x"), Expiry::after_seconds(60)));
    let mut other_app = asked("/x", AskedKind::Api);
    other_app.app = AppId::new(7).expect("an appid");
    assert_eq!(signature.allows(&other_app, NOW), Err(Refusal::App));
    let mut other_bucket = asked("/x", AskedKind::Api);
    other_bucket.bucket = "otherbucket".into();
    assert_eq!(signature.allows(&other_bucket, NOW), Err(Refusal::Bucket));
    let at = |seconds| {
        signature.allows(
            &asked("/x", AskedKind::Api),
            Timestamp::from_seconds(seconds),
        )
    };
    assert_eq!(at(1_503_987_293), Ok(()));
    assert_eq!(at(1_503_987_294), Err(Refusal::Expired));
}

#[test]
fn fields_are_read_in_any_order_and_none_may_be_missing_or_doubled() {
    use base64::Engine;
    let decode = |text: &str| {
        let raw = [&[0_u8; 20], text.as_bytes()].concat();
        Signature::decode(&crate::encode::base64().encode(raw))
    };
    // The order of the vendor's page, and a nonce of 64 bits.
    let other = decode("a=1&b=x&k=id&e=5&t=4&r=4378946985943551738&f=").expect("well formed");
    assert_eq!(
        (other.bucket(), other.file_id(), other.nonce()),
        ("x", "", "4378946985943551738")
    );
    for bad in [
        "",
        "a=1&k=id&e=5&t=4&r=3&f=",
        "a=1&k=id&e=5&t=4&r=3&f=&b=x&b=y",
        "a=1&k=id&e=+5&t=4&r=3&f=&b=x",
        "a=1&k=id&e=&t=4&r=3&f=&b=x",
        "a=1&k=id&e=5&t=x&r=3&f=&b=x",
    ] {
        assert_eq!(decode(bad).err(), Some(Refusal::Malformed), "{bad:?}");
    }
    assert_eq!(
        Signature::decode("no base64!").err(),
        Some(Refusal::Malformed)
    );
    assert_eq!(
        Signature::decode(&"A".repeat(2049)).err(),
        Some(Refusal::TooLong)
    );
    assert_eq!(
        Signature::decode(&"A".repeat(2048)).err(),
        Some(Refusal::Malformed)
    );
}

#[test]
fn a_signature_that_the_service_would_not_read_is_not_made() {
    let long = path(&format!("/{}", "图".repeat(280)));
    let grant = Grant::multi_use(&long, Expiry::after_seconds(60));
    assert!(matches!(
        signer().sign(&grant, &stamp(1)),
        Err(InputError::SignatureLength { length, limit: 2048 }) if length > 2048
    ));
}

#[test]
fn neither_key_nor_digest_is_printed() {
    let signature = signed(&Grant::single_use(&path("/x")));
    let shown = format!("{:?} {:?}", signer(), signature);
    assert!(!shown.contains("EXAMPLEKEY"), "{shown}");
    assert!(!shown.contains(&signature.encode()[..20]), "{shown}");
}
