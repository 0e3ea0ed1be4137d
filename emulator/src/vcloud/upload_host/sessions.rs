//! What an apply hands out, and a commit takes back (sections 7.5, 7.7 and 11).

use std::sync::Arc;

use base64::{Engine, engine::general_purpose::STANDARD};
use serde::{Deserialize, Serialize};
use serde_json::Value;
use sha1::{Digest, Sha1};
use tokio::sync::{Mutex, OwnedMutexGuard};
use yunmei_core::{Secret, Timestamp};

use super::{Contents, Owner, Uploads};
use crate::{random, vcloud::answer::Refusal};

/// The most sessions: with another one, the oldest goes. No source says how long the service keeps
/// them.
const LIMIT: usize = 10_000;

/// What an apply asks for.
pub(in crate::vcloud) struct Order {
    pub(in crate::vcloud) owner: Owner,
    /// What kind of things: `v` for videos, `i` for pictures, `o` for others.
    pub(in crate::vcloud) letter: char,
    /// One for each object: the name that it shall have, or none if any will do.
    pub(in crate::vcloud) names: Vec<Option<String>>,
    /// What a name that is made up ends with, with its dot.
    pub(in crate::vcloud) extension: String,
    /// `video`, `image`, and so on, in the words of the client.
    pub(in crate::vcloud) file_type: String,
}

/// An upload that was granted, of one object or of several.
#[derive(Clone, Deserialize, Serialize)]
pub(in crate::vcloud) struct Session {
    /// What the commit names it by.
    pub(in crate::vcloud) key: String,
    pub(in crate::vcloud) owner: Owner,
    pub(in crate::vcloud) file_type: String,
    pub(in crate::vcloud) tickets: Vec<Ticket>,
    /// When, in seconds.
    pub(super) opened: u64,
    /// What the commit answered: the same session committed again answers the same, since the
    /// answer may have been lost.
    pub(in crate::vcloud) result: Option<Value>,
    /// Held by whoever commits it.
    #[serde(skip)]
    committing: Arc<Mutex<()>>,
}

/// The leave to upload one object.
#[derive(Clone, Deserialize, Serialize)]
pub(in crate::vcloud) struct Ticket {
    /// The StoreUri.
    pub(in crate::vcloud) uri: String,
    /// What stands in `Authorization`.
    pub(in crate::vcloud) auth: String,
}

impl Uploads {
    /// Grants an upload.
    pub(in crate::vcloud) fn apply(
        &self,
        order: Order,
        now: Timestamp,
    ) -> Result<Arc<Session>, Refusal> {
        let tickets = (order.names.iter())
            .map(|name| ticket(&order, name.as_deref()))
            .collect::<Result<_, _>>()?;
        let session = Arc::new(Session {
            key: STANDARD.encode(random::bytes::<48>()?),
            owner: order.owner,
            file_type: order.file_type,
            tickets,
            opened: now.seconds(),
            result: None,
            committing: Arc::default(),
        });
        let mut contents = self.contents();
        while contents.sessions.len() >= LIMIT {
            let oldest = contents.sessions.values().min_by_key(|one| one.opened);
            let Some(key) = oldest.map(|oldest| oldest.key.clone()) else {
                break;
            };
            self.sessions.remove(&key)?;
            contents.close(&key);
        }
        self.sessions.put(&session.key, &*session)?;
        contents.open(Arc::clone(&session));
        Ok(session)
    }

    /// The session of this key and owner.
    pub(in crate::vcloud) fn session(
        &self,
        key: &str,
        owner: &Owner,
    ) -> Result<Arc<Session>, Refusal> {
        let contents = self.contents();
        let session = contents.sessions.get(key);
        let session = session.filter(|session| session.owner == *owner);
        session
            .cloned()
            .ok_or_else(|| Refusal::invalid("SessionKey", "no upload has this key"))
    }

    /// The same for a commit: as long as the guard lives, nobody else commits it. Two commits at once
    /// are the same commit, sent twice.
    pub(in crate::vcloud) async fn to_commit(
        &self,
        key: &str,
        owner: &Owner,
    ) -> Result<(Arc<Session>, OwnedMutexGuard<()>), Refusal> {
        let committing = Arc::clone(&self.session(key, owner)?.committing);
        let guard = committing.lock_owned().await;
        // Another commit may have ended while this one waited.
        Ok((self.session(key, owner)?, guard))
    }

    /// Remembers what the commit of a session answered.
    pub(in crate::vcloud) fn conclude(&self, key: &str, result: &Value) -> Result<(), Refusal> {
        let mut contents = self.contents();
        let Some(session) = contents.sessions.get(key) else {
            return Ok(());
        };
        let concluded = Session {
            result: Some(result.clone()),
            ..(**session).clone()
        };
        self.sessions.put(key, &concluded)?;
        contents
            .sessions
            .insert(key.to_owned(), Arc::new(concluded));
        Ok(())
    }

    /// Whose an object will be, if these are the leave to upload it.
    pub(super) fn admit(&self, uri: &str, auth: &str) -> Option<Owner> {
        let contents = self.contents();
        let keys = contents.tickets.get(uri)?.iter();
        let mut sessions = keys.filter_map(|key| contents.sessions.get(key));
        let fitting = sessions.find(|session| {
            let mut tickets = session.tickets.iter().filter(|ticket| ticket.uri == uri);
            tickets.any(|ticket| Secret::new(ticket.auth.as_str()).matches(auth))
        });
        fitting.map(|session| session.owner.clone())
    }
}

impl Contents {
    pub(super) fn open(&mut self, session: Arc<Session>) {
        for ticket in &session.tickets {
            let keys = self.tickets.entry(ticket.uri.clone()).or_default();
            keys.insert(session.key.clone());
        }
        self.sessions.insert(session.key.clone(), session);
    }

    fn close(&mut self, key: &str) {
        let Some(session) = self.sessions.remove(key) else {
            return;
        };
        for ticket in &session.tickets {
            let Some(keys) = self.tickets.get_mut(&ticket.uri) else {
                continue;
            };
            keys.remove(key);
            if keys.is_empty() {
                self.tickets.remove(&ticket.uri);
            }
        }
    }
}

fn ticket(order: &Order, name: Option<&str>) -> Result<Ticket, Refusal> {
    let (kind, owner) = match &order.owner {
        Owner::Space(name) => ("SpaceKey", name),
        Owner::Service(name) => ("ServiceKey", name),
    };
    let bucket = random::to_hex(&Sha1::digest(owner.as_bytes())[..5]);
    let name = match name {
        Some(name) => name.to_owned(),
        None => format!("{}{}", random::hex::<16>()?, order.extension),
    };
    Ok(Ticket {
        uri: format!("tos-cn-{}-{bucket}/{name}", order.letter),
        auth: format!(
            "{kind}/{owner}/1/:version:v2:{}",
            STANDARD.encode(random::bytes::<48>()?)
        ),
    })
}
