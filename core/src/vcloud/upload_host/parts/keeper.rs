use std::sync::{Arc, Mutex, PoisonError};

use super::Session;

/// Holds the [`Session`] of an upload in parts while it goes on, for whoever wants to save it: a flow
/// belongs to the client that carries it out, and with it what it knows.
///
/// ```
/// use yunmei_core::vcloud::upload_host::parts::SessionKeeper;
///
/// let keeper = SessionKeeper::default();
/// // let upload = vod.upload_video("space", FileType::Video, content).kept_in(&keeper);
/// // if client.send(upload, &mut source).is_err() { save(keeper.session()) }
/// assert_eq!(keeper.session(), None);
/// ```
#[derive(Clone, Debug, Default)]
pub struct SessionKeeper(Arc<Mutex<Option<Session>>>);

impl SessionKeeper {
    /// The upload as far as it is known to have come; `None` before it is open, and after its
    /// end.
    pub fn session(&self) -> Option<Session> {
        let session = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        session.clone()
    }

    pub(in crate::vcloud) fn keep(&self, session: Option<&Session>) {
        let mut kept = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        *kept = session.cloned();
    }
}
