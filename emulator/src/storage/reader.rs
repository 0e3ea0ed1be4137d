//! A range of contents, read piece by piece as it is sent.

use std::{collections::VecDeque, io, ops::Range, sync::Arc};

use bytes::{Bytes, BytesMut};
use futures_util::{Stream, stream};
use tokio::{
    fs::File,
    io::{AsyncReadExt, AsyncSeekExt},
};

use super::blob::{Blob, Content};

/// What is read at once.
const PIECE: u64 = 128 * 1024;

/// The bytes `range` of these contents, one behind the other. They stay until they are read, even if
/// they are deleted meanwhile.
pub(crate) fn stream(
    contents: &[Arc<Blob>],
    range: Range<u64>,
) -> impl Stream<Item = io::Result<Bytes>> + Send + use<> {
    let mut start = 0;
    let mut queue = VecDeque::new();
    for blob in contents {
        let end = start + blob.length();
        let (from, to) = (range.start.max(start), range.end.min(end));
        if from < to {
            queue.push_back((Arc::clone(blob), from - start..to - start));
        }
        start = end;
    }
    let reader = Reader { queue, file: None };
    stream::try_unfold(reader, |mut reader| async move {
        Ok(reader.next().await?.map(|piece| (piece, reader)))
    })
}

struct Reader {
    /// What is still to be read of which.
    queue: VecDeque<(Arc<Blob>, Range<u64>)>,
    /// The first of them, if it is open.
    file: Option<File>,
}

impl Reader {
    async fn next(&mut self) -> io::Result<Option<Bytes>> {
        loop {
            let Some((blob, range)) = self.queue.front_mut() else {
                return Ok(None);
            };
            if range.is_empty() {
                self.file = None;
                self.queue.pop_front();
                continue;
            }
            let piece = match &blob.content {
                Content::Memory(pieces) => from_memory(pieces, range),
                Content::File { path, .. } => {
                    let file = match &mut self.file {
                        Some(file) => file,
                        none => {
                            let mut file = File::open(path).await?;
                            file.seek(io::SeekFrom::Start(range.start)).await?;
                            none.insert(file)
                        }
                    };
                    from_file(file, range).await?
                }
            };
            range.start += piece.len() as u64;
            return Ok(Some(piece));
        }
    }
}

async fn from_file(file: &mut File, range: &Range<u64>) -> io::Result<Bytes> {
    let length = PIECE.min(range.end - range.start);
    // At most PIECE, so it fits.
    let mut buffer = BytesMut::with_capacity(length as usize);
    match file.take(length).read_buf(&mut buffer).await? {
        0 => Err(io::ErrorKind::UnexpectedEof.into()),
        _ => Ok(buffer.freeze()),
    }
}

/// The first bytes of a range that is not empty and lies within these pieces.
fn from_memory(pieces: &[Bytes], range: &Range<u64>) -> Bytes {
    let mut start = 0;
    for piece in pieces {
        let end = start + piece.len() as u64;
        if range.start < end {
            // Within one piece, so it fits.
            let from = (range.start - start) as usize;
            let to = (range.end.min(end) - start) as usize;
            return piece.slice(from..to);
        }
        start = end;
    }
    Bytes::new()
}
