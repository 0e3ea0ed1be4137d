//! Pictures of ImageX, and two actions of it that are called by their names.

use std::error::Error as AnyError;

use bytes::Bytes;
use serde_json::json;
use yunmei_core::{
    ByteRange, Error, SignedUrl,
    vcloud::{
        Content, Parameters,
        imagex::{ImageX, NewImage, PictureUrl, ServiceId, UpdateKind, UploadedImages},
    },
};

use super::{Stage, picture_at, refused};
use crate::demo::{
    report::{Report, same},
    transport::Body,
};

/// What the actions of ImageX are called in.
const VERSION: &str = "2018-08-01";

pub(super) fn run(report: &mut Report, stage: &Stage<'_>) {
    let uris = uploads(report, stage);
    if let [dish, portrait] = &uris[..] {
        attributes(report, stage, dish);
        served(report, stage, dish);
        listed(report, stage, [dish, portrait]);
    }
    damaged(report, stage);
    delete(report, stage, &uris);
    templates(report, stage);
}

fn service<'a>(stage: &'a Stage<'_>) -> &'a ServiceId {
    stage.emulator.vcloud_account().service()
}

/// Two pictures in one upload, under names of their own. Brings the names that they have then.
pub(super) fn uploads(report: &mut Report, stage: &Stage<'_>) -> Vec<String> {
    let (dish, portrait) = (&stage.media.dish, &stage.media.portrait);
    let keys = ["相册/午餐 1+~.jpg", "相册/portrait.png"];
    let mut uris = Vec::new();
    report.step("two pictures in one upload", keys.join(", "), || {
        let images = [
            NewImage::new(stage.content(&dish.bytes)?).key(keys[0]),
            NewImage::new(stage.content(&portrait.bytes)?)
                .key(keys[1])
                .file_name("我.png"),
        ];
        let bodies = [&dish.bytes, &portrait.bytes];
        let uploaded = sent(stage, images, &bodies)?;
        same("complete", uploaded.is_complete(), true)?;
        for ((image, key), (meta, picture)) in
            (uploaded.images.iter().zip(keys)).zip(uploaded.metas.iter().zip([dish, portrait]))
        {
            same("name", image.uri.ends_with(key), true)?;
            let found = (meta.width, meta.height);
            let expected = (Some(picture.width.into()), Some(picture.height.into()));
            same("dimensions", found, expected)?;
            uris.push(image.uri.clone());
        }
        same("pictures", uris.len(), 2)?;
        let formats: Vec<&str> = (uploaded.metas.iter())
            .map(|meta| meta.format.as_str())
            .collect();
        Ok(format!("{}: {}", formats.join(" and "), uris.join(", ")))
    });
    uris
}

fn sent<const COUNT: usize>(
    stage: &Stage<'_>,
    images: [NewImage; COUNT],
    bodies: &[&Bytes],
) -> Result<UploadedImages, Error> {
    let upload = stage.imagex()?.upload(service(stage), images);
    let bodies = bodies.iter().map(|bytes| Body::Bytes((*bytes).clone()));
    stage.send_all(upload, bodies.collect())
}

fn attributes(report: &mut Report, stage: &Stage<'_>, uri: &str) {
    let dish = &stage.media.dish;
    report.step("the attributes of one", uri, || {
        let found = stage.run(stage.imagex()?.stat(service(stage), uri))?;
        same("size", found.size, Some(dish.bytes.len() as u64))?;
        Ok(format!("{} bytes of {}", dish.bytes.len(), found.modified))
    });
    report.step("what it is like, and its bytes", uri, || {
        let preview = stage.run(stage.imagex()?.preview(service(stage), uri))?;
        let expected = (Some(dish.width.into()), Some(dish.height.into()));
        same("dimensions", (preview.width, preview.height), expected)?;
        let url = preview.url.ok_or("there is no address")?;
        let (_, _, content) = picture_at(stage, &url)?;
        same("content", content == dish.bytes[..], true)?;
        Ok(format!("{}, the same bytes from {url}", preview.format))
    });
}

fn served(report: &mut Report, stage: &Stage<'_>, uri: &str) {
    let endpoint = stage.emulator.endpoint();
    let url = |template: &str| PictureUrl::new(uri, template).plain(&endpoint);
    report.step("it in half its size, as PNG", "rs:160:0", || {
        let url = PictureUrl::new(uri, "tplv-example-rs:160:0").format("png");
        let (width, height, content) = picture_at(stage, &url.plain(&endpoint)?)?;
        same("dimensions", (width, height), (160, 120))?;
        same(
            "format",
            image::guess_format(&content)?,
            image::ImageFormat::Png,
        )?;
        Ok(format!("{width}x{height}, {} bytes", content.len()))
    });
    report.step("no longer serve an address", "disable, enable", || {
        let url = url("tplv-example-noop")?;
        let update = |kind| -> Result<Vec<String>, Error> {
            stage.run(stage.imagex()?.update(service(stage), kind, [&url]))
        };
        update(UpdateKind::Disable)?;
        let gone = stage.bytes_at(SignedUrl::new(&url), ByteRange::ALL);
        refused(gone, 0, "ResourceNotFound")?;
        update(UpdateKind::Enable)?;
        picture_at(stage, &url)?;
        Ok("refused with ResourceNotFound, then served again".into())
    });
}

fn listed(report: &mut Report, stage: &Stage<'_>, expected: [&String; 2]) {
    report.step("list all, one a page", service(stage).as_str(), || {
        let list = || -> Result<_, Error> { Ok(stage.imagex()?.list(service(stage)).limit(1)) };
        let (mut found, mut pages) = (Vec::new(), 1);
        let mut page = stage.run(list()?)?;
        loop {
            found.extend(page.files.iter().map(|file| file.uri.clone()));
            let Some(marker) = page.next_marker() else {
                break;
            };
            page = stage.run(list()?.marker(marker))?;
            pages += 1;
        }
        for uri in expected {
            same("it is there", found.contains(uri), true)?;
        }
        same("files", found.len(), pages)?;
        Ok(format!("{} on {pages} pages", found.len()))
    });
}

/// One picture is damaged on its way; the other is there all the same.
fn damaged(report: &mut Report, stage: &Stage<'_>) {
    let (photo, grey) = (&stage.media.photo, &stage.media.grey.bytes);
    report.step("one damaged picture among two", "wrong CRC-32", || {
        let right = stage.content(grey)?;
        let wrong = Content::new(photo.len() as u64, !right.crc32().unwrap_or_default());
        let images = [NewImage::new(wrong), NewImage::new(right)];
        let uploaded = sent(stage, images, &[photo, grey])?;
        same("pictures", uploaded.images.len(), 1)?;
        let [failed] = &uploaded.failed[..] else {
            return Err("not one of them failed".into());
        };
        same("which", failed.at, 0)?;
        let code = failed.error.service().map(|refusal| refusal.code());
        same("code", code, Some(4008))?;
        removed(stage, &[uploaded.images[0].uri.clone()])?;
        Ok(format!("1 is there, the other not: {}", failed.error))
    });
    report.step("two damaged pictures", "wrong CRC-32", || {
        let wrong = || Content::new(grey.len() as u64, 1);
        let images = [NewImage::new(wrong()), NewImage::new(wrong())];
        let commits = stage.asked("imagex.CommitImageUpload");
        match sent(stage, images, &[grey, grey]) {
            Err(Error::Service(refusal)) if refusal.code() == 4008 => {
                same("commits", stage.asked("imagex.CommitImageUpload"), commits)?;
                Ok(format!("refused, and not committed: {refusal}"))
            }
            other => Err(format!("expected was 4008: {other:?}").into()),
        }
    });
}

fn removed(stage: &Stage<'_>, uris: &[String]) -> Result<Vec<String>, Error> {
    stage.run(stage.imagex()?.delete(service(stage), uris))
}

fn delete(report: &mut Report, stage: &Stage<'_>, uris: &[String]) {
    report.step("delete both", uris.join(", "), || {
        same("deleted", &removed(stage, uris)?[..], uris)?;
        for uri in uris {
            let stat = stage.imagex()?.stat(service(stage), uri);
            refused(stage.run(stat), 0, "ResourceNotFound")?;
        }
        same("left", removed(stage, uris)?.len(), 0)?;
        Ok("gone: ResourceNotFound".into())
    });
}

/// There are no methods for these.
fn templates(report: &mut Report, stage: &Stage<'_>) {
    let imagex = || -> Result<(ImageX, Parameters), Box<dyn AnyError>> {
        let id = service(stage).as_str().to_owned();
        Ok((stage.imagex()?, Parameters::new().with("ServiceId", id)))
    };
    report.step(
        "actions by their names",
        "Create, Get, DeleteImageTemplate",
        || {
            let (imagex, service) = imagex()?;
            let template = json!({"TemplateName": "demo-small", "OutputFormat": "png"});
            let create = imagex.call("CreateImageTemplate", VERSION);
            stage.run(create.parameters(&service).json(template))?;
            let named = service.clone().with("TemplateName", "demo-small");
            let find = || imagex.call("GetImageTemplate", VERSION).parameters(&named);
            let found = stage.run(find())?.result;
            same("format", found["OutputFormat"].as_str(), Some("png"))?;
            let delete = imagex.call("DeleteImageTemplate", VERSION);
            let names = json!({"TemplateNames": ["demo-small"]});
            stage.run(delete.parameters(&service).json(names))?;
            refused(stage.run(find()), 0, "ResourceNotFound")?;
            Ok("there, of PNG, and gone again".into())
        },
    );
}
