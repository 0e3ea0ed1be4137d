//! Closing of an upload by slices (section 7.3).

use std::sync::Arc;

use serde_json::Value;

use super::{data::open_upload, in_background};
use crate::{
    cos::{
        Cos,
        answer::Refusal,
        arguments::Arguments,
        links,
        store::{Attributes, File, OpenUpload},
        upload::place,
    },
    storage::Blob,
};

/// ```text
/// POST {path}  op=upload_slice_finish, session=…, filesize=…, sha=…
/// ```
///
/// The session ends with it: a second finish finds none (section 16).
pub(in crate::cos) async fn answer(
    cos: &Cos,
    path: &str,
    arguments: &Arguments,
) -> Result<Value, Refusal> {
    let upload = open_upload(cos, path, arguments)?;
    check(&upload, arguments)?;
    let background = Arc::clone(&upload);
    in_background(move || background.catch_up()).await?;
    let now = cos.now();
    upload.finish(|slices| {
        let file = file(&upload, slices, now.seconds());
        let mut contents = cos.store.contents();
        place(&mut contents, path, file, upload.plan.insert_only)?;
        contents.remove_upload(path)?;
        Ok::<_, Refusal>(())
    })?;
    Ok(links::uploaded(&cos.account, path, now))
}

fn check(upload: &OpenUpload, arguments: &Arguments) -> Result<(), Refusal> {
    let plan = &upload.plan;
    match arguments.number("filesize", -29104)? {
        None => return Err(Refusal::new(-29104, "no filesize")),
        // Of the two codes for this, the newer one.
        Some(size) if size != plan.size => {
            let problem = format!("filesize is {size}, but began as {}", plan.size);
            return Err(Refusal::new(-50152, problem));
        }
        Some(_) => {}
    }
    let Some(announced) = &plan.sha else {
        return Ok(());
    };
    match arguments.sha()? {
        None => Err(Refusal::new(
            -29094,
            "no sha, but the upload began with one",
        )),
        Some(sha) if sha != *announced => {
            let problem = "sha is not the one that the upload began with";
            Err(Refusal::new(-4016, problem))
        }
        Some(_) => Ok(()),
    }
}

fn file(upload: &OpenUpload, slices: Vec<Arc<Blob>>, now: u64) -> File {
    File {
        size: upload.plan.size,
        // Left out where nobody announced one (section 16).
        sha: upload.plan.sha.clone(),
        slice_size: upload.plan.slice_size,
        pieces: slices,
        attributes: Attributes {
            biz_attr: upload.plan.biz_attr.clone(),
            ..Attributes::default()
        },
        created: now,
        modified: now,
    }
}
