//! Listing of a folder (section 8.5).

use serde_json::{Map, Value, json};

use super::{Cos, answer::Refusal, arguments::Arguments, links, store::Child};
use crate::value::digits;

/// The largest page (sections 8.5 and 14), and the one of a client that does not say.
const PAGE_LIMIT: u64 = 199;
/// The longest position: a path with its bucket, and room to spare.
const POSITION_LIMIT: usize = 1024;

/// ```text
/// GET {folder}{prefix}?op=list&num=199&context=
/// ```
pub(super) fn answer(cos: &Cos, path: &str, arguments: &Arguments) -> Result<Value, Refusal> {
    let (folder, prefix) = path.split_at(path.rfind('/').map_or(0, |slash| slash + 1));
    let limit = page_size(arguments)?;
    let after = position(cos, arguments)?;
    refuse_long_delimiter(arguments)?;
    let contents = cos.store.contents();
    let (children, more) = contents.children(folder, prefix, after.as_deref(), limit);
    drop(contents);
    let context = match children.last() {
        Some(last) if more => format!("/{}{folder}{}", cos.account.bucket(), last.name()),
        _ => String::new(),
    };
    let infos: Vec<_> = children
        .iter()
        .map(|child| entry(cos, folder, child))
        .collect();
    Ok(json!({"infos": infos, "context": context, "listover": !more}))
}

fn page_size(arguments: &Arguments) -> Result<usize, Refusal> {
    let text = arguments.text("num").unwrap_or_default();
    let number = match text.strip_prefix('-') {
        Some(digits_below) if digits(digits_below).is_some() => Some(0),
        _ if text.is_empty() => Some(PAGE_LIMIT),
        _ => digits(&text),
    };
    match number {
        None => Err(Refusal::new(-5966, "num is no number")),
        Some(0) => Err(Refusal::new(-157, "num is below 1")),
        Some(1..=PAGE_LIMIT) => Ok(number.unwrap_or_default() as usize),
        Some(_) => Err(Refusal::new(-165, format!("num is above {PAGE_LIMIT}"))),
    }
}

/// The path of the last entry that was seen, out of `/{bucket}/{path}`.
fn position(cos: &Cos, arguments: &Arguments) -> Result<Option<String>, Refusal> {
    let context = arguments.text("context").unwrap_or_default();
    if context.is_empty() {
        return Ok(None);
    }
    if context.len() > POSITION_LIMIT {
        return Err(Refusal::new(-46177, "context is too long"));
    }
    let path = context
        .strip_prefix(&format!("/{}", cos.account.bucket()))
        .filter(|path| path.starts_with('/'));
    match path {
        Some(path) => Ok(Some(path.to_owned())),
        None => Err(Refusal::new(-5992, "context is not one of ours")),
    }
}

/// One level is shown whatever it is; what another one than `/` does is not established (16).
fn refuse_long_delimiter(arguments: &Arguments) -> Result<(), Refusal> {
    match arguments.text("delimiter") {
        Some(delimiter) if delimiter.chars().count() > 1 => Err(Refusal::new(
            -46178,
            "delimiter has more than one character",
        )),
        _ => Ok(()),
    }
}

fn entry(cos: &Cos, folder: &str, child: &Child) -> Value {
    let name = child.name();
    let mut entry = match child {
        Child::Folder { .. } => Map::new(),
        _ => links::downloads(&cos.account, &format!("{folder}{name}")),
    };
    entry.insert("name".into(), name.into());
    let mut set = |name: &str, value: Value| entry.insert(name.into(), value);
    match child {
        Child::Folder {
            created, modified, ..
        } => {
            set("ctime", json!(created));
            set("mtime", json!(modified));
        }
        Child::File(_, file) => {
            set("filesize", json!(file.size));
            set("filelen", json!(file.size));
            set("ctime", json!(file.created));
            set("mtime", json!(file.modified));
            file.shown_sha().map(|sha| set("sha", sha.into()));
            let authority = file.attributes.authority.clone();
            authority.map(|authority| set("authority", authority.into()));
        }
        Child::Upload(_, upload) => {
            set("filesize", json!(upload.plan.size));
            set("filelen", json!(upload.stored()));
            set("ctime", json!(upload.plan.created));
            set("mtime", json!(upload.plan.created));
            upload.plan.sha.clone().map(|sha| set("sha", sha.into()));
        }
    }
    entry.into()
}
