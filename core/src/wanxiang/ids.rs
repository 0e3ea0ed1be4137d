use std::{fmt, str::FromStr, sync::Arc};

use serde::{Deserialize, Deserializer, de};

use crate::{encode, error::InputError};

/// The longest file id, in bytes (section 11).
const FILE_ID_LIMIT: usize = 128;

/// The longest user id, in characters, not bytes (section 2).
const USER_ID_LIMIT: usize = 64;

/// The name of a bucket, as it stands in host names.
///
/// The rules of the time are not established (section 14): letters, digits and hyphens are taken,
/// at most 63. A hyphen breaks the grammar of V2's download addresses where they are signed from
/// the address (section 3.4).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BucketName(Arc<str>);

impl BucketName {
    /// Checks the name.
    ///
    /// # Errors
    ///
    /// [`InputError::PictureBucket`].
    pub fn new(name: &str) -> Result<BucketName, InputError> {
        let allowed = |byte: u8| byte.is_ascii_alphanumeric() || byte == b'-';
        match name.len() {
            1..=63 if name.bytes().all(allowed) => Ok(BucketName(name.into())),
            _ => Err(InputError::PictureBucket),
        }
    }

    /// The name.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl FromStr for BucketName {
    type Err = InputError;

    fn from_str(text: &str) -> Result<BucketName, InputError> {
        BucketName::new(text)
    }
}

impl fmt::Display for BucketName {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The user id, at most 64 characters: a leftover of V1, `0` by default. V2 treats every value as 0
/// (section 2).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct UserId(Arc<str>);

impl UserId {
    /// Checks the id; it may be empty.
    ///
    /// # Errors
    ///
    /// [`InputError::UserId`] above 64 characters, for `.` and `..`, and for characters that would
    /// end a field of the signed text or a segment of the address.
    pub fn new(id: &str) -> Result<UserId, InputError> {
        UserId::check(id).map(|()| UserId(id.into()))
    }

    /// Whether it is one.
    pub(super) fn check(id: &str) -> Result<(), InputError> {
        let forbidden = |c: char| c.is_control() || matches!(c, '&' | '/' | '?' | '#');
        let too_long = id.chars().count() > USER_ID_LIMIT;
        match too_long || id.contains(forbidden) || matches!(id, "." | "..") {
            true => Err(InputError::UserId),
            false => Ok(()),
        }
    }

    /// The id.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// `0`, the value that the vendor wants (section 2).
impl Default for UserId {
    fn default() -> UserId {
        UserId("0".into())
    }
}

impl FromStr for UserId {
    type Err = InputError;

    fn from_str(text: &str) -> Result<UserId, InputError> {
        UserId::new(text)
    }
}

impl fmt::Display for UserId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

/// The name of a picture or video: 1 to 128 bytes of UTF-8, chosen by the caller or the service.
///
/// Signed as it is, and sent as one percent-encoded segment of the address, slashes included
/// (section 4). V2 enhanced takes every character but NUL; V2 wants letters, digits and hyphens
/// "and the like" (section 11), which is left to the service.
#[derive(Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct FileId {
    text: Arc<str>,
    encoded: Arc<str>,
}

impl FileId {
    /// Checks the id.
    ///
    /// # Errors
    ///
    /// [`InputError::FileId`] if it is empty, longer than 128 bytes, `.` or `..` (which libraries
    /// resolve even if they are escaped), or holds NUL.
    pub fn new(id: &str) -> Result<FileId, InputError> {
        let fits = (1..=FILE_ID_LIMIT).contains(&id.len());
        if !fits || matches!(id, "." | "..") || id.contains('\0') {
            return Err(InputError::FileId);
        }
        let mut encoded = String::with_capacity(id.len() * 3);
        encode::push_query_value(&mut encoded, id);
        let text: Arc<str> = id.into();
        // Most ids have nothing to encode.
        let encoded = match encoded.len() == text.len() {
            true => Arc::clone(&text),
            false => encoded.into(),
        };
        Ok(FileId { text, encoded })
    }

    /// The id as it is, and as it is signed.
    pub fn as_str(&self) -> &str {
        &self.text
    }

    /// The id as one segment of an address.
    pub fn encoded(&self) -> &str {
        &self.encoded
    }
}

impl FromStr for FileId {
    type Err = InputError;

    fn from_str(text: &str) -> Result<FileId, InputError> {
        FileId::new(text)
    }
}

impl fmt::Display for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl fmt::Debug for FileId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "FileId({:?})", self.text)
    }
}

impl<'de> Deserialize<'de> for FileId {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<FileId, D::Error> {
        let text = crate::loose::text(deserializer)?;
        FileId::new(&text).map_err(de::Error::custom)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_file_id_is_one_segment_of_the_address_whatever_it_holds() {
        let encoded = |id| FileId::new(id).expect("an id").encoded().to_owned();
        assert_eq!(encoded("sample-1_a.b~c"), "sample-1_a.b~c");
        assert_eq!(encoded("album/a b+c"), "album%2Fa%20b%2Bc");
        assert_eq!(encoded("图"), "%E5%9B%BE");
        assert_eq!(encoded("a%2Fb?x#y"), "a%252Fb%3Fx%23y");
        assert_eq!(encoded("a/../b"), "a%2F..%2Fb");
    }

    #[test]
    fn what_is_no_file_id_is_refused() {
        assert!(FileId::new(&"a".repeat(128)).is_ok());
        for bad in ["", ".", "..", "a\0b", &"a".repeat(129), &"图".repeat(43)] {
            assert_eq!(FileId::new(bad), Err(InputError::FileId), "{bad:?}");
        }
    }

    #[test]
    fn a_user_id_has_64_characters_not_bytes() {
        assert!(UserId::new(&"图".repeat(64)).is_ok());
        assert!(UserId::new("").is_ok());
        for bad in [&"u".repeat(65), "a&e=0", "a/b", "a?b", "a#b", "a\nb", ".."] {
            assert_eq!(UserId::new(bad), Err(InputError::UserId), "{bad:?}");
        }
    }

    #[test]
    fn a_bucket_can_stand_in_a_host_name() {
        assert!(BucketName::new("examplebucket").is_ok());
        for bad in ["", "a_b", "a.b", "a/b", "图", &"a".repeat(64)] {
            assert_eq!(
                BucketName::new(bad),
                Err(InputError::PictureBucket),
                "{bad:?}"
            );
        }
    }
}
