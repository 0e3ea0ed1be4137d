//! Answers that get lost on the way, after the service did what was asked.

use serde_json::json;
use yunmei_core::vcloud::{Dialect, edit::EditTask, imagex::NewImage, vod::MediaFormat};
use yunmei_emulator::{
    Emulator, Faults,
    faults::{Action, Fault, When},
};

use super::{Stage, in_doubt, start};
use crate::demo::{
    media::Media,
    report::{Report, same},
    transport::{Body, Transport},
};

/// Of these, the answer is lost that comes first.
const LOST: [&str; 8] = [
    "upload.put",
    "imagex.CommitImageUpload",
    "imagex.DeleteImageUploadFiles",
    "iam.CreateUser",
    "edit.SubmitDirectEditTaskAsync",
    "vod.StartTranscode",
    "vod.UploadMediaByUrl",
    "vod.GetPlayInfo",
];

pub(super) fn run(report: &mut Report, transport: &Transport, media: &Media) {
    let lost = |op: &str, nth| Fault::new(Action::Drop(When::After)).op(op).nth(nth);
    let faults = LOST
        .iter()
        .fold(Faults::new(), |all, op| all.with(lost(op, 1)));
    let faults = faults.with(lost("vod.CommitUpload", 2));
    let Some((emulator, clock)) = start(report, Emulator::builder().faults(faults)) else {
        return;
    };
    let stage = Stage {
        transport,
        emulator: &emulator,
        clock: &clock,
        media,
        dialect: Dialect::TtvCloud,
    };
    let mut vid = String::new();
    repeated(report, &stage, &mut vid);
    pictures(report, &stage);
    doubtful(report, &stage, &vid);
}

/// What does no harm when it is done twice.
fn repeated(report: &mut Report, stage: &Stage<'_>, vid: &mut String) {
    report.step("lost answer to an upload", "PUT, GetPlayInfo", || {
        let uploaded = stage.uploaded(&stage.vod()?, &stage.media.clip)?;
        uploaded.vid().ok_or("there is no video")?.clone_into(vid);
        same("uploads", stage.asked("upload.put"), 2)?;
        same("commits", stage.asked("vod.CommitUpload"), 1)?;
        let outcome = stage.plays(vid, &stage.media.clip)?;
        same("questions", stage.asked("vod.GetPlayInfo"), 2)?;
        Ok(format!("each sent again, one film: {outcome}"))
    });
}

fn pictures(report: &mut Report, stage: &Stage<'_>) {
    let service = stage.emulator.vcloud_account().service();
    let grey = &stage.media.grey.bytes;
    report.step(
        "lost answer, picture committed",
        "CommitImageUpload",
        || {
            let image = NewImage::new(stage.content(grey)?).key("a.jpg");
            let upload = stage.imagex()?.upload(service, [image]);
            let uploaded = stage.send(upload, Body::Bytes(grey.clone()))?;
            same("commits", stage.asked("imagex.CommitImageUpload"), 2)?;
            let listed = stage.run(stage.imagex()?.list(service))?;
            same("pictures", listed.files.len(), 1)?;
            Ok(format!(
                "sent again, one picture: {}",
                uploaded.images[0].uri
            ))
        },
    );
    report.step(
        "lost answer, picture deleted",
        "DeleteImageUploadFiles",
        || {
            let listed = stage.run(stage.imagex()?.list(service))?;
            let uris = listed.files.iter().map(|file| file.uri.clone());
            stage.run(stage.imagex()?.delete(service, uris))?;
            same("deletions", stage.asked("imagex.DeleteImageUploadFiles"), 2)?;
            let listed = stage.run(stage.imagex()?.list(service))?;
            same("pictures", listed.files.len(), 0)?;
            Ok("sent again, and gone".into())
        },
    );
}

/// What would be done twice, and charged.
fn doubtful(report: &mut Report, stage: &Stage<'_>, vid: &str) {
    report.step("lost answer, film committed", "CommitUpload", || {
        in_doubt(stage, "vod.CommitUpload", || {
            stage.uploaded(&stage.vod()?, &stage.media.clip)
        })
    });
    report.step("lost answer, user created", "CreateUser", || {
        let outcome = in_doubt(stage, "iam.CreateUser", || {
            stage.run(stage.iam()?.create_user("once"))
        })?;
        let users = stage.run(stage.iam()?.list_users())?.users;
        same("users", users.len(), 1)?;
        Ok(outcome)
    });
    report.step(
        "lost answer, task submitted",
        "SubmitDirectEditTaskAsync",
        || {
            in_doubt(stage, "edit.SubmitDirectEditTaskAsync", || {
                stage.run(stage.edit()?.submit(EditTask::new(json!({}))))
            })
        },
    );
    report.step("lost answer, transcoding begun", "StartTranscode", || {
        let outcome = in_doubt(stage, "vod.StartTranscode", || {
            stage.run(stage.vod()?.start_transcode(vid, "demo-720p"))
        })?;
        stage.clock.put_forward(super::DELAY);
        same("streams", stage.played(vid)?.streams.len(), 2)?;
        Ok(outcome)
    });
    report.step(
        "lost answer, film to be fetched",
        "UploadMediaByUrl",
        || {
            let upload = stage.vod()?;
            let urls = ["http://127.0.0.1:1/a.mp4"];
            let upload = upload.upload_by_url(stage.space(), MediaFormat::Mp4, urls);
            in_doubt(stage, "vod.UploadMediaByUrl", || stage.run(upload))
        },
    );
}
