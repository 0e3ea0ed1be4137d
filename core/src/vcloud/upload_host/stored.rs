use std::fmt;

/// What [`StoreObject`](super::StoreObject) brings.
#[derive(Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Stored {
    /// The name of the content at the service.
    pub uri: String,
    /// What the commit refers to.
    pub session_key: String,
}

/// Hides the session: who has it can commit the upload.
impl fmt::Debug for Stored {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        (f.debug_struct("Stored").field("uri", &self.uri)).finish_non_exhaustive()
    }
}
