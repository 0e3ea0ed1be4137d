//! Closing of an upload by slices (section 7.3).

use std::sync::Arc;

use serde_json::Value;

use super::{data::open_upload, in_background, no_session};
use crate::{
    cos::{
        Cos,
        answer::Refusal,
        arguments::Arguments,
        links,
        store::{Attributes, File, Held, OpenUpload},
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
    upload.finish(|slices| keep(&mut cos.store.contents(), &upload, slices, now.seconds()))?;
    Ok(links::uploaded(&cos.account, path, now))
}

/// Puts the file in its place, and forgets the upload.
fn keep(
    contents: &mut Held<'_>,
    upload: &Arc<OpenUpload>,
    slices: Vec<Arc<Blob>>,
    now: u64,
) -> Result<(), Refusal> {
    // It may have been deleted since it was looked up, and another one opened at its path.
    if !contents.is_open(upload) {
        return Err(no_session());
    }
    let (path, plan) = (&upload.path, &upload.plan);
    place(contents, path, file(upload, slices, now), plan.insert_only)?;
    contents.remove_upload(path, &plan.session)?;
    Ok(())
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

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{
        cos::store::{Store, UploadPlan},
        storage::Storage,
    };

    fn plan(session: &str) -> UploadPlan {
        UploadPlan {
            session: session.into(),
            size: 3,
            slice_size: 3,
            sha: None,
            parts: Vec::new(),
            biz_attr: String::new(),
            insert_only: true,
            created: 0,
        }
    }

    #[test]
    fn an_upload_that_another_one_took_the_place_of_leaves_no_file_and_the_other_one_open() {
        let store = Store::open(&Storage::memory()).expect("a store");
        let mut contents = store.contents();
        let open = |contents: &mut Held<'_>, session| {
            contents.open_upload("/a", plan(session)).expect("opened");
            Arc::clone(contents.upload("/a").expect("an upload"))
        };
        let first = open(&mut contents, "first");
        contents.remove_upload("/a", "first").expect("removed");
        let refusal = keep(&mut contents, &first, Vec::new(), 0).expect_err("it is gone");
        assert_eq!(refusal.code, -29096);
        let second = open(&mut contents, "second");
        let refusal = keep(&mut contents, &first, Vec::new(), 0).expect_err("it is another");
        assert_eq!(refusal.code, -29096);
        contents
            .remove_upload("/a", "first")
            .expect("nothing to do");
        assert!(contents.is_open(&second) && contents.file("/a").is_none());
        keep(&mut contents, &second, Vec::new(), 0).expect("kept");
        assert!(contents.upload("/a").is_none() && contents.file("/a").is_some());
    }
}
