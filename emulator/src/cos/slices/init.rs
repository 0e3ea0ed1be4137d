//! Opening of an upload by slices (section 7.1).

use std::sync::Arc;

use serde_json::{Value, json};
use yunmei_core::cos::OBJECT_LIMIT;

use super::{SLICE_FLOOR, SLICE_LIMIT, SLICE_SIZE, parts};
use crate::{
    cos::{
        Cos,
        answer::Refusal,
        arguments::Arguments,
        links,
        store::{Attributes, File, Held, UploadPlan},
        upload::{exists, refuse_folder},
    },
    random,
};

/// ```text
/// POST {path}  op=upload_slice_init, sha=…, uploadparts=[…], filesize=…, slice_size=…, biz_attr=…,
///              insertOnly=1
/// ```
pub(in crate::cos) fn answer(
    cos: &Cos,
    path: &str,
    arguments: &Arguments,
) -> Result<Value, Refusal> {
    let plan = plan(cos, arguments)?;
    let mut contents = cos.store.contents();
    refuse_folder(&contents, path)?;
    refuse_file(&contents, path, &plan)?;
    refuse_upload(&contents, path, &plan)?;
    // The same content anywhere in the bucket: nothing needs to be sent (section 16).
    let known = plan.sha.as_deref();
    if let Some(there) = known.and_then(|sha| contents.file_with(sha, plan.size)) {
        contents.put_file(path, of_known_content(&there, plan))?;
        return Ok(links::uploaded(&cos.account, path, cos.now()));
    }
    let mut data = json!({"session": plan.session, "slice_size": plan.slice_size});
    if cos.manners.serial_upload {
        data["serial_upload"] = json!(1);
    }
    contents.open_upload(path, plan)?;
    Ok(data)
}

fn plan(cos: &Cos, arguments: &Arguments) -> Result<UploadPlan, Refusal> {
    let Some(size) = arguments.number("filesize", -29141)? else {
        return Err(Refusal::new(-5971, "no filesize"));
    };
    if size == 0 {
        return Err(Refusal::new(-29141, "an empty file has no slices"));
    }
    if size > OBJECT_LIMIT {
        return Err(Refusal::new(-29105, "filesize is above 64 GB"));
    }
    let Some(asked) = arguments.number("slice_size", -284)? else {
        return Err(Refusal::new(-5965, "no slice_size"));
    };
    let whole = asked <= SLICE_SIZE || asked.is_multiple_of(SLICE_SIZE);
    if !(SLICE_FLOOR..=SLICE_LIMIT).contains(&asked) || !whole {
        let problem = "slice_size is neither 64 KiB to 1 MiB, nor 2 or 3 MiB";
        return Err(Refusal::new(-284, problem));
    }
    let sha = arguments.sha()?;
    let (slice_size, parts) = match &sha {
        // With a digest, only this size (sections 7.1 and 10).
        Some(_) if asked != SLICE_SIZE => {
            return Err(Refusal::new(-284, "with sha, slice_size is 1048576"));
        }
        Some(sha) => (SLICE_SIZE, parts::read(arguments, size, sha)?),
        None => {
            let granted = cos.manners.granted_slice_size.unwrap_or(asked);
            (granted, Vec::new())
        }
    };
    Ok(UploadPlan {
        // As long as in captures.
        session: random::hex::<48>()?,
        size,
        slice_size,
        sha,
        parts,
        biz_attr: arguments.biz_attr()?.unwrap_or_default(),
        insert_only: arguments.switch("insertonly", true)?,
        created: cos.now().seconds(),
    })
}

fn refuse_file(contents: &Held<'_>, path: &str, plan: &UploadPlan) -> Result<(), Refusal> {
    match contents.file(path) {
        Some(file) if plan.insert_only => {
            let same = plan.sha.is_some() && file.sha == plan.sha && file.size == plan.size;
            Err(match same {
                true => Refusal::new(-4018, "this very file is there already"),
                false => exists(path),
            })
        }
        _ => Ok(()),
    }
}

/// Without a digest, the size tells whether it is the same content (section 16).
fn refuse_upload(contents: &Held<'_>, path: &str, plan: &UploadPlan) -> Result<(), Refusal> {
    let Some(open) = contents.upload(path).map(Arc::clone) else {
        return Ok(());
    };
    let same = plan.size == open.plan.size && (plan.sha.is_none() || plan.sha == open.plan.sha);
    Err(match same {
        true => Refusal::new(-4019, "an upload of this content is open"),
        false => Refusal::new(-4020, "an upload of other content is open"),
    })
}

fn of_known_content(there: &File, plan: UploadPlan) -> File {
    File {
        size: there.size,
        sha: there.sha.clone(),
        slice_size: plan.slice_size,
        pieces: there.pieces.clone(),
        attributes: Attributes {
            biz_attr: plan.biz_attr,
            ..Attributes::default()
        },
        created: plan.created,
        modified: plan.created,
    }
}
