//! The bytes of videos and pictures, as players and browsers ask for them: in whole or in ranges.
//!
//! | address | what |
//! |---|---|
//! | `/{StoreUri}?vid=…&expires=…&play=…` | a video, at an address that was given out for playing it |
//! | `/{StoreUri}~{template}.{format}` | a picture, as it is or made smaller (section 9) |

mod poster;

use std::sync::Arc;

use http::{HeaderValue, Method, Response, StatusCode, header, request::Parts};
use md5::{Digest, Md5};
use yunmei_core::vcloud::Parameters;

use super::{
    Halt, Vcloud,
    answer::{Metadata, Refusal},
    upload_host::{Object, Owner},
};
use crate::{
    body::ReplyBody,
    exchange::{Exchange, Outcome, Reply},
    random,
    representation::{Part, Representation},
    storage::Blob,
};
use poster::{Made, Wanted};

/// What is to be sent.
struct Found {
    pieces: Vec<Arc<Blob>>,
    size: u64,
    md5: String,
    /// In seconds.
    stored: u64,
    content_type: String,
}

impl Vcloud {
    /// An object, or a picture made of one.
    pub(super) async fn content(
        &self,
        exchange: &mut Exchange<'_>,
        parts: &Parts,
        path: &str,
    ) -> Outcome {
        match self.find(exchange, parts, path).await {
            Ok(found) => Outcome::Reply(found.reply(parts)),
            Err(Halt::Refused(refusal)) => {
                Outcome::Reply(self.enveloped(&Metadata::default(), Err(refusal)))
            }
            Err(Halt::Faulted) => Outcome::Faulted,
        }
    }

    async fn find(
        &self,
        exchange: &mut Exchange<'_>,
        parts: &Parts,
        path: &str,
    ) -> Result<Found, Halt> {
        let query = Parameters::decode(parts.uri.query().unwrap_or_default());
        let query = query.unwrap_or_default();
        let is_played = query.value("play").is_some();
        let named = Wanted::read(path);
        exchange.op = Some(operation(is_played, path).to_owned());
        if !exchange.gate().await {
            return Err(Halt::Faulted);
        }
        if ![Method::GET, Method::HEAD].contains(&parts.method) {
            let problem = "objects are read by GET and HEAD";
            let status = StatusCode::METHOD_NOT_ALLOWED;
            let refusal = Refusal::new(status, "MethodNotAllowed", problem);
            return Err(refusal.numbered(100_020).into());
        }
        if is_played {
            let object = self.uploads.object(path).ok_or_else(nothing)?;
            self.vod.check_play(path, &query, self.now())?;
            return Ok(Found::whole(&object, None));
        }
        let Some((uri, wanted)) = named else {
            let problem = "the address is neither one of a play info nor one of a picture";
            return Err(Refusal::denied(problem).into());
        };
        let wanted = wanted.map_err(|problem| Refusal::invalid("Template", problem))?;
        let object = self.uploads.object(uri).ok_or_else(nothing)?;
        let is_image = matches!(object.facts.owner, Owner::Service(_));
        if is_image && !self.imagex.is_shown(uri, path) {
            return Err(nothing().into());
        }
        if !is_image && !wanted.is_for_videos() {
            let problem = "the emulator does not know this template";
            return Err(Refusal::invalid("Template", problem).into());
        }
        Ok(self.picture(object, wanted).await?)
    }

    /// A picture, in the form that is wanted.
    async fn picture(&self, object: Arc<Object>, wanted: Wanted) -> Result<Found, Refusal> {
        // Large pictures take much memory: one at a time.
        let place = Arc::clone(&self.workbench).acquire_owned().await;
        let task = tokio::task::spawn_blocking(move || {
            let _place = place;
            let made = wanted.make(&object)?;
            Ok::<_, Refusal>((object, made))
        });
        let (object, made) = task.await.map_err(Refusal::failed)??;
        Ok(match made {
            Made::Stored(content_type) => Found::whole(&object, Some(content_type)),
            Made::New(bytes, content_type) => Found {
                size: bytes.len() as u64,
                md5: random::to_hex(&Md5::digest(&bytes)),
                pieces: vec![Blob::passing(bytes)],
                stored: object.facts.stored,
                content_type: content_type.to_owned(),
            },
        })
    }
}

/// What is called in the log, and in the rules of faults.
fn operation(is_played: bool, path: &str) -> &'static str {
    match (is_played, path.starts_with("tos-cn-i-")) {
        (true, _) => "vod.play",
        (false, true) => "imagex.image",
        (false, false) => "vod.poster",
    }
}

fn nothing() -> Refusal {
    Refusal::not_found("nothing is there")
}

impl Found {
    fn whole(object: &Object, content_type: Option<&str>) -> Found {
        let facts = &object.facts;
        let known = content_type.unwrap_or(&facts.content_type);
        Found {
            pieces: object.pieces.clone(),
            size: facts.size,
            md5: facts.md5.clone(),
            stored: facts.stored,
            content_type: match known {
                "" => by_name(&facts.uri).to_owned(),
                known => known.to_owned(),
            },
        }
    }

    fn reply(self, parts: &Parts) -> Reply {
        let entity_tag = format!("\"{}\"", self.md5);
        let content = Representation {
            pieces: &self.pieces,
            size: self.size,
            entity_tag: &entity_tag,
            modified: self.stored,
            content_type: "application/octet-stream",
        };
        let part = content.part(&parts.headers);
        let is_beyond = part == Part::Beyond;
        let mut response: Response<ReplyBody> = content.response(part, parts.method == Method::GET);
        if !is_beyond && let Ok(value) = HeaderValue::try_from(self.content_type) {
            response.headers_mut().insert(header::CONTENT_TYPE, value);
        }
        Reply {
            response,
            code: None,
            refusal: is_beyond.then(|| format!("the range is behind the end, {}", self.size)),
        }
    }
}

/// What an object is by the end of its name, where nobody said.
fn by_name(uri: &str) -> &'static str {
    match uri.rsplit_once('.').map_or("", |(_, extension)| extension) {
        "mp4" => "video/mp4",
        "m3u8" => "application/vnd.apple.mpegurl",
        "jpg" | "jpeg" => "image/jpeg",
        "png" => "image/png",
        _ => "application/octet-stream",
    }
}
