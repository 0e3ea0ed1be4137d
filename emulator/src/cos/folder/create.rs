//! Creation of a folder (section 8.1).

use serde_json::{Value, json};

use crate::cos::{Cos, answer::Refusal, arguments::Arguments, store::Folder};

/// ```text
/// POST {path}/  {"op":"create","biz_attr":""}
/// ```
pub(in crate::cos) fn answer(
    cos: &Cos,
    path: &str,
    arguments: &Arguments,
) -> Result<Value, Refusal> {
    let biz_attr = arguments.biz_attr()?.unwrap_or_default();
    let mut contents = cos.store.contents();
    let name = path.strip_suffix('/').unwrap_or(path);
    let is_taken = contents.folder(path).is_some()
        || contents.file(name).is_some()
        || contents.upload(name).is_some();
    // The root is always there.
    if path == "/" || is_taken {
        return Err(Refusal::new(-178, format!("{path} is there already")));
    }
    let now = cos.now().seconds();
    let folder = Folder {
        biz_attr,
        created: now,
        modified: now,
    };
    contents.put_folder(path, folder)?;
    Ok(json!({"ctime": now}))
}
