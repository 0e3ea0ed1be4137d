//! Requests to the upload host.

use std::{io, sync::Arc};

use http::{HeaderName, Method, header, request::Parts};
use md5::{Digest, Md5};
use serde_json::{Value, json};

use super::{
    Facts, Object, Owner,
    answer::{self, Rejection},
    parts::Part,
    receive::{Received, announced, checksum_text, receive},
    target::Task,
};
use crate::{
    body::RequestBody,
    exchange::{Exchange, Outcome},
    random,
    storage::Blob,
    vcloud::{Vcloud, place::UploadPath},
};

/// `gateway` for large files (section 8.2).
const MODE: HeaderName = HeaderName::from_static("x-storage-mode");
/// The media type that an object shall have.
const CONTENT_TYPE: HeaderName = HeaderName::from_static("specified-content-type");
/// The longest list of parts, in bytes.
const LIST_LIMIT: usize = 1024 * 1024;

/// Why nothing was stored.
enum Halt {
    Rejected(Rejection),
    Faulted,
}

/// The end of an upload in parts.
struct Ending {
    upload: String,
    content_type: String,
    owner: Owner,
}

impl<R: Into<Rejection>> From<R> for Halt {
    fn from(rejection: R) -> Halt {
        Halt::Rejected(rejection.into())
    }
}

impl Vcloud {
    /// A request to the upload host.
    pub(in crate::vcloud) async fn upload(
        &self,
        exchange: &mut Exchange<'_>,
        parts: &Parts,
        path: UploadPath,
        body: RequestBody,
    ) -> Outcome {
        match self.take(exchange, parts, &path, body).await {
            Ok(payload) => Outcome::Reply(answer::reply(path.is_newer, Ok(payload))),
            Err(Halt::Rejected(rejection)) => {
                Outcome::Reply(answer::reply(path.is_newer, Err(rejection)))
            }
            Err(Halt::Faulted) => Outcome::Faulted,
        }
    }

    async fn take(
        &self,
        exchange: &mut Exchange<'_>,
        parts: &Parts,
        path: &UploadPath,
        body: RequestBody,
    ) -> Result<Value, Halt> {
        let task = Task::of(parts)?;
        exchange.op = Some(task.name().to_owned());
        if ![Method::PUT, Method::POST].contains(&parts.method) {
            return Err(Rejection::request("uploads take PUT and POST").into());
        }
        if path.is_newer && task != Task::Put {
            return Err(Rejection::request("below /upload/v1/ there are no parts").into());
        }
        // Before anything is stored, the client must have shown that it may.
        let owner = self.admitted(parts, &path.uri)?;
        match task {
            Task::Put => self.put(exchange, parts, path, owner, body).await,
            Task::Open => self.open_parts(exchange, parts, path).await,
            Task::Part { upload, number } => {
                self.part(exchange, parts, path, (upload, number), body)
                    .await
            }
            Task::Merge {
                upload,
                content_type,
            } => {
                let ending = Ending {
                    upload,
                    content_type,
                    owner,
                };
                self.close_parts(exchange, parts, path, ending, body).await
            }
        }
    }

    /// Whose the object will be.
    fn admitted(&self, parts: &Parts, uri: &str) -> Result<Owner, Rejection> {
        let auth = parts.headers.get(header::AUTHORIZATION);
        let auth = auth.and_then(|auth| auth.to_str().ok()).unwrap_or_default();
        if auth.is_empty() {
            return Err(Rejection::forbidden("there is no header Authorization"));
        }
        let owner = self.uploads.admit(uri, auth);
        owner.ok_or_else(|| {
            Rejection::forbidden("Authorization is not what an apply handed out for this object")
        })
    }

    async fn put(
        &self,
        exchange: &mut Exchange<'_>,
        parts: &Parts,
        path: &UploadPath,
        owner: Owner,
        body: RequestBody,
    ) -> Result<Value, Halt> {
        let announced = announced(&parts.headers)?;
        let Received { blob, crc32, md5 } = receive(&self.uploads.blobs, body, announced).await?;
        pass(exchange).await?;
        let object = Object {
            facts: Facts {
                uri: path.uri.clone(),
                owner,
                size: blob.length(),
                md5,
                crc32: checksum_text(crc32),
                stored: self.now().seconds(),
                content_type: content_type(parts),
            },
            pieces: vec![blob],
        };
        Ok(stored(&*self.uploads.put(object)?))
    }

    async fn open_parts(
        &self,
        exchange: &mut Exchange<'_>,
        parts: &Parts,
        path: &UploadPath,
    ) -> Result<Value, Halt> {
        pass(exchange).await?;
        let open = &self.uploads.open;
        let id = open.begin(&path.uri, is_large(parts), self.now())?;
        Ok(json!({"uploadID": id}))
    }

    async fn part(
        &self,
        exchange: &mut Exchange<'_>,
        parts: &Parts,
        path: &UploadPath,
        (upload, number): (String, u32),
        body: RequestBody,
    ) -> Result<Value, Halt> {
        let open = &self.uploads.open;
        open.expects(&upload, &path.uri, is_large(parts), Some(number))?;
        let announced = announced(&parts.headers)?;
        let received = receive(&self.uploads.blobs, body, announced).await?;
        pass(exchange).await?;
        open.keep(&upload, &path.uri, number, &received)?;
        Ok(json!({
            "uploadid": upload,
            "part_number": number.to_string(),
            "crc32": checksum_text(received.crc32),
            "etag": received.md5,
            "meta": {"ObjectContentType": content_type(parts)},
        }))
    }

    async fn close_parts(
        &self,
        exchange: &mut Exchange<'_>,
        parts: &Parts,
        path: &UploadPath,
        ending: Ending,
        body: RequestBody,
    ) -> Result<Value, Halt> {
        let Some(list) = body.read(LIST_LIMIT).await? else {
            return Err(Rejection::request("the list of parts is too long").into());
        };
        let (uploads, uri, id) = (&self.uploads, &path.uri, &ending.upload);
        let open = &uploads.open;
        let list = String::from_utf8_lossy(&list);
        let listed = open
            .expects(id, uri, is_large(parts), None)
            .and_then(|()| open.listed(id, uri, &list, uploads.part_size));
        // The answer may have been lost, or be on its way to somebody else.
        if listed.is_err()
            && open.has_ended(id, uri)
            && let Some(object) = uploads.object(uri)
        {
            pass(exchange).await?;
            return Ok(stored(&object));
        }
        let listed = listed?;
        pass(exchange).await?;
        let Ending {
            owner,
            content_type,
            ..
        } = ending;
        let stored = self.merge(uri, owner, listed, content_type).await?;
        open.end(id, uri)?;
        Ok(stored)
    }

    async fn merge(
        &self,
        uri: &str,
        owner: Owner,
        parts: Vec<Part>,
        content_type: String,
    ) -> Result<Value, Rejection> {
        let crc32 = super::Uploads::joined(&parts);
        let pieces: Vec<Arc<Blob>> = parts.into_iter().map(|part| part.blob).collect();
        let read = pieces.clone();
        let md5 = tokio::task::spawn_blocking(move || md5_of(&read)).await;
        let md5 = md5.map_err(io::Error::other)??;
        let object = Object {
            facts: Facts {
                uri: uri.to_owned(),
                owner,
                size: pieces.iter().map(|piece| piece.length()).sum(),
                md5,
                crc32: checksum_text(crc32),
                stored: self.now().seconds(),
                content_type,
            },
            pieces,
        };
        Ok(stored(&*self.uploads.put(object)?))
    }
}

/// To be passed when all of a request is known, and nothing was kept.
async fn pass(exchange: &mut Exchange<'_>) -> Result<(), Halt> {
    match exchange.gate().await {
        true => Ok(()),
        false => Err(Halt::Faulted),
    }
}

fn stored(object: &Object) -> Value {
    let Facts { uri, crc32, .. } = &object.facts;
    let key = uri.split_once('/').map_or(uri.as_str(), |(_, key)| key);
    json!({"hash": crc32, "key": key})
}

fn is_large(parts: &Parts) -> bool {
    (parts.headers.get(MODE)).is_some_and(|mode| mode == "gateway")
}

/// What the client says that it is; a form or bytes are what clients say that say nothing.
fn content_type(parts: &Parts) -> String {
    const NOTHING: [&str; 2] = [
        "application/octet-stream",
        "application/x-www-form-urlencoded",
    ];
    let said = |name| {
        parts
            .headers
            .get(name)
            .and_then(|value| value.to_str().ok())
    };
    let named = said(CONTENT_TYPE).or_else(|| said(header::CONTENT_TYPE));
    named
        .filter(|named| !NOTHING.contains(named))
        .unwrap_or_default()
        .to_owned()
}

fn md5_of(pieces: &[Arc<Blob>]) -> io::Result<String> {
    let mut md5 = Md5::new();
    for piece in pieces {
        piece.each(|bytes| md5.update(bytes))?;
    }
    Ok(random::to_hex(&md5.finalize()))
}
