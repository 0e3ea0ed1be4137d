//! Contents: written once, piece by piece, and never changed.

use std::{collections::HashSet, fs, io, ops::Range, path::PathBuf, sync::Arc};

use bytes::{Bytes, BytesMut};
use tokio::io::AsyncWriteExt;

use super::{Deleting, Shelf, named, remove};
use crate::random;

/// In memory, small pieces are joined to this size.
const PIECE: usize = 256 * 1024;

/// The contents of one service.
pub(crate) struct Blobs {
    shelf: Option<Shelf>,
    deleting: Deleting,
}

/// A content. Its file goes when nobody refers to it any more.
pub(crate) struct Blob {
    id: String,
    length: u64,
    pub(super) content: Content,
}

pub(super) enum Content {
    Memory(Vec<Bytes>),
    File { path: PathBuf, deleting: Deleting },
}

impl Blobs {
    pub(super) fn new(shelf: Option<Shelf>, deleting: Deleting) -> Blobs {
        Blobs { shelf, deleting }
    }

    /// Begins a content.
    pub(crate) fn writer(&self) -> io::Result<BlobWriter> {
        let id = random::hex::<16>()?;
        let target = match &self.shelf {
            None => Target::Memory {
                pieces: Vec::new(),
                last: BytesMut::new(),
            },
            Some(shelf) => {
                let temporary = Temporary(shelf.incoming.join(&id));
                // At once: one that is made in the background may be made when the request, and
                // its guard, are gone.
                let file = fs::File::create_new(&temporary.0)?;
                Target::File {
                    file: file.into(),
                    temporary,
                    kept: shelf.kept.join(&id),
                    deleting: self.deleting.clone(),
                }
            }
        };
        Ok(BlobWriter {
            id,
            length: 0,
            target,
        })
    }

    /// A content that was kept; none if it is not there whole. That it cannot be told is a failure:
    /// what is taken for missing is swept away.
    pub(crate) fn kept(&self, id: &str, length: u64) -> io::Result<Option<Arc<Blob>>> {
        let Some(shelf) = &self.shelf else {
            return Ok(None);
        };
        // An id is a name of ours, in hex: it cannot lead elsewhere.
        if id.is_empty() || !id.bytes().all(|byte| byte.is_ascii_hexdigit()) {
            return Ok(None);
        }
        let path = shelf.kept.join(id);
        let found = match fs::metadata(&path) {
            Err(problem) if problem.kind() == io::ErrorKind::NotFound => return Ok(None),
            other => other.map_err(|problem| named(&path, problem))?,
        };
        if !found.is_file() {
            return Err(named(&path, io::Error::other("this is no file")));
        }
        Ok((found.len() == length).then(|| {
            Arc::new(Blob {
                id: id.to_owned(),
                length,
                content: Content::File {
                    path,
                    deleting: self.deleting.clone(),
                },
            })
        }))
    }

    /// Deletes all contents but these: what a killed process left.
    pub(crate) fn sweep(&self, known: &HashSet<String>) -> io::Result<()> {
        let Some(shelf) = &self.shelf else {
            return Ok(());
        };
        for name in shelf.names()? {
            if !known.contains(&name) {
                remove(&shelf.kept.join(name))?;
            }
        }
        Ok(())
    }
}

impl Blob {
    /// A content that is passed on and kept nowhere: it has no id.
    pub(crate) fn passing(bytes: Vec<u8>) -> Arc<Blob> {
        Arc::new(Blob {
            id: String::new(),
            length: bytes.len() as u64,
            content: Content::Memory(vec![bytes.into()]),
        })
    }

    /// By which it is found again.
    pub(crate) fn id(&self) -> &str {
        &self.id
    }

    /// In bytes.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// The first bytes, at most `limit`; blocks.
    pub(crate) fn head(&self, limit: u64) -> io::Result<Vec<u8>> {
        let mut head = Vec::new();
        match &self.content {
            Content::Memory(pieces) => {
                for piece in pieces {
                    let room = usize::try_from(limit).unwrap_or(usize::MAX) - head.len();
                    head.extend_from_slice(&piece[..piece.len().min(room)]);
                }
            }
            Content::File { path, .. } => {
                let file = fs::File::open(path)?;
                io::Read::read_to_end(&mut io::Read::take(file, limit), &mut head)?;
            }
        }
        Ok(head)
    }

    /// The bytes of a range, as far as they are there; blocks.
    pub(crate) fn range(&self, range: Range<u64>) -> io::Result<Vec<u8>> {
        let range = range.start.min(self.length)..range.end.min(self.length);
        let mut bytes = Vec::new();
        match &self.content {
            Content::Memory(pieces) => {
                let mut start = 0;
                for piece in pieces {
                    let end = start + piece.len() as u64;
                    let (from, to) = (range.start.max(start), range.end.min(end));
                    if from < to {
                        // Within one piece, so it fits.
                        bytes.extend_from_slice(
                            &piece[(from - start) as usize..(to - start) as usize],
                        );
                    }
                    start = end;
                }
            }
            Content::File { path, .. } => {
                let mut file = fs::File::open(path)?;
                io::Seek::seek(&mut file, io::SeekFrom::Start(range.start))?;
                let length = range.end.saturating_sub(range.start);
                io::Read::read_to_end(&mut io::Read::take(file, length), &mut bytes)?;
            }
        }
        Ok(bytes)
    }

    /// Shows all of it, piece by piece; blocks.
    pub(crate) fn each(&self, mut show: impl FnMut(&[u8])) -> io::Result<()> {
        match &self.content {
            Content::Memory(pieces) => pieces.iter().for_each(|piece| show(piece)),
            Content::File { path, .. } => {
                let mut file = fs::File::open(path)?;
                let mut buffer = vec![0; PIECE];
                loop {
                    match io::Read::read(&mut file, &mut buffer)? {
                        0 => break,
                        length => show(&buffer[..length]),
                    }
                }
            }
        }
        Ok(())
    }
}

impl Drop for Blob {
    fn drop(&mut self) {
        if let Content::File { path, deleting } = &self.content
            && deleting.is_on()
        {
            // If it stays, the next start sweeps it away.
            let _ = remove(path);
        }
    }
}

/// A content under construction; dropped before its end, it leaves nothing.
pub(crate) struct BlobWriter {
    id: String,
    length: u64,
    target: Target,
}

enum Target {
    Memory {
        pieces: Vec<Bytes>,
        last: BytesMut,
    },
    File {
        file: tokio::fs::File,
        temporary: Temporary,
        kept: PathBuf,
        deleting: Deleting,
    },
}

/// A file that goes unless it is renamed first.
struct Temporary(PathBuf);

impl Drop for Temporary {
    fn drop(&mut self) {
        let _ = remove(&self.0);
    }
}

impl BlobWriter {
    /// How much there is so far, in bytes.
    pub(crate) fn length(&self) -> u64 {
        self.length
    }

    /// Takes the next bytes.
    pub(crate) async fn write(&mut self, bytes: &[u8]) -> io::Result<()> {
        self.length += bytes.len() as u64;
        match &mut self.target {
            Target::File { file, .. } => file.write_all(bytes).await,
            Target::Memory { pieces, last } => {
                // Copied: a piece of the connection's buffer would keep all of that alive.
                last.extend_from_slice(bytes);
                if last.len() >= PIECE {
                    pieces.push(std::mem::take(last).freeze());
                }
                Ok(())
            }
        }
    }

    /// Ends the content and keeps it.
    pub(crate) async fn finish(self) -> io::Result<Arc<Blob>> {
        let content = match self.target {
            Target::Memory { mut pieces, last } => {
                if !last.is_empty() {
                    // Exactly as large as what is in it.
                    pieces.push(Bytes::copy_from_slice(&last));
                }
                Content::Memory(pieces)
            }
            Target::File {
                mut file,
                temporary,
                kept,
                deleting,
            } => {
                file.flush().await?;
                drop(file);
                fs::rename(&temporary.0, &kept)?;
                Content::File {
                    path: kept,
                    deleting,
                }
            }
        };
        Ok(Arc::new(Blob {
            id: self.id,
            length: self.length,
            content,
        }))
    }
}
