use std::{
    io,
    process::{Command, Stdio},
};

/// What is said when there is none.
pub(crate) const MISSING: &str =
    "no signatures a second: install wrk (`apt-get install wrk`) or oha (`cargo install oha`)";

/// How many connections are kept busy.
const CONNECTIONS: &str = "64";

/// The program that asks.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Driver {
    Wrk,
    Oha,
}

impl Driver {
    /// The one that is there; wrk takes less of the cores that the servers need.
    pub(crate) fn found() -> Option<Driver> {
        [Driver::Wrk, Driver::Oha].into_iter().find(|driver| {
            let mut program = Command::new(driver.program());
            let tried = program.arg("--version");
            // That of wrk has a status of its own.
            tried
                .stdout(Stdio::null())
                .stderr(Stdio::null())
                .status()
                .is_ok()
        })
    }

    fn program(self) -> &'static str {
        match self {
            Driver::Wrk => "wrk",
            Driver::Oha => "oha",
        }
    }

    /// Asks for so many seconds. How many answers came in each, all of them good.
    pub(crate) fn drive(self, url: &str, token: &str, seconds: u64) -> io::Result<f64> {
        let mut command = Command::new(self.program());
        match self {
            Driver::Wrk => command.args(["-t", "1", "-c", CONNECTIONS, "-d"]),
            Driver::Oha => command.args(["--no-tui", "-c", CONNECTIONS, "-z"]),
        };
        command.arg(format!("{seconds}s"));
        command
            .arg("-H")
            .arg(format!("Authorization: Bearer {token}"));
        let output = command.arg(url).stderr(Stdio::inherit()).output()?;
        let said = String::from_utf8_lossy(&output.stdout);
        let rate = said
            .lines()
            .find_map(|line| line.trim().strip_prefix("Requests/sec:"))
            .and_then(|rate| rate.trim().parse().ok());
        match rate {
            Some(rate) if output.status.success() && self.is_good(&said) => Ok(rate),
            _ => Err(io::Error::other(format!("{}: {said}", self.program()))),
        }
    }

    /// Whether every answer was one that the server means well with.
    fn is_good(self, said: &str) -> bool {
        match self {
            Driver::Wrk => !said.contains("Non-2xx") && !said.contains("Socket errors"),
            Driver::Oha => said
                .lines()
                .map(str::trim)
                .filter(|line| line.starts_with('[') && line.ends_with("responses"))
                .all(|line| line.starts_with("[200]")),
        }
    }
}
