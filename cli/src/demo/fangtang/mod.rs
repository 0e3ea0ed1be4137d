//! Every operation of Fangtang's photo repair.

mod jobs;
mod look;
mod lost;
mod refusals;
mod repairs;

use std::time::Duration;

use image::RgbImage;
use yunmei_core::{
    Download, Downloaded, Error, Flow, Timestamp,
    fangtang::{Finished, Job, Partner, RepairType},
};
use yunmei_emulator::{Builder, Emulator};

use super::{
    clock::{Clock, Pauses},
    media::{Media, Picture},
    report::Report,
    transport::{Body, Transport},
};

/// How long a repair takes here.
const DELAY: Duration = Duration::from_secs(10);

/// What every step needs: an emulator of its own, whose clock can be put forward.
struct Stage<'a> {
    transport: &'a Transport,
    emulator: Emulator,
    partner: Partner,
    clock: Clock,
    media: &'a Media,
}

impl<'a> Stage<'a> {
    fn start(
        report: &mut Report,
        builder: Builder,
        transport: &'a Transport,
        media: &'a Media,
    ) -> Option<Stage<'a>> {
        let clock = Clock::default();
        let emulators = clock.clone();
        let builder = builder.photo_delay(DELAY).clock(move || emulators.now());
        match builder.start() {
            Ok(emulator) => Some(Stage {
                transport,
                partner: emulator.fangtang_partner(),
                emulator,
                clock,
                media,
            }),
            Err(error) => {
                report.step("start another emulator", "", || Err(error.into()));
                None
            }
        }
    }

    /// Runs a flow by the clock that can be put forward: pauses take no time.
    fn run<F: Flow>(&self, flow: F) -> Result<F::Output, Error> {
        self.transport.run(self.clock.flow(flow).0)
    }

    /// The same, and tells the pauses.
    fn waited<F: Flow>(&self, flow: F) -> (Result<F::Output, Error>, Pauses) {
        let (flow, pauses) = self.clock.flow(flow);
        (self.transport.run(flow), pauses)
    }

    fn send<F: Flow>(&self, flow: F, body: Body<'_>) -> Result<F::Output, Error> {
        self.transport.send(self.clock.flow(flow).0, body)
    }

    fn download<D: Download>(&self, download: D) -> Result<(Downloaded, Vec<u8>), Error> {
        self.transport.download(self.clock.download(download))
    }

    fn submit(&self, repair: RepairType, name: &str, picture: &Picture) -> Result<Job, Error> {
        let submit = self
            .partner
            .submit(repair, name, picture.bytes.len() as u64);
        self.send(submit, Body::Bytes(picture.bytes.clone()))
    }

    /// Ten minutes from now.
    fn deadline(&self) -> Timestamp {
        Timestamp::from_seconds(self.clock.now().seconds() + 600)
    }

    fn finished(&self, job: &Job) -> Result<Finished, Error> {
        self.run(self.partner.wait(job, self.deadline())?)
    }

    /// Fetches a repaired picture, and decodes it.
    fn fetched(&self, finished: &Finished) -> Result<RgbImage, Box<dyn std::error::Error>> {
        let (_, content) = self.download(self.partner.fetch(finished)?)?;
        look::decoded(&content)
    }

    /// How many uploads are left.
    fn left(&self) -> Result<u64, Error> {
        Ok(self.run(self.partner.quota())?.left)
    }

    /// How many uploads came to the emulator.
    fn uploads(&self) -> usize {
        let log = self.emulator.log();
        let of_it = log
            .iter()
            .filter(|entry| entry.op.as_deref() == Some("photo.upload"));
        of_it.count()
    }
}

pub(super) fn run(report: &mut Report, transport: &Transport, media: &Media) {
    let builder = Emulator::builder().photo_quota(20);
    if let Some(stage) = Stage::start(report, builder, transport, media) {
        repairs::run(report, &stage);
        jobs::run(report, &stage);
        refusals::run(report, &stage);
    }
    refusals::nothing_left(report, transport, media);
    lost::run(report, transport, media);
}
