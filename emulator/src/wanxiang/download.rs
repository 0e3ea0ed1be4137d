//! The pictures and videos themselves (sections 6.6 and 7), or what the query asks to be made of
//! them.

use std::sync::Arc;

use http::{HeaderMap, Method, request::Parts};
use md5::{Digest, Md5};
use yunmei_core::wanxiang::{FileId, sign::Call};

use super::{
    Generation, Halt, Wanxiang,
    answer::{self, Refusal},
    authorize::Wanted,
    processing::{self, Grammar, Made, Processing},
    store::{Key, Object, Space},
    target::{self, Shelf},
};
use crate::{
    exchange::{Exchange, Reply},
    presented, random,
    representation::{Part, Representation},
    storage::Blob,
};

/// The style that is none.
const ORIGINAL: &str = "original";
/// What a bucket of V2 enhanced may have between file id and style (section 6.6).
const SEPARATORS: [char; 4] = ['!', '-', '_', '/'];

/// A content, ready to be sent.
pub(super) struct Found {
    content: Content,
    /// The headers of the request.
    asked: HeaderMap,
    with_body: bool,
}

/// An original, or what was made of it.
struct Content {
    pieces: Vec<Arc<Blob>>,
    size: u64,
    md5: String,
    /// When the original came.
    modified: u64,
    content_type: &'static str,
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
        let asked = processing::asked(query, self.grammar(shelf))?;
        Ok(Found {
            content: self.processed(&object, asked).await?,
            asked: parts.headers.clone(),
            with_body: parts.method == Method::GET,
        })
    }

    /// How the addresses on a shelf write processing.
    fn grammar(&self, shelf: &Shelf) -> Grammar {
        match (shelf, self.manners.generation) {
            (Shelf::Bucket { .. }, Generation::Enhanced) => Grammar::Words,
            _ => Grammar::Parameters,
        }
    }

    async fn processed(
        &self,
        object: &Arc<Object>,
        asked: Option<Processing>,
    ) -> Result<Content, Refusal> {
        let modified = object.facts.uploaded;
        match asked {
            None => Ok(Content::original(object)),
            Some(Processing::Info) => {
                let document = processing::describe(&object.facts)?.to_string();
                Ok(Content::made(document.into(), "application/json", modified))
            }
            Some(Processing::Recipe(recipe)) => {
                let object = Arc::clone(object);
                self.one_at_a_time(move || {
                    let Made { format, bytes } = recipe.carry_out(&object)?;
                    Ok(Content::made(bytes, format.content_type(), modified))
                })
                .await
            }
        }
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
        let checked = self.check_download(app, bucket, key, presented);
        if let Some(object) = object {
            return checked.map(|()| object);
        }
        let code = match key.space.is_video() {
            true => answer::NO_VIDEO,
            false => answer::NO_PICTURE,
        };
        let missing = || Refusal::new(code, format!("nothing is called {}", key.file_id));
        let mut refusal = checked.err().unwrap_or_else(missing);
        if self.grammar(shelf) == Grammar::Words && self.is_styled(key) {
            refusal.reason.push_str("; there are no styles here");
        }
        Err(refusal)
    }

    /// Whether a name could be that of a style of something that is there.
    fn is_styled(&self, key: &Key) -> bool {
        let contents = self.store.contents();
        let name = key.file_id.as_str();
        let mut bases = SEPARATORS
            .iter()
            .filter_map(|separator| Some(name.rsplit_once(*separator)?.0));
        bases.any(|base| {
            let base = FileId::new(base).map(|file_id| Key {
                file_id,
                ..key.clone()
            });
            base.is_ok_and(|base| contents.object(&base).is_some())
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

impl Content {
    fn original(object: &Object) -> Content {
        let facts = &object.facts;
        Content {
            pieces: object.pieces.clone(),
            size: facts.size,
            md5: facts.md5.clone(),
            modified: facts.uploaded,
            content_type: facts
                .shape
                .map_or("application/octet-stream", |shape| shape.content_type()),
        }
    }

    fn made(bytes: Vec<u8>, content_type: &'static str, modified: u64) -> Content {
        Content {
            size: bytes.len() as u64,
            md5: random::to_hex(&Md5::digest(&bytes)),
            pieces: vec![Blob::passing(bytes)],
            modified,
            content_type,
        }
    }
}

impl Found {
    /// The answer.
    pub(super) fn reply(self) -> Reply {
        let entity_tag = format!("\"{}\"", self.content.md5);
        let content = Representation {
            pieces: &self.content.pieces,
            size: self.content.size,
            entity_tag: &entity_tag,
            modified: self.content.modified,
            content_type: self.content.content_type,
        };
        let part = content.part(&self.asked);
        let is_beyond = part == Part::Beyond;
        let response = content.response(part, self.with_body);
        if is_beyond {
            let problem = format!("the range is behind the end, {}", self.content.size);
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
