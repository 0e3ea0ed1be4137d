//! What becomes of an upload (sections 7.7 and 16.3).

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{
    Vod,
    functions::{Functions, OptionInfo, Written},
    media::{self, Media},
    store::{Status, Video, vid_of},
};
use crate::vcloud::{
    answer::{Refusal, request_id},
    asked::Asked,
    upload_host::{Object, Session, Ticket, Uploads},
};

/// What a commit made of an object.
struct Committed {
    object: Arc<Object>,
    /// None of what is no video.
    video: Option<Video>,
    /// Width and height of a picture, if somebody asked for them.
    picture: Option<(usize, usize)>,
    poster: String,
    encryption: Value,
}

impl Vod {
    /// ```text
    /// POST /?Action=CommitUpload&Version=2018-01-01&SpaceName=…
    /// {"CallbackArgs": "", "SessionKey": "…", "Functions": […]}
    /// ```
    pub(super) async fn commit(&self, asked: &Asked) -> Result<Value, Refusal> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Body {
            #[serde(default)]
            callback_args: String,
            session_key: String,
            #[serde(default)]
            functions: Option<Vec<Written>>,
        }
        self.space(asked.needed("SpaceName")?)?;
        let body: Body = asked.document()?;
        let owner = self.owner();
        let (session, _guard) = self.uploads.to_commit(&body.session_key, &owner).await?;
        if let Some(result) = &session.result {
            return Ok(result.clone());
        }
        let functions = Functions::read(body.functions)?;
        let all = self.commit_all(&session, &functions, false).await?;
        let results: Vec<Value> = all.iter().map(|one| result(one, &session)).collect();
        let result = json!({
            "RequestId": request_id(asked.now),
            "CallbackArgs": body.callback_args,
            "Results": results,
        });
        self.uploads.conclude(&session.key, &result)?;
        Ok(result)
    }

    /// ```text
    /// GET /?Action=CommitUploadInfo&Version=2022-01-01&SpaceName=…&SessionKey=…
    ///     [&Functions=…][&CallbackArgs=…][&GetMetaMode=1]
    /// ```
    pub(super) async fn commit_successor(&self, asked: &Asked) -> Result<Value, Refusal> {
        let form = asked.form_of_post();
        let value = |name: &str| asked.text_or_of(&form, name).to_owned();
        self.space(&value("SpaceName"))?;
        let (key, owner) = (value("SessionKey"), self.owner());
        let (session, _guard) = self.uploads.to_commit(&key, &owner).await?;
        if let Some(result) = &session.result {
            return Ok(result.clone());
        }
        let functions = match value("Functions").as_str() {
            "" => None,
            json => serde_json::from_str(json)
                .map_err(|problem| Refusal::invalid("Functions", problem))?,
        };
        let functions = Functions::read(functions)?;
        let later = value("GetMetaMode") == "1";
        let all = self.commit_all(&session, &functions, later).await?;
        let one = all
            .first()
            .ok_or_else(|| Refusal::failed("the session has no object"))?;
        let mut result = result_successor(one);
        result["Data"]["CallbackArgs"] = value("CallbackArgs").into();
        self.uploads.conclude(&session.key, &result)?;
        Ok(result)
    }

    /// Commits every object of a session, or none.
    async fn commit_all(
        &self,
        session: &Session,
        functions: &Functions,
        meta_later: bool,
    ) -> Result<Vec<Committed>, Refusal> {
        let is_video = ["video", "media"].contains(&session.file_type.as_str());
        if functions.encryption.is_some() && is_video {
            let problem = "Encryption is for pictures and other objects";
            return Err(Refusal::invalid("Functions", problem));
        }
        let mut objects = Vec::new();
        for ticket in &session.tickets {
            let object = self.uploads.object(&ticket.uri).ok_or_else(|| {
                Refusal::not_found(format_args!("nothing was uploaded to {}", ticket.uri))
            })?;
            if functions.encryption.is_some() {
                Uploads::check_encryptable(&object)?;
            }
            objects.push((ticket, object));
        }
        let mut all = Vec::new();
        for (ticket, object) in objects {
            let one = match (is_video, session.file_type.as_str()) {
                (true, _) => {
                    self.commit_video(ticket, object, functions, meta_later)
                        .await
                }
                (false, kind) => self.commit_other(object, functions, kind).await,
            };
            match one {
                Ok(one) => all.push(one),
                Err(refusal) => {
                    self.undo(&all)?;
                    return Err(refusal);
                }
            }
        }
        for video in all.iter().filter_map(|one| one.video.as_ref()) {
            self.store.put(video.clone())?;
        }
        Ok(all)
    }

    /// Deletes what was made for a commit that comes to nothing.
    fn undo(&self, all: &[Committed]) -> Result<(), Refusal> {
        for one in all {
            let made = one.encryption["Uri"].as_str().unwrap_or_default();
            for uri in [one.poster.as_str(), made] {
                self.uploads.remove(uri)?;
            }
        }
        Ok(())
    }

    async fn commit_video(
        &self,
        ticket: &Ticket,
        object: Arc<Object>,
        functions: &Functions,
        meta_later: bool,
    ) -> Result<Committed, Refusal> {
        let media = match functions.meta || meta_later {
            true => self.media(&object).await?,
            false => None,
        };
        if functions.meta && !meta_later && media.is_none() {
            return Err(unreadable());
        }
        let poster = match functions.snapshot {
            Some(time) => self.snapshot(&object, media.as_ref(), time).await?,
            None => String::new(),
        };
        let mut video = self.made(vid_of(ticket), &object, media);
        video.poster.clone_from(&poster);
        if let Some(option) = &functions.option {
            describe(&mut video, option);
        }
        for template in &functions.workflows {
            video.runs.push(self.run(template)?);
        }
        Ok(Committed {
            object,
            video: Some(video),
            picture: None,
            poster,
            encryption: Value::Null,
        })
    }

    async fn commit_other(
        &self,
        object: Arc<Object>,
        functions: &Functions,
        kind: &str,
    ) -> Result<Committed, Refusal> {
        if functions.snapshot.is_some() || !functions.workflows.is_empty() {
            let problem = "Snapshot and StartWorkflow are for videos";
            return Err(Refusal::invalid("Functions", problem));
        }
        let picture = match kind == "image" && functions.meta {
            true => Some(dimensions(&object).await?.ok_or_else(unreadable)?),
            false => None,
        };
        let encryption = match &functions.encryption {
            Some(how) => self.uploads.encrypted(&object, how, self.now()).await?,
            None => Value::Null,
        };
        Ok(Committed {
            object,
            video: None,
            picture,
            poster: String::new(),
            encryption,
        })
    }

    /// A new video with these bytes.
    pub(super) fn made(&self, vid: String, object: &Object, media: Option<Media>) -> Video {
        Video {
            vid,
            space: self.space.clone(),
            uri: object.facts.uri.clone(),
            media,
            status: Status::Published,
            poster: String::new(),
            title: String::new(),
            description: String::new(),
            category: String::new(),
            tags: Vec::new(),
            runs: Vec::new(),
            created: self.now().seconds(),
        }
    }

    /// What the bytes of an object say, read where it holds nobody up.
    pub(super) async fn media(&self, object: &Arc<Object>) -> Result<Option<Media>, Refusal> {
        let object = Arc::clone(object);
        let read = tokio::task::spawn_blocking(move || media::read(&object)).await;
        Ok(read.map_err(Refusal::failed)??)
    }
}

/// Sets what is said; what is empty is not said.
fn describe(video: &mut Video, option: &OptionInfo) {
    video.title.clone_from(&option.title);
    video.description.clone_from(&option.description);
    video.category.clone_from(&option.category);
    let tags = option.tags.split(',').map(str::trim);
    video.tags = tags
        .filter(|tag| !tag.is_empty())
        .map(str::to_owned)
        .collect();
}

/// Width and height of a picture.
async fn dimensions(object: &Arc<Object>) -> Result<Option<(usize, usize)>, Refusal> {
    /// Within so many bytes, the head of a picture is at its end.
    const HEAD: u64 = 4 * 1024 * 1024;
    let object = Arc::clone(object);
    let read = tokio::task::spawn_blocking(move || {
        let first = object.pieces.first();
        first.map_or(Ok(Vec::new()), |piece| piece.head(HEAD))
    });
    let head = read.await.map_err(Refusal::failed)??;
    let size = imagesize::blob_size(&head).ok();
    Ok(size.map(|size| (size.width, size.height)))
}

fn unreadable() -> Refusal {
    let problem = "the properties of the file cannot be read";
    Refusal::new(
        http::StatusCode::BAD_REQUEST,
        "FailedOperation.GetMeta",
        problem,
    )
}

/// What a commit of TTVcloud says of one object.
fn result(one: &Committed, session: &Session) -> Value {
    let facts = &one.object.facts;
    if let Some(video) = &one.video {
        let media = video.media.clone().unwrap_or_default();
        return json!({
            "Vid": video.vid,
            "VideoMeta": {
                "Uri": facts.uri,
                "Height": media.height,
                "Width": media.width,
                "Duration": media.duration,
                "Bitrate": media.bitrate,
                "Md5": facts.md5,
                "Format": media.format,
                "Size": facts.size,
            },
            "PosterUri": one.poster,
        });
    }
    let mut result = match session.file_type.as_str() {
        "image" => {
            let (width, height) = one.picture.unwrap_or_default();
            let meta =
                json!({"Uri": facts.uri, "Height": height, "Width": width, "Md5": facts.md5});
            json!({"ImageMeta": meta})
        }
        _ => json!({"ObjectMeta": {"Uri": facts.uri, "Md5": facts.md5}}),
    };
    if !one.encryption.is_null() {
        result["Encryption"] = one.encryption.clone();
    }
    result
}

/// The same of its successor.
fn result_successor(one: &Committed) -> Value {
    let video = one.video.as_ref();
    let mut data = json!({
        "Vid": video.map_or("", |video| &video.vid),
        "PosterUri": one.poster,
        "SourceInfo": source_info(&one.object, video, one.picture),
    });
    if video.is_none() {
        data["Mid"] = one.object.facts.md5.clone().into();
    }
    if !one.encryption.is_null() {
        data["Encryption"] = one.encryption.clone();
    }
    json!({"Data": data})
}

/// What the successor says of a file.
pub(super) fn source_info(
    object: &Object,
    video: Option<&Video>,
    picture: Option<(usize, usize)>,
) -> Value {
    let facts = &object.facts;
    let media = video.and_then(|video| video.media.clone());
    let media = media.unwrap_or_default();
    let (width, height) = picture.unwrap_or((media.width as usize, media.height as usize));
    let name = facts.uri.split_once('/').map_or("", |(_, name)| name);
    json!({
        "FileId": facts.md5,
        "FileName": name,
        "Md5": facts.md5,
        "FileType": match video {
            Some(_) => media.kind(),
            None if picture.is_some() => "image",
            None => "object",
        },
        "Codec": media.codec,
        "Height": height,
        "Width": width,
        "Format": media.format,
        "Duration": media.duration,
        "Size": facts.size,
        "StoreUri": facts.uri,
        "Definition": media.definition(),
        "Bitrate": media.bitrate,
        "Fps": media.frame_rate,
    })
}
