//! What a listing of one level shows.

use std::{ops::Bound, sync::Arc};

use super::{File, Held, OpenUpload};

/// An entry of a listing, with its name within the folder.
pub(in crate::cos) enum Child {
    File(String, Arc<File>),
    /// A file of which not everything is there.
    Upload(String, Arc<OpenUpload>),
    /// Created, or implied by the names of files; the name ends with a slash.
    Folder {
        name: String,
        created: u64,
        modified: u64,
    },
}

impl Child {
    pub(in crate::cos) fn name(&self) -> &str {
        match self {
            Child::File(name, _) | Child::Upload(name, _) | Child::Folder { name, .. } => name,
        }
    }
}

impl Held<'_> {
    /// Up to `limit` entries of `folder` whose names begin with `prefix` and come after the path
    /// `after`, in byte order, files and folders mixed; and whether there are more.
    pub(in crate::cos) fn children(
        &self,
        folder: &str,
        prefix: &str,
        after: Option<&str>,
        limit: usize,
    ) -> (Vec<Child>, bool) {
        let start = format!("{folder}{prefix}");
        let mut bound = match after {
            Some(after) if after >= start.as_str() => behind(after),
            _ => Bound::Included(start.clone()),
        };
        let mut children = Vec::new();
        while let Some(path) = self.next_path(&bound) {
            if !path.starts_with(&start) {
                break;
            }
            let name = &path[folder.len()..];
            let name = &name[..name.find('/').map_or(name.len(), |slash| slash + 1)];
            if name.is_empty() {
                // The folder itself.
                bound = Bound::Excluded(path.to_owned());
                continue;
            }
            if children.len() == limit {
                return (children, true);
            }
            let entry = &path[..folder.len() + name.len()];
            bound = behind(entry);
            children.extend(self.child(name, entry, path));
        }
        (children, false)
    }

    /// The first path of anything within the bound.
    fn next_path(&self, bound: &Bound<String>) -> Option<&str> {
        let range = (bound.as_ref().map(String::as_str), Bound::Unbounded);
        let file = self.inner.files.range::<str, _>(range).next();
        let folder = self.inner.folders.range::<str, _>(range).next();
        let upload = self.inner.uploads.range::<str, _>(range).next();
        let paths = [
            file.map(|(path, _)| path),
            folder.map(|(path, _)| path),
            upload.map(|(path, _)| path),
        ];
        paths.into_iter().flatten().min().map(String::as_str)
    }

    /// The entry at the path `entry`; `first` is the first path of anything in it.
    fn child(&self, name: &str, entry: &str, first: &str) -> Option<Child> {
        let name = name.to_owned();
        if !name.ends_with('/') {
            // A finished file is shown, even while another upload to its path is open.
            return match self.file(entry) {
                Some(file) => Some(Child::File(name, Arc::clone(file))),
                None => Some(Child::Upload(name, Arc::clone(self.upload(entry)?))),
            };
        }
        let (created, modified) = match (self.folder(entry), self.file(first)) {
            (Some(folder), _) => (folder.created, folder.modified),
            (None, Some(file)) => (file.created, file.modified),
            (None, None) => {
                let inner = self.folder(first).map(|folder| folder.created);
                let upload = self.upload(first).map(|upload| upload.plan.created);
                let created = inner.or(upload)?;
                (created, created)
            }
        };
        Some(Child::Folder {
            name,
            created,
            modified,
        })
    }
}

/// What comes after an entry, and after all that is in it if it is a folder.
fn behind(entry: &str) -> Bound<String> {
    match entry.strip_suffix('/') {
        // The character after the slash: all paths in the folder come before it.
        Some(folder) => Bound::Included(format!("{folder}0")),
        None => Bound::Excluded(entry.to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cos::store::{Attributes, Folder, Store},
        storage::Storage,
    };

    fn store(files: &[&str], folders: &[&str]) -> Store {
        let store = Store::open(&Storage::memory()).expect("a store");
        for path in files {
            let file = File {
                size: 0,
                sha: None,
                slice_size: 0,
                pieces: Vec::new(),
                attributes: Attributes::default(),
                created: 1,
                modified: 1,
            };
            store.contents().put_file(path, file).expect("memory");
        }
        for path in folders {
            let folder = Folder {
                biz_attr: String::new(),
                created: 2,
                modified: 2,
            };
            store.contents().put_folder(path, folder).expect("memory");
        }
        store
    }

    fn names(store: &Store, folder: &str, prefix: &str) -> Vec<String> {
        let contents = store.contents();
        let mut names: Vec<String> = Vec::new();
        loop {
            let after = names.last().map(|name| format!("{folder}{name}"));
            let (children, more) = contents.children(folder, prefix, after.as_deref(), 2);
            names.extend(children.iter().map(|child| child.name().to_owned()));
            if !more {
                return names;
            }
            assert_eq!(children.len(), 2);
        }
    }

    #[test]
    fn one_level_is_shown_in_byte_order_with_implied_folders() {
        let store = store(
            &[
                "/a", "/a!", "/a/x", "/a/y/z", "/a0", "/b//c", "/图/1", "/ä", "/z/1",
            ],
            &["/e/", "/e/f/", "/a/"],
        );
        assert_eq!(
            names(&store, "/", ""),
            ["a", "a!", "a/", "a0", "b/", "e/", "z/", "ä", "图/"]
        );
        assert_eq!(names(&store, "/a/", ""), ["x", "y/"]);
        assert_eq!(names(&store, "/b/", ""), ["/"]);
        assert_eq!(names(&store, "/e/", ""), ["f/"]);
        assert_eq!(names(&store, "/", "a"), ["a", "a!", "a/", "a0"]);
        assert_eq!(names(&store, "/none/", ""), [""; 0]);
    }
}
