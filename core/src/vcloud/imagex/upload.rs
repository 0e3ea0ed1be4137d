use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use super::{ApplyImages, CommitImages, CommittedImage, CommittedImages, ImageX, ServiceId};
use crate::{
    Flow, Operation, Payload, Stamp, Turn,
    error::{Error, InputError, ServiceError},
    vcloud::{
        Content, Dialect, Scheme, envelope,
        upload_host::{StoreObject, UploadAddress},
    },
};

/// Uploads pictures: [`ImageX::upload`].
///
/// ```text
///   Apply ──▶ Store, one after the other ──▶ Commit ──▶ done
///              └─ one that cannot be stored ends it: nothing is committed
/// ```
///
/// The contents are the sources, in the order of the pictures.
#[derive(Clone, Debug)]
pub struct UploadImages {
    images: Vec<NewImage>,
    apply: ApplyImages,
    /// Waits for its session.
    commit: CommitImages,
    dialect: Dialect,
    scheme: Scheme,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    Apply,
    Store {
        address: UploadAddress,
        /// Which picture.
        at: usize,
        store: Box<StoreObject>,
    },
    Commit {
        address: UploadAddress,
    },
}

/// A picture to upload.
#[derive(Clone, Debug)]
pub struct NewImage {
    content: Content,
    key: Option<String>,
    file_name: Option<String>,
}

impl NewImage {
    /// A picture with this content.
    pub fn new(content: Content) -> NewImage {
        NewImage {
            content,
            key: None,
            file_name: None,
        }
    }

    /// The name under which it is to be stored. Either all pictures of an upload have one, or none.
    pub fn key(mut self, key: impl Into<String>) -> NewImage {
        self.key = Some(key.into());
        self
    }

    /// The name of its file, which the service keeps.
    pub fn file_name(mut self, name: impl Into<String>) -> NewImage {
        self.file_name = Some(name.into());
        self
    }
}

impl UploadImages {
    pub(super) fn new(imagex: ImageX, service: ServiceId, images: Vec<NewImage>) -> UploadImages {
        let keys = images.iter().filter_map(|image| image.key.clone());
        UploadImages {
            apply: imagex.apply(&service, images.len()).keys(keys),
            commit: imagex.commit_later(&service),
            dialect: imagex.signer().scope().dialect(),
            scheme: imagex.uploads(),
            images,
            state: State::Apply,
        }
    }

    /// The space; of old services only.
    pub fn space_name(mut self, name: impl Into<String>) -> UploadImages {
        let name = name.into();
        self.apply = self.apply.space_name(name.clone());
        self.commit = self.commit.space_name(name);
        self
    }

    /// Whether pictures that have these names already are replaced; of Volcengine only.
    pub fn overwrite(mut self, overwrite: bool) -> UploadImages {
        self.apply = self.apply.overwrite(overwrite);
        self
    }

    /// Without reading what the pictures are like.
    pub fn skip_meta(mut self) -> UploadImages {
        self.commit = self.commit.skip_meta();
        self
    }

    /// Has a function carried out on the pictures: see [`CommitImages::function`].
    pub fn function(mut self, name: impl Into<String>, input: Value) -> UploadImages {
        self.commit = self.commit.function(name, input);
        self
    }

    /// How many pictures were stored so far.
    pub fn stored(&self) -> usize {
        match &self.state {
            State::Apply => 0,
            State::Store { at, .. } => *at,
            State::Commit { .. } => self.images.len(),
        }
    }

    /// Nothing is applied for that cannot be sent.
    fn check(&self) -> Result<(), InputError> {
        match self.images.iter().any(|image| image.content.size() == 0) {
            true => Err(InputError::EmptyContent),
            false => Ok(()),
        }
    }

    /// Goes on to this picture, or to the end.
    fn go_on(&mut self, address: UploadAddress, at: usize) -> Turn<CommittedImages> {
        self.state = match (self.images.get(at), address.stores().get(at)) {
            (Some(image), Some(store)) => {
                let store = StoreObject::new(&address, store, image.content);
                let store = Box::new(store.source(at).over(self.scheme));
                State::Store { address, at, store }
            }
            _ => {
                self.prepare_commit(&address);
                State::Commit { address }
            }
        };
        Turn::NEXT
    }

    fn prepare_commit(&mut self, address: &UploadAddress) {
        let mut commit = self.commit.clone().session(address.session_key());
        // The reference leaves it out; without it, the successor does not say what became of each.
        if self.dialect == Dialect::Volcengine {
            commit = commit.stored(address.stores().iter().map(|store| store.uri()));
        }
        for (image, store) in self.images.iter().zip(address.stores()) {
            if let Some(name) = &image.file_name {
                commit = commit.file_name(store.uri(), name);
            }
        }
        self.commit = commit;
    }
}

/// Every picture is among what was committed.
fn complete(
    committed: CommittedImages,
    address: &UploadAddress,
    response: &Response<Bytes>,
) -> Result<CommittedImages, Error> {
    for store in address.stores() {
        let mut images = committed.images.iter();
        match images.find(|image| image.uri == store.uri()) {
            Some(image) if image.status == Some(CommittedImage::NOT_STORED) => {
                let message = format!("not stored: {}", image.uri);
                return Err(envelope::refused_inside(response, 2001, Some(message)));
            }
            Some(_) => {}
            None => {
                let problem = format!("in Result: nothing of {}", store.uri());
                return Err(envelope::unreadable_withheld(problem, response));
            }
        }
    }
    Ok(committed)
}

impl Flow for UploadImages {
    type Output = CommittedImages;

    fn poll(&mut self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        match &mut self.state {
            State::Apply => {
                self.check()?;
                self.apply.request(stamp)
            }
            State::Store { store, .. } => store.poll(stamp),
            State::Commit { .. } => self.commit.request(stamp),
        }
    }

    fn handle(&mut self, response: &Response<Bytes>) -> Result<Turn<CommittedImages>, Error> {
        match &mut self.state {
            State::Apply => {
                let address = self.apply.parse(response)?;
                Ok(self.go_on(address, 0))
            }
            State::Store { address, at, store } => match store.handle(response)? {
                Turn::Next { after } => Ok(Turn::Next { after }),
                Turn::Done(_) => {
                    let (address, next) = (address.clone(), *at + 1);
                    Ok(self.go_on(address, next))
                }
            },
            State::Commit { address } => {
                let committed = self.commit.parse(response)?;
                complete(committed, address, response).map(Turn::Done)
            }
        }
    }

    fn repeatable(&self) -> bool {
        match &self.state {
            State::Apply => Operation::repeatable(&self.apply),
            State::Store { store, .. } => store.repeatable(),
            State::Commit { .. } => Operation::repeatable(&self.commit),
        }
    }

    fn in_doubt(&mut self) {
        if let State::Store { store, .. } = &mut self.state {
            store.in_doubt();
        }
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        match &self.state {
            State::Store { store, .. } => store.if_carried_out(),
            State::Apply | State::Commit { .. } => None,
        }
    }

    fn settled(&mut self, refusal: &ServiceError) -> Option<Turn<CommittedImages>> {
        match &mut self.state {
            State::Store { address, at, store } => match store.settled(refusal)? {
                Turn::Next { after } => Some(Turn::Next { after }),
                Turn::Done(_) => {
                    let (address, next) = (address.clone(), *at + 1);
                    Some(self.go_on(address, next))
                }
            },
            State::Apply | State::Commit { .. } => None,
        }
    }
}

#[cfg(test)]
#[path = "upload_tests.rs"]
mod tests;
