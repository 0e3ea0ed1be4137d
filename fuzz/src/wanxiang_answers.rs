//! Answers of Wanxiang: the bytes are a line with a status and the value of a header, and the body.
//!
//! In the body, `$sign` stands for the signature of the request, `$escaped` for the same in an
//! address, `$slashed` for the same as some servers write it in JSON: an answer may repeat it.

use std::sync::OnceLock;

use bytes::Bytes;
use http::Response;
use serde_json::Value;
use yunmei_core::{
    ByteRange, Download, Error, Operation,
    wanxiang::{
        Content, DetectFiles, DetectUrls, Detected, DigestBuilder, Digests, Picture, UploadedPhoto,
        UploadedVideo,
        slices::{OpenSlices, Opened, PutSlice, Stored},
    },
};

use crate::{
    answer::{self, code, hides, number, readable},
    sample::{
        self,
        wanxiang::{bucket, detector, file, photos_v1, videos},
    },
};

/// Where the service may say its code, the id of a request, and when to come again.
const HEADERS: [&str; 3] = ["x-errno", "x-cos-request-id", "retry-after"];

/// A success is one, a refusal keeps its code, the rest is an error and no panic; no error shows
/// the signature.
pub fn check(bytes: &[u8]) {
    let told = answer::read(bytes, &HEADERS);
    let signature = signature();
    for (mark, text) in [
        ("", String::new()),
        ("$sign", signature.to_owned()),
        ("$escaped", escaped(signature)),
        ("$slashed", signature.replace('/', "\\/")),
    ] {
        if !mark.is_empty() && !contains(told.body(), mark) {
            continue;
        }
        let repeated = match mark.is_empty() {
            true => told.clone(),
            false => answer::repeating(&told, mark, &text),
        };
        for response in [answer::under(&repeated, 200), repeated] {
            judge(&response);
        }
    }
}

/// One whose digest has a slash in it, which some servers escape.
fn signature() -> &'static str {
    static SIGNATURE: OnceLock<String> = OnceLock::new();
    SIGNATURE.get_or_init(|| {
        (0..=u8::MAX)
            .map(|seed| sample::wanxiang::signature(&bucket().stat(&file()), &[seed]))
            .find(|signature| digest(signature).contains('/'))
            .expect("one of so many")
    })
}

/// The part of a signature that cannot be guessed.
fn digest(signature: &str) -> &str {
    // 20 bytes in base64, without the character that holds the end of the digest and more.
    &signature[..26]
}

fn escaped(signature: &str) -> String {
    signature
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D")
}

fn contains(body: &[u8], mark: &str) -> bool {
    body.windows(mark.len())
        .any(|window| window == mark.as_bytes())
}

fn judge(response: &Response<Bytes>) {
    let document = serde_json::from_slice(response.body()).ok();
    for result in outcomes(response) {
        match result {
            Ok(()) => succeeded(response, document.as_ref()),
            Err(error) => failed(&error, response, document.as_ref()),
        }
    }
    slices(response);
    several(response, document.as_ref());
    download(response);
}

/// What each operation makes of the response.
fn outcomes(response: &Response<Bytes>) -> Vec<Result<(), Error>> {
    fn of(operation: &impl Operation, response: &Response<Bytes>) -> Result<(), Error> {
        operation.parse(response).map(drop)
    }
    let (id, digests) = (file(), digests());
    let content = Content::from(digests.clone());
    let (photo, video) = opens();
    vec![
        of(&bucket().upload(&id, &content), response),
        of(&bucket().upload_new(&content).analyze_food(), response),
        of(&bucket().stat(&id), response),
        of(&bucket().copy(&id), response),
        of(&bucket().delete(&id), response),
        of(&photos_v1().stat(&id), response),
        of(&videos().upload(&digests), response),
        of(&videos().stat(&id), response),
        of(&videos().delete(&id), response),
        of(&detector().detect_url("http://host/a"), response),
        of(&photo, response),
        of(&video, response),
        of(&PutSlice::new(&photo, "s", 0..1), response),
        of(&PutSlice::new(&video, "s", 0..1), response),
    ]
}

fn digests() -> Digests {
    let mut digests = DigestBuilder::new();
    digests.update(b"picture");
    digests.finish()
}

fn opens() -> (OpenSlices<UploadedPhoto>, OpenSlices<UploadedVideo>) {
    let photo = bucket().put_slices(None, digests());
    let video = videos().put_slices(digests());
    (photo.into_open(), video.into_open())
}

fn succeeded(response: &Response<Bytes>, document: Option<&Value>) {
    assert!(response.status().is_success());
    // Without one, there is something deep or huge where nobody looks.
    if let Some(document) = document {
        assert_eq!(code(document), Some(0));
    }
}

fn failed(error: &Error, response: &Response<Bytes>, document: Option<&Value>) {
    shown(error, response);
    if let (Some(refusal), Some(document)) = (error.service(), document) {
        assert_ne!(refusal.code(), 0);
        assert_eq!(Some(refusal.code()), code(document));
    }
}

fn shown(error: &Error, response: &Response<Bytes>) {
    readable(error, response);
    hides(error, digest(signature()));
}

/// An open upload can go on: a slice has a length.
fn slices(response: &Response<Bytes>) {
    fn open<S: Stored>(open: &OpenSlices<S>, response: &Response<Bytes>) {
        if let Ok(Opened::Session(session)) = open.parse(response) {
            assert!(session.slice_size > 0);
            let saved = serde_json::to_string(&session).expect("a document");
            assert_eq!(serde_json::from_str(&saved).ok(), Some(session));
        }
    }
    let (photo, video) = opens();
    open(&photo, response);
    open(&video, response);
}

/// Of several pictures there is a verdict or a refusal for each, in their order.
fn several(response: &Response<Bytes>, document: Option<&Value>) {
    let names = ["http://host/a", "b.jpg", "b.jpg"];
    let urls: DetectUrls = detector().detect_urls(names.map(String::from).to_vec());
    let pictures = names.map(|name| Picture::new(name, 7)).to_vec();
    let files: DetectFiles = detector().detect_files(pictures);
    for result in [urls.parse(response), files.parse(response)] {
        let detected = match result {
            Ok(detected) => detected,
            Err(error) => {
                shown(&error, response);
                continue;
            }
        };
        assert!(response.status().is_success());
        let inputs: Vec<_> = detected.iter().map(|one| one.input.as_str()).collect();
        assert_eq!(inputs, names);
        for one in detected {
            each(one, response, document);
        }
    }
}

fn each(detected: Detected, response: &Response<Bytes>, document: Option<&Value>) {
    let list = document.and_then(|document| document.get("result_list")?.as_array());
    let is_there = |code: i64| {
        let mut entries = list.into_iter().flatten();
        entries.any(|entry| entry.get("code").and_then(number) == Some(code))
    };
    match detected.verdict {
        Ok(verdict) => {
            assert!(document.is_none() || is_there(0));
            assert!(verdict.confidence.is_finite());
        }
        Err(error) => {
            if let (Some(refusal), Some(_)) = (error.service(), document) {
                assert!(refusal.code() != 0 && is_there(refusal.code()));
            }
            shown(&error, response);
        }
    }
}

/// A refused download says why: in the header, if there is a code.
fn download(response: &Response<Bytes>) {
    let download = bucket().photo(&file()).download(ByteRange::ALL);
    let error = download.refusal(response);
    shown(&error, response);
    let header = response.headers().get("x-errno");
    let number = header.and_then(|value| value.to_str().ok()?.trim().parse::<i64>().ok());
    if let Some(number) = number.filter(|&number| number != 0) {
        assert_eq!(error.service().map(|refusal| refusal.code()), Some(number));
    }
}
