//! Copies of pictures (section 6.3).

use serde_json::{Value, json};

use super::{
    Wanxiang,
    answer::Refusal,
    store::{Key, Object},
};

/// ```text
/// POST {address}/copy
/// ```
///
/// The service chooses the name of the copy.
pub(super) fn answer(wanxiang: &Wanxiang, key: &Key) -> Result<Value, Refusal> {
    let mut contents = wanxiang.store.contents();
    let object = contents
        .object(key)
        .ok_or_else(|| Refusal::missing(key.file_id.as_str()))?;
    let mut copy = Object::clone(object);
    copy.facts.uploaded = wanxiang.now().seconds();
    let to = Key {
        file_id: wanxiang.new_file_id(key.space)?,
        ..key.clone()
    };
    contents.put(&to, copy)?;
    Ok(json!({
        "url": wanxiang.management_url(&to),
        "download_url": wanxiang.download_url(&to),
    }))
}
