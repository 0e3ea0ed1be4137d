//! Change of a folder's attribute (section 8.3).

use serde_json::Value;

use crate::cos::{Cos, answer::Refusal, arguments::Arguments, store::Folder};

/// ```text
/// POST {path}/  {"op":"update","biz_attr":"…"}
/// ```
pub(in crate::cos) fn answer(
    cos: &Cos,
    path: &str,
    arguments: &Arguments,
) -> Result<Value, Refusal> {
    let biz_attr = arguments.biz_attr()?;
    let mut contents = cos.store.contents();
    let Some(folder) = contents.folder(path) else {
        return Err(Refusal::missing(path));
    };
    let mut folder = Folder::clone(folder);
    if let Some(biz_attr) = biz_attr {
        folder.biz_attr = biz_attr;
    }
    folder.modified = cos.now().seconds();
    contents.put_folder(path, folder)?;
    Ok(Value::Null)
}
