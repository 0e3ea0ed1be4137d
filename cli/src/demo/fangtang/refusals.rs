use yunmei_core::{
    Secret,
    error::InputError,
    fangtang::{Partner, PhotoId, RepairType},
};
use yunmei_emulator::Emulator;

use super::Stage;
use crate::demo::{
    media::{Media, Picture},
    report::{Report, not_sent, refused, same},
    transport::{Body, Transport},
};

/// What must not be possible; nothing of it is charged.
pub(super) fn run(report: &mut Report, stage: &Stage<'_>) {
    tokens(report, stage);
    let before = stage.left();
    pictures(report, stage);
    report.step("nothing of that was charged", "quota", || {
        let left = stage.left()?;
        same("left", left, before?)?;
        Ok(format!("{left} uploads left, as before"))
    });
}

fn tokens(report: &mut Report, stage: &Stage<'_>) {
    let Stage {
        transport, partner, ..
    } = stage;
    report.step("a wrong key", "quota", || {
        let third_code = partner.third_code().clone();
        let wrong = Partner::new(third_code, Secret::new("not the key"))?;
        refused(
            stage.run(wrong.at(partner.endpoint().clone()).quota()),
            9999,
        )
    });
    // The emulator's clock was put forward, that of the system was not.
    report.step("a clock that is an hour slow", "quota", || {
        refused(transport.run(partner.quota()), 9999)
    });
}

fn pictures(report: &mut Report, stage: &Stage<'_>) {
    let Stage { partner, media, .. } = stage;
    let send = |name: &str, bytes: &[u8]| {
        let submit = partner.submit(RepairType::SuperResolution, name, bytes.len() as u64);
        stage.send(submit, Body::Bytes(bytes.to_vec().into()))
    };
    report.step("a text file", "readme.txt", || {
        refused(send("readme.txt", b"not a picture at all"), 9005)
    });
    report.step("half a picture", "half.jpg", || {
        let bytes = &media.dish.bytes;
        refused(
            send("half.png", &media.photo[..media.photo.len() / 2]),
            9009,
        )?;
        refused(send("head.jpg", &bytes[..20]), 9009)
    });
    report.step("an empty picture", "0 bytes", || {
        let before = stage.uploads();
        let outcome = not_sent(send("empty.png", b""), &InputError::EmptyPicture)?;
        same("uploads", stage.uploads(), before)?;
        Ok(outcome)
    });
    report.step("a photo that is not there", "status", || {
        let nobodys = PhotoId::new("00000000000000000000000000000000")?;
        refused(stage.run(partner.status(&nobodys)), 9002)
    });
}

/// A partner who bought one upload.
pub(super) fn nothing_left(report: &mut Report, transport: &Transport, media: &Media) {
    let builder = Emulator::builder().photo_quota(1);
    let Some(stage) = Stage::start(report, builder, transport, media) else {
        return;
    };
    let photo: &Picture = &media.grey;
    let repair = RepairType::Colouring;
    report.step("use the last upload up", "sr,repair,colour", || {
        stage.submit(repair, "last.jpg", photo)?;
        same("left", stage.left()?, 0)?;
        Ok("0 left".into())
    });
    report.step("send a photo when none is left", "quota", || {
        let result = stage.submit(repair, "more.jpg", photo);
        let outcome = not_sent(result, &InputError::NothingLeft)?;
        same("uploads", stage.uploads(), 1)?;
        Ok(outcome)
    });
    report.step("the same without looking before", "upload", || {
        let submit = stage
            .partner
            .submit(repair, "more.jpg", photo.bytes.len() as u64)
            .without_quota_check();
        refused(stage.send(submit, Body::Bytes(photo.bytes.clone())), 9101)
    });
}
