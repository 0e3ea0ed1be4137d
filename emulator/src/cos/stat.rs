//! Attributes of a file (section 6.2).

use serde_json::{Value, json};

use super::{
    Cos,
    answer::Refusal,
    links,
    store::{File, OpenUpload},
};

/// ```text
/// GET {path}?op=stat
/// ```
pub(super) fn answer(cos: &Cos, path: &str) -> Result<Value, Refusal> {
    let contents = cos.store.contents();
    if let Some(file) = contents.file(path) {
        return Ok(finished(cos, path, file));
    }
    match contents.upload(path) {
        Some(upload) => Ok(unfinished(cos, upload)),
        None => Err(Refusal::missing(path)),
    }
}

fn finished(cos: &Cos, path: &str, file: &File) -> Value {
    let mut data = links::downloads(&cos.account, path);
    let fields = json!({
        "biz_attr": file.attributes.biz_attr,
        "ctime": file.created,
        "mtime": file.modified,
        "custom_headers": file.attributes.custom_headers,
        "filesize": file.size,
        "filelen": file.size,
        "slicesize": file.slice_size,
        "forbid": file.attributes.forbid,
    });
    data.extend(fields.as_object().cloned().unwrap_or_default());
    data.extend(file.shown_sha().map(|sha| ("sha".into(), sha.into())));
    let authority = file.attributes.authority.clone();
    data.extend(authority.map(|authority| ("authority".into(), authority.into())));
    data.into()
}

/// What is there so far: `filelen` says how much (section 6.2).
fn unfinished(cos: &Cos, upload: &OpenUpload) -> Value {
    let mut data = links::downloads(&cos.account, &upload.path);
    let plan = &upload.plan;
    let fields = json!({
        "biz_attr": plan.biz_attr,
        "ctime": plan.created,
        "mtime": plan.created,
        "custom_headers": {},
        "filesize": plan.size,
        "filelen": upload.stored(),
        "slicesize": plan.slice_size,
        "forbid": 0,
    });
    data.extend(fields.as_object().cloned().unwrap_or_default());
    data.extend(plan.sha.clone().map(|sha| ("sha".into(), sha.into())));
    data.into()
}
