//! Uploads to COS v4 against a service that is played: the bytes are a program of replies.
//!
//! The first byte chooses the upload; each reply takes a byte for its kind and what that kind needs.
//! Behind the last one the program begins again, so that only an upload that ends by itself ends.

mod ledger;
mod replies;

use std::sync::OnceLock;

use http::Request;
use yunmei_core::{
    Driver, Error, Flow, Payload, Retry, Step,
    cos::{Content, Uploaded, sign::AskedKind, slices::Manifest},
};

use self::{ledger::Ledger, replies::Replies};
use crate::{
    sample::{self, Program},
    wire,
};

/// More requests than any of these uploads may need: four attempts at each of a dozen exchanges,
/// and eight recoveries from the beginning.
const REQUEST_LIMIT: usize = 500;

/// Two slices of 1 MiB, and one of a byte.
const SLICED: u64 = 2 * 1024 * 1024 + 1;

/// So small that slices of one byte are few.
const SMALL: u64 = 5;

/// Every upload ends, and is closed only when the service has all of the content.
pub fn check(bytes: &[u8]) {
    let mut program = Program::new(bytes);
    let (bucket, path) = (sample::bucket(), sample::file());
    let slices = |content| bucket.put_slices(&path, content);
    match program.byte() % 6 {
        0 => run(slices(sliced()), &sliced(), program),
        1 => run(slices(sliced()).replace_unfinished(), &sliced(), program),
        2 => run(slices(small()), &small(), program),
        3 => run(slices(small()).replace_unfinished(), &small(), program),
        4 => run(bucket.put(&path, sliced()), &sliced(), program),
        _ => run(bucket.upload(&path, &small()), &small(), program),
    }
}

/// Content with digests.
fn sliced() -> Content {
    static MANIFEST: OnceLock<Manifest> = OnceLock::new();
    let manifest = MANIFEST.get_or_init(|| {
        let mut builder = Manifest::builder();
        builder.update(&vec![1; SLICED as usize]);
        builder.finish()
    });
    manifest.clone().into()
}

/// Content without.
fn small() -> Content {
    Content::unchecked(SMALL)
}

/// What a request asks for, as the service reads it.
pub(crate) struct Asked {
    op: String,
    session: Vec<u8>,
    offset: u64,
    length: u64,
}

fn run(flow: impl Flow<Output = Uploaded>, content: &Content, mut program: Program<'_>) {
    let mut driver = Driver::new(flow, Retry::default());
    let mut ledger = Ledger::new(content.size());
    let mut sent = 0;
    loop {
        // Each request has bits of its own, so a signature that may be used once is.
        let stamp = sample::stamp(&[sent as u8, (sent >> 8) as u8]);
        match driver.poll(&stamp) {
            Step::Send(request) => {
                sent += 1;
                assert!(sent <= REQUEST_LIMIT, "this upload does not end");
                let asked = read(&request, content);
                ledger.asked(&asked);
                let reply = Replies::new(content).next(&asked, &mut program);
                if let Ok(response) = &reply {
                    ledger.replied(&asked, response);
                }
                driver.handle(reply);
            }
            Step::Sleep(pause) => assert!(pause <= Retry::default().cap),
            Step::Done(result) => {
                // Nothing of this is the caller's fault.
                assert!(!matches!(result, Err(Error::Input(_) | Error::Local(_))));
                return;
            }
        }
    }
}

/// Checks a request, and reads what it asks for.
fn read(request: &Request<Payload>, content: &Content) -> Asked {
    let mut asked = Asked {
        op: String::new(),
        session: Vec::new(),
        offset: 0,
        length: 0,
    };
    if request.method() == http::Method::GET {
        wire::check(request, sample::file().as_str(), AskedKind::Api);
        let op = wire::query(request, "op").expect("an operation");
        asked.op = String::from_utf8(op).expect("text");
        return asked;
    }
    if request.headers()["content-type"] == "application/json" {
        wire::check(request, sample::file().as_str(), AskedKind::ApiOnce);
        assert_eq!(wire::inline(request.body()), br#"{"op":"delete"}"#);
        asked.op = "delete".into();
        return asked;
    }
    wire::check(request, sample::file().as_str(), AskedKind::Api);
    let form = wire::form(request);
    let text = |name| {
        let value = wire::text(&form, name).unwrap_or_default();
        String::from_utf8(value.to_vec()).expect("text")
    };
    asked.op = text("op");
    asked.session = text("session").into_bytes();
    if let Some(range) = wire::content(&form) {
        assert!(range.end <= content.size());
        asked.offset = range.start;
        asked.length = range.end - range.start;
        if asked.op == "upload_slice_data" {
            assert_eq!(text("offset"), range.start.to_string());
        }
    }
    asked
}
