use std::collections::HashSet;

use super::{Advice, Failure};

/// Does something to one thing after the other.
pub(crate) async fn each<T>(
    things: &[T],
    mut work: impl AsyncFnMut(&T) -> Result<(), Failure>,
) -> Result<(), Failure> {
    // A lone failure is told at the end, like that of any command.
    if let [thing] = things {
        return work(thing).await;
    }
    let mut tally = Tally::default();
    for (at, thing) in things.iter().enumerate() {
        match work(thing).await {
            Err(untold @ Failure::Untold(_)) => return Err(stop(untold, things.len() - at - 1)),
            result => tally.count(result)?,
        }
    }
    tally.sum_up()
}

/// What can be told of no more of them is done to no more of them.
fn stop(untold: Failure, rest: usize) -> Failure {
    match rest {
        0 => untold,
        1 => untold.advised("1 more was not tried".to_owned()),
        _ => untold.advised(format!("{rest} more were not tried")),
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

    /// Whether nothing more can be told: then nothing more is done.
    pub(crate) fn is_untold(&self) -> bool {
        self.is_untold
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
