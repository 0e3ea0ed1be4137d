//! One line of JSON for the start, and one for each decision: who asked for what, and what came of it.
//! No line holds a token, a signature or a key.

mod line;
#[cfg(test)]
mod tests;

use std::{
    io::{self, Write},
    sync::{
        Arc, Condvar, Mutex, MutexGuard, PoisonError,
        atomic::{AtomicBool, Ordering::Relaxed},
        mpsc,
    },
    thread::JoinHandle,
    time::{Duration, Instant},
};

use prometheus::IntCounter;

pub(super) use line::{Line, Started};

use super::notice::{Notice, Notices};
use line::cut;

/// The most that may wait to be written, in bytes.
const WAITING: usize = 4 * 1024 * 1024;
/// The memory that is kept for what waits, in bytes.
const KEPT: usize = 64 * 1024;
/// How long lines are gathered before they are written: each write wakes the thread that does it, and
/// for every line by itself, that would cost more than its signature.
const GATHERING: Duration = Duration::from_millis(2);
/// Room for a usual line, in bytes.
const LINE: usize = 512;
/// How long the sink is waited for.
const PATIENCE: Patience = Patience {
    stuck: Duration::from_secs(2),
    farewell: Duration::from_secs(3),
};

/// How often it is waited for at the end, if it moves.
const FAREWELLS: usize = 10;

/// Where lines go: to a thread that writes them, many at once if they come fast.
#[derive(Debug)]
pub(super) struct Audit {
    queue: Arc<Queue>,
    lost: IntCounter,
    patience: Patience,
    writer: Option<JoinHandle<()>>,
    /// Hangs up when the writer ends.
    ended: Mutex<mpsc::Receiver<()>>,
}

/// How long a sink is waited for that neither takes lines nor fails.
#[derive(Clone, Copy, Debug)]
struct Patience {
    /// Until no more lines are taken.
    stuck: Duration,
    /// Until it is left alone, at the end.
    farewell: Duration,
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
    /// Since when there is something to write, and the sink has taken nothing: what the writer holds
    /// counts, too.
    since: Option<Instant>,
    is_closed: bool,
}

impl Audit {
    /// Writes to `sink`, on a thread of its own.
    ///
    /// Lines that are not written are counted as `lost`; that some are not is told once, and once
    /// that some are again.
    pub(super) fn to(
        sink: Box<dyn Write + Send>,
        lost: IntCounter,
        notices: Notices,
    ) -> io::Result<Audit> {
        Audit::patient(sink, lost, notices, PATIENCE)
    }

    fn patient(
        sink: Box<dyn Write + Send>,
        lost: IntCounter,
        notices: Notices,
        patience: Patience,
    ) -> io::Result<Audit> {
        let queue = Arc::new(Queue::default());
        let (its, its_lost) = (Arc::clone(&queue), lost.clone());
        let (hangs_up, ended) = mpsc::channel();
        let writer = std::thread::Builder::new()
            .name("yunmei-audit".into())
            .spawn(move || {
                let _hangs_up: mpsc::Sender<()> = hangs_up;
                its.write_to(sink, &its_lost, &notices);
            })?;
        Ok(Audit {
            queue,
            lost,
            patience,
            writer: Some(writer),
            ended: Mutex::new(ended),
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
        // No notice: it would go to standard error, which may be what is stuck.
        let is_stuck = (state.since).is_some_and(|since| since.elapsed() >= self.patience.stuck);
        if is_stuck || state.waiting.len() + text.len() > WAITING {
            self.lost.inc();
            return false;
        }
        state.since.get_or_insert_with(Instant::now);
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
    /// What waits is written first, unless that takes too long: then the writer is left alone.
    fn drop(&mut self) {
        self.queue.lock().is_closed = true;
        self.queue.more.notify_one();
        let (queue, farewell) = (&self.queue, self.patience.farewell);
        let ended = (self.ended.get_mut()).unwrap_or_else(PoisonError::into_inner);
        let has_ended = || ended.recv_timeout(farewell) != Err(mpsc::RecvTimeoutError::Timeout);
        if !outlasts(has_ended, || queue.lock().since) {
            return;
        }
        if let Some(writer) = self.writer.take() {
            // If it panicked, that was printed.
            let _ = writer.join();
        }
    }
}

/// Waits for an end as long as something moves, but not for ever. Says whether it has come.
fn outlasts(mut has_ended: impl FnMut() -> bool, since: impl Fn() -> Option<Instant>) -> bool {
    let mut before = since();
    for _ in 0..FAREWELLS {
        if has_ended() {
            return true;
        }
        let now = since();
        if now == before {
            return false;
        }
        before = now;
    }
    false
}

impl Queue {
    fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn write_to(&self, mut sink: Box<dyn Write + Send>, lost: &IntCounter, notices: &Notices) {
        let mut lines = Vec::new();
        let mut is_torn = false;
        while self.take(&mut lines) {
            let moves = || self.lock().since = Some(Instant::now());
            let written = write_lines(&mut *sink, &lines, &mut is_torn, moves);
            lines.clear();
            lines.shrink_to(KEPT);
            lost.inc_by(
                written
                    .as_ref()
                    .err()
                    .map_or(0, |unwritten| unwritten.count),
            );
            let was_broken = self.is_broken.swap(written.is_err(), Relaxed);
            match written {
                Err(unwritten) if !was_broken => notices(Notice::AuditBroken(unwritten.problem)),
                Ok(()) if was_broken => notices(Notice::AuditMended),
                _ => {}
            }
            self.moved();
        }
    }

    /// Waits for lines, gathers some more, and takes them. `false` if there will be none.
    fn take(&self, lines: &mut Vec<u8>) -> bool {
        let idle = |state: &mut State| state.waiting.is_empty() && !state.is_closed;
        let state = self.more.wait_while(self.lock(), idle);
        let state = state.unwrap_or_else(PoisonError::into_inner);
        if state.waiting.is_empty() {
            return false;
        }
        let gathered = (self.more).wait_timeout_while(state, GATHERING, |state| !state.is_closed);
        let (mut state, _) = gathered.unwrap_or_else(PoisonError::into_inner);
        std::mem::swap(lines, &mut state.waiting);
        true
    }

    /// What was taken was written, or is lost.
    fn moved(&self) {
        let mut state = self.lock();
        state.since = (!state.waiting.is_empty()).then(Instant::now);
    }
}

/// Writes the first line, and waits for it: what cannot be written to is known before anything is
/// signed.
///
/// # Errors
///
/// Why it was not written.
pub(super) fn begin(sink: &mut dyn Write, started: &Started<'_>) -> io::Result<()> {
    let mut text = serde_json::to_vec(started)?;
    text.push(b'\n');
    sink.write_all(&text)?;
    sink.flush()
}

/// What was not written, and why.
#[derive(Debug)]
struct Unwritten {
    /// Lines that were not written as a whole.
    count: u64,
    problem: io::Error,
}

/// Writes lines. The one that was torn when the sink broke is ended first: the next is not to be part
/// of it. Tells whenever the sink has taken something.
fn write_lines(
    sink: &mut dyn Write,
    lines: &[u8],
    is_torn: &mut bool,
    moves: impl Fn(),
) -> Result<(), Unwritten> {
    let unwritten = |lines: &[u8], problem| Unwritten {
        count: lines.iter().filter(|byte| **byte == b'\n').count() as u64,
        problem,
    };
    if *is_torn {
        (sink.write_all(b"\n")).map_err(|problem| unwritten(lines, problem))?;
        *is_torn = false;
    }
    let mut left = lines;
    while !left.is_empty() {
        match sink.write(left) {
            Ok(taken @ 1..) => {
                left = &left[taken..];
                moves();
            }
            Err(problem) if problem.kind() == io::ErrorKind::Interrupted => {}
            other => {
                let written = &lines[..lines.len() - left.len()];
                *is_torn = written.last().is_some_and(|byte| *byte != b'\n');
                let problem = other.err().unwrap_or(io::ErrorKind::WriteZero.into());
                return Err(unwritten(left, problem));
            }
        }
    }
    (sink.flush()).map_err(|problem| unwritten(lines, problem))
}
