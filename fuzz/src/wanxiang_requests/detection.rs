//! The text as what detection looks at: addresses, one a line, and names of files.

use http::Request;
use serde_json::Value;
use yunmei_core::{
    Payload, describe,
    wanxiang::{PICTURES_LIMIT, Picture, sign::Signature},
};

use super::build;
use crate::{
    sample::{
        self,
        wanxiang::{BUCKET, bare, detector, verifier},
    },
    wire::{self, Value as Content},
};

pub(super) fn check(text: &str) {
    let lines: Vec<String> = text.lines().map(str::to_owned).collect();
    if let Some(request) = build(&detector().detect_url(text), text) {
        assert_eq!(document(&request)["url"], text);
    }
    if let Some(request) = build(&detector().detect_urls(lines.clone()), text) {
        assert!((1..=PICTURES_LIMIT).contains(&lines.len()));
        assert_eq!(document(&request)["url_list"], Value::from(lines.clone()));
    }
    files(text, &lines);
}

fn signed(request: &Request<Payload>) {
    wire::announced(request);
    assert_eq!(request.uri().path(), "/detection/pornDetect/");
    let value = &request.headers()["authorization"];
    assert!(value.is_sensitive());
    let signature = Signature::decode(value.to_str().expect("text")).expect("a signature");
    assert_eq!(signature.verify(verifier()), Ok(()));
    assert!(!describe(request).contains(bare(request)));
}

fn document(request: &Request<Payload>) -> Value {
    signed(request);
    let body = wire::inline(request.body());
    assert!(body.is_ascii());
    let document: Value = serde_json::from_slice(&body).expect("JSON");
    assert_eq!(document["bucket"], BUCKET);
    assert_eq!(document["appid"], 10_000_001);
    document
}

/// Each picture goes with its own content and a name of its own, which is no path.
fn files(text: &str, lines: &[String]) {
    let size = |at: usize| (sample::hash(text.as_bytes()) + at as u64) % 5;
    let pictures = lines.iter().enumerate();
    let pictures = pictures.map(|(at, line)| Picture::new(line, size(at)));
    let Some(request) = build(&detector().detect_files(pictures.collect()), text) else {
        return;
    };
    signed(&request);
    let form = wire::form(&request);
    assert_eq!(wire::text(&form, "appid"), Some(&b"10000001"[..]));
    assert_eq!(wire::text(&form, "bucket"), Some(BUCKET.as_bytes()));
    let files: Vec<_> = form
        .iter()
        .filter(|field| field.file_name.is_some())
        .collect();
    assert_eq!(files.len(), lines.len());
    let mut names = Vec::new();
    for (at, field) in files.into_iter().enumerate() {
        assert_eq!(field.name, format!("image[{at}]"));
        assert_eq!(field.value, Content::Source(0..size(at)));
        let name = field.file_name.clone().unwrap_or_default();
        assert!(!name.contains(['/', '\\']) && !name.is_empty());
        names.push(name);
    }
    names.sort();
    names.dedup();
    assert_eq!(names.len(), lines.len(), "two pictures of one name");
}
