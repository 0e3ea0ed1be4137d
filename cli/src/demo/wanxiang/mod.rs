//! Every operation of Wanxiang.

mod addresses;
mod detection;
mod forged;
mod lost;
mod photos;
mod plain;
mod private;
mod refusals;
mod slices;
mod videos;

use image::ImageFormat;
use yunmei_core::{
    ByteRange, Error, SignedUrl,
    cos::DownloadUrl,
    error::InputError,
    wanxiang::{Bucket, Content, Credentials, Detector, FileId, PhotosV1, UserId, Videos},
};
use yunmei_emulator::{Builder, Emulator};

use super::{
    media::Media,
    report::{Outcome, Report, same},
    transport::{Body, Transport},
};

/// What every step needs.
struct Stage<'a> {
    transport: &'a Transport,
    emulator: &'a Emulator,
    /// Of V2 enhanced, signed.
    bucket: Bucket,
    media: &'a Media,
}

impl<'a> Stage<'a> {
    fn new(transport: &'a Transport, emulator: &'a Emulator, media: &'a Media) -> Stage<'a> {
        let account = emulator.wanxiang_account();
        Stage {
            transport,
            emulator,
            bucket: unsigned(emulator).signed_with(account.credentials()),
            media,
        }
    }

    /// An id of this transport's own, with everything in it that an address has to escape.
    fn file_id(&self, name: &str) -> FileId {
        let transport = self.transport.name().as_str();
        FileId::new(&format!("相册/{transport} 夏天/{name}"))
            .expect("a name of this program's is an id")
    }

    fn content(&self, body: Body<'_>) -> Result<Content, Error> {
        Ok(self.transport.digests(body)?.into())
    }

    /// The bucket, used by nobody's leave.
    fn unsigned(&self) -> Bucket {
        unsigned(self.emulator)
    }

    /// The bucket, used with another secret key.
    fn with_wrong_key(&self) -> Result<Bucket, InputError> {
        let id = self.credentials().secret_id();
        let wrong = Credentials::new(id, "not the key")?;
        Ok(self.unsigned().signed_with(&wrong))
    }

    /// The bucket at the addresses of the service, as for addresses that are handed out.
    fn official(&self) -> Bucket {
        let account = self.emulator.wanxiang_account();
        Bucket::v2_enhanced(account.app(), account.bucket().clone())
            .signed_with(account.credentials())
    }

    fn photos_v1(&self) -> PhotosV1 {
        PhotosV1::new(self.bucket.app(), UserId::default())
            .signed_with(self.credentials())
            .at(self.emulator.endpoint())
    }

    fn videos(&self) -> Videos {
        Videos::new(self.bucket.app(), UserId::default())
            .signed_with(self.credentials())
            .at(self.emulator.endpoint())
    }

    fn detector(&self) -> Detector {
        let bucket = self.emulator.wanxiang_account().bucket();
        Detector::new(self.bucket.app(), bucket.clone())
            .signed_with(self.credentials())
            .at(self.emulator.endpoint())
    }

    fn credentials(&self) -> &Credentials {
        self.emulator.wanxiang_account().credentials()
    }

    /// How many requests of this operation the emulator remembers.
    fn asked(&self, op: &str) -> usize {
        let log = self.emulator.log();
        let of_it = log.iter().filter(|entry| entry.op.as_deref() == Some(op));
        of_it.count()
    }
}

fn unsigned(emulator: &Emulator) -> Bucket {
    let account = emulator.wanxiang_account();
    Bucket::v2_enhanced(account.app(), account.bucket().clone()).at(emulator.endpoint())
}

pub(super) fn run(report: &mut Report, transport: &Transport, emulator: &Emulator, media: &Media) {
    let stage = Stage::new(transport, emulator, media);
    photos::run(report, &stage);
    slices::run(report, &stage);
    refusals::run(report, &stage);
    private::run(report, transport, media);
    plain::run(report, &stage);
    videos::run(report, &stage);
    detection::run(report, &stage);
    lost::run(report, transport, media);
}

/// An emulator with settings of its own; that there is none is a failed step.
fn start(report: &mut Report, builder: Builder) -> Option<Emulator> {
    match builder.start() {
        Ok(emulator) => Some(emulator),
        Err(error) => {
            report.step("start another emulator", "", || Err(error.into()));
            None
        }
    }
}

/// Downloads what an address of the service names from the emulator, and compares it.
fn fetched(stage: &Stage<'_>, url: SignedUrl, expected: &[u8]) -> Outcome {
    let shown = url.without_query().to_owned();
    let content = content_at(stage, url)?;
    same("content", content == expected, true)?;
    Ok(format!("{} bytes, the same, from {shown}", content.len()))
}

fn content_at(stage: &Stage<'_>, url: SignedUrl) -> Result<Vec<u8>, Error> {
    let download = DownloadUrl::new(url, ByteRange::ALL)?.through(stage.emulator.endpoint());
    let (_, content) = stage.transport.download(download)?;
    Ok(content)
}

/// That a picture was made, of this kind and with these dimensions.
fn made(content: &[u8], kind: ImageFormat, dimensions: (u32, u32)) -> Outcome {
    same("format", image::guess_format(content)?, kind)?;
    let picture = image::load_from_memory_with_format(content, kind)?;
    let (width, height) = (picture.width(), picture.height());
    same("dimensions", (width, height), dimensions)?;
    Ok(format!(
        "{width}x{height}, {kind:?}, {} bytes",
        content.len()
    ))
}
