//! The pictures and videos themselves (sections 6.6 and 7).
//!
//! The original is answered whatever the query asks to be made of it (section 15.7).

use std::sync::Arc;

use http::{HeaderMap, Method, request::Parts};
use yunmei_core::wanxiang::sign::Call;

use super::{
    Generation, Halt, Wanxiang,
    answer::{self, Refusal},
    authorize::Wanted,
    store::{Key, Object, Space},
    target::{self, Shelf},
};
use crate::{
    exchange::{Exchange, Reply},
    presented,
    representation::{Part, Representation},
};

/// The style that is none.
const ORIGINAL: &str = "original";

/// An object, ready to be sent.
pub(super) struct Found {
    object: Arc<Object>,
    /// The headers of the request.
    asked: HeaderMap,
    with_body: bool,
}

impl Wanxiang {
    /// Finds what a download asks for.
    pub(super) async fn download(
        &self,
        exchange: &mut Exchange<'_>,
        shelf: &Shelf,
        parts: &Parts,
    ) -> Result<Found, Halt> {
        let noun = match shelf {
            Shelf::Videos { .. } => Space::VideosV1.noun(),
            _ => Space::PhotosV2.noun(),
        };
        exchange.op = Some(format!("{noun}.download"));
        if !exchange.gate().await {
            return Err(Halt::Faulted);
        }
        if ![Method::GET, Method::HEAD].contains(&parts.method) {
            return Err(Refusal::new(-103, "downloads take GET and HEAD").into());
        }
        let query = parts.uri.query().unwrap_or_default();
        let presented = presented::signature(&parts.headers, query);
        let object = self.find(shelf, parts.uri.path(), presented.as_deref())?;
        Ok(Found {
            object,
            asked: parts.headers.clone(),
            with_body: parts.method == Method::GET,
        })
    }

    /// The object at an address, if it may be read with this signature.
    pub(super) fn find(
        &self,
        shelf: &Shelf,
        path: &str,
        presented: Option<&str>,
    ) -> Result<Arc<Object>, Refusal> {
        let (app, bucket) = match shelf {
            Shelf::Bucket { bucket, app } => (app, Some(bucket.as_str())),
            Shelf::Account { app } | Shelf::Videos { app } => (app, None),
        };
        let names = self.names(shelf, path)?;
        let (key, object) = {
            let contents = self.store.contents();
            let found = names
                .iter()
                .find_map(|key| Some((key, Arc::clone(contents.object(key)?))));
            match found {
                Some((key, object)) => (key, Some(object)),
                // A path that reads as no name at all was refused above.
                None => (&names[0], None),
            }
        };
        self.check_download(app, bucket, key, presented)?;
        object.ok_or_else(|| {
            let code = match key.space.is_video() {
                true => answer::NO_VIDEO,
                false => answer::NO_PICTURE,
            };
            Refusal::new(code, format!("nothing is called {}", key.file_id))
        })
    }

    /// Account and bucket, and where hot-link protection is on the signature.
    fn check_download(
        &self,
        app: &str,
        bucket: Option<&str>,
        key: &Key,
        presented: Option<&str>,
    ) -> Result<(), Refusal> {
        let wanted = Wanted {
            app,
            bucket,
            user: &key.user,
            file_id: Some(key.file_id.as_str()),
            call: Call::Download,
            now: self.now(),
        };
        if key.space.is_video() || !self.manners.private {
            return self.check_address(&wanted);
        }
        let signature = self.check_signature(presented, &wanted)?;
        self.spend(signature.as_ref(), &wanted)
    }

    /// What a path may be the address of, at least one; the first that is there is meant.
    fn names(&self, shelf: &Shelf, path: &str) -> Result<Vec<Key>, Refusal> {
        let path = path.strip_prefix('/').unwrap_or(path);
        let key = |space, user: &str, file: &str| match target::file_id(file) {
            Ok(file_id) => Ok(Key {
                space,
                user: user.to_owned(),
                file_id,
            }),
            Err(problem) => Err(Refusal::new(-106, problem.reason)),
        };
        match shelf {
            Shelf::Bucket { bucket, app } => {
                let long = long_form(path, &format!("{bucket}-{app}"));
                let long = long.and_then(|(_, file)| key(Space::PhotosV2, "0", file));
                match self.manners.generation {
                    Generation::V2 => Ok(vec![long?]),
                    // Of V2 enhanced, both forms were given out (section 13).
                    Generation::Enhanced => {
                        let mut names = vec![key(Space::PhotosV2, "0", path)?];
                        names.extend(long);
                        Ok(names)
                    }
                }
            }
            Shelf::Account { app } => {
                let (user, file) = long_form(path, app)?;
                Ok(vec![key(Space::PhotosV1, &target::decoded(user)?, file)?])
            }
            Shelf::Videos { app } => {
                let (user, file) = long_form(path, app)?;
                Ok(vec![key(Space::VideosV1, &target::decoded(user)?, file)?])
            }
        }
    }
}

/// User and file of `{place}/{user}/{file}[/{style}]`; without a style it is the original (section
/// 7).
fn long_form<'a>(path: &'a str, place: &str) -> Result<(&'a str, &'a str), Refusal> {
    let pieces = path
        .split_once('/')
        .filter(|(first, _)| *first == place)
        .and_then(|(_, rest)| rest.split_once('/'));
    let Some((user, file)) = pieces else {
        let problem = format!("the path is not /{place}/{{userid}}/{{fileid}}/{ORIGINAL}");
        return Err(Refusal::new(-106, problem));
    };
    match file.rsplit_once('/') {
        None => Ok((user, file)),
        Some((file, ORIGINAL)) => Ok((user, file)),
        Some(_) => Err(Refusal::new(
            -105,
            "there are no styles here, but for `original`",
        )),
    }
}

impl Found {
    /// The answer.
    pub(super) fn reply(self) -> Reply {
        let facts = &self.object.facts;
        let entity_tag = format!("\"{}\"", facts.md5);
        let content = Representation {
            pieces: &self.object.pieces,
            size: facts.size,
            entity_tag: &entity_tag,
            modified: facts.uploaded,
            content_type: facts
                .shape
                .map_or("application/octet-stream", |shape| shape.content_type()),
        };
        let part = content.part(&self.asked);
        let is_beyond = part == Part::Beyond;
        let response = content.response(part, self.with_body);
        if is_beyond {
            let problem = format!("the range is behind the end, {}", facts.size);
            let mut reply = answer::download(Refusal::new(-29034, problem));
            let headers = reply.response.headers_mut();
            headers.extend(response.headers().clone());
            return reply;
        }
        Reply {
            response,
            code: None,
            refusal: None,
        }
    }
}
