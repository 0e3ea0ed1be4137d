use std::error::Error;

use yunmei_core::{
    ByteRange,
    wanxiang::{Content, FileId, UploadedPhoto},
};

use super::{Stage, addresses};
use crate::demo::{
    media::Picture,
    report::{Report, refused, same},
    transport::Body,
};

/// A picture from its upload to its deletion.
pub(super) fn run(report: &mut Report, stage: &Stage<'_>) {
    let mut there = Vec::new();
    let dish = stage.file_id("午餐 1+~.jpg");
    upload(report, stage, &dish, &mut there);
    attributes(report, stage, &dish);
    copy(report, stage, &dish, &mut there);
    addresses::run(report, stage, &dish);
    delete(report, stage, &there);
}

fn upload(report: &mut Report, stage: &Stage<'_>, dish: &FileId, there: &mut Vec<FileId>) {
    let Stage {
        transport,
        bucket,
        media,
        ..
    } = stage;
    let picture = &media.dish;
    report.step(
        "upload under an id",
        format!("JPEG, {}, as {dish}", picture.summary()),
        || {
            let body = Body::Bytes(picture.bytes.clone());
            let content = stage.content(body.clone())?;
            let uploaded =
                transport.send(bucket.put(Some(dish), content).magic_context("demo"), body)?;
            same("id", &uploaded.file_id, dish)?;
            same_size(&uploaded, picture)?;
            there.push(uploaded.file_id);
            Ok(uploaded.download_url)
        },
    );
    report.step(
        "upload, the service names it",
        format!("{} bytes of PNG", media.photo.len()),
        || {
            let content = Content::unchecked(media.photo.len() as u64);
            let body = Body::Bytes(media.photo.clone());
            let uploaded = transport.send(bucket.upload_new(&content), body)?;
            there.push(uploaded.file_id.clone());
            Ok(format!("as {}", uploaded.file_id))
        },
    );
    for (name, picture, expected) in [
        ("blurred? food? of a sharp dish", &media.dish, (false, true)),
        ("blurred? food? of a hazy hill", &media.haze, (true, false)),
    ] {
        report.step(name, "analyze=fuzzy.food", || {
            let body = Body::Bytes(picture.bytes.clone());
            let upload = bucket.upload_new(&stage.content(body.clone())?);
            let upload = upload.analyze_fuzzy().analyze_food();
            let uploaded = transport.send(upload, body)?;
            there.push(uploaded.file_id.clone());
            same_size(&uploaded, picture)?;
            same("is_fuzzy", uploaded.is_fuzzy, Some(expected.0))?;
            same("is_food", uploaded.is_food, Some(expected.1))?;
            Ok(format!("is_fuzzy={}, is_food={}", expected.0, expected.1))
        });
    }
}

fn same_size(uploaded: &UploadedPhoto, picture: &Picture) -> Result<(), Box<dyn Error>> {
    let found = uploaded.dimensions.map(|found| (found.width, found.height));
    same("dimensions", found, Some(size(picture)))
}

fn size(picture: &Picture) -> (u64, u64) {
    (picture.width.into(), picture.height.into())
}

fn attributes(report: &mut Report, stage: &Stage<'_>, dish: &FileId) {
    let Stage {
        transport,
        bucket,
        media,
        ..
    } = stage;
    report.step("stat a picture", dish, || {
        let found = transport.run(bucket.stat(dish))?;
        let digests = transport.digests(Body::Bytes(media.dish.bytes.clone()))?;
        same("id", &found.file_id, dish)?;
        same("size", found.size, digests.size())?;
        same("MD5", found.md5.as_str(), digests.md5())?;
        same("dimensions", (found.width, found.height), size(&media.dish))?;
        Ok(format!(
            "{}x{}, {} bytes, MD5 {}",
            found.width, found.height, found.size, found.md5
        ))
    });
    report.step("stat a picture that is not there", "missing", || {
        refused(transport.run(bucket.stat(&stage.file_id("missing"))), -197)
    });
}

fn copy(report: &mut Report, stage: &Stage<'_>, dish: &FileId, there: &mut Vec<FileId>) {
    let Stage {
        transport, bucket, ..
    } = stage;
    report.step("copy a picture", dish, || {
        let copied = transport.run(bucket.copy(dish))?;
        there.push(copied.file_id.clone());
        let copy = transport.run(bucket.stat(&copied.file_id))?;
        let original = transport.run(bucket.stat(dish))?;
        same("MD5", copy.md5, original.md5)?;
        Ok(format!("the same MD5, as {}", copied.file_id))
    });
}

fn delete(report: &mut Report, stage: &Stage<'_>, there: &[FileId]) {
    let Stage {
        transport, bucket, ..
    } = stage;
    report.step("delete every picture", there.len(), || {
        for file_id in there {
            transport.run(bucket.delete(file_id))?;
        }
        Ok("done".into())
    });
    report.step("stat and download what is gone", there.len(), || {
        for file_id in there {
            refused(transport.run(bucket.stat(file_id)), -197)?;
            let download = bucket.photo(file_id).download(ByteRange::ALL);
            refused(transport.download(download), -6101)?;
        }
        same("there were some", there.is_empty(), false)?;
        Ok("refused as it should be, all of them: -197, -6101".into())
    });
}
