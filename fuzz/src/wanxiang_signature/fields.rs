//! Signatures made of fields.

use yunmei_core::{
    Stamp,
    wanxiang::{
        BucketName, Credentials, Expiry, FileId, UserId,
        sign::{Call, DetectionSigner, Grant, Signature, Signer},
    },
};

use super::{Said, made};
use crate::{
    sample::{
        self,
        wanxiang::{BUCKET, KEY, app, credentials, name, signer_v1, signer_v2},
    },
    wire::wanxiang::{Expected, serves},
};

/// The text in each of the fields, where it may stand there.
pub(super) fn check(text: &str) {
    let stamp = sample::stamp(text.as_bytes());
    if let Ok(file_id) = FileId::new(text) {
        files(&file_id, &stamp);
    }
    if let Ok(user) = UserId::new(text) {
        let signer = Signer::v2(app(), &name(), &user, credentials());
        signs(&signer, Some(BUCKET), credentials(), &stamp);
        signs(
            &Signer::v1(app(), &user, credentials()),
            None,
            credentials(),
            &stamp,
        );
    }
    if let Ok(bucket) = BucketName::new(text) {
        let signer = Signer::v2(app(), &bucket, &UserId::default(), credentials());
        signs(&signer, Some(text), credentials(), &stamp);
    }
    if let Ok(credentials) = Credentials::new(text, KEY) {
        let signer = Signer::v2(app(), &name(), &UserId::default(), &credentials);
        signs(&signer, Some(BUCKET), &credentials, &stamp);
        detection(&credentials, &stamp);
    }
    if let Ok(credentials) = Credentials::new("AKID1", text) {
        let shown = r#"Credentials { secret_id: "AKID1", secret_key: Secret(..) }"#;
        assert_eq!(format!("{credentials:?}"), shown);
    }
}

/// Grants for a file, and for all of them.
fn files(file_id: &FileId, stamp: &Stamp) {
    let until = Expiry::after_seconds(60);
    let multi = [Call::Upload, Call::Stat, Call::Download];
    let single = [Call::Copy, Call::Delete, Call::Download];
    for (signer, bucket) in [(signer_v1(), None), (signer_v2(), Some(BUCKET))] {
        for (grant, bound, calls) in [
            (Grant::multi_use(until), false, multi),
            (Grant::multi_use_for(file_id, until), true, multi),
            (Grant::single_use(file_id), true, single),
        ] {
            let token = signer.sign(&grant, stamp).expect("a short signature");
            let mut appended = String::from("sign=");
            assert_eq!(signer.sign_into(&mut appended, &grant, stamp), Ok(()));
            assert_eq!(appended.strip_prefix("sign="), Some(token.expose()));
            let signature = Signature::decode(token.expose()).expect("what we make, we read");
            let plain = signer.plain_text(&grant, stamp);
            assert_eq!(plain.as_deref(), Ok(signature.plain_text()));
            for call in calls {
                let expected = Expected {
                    path: Vec::new(),
                    bucket,
                    file_id: Some(file_id.as_str()),
                    call,
                };
                serves(token.expose(), &expected);
            }
            let said = Said {
                app: "10000001",
                bucket,
                secret_id: credentials().secret_id(),
                file_id: if bound { file_id.as_str() } else { "" },
                expires: if signature.is_single_use() {
                    0
                } else {
                    sample::NOW.seconds() + 60
                },
            };
            made(Ok(token), &said);
        }
    }
}

/// Whatever stands in the field, the others say what they should.
fn signs(signer: &Signer, bucket: Option<&str>, credentials: &Credentials, stamp: &Stamp) {
    let grant = Grant::multi_use_for(&sample::wanxiang::file(), Expiry::after_seconds(60));
    let said = Said {
        app: "10000001",
        bucket,
        secret_id: credentials.secret_id(),
        file_id: "cat.jpg",
        expires: sample::NOW.seconds() + 60,
    };
    made(signer.sign(&grant, stamp), &said);
}

fn detection(credentials: &Credentials, stamp: &Stamp) {
    let until = Expiry::after_seconds(1000);
    for (signer, secret_id) in [
        (
            DetectionSigner::new(app(), &name(), credentials),
            credentials.secret_id(),
        ),
        (
            sample::wanxiang::detection_signer().clone(),
            sample::wanxiang::credentials().secret_id(),
        ),
    ] {
        let said = Said {
            app: "10000001",
            bucket: Some(BUCKET),
            secret_id,
            file_id: "",
            expires: sample::NOW.seconds() + 1000,
        };
        made(signer.sign(until, stamp), &said);
    }
}
