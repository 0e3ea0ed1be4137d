//! TTVcloud, and today's Volcengine, which took its place: the same steps where both have them.

mod editing;
mod keys;
mod large;
mod lost;
mod pictures;
mod posters;
mod refusals;
mod source;
mod tokens;
mod urls;
mod users;
mod videos;

use std::{error::Error as AnyError, time::Duration};

use bytes::Bytes;
use yunmei_core::{
    ByteRange, Download, Downloaded, Error, Flow, SignedUrl, Stamp,
    error::{InputError, Language},
    vcloud::{
        Content, Credentials, Dialect, Scheme,
        edit::Edit,
        iam::Iam,
        imagex::ImageX,
        vod::{FetchVideo, FileType, PlayedVideo, UploadedVideo, Vod},
    },
};
use yunmei_emulator::{Builder, Emulator};

use super::{
    clock::Clock,
    media::Media,
    report::{Outcome, Report, same},
    transport::{Body, Transport},
};

/// How long processing takes here, of videos and of what is cut and joined.
const DELAY: Duration = Duration::from_secs(60);

/// What every step needs.
struct Stage<'a> {
    transport: &'a Transport,
    emulator: &'a Emulator,
    clock: &'a Clock,
    media: &'a Media,
    dialect: Dialect,
}

pub(super) fn run(report: &mut Report, transport: &Transport, media: &Media) {
    let name = transport.name().as_str();
    report.section(name, "vcloud");
    if let Some((emulator, clock)) = start(report, Emulator::builder()) {
        let stage = |dialect| Stage {
            transport,
            emulator: &emulator,
            clock: &clock,
            media,
            dialect,
        };
        original(report, &stage(Dialect::TtvCloud));
        report.section(name, "volcengine");
        successor(report, &stage(Dialect::Volcengine));
    }
    report.section(name, "volcengine");
    large::run(report, transport, media);
    report.section(name, "vcloud");
    lost::run(report, transport, media);
}

fn original(report: &mut Report, stage: &Stage<'_>) {
    if let Some(vid) = videos::run(report, stage) {
        posters::run(report, stage, &vid);
        tokens::run(report, stage, &vid);
        keys::run(report, stage, &vid);
        editing::run(report, stage, &vid);
    }
    urls::accepted(report, stage);
    pictures::run(report, stage);
    users::run(report, stage);
    refusals::run(report, stage);
}

fn successor(report: &mut Report, stage: &Stage<'_>) {
    if let Some(vid) = videos::run(report, stage) {
        posters::upload(report, stage, &vid);
        tokens::play(report, stage, &vid);
        editing::submitted(report, stage, &vid);
    }
    urls::run(report, stage);
    keys::uploads(report, stage);
    pictures::uploads(report, stage);
    users::listed(report, stage);
}

/// An emulator of its own, whose clock can be put forward; that there is none is a failed step.
fn start(report: &mut Report, builder: Builder) -> Option<(Emulator, Clock)> {
    let clock = Clock::default();
    let emulators = clock.clone();
    let builder = builder.transcode_delay(DELAY).edit_delay(DELAY);
    match builder.clock(move || emulators.now()).start() {
        Ok(emulator) => Some((emulator, clock)),
        Err(error) => {
            report.step("start another emulator", "", || Err(error.into()));
            None
        }
    }
}

impl Stage<'_> {
    fn vod(&self) -> Result<Vod, InputError> {
        self.emulator.vod(self.dialect)
    }

    /// The same, with other keys than those of the account.
    fn vod_of(&self, credentials: Credentials) -> Result<Vod, InputError> {
        let region = self.emulator.vcloud_account().region().clone();
        let vod = Vod::new(self.dialect, region, credentials)?;
        Ok(vod.at(self.emulator.endpoint()).uploads_over(Scheme::Http))
    }

    fn imagex(&self) -> Result<ImageX, InputError> {
        self.emulator.imagex(self.dialect)
    }

    fn iam(&self) -> Result<Iam, InputError> {
        self.emulator.iam(self.dialect)
    }

    fn edit(&self) -> Result<Edit, InputError> {
        self.emulator.edit(self.dialect)
    }

    fn space(&self) -> &str {
        self.emulator.vcloud_account().space()
    }

    /// Now by the clock that can be put forward, as all that is run here.
    fn stamp(&self) -> Stamp {
        self.clock.stamp(&yunmei_host::stamp())
    }

    fn run<F: Flow>(&self, flow: F) -> Result<F::Output, Error> {
        self.transport.run(self.clock.flow(flow).0)
    }

    fn send<F: Flow>(&self, flow: F, body: Body<'_>) -> Result<F::Output, Error> {
        self.transport.send(self.clock.flow(flow).0, body)
    }

    fn send_all<F: Flow>(&self, flow: F, bodies: Vec<Body<'_>>) -> Result<F::Output, Error> {
        self.transport.send_all(self.clock.flow(flow).0, bodies)
    }

    fn download<D: Download>(&self, download: D) -> Result<(Downloaded, Vec<u8>), Error> {
        self.transport.download(self.clock.download(download))
    }

    fn content(&self, bytes: &Bytes) -> Result<Content, Error> {
        self.transport.checksums(Body::Bytes(bytes.clone()))
    }

    /// Uploads a film, with nothing done to it.
    fn uploaded(&self, vod: &Vod, film: &Bytes) -> Result<UploadedVideo, Error> {
        let upload = vod.upload_video(self.space(), FileType::Video, self.content(film)?);
        self.send(upload, Body::Bytes(film.clone()))
    }

    fn played(&self, vid: &str) -> Result<PlayedVideo, Error> {
        self.run(self.vod()?.play_info(vid))
    }

    /// What is at an address that the service gave.
    fn bytes_at(&self, url: SignedUrl, range: ByteRange) -> Result<Vec<u8>, Error> {
        let (_, content) = self.download(FetchVideo::new(url)?.range(range))?;
        Ok(content)
    }

    /// Plays a video, whose bytes have to be these.
    fn plays(&self, vid: &str, film: &Bytes) -> Outcome {
        let url = main_url(&self.played(vid)?)?;
        let shown = url.without_query().to_owned();
        let content = self.bytes_at(url, ByteRange::ALL)?;
        same("content", content == film[..], true)?;
        Ok(format!("{} bytes, the same, from {shown}", content.len()))
    }

    /// How many requests of this operation the emulator remembers.
    fn asked(&self, op: &str) -> usize {
        let log = self.emulator.log();
        let of_it = log.iter().filter(|entry| entry.op.as_deref() == Some(op));
        of_it.count()
    }
}

/// Where the first stream of a video is.
fn main_url(played: &PlayedVideo) -> Result<SignedUrl, Box<dyn AnyError>> {
    let stream = played.streams.first().ok_or("there is no stream")?;
    Ok(stream.main_url.clone().ok_or("there is no address")?)
}

/// The refusal that a step is about, by its number and its symbol, where 0 is no number; with the
/// id under which the service knows it.
fn refused<T>(result: Result<T, Error>, number: i64, symbol: &str) -> Outcome {
    let refusal = match result {
        Ok(_) => return Err(format!("not refused; {symbol} was expected").into()),
        Err(Error::Service(refusal)) => refusal,
        Err(error) => return Err(format!("{symbol} was expected; {error}").into()),
    };
    same("code", (refusal.code(), refusal.symbol()), (number, symbol))?;
    let id = refusal.request_id().ok_or("it has no request id")?;
    same("its request id is empty", id.is_empty(), false)?;
    let number = match number {
        0 => String::new(),
        number => format!("{number} "),
    };
    let meaning = refusal.meaning(Language::English);
    Ok(format!(
        "refused as it should be: {number}{symbol}, {} (HTTP {}, {id})",
        meaning.unwrap_or(refusal.message()),
        refusal.status().as_u16(),
    ))
}

/// That nobody knows whether it was done, and that it was asked for only once.
fn in_doubt<T: std::fmt::Debug>(
    stage: &Stage<'_>,
    op: &str,
    work: impl FnOnce() -> Result<T, Error>,
) -> Outcome {
    let before = stage.asked(op);
    let error = match work() {
        Err(error @ Error::Doubt(_)) => error,
        other => return Err(format!("no doubt: {other:?}").into()),
    };
    same(op, stage.asked(op) - before, 1)?;
    Ok(format!("sent once: {error}"))
}

/// Width and height of what is at the address of a picture, and how many bytes it has.
fn picture_at(stage: &Stage<'_>, url: &str) -> Result<(u32, u32, Vec<u8>), Box<dyn AnyError>> {
    let content = stage.bytes_at(SignedUrl::new(url), ByteRange::ALL)?;
    let picture = image::load_from_memory(&content)?;
    Ok((picture.width(), picture.height(), content))
}
