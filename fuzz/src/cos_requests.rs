//! Requests of COS v4: the bytes are a text that the caller or the service chose.

use http::Request;
use serde_json::Value;
use yunmei_core::{
    Error, Operation, Payload, Token,
    cos::{
        Content, CustomHeaders, Destination, FolderPath, SignaturePlace,
        sign::AskedKind,
        slices::{FinishSlices, InitSlices, PutSlice},
    },
};

use crate::{sample, wire};

/// The text arrives unchanged, framed and signed, or is refused.
pub fn check(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    forms(text);
    documents(text);
    queries(text);
    handed_out(text);
}

/// Builds a request; refusals of what cannot be sent are as good.
fn build(operation: &impl Operation, text: &str) -> Option<Request<Payload>> {
    match operation.request(&sample::stamp(text.as_bytes())) {
        Ok(request) => Some(request),
        Err(Error::Input(_)) => None,
        Err(other) => panic!("{other}"),
    }
}

fn forms(text: &str) {
    let (bucket, path) = (sample::bucket(), sample::file());
    let content = Content::unchecked(sample::hash(text.as_bytes()) % 0x100_0000);
    let upload = bucket.upload(&path, &content).biz_attr(text);
    let init = InitSlices::new(bucket.clone(), path.clone(), content.clone()).biz_attr(text);
    let range = 5..content.size().max(6);
    let put = PutSlice::new(bucket.clone(), path.clone(), text, range.clone(), None);
    let sha = Some(text.to_owned());
    let finish = FinishSlices::new(bucket.clone(), path, "session", content.size(), sha);
    let slice = Some((range.start, range.end));
    for (request, name, source) in [
        (build(&upload, text), "biz_attr", Some((0, content.size()))),
        (build(&init, text), "biz_attr", None),
        (build(&put, text), "session", slice),
        (build(&finish, text), "sha", None),
    ] {
        let Some(request) = request else { continue };
        wire::check(&request, "/photos/cat.jpg", AskedKind::Api);
        let form = wire::form(&request);
        assert_eq!(wire::text(&form, name), Some(text.as_bytes()));
        let found = wire::content(&form).map(|range| (range.start, range.end));
        assert_eq!(found, source, "{name}");
    }
}

fn documents(text: &str) {
    let (bucket, path, folder) = (sample::bucket(), sample::file(), sample::folder());
    let headers = CustomHeaders::new().meta("note", text);
    let file = "/photos/cat.jpg";
    for (request, path, kind, pointer) in [
        (
            build(&bucket.update(&path).biz_attr(text), text),
            file,
            AskedKind::ApiOnce,
            "/biz_attr",
        ),
        (
            build(&bucket.update(&path).custom_headers(headers), text),
            file,
            AskedKind::ApiOnce,
            "/custom_headers/x-cos-meta-note",
        ),
        (
            build(&bucket.create_folder(&folder).biz_attr(text), text),
            "/photos/",
            AskedKind::Api,
            "/biz_attr",
        ),
        (
            build(&bucket.update_folder(&folder, text), text),
            "/photos/",
            AskedKind::ApiOnce,
            "/biz_attr",
        ),
    ] {
        let Some(request) = request else { continue };
        wire::check(&request, path, kind);
        let body = wire::inline(request.body());
        let document: Value = serde_json::from_slice(&body).expect("JSON");
        let found = document.pointer(pointer).and_then(Value::as_str);
        assert_eq!(found, Some(text), "{pointer}");
    }
}

fn queries(text: &str) {
    let (bucket, path) = (sample::bucket(), sample::file());
    // The service chooses the position, of any length.
    for context in [text.to_owned(), sometimes_long(text)] {
        let list = bucket.list(&FolderPath::root()).context(context.as_str());
        if let Some(request) = build(&list, text) {
            wire::check(&request, "/", AskedKind::Api);
            let found = wire::query(&request, "context").expect("a position");
            assert_eq!(found, context.as_bytes());
        }
    }
    let list = bucket.list(&sample::folder()).prefix(text);
    if let Some(request) = build(&list, text) {
        wire::check(&request, &format!("/photos/{text}"), AskedKind::Api);
    }
    if let Ok(destination) = Destination::beside(text)
        && let Some(request) = build(&bucket.move_to(&path, destination), text)
    {
        wire::check(&request, "/photos/cat.jpg", AskedKind::ApiOnce);
        let found = wire::query(&request, "dest_fileid").expect("a destination");
        assert_eq!(found, text.as_bytes());
    }
}

/// A signature that somebody else made is sent as it is.
fn handed_out(text: &str) {
    for signature in [text.to_owned(), sometimes_long(text)] {
        let token = Token::new(signature.as_str());
        let Ok(bucket) = sample::unsigned_bucket().with_signature(token) else {
            return;
        };
        if let Some(request) = build(&bucket.stat(&sample::file()), text) {
            assert_eq!(request.headers()["authorization"], signature.as_str());
        }
        let bucket = bucket.signature_in(SignaturePlace::Query);
        if let Some(request) = build(&bucket.stat(&sample::file()), text) {
            let found = wire::query(&request, "sign").expect("a signature");
            assert_eq!(found, signature.as_bytes());
            assert!(!request.headers().contains_key("authorization"));
        }
    }
}

/// Now and then a text that is too long for an address; not always, since that takes its time.
fn sometimes_long(text: &str) -> String {
    match sample::hash(text.as_bytes()) % 32 {
        0 => text.repeat(70_000 / text.len().max(1) + 1),
        _ => text.repeat(2),
    }
}
