use std::ops::Range;

use crate::error::InputError;

/// The smallest part, in bytes: 20 MiB. All others are multiples of it.
pub const PART_SIZE: u64 = 20 * 1024 * 1024;

/// How many parts one upload has at most.
pub const PART_LIMIT: u64 = 10_000;

/// How large the parts of a content of `size` bytes are: as asked for, or larger where there would be
/// too many.
pub(in crate::vcloud) fn part_size(asked: u64, size: u64) -> Result<u64, InputError> {
    if asked == 0 || !asked.is_multiple_of(PART_SIZE) {
        return Err(InputError::PartSize { asked });
    }
    let needed = (size / (PART_LIMIT + 1) + 1).div_ceil(PART_SIZE) * PART_SIZE;
    Ok(asked.max(needed))
}

/// How many parts there are: what is left over goes to the last one, which may be almost twice as long
/// as the others.
pub(super) fn count(size: u64, part_size: u64) -> u64 {
    (size / part_size).max(1)
}

/// Which bytes part `at` has, counted from 0.
pub(super) fn range(at: u64, size: u64, part_size: u64) -> Range<u64> {
    let start = at * part_size;
    match at + 1 < count(size, part_size) {
        true => start..start + part_size,
        false => start..size,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_left_over_goes_to_the_last_part() {
        let parts = |size: u64| -> Vec<_> {
            let count = count(size, PART_SIZE);
            (0..count).map(|at| range(at, size, PART_SIZE)).collect()
        };
        assert_eq!(parts(PART_SIZE), vec![0..PART_SIZE]);
        assert_eq!(parts(2 * PART_SIZE - 1), vec![0..2 * PART_SIZE - 1]);
        assert_eq!(
            parts(3 * PART_SIZE - 1),
            [0..PART_SIZE, PART_SIZE..3 * PART_SIZE - 1]
        );
        assert_eq!(parts(7), vec![0..7]);
    }

    #[test]
    fn parts_grow_where_there_would_be_too_many() {
        for size in [
            1,
            PART_SIZE * PART_LIMIT,
            PART_SIZE * (PART_LIMIT + 1) - 1,
            PART_SIZE * (PART_LIMIT + 1),
            PART_SIZE * PART_LIMIT * 7 + 5,
            1 << 50,
        ] {
            let part = part_size(PART_SIZE, size).expect("a size");
            assert_eq!(part % PART_SIZE, 0);
            assert!(count(size, part) <= PART_LIMIT, "{size}");
        }
        assert_eq!(
            part_size(PART_SIZE, PART_SIZE * (PART_LIMIT + 1) - 1),
            Ok(PART_SIZE)
        );
        assert_eq!(part_size(3 * PART_SIZE, 7), Ok(3 * PART_SIZE));
        for asked in [0, 1, PART_SIZE - 1, PART_SIZE + 1] {
            assert_eq!(part_size(asked, 7), Err(InputError::PartSize { asked }));
        }
    }
}
