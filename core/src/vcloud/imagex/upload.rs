use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;

use super::{
    ApplyImages, CommitImages, CommittedImage, CommittedImages, FailedImage, ImageX, ServiceId,
    UploadedImages,
};
use crate::{
    Flow, Operation, Payload, Stamp, Turn,
    error::{Error, InputError, ServiceError},
    vcloud::{
        Content, Dialect, Scheme, envelope,
        upload_host::{
            StoreObject, UploadAddress,
            parts::{PART_SIZE, part_size},
        },
    },
};

/// Pictures up to this size are sent in parts without the mode for large files (section 8.2): 1 GiB.
const PLAIN_UP_TO: u64 = 1024 * 1024 * 1024;

/// Uploads pictures: [`ImageX::upload`].
///
/// ```text
///   Apply ──▶ Store, one after the other ──▶ Commit ──▶ done
///              ├─ one that is refused is left out
///              └─ if none is stored, that ends it: nothing is committed
/// ```
///
/// What is stored is committed, also if some pictures were refused; the result says which. Only an upload
/// host that does not answer ends it for all.
///
/// Pictures of 20 MiB or more go to Volcengine in parts, to TTVcloud in one request, unless
/// [parts](UploadImages::in_parts_of) are asked for.
///
/// The contents are the sources, in the order of the pictures.
#[derive(Debug)]
pub struct UploadImages {
    images: Vec<NewImage>,
    apply: ApplyImages,
    /// Waits for its session.
    commit: CommitImages,
    dialect: Dialect,
    scheme: Scheme,
    part_size: Option<u64>,
    failed: Vec<FailedImage>,
    state: State,
}

#[derive(Debug)]
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

impl From<Content> for NewImage {
    fn from(content: Content) -> NewImage {
        NewImage::new(content)
    }
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
        let dialect = imagex.signer().scope().dialect();
        UploadImages {
            apply: imagex.apply(&service, images.len()).keys(keys),
            commit: imagex.commit_later(&service),
            part_size: match dialect {
                Dialect::TtvCloud => None,
                Dialect::Volcengine => Some(PART_SIZE),
            },
            dialect,
            scheme: imagex.uploads(),
            images,
            failed: Vec::new(),
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

    /// Sends pictures in parts of this many bytes, those that have as many: a multiple of
    /// [`PART_SIZE`].
    pub fn in_parts_of(mut self, bytes: u64) -> UploadImages {
        self.part_size = Some(bytes);
        self
    }

    /// Sends each picture in one request, however large it is.
    pub fn in_one_request(mut self) -> UploadImages {
        self.part_size = None;
        self
    }

    /// How many pictures were stored so far.
    pub fn stored(&self) -> usize {
        let tried = match &self.state {
            State::Apply => 0,
            State::Store { at, .. } => *at,
            State::Commit { .. } => self.images.len(),
        };
        tried - self.failed.len()
    }

    /// Nothing is applied for that cannot be sent.
    fn check(&self) -> Result<(), InputError> {
        if let Some(asked) = self.part_size {
            part_size(asked, 0)?;
        }
        match self.images.iter().any(|image| image.content.size() == 0) {
            true => Err(InputError::EmptyContent),
            false => Ok(()),
        }
    }

    /// Goes on to this picture, or to the end.
    fn go_on(&mut self, address: UploadAddress, at: usize) -> Turn<UploadedImages> {
        self.state = match (self.images.get(at), address.stores().get(at)) {
            (Some(image), Some(store)) => {
                let store = StoreObject::new(&address, store, image.content.clone());
                let store = store.source(at).over(self.scheme);
                let store = match self.part_size {
                    Some(bytes) => store.in_parts_of(bytes).plain_up_to(PLAIN_UP_TO),
                    None => store,
                };
                let store = Box::new(store);
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
        let failed = |at: usize| self.failed.iter().any(|failed| failed.at == at);
        let stored = || {
            let stores = address.stores().iter().enumerate();
            stores.filter(|(at, _)| !failed(*at))
        };
        let mut commit = self.commit.clone().session(address.session_key());
        // The reference leaves it out, as for it all are stored; without it, the successor does not say
        // what became of each.
        if self.dialect == Dialect::Volcengine || !self.failed.is_empty() {
            commit = commit.stored(stored().map(|(_, store)| store.uri()));
        }
        for (at, store) in stored() {
            let image = self.images.get(at);
            if let Some(name) = image.and_then(|image| image.file_name.as_ref()) {
                commit = commit.file_name(store.uri(), name);
            }
        }
        self.commit = commit;
    }

    /// Leaves out the picture that is not to be stored, unless it is the last of which there was hope.
    fn leave_out(&mut self, error: Error) -> Result<Turn<UploadedImages>, Error> {
        let State::Store { address, at, store } = &self.state else {
            return Err(error);
        };
        let (at, left) = (*at, self.images.len() - *at - 1);
        let is_over = !error.is_retryable() || store.is_exhausted();
        if !is_over || (left == 0 && self.failed.len() == at) {
            return Err(error);
        }
        let address = address.clone();
        let uri = address.stores()[at].uri().to_owned();
        self.failed.push(FailedImage { at, uri, error });
        Ok(self.go_on(address, at + 1))
    }

    /// What became of each picture.
    fn result(
        &mut self,
        committed: CommittedImages,
        response: &Response<Bytes>,
    ) -> Result<UploadedImages, Error> {
        let State::Commit { address } = &self.state else {
            return Err(InputError::Ended.into());
        };
        let mut images = Vec::new();
        let mut failed = Vec::new();
        for (at, store) in address.stores().iter().enumerate() {
            if self.failed.iter().any(|failed| failed.at == at) {
                continue;
            }
            let uri = store.uri();
            match committed.images.iter().find(|image| image.uri == uri) {
                Some(image) if image.status == Some(CommittedImage::NOT_STORED) => {
                    let uri = uri.to_owned();
                    let message = format!("not stored: {uri}");
                    let error = envelope::refused_inside(
                        self.dialect.name(),
                        response,
                        2001,
                        Some(message),
                    );
                    failed.push(FailedImage { at, uri, error });
                }
                Some(image) => images.push(image.clone()),
                // The others are stored all the same.
                None => {
                    let problem = format!("in Result: nothing of {uri}");
                    let error = envelope::unreadable_withheld(problem, response);
                    let uri = uri.to_owned();
                    failed.push(FailedImage { at, uri, error });
                }
            }
        }
        if images.is_empty() {
            let nothing = || envelope::unreadable_withheld("in Result: no picture", response);
            return Err(failed.pop().map_or_else(nothing, |failed| failed.error));
        }
        failed.append(&mut self.failed);
        failed.sort_by_key(|failed| failed.at);
        Ok(UploadedImages {
            images,
            metas: committed.metas,
            failed,
        })
    }
}

impl Flow for UploadImages {
    type Output = UploadedImages;

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

    fn handle(&mut self, response: &Response<Bytes>) -> Result<Turn<UploadedImages>, Error> {
        match &mut self.state {
            State::Apply => {
                let address = self.apply.parse(response)?;
                Ok(self.go_on(address, 0))
            }
            State::Store { address, at, store } => match store.handle(response) {
                Ok(Turn::Next { after }) => Ok(Turn::Next { after }),
                Ok(Turn::Done(_)) => {
                    let (address, next) = (address.clone(), *at + 1);
                    Ok(self.go_on(address, next))
                }
                Err(error) => self.leave_out(error),
            },
            State::Commit { .. } => {
                let committed = self.commit.parse(response)?;
                self.result(committed, response).map(Turn::Done)
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

    /// No refusal shows that an earlier request was carried out.
    fn settled(&mut self, _: &ServiceError) -> Option<Turn<UploadedImages>> {
        None
    }
}

#[cfg(test)]
#[path = "upload_tests.rs"]
mod tests;
