use crate::cos::slices::Manifest;

/// What is to be uploaded: how long it is, and if known, its digests.
///
/// With a [`Manifest`] the service checks what arrives, and need not be sent what it already has.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    size: u64,
    manifest: Option<Manifest>,
}

impl Content {
    /// Content whose digests nobody computed: the service cannot check it.
    pub const fn unchecked(size: u64) -> Content {
        Content {
            size,
            manifest: None,
        }
    }

    /// The length in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The digests.
    pub fn manifest(&self) -> Option<&Manifest> {
        self.manifest.as_ref()
    }

    /// SHA-1 of the whole, in lower-case hex.
    pub(super) fn sha(&self) -> Option<&str> {
        self.manifest.as_ref().map(Manifest::sha1)
    }
}

impl From<Manifest> for Content {
    fn from(manifest: Manifest) -> Content {
        Content {
            size: manifest.size(),
            manifest: Some(manifest),
        }
    }
}
