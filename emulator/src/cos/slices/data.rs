//! A slice (section 7.2).

use std::sync::Arc;

use serde_json::{Value, json};

use super::{SLICE_SIZE, in_background, no_session};
use crate::cos::{
    Cos,
    answer::Refusal,
    arguments::Arguments,
    store::{OpenUpload, SliceProblem},
};

/// ```text
/// POST {path}  op=upload_slice_data, filecontent=…, session=…, offset=…, sha=…
/// ```
pub(in crate::cos) async fn answer(
    cos: &Cos,
    path: &str,
    mut arguments: Arguments,
) -> Result<Value, Refusal> {
    let upload = open_upload(cos, path, &arguments)?;
    let received = arguments.take_content()?;
    let offset = arguments
        .number("offset", -5992)?
        .ok_or_else(|| Refusal::new(-5992, "no offset"))?;
    check_sha(&upload, &arguments)?;
    if let Some(md5) = arguments.text("datamd5").filter(|md5| !md5.is_empty())
        && !md5.eq_ignore_ascii_case(&received.md5)
    {
        let problem = format!("datamd5 is {md5}, but of the slice {}", received.md5);
        return Err(Refusal::new(-29063, problem));
    }
    let length = received.blob.length();
    check_length(&upload, offset, length)?;
    let md5 = received.md5.clone();
    let mut data = json!({
        "session": upload.plan.session,
        "offset": offset,
        "datalen": length,
        "datamd5": md5,
    });
    let in_order = cos.manners.serial_upload;
    in_background(move || match upload.end() {
        end if in_order && offset > end => Err(SliceProblem::Ahead(end)),
        _ => upload.store(offset, received.blob, received.md5),
    })
    .await?;
    if in_order {
        data["serial_upload"] = json!(1);
    }
    Ok(data)
}

/// The upload that is open at this path, if the session is its own.
pub(super) fn open_upload(
    cos: &Cos,
    path: &str,
    arguments: &Arguments,
) -> Result<Arc<OpenUpload>, Refusal> {
    let session = arguments.text("session").unwrap_or_default();
    let contents = cos.store.contents();
    let upload = contents.upload(path).ok_or_else(no_session)?;
    match upload.plan.session == session {
        true => Ok(Arc::clone(upload)),
        false => Err(no_session()),
    }
}

/// An upload that was opened with a digest wants it again: of the whole file.
fn check_sha(upload: &OpenUpload, arguments: &Arguments) -> Result<(), Refusal> {
    let Some(announced) = &upload.plan.sha else {
        return Ok(());
    };
    match arguments.sha()? {
        None => Err(Refusal::new(-5979, "no sha, but the upload began with one")),
        Some(sha) if sha != *announced => {
            let problem = "sha is not the one that the upload began with";
            Err(Refusal::new(-4016, problem))
        }
        Some(_) => Ok(()),
    }
}

/// A slice begins where one may, and is as long as it must be.
fn check_length(upload: &OpenUpload, offset: u64, length: u64) -> Result<(), Refusal> {
    let Some(expected) = upload.slice_length(offset) else {
        return Err(wrong_offset(upload, offset));
    };
    if length > expected {
        let problem = format!("the slice has {length} bytes instead of {expected}");
        return Err(Refusal::new(-281, problem));
    }
    if length < expected {
        let problem = format!("the slice has {length} bytes instead of {expected}");
        return Err(Refusal::new(-283, problem));
    }
    Ok(())
}

fn wrong_offset(upload: &OpenUpload, offset: u64) -> Refusal {
    if upload.plan.sha.is_some() {
        return Refusal::new(-29136, format!("offset {offset} is not in uploadparts"));
    }
    if offset >= upload.plan.size {
        return Refusal::new(-5992, format!("offset {offset} is behind the end"));
    }
    // The sources want multiples of 1 MiB (-29095) and yet grant smaller slices: so the smaller of
    // the two counts. For larger slices there is a code of its own.
    let step = SLICE_SIZE.min(upload.plan.slice_size);
    match offset.is_multiple_of(step) {
        false => Refusal::new(-29095, format!("offset {offset} is no multiple of {step}")),
        true => Refusal::new(
            -29098,
            format!(
                "offset {offset} is no multiple of the slice, {}",
                upload.plan.slice_size
            ),
        ),
    }
}
