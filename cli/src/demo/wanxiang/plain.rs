use image::ImageFormat;
use yunmei_core::{
    ByteRange, SignedUrl,
    wanxiang::{
        Bucket, FileId,
        processing::{Parameters, Scale},
    },
};
use yunmei_emulator::{Emulator, Generation};

use super::{Stage, fetched, made, start};
use crate::demo::{
    media::Media,
    report::{Outcome, Report, refused, same},
    transport::{Body, Transport},
};

/// The two generations before V2 enhanced.
pub(super) fn run(report: &mut Report, stage: &Stage<'_>) {
    v2(report, stage.transport, stage.media);
    v1(report, stage);
}

fn v2(report: &mut Report, transport: &Transport, media: &Media) {
    let builder = Emulator::builder().picture_generation(Generation::V2);
    let Some(emulator) = start(report, builder) else {
        return;
    };
    let stage = Stage::new(transport, &emulator, media);
    let account = emulator.wanxiang_account();
    let bucket = Bucket::v2(account.app(), account.bucket().clone())
        .signed_with(account.credentials())
        .at(emulator.endpoint());
    let photo = FileId::new("summer-2016.png").expect("a plain id");
    let body = || Body::Bytes(media.photo.clone());
    report.step("V2: upload, and its long address", &photo, || {
        let content = stage.content(body())?;
        let uploaded = transport.send(bucket.put(Some(&photo), content), body())?;
        let place = format!("/{}-{}/0/{photo}/original", account.bucket(), account.app());
        same("address", uploaded.download_url.ends_with(&place), true)?;
        fetched(&stage, SignedUrl::new(uploaded.download_url), &media.photo)
    });
    report.step("V2: download, scaled by parameters", &photo, || {
        let scaled = Parameters::new().scale(Scale::Within).width(100).build()?;
        let address = bucket.photo(&photo).processed(scaled.clone());
        let (_, content) = transport.download(address.download(ByteRange::ALL))?;
        let picture = made(&content, ImageFormat::Png, (100, 75))?;
        Ok(format!("{picture}, by …/original?{}", scaled.query()))
    });
    report.step("V2: a style that is not set up", "small", || {
        let address = bucket.photo(&photo).style("small")?;
        refused(transport.download(address.download(ByteRange::ALL)), -105)
    });
    report.step("V2: an id that it does not take", "相册/图.png", || {
        let content = stage.content(body())?;
        let upload = bucket.upload(&FileId::new("相册/图.png")?, &content);
        refused(transport.send(upload, body()), -5992)
    });
}

fn v1(report: &mut Report, stage: &Stage<'_>) {
    let Stage {
        transport, media, ..
    } = stage;
    let photos = stage.photos_v1();
    let mut there = Vec::new();
    let body = || Body::Bytes(media.photo.clone());
    report.step(
        "V1: upload, and its address",
        "the service names it",
        || {
            let uploaded = transport.send(photos.upload_new(&stage.content(body())?), body())?;
            there.push(uploaded.file_id);
            fetched(stage, SignedUrl::new(uploaded.download_url), &media.photo)
        },
    );
    let own = stage.file_id("旧相册.png");
    report.step("V1: upload under an id", &own, || {
        let content = stage.content(body())?;
        let uploaded = transport.send(photos.upload(&own, &content), body())?;
        there.push(uploaded.file_id);
        Ok(uploaded.download_url)
    });
    report.step("V1: stat", &own, || {
        let found = transport.run(photos.stat(&own))?;
        same("size", found.size, media.photo.len() as u64)?;
        same("dimensions", (found.width, found.height), (320, 240))?;
        Ok(format!(
            "{}x{}, MD5 {}",
            found.width, found.height, found.md5
        ))
    });
    report.step("V1: copy", &own, || {
        let copied = transport.run(photos.copy(&own))?;
        there.push(copied.file_id.clone());
        let md5 = |file_id| Ok::<_, yunmei_core::Error>(transport.run(photos.stat(file_id))?.md5);
        same("MD5", md5(&copied.file_id)?, md5(&own)?)?;
        Ok(format!("the same MD5, as {}", copied.file_id))
    });
    report.step("V1: download", &own, || {
        let download = photos.photo(&own).download(ByteRange::ALL);
        let (_, content) = transport.download(download)?;
        same("content", content == media.photo, true)?;
        Ok(format!("{} bytes, the same", content.len()))
    });
    report.step("V1: delete", there.len(), || gone(stage, &there));
}

fn gone(stage: &Stage<'_>, there: &[FileId]) -> Outcome {
    let photos = stage.photos_v1();
    for file_id in there {
        stage.transport.run(photos.delete(file_id))?;
        refused(stage.transport.run(photos.stat(file_id)), -197)?;
    }
    Ok("gone, all of them".into())
}
