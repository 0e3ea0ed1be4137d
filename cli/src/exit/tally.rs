use std::collections::HashSet;

use super::{Advice, Failure};
use crate::output::say;

/// Does something to one thing after the other.
pub(crate) async fn each<T>(
    things: &[T],
    mut work: impl AsyncFnMut(&T) -> Result<(), Failure>,
) -> Result<(), Failure> {
    each_batch(things, 1, async |batch| {
        let mut results = Vec::with_capacity(batch.len());
        for thing in batch {
            results.push(work(thing).await);
        }
        Ok(results)
    })
    .await
}

/// Does something to so many things at once; there is one result for each. What can be told of no
/// more of them is done to no more of them.
pub(crate) async fn each_batch<T, R>(
    things: &[T],
    size: usize,
    mut work: impl AsyncFnMut(&[T]) -> Result<R, Failure>,
) -> Result<(), Failure>
where
    R: IntoIterator<Item = Result<(), Failure>>,
{
    let mut tally = Tally::default();
    let mut rest = things.len();
    for batch in things.chunks(size) {
        rest -= batch.len();
        for result in work(batch).await? {
            // A lone failure is told at the end, like that of any command.
            if things.len() == 1 {
                return result;
            }
            tally.count(result)?;
        }
        if tally.is_untold {
            say_untried(rest);
            break;
        }
    }
    tally.sum_up()
}

fn say_untried(rest: usize) {
    match rest {
        0 => {}
        1 => say("yunmei: 1 more was not tried"),
        _ => say(format_args!("yunmei: {rest} more were not tried")),
    }
}

/// Sums up several things that were done one by one, and whose failures were reported.
#[derive(Default)]
pub(crate) struct Tally {
    done: usize,
    failed: usize,
    first: Option<Failure>,
    /// Whether standard output takes no more.
    is_untold: bool,
    advised: HashSet<String>,
}

impl Tally {
    /// Counts one result; reports a failure at once, but no advice twice. An interruption ends it
    /// all.
    pub(crate) fn count(&mut self, result: Result<(), Failure>) -> Result<(), Failure> {
        match result {
            Ok(()) => self.done += 1,
            Err(Failure::Interrupted) => return Err(Failure::Interrupted),
            // That is told once.
            Err(Failure::Untold(_)) if self.is_untold => self.failed += 1,
            Err(failure) => {
                let advice = failure.advice();
                failure.report_with(advice.filter(|advice| self.is_new(advice)).as_ref());
                self.failed += 1;
                match failure {
                    Failure::Untold(_) => {
                        self.is_untold = true;
                        self.first = Some(failure);
                    }
                    _ => drop(self.first.get_or_insert(failure)),
                }
            }
        }
        Ok(())
    }

    /// How many were done, and how many failed.
    pub(crate) fn counts(&self) -> (usize, usize) {
        (self.done, self.failed)
    }

    pub(crate) fn sum_up(self) -> Result<(), Failure> {
        match self.first {
            None => Ok(()),
            Some(first) if self.done == 0 || self.is_untold => Err(Failure::All(Box::new(first))),
            Some(_) => Err(Failure::Partly {
                done: self.done,
                failed: self.failed,
            }),
        }
    }

    fn is_new(&mut self, advice: &Advice) -> bool {
        self.advised.insert(advice.text().to_owned())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn several_failures_are_partly_done_only_if_something_was_done() {
        let failure = || Failure::File("x".into());
        let mut none = Tally::default();
        none.count(Err(failure())).expect("counted");
        assert_eq!(none.sum_up().expect_err("failed").status(), 6);
        let mut some = Tally::default();
        some.count(Ok(())).expect("counted");
        some.count(Err(failure())).expect("counted");
        assert_eq!(some.sum_up().expect_err("failed").status(), 7);
        let mut all = Tally::default();
        all.count(Ok(())).expect("counted");
        assert!(all.sum_up().is_ok());
    }

    #[test]
    fn standard_output_that_takes_no_more_is_what_it_ends_with() {
        let mut tally = Tally::default();
        let untold = Err(Failure::Untold("standard output: full".into()));
        for result in [Ok(()), Err(Failure::Missing("x".into())), untold] {
            tally.count(result).expect("counted");
        }
        assert_eq!(tally.sum_up().expect_err("failed").status(), 6);
    }

    #[test]
    fn an_interruption_is_not_counted_but_ends_it_all() {
        let result = Tally::default().count(Err(Failure::Interrupted));
        assert_eq!(result.expect_err("interrupted").status(), 130);
    }
}
