use std::{ops::Range, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, HeaderValue, Request, Response, StatusCode, header, response};

use super::{ByteRange, Download, Downloaded, content_range::ContentRange};
use crate::{
    Stamp,
    error::{Error, InputError, ResponseError, TransportError},
    payload::Payload,
    retry::{Attempts, Pause, Retry},
};

/// Carries a download to its end: asks the caller for all input and output, and takes up a broken
/// one where it broke, if the object is still the same.
///
/// The contract: [`poll`](Downloader::poll), and do what the step says. After
/// [`DownloadStep::Send`], show the answer's head to [`head`](Downloader::head):
///
/// * [`Head::Receive`]: pass each piece of the body to [`data`](Downloader::data), write the part
///   of it that `data` names, and report the end to [`end`](Downloader::end);
/// * [`Head::Refused`]: collect the body, within reason, and pass all to
///   [`refused`](Downloader::refused).
///
/// If there was no answer, call [`failed`](Downloader::failed). Then poll again.
#[derive(Debug)]
pub struct Downloader<D: Download> {
    download: D,
    retry: Retry,
    attempts: Attempts,
    state: State,
    /// What the first good answer said; later ones must agree.
    object: Option<Object>,
    /// How many wanted bytes were handed over so far.
    received: u64,
    /// How many bytes to drop from the beginning of the present answer.
    skip: u64,
}

#[derive(Debug)]
enum State {
    Sending,
    Pausing(Pause),
    Ended(Option<Result<(), Error>>),
}

#[derive(Debug)]
struct Object {
    status: StatusCode,
    headers: HeaderMap,
    total: Option<u64>,
    /// How many bytes are wanted, where that can be known.
    wanted: Option<u64>,
}

/// What to do next.
#[derive(Debug)]
pub enum DownloadStep {
    /// Send this, and show the answer's head to [`Downloader::head`].
    Send(Request<Payload>),
    /// Wait this long, then poll again.
    Sleep(Duration),
    /// It is over.
    Done(Result<Downloaded, Error>),
}

/// What the head of an answer announces.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Head {
    /// The object, or the asked part of it.
    Receive,
    /// Something else, to be collected and passed to [`Downloader::refused`].
    Refused,
}

impl<D: Download> Downloader<D> {
    /// At the beginning of `download`.
    pub fn new(download: D, retry: Retry) -> Downloader<D> {
        Downloader {
            download,
            retry,
            attempts: Attempts::default(),
            state: State::Sending,
            object: None,
            received: 0,
            skip: 0,
        }
    }

    /// What to do now. `stamp` must be fresh: it signs the request, or jitters the pause.
    pub fn poll(&mut self, stamp: &Stamp) -> DownloadStep {
        if let State::Pausing(pause) = self.state {
            self.state = State::Sending;
            let length = pause.length(stamp);
            if !length.is_zero() {
                return DownloadStep::Sleep(length);
            }
        }
        match &mut self.state {
            State::Ended(result) => {
                let result = result
                    .take()
                    .unwrap_or_else(|| Err(InputError::Ended.into()));
                DownloadStep::Done(result.map(|()| self.summary()))
            }
            State::Sending | State::Pausing(_) => {
                match self.download.request(self.missing(), stamp) {
                    Ok(request) => DownloadStep::Send(request),
                    Err(error) => {
                        self.state = State::Ended(None);
                        DownloadStep::Done(Err(error))
                    }
                }
            }
        }
    }

    /// Judges the head of an answer.
    pub fn head(&mut self, head: &response::Parts) -> Head {
        match self.accept(head) {
            Some(Ok(())) => Head::Receive,
            Some(Err(problem)) => {
                let answer = Response::from_parts(head.clone(), Bytes::new());
                self.finish(Err(ResponseError::new(problem, &answer).into()));
                Head::Refused
            }
            None => Head::Refused,
        }
    }

    /// Takes a piece of the body. Returns which part of it to write.
    pub fn data(&mut self, piece: &[u8]) -> Range<usize> {
        let length = piece.len() as u64;
        let dropped = self.skip.min(length);
        self.skip -= dropped;
        let wanted = self.object.as_ref().and_then(|object| object.wanted);
        let room = wanted.map_or(u64::MAX, |wanted| wanted.saturating_sub(self.received));
        let kept = (length - dropped).min(room);
        self.received += kept;
        if kept > 0 {
            // Progress: the next fault is a new one.
            self.attempts = Attempts::default();
        }
        // Both are at most `piece.len()`.
        dropped as usize..(dropped + kept) as usize
    }

    /// Whether the body may hold more of what is wanted; if not, the rest need not be read.
    pub fn wants_more(&self) -> bool {
        match &self.object {
            Some(object) => object.wanted.is_none_or(|wanted| self.received < wanted),
            None => true,
        }
    }

    /// Takes the end of the body, or why it broke off.
    pub fn end(&mut self, result: Result<(), Error>) {
        let wanted = self.object.as_ref().and_then(|object| object.wanted);
        match result {
            _ if wanted == Some(self.received) => self.finish(Ok(())),
            Ok(()) if wanted.is_none() && self.skip == 0 => self.finish(Ok(())),
            Ok(()) => self.failed(TransportError::unknown("the answer was cut off").into()),
            Err(error) => self.failed(error),
        }
    }

    /// Takes an answer that [`Downloader::head`] called [`Head::Refused`].
    pub fn refused(&mut self, response: &Response<Bytes>) {
        if !matches!(self.state, State::Ended(_)) {
            self.failed(self.download.refusal(response));
        }
    }

    /// Takes the reason why there was no answer.
    pub fn failed(&mut self, error: Error) {
        self.state = match self.attempts.failed(&error, &self.retry, true) {
            Some(pause) => State::Pausing(pause),
            None => State::Ended(Some(Err(error))),
        };
    }

    /// How many bytes were handed over so far, and of how many, where that is known.
    pub fn progress(&self) -> (u64, Option<u64>) {
        (
            self.received,
            self.object.as_ref().and_then(|object| object.wanted),
        )
    }

    fn finish(&mut self, result: Result<(), Error>) {
        self.state = State::Ended(Some(result));
    }

    /// What is still to be asked for.
    fn missing(&self) -> ByteRange {
        let range = self.download.range();
        ByteRange {
            start: range.start + self.received,
            ..range
        }
    }

    /// `None`: not the object. `Err`: the object, but not as asked.
    fn accept(&mut self, head: &response::Parts) -> Option<Result<(), &'static str>> {
        let range = self.download.range();
        let missing = self.missing();
        let length = content_length(&head.headers);
        let (skip, total, wanted) = match head.status {
            // The whole object, although perhaps only a part was asked for.
            StatusCode::OK => {
                let end = match (range.end, length) {
                    (Some(end), Some(length)) => Some(end.min(length)),
                    (end, length) => end.or(length),
                };
                // An object shorter than the range begins has none of it.
                if length.is_some_and(|length| length < range.start) {
                    return Some(Err("the object ends before the range begins"));
                }
                (
                    missing.start,
                    length,
                    end.map(|end| end.saturating_sub(range.start)),
                )
            }
            StatusCode::PARTIAL_CONTENT => {
                let Some(content) = ContentRange::read(&head.headers) else {
                    return Some(Err("no readable Content-Range in a partial answer"));
                };
                if content.start != missing.start || range.end.is_some_and(|end| content.end > end)
                {
                    return Some(Err("another range than was asked for"));
                }
                if length.is_some_and(|length| length != content.end - content.start) {
                    return Some(Err("Content-Length and Content-Range disagree"));
                }
                let end = content
                    .total
                    .into_iter()
                    .chain(range.end)
                    .min()
                    .unwrap_or(content.end);
                if content.end < end {
                    return Some(Err("fewer bytes than were asked for"));
                }
                (0, content.total, Some(end - range.start))
            }
            _ => return None,
        };
        if let Some(object) = &self.object {
            let same = |name| same_header(&object.headers, &head.headers, name);
            if object.total != total || !same(header::ETAG) || !same(header::LAST_MODIFIED) {
                return Some(Err("the object changed while it was being downloaded"));
            }
        } else {
            let (status, headers) = (head.status, head.headers.clone());
            self.object = Some(Object {
                status,
                headers,
                total,
                wanted,
            });
        }
        self.skip = skip;
        Some(Ok(()))
    }

    fn summary(&mut self) -> Downloaded {
        let object = self.object.take();
        let (status, headers, total) = object.map_or_else(
            || (StatusCode::OK, HeaderMap::new(), None),
            |object| (object.status, object.headers, object.total),
        );
        Downloaded {
            length: self.received,
            total,
            status,
            headers,
        }
    }
}

fn content_length(headers: &HeaderMap) -> Option<u64> {
    headers
        .get(header::CONTENT_LENGTH)?
        .to_str()
        .ok()?
        .parse()
        .ok()
}

/// Absent on one side counts as the same: not every answer repeats every header.
fn same_header(first: &HeaderMap, second: &HeaderMap, name: header::HeaderName) -> bool {
    match (first.get(&name), second.get(&name)) {
        (Some(first), Some(second)) => HeaderValue::eq(first, second),
        _ => true,
    }
}
