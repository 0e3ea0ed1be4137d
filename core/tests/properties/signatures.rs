use base64::{Engine, prelude::BASE64_STANDARD};
use proptest::prelude::*;
use yunmei_core::{
    Timestamp,
    cos::{
        Expiry, FilePath, SIGNATURE_LIFETIME_LIMIT,
        sign::{Grant, Refusal, Signature, Signer},
    },
};

use crate::{app, credentials, file_paths, name, signer, stamps, tries};

/// Grants of all kinds.
fn grants() -> impl Strategy<Value = Grant> {
    let until = (0..=SIGNATURE_LIFETIME_LIMIT).prop_map(Expiry::after_seconds);
    (file_paths(), until, 0..4).prop_map(|(path, until, kind)| match kind {
        0 => Grant::multi_use(&path, until),
        1 => Grant::single_use(&path),
        2 if !path.folder().is_root() => Grant::single_use_folder(&path.folder()),
        _ => Grant::download(&path, until),
    })
}

/// Whether a text is no signature of ours.
fn is_refused(text: &str) -> bool {
    match Signature::decode(text) {
        Err(_) => true,
        Ok(signature) => signature.verify(&signer()) == Err(Refusal::Digest),
    }
}

proptest! {
    #![proptest_config(tries(128))]

    #[test]
    fn decoding_undoes_encoding_and_the_maker_is_recognised(grant in grants(), stamp in stamps()) {
        let token = signer().sign(&grant, &stamp).expect("a signature");
        let signature = Signature::decode(token.expose()).expect("well formed");
        prop_assert_eq!(signature.encode(), token.expose());
        prop_assert_eq!(signature.verify(&signer()), Ok(()));
        let text = signer().plain_text(&grant, &stamp).expect("a text");
        prop_assert_eq!(signature.plain_text(), text);
        prop_assert_eq!(signature.signed_at(), stamp.now.seconds());
        prop_assert_eq!(signature.bucket(), "examplebucket");
        prop_assert!(signature.nonce().len() <= 9);
        let other = Signer::new(app(), &name(), &credentials("OTHERKEY"));
        prop_assert_eq!(signature.verify(&other), Err(Refusal::Digest));
    }

    #[test]
    fn nothing_one_byte_away_from_a_signature_is_one(
        grant in grants(),
        stamp in stamps(),
        place in any::<prop::sample::Index>(),
        change in 1..=u8::MAX,
        character in "[A-Za-z0-9+/=]",
    ) {
        let token = signer().sign(&grant, &stamp).expect("a signature");
        let mut raw = BASE64_STANDARD.decode(token.expose()).expect("base64");
        let length = raw.len();
        raw[place.index(length)] ^= change;
        prop_assert!(is_refused(&BASE64_STANDARD.encode(raw)));

        let mut text = token.expose().to_owned();
        let at = place.index(text.len());
        if text[at..=at] != character {
            text.replace_range(at..=at, &character);
            prop_assert!(is_refused(&text), "{}", at);
        }
        text = token.expose().to_owned();
        text.remove(at);
        prop_assert!(is_refused(&text));
    }

    #[test]
    fn no_text_makes_decoding_panic(
        text in ".*",
        raw in proptest::collection::vec(any::<u8>(), 0..64),
    ) {
        prop_assert!(is_refused(&text));
        prop_assert!(is_refused(&BASE64_STANDARD.encode(&raw)));
        let fields = [&raw[..], b"&a=1&k=2&e=3&t=4&r=5&f=6&b=7"].concat();
        prop_assert!(is_refused(&BASE64_STANDARD.encode(fields)));
    }

    #[test]
    fn an_expiry_means_what_was_said_or_is_refused(
        stamp in stamps(),
        number in any::<u64>(),
        near in 0..20_000_000_u64,
    ) {
        let path = FilePath::new("/a").expect("a path");
        let now = stamp.now.seconds();
        let end = |until| {
            let token = signer().sign(&Grant::multi_use(&path, until), &stamp).ok()?;
            Some(Signature::decode(token.expose()).expect("well formed").expires())
        };
        let around = (now + near).saturating_sub(10_000_000);
        for time in [number, around, near] {
            let allowed = (now..=now + SIGNATURE_LIFETIME_LIMIT).contains(&time) && time > 0;
            let expected = allowed.then_some(time);
            prop_assert_eq!(end(Expiry::at(Timestamp::from_seconds(time))), expected);
        }
        for seconds in [number, near] {
            let allowed = seconds <= SIGNATURE_LIFETIME_LIMIT && now + seconds > 0;
            let expected = allowed.then(|| now + seconds);
            prop_assert_eq!(end(Expiry::after_seconds(seconds)), expected);
        }
    }
}
