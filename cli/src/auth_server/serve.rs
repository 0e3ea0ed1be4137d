use std::{
    fs,
    io::{self, Write},
    net::SocketAddr,
    num::NonZeroU32,
    path::{Path, PathBuf},
};

use clap::Args;
use yunmei_auth_server::{
    policy::check_origin,
    server::{Notice, Server, StartError},
    token::VerifyingKey,
};

use super::{Rules, accounts};
use crate::{
    arguments::{Common, parse_address},
    config::Config,
    exit::Failure,
    output::say,
};

#[derive(Args, Debug)]
pub(super) struct ServeOptions {
    #[command(flatten)]
    rules: Rules,
    /// Where to listen, such as 127.0.0.1:9081; port 0 takes a free one
    #[arg(long, value_name = "ADDRESS", default_value = "127.0.0.1:9081",
        value_parser = parse_address)]
    listen: SocketAddr,
    /// Speak TLS with these certificates, the server's own first, in PEM; this file and that of the
    /// key may be replaced while the server runs, and are looked at every minute
    #[arg(long, value_name = "FILE", requires = "tls_key")]
    tls_cert: Option<PathBuf>,
    /// The key of the first certificate, in PEM
    #[arg(long, value_name = "FILE", requires = "tls_cert")]
    tls_key: Option<PathBuf>,
    /// Let pages of this origin ask, beside those of the policy; may be given several times
    #[arg(long, value_name = "ORIGIN", value_parser = parse_origin)]
    allow_origin: Vec<String>,
    /// How many connections are served at once; the others wait. How many of them one address may
    /// have is in the policy: `connections_per_address` in its table of limits
    #[arg(long, value_name = "COUNT", default_value = "12000")]
    connections: NonZeroU32,
    /// Write the start and the decisions to the end of this file [default: to standard error]
    #[arg(long, value_name = "FILE")]
    audit: Option<PathBuf>,
}

pub(super) fn run(options: ServeOptions, common: &Common) -> Result<(), Failure> {
    let policy = options.rules.read_policy()?;
    let algorithm = policy.token().algorithm;
    let key = options.rules.read_key(algorithm)?;
    let key = VerifyingKey::new(algorithm, &key)
        .map_err(|error| Failure::Usage(format!("{}: {error}", options.rules.key_place())))?;
    let (accounts, elsewhere) = accounts::of(&Config::load(common)?, &policy)?;
    if policy.rules().is_empty() {
        say("yunmei: warning: the policy has no [[rules]]: it allows nothing");
    }
    for rule in elsewhere {
        say(format_args!("yunmei: warning: {rule}"));
    }
    let mut builder = Server::builder(policy, key, accounts)
        .listen(options.listen)
        .connections(make_room(options.connections))
        .notices(tell);
    if let (Some(certificates), Some(key)) = (&options.tls_cert, &options.tls_key) {
        crate::config::warn_if_open(key);
        builder = builder.tls(certificates, key);
    }
    for origin in options.allow_origin {
        builder = builder.allow_origin(origin);
    }
    builder = match &options.audit {
        Some(path) => builder.audit(open(path)?),
        None => builder.audit(io::stderr()),
    };
    let server = builder.start().map_err(failed)?;
    if !server.address().ip().is_loopback() && options.tls_cert.is_none() {
        say(format_args!(
            "yunmei: warning: listening on {} without TLS: tokens and signatures can be read on \
             the way",
            server.address()
        ));
    }
    wait(server)
}

/// For how many connections there is room.
#[cfg(unix)]
fn make_room(wanted: NonZeroU32) -> NonZeroU32 {
    match super::room::make(wanted) {
        Ok(()) => wanted,
        Err(less) => {
            say(format_args!("yunmei: warning: {less}"));
            less.connections
        }
    }
}

/// For as many as wanted: nothing limits them.
#[cfg(not(unix))]
fn make_room(wanted: NonZeroU32) -> NonZeroU32 {
    wanted
}

fn tell(notice: Notice) {
    let kind = if notice.is_warning() { "warning: " } else { "" };
    say(format_args!("yunmei: {kind}{notice}"));
}

/// Why the server does not start, as this program says it.
pub(crate) fn failed(error: StartError) -> Failure {
    match error {
        StartError::Setup(error) => Failure::Usage(format!("the policy cannot be kept: {error}")),
        // An origin that no browser writes.
        StartError::Io(error) if error.kind() == io::ErrorKind::InvalidInput => {
            Failure::Usage(error.to_string())
        }
        StartError::Io(error) => Failure::start("the signing server", error),
        error => Failure::file("the signing server cannot start", error),
    }
}

/// Tells where it is, and waits until it is to end: by Ctrl-C, or by the signal of `kill`.
fn wait(server: Server) -> Result<(), Failure> {
    let runtime = crate::runtime::new()?;
    // Listened for before anybody is told: who knows of the server may end it at once.
    let interruption = runtime.block_on(async { crate::runtime::interruption() })?;
    announce(&server)?;
    runtime.block_on(interruption);
    server.stopper().stop();
    server.wait();
    Ok(())
}

/// The first line on standard output, which programs wait for.
fn announce(server: &Server) -> Result<(), Failure> {
    let mut out = io::stdout().lock();
    writeln!(out, "yunmei auth-server listening on {}", server.origin())
        .and_then(|()| out.flush())
        .map_err(|error| Failure::file("standard output", error))
}

fn open(path: &Path) -> Result<fs::File, Failure> {
    let mut options = fs::OpenOptions::new();
    options.append(true).create(true);
    // Who asked for what is nobody else's business.
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options
        .open(path)
        .map_err(|error| Failure::file(path.display(), error))
}

fn parse_origin(text: &str) -> Result<String, &'static str> {
    check_origin(text)?;
    Ok(text.to_owned())
}
