//! Which domain serves a poster (section 9).

use proptest::prelude::*;
use yunmei_core::{
    Nonce, Timestamp,
    vcloud::vod::poster::{DomainWeights, WeightTable},
};

use crate::tries;

fn pairs() -> impl Strategy<Value = Vec<(String, u64)>> {
    let weight = prop_oneof![2 => Just(0), 3 => 0..10_u64, 1 => any::<u64>(), 1 => Just(u64::MAX)];
    proptest::collection::vec(("[a-d]\\.example", weight), 0..6)
}

/// How much of the weight this domain has.
fn weight(pairs: &[(String, u64)], domain: &str) -> u64 {
    let weights = pairs.iter().filter(|(known, _)| known == domain);
    weights.fold(0, |sum, (_, weight)| sum.saturating_add(*weight))
}

proptest! {
    #![proptest_config(tries(512))]

    #[test]
    fn a_domain_without_weight_is_never_drawn(
        pairs in pairs(),
        nonce in any::<[u8; 32]>(),
        draws in any::<[u64; 2]>(),
    ) {
        let weights = DomainWeights::new(pairs.clone()).expect("domains");
        let drawn = weights.draw(&Nonce::from_bytes(nonce));
        let is_empty = pairs.iter().all(|(_, weight)| *weight == 0);
        prop_assert_eq!(weights.is_empty(), is_empty);
        prop_assert_eq!(drawn.is_none(), is_empty);
        for domains in drawn.into_iter().chain(weights.pick(draws)) {
            prop_assert!(weight(&pairs, domains.main) > 0);
            prop_assert!(weight(&pairs, domains.backup) > 0);
        }
        // Where there is another one, that is the backup.
        if let Some(domains) = drawn {
            let mut drawable = pairs.iter().filter(|(_, weight)| *weight > 0);
            let is_alone = drawable.all(|(domain, _)| domain == domains.main);
            prop_assert_eq!(domains.main == domains.backup, is_alone);
        }
    }

    #[test]
    fn each_domain_gets_as_many_draws_as_its_weight(
        weights in proptest::collection::vec(0..20_u64, 1..5),
    ) {
        let names = ["a", "b", "c", "d"];
        let pairs: Vec<_> = names.into_iter().zip(weights.iter().copied()).collect();
        let made = DomainWeights::new(pairs.clone()).expect("domains");
        let sum: u64 = weights.iter().sum();
        let mains: Vec<&str> = (1..=sum)
            .filter_map(|draw| made.pick([draw, 1]).map(|domains| domains.main))
            .collect();
        prop_assert_eq!(mains.len() as u64, sum);
        for (name, weight) in pairs {
            let count = mains.iter().filter(|main| **main == name).count();
            prop_assert_eq!(count as u64, weight);
        }
        prop_assert_eq!(made.pick([sum + 1, 1]), None);
    }

    #[test]
    fn a_table_always_has_what_can_be_drawn_once_it_had(
        fallback in pairs(),
        answers in proptest::collection::vec((proptest::option::of(pairs()), 0..30_u64), 0..6),
    ) {
        let weights = |pairs: &Vec<_>| DomainWeights::new(pairs.clone()).expect("domains");
        let mut table = WeightTable::new(weights(&fallback));
        let (mut now, mut had) = (1_000, !table.weights().is_empty());
        prop_assert!(table.is_due(Timestamp::from_seconds(now)));
        for (answer, pause) in answers {
            now += pause;
            table.record(answer.as_ref().map(&weights), Timestamp::from_seconds(now));
            had |= !table.weights().is_empty();
            prop_assert_eq!(table.weights().is_empty(), !had);
            prop_assert!(!table.is_due(Timestamp::from_seconds(now + 9)));
            prop_assert!(table.is_due(Timestamp::from_seconds(now + 10)));
        }
    }
}
