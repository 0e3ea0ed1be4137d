//! Uploads in parts that broke off, saved until the next run takes them up.

use std::{
    cell::RefCell,
    convert::Infallible,
    fs::{self, File, OpenOptions},
    io::Write,
    path::{Path, PathBuf},
    time::Duration,
};

use etcetera::BaseStrategy;
use fs4::FileExt;
use sha1::{Digest, Sha1};
use tokio::time::sleep;
use yunmei_core::vcloud::upload_host::parts::{PART_SIZE, Session, SessionKeeper};

use crate::transfer;

/// How often it is looked whether there is something to save.
const PACE: Duration = Duration::from_millis(500);

/// The place on this machine where the upload of one file is saved while it is open.
///
/// Nothing here fails the upload: what cannot be saved cannot be taken up, and that is all.
pub(super) struct OpenUpload {
    /// `None` on a machine without a folder for it, and where another run has it.
    path: Option<PathBuf>,
    /// That no other run goes on with it.
    _lock: Option<Lock>,
    keeper: SessionKeeper,
    saved: RefCell<Option<Session>>,
}

impl OpenUpload {
    /// That of `file`, of this length, to `target`, which names the place in the cloud.
    pub(super) fn of(file: &Path, length: u64, target: &str) -> OpenUpload {
        let path = place(file, target);
        // A short one is not sent in parts; but something may be left of a longer one.
        let path = path.filter(|path| length >= PART_SIZE || path.exists());
        let lock = path.as_deref().and_then(|path| Lock::take(path).ok());
        OpenUpload {
            path: path.filter(|_| lock.is_some()),
            _lock: lock,
            keeper: SessionKeeper::default(),
            saved: RefCell::default(),
        }
    }

    /// What the flow tells how far it is.
    pub(super) fn keeper(&self) -> &SessionKeeper {
        &self.keeper
    }

    /// What an earlier run left.
    pub(super) fn load(&self) -> Option<Session> {
        let text = transfer::read_text(self.path.as_deref()?).ok()?;
        let session: Option<Session> = serde_json::from_str(&text).ok();
        if session.is_none() {
            self.forget();
        }
        self.saved.replace(session.clone());
        session
    }

    /// Forgets what an earlier run left.
    pub(super) fn forget(&self) {
        self.saved.replace(None);
        if let Some(path) = &self.path {
            let _ = fs::remove_file(path);
        }
    }

    /// Carries out `work`, and saves meanwhile how far it is; also when it ends, or is dropped. Then
    /// `ended` is told.
    pub(super) async fn guard<T>(&self, work: impl Future<Output = T>, ended: impl Fn()) -> T {
        let saver = Saver(self, ended);
        let result = tokio::select! {
            result = work => result,
            never = saver.go_on() => match never {},
        };
        drop(saver);
        result
    }

    /// Whether the next run can go on where this one stopped.
    pub(super) fn is_saved(&self) -> bool {
        self.saved.borrow().is_some()
    }

    fn save(&self) {
        let session = self.keeper.session();
        if *self.saved.borrow() == session {
            return;
        }
        match &session {
            None => self.forget(),
            Some(session) => {
                if let Some(path) = &self.path
                    && write(path, session).is_ok()
                {
                    self.saved.replace(Some(session.clone()));
                }
            }
        }
    }
}

/// Saves when it is dropped, which is how an interrupted command ends.
struct Saver<'a, F: Fn()>(&'a OpenUpload, F);

impl<F: Fn()> Saver<'_, F> {
    async fn go_on(&self) -> Infallible {
        loop {
            sleep(PACE).await;
            self.0.save();
        }
    }
}

impl<F: Fn()> Drop for Saver<'_, F> {
    fn drop(&mut self) {
        self.0.save();
        (self.1)();
    }
}

/// That an upload is going on: two runs at once would both end it. The system ends it with the
/// process, however that ends.
struct Lock {
    path: PathBuf,
    _file: File,
}

impl Lock {
    fn take(upload: &Path) -> std::io::Result<Lock> {
        let path = upload.with_extension("lock");
        fs::create_dir_all(path.parent().unwrap_or(Path::new(".")))?;
        let mut options = OpenOptions::new();
        let file = (options.read(true).write(true).create(true).truncate(false)).open(&path)?;
        // By the trait's name: newer Rust has a method of this name, which 1.88 has not.
        FileExt::try_lock(&file)?;
        Ok(Lock { path, _file: file })
    }
}

impl Drop for Lock {
    fn drop(&mut self) {
        let _ = fs::remove_file(&self.path);
    }
}

/// The folder is that of the user's programs' state, the name that of the upload.
fn place(file: &Path, target: &str) -> Option<PathBuf> {
    let folders = etcetera::choose_base_strategy().ok()?;
    let folder = folders.state_dir().unwrap_or_else(|| folders.data_dir());
    let file = file.canonicalize().ok()?;
    let mut name = Sha1::new();
    name.update(file.as_os_str().as_encoded_bytes());
    name.update(b"\n");
    name.update(target);
    let name: String = (name.finalize().iter())
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let uploads = folder.join("yunmei").join("uploads");
    Some(uploads.join(format!("{name}.json")))
}

/// It holds the permission to upload: for its owner only, from its first moment.
fn write(path: &Path, session: &Session) -> std::io::Result<()> {
    let folder = path.parent().unwrap_or(Path::new("."));
    fs::create_dir_all(folder)?;
    let mut file = tempfile::NamedTempFile::new_in(folder)?;
    file.write_all(serde_json::to_string(session)?.as_bytes())?;
    file.persist(path)?;
    Ok(())
}
