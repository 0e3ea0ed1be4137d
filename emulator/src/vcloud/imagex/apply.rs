//! The leave to upload pictures.

use serde_json::{Value, json};
use yunmei_core::vcloud::imagex::UPLOAD_LIMIT;

use super::{ImageX, invalid};
use crate::{
    random,
    vcloud::{
        answer::{self, Refusal},
        asked::Asked,
        upload_host::Order,
    },
};

/// The longest name, in bytes; no source has a bound.
const NAME_LIMIT: usize = 1024;
/// The longest extension, with its dot; likewise.
const EXTENSION_LIMIT: usize = 16;

/// What the call is about: the service, and the names that the pictures shall have (section 16.3), as
/// far as they are known. Of one that is made up, that is the prefix, or nothing: only keys that let
/// pictures have any name are good for that.
pub(super) fn resources(asked: &Asked) -> Vec<String> {
    let mut keys: Vec<_> = asked.all("StoreKeys").map(str::to_owned).collect();
    if keys.is_empty() {
        keys.push(match asked.text("Prefix").trim_end_matches('/') {
            "" => String::new(),
            prefix => format!("{prefix}/"),
        });
    }
    let names = (keys.iter()).map(|key| format!("trn:ImageX:*:*:StoreKeys/{key}"));
    super::about_service(asked)
        .into_iter()
        .chain(names)
        .collect()
}

impl ImageX {
    pub(super) fn apply(&self, asked: &Asked) -> Result<Value, Refusal> {
        let order = Order {
            owner: self.owner(),
            letter: 'i',
            names: names(asked)?,
            extension: extension(asked)?,
            file_type: "image".into(),
        };
        let session = self.uploads.apply(order, asked.now)?;
        let stores = session.tickets.iter();
        let stores: Vec<_> = stores
            .map(|ticket| json!({"StoreUri": ticket.uri, "Auth": ticket.auth}))
            .collect();
        Ok(json!({
            "RequestId": answer::request_id(asked.now),
            "UploadAddress": {
                "SessionKey": session.key,
                "UploadHosts": [asked.authority],
                "StoreInfos": stores,
                "UploadHeader": {},
            },
        }))
    }
}

/// The name of each picture, where it is to have a certain one.
fn names(asked: &Asked) -> Result<Vec<Option<String>>, Refusal> {
    let count = count(asked)?;
    let keys: Vec<_> = asked.all("StoreKeys").collect();
    if keys.is_empty() {
        return (0..count).map(|_| made_up(asked)).collect();
    }
    if keys.len() != count {
        return Err(invalid(
            "StoreKeys",
            format_args!("there are {} of them for {count} pictures", keys.len()),
        ));
    }
    for (index, key) in keys.iter().enumerate() {
        check("StoreKeys", key)?;
        if keys[..index].contains(key) {
            return Err(invalid("StoreKeys", "the same name is there twice"));
        }
    }
    Ok(keys.into_iter().map(|key| Some(key.to_owned())).collect())
}

fn count(asked: &Asked) -> Result<usize, Refusal> {
    let count = asked.number("UploadNum")?.unwrap_or(1);
    let count = usize::try_from(count).ok();
    count
        .filter(|count| (1..=UPLOAD_LIMIT).contains(count))
        .ok_or_else(|| {
            let problem = format_args!("it is not from 1 to {UPLOAD_LIMIT}").to_string();
            invalid("UploadNum", problem)
        })
}

/// Only a name below a prefix is made here.
fn made_up(asked: &Asked) -> Result<Option<String>, Refusal> {
    let prefix = asked.text("Prefix").trim_end_matches('/');
    if prefix.is_empty() {
        return Ok(None);
    }
    check("Prefix", prefix)?;
    let extension = extension(asked)?;
    Ok(Some(format!(
        "{prefix}/{}{extension}",
        random::hex::<16>()?
    )))
}

fn extension(asked: &Asked) -> Result<String, Refusal> {
    let extension = asked.text("FileExtension");
    let plain =
        |rest: &str| !rest.is_empty() && rest.bytes().all(|byte| byte.is_ascii_alphanumeric());
    let fits = extension.len() <= EXTENSION_LIMIT && extension.strip_prefix('.').is_some_and(plain);
    match extension.is_empty() || fits {
        true => Ok(extension.to_owned()),
        false => Err(invalid(
            "FileExtension",
            "it is a dot and letters or digits behind it",
        )),
    }
}

/// A name can stand in an address as it is.
fn check(parameter: &str, name: &str) -> Result<(), Refusal> {
    let problem = match name {
        "" => "it is empty",
        name if name.len() > NAME_LIMIT => "it is too long",
        name if name.chars().any(char::is_control) => "there is a control character in it",
        name if name.split('/').any(|part| ["", ".", ".."].contains(&part)) => {
            "a part of the path is empty, or a dot, or two"
        }
        _ => return Ok(()),
    };
    Err(invalid(parameter, problem))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_leads_nowhere_else() {
        for name in ["a", "a/图.png", "..a/b..", "a b&c=d?e#f%20"] {
            assert!(check("StoreKeys", name).is_ok(), "{name}");
        }
        for name in [
            "",
            "/a",
            "a/",
            "a//b",
            ".",
            "a/../b",
            "a\nb",
            &"a".repeat(1025),
        ] {
            assert!(check("StoreKeys", name).is_err(), "{name:?}");
        }
    }
}
