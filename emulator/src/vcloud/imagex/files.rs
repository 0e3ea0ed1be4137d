//! What is known of pictures, pages of them, and their deletion.

use std::sync::Arc;

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use serde::Deserialize;
use serde_json::{Value, json};
use yunmei_core::{Timestamp, vcloud::imagex::LIST_LIMIT};

use super::{ImageX, images::Image, invalid, limit, needed, picture};
use crate::vcloud::{answer::Refusal, asked::Asked, time, upload_host::Object};

/// How many pictures a page has if nobody says.
const PAGE: i64 = 10;
/// A picture as it is stored.
const NOOP: &str = "tplv-imagex-noop.image";
/// What may stand in a path as it is.
const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'/')
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

impl ImageX {
    /// What a picture is like.
    pub(super) async fn preview(&self, asked: &Asked) -> Result<Value, Refusal> {
        let (image, object) = self.found(needed(asked, "StoreUri")?)?;
        let path = utf8_percent_encode(&image.uri, PLAIN);
        let mut preview = json!({
            "ServiceId": self.service,
            "StoreUri": image.uri,
            "ImageSize": object.facts.size,
            "FileName": image.file_name,
            "ImageURL": format!("http://{}/{path}~{NOOP}", asked.authority),
        });
        if let Some(picture) = picture::read(&object).await? {
            preview["ImageFormat"] = picture.format.into();
            preview["ImageWidth"] = picture.width.into();
            preview["ImageHeight"] = picture.height.into();
            preview["ImageFrames"] = picture.frames.into();
            preview["ImageDuration"] = picture.duration.into();
        }
        Ok(preview)
    }

    /// What a file is like.
    pub(super) fn stat(&self, asked: &Asked) -> Result<Value, Refusal> {
        let (image, object) = self.found(needed(asked, "StoreUri")?)?;
        Ok(json!({
            "ServiceId": self.service,
            "StoreUri": image.uri,
            "LastModified": modified(&object),
            "FileSize": object.facts.size,
        }))
    }

    /// A page of files, in the order of their names.
    pub(super) fn list(&self, asked: &Asked) -> Result<Value, Refusal> {
        let most = i64::try_from(LIST_LIMIT).unwrap_or(i64::MAX);
        let limit = limit(asked, most, PAGE)?;
        let (page, more) = self.images().page(asked.text("Marker"), limit);
        let files = page.iter().filter_map(|image| {
            let object = self.uploads.object(&image.uri)?;
            Some(json!({
                "StoreUri": image.uri,
                "Key": image.key(),
                "LastModified": modified(&object),
                "FileSize": object.facts.size,
                // Where the next page goes on.
                "Marker": image.uri,
            }))
        });
        Ok(json!({
            "ServiceId": self.service,
            "FileObjects": files.collect::<Vec<_>>(),
            "Status": 0,
            "hasMore": more,
        }))
    }

    /// Deletes files; those that are not there are passed over.
    pub(super) fn delete(&self, asked: &Asked) -> Result<Value, Refusal> {
        #[derive(Deserialize)]
        struct Delete {
            #[serde(rename = "StoreUris")]
            uris: Vec<String>,
        }
        let Delete { uris } = asked.document()?;
        if uris.is_empty() {
            return Err(invalid("StoreUris", "there are none"));
        }
        let mut deleted = Vec::new();
        for uri in uris {
            if self.images().remove(&uri)? {
                self.uploads.remove(&uri)?;
                deleted.push(uri);
            }
        }
        Ok(json!({"ServiceId": self.service, "DeletedFiles": deleted}))
    }

    fn found(&self, uri: &str) -> Result<(Image, Arc<Object>), Refusal> {
        let image = self.images().find(uri);
        let object = self.uploads.object(uri);
        image
            .zip(object)
            .ok_or_else(|| Refusal::not_found("there is no picture of this StoreUri"))
    }
}

fn modified(object: &Object) -> String {
    time::spaced(Timestamp::from_seconds(object.facts.stored))
}
