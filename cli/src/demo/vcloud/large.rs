//! A large film, as Volcengine takes it: in parts, and taken up where it broke off.

use std::{
    error::Error as AnyError,
    io::{self, Write},
};

use http::{HeaderMap, StatusCode};
use tempfile::NamedTempFile;
use yunmei_core::{
    ByteRange, Error,
    error::InputError,
    vcloud::{
        Content, Dialect,
        upload_host::parts::{PART_SIZE, Session, SessionKeeper},
        vod::{CommitFunction, FileType, UploadVideo},
    },
};
use yunmei_emulator::{
    Emulator, Faults,
    faults::{Action, Fault, When},
};

use super::{Stage, main_url, start};
use crate::demo::{
    media::Media,
    report::{Outcome, Report, not_sent, same},
    transport::{Body, Transport},
};

/// Three parts, of which the last is longer.
const SIZE: u64 = 3 * PART_SIZE + 7;

/// An upload that breaks off, is saved, and is taken up.
pub(super) fn run(report: &mut Report, transport: &Transport, media: &Media) {
    let denied = Action::Answer {
        status: StatusCode::FORBIDDEN,
        headers: HeaderMap::new(),
        body: r#"{"success":1,"error":{"code":403,"error_code":4003,"message":"denied"}}"#.into(),
        when: When::Before,
    };
    let faults = Faults::new().with(Fault::new(denied).op("upload.part").nth(3));
    let Some((emulator, clock)) = start(report, Emulator::builder().faults(faults)) else {
        return;
    };
    let stage = Stage {
        transport,
        emulator: &emulator,
        clock: &clock,
        media,
        dialect: Dialect::Volcengine,
    };
    let mut saved = String::new();
    let mut film = None;
    report.step(
        "a large film, which breaks off",
        format!("{SIZE} bytes"),
        || {
            let file = film.insert(large(media)?);
            broken_off(&stage, file, &mut saved)
        },
    );
    report.step("take it up as another content", "nothing", || {
        let session: Session = serde_json::from_str(&saved)?;
        let other = Content::new(SIZE, 7);
        let upload = stage.vod()?;
        let upload = upload.upload_video(stage.space(), FileType::Video, other);
        let taken_up = upload.take_up(&session).map_err(Error::from);
        not_sent(taken_up, &InputError::SessionOfAnother)
    });
    report.step(
        "take it up, and finish it",
        "the part that is missing",
        || {
            let file = film.as_ref().ok_or("there is no film")?;
            let session: Session = serde_json::from_str(&saved)?;
            taken_up(&stage, file, &session)
        },
    );
}

/// A film, and nothing but zeros behind it, which players pass over.
fn large(media: &Media) -> io::Result<NamedTempFile> {
    let mut file = NamedTempFile::new()?;
    file.write_all(&media.film)?;
    file.as_file().set_len(SIZE)?;
    Ok(file)
}

fn upload(stage: &Stage<'_>, file: &NamedTempFile) -> Result<UploadVideo, Error> {
    let content = stage.transport.checksums(Body::File(file.path()))?;
    let upload = stage.vod()?;
    let upload = upload.upload_video(stage.space(), FileType::Video, content);
    Ok(upload.function(CommitFunction::GetMeta))
}

fn broken_off(stage: &Stage<'_>, file: &NamedTempFile, saved: &mut String) -> Outcome {
    let keeper = SessionKeeper::default();
    let upload = upload(stage, file)?.kept_in(&keeper);
    let problem = match stage.send(upload, Body::File(file.path())) {
        Err(error) => error,
        Ok(_) => return Err("it did not break off".into()),
    };
    let session = keeper.session().ok_or("nothing is left of it")?;
    same("there", session.stored(), 2 * PART_SIZE)?;
    *saved = serde_json::to_string(&session)?;
    Ok(format!(
        "2 of {} parts are there, saved as JSON: {problem}",
        session.parts()
    ))
}

fn taken_up(stage: &Stage<'_>, file: &NamedTempFile, session: &Session) -> Outcome {
    let before = stage.asked("upload.part");
    let upload = upload(stage, file)?.take_up(session)?;
    let uploaded = stage.send(upload, Body::File(file.path()))?;
    same("applies", stage.asked("vod.ApplyUploadInfo"), 1)?;
    let sent = stage.asked("upload.part") - before;
    same("parts sent again", sent, 1)?;
    let vid = uploaded.vid().ok_or("there is no video")?;
    let video = uploaded.committed.results[0].video.as_ref();
    let video = video.ok_or("there are no properties")?;
    same("size", video.size, Some(SIZE))?;
    compared(stage, vid)?;
    Ok(format!("{vid} after {sent} part, MD5 {}", video.md5))
}

/// Compares the beginning, and what lies on both sides of the second part.
fn compared(stage: &Stage<'_>, vid: &str) -> Result<(), Box<dyn AnyError>> {
    let film = &stage.media.film;
    let url = main_url(&stage.played(vid)?)?;
    let begin = ByteRange::between(0, film.len() as u64)?;
    same(
        "beginning",
        stage.bytes_at(url.clone(), begin)? == film[..],
        true,
    )?;
    for place in [PART_SIZE, 2 * PART_SIZE] {
        let range = ByteRange::between(place - 8, place + 8)?;
        same("bytes", stage.bytes_at(url.clone(), range)?, vec![0; 16])?;
    }
    Ok(())
}
