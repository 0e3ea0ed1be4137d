use clap::Args;
use serde_json::json;
use yunmei_core::cos::{Attributes, FolderAttributes};

use super::{CosLocation, Session, location::Object, missing};
use crate::{
    exit::Failure,
    output::{aligned, shown, time},
};

/// Show the attributes of a file, or of a folder that was created.
#[derive(Args, Debug)]
pub(crate) struct StatCommand {
    /// cos://bucket/path, or cos://bucket/folder/
    location: CosLocation,
}

pub(super) async fn run(session: &Session, command: StatCommand) -> Result<(), Failure> {
    let location = command.location;
    let bucket = session.bucket(location.bucket.as_ref())?;
    let failed = |error| Failure::operation(&location, error);
    match &location.object {
        Object::File(path) => {
            let attributes = session
                .client
                .run(bucket.stat(path))
                .await
                .map_err(|error| missing::if_listed(failed(error), &location))?;
            session.output.line(
                &file_text(&location, &attributes),
                &file_json(&location, &attributes),
            )
        }
        Object::Folder(path) => {
            let attributes = session
                .client
                .run(bucket.stat_folder(path))
                .await
                .map_err(|error| missing::if_implied(failed(error), &location))?;
            session.output.line(
                &folder_text(&location, &attributes),
                &json!({
                    "location": location.to_string(),
                    "type": "folder",
                    "biz_attr": attributes.biz_attr,
                    "created": attributes.created,
                    "modified": attributes.modified,
                }),
            )
        }
    }
}

fn file_text(location: &CosLocation, attributes: &Attributes) -> String {
    let mut lines = vec![
        ("location", shown(&location.to_string())),
        ("size", format!("{} bytes", attributes.size)),
        ("SHA-1", digest(attributes)),
        ("created", time(attributes.created)),
        ("modified", time(attributes.modified)),
        ("biz_attr", shown(&attributes.biz_attr)),
        (
            "authority",
            attributes
                .access
                .as_ref()
                .map(access)
                .map(|word| shown(&word))
                .unwrap_or_default(),
        ),
        ("source_url", shown(&attributes.source_url)),
        ("access_url", shown(&attributes.access_url)),
    ];
    if !attributes.is_complete() {
        let stored = attributes.stored.unwrap_or_default();
        lines.insert(2, ("stored", format!("{stored} bytes: an upload is open")));
    }
    if attributes.forbid.is_some_and(|forbid| forbid != 0) {
        lines.push(("blocked", "by the service".into()));
    }
    for (name, value) in &attributes.custom_headers {
        lines.push(("header", format!("{}: {}", shown(name), shown(value))));
    }
    aligned(&lines)
}

fn file_json(location: &CosLocation, attributes: &Attributes) -> serde_json::Value {
    json!({
        "location": location.to_string(),
        "type": "file",
        "size": attributes.size,
        "stored": attributes.stored,
        "sha": attributes.sha,
        "created": attributes.created,
        "modified": attributes.modified,
        "biz_attr": attributes.biz_attr,
        "authority": attributes.access.as_ref().map(access),
        "custom_headers": attributes.custom_headers,
        "forbid": attributes.forbid,
        "access_url": attributes.access_url,
        "source_url": attributes.source_url,
    })
}

fn folder_text(location: &CosLocation, attributes: &FolderAttributes) -> String {
    let when = |seconds: Option<u64>| seconds.map(time).unwrap_or_else(|| "unknown".into());
    aligned(&[
        ("location", shown(&location.to_string())),
        ("created", when(attributes.created)),
        ("modified", when(attributes.modified)),
        ("biz_attr", shown(&attributes.biz_attr)),
    ])
}

/// Of an empty file the service gives zeros (dossier 6.1).
fn digest(attributes: &Attributes) -> String {
    match &attributes.sha {
        Some(_) if attributes.size == 0 => "none: the file is empty".into(),
        Some(sha) => shown(sha),
        None => "unknown".into(),
    }
}

/// The word on the wire.
fn access(access: &yunmei_core::cos::Access) -> String {
    match serde_json::to_value(access) {
        Ok(serde_json::Value::String(word)) => word,
        _ => String::new(),
    }
}
