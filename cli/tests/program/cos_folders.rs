//! What the tests of `yunmei cos cp --recursive` share.

use std::{collections::BTreeMap, fs, path::Path};

use crate::support::{Run, Stage};

/// Files by their paths, and what is in them.
pub(crate) type Files = BTreeMap<String, Vec<u8>>;

/// Files in folders in folders, with names that want care.
pub(crate) fn nested() -> Files {
    let large = (0..9_000_000_u32).map(|i| (i % 251) as u8).collect();
    Files::from([
        ("a.txt".into(), b"hello".to_vec()),
        ("empty".into(), Vec::new()),
        ("large.bin".into(), large),
        (
            "夏天/第 1 天/海边.jpg".into(),
            "海".repeat(1000).into_bytes(),
        ),
        ("夏天/第 1 天/a+b & c=d#e%20.txt".into(), b"odd".to_vec()),
        ("x/y/z/.hidden".into(), b"dot".to_vec()),
    ])
}

/// So many small files.
pub(crate) fn many(count: usize) -> Files {
    (0..count)
        .map(|number| (format!("{number:03}.txt"), number.to_string().into_bytes()))
        .collect()
}

impl Stage {
    /// Writes files into a folder.
    pub(crate) fn fill(&self, folder: &str, files: &Files) {
        for (path, content) in files {
            let path = self.path(folder).join(path);
            let parent = path.parent().expect("a folder");
            fs::create_dir_all(parent).expect("a folder");
            fs::write(path, content).expect("a file");
        }
    }

    /// The files of a folder and its folders; none of a folder that is not there.
    pub(crate) fn files(&self, folder: &str) -> Files {
        let mut files = Files::new();
        collect(&self.path(folder), "", &mut files);
        files
    }

    /// Copies with `--recursive`.
    pub(crate) fn copy(&self, arguments: &[&str]) -> Run {
        self.run(&[&["cos", "cp", "-r"], arguments].concat())
    }

    /// How many requests there were for an operation of COS.
    pub(crate) fn requests(&self, op: &str) -> usize {
        let log = self.emulator.log();
        let of_op = |entry: &&_| is_of(entry, op);
        log.iter().filter(of_op).count()
    }
}

fn is_of(entry: &yunmei_emulator::LogEntry, op: &str) -> bool {
    entry.op.as_deref() == Some(op)
}

fn collect(folder: &Path, within: &str, files: &mut Files) {
    for entry in fs::read_dir(folder).into_iter().flatten() {
        let entry = entry.expect("an entry");
        let name = entry.file_name().into_string().expect("UTF-8");
        let path = format!("{within}{name}");
        match entry.file_type().expect("a kind").is_dir() {
            true => collect(&entry.path(), &format!("{path}/"), files),
            false => {
                files.insert(path, fs::read(entry.path()).expect("a file"));
            }
        }
    }
}
