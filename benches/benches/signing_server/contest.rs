use std::{error::Error, fmt, io, net::TcpStream};

use yunmei_benches::interleaved::median;

use crate::{asking::ask, driver::Driver, hello, process::Process, server};

/// The fewest signatures a second.
const LEAST: f64 = 20_000.0;
/// The least part of what the bare route of the same server answers.
const LEAST_OF_BARE: f64 = 0.6;

/// Routes that are asked in turns.
pub(crate) struct Contest {
    driver: Driver,
    token: String,
    seconds: u64,
    runners: Vec<Runner>,
}

struct Runner {
    url: String,
    /// Answers a second.
    rates: Vec<f64>,
    /// Whether it signs, and so has to be fast.
    is_judged: bool,
}

/// How fast they were: first [`HELLO`], then [`BARE`], then those that sign.
pub(crate) struct Outcome(Vec<Runner>);

/// Another server's bare route.
const HELLO: usize = 0;
/// The signing server's own.
const BARE: usize = 1;

impl Contest {
    /// Asks each route once: what refuses would be fast.
    pub(crate) fn begin(
        driver: Driver,
        hello: &Process,
        server: &Process,
        seconds: u64,
    ) -> Result<Contest, Box<dyn Error>> {
        let token = server::token()?;
        let check = |process: &Process, route: &str, says: &str| {
            let stream = TcpStream::connect(process.origin().trim_start_matches("http://"))?;
            match ask(&stream, route, &token)? {
                body if body.contains(says) => Ok(format!("{}{route}", process.origin())),
                body => Err(io::Error::other(format!("{route}: {body}"))),
            }
        };
        let mut runners = vec![
            Runner::new(check(hello, hello::ROUTE, "hello")?, false),
            Runner::new(check(server, "/healthz", "ok")?, false),
        ];
        for route in server::ROUTES {
            runners.push(Runner::new(check(server, route, r#"{"sign":""#)?, true));
        }
        Ok(Contest {
            driver,
            token,
            seconds,
            runners,
        })
    }

    /// Each route once a round, each time another one first.
    pub(crate) fn run(mut self, rounds: u64) -> io::Result<Outcome> {
        let count = self.runners.len();
        // One round before those that count.
        for round in 0..=rounds as usize {
            for turn in 0..count {
                let runner = &mut self.runners[(round + turn) % count];
                let rate = self.driver.drive(&runner.url, &self.token, self.seconds)?;
                if round > 0 {
                    runner.rates.push(rate);
                }
            }
        }
        Ok(Outcome(self.runners))
    }
}

impl Runner {
    fn new(url: String, is_judged: bool) -> Runner {
        Runner {
            url,
            rates: Vec::new(),
            is_judged,
        }
    }

    fn median(&self) -> f64 {
        median(&mut self.rates.clone())
    }

    /// The path, without what is asked for.
    fn name(&self) -> &str {
        let path = self.url.splitn(4, '/').nth(3).unwrap_or_default();
        path.split('?').next().unwrap_or_default()
    }
}

impl Outcome {
    /// The median over the rounds, each by itself: a machine that becomes slower meanwhile does not
    /// matter.
    fn part(&self, runner: &Runner, whole: usize) -> f64 {
        let rounds = runner.rates.iter().zip(&self.0[whole].rates);
        let mut ratios: Vec<f64> = rounds.map(|(rate, whole)| rate / whole).collect();
        median(&mut ratios)
    }

    fn keeps(&self, runner: &Runner) -> bool {
        let is_fast = runner.median() >= LEAST && self.part(runner, BARE) >= LEAST_OF_BARE;
        is_fast || !runner.is_judged
    }

    pub(crate) fn is_kept(&self) -> bool {
        self.0.iter().all(|runner| self.keeps(runner))
    }
}

impl fmt::Display for Outcome {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let head = ["a_second", "least", "most", "of_hello", "of_healthz"];
        let [median, least, most, of_hello, of_bare] = head;
        write!(
            f,
            "{:20} {median:>9} {least:>9} {most:>9} {of_hello:>9} {of_bare:>10}  bounds",
            "route"
        )?;
        for runner in &self.0 {
            let least = runner.rates.iter().copied().fold(f64::INFINITY, f64::min);
            let most = runner.rates.iter().copied().fold(0.0, f64::max);
            write!(
                f,
                "\n{:20} {:9.0} {least:9.0} {most:9.0} {:9.3} {:10.3}",
                runner.name(),
                runner.median(),
                self.part(runner, HELLO),
                self.part(runner, BARE)
            )?;
            if runner.is_judged {
                let verdict = if self.keeps(runner) { "ok" } else { "under" };
                write!(
                    f,
                    "  a_second >= {LEAST}, of_healthz >= {LEAST_OF_BARE} {verdict}"
                )?;
            }
        }
        Ok(())
    }
}
