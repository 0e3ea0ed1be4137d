use std::{io, mem};

use yunmei_core::{
    Error,
    error::{Delivery, LocalError, ServiceError, ServiceErrorKind},
};

use crate::{
    cos::Session,
    exit::{Failure, Tally},
    output::say,
};

/// Files that are copied one after the other: counted, and stopped at what would fail for all.
pub(super) struct Course<'a> {
    session: &'a Session,
    tally: Tally,
    /// How many files there are, where that is known.
    total: Option<usize>,
    begun: usize,
    done: usize,
    /// Whether the last one failed for a reason that may be everyone's.
    in_trouble: bool,
    stopped: bool,
}

impl<'a> Course<'a> {
    pub(super) fn new(session: &'a Session, total: Option<usize>) -> Course<'a> {
        Course {
            session,
            tally: Tally::default(),
            total,
            begun: 0,
            done: 0,
            in_trouble: false,
            stopped: false,
        }
    }

    /// Begins with a file; returns what its bar is called.
    pub(super) fn begin(&mut self, name: &str) -> String {
        self.begun += 1;
        match self.total {
            Some(total) => format!("{}/{total} {name}", self.begun),
            None => format!("{} {name}", self.begun),
        }
    }

    /// Counts what became of a file, and reports a failure.
    pub(super) fn count(&mut self, result: Result<(), Failure>) -> Result<(), Failure> {
        let reach = match &result {
            Ok(()) => Reach::This,
            Err(failure) => Reach::of(failure),
        };
        let was_in_trouble = mem::replace(&mut self.in_trouble, reach == Reach::PerhapsAll);
        self.stopped = reach == Reach::All || (self.in_trouble && was_in_trouble);
        if result.is_ok() {
            self.done += 1;
            let files = plural(self.done);
            self.session
                .so_far(format!("{files} done, which are not copied again"));
        }
        self.tally.count(result)
    }

    /// Whether to go no further.
    pub(super) fn is_stopped(&self) -> bool {
        self.stopped
    }

    /// Says how many files were not tried, and how it all ended.
    ///
    /// Where the total is not known, there are `waiting` ones, and perhaps `more`.
    pub(super) fn sum_up(self, waiting: usize, more: bool) -> Result<(), Failure> {
        let waiting = match self.total {
            Some(total) => total.saturating_sub(self.begun),
            None => waiting,
        };
        if self.stopped {
            let untried = match (waiting, more) {
                (0, false) => None,
                (0, true) => Some("what was not listed yet was not tried".to_owned()),
                (_, false) => Some(format!("{} not tried", plural(waiting))),
                (_, true) => {
                    let files = plural(waiting);
                    Some(format!("{files} not tried, nor what was not listed yet"))
                }
            };
            if let Some(untried) = untried {
                say(format_args!(
                    "yunmei: {untried}: what failed would fail for every file"
                ));
            }
        }
        self.tally.sum_up()
    }
}

fn plural(files: usize) -> String {
    match files {
        1 => "1 file was".into(),
        _ => format!("{files} files were"),
    }
}

/// Which files a failure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Reach {
    /// This one.
    This,
    /// All of them, if the next one fails the same way.
    PerhapsAll,
    /// All of them.
    All,
}

impl Reach {
    pub(super) fn of(failure: &Failure) -> Reach {
        match failure {
            Failure::Operation { error, .. } => Reach::of_error(error),
            Failure::Advised { failure, .. } => Reach::of(failure),
            _ => Reach::This,
        }
    }

    pub(super) fn of_error(error: &Error) -> Reach {
        match error {
            Error::Transport(error) if error.delivery() == Delivery::NotSent => Reach::All,
            Error::Transport(_) => Reach::PerhapsAll,
            Error::Service(refusal) => Reach::of_refusal(refusal),
            Error::Local(LocalError::Write(error)) if is_full(error.kind()) => Reach::All,
            _ => Reach::This,
        }
    }

    fn of_refusal(refusal: &ServiceError) -> Reach {
        match (refusal.kind(), refusal.code()) {
            (ServiceErrorKind::Signature, _) => Reach::All,
            // The bucket or the account is not there, or blocked.
            (_, -133 | -5957 | -46642 | -46615 | -46620 | -46627) => Reach::All,
            (ServiceErrorKind::Throttled | ServiceErrorKind::Unavailable, _) => Reach::PerhapsAll,
            _ => Reach::This,
        }
    }
}

fn is_full(kind: io::ErrorKind) -> bool {
    use io::ErrorKind::{QuotaExceeded, ReadOnlyFilesystem, StorageFull};
    matches!(kind, StorageFull | QuotaExceeded | ReadOnlyFilesystem)
}

#[cfg(test)]
mod tests {
    use yunmei_core::error::TransportError;

    use super::*;

    fn failure(error: impl Into<Error>) -> Failure {
        Failure::operation("a file", error)
    }

    #[test]
    fn a_full_disk_and_a_host_that_is_not_there_concern_all_files() {
        let full = |kind: io::ErrorKind| failure(LocalError::Write(kind.into()));
        for (failure, reach) in [
            (full(io::ErrorKind::StorageFull), Reach::All),
            (full(io::ErrorKind::FileTooLarge), Reach::This),
            (failure(TransportError::not_sent("no way")), Reach::All),
            (failure(TransportError::unknown("lost")), Reach::PerhapsAll),
            (Failure::File("unreadable".into()), Reach::This),
        ] {
            assert_eq!(Reach::of(&failure), reach, "{failure:?}");
            assert_eq!(Reach::of(&failure.advised("wait")), reach);
        }
    }
}
