use std::{
    ffi::OsStr,
    fmt,
    path::{Path, PathBuf},
    str::FromStr,
};

use yunmei_core::{
    cos::{BucketName, FilePath, FolderPath},
    error::{InputError, PathError},
};

/// Something in COS: `cos://bucket/path`, or `cos:///path` in the configured bucket.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct CosLocation {
    pub(crate) bucket: Option<BucketName>,
    pub(crate) object: Object,
}

/// A file or a folder; a path that ends in `/` is a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Object {
    File(FilePath),
    Folder(FolderPath),
}

/// Something in COS or on this machine.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Location {
    Cos(CosLocation),
    Local(PathBuf),
}

/// Why a text is no location.
#[derive(Debug)]
pub(crate) enum LocationError {
    Scheme,
    Bucket(InputError),
    Path(PathError),
}

impl fmt::Display for LocationError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            LocationError::Scheme => {
                f.write_str("must be cos://bucket/path, or cos:///path for the configured bucket")
            }
            LocationError::Bucket(error) => error.fmt(f),
            LocationError::Path(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for LocationError {}

impl FromStr for CosLocation {
    type Err = LocationError;

    fn from_str(text: &str) -> Result<CosLocation, LocationError> {
        let rest = text.strip_prefix("cos://").ok_or(LocationError::Scheme)?;
        let (bucket, path) = match rest.find('/') {
            Some(slash) => rest.split_at(slash),
            // The bucket alone is its root.
            None => (rest, "/"),
        };
        let bucket = match bucket {
            "" if rest.is_empty() => return Err(LocationError::Scheme),
            "" => None,
            name => Some(BucketName::new(name).map_err(LocationError::Bucket)?),
        };
        // What was stored by other means may have any name: it can be looked at and taken away.
        let object = match path.ends_with('/') {
            true => FolderPath::with_any_characters(path).map(Object::Folder),
            false => FilePath::with_any_characters(path).map(Object::File),
        };
        Ok(CosLocation {
            bucket,
            object: object.map_err(LocationError::Path)?,
        })
    }
}

impl FromStr for Location {
    type Err = LocationError;

    fn from_str(text: &str) -> Result<Location, LocationError> {
        match text.starts_with("cos:") {
            true => text.parse().map(Location::Cos),
            false => Ok(Location::Local(text.into())),
        }
    }
}

impl Location {
    /// Whether it is a folder: on this machine by what is there, in the cloud by its path.
    pub(super) fn is_folder(&self) -> bool {
        match self {
            Location::Local(path) => path.is_dir(),
            Location::Cos(location) => matches!(location.object, Object::Folder(_)),
        }
    }

    /// What a file is called; nothing of a folder in the cloud.
    pub(super) fn name(&self) -> Option<&OsStr> {
        match self {
            Location::Local(path) => path.file_name(),
            Location::Cos(location) => match &location.object {
                Object::File(path) => Some(path.name().as_ref()),
                Object::Folder(_) => None,
            },
        }
    }

    pub(super) fn local(&self) -> Option<&Path> {
        match self {
            Location::Local(path) => Some(path),
            Location::Cos(_) => None,
        }
    }

    pub(super) fn cos(&self) -> Option<&CosLocation> {
        match self {
            Location::Local(_) => None,
            Location::Cos(location) => Some(location),
        }
    }
}

impl fmt::Display for Location {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Location::Cos(location) => location.fmt(f),
            Location::Local(path) => path.display().fmt(f),
        }
    }
}

impl fmt::Display for CosLocation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let bucket = self.bucket.as_ref().map_or("", BucketName::as_str);
        let path = match &self.object {
            Object::File(path) => path.as_str(),
            Object::Folder(path) => path.as_str(),
        };
        write!(f, "cos://{bucket}{path}")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_location_names_bucket_and_path_and_a_slash_at_the_end_makes_a_folder() {
        for text in [
            "cos://demo/a/b.txt",
            "cos:///图 片/a.png",
            "cos://demo/a/",
            "cos://demo/",
        ] {
            let location: CosLocation = text.parse().expect(text);
            assert_eq!(location.to_string(), text);
            assert_eq!(
                matches!(location.object, Object::Folder(_)),
                text.ends_with('/'),
                "{text}"
            );
        }
        let bare: CosLocation = "cos://demo".parse().expect("a bucket");
        assert_eq!(bare.object, Object::Folder(FolderPath::root()));
    }

    #[test]
    fn what_other_clients_called_like_this_can_be_named() {
        for text in ["cos:///2024-01-01T12:00:00.log", "cos:///a*b?/"] {
            let location = text
                .parse()
                .map(|location: CosLocation| location.to_string());
            assert_eq!(location.ok().as_deref(), Some(text));
        }
    }

    #[test]
    fn a_misspelt_location_is_not_taken_for_a_file_on_this_machine() {
        for bad in [
            "cos:",
            "cos:/demo/a",
            "cos://",
            "cos://Demo/a",
            "cos://demo/../a",
            "cos://demo//a",
        ] {
            assert!(bad.parse::<Location>().is_err(), "{bad}");
        }
        assert_eq!(
            "a/b.txt".parse::<Location>().ok(),
            Some(Location::Local("a/b.txt".into()))
        );
    }
}
