use std::{fmt, str::FromStr};

use crate::error::InputError;

/// Names that mean a region, and the word that stands in its host names (section 2.3).
///
/// The first group are aliases of the vendor's own Python SDK. The second are the names of the
/// newer XML API, which this API answers with 403: mapped by place.
const ALIASES: [(&str, &str); 14] = [
    ("shanghai", "sh"),
    ("guangzhou", "gz"),
    ("tianjin", "tj"),
    ("tianjing", "tj"),
    ("singapore", "sgp"),
    ("ap-shanghai", "sh"),
    ("ap-guangzhou", "gz"),
    ("ap-beijing-1", "tj"),
    ("ap-beijing", "bj"),
    ("ap-chengdu", "cd"),
    ("ap-hongkong", "hk"),
    ("ap-singapore", "sgp"),
    ("na-toronto", "ca"),
    ("eu-frankfurt", "ger"),
];

/// Where a bucket lives: `gz`, `sh`, `sgp` and so on.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Region(String);

impl Region {
    /// Reads a region; aliases become the short name, and an unknown word is taken as it stands.
    ///
    /// # Errors
    ///
    /// [`InputError::Region`] if it cannot stand in a host name.
    pub fn new(name: &str) -> Result<Region, InputError> {
        if let Some((_, short)) = ALIASES.iter().find(|(alias, _)| *alias == name) {
            return Ok(Region((*short).to_owned()));
        }
        let inner = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
        let edges = !name.starts_with('-') && !name.ends_with('-');
        match name.len() {
            1..=32 if edges && name.bytes().all(inner) => Ok(Region(name.to_owned())),
            _ => Err(InputError::Region),
        }
    }

    /// The word in host names.
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The host that answers every call but downloads.
    pub(super) fn api_host(&self) -> String {
        format!("{}.file.myqcloud.com", self.0)
    }

    /// What follows `{bucket}-{appid}.` in the host of downloads.
    pub(super) fn download_suffix(&self) -> String {
        format!("cos{}.myqcloud.com", self.0)
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
    fn aliases_become_short_names_and_unknown_words_stay() {
        let short = |name| Region::new(name).map(|region| region.0);
        assert_eq!(short("shanghai").as_deref(), Ok("sh"));
        assert_eq!(short("tianjing").as_deref(), Ok("tj"));
        assert_eq!(short("ap-guangzhou").as_deref(), Ok("gz"));
        assert_eq!(short("newplace").as_deref(), Ok("newplace"));
    }

    #[test]
    fn what_could_change_the_host_is_refused() {
        for bad in [
            "", "gz.evil", "gz/", "gz@host", "g z", "-gz", "gz-", "GZ", "图", "gz:80",
        ] {
            assert_eq!(Region::new(bad), Err(InputError::Region), "{bad:?}");
        }
    }
}
