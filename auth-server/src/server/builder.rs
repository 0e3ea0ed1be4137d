//! How a server is to be, and how it is started.

use std::{
    fmt,
    io::{self, Write},
    net::{Ipv4Addr, SocketAddr},
    num::NonZeroU32,
    path::PathBuf,
    sync::Arc,
    time::Duration,
};

use tokio::sync::watch;
use yunmei_core::Stamp;

use super::{
    Patience, Server, Shared, Stopper,
    accept::{self, Entrance},
    audit::{self, Audit, Started},
    metrics::Metrics,
    notice::{Notice, Notices},
    page::Assets,
    peers::Peers,
    rates::Rates,
    thread,
    tls::Certificates,
};
use crate::{
    policy::{Policy, check_origin},
    sign::{Accounts, SetupError, Signatory},
    token::{TokenReader, VerifyingKey},
};

/// How many connections are served at once, unless told otherwise.
const CONNECTIONS: u32 = 12_000;
/// How many of them one address may have, unless told otherwise; and never more than half of all.
const CONNECTIONS_PER_ADDRESS: u32 = 1000;
/// How often the files of certificates are looked at, unless told otherwise.
const CERTIFICATE_INTERVAL: Duration = Duration::from_secs(60);
/// How long connections are waited for, unless told otherwise.
const PATIENCE: Patience = Patience {
    idle: Duration::from_secs(75),
    head: Duration::from_secs(10),
    still: Duration::from_secs(30),
};

/// How a [`Server`] is to be.
pub struct Builder {
    policy: Policy,
    key: VerifyingKey,
    accounts: Accounts,
    listen: SocketAddr,
    tls: Option<(PathBuf, PathBuf)>,
    audit: Option<Box<dyn Write + Send>>,
    stamps: Box<dyn Fn() -> Stamp + Send + Sync>,
    connections: u32,
    patience: Patience,
    certificate_interval: Duration,
    notices: Notices,
}

/// Why a server does not start.
#[derive(Debug)]
#[non_exhaustive]
pub enum StartError {
    /// The policy wants what the accounts cannot do.
    Setup(SetupError),
    /// The audit cannot be written.
    Audit(io::Error),
    /// The address, a file, or the system.
    Io(io::Error),
}

impl Server {
    /// A server for this policy, that checks tokens with this key and signs for these accounts.
    pub fn builder(policy: Policy, key: VerifyingKey, accounts: Accounts) -> Builder {
        Builder {
            policy,
            key,
            accounts,
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            tls: None,
            audit: None,
            stamps: Box::new(yunmei_host::stamp),
            connections: CONNECTIONS,
            patience: PATIENCE,
            certificate_interval: CERTIFICATE_INTERVAL,
            notices: Arc::new(drop),
        }
    }
}

impl Builder {
    /// Where to listen; by default on a free port of loopback.
    pub fn listen(mut self, address: SocketAddr) -> Builder {
        self.listen = address;
        self
    }

    /// Speaks TLS, with a chain of certificates and the key of the first one, from files in PEM.
    ///
    /// The files may be replaced while the server runs: see [`Builder::certificate_interval`].
    pub fn tls(mut self, certificates: impl Into<PathBuf>, key: impl Into<PathBuf>) -> Builder {
        self.tls = Some((certificates.into(), key.into()));
        self
    }

    /// Lets pages of this origin ask, beside those in the policy.
    pub fn allow_origin(mut self, origin: impl Into<String>) -> Builder {
        self.policy.cors.origins.push(origin.into());
        self
    }

    /// Writes one line of JSON at the start, and one for each decision. Those are written together, some
    /// milliseconds later: once that fails, or takes longer than two seconds, nothing is signed until it
    /// does not.
    pub fn audit(mut self, sink: impl Write + Send + 'static) -> Builder {
        self.audit = Some(Box::new(sink));
        self
    }

    /// Takes time and chance from here.
    pub fn stamps(mut self, stamps: impl Fn() -> Stamp + Send + Sync + 'static) -> Builder {
        self.stamps = Box::new(stamps);
        self
    }

    /// How many connections are served at once; the others wait to be accepted. By default 12,000.
    pub fn connections(mut self, count: NonZeroU32) -> Builder {
        self.connections = count.get();
        self
    }

    /// How many of them one address may have, or one network of IPv6 (`/64`); what is more is closed
    /// at once. Trusted proxies are not counted. Goes before what the policy says; by default 1,000,
    /// and at most half of all.
    pub fn connections_per_address(mut self, count: NonZeroU32) -> Builder {
        self.policy.limits.connections_per_address = Some(count);
        self
    }

    /// How long a connection may be idle between two requests; by default 75 seconds.
    pub fn idle_timeout(mut self, limit: Duration) -> Builder {
        self.patience.idle = limit;
        self
    }

    /// How long the head of a request may take; by default 10 seconds.
    pub fn head_timeout(mut self, limit: Duration) -> Builder {
        self.patience.head = limit;
        self
    }

    /// How often it is looked at the files of the certificates; by default once a minute. What is new
    /// in them serves new connections, as soon as certificate and key fit together.
    pub fn certificate_interval(mut self, interval: Duration) -> Builder {
        self.certificate_interval = interval;
        self
    }

    /// Tells what happens on the running server, such as certificates that cannot be read anew.
    pub fn notices(mut self, notices: impl Fn(Notice) + Send + Sync + 'static) -> Builder {
        self.notices = Arc::new(notices);
        self
    }

    /// Starts it. When this returns, connections are accepted.
    ///
    /// # Errors
    ///
    /// [`StartError`].
    pub fn start(mut self) -> Result<Server, StartError> {
        for origin in &self.policy.cors.origins {
            // One that browsers never write would let nobody in; an asterisk is none.
            check_origin(origin).map_err(|what| {
                io::Error::new(io::ErrorKind::InvalidInput, format!("{origin:?} {what}"))
            })?;
        }
        let signatory = Signatory::new(&self.policy, &self.accounts).map_err(StartError::Setup)?;
        let tls = match &self.tls {
            Some((certificates, key)) => Some(Certificates::read(certificates, key)?),
            None => None,
        };
        let scheme = if tls.is_some() { "https" } else { "http" };
        let acceptor = tls.as_ref().map(Certificates::acceptor).transpose()?;
        let (listener, address) = thread::listen(self.listen)?;
        self.begin_audit(&super::origin(scheme, address))?;
        let (connections, patience) = (self.connections, self.patience);
        let peers = Peers::at_most(self.most_per_address());
        let (every, notices) = (self.certificate_interval, Arc::clone(&self.notices));
        let shared = Arc::new(self.shared(signatory)?);
        let (sender, stop) = watch::channel(false);
        let serve = async move |listener| {
            if let Some(certificates) = tls {
                tokio::spawn(certificates.watch(every, notices, stop.clone()));
            }
            let entrance = Entrance {
                listener,
                tls: acceptor,
                connections,
                peers,
                patience,
            };
            accept::serve(entrance, shared, stop).await;
        };
        let thread = thread::spawn(serve, listener)?;
        Ok(Server {
            address,
            scheme,
            stopper: Stopper(Arc::new(sender)),
            thread: Some(thread),
        })
    }

    fn begin_audit(&mut self, origin: &str) -> Result<(), StartError> {
        let Some(sink) = &mut self.audit else {
            return Ok(());
        };
        let started = Started {
            at: (self.stamps)().now.seconds(),
            event: "started",
            origin,
        };
        audit::begin(sink, &started).map_err(StartError::Audit)
    }

    fn most_per_address(&self) -> NonZeroU32 {
        let said = self.policy.limits.connections_per_address;
        let half = NonZeroU32::new(CONNECTIONS_PER_ADDRESS.min(self.connections / 2));
        said.or(half).unwrap_or(NonZeroU32::MIN)
    }

    fn shared(self, signatory: Signatory) -> io::Result<Shared> {
        let subjects = self.policy.rules.iter();
        let subjects = subjects.map(|rule| Rates::a_minute(rule.requests_a_minute()));
        let metrics = Metrics::new();
        let notices = self.notices;
        let audit = |sink| Audit::to(sink, metrics.audit_lost.clone(), notices);
        Ok(Shared {
            assets: Assets::new(&self.policy, &signatory, &(self.stamps)()),
            reader: TokenReader::new(self.policy.token.clone(), self.key),
            signatory,
            stamps: self.stamps,
            addresses: Rates::a_minute(self.policy.limits.requests_a_minute),
            subjects: subjects.collect(),
            audit: self.audit.map(audit).transpose()?,
            metrics,
            policy: self.policy,
        })
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("listen", &self.listen)
            .field("tls", &self.tls)
            .finish_non_exhaustive()
    }
}

impl From<io::Error> for StartError {
    fn from(error: io::Error) -> StartError {
        StartError::Io(error)
    }
}

impl fmt::Display for StartError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            StartError::Setup(error) => error.fmt(f),
            StartError::Audit(error) => write!(f, "the audit cannot be written: {error}"),
            StartError::Io(error) => error.fmt(f),
        }
    }
}

impl std::error::Error for StartError {
    fn source(&self) -> Option<&(dyn std::error::Error + 'static)> {
        match self {
            StartError::Setup(error) => Some(error),
            StartError::Audit(error) | StartError::Io(error) => Some(error),
        }
    }
}
