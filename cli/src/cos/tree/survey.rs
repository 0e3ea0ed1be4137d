use std::{collections::HashMap, ffi::OsStr, path::Path};

use super::walk::{Found, holds, walk};
use crate::{exit::Failure, output::shown};

/// How many files there are in these files and folders.
///
/// Refuses two that would end at the same place, one over the other. What is held for that are the
/// names of the files: those in folders are looked for in the other folders.
pub(super) fn survey(sources: &[&Path]) -> Result<usize, Failure> {
    let (folders, files): (Vec<&Path>, Vec<&Path>) =
        sources.iter().copied().partition(|source| source.is_dir());
    let named: HashMap<&OsStr, &Path> = files
        .iter()
        .filter_map(|file| Some((file.file_name()?, *file)))
        .collect();
    let mut count = files.len();
    for (at, folder) in folders.iter().enumerate() {
        for found in walk(folder) {
            let Found::File(file) = found else { continue };
            count += 1;
            if let Some(other) = named.get(file.as_os_str()) {
                return Err(same_place(&folder.join(&file), other));
            }
            let mut others = folders[at + 1..].iter();
            if let Some(other) = others.find(|other| holds(other, &file)) {
                return Err(same_place(&folder.join(&file), &other.join(&file)));
            }
        }
    }
    Ok(count)
}

fn same_place(one: &Path, other: &Path) -> Failure {
    let (one, other) = (one.display(), other.display());
    Failure::Usage(shown(&format!(
        "{one} and {other} would end at the same place"
    )))
}

#[cfg(test)]
mod tests {
    use std::fs;

    #[test]
    fn two_files_for_one_place_are_found_wherever_they_come_from() {
        let stage = tempfile::tempdir().expect("a folder");
        let path = |name: &str| stage.path().join(name);
        for folder in ["one/in", "two/in", "three"] {
            fs::create_dir_all(path(folder)).expect("a folder");
        }
        for file in ["one/in/a", "two/in/a", "three/b", "b", "c", "one/c2", "in"] {
            fs::write(path(file), "").expect("a file");
        }
        let survey = |names: &[&str]| {
            let paths: Vec<_> = names.iter().map(|name| path(name)).collect();
            super::survey(&paths.iter().map(AsRef::as_ref).collect::<Vec<_>>())
        };
        assert_eq!(survey(&["one", "three", "c"]).ok(), Some(4));
        assert_eq!(survey(&["one/in", "in"]).ok(), Some(2));
        for bad in [&["one", "two"][..], &["three", "b"], &["b", "three"]] {
            assert!(survey(bad).is_err(), "{bad:?}");
        }
    }
}
