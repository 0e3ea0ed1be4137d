//! All users, and where they are kept.

use std::{
    collections::BTreeMap,
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use http::StatusCode;
use yunmei_core::Timestamp;

use super::user::{Profile, User};
use crate::{
    storage::{Documents, Storage},
    vcloud::answer::Refusal,
};

/// The most users of an account; no source says how many there may be.
const LIMIT: usize = 10_000;

pub(super) struct Users {
    documents: Documents,
    /// By id: in the order in which they came.
    all: Mutex<BTreeMap<u64, User>>,
}

impl Users {
    pub(super) fn open(storage: &Storage) -> io::Result<Users> {
        let documents = storage.documents("vcloud", "users")?;
        let all = documents.load::<User>()?.into_iter();
        Ok(Users {
            all: Mutex::new(all.map(|user| (user.id, user)).collect()),
            documents,
        })
    }

    /// Creates a user.
    pub(super) fn add(
        &self,
        name: &str,
        profile: Profile,
        now: Timestamp,
    ) -> Result<User, Refusal> {
        let mut all = self.all();
        if all.values().any(|user| user.name == name) {
            let problem = "another user has this name";
            return Err(Refusal::new(
                StatusCode::CONFLICT,
                "UserAlreadyExists",
                problem,
            ));
        }
        if all.len() >= LIMIT {
            let problem = "the account has no room for another user";
            return Err(Refusal::new(
                StatusCode::CONFLICT,
                "UserLimitExceeded",
                problem,
            ));
        }
        let last = all.last_key_value().map_or(0, |(id, _)| *id);
        let user = User {
            id: last + 1,
            name: name.to_owned(),
            created: now.seconds(),
            profile,
        };
        self.documents.put(name, &user)?;
        all.insert(user.id, user.clone());
        Ok(user)
    }

    pub(super) fn find(&self, name: &str) -> Result<User, Refusal> {
        let all = self.all();
        let found = all.values().find(|user| user.name == name);
        found.cloned().ok_or_else(missing)
    }

    pub(super) fn delete(&self, name: &str) -> Result<(), Refusal> {
        let mut all = self.all();
        let found = all.values().find(|user| user.name == name);
        let id = found.map(|user| user.id).ok_or_else(missing)?;
        self.documents.remove(name)?;
        all.remove(&id);
        Ok(())
    }

    /// Those that a search for this text finds; all, if there is none.
    pub(super) fn matching(&self, text: &str) -> Vec<User> {
        let text = text.to_lowercase();
        let all = self.all();
        let found = all.values().filter(|user| user.matches(&text));
        found.cloned().collect()
    }

    fn all(&self) -> MutexGuard<'_, BTreeMap<u64, User>> {
        self.all.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

fn missing() -> Refusal {
    let problem = "there is no user of this name";
    Refusal::new(StatusCode::NOT_FOUND, "UserNotExist", problem)
}
