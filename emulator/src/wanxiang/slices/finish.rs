//! The end of an upload by slices: what its last slice, or a late question, brings about.

use std::sync::Arc;

use md5::Md5;
use serde_json::Value;
use sha1::{Digest, Sha1};

use super::no_session;
use crate::{
    random,
    storage::Blob,
    wanxiang::{
        Wanxiang,
        answer::Refusal,
        aside,
        store::{Facts, Object, OpenUpload, Whole},
        upload::Analysis,
    },
};

pub(super) async fn answer(
    wanxiang: &Wanxiang,
    upload: &Arc<OpenUpload>,
    whole: Whole,
    analysis: Analysis,
) -> Result<Value, Refusal> {
    let plan = &upload.plan;
    let pieces = whole.pieces.clone();
    let (sha, md5) = aside(move || digests(&pieces)).await?;
    let findings = wanxiang
        .look_into(plan.key.space, &whole.pieces, analysis)
        .await?;
    let facts = Facts {
        size: plan.size,
        sha,
        md5,
        uploaded: wanxiang.now().seconds(),
        shape: findings.shape,
        magic_context: plan.magic_context.clone(),
        title: plan.title.clone(),
        description: plan.description.clone(),
    };
    let pieces = whole.pieces.clone();
    conclude(wanxiang, upload, Object { facts, pieces })?;
    Ok(wanxiang.uploaded(&plan.key, findings))
}

/// Keeps the object and forgets the upload, or says why not.
fn conclude(wanxiang: &Wanxiang, upload: &Arc<OpenUpload>, object: Object) -> Result<(), Refusal> {
    let (plan, sha) = (&upload.plan, &object.facts.sha);
    let key = &plan.key;
    let mut contents = wanxiang.store.contents();
    let is_open = contents.upload(&plan.session);
    if !is_open.is_some_and(|open| Arc::ptr_eq(open, upload)) {
        return Err(no_session());
    }
    if *sha != plan.sha {
        // Which slice is wrong cannot be told: it has to begin anew.
        contents.remove_upload(&plan.session)?;
        let problem = format!("sha is {}, but of what arrived {sha}", plan.sha);
        return Err(Refusal::new(-5984, problem));
    }
    if let Some(there) = contents.object(key)
        && there.facts.sha == plan.sha
        && there.facts.size == plan.size
    {
        // The work of a process that was killed before it could forget the upload.
        return Ok(contents.remove_upload(&plan.session)?);
    }
    if let Err(refusal) = wanxiang.refuse_existing(&contents, key) {
        // Nothing that the client may send could end it.
        contents.remove_upload(&plan.session)?;
        return Err(refusal);
    }
    contents.put(key, object)?;
    Ok(contents.remove_upload(&plan.session)?)
}

/// SHA-1 and MD5 of all pieces; takes its time.
fn digests(pieces: &[Arc<Blob>]) -> Result<(String, String), Refusal> {
    let (mut sha, mut md5) = (Sha1::new(), Md5::new());
    for piece in pieces {
        piece.each(|bytes| {
            sha.update(bytes);
            md5.update(bytes);
        })?;
    }
    Ok((
        random::to_hex(&sha.finalize()),
        random::to_hex(&md5.finalize()),
    ))
}
