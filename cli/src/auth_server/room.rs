//! Open files, of which each connection is one.

use std::{fmt, num::NonZeroU32};

use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};

/// Files beside the connections: standard streams, the audit, what the runtime needs.
const OTHERS: u32 = 64;

/// There is room for fewer connections than wanted.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Less {
    /// For so many, one at least.
    pub(super) connections: NonZeroU32,
    wanted: NonZeroU32,
    /// How many open files the system allows.
    files: u64,
}

/// Raises this program's limit of open files to what so many connections need.
///
/// # Errors
///
/// [`Less`], if the system does not allow as many.
pub(super) fn make(wanted: NonZeroU32) -> Result<(), Less> {
    let limit = getrlimit(Resource::Nofile);
    let needed = needed(wanted);
    let possible = limit.maximum.map_or(needed, |maximum| maximum.min(needed));
    let mut files = limit.current;
    if files.is_some_and(|files| files < possible) {
        let current = Some(possible);
        // Some systems have limits beside the one that they tell: then it stays as it is.
        if setrlimit(Resource::Nofile, Rlimit { current, ..limit }).is_ok() {
            files = current;
        }
    }
    check(wanted, files)
}

fn needed(connections: NonZeroU32) -> u64 {
    u64::from(connections.get()) + u64::from(OTHERS)
}

/// Whether so many fit; `None` is as many files as it likes.
fn check(wanted: NonZeroU32, files: Option<u64>) -> Result<(), Less> {
    match files {
        Some(files) if files < needed(wanted) => {
            let room = u32::try_from(files.saturating_sub(u64::from(OTHERS)));
            let connections = room.ok().and_then(NonZeroU32::new);
            Err(Less {
                connections: connections.unwrap_or(NonZeroU32::MIN),
                wanted,
                files,
            })
        }
        _ => Ok(()),
    }
}

impl fmt::Display for Less {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "the system allows {} open files: {} connections are served at once, not {}; for those, \
             allow {} (ulimit -n, or LimitNOFILE of systemd), or ask for fewer with --connections",
            self.files,
            self.connections,
            self.wanted,
            needed(self.wanted)
        )
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn where_files_are_few_so_are_connections_and_never_none() {
        let wanted = NonZeroU32::new(12_000).expect("not zero");
        assert_eq!(check(wanted, None), Ok(()));
        assert_eq!(check(wanted, Some(12_064)), Ok(()));
        for (files, connections) in [(12_063, 11_999), (256, 192), (65, 1), (64, 1), (3, 1)] {
            let less = check(wanted, Some(files)).expect_err("too few");
            assert_eq!(less.connections.get(), connections, "{files}");
            assert!(less.to_string().contains(" 12064 "), "{less}");
        }
    }
}
