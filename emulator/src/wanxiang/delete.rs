//! Deletion (sections 6.5 and 8.3).

use serde_json::Value;

use super::{Wanxiang, answer::Refusal, store::Key};

/// ```text
/// POST {address}/del
/// ```
pub(super) fn answer(wanxiang: &Wanxiang, key: &Key) -> Result<Value, Refusal> {
    let mut contents = wanxiang.store.contents();
    if contents.object(key).is_none() {
        return Err(Refusal::missing(key.file_id.as_str()));
    }
    contents.remove(key)?;
    Ok(Value::Null)
}
