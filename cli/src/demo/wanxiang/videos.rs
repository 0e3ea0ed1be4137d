use yunmei_core::{
    SignedUrl,
    wanxiang::{FileId, UploadedVideo, slices::PutSlices},
};

use super::{Stage, fetched};
use crate::demo::{
    counted::Counted,
    report::{Report, refused, same},
    transport::Body,
};

/// Films from their upload to their deletion.
pub(super) fn run(report: &mut Report, stage: &Stage<'_>) {
    let mut there = Vec::new();
    whole(report, stage, &mut there);
    sliced(report, stage, &mut there);
    report.step("delete every film", there.len(), || {
        let videos = stage.videos();
        for file_id in &there {
            stage.transport.run(videos.delete(file_id))?;
            refused(stage.transport.run(videos.stat(file_id)), -197)?;
        }
        same("there were some", there.is_empty(), false)?;
        Ok("gone, all of them".into())
    });
}

fn whole(report: &mut Report, stage: &Stage<'_>, there: &mut Vec<FileId>) {
    let Stage {
        transport, media, ..
    } = stage;
    let videos = stage.videos();
    let clip = || Body::Bytes(media.clip.clone());
    let sent = format!("AVI of {} bytes", media.clip.len());
    let mut address = String::new();
    report.step("upload a film", sent, || {
        let put = videos.put(transport.digests(clip())?);
        let put = put.title("短片").description("8 frames & a square");
        let uploaded = transport.send(put, clip())?;
        there.push(uploaded.file_id.clone());
        address.clone_from(&uploaded.download_url);
        Ok(format!("as {}", uploaded.file_id))
    });
    let file_id = there.first().cloned();
    report.step("stat a film", "title, description, SHA-1", || {
        let found = transport.run(videos.stat(file_id.as_ref().ok_or("no film")?))?;
        let digests = transport.digests(clip())?;
        same("size", found.size, digests.size())?;
        same("SHA-1", found.sha1.as_str(), digests.sha1())?;
        same("title", found.title.as_str(), "短片")?;
        same(
            "description",
            found.description.as_str(),
            "8 frames & a square",
        )?;
        Ok(format!(
            "{} bytes, SHA-1 {}, {:?}",
            found.size, found.sha1, found.status
        ))
    });
    report.step("download a film", "by the address it was given", || {
        fetched(stage, SignedUrl::new(address), &media.clip)
    });
}

fn sliced(report: &mut Report, stage: &Stage<'_>, there: &mut Vec<FileId>) {
    let Stage {
        transport, media, ..
    } = stage;
    let videos = stage.videos();
    let film = || Body::Bytes(media.film.clone());
    let slices = (media.film.len() as u64).div_ceil(yunmei_core::wanxiang::slices::SLICE_SIZE);
    let mut put = |expected: u64| -> Result<(usize, FileId), Box<dyn std::error::Error>> {
        let put: PutSlices<UploadedVideo> = videos.put_slices(transport.digests(film())?);
        let (put, exchanges) = Counted::new(put.title("长片"));
        let uploaded = transport.send(put, film())?;
        there.push(uploaded.file_id.clone());
        same("requests", exchanges.get() as u64, expected)?;
        Ok((exchanges.get(), uploaded.file_id))
    };
    report.step(
        "upload a film by slices",
        format!("AVI of {} bytes, {slices} slices", media.film.len()),
        || {
            let (requests, file_id) = put(1 + slices)?;
            let found = transport.run(videos.stat(&file_id))?;
            let digests = transport.digests(film())?;
            same("SHA-1", found.sha1.as_str(), digests.sha1())?;
            same("title", found.title.as_str(), "长片")?;
            Ok(format!("as {file_id} after {requests} requests"))
        },
    );
    report.step("upload the same film again", "by slices", || {
        let (_, file_id) = put(1)?;
        Ok(format!(
            "as {file_id} after 1 request: nothing had to be sent"
        ))
    });
}
