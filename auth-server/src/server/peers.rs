//! How many connections each address has, so that none takes all places.

use std::{
    collections::HashMap,
    net::IpAddr,
    num::NonZeroU32,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
};

/// What counts as one address: of IPv6 the network of 64 bits, of which one household has all
/// addresses.
pub(super) fn network(address: IpAddr) -> u64 {
    match address.to_canonical() {
        IpAddr::V4(address) => u64::from(address.to_bits()),
        IpAddr::V6(address) => (address.to_bits() >> 64) as u64,
    }
}

/// The connections of each address. Knows only those who have some.
pub(super) struct Peers {
    most: u32,
    counts: Mutex<HashMap<u64, u32>>,
}

/// A connection that is counted, until it is dropped.
pub(super) struct Counted {
    peers: Arc<Peers>,
    network: u64,
}

impl Peers {
    /// So many for each address.
    pub(super) fn at_most(most: NonZeroU32) -> Arc<Peers> {
        Arc::new(Peers {
            most: most.get(),
            counts: Mutex::default(),
        })
    }

    /// Counts a connection; `None` if it is one too many.
    pub(super) fn count(self: &Arc<Peers>, address: IpAddr) -> Option<Counted> {
        let network = network(address);
        let mut counts = self.lock();
        let count = counts.entry(network).or_default();
        if *count >= self.most {
            return None;
        }
        *count += 1;
        drop(counts);
        Some(Counted {
            peers: Arc::clone(self),
            network,
        })
    }

    fn lock(&self) -> MutexGuard<'_, HashMap<u64, u32>> {
        self.counts.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Counted {
    fn drop(&mut self) {
        let mut counts = self.peers.lock();
        if let Some(count) = counts.get_mut(&self.network) {
            *count -= 1;
            if *count == 0 {
                counts.remove(&self.network);
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_address_has_so_many_and_room_again_when_one_ends() {
        let peers = Peers::at_most(NonZeroU32::new(2).expect("not zero"));
        let count = |text: &str| peers.count(text.parse().expect("an address"));
        let held = [count("192.0.2.1"), count("::ffff:192.0.2.1")];
        assert!(held.iter().all(Option::is_some));
        assert!(count("192.0.2.1").is_none());
        assert!(count("192.0.2.2").is_some());
        drop(held);
        assert!(count("192.0.2.1").is_some());
        assert!(peers.lock().is_empty(), "nobody is remembered");
    }

    #[test]
    fn a_network_of_ipv6_counts_as_one_address() {
        let peers = Peers::at_most(NonZeroU32::MIN);
        let count = |text: &str| peers.count(text.parse().expect("an address"));
        let held = count("2001:db8::1");
        assert!(held.is_some() && count("2001:db8::ffff:0:0:2").is_none());
        assert!(count("2001:db8:0:1::1").is_some());
    }
}
