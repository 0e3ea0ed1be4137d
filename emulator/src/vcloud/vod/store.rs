//! The videos, what is being made of them, and what is being fetched.

use std::{
    collections::BTreeMap,
    io,
    sync::{Mutex, MutexGuard, PoisonError},
};

use http::StatusCode;
use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};

use super::media::Media;
use crate::{
    random,
    storage::{Documents, Storage},
    vcloud::{answer::Refusal, upload_host::Ticket},
};

const AREA: &str = "vcloud";
/// The most fetches that are remembered: with another one, the oldest that has ended goes.
const FETCH_LIMIT: usize = 10_000;

/// What is kept, by id.
pub(super) struct Store {
    video_documents: Documents,
    fetch_documents: Documents,
    contents: Mutex<Contents>,
}

#[derive(Default)]
struct Contents {
    videos: BTreeMap<String, Video>,
    fetches: BTreeMap<String, Fetch>,
}

/// A video.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(in crate::vcloud) struct Video {
    pub(in crate::vcloud) vid: String,
    pub(in crate::vcloud) space: String,
    /// The object with its bytes.
    pub(in crate::vcloud) uri: String,
    /// What was read of them; none if nobody asked for it.
    pub(in crate::vcloud) media: Option<Media>,
    pub(in crate::vcloud) status: Status,
    pub(in crate::vcloud) poster: String,
    pub(in crate::vcloud) title: String,
    pub(in crate::vcloud) description: String,
    pub(in crate::vcloud) category: String,
    pub(in crate::vcloud) tags: Vec<String>,
    /// What was, or is being, made of it.
    pub(in crate::vcloud) runs: Vec<Run>,
    /// In seconds.
    pub(in crate::vcloud) created: u64,
}

/// Whether a video may be played.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(in crate::vcloud) enum Status {
    Published,
    Unpublished,
    Blocked,
}

/// Processing by a template.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(in crate::vcloud) struct Run {
    pub(in crate::vcloud) id: String,
    pub(in crate::vcloud) template: String,
    /// When it is done, in seconds; none is never.
    pub(in crate::vcloud) done: Option<u64>,
}

/// A video that is to be fetched.
#[derive(Clone, Debug, Deserialize, Serialize)]
pub(super) struct Fetch {
    pub(super) id: String,
    pub(super) space: String,
    pub(super) url: String,
    pub(super) callback_args: String,
    pub(super) title: String,
    pub(super) description: String,
    pub(super) category: String,
    pub(super) tags: String,
    pub(super) template: String,
    /// What it has to be; empty if anything may come.
    pub(super) md5: String,
    /// What names of objects end with, with its dot.
    pub(super) extension: String,
    pub(super) stage: Stage,
    /// When it was asked for, in seconds.
    #[serde(default)]
    pub(super) accepted: u64,
}

/// How far it is.
#[derive(Clone, Debug, PartialEq, Eq, Deserialize, Serialize)]
pub(super) enum Stage {
    Waiting,
    Done { vid: String },
    Failed { problem: String },
}

impl Store {
    pub(super) fn open(storage: &Storage) -> io::Result<Store> {
        let video_documents = storage.documents(AREA, "videos")?;
        let fetch_documents = storage.documents(AREA, "fetches")?;
        let videos = video_documents.load::<Video>()?.into_iter();
        let fetches = fetch_documents.load::<Fetch>()?.into_iter();
        let contents = Contents {
            videos: videos.map(|video| (video.vid.clone(), video)).collect(),
            fetches: fetches.map(|fetch| (fetch.id.clone(), fetch)).collect(),
        };
        Ok(Store {
            video_documents,
            fetch_documents,
            contents: Mutex::new(contents),
        })
    }

    fn contents(&self) -> MutexGuard<'_, Contents> {
        self.contents.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The video of this id.
    pub(super) fn video(&self, vid: &str) -> Option<Video> {
        self.contents().videos.get(vid).cloned()
    }

    /// Keeps a video.
    pub(super) fn put(&self, video: Video) -> io::Result<()> {
        let mut contents = self.contents();
        self.video_documents.put(&video.vid, &video)?;
        contents.videos.insert(video.vid.clone(), video);
        Ok(())
    }

    /// Changes a video of this space, or of any.
    pub(super) fn change<T>(
        &self,
        vid: &str,
        space: Option<&str>,
        change: impl FnOnce(&mut Video) -> Result<T, Refusal>,
    ) -> Result<T, Refusal> {
        let mut contents = self.contents();
        let video = contents.videos.get(vid);
        let video = video.filter(|video| space.is_none_or(|space| video.space == space));
        let mut changed = video.cloned().ok_or_else(|| no_video(vid))?;
        let result = change(&mut changed)?;
        self.video_documents.put(vid, &changed)?;
        contents.videos.insert(vid.to_owned(), changed);
        Ok(result)
    }

    /// What is to be fetched, or was.
    pub(super) fn fetch(&self, id: &str) -> Option<Fetch> {
        self.contents().fetches.get(id).cloned()
    }

    /// Takes a fetch, if there is room.
    pub(super) fn add_fetch(&self, fetch: Fetch) -> Result<(), Refusal> {
        let mut contents = self.contents();
        while contents.fetches.len() >= FETCH_LIMIT {
            let ended = contents.fetches.values();
            let ended = ended.filter(|fetch| fetch.stage != Stage::Waiting);
            let oldest = ended.min_by_key(|fetch| fetch.accepted);
            let id = oldest.map(|fetch| fetch.id.clone());
            let id = id.ok_or_else(too_many_fetches)?;
            self.fetch_documents.remove(&id)?;
            contents.fetches.remove(&id);
        }
        self.fetch_documents.put(&fetch.id, &fetch)?;
        contents.fetches.insert(fetch.id.clone(), fetch);
        Ok(())
    }

    /// Keeps how far a fetch is.
    pub(super) fn put_fetch(&self, fetch: Fetch) -> io::Result<()> {
        let mut contents = self.contents();
        self.fetch_documents.put(&fetch.id, &fetch)?;
        contents.fetches.insert(fetch.id.clone(), fetch);
        Ok(())
    }

    /// The ids of those that have to be fetched.
    pub(super) fn waiting(&self) -> Vec<String> {
        let contents = self.contents();
        let waiting = contents.fetches.values();
        waiting
            .filter(|fetch| fetch.stage == Stage::Waiting)
            .map(|fetch| fetch.id.clone())
            .collect()
    }
}

/// An id of a video: `v0` and thirty small letters and digits (section 15).
pub(super) fn new_vid() -> io::Result<String> {
    Ok(format!("v0{}", random::hex::<15>()?))
}

/// The id of the video that a commit makes of an object: each time the same, since a commit of which
/// nobody learned may be sent again, and would make another video. What it is made of is random.
pub(super) fn vid_of(ticket: &Ticket) -> String {
    let digest = random::to_hex(&Sha1::digest(ticket.auth.as_bytes()));
    format!("v0{}", &digest[..30])
}

fn too_many_fetches() -> Refusal {
    let status = StatusCode::TOO_MANY_REQUESTS;
    let problem = "too many addresses wait to be fetched";
    Refusal::new(status, "RequestLimitExceeded", problem)
}

pub(super) fn no_video(vid: &str) -> Refusal {
    Refusal::not_found(format_args!("no video is called {vid:.64}"))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn fetch(number: usize, stage: Stage) -> Fetch {
        Fetch {
            id: number.to_string(),
            space: String::new(),
            url: String::new(),
            callback_args: String::new(),
            title: String::new(),
            description: String::new(),
            category: String::new(),
            tags: String::new(),
            template: String::new(),
            md5: String::new(),
            extension: String::new(),
            stage,
            accepted: number as u64,
        }
    }

    #[test]
    fn the_oldest_fetch_that_has_ended_makes_room_and_one_that_waits_does_not() {
        let store = Store::open(&Storage::memory()).expect("a store");
        for number in 0..FETCH_LIMIT {
            let stage = match number {
                5 | 7 => Stage::Done { vid: "v0".into() },
                _ => Stage::Waiting,
            };
            store.add_fetch(fetch(number, stage)).expect("room");
        }
        let add = |number| store.add_fetch(fetch(number, Stage::Waiting));
        add(FETCH_LIMIT).expect("room");
        assert!(store.fetch("5").is_none() && store.fetch("7").is_some());
        add(FETCH_LIMIT + 1).expect("room");
        let refusal = add(FETCH_LIMIT + 2).expect_err("all of them wait");
        assert_eq!(refusal.status, StatusCode::TOO_MANY_REQUESTS);
        assert_eq!(store.contents().fetches.len(), FETCH_LIMIT);
    }
}
