use std::{
    fmt,
    io::{SeekFrom, Write},
    ops::Range,
    path::Path,
    sync::Arc,
};

use bytes::Bytes;
use tokio::{
    io::{AsyncRead, AsyncReadExt, AsyncSeek, AsyncSeekExt},
    task::yield_now,
};
use yunmei_core::{
    Error,
    cos::{Content, slices::Manifest},
    error::LocalError,
    vcloud::{self, ContentBuilder},
    wanxiang::{DigestBuilder, Digests},
};

use crate::{
    feed::Buffers,
    file::{OpenFile, blocking, frame},
};

/// What is to be uploaded: a file, bytes, or anything that reads and seeks.
///
/// Its length is taken when it is made. A file that is modified after that is noticed, and not
/// uploaded.
pub struct Source {
    kind: Kind,
    length: u64,
}

enum Kind {
    File(Arc<OpenFile>),
    Bytes(Bytes),
    Reader(Box<dyn Stream>),
}

trait Stream: AsyncRead + AsyncSeek + Send + Unpin {}

impl<T: AsyncRead + AsyncSeek + Send + Unpin> Stream for T {}

impl Source {
    /// Opens a file.
    ///
    /// # Errors
    ///
    /// [`LocalError::Read`] if it cannot be opened, or is a folder or pipe.
    pub async fn open(path: impl AsRef<Path>) -> Result<Source, Error> {
        let path = path.as_ref().to_owned();
        let file = blocking(move || OpenFile::open(&path).map_err(LocalError::Read)).await?;
        Ok(Source {
            length: file.length(),
            kind: Kind::File(Arc::new(file)),
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
    pub async fn reader(
        mut reader: impl AsyncRead + AsyncSeek + Send + Unpin + 'static,
    ) -> Result<Source, Error> {
        let end = reader.seek(SeekFrom::End(0)).await;
        Ok(Source {
            length: end.map_err(LocalError::Read)?,
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
    /// Files are read on threads that may wait; `into` takes its bytes on the task, a few hundred
    /// KiB at a time with a pause for others in between.
    ///
    /// # Errors
    ///
    /// [`Error::Local`] if it cannot be read, if it was modified since it was opened, or if `into`
    /// fails.
    pub async fn digest(&mut self, into: &mut (impl Write + Send)) -> Result<u64, Error> {
        let mut buffers = Buffers::default();
        let mut offset = 0;
        while offset < self.length {
            let end = offset + frame(self.length - offset) as u64;
            let piece = self.read(offset..end, false, &mut buffers).await?;
            into.write_all(&piece).map_err(LocalError::Write)?;
            offset = end;
            yield_now().await;
        }
        if let Kind::File(file) = &self.kind {
            let file = file.clone();
            blocking(move || file.check()).await?;
        }
        Ok(offset)
    }

    /// Reads it once and computes its digests, as [`Source::digest`] does.
    ///
    /// # Errors
    ///
    /// [`Error::Local`] if it cannot be read, or was modified since it was opened.
    pub async fn manifest(&mut self) -> Result<Manifest, Error> {
        let mut builder = Manifest::builder();
        self.digest(&mut builder).await?;
        Ok(builder.finish())
    }

    /// Reads it once and computes the digests that Wanxiang takes.
    ///
    /// # Errors
    ///
    /// [`Error::Local`] if it cannot be read, or was modified since it was opened.
    pub async fn digests(&mut self) -> Result<Digests, Error> {
        let mut builder = DigestBuilder::new();
        self.digest(&mut builder).await?;
        Ok(builder.finish())
    }

    /// Reads it once, as content of TTVcloud: computes its checksum, and those of the parts in which a
    /// large one is sent.
    ///
    /// # Errors
    ///
    /// [`Error::Local`] if it cannot be read, or was modified since it was opened.
    pub async fn checksums(&mut self) -> Result<vcloud::Content, Error> {
        let mut builder = ContentBuilder::new();
        self.digest(&mut builder).await?;
        Ok(builder.finish())
    }

    /// Reads it once, as content of COS; the digests let the service check what arrives, and know what
    /// it already has.
    ///
    /// # Errors
    ///
    /// As [`Source::manifest`].
    pub async fn content(&mut self) -> Result<Content, Error> {
        Ok(Content::from(self.manifest().await?))
    }

    /// Reads a range of at most [`FRAME_SIZE`](crate::feed::FRAME_SIZE) bytes; looks whether the source is still the same,
    /// where it can tell, if a stretch `ends` with it.
    pub(crate) async fn read(
        &mut self,
        range: Range<u64>,
        ends: bool,
        buffers: &mut Buffers,
    ) -> Result<Bytes, LocalError> {
        // Ranges were compared with the length of the source, and cut to frames.
        let count = (range.end - range.start) as usize;
        match &mut self.kind {
            Kind::Bytes(bytes) => Ok(bytes.slice(range.start as usize..range.end as usize)),
            Kind::File(file) => {
                let (file, mut buffer) = (file.clone(), buffers.take(count));
                let buffer = blocking(move || {
                    file.read_at(range.start, &mut buffer[..count])?;
                    if ends {
                        file.check()?;
                    }
                    Ok(buffer)
                })
                .await?;
                Ok(buffers.lend(buffer, count))
            }
            Kind::Reader(reader) => {
                let mut buffer = buffers.take(count);
                read_stream(reader, range.start, &mut buffer[..count], self.length).await?;
                Ok(buffers.lend(buffer, count))
            }
        }
    }
}

async fn read_stream(
    reader: &mut dyn Stream,
    offset: u64,
    buffer: &mut [u8],
    length: u64,
) -> Result<(), LocalError> {
    let seek = reader.seek(SeekFrom::Start(offset)).await;
    seek.map_err(LocalError::Read)?;
    let mut filled = 0;
    while filled < buffer.len() {
        let read = reader.read(&mut buffer[filled..]).await;
        match read.map_err(LocalError::Read)? {
            0 => {
                return Err(LocalError::Changed {
                    expected: length,
                    found: offset + filled as u64,
                });
            }
            count => filled += count,
        }
    }
    Ok(())
}

impl fmt::Debug for Source {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let kind = match self.kind {
            Kind::File(_) => "file",
            Kind::Bytes(_) => "bytes",
            Kind::Reader(_) => "reader",
        };
        write!(f, "Source({kind}, {} bytes)", self.length)
    }
}

#[cfg(test)]
mod tests {
    use std::io::Cursor;

    use super::*;

    #[tokio::test]
    async fn a_file_bytes_and_a_reader_have_the_same_manifest() {
        let content: Vec<u8> = (0..3_000_000u32).map(|number| number as u8).collect();
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(&content).expect("room on the disk");
        let sources = [
            Source::open(file.path()).await.expect("a source"),
            Source::bytes(content.clone()),
            Source::reader(Cursor::new(content))
                .await
                .expect("a source"),
        ];
        let mut manifests = Vec::new();
        for mut source in sources {
            manifests.push(source.manifest().await.expect("a manifest"));
        }
        assert_eq!(manifests[0].size(), 3_000_000);
        assert_eq!(manifests[0], manifests[1]);
        assert_eq!(manifests[0], manifests[2]);
    }

    #[tokio::test]
    async fn a_source_has_the_checksum_of_its_bytes() {
        let mut source = Source::bytes("123456789");
        let content = source.checksums().await.expect("a content");
        // The check value that every description of this CRC gives.
        assert_eq!(content, vcloud::Content::new(9, 0xcbf4_3926));
    }

    #[tokio::test]
    async fn a_digest_takes_the_whole_source_once() {
        let content: Vec<u8> = (0..700_000u32).map(|number| number as u8).collect();
        let mut source = Source::bytes(content.clone());
        let mut taken = Vec::new();
        let length = source.digest(&mut taken).await;
        assert_eq!(length.expect("a digest"), 700_000);
        assert!(taken == content, "other bytes than there are");
        let mut full: &mut [u8] = &mut [0; 10];
        assert!(matches!(
            source.digest(&mut full).await,
            Err(Error::Local(LocalError::Write(_)))
        ));
    }

    #[tokio::test]
    async fn a_file_that_was_modified_after_opening_is_noticed() {
        let mut file = tempfile::NamedTempFile::new().expect("a file");
        file.write_all(b"before").expect("room on the disk");
        let mut source = Source::open(file.path()).await.expect("a source");
        file.write_all(b" and after").expect("room on the disk");
        assert!(matches!(
            source.manifest().await,
            Err(Error::Local(LocalError::Changed {
                expected: 6,
                found: 16
            }))
        ));
        file.as_file().set_len(3).expect("a shorter file");
        assert!(matches!(
            source.manifest().await,
            Err(Error::Local(LocalError::Changed {
                expected: 6,
                found: 3
            }))
        ));
    }

    #[tokio::test]
    async fn folders_and_what_is_not_there_are_no_sources() {
        let folder = tempfile::tempdir().expect("a folder");
        for path in [folder.path().to_owned(), folder.path().join("missing")] {
            assert!(matches!(
                Source::open(path).await,
                Err(Error::Local(LocalError::Read(_)))
            ));
        }
    }
}
