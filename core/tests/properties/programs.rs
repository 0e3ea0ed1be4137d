//! Flows fed with arbitrary programs of replies end.

use bytes::Bytes;
use http::{Request, Response};
use proptest::prelude::*;
use serde_json::{Value, json};
use yunmei_core::{
    ByteRange, Driver, Error, Flow, Payload, Retry, Stamp, Step,
    cos::{Content, FolderPath, Pager, codes::CODES},
    download::{DownloadStep, Downloader, Head},
    error::TransportError,
};
use yunmei_fixtures::{Clock, form, materialise};

use crate::{bucket, content_of, file, tries};

/// The content of all uploads here: few bytes, so that many slices are still soon sent.
const CONTENT: &[u8; 8] = b"contents";

/// What comes back instead of, or as, an answer.
#[derive(Clone, Debug)]
enum Reply {
    /// What a service that plays along answers; it grants slices of this size, and has these.
    Agreed {
        slice_size: u64,
        stored: Vec<u64>,
        finished: bool,
    },
    Refused(i64, u16),
    Garbage(Vec<u8>),
    Lost,
    NotSent,
}

fn replies() -> impl Strategy<Value = Reply> {
    let codes: Vec<i64> = CODES.iter().map(|code| code.code).collect();
    let states = vec![
        -4019, -4020, -4024, -4026, -4027, -29096, -29144, -4018, -197,
    ];
    let code = prop_oneof![
        prop::sample::select(states),
        prop::sample::select(codes),
        any::<i64>().prop_filter("no success", |code| *code != 0),
    ];
    let stored = proptest::collection::vec(0..8_u64, 0..4);
    let agreed = (1..=9_u64, stored, any::<bool>()).prop_map(|(slice_size, stored, finished)| {
        Reply::Agreed {
            slice_size,
            stored,
            finished,
        }
    });
    let refused = (code, prop_oneof![Just(200), 400..600_u16])
        .prop_map(|(code, status)| Reply::Refused(code, status));
    prop_oneof![
        8 => agreed,
        6 => refused,
        1 => proptest::collection::vec(any::<u8>(), 0..40).prop_map(Reply::Garbage),
        2 => Just(Reply::Lost),
        1 => Just(Reply::NotSent),
    ]
}

/// Replies that begin again when they are at their end.
fn programs() -> impl Strategy<Value = Vec<Reply>> {
    proptest::collection::vec(replies(), 1..10)
}

impl Reply {
    fn to(&self, request: &Request<Payload>) -> Result<Response<Bytes>, Error> {
        let (status, body) = match self {
            Reply::Lost => return Err(TransportError::unknown("lost").into()),
            Reply::NotSent => return Err(TransportError::not_sent("refused").into()),
            Reply::Garbage(bytes) => (200, bytes.clone()),
            Reply::Refused(code, status) => {
                (*status, json!({"code": code}).to_string().into_bytes())
            }
            Reply::Agreed {
                slice_size,
                stored,
                finished,
            } => {
                let data = agreed(request, *slice_size, stored, *finished);
                (
                    200,
                    json!({"code": 0, "data": data}).to_string().into_bytes(),
                )
            }
        };
        Ok(Response::builder()
            .status(status)
            .body(body.into())
            .expect("a response"))
    }
}

/// The data of a success of whatever was asked.
fn agreed(request: &Request<Payload>, slice_size: u64, stored: &[u64], finished: bool) -> Value {
    let links = json!({
        "access_url": "a", "source_url": "s", "resource_path": "r", "filesize": 8, "filelen": 8,
        "ctime": 1, "mtime": 1, "infos": [], "listover": finished, "context": stored.len().to_string(),
    });
    let content_type = request.headers().get("content-type");
    let content_type = content_type.map_or("", |value| value.to_str().expect("text"));
    let body = materialise(request.body(), &[CONTENT]).expect("ranges of the content");
    let fields = form::fields(content_type, &body).unwrap_or_default();
    let field = |name: &str| {
        let value = &fields.iter().find(|(other, _)| other == name)?.1;
        Some(String::from_utf8_lossy(value).into_owned())
    };
    let parts: Vec<_> = (stored.iter())
        .map(|offset| json!({"offset": offset, "datalen": slice_size}))
        .collect();
    match field("op").as_deref() {
        _ if finished => links,
        Some("upload_slice_init") => json!({"session": "s", "slice_size": slice_size}),
        Some("upload_slice_data") => json!({"session": "s", "offset": field("offset")}),
        Some("upload_slice_list") => {
            json!({"session": "s", "slice_size": slice_size, "filesize": 8, "listparts": parts})
        }
        _ => links,
    }
}

fn stamp(count: usize) -> Stamp {
    Clock::of_number(1_503_987_233, count as u64).stamp()
}

/// How many requests a flow sends until it ends; `None` if it goes beyond `limit`.
fn requests<F: Flow>(flow: F, program: &[Reply], limit: usize) -> Option<usize> {
    let mut driver = Driver::new(flow, Retry::default());
    let mut replies = program.iter().cycle();
    let mut sent = 0;
    // Between two requests there is at most one pause.
    for _ in 0..2 * limit {
        match driver.poll(&stamp(sent)) {
            Step::Done(_) => return (sent <= limit).then_some(sent),
            Step::Sleep(_) => {}
            Step::Send(request) => {
                sent += 1;
                driver.handle(replies.next()?.to(&request));
            }
        }
    }
    None
}

proptest! {
    #![proptest_config(tries(96))]

    #[test]
    fn an_operation_is_sent_at_most_four_times(program in programs()) {
        let (bucket, path) = (bucket(), file());
        let folder = FolderPath::new("/a/").expect("a path");
        prop_assert!(requests(bucket.stat(&path), &program, 4).is_some());
        prop_assert!(requests(bucket.delete(&path), &program, 4).is_some());
        prop_assert!(requests(bucket.move_to(&path, path.clone()), &program, 4).is_some());
        prop_assert!(requests(bucket.create_folder(&folder), &program, 4).is_some());
        prop_assert!(requests(bucket.put(&path, content_of(CONTENT)), &program, 4).is_some());
    }

    #[test]
    fn what_must_not_be_repeated_is_not_sent_after_a_lost_answer(program in programs()) {
        let path = file();
        let sent = requests(bucket().move_to(&path, path.clone()), &program, 4).expect("an end");
        let lost = program.iter().cycle().take(sent).position(|reply| matches!(reply, Reply::Lost));
        prop_assert!(lost.is_none_or(|lost| lost == sent - 1));
    }

    #[test]
    fn an_upload_by_slices_ends(
        program in programs(),
        checked in any::<bool>(),
        replace in any::<bool>(),
    ) {
        let content = match checked {
            true => content_of(CONTENT),
            false => Content::unchecked(CONTENT.len() as u64),
        };
        let mut put = bucket().put_slices(&file(), content);
        if replace {
            put = put.replace_unfinished();
        }
        // Eight times at most something new is stored; in between, eight recoveries of at most eight
        // slices and five other requests; each of these sent at most four times.
        prop_assert!(requests(put, &program, 9 * 9 * 13 * 4).is_some());
    }

    #[test]
    fn a_listing_ends(program in programs()) {
        let folder = FolderPath::new("/a/").expect("a path");
        let mut pager: Pager = bucket().pages(&folder);
        let mut replies = program.iter().cycle();
        for _ in 0..=program.len() {
            let Some(list) = pager.next_page() else { return Ok(()) };
            let request = yunmei_core::Operation::request(&list, &stamp(0)).expect("a request");
            let reply = replies.next().expect("a cycle").to(&request);
            let page = reply.and_then(|response| yunmei_core::Operation::parse(&list, &response));
            match page {
                Ok(page) => drop(pager.accept(page)),
                Err(_) => return Ok(()),
            }
        }
        prop_assert!(pager.next_page().is_none());
    }

    #[test]
    fn a_download_writes_what_was_asked_for_or_fails(
        range in prop_oneof![
            Just(ByteRange::ALL),
            (0..9_u64).prop_map(ByteRange::from),
            (0..9_u64, 1..9_u64).prop_map(|(start, length)| {
                ByteRange::between(start, start + length).expect("a range")
            }),
        ],
        answers in proptest::collection::vec(
            (
                any::<bool>(),
                1..12_usize,
                any::<bool>(),
                0..10_usize,
                prop_oneof![3 => Just(0), 1 => 1..9_u64],
            ),
            1..6,
        ),
    ) {
        let mut downloader = Downloader::new(bucket().download(&file(), range), Retry::default());
        let (mut written, mut sent) = (Vec::new(), 0);
        let mut answers = answers.into_iter().cycle();
        let result = loop {
            match downloader.poll(&stamp(sent)) {
                DownloadStep::Done(result) => break result,
                DownloadStep::Sleep(_) => {}
                DownloadStep::Send(request) => {
                    sent += 1;
                    prop_assert!(sent <= 4 * 10, "no end");
                    let (partial, pieces, tagged, cut, excess) = answers.next().expect("a cycle");
                    let response = object(&request, partial, tagged, excess);
                    let (head, body) = response.into_parts();
                    match downloader.head(&head) {
                        Head::Refused => downloader.refused(&Response::from_parts(head, body)),
                        Head::Receive => {
                            let kept = body.len().saturating_sub(cut);
                            for piece in body[..kept].chunks(pieces) {
                                let wanted = downloader.data(piece);
                                written.extend_from_slice(&piece[wanted]);
                            }
                            downloader.end(match cut {
                                0 => Ok(()),
                                _ => Err(TransportError::unknown("reset").into()),
                            });
                        }
                    }
                }
            }
        };
        let start = usize::try_from(range.start()).expect("small").min(CONTENT.len());
        let end = range.end().map_or(CONTENT.len(), |end| CONTENT.len().min(end as usize));
        let wanted = &CONTENT[start..end.max(start)];
        prop_assert!(wanted.starts_with(&written), "{:?}", written);
        if result.is_ok() {
            prop_assert_eq!(written, wanted);
        }
    }
}

/// The content as a server has it, which may ignore the range, leave out the tag, or announce more
/// than there is.
fn object(request: &Request<Payload>, partial: bool, tagged: bool, excess: u64) -> Response<Bytes> {
    let asked = request
        .headers()
        .get("range")
        .map(|value| value.to_str().expect("text"));
    let asked = asked.and_then(|text| text.strip_prefix("bytes=")?.split_once('-'));
    let (start, last) = asked.unwrap_or(("0", ""));
    let start: usize = start.parse().expect("a number");
    let end = last
        .parse()
        .map_or(CONTENT.len(), |last: usize| CONTENT.len().min(last + 1));
    let mut response = Response::builder();
    if tagged {
        response = response.header("etag", "\"1\"");
    }
    let body: &[u8] = match partial && start < end {
        true => {
            let range = format!("bytes {start}-{}/{}", end - 1, CONTENT.len());
            response = response.status(206).header("content-range", range);
            &CONTENT[start..end]
        }
        false => CONTENT,
    };
    response
        .header("content-length", body.len() as u64 + excess)
        .body(Bytes::copy_from_slice(body))
        .expect("a response")
}
