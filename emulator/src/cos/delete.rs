//! Deletion of a file (section 6.4).

use std::sync::Arc;

use serde_json::Value;

use super::{Cos, answer::Refusal};

/// ```text
/// POST {path}  {"op":"delete"}
/// ```
///
/// Takes an unfinished upload along: that is how clients get rid of one (section 7.5).
pub(super) fn answer(cos: &Cos, path: &str) -> Result<Value, Refusal> {
    let mut contents = cos.store.contents();
    let upload = contents.upload(path).map(Arc::clone);
    if upload.is_none() && contents.file(path).is_none() {
        return Err(Refusal::missing(path));
    }
    contents.remove_file(path)?;
    if let Some(upload) = upload {
        contents.remove_upload(path, &upload.plan.session)?;
        // A slice may be on its way: its owner holds the upload and waits for the contents.
        drop(contents);
        upload.close();
    }
    Ok(Value::Null)
}
