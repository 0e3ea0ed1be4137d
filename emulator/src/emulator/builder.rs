//! How an emulator is to be, and how it is started.

use std::{
    fmt, io,
    net::{Ipv4Addr, SocketAddr, TcpListener},
    path::PathBuf,
    sync::{Arc, mpsc},
    thread::JoinHandle,
    time::{Duration, SystemTime},
};

use tokio::sync::watch;
use yunmei_core::Timestamp;

use super::{Emulator, Stopper};
use crate::{
    config::{Account, CosAccount},
    cos::{Cos, Manners},
    fangtang::{self, Fangtang, FangtangAccount},
    faults::{FaultCounters, Faults},
    log::{Log, LogEntry, Watcher},
    router::{Clock, Shared},
    server,
    storage::Storage,
    vcloud::{self, Vcloud, VcloudAccount},
    wanxiang::{self, Generation, Wanxiang, WanxiangAccount},
};

/// How long a peer may be silent, unless told otherwise.
const IDLE: Duration = Duration::from_secs(60);
/// How long writes to storage may go on after the connections have ended.
const FAREWELL: Duration = Duration::from_millis(200);

/// How an [`Emulator`] is to be.
pub struct Builder {
    listen: SocketAddr,
    data_dir: Option<PathBuf>,
    clock: Clock,
    account: Option<CosAccount>,
    faults: Faults,
    manners: Manners,
    picture_account: Option<WanxiangAccount>,
    picture_manners: wanxiang::Manners,
    partner: Option<FangtangAccount>,
    photo_manners: fangtang::Manners,
    video_account: Option<VcloudAccount>,
    video_manners: vcloud::Manners,
    idle: Duration,
    watcher: Option<Watcher>,
}

impl Builder {
    pub(super) fn new() -> Builder {
        Builder {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            data_dir: None,
            clock: Arc::new(|| SystemTime::now().into()),
            account: None,
            faults: Faults::new(),
            manners: Manners::default(),
            picture_account: None,
            picture_manners: wanxiang::Manners::default(),
            partner: None,
            photo_manners: fangtang::Manners::default(),
            video_account: None,
            video_manners: vcloud::Manners::default(),
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
    /// to obey (section 7.1). Zero grants one byte. Wanxiang grants the same to all uploads by
    /// slices, but at most 3 MiB.
    pub fn granted_slice_size(mut self, bytes: u64) -> Builder {
        self.manners.granted_slice_size = Some(bytes.max(1));
        self.picture_manners.granted_slice_size = Some(bytes.max(1));
        self
    }

    /// Accepts this account of Wanxiang, instead of one that is made up (and kept with the data).
    pub fn wanxiang_account(mut self, account: WanxiangAccount) -> Builder {
        self.picture_account = Some(account);
        self
    }

    /// How the bucket of Wanxiang was made; by default as one of V2 enhanced.
    pub fn picture_generation(mut self, generation: Generation) -> Builder {
        self.picture_manners.generation = generation;
        self
    }

    /// Turns hot-link protection on: downloads of Wanxiang's pictures want a signature. By default
    /// everybody may download. Videos are not concerned.
    pub fn private_pictures(mut self, private: bool) -> Builder {
        self.picture_manners.private = private;
        self
    }

    /// Lets an upload to Wanxiang replace what has its file id; by default it is refused (-177).
    /// What the service does is not established (section 14).
    pub fn replace_pictures(mut self, replace: bool) -> Builder {
        self.picture_manners.replace = replace;
        self
    }

    /// Knows this partner of Fangtang's photo repair, instead of one that is made up (and kept with
    /// the data).
    pub fn fangtang_account(mut self, account: FangtangAccount) -> Builder {
        self.partner = Some(account);
        self
    }

    /// How many photo repairs the partner has bought; 100 by default. Counted from the beginning of
    /// the data: a restart brings none back, and more are bought by a larger number.
    pub fn photo_quota(mut self, uploads: u64) -> Builder {
        self.photo_manners.quota = uploads;
        self
    }

    /// How long the repair of a photo takes, by the emulator's clock; 2 seconds by default. The
    /// clock has whole seconds. [`Duration::MAX`] is never done. A large picture may take longer than
    /// that to be really repaired: then a question waits for it, but no more than 10 seconds.
    pub fn photo_delay(mut self, delay: Duration) -> Builder {
        self.photo_manners.delay = delay;
        self
    }

    /// How long a photo is there when it is done, by the emulator's clock; one hour by default.
    pub fn photo_lifetime(mut self, lifetime: Duration) -> Builder {
        self.photo_manners.lifetime = lifetime;
        self
    }

    /// How far the time of a token for photo repair may be off, either way; 300 seconds by default.
    pub fn photo_token_age(mut self, age: Duration) -> Builder {
        self.photo_manners.token_age = age;
        self
    }

    /// Accepts this account of TTVcloud and its successor, instead of one that is made up (and kept
    /// with the data).
    pub fn vcloud_account(mut self, account: VcloudAccount) -> Builder {
        self.video_account = Some(account);
        self
    }

    /// How long the processing of a video takes at TTVcloud, by the emulator's clock; 2 seconds by
    /// default. The clock has whole seconds. [`Duration::MAX`] is never done.
    pub fn transcode_delay(mut self, delay: Duration) -> Builder {
        self.video_manners.transcode_delay = delay;
        self
    }

    /// The same of a job of Edit.
    pub fn edit_delay(mut self, delay: Duration) -> Builder {
        self.video_manners.edit_delay = delay;
        self
    }

    /// The least length of a part but the last at TTVcloud's upload host; 20 MiB by default, as the
    /// service has it. For tests that have no large files.
    pub fn upload_part_size(mut self, bytes: u64) -> Builder {
        self.video_manners.part_size = bytes;
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
        let account = known(self.account, &storage).map_err(in_folder)?;
        let clock = Arc::clone(&self.clock);
        let cos = Cos::open(account.clone(), self.manners, clock, &storage).map_err(in_folder)?;
        let pictures = known(self.picture_account, &storage).map_err(in_folder)?;
        let clock = Arc::clone(&self.clock);
        let manners = self.picture_manners;
        let wanxiang = Wanxiang::open(pictures, manners, address.port(), clock, &storage)
            .map_err(in_folder)?;
        let partner = known(self.partner, &storage).map_err(in_folder)?;
        let clock = Arc::clone(&self.clock);
        let fangtang =
            Fangtang::open(partner, self.photo_manners, clock, &storage).map_err(in_folder)?;
        let videos = known(self.video_account, &storage).map_err(in_folder)?;
        let clock = Arc::clone(&self.clock);
        let manners = self.video_manners;
        let vcloud =
            Vcloud::open(videos, manners, address.port(), clock, &storage).map_err(in_folder)?;
        let shared = Arc::new(Shared {
            cos,
            wanxiang,
            fangtang,
            vcloud,
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
fn known<A: Account>(given: Option<A>, storage: &Storage) -> io::Result<A> {
    if let Some(account) = given {
        return Ok(account);
    }
    if let Some(record) = storage.read_private(A::NAME)? {
        return A::read(record).map_err(io::Error::other);
    }
    let account = A::made_up()?;
    storage.write_private(A::NAME, &account.record())?;
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
            shared.fangtang.take_up();
            shared.vcloud.take_up();
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
