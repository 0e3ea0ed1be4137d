use yunmei_core::{
    ByteRange,
    cos::{Access, Content, CustomHeaders, FilePath, Overwrite},
};

use super::Stage;
use crate::demo::{
    report::{Report, refused, same},
    transport::Body,
};

pub(super) fn run(report: &mut Report, stage: &Stage<'_>) {
    let photo = stage.file("图 1+~.png");
    upload(report, stage, &photo);
    attributes(report, stage, &photo);
    downloads(report, stage, &photo);
    elsewhere(report, stage, &photo);
}

fn upload(report: &mut Report, stage: &Stage<'_>, photo: &FilePath) {
    let Stage {
        transport,
        bucket,
        media,
        ..
    } = stage;
    let size = media.photo.len();
    let body = || Body::Bytes(media.photo.clone());
    report.step("upload a photo", format!("{size} bytes as {photo}"), || {
        let content = Content::from(transport.manifest(body())?);
        let uploaded = transport.send(bucket.upload(photo, &content).biz_attr("demo"), body())?;
        Ok(uploaded.source_url)
    });
    report.step("upload the same again", format!("{size} bytes"), || {
        let content = Content::from(transport.manifest(body())?);
        transport.send(bucket.upload(photo, &content), body())?;
        Ok("a success: it is the same content".into())
    });
    report.step("upload other content there", "5 bytes", || {
        let other = Body::Bytes("other".into());
        refused(
            transport.send(bucket.upload(photo, &Content::unchecked(5)), other),
            -177,
        )
    });
    report.step("upload, announcing a wrong SHA-1", "5 bytes", || {
        let content = Content::from(transport.manifest(Body::Bytes("right".into()))?);
        let upload = bucket.upload(photo, &content).overwrite(Overwrite::Always);
        refused(transport.send(upload, Body::Bytes("wrong".into())), -4016)
    });
}

fn attributes(report: &mut Report, stage: &Stage<'_>, photo: &FilePath) {
    let Stage {
        transport,
        bucket,
        media,
        ..
    } = stage;
    report.step("stat a file", photo, || {
        let attributes = transport.run(bucket.stat(photo))?;
        let manifest = transport.manifest(Body::Bytes(media.photo.clone()))?;
        same("size", attributes.size, manifest.size())?;
        same("SHA-1", attributes.sha.as_deref(), Some(manifest.sha1()))?;
        same("biz_attr", attributes.biz_attr.as_str(), "demo")?;
        Ok(format!(
            "{} bytes, SHA-1 {}",
            attributes.size,
            manifest.sha1()
        ))
    });
    report.step("update a file", "access, biz_attr, custom headers", || {
        let headers = CustomHeaders::new()
            .content_type("image/png")
            .cache_control("no-cache")
            .meta("owner", "demo");
        let update = bucket
            .update(photo)
            .access(Access::Private)
            .custom_headers(headers);
        transport.run(update.biz_attr("备注"))?;
        let attributes = transport.run(bucket.stat(photo))?;
        same("access", attributes.access, Some(Access::Private))?;
        same("biz_attr", attributes.biz_attr.as_str(), "备注")?;
        Ok(format!("biz_attr={}", attributes.biz_attr))
    });
    report.step("stat a file that is not there", "/missing", || {
        refused(transport.run(bucket.stat(&stage.file("missing"))), -197)
    });
}

fn downloads(report: &mut Report, stage: &Stage<'_>, photo: &FilePath) {
    let Stage {
        transport,
        bucket,
        media,
        ..
    } = stage;
    report.step("download a file", photo, || {
        let (downloaded, content) = transport.download(bucket.download(photo, ByteRange::ALL))?;
        same("content", content == media.photo, true)?;
        same("Content-Type", downloaded.content_type(), Some("image/png"))?;
        same(
            "own header",
            downloaded.headers.contains_key("x-cos-meta-owner"),
            true,
        )?;
        Ok(format!("{} bytes, the same, as image/png", content.len()))
    });
    report.step("download a part of it", "bytes 1 to 3", || {
        let (_, content) = transport.download(bucket.download(photo, ByteRange::between(1, 4)?))?;
        same("content", content.as_slice(), b"PNG")?;
        Ok("PNG".into())
    });
    let unsigned = stage.unsigned();
    report.step("download a private file unsigned", photo, || {
        let result = transport.download(unsigned.download(photo, ByteRange::ALL));
        refused(result.map(|_| ()), -45086)
    });
    report.step("download a public file unsigned", photo, || {
        transport.run(bucket.update(photo).access(Access::PublicRead))?;
        let (_, content) = transport.download(unsigned.download(photo, ByteRange::ALL))?;
        same("content", content == media.photo, true)?;
        Ok(format!("{} bytes, the same", content.len()))
    });
    report.step("download beyond the end", "bytes 999999999-", || {
        let result = transport.download(bucket.download(photo, ByteRange::from(999_999_999)));
        match result {
            Err(error) if error.status().is_some_and(|status| status == 416) => Ok(format!(
                "refused as it should be: {}",
                error.status().unwrap_or_default()
            )),
            other => Err(format!("{other:?}").into()),
        }
    });
}

fn elsewhere(report: &mut Report, stage: &Stage<'_>, photo: &FilePath) {
    let Stage {
        transport, bucket, ..
    } = stage;
    let copy = stage.file("copy.png");
    let moved = stage.file("moved.png");
    report.step("copy a file", format!("{photo} to {copy}"), || {
        transport.run(bucket.copy_to(photo, copy.clone()))?;
        same(
            "size",
            transport.run(bucket.stat(&copy))?.size,
            transport.run(bucket.stat(photo))?.size,
        )?;
        Ok("both are there".into())
    });
    report.step("move a file", format!("{copy} to {moved}"), || {
        transport.run(bucket.move_to(&copy, moved.clone()))?;
        transport.run(bucket.stat(&moved))?;
        refused(transport.run(bucket.stat(&copy)), -197)?;
        Ok("it is there, and no longer here".into())
    });
    report.step(
        "move onto another file",
        format!("{moved} to {photo}"),
        || refused(transport.run(bucket.move_to(&moved, photo.clone())), -177),
    );
    report.step("delete a file", &moved, || {
        transport.run(bucket.delete(&moved))?;
        refused(transport.run(bucket.stat(&moved)), -197)?;
        Ok("gone".into())
    });
}
