//! What the unit tests of the operations share.

use bytes::Bytes;
use http::{Request, Response};

use super::{Accepted, Job, Partner, PhotoId, RepairType, ThirdCode};
use crate::{
    Driver, Flow, Nonce, Payload, Retry, Secret, Stamp, Step, Timestamp,
    error::{Error, TransportError},
    payload::Chunk,
};

/// The time of the dossier's check value.
pub(super) const NOW: u64 = 1_629_962_357;

pub(super) fn partner() -> Partner {
    let third_code = ThirdCode::new("example").expect("an id");
    Partner::new(third_code, Secret::new("hiliad")).expect("a partner")
}

pub(super) fn photo() -> PhotoId {
    PhotoId::new("0cc175b9c0f1b6a831c399e269772661").expect("an id")
}

pub(super) fn job() -> Job {
    let accepted = Accepted {
        id: photo(),
        picture_url: "http://host/a.png".into(),
    };
    Job::new(
        partner().third_code().clone(),
        accepted,
        RepairType::Restoration,
        Timestamp::from_seconds(NOW),
    )
}

pub(super) fn stamp() -> Stamp {
    at(NOW)
}

pub(super) fn at(time: u64) -> Stamp {
    Stamp::new(Timestamp::from_seconds(time), Nonce::from_bytes([7; 32]))
}

pub(super) fn answer(status: u16, body: &'static str) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .body(Bytes::from_static(body.as_bytes()))
        .expect("a response")
}

/// The inline parts of a body, as text.
pub(super) fn text(body: &Payload) -> String {
    body.chunks()
        .iter()
        .map(|chunk| match chunk {
            Chunk::Inline(bytes) => String::from_utf8_lossy(bytes).into_owned(),
            Chunk::Source { range, .. } => format!("{range:?}"),
        })
        .collect()
}

/// What happened when a flow was played.
pub(super) struct Played<T> {
    /// The last part of each path that was asked for.
    pub(super) asked: Vec<String>,
    /// The tokens that were sent.
    pub(super) tokens: Vec<String>,
    /// The pauses, in milliseconds.
    pub(super) pauses: Vec<u128>,
    /// How it ended.
    pub(super) result: Result<T, Error>,
}

/// Plays replies; an empty one stands for a lost answer. The clock begins at [`NOW`]; a pause takes
/// its time, and every exchange a second.
pub(super) fn play<F: Flow>(flow: F, replies: &[&'static str]) -> Played<F::Output> {
    let mut driver = Driver::new(flow, Retry::default());
    let mut replies = replies.iter();
    let (mut asked, mut tokens, mut pauses) = (Vec::new(), Vec::new(), Vec::new());
    let mut clock = u128::from(NOW) * 1000;
    loop {
        match driver.poll(&at((clock / 1000) as u64)) {
            Step::Send(request) => {
                clock += 1000;
                asked.push(last_part(&request));
                tokens.push(request.headers()["token"].to_str().expect("text").into());
                let reply = replies
                    .next()
                    .unwrap_or_else(|| panic!("no reply to {asked:?}"));
                driver.handle(match *reply {
                    "" => Err(TransportError::unknown("reset").into()),
                    body => Ok(answer(200, body)),
                });
            }
            Step::Sleep(pause) => {
                clock += pause.as_millis();
                pauses.push(pause.as_millis());
            }
            Step::Done(result) => {
                assert_eq!(replies.next(), None, "{asked:?}");
                return Played {
                    asked,
                    tokens,
                    pauses,
                    result,
                };
            }
        }
    }
}

fn last_part(request: &Request<Payload>) -> String {
    let path = request.uri().path();
    path.rsplit('/').next().unwrap_or_default().to_owned()
}
