use std::{borrow::Cow, fmt, str::FromStr};

use crate::error::InputError;

/// Where a service runs: `cn-north-1` unless another is asked for.
///
/// Which regions a service has is checked by [`Scope::new`](super::Scope::new).
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Region(Cow<'static, str>);

impl Region {
    /// Where every service runs.
    pub const CN_NORTH_1: Region = Region(Cow::Borrowed("cn-north-1"));

    /// Reads a region.
    ///
    /// # Errors
    ///
    /// [`InputError::VcloudRegion`] if it can stand neither in a host name nor in a scope.
    pub fn new(name: &str) -> Result<Region, InputError> {
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let edges = !name.starts_with('-') && !name.ends_with('-');
        match name.len() {
            1..=32 if edges && name.bytes().all(inner) => Ok(Region(name.to_owned().into())),
            _ => Err(InputError::VcloudRegion),
        }
    }

    /// The word in hosts and scopes.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

/// [`Region::CN_NORTH_1`].
impl Default for Region {
    fn default() -> Region {
        Region::CN_NORTH_1
    }
}

impl FromStr for Region {
    type Err = InputError;

    fn from_str(text: &str) -> Result<Region, InputError> {
        Region::new(text)
    }
}

impl fmt::Display for Region {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_could_change_the_host_or_the_scope_is_refused() {
        assert_eq!(Region::new("cn-north-1"), Ok(Region::default()));
        for bad in [
            "", "cn.north", "cn/north", "cn@host", "c n", "-cn", "cn-", "CN", "影", "cn:80",
        ] {
            assert_eq!(Region::new(bad), Err(InputError::VcloudRegion), "{bad:?}");
        }
    }
}
