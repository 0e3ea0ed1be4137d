use std::fmt;

/// Why a text is no path in a bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum PathError {
    /// It is empty.
    Empty,
    /// It does not begin with `/`.
    NoLeadingSlash,
    /// It names a file and ends with `/`.
    FileEndsInSlash,
    /// It names a folder and does not end with `/`.
    FolderLacksSlash,
    /// It is the root, which can only be looked at.
    Root,
    /// A segment is empty or only white space.
    BlankSegment,
    /// A segment is `.` or `..`: HTTP libraries resolve these after signing, and leave the bucket.
    DotSegment,
    /// It holds a character the service's own clients refuse: one of `? * : | \ < > "`.
    Forbidden(char),
    /// It holds a control character.
    Control(char),
    /// Its key is longer than 850 bytes.
    TooLong {
        /// The key's length in bytes.
        length: usize,
    },
}

impl fmt::Display for PathError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            PathError::Empty => f.write_str("the path is empty"),
            PathError::NoLeadingSlash => f.write_str("the path must begin with /"),
            PathError::FileEndsInSlash => f.write_str("the path of a file must not end with /"),
            PathError::FolderLacksSlash => f.write_str("the path of a folder must end with /"),
            PathError::Root => f.write_str("the root folder cannot be created, updated or deleted"),
            PathError::BlankSegment => {
                f.write_str("the path has an empty or blank part between two slashes")
            }
            PathError::DotSegment => f.write_str("the path has a part that is just . or .."),
            PathError::Forbidden(character) => {
                write!(
                    f,
                    "the path holds {character:?}: other clients of the service take none of \
                     ? * : | \\ < > \""
                )
            }
            PathError::Control(character) => {
                write!(f, "the path holds the control character {character:?}")
            }
            PathError::TooLong { length } => {
                write!(f, "the path has {length} bytes, a key has at most 850")
            }
        }
    }
}

impl std::error::Error for PathError {}
