use std::{
    fmt,
    sync::Arc,
    time::{Duration, Instant},
};

/// No more than about twenty reports a second.
const INTERVAL: Duration = Duration::from_millis(50);

/// How far the bodies of an operation are.
///
/// Counted are bytes on their way out, not what the service has taken: the async transport counts
/// them when the connection takes them from it, the blocking one when it copies them to its buffer.
/// An operation is done when its call returns, and not before. The counts never go down, and what is
/// sent again after a failure is not counted again. Multipart framing is not counted, and where
/// there is nothing to count, there is no report.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct Progress {
    /// How far the sources were sent, in bytes. What the service had already, or what the operation
    /// leaves out, is not sent; it counts when the call has succeeded, whose last report is `total`.
    pub sent: u64,
    /// How many bytes of a download were written.
    pub received: u64,
    /// How many there will be, where that is known.
    pub total: Option<u64>,
}

/// Whom to tell.
#[derive(Clone)]
pub struct ProgressSink(Arc<dyn Fn(Progress) + Send + Sync>);

impl ProgressSink {
    /// Tells `sink`, on the thread that moves the bytes: it should return soon.
    pub fn new(sink: impl Fn(Progress) + Send + Sync + 'static) -> ProgressSink {
        ProgressSink(Arc::new(sink))
    }
}

impl fmt::Debug for ProgressSink {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ProgressSink")
    }
}

/// Counts what moves during one call, and reports it now and then.
#[derive(Debug)]
pub struct Tracker {
    sink: Option<ProgressSink>,
    /// How far each source was sent at most.
    marks: Vec<u64>,
    now: Progress,
    shown: Progress,
    shown_at: Option<Instant>,
}

impl Tracker {
    /// Begins a call that sends sources of these lengths.
    pub fn sending(sink: Option<ProgressSink>, lengths: &[u64]) -> Tracker {
        Tracker::new(sink, lengths.len(), Some(lengths.iter().sum()))
    }

    /// Begins a download.
    pub fn receiving(sink: Option<ProgressSink>) -> Tracker {
        Tracker::new(sink, 0, None)
    }

    fn new(sink: Option<ProgressSink>, sources: usize, total: Option<u64>) -> Tracker {
        let now = Progress {
            total,
            ..Progress::default()
        };
        Tracker {
            sink,
            marks: vec![0; sources],
            now,
            shown: now,
            shown_at: None,
        }
    }

    /// Source number `source` is on its way out up to byte `end`.
    pub fn sent(&mut self, source: usize, end: u64, now: Instant) {
        let Some(mark) = self.marks.get_mut(source) else {
            return;
        };
        self.now.sent += end.saturating_sub(*mark);
        *mark = end.max(*mark);
        self.report(now);
    }

    /// A download stands at `received` bytes of `total`.
    pub fn received(&mut self, received: u64, total: Option<u64>, now: Instant) {
        self.now.received = self.now.received.max(received);
        self.now.total = total;
        self.report(now);
    }

    /// Reports what was held back. When a call that sends has succeeded, nothing is left to send.
    pub fn finish(&mut self, succeeded: bool) {
        if succeeded && !self.marks.is_empty() {
            self.now.sent = self.now.total.unwrap_or(self.now.sent);
        }
        if self.now != self.shown {
            self.show();
        }
    }

    fn report(&mut self, now: Instant) {
        let due = self
            .shown_at
            .is_none_or(|at| now.saturating_duration_since(at) >= INTERVAL);
        if due && self.now != self.shown {
            self.shown_at = Some(now);
            self.show();
        }
    }

    fn show(&mut self) {
        self.shown = self.now;
        if let Some(ProgressSink(sink)) = &self.sink {
            sink(self.now);
        }
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use super::*;

    fn recording() -> (Option<ProgressSink>, Arc<Mutex<Vec<u64>>>) {
        let seen = Arc::new(Mutex::new(Vec::new()));
        let copy = seen.clone();
        let sink = ProgressSink::new(move |progress| {
            let mut seen = copy.lock().expect("nobody panicked");
            seen.push(progress.sent + progress.received);
        });
        (Some(sink), seen)
    }

    #[test]
    fn what_is_sent_again_is_not_counted_again() {
        let (sink, seen) = recording();
        let mut tracker = Tracker::sending(sink, &[100, 50]);
        let mut now = Instant::now();
        for (source, end) in [
            (0, 40),
            (0, 80),
            (0, 20),
            (0, 80),
            (1, 50),
            (0, 100),
            (7, 9),
        ] {
            now += INTERVAL;
            tracker.sent(source, end, now);
        }
        tracker.finish(true);
        assert_eq!(*seen.lock().expect("a list"), [40, 80, 130, 150]);
    }

    #[test]
    fn what_the_service_had_already_counts_when_the_call_has_succeeded() {
        for (succeeded, expected) in [(true, [30, 100].as_slice()), (false, &[30])] {
            let (sink, seen) = recording();
            let mut tracker = Tracker::sending(sink, &[100]);
            tracker.sent(0, 30, Instant::now());
            tracker.finish(succeeded);
            assert_eq!(*seen.lock().expect("a list"), expected);
        }
    }

    #[test]
    fn reports_are_rare_but_the_last_one_comes() {
        let (sink, seen) = recording();
        let mut tracker = Tracker::receiving(sink);
        let now = Instant::now();
        for millisecond in 0..=1000 {
            let at = now + Duration::from_millis(millisecond);
            tracker.received(millisecond + 1, Some(1002), at);
        }
        tracker.received(1002, Some(1002), now + Duration::from_millis(1001));
        tracker.finish(true);
        tracker.finish(true);
        let seen = seen.lock().expect("a list");
        assert_eq!(seen.len(), 22, "{seen:?}");
        assert_eq!(seen.last(), Some(&1002));
    }
}
