use yunmei_core::{
    Stamp, Timestamp,
    error::InputError,
    wanxiang::{
        Content, Credentials, Expiry, FileId, PHOTO_LIMIT, UserId,
        sign::{Grant, Signer},
    },
};

use super::{Stage, forged::Forged};
use crate::demo::{
    report::{Outcome, Report, not_sent, refused},
    transport::Body,
};

/// What must not be possible.
pub(super) fn run(report: &mut Report, stage: &Stage<'_>) {
    let photo = stage.file_id("alice.png");
    handed_out(report, stage, &photo);
    contents(report, stage, &photo);
    signatures(report, stage, &photo);
}

/// The story of the mini-program: a server signs, a client without the secret uploads.
fn handed_out(report: &mut Report, stage: &Stage<'_>, photo: &FileId) {
    let Stage { transport, .. } = stage;
    let handed_out = || {
        let grant = Grant::multi_use_for(photo, Expiry::after_seconds(60));
        signer(stage).sign(&grant, &yunmei_host::stamp())
    };
    report.step("upload with a handed-out signature", photo, || {
        let bucket = stage.unsigned().with_signature(handed_out()?)?;
        let upload = bucket.upload(photo, &content(stage));
        Ok(transport.send(upload, body(stage))?.download_url)
    });
    let other = stage.file_id("bob.png");
    report.step("the same for another id", &other, || {
        let bucket = stage.unsigned().with_signature(handed_out()?)?;
        let upload = bucket.upload(&other, &content(stage));
        let result = transport.send(upload, body(stage));
        not_sent(result, &InputError::HandedOutForOther)
    });
    report.step("the same, sent all the same", &other, || {
        let upload = stage.bucket.upload(&other, &content(stage));
        let forged = Forged::new(upload, handed_out()?);
        refused(transport.send(forged, body(stage)), -63)
    });
    report.step("a deletion with it", photo, || {
        let forged = Forged::new(stage.bucket.delete(photo), handed_out()?);
        refused(transport.run(forged), -97)
    });
}

fn contents(report: &mut Report, stage: &Stage<'_>, photo: &FileId) {
    let Stage {
        transport, bucket, ..
    } = stage;
    report.step("upload to an id that is taken", photo, || {
        let other = Body::Bytes(stage.media.dish.bytes.clone());
        let content = stage.content(other.clone())?;
        refused(
            transport.send(bucket.put(Some(photo), content), other),
            -177,
        )
    });
    report.step(
        "a picture above 20 MB",
        "20 MB and a byte, in one request",
        || {
            let content = Content::unchecked(PHOTO_LIMIT + 1);
            let reason = InputError::PictureTooLarge {
                length: PHOTO_LIMIT + 1,
                limit: PHOTO_LIMIT,
            };
            not_sent(
                transport.send(bucket.upload_new(&content), body(stage)),
                &reason,
            )
        },
    );
}

fn signatures(report: &mut Report, stage: &Stage<'_>, photo: &FileId) {
    let Stage { transport, .. } = stage;
    report.step("a wrong key", "stat", || {
        refused(transport.run(stage.with_wrong_key()?.stat(photo)), -97)
    });
    report.step("an unknown secret id", "stat", || {
        let unknown = Credentials::new("AKIDunknown", "whatever")?;
        let bucket = stage.unsigned().signed_with(&unknown);
        refused(transport.run(bucket.stat(photo)), -47)
    });
    report.step("an expired signature", "stat", || {
        let fresh = yunmei_host::stamp();
        let hour_ago = Timestamp::from_seconds(fresh.now.seconds() - 3600);
        let grant = Grant::multi_use_for(photo, Expiry::after_seconds(60));
        let token = signer(stage).sign(&grant, &Stamp::new(hour_ago, fresh.nonce))?;
        let expired = stage.unsigned().with_signature(token)?;
        refused(transport.run(expired.stat(photo)), -59)
    });
    report.step("a single-use signature, used twice", "delete", || {
        twice(stage, photo)
    });
}

fn twice(stage: &Stage<'_>, photo: &FileId) -> Outcome {
    let Stage {
        transport, bucket, ..
    } = stage;
    let token = signer(stage).sign(&Grant::single_use(photo), &yunmei_host::stamp())?;
    let once = stage.unsigned().with_signature(token)?;
    transport.run(once.delete(photo))?;
    transport.send(bucket.upload(photo, &content(stage)), body(stage))?;
    let outcome = refused(transport.run(once.delete(photo)), -97);
    // Still there; with a signature of its own it goes.
    transport.run(bucket.delete(photo))?;
    outcome
}

fn signer(stage: &Stage<'_>) -> Signer {
    let account = stage.emulator.wanxiang_account();
    let (app, user) = (account.app(), UserId::default());
    Signer::v2(app, account.bucket(), &user, account.credentials())
}

fn content(stage: &Stage<'_>) -> Content {
    Content::unchecked(stage.media.photo.len() as u64)
}

fn body<'a>(stage: &Stage<'_>) -> Body<'a> {
    Body::Bytes(stage.media.photo.clone())
}
