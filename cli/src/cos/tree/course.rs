use std::io;

use yunmei_core::{
    Error,
    error::{Delivery, LocalError, ServiceError, ServiceErrorKind},
};

use super::{
    sum::{conclude, sum},
    trouble::{Trouble, plural, say_untried},
};
use crate::{
    cos::{
        Session,
        outcome::{Done, Outcome},
    },
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
    sum: Sum,
    trouble: Trouble,
}

impl<'a> Course<'a> {
    pub(super) fn new(session: &'a Session, total: Option<usize>) -> Course<'a> {
        Course {
            session,
            tally: Tally::default(),
            total,
            begun: 0,
            sum: Sum::default(),
            trouble: Trouble::default(),
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
    pub(super) fn count(&mut self, result: Result<Done, Failure>) -> Result<(), Failure> {
        match &result {
            Ok(done) => {
                self.sum.count(done.outcome);
                self.session.so_far(self.sum.so_far());
            }
            Err(_) => self.sum.failed += 1,
        }
        let result = result.and_then(|done| done.told);
        self.trouble.note(Reach::of_result(&result));
        self.tally.count(result)
    }

    /// Counts something that is no file to copy, and says why.
    pub(super) fn leave_out(&mut self, about: &str, why: &str) {
        self.sum.left_out += 1;
        say(format_args!("yunmei: {about}: {why}"));
    }

    /// Whether to go no further.
    pub(super) fn is_stopped(&self) -> bool {
        self.trouble.is_all()
    }

    /// Says how many files were not tried, and how it all ended.
    ///
    /// Where the total is not known, there are `waiting` ones, and perhaps `more`.
    pub(super) fn sum_up(self, waiting: usize, more: bool) -> Result<(), Failure> {
        let waiting = match self.total {
            Some(total) => total.saturating_sub(self.begun),
            None => waiting,
        };
        if self.is_stopped() {
            say_untried(waiting, more);
        }
        let result = self.tally.sum_up();
        if self.sum.is_lone_failure() {
            return result;
        }
        let all_is_well = result.is_ok() && self.sum.left_out == 0;
        conclude(self.session, result, &self.sum.text(), all_is_well)
    }
}

/// How many files came to which end.
#[derive(Default)]
struct Sum {
    copied: usize,
    there_already: usize,
    failed: usize,
    left_out: usize,
}

impl Sum {
    fn count(&mut self, outcome: Outcome) {
        match outcome {
            Outcome::Copied => self.copied += 1,
            Outcome::ThereAlready => self.there_already += 1,
        }
    }

    fn text(&self) -> String {
        sum([
            (self.copied, "copied"),
            (self.there_already, "there already"),
            (self.failed, "failed"),
            (self.left_out, "left out"),
        ])
    }

    /// For whoever interrupts.
    fn so_far(&self) -> String {
        let done = self.copied + self.there_already;
        let are = match done {
            1 => "is",
            _ => "are",
        };
        format!("{} done, which {are} not copied again", plural(done))
    }

    /// Whether all there is to say was said.
    fn is_lone_failure(&self) -> bool {
        self.failed == 1 && self.copied + self.there_already + self.left_out == 0
    }
}

/// Which files a failure is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::cos) enum Reach {
    /// This one.
    This,
    /// All of them, if the next one fails the same way.
    PerhapsAll,
    /// All of them.
    All,
}

impl Reach {
    pub(super) fn of_result<T>(result: &Result<T, Failure>) -> Reach {
        match result {
            Ok(_) => Reach::This,
            Err(failure) => Reach::of(failure),
        }
    }

    pub(in crate::cos) fn of(failure: &Failure) -> Reach {
        match failure {
            Failure::Operation { error, .. } => Reach::of_error(error),
            Failure::Advised { failure, .. } => Reach::of(failure),
            Failure::Untold(_) => Reach::All,
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
    fn the_sum_tells_each_kind_of_end() {
        let sum = |copied, there_already, failed, left_out| Sum {
            copied,
            there_already,
            failed,
            left_out,
        };
        let all = "1 copied, 2 there already, 3 failed, 4 left out";
        assert_eq!(sum(1, 2, 3, 4).text(), all);
        let one = "1 file was done, which is not copied again";
        assert_eq!(sum(0, 1, 3, 0).so_far(), one);
        let two = "2 files were done, which are not copied again";
        assert_eq!(sum(1, 1, 3, 0).so_far(), two);
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
            (Failure::Untold("full".into()), Reach::All),
        ] {
            assert_eq!(Reach::of(&failure), reach, "{failure:?}");
            assert_eq!(Reach::of(&failure.advised("wait")), reach);
        }
    }
}
