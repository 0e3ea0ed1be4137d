use std::{
    fmt,
    fs::File,
    io::{self, Read, Seek, SeekFrom, Write},
    path::Path,
};

use bytes::Bytes;
use yunmei_core::{
    Error,
    cos::{Content, slices::Manifest},
    error::LocalError,
    vcloud::{self, ContentBuilder},
    wanxiang::{DigestBuilder, Digests},
};
use yunmei_host::{FileIdentity, open_regular};

/// How much is read at a time for digests.
const READ_SIZE: usize = 256 * 1024;

/// What is to be uploaded: a file, bytes, or anything that reads and seeks.
///
/// Its length is taken when it is made. A file that is modified after that is noticed, and not
/// uploaded.
pub struct Source {
    kind: Kind,
    length: u64,
}

enum Kind {
    File(File, FileIdentity),
    Bytes(Bytes),
    Reader(Box<dyn Stream>),
}

trait Stream: Read + Seek + Send {}

impl<T: Read + Seek + Send> Stream for T {}

impl Source {
    /// Opens a file.
    ///
    /// # Errors
    ///
    /// [`LocalError::Read`] if it cannot be opened, or is a folder or pipe.
    pub fn open(path: impl AsRef<Path>) -> Result<Source, Error> {
        let (file, identity) = open_regular(path.as_ref()).map_err(LocalError::Read)?;
        Ok(Source {
            length: identity.length(),
            kind: Kind::File(file, identity),
        })
    }

    /// Bytes that are at hand.
    pub fn bytes(bytes: impl Into<Bytes>) -> Source {
        let bytes = bytes.into();
        Source {
            length: bytes.len() as u64,
            kind: Kind::Bytes(bytes),
        }
    }

    /// Anything that reads and seeks, from its beginning to its end.
    ///
    /// # Errors
    ///
    /// [`LocalError::Read`] if its end cannot be found.
    pub fn reader(mut reader: impl Read + Seek + Send + 'static) -> Result<Source, Error> {
        let length = reader.seek(SeekFrom::End(0)).map_err(LocalError::Read)?;
        Ok(Source {
            length,
            kind: Kind::Reader(Box::new(reader)),
        })
    }

    /// How many bytes it has.
    pub fn len(&self) -> u64 {
        self.length
    }

    /// Whether it has no bytes.
    pub fn is_empty(&self) -> bool {
        self.length == 0
    }

    /// Reads it once into `into`, which may be any hasher that is a writer. Returns how many bytes
    /// there were.
    ///
    /// # Errors
    ///
    /// [`Error::Local`] if it cannot be read, if it was modified since it was opened, or if `into`
    /// fails.
    pub fn digest(&mut self, into: &mut impl Write) -> Result<u64, Error> {
        // At most READ_SIZE, which fits.
        let mut buffer = vec![0; self.length.min(READ_SIZE as u64) as usize];
        let mut offset = 0;
        while offset < self.length {
            let count = (self.length - offset).min(READ_SIZE as u64) as usize;
            let piece = &mut buffer[..count];
            self.read_at(offset, piece)?;
            into.write_all(piece).map_err(LocalError::Write)?;
            offset += count as u64;
        }
        self.check()?;
        Ok(offset)
    }

    /// Reads it once and computes its digests.
    ///
    /// # Errors
    ///
    /// [`Error::Local`] if it cannot be read, or was modified since it was opened.
    pub fn manifest(&mut self) -> Result<Manifest, Error> {
        let mut builder = Manifest::builder();
        self.digest(&mut builder)?;
        Ok(builder.finish())
    }

    /// Reads it once and computes the digests that Wanxiang takes.
    ///
    /// # Errors
    ///
    /// [`Error::Local`] if it cannot be read, or was modified since it was opened.
    pub fn digests(&mut self) -> Result<Digests, Error> {
        let mut builder = DigestBuilder::new();
        self.digest(&mut builder)?;
        Ok(builder.finish())
    }

    /// Reads it once, as content of TTVcloud: computes its checksum, and those of the parts in which a
    /// large one is sent.
    ///
    /// # Errors
    ///
    /// [`Error::Local`] if it cannot be read, or was modified since it was opened.
    pub fn checksums(&mut self) -> Result<vcloud::Content, Error> {
        let mut builder = ContentBuilder::new();
        self.digest(&mut builder)?;
        Ok(builder.finish())
    }

    /// Reads it once, as content of COS; the digests let the service check what arrives, and know what
    /// it already has.
    ///
    /// # Errors
    ///
    /// As [`Source::manifest`].
    pub fn content(&mut self) -> Result<Content, Error> {
        Ok(Content::from(self.manifest()?))
    }

    /// Fills the buffer with the bytes from `offset` on.
    pub(crate) fn read_at(&mut self, offset: u64, buffer: &mut [u8]) -> Result<(), LocalError> {
        let stream: &mut dyn Stream = match &mut self.kind {
            Kind::File(file, _) => file,
            Kind::Reader(reader) => reader,
            Kind::Bytes(bytes) => {
                // Ranges were compared with the length, so that these are in it.
                let start = offset as usize;
                buffer.copy_from_slice(&bytes[start..start + buffer.len()]);
                return Ok(());
            }
        };
        match read_full(stream, offset, buffer).map_err(LocalError::Read)? {
            count if count == buffer.len() => Ok(()),
            count => Err(LocalError::Changed {
                expected: self.length,
                found: offset + count as u64,
            }),
        }
    }

    /// Looks whether it is still the same; only files can tell.
    pub(crate) fn check(&self) -> Result<(), LocalError> {
        match &self.kind {
            Kind::File(file, identity) => {
                identity.check(&file.metadata().map_err(LocalError::Read)?)
            }
            Kind::Bytes(_) | Kind::Reader(_) => Ok(()),
        }
    }
}

/// Reads until the buffer is full or the stream ends.
fn read_full(stream: &mut dyn Stream, offset: u64, buffer: &mut [u8]) -> io::Result<usize> {
    stream.seek(SeekFrom::Start(offset))?;
    let mut filled = 0;
    while filled < buffer.len() {
        match stream.read(&mut buffer[filled..]) {
            Ok(0) => break,
            Ok(count) => filled += count,
            Err(error) if error.kind() == io::ErrorKind::Interrupted => {}
            Err(error) => return Err(error),
        }
    }
    Ok(filled)
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::File(..) => "file",
            Kind::Bytes(_) => "bytes",
            Kind::Reader(_) => "reader",
        };
        write!(f, "Source({kind}, {} bytes)", self.length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::{Cursor, Write};

    use super::*;

    #[test]
    fn a_file_bytes_and_a_reader_have_the_same_manifest() {
        let content: Vec<u8> = (0..3_000_000u32).map(|number| number as u8).collect();
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(&content).expect("room on the disk");
        let mut sources = [
            Source::open(file.path()).expect("a source"),
            Source::bytes(content.clone()),
            Source::reader(Cursor::new(content)).expect("a source"),
        ];
        let manifests = sources
            .each_mut()
            .map(|source| source.manifest().expect("a manifest"));
        assert_eq!(manifests[0].size(), 3_000_000);
        assert_eq!(manifests[0], manifests[1]);
        assert_eq!(manifests[0], manifests[2]);
    }

    #[test]
    fn a_source_has_the_checksum_of_its_bytes() {
        let mut source = Source::bytes("123456789");
        let content = source.checksums().expect("a content");
        // The check value that every description of this CRC gives.
        assert_eq!(content, vcloud::Content::new(9, 0xcbf4_3926));
    }

    #[test]
    fn a_digest_takes_the_whole_source_once() {
        let content: Vec<u8> = (0..700_000u32).map(|number| number as u8).collect();
        let mut source = Source::reader(Cursor::new(content.clone())).expect("a source");
        let mut taken = Vec::new();
        assert_eq!(source.digest(&mut taken).expect("a digest"), 700_000);
        assert!(taken == content, "other bytes than there are");
        let mut full: &mut [u8] = &mut [0; 10];
        assert!(matches!(
            source.digest(&mut full),
            Err(Error::Local(LocalError::Write(_)))
        ));
    }

    #[test]
    fn an_empty_source_has_a_manifest() {
        let mut empty = Source::bytes(Bytes::new());
        assert!(empty.is_empty());
        assert_eq!(empty.manifest().expect("a manifest").size(), 0);
    }

    #[test]
    fn a_file_that_was_modified_after_opening_is_noticed() {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(b"before").expect("room on the disk");
        let mut source = Source::open(file.path()).expect("a source");
        file.write_all(b" and after").expect("room on the disk");
        assert!(matches!(
            source.manifest(),
            Err(Error::Local(LocalError::Changed {
                expected: 6,
                found: 16
            }))
        ));
        file.as_file().set_len(3).expect("a shorter file");
        assert!(matches!(
            source.manifest(),
            Err(Error::Local(LocalError::Changed {
                expected: 6,
                found: 3
            }))
        ));
    }

    #[test]
    fn folders_and_what_is_not_there_are_no_sources() {
        let folder = tempfile::tempdir().expect("a folder");
        for path in [folder.path().to_owned(), folder.path().join("missing")] {
            assert!(matches!(
                Source::open(path),
                Err(Error::Local(LocalError::Read(_)))
            ));
        }
    }
}
