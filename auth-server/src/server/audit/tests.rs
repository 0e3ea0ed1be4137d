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

fn nobody() -> Notices {
    Arc::new(|_| {})
}

fn lost() -> IntCounter {
    IntCounter::new("lost", "lost").expect("a name")
}

/// More than any test takes.
const LONG: Duration = Duration::from_secs(3600);

const PATIENT: Patience = Patience {
    stuck: LONG,
    farewell: LONG,
};

/// Waits long for its sink.
fn audit(sink: impl Write + Send + 'static, lost: &IntCounter, notices: Notices) -> Audit {
    Audit::patient(Box::new(sink), lost.clone(), notices, PATIENT).expect("a thread")
}

/// Waits until it is so.
fn until(mut is_so: impl FnMut() -> bool) {
    let begun = Instant::now();
    while !is_so() {
        assert!(begun.elapsed() < Duration::from_secs(60), "waited in vain");
        std::thread::yield_now();
    }
}

/// An audit with such a sink. In this order: what is declared last goes first, and lets the sink go on,
/// also when a test fails.
fn slow(
    taking: usize,
    patience: Patience,
    lost: &IntCounter,
) -> (Audit, mpsc::Receiver<()>, mpsc::Sender<()>) {
    let ((begins, begun), (go, on)) = (mpsc::channel(), mpsc::channel());
    let sink = Box::new(Slow(begins, on, taking));
    let audit = Audit::patient(sink, lost.clone(), nobody(), patience);
    (audit.expect("a thread"), begun, go)
}

/// Tells when a write begins, and takes so many bytes of it on a word.
struct Slow(mpsc::Sender<()>, mpsc::Receiver<()>, usize);

impl Write for Slow {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        let _ = self.0.send(());
        let _ = self.1.recv();
        Ok(bytes.len().min(self.2))
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
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
        single_use: false,
        with_download: false,
    }
}

#[test]
fn lines_are_json_and_all_are_written_before_the_end() {
    let kept = Kept::default();
    let audit = audit(kept.clone(), &lost(), nobody());
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
    let audit = audit(Stuck(stuck), &lost, nobody());
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
fn a_sink_that_is_stuck_for_too_long_gets_no_more_lines_until_it_moves() {
    let lost = lost();
    let no_time = Patience {
        stuck: Duration::ZERO,
        farewell: LONG,
    };
    let (audit, begun, go) = slow(usize::MAX, no_time, &lost);
    assert!(audit.write(&line("/a")), "nothing is known yet");
    begun.recv().expect("a write");
    // Nothing waits, but what was taken is not written.
    assert!(audit.queue.lock().waiting.is_empty());
    assert!(!audit.write(&line("/b")) && !audit.write(&line("/c")));
    assert!(audit.is_well(), "it has not failed");
    assert_eq!(lost.get(), 2);
    go.send(()).expect("sent");
    until(|| audit.write(&line("/d")));
    begun.recv().expect("a write");
    drop(go);
}

#[test]
fn the_time_runs_from_the_oldest_line_until_a_write_has_ended() {
    let (audit, begun, go) = slow(usize::MAX, PATIENT, &lost());
    let since = || audit.queue.lock().since;
    assert_eq!(since(), None);
    assert!(audit.write(&line("/a")));
    let first = since();
    assert!(first.is_some());
    begun.recv().expect("a write");
    // What comes while it is being written is no sign of life.
    assert!(audit.write(&line("/b")) && audit.write(&line("/c")));
    assert_eq!(since(), first);
    go.send(()).expect("sent");
    begun.recv().expect("a write");
    let second = since();
    assert!(second > first, "{second:?} after {first:?}");
    go.send(()).expect("sent");
    until(|| since().is_none());
}

#[test]
fn a_sink_that_takes_a_part_of_a_line_is_not_stuck() {
    let (audit, begun, go) = slow(10, PATIENT, &lost());
    assert!(audit.write(&line("/a")));
    let first = audit.queue.lock().since;
    begun.recv().expect("a write");
    go.send(()).expect("sent");
    begun.recv().expect("a write of the rest");
    let second = audit.queue.lock().since;
    assert!(second > first, "{second:?} after {first:?}");
    drop(go);
}

#[test]
fn the_end_waits_for_no_sink_that_is_stuck() {
    let no_time = Patience {
        stuck: LONG,
        farewell: Duration::ZERO,
    };
    let (audit, begun, go) = slow(usize::MAX, no_time, &lost());
    assert!(audit.write(&line("/a")));
    begun.recv().expect("a write");
    let (ends, ended) = mpsc::channel();
    std::thread::spawn(move || {
        drop(audit);
        let _ = ends.send(());
    });
    let ended = ended.recv_timeout(Duration::from_secs(60));
    drop(go);
    ended.expect("an end");
}

#[test]
fn the_end_waits_for_a_sink_that_is_slow_but_not_for_ever() {
    let waited = std::cell::Cell::new(0);
    let begun = Instant::now();
    let since = || Some(begun + Duration::from_secs(waited.get()));
    let ends_after = |rounds: u64| {
        waited.set(0);
        outlasts(
            || {
                waited.set(waited.get() + 1);
                waited.get() == rounds
            },
            since,
        )
    };
    assert!(ends_after(1) && ends_after(5));
    assert!(!ends_after(1000));
}

#[test]
fn a_break_is_told_once_and_its_end_is_too() {
    /// Writes as it is told to.
    struct Changing(mpsc::Receiver<bool>);
    impl Write for Changing {
        fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
            match self.0.recv() {
                Ok(true) => Ok(bytes.len()),
                _ => Err(io::ErrorKind::StorageFull.into()),
            }
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let (told, notices) = mpsc::channel();
    let notices_to: Notices = Arc::new(move |notice: Notice| {
        let _ = told.send(notice.is_warning());
    });
    let (works, changing) = mpsc::channel();
    let lost = lost();
    let audit = audit(Changing(changing), &lost, notices_to);
    let write = |is_working: bool| {
        audit.write(&line("/a"));
        works.send(is_working).expect("sent");
        // Taken, and written or not.
        while !audit.queue.lock().waiting.is_empty() {
            std::thread::yield_now();
        }
    };
    // Each is written by itself: the sink waits for a word.
    for is_working in [true, false, false, true, true, false] {
        write(is_working);
    }
    drop(audit);
    assert_eq!(notices.iter().collect::<Vec<_>>(), [true, false, true]);
    assert_eq!(lost.get(), 3);
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
        let written = write_lines(sink, lines.as_bytes(), &mut is_torn, || ());
        let written = written.map_err(|unwritten| unwritten.count);
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
