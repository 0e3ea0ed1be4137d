use std::{fmt, ops::Range, time::Duration};

use bytes::Bytes;
use http::{HeaderMap, Request, Response, StatusCode, response, uri::Authority};

use super::{ByteRange, Download, Downloaded, object::Object};
use crate::{
    Stamp, describe,
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
///
/// The head has its headers as they came: a client that unpacks bodies, or drops `Content-Length`, is to
/// be told not to.
///
/// ```
/// use bytes::Bytes;
/// use http::{Request, Response};
/// use yunmei_core::download::{DownloadStep, Downloader, Head};
/// use yunmei_core::{Download, Downloaded, Error, Payload, Retry, Stamp, error::TransportError};
///
/// fn fetch<D: Download>(
///     download: D,
///     stamp: impl Fn() -> Stamp,
///     send: impl Fn(Request<Payload>) -> std::io::Result<Response<Vec<u8>>>,
///     out: &mut Vec<u8>,
/// ) -> Result<Downloaded, Error> {
///     let mut downloader = Downloader::new(download, Retry::default());
///     loop {
///         match downloader.poll(&stamp()) {
///             DownloadStep::Send(request) => match send(request).map(Response::into_parts) {
///                 Ok((head, body)) => match downloader.head(&head) {
///                     Head::Receive => {
///                         // A client that streams does this with each piece, and tells `end` why it broke off.
///                         for piece in body.chunks(64 * 1024) {
///                             out.extend_from_slice(&piece[downloader.data(piece)]);
///                         }
///                         downloader.end(Ok(()));
///                     }
///                     Head::Refused => downloader.refused(&Response::from_parts(head, Bytes::from(body))),
///                 },
///                 Err(error) => downloader.failed(TransportError::unknown(error).into()),
///             },
///             DownloadStep::Sleep(pause) => std::thread::sleep(pause),
///             DownloadStep::Done(result) => return result,
///         }
///     }
/// }
/// # use yunmei_core::{ByteRange, Nonce, Timestamp, cos::{AppId, Bucket, BucketName, Credentials, FilePath, Region}};
/// #
/// # let bucket = Bucket::new(AppId::new(1250000000)?, BucketName::new("examplebucket")?, Region::new("gz")?)
/// #     .signed_with(Credentials::new("AKIDEXAMPLE", "the secret key")?);
/// # let stamp = || Stamp::new(Timestamp::from_seconds(1503987233), Nonce::from_bytes([7; 32]));
/// # let send = |_: Request<Payload>| {
/// #     let answer = Response::builder().header("Content-Length", 5);
/// #     answer.body(b"a cat".to_vec()).map_err(std::io::Error::other)
/// # };
/// # let mut out = Vec::new();
/// # let download = bucket.download(&FilePath::new("/photos/cat.jpg")?, ByteRange::ALL);
/// # assert_eq!(fetch(download, stamp, send, &mut out)?.length, 5);
/// # assert_eq!(out, b"a cat");
/// # let missing = bucket.download(&FilePath::new("/photos/dog.jpg")?, ByteRange::ALL);
/// # let refuse = |_: Request<Payload>| {
/// #     let answer = Response::builder().status(404);
/// #     answer.body(Vec::new()).map_err(std::io::Error::other)
/// # };
/// # assert!(fetch(missing, stamp, refuse, &mut out).is_err());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug)]
pub struct Downloader<D: Download> {
    download: D,
    retry: Retry,
    attempts: Attempts,
    /// Whom the last request was for.
    peer: Option<Authority>,
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

/// What to do next.
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

/// Hides the signature in the request's address.
impl fmt::Debug for DownloadStep {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            DownloadStep::Send(request) => write!(f, "Send({})", describe(request)),
            DownloadStep::Sleep(pause) => write!(f, "Sleep({pause:?})"),
            DownloadStep::Done(result) => write!(f, "Done({result:?})"),
        }
    }
}

impl<D: Download> Downloader<D> {
    /// At the beginning of `download`.
    pub fn new(download: D, retry: Retry) -> Downloader<D> {
        Downloader {
            download,
            retry,
            attempts: Attempts::default(),
            peer: None,
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
                    Ok(request) => {
                        self.peer = request.uri().authority().cloned();
                        DownloadStep::Send(request)
                    }
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
        let good = [StatusCode::OK, StatusCode::PARTIAL_CONTENT].contains(&head.status);
        if !good || self.download.is_refusal(head) {
            return Head::Refused;
        }
        let accepted = Object::read(head, self.download.range(), self.received).and_then(|found| {
            let (object, skip) = found;
            let known = match &mut self.object {
                Some(known) => {
                    known.meet(&object)?;
                    known
                }
                none => none.insert(object),
            };
            // The part may be shorter than what is there.
            if head.status == StatusCode::PARTIAL_CONTENT && known.wanted.is_none() {
                return Err("nothing tells where the object ends");
            }
            self.skip = skip;
            Ok(())
        });
        match accepted {
            Ok(()) => Head::Receive,
            Err(problem) => {
                let answer = Response::from_parts(head.clone(), Bytes::new());
                self.finish(Err(ResponseError::new(problem, &answer).into()));
                Head::Refused
            }
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
            // What came may not have been written: its number says nothing.
            Err(error @ Error::Local(_)) => self.failed(error),
            _ if wanted == Some(self.received) => self.finish(Ok(())),
            Ok(()) if wanted.is_none() && self.skip == 0 => self.finish(Ok(())),
            Ok(()) => self.failed(TransportError::unknown("the answer was cut off").into()),
            Err(error) => self.failed(error),
        }
    }

    /// Takes an answer that [`Downloader::head`] called [`Head::Refused`].
    pub fn refused(&mut self, response: &Response<Bytes>) {
        self.failed(self.download.refusal(response));
    }

    /// Takes the reason why there was no answer.
    pub fn failed(&mut self, error: Error) {
        if matches!(self.state, State::Ended(_)) {
            return;
        }
        // Nothing would tell whether the rest is of the same object.
        let resumable = match &self.object {
            Some(object) => self.received == 0 || object.is_recognisable(),
            None => true,
        };
        self.state = match self.attempts.failed(&error, &self.retry, true) {
            Some(pause) if resumable => State::Pausing(pause),
            _ => State::Ended(Some(Err(error.about(self.peer.as_ref())))),
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
        if !matches!(self.state, State::Ended(_)) {
            self.state = State::Ended(Some(result));
        }
    }

    /// What is still to be asked for.
    fn missing(&self) -> ByteRange {
        let range = self.download.range();
        ByteRange {
            start: range.start + self.received,
            ..range
        }
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

#[cfg(test)]
#[path = "downloader_tests.rs"]
mod tests;
