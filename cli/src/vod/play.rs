use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::{Value, json};
use yunmei_core::{
    Flow, SignedUrl,
    vcloud::vod::{OriginPlay, PlayableStream, PlayedVideo, Vod},
};

use super::{Session, fetch::Fetch, parse_vid};
use crate::{
    exit::Failure,
    output::{quoted, shown},
    transfer::{Outlet, is_folder},
    vcloud::Account,
};

/// Print where a video can be played, or download it.
///
/// Prints one line for each stream; the address is its last word. With --output, the stream with
/// the most pixels is downloaded; one that breaks off is taken up where it broke, and what arrives
/// is checked against the service's MD5. A video that is not published cannot be played.
#[derive(Args, Debug)]
pub(crate) struct PlayCommand {
    /// The id of the video
    #[arg(value_name = "VID", value_parser = parse_vid)]
    vid: String,
    /// Download it: into a file, into a folder, or - for standard output
    #[arg(long, short, value_name = "FILE")]
    output: Option<PathBuf>,
    /// Replace what is at --output
    #[arg(long, short, requires = "output")]
    force: bool,
    /// Only the streams of this definition: 240p, 360p, 480p, 540p, 720p, 1080p
    #[arg(long, value_name = "NAME")]
    definition: Option<String>,
    /// Only the streams in this format, such as mp4
    #[arg(long, value_name = "NAME")]
    format: Option<String>,
    /// Addresses that begin with https
    #[arg(long)]
    https: bool,
    /// The video as it was uploaded; only of TTVcloud
    #[arg(long, conflicts_with_all = ["definition", "format"])]
    original: bool,
}

/// What can be played, of either action.
pub(super) struct Playable {
    pub(super) url: SignedUrl,
    pub(super) size: Option<u64>,
    pub(super) md5: String,
    format: String,
    text: String,
    json: Value,
}

pub(super) async fn run(session: &Session, command: PlayCommand) -> Result<(), Failure> {
    let account = session.vcloud()?;
    let vod = account.vod()?;
    let playable = match command.original {
        true => command.original(&account, &vod).await?,
        false => command.streams(&account, &vod).await?,
    };
    match &command.output {
        Some(to) => command.download(&account, to, &playable).await,
        None => {
            for stream in &playable {
                session.output.line(&stream.text, &stream.json)?;
            }
            Ok(())
        }
    }
}

impl PlayCommand {
    async fn streams(&self, account: &Account<'_>, vod: &Vod) -> Result<Vec<Playable>, Failure> {
        let mut play = vod.play_info(&self.vid);
        if let Some(definition) = &self.definition {
            play = play.definition(definition);
        }
        if let Some(format) = &self.format {
            play = play.format(format);
        }
        if self.https {
            play = play.https();
        }
        let video = ask(account, &self.vid, play).await?;
        let playable: Vec<Playable> = by_pixels(&video)
            .into_iter()
            .filter_map(|stream| Playable::of_stream(&self.vid, stream))
            .collect();
        match playable.is_empty() {
            true => Err(self.nothing()),
            false => Ok(playable),
        }
    }

    async fn original(&self, account: &Account<'_>, vod: &Vod) -> Result<Vec<Playable>, Failure> {
        let mut play = vod.origin_play_info(&self.vid);
        if self.https {
            play = play.https();
        }
        let origin = ask(account, &self.vid, play).await?;
        let playable = Playable::of_original(&self.vid, &origin);
        playable.map(|one| vec![one]).ok_or_else(|| self.nothing())
    }

    fn nothing(&self) -> Failure {
        let failure = Failure::Missing(shown(&format!(
            "{}: the service names no stream that can be played",
            self.vid
        )));
        match self.definition.is_some() || self.format.is_some() {
            true => failure.advised("without --definition and --format, all streams are listed"),
            false => failure.advised("it may still be being processed: try again later"),
        }
    }

    async fn download(
        &self,
        account: &Account<'_>,
        to: &Path,
        playable: &[Playable],
    ) -> Result<(), Failure> {
        // There is at least one, and the first has the most pixels.
        let Some(stream) = playable.first() else {
            return Err(self.nothing());
        };
        let to = match is_folder(to) {
            true => to.join(self.file_name(stream)?),
            false => to.to_owned(),
        };
        let outlet = Outlet::open(&to, self.force)?;
        let shows = outlet.is_standard();
        let fetch = Fetch::new(account, &self.vid, stream)?;
        match outlet.fill(async |out| fetch.checked(out).await).await {
            // Whoever reads us has read enough.
            Err(failure) if shows && failure.is_broken_pipe() => Ok(()),
            Err(failure) => Err(failure),
            Ok(_) if shows => Ok(()),
            Ok(length) => account.session.output.line(
                &shown(&format!("{} -> {}", self.vid, to.display())),
                &json!({ "vid": self.vid, "to": to.to_string_lossy(), "size": length }),
            ),
        }
    }

    /// The name in a folder: of the id and the format, where they are such as names are made of.
    fn file_name(&self, stream: &Playable) -> Result<String, Failure> {
        let plain = |text: &str| {
            let inner = |byte: u8| byte.is_ascii_alphanumeric() || b"-_".contains(&byte);
            !text.is_empty() && text.bytes().all(inner)
        };
        if !plain(&self.vid) {
            let problem = "is no name for a file: say which file to write";
            return Err(Failure::Usage(shown(&format!("{}: {problem}", self.vid))));
        }
        let format = stream.format.to_ascii_lowercase();
        Ok(match plain(&format) {
            true => format!("{}.{format}", self.vid),
            false => self.vid.clone(),
        })
    }
}

/// Asks about a video, which may have to be published first.
pub(super) async fn ask<F: Flow>(
    account: &Account<'_>,
    vid: &str,
    flow: F,
) -> Result<F::Output, Failure> {
    let result = account.session.client.run(flow).await;
    result.map_err(|error| {
        // Not if it is the keys that may not ask.
        let is_of_video = (error.service()).is_some_and(|refusal| {
            matches!(refusal.symbol(), "OperationDenied" | "RequestForbidden")
        });
        let failure = account.failure(vid, error);
        match is_of_video {
            true => failure.advised(format!(
                "if it is not published: yunmei vod publish {} lets it be played",
                quoted(vid)
            )),
            false => failure,
        }
    })
}

/// The streams, those with the most pixels first.
pub(super) fn by_pixels(video: &PlayedVideo) -> Vec<&PlayableStream> {
    let mut streams: Vec<_> = video.streams.iter().collect();
    let pixels = |stream: &PlayableStream| {
        let sides = stream.width.zip(stream.height);
        sides.map_or(0, |(width, height)| width.saturating_mul(height))
    };
    streams.sort_by_key(|stream| {
        let bitrate = stream.bitrate.unwrap_or_default();
        std::cmp::Reverse((pixels(stream), bitrate))
    });
    streams
}

/// The main address, or the other where there is none.
fn address<'a>(
    main: &'a Option<SignedUrl>,
    backup: &'a Option<SignedUrl>,
) -> Option<&'a SignedUrl> {
    main.as_ref().or(backup.as_ref())
}

impl Playable {
    fn of_stream(vid: &str, stream: &PlayableStream) -> Option<Playable> {
        let url = address(&stream.main_url, &stream.backup_url)?;
        let picture = picture(stream.width, stream.height);
        let text = format!(
            "{:<6}  {picture:<10}  {:<5}  {:<6}  {}",
            stream.definition,
            stream.format,
            stream.codec,
            url.expose()
        );
        Some(Playable {
            url: url.clone(),
            size: stream.size.filter(|size| *size > 0),
            md5: stream.md5.clone(),
            format: stream.format.clone(),
            text: shown(text.trim_start()),
            json: json!({
                "vid": vid,
                "url": url.expose(),
                "backup_url": stream.backup_url.as_ref().map(SignedUrl::expose),
                "definition": stream.definition,
                "format": stream.format,
                "codec": stream.codec,
                "width": stream.width,
                "height": stream.height,
                "bitrate": stream.bitrate,
                "size": stream.size,
                "md5": stream.md5,
            }),
        })
    }

    fn of_original(vid: &str, origin: &OriginPlay) -> Option<Playable> {
        let url = address(&origin.main_url, &origin.backup_url)?;
        let picture = picture(origin.width, origin.height);
        let text = format!(
            "{:<6}  {picture:<10}  {:<5}  {:<6}  {}",
            "origin",
            origin.format,
            origin.codec,
            url.expose()
        );
        Some(Playable {
            url: url.clone(),
            size: origin.size.filter(|size| *size > 0),
            md5: origin.md5.clone(),
            format: origin.format.clone(),
            text: shown(text.trim_start()),
            json: json!({
                "vid": vid,
                "url": url.expose(),
                "backup_url": origin.backup_url.as_ref().map(SignedUrl::expose),
                "format": origin.format,
                "codec": origin.codec,
                "width": origin.width,
                "height": origin.height,
                "bitrate": origin.bitrate,
                "size": origin.size,
                "md5": origin.md5,
            }),
        })
    }
}

/// Width and height; nothing where they are not known.
pub(super) fn picture(width: Option<u64>, height: Option<u64>) -> String {
    match (width, height) {
        (Some(width @ 1..), Some(height @ 1..)) => format!("{width}x{height}"),
        _ => String::new(),
    }
}
