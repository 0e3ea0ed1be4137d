use clap::Args;
use serde_json::json;
use yunmei_core::{
    Error,
    vcloud::{
        Dialect,
        vod::{OriginPlay, PlayedVideo, Vod},
    },
};

use super::{
    Session, parse_vid,
    play::{ask, by_pixels, picture},
};
use crate::{
    exit::Failure,
    output::{aligned, say, shown},
    vcloud::Account,
};

/// Show what a video is like: as it was uploaded, and the streams in which it can be played.
#[derive(Args, Debug)]
pub(crate) struct InfoCommand {
    /// The id of the video
    #[arg(value_name = "VID", value_parser = parse_vid)]
    vid: String,
}

pub(super) async fn run(session: &Session, command: InfoCommand) -> Result<(), Failure> {
    let vid = &command.vid;
    let account = session.vcloud()?;
    let vod = account.vod()?;
    let (origin, played) = match account.dialect() {
        Dialect::TtvCloud => of_ttv_cloud(&account, &vod, vid).await?,
        // Volcengine has no action for what was uploaded.
        Dialect::Volcengine => (None, Some(ask(&account, vid, vod.play_info(vid)).await?)),
    };
    session.output.line(
        &text(vid, origin.as_ref(), played.as_ref()),
        &object(vid, origin.as_ref(), played.as_ref()),
    )
}

/// What was uploaded may be told of a video that nobody may play, too.
async fn of_ttv_cloud(
    account: &Account<'_>,
    vod: &Vod,
    vid: &str,
) -> Result<(Option<OriginPlay>, Option<PlayedVideo>), Failure> {
    let origin = ask(account, vid, vod.origin_play_info(vid)).await?;
    match account.session.client.run(vod.play_info(vid)).await {
        Ok(played) => Ok((Some(origin), Some(played))),
        Err(error @ Error::Service(_)) => {
            let problem = account.failure(vid, error);
            say(format_args!(
                "yunmei: warning: it cannot be played: {problem}"
            ));
            Ok((Some(origin), None))
        }
        Err(error) => Err(account.failure(vid, error)),
    }
}

fn text(vid: &str, origin: Option<&OriginPlay>, played: Option<&PlayedVideo>) -> String {
    let mut lines = vec![("id", shown(vid))];
    if let Some(origin) = origin {
        lines.push(("kind", shown(&origin.media_type)));
        lines.push(("length", seconds(origin.duration)));
        lines.push(("picture", picture(origin.width, origin.height)));
        lines.push(("size", count(origin.size, "bytes")));
        lines.push(("bitrate", count(origin.bitrate, "bit/s")));
        lines.push(("format", shown(&origin.format)));
        lines.push(("codec", shown(&origin.codec)));
        lines.push(("MD5", shown(&origin.md5)));
    }
    if let Some(played) = played {
        if origin.is_none() {
            lines.push(("kind", shown(&played.media_type)));
            lines.push(("length", seconds(played.duration)));
        }
        lines.push(("poster", shown(&played.poster_url)));
        for stream in by_pixels(played) {
            let words = [
                stream.definition.clone(),
                picture(stream.width, stream.height),
                stream.format.clone(),
                stream.codec.clone(),
                count(stream.bitrate, "bit/s"),
                count(stream.size, "bytes"),
            ];
            let words: Vec<String> = words.into_iter().filter(|word| !word.is_empty()).collect();
            lines.push(("stream", shown(&words.join("  "))));
        }
    }
    aligned(&lines)
}

fn object(
    vid: &str,
    origin: Option<&OriginPlay>,
    played: Option<&PlayedVideo>,
) -> serde_json::Value {
    json!({
        "vid": vid,
        "original": origin.map(|origin| json!({
            "media_type": origin.media_type,
            "duration": origin.duration,
            "width": origin.width,
            "height": origin.height,
            "size": origin.size,
            "bitrate": origin.bitrate,
            "format": origin.format,
            "codec": origin.codec,
            "md5": origin.md5,
        })),
        "playable": played.is_some(),
        "status": played.and_then(|played| played.status),
        "media_type": played.map(|played| &played.media_type),
        "duration": played.and_then(|played| played.duration),
        "poster_url": played.map(|played| &played.poster_url),
        "streams": played.map(|played| {
            let streams = by_pixels(played).into_iter().map(|stream| json!({
                "definition": stream.definition,
                "width": stream.width,
                "height": stream.height,
                "format": stream.format,
                "codec": stream.codec,
                "bitrate": stream.bitrate,
                "size": stream.size,
                "md5": stream.md5,
            }));
            streams.collect::<Vec<_>>()
        }),
    })
}

/// Nothing where it is not known.
pub(super) fn seconds(duration: Option<f64>) -> String {
    match duration {
        Some(seconds) if seconds > 0.0 => format!("{seconds} s"),
        _ => String::new(),
    }
}

fn count(number: Option<u64>, unit: &str) -> String {
    match number {
        Some(number @ 1..) => format!("{number} {unit}"),
        _ => String::new(),
    }
}
