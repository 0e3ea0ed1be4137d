use yunmei_core::cos::{Attributes, FileEntry};

/// What is known of a file in the cloud before it is copied.
#[derive(Debug)]
pub(super) struct Stored {
    pub(super) size: u64,
    /// SHA-1 in hex, where the service knows it.
    pub(super) sha: Option<String>,
    pub(super) access_url: Option<String>,
    pub(super) source_url: Option<String>,
    is_complete: bool,
}

impl Stored {
    /// What a listing says, if it says enough to compare and to check a file.
    pub(super) fn listed(entry: FileEntry) -> Option<Stored> {
        let size = entry.size?;
        let stored = Stored {
            size,
            sha: entry.sha,
            access_url: entry.access_url,
            source_url: entry.source_url,
            is_complete: entry.stored.is_none_or(|stored| stored == size),
        };
        (size == 0 || stored.digest().is_some()).then_some(stored)
    }

    /// The digest of its content. An empty file has one of zeros, which is none (dossier 6.1).
    pub(super) fn digest(&self) -> Option<&str> {
        let sha = self.sha.as_deref()?;
        (sha.len() == 40 && self.size > 0).then_some(sha)
    }

    /// Whether its content has this length and this SHA-1.
    pub(super) fn is(&self, size: u64, sha1: &str) -> bool {
        let same_digest = || {
            self.digest()
                .is_some_and(|sha| sha.eq_ignore_ascii_case(sha1))
        };
        self.is_complete && self.size == size && (size == 0 || same_digest())
    }
}

impl From<Attributes> for Stored {
    fn from(attributes: Attributes) -> Stored {
        Stored {
            is_complete: attributes.is_complete(),
            size: attributes.size,
            sha: attributes.sha,
            access_url: Some(attributes.access_url),
            source_url: Some(attributes.source_url),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const SHA: &str = "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d";

    fn stored(size: u64, sha: Option<&str>, is_complete: bool) -> Stored {
        Stored {
            size,
            sha: sha.map(str::to_owned),
            access_url: None,
            source_url: None,
            is_complete,
        }
    }

    #[test]
    fn content_is_the_same_by_length_and_digest_and_only_when_all_of_it_is_there() {
        assert!(stored(5, Some(&SHA.to_uppercase()), true).is(5, SHA));
        assert!(stored(0, Some(&"0".repeat(32)), true).is(0, SHA));
        for other in [
            stored(5, Some(SHA), false),
            stored(6, Some(SHA), true),
            stored(5, None, true),
            stored(5, Some(&"0".repeat(40)), true),
        ] {
            assert!(!other.is(5, SHA), "{other:?}");
        }
    }
}
