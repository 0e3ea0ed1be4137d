//! Uploads by slices (sections 6.2 and 8.4): opened, taken up again, filled; the last slice ends
//! them.

mod data;
mod finish;
mod open;

use std::sync::Arc;

use serde_json::Value;

use super::{
    Wanxiang, answer::Refusal, request::Fields, store::OpenUpload, target::Target, upload::Analysis,
};

/// The largest slice: 3 MB (section 11).
pub(super) const SLICE_LIMIT: u64 = 3 * 1024 * 1024;
/// The slice of a client that does not say: 512 KB (section 11).
const SLICE_SIZE: u64 = 512 * 1024;

/// ```text
/// POST {address}  op=upload_slice, filesize=…, sha=…, slice_size=…, magicContext=…
/// POST {address}  op=upload_slice, filesize=…, sha=…, session=…
/// POST {address}  op=upload_slice, session=…, offset=…, fileContent=…
/// ```
pub(super) async fn answer(
    wanxiang: &Wanxiang,
    target: &Target,
    fields: Fields,
    analysis: Analysis,
) -> Result<Value, Refusal> {
    match (fields.has_content(), fields.filled("session")) {
        (true, _) => data::answer(wanxiang, target, fields, analysis).await,
        (false, None) => open::answer(wanxiang, target, &fields, analysis).await,
        (false, Some(_)) => open::resume(wanxiang, target, &fields, analysis).await,
    }
}

/// The upload of the session that a form names, if it is one of this address.
fn open_upload(
    wanxiang: &Wanxiang,
    target: &Target,
    fields: &Fields,
) -> Result<Arc<OpenUpload>, Refusal> {
    let contents = wanxiang.store.contents();
    let upload = contents
        .upload(fields.text("session"))
        .ok_or_else(no_session)?;
    let key = &upload.plan.key;
    let is_its_own = match &target.file_id {
        Some(file_id) => upload.plan.is_named && target.key(file_id.clone()) == *key,
        None => !upload.plan.is_named && target.key(key.file_id.clone()) == *key,
    };
    match is_its_own {
        true => Ok(Arc::clone(upload)),
        false => Err(no_session()),
    }
}

fn no_session() -> Refusal {
    Refusal::new(-5983, "there is no such session for this address")
}
