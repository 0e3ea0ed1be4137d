//! Every operation of COS v4.

mod files;
mod folders;
mod signatures;
mod slices;

use yunmei_core::{
    Endpoint,
    cos::{Bucket, FilePath, FolderPath},
};
use yunmei_emulator::{CosAccount, Emulator};

use super::{media::Media, report::Report, transport::Transport};

/// What every step needs.
struct Stage<'a> {
    transport: &'a Transport,
    bucket: &'a Bucket,
    account: &'a CosAccount,
    endpoint: Endpoint,
    media: &'a Media,
    /// Each transport plays in a folder of its own.
    folder: FolderPath,
}

impl Stage<'_> {
    fn file(&self, name: &str) -> FilePath {
        self.folder
            .file(name)
            .expect("a name of this program's is a path")
    }

    /// The bucket, used by nobody's leave.
    fn unsigned(&self) -> Bucket {
        let account = self.account;
        Bucket::new(
            account.app(),
            account.bucket().clone(),
            account.region().clone(),
        )
        .at(self.endpoint.clone())
    }
}

pub(super) fn run(report: &mut Report, transport: &Transport, emulator: &Emulator, media: &Media) {
    let folder = format!("/demo-{}/", transport.name().as_str());
    let folder = FolderPath::new(&folder).expect("a name of this program's is a path");
    let stage = Stage {
        transport,
        bucket: &emulator.cos_bucket(),
        account: emulator.cos_account(),
        endpoint: emulator.endpoint(),
        media,
        folder,
    };
    folders::begin(report, &stage);
    files::run(report, &stage);
    slices::run(report, &stage);
    signatures::run(report, &stage);
    folders::end(report, &stage);
}
