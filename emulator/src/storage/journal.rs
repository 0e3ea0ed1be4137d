//! Lines that are only ever added.

use std::{
    collections::HashSet,
    fs,
    io::{self, Write},
    path::Path,
};

use super::{Shelf, remove};

/// A list of lines.
pub(crate) struct Journal(Option<fs::File>);

impl Journal {
    /// One that keeps nothing.
    pub(crate) fn nowhere() -> Journal {
        Journal(None)
    }

    /// Opens a file, and reads what is in it. A last line that is not whole is cut off: whoever was
    /// writing it was killed, and told nobody that it was written.
    pub(super) fn open(path: &Path) -> io::Result<(Journal, Vec<String>)> {
        let bytes = match fs::read(path) {
            Err(problem) if problem.kind() == io::ErrorKind::NotFound => Vec::new(),
            other => other?,
        };
        let end = bytes
            .iter()
            .rposition(|&byte| byte == b'\n')
            .map_or(0, |at| at + 1);
        let file = fs::OpenOptions::new()
            .append(true)
            .create(true)
            .open(path)?;
        if end < bytes.len() {
            file.set_len(end as u64)?;
        }
        let whole = String::from_utf8_lossy(&bytes[..end]);
        let lines = whole.lines().map(str::to_owned).collect();
        Ok((Journal(Some(file)), lines))
    }

    /// Adds a line.
    pub(crate) fn add(&mut self, line: &str) -> io::Result<()> {
        match &mut self.0 {
            // In one call, so that a line is torn by nothing but the end of the process.
            Some(file) => file.write_all(format!("{line}\n").as_bytes()),
            None => Ok(()),
        }
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
