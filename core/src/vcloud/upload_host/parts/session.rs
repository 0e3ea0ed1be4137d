use std::{collections::BTreeMap, ops::Range};

use serde::{Deserialize, Serialize};

use super::{PartStored, plan};
use crate::{
    error::InputError,
    vcloud::{
        Content,
        upload_host::{StorageClass, Store, UploadAddress, UploadHost, place::Place},
    },
};

/// An open upload in parts. It can be saved, and taken up by another process with `take_up` of the
/// flow that began it; a [`SessionKeeper`](super::SessionKeeper) holds that of an upload that is going
/// on.
///
/// What is saved holds the permission of the apply: whoever has it can upload in its place until that
/// ends. Keep it where others cannot read it.
#[derive(Clone, Debug, Serialize, Deserialize)]
#[serde(into = "Saved", try_from = "Saved")]
pub struct Session {
    pub(super) id: String,
    /// Of one store.
    address: UploadAddress,
    /// Who took what was sent last.
    host: UploadHost,
    size: u64,
    crc32: Option<u32>,
    part_size: u64,
    pub(super) gateway: bool,
    storage_class: Option<StorageClass>,
    /// Of the first part, as the service saw it.
    content_type: Option<String>,
    /// Checksums of the parts that are there, counted from 0.
    stored: BTreeMap<u64, u32>,
    /// Whether the parts were joined.
    joined: bool,
}

impl Session {
    pub(super) fn new(
        id: String,
        (address, place): (&UploadAddress, &Place),
        content: &Content,
        (part_size, gateway): (u64, bool),
    ) -> Session {
        Session {
            id,
            address: address.of_store(&place.store),
            host: place.host.clone(),
            size: content.size(),
            crc32: content.crc32(),
            part_size,
            gateway,
            storage_class: place.storage_class,
            content_type: None,
            stored: BTreeMap::new(),
            joined: false,
        }
    }

    /// What the host calls it.
    pub fn id(&self) -> &str {
        &self.id
    }

    /// Where the content is put, and by whose leave.
    pub fn address(&self) -> &UploadAddress {
        &self.address
    }

    /// The host that took what was sent last.
    pub fn host(&self) -> &UploadHost {
        &self.host
    }

    /// The length of the content, in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The length of every part but the last, in bytes.
    pub fn part_size(&self) -> u64 {
        self.part_size
    }

    /// How many parts there are to be.
    pub fn parts(&self) -> u64 {
        plan::count(self.size, self.part_size)
    }

    /// The parts that are still to be sent, counted from 0, and which bytes they have.
    pub fn missing(&self) -> impl Iterator<Item = (u64, Range<u64>)> {
        (0..self.parts())
            .filter(|part| !self.stored.contains_key(part))
            .map(|part| (part, self.range(part)))
    }

    /// How many bytes are there already.
    pub fn stored(&self) -> u64 {
        let lengths = self.stored.keys().map(|&part| {
            let range = self.range(part);
            range.end - range.start
        });
        lengths.sum()
    }

    /// Whether the parts were joined, so that only the commit is missing.
    pub fn is_joined(&self) -> bool {
        self.joined
    }

    pub(super) fn joined(mut self) -> Session {
        self.joined = true;
        self
    }

    /// Notes that a part is there.
    pub fn take(&mut self, part: &PartStored) {
        if part.part == 0 {
            self.content_type.clone_from(&part.content_type);
        }
        if part.part < self.parts() {
            self.stored.insert(part.part, part.crc32);
        }
    }

    pub(super) fn range(&self, part: u64) -> Range<u64> {
        plan::range(part, self.size, self.part_size)
    }

    /// The number that the host is told: of large files, they are counted from 1 (section 8.2).
    pub(super) fn number(&self, part: u64) -> u64 {
        part + u64::from(self.gateway)
    }

    pub(super) fn checksums(&self) -> &BTreeMap<u64, u32> {
        &self.stored
    }

    pub(super) fn content_type(&self) -> Option<&str> {
        self.content_type.as_deref()
    }

    pub(super) fn place(&self) -> Place {
        Place {
            storage_class: self.storage_class,
            ..Place::new(&self.address, self.store(), &self.host)
        }
    }

    /// Goes on at another host of the same store.
    pub(super) fn at(mut self, host: &UploadHost) -> Session {
        self.host = host.clone();
        self
    }

    pub(in crate::vcloud) fn store(&self) -> &Store {
        &self.address.stores[0]
    }

    pub(in crate::vcloud::upload_host) fn storage_class(&self) -> Option<StorageClass> {
        self.storage_class
    }

    pub(in crate::vcloud::upload_host) fn is_gateway(&self) -> bool {
        self.gateway
    }

    /// Whether it is one of this content; nothing tells of content without a checksum.
    pub(in crate::vcloud) fn check(&self, content: &Content) -> Result<(), InputError> {
        let same = self.crc32.is_some()
            && (self.size, self.crc32) == (content.size(), content.crc32())
            && (self.stored.iter()).all(|(&part, &crc32)| {
                let known = content.crc32_of(&self.range(part));
                known.is_none_or(|known| known == crc32)
            });
        match same {
            true => Ok(()),
            false => Err(InputError::SessionOfAnother),
        }
    }
}

/// The permission does not count: the same upload has the same one.
impl PartialEq for Session {
    fn eq(&self, other: &Session) -> bool {
        let plain = |session: &Session| {
            (
                session.id.clone(),
                session.host.clone(),
                session.store().uri().to_owned(),
                (session.size, session.crc32, session.part_size),
                (session.stored.clone(), session.joined),
            )
        };
        plain(self) == plain(other)
    }
}

impl Eq for Session {}

/// As it is saved.
#[derive(Serialize, Deserialize)]
struct Saved {
    upload_id: String,
    host: String,
    hosts: Vec<String>,
    store_uri: String,
    auth: String,
    headers: Vec<(String, String)>,
    session_key: String,
    size: u64,
    crc32: Option<u32>,
    part_size: u64,
    gateway: bool,
    storage_class: Option<StorageClass>,
    content_type: Option<String>,
    stored: BTreeMap<u64, u32>,
    joined: bool,
}

impl From<Session> for Saved {
    fn from(session: Session) -> Saved {
        let store = session.store();
        let text = |value: &http::HeaderValue| {
            // Read from a text when the address was.
            String::from_utf8_lossy(value.as_bytes()).into_owned()
        };
        let headers = session.address.headers.iter();
        Saved {
            host: session.host.as_str().to_owned(),
            hosts: (session.address.hosts().iter())
                .map(|host| host.as_str().to_owned())
                .collect(),
            store_uri: store.uri().to_owned(),
            auth: store.auth().expose().to_owned(),
            headers: headers
                .map(|(name, value)| (name.as_str().to_owned(), text(value)))
                .collect(),
            session_key: session.address.session_key().to_owned(),
            upload_id: session.id,
            size: session.size,
            crc32: session.crc32,
            part_size: session.part_size,
            gateway: session.gateway,
            storage_class: session.storage_class,
            content_type: session.content_type,
            stored: session.stored,
            joined: session.joined,
        }
    }
}

impl TryFrom<Saved> for Session {
    type Error = &'static str;

    fn try_from(saved: Saved) -> Result<Session, &'static str> {
        let store = (saved.store_uri, saved.auth);
        let address = UploadAddress::saved(store, saved.hosts, &saved.headers, saved.session_key)?;
        let host = UploadHost::new(saved.host).map_err(|_| "an upload host that is none")?;
        let size_fits =
            saved.size > 0 && plan::part_size(saved.part_size, saved.size) == Ok(saved.part_size);
        if saved.upload_id.is_empty() || !size_fits {
            return Err("no upload in parts");
        }
        let parts = plan::count(saved.size, saved.part_size);
        if saved.stored.keys().any(|&part| part >= parts) {
            return Err("more parts than the content has");
        }
        Ok(Session {
            id: saved.upload_id,
            address,
            host,
            size: saved.size,
            crc32: saved.crc32,
            part_size: saved.part_size,
            gateway: saved.gateway,
            storage_class: saved.storage_class,
            content_type: saved.content_type,
            stored: saved.stored,
            joined: saved.joined,
        })
    }
}
