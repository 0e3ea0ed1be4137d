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

use std::process::ExitCode;

use clap::Parser;

use arguments::{Arguments, Command};
use exit::Failure;

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments) {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            failure.report();
            failure.exit_code()
        }
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
