//! `yunmei demo`: everything, on this machine, with real files over real sockets.

mod clock;
mod cos;
mod counted;
mod fangtang;
mod media;
mod report;
mod transport;
mod vcloud;
mod wanxiang;
mod web;

use std::io::Write;

use clap::ValueEnum;
use yunmei_emulator::Emulator;

use crate::{arguments::DemoCommand, exit::Failure};

use report::Report;
use transport::Transport;

/// The transports there are.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum TransportName {
    /// Blocking
    Ureq,
    /// Async
    Hyper,
}

impl TransportName {
    fn as_str(self) -> &'static str {
        match self {
            TransportName::Ureq => "ureq",
            TransportName::Hyper => "hyper",
        }
    }

    fn other(self) -> TransportName {
        match self {
            TransportName::Ureq => TransportName::Hyper,
            TransportName::Hyper => TransportName::Ureq,
        }
    }
}

pub(crate) fn run(command: &DemoCommand) -> Result<(), Failure> {
    if command.web {
        return web::run(command);
    }
    let emulator = Emulator::start().map_err(|error| Failure::file("emulator", error))?;
    say(&format!(
        "emulator listening on {}, verifying every signature",
        emulator.endpoint()
    ))?;
    let folder = tempfile::tempdir().map_err(|error| Failure::file("temporary folder", error))?;
    let media = media::Media::generate(folder.path())
        .map_err(|error| Failure::file(folder.path().display(), error))?;
    let mut report = Report::default();
    for name in [TransportName::Ureq, TransportName::Hyper] {
        if command.transport.is_none_or(|only| only == name) {
            let transport = Transport::new(name)?;
            report.section(name.as_str(), "cos");
            cos::run(&mut report, &transport, &emulator, &media);
            report.section(name.as_str(), "wanxiang");
            wanxiang::run(&mut report, &transport, &emulator, &media);
            report.section(name.as_str(), "fangtang");
            fangtang::run(&mut report, &transport, &media);
            // Speaks to two services in turn, and says itself to which.
            vcloud::run(&mut report, &transport, &media);
        }
    }
    say(&format!(
        "{} passed, {} failed",
        report.passed(),
        report.failed()
    ))?;
    match report.failed() {
        0 => Ok(()),
        _ => Err(Failure::Demo),
    }
}

fn say(line: &str) -> Result<(), Failure> {
    writeln!(std::io::stdout(), "{line}").map_err(|error| Failure::file("standard output", error))
}
