use super::*;
use crate::{
    Nonce, Stamp, Timestamp,
    error::InputError,
    wanxiang::{AppId, BucketName, Credentials, Expiry, FileId, UserId},
};

const NOW: Timestamp = Timestamp::from_seconds(1_438_669_115);
const LATER: Expiry = Expiry::at(Timestamp::from_seconds(1_441_261_115));

fn credentials() -> Credentials {
    Credentials::new(
        "AKIDEXAMPLEidNOTREALexample00000001",
        "ExampleSecretKeyNotReal000000001",
    )
    .expect("credentials")
}

fn app() -> AppId {
    AppId::new(10_000_001).expect("an appid")
}

fn signer() -> Signer {
    let bucket = BucketName::new("examplebucket").expect("a name");
    Signer::v2(app(), &bucket, &UserId::default(), &credentials())
}

fn file(id: &str) -> FileId {
    FileId::new(id).expect("an id")
}

/// A stamp whose nonce yields this number.
fn stamp(number: u64) -> Stamp {
    let mut bytes = [0; 32];
    bytes[16..24].copy_from_slice(&number.to_le_bytes());
    Stamp::new(NOW, Nonce::from_bytes(bytes))
}

fn signed(grant: &Grant) -> Signature {
    let token = signer().sign(grant, &stamp(1)).expect("a signature");
    Signature::decode(token.expose()).expect("well formed")
}

fn asked(call: Call, file_id: &str) -> Asked {
    Asked {
        app: app(),
        bucket: Some("examplebucket".into()),
        file_id: Some(file_id.to_owned()).filter(|id| !id.is_empty()),
        call,
    }
}

/// A signature whose text nobody would sign with a [`Signer`].
fn from_text(text: &str) -> Result<Signature, Refusal> {
    use base64::Engine;
    let digest = crate::tencent::SigningKey::new(&credentials()).digest(text.as_bytes());
    let raw = [&digest[..], text.as_bytes()].concat();
    Signature::decode(&crate::encode::base64().encode(raw))
}

#[test]
fn a_file_id_is_signed_as_it_is() {
    let text = signer().plain_text(
        &Grant::multi_use_for(&file("100%&k=v"), LATER),
        &stamp(987_654_321),
    );
    assert_eq!(
        text.as_deref(),
        Ok(
            "a=10000001&b=examplebucket&k=AKIDEXAMPLEidNOTREALexample00000001&e=1441261115\
            &t=1438669115&r=987654321&u=0&f=100%&k=v"
        )
    );
}

#[test]
fn decoding_and_encoding_are_inverse_and_the_scheme_word_is_optional() {
    let grant = Grant::multi_use_for(&file("图 &b=x.jpg"), LATER);
    let token = signer().sign(&grant, &stamp(7)).expect("a signature");
    let plain = Signature::decode(token.expose()).expect("well formed");
    let prefixed = Signature::decode(&format!("QCloud {}", token.expose()));
    assert_eq!(prefixed.as_ref(), Ok(&plain));
    assert_eq!(plain.encode(), token.expose());
    assert_eq!(plain.file_id(), "图 &b=x.jpg");
    assert_eq!(plain.bucket(), Some("examplebucket"));
    assert_eq!(plain.verify(&Verifier::new(&credentials())), Ok(()));
}

#[test]
fn another_key_and_another_text_are_told_apart() {
    let signature = signed(&Grant::multi_use(LATER));
    let id = credentials().secret_id().to_owned();
    let wrong_key = Verifier::new(&Credentials::new(id, "wrong").expect("credentials"));
    let wrong_id = Verifier::new(&Credentials::new("AKIDOTHER", "wrong").expect("credentials"));
    assert_eq!(signature.verify(&wrong_key), Err(Refusal::Digest));
    assert_eq!(signature.verify(&wrong_id), Err(Refusal::SecretId));
}

#[test]
fn what_is_no_signature_is_malformed_and_no_panic() {
    for bad in ["", "QCloud ", "===", "AAAA", "图", &"A".repeat(4096)] {
        assert_eq!(
            Signature::decode(bad).err(),
            Some(Refusal::Malformed),
            "{bad:.20}"
        );
    }
    for text in [
        "",
        "a=1",
        "a=1&k=2&e=3",
        "a=1&k=2&e=x&t=4",
        "a=1&k=2&e=+3&t=4",
        "a=1&a=1&k=2&e=3&t=4",
        "a=1&k=2&e=3&t=4&junk",
    ] {
        assert_eq!(from_text(text).err(), Some(Refusal::Malformed), "{text}");
    }
}

/// Section 3.3: the vendor's own clients put the fields in other orders.
#[test]
fn fields_are_found_in_any_order() {
    let signature = from_text("a=1&k=2&e=3&t=4&r=5&f=x&y&b=demo").expect("well formed");
    assert_eq!(signature.file_id(), "x&y");
    assert_eq!(signature.bucket(), Some("demo"));
    let porn = from_text("a=1&k=2&t=4&r=5&u=0&b=demo&e=9").expect("well formed");
    assert_eq!(
        (porn.bucket(), porn.expires(), porn.file_id()),
        (Some("demo"), 9, "")
    );
    // A file id that looks like a bucket stays a file id where the bucket is known.
    let known = from_text("a=1&b=demo&k=2&e=3&t=4&r=5&u=0&f=x&b=evil").expect("well formed");
    assert_eq!(
        (known.bucket(), known.file_id()),
        (Some("demo"), "x&b=evil")
    );
}

#[test]
fn a_single_use_signature_serves_copy_deletion_and_download_of_its_file() {
    let once = signed(&Grant::single_use(&file("cat")));
    for call in [Call::Copy, Call::Delete, Call::Download] {
        assert_eq!(once.allows(&asked(call, "cat"), NOW), Ok(()), "{call:?}");
        assert_eq!(once.allows(&asked(call, "dog"), NOW), Err(Refusal::FileId));
    }
    for call in [Call::Upload, Call::Stat, Call::Detection] {
        assert_eq!(
            once.allows(&asked(call, "cat"), NOW),
            Err(Refusal::SingleUse)
        );
    }
    let unbound = from_text("a=10000001&k=2&e=0&t=4&r=5&u=0&f=").expect("well formed");
    let refusal = unbound.allows(&asked(Call::Delete, ""), NOW);
    assert_eq!(refusal, Err(Refusal::Unbound));
}

#[test]
fn a_multi_use_signature_ends_and_never_copies_or_deletes() {
    let bound = signed(&Grant::multi_use_for(&file("cat"), LATER));
    let free = signed(&Grant::multi_use(LATER));
    for call in [Call::Upload, Call::Stat, Call::Download] {
        assert_eq!(bound.allows(&asked(call, "cat"), NOW), Ok(()));
        assert_eq!(bound.allows(&asked(call, "dog"), NOW), Err(Refusal::FileId));
        assert_eq!(free.allows(&asked(call, "dog"), NOW), Ok(()));
        let end = Timestamp::from_seconds(1_441_261_115);
        assert_eq!(free.allows(&asked(call, "dog"), end), Err(Refusal::Expired));
    }
    for call in [Call::Copy, Call::Delete] {
        assert_eq!(
            bound.allows(&asked(call, "cat"), NOW),
            Err(Refusal::NotSingleUse)
        );
    }
    let eternal = from_text("a=10000001&k=2&e=9999999999&t=1438669115&r=5&u=0&f=");
    let refusal = eternal
        .expect("well formed")
        .allows(&asked(Call::Stat, "cat"), NOW);
    assert_eq!(refusal, Err(Refusal::Lifetime));
}

#[test]
fn account_and_bucket_must_be_the_requests() {
    let signature = signed(&Grant::multi_use(LATER));
    let other_app = Asked {
        app: AppId::new(1).expect("an appid"),
        ..asked(Call::Stat, "cat")
    };
    let other_bucket = Asked {
        bucket: Some("other".into()),
        ..asked(Call::Stat, "cat")
    };
    assert_eq!(signature.allows(&other_app, NOW), Err(Refusal::App));
    assert_eq!(signature.allows(&other_bucket, NOW), Err(Refusal::Bucket));
}

#[test]
fn an_address_that_means_something_else_is_not_signed() {
    let signer = UrlSigner::new(&credentials());
    let usage = Use::Until(LATER);
    for bad in [
        "",
        "/photos/v1/10000001/0",
        // Section 12.9: taken for a download of the account `photos` by the vendor's client.
        "web.image.myqcloud.com/photos/v1/10000001/0",
        "http:///photos/v1/10000001/0",
        "http://web.image.myqcloud.com",
        "http://web.image.myqcloud.com/photos/v2/10000001/b/0",
        "http://web.image.myqcloud.com/photos/v1/abc/0",
        "http://web.image.myqcloud.com/photos/v1//0",
        "http://web.image.myqcloud.com/photos/v1/1/0/f/op/more",
    ] {
        let refused = signer.app_sign(bad, usage, &stamp(1)).err();
        assert_eq!(refused, Some(InputError::SignedAddress), "{bad}");
    }
    let smuggled = "http://web.image.myqcloud.com/photos/v1/1/0&e=9999999999&f=";
    let refused = signer.app_sign(smuggled, usage, &stamp(1)).err();
    assert_eq!(refused, Some(InputError::UserId));
    // A V1 address is misread by the vendor's `app_sign_v2` (section 12.9).
    let v1 = "http://web.image.myqcloud.com/photos/v1/10000001/0/cat";
    let refused = signer.app_sign_v2(v1, usage, &stamp(1)).err();
    assert_eq!(refused, Some(InputError::SignedAddress));
}

#[test]
fn a_single_use_of_no_file_is_not_signed() {
    let signer = UrlSigner::new(&credentials());
    let upload = "http://web.image.myqcloud.com/photos/v2/10000001/examplebucket/0";
    let refused = signer.app_sign_v2(upload, Use::Once, &stamp(1)).err();
    assert_eq!(refused, Some(InputError::FileId));
}

#[test]
fn host_port_and_query_do_not_change_what_is_signed() {
    let signer = UrlSigner::new(&credentials());
    let sign = |url: &str| {
        let token = signer.app_sign(url, Use::Until(LATER), &stamp(1));
        token.expect("a signature").expose().to_owned()
    };
    let plain = sign("http://web.image.myqcloud.com/photos/v1/10000001/0/cat");
    for same in [
        "https://web.image.myqcloud.com/photos/v1/10000001/0/cat",
        "http://WEB.image.MYQCLOUD.com:80/photos/v1/10000001/0/cat",
        "http://web.image.myqcloud.com/photos/v1/10000001/0/cat?a=b/c#d/e",
    ] {
        assert_eq!(sign(same), plain, "{same}");
    }
}

#[test]
fn a_time_of_signing_in_the_future_does_not_move_the_end() {
    let ahead = from_text("a=10000001&k=2&e=2438669116&t=2438669115&r=5&u=0&f=");
    let refusal = ahead
        .expect("well formed")
        .allows(&asked(Call::Stat, "cat"), NOW);
    assert_eq!(refusal, Err(Refusal::Lifetime));
}

/// Section 3.2: the kinds differ only in their text, and none serves for another.
#[test]
fn a_signature_for_detection_serves_for_nothing_else_and_detection_wants_a_bucket() {
    let name = BucketName::new("examplebucket").expect("a name");
    let signer = DetectionSigner::new(app(), &name, &credentials());
    let token = signer.sign(LATER, &stamp(1)).expect("a signature");
    let detection = Signature::decode(token.expose()).expect("well formed");
    let nothing = asked(Call::Detection, "");
    assert_eq!(detection.allows(&nothing, NOW), Ok(()));
    for call in [Call::Upload, Call::Stat, Call::Download] {
        let refusal = detection.allows(&asked(call, "cat"), NOW);
        assert_eq!(refusal, Err(Refusal::Detection), "{call:?}");
    }
    let bare = from_text("a=10000001&k=2&t=4&e=1441261115").expect("well formed");
    assert_eq!(bare.allows(&nothing, NOW), Err(Refusal::Bucket));
    assert_eq!(
        bare.allows(&asked(Call::Upload, "cat"), NOW),
        Err(Refusal::Detection)
    );
}

#[test]
fn a_file_id_that_ends_like_a_bucket_is_bound_as_it_is() {
    let signer = Signer::v1(app(), &UserId::default(), &credentials());
    let grant = Grant::single_use(&file("x&b=examplebucket"));
    let token = signer.sign(&grant, &stamp(1)).expect("a signature");
    let signature = Signature::decode(token.expose()).expect("well formed");
    let without_bucket = |file_id| Asked {
        bucket: None,
        ..asked(Call::Delete, file_id)
    };
    assert_eq!(
        signature.allows(&without_bucket("x&b=examplebucket"), NOW),
        Ok(())
    );
    assert_eq!(
        signature.allows(&without_bucket("x"), NOW),
        Err(Refusal::Bucket)
    );
}
