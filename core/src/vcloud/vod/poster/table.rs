use std::time::Duration;

use super::DomainWeights;
use crate::Timestamp;

/// How old weights may be (section 9).
pub const REFRESH_AFTER: Duration = Duration::from_secs(10);

/// The weights of one space as they are known now, and when to ask again. The asking, and the waiting,
/// are the caller's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct WeightTable {
    fallback: DomainWeights,
    known: DomainWeights,
    asked: Option<Timestamp>,
}

impl WeightTable {
    /// Nothing is known yet; until then, and whenever the service does not say, `fallback` serves. It may
    /// be empty.
    pub fn new(fallback: DomainWeights) -> WeightTable {
        WeightTable {
            known: fallback.clone(),
            fallback,
            asked: None,
        }
    }

    /// Whether to ask: on the first use, and then whenever the last answer is 10 seconds old. Also if the
    /// clock was set back.
    pub fn is_due(&self, now: Timestamp) -> bool {
        match self.asked {
            None => true,
            Some(asked) if now < asked => true,
            Some(asked) => asked
                .checked_add(REFRESH_AFTER)
                .is_some_and(|due| now >= due),
        }
    }

    /// Takes what was answered at `now`; `None` if there was no answer, or a refusal.
    ///
    /// Without a domain that can be drawn, the fallback takes the place of what was known. Where that has
    /// none either, what was known stays.
    pub fn record(&mut self, answer: Option<DomainWeights>, now: Timestamp) {
        self.asked = Some(now);
        let answer = answer.filter(|weights| !weights.is_empty());
        match answer {
            Some(weights) => self.known = weights,
            None if self.fallback.is_empty() => {}
            None => self.known = self.fallback.clone(),
        }
    }

    /// What to draw from now.
    pub fn weights(&self) -> &DomainWeights {
        &self.known
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(seconds: u64) -> Timestamp {
        Timestamp::from_seconds(seconds)
    }

    fn weights(domain: &str) -> DomainWeights {
        DomainWeights::new([(domain, 1)]).expect("a domain")
    }

    #[test]
    fn it_is_asked_for_first_and_then_every_ten_seconds_whatever_came() {
        let mut table = WeightTable::new(DomainWeights::default());
        assert!(table.is_due(at(100)));
        for (answer, now) in [(Some(weights("a")), 100), (None, 110)] {
            table.record(answer, at(now));
            assert!(!table.is_due(at(now)) && !table.is_due(at(now + 9)));
            assert!(table.is_due(at(now + 10)) && table.is_due(at(now - 1)));
        }
        table.record(None, at(u64::MAX));
        assert!(!table.is_due(at(u64::MAX)));
    }

    #[test]
    fn the_fallback_serves_whenever_the_service_does_not_say() {
        let mut table = WeightTable::new(weights("fallback"));
        assert_eq!(table.weights(), &weights("fallback"));
        table.record(Some(weights("a")), at(1));
        assert_eq!(table.weights(), &weights("a"));
        for silence in [
            None,
            Some(DomainWeights::default()),
            DomainWeights::new([("zero", 0)]).ok(),
        ] {
            table.record(Some(weights("a")), at(1));
            table.record(silence, at(2));
            assert_eq!(table.weights(), &weights("fallback"));
        }
    }

    #[test]
    fn without_a_fallback_what_was_known_stays() {
        let mut table = WeightTable::new(DomainWeights::default());
        table.record(Some(weights("a")), at(1));
        table.record(None, at(2));
        assert_eq!(table.weights(), &weights("a"));
    }
}
