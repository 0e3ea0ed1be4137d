use image::ImageFormat;
use yunmei_core::{
    ByteRange, Error, SignedUrl, Stamp, Timestamp,
    wanxiang::{
        Expiry, FileId,
        processing::{Fit, ImageView},
    },
};
use yunmei_emulator::Emulator;

use super::{Stage, content_at, fetched, made, start};
use crate::demo::{
    media::Media,
    report::{Report, refused, same},
    transport::{Body, Transport},
};

/// A bucket whose pictures want a signature.
pub(super) fn run(report: &mut Report, transport: &Transport, media: &Media) {
    let builder = Emulator::builder().private_pictures(true);
    let Some(emulator) = start(report, builder) else {
        return;
    };
    let stage = Stage::new(transport, &emulator, media);
    let photo = stage.file_id("私密.png");
    report.step("upload to a private bucket", &photo, || {
        let body = Body::Bytes(media.photo.clone());
        let content = stage.content(body.clone())?;
        let uploaded = transport.send(stage.bucket.put(Some(&photo), content), body)?;
        Ok(uploaded.download_url)
    });
    downloads(report, &stage, &photo);
    addresses(report, &stage, &photo);
}

fn downloads(report: &mut Report, stage: &Stage<'_>, photo: &FileId) {
    let Stage {
        transport, media, ..
    } = stage;
    report.step("download it unsigned", photo, || {
        let download = stage.unsigned().photo(photo).download(ByteRange::ALL);
        refused(transport.download(download), -46618)
    });
    report.step("download it signed", photo, || {
        let download = stage.bucket.photo(photo).download(ByteRange::ALL);
        let (_, content) = transport.download(download)?;
        same("content", content == media.photo, true)?;
        Ok(format!("{} bytes, the same", content.len()))
    });
}

fn addresses(report: &mut Report, stage: &Stage<'_>, photo: &FileId) {
    let Stage {
        transport, media, ..
    } = stage;
    let address = stage.official().photo(photo);
    report.step("its signed address", "good for 60 seconds", || {
        let url = address.signed_url(Expiry::after_seconds(60), &yunmei_host::stamp())?;
        fetched(stage, url, &media.photo)
    });
    report.step("its signed address, processed", "imageView2", || {
        let view = ImageView::new(Fit::Within).width(100).build()?;
        let address = address.clone().processed(view);
        let url = address.signed_url(Expiry::after_seconds(60), &yunmei_host::stamp())?;
        same(
            "query",
            url.expose().contains("?imageView2/2/w/100&sign="),
            true,
        )?;
        made(&content_at(stage, url)?, ImageFormat::Png, (100, 75))
    });
    report.step("its signed address, an hour later", photo, || {
        let fresh = yunmei_host::stamp();
        let hour_ago = Timestamp::from_seconds(fresh.now.seconds() - 3600);
        let stamp = Stamp::new(hour_ago, fresh.nonce);
        let url = address.signed_url(Expiry::after_seconds(60), &stamp)?;
        refused(fetched_by_nobody(stage, url), -46619)
    });
    report.step("a signature for another picture", photo, || {
        let other = stage.official().photo(&stage.file_id("other.png"));
        let url = other.signed_url(Expiry::after_seconds(60), &yunmei_host::stamp())?;
        let (_, query) = url.expose().split_once('?').ok_or("no query")?;
        let url = SignedUrl::new(format!("{}?{query}", address.public_url()));
        refused(fetched_by_nobody(stage, url), -46618)
    });
    report.step("download it with a wrong key", photo, || {
        let download = stage
            .with_wrong_key()?
            .photo(photo)
            .download(ByteRange::ALL);
        refused(transport.download(download), -46618)
    });
}

/// Follows an address that must not work any more.
fn fetched_by_nobody(stage: &Stage<'_>, url: SignedUrl) -> Result<(), Error> {
    content_at(stage, url).map(|_| ())
}
