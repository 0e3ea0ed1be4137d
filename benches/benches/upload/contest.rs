use std::{
    env, fmt,
    io::{self, BufRead, BufReader},
    path::Path,
    process::{Child, Command, Stdio},
    time::Instant,
};

use yunmei_benches::interleaved::median;

use super::MEMORY_LIMIT;

/// The one that the others are held against comes first.
const CLIENTS: [&str; 3] = ["curl", "ureq", "hyper"];

/// Uploads in turns, to a server that runs meanwhile.
pub(crate) struct Contest<'a> {
    file: &'a Path,
    size: u64,
    sink: Sink,
}

/// How one client did.
pub(crate) struct Standing {
    client: &'static str,
    /// Milliseconds.
    times: Vec<f64>,
    /// The most memory that any of its processes held, in bytes; unknown of curl.
    peak: Option<u64>,
    curl: Option<f64>,
}

impl<'a> Contest<'a> {
    pub(crate) fn begin(file: &'a Path, size: u64) -> io::Result<Contest<'a>> {
        let sink = Sink::start()?;
        Ok(Contest { file, size, sink })
    }

    /// Each client once a round, each time another one first.
    pub(crate) fn run(&self, rounds: u64) -> io::Result<Vec<Standing>> {
        let mut standings: Vec<Standing> = CLIENTS
            .into_iter()
            .filter(|&client| client != "curl" || has_curl())
            .map(Standing::new)
            .collect();
        let clients = standings.len();
        // One round before those that count.
        for round in 0..=rounds as usize {
            for turn in 0..clients {
                let standing = &mut standings[(round + turn) % clients];
                let (time, peak) = self.upload(standing.client)?;
                if round > 0 {
                    standing.times.push(time);
                }
                standing.peak = standing.peak.max(peak);
            }
        }
        let curl = standings
            .iter_mut()
            .find(|standing| standing.client == "curl")
            .map(|curl| median(&mut curl.times));
        for standing in &mut standings {
            standing.curl = curl;
        }
        Ok(standings)
    }

    /// Milliseconds, and the peak of memory if the process tells it.
    fn upload(&self, client: &str) -> io::Result<(f64, Option<u64>)> {
        let url = &self.sink.url;
        let mut command = match client {
            "curl" => {
                let mut curl = Command::new("curl");
                // Without waiting for leave to send.
                curl.args(["--silent", "--show-error", "--fail", "--noproxy", "*"])
                    .args(["--header", "Expect:", "--upload-file"])
                    .arg(self.file)
                    .arg(url);
                curl
            }
            transport => {
                let mut ours = Command::new(env::current_exe()?);
                ours.args(["--be-client", transport, url]).arg(self.file);
                ours
            }
        };
        let start = Instant::now();
        let output = command.stderr(Stdio::inherit()).output()?;
        let time = start.elapsed().as_secs_f64() * 1000.0;
        if !output.status.success() {
            return Err(io::Error::other(format!("{client}: {}", output.status)));
        }
        let said = String::from_utf8_lossy(&output.stdout);
        match client {
            "curl" if said.contains(&format!("\"received\":{}", self.size)) => Ok((time, None)),
            "curl" => Err(io::Error::other(format!("curl: {said}"))),
            _ if said.is_empty() => Ok((time, None)),
            _ => Ok((time, Some(said.trim().parse().map_err(io::Error::other)?))),
        }
    }
}

impl Standing {
    fn new(client: &'static str) -> Standing {
        Standing {
            client,
            times: Vec::new(),
            peak: None,
            curl: None,
        }
    }

    fn median(&self) -> f64 {
        median(&mut self.times.clone())
    }

    pub(crate) fn is_over(&self) -> bool {
        let too_slow = self.curl.is_some_and(|curl| self.median() > curl);
        too_slow || self.peak.is_some_and(|peak| peak > MEMORY_LIMIT)
    }
}

impl fmt::Display for Standing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let least = self.times.iter().copied().fold(f64::INFINITY, f64::min);
        let most = self.times.iter().copied().fold(0.0, f64::max);
        write!(
            f,
            "{:8} {:9.1} {least:9.1} {most:9.1}",
            self.client,
            self.median()
        )?;
        match self.curl {
            Some(curl) => write!(f, " {:8.3}", self.median() / curl)?,
            None => write!(f, " {:>8}", "no curl")?,
        }
        let Some(peak) = self.peak else {
            return write!(f, " {:>10}", "-");
        };
        let verdict = if self.is_over() { "over" } else { "ok" };
        write!(
            f,
            " {:10}  of_curl <= 1, peak_kib <= {} {verdict}",
            peak >> 10,
            MEMORY_LIMIT >> 10
        )
    }
}

fn has_curl() -> bool {
    let mut curl = Command::new("curl");
    let tried = curl.arg("--version").stdout(Stdio::null()).status();
    tried.is_ok_and(|status| status.success())
}

/// The server's process; killed when it is not needed any more.
struct Sink {
    process: Child,
    url: String,
}

impl Sink {
    fn start() -> io::Result<Sink> {
        let mut process = Command::new(env::current_exe()?)
            .arg("--be-sink")
            .stdout(Stdio::piped())
            .spawn()?;
        let mut url = String::new();
        if let Some(stdout) = process.stdout.take() {
            BufReader::new(stdout).read_line(&mut url)?;
        }
        let url = url.trim().to_owned();
        Ok(Sink { process, url })
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        // There is nobody to tell if it has ended by itself.
        let _ = self.process.kill();
        let _ = self.process.wait();
    }
}
