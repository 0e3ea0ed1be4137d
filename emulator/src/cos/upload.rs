//! Upload in one request (section 6.1).

use serde_json::Value;

use super::{
    Cos,
    answer::Refusal,
    arguments::Arguments,
    links,
    store::{Attributes, File, Held},
};

/// ```text
/// POST {path}  op=upload, filecontent=…, sha=…, biz_attr=…, insertOnly=1
/// ```
pub(super) fn answer(cos: &Cos, path: &str, mut arguments: Arguments) -> Result<Value, Refusal> {
    let received = arguments.take_content()?;
    if let Some(sha) = arguments.sha()?
        && sha != received.sha
    {
        let problem = format!("sha is {sha}, but of the content {}", received.sha);
        return Err(Refusal::new(-4016, problem));
    }
    let biz_attr = arguments.biz_attr()?.unwrap_or_default();
    let insert_only = arguments.switch("insertonly", true)?;
    let now = cos.now();
    let size = received.blob.length();
    let file = File {
        size,
        sha: Some(received.sha),
        slice_size: size,
        pieces: vec![received.blob],
        attributes: Attributes {
            biz_attr,
            ..Attributes::default()
        },
        created: now.seconds(),
        modified: now.seconds(),
    };
    place(&mut cos.store.contents(), path, file, insert_only)?;
    Ok(links::uploaded(&cos.account, path, now))
}

/// Puts a file that has arrived in its place, unless another one may not be replaced.
pub(super) fn place(
    contents: &mut Held<'_>,
    path: &str,
    file: File,
    insert_only: bool,
) -> Result<(), Refusal> {
    refuse_folder(contents, path)?;
    match contents.file(path) {
        Some(there) if insert_only => {
            if there.sha.is_none() || there.sha != file.sha {
                return Err(exists(path));
            }
            // The same content over itself: only the time moves on (section 6.1).
            let mut same = File::clone(there);
            same.modified = file.modified;
            contents.put_file(path, same)?;
        }
        _ => contents.put_file(path, file)?,
    }
    Ok(())
}

/// A name that is taken by a folder is refused (-46208, section 8.1).
pub(super) fn refuse_folder(contents: &Held<'_>, path: &str) -> Result<(), Refusal> {
    match contents.folder(&format!("{path}/")) {
        Some(_) => Err(Refusal::new(-46208, format!("{path}/ is a folder"))),
        None => Ok(()),
    }
}

pub(super) fn exists(path: &str) -> Refusal {
    Refusal::new(-177, format!("another file is at {path}"))
}
