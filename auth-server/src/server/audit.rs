//! One line of JSON for each decision: who asked for what, and what came of it. No line holds a
//! token, a signature or a key.

use std::{
    io::{self, Write},
    net::IpAddr,
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
    },
    thread::JoinHandle,
    time::Duration,
};

use prometheus::IntCounter;
use serde::Serialize;

/// The most that may wait to be written, in bytes.
const WAITING: usize = 4 * 1024 * 1024;
/// The memory that is kept for what waits, in bytes.
const KEPT: usize = 64 * 1024;
/// How long lines are gathered before they are written: each write wakes the thread that does it, and
/// for every line by itself, that would cost more than its signature.
const GATHERING: Duration = Duration::from_millis(2);
/// Room for a usual line, in bytes.
const LINE: usize = 512;
/// The longest text from outside that a line holds, in bytes.
const TEXT_LIMIT: usize = 1024;

/// A decision, as it is written down.
#[derive(Clone, Copy, Debug, Serialize)]
pub(super) struct Line<'a> {
    /// Unix time.
    pub(super) at: u64,
    pub(super) address: IpAddr,
    pub(super) route: &'a str,
    pub(super) decision: &'static str,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) rule: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) operation: Option<&'a str>,
    /// Or the video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) path: Option<&'a str>,
    /// What was asked for in its place, as far as it can be shown, and with its escapes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) malformed_path: Option<&'a str>,
    /// In seconds.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(super) lifetime: Option<u64>,
    /// The answer to an upload lets what is uploaded be downloaded, too.
    #[serde(skip_serializing_if = "is_false")]
    pub(super) with_download: bool,
}

/// Where lines go: to a thread that writes them, many at once if they come fast.
#[derive(Debug)]
pub(super) struct Audit {
    queue: Arc<Queue>,
    lost: IntCounter,
    writer: Option<JoinHandle<()>>,
}

#[derive(Debug, Default)]
struct Queue {
    state: Mutex<State>,
    more: Condvar,
    /// The last lines could not be written.
    is_broken: AtomicBool,
}

#[derive(Debug, Default)]
struct State {
    waiting: Vec<u8>,
    is_closed: bool,
}

impl Audit {
    /// Writes to `sink`, on a thread of its own.
    ///
    /// Lines that are not written are counted as `lost`.
    pub(super) fn to(sink: Box<dyn Write + Send>, lost: IntCounter) -> io::Result<Audit> {
        let queue = Arc::new(Queue::default());
        let (its, its_lost) = (Arc::clone(&queue), lost.clone());
        let writer = std::thread::Builder::new()
            .name("yunmei-audit".into())
            .spawn(move || its.write_to(sink, &its_lost))?;
        Ok(Audit {
            queue,
            lost,
            writer: Some(writer),
        })
    }

    /// Whether the last lines could be written. If not, nothing may be signed until some are.
    pub(super) fn is_well(&self) -> bool {
        !self.queue.is_broken.load(Relaxed)
    }

    /// Takes a line. Says whether it is going to be written, as far as one can know: if not,
    /// nothing may be signed.
    pub(super) fn write(&self, line: &Line<'_>) -> bool {
        let line = Line {
            subject: line.subject.map(cut),
            path: line.path.map(cut),
            ..*line
        };
        let mut text = Vec::with_capacity(LINE);
        if serde_json::to_writer(&mut text, &line).is_err() {
            return false;
        }
        text.push(b'\n');
        let mut state = self.queue.lock();
        if state.waiting.len() + text.len() > WAITING {
            self.lost.inc();
            return false;
        }
        let was_empty = state.waiting.is_empty();
        state.waiting.extend_from_slice(&text);
        drop(state);
        if was_empty {
            self.queue.more.notify_one();
        }
        self.is_well()
    }
}

impl Drop for Audit {
    /// What waits is written first.
    fn drop(&mut self) {
        self.queue.lock().is_closed = true;
        self.queue.more.notify_one();
        if let Some(writer) = self.writer.take() {
            // If it panicked, that was printed.
            let _ = writer.join();
        }
    }
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_to(&self, mut sink: Box<dyn Write + Send>, lost: &IntCounter) {
        let mut lines = Vec::new();
        let mut is_torn = false;
        loop {
            let idle = |state: &mut State| state.waiting.is_empty() && !state.is_closed;
            let state = self.more.wait_while(self.lock(), idle);
            let state = state.unwrap_or_else(PoisonError::into_inner);
            if state.waiting.is_empty() {
                return;
            }
            let gathered =
                (self.more).wait_timeout_while(state, GATHERING, |state| !state.is_closed);
            let (mut state, _) = gathered.unwrap_or_else(PoisonError::into_inner);
            std::mem::swap(&mut lines, &mut state.waiting);
            drop(state);
            let written = write_lines(&mut *sink, &lines, &mut is_torn);
            lost.inc_by(written.err().unwrap_or(0));
            self.is_broken.store(written.is_err(), Relaxed);
            lines.clear();
            lines.shrink_to(KEPT);
        }
    }
}

/// Writes lines. The one that was torn when the sink broke is ended first: the next is not to be part
/// of it.
///
/// # Errors
///
/// How many lines were not written as a whole.
fn write_lines(sink: &mut dyn Write, lines: &[u8], is_torn: &mut bool) -> Result<(), u64> {
    let count = |lines: &[u8]| lines.iter().filter(|byte| **byte == b'\n').count() as u64;
    if *is_torn {
        sink.write_all(b"\n").map_err(|_| count(lines))?;
        *is_torn = false;
    }
    let mut left = lines;
    while !left.is_empty() {
        match sink.write(left) {
            Ok(taken @ 1..) => left = &left[taken..],
            Err(problem) if problem.kind() == io::ErrorKind::Interrupted => {}
            _ => {
                let written = &lines[..lines.len() - left.len()];
                *is_torn = written.last().is_some_and(|byte| *byte != b'\n');
                return Err(count(left));
            }
        }
    }
    sink.flush().map_err(|_| count(lines))
}

fn is_false(flag: &bool) -> bool {
    !flag
}

fn cut(text: &str) -> &str {
    let mut end = text.len().min(TEXT_LIMIT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}

#[cfg(test)]
mod tests {
    use std::{net::Ipv4Addr, sync::mpsc};

    use super::*;

    #[derive(Clone, Default)]
    struct Kept(Arc<Mutex<Vec<u8>>>);

    impl Write for Kept {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            self.0.lock().expect("a lock").write(bytes)
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }

    fn lost() -> IntCounter {
        IntCounter::new("lost", "lost").expect("a name")
    }

    fn line(path: &str) -> Line<'_> {
        Line {
            at: 1_503_987_233,
            address: Ipv4Addr::LOCALHOST.into(),
            route: "/v1/sign/cos",
            decision: "allowed",
            code: None,
            subject: Some("alice"),
            rule: Some("own pictures"),
            operation: Some("upload"),
            path: Some(path),
            malformed_path: None,
            lifetime: Some(60),
            with_download: false,
        }
    }

    #[test]
    fn lines_are_json_and_all_are_written_before_the_end() {
        let kept = Kept::default();
        let audit = Audit::to(Box::new(kept.clone()), lost()).expect("a thread");
        for _ in 0..1000 {
            assert!(audit.write(&line("/users/alice/图\n\".png")));
        }
        drop(audit);
        let text = kept.0.lock().expect("a lock").clone();
        let text = String::from_utf8(text).expect("text");
        assert_eq!(text.lines().count(), 1000);
        let first: serde_json::Value =
            serde_json::from_str(text.lines().next().expect("a line")).expect("JSON");
        assert_eq!(first["path"], "/users/alice/图\n\".png");
        assert_eq!(first["subject"], "alice");
        assert!(first.get("code").is_none());
    }

    #[test]
    fn a_sink_that_takes_nothing_is_told_and_fills_no_memory() {
        struct Stuck(mpsc::Receiver<()>);
        impl Write for Stuck {
            fn write(&mut self, _: &[u8]) -> io::Result<usize> {
                let _ = self.0.recv();
                Err(io::ErrorKind::StorageFull.into())
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let (release, stuck) = mpsc::channel();
        let lost = lost();
        let audit = Audit::to(Box::new(Stuck(stuck)), lost.clone()).expect("a thread");
        let long = "a".repeat(5000);
        let taken = (0..10_000)
            .take_while(|_| audit.write(&line(&long)))
            .count();
        assert!((1000..10_000).contains(&taken), "{taken}");
        assert!(audit.queue.lock().waiting.len() <= WAITING);
        assert_eq!(lost.get(), 1, "the one that was not taken");
        drop(release);
        drop(audit);
        assert_eq!(
            lost.get(),
            1 + taken as u64,
            "and those that could not be written"
        );
    }

    #[test]
    fn a_line_that_was_torn_does_not_take_the_next_one_with_it() {
        /// Takes so much, and then nothing.
        struct Small(Vec<u8>, usize);
        impl Write for Small {
            fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
                let room = bytes.len().min(self.1 - self.0.len());
                self.0.extend_from_slice(&bytes[..room]);
                match room {
                    0 => Err(io::ErrorKind::StorageFull.into()),
                    room => Ok(room),
                }
            }

            fn flush(&mut self) -> io::Result<()> {
                Ok(())
            }
        }
        let mut sink = Small(Vec::new(), 6);
        let mut is_torn = false;
        let mut write = |sink: &mut Small, lines: &str| {
            let written = write_lines(sink, lines.as_bytes(), &mut is_torn);
            (written, String::from_utf8(sink.0.clone()).expect("text"))
        };
        // One is written, one is torn, one is not begun.
        let written = write(&mut sink, "one\ntwo\nthree\n");
        assert_eq!(written, (Err(2), "one\ntw".to_owned()));
        assert_eq!(write(&mut sink, "four\n").0, Err(1));
        sink.1 = 100;
        let written = write(&mut sink, "five\n");
        assert_eq!(written, (Ok(()), "one\ntw\nfive\n".to_owned()));
        // Between two lines, nothing has to be ended.
        sink.1 = sink.0.len();
        assert_eq!(write(&mut sink, "six\n").0, Err(1));
        sink.1 = 100;
        let written = write(&mut sink, "seven\n");
        assert_eq!(written.1, "one\ntw\nfive\nseven\n");
    }

    #[test]
    fn long_texts_are_cut_between_characters() {
        assert_eq!(cut("图"), "图");
        assert_eq!(cut(&"图".repeat(1000)).len(), 1023);
    }
}
