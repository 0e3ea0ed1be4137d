//! A download against a service that is played here, answer by answer.

use http::header;

use super::*;
use crate::{
    Nonce, Timestamp,
    error::{LocalError, Service, ServiceError},
};

struct Probe(ByteRange);

impl Download for Probe {
    fn request(&self, range: ByteRange, _: &Stamp) -> Result<Request<Payload>, Error> {
        let mut request = Request::new(Payload::empty());
        if let Some(value) = range.header() {
            request.headers_mut().insert(header::RANGE, value);
        }
        Ok(request)
    }

    fn range(&self) -> ByteRange {
        self.0
    }

    fn refusal(&self, response: &Response<Bytes>) -> Error {
        ServiceError::new(Service::Cos, response.status(), -1, "", None).into()
    }
}

/// An answer: its head, the pieces of its body, and whether it ends well.
struct Answer {
    status: u16,
    headers: Vec<(&'static str, &'static str)>,
    body: &'static [u8],
    whole: bool,
}

fn answer(status: u16, headers: &[(&'static str, &'static str)], body: &'static [u8]) -> Answer {
    Answer {
        status,
        headers: headers.to_vec(),
        body,
        whole: true,
    }
}

impl Answer {
    fn broken(self) -> Answer {
        Answer {
            whole: false,
            ..self
        }
    }
}

fn stamp() -> Stamp {
    Stamp::new(Timestamp::from_seconds(1), Nonce::from_bytes([0; 32]))
}

/// Plays answers. Returns what was written, the ranges that were asked for, and the result.
fn play(
    range: ByteRange,
    answers: Vec<Answer>,
) -> (String, Vec<String>, Result<Downloaded, Error>) {
    let mut downloader = Downloader::new(Probe(range), Retry::default());
    let (mut written, mut asked) = (Vec::new(), Vec::new());
    let mut answers = answers.into_iter();
    loop {
        match downloader.poll(&stamp()) {
            DownloadStep::Send(request) => {
                let range = request.headers().get(header::RANGE);
                asked.push(range.map_or("all".into(), |r| r.to_str().expect("text").to_owned()));
                let answer = answers.next().expect("no more requests than answers");
                receive(&mut downloader, answer, &mut written);
            }
            DownloadStep::Sleep(_) => {}
            DownloadStep::Done(result) => {
                return (String::from_utf8(written).expect("text"), asked, result);
            }
        }
    }
}

fn receive(downloader: &mut Downloader<Probe>, answer: Answer, written: &mut Vec<u8>) {
    let mut response = Response::builder().status(answer.status);
    for (name, value) in answer.headers {
        response = response.header(name, value);
    }
    let (head, ()) = response.body(()).expect("a response").into_parts();
    match downloader.head(&head) {
        Head::Refused => downloader.refused(&Response::from_parts(head, Bytes::new())),
        Head::Receive => {
            for piece in answer.body.chunks(2) {
                let kept = downloader.data(piece);
                written.extend_from_slice(&piece[kept]);
            }
            downloader.end(match answer.whole {
                true => Ok(()),
                false => Err(TransportError::unknown("reset").into()),
            });
        }
    }
}

#[test]
fn a_broken_download_goes_on_where_it_broke() {
    let (written, asked, result) = play(
        ByteRange::ALL,
        vec![
            answer(200, &[("content-length", "10"), ("etag", "e")], b"0123").broken(),
            answer(
                206,
                &[("content-range", "bytes 4-9/10"), ("etag", "e")],
                b"456789",
            ),
        ],
    );
    assert_eq!(
        (written.as_str(), asked),
        ("0123456789", vec!["all".into(), "bytes=4-".into()])
    );
    let downloaded = result.expect("whole");
    assert_eq!((downloaded.length, downloaded.total), (10, Some(10)));
}

#[test]
fn a_server_that_ignores_the_range_repeats_nothing() {
    let (written, ..) = play(
        ByteRange::ALL,
        vec![
            answer(200, &[("content-length", "10"), ("etag", "e")], b"0123").broken(),
            answer(
                200,
                &[("content-length", "10"), ("etag", "e")],
                b"0123456789",
            ),
        ],
    );
    assert_eq!(written, "0123456789");
    let range = ByteRange::between(2, 5).expect("a range");
    let (written, _, result) = play(
        range,
        vec![answer(200, &[("content-length", "10")], b"0123456789")],
    );
    assert_eq!(
        (written.as_str(), result.expect("whole").length),
        ("234", 3)
    );
}

#[test]
fn two_versions_of_an_object_are_never_joined() {
    let first = || answer(200, &[("content-length", "10"), ("etag", "e")], b"0123").broken();
    for second in [
        answer(
            206,
            &[("content-range", "bytes 4-9/10"), ("etag", "f")],
            b"abcdef",
        ),
        answer(
            206,
            &[("content-range", "bytes 4-10/11"), ("etag", "e")],
            b"abcdefg",
        ),
        answer(206, &[("content-range", "bytes 4-9/10")], b"abcdef"),
    ] {
        let (written, _, result) = play(ByteRange::ALL, vec![first(), second]);
        assert_eq!(written, "0123");
        assert!(matches!(result, Err(Error::Response(_))), "{result:?}");
    }
    // Without anything to recognise it by, it is not even asked for.
    let (_, asked, result) = play(
        ByteRange::ALL,
        vec![answer(200, &[("content-length", "10")], b"0123").broken()],
    );
    assert_eq!(asked.len(), 1);
    assert!(matches!(result, Err(Error::Transport(_))));
}

#[test]
fn a_short_body_is_never_a_success() {
    let short = || answer(200, &[("content-length", "10"), ("etag", "e")], b"0123");
    let (written, asked, result) = play(ByteRange::ALL, vec![short(), answer(404, &[], b"")]);
    assert_eq!((written.as_str(), asked.len()), ("0123", 2));
    assert!(matches!(result, Err(Error::Service(_))));
    let (_, _, result) = play(ByteRange::ALL, vec![answer(200, &[], b"0123")]);
    assert!(matches!(result, Err(Error::Response(_))), "{result:?}");
}

#[test]
fn a_chunked_body_may_have_any_length() {
    let (written, _, result) = play(
        ByteRange::ALL,
        vec![answer(200, &[("transfer-encoding", "chunked")], b"0123")],
    );
    assert_eq!(
        (written.as_str(), result.expect("whole").total),
        ("0123", None)
    );
}

#[test]
fn an_answer_about_another_range_is_an_error() {
    let range = ByteRange::between(2, 5).expect("a range");
    for (content_range, length) in [
        ("bytes 0-2/10", "3"),
        ("bytes 2-5/10", "4"),
        ("bytes 2-3/10", "2"),
        ("bytes 2-4/10", "4"),
        ("nonsense", "3"),
    ] {
        let headers = [("content-range", content_range), ("content-length", length)];
        let (written, _, result) = play(range, vec![answer(206, &headers, b"abc")]);
        assert_eq!(written, "", "{content_range}");
        assert!(matches!(result, Err(Error::Response(_))), "{content_range}");
    }
}

#[test]
fn an_empty_object_is_a_success() {
    let (written, _, result) = play(
        ByteRange::ALL,
        vec![answer(200, &[("content-length", "0")], b"")],
    );
    assert_eq!((written.as_str(), result.expect("whole").length), ("", 0));
}

#[test]
fn a_write_that_failed_is_not_outweighed_by_a_complete_body() {
    let mut downloader = Downloader::new(Probe(ByteRange::ALL), Retry::default());
    assert!(matches!(downloader.poll(&stamp()), DownloadStep::Send(_)));
    let response = Response::builder()
        .header("content-length", "4")
        .body(())
        .expect("a response");
    assert_eq!(downloader.head(&response.into_parts().0), Head::Receive);
    assert_eq!(downloader.data(b"0123"), 0..4);
    let full = std::io::Error::from(std::io::ErrorKind::StorageFull);
    downloader.end(Err(LocalError::Write(full).into()));
    assert!(matches!(
        downloader.poll(&stamp()),
        DownloadStep::Done(Err(Error::Local(_)))
    ));
}

#[test]
fn steps_do_not_print_signatures() {
    let request = Request::get("https://host/a?sign=canary").body(Payload::empty());
    let step = DownloadStep::Send(request.expect("a request"));
    assert!(!format!("{step:?}").contains("canary"));
}

#[test]
fn a_part_of_who_knows_how_much_is_not_taken_for_all() {
    let part = || {
        answer(
            206,
            &[("content-range", "bytes 3-5/*"), ("etag", "e")],
            b"345",
        )
    };
    let (written, _, result) = play(ByteRange::from(3), vec![part()]);
    assert!(matches!(result, Err(Error::Response(_))), "{result:?}");
    assert_eq!(written, "");
    let range = ByteRange::between(3, 6).expect("a range");
    let (written, _, result) = play(range, vec![part()]);
    assert_eq!((written.as_str(), result.is_ok()), ("345", true));
}
