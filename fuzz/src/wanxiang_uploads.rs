//! Uploads to Wanxiang against a service that is played: the bytes are a program of replies.
//!
//! The first byte chooses the upload; each reply takes a byte for its kind and what that kind needs.
//! Behind the last one the program begins again, so that only an upload that ends by itself ends.

mod replies;

use std::{ops::Range, sync::OnceLock};

use bytes::Bytes;
use http::{Method, Request, Response};
use serde_json::Value;
use yunmei_core::{
    Driver, Error, Flow, Payload, Retry, Step,
    wanxiang::{DigestBuilder, Digests, UploadedPhoto, UploadedVideo, sign::Call, slices::Session},
};

use self::replies::Replies;
use crate::{
    answer::code,
    doubt,
    sample::{
        self, Program,
        wanxiang::{BUCKET, bucket, file, videos},
    },
    wire::{
        self,
        wanxiang::{Expected, segments},
    },
};

/// More requests than any of these uploads may need: four attempts at each exchange, and eight
/// recoveries before it must get further, by a byte of the small content or so.
const REQUEST_LIMIT: usize = 2000;

/// More than goes in one request.
const LARGE: u64 = 5 * 1024 * 1024 + 1;

/// So small that slices of one byte are few.
const SMALL: u64 = 5;

/// Every upload ends, sends nothing that is not in the content, and sends nothing twice that would
/// be stored twice.
pub fn check(bytes: &[u8]) {
    let mut program = Program::new(bytes);
    let id = Some(file());
    match program.byte() % 8 {
        0 => run(bucket().put_slices(id.as_ref(), large()), &large(), program),
        1 => {
            let session = Session::named("00", &small());
            let slices = bucket().put_slices(None, small()).slice_size(1);
            let slices = slices.take_up(&session).expect("the same content");
            run(slices, &small(), program);
        }
        2 => run(bucket().put_slices(None, small()), &small(), program),
        3 => run(videos().put_slices(small()).title("t"), &small(), program),
        4 => {
            let put = bucket().put(id.as_ref(), large());
            run(put, &large(), program);
        }
        5 => {
            let put = bucket().put(id.as_ref(), small());
            run(put, &small(), program);
        }
        6 => run(bucket().put(None, small()), &small(), program),
        _ => run(videos().put(small()), &small(), program),
    }
}

fn large() -> Digests {
    static DIGESTS: OnceLock<Digests> = OnceLock::new();
    DIGESTS.get_or_init(|| digests(LARGE)).clone()
}

fn small() -> Digests {
    digests(SMALL)
}

fn digests(size: u64) -> Digests {
    let mut builder = DigestBuilder::new();
    builder.update(&vec![1; size as usize]);
    builder.finish()
}

/// What a request asks for, as the service reads it.
struct Asked {
    kind: Kind,
    /// Whether the service chooses the id: stored twice, if it is sent twice.
    is_new: bool,
    /// Whether an upload that was begun before is asked about.
    is_taken_up: bool,
    range: Range<u64>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Kind {
    Whole,
    Open,
    Slice,
    Stat,
}

/// What the service said that decides about what may follow.
#[derive(Default)]
struct Said {
    /// How it called the upload last, if that is easy to read.
    session: Option<String>,
    /// How many requests may have been carried out.
    received: usize,
    /// Whether the id was taken after one of these.
    is_taken: bool,
    /// Whether the content may have been stored, under an id that nobody knows.
    is_stored: bool,
    /// The same, as long as no answer shows that the upload was still open.
    is_in_doubt: bool,
    /// Whether that request was one that must not be repeated.
    is_over: bool,
    /// All that it said.
    answers: Vec<Response<Bytes>>,
}

/// What an upload brings.
trait Uploaded {
    fn address(&self) -> &str;
}

impl Uploaded for UploadedPhoto {
    fn address(&self) -> &str {
        &self.download_url
    }
}

impl Uploaded for UploadedVideo {
    fn address(&self) -> &str {
        &self.download_url
    }
}

fn run<O: Uploaded>(flow: impl Flow<Output = O>, content: &Digests, mut program: Program<'_>) {
    let mut driver = Driver::new(flow, Retry::default());
    let mut said = Said::default();
    let mut sent = 0;
    loop {
        let stamp = sample::stamp(&[sent as u8, (sent >> 8) as u8]);
        match driver.poll(&stamp) {
            Step::Send(request) => {
                sent += 1;
                assert!(sent <= REQUEST_LIMIT, "this upload does not end");
                assert!(!said.is_over, "it may have been stored before");
                let asked = read(&request, content, &said);
                assert!(!said.is_stored || asked.kind != Kind::Open);
                let reply = Replies::new(content).next(&asked, &mut program);
                said.reply(&asked, &reply, content);
                driver.handle(reply);
            }
            Step::Sleep(pause) => assert!(pause <= Retry::default().cap),
            Step::Done(result) => {
                finished(&result, &said);
                return;
            }
        }
    }
}

fn finished<O: Uploaded>(result: &Result<O, Error>, said: &Said) {
    match result {
        Ok(uploaded) => {
            let address = uploaded.address();
            let mut answers = said.answers.iter();
            assert!(answers.any(|answer| doubt::may_hold(answer, address)));
        }
        // Nothing of this is the caller's fault.
        Err(error) => {
            assert!(!matches!(error, Error::Input(_) | Error::Local(_)));
            assert!(!said.is_in_doubt || error.is_in_doubt(), "{error}");
        }
    }
}

impl Said {
    fn reply(&mut self, asked: &Asked, reply: &Result<Response<Bytes>, Error>, content: &Digests) {
        let may_store = match asked.kind {
            Kind::Whole => true,
            // Known content is stored at once.
            Kind::Open => !asked.is_taken_up,
            Kind::Slice => asked.range.end == content.size(),
            Kind::Stat => false,
        };
        let is_stored = may_store && asked.is_new && doubt::surely(reply);
        self.is_stored |= is_stored;
        self.is_in_doubt |= is_stored;
        self.is_over |= is_stored && asked.kind != Kind::Slice;
        if let Ok(response) = reply {
            let document: Option<Value> = serde_json::from_slice(response.body()).ok();
            let document = document.unwrap_or_default();
            let session = document.pointer("/data/session").and_then(Value::as_str);
            if asked.kind == Kind::Open {
                self.session = session.map(str::to_owned);
            }
            self.is_in_doubt &= code(&document) != Some(0);
            self.is_taken |= self.received > 0 && code(&document) == Some(-177);
            self.answers.push(response.clone());
        }
        self.received += usize::from(reply.is_ok() || doubt::surely(reply));
    }
}

/// Checks a request, and reads what it asks for.
fn read(request: &Request<Payload>, content: &Digests, said: &Said) -> Asked {
    let path = segments(request.uri().path());
    let mut asked = Asked {
        kind: Kind::Stat,
        is_new: path.last().is_none_or(|last| last != "cat.jpg"),
        is_taken_up: false,
        range: 0..0,
    };
    if request.method() == Method::GET {
        assert!(said.is_taken, "a question without a reason");
        serves(request, Call::Stat);
        return asked;
    }
    serves(request, Call::Upload);
    let form = wire::form(request);
    let text = |name| {
        let value = wire::text(&form, name)?;
        Some(String::from_utf8(value.to_vec()).expect("text"))
    };
    let sent = wire::content(&form);
    asked.kind = match (text("op").as_deref(), &sent) {
        (None, Some(_)) => Kind::Whole,
        (Some("upload_slice"), None) => Kind::Open,
        (Some("upload_slice"), Some(_)) => Kind::Slice,
        other => panic!("{other:?}"),
    };
    if let Some(range) = sent {
        assert!(range.start < range.end && range.end <= content.size());
        asked.range = range;
    }
    let session = text("session").unwrap_or_default();
    match asked.kind {
        Kind::Slice => {
            assert_eq!(text("offset"), Some(asked.range.start.to_string()));
            assert!(!session.is_empty());
            assert!(said.session.as_ref().is_none_or(|said| *said == session));
        }
        Kind::Open => {
            assert_eq!(text("filesize"), Some(content.size().to_string()));
            asked.is_taken_up = !session.is_empty();
        }
        Kind::Whole => assert_eq!(asked.range, 0..content.size()),
        Kind::Stat => {}
    }
    asked
}

/// Checks where a request goes, and what its signature serves for.
fn serves(request: &Request<Payload>, call: Call) {
    let path = segments(request.uri().path());
    let path: Vec<&str> = path.iter().map(String::as_str).collect();
    let (bucket, file_id) = match path.as_slice() {
        ["photos", "v2", "10000001", bucket, "0"] => (Some(*bucket), None),
        ["photos", "v2", "10000001", bucket, "0", file_id] => (Some(*bucket), Some(*file_id)),
        ["videos", "v1", "10000001", "0"] => (None, None),
        other => panic!("{other:?}"),
    };
    assert!(bucket.is_none_or(|bucket| bucket == BUCKET));
    let expected = Expected {
        path: path.clone(),
        bucket,
        file_id,
        call,
    };
    wire::wanxiang::check(request, &expected);
}
