//! What was uploaded.

use std::sync::Arc;

use serde::Deserialize;
use serde_json::{Value, json};

use super::{ImageX, images::Image, invalid, picture};
use crate::vcloud::{
    answer::{self, Refusal},
    asked::Asked,
    upload_host::{Object, Session, Uploads},
    vod::Encryption,
};

/// The picture is stored (section 11).
const STORED: u32 = 2000;
/// It is not.
const FAILED: u32 = 2001;

/// The name of a picture, and the picture if it is there.
type Stored<'a> = (&'a str, Option<Arc<Object>>);

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Commit {
    session_key: String,
    functions: Option<Vec<Function>>,
    success_oids: Option<Vec<String>>,
    option_infos: Option<Vec<OptionInfo>>,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct Function {
    name: String,
    #[serde(default)]
    input: Value,
}

#[derive(Deserialize)]
#[serde(rename_all = "PascalCase")]
struct OptionInfo {
    store_uri: String,
    file_name: String,
}

impl ImageX {
    pub(super) async fn commit(&self, asked: &Asked) -> Result<Value, Refusal> {
        let commit: Commit = document(asked)?;
        let skip_meta = asked.flag("SkipMeta")?;
        let (key, owner) = (&commit.session_key, self.owner());
        let (session, _guard) = self.uploads.to_commit(key, &owner).await?;
        if let Some(result) = &session.result {
            return Ok(result.clone());
        }
        commit.check(&session)?;
        let encryption = commit.encryption()?;
        let stored = self.stored(&commit, &session)?;
        if encryption.is_some() {
            let mut objects = stored.iter().filter_map(|(_, object)| object.as_deref());
            objects.try_for_each(Uploads::check_encryptable)?;
        }
        let (mut results, mut read) = (Vec::new(), Vec::new());
        for (uri, object) in stored {
            let mut result = json!({"Uri": uri});
            if commit.success_oids.is_some() {
                let status = if object.is_some() { STORED } else { FAILED };
                result["UriStatus"] = status.into();
            }
            if let Some(object) = object {
                let image = Image {
                    uri: uri.to_owned(),
                    file_name: commit.file_name(uri).to_owned(),
                };
                if !skip_meta {
                    read.extend(meta(&image, &object).await?);
                }
                if let Some(how) = &encryption {
                    let encrypted = self.uploads.encrypted(&object, how, asked.now).await?;
                    result["Encryption"] = encrypted;
                }
                self.images().put(image)?;
            }
            results.push(result);
        }
        let mut result = json!({
            "RequestId": answer::request_id(asked.now),
            "Results": results,
        });
        if !skip_meta {
            result["PluginResult"] = read.into();
        }
        self.uploads.conclude(&session.key, &result)?;
        Ok(result)
    }

    /// The pictures that are to be committed, in the order of the session, and what there is of
    /// them. Where nobody says which were sent, all have to be there.
    fn stored<'a>(
        &self,
        commit: &Commit,
        session: &'a Session,
    ) -> Result<Vec<Stored<'a>>, Refusal> {
        let mut stored = Vec::new();
        for ticket in &session.tickets {
            let object = self.uploads.object(&ticket.uri);
            match &commit.success_oids {
                Some(sent) if !sent.contains(&ticket.uri) => continue,
                None if object.is_none() => {
                    let problem = format_args!("{} was not uploaded", ticket.uri).to_string();
                    return Err(invalid("SessionKey", problem));
                }
                _ => stored.push((&*ticket.uri, object)),
            }
        }
        Ok(stored)
    }
}

impl Commit {
    fn check(&self, session: &Session) -> Result<(), Refusal> {
        let named = self.success_oids.iter().flatten();
        let named = named.chain(
            self.option_infos
                .iter()
                .flatten()
                .map(|info| &info.store_uri),
        );
        for uri in named {
            if !session.tickets.iter().any(|ticket| ticket.uri == *uri) {
                return Err(invalid("StoreUri", "one of them is not of this upload"));
            }
        }
        match &self.success_oids {
            Some(sent) if sent.is_empty() => Err(invalid("SuccessOids", "there are none")),
            _ => Ok(()),
        }
    }

    /// Of the functions that section 7.7 lists, only this is for pictures.
    fn encryption(&self) -> Result<Option<Encryption>, Refusal> {
        let mut encryption = None;
        for function in self.functions.iter().flatten() {
            if function.name != "Encryption" {
                return Err(invalid("Functions", "there is no function of this name"));
            }
            let input = match &function.input {
                Value::Null => json!({}),
                input => input.clone(),
            };
            let read = serde_json::from_value(input);
            encryption = Some(read.map_err(|problem| invalid("Functions", problem))?);
        }
        Ok(encryption)
    }

    fn file_name(&self, uri: &str) -> &str {
        let infos = self.option_infos.iter().flatten();
        let mut fitting = infos.filter(|info| info.store_uri == uri);
        fitting.next().map_or("", |info| &info.file_name)
    }
}

/// What is read in a picture; none if it is none.
async fn meta(image: &Image, object: &Arc<Object>) -> Result<Option<Value>, Refusal> {
    let Some(picture) = picture::read(object).await? else {
        return Ok(None);
    };
    let file_name = match &*image.file_name {
        "" => image.key(),
        name => name,
    };
    Ok(Some(json!({
        "FileName": file_name,
        "ImageUri": image.uri,
        "ImageWidth": picture.width,
        "ImageHeight": picture.height,
        "ImageMd5": object.facts.md5,
        "ImageFormat": picture.format,
        "ImageSize": object.facts.size,
        "FrameCnt": picture.frames,
        "Duration": picture.duration,
    })))
}

fn document(asked: &Asked) -> Result<Commit, Refusal> {
    asked
        .document()
        .map_err(|refusal: Refusal| refusal.numbered(600_003))
}
