use bytes::Bytes;
use yunmei_core::{
    ByteRange,
    cos::{
        Content,
        slices::{
            FinishSlices, Found, InitSlices, ListSlices, Manifest, Opened, PutSlice, Session,
        },
    },
};

use super::Stage;
use crate::demo::{
    counted::Counted,
    report::{Report, same},
    transport::Body,
};

pub(super) fn run(report: &mut Report, stage: &Stage<'_>) {
    let manifest = match stage.transport.manifest(Body::File(&stage.media.large)) {
        Ok(manifest) => manifest,
        Err(error) => return report.step("read the large picture", "", || Err(error.into())),
    };
    interrupted(report, stage, &manifest);
    whole(report, stage, &manifest);
    by_hand(report, stage);
}

/// An upload that breaks off after two slices, and goes on from there.
fn interrupted(report: &mut Report, stage: &Stage<'_>, manifest: &Manifest) {
    let Stage {
        transport,
        bucket,
        media,
        ..
    } = stage;
    let path = stage.file("large.png");
    let body = || Body::File(&media.large);
    let slices = manifest.slices();
    report.step(
        "begin an upload by slices",
        format!("2 of {} slices", slices.len()),
        || {
            let init = InitSlices::new((*bucket).clone(), path.clone(), manifest.clone().into());
            let session = open(transport.run(init)?)?;
            for slice in slices.iter().take(2) {
                let range = slice.offset..slice.offset + slice.length;
                let sha = Some(manifest.sha1().to_owned());
                let put = PutSlice::new((*bucket).clone(), path.clone(), &session.id, range, sha);
                transport.send(put, body())?;
            }
            Ok(format!(
                "session {}…",
                session.id.get(..8).unwrap_or(&session.id)
            ))
        },
    );
    report.step(
        "take it up and finish it",
        format!("{} bytes", manifest.size()),
        || {
            let (put, exchanges) = Counted::new(bucket.put(&path, manifest.clone().into()));
            let uploaded = transport.send(put, body())?;
            // Init, list and finish, and the slices that were missing.
            same("requests", exchanges.get(), 3 + slices.len() - 2)?;
            Ok(format!(
                "{} after {} requests",
                uploaded.source_url,
                exchanges.get()
            ))
        },
    );
    report.step("download and compare it", &path, || {
        let (_, content) = transport.download(bucket.download(&path, ByteRange::ALL))?;
        let found = transport.manifest(Body::Bytes(content.into()))?;
        same("SHA-1", found.sha1(), manifest.sha1())?;
        Ok(format!("SHA-1 {}", found.sha1()))
    });
}

/// The same content elsewhere: the service has it already.
fn whole(report: &mut Report, stage: &Stage<'_>, manifest: &Manifest) {
    let Stage {
        transport,
        bucket,
        media,
        ..
    } = stage;
    let path = stage.file("large again.png");
    report.step(
        "upload known content elsewhere",
        format!("{} bytes", manifest.size()),
        || {
            let (put, exchanges) = Counted::new(bucket.put(&path, manifest.clone().into()));
            transport.send(put, Body::File(&media.large))?;
            same("requests", exchanges.get(), 1)?;
            Ok("there after 1 request: nothing had to be sent".into())
        },
    );
}

/// Every operation by itself, without digests.
fn by_hand(report: &mut Report, stage: &Stage<'_>) {
    let Stage {
        transport, bucket, ..
    } = stage;
    let path = stage.file("by hand.bin");
    let bytes = Bytes::from(vec![7; 150_000]);
    let size = bytes.len() as u64;
    let place = || ((*bucket).clone(), path.clone());
    report.step(
        "slices one by one, without digests",
        format!("{size} bytes"),
        || {
            let (at, to) = place();
            let init = InitSlices::new(at, to, Content::unchecked(size)).slice_size(65_536);
            let session = open(transport.run(init)?)?;
            let mut offset = 0;
            while offset < size {
                let range = offset..(offset + session.slice_size).min(size);
                offset = range.end;
                let (at, to) = place();
                let put = PutSlice::new(at, to, &session.id, range, None);
                transport.send(put, Body::Bytes(bytes.clone()))?;
            }
            let (at, to) = place();
            let Found::Open(open) = transport.run(ListSlices::new(at, to))? else {
                return Err("no open upload".into());
            };
            let (at, to) = place();
            transport.run(FinishSlices::new(at, to, &session.id, size, None))?;
            same("size", transport.run(bucket.stat(&path))?.size, size)?;
            Ok(format!("{} slices stored, finished", open.stored.len()))
        },
    );
}

fn open(opened: Opened) -> Result<Session, Box<dyn std::error::Error>> {
    match opened {
        Opened::Session(session) => Ok(session),
        other => Err(format!("no session: {other:?}").into()),
    }
}
