//! The handle, and how it is started.

use std::{
    fmt, io,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr, TcpListener},
    path::PathBuf,
    sync::{Arc, mpsc},
    thread::JoinHandle,
    time::{Duration, SystemTime},
};

use tokio::sync::watch;
use yunmei_core::{Endpoint, Timestamp, cos::Bucket};

use crate::{
    config::{self, CosAccount, Record},
    cos::{Cos, Manners},
    faults::{FaultCounters, Faults},
    log::{Log, LogEntry, Watcher},
    router::{Clock, Shared},
    server,
    storage::Storage,
};

/// How long a peer may be silent, unless told otherwise.
const IDLE: Duration = Duration::from_secs(60);
/// How long writes to storage may go on after the connections have ended.
const FAREWELL: Duration = Duration::from_millis(200);

/// A running emulator; stops when dropped.
///
/// It has a thread and a runtime of its own, so it can be started, used and dropped from blocking
/// and from async code alike.
pub struct Emulator {
    address: SocketAddr,
    shared: Arc<Shared>,
    storage: Storage,
    stopper: Stopper,
    thread: Option<JoinHandle<()>>,
}

/// Stops an [`Emulator`] from elsewhere, for instance from a signal handler's thread.
#[derive(Clone)]
pub struct Stopper(Arc<watch::Sender<bool>>);

impl Stopper {
    /// Stops it: no new connections, and the ones at hand end soon. Does not wait for that.
    pub fn stop(&self) {
        self.0.send_replace(true);
    }
}

impl Emulator {
    /// Starts one in memory, on a free port of loopback, with an account that nobody had before.
    ///
    /// # Errors
    ///
    /// If there is no free port, or the system has no thread to give.
    pub fn start() -> io::Result<Emulator> {
        Emulator::builder().start()
    }

    /// For everything else.
    pub fn builder() -> Builder {
        Builder::new()
    }

    /// Where it listens.
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Where it listens, as clients want it.
    pub fn endpoint(&self) -> Endpoint {
        let mut address = self.address;
        // What listens everywhere is reached by loopback.
        match address.ip() {
            IpAddr::V4(ip) if ip.is_unspecified() => address.set_ip(Ipv4Addr::LOCALHOST.into()),
            IpAddr::V6(ip) if ip.is_unspecified() => address.set_ip(Ipv6Addr::LOCALHOST.into()),
            _ => {}
        }
        Endpoint::parse(&format!("http://{address}")).expect("a scheme and an address")
    }

    /// The account of COS that it accepts.
    pub fn cos_account(&self) -> &CosAccount {
        &self.shared.account
    }

    /// The bucket of COS, signed with that account, at this emulator.
    pub fn cos_bucket(&self) -> Bucket {
        self.shared.account.bucket_at(self.endpoint())
    }

    /// A client configuration for this emulator, in TOML: profile `default`. It holds the secret.
    pub fn client_config(&self) -> String {
        config::client_config(&self.shared.account, &self.endpoint())
    }

    /// The last 1000 requests, the oldest first.
    pub fn log(&self) -> Vec<LogEntry> {
        self.shared.log.entries()
    }

    /// What stops it from elsewhere.
    pub fn stopper(&self) -> Stopper {
        self.stopper.clone()
    }

    /// Blocks until somebody calls [`Stopper::stop`].
    pub fn wait(mut self) {
        self.join();
    }

    fn join(&mut self) {
        if let Some(thread) = self.thread.take() {
            // If it panicked, that was printed; there is nothing left to stop.
            let _ = thread.join();
        }
    }
}

impl Drop for Emulator {
    fn drop(&mut self) {
        self.stopper.stop();
        self.join();
        self.storage.close();
    }
}

impl fmt::Debug for Emulator {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Emulator({})", self.address)
    }
}

/// How an [`Emulator`] is to be.
pub struct Builder {
    listen: SocketAddr,
    data_dir: Option<PathBuf>,
    clock: Clock,
    account: Option<CosAccount>,
    faults: Faults,
    manners: Manners,
    idle: Duration,
    watcher: Option<Watcher>,
}

impl Builder {
    fn new() -> Builder {
        Builder {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            data_dir: None,
            clock: Arc::new(|| SystemTime::now().into()),
            account: None,
            faults: Faults::new(),
            manners: Manners::default(),
            idle: IDLE,
            watcher: None,
        }
    }

    /// Where to listen; by default on a free port of loopback.
    pub fn listen(mut self, address: SocketAddr) -> Builder {
        self.listen = address;
        self
    }

    /// Keeps the state under this folder, from where it comes back.
    ///
    /// Only one emulator may use a folder at a time. The first one finds it empty or makes it: a
    /// folder with things of somebody else's is refused.
    pub fn data_dir(mut self, folder: impl Into<PathBuf>) -> Builder {
        self.data_dir = Some(folder.into());
        self
    }

    /// Takes the time from here.
    pub fn clock(mut self, clock: impl Fn() -> Timestamp + Send + Sync + 'static) -> Builder {
        self.clock = Arc::new(clock);
        self
    }

    /// Accepts this account of COS, instead of one that is made up (and kept with the data).
    pub fn cos_account(mut self, account: CosAccount) -> Builder {
        self.account = Some(account);
        self
    }

    /// What is to go wrong.
    pub fn faults(mut self, faults: Faults) -> Builder {
        self.faults = faults;
        self
    }

    /// Lets everybody download from the bucket of COS; by default it is private (section 4.9).
    pub fn public_bucket(mut self, public: bool) -> Builder {
        self.manners.public = public;
        self
    }

    /// Refuses single-use signatures (-74) where the vendor's table wants multi-use ones; by
    /// default they are taken if they fit the path exactly (section 16). A download answers with its
    /// own code (section 4.9), and names this one in the reason.
    pub fn strict_signature_kinds(mut self, strict: bool) -> Builder {
        self.manners.strict_kinds = strict;
        self
    }

    /// Asks for slices one after the other (`serial_upload` 1, section 7.1), and refuses those that
    /// come before the ones in front of them (-290).
    pub fn serial_upload(mut self, serial: bool) -> Builder {
        self.manners.serial_upload = serial;
        self
    }

    /// Grants slices of this size to uploads without digests, whatever was asked for: a client has
    /// to obey (section 7.1). Zero grants one byte.
    pub fn granted_slice_size(mut self, bytes: u64) -> Builder {
        self.manners.granted_slice_size = Some(bytes.max(1));
        self
    }

    /// How long a peer may be silent in the middle of a request; 60 seconds by default. A fault
    /// that delays an answer for longer loses the connection.
    pub fn idle_timeout(mut self, limit: Duration) -> Builder {
        self.idle = limit;
        self
    }

    /// Tells somebody of each request when it is answered. Must be quick.
    pub fn on_request(mut self, watcher: impl Fn(&LogEntry) + Send + Sync + 'static) -> Builder {
        self.watcher = Some(Box::new(watcher));
        self
    }

    /// Starts it. When this returns, connections are accepted.
    ///
    /// # Errors
    ///
    /// If the address cannot be listened at, the folder cannot be read or written or another
    /// emulator uses it, or the system has no thread to give. The error says which.
    pub fn start(self) -> io::Result<Emulator> {
        let (listener, address) = listen(self.listen)
            .map_err(|problem| during(format_args!("listening at {}", self.listen), problem))?;
        let folder = self.data_dir;
        let in_folder = |problem| match &folder {
            Some(folder) => during(format_args!("data folder {}", folder.display()), problem),
            None => problem,
        };
        let storage = match &folder {
            Some(folder) => Storage::at(folder).map_err(in_folder)?,
            None => Storage::memory(),
        };
        let account = account(self.account, &storage).map_err(in_folder)?;
        let clock = Arc::clone(&self.clock);
        let cos = Cos::open(account.clone(), self.manners, clock, &storage).map_err(in_folder)?;
        let shared = Arc::new(Shared {
            cos,
            account,
            clock: self.clock,
            faults: FaultCounters::new(self.faults),
            log: Log::new(self.watcher),
            idle: self.idle,
        });
        let (sender, receiver) = watch::channel(false);
        let thread = spawn(listener, Arc::clone(&shared), receiver)
            .map_err(|problem| during(format_args!("starting its thread"), problem))?;
        storage.open();
        Ok(Emulator {
            address,
            shared,
            storage,
            stopper: Stopper(Arc::new(sender)),
            thread: Some(thread),
        })
    }
}

impl fmt::Debug for Builder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Builder")
            .field("listen", &self.listen)
            .field("data_dir", &self.data_dir)
            .finish_non_exhaustive()
    }
}

fn listen(address: SocketAddr) -> io::Result<(TcpListener, SocketAddr)> {
    let listener = TcpListener::bind(address)?;
    listener.set_nonblocking(true)?;
    let address = listener.local_addr()?;
    Ok((listener, address))
}

/// An error that says what failed.
fn during(what: fmt::Arguments<'_>, problem: io::Error) -> io::Error {
    io::Error::new(problem.kind(), format!("{what}: {problem}"))
}

/// The account that was given, or the one that was made up when the data began, or a new one.
fn account(given: Option<CosAccount>, storage: &Storage) -> io::Result<CosAccount> {
    const NAME: &str = "cos-account";
    if let Some(account) = given {
        return Ok(account);
    }
    if let Some(record) = storage.read_private::<Record>(NAME)? {
        return record.account().map_err(io::Error::other);
    }
    let account = CosAccount::made_up()?;
    storage.write_private(NAME, &account.record())?;
    Ok(account)
}

/// Runs the server on a thread of its own, and returns when it accepts connections.
fn spawn(
    listener: TcpListener,
    shared: Arc<Shared>,
    stop: watch::Receiver<bool>,
) -> io::Result<JoinHandle<()>> {
    let (sender, ready) = mpsc::channel();
    let run = move || {
        let runtime = tokio::runtime::Builder::new_multi_thread()
            .worker_threads(2)
            .thread_name("yunmei-emulator")
            .enable_all()
            .build();
        let runtime = match runtime {
            Ok(runtime) => runtime,
            Err(problem) => return drop(sender.send(Err(problem))),
        };
        runtime.block_on(async {
            let listener = tokio::net::TcpListener::from_std(listener);
            match listener {
                Ok(listener) => {
                    let _ = sender.send(Ok(()));
                    server::serve(listener, shared, stop).await;
                }
                Err(problem) => drop(sender.send(Err(problem))),
            }
        });
        runtime.shutdown_timeout(FAREWELL);
    };
    let thread = std::thread::Builder::new()
        .name("yunmei-emulator".into())
        .spawn(run)?;
    ready
        .recv()
        .map_err(|_| io::Error::other("the emulator's thread ended at once"))??;
    Ok(thread)
}
