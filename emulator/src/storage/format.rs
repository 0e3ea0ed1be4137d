//! Whether a folder is one of ours: it is emptied in part, so nobody else's may be.

use std::{fs, io, path::Path};

use super::named;

const NAME: &str = "format";
const CONTENT: &[u8] = b"yunmei emulator 1\n";

/// Refuses a folder in which somebody else has something.
pub(super) fn check(folder: &Path) -> io::Result<()> {
    // First the names: whatever else an emulator that starts at the same time makes, it makes
    // behind the mark.
    let mut others = false;
    for entry in fs::read_dir(folder)? {
        let name = entry?.file_name();
        others |= name != NAME && name != "lock";
    }
    match is_marked(folder)? || !others {
        true => Ok(()),
        false => Err(io::Error::new(
            io::ErrorKind::DirectoryNotEmpty,
            "it is not empty, and not a data folder of this emulator",
        )),
    }
}

/// Marks the folder as ours.
pub(super) fn write(folder: &Path) -> io::Result<()> {
    match is_marked(folder)? {
        true => Ok(()),
        false => fs::write(folder.join(NAME), CONTENT),
    }
}

fn is_marked(folder: &Path) -> io::Result<bool> {
    let path = folder.join(NAME);
    match fs::read(&path) {
        Err(problem) if problem.kind() == io::ErrorKind::NotFound => Ok(false),
        other => other
            .map(|content| content == CONTENT)
            .map_err(|problem| named(&path, problem)),
    }
}
