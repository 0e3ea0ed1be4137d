//! Copies within the bucket (section 6.6).

use serde_json::Value;

use super::{Cos, answer::Refusal, arguments::Arguments, move_to::Destination};

/// ```text
/// POST {path}  op=copy, dest_fileid=…, to_over_write=0
/// ```
pub(super) fn answer(cos: &Cos, path: &str, arguments: &Arguments) -> Result<Value, Refusal> {
    let destination = Destination::read(&cos.account, path, arguments)?;
    let mut contents = cos.store.contents();
    let mut copy = destination.take(&contents, path)?;
    if destination.path != path {
        let now = cos.now().seconds();
        (copy.created, copy.modified) = (now, now);
        contents.put_file(&destination.path, copy)?;
    }
    Ok(Value::Null)
}
