use bytes::Bytes;
use http::{Request, Response};

use super::{ApplyUpload, CommitFunction, CommitUpload, Committed, FileType, storage::Storage};
use crate::{
    Flow, Operation, Payload, Stamp, Turn,
    error::{Error, InputError, ServiceError},
    vcloud::{
        Content, Dialect,
        caller::Caller,
        upload_host::{
            StorageClass, StoreObject, Stored, is_refusal,
            parts::{Session, SessionKeeper},
        },
    },
};

/// Uploads a content, of which the service then makes a video (section 7.10):
/// [`Vod::upload_video`](super::Vod::upload_video).
///
/// ```text
///   Applying ──▶ Storing ──▶ Committing ──▶ done
///      ▲          │  └─ next host, if one fails
///      └──────────┘ an upload that was taken up, and is unknown
/// ```
///
/// Content of 20 MiB or more goes to Volcengine in parts (section 8.2), one after the other; to TTVcloud
/// in one request, unless [parts](UploadVideo::in_parts_of) are asked for. An upload in parts that broke
/// off can be [taken up](UploadVideo::take_up).
///
/// The commit is not sent again when its answer was lost: see [`CommitUpload`]. To join gigabytes and to
/// read the properties of a video takes time in which no byte moves: where that may be more than the half
/// minute that transports wait, give them more.
///
/// The content is source 0.
#[derive(Clone, Debug)]
pub struct UploadVideo {
    apply: ApplyUpload,
    commit: CommitUpload,
    storage: Storage,
    /// An upload that was begun before.
    taken_up: Option<Session>,
    /// Whether it is that one which is going on.
    resumed: bool,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    Applying,
    Storing(Box<StoreObject>),
    Committing {
        commit: Box<CommitUpload>,
        store_uri: String,
    },
}

/// What [`UploadVideo`] brings.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UploadedVideo {
    /// The name of the content at the service.
    pub store_uri: String,
    /// What was made of it.
    pub committed: Committed,
}

impl UploadedVideo {
    /// The id of the video; `None` of what is no video.
    pub fn vid(&self) -> Option<&str> {
        let vid = &self.committed.results.first()?.vid;
        Some(vid.as_str()).filter(|vid| !vid.is_empty())
    }
}

impl UploadVideo {
    pub(super) fn new(
        caller: Caller,
        space: String,
        file_type: FileType,
        content: Content,
    ) -> UploadVideo {
        let apply = ApplyUpload::new(caller.clone(), space.clone(), file_type);
        UploadVideo {
            // The reference does not say it to TTVcloud.
            apply: match caller.dialect() {
                Dialect::TtvCloud => apply,
                Dialect::Volcengine => apply.file_size(content.size()),
            },
            commit: CommitUpload::new(caller.clone(), space, String::new()),
            storage: Storage::new(caller, content),
            taken_up: None,
            resumed: false,
            state: State::Applying,
        }
    }

    /// See [`CommitUpload::function`].
    pub fn function(mut self, function: CommitFunction) -> UploadVideo {
        self.commit = self.commit.function(function);
        self
    }

    /// See [`CommitUpload::callback_args`].
    pub fn callback_args(mut self, text: impl Into<String>) -> UploadVideo {
        self.commit = self.commit.callback_args(text);
        self
    }

    /// See [`ApplyUpload::object_name`].
    pub fn object_name(mut self, name: impl Into<String>) -> UploadVideo {
        self.apply = self.apply.object_name(name);
        self
    }

    /// See [`ApplyUpload::file_extension`].
    pub fn file_extension(mut self, extension: impl Into<String>) -> UploadVideo {
        self.apply = self.apply.file_extension(extension);
        self
    }

    /// See [`ApplyUpload::preferred_host`].
    pub fn preferred_host(mut self, host: impl Into<String>) -> UploadVideo {
        self.apply = self.apply.preferred_host(host);
        self
    }

    /// How it is to be kept; of Volcengine only.
    pub fn storage_class(mut self, class: StorageClass) -> UploadVideo {
        self.apply = self.apply.storage_class(class);
        self.storage.class = Some(class);
        self
    }

    /// Sends the content in parts of this many bytes, if it has as many: a multiple of
    /// [`PART_SIZE`](crate::vcloud::upload_host::parts::PART_SIZE).
    pub fn in_parts_of(mut self, bytes: u64) -> UploadVideo {
        self.storage.part_size = Some(bytes);
        self
    }

    /// Sends the content in one request, however large it is.
    pub fn in_one_request(mut self) -> UploadVideo {
        self.storage.part_size = None;
        self
    }

    /// Keeps the session of an upload in parts in `keeper`, until it is committed.
    pub fn kept_in(mut self, keeper: &SessionKeeper) -> UploadVideo {
        self.storage.keeper = keeper.clone();
        self
    }

    /// Takes up an upload in parts of the same content that was begun before. If the service does not
    /// know it any more, the upload begins anew.
    ///
    /// If the parts were joined already, only the commit is sent. It is sent again, then, if its answer
    /// was lost the last time ([`Error::Doubt`]): look first whether the video is there.
    ///
    /// It is for the caller to take up what was begun by the same account, for the same space and
    /// name: nothing in the session tells.
    ///
    /// # Errors
    ///
    /// [`InputError::SessionOfAnother`] if it is one of other content, or if there is no checksum that
    /// could tell.
    pub fn take_up(mut self, session: &Session) -> Result<UploadVideo, InputError> {
        session.check(&self.storage.content)?;
        self.taken_up = Some(session.clone());
        Ok(self)
    }

    /// Goes on where an earlier upload stopped, if there is one.
    fn resume(&mut self) -> Result<(), InputError> {
        let Some(session) = self.taken_up.take() else {
            return Ok(());
        };
        self.storage.keeper.keep(Some(&session));
        if session.is_joined() {
            self.commit_of(Stored {
                uri: session.store().uri().to_owned(),
                session_key: session.address().session_key().to_owned(),
            });
        } else {
            let store = StoreObject::take_up(&session, self.storage.content.clone())?;
            self.resumed = true;
            self.state = State::Storing(Box::new(self.storage.finish(store)));
        }
        Ok(())
    }

    fn commit_of(&mut self, stored: Stored) {
        self.state = State::Committing {
            commit: Box::new(self.commit.of_session(stored.session_key)),
            store_uri: stored.uri,
        };
    }

    /// An upload that was taken up, and is refused, begins anew.
    fn refused(&mut self, error: Error) -> Result<Turn<UploadedVideo>, Error> {
        if !self.resumed || error.is_retryable() || !is_refusal(&error) {
            return Err(error);
        }
        self.resumed = false;
        self.storage.keeper.keep(None);
        self.state = State::Applying;
        Ok(Turn::NEXT)
    }
}

impl Flow for UploadVideo {
    type Output = UploadedVideo;

    fn poll(&mut self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        if matches!(self.state, State::Applying) {
            // Nothing is asked for an upload that cannot be.
            self.storage.check()?;
            self.commit.check()?;
            self.resume()?;
        }
        match &mut self.state {
            State::Applying => self.apply.request(stamp),
            State::Storing(store) => store.poll(stamp),
            State::Committing { commit, .. } => commit.request(stamp),
        }
    }

    fn handle(&mut self, response: &Response<Bytes>) -> Result<Turn<UploadedVideo>, Error> {
        match &mut self.state {
            State::Applying => {
                let applied = self.apply.parse(response)?;
                match self.storage.of(&applied) {
                    Ok(store) => self.state = State::Storing(Box::new(store)),
                    Err(stored) => self.commit_of(stored),
                }
                Ok(Turn::NEXT)
            }
            State::Storing(store) => match store.handle(response) {
                Ok(Turn::Done(stored)) => {
                    self.commit_of(stored);
                    Ok(Turn::NEXT)
                }
                Ok(Turn::Next { after }) => Ok(Turn::Next { after }),
                Err(error) => self.refused(error),
            },
            State::Committing { commit, store_uri } => {
                let committed = commit.parse(response)?;
                self.storage.keeper.keep(None);
                Ok(Turn::Done(UploadedVideo {
                    store_uri: store_uri.clone(),
                    committed,
                }))
            }
        }
    }

    fn repeatable(&self) -> bool {
        match &self.state {
            State::Applying => Operation::repeatable(&self.apply),
            State::Storing(store) => store.repeatable(),
            State::Committing { commit, .. } => Operation::repeatable(&**commit),
        }
    }

    fn in_doubt(&mut self) {
        if let State::Storing(store) = &mut self.state {
            store.in_doubt();
        }
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        match &self.state {
            State::Applying => Operation::if_carried_out(&self.apply),
            State::Storing(store) => store.if_carried_out(),
            State::Committing { commit, .. } => Operation::if_carried_out(&**commit),
        }
    }

    /// No refusal shows that an earlier request was carried out.
    fn settled(&mut self, _: &ServiceError) -> Option<Turn<UploadedVideo>> {
        None
    }
}

#[cfg(test)]
#[path = "upload_video_tests.rs"]
mod tests;
