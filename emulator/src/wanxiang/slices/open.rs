//! The control request: opens an upload, or tells how far it came.

use serde_json::{Value, json};
use yunmei_core::wanxiang::FileId;

use super::{SLICE_LIMIT, SLICE_SIZE, finish, open_upload};
use crate::{
    random,
    wanxiang::{
        Wanxiang,
        answer::Refusal,
        request::Fields,
        store::{Object, OpenUpload, UploadPlan},
        target::Target,
        upload::Analysis,
    },
};

pub(super) async fn answer(
    wanxiang: &Wanxiang,
    target: &Target,
    fields: &Fields,
    analysis: Analysis,
) -> Result<Value, Refusal> {
    let file_id = wanxiang.file_id(target)?;
    let plan = plan(wanxiang, target, fields, file_id)?;
    let Some(object) = place(wanxiang, plan.clone())? else {
        return Ok(json!({
            "session": plan.session,
            "offset": 0,
            "slice_size": plan.slice_size,
        }));
    };
    let (key, pieces) = (&plan.key, &object.pieces);
    let findings = wanxiang.look_into(key.space, pieces, analysis).await?;
    Ok(wanxiang.uploaded(key, findings))
}

/// Tells where to go on. An upload that only waits for its end is ended.
pub(super) async fn resume(
    wanxiang: &Wanxiang,
    target: &Target,
    fields: &Fields,
    analysis: Analysis,
) -> Result<Value, Refusal> {
    let upload = open_upload(wanxiang, target, fields)?;
    check(&upload, fields)?;
    if let Some(whole) = upload.whole() {
        return finish::answer(wanxiang, &upload, whole, analysis).await;
    }
    Ok(json!({
        "session": upload.plan.session,
        "offset": upload.end(),
        "slice_size": upload.plan.slice_size,
    }))
}

fn check(upload: &OpenUpload, fields: &Fields) -> Result<(), Refusal> {
    let plan = &upload.plan;
    if let Some(size) = fields.number("filesize")?
        && size != plan.size
    {
        let problem = format!("filesize is {size}, but began as {}", plan.size);
        return Err(Refusal::new(-5995, problem));
    }
    match fields.sha()? {
        Some(sha) if sha != plan.sha => {
            let problem = format!("sha is {sha}, but began as {}", plan.sha);
            Err(Refusal::new(-5984, problem))
        }
        _ => Ok(()),
    }
}

/// Opens the upload; or, if the content is known, makes the object of that and returns it.
fn place(wanxiang: &Wanxiang, plan: UploadPlan) -> Result<Option<Object>, Refusal> {
    let key = &plan.key;
    let mut contents = wanxiang.store.contents();
    if let Some(there) = contents.object(key)
        && there.facts.sha == plan.sha
        && there.facts.size == plan.size
    {
        // Who lost the answer to the last slice begins anew, and finds its own work.
        return Ok(Some(Object::clone(there)));
    }
    wanxiang.refuse_existing(&contents, key)?;
    let Some(known) = contents.known(key.space, &plan.sha, plan.size) else {
        contents.open_upload(plan)?;
        return Ok(None);
    };
    let mut object = Object::clone(&known);
    object.facts.uploaded = wanxiang.now().seconds();
    object.facts.magic_context = plan.magic_context;
    object.facts.title = plan.title;
    object.facts.description = plan.description;
    contents.put(key, object.clone())?;
    Ok(Some(object))
}

fn plan(
    wanxiang: &Wanxiang,
    target: &Target,
    fields: &Fields,
    file_id: FileId,
) -> Result<UploadPlan, Refusal> {
    let Some(size) = fields.number("filesize")? else {
        return Err(Refusal::new(-5992, "no filesize"));
    };
    if size == 0 {
        return Err(Refusal::new(-5995, "an empty file has no slices"));
    }
    // The pages do not say whether their limit for pictures holds for slices too (section 11): they
    // are the way for what is too large for one request.
    let Some(sha) = fields.sha()? else {
        return Err(Refusal::new(-5992, "no sha"));
    };
    let asked = match fields.number("slice_size")? {
        Some(0) => return Err(Refusal::new(-5992, "slice_size is 0")),
        Some(asked) if asked > SLICE_LIMIT => {
            let problem = format!("slice_size is {asked}, the most is {SLICE_LIMIT}");
            return Err(Refusal::new(-5991, problem));
        }
        asked => asked.unwrap_or(SLICE_SIZE),
    };
    let granted = wanxiang.manners.granted_slice_size;
    Ok(UploadPlan {
        session: random::hex::<24>()?,
        opened: wanxiang.now().seconds(),
        key: target.key(file_id),
        is_named: target.file_id.is_some(),
        size,
        slice_size: granted.map_or(asked, |granted| granted.min(SLICE_LIMIT)),
        sha,
        magic_context: fields.text("magiccontext").to_owned(),
        title: fields.text("title").to_owned(),
        description: fields.text("desc").to_owned(),
    })
}
