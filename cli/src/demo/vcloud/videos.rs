//! A film from its upload to what is made of it.

use yunmei_core::{
    ByteRange, Error,
    error::InputError,
    vcloud::{
        Dialect,
        vod::{CommitFunction, FileType, OptionInfo, PublishStatus, UploadedVideo},
    },
};

use super::{DELAY, Stage, main_url, refused};
use crate::demo::{
    report::{Outcome, Report, same},
    transport::Body,
};

/// Brings the id of the film; `None` if there is none, which is a failed step already.
pub(super) fn run(report: &mut Report, stage: &Stage<'_>) -> Option<String> {
    let uploaded = upload(report, stage)?;
    let vid = uploaded.vid()?.to_owned();
    play(report, stage, &vid);
    match stage.dialect {
        Dialect::TtvCloud => original(report, stage, &vid),
        Dialect::Volcengine => only_original(report, stage, &vid),
    }
    modify(report, stage, &vid);
    publish(report, stage, &vid);
    transcode(report, stage, &vid);
    Some(vid)
}

fn upload(report: &mut Report, stage: &Stage<'_>) -> Option<UploadedVideo> {
    let clip = &stage.media.clip;
    let sent = format!("AVI, {} bytes, GetMeta, Snapshot, title", clip.len());
    let mut brought = None;
    report.step("upload a film", sent, || {
        let content = stage.content(clip)?;
        let upload = stage.vod()?;
        let upload = upload.upload_video(stage.space(), FileType::Video, content);
        let upload = upload
            .function(CommitFunction::Snapshot { seconds: 0.5 })
            // It is sent first, as it has to be.
            .function(CommitFunction::GetMeta)
            .function(CommitFunction::AddOptionInfo(OptionInfo {
                title: Some("夏天的海".into()),
                tags: Some("海,夏天".into()),
                ..OptionInfo::default()
            }))
            .callback_args("demo");
        let uploaded = stage.send(upload, Body::Bytes(clip.clone()))?;
        let outcome = committed(&uploaded, clip.len())?;
        brought = Some(uploaded);
        Ok(outcome)
    });
    brought
}

/// What the commit has to say of a film.
fn committed(uploaded: &UploadedVideo, size: usize) -> Outcome {
    let result = uploaded.committed.results.first().ok_or("no result")?;
    let video = result.video.as_ref().ok_or("no properties")?;
    same("callback", &*uploaded.committed.callback_args, "demo")?;
    same("size", video.size, Some(size as u64))?;
    same("format", video.format.as_str(), "AVI")?;
    same("a name", video.uri == uploaded.store_uri, true)?;
    same("a poster", result.poster_uri.is_empty(), false)?;
    let (width, height) = (
        video.width.ok_or("no width")?,
        video.height.ok_or("no height")?,
    );
    let duration = video.duration.ok_or("no duration")?;
    same("a second of film", (duration - 1.0).abs() < 0.01, true)?;
    Ok(format!(
        "{}: {width}x{height}, {duration} s, MD5 {}, poster {}",
        result.vid, video.md5, result.poster_uri
    ))
}

fn play(report: &mut Report, stage: &Stage<'_>, vid: &str) {
    let clip = &stage.media.clip;
    report.step("where it can be played", vid, || {
        let played = stage.played(vid)?;
        same("id", played.vid.as_str(), vid)?;
        same("status", played.status, Some(10))?;
        same("streams", played.streams.len(), 1)?;
        let stream = &played.streams[0];
        same("size", stream.size, Some(clip.len() as u64))?;
        Ok(format!(
            "{} {}, {}, MD5 {}",
            stream.definition, stream.format, stream.codec, stream.md5
        ))
    });
    report.step("download and compare it", vid, || stage.plays(vid, clip));
    report.step("download a part of it", "bytes 100 to 299", || {
        let url = main_url(&stage.played(vid)?)?;
        let content = stage.bytes_at(url, ByteRange::between(100, 300)?)?;
        same("content", content == clip[100..300], true)?;
        Ok(format!("{} bytes, the same", content.len()))
    });
}

/// What only TTVcloud has.
fn original(report: &mut Report, stage: &Stage<'_>, vid: &str) {
    let clip = &stage.media.clip;
    report.step("where it is as it was uploaded", vid, || {
        let origin = stage.run(stage.vod()?.origin_play_info(vid))?;
        same("format", origin.format.as_str(), "AVI")?;
        let url = origin.main_url.ok_or("there is no address")?;
        let content = stage.bytes_at(url, ByteRange::ALL)?;
        same("content", content == clip[..], true)?;
        Ok(format!(
            "{} bytes, the same, MD5 {}",
            content.len(),
            origin.md5
        ))
    });
    report.step("an address that leads to it", "RedirectPlay, 60 s", || {
        let play = stage.vod()?.redirect_play(vid).lifetime(60);
        let shown = play.url(stage.clock.now())?.without_query().to_owned();
        let led = stage.run(play.follow())?;
        let content = stage.bytes_at(led, ByteRange::ALL)?;
        same("content", content == clip[..], true)?;
        Ok(format!(
            "{} bytes, the same, by way of {shown}",
            content.len()
        ))
    });
}

fn only_original(report: &mut Report, stage: &Stage<'_>, vid: &str) {
    report.step(
        "an action that it does not have",
        "RedirectPlay",
        || match stage.run(stage.vod()?.redirect_play(vid).follow()) {
            Err(Error::Input(error @ InputError::NoSuchAction { .. })) => {
                Ok(format!("not sent, as it should be: {error}"))
            }
            other => Err(format!("expected was that there is no such action: {other:?}").into()),
        },
    );
}

fn modify(report: &mut Report, stage: &Stage<'_>, vid: &str) {
    report.step("change its title and description", vid, || {
        let modify = |vid: &str| -> Result<_, InputError> {
            let modify = stage.vod()?.modify_video_info(stage.space(), vid);
            Ok(modify.title("秋天的海").description("海边, 1+1=2 & 更多"))
        };
        stage.run(modify(vid)?)?;
        refused(stage.run(modify("v0missing")?), 0, "ResourceNotFound")?;
        Ok("done; of a video that is not there: refused".into())
    });
}

fn publish(report: &mut Report, stage: &Stage<'_>, vid: &str) {
    let set = |status| -> Result<(), Error> {
        let set = stage.vod()?.set_publish_status(stage.space(), vid, status);
        stage.run(set)
    };
    report.step("block it, and play it", vid, || {
        let url = main_url(&stage.played(vid)?)?;
        set(PublishStatus::Blocked)?;
        refused(stage.played(vid), 0, "OperationDenied")?;
        // Nor does an address serve that was handed out before.
        match stage.bytes_at(url, ByteRange::ALL) {
            Err(Error::Service(refusal)) if refusal.status() == 403 => {
                Ok(format!("refused as it should be, twice: {refusal}"))
            }
            other => Err(format!("the old address: {:?}", other.map(|bytes| bytes.len())).into()),
        }
    });
    report.step("publish it, and play it", vid, || {
        set(PublishStatus::Published)?;
        stage.plays(vid, &stage.media.clip)
    });
}

fn transcode(report: &mut Report, stage: &Stage<'_>, vid: &str) {
    let mut before = 0;
    report.step("begin to transcode it", "template demo-720p", || {
        before = stage.played(vid)?.streams.len();
        let run = stage.run(stage.vod()?.start_transcode(vid, "demo-720p"))?;
        same("streams", stage.played(vid)?.streams.len(), before)?;
        Ok(format!("run {}, {before} stream as before", run.run_id))
    });
    report.step(
        "look again when it is done",
        format!("{DELAY:?} later"),
        || {
            stage.clock.put_forward(DELAY);
            let played = stage.played(vid)?;
            same("streams", played.streams.len(), before + 1)?;
            let only = stage.run(stage.vod()?.play_info(vid).definition("720p"))?;
            same("streams of 720p", only.streams.len(), 1)?;
            let names = played.streams.iter();
            let names: Vec<&str> = names.map(|stream| stream.definition.as_str()).collect();
            Ok(names.join(" and "))
        },
    );
}
