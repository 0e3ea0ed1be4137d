//! Signatures a second over kept connections, beside the bare `/healthz` of the same server and the
//! `hello` of a server that does nothing else, and the memory of the server with many idle connections.
//!
//! `cargo bench -p yunmei-benches --bench signing_server -- --rounds 9 --seconds 2`; with `--check` it
//! fails if a bound is not kept. The servers are processes of their own; `wrk` or `oha` asks them, on
//! the same cores. Without `--bench`, as the ordinary tests call it, it asks for a few signatures,
//! once, and judges nothing.

mod asking;
mod contest;
mod driver;
mod hello;
mod idle;
mod process;
mod server;

use std::{
    env,
    error::Error,
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use contest::Contest;
use driver::Driver;
use process::Process;

/// How many connections are idle at once.
const IDLE: usize = 10_000;
/// The most memory that the server may hold then, in bytes.
const MEMORY_LIMIT: u64 = 30 << 20;

fn main() -> Result<ExitCode, Box<dyn Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["--be-hello"] => hello::serve()?,
        ["--be-server", audit] => server::serve(Path::new(audit))?,
        options if options.contains(&"--bench") => return measure(options),
        _ => try_once()?,
    }
    Ok(ExitCode::SUCCESS)
}

fn measure(options: &[&str]) -> Result<ExitCode, Box<dyn Error>> {
    let number = |name, default| match options.iter().position(|option| *option == name) {
        Some(at) => options
            .get(at + 1)
            .ok_or("a number is missing")?
            .parse::<u64>()
            .map_err(|_| "not a number"),
        None => Ok(default),
    };
    let (rounds, seconds) = (number("--rounds", 9)?, number("--seconds", 2)?);
    // First: the servers inherit it.
    let room = idle::make_room(IDLE);
    let folder = tempfile::tempdir()?;
    let audit = folder.path().join("audit");
    let server = Process::server(&audit)?;
    let mut out = io::stdout().lock();
    let mut is_kept = true;
    match Driver::found() {
        Some(driver) => {
            let hello = Process::hello()?;
            let contest = Contest::begin(driver, &hello, &server, seconds)?;
            let outcome = contest.run(rounds)?;
            writeln!(out, "{outcome}")?;
            is_kept = outcome.is_kept();
        }
        None => writeln!(out, "{}", driver::MISSING)?,
    }
    is_kept &= match room {
        Ok(()) => idle(&mut out, &server, IDLE)?,
        Err(least) => {
            writeln!(out, "no idle connections: run `ulimit -n {least}` first")?;
            true
        }
    };
    server.end()?;
    let lines = lines(&audit)?;
    writeln!(out, "{lines} lines in the audit")?;
    Ok(match is_kept || !options.contains(&"--check") {
        true => ExitCode::SUCCESS,
        false => ExitCode::FAILURE,
    })
}

/// Whether the memory is below its limit, or cannot be known.
fn idle(out: &mut impl Write, server: &Process, count: usize) -> Result<bool, Box<dyn Error>> {
    let before = server.memory();
    let connections = idle::open(server, count)?;
    let Some(memory) = server.memory() else {
        writeln!(out, "the system does not tell how much memory is held")?;
        return Ok(true);
    };
    let is_kept = memory <= MEMORY_LIMIT;
    writeln!(
        out,
        "{} idle connections: {} KiB of memory, {} KiB before  memory_kib <= {} {}",
        connections.len(),
        memory >> 10,
        before.unwrap_or_default() >> 10,
        MEMORY_LIMIT >> 10,
        if is_kept { "ok" } else { "over" }
    )?;
    Ok(is_kept)
}

/// A few signatures and idle connections, each with its line in the audit.
fn try_once() -> Result<(), Box<dyn Error>> {
    const FEW: usize = 8;
    let folder = tempfile::tempdir()?;
    let audit = folder.path().join("audit");
    let server = Process::server(&audit)?;
    let hello = Process::hello()?;
    Contest::begin(Driver::Wrk, &hello, &server, 0)?;
    let before_idle = server::ROUTES.len();
    drop(idle::open(&server, FEW)?);
    server.end()?;
    match lines(&audit)? == before_idle + FEW {
        true => Ok(()),
        false => Err("not every signature has its line in the audit".into()),
    }
}

/// The decisions, behind the line of the start.
fn lines(audit: &Path) -> io::Result<usize> {
    let lines = std::fs::read(audit)?;
    let count = lines.iter().filter(|byte| **byte == b'\n').count();
    Ok(count.saturating_sub(1))
}
