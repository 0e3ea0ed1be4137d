//! Addresses that are refreshed, or no longer served.

use std::{collections::BTreeMap, io};

use percent_encoding::percent_decode_str;
use serde::{Deserialize, Serialize};
use serde_json::{Value, json};

use super::{ImageX, invalid};
use crate::{
    storage::{Documents, Storage},
    vcloud::{answer::Refusal, asked::Asked},
};

/// The most addresses that are remembered, and of one call; no source has a bound.
const LIMIT: usize = 10_000;

/// What is done to an address, by number (section 11).
const ACTIONS: [i64; 6] = [REFRESH, DISABLE, ENABLE, 4, 5, 6];
const REFRESH: i64 = 0;
const DISABLE: i64 = 1;
const ENABLE: i64 = 2;

/// What was last done to an address.
#[derive(Clone, Deserialize, Serialize)]
struct Update {
    url: String,
    action: i64,
    /// Whether it is not served.
    disabled: bool,
}

pub(super) struct Updates {
    documents: Documents,
    /// By path, decoded, without the slash at its beginning.
    all: BTreeMap<String, Update>,
}

impl Updates {
    pub(super) fn open(storage: &Storage) -> io::Result<Updates> {
        let documents = storage.documents("vcloud", "image-updates")?;
        let all = documents.load::<Update>()?.into_iter();
        let all = all.filter_map(|update| Some((path(&update.url)?, update)));
        Ok(Updates {
            all: all.collect(),
            documents,
        })
    }

    pub(super) fn is_disabled(&self, path: &str) -> bool {
        self.all.get(path).is_some_and(|update| update.disabled)
    }

    fn note(&mut self, path: String, url: &str, action: i64) -> Result<(), Refusal> {
        if self.all.len() >= LIMIT && !self.all.contains_key(&path) {
            return Err(invalid("ImageUrls", "no more addresses can be remembered"));
        }
        let disabled = match action {
            DISABLE => true,
            ENABLE => false,
            _ => self.is_disabled(&path),
        };
        let update = Update {
            url: url.to_owned(),
            action,
            disabled,
        };
        self.documents.put(&path, &update)?;
        self.all.insert(path, update);
        Ok(())
    }
}

impl ImageX {
    /// Does something to addresses.
    pub(super) fn update(&self, asked: &Asked) -> Result<Value, Refusal> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Ordered {
            #[serde(default)]
            action: i64,
            image_urls: Vec<String>,
        }
        let ordered: Ordered = asked.document()?;
        if !ACTIONS.contains(&ordered.action) {
            return Err(invalid("Action", "there is none of this number"));
        }
        if ordered.image_urls.is_empty() {
            return Err(invalid("ImageUrls", "there are none"));
        }
        let paths = (ordered.image_urls.iter())
            .map(|url| self.path(url, ordered.action))
            .collect::<Result<Vec<_>, _>>()?;
        let mut updates = self.updates();
        for (path, url) in paths.into_iter().zip(&ordered.image_urls) {
            updates.note(path, url, ordered.action)?;
        }
        Ok(json!({"ServiceId": self.service, "ImageUrls": ordered.image_urls}))
    }

    /// The addresses to which something was done; of one kind, if it is asked for.
    pub(super) fn updated(&self, asked: &Asked) -> Result<Value, Refusal> {
        let action = asked.number("UpdateAction")?;
        let updates = self.updates();
        let fitting = updates.all.values();
        let urls = fitting
            .filter(|update| action.is_none_or(|action| update.action == action))
            .map(|update| update.url.as_str());
        let urls: Vec<_> = urls.collect();
        Ok(json!({"ServiceId": self.service, "ImageUrls": urls}))
    }

    /// The path of an address. What is disabled, or served again, has to be a picture.
    fn path(&self, url: &str, action: i64) -> Result<String, Refusal> {
        let path = path(url).ok_or_else(|| invalid("ImageUrls", "one of them is no address"))?;
        let uri = path.rsplit_once('~').map_or(&*path, |(uri, _)| uri);
        let known = self.images().is_there(&path) || self.images().is_there(uri);
        match known || ![DISABLE, ENABLE].contains(&action) {
            true => Ok(path),
            false => Err(invalid("ImageUrls", "one of them is of no picture")),
        }
    }
}

/// The decoded path of an address, without the slash at its beginning.
fn path(url: &str) -> Option<String> {
    let rest = ["http://", "https://"]
        .iter()
        .find_map(|scheme| url.strip_prefix(scheme))?;
    let (host, path) = rest.split_once('/')?;
    let end = path.find(['?', '#']).unwrap_or(path.len());
    let path = percent_decode_str(&path[..end]).decode_utf8().ok()?;
    (!host.is_empty()).then(|| path.into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_address_has_a_host_and_a_path() {
        let found = path("https://host:1/tos-cn-i-a/%E5%9B%BE~tplv-a.png?x#y");
        assert_eq!(found.as_deref(), Some("tos-cn-i-a/图~tplv-a.png"));
        for bad in [
            "",
            "/a",
            "http://host",
            "http:///a",
            "ftp://host/a",
            "http://h/%ff",
        ] {
            assert_eq!(path(bad), None, "{bad}");
        }
    }
}
