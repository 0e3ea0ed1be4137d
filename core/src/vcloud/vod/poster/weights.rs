use std::fmt;

use serde::{Deserialize, Deserializer, de};

use crate::{Endpoint, Nonce, error::InputError, loose};

/// Domains, and how often each is to be drawn, in the order of the service.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct DomainWeights(Vec<(String, u64)>);

/// The domains that were drawn.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Domains<'a> {
    /// To be asked first.
    pub main: &'a str,
    /// To be asked if that one fails; the same where there is no other.
    pub backup: &'a str,
}

impl DomainWeights {
    /// These domains.
    ///
    /// # Errors
    ///
    /// [`InputError::Endpoint`] if one is none.
    pub fn new<T: Into<String>>(
        pairs: impl IntoIterator<Item = (T, u64)>,
    ) -> Result<DomainWeights, InputError> {
        let pairs = pairs.into_iter().map(|(domain, weight)| {
            let domain = domain.into();
            match is_domain(&domain) {
                true => Ok((domain, weight)),
                false => Err(InputError::Endpoint),
            }
        });
        pairs.collect::<Result<_, _>>().map(DomainWeights)
    }

    /// Domains and weights, in order.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (&str, u64)> {
        self.0.iter().map(|(domain, weight)| (&**domain, *weight))
    }

    /// Whether there is none that can be drawn.
    pub fn is_empty(&self) -> bool {
        self.0.iter().all(|(_, weight)| *weight == 0)
    }

    /// Draws a main domain, and another one beside it; `None` if there is none that can be drawn.
    pub fn draw(&self, nonce: &Nonce) -> Option<Domains<'_>> {
        self.drawn(nonce.two_words("domains"))
    }

    /// What [`DomainWeights::draw`] draws with these numbers, each of which stands for a fraction of
    /// 2⁶⁴.
    fn drawn(&self, [first, second]: [u64; 2]) -> Option<Domains<'_>> {
        let within = |total: u128, number| ((total * u128::from(number)) >> 64) as u64 + 1;
        let main = self.at(within(self.total(None), first), None)?;
        let backup = self.at(within(self.total(Some(main)), second), Some(main));
        Some(Domains {
            main,
            backup: backup.unwrap_or(main),
        })
    }

    /// The domains that these draws stand for: the first from 1 to the sum of all weights, the second
    /// to that of the weights without the main domain's.
    ///
    /// Walks the domains in order and takes each weight off; the one at which nothing is left is it.
    /// `None` where there is none that can be drawn, or the first draw lies beyond all.
    pub fn pick(&self, [first, second]: [u64; 2]) -> Option<Domains<'_>> {
        let main = self.at(first, None)?;
        let backup = self.at(second, Some(main));
        Some(Domains {
            main,
            backup: backup.unwrap_or(main),
        })
    }

    fn at(&self, draw: u64, without: Option<&str>) -> Option<&str> {
        let mut left = u128::from(draw);
        for (domain, weight) in self.drawable(without) {
            match left.checked_sub(u128::from(weight)) {
                None | Some(0) => return Some(domain),
                Some(rest) => left = rest,
            }
        }
        None
    }

    fn total(&self, without: Option<&str>) -> u128 {
        let weights = self.drawable(without).map(|(_, weight)| u128::from(weight));
        // The product with 64 bits must fit.
        weights.sum::<u128>().min(u128::from(u64::MAX))
    }

    fn drawable(&self, without: Option<&str>) -> impl Iterator<Item = (&str, u64)> {
        let is_drawn =
            move |(domain, weight): &(&str, u64)| *weight > 0 && Some(*domain) != without;
        self.iter().filter(is_drawn)
    }
}

/// Whether it can stand in an address as its host, and as nothing else.
fn is_domain(text: &str) -> bool {
    Endpoint::parse(&format!("https://{text}")).is_ok_and(|endpoint| endpoint.authority() == text)
}

/// As the service writes it: an object whose order matters. What is no domain is left out, and a weight
/// below zero counts as none: neither can be drawn.
impl<'de> Deserialize<'de> for DomainWeights {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<DomainWeights, D::Error> {
        deserializer.deserialize_map(PairsVisitor)
    }
}

struct PairsVisitor;

#[derive(Deserialize)]
struct Weight(#[serde(deserialize_with = "loose::number")] i64);

impl<'de> de::Visitor<'de> for PairsVisitor {
    type Value = DomainWeights;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("an object of domains and weights")
    }

    fn visit_map<A: de::MapAccess<'de>>(self, mut map: A) -> Result<DomainWeights, A::Error> {
        let mut pairs = Vec::new();
        while let Some((domain, Weight(weight))) = map.next_entry::<String, Weight>()? {
            if is_domain(&domain) {
                pairs.push((domain, u64::try_from(weight).unwrap_or(0)));
            }
        }
        Ok(DomainWeights(pairs))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn weights(pairs: &[(&str, u64)]) -> DomainWeights {
        DomainWeights::new(pairs.iter().copied()).expect("domains")
    }

    #[test]
    fn each_domain_is_drawn_as_often_as_its_weight_says() {
        let weights = weights(&[("a", 10), ("zero", 0), ("b", 5), ("c", 1)]);
        let mut counts = [0; 3];
        for draw in 1..=16 {
            let main = weights.pick([draw, 1]).expect("a domain").main;
            counts[["a", "b", "c"]
                .iter()
                .position(|name| *name == main)
                .expect("drawable")] += 1;
        }
        assert_eq!(counts, [10, 5, 1]);
        assert_eq!(weights.pick([17, 1]), None);
    }

    #[test]
    fn the_backup_is_another_domain_where_there_is_one() {
        let (main, backup) = ("only", "only");
        assert_eq!(
            weights(&[("only", 7)]).pick([7, 7]),
            Some(Domains { main, backup })
        );
        let two = weights(&[("only", 7), ("zero", 0)]);
        assert_eq!(
            two.draw(&Nonce::from_bytes([3; 32])),
            Some(Domains { main, backup })
        );
        assert_eq!(
            weights(&[("zero", 0)]).draw(&Nonce::from_bytes([3; 32])),
            None
        );
        assert_eq!(DomainWeights::default().pick([1, 1]), None);
    }

    #[test]
    fn a_nonce_draws_evenly_and_never_beyond_the_ends() {
        let weights = weights(&[("a", 1), ("b", u64::MAX), ("c", u64::MAX)]);
        for edge in [0, 1, u64::MAX / 2, u64::MAX] {
            assert!(weights.drawn([edge, u64::MAX - edge]).is_some());
        }
        let even = self::weights(&[("a", 3), ("b", 1)]);
        let mains = (0..=255).filter_map(|byte| even.draw(&Nonce::from_bytes([byte; 32])));
        let of_a = mains.filter(|domains| domains.main == "a").count();
        assert!((160..=224).contains(&of_a), "{of_a}");
        for byte in 0..=255 {
            let domains = even.draw(&Nonce::from_bytes([byte; 32])).expect("domains");
            assert_ne!(domains.main, domains.backup);
        }
    }

    #[test]
    fn what_would_change_the_address_is_no_domain() {
        for bad in ["", "a/b", "a b", "user@a", "a?b", "http://a"] {
            assert_eq!(
                DomainWeights::new([(bad, 1)]),
                Err(InputError::Endpoint),
                "{bad:?}"
            );
        }
    }
}
