//! Attributes of a folder (section 8.2).

use serde_json::{Value, json};

use crate::cos::{Cos, answer::Refusal};

/// ```text
/// GET {path}/?op=stat
/// ```
///
/// A folder that only exists in the names of files has none; the root has an empty one.
pub(in crate::cos) fn answer(cos: &Cos, path: &str) -> Result<Value, Refusal> {
    match cos.store.contents().folder(path) {
        Some(folder) => Ok(json!({
            "biz_attr": folder.biz_attr,
            "ctime": folder.created,
            "mtime": folder.modified,
        })),
        None if path == "/" => Ok(json!({"biz_attr": ""})),
        None => Err(Refusal::missing(path)),
    }
}
