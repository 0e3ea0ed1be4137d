//! Downloads from COS v4 against a server that is played: the bytes are a program of replies.
//!
//! The first three bytes are the length of the object and the range that is asked for; each reply
//! takes a byte for its kind and what that kind needs. Behind the last one the program begins again.

use bytes::Bytes;
use http::{Request, Response, header, response};
use yunmei_core::{
    ByteRange, Error, Payload, Retry,
    download::{DownloadStep, Downloader, Head},
    error::TransportError,
};

use crate::sample::{self, Program};

/// More requests than a download of 255 bytes may need: four attempts at each of them.
const REQUEST_LIMIT: usize = 1100;

/// Every download ends, with the wanted bytes or an error, and never writes others.
pub fn check(bytes: &[u8]) {
    let mut program = Program::new(bytes);
    let length = program.byte();
    let versions = [0, 1].map(|version| Object::new(length, version));
    let start = u64::from(program.byte());
    let range = match program.byte() {
        0 => ByteRange::from(start),
        length => ByteRange::between(start, start + u64::from(length)).expect("not empty"),
    };
    let download = sample::bucket().download(&sample::file(), range);
    let mut downloader = Downloader::new(download, Retry::default());
    let (mut written, mut sent) = (Vec::new(), 0);
    // The first answer decides which version is meant.
    let wanted = versions
        .each_ref()
        .map(|object| object.part(start, range.end()));
    loop {
        match downloader.poll(&sample::stamp(&[sent as u8])) {
            DownloadStep::Send(request) => {
                sent += 1;
                assert!(sent <= REQUEST_LIMIT, "this download does not end");
                match reply(&versions, &request, &mut program) {
                    Some(reply) => receive(&mut downloader, reply, &mut written),
                    None => downloader.failed(TransportError::unknown("reset").into()),
                }
                let fits = wanted.iter().any(|wanted| wanted.starts_with(&written));
                assert!(fits, "bytes that nobody wants");
                assert_eq!(downloader.progress().0, written.len() as u64);
            }
            DownloadStep::Sleep(pause) => assert!(pause <= Retry::default().cap),
            DownloadStep::Done(result) => {
                if let Ok(downloaded) = result {
                    assert!(wanted.contains(&written), "not all of what is wanted");
                    assert_eq!(downloaded.length, written.len() as u64);
                }
                return;
            }
        }
    }
}

/// What lies at the path, before or after it was changed.
struct Object {
    content: Vec<u8>,
    version: u8,
}

impl Object {
    fn new(length: u8, version: u8) -> Object {
        let content = (0..length)
            .map(|at| at.wrapping_mul(31).wrapping_add(version.wrapping_mul(101)))
            .collect();
        Object { content, version }
    }

    fn length(&self) -> u64 {
        self.content.len() as u64
    }

    fn part(&self, start: u64, end: Option<u64>) -> Vec<u8> {
        let end = end.unwrap_or(u64::MAX).min(self.length());
        let start = start.min(end);
        self.content[start as usize..end as usize].to_vec()
    }
}

/// An answer: its head, its body, and whether that ends as it should.
struct Reply {
    head: response::Parts,
    body: Vec<u8>,
    is_whole: bool,
}

/// How an answer says what it says.
struct Manner {
    has_length: bool,
    has_tag: bool,
    /// After how many bytes the body breaks off.
    cut: Option<usize>,
}

/// The next reply of the program; none if there is no answer.
fn reply(
    versions: &[Object; 2],
    request: &Request<Payload>,
    program: &mut Program<'_>,
) -> Option<Reply> {
    let kind = program.byte();
    let object = &versions[usize::from(kind >> 7)];
    let manner = Manner {
        has_length: kind & 0x40 == 0,
        has_tag: kind & 0x10 == 0,
        cut: (kind & 0x20 != 0).then(|| usize::from(program.byte())),
    };
    let (start, end) = asked(request);
    let is_partial = request.headers().contains_key(header::RANGE);
    match kind & 0x0f {
        0..6 if is_partial => Some(partial(object, start, end, true, &manner)),
        // One that does not say how much there is.
        6 | 7 if is_partial => Some(partial(object, start, end, false, &manner)),
        0..9 => Some(whole(object, &manner)),
        // Less than was asked for.
        9 | 10 => {
            let end = start + u64::from(program.byte());
            Some(partial(object, start, Some(end), kind & 1 == 0, &manner))
        }
        // Another range than was asked for.
        11 => {
            let start = u64::from(program.byte());
            Some(partial(object, start, None, true, &manner))
        }
        12 => Some(refusal(503, "<html>")),
        13 => Some(refusal(404, r#"{"code":-46628,"message":"x"}"#)),
        14 => nonsense(program.take(32)),
        _ => None,
    }
}

/// A range that may say anything, and none of its bytes.
fn nonsense(range: &[u8]) -> Option<Reply> {
    let builder = Response::builder()
        .status(206)
        .header(header::CONTENT_RANGE, range);
    let (head, ()) = builder.body(()).ok()?.into_parts();
    Some(Reply {
        head,
        body: Vec::new(),
        is_whole: false,
    })
}

fn asked(request: &Request<Payload>) -> (u64, Option<u64>) {
    let Some(value) = request.headers().get(header::RANGE) else {
        return (0, None);
    };
    let text = value.to_str().expect("text");
    let range = text.strip_prefix("bytes=").expect("bytes");
    let (start, last) = range.split_once('-').expect("a range");
    let last: Option<u64> = (!last.is_empty()).then(|| last.parse().expect("a number"));
    (start.parse().expect("a number"), last.map(|last| last + 1))
}

fn whole(object: &Object, manner: &Manner) -> Reply {
    let builder = Response::builder().status(200);
    answered(builder, object, object.content.clone(), manner)
}

fn partial(
    object: &Object,
    start: u64,
    end: Option<u64>,
    has_total: bool,
    manner: &Manner,
) -> Reply {
    let body = object.part(start, end);
    if body.is_empty() {
        return refusal(416, "");
    }
    let last = start + body.len() as u64 - 1;
    let total = match has_total {
        true => object.length().to_string(),
        false => "*".into(),
    };
    let builder = Response::builder().status(206).header(
        header::CONTENT_RANGE,
        format!("bytes {start}-{last}/{total}"),
    );
    answered(builder, object, body, manner)
}

fn answered(
    mut builder: response::Builder,
    object: &Object,
    mut body: Vec<u8>,
    manner: &Manner,
) -> Reply {
    builder = match manner.has_length {
        true => builder.header(header::CONTENT_LENGTH, body.len()),
        false => builder.header(header::TRANSFER_ENCODING, "chunked"),
    };
    if manner.has_tag {
        builder = builder.header(header::ETAG, object.version.to_string());
    }
    let length = body.len();
    body.truncate(manner.cut.unwrap_or(length));
    let (head, ()) = builder.body(()).expect("an answer").into_parts();
    Reply {
        head,
        is_whole: body.len() == length,
        body,
    }
}

fn refusal(status: u16, body: &'static str) -> Reply {
    let (head, body) = sample::answer(status, body).into_parts();
    Reply {
        head,
        body: body.to_vec(),
        is_whole: true,
    }
}

/// Does what a transport does with an answer.
fn receive<D: yunmei_core::Download>(
    downloader: &mut Downloader<D>,
    reply: Reply,
    written: &mut Vec<u8>,
) {
    match downloader.head(&reply.head) {
        Head::Receive => {
            for piece in reply.body.chunks(7) {
                written.extend_from_slice(&piece[downloader.data(piece)]);
                if !downloader.wants_more() {
                    break;
                }
            }
            downloader.end(match reply.is_whole {
                true => Ok(()),
                false => Err(Error::from(TransportError::unknown("cut off"))),
            });
        }
        Head::Refused => {
            downloader.refused(&Response::from_parts(reply.head, Bytes::from(reply.body)));
        }
    }
}
