use std::{collections::BTreeMap, ops::Range};

use super::{Session, StoredSlice};

/// What of a content is still to be sent, in order.
#[derive(Clone, Debug)]
pub(super) struct Plan {
    session: Session,
    size: u64,
    next: u64,
    /// Lengths by offset.
    stored: BTreeMap<u64, u64>,
}

impl Plan {
    pub(super) fn new(session: Session, size: u64, stored: &[StoredSlice]) -> Plan {
        let stored = stored
            .iter()
            .map(|slice| (slice.offset, slice.length))
            .collect();
        Plan {
            session,
            size,
            next: 0,
            stored,
        }
    }

    pub(super) fn session(&self) -> &str {
        &self.session.id
    }

    /// The next slice that is not there whole; none when all are.
    pub(super) fn next_slice(&mut self) -> Option<Range<u64>> {
        while self.next < self.size {
            let end = self
                .next
                .saturating_add(self.session.slice_size)
                .min(self.size);
            let range = self.next..end;
            self.next = end;
            if self.stored.get(&range.start) != Some(&(range.end - range.start)) {
                return Some(range);
            }
        }
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn plan(slice_size: u64, stored: &[(u64, u64)]) -> Vec<Range<u64>> {
        let session = Session {
            id: "00".into(),
            slice_size,
            serial: false,
        };
        let stored: Vec<_> = stored
            .iter()
            .map(|&(offset, length)| StoredSlice { offset, length })
            .collect();
        let mut plan = Plan::new(session, 150, &stored);
        std::iter::from_fn(|| plan.next_slice()).collect()
    }

    #[test]
    fn slices_tile_the_content_and_what_is_there_whole_is_left_out() {
        assert_eq!(plan(64, &[]), [0..64, 64..128, 128..150]);
        assert_eq!(plan(64, &[(64, 64)]), [0..64, 128..150]);
        // A slice that is there in part is sent again.
        assert_eq!(plan(64, &[(0, 63), (128, 22), (64, 64)]), vec![0..64]);
        assert_eq!(plan(u64::MAX, &[]), vec![0..150]);
        assert!(plan(64, &[(0, 64), (64, 64), (128, 22)]).is_empty());
    }
}
