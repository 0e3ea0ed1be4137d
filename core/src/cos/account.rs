use std::{fmt, str::FromStr};

use crate::error::InputError;

/// The bare name of a bucket, without the `-appid` suffix of the newer API.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct BucketName(String);

impl BucketName {
    /// Checks the name: 1 to 40 lower-case letters, digits and hyphens (section 2.1).
    ///
    /// # Errors
    ///
    /// [`InputError::BucketName`].
    pub fn new(name: impl Into<String>) -> Result<BucketName, InputError> {
        let name = name.into();
        let allowed = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        match name.len() {
            1..=40 if name.bytes().all(allowed) => Ok(BucketName(name)),
            _ => Err(InputError::BucketName),
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

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bucket_has_its_bare_name() {
        assert!(BucketName::new("demo-photos-01").is_ok());
        for bad in [
            "",
            "Upper",
            "under_score",
            "with.dot",
            "a/b",
            "图",
            &"a".repeat(41),
        ] {
            assert_eq!(BucketName::new(bad), Err(InputError::BucketName), "{bad:?}");
        }
    }
}
