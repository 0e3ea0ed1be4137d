use std::error::Error;

use yunmei_core::{
    ByteRange,
    wanxiang::{
        Digests, FileId, UploadedPhoto,
        slices::{OpenSlices, Opened, PutSlice, Session, SliceStored},
    },
};

use super::Stage;
use crate::demo::{
    counted::Counted,
    media::LARGE,
    report::{Report, same},
    transport::Body,
};

/// One MiB a slice.
const SLICE: u64 = 1 << 20;

/// A picture above 5 MB.
pub(super) fn run(report: &mut Report, stage: &Stage<'_>) {
    let digests = match stage.transport.digests(Body::File(&stage.media.large)) {
        Ok(digests) => digests,
        Err(error) => return report.step("read the large picture", "", || Err(error.into())),
    };
    let large = stage.file_id("大图.png");
    let again = stage.file_id("大图 2.png");
    interrupted(report, stage, &large, &digests);
    found(report, stage, &large, &digests);
    known(report, stage, &again, &digests);
    report.step("delete both", format!("{large}, {again}"), || {
        for file_id in [&large, &again] {
            stage.transport.run(stage.bucket.delete(file_id))?;
        }
        Ok("done".into())
    });
}

/// An upload that breaks off after two slices, and goes on from there.
fn interrupted(report: &mut Report, stage: &Stage<'_>, large: &FileId, digests: &Digests) {
    let Stage {
        transport, media, ..
    } = stage;
    let put = || {
        let put = stage.bucket.put_slices(Some(large), digests.clone());
        put.slice_size(SLICE)
    };
    let slices = digests.size().div_ceil(SLICE);
    let sent = format!("2 of {slices} slices of {} bytes", digests.size());
    let mut saved = String::new();
    report.step("begin an upload by slices", sent, || {
        let session = two_slices(stage, &put().into_open())?;
        saved = serde_json::to_string(&session)?;
        let shown = session.id.get(..8).unwrap_or(&session.id);
        Ok(format!(
            "session {shown}… at {}, saved as JSON",
            session.offset
        ))
    });
    let sent = format!("{} slices", slices - 2);
    report.step("take it up and finish it", sent, || {
        let session: Session = serde_json::from_str(&saved)?;
        let (put, exchanges) = Counted::new(put().take_up(&session)?);
        let uploaded = transport.send(put, Body::File(&media.large))?;
        // The question how far it is, and the slices that were missing.
        same("requests", exchanges.get() as u64, 1 + slices - 2)?;
        same("id", &uploaded.file_id, large)?;
        Ok(format!(
            "{} after {} requests",
            uploaded.download_url,
            exchanges.get()
        ))
    });
}

/// Operation by operation.
fn two_slices(
    stage: &Stage<'_>,
    open: &OpenSlices<UploadedPhoto>,
) -> Result<Session, Box<dyn Error>> {
    let Opened::Session(mut session) = stage.transport.run(open.clone())? else {
        return Err("the service has it already".into());
    };
    for _ in 0..2 {
        let end = session.offset + session.slice_size;
        let slice = PutSlice::new(open, &session.id, session.offset..end);
        let large = Body::File(&stage.media.large);
        match stage.transport.send(slice, large)? {
            SliceStored::Stored { .. } => session.offset = end,
            other => return Err(format!("not stored as a part: {other:?}").into()),
        }
    }
    Ok(session)
}

fn found(report: &mut Report, stage: &Stage<'_>, large: &FileId, digests: &Digests) {
    let Stage {
        transport, bucket, ..
    } = stage;
    report.step("stat what came of it", large, || {
        let found = transport.run(bucket.stat(large))?;
        let (width, height) = LARGE;
        same("size", found.size, digests.size())?;
        same("MD5", found.md5.as_str(), digests.md5())?;
        same(
            "dimensions",
            (found.width, found.height),
            (width.into(), height.into()),
        )?;
        Ok(format!("{width}x{height}, MD5 {}", found.md5))
    });
    report.step("download and compare it", large, || {
        let download = bucket.photo(large).download(ByteRange::ALL);
        let (_, content) = transport.download(download)?;
        let found = transport.digests(Body::Bytes(content.into()))?;
        same("MD5", found.md5(), digests.md5())?;
        Ok(format!("MD5 {}", found.md5()))
    });
}

/// The same content under another id: the service has it already.
fn known(report: &mut Report, stage: &Stage<'_>, again: &FileId, digests: &Digests) {
    let Stage {
        transport,
        bucket,
        media,
        ..
    } = stage;
    report.step(
        "upload known content as another",
        format!("{} bytes as {again}", digests.size()),
        || {
            let put = bucket.put(Some(again), digests.clone());
            let (put, exchanges) = Counted::new(put);
            let uploaded = transport.send(put, Body::File(&media.large))?;
            same("requests", exchanges.get(), 1)?;
            same("id", &uploaded.file_id, again)?;
            let found = transport.run(bucket.stat(again))?;
            same("MD5", found.md5.as_str(), digests.md5())?;
            Ok("there after 1 request: nothing had to be sent".into())
        },
    );
}
