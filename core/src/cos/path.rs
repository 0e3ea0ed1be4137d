use std::{fmt, str::FromStr, sync::Arc};

use crate::{encode, error::PathError};

/// The longest key, in bytes (section 10).
const KEY_LIMIT: usize = 850;

/// Characters that the vendor's clients refuse, although the service may take them (section 5);
/// control characters are refused with them.
const FORBIDDEN: &[char] = &['?', '*', ':', '|', '\\', '<', '>', '"'];

/// The path of a file in a bucket: `/photos/2017/cat.jpg`.
///
/// The vendor puts a whole request address at 1024 bytes (section 10); a path of some 300 Chinese
/// characters is longer than that once it is encoded, and is not refused here.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FilePath(Path);

/// The path of a folder in a bucket: `/photos/2017/`, or `/` for the root.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FolderPath(Path);

/// The beginning of paths, which a multi-use signature may be bound to: `/photos/`, `/photos/cat`.
///
/// Bound to `/photos`, a signature also covers `/photos2/…`; end a prefix with `/` unless that is
/// wanted (section 12).
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct PathPrefix(Path);

/// A checked text and its percent-encoded form, made once and used for signature and wire.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
struct Path {
    text: Arc<str>,
    encoded: Arc<str>,
}

impl Path {
    fn new(text: &str) -> Path {
        // Each byte becomes three at most: one allocation.
        let mut encoded = String::with_capacity(text.len() * 3);
        encoded.extend(percent_encoding::utf8_percent_encode(
            text,
            encode::COS_PATH,
        ));
        let text: Arc<str> = text.into();
        // Most paths have nothing to encode.
        let encoded = match encoded.len() == text.len() {
            true => Arc::clone(&text),
            false => encoded.into(),
        };
        Path { text, encoded }
    }
}

impl FilePath {
    /// Checks the path of a file by all rules of section 5.
    ///
    /// # Errors
    ///
    /// [`PathError`]: which rule was broken.
    pub fn new(text: &str) -> Result<FilePath, PathError> {
        refuse_forbidden(text)?;
        FilePath::with_any_characters(text)
    }

    /// The same without the check for `? * : | \ < > "` and control characters, which the service
    /// itself seems to accept.
    ///
    /// # Errors
    ///
    /// [`PathError`]: which rule was broken.
    pub fn with_any_characters(text: &str) -> Result<FilePath, PathError> {
        check(text)?;
        if text.ends_with('/') {
            return Err(PathError::FileEndsInSlash);
        }
        Ok(FilePath(Path::new(text)))
    }

    /// The last part: what a local copy would be called.
    pub fn name(&self) -> &str {
        self.0.text.rsplit('/').next().unwrap_or_default()
    }

    /// The folder that it lies in.
    pub fn folder(&self) -> FolderPath {
        let cut = self.0.text.len() - self.name().len();
        FolderPath(Path::new(&self.0.text[..cut]))
    }
}

impl FolderPath {
    /// Checks the path of a folder by all rules of section 5.
    ///
    /// # Errors
    ///
    /// [`PathError`]: which rule was broken.
    pub fn new(text: &str) -> Result<FolderPath, PathError> {
        refuse_forbidden(text)?;
        FolderPath::with_any_characters(text)
    }

    /// The same without the check for `? * : | \ < > "` and control characters, which the service
    /// itself seems to accept.
    ///
    /// # Errors
    ///
    /// [`PathError`]: which rule was broken.
    pub fn with_any_characters(text: &str) -> Result<FolderPath, PathError> {
        check(text)?;
        if !text.ends_with('/') {
            return Err(PathError::FolderLacksSlash);
        }
        Ok(FolderPath(Path::new(text)))
    }

    /// The folder that holds everything in the bucket.
    pub fn root() -> FolderPath {
        FolderPath(Path::new("/"))
    }

    /// Whether it is [`FolderPath::root`].
    pub fn is_root(&self) -> bool {
        &*self.0.text == "/"
    }

    /// A file in this folder; `name` may have slashes of its own.
    ///
    /// # Errors
    ///
    /// [`PathError`]: which rule the joined path breaks.
    pub fn file(&self, name: &str) -> Result<FilePath, PathError> {
        refuse_forbidden(name)?;
        FilePath::with_any_characters(&format!("{}{name}", self.0.text))
    }

    /// A folder in this folder; `name` ends with `/`.
    ///
    /// # Errors
    ///
    /// [`PathError`]: which rule the joined path breaks.
    pub fn folder(&self, name: &str) -> Result<FolderPath, PathError> {
        refuse_forbidden(name)?;
        FolderPath::with_any_characters(&format!("{}{name}", self.0.text))
    }

    /// Everything in this folder whose name begins with `start`.
    ///
    /// # Errors
    ///
    /// [`PathError`]: which rule the joined text breaks.
    pub fn prefix(&self, start: &str) -> Result<PathPrefix, PathError> {
        refuse_forbidden(start)?;
        PathPrefix::with_any_characters(&format!("{}{start}", self.0.text))
    }
}

impl PathPrefix {
    /// Checks the beginning of a path: as a path, but it may end anywhere.
    ///
    /// # Errors
    ///
    /// [`PathError`]: which rule was broken.
    pub fn new(text: &str) -> Result<PathPrefix, PathError> {
        refuse_forbidden(text)?;
        PathPrefix::with_any_characters(text)
    }

    /// The same without the check for `? * : | \ < > "` and control characters, which the service
    /// itself seems to accept.
    ///
    /// # Errors
    ///
    /// [`PathError`]: which rule was broken.
    pub fn with_any_characters(text: &str) -> Result<PathPrefix, PathError> {
        check(text)?;
        Ok(PathPrefix(Path::new(text)))
    }

    /// The whole bucket, as the reference client signs it for an empty path (without any `/`).
    pub fn whole_bucket() -> PathPrefix {
        PathPrefix(Path::new(""))
    }
}

/// Where a move or copy goes to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Destination(String);

impl Destination {
    /// A name beside the source, or below it: no leading slash (section 6.5).
    ///
    /// # Errors
    ///
    /// [`PathError`]: which rule of a file's path it breaks.
    pub fn beside(name: &str) -> Result<Destination, PathError> {
        // As a path it must stand the same checks as any other.
        FilePath::new(&format!("/{name}"))?;
        Ok(Destination(name.to_owned()))
    }

    /// The text on the wire.
    pub(super) fn as_str(&self) -> &str {
        &self.0
    }
}

impl From<FilePath> for Destination {
    fn from(path: FilePath) -> Destination {
        Destination(path.as_str().to_owned())
    }
}

macro_rules! path_text {
    ($type:ident) => {
        impl $type {
            /// The path as it was given.
            pub fn as_str(&self) -> &str {
                &self.0.text
            }

            /// The path percent-encoded as in section 4.2: for signature and wire.
            pub fn encoded(&self) -> &str {
                &self.0.encoded
            }
        }

        impl FromStr for $type {
            type Err = PathError;

            fn from_str(text: &str) -> Result<$type, PathError> {
                $type::new(text)
            }
        }

        impl fmt::Display for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0.text)
            }
        }

        impl fmt::Debug for $type {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{:?}", self.0.text)
            }
        }
    };
}

path_text!(FilePath);
path_text!(FolderPath);
path_text!(PathPrefix);

impl From<&FilePath> for PathPrefix {
    fn from(path: &FilePath) -> PathPrefix {
        PathPrefix(path.0.clone())
    }
}

impl From<&FolderPath> for PathPrefix {
    fn from(path: &FolderPath) -> PathPrefix {
        PathPrefix(path.0.clone())
    }
}

/// What holds for every path, whatever it names.
fn check(text: &str) -> Result<(), PathError> {
    let Some(key) = text.strip_prefix('/') else {
        return Err(if text.is_empty() {
            PathError::Empty
        } else {
            PathError::NoLeadingSlash
        });
    };
    if key.len() > KEY_LIMIT {
        return Err(PathError::TooLong { length: key.len() });
    }
    // The empty part behind a final slash is no segment.
    for segment in key.strip_suffix('/').unwrap_or(key).split('/') {
        match segment {
            "." | ".." => return Err(PathError::DotSegment),
            _ if segment.trim().is_empty() && !key.is_empty() => {
                return Err(PathError::BlankSegment);
            }
            _ => {}
        }
    }
    Ok(())
}

fn refuse_forbidden(text: &str) -> Result<(), PathError> {
    match text
        .chars()
        .find(|c| FORBIDDEN.contains(c) || c.is_control())
    {
        Some(control) if control.is_control() => Err(PathError::Control(control)),
        Some(character) => Err(PathError::Forbidden(character)),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_path_begins_with_a_slash_and_does_not_end_with_one() {
        for (text, problem) in [
            ("", PathError::Empty),
            ("a.txt", PathError::NoLeadingSlash),
            ("/", PathError::FileEndsInSlash),
            ("/a/", PathError::FileEndsInSlash),
            ("//a", PathError::BlankSegment),
            ("/a//b", PathError::BlankSegment),
            ("/a/ /b", PathError::BlankSegment),
            ("/a/\u{3000}/b", PathError::BlankSegment),
            ("/../x", PathError::DotSegment),
            ("/a/./b", PathError::DotSegment),
            ("/a/..", PathError::DotSegment),
            ("/a?b", PathError::Forbidden('?')),
            ("/a\\b", PathError::Forbidden('\\')),
            ("/a\nb", PathError::Control('\n')),
        ] {
            assert_eq!(FilePath::new(text), Err(problem), "{text:?}");
        }
        let long = format!("/{}", "a".repeat(851));
        assert_eq!(
            FilePath::new(&long),
            Err(PathError::TooLong { length: 851 })
        );
        assert!(FilePath::new(&long[..851]).is_ok());
    }

    #[test]
    fn a_folder_path_ends_with_a_slash() {
        assert_eq!(FolderPath::new("/a"), Err(PathError::FolderLacksSlash));
        assert_eq!(FolderPath::new("//"), Err(PathError::BlankSegment));
        assert_eq!(FolderPath::new("/../"), Err(PathError::DotSegment));
        assert_eq!(FolderPath::new("/"), Ok(FolderPath::root()));
        assert!(FolderPath::new("/图 片/").is_ok());
    }

    #[test]
    fn names_that_only_look_dangerous_are_kept_as_they_are() {
        for text in [
            "/..a",
            "/a..",
            "/...",
            "/%2e%2e/x",
            "/a+b c~.txt",
            "/ leading blank",
            "/😀",
        ] {
            assert_eq!(
                FilePath::new(text).map(|path| path.to_string()).as_deref(),
                Ok(text)
            );
        }
    }

    #[test]
    fn encoding_keeps_unreserved_characters_and_slashes_and_nothing_else() {
        let path =
            FilePath::with_any_characters("/A-z_0.~/!*'();:@&=+$,?#[] %\u{e9}图").expect("a path");
        assert_eq!(
            path.encoded(),
            "/A-z_0.~/%21%2A%27%28%29%3B%3A%40%26%3D%2B%24%2C%3F%23%5B%5D%20%25%C3%A9%E5%9B%BE"
        );
    }

    #[test]
    fn a_file_knows_its_name_and_folder() {
        let path = FilePath::new("/a/b/c.txt").expect("a path");
        assert_eq!(path.name(), "c.txt");
        assert_eq!(path.folder(), FolderPath::new("/a/b/").expect("a folder"));
        assert_eq!(
            FilePath::new("/c").expect("a path").folder(),
            FolderPath::root()
        );
    }

    #[test]
    fn a_destination_beside_the_source_cannot_climb() {
        assert!(Destination::beside("bye+bye.txt").is_ok());
        assert!(Destination::beside("../up.txt").is_err());
        assert!(Destination::beside("").is_err());
        assert!(Destination::beside("/absolute").is_err());
    }
}
