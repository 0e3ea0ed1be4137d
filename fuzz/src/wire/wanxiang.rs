//! What holds for the requests of Wanxiang.

use http::{Request, header};
use yunmei_core::{
    Payload, describe,
    wanxiang::sign::{Asked, Call, Signature},
};

use super::{announced, decode};
use crate::sample::{self, wanxiang::verifier};

/// Where a request should go, and what its signature must serve for.
pub(crate) struct Expected<'a> {
    /// The decoded segments of the path.
    pub(crate) path: Vec<&'a str>,
    /// The bucket that is asked for; V1 has none.
    pub(crate) bucket: Option<&'a str>,
    /// The file that is asked for.
    pub(crate) file_id: Option<&'a str>,
    /// What is to be done.
    pub(crate) call: Call,
}

/// Checks that a signed request goes where it should, with its length announced and a signature
/// that serves for it.
pub(crate) fn check(request: &Request<Payload>, expected: &Expected<'_>) {
    assert_eq!(segments(request.uri().path()), expected.path);
    announced(request);
    let value = &request.headers()[header::AUTHORIZATION];
    assert!(value.is_sensitive());
    serves(value.to_str().expect("text"), expected);
    assert!(!describe(request).contains(sample::wanxiang::bare(request)));
}

/// Checks a signature, with or without the scheme word.
pub(crate) fn serves(signature: &str, expected: &Expected<'_>) {
    let signature = Signature::decode(signature).expect("a signature");
    assert_eq!(signature.verify(verifier()), Ok(()));
    let asked = Asked {
        app: sample::wanxiang::app(),
        bucket: expected.bucket.map(str::to_owned),
        file_id: expected.file_id.map(str::to_owned),
        call: expected.call,
    };
    assert_eq!(signature.allows(&asked, sample::NOW), Ok(()));
}

/// The decoded segments of a path; none that a library would resolve.
pub(crate) fn segments(path: &str) -> Vec<String> {
    let rest = path.strip_prefix('/').expect("a leading slash");
    rest.split('/')
        .map(|segment| {
            let decoded = String::from_utf8(decode(segment)).expect("text");
            assert!(!matches!(decoded.as_str(), "." | ".."), "{path}");
            decoded
        })
        .collect()
}
