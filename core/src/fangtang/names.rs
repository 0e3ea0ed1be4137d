use std::fmt;

use serde::{Deserialize, Serialize};

use crate::error::InputError;

/// The longest `third_code`, in bytes: ours, since the vendor names none.
const THIRD_CODE_LIMIT: usize = 256;

/// The longest id of a photo, in bytes: ours; the vendor's example has 32.
const PHOTO_ID_LIMIT: usize = 128;

/// The partner's public id, `third_code`.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct ThirdCode(String);

impl ThirdCode {
    /// Checks the id.
    ///
    /// # Errors
    ///
    /// [`InputError::ThirdCode`] if it is empty, above 256 bytes, or holds control characters.
    pub fn new(text: impl Into<String>) -> Result<ThirdCode, InputError> {
        let text = text.into();
        let length = 1..=THIRD_CODE_LIMIT;
        match length.contains(&text.len()) && !text.contains(char::is_control) {
            true => Ok(ThirdCode(text)),
            false => Err(InputError::ThirdCode),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// The id of an uploaded photo, `mdf`: 32 hex digits in the vendor's example.
#[derive(Clone, Debug, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(try_from = "String", into = "String")]
pub struct PhotoId(String);

impl PhotoId {
    /// Checks the id.
    ///
    /// # Errors
    ///
    /// [`InputError::PhotoId`] if it is not 1 to 128 letters, digits, hyphens and underscores.
    pub fn new(text: impl Into<String>) -> Result<PhotoId, InputError> {
        let text = text.into();
        let length = 1..=PHOTO_ID_LIMIT;
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        match length.contains(&text.len()) && text.bytes().all(plain) {
            true => Ok(PhotoId(text)),
            false => Err(InputError::PhotoId),
        }
    }

    /// The text.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ThirdCode {
    type Error = InputError;

    fn try_from(text: String) -> Result<ThirdCode, InputError> {
        ThirdCode::new(text)
    }
}

impl TryFrom<String> for PhotoId {
    type Error = InputError;

    fn try_from(text: String) -> Result<PhotoId, InputError> {
        PhotoId::new(text)
    }
}

impl From<ThirdCode> for String {
    fn from(code: ThirdCode) -> String {
        code.0
    }
}

impl From<PhotoId> for String {
    fn from(id: PhotoId) -> String {
        id.0
    }
}

impl fmt::Display for ThirdCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

impl fmt::Display for PhotoId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_partners_id_is_a_line_of_text() {
        assert!(ThirdCode::new("合作方 7").is_ok());
        assert!(ThirdCode::new("x".repeat(256)).is_ok());
        for bad in ["", "a\r\nb", "a\0", &"x".repeat(257)] {
            assert_eq!(ThirdCode::new(bad), Err(InputError::ThirdCode), "{bad:?}");
        }
    }

    #[test]
    fn a_photos_id_can_stand_anywhere() {
        assert!(PhotoId::new("0cc175b9c0f1b6a831c399e269772661").is_ok());
        for bad in ["", "a b", "a/b", "..", "图", &"x".repeat(129)] {
            assert_eq!(PhotoId::new(bad), Err(InputError::PhotoId), "{bad:?}");
        }
    }
}
