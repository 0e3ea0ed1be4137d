use std::{fmt, sync::Arc};

use super::{LENGTH_LIMIT, PathRefusal, characters, decode, segment};

/// A path that holds no trick: a file, or a folder if it ends in `/`.
#[derive(Clone, PartialEq, Eq, Hash)]
pub struct SafePath(Arc<str>);

impl SafePath {
    /// Reads one as it stands in a query.
    ///
    /// # Errors
    ///
    /// [`PathRefusal`]: what is wrong with it.
    pub fn from_query(raw: &str) -> Result<SafePath, PathRefusal> {
        SafePath::new(&decode(raw)?)
    }

    /// Checks one whose escapes were resolved.
    ///
    /// # Errors
    ///
    /// [`PathRefusal`]: what is wrong with it.
    pub fn new(text: &str) -> Result<SafePath, PathRefusal> {
        // Composing may shorten a text, to a third at the most.
        if text.len() > 3 * LENGTH_LIMIT {
            return Err(PathRefusal::TooLong);
        }
        if text.is_empty() {
            return Err(PathRefusal::Empty);
        }
        let path = characters::normalised(text)?;
        let key = path.strip_prefix('/').ok_or(PathRefusal::NotAbsolute)?;
        if key.len() > LENGTH_LIMIT {
            return Err(PathRefusal::TooLong);
        }
        // The root is a folder without a name.
        let segments = key.strip_suffix('/').unwrap_or(key);
        if !key.is_empty() {
            segments.split('/').try_for_each(segment::check)?;
        }
        Ok(SafePath(path.into()))
    }

    /// One whose segments were checked each for itself; together they may be too long.
    pub(super) fn of_segments(path: &str) -> Option<SafePath> {
        (path.len() <= 1 + LENGTH_LIMIT).then(|| SafePath(path.into()))
    }

    /// The same as a folder: with a slash at its end.
    pub fn into_folder(self) -> SafePath {
        match self.is_folder() {
            true => self,
            false => SafePath(format!("{self}/").into()),
        }
    }

    /// Whether it ends in a slash.
    pub fn is_folder(&self) -> bool {
        self.0.ends_with('/')
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The text without its first slash: what services without folders call a file.
    pub fn key(&self) -> &str {
        &self.0[1..]
    }
}

impl fmt::Display for SafePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Debug for SafePath {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "SafePath({:?})", self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_and_folders_pass_as_they_are() {
        for path in ["/", "/a", "/a/", "/users/alice/图 1.jpg", "/a/.b/c..d"] {
            let safe = SafePath::new(path).expect("a path");
            assert_eq!(
                (safe.as_str(), safe.is_folder()),
                (path, path.ends_with('/'))
            );
        }
        let folder = SafePath::new("/a").expect("a path").into_folder();
        assert_eq!((folder.as_str(), folder.key()), ("/a/", "a/"));
    }

    #[test]
    fn the_limit_counts_bytes_without_the_slash() {
        assert!(SafePath::new(&format!("/{}", "a".repeat(850))).is_ok());
        for long in [
            format!("/{}", "a".repeat(851)),
            format!("/{}", "图".repeat(900)),
        ] {
            assert_eq!(SafePath::new(&long), Err(PathRefusal::TooLong));
        }
    }
}
