use base64::{Engine, prelude::BASE64_STANDARD};
use proptest::prelude::*;
use yunmei_core::wanxiang::{
    BucketName, Credentials, Expiry, UserId,
    sign::{DetectionSigner, Grant, Refusal, Signature, Signer, UrlSigner, Use, Verifier},
};

use crate::{
    stamps, tries,
    wanxiang_names::{app, bucket_name, credentials, file_ids},
};

const LIFETIME: u64 = 3600;

fn until() -> Expiry {
    Expiry::after_seconds(LIFETIME)
}

fn grants() -> impl Strategy<Value = Grant> {
    (file_ids(), 0..3).prop_map(|(file_id, kind)| match kind {
        0 => Grant::multi_use(until()),
        1 => Grant::multi_use_for(&file_id, until()),
        _ => Grant::single_use(&file_id),
    })
}

fn users() -> impl Strategy<Value = UserId> {
    let near = prop_oneof![Just("0".to_owned()), "[a-z=%.]{0,8}", any::<String>()];
    near.prop_filter_map("no user", |text| UserId::new(&text).ok())
}

fn verifier(key: &str) -> Verifier {
    Verifier::new(&Credentials::new("AKIDEXAMPLE", key).expect("credentials"))
}

/// Whether a text is no signature of ours.
fn is_refused(text: &str) -> bool {
    match Signature::decode(text) {
        Err(_) => true,
        Ok(signature) => signature.verify(&verifier("EXAMPLEKEY")).is_err(),
    }
}

/// Addresses that come close to being of a form that can be signed.
fn near_addresses() -> impl Strategy<Value = String> {
    let piece = || {
        prop_oneof![
            "[0-9]{1,8}",
            "[a-z&=%;.-]{0,6}",
            Just("1&k=AKIDOTHER&e=9999999999".to_owned()),
            Just("0&f=x&e=1".to_owned()),
            Just("copy".to_owned()),
            Just("b-1".to_owned()),
            "\\PC{0,5}",
        ]
    };
    let base = prop_oneof![
        Just("http://web.image.myqcloud.com/photos/v1".to_owned()),
        Just("http://web.image.myqcloud.com/photos/v2".to_owned()),
        Just("https://web.video.myqcloud.com/videos/v1".to_owned()),
        Just("http://b-1.image.myqcloud.com".to_owned()),
        any::<String>(),
    ];
    (base, proptest::collection::vec(piece(), 0..7))
        .prop_map(|(base, pieces)| format!("{base}/{}", pieces.join("/")))
}

proptest! {
    #![proptest_config(tries(128))]

    #[test]
    fn decoding_undoes_encoding_and_the_maker_is_recognised(
        grant in grants(),
        user in users(),
        stamp in stamps(),
        with_bucket in any::<bool>(),
        scheme in prop_oneof![Just(""), Just("QCloud ")],
    ) {
        let signer = match with_bucket {
            true => Signer::v2(app(), &bucket_name(), &user, &credentials()),
            false => Signer::v1(app(), &user, &credentials()),
        };
        let token = signer.sign(&grant, &stamp).expect("a signature");
        let signature = Signature::decode(&format!("{scheme}{}", token.expose()));
        let signature = signature.expect("well formed");
        prop_assert_eq!(signature.encode(), token.expose());
        prop_assert_eq!(signature.verify(&verifier("EXAMPLEKEY")), Ok(()));
        prop_assert_eq!(signature.verify(&verifier("OTHERKEY")), Err(Refusal::Digest));
        let text = signer.plain_text(&grant, &stamp).expect("a text");
        prop_assert_eq!(signature.plain_text(), &text);
        prop_assert_eq!(signature.signed_at(), stamp.now.seconds());
        prop_assert_eq!(signature.app_id(), "10000001");
        prop_assert_eq!(signature.secret_id(), "AKIDEXAMPLE");

        let file_id = &text[text.find("&f=").expect("a field") + 3..];
        match (with_bucket, file_id.rsplit_once("&b=")) {
            (true, _) => {
                prop_assert_eq!(signature.bucket(), Some("examplebucket"));
                prop_assert_eq!(signature.file_id(), file_id);
            }
            // One of the vendor's clients puts the bucket there (section 3.7).
            (false, Some((front, bucket))) if BucketName::new(bucket).is_ok() => {
                prop_assert_eq!((signature.file_id(), signature.bucket()), (front, Some(bucket)));
            }
            (false, _) => {
                prop_assert_eq!((signature.file_id(), signature.bucket()), (file_id, None));
            }
        }
    }

    #[test]
    fn nothing_one_byte_away_from_a_signature_is_one(
        grant in grants(),
        stamp in stamps(),
        place in any::<prop::sample::Index>(),
        change in 1..=u8::MAX,
    ) {
        let signer = Signer::v2(app(), &bucket_name(), &UserId::default(), &credentials());
        let token = signer.sign(&grant, &stamp).expect("a signature");
        let mut raw = BASE64_STANDARD.decode(token.expose()).expect("base64");
        let length = raw.len();
        raw[place.index(length)] ^= change;
        prop_assert!(is_refused(&BASE64_STANDARD.encode(raw)));
        let mut text = token.expose().to_owned();
        text.remove(place.index(text.len()));
        prop_assert!(is_refused(&text));
    }

    #[test]
    fn no_text_makes_decoding_panic(
        text in ".*",
        raw in proptest::collection::vec(any::<u8>(), 0..64),
    ) {
        prop_assert!(is_refused(&text));
        let with_scheme = format!("QCloud {text}");
        prop_assert!(is_refused(&with_scheme));
        prop_assert!(is_refused(&BASE64_STANDARD.encode(&raw)));
        let fields = [&raw[..], b"&a=1&k=2&e=3&t=4&r=5&u=6&f=7&b=8"].concat();
        prop_assert!(is_refused(&BASE64_STANDARD.encode(fields)));
    }

    #[test]
    fn a_signature_for_detection_is_taken_apart_like_the_others(
        stamp in stamps(),
        seconds in 1..1_000_000_u64,
    ) {
        let signer = DetectionSigner::new(app(), &bucket_name(), &credentials());
        let token = signer.sign(Expiry::after_seconds(seconds), &stamp).expect("a signature");
        let signature = Signature::decode(token.expose()).expect("well formed");
        prop_assert_eq!(signature.verify(&verifier("EXAMPLEKEY")), Ok(()));
        prop_assert_eq!(signature.verify(&verifier("OTHERKEY")), Err(Refusal::Digest));
        prop_assert_eq!(signature.expires(), stamp.now.seconds() + seconds);
        prop_assert_eq!(signature.bucket(), Some("examplebucket"));
        prop_assert_eq!((signature.file_id(), signature.is_single_use()), ("", false));
    }

    #[test]
    fn no_address_ends_a_field_of_what_is_signed_early(
        address in near_addresses(),
        stamp in stamps(),
        once in any::<bool>(),
    ) {
        let usage = if once { Use::Once } else { Use::Until(until()) };
        let signer = UrlSigner::new(&credentials());
        for token in [
            signer.app_sign(&address, usage, &stamp),
            signer.app_sign_v2(&address, usage, &stamp),
        ] {
            let Ok(token) = token else { continue };
            let signature = Signature::decode(token.expose()).expect("well formed");
            prop_assert_eq!(signature.verify(&verifier("EXAMPLEKEY")), Ok(()));
            let text = signature.plain_text();
            let (head, file_id) = text.split_once("&f=").expect("a field");
            let names: Vec<_> = (head.split('&'))
                .map(|pair| pair.split_once('=').expect("a pair").0)
                .collect();
            prop_assert_eq!(names, ["a", "k", "e", "t", "r", "u"], "{}", text);
            prop_assert_eq!(signature.secret_id(), "AKIDEXAMPLE");
            prop_assert_eq!(signature.signed_at(), stamp.now.seconds());
            let end = stamp.now.seconds() + LIFETIME;
            prop_assert!([0, end].contains(&signature.expires()), "{}", text);
            // What serves once is bound to a file.
            prop_assert!(!signature.is_single_use() || !file_id.is_empty(), "{}", text);
            prop_assert!(address.contains(file_id) && address.contains(signature.app_id()));
        }
    }
}
