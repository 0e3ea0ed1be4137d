//! `yunmei`: China's media clouds from the command line.
//!
//! Standard output carries data only; messages and progress go to standard error. The exit status
//! tells kinds of failure apart: see [`exit`].

mod arguments;
mod auth_server;
mod config;
mod cos;
mod demo;
mod duration;
mod edit;
mod emulator;
mod exit;
mod iam;
mod image;
mod imagex;
mod output;
mod photo;
mod runtime;
mod session;
mod sts;
mod transfer;
mod vcloud;
mod video;
mod vod;

use std::{
    io::{ErrorKind::BrokenPipe, Write},
    process::ExitCode,
};

use clap::Parser;

use arguments::{Arguments, Command};
use exit::Failure;

fn main() -> ExitCode {
    let outcome = match Arguments::try_parse() {
        Ok(arguments) => run(arguments),
        Err(told) => match tell(&told) {
            Ok(code) => return code,
            Err(failure) => Err(failure),
        },
    };
    match outcome {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report();
            failure.exit_code()
        }
    }
}

/// Help, the version, or what is wrong with the arguments.
fn tell(told: &clap::Error) -> Result<ExitCode, Failure> {
    let printed = told.print().and_then(|()| std::io::stdout().flush());
    match printed {
        // Whoever closed the pipe has seen enough; and nobody is left to be told of a full standard error.
        Err(error) if error.kind() != BrokenPipe && !told.use_stderr() => {
            Err(Failure::file("standard output", error))
        }
        _ => Ok(u8::try_from(told.exit_code()).unwrap_or(2).into()),
    }
}

fn run(arguments: Arguments) -> Result<(), Failure> {
    let common = arguments.common;
    match arguments.command {
        Command::Cos(command) => cos::run(command, &common),
        Command::Image(command) => image::run(command, &common),
        Command::Video(command) => video::run(command, &common),
        Command::Photo(command) => photo::run(command, &common),
        Command::Vod(command) => vod::run(command, &common),
        Command::Imagex(command) => imagex::run(command, &common),
        Command::Edit(command) => edit::run(command, &common),
        Command::Iam(command) => iam::run(command, &common),
        Command::Sts(command) => sts::run(command, &common),
        Command::Vcloud(command) => vcloud::run(command, &common),
        Command::AuthServer(command) => auth_server::run(*command, &common),
        Command::Emulator(command) => emulator::run(command, &common),
        Command::Demo(command) => demo::run(&command),
    }
}
