use bytes::Bytes;
use http::{Request, Response};

use super::{
    Content, PutObject, StorageClass, Store, Stored, UploadAddress, VpcAddress,
    envelope::is_refusal,
    parts::{PutParts, Session, SessionKeeper, part_size},
    place::Place,
    put_vpc::PutVpc,
};
use crate::{
    Flow, Operation, Payload, Stamp, Turn,
    error::{Error, InputError, ServiceError},
    vcloud::Scheme,
};

/// So often is one host tried (section 8.1).
const ATTEMPTS_PER_HOST: u32 = 3;

/// So often is an upload in parts begun anew because nobody knows it any more.
const RESTARTS: u32 = 3;

/// Puts a content to the first upload host that takes it.
///
/// A host that has trouble of its own is tried three times, one that does not answer once; then the
/// next one has its turn, as it has after an answer that is none. A refusal ends it, unless there is
/// another address, with a permission of its own.
///
/// In one request, unless it is to be [in parts](StoreObject::in_parts_of). A host to which a part does
/// not get through is tried three times as well; the next one of the same store goes on where it
/// stopped, and begins anew only if it knows nothing of it.
#[derive(Clone, Debug)]
pub struct StoreObject {
    /// Never empty.
    targets: Vec<Target>,
    content: Content,
    source: usize,
    /// How large parts are, if there are to be any.
    part_size: Option<u64>,
    /// The largest size that is sent in parts without the mode for large files.
    plain_up_to: u64,
    keeper: SessionKeeper,
    /// Whether the session is kept until somebody commits.
    for_commit: bool,
    /// An upload that was begun before, or at another host.
    taken_up: Option<Session>,
    /// Which target has its turn.
    at: usize,
    /// What is done there.
    put: Option<Put>,
    /// How often it had trouble.
    troubles: u32,
    restarts: u32,
    /// Whether the last request is without an answer.
    unanswered: bool,
}

#[derive(Clone, Debug)]
struct Target {
    /// Which of the addresses it belongs to.
    address: usize,
    door: Door,
    stored: Stored,
    /// Not to be tried again.
    given_up: bool,
}

#[derive(Clone, Debug)]
enum Door {
    Host(UploadAddress, Place),
    Vpc(VpcAddress),
}

#[derive(Clone, Debug)]
enum Put {
    Whole(Box<PutObject>),
    Parts(Box<PutParts>),
    Vpc(Box<PutVpc>),
}

impl StoreObject {
    /// Puts source 0 at one of the stores of `address`.
    pub fn new(address: &UploadAddress, store: &Store, content: Content) -> StoreObject {
        StoreObject::at_one_of([(address, store)], content)
    }

    /// Puts source 0 at the first of these stores that can be reached; there must be one.
    pub(in crate::vcloud) fn at_one_of<'a>(
        stores: impl IntoIterator<Item = (&'a UploadAddress, &'a Store)>,
        content: Content,
    ) -> StoreObject {
        let targets = (stores.into_iter().enumerate())
            .flat_map(|(at, (address, store))| targets(at, address, store));
        StoreObject {
            targets: targets.collect(),
            content,
            source: 0,
            part_size: None,
            plain_up_to: 0,
            keeper: SessionKeeper::default(),
            for_commit: false,
            taken_up: None,
            at: 0,
            put: None,
            troubles: 0,
            restarts: 0,
            unanswered: false,
        }
    }

    /// Goes on with an upload in parts of the same content that was begun before.
    ///
    /// If the host does not know it any more, the upload begins anew at the same store.
    ///
    /// # Errors
    ///
    /// [`InputError::SessionOfAnother`] if it is one of other content, or if there is no checksum that
    /// could tell.
    pub fn take_up(session: &Session, content: Content) -> Result<StoreObject, InputError> {
        session.check(&content)?;
        let address = session.address();
        let mut store = StoreObject::new(address, session.store(), content);
        let mut hosts = address.hosts().iter();
        store.at = hosts.position(|host| host == session.host()).unwrap_or(0);
        store.part_size = Some(session.part_size());
        if !session.is_gateway() {
            store.plain_up_to = u64::MAX;
        }
        store.taken_up = Some(session.clone());
        Ok(match session.storage_class() {
            Some(class) => store.storage_class(class),
            None => store,
        })
    }

    /// Tries this first, if it takes a content of this size.
    pub(in crate::vcloud) fn first_at(mut self, vpc: &VpcAddress, scheme: Scheme) -> StoreObject {
        if vpc.takes(self.content.size(), scheme) {
            let target = Target {
                address: usize::MAX,
                door: Door::Vpc(vpc.clone()),
                stored: vpc.stored().clone(),
                given_up: false,
            };
            self.targets.insert(0, target);
        }
        self
    }

    /// Reads the content from another source than 0.
    pub fn source(mut self, source: usize) -> StoreObject {
        self.source = source;
        self
    }

    /// Speaks to the hosts over this.
    pub fn over(self, scheme: Scheme) -> StoreObject {
        self.each(|place| place.scheme = scheme)
    }

    /// Has it kept in this way; of Volcengine only.
    pub fn storage_class(self, class: StorageClass) -> StoreObject {
        self.each(|place| place.storage_class = Some(class))
    }

    /// Sends the content in parts of this many bytes, if it has as many: a multiple of
    /// [`PART_SIZE`](super::parts::PART_SIZE).
    pub fn in_parts_of(mut self, bytes: u64) -> StoreObject {
        self.part_size = Some(bytes);
        self
    }

    /// The same, unless the upload was begun in others.
    pub(in crate::vcloud) fn or_in_parts_of(mut self, bytes: u64) -> StoreObject {
        self.part_size.get_or_insert(bytes);
        self
    }

    /// Sends parts of contents up to this size without the mode for large files.
    pub fn plain_up_to(mut self, bytes: u64) -> StoreObject {
        self.plain_up_to = bytes;
        self
    }

    /// Keeps the session in `keeper`, as long as an upload in parts is open.
    pub fn kept_in(mut self, keeper: &SessionKeeper) -> StoreObject {
        self.keeper = keeper.clone();
        self
    }

    /// The session is still of use when the content is stored: the caller clears the keeper.
    pub(in crate::vcloud) fn for_commit(mut self) -> StoreObject {
        self.for_commit = true;
        self
    }

    /// Whether it had trouble so often at the last host that is left, that nothing is to be hoped for.
    pub(in crate::vcloud) fn is_exhausted(&self) -> bool {
        self.troubles >= ATTEMPTS_PER_HOST
    }

    fn each(mut self, change: impl Fn(&mut Place)) -> StoreObject {
        for target in &mut self.targets {
            if let Door::Host(_, place) = &mut target.door {
                change(place);
            }
        }
        self
    }

    /// What is to be done at the target of the moment.
    fn begin(&mut self) -> Result<Put, InputError> {
        let (address, place) = match &self.targets[self.at].door {
            Door::Vpc(vpc) => {
                let put = PutVpc::new(vpc, &self.content, self.source);
                return Ok(Put::Vpc(Box::new(put)));
            }
            Door::Host(address, place) => (address, place),
        };
        let size = self.content.size();
        let begun = self.taken_up.is_some();
        let Some(asked) = self.part_size.filter(|&asked| begun || size >= asked) else {
            let put = PutObject::at(place.clone(), self.content.clone());
            return Ok(Put::Whole(Box::new(put.source(self.source))));
        };
        let way = (part_size(asked, size)?, size > self.plain_up_to);
        let content = (&self.content, self.source);
        let put = PutParts::new(address, place, content, way, &self.keeper);
        let session = self.taken_up.take();
        let same = |session: &Session| session.store().uri() == place.store.uri();
        Ok(Put::Parts(Box::new(match session.filter(same) {
            Some(session) => put.going_on(session, place),
            None => put,
        })))
    }

    /// Goes on to the next target that was not given up; says whether there is another one.
    fn next(&mut self) -> bool {
        let count = self.targets.len();
        let mut others = (1..count).map(|step| (self.at + step) % count);
        let Some(next) = others.find(|&at| !self.targets[at].given_up) else {
            return false;
        };
        if let Some(Put::Parts(parts)) = &self.put {
            self.taken_up = parts.session().cloned();
        }
        self.at = next;
        self.put = None;
        self.troubles = 0;
        true
    }

    /// No answer came to the last request.
    fn lost(&mut self) {
        match &mut self.put {
            // What was stored is not to be lost over one connection.
            Some(Put::Parts(parts)) => {
                parts.lost();
                self.troubles += 1;
                if self.troubles >= ATTEMPTS_PER_HOST {
                    self.next();
                }
            }
            _ => {
                self.next();
            }
        }
    }

    /// Finds a way round a failure, if there is one.
    fn fail(&mut self, error: Error) -> Result<Turn<Stored>, Error> {
        let at = self.at;
        if error.is_retryable() {
            self.troubles += 1;
            if self.troubles < ATTEMPTS_PER_HOST {
                return Err(error);
            }
        } else if is_refusal(&error) {
            if self.begin_anew() {
                return Ok(Turn::NEXT);
            }
            self.give_up_address(at);
        }
        // Else the host did not say no: another one may do better.
        match self.next() {
            true => {
                self.targets[at].given_up = true;
                Ok(Turn::NEXT)
            }
            false => Err(error),
        }
    }

    /// Whether the refusal may only mean that an upload in parts is unknown there.
    fn begin_anew(&mut self) -> bool {
        let Some(Put::Parts(parts)) = &mut self.put else {
            return false;
        };
        let anew = self.restarts < RESTARTS && parts.begin_anew();
        self.restarts += u32::from(anew);
        anew
    }

    /// The other hosts of the same address would refuse as this one did.
    fn give_up_address(&mut self, at: usize) {
        let refused = self.targets[at].address;
        for target in &mut self.targets {
            target.given_up |= target.address == refused;
        }
    }
}

fn targets(at: usize, address: &UploadAddress, store: &Store) -> Vec<Target> {
    // The other stores are of other contents.
    let address = address.of_store(store);
    let hosts = address.hosts().iter();
    let targets = hosts.map(|host| Target {
        address: at,
        door: Door::Host(address.clone(), Place::new(&address, store, host)),
        stored: Stored {
            uri: store.uri().to_owned(),
            session_key: address.session_key().to_owned(),
        },
        given_up: false,
    });
    targets.collect()
}

impl Flow for StoreObject {
    type Output = Stored;

    fn poll(&mut self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        if std::mem::take(&mut self.unanswered) {
            self.lost();
        }
        let put = match self.put.take() {
            Some(put) => put,
            None => self.begin()?,
        };
        let request = match &put {
            Put::Whole(put) => put.request(stamp),
            Put::Parts(put) => put.request(stamp),
            Put::Vpc(put) => put.request(),
        };
        self.put = Some(put);
        self.unanswered = true;
        request
    }

    fn handle(&mut self, response: &Response<Bytes>) -> Result<Turn<Stored>, Error> {
        self.unanswered = false;
        let result = match &mut self.put {
            Some(Put::Whole(put)) => put.parse(response).map(Turn::Done),
            Some(Put::Parts(put)) => put.handle(response),
            Some(Put::Vpc(put)) => put.handle(response),
            None => Err(InputError::Ended.into()),
        };
        match result {
            Ok(turn) => {
                self.troubles = 0;
                if matches!(turn, Turn::Done(())) && !self.for_commit {
                    self.keeper.keep(None);
                }
                let stored = &self.targets[self.at].stored;
                Ok(turn.map(|()| stored.clone()))
            }
            Err(error) => self.fail(error),
        }
    }

    /// The same content, or the same part of it, under the same name.
    fn repeatable(&self) -> bool {
        true
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        None
    }

    /// No refusal shows that the content is there.
    fn settled(&mut self, _: &ServiceError) -> Option<Turn<Stored>> {
        None
    }
}

#[cfg(test)]
#[path = "store_object_tests.rs"]
mod tests;
