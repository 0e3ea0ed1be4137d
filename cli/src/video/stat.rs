use clap::Args;
use serde_json::json;
use yunmei_core::wanxiang::{FileId, VideoAttributes, VideoStatus};

use super::Session;
use crate::{
    exit::Failure,
    output::{aligned, shown, time},
};

/// Show the attributes of a video.
#[derive(Args, Debug)]
pub(crate) struct StatCommand {
    /// The id of the video
    #[arg(value_name = "ID")]
    file_id: FileId,
}

pub(super) async fn run(session: &Session, command: StatCommand) -> Result<(), Failure> {
    let file_id = &command.file_id;
    let attributes = session
        .client
        .run(session.videos()?.stat(file_id))
        .await
        .map_err(|error| Failure::operation(file_id, error))?;
    session.output.line(
        &text(file_id, &attributes),
        &json!({
            "id": file_id.as_str(),
            "size": attributes.size,
            "sha1": attributes.sha1,
            "uploaded": attributes.uploaded,
            "status": word(attributes.status),
            "status_message": attributes.status_message,
            "play_time": attributes.play_time,
            "title": attributes.title,
            "description": attributes.description,
            "download_url": attributes.download_url,
            "cover_url": Some(&attributes.cover_url).filter(|url| !url.is_empty()),
        }),
    )
}

fn text(file_id: &FileId, attributes: &VideoAttributes) -> String {
    let status = match attributes.status_message.as_str() {
        "" => word(attributes.status),
        message => format!("{}: {message}", word(attributes.status)),
    };
    // The unit is not established.
    let play_time = attributes.play_time.filter(|time| *time > 0.0);
    aligned(&[
        ("id", shown(file_id.as_str())),
        ("size", format!("{} bytes", attributes.size)),
        ("SHA-1", shown(&attributes.sha1)),
        ("uploaded", time(attributes.uploaded)),
        ("status", shown(&status)),
        (
            "play time",
            play_time.map_or_else(String::new, |time| time.to_string()),
        ),
        ("title", shown(&attributes.title)),
        ("text", shown(&attributes.description)),
        ("address", shown(&attributes.download_url)),
        ("cover", shown(&attributes.cover_url)),
    ])
}

fn word(status: VideoStatus) -> String {
    match status {
        VideoStatus::Initial => "initial".into(),
        VideoStatus::Transcoding => "transcoding".into(),
        VideoStatus::Transcoded => "transcoded".into(),
        VideoStatus::TranscodingFailed => "transcoding-failed".into(),
        VideoStatus::NotReviewed => "not-reviewed".into(),
        VideoStatus::ReviewPassed => "review-passed".into(),
        VideoStatus::ReviewNotPassed => "review-not-passed".into(),
        VideoStatus::ReviewFailed => "review-failed".into(),
        VideoStatus::Other(number) => format!("unknown-{number}"),
        _ => "unknown".into(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Section 8.2 of the dossier names none.
    #[test]
    fn no_unit_is_claimed_for_the_play_time() {
        let attributes = serde_json::from_str(
            r#"{"file_url":"d","file_upload_time":1,"file_size":2,"file_sha":"x",
                "video_status":2,"video_play_time":12.5}"#,
        );
        let file_id = FileId::new("1_ab").expect("an id");
        let text = text(&file_id, &attributes.expect("attributes"));
        let line = text.lines().find(|line| line.starts_with("play time"));
        assert!(line.is_some_and(|line| line.ends_with(" 12.5")), "{text}");
    }
}
