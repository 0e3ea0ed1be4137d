//! Properties of yunmei that hold for all bytes, and the fuzz targets that look for bytes for which
//! they do not.
//!
//! A property is a function from bytes that panics if it does not hold. Each module has one, called
//! `check`, for the target of the same name:
//!
//! | target | bytes | claim |
//! |---|---|---|
//! | [`cos_signature`] | a signature, or a path to sign | encode undoes decode; what was signed is verified, and nothing one byte away |
//! | [`cos_path`] | a path | what is accepted stays in the bucket, and is the same path on the wire |
//! | [`cos_requests`] | a text that a caller or the service chose | it arrives unchanged, framed and signed, or is refused |
//! | [`cos_answers`] | the body of an answer | a success is one, a refusal keeps its code, the rest is an error and no panic |
//! | [`cos_manifest`] | a content and where it is cut | slices tile it, however it came |
//! | [`cos_uploads`] | a program of replies | every upload ends, and is closed only when all is there |
//! | [`cos_downloads`] | a program of replies | every download ends, with the wanted bytes or an error |
//! | [`wanxiang_signature`] | a signature, or a field or address to sign | encode undoes decode; what was signed is verified, and nothing one byte away |
//! | [`wanxiang_requests`] | a text that a caller or the service chose | it arrives unchanged, framed and signed, or is refused |
//! | [`wanxiang_answers`] | an answer | a success is one, a refusal keeps its code, the rest is an error that shows no signature |
//! | [`wanxiang_uploads`] | a program of replies | every upload ends, within its content, and stores nothing twice |
//! | [`fangtang_requests`] | a text that a caller or the service chose | it arrives unchanged, framed and with a token, or is refused |
//! | [`fangtang_answers`] | an answer, or a saved job | a success is one, a refusal keeps its number, the rest is an error that shows no token |
//! | [`fangtang_jobs`] | a program of replies and times | every job ends, and no upload is sent that may be charged twice |
//! | [`vcloud_signature`] | a request from a stranger, or a text to sign | strangers are refused; what was signed is verified, and nothing one byte away |
//! | [`vcloud_session_token`] | a session token, the document in one, or a policy | what was made is verified, and nothing one byte away; a denial wins |
//! | [`vcloud_requests`] | a text that a caller or the service chose | it arrives unchanged and signed, or is refused |
//! | [`vcloud_answers`] | an answer, or a saved upload | a success is one, a refusal keeps its code, the rest is an error that shows neither signature nor permission |
//! | [`vcloud_uploads`] | a program of replies | every upload ends, within its content, and commits once, and only what is stored |
//!
//! # To run
//!
//! `cargo +nightly fuzz run cos_path` fuzzes; what it finds that is worth keeping goes into
//! `fuzz/corpus/cos_path` under a name that says what it is. On a stable compiler,
//! `cargo run -p yunmei-fuzz --bin cos_path` replays the corpus, or the files that are named behind
//! `--`. The ordinary tests replay every corpus, and mutations of it: see [`replay`].

mod answer;
pub mod cos_answers;
pub mod cos_downloads;
pub mod cos_manifest;
pub mod cos_path;
pub mod cos_requests;
pub mod cos_signature;
pub mod cos_uploads;
mod doubt;
pub mod fangtang_answers;
pub mod fangtang_jobs;
pub mod fangtang_requests;
pub mod replay;
mod sample;
pub mod vcloud_answers;
pub mod vcloud_requests;
pub mod vcloud_session_token;
pub mod vcloud_signature;
pub mod vcloud_uploads;
pub mod wanxiang_answers;
pub mod wanxiang_requests;
pub mod wanxiang_signature;
pub mod wanxiang_uploads;
mod wire;

/// A property: panics if it does not hold for these bytes.
pub type Property = fn(&[u8]);

/// Every target's name and property.
pub const TARGETS: [(&str, Property); 19] = [
    ("cos_signature", cos_signature::check),
    ("cos_path", cos_path::check),
    ("cos_requests", cos_requests::check),
    ("cos_answers", cos_answers::check),
    ("cos_manifest", cos_manifest::check),
    ("cos_uploads", cos_uploads::check),
    ("cos_downloads", cos_downloads::check),
    ("wanxiang_signature", wanxiang_signature::check),
    ("wanxiang_requests", wanxiang_requests::check),
    ("wanxiang_answers", wanxiang_answers::check),
    ("wanxiang_uploads", wanxiang_uploads::check),
    ("fangtang_requests", fangtang_requests::check),
    ("fangtang_answers", fangtang_answers::check),
    ("fangtang_jobs", fangtang_jobs::check),
    ("vcloud_signature", vcloud_signature::check),
    ("vcloud_session_token", vcloud_session_token::check),
    ("vcloud_requests", vcloud_requests::check),
    ("vcloud_answers", vcloud_answers::check),
    ("vcloud_uploads", vcloud_uploads::check),
];
