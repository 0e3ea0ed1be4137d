//! Signatures made of addresses.

use yunmei_core::{
    error::InputError,
    wanxiang::{
        Expiry, FileId, UserId,
        sign::{Grant, Signature, Signer, Use},
    },
};

use super::{Said, made};
use crate::sample::{
    self,
    wanxiang::{app, credentials, url_signer},
};

/// In front of a path of photos V1.
const PHOTOS_V1: &str = "http://web.image.myqcloud.com/photos/v1";

/// In front of a path of photos V2.
const PHOTOS_V2: &str = "http://web.image.myqcloud.com/photos/v2";

/// The text as an address, and in every part of one.
pub(super) fn check(text: &str) {
    let later = Use::Until(Expiry::after_seconds(60));
    for usage in [later, Use::Once] {
        for url in [
            text.to_owned(),
            format!("http://{text}"),
            format!("http://web.image.myqcloud.com/{text}"),
            format!("http://web.video.myqcloud.com/videos/v1/{text}"),
            format!("{PHOTOS_V1}/{text}"),
            format!("{PHOTOS_V2}/{text}"),
            format!("http://examplebucket-10000001.image.myqcloud.com/{text}"),
        ] {
            any(&url, usage);
        }
    }
    let (user, file_id) = text.split_once('/').unwrap_or(("0", text));
    same_as_fields(user, file_id);
}

/// What is signed comes from the address, and cannot end its field.
fn any(url: &str, usage: Use) {
    let stamp = sample::stamp(url.as_bytes());
    for result in [
        url_signer().app_sign(url, usage, &stamp),
        url_signer().app_sign_v2(url, usage, &stamp),
    ] {
        let Ok(token) = &result else {
            assert!(matches!(
                result,
                Err(InputError::SignedAddress
                    | InputError::UserId
                    | InputError::FileId
                    | InputError::SignatureLength { .. })
            ));
            continue;
        };
        let signature = Signature::decode(token.expose()).expect("what we make, we read");
        let text = signature.plain_text();
        let (_, file_id) = text.split_once("&f=").expect("a file id");
        assert!(
            url.contains(&format!("/{}", signature.app_id()))
                || url.contains(&format!("-{}", signature.app_id()))
        );
        assert!(
            file_id.is_empty() || url.contains(&format!("/{file_id}")),
            "{url}"
        );
        assert!(!file_id.contains(['/', '?', '#']));
        assert!(usage != Use::Once || signature.is_single_use());
        assert!(!signature.is_single_use() || !file_id.is_empty());
        let said = Said {
            app: signature.app_id(),
            bucket: None,
            secret_id: credentials().secret_id(),
            file_id,
            expires: match signature.is_single_use() {
                true => 0,
                false => sample::NOW.seconds() + 60,
            },
        };
        assert!(signature.app_id().bytes().all(|byte| byte.is_ascii_digit()));
        made(result, &said);
    }
}

/// An address that is put together of fields is signed as these are by [`Signer::v1`].
fn same_as_fields(user: &str, file_id: &str) {
    let (Ok(user), Ok(file_id)) = (UserId::new(user), FileId::new(file_id)) else {
        return;
    };
    if file_id.as_str().contains(['/', '?', '#']) {
        return;
    }
    let stamp = sample::stamp(file_id.as_str().as_bytes());
    let until = Expiry::after_seconds(60);
    let later = Use::Until(until);
    let signer = Signer::v1(app(), &user, credentials());
    let sign = |grant: &Grant| {
        let token = signer.sign(grant, &stamp).expect("a short signature");
        token.expose().to_owned()
    };
    let bound = sign(&Grant::multi_use_for(&file_id, until));
    let once = sign(&Grant::single_use(&file_id));
    let free = sign(&Grant::multi_use(until));
    let v1 = format!("{PHOTOS_V1}/10000001/{user}");
    let v2 = format!("{PHOTOS_V2}/10000001/examplebucket/{user}");
    let download = "http://examplebucket-10000001.image.myqcloud.com";
    // Sections 3.4 and 3.5 of the dossier.
    for (is_v2, url, usage, expected) in [
        (false, v1.clone(), later, &free),
        (false, format!("{v1}/{file_id}"), later, &bound),
        (false, format!("{v1}/{file_id}"), Use::Once, &once),
        (false, format!("{v1}/{file_id}/copy"), later, &once),
        (false, format!("{v1}/{file_id}/del?x#/y"), later, &once),
        (
            false,
            format!("{download}/10000001/{user}/{file_id}/s"),
            later,
            &bound,
        ),
        (true, v2.clone(), later, &free),
        (true, format!("{v2}/{file_id}"), later, &free),
        (true, format!("{v2}/{file_id}/copy"), later, &once),
        (true, format!("{v2}/{file_id}/del"), later, &once),
        (
            true,
            format!("{download}/examplebucket-10000001/{user}/{file_id}/s"),
            later,
            &bound,
        ),
    ] {
        let token = match is_v2 {
            true => url_signer().app_sign_v2(&url, usage, &stamp),
            false => url_signer().app_sign(&url, usage, &stamp),
        };
        let token = token.expect("an address that can be signed");
        assert_eq!(token.expose(), expected, "{url}");
    }
}
