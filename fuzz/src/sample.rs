//! The accounts, handles and stamps that all properties use, and the reader of their bytes.

pub(crate) mod fangtang;
pub(crate) mod vcloud;
pub(crate) mod wanxiang;

use std::sync::OnceLock;

use bytes::Bytes;
use http::Response;
use yunmei_core::{
    Nonce, Stamp, Timestamp,
    cos::{AppId, Bucket, BucketName, Credentials, FilePath, FolderPath, Region, sign::Signer},
};

/// In front of every path on the wire.
pub(crate) const PREFIX: &str = "/files/v2/1250000000/examplebucket";

/// When everything happens.
pub(crate) const NOW: Timestamp = Timestamp::from_seconds(1_503_987_233);

pub(crate) fn app() -> AppId {
    AppId::new(1_250_000_000).expect("an appid")
}

fn name() -> BucketName {
    BucketName::new("examplebucket").expect("a name")
}

fn credentials() -> Credentials {
    Credentials::new("AKIDFUZZ00000000000000000000000000001", "a key for fuzzing").expect("a pair")
}

pub(crate) fn signer() -> &'static Signer {
    static SIGNER: OnceLock<Signer> = OnceLock::new();
    SIGNER.get_or_init(|| Signer::new(app(), &name(), &credentials()))
}

pub(crate) fn unsigned_bucket() -> Bucket {
    Bucket::new(app(), name(), Region::new("gz").expect("a region"))
}

pub(crate) fn bucket() -> &'static Bucket {
    static BUCKET: OnceLock<Bucket> = OnceLock::new();
    BUCKET.get_or_init(|| unsigned_bucket().signed_with(credentials()))
}

pub(crate) fn file() -> FilePath {
    FilePath::new("/photos/cat.jpg").expect("a path")
}

pub(crate) fn folder() -> FolderPath {
    FolderPath::new("/photos/").expect("a path")
}

/// A stamp that differs for different bytes, and is the same whenever they are.
pub(crate) fn stamp(bytes: &[u8]) -> Stamp {
    stamp_at(NOW, bytes)
}

/// The same, at another time.
pub(crate) fn stamp_at(now: Timestamp, bytes: &[u8]) -> Stamp {
    let mut nonce = [0; 32];
    let mut hash = hash(bytes);
    for word in nonce.chunks_exact_mut(8) {
        word.copy_from_slice(&hash.to_le_bytes());
        hash = hash.wrapping_mul(0x5851_f42d_4c95_7f2d).wrapping_add(1);
    }
    Stamp::new(now, Nonce::from_bytes(nonce))
}

/// FNV-1a: enough to pick something by.
pub(crate) fn hash(bytes: &[u8]) -> u64 {
    bytes.iter().fold(0xcbf2_9ce4_8422_2325, |hash, &byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

pub(crate) fn answer(status: u16, body: impl Into<Bytes>) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .body(body.into())
        .expect("a response")
}

/// Reads a program: bytes, one after the other, and from the beginning again behind the last.
pub(crate) struct Program<'a> {
    bytes: &'a [u8],
    next: usize,
}

impl<'a> Program<'a> {
    pub(crate) fn new(bytes: &'a [u8]) -> Program<'a> {
        Program { bytes, next: 0 }
    }

    /// The next byte; of an empty program, zero.
    pub(crate) fn byte(&mut self) -> u8 {
        if self.next == self.bytes.len() {
            self.next = 0;
        }
        let byte = self.bytes.get(self.next).copied().unwrap_or_default();
        self.next += 1;
        byte
    }

    /// Whether these bytes are somewhere in it, for a reply to repeat.
    pub(crate) fn has(&self, bytes: &[u8]) -> bool {
        self.bytes
            .windows(bytes.len())
            .any(|window| window == bytes)
    }

    /// One of these, by the next byte.
    pub(crate) fn choose<T: Copy>(&mut self, from: &[T]) -> T {
        from[usize::from(self.byte()) % from.len()]
    }

    /// Up to `length` bytes; fewer at the end of the program.
    pub(crate) fn take(&mut self, length: u8) -> &'a [u8] {
        let start = self.next.min(self.bytes.len());
        let end = (start + usize::from(length)).min(self.bytes.len());
        self.next = end;
        &self.bytes[start..end]
    }
}
