//! Uploads and copies fed with arbitrary programs of replies end, and nothing is done twice.

use http::{Request, Response};
use proptest::prelude::*;
use serde_json::{Value, json};
use yunmei_core::{
    Driver, Error, Flow, Payload, Retry, Step,
    error::{ServiceErrorKind, TransportError},
    wanxiang::{
        FileId,
        codes::{CODES, lookup},
    },
};
use yunmei_fixtures::{Clock, form, materialise};

use crate::{
    tries,
    wanxiang_answers::{digests, videos},
    wanxiang_names::bucket,
};

/// Few bytes, so that many slices are still soon sent.
const CONTENT: &[u8; 8] = b"contents";

#[derive(Clone, Debug)]
enum Reply {
    /// What a service that plays along answers: slices of this size, from this offset on.
    Agreed {
        slice_size: u64,
        offset: Option<u64>,
        finished: bool,
    },
    Refused(i64, u16),
    Garbage(Vec<u8>),
    Lost,
    NotSent,
}

fn programs() -> impl Strategy<Value = Vec<Reply>> {
    let codes: Vec<i64> = CODES.iter().map(|code| code.code).collect();
    let code = prop_oneof![
        prop::sample::select(vec![-5983, -177, -197, -59]),
        prop::sample::select(codes),
    ];
    let agreed = (0..=9_u64, prop::option::of(0..10_u64), any::<bool>()).prop_map(
        |(slice_size, offset, finished)| Reply::Agreed {
            slice_size,
            offset,
            finished,
        },
    );
    let reply = prop_oneof![
        8 => agreed,
        4 => (code, prop_oneof![Just(200), 400..600_u16])
            .prop_map(|(code, status)| Reply::Refused(code, status)),
        1 => proptest::collection::vec(any::<u8>(), 0..40).prop_map(Reply::Garbage),
        2 => Just(Reply::Lost),
        1 => Just(Reply::NotSent),
    ];
    proptest::collection::vec(reply, 1..10)
}

impl Reply {
    fn to(&self, request: &Request<Payload>) -> Result<Response<bytes::Bytes>, Error> {
        let (status, body) = match self {
            Reply::Lost => return Err(TransportError::unknown("lost").into()),
            Reply::NotSent => return Err(TransportError::not_sent("refused").into()),
            Reply::Garbage(bytes) => (200, bytes.clone()),
            Reply::Refused(code, status) => {
                (*status, json!({ "code": code }).to_string().into_bytes())
            }
            Reply::Agreed {
                slice_size,
                offset,
                finished,
            } => {
                let data = agreed(request, *slice_size, *offset, *finished);
                let body = json!({"code": 0, "data": data}).to_string();
                (200, body.into_bytes())
            }
        };
        let response = Response::builder().status(status);
        Ok(response.body(body.into()).expect("a response"))
    }

    /// Whether something may have been done that nobody was told.
    fn leaves_doubt(&self) -> bool {
        match self {
            Reply::Lost => true,
            Reply::Refused(code, _) => {
                lookup(*code).is_some_and(|known| known.kind == ServiceErrorKind::Unavailable)
            }
            _ => false,
        }
    }
}

fn agreed(
    request: &Request<Payload>,
    slice_size: u64,
    offset: Option<u64>,
    finished: bool,
) -> Value {
    let content_type = request.headers().get("content-type");
    let content_type = content_type.map_or("", |value| value.to_str().expect("text"));
    let body = materialise(request.body(), &[CONTENT]).expect("ranges of the content");
    let fields = form::fields(content_type, &body).unwrap_or_default();
    let sent = fields.iter().find(|(name, _)| name == "offset");
    let sent = sent.map(|(_, value)| String::from_utf8_lossy(value).into_owned());
    match (finished, sent) {
        (true, _) => json!({"url": "http://h/cat", "download_url": "d", "fileid": "cat"}),
        (false, Some(sent)) => json!({
            "session": "s",
            "offset": offset.map_or(json!(sent), Value::from),
        }),
        (false, None) => json!({
            "session": "s", "offset": offset.unwrap_or(0), "slice_size": slice_size,
        }),
    }
}

/// The replies that were given until the flow ended; `None` if it goes beyond `limit` requests.
fn given<F: Flow>(flow: F, program: &[Reply], limit: usize) -> Option<Vec<Reply>> {
    let mut driver = Driver::new(flow, Retry::default());
    let mut replies = program.iter().cycle();
    let mut given = Vec::new();
    for _ in 0..2 * limit {
        let stamp = Clock::of_number(1_438_669_115, given.len() as u64).stamp();
        match driver.poll(&stamp) {
            Step::Done(_) => return (given.len() <= limit).then_some(given),
            Step::Sleep(_) => {}
            Step::Send(request) => {
                let reply = replies.next()?;
                driver.handle(reply.to(&request));
                given.push(reply.clone());
            }
        }
    }
    None
}

/// Whether nothing was sent after a reply that leaves a doubt.
fn stops_at_a_doubt(given: &[Reply]) -> bool {
    let doubt = given.iter().position(Reply::leaves_doubt);
    doubt.is_none_or(|at| at + 1 == given.len())
}

fn id() -> FileId {
    FileId::new("cat").expect("an id")
}

proptest! {
    #![proptest_config(tries(96))]

    #[test]
    fn an_operation_is_sent_at_most_four_times(program in programs()) {
        let (bucket, content) = (bucket(), digests(CONTENT));
        prop_assert!(given(bucket.stat(&id()), &program, 4).is_some());
        prop_assert!(given(bucket.delete(&id()), &program, 4).is_some());
        prop_assert!(given(bucket.upload(&id(), &content.clone().into()), &program, 4).is_some());
        // After a doubt, one question.
        prop_assert!(given(bucket.put(&id(), content), &program, 8).is_some());
    }

    #[test]
    fn what_would_be_done_twice_is_not_sent_after_a_doubt(program in programs()) {
        let content = digests(CONTENT);
        let copy = given(bucket().copy(&id()), &program, 4).expect("an end");
        prop_assert!(stops_at_a_doubt(&copy));
        let upload = bucket().upload_new(&content.clone().into());
        prop_assert!(stops_at_a_doubt(&given(upload, &program, 4).expect("an end")));
        let put = bucket().put(None, content.clone());
        prop_assert!(stops_at_a_doubt(&given(put, &program, 4).expect("an end")));
        let video = videos().upload(&content);
        prop_assert!(stops_at_a_doubt(&given(video, &program, 4).expect("an end")));
    }

    #[test]
    fn an_upload_by_slices_ends(program in programs(), own_id in any::<bool>()) {
        let content = digests(CONTENT);
        let own_id = own_id.then(id);
        let photo = bucket().put_slices(own_id.as_ref(), content.clone());
        // Eight times at most something new is stored; in between, eight recoveries of at most eight
        // slices and an opening; each of these sent at most four times.
        prop_assert!(given(photo, &program, 9 * 9 * 9 * 4).is_some());
        prop_assert!(given(videos().put_slices(content), &program, 9 * 9 * 9 * 4).is_some());
    }
}
