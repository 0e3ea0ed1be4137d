//! Lines that are only ever added.

use std::{
    collections::HashSet,
    fs,
    io::{self, Write},
    path::{Path, PathBuf},
};

use super::{Shelf, remove};

/// A list of lines.
pub(crate) struct Journal(Option<Tail>);

/// The end of a file.
struct Tail {
    file: Box<dyn Append>,
    /// Of the lines that are whole, in bytes.
    length: u64,
    /// Whether there is a torn line behind them.
    torn: bool,
}

/// A file that is only ever written at its end.
pub(crate) trait Append: Send {
    /// Adds bytes; after a failure, some of them may be there.
    fn append(&mut self, bytes: &[u8]) -> io::Result<()>;

    /// Cuts off what is behind `length`.
    fn cut(&mut self, length: u64) -> io::Result<()>;
}

/// A file that is open only while it is written: there may be more journals than a process may have
/// open files. One that was deleted is not made again.
struct AtPath(PathBuf);

impl Append for AtPath {
    fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
        let mut file = fs::OpenOptions::new().append(true).open(&self.0)?;
        file.write_all(bytes)
    }

    fn cut(&mut self, length: u64) -> io::Result<()> {
        fs::OpenOptions::new()
            .write(true)
            .open(&self.0)?
            .set_len(length)
    }
}

impl Journal {
    /// One that keeps nothing.
    pub(crate) fn nowhere() -> Journal {
        Journal(None)
    }

    /// Makes a file, or reads what is in it. A last line that is not whole is cut off: whoever was
    /// writing it was killed, and told nobody that it was written.
    pub(super) fn open(path: &Path) -> io::Result<(Journal, Vec<String>)> {
        let mut file = AtPath(path.to_owned());
        let bytes = match fs::read(path) {
            Err(problem) if problem.kind() == io::ErrorKind::NotFound => {
                fs::File::create_new(path)?;
                Vec::new()
            }
            other => other?,
        };
        let end = bytes
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |at| at + 1);
        if end < bytes.len() {
            file.cut(end as u64)?;
        }
        let whole = String::from_utf8_lossy(&bytes[..end]);
        let lines = whole.lines().map(str::to_owned).collect();
        Ok((Journal::behind(Box::new(file), end as u64), lines))
    }

    fn behind(file: Box<dyn Append>, length: u64) -> Journal {
        Journal(Some(Tail {
            file,
            length,
            torn: false,
        }))
    }

    /// One that is written to `file`, which is empty.
    #[cfg(test)]
    pub(crate) fn to(file: impl Append + 'static) -> Journal {
        Journal::behind(Box::new(file), 0)
    }

    /// Adds a line. If that fails, nothing was added.
    pub(crate) fn add(&mut self, line: &str) -> io::Result<()> {
        match &mut self.0 {
            Some(tail) => tail.add(&format!("{line}\n")),
            None => Ok(()),
        }
    }
}

impl Tail {
    fn add(&mut self, line: &str) -> io::Result<()> {
        self.mend()?;
        if let Err(problem) = self.file.append(line.as_bytes()) {
            // The disk is full, perhaps in the middle of the line.
            self.torn = true;
            // If that fails too, the next line tries again before it is written.
            let _ = self.mend();
            return Err(problem);
        }
        self.length += line.len() as u64;
        Ok(())
    }

    /// Cuts off what a failed write left: the next line must not be added to it.
    fn mend(&mut self) -> io::Result<()> {
        if self.torn {
            self.file.cut(self.length)?;
            self.torn = false;
        }
        Ok(())
    }
}

/// Journals by name.
pub(crate) struct Journals(Option<Shelf>);

impl Journals {
    pub(super) fn new(shelf: Option<Shelf>) -> Journals {
        Journals(shelf)
    }

    /// Opens one; `name` is one of ours, safe as a file name.
    pub(crate) fn open(&self, name: &str) -> io::Result<(Journal, Vec<String>)> {
        match &self.0 {
            Some(shelf) => Journal::open(&shelf.kept.join(name)),
            None => Ok((Journal::nowhere(), Vec::new())),
        }
    }

    /// Deletes one.
    pub(crate) fn remove(&self, name: &str) -> io::Result<()> {
        match &self.0 {
            Some(shelf) => remove(&shelf.kept.join(name)),
            None => Ok(()),
        }
    }

    /// Deletes all but these.
    pub(crate) fn sweep(&self, known: &HashSet<String>) -> io::Result<()> {
        let Some(shelf) = &self.0 else {
            return Ok(());
        };
        for name in shelf.names()? {
            if !known.contains(&name) {
                remove(&shelf.kept.join(name))?;
            }
        }
        Ok(())
    }
}

/// A file on a disk with little room.
#[cfg(test)]
pub(crate) mod tight {
    use std::sync::{Arc, Mutex, MutexGuard};

    use super::*;

    #[derive(Clone, Default)]
    pub(crate) struct Tight(Arc<Mutex<Disk>>);

    #[derive(Default)]
    pub(crate) struct Disk {
        pub(crate) bytes: Vec<u8>,
        pub(crate) room: usize,
        /// Nothing can be cut off either.
        pub(crate) stuck: bool,
    }

    impl Tight {
        pub(crate) fn with_room(room: usize) -> Tight {
            let tight = Tight::default();
            tight.disk().room = room;
            tight
        }

        pub(crate) fn disk(&self) -> MutexGuard<'_, Disk> {
            self.0.lock().expect("no test panicked with it")
        }

        pub(crate) fn text(&self) -> String {
            String::from_utf8(self.disk().bytes.clone()).expect("text")
        }
    }

    impl Append for Tight {
        fn append(&mut self, bytes: &[u8]) -> io::Result<()> {
            let mut disk = self.disk();
            let length = bytes.len().min(disk.room);
            disk.room -= length;
            disk.bytes.extend_from_slice(&bytes[..length]);
            match length == bytes.len() {
                true => Ok(()),
                false => Err(io::ErrorKind::StorageFull.into()),
            }
        }

        fn cut(&mut self, length: u64) -> io::Result<()> {
            let mut disk = self.disk();
            if disk.stuck {
                return Err(io::ErrorKind::PermissionDenied.into());
            }
            disk.bytes.truncate(usize::try_from(length).expect("small"));
            Ok(())
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{tight::Tight, *};

    #[test]
    fn a_line_that_found_no_room_leaves_nothing_for_the_next_one_to_be_added_to() {
        let file = Tight::with_room(10);
        let mut journal = Journal::to(file.clone());
        journal.add("first").expect("room");
        let problem = journal.add("second").expect_err("no room");
        assert_eq!(problem.kind(), io::ErrorKind::StorageFull);
        assert_eq!(file.text(), "first\n");
        file.disk().room = 100;
        journal.add("third").expect("room");
        assert_eq!(file.text(), "first\nthird\n");
    }

    #[test]
    fn nothing_is_added_while_a_torn_line_cannot_be_cut_off() {
        let file = Tight::with_room(3);
        let mut journal = Journal::to(file.clone());
        file.disk().stuck = true;
        journal.add("first").expect_err("no room");
        file.disk().room = 100;
        let problem = journal.add("second").expect_err("it is torn");
        assert_eq!(problem.kind(), io::ErrorKind::PermissionDenied);
        assert_eq!(file.text(), "fir");
        file.disk().stuck = false;
        journal.add("third").expect("room");
        assert_eq!(file.text(), "third\n");
    }

    #[test]
    fn lines_are_read_again_and_a_torn_one_is_not() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal");
        let (mut journal, lines) = Journal::open(&path).expect("a journal");
        assert!(lines.is_empty());
        journal.add("first").expect("room");
        fs::write(&path, "first\nsec").expect("a torn line");
        let (mut journal, lines) = Journal::open(&path).expect("a journal");
        assert_eq!(lines, ["first"]);
        journal.add("third").expect("room");
        assert_eq!(fs::read_to_string(&path).expect("text"), "first\nthird\n");
    }

    #[test]
    fn a_journal_that_was_removed_is_not_made_again() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal");
        let (mut journal, _) = Journal::open(&path).expect("a journal");
        fs::remove_file(&path).expect("removed");
        let problem = journal.add("late").expect_err("it is gone");
        assert_eq!(problem.kind(), io::ErrorKind::NotFound);
        assert!(!path.exists());
    }

    #[cfg(target_os = "linux")]
    #[test]
    fn a_journal_keeps_no_file_open() {
        let folder = tempfile::tempdir().expect("a folder");
        let path = folder.path().join("journal");
        let (mut journal, _) = Journal::open(&path).expect("a journal");
        journal.add("first").expect("room");
        let open = fs::read_dir("/proc/self/fd")
            .expect("the open files")
            .filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
            .filter(|target| target.starts_with(folder.path()))
            .count();
        assert_eq!(open, 0);
    }
}
