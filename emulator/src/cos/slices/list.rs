//! What is there of an upload by slices (section 7.4).

use std::sync::Arc;

use serde_json::{Value, json};

use crate::cos::{Cos, answer::Refusal, links};

/// ```text
/// POST {path}  op=upload_slice_list
/// ```
pub(in crate::cos) fn answer(cos: &Cos, path: &str) -> Result<Value, Refusal> {
    let contents = cos.store.contents();
    let upload = contents.upload(path).map(Arc::clone);
    let is_file = contents.file(path).is_some();
    // What follows may wait for a slice, whose owner waits for the contents.
    drop(contents);
    let Some(upload) = upload else {
        return match is_file {
            true => Ok(links::finished(&cos.account, path)),
            false => Err(Refusal::missing(path)),
        };
    };
    let slices = upload.slices().into_iter();
    let slices: Vec<_> = slices
        .map(|(offset, length)| json!({"offset": offset, "datalen": length}))
        .collect();
    let mut data = json!({
        "session": upload.plan.session,
        "filesize": upload.plan.size,
        "slice_size": upload.plan.slice_size,
        "listparts": slices,
    });
    if let Some(sha) = &upload.plan.sha {
        data["sha"] = json!(sha);
    }
    if cos.manners.serial_upload {
        data["serial_upload"] = json!(1);
    }
    Ok(data)
}
