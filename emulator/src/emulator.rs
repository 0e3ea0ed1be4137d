//! The handle.

mod builder;

use std::{
    fmt,
    net::{IpAddr, Ipv4Addr, Ipv6Addr, SocketAddr},
    sync::Arc,
    thread::JoinHandle,
};

use tokio::sync::watch;
use yunmei_core::{
    Endpoint,
    cos::Bucket,
    error::InputError,
    fangtang::Partner,
    vcloud::{Dialect, edit::Edit, iam::Iam, imagex::ImageX, vod::Vod},
    wanxiang,
};

pub use builder::Builder;

use crate::{
    config::{self, CosAccount},
    fangtang::FangtangAccount,
    log::LogEntry,
    router::Shared,
    storage::Storage,
    vcloud::VcloudAccount,
    wanxiang::WanxiangAccount,
};

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
    pub fn start() -> std::io::Result<Emulator> {
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

    /// The account of Wanxiang that it accepts.
    pub fn wanxiang_account(&self) -> &WanxiangAccount {
        self.shared.wanxiang.account()
    }

    /// The bucket of Wanxiang, signed with that account, at this emulator.
    pub fn wanxiang_bucket(&self) -> wanxiang::Bucket {
        let wanxiang = &self.shared.wanxiang;
        let account = wanxiang.account();
        account.bucket_at(wanxiang.generation(), self.endpoint())
    }

    /// The pictures of V1 of that account, likewise.
    pub fn wanxiang_photos_v1(&self) -> wanxiang::PhotosV1 {
        self.wanxiang_account().photos_at(self.endpoint())
    }

    /// The videos of that account, likewise.
    pub fn wanxiang_videos(&self) -> wanxiang::Videos {
        self.wanxiang_account().videos_at(self.endpoint())
    }

    /// Porn detection by that account, likewise.
    pub fn wanxiang_detector(&self) -> wanxiang::Detector {
        self.wanxiang_account().detector_at(self.endpoint())
    }

    /// The partner of Fangtang's photo repair that it knows.
    pub fn fangtang_account(&self) -> &FangtangAccount {
        self.shared.fangtang.account()
    }

    /// That partner as a client has it, who asks this emulator.
    pub fn fangtang_partner(&self) -> Partner {
        self.shared.fangtang.account().partner_at(self.endpoint())
    }

    /// The account of TTVcloud and of its successor that it accepts.
    pub fn vcloud_account(&self) -> &VcloudAccount {
        self.shared.vcloud.account()
    }

    /// Video on demand, signed with that account, at this emulator, uploads too.
    ///
    /// # Errors
    ///
    /// [`InputError::NoSuchRegion`] if that dialect has no such service in the account's region; so
    /// with the three others.
    pub fn vod(&self, dialect: Dialect) -> Result<Vod, InputError> {
        self.vcloud_account().vod_at(dialect, self.endpoint())
    }

    /// Pictures of ImageX, likewise.
    ///
    /// # Errors
    ///
    /// As [`Emulator::vod`].
    pub fn imagex(&self, dialect: Dialect) -> Result<ImageX, InputError> {
        self.vcloud_account().imagex_at(dialect, self.endpoint())
    }

    /// Users, likewise.
    ///
    /// # Errors
    ///
    /// As [`Emulator::vod`].
    pub fn iam(&self, dialect: Dialect) -> Result<Iam, InputError> {
        self.vcloud_account().iam_at(dialect, self.endpoint())
    }

    /// Cutting and joining of videos, likewise.
    ///
    /// # Errors
    ///
    /// As [`Emulator::vod`].
    pub fn edit(&self, dialect: Dialect) -> Result<Edit, InputError> {
        self.vcloud_account().edit_at(dialect, self.endpoint())
    }

    /// A client configuration for this emulator, in TOML: profile `default`. It holds the secret.
    pub fn client_config(&self) -> String {
        config::client_config(
            &self.shared.account,
            self.shared.wanxiang.account(),
            self.shared.wanxiang.generation(),
            self.shared.fangtang.account(),
            self.shared.vcloud.account(),
            &self.endpoint(),
        )
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
