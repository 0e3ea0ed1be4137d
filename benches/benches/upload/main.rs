//! An upload from a file through either transport on loopback, against `curl -T` of the same file to
//! the same server: time and memory.
//!
//! `cargo bench -p yunmei-benches --bench upload -- --rounds 21 --mebibytes 1024`; with `--check` it
//! fails if one is over its bound. Every upload is a process of its own, and so is the server; the
//! time is that of the whole process, from its start to its end. Without `--bench`, as the ordinary
//! tests call it, it sends little, once, and judges nothing.

mod client;
mod contest;
mod put_file;
mod sink;

use std::{
    env,
    io::{self, Write},
    path::Path,
    process::ExitCode,
};

use contest::{Contest, Standing};
use yunmei_benches::sample;

/// What a process may hold at most, in bytes.
const MEMORY_LIMIT: u64 = 16 << 20;

fn main() -> Result<ExitCode, Box<dyn std::error::Error>> {
    let arguments: Vec<String> = env::args().skip(1).collect();
    let words: Vec<&str> = arguments.iter().map(String::as_str).collect();
    match words.as_slice() {
        ["--be-sink"] => sink::serve()?,
        ["--be-client", transport, url, file] => client::send(transport, url, Path::new(file))?,
        options => return contest(options),
    }
    Ok(ExitCode::SUCCESS)
}

fn contest(options: &[&str]) -> Result<ExitCode, Box<dyn std::error::Error>> {
    let thorough = options.contains(&"--bench");
    let number = |name, default| match options.iter().position(|option| *option == name) {
        Some(at) => options
            .get(at + 1)
            .ok_or("a number is missing")?
            .parse::<u64>()
            .map_err(|_| "not a number"),
        None => Ok(default),
    };
    let (rounds, mebibytes) = match thorough {
        true => (number("--rounds", 21)?, number("--mebibytes", 1024)?),
        false => (1, 2),
    };
    let folder = tempfile::tempdir()?;
    let file = folder.path().join("content");
    fill(&file, mebibytes)?;
    let standings = Contest::begin(&file, mebibytes << 20)?.run(rounds)?;
    print(&standings, rounds, mebibytes)?;
    let over = standings.iter().any(Standing::is_over);
    Ok(match over && options.contains(&"--check") {
        true => ExitCode::FAILURE,
        false => ExitCode::SUCCESS,
    })
}

/// Writes that many MiB without a pattern; what was just written is still in memory when it is read.
fn fill(file: &Path, mebibytes: u64) -> io::Result<()> {
    let mut content = std::fs::File::create(file)?;
    let piece = sample::noise(1 << 20);
    for number in 0..mebibytes {
        content.write_all(&number.to_le_bytes())?;
        content.write_all(&piece[8..])?;
    }
    content.sync_all()
}

fn print(standings: &[Standing], rounds: u64, mebibytes: u64) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(
        out,
        "{mebibytes} MiB, {rounds} rounds, medians of whole processes"
    )?;
    writeln!(
        out,
        "{:8} {:>9} {:>9} {:>9} {:>8} {:>10}  bounds",
        "client", "median_ms", "least_ms", "most_ms", "of_curl", "peak_kib"
    )?;
    for standing in standings {
        writeln!(out, "{standing}")?;
    }
    Ok(())
}
