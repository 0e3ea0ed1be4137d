use image::ImageFormat;
use serde_json::Value;
use yunmei_core::{
    ByteRange, SignedUrl,
    wanxiang::{
        Expiry, FileId,
        processing::{
            CropSize, Fit, Format, Geometry, Gravity, ImageEdit, ImageView, Metadata, TextWatermark,
        },
    },
};

use super::{Stage, fetched, made};
use crate::demo::report::{Report, refused, same};

/// Downloads of one picture, by whatever addresses it has.
pub(super) fn run(report: &mut Report, stage: &Stage<'_>, photo: &FileId) {
    downloads(report, stage, photo);
    handed_out(report, stage, photo);
    processed(report, stage, photo);
}

fn downloads(report: &mut Report, stage: &Stage<'_>, photo: &FileId) {
    let Stage {
        transport,
        bucket,
        media,
        ..
    } = stage;
    let original = &media.dish.bytes;
    report.step("download the original", photo, || {
        let download = bucket.photo(photo).download(ByteRange::ALL);
        let (downloaded, content) = transport.download(download)?;
        same("content", content == *original, true)?;
        same(
            "Content-Type",
            downloaded.content_type(),
            Some("image/jpeg"),
        )?;
        Ok(format!("{} bytes, the same, as image/jpeg", content.len()))
    });
    report.step("download a part of it", "bytes 6 to 9", || {
        let download = bucket.photo(photo).download(ByteRange::between(6, 10)?);
        let (downloaded, content) = transport.download(download)?;
        same("content", content.as_slice(), b"JFIF")?;
        same("total", downloaded.total, Some(original.len() as u64))?;
        Ok(format!("JFIF, of {} bytes", original.len()))
    });
    report.step("download it unsigned", photo, || {
        let download = stage.unsigned().photo(photo).download(ByteRange::ALL);
        let (_, content) = transport.download(download)?;
        same("content", content == *original, true)?;
        Ok("the same: the bucket is public".into())
    });
}

fn handed_out(report: &mut Report, stage: &Stage<'_>, photo: &FileId) {
    let Stage {
        transport,
        bucket,
        media,
        ..
    } = stage;
    let original = &media.dish.bytes;
    report.step("the address that stat brings", photo, || {
        let found = transport.run(bucket.stat(photo))?;
        same(
            "address",
            found.download_url.split_once("://").map(|(_, rest)| rest),
            stage
                .official()
                .photo(photo)
                .public_url()
                .split_once("://")
                .map(|(_, rest)| rest),
        )?;
        fetched(stage, SignedUrl::new(found.download_url), original)
    });
    report.step("a signed address", "good for 60 seconds", || {
        let address = stage.official().photo(photo);
        let url = address.signed_url(Expiry::after_seconds(60), &yunmei_host::stamp())?;
        fetched(stage, url, original)
    });
}

/// Pictures that are made on their way out.
fn processed(report: &mut Report, stage: &Stage<'_>, photo: &FileId) {
    let Stage {
        transport,
        bucket,
        media,
        ..
    } = stage;
    let view = ImageView::new(Fit::Fill)
        .width(200)
        .height(200)
        .format(Format::Png);
    let edit = ImageEdit::new()
        .thumbnail(Geometry::Width(300))
        .gravity(Gravity::North)
        .crop(CropSize::Exactly {
            width: 300,
            height: 100,
        })
        .forced_quality(85);
    let recipes = [
        ("a square of it", view.build(), ImageFormat::Png, (200, 200)),
        (
            "a banner of it",
            edit.build(),
            ImageFormat::Jpeg,
            (300, 100),
        ),
    ];
    for (name, recipe, kind, dimensions) in recipes {
        report.step(name, photo, || {
            let recipe = recipe?;
            let address = bucket.photo(photo).processed(recipe.clone());
            let (_, content) = transport.download(address.download(ByteRange::ALL))?;
            let picture = made(&content, kind, dimensions)?;
            Ok(format!("{picture}, by …?{}", recipe.query()))
        });
    }
    report.step("what is known of it", "imageInfo", || {
        let address = bucket.photo(photo).processed(Metadata::Info.into());
        let (_, content) = transport.download(address.download(ByteRange::ALL))?;
        let info: Value = serde_json::from_slice(&content)?;
        let size = media.dish.bytes.len().to_string();
        same("size", info["size"].as_str(), Some(size.as_str()))?;
        Ok(info.to_string())
    });
    report.step("a text on it", "云媒", || {
        let mark = TextWatermark::new("云媒").build()?;
        let address = bucket.photo(photo).processed(mark);
        // The emulator draws no texts.
        refused(transport.download(address.download(ByteRange::ALL)), -441)
    });
    report.step("the address of a style of it", "small", || {
        let address = bucket.photo(photo).style("small")?;
        let url = address.public_url();
        same("address", url.ends_with("1%2B~.jpg!small"), true)?;
        refused(transport.download(address.download(ByteRange::ALL)), -6101)?;
        Ok(format!("asked for, and no such style is set up: {url}"))
    });
}
