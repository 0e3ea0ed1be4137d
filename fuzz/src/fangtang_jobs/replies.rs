//! The service's side: honest replies, and all others.

use bytes::Bytes;
use http::Response;
use yunmei_core::{Error, error::TransportError};

use crate::{
    doubt,
    sample::{self, Program},
};

/// What the service has numbers for, and a few that it has not.
const NUMBERS: [i64; 11] = [
    500, 9001, 9002, 9005, 9006, 9009, 9101, 9999, 0, 9000, -31_337,
];

const STATUSES: [u16; 9] = [200, 204, 302, 400, 403, 404, 429, 500, 503];

const ACCEPTED: &str = r#"{"code":200,"data":{"img_url":"http://host/1.jpg","mdf":"0cc175b9"}}"#;

/// How far a repair is, as it may stand in an answer.
const PROGRESS: [&str; 6] = ["100", "200", "\"100\"", "\"200\"", "300", "null"];

/// Uploads left, as they may stand in an answer.
const LEFT: [&str; 6] = ["0", "1", "\"0\"", "\"7\"", "-1", "null"];

/// Addresses of results, as they may stand in an answer.
const ADDRESSES: [&str; 6] = [
    "http://host/2.jpg",
    "https://host:8443/图 1.jpg?sign=x&y",
    "ftp://host/2.jpg",
    "http://",
    "",
    "//host/2.jpg",
];

/// The next reply of the program to a request of `operation`.
pub(super) fn next(operation: &str, program: &mut Program<'_>) -> Result<Response<Bytes>, Error> {
    let body = match program.byte() % 10 {
        0..4 => honest(operation).into(),
        4 => return Err(TransportError::unknown("reset").into()),
        5 => return Err(TransportError::not_sent("refused").into()),
        6 | 7 => {
            let number = program.choose(&NUMBERS);
            return Ok(sample::answer(program.choose(&STATUSES), refusal(number)));
        }
        8 => other(operation, program),
        _ => {
            let status = program.choose(&STATUSES);
            let length = program.byte();
            let body = program.take(length).to_vec();
            return Ok(sample::answer(status, body));
        }
    };
    Ok(sample::answer(200, body))
}

/// Whether an upload with this reply may have been accepted, and charged.
pub(super) fn may_be_charged(reply: &Result<Response<Bytes>, Error>) -> bool {
    doubt::surely(reply)
        || reply.as_ref().is_ok_and(|response| {
            let accepts = response.body().starts_with(br#"{"code":200,"#);
            // "Any other error" may be one behind the till.
            accepts || response.body() == &refusal(500)
        })
}

/// Whether the repair goes on, in one of the forms that are known here.
pub(super) fn goes_on(reply: &Result<Response<Bytes>, Error>) -> bool {
    let known = [
        honest("photo/status").to_owned(),
        progress("100"),
        progress("\"100\""),
    ];
    reply
        .as_ref()
        .is_ok_and(|reply| known.iter().any(|known| reply.body() == known))
}

fn refusal(number: i64) -> String {
    format!(r#"{{"code":9000,"errno":{number},"msg":"x"}}"#)
}

fn progress(status: &str) -> String {
    format!(r#"{{"code":200,"data":{{"status":{status}}}}}"#)
}

/// What a service says that has nothing to hide; it is never done by itself.
fn honest(operation: &str) -> &'static str {
    match operation {
        "company/nums" => r#"{"code":200,"data":{"code":"example","nums":7}}"#,
        "photo/upload" => ACCEPTED,
        "photo/status" => r#"{"code":200,"data":{"status":100,"msg":"x"}}"#,
        _ => r#"{"code":200,"data":{"url":"http://host/2.jpg"}}"#,
    }
}

fn other(operation: &str, program: &mut Program<'_>) -> String {
    match operation {
        "company/nums" => {
            let left = program.choose(&LEFT);
            format!(r#"{{"code":"200","data":{{"code":"example","nums":{left}}}}}"#)
        }
        "photo/status" => progress(program.choose(&PROGRESS)),
        "photo/download" => {
            let url = program.choose(&ADDRESSES);
            format!(r#"{{"code":200,"data":{{"url":"{url}"}}}}"#)
        }
        _ => r#"{"code":200,"data":{"img_url":"http://host/1.jpg","mdf":"../1"}}"#.into(),
    }
}
