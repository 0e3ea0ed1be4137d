use std::ops::Range;

use bytes::Bytes;

/// A request body whose length is known before its first byte is read.
///
/// Plain data: it can be compared in a test, printed, and sent twice. Only the transport knows
/// what the sources are: files, buffers, readers.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Payload(Vec<Chunk>);

/// A piece of a [`Payload`].
///
/// Both kinds must be handled by every transport, so this enum will not grow unnoticed.
#[derive(Clone, PartialEq, Eq)]
pub enum Chunk {
    /// Bytes made by the core: JSON, form fields, multipart framing.
    Inline(Bytes),
    /// A part of what the caller supplies, to be read while sending.
    Source {
        /// Which source, counted from 0 in the order in which the caller lists them.
        source: usize,
        /// Which bytes of it.
        range: Range<u64>,
    },
}

impl Chunk {
    /// How many bytes it will put on the wire.
    #[expect(clippy::len_without_is_empty, reason = "payloads hold no empty chunks")]
    pub fn len(&self) -> u64 {
        match self {
            Chunk::Inline(bytes) => bytes.len() as u64,
            Chunk::Source { range, .. } => range.end.saturating_sub(range.start),
        }
    }
}

/// Shows how much there is, not what: inline bytes may be somebody's data.
impl std::fmt::Debug for Chunk {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Chunk::Inline(bytes) => write!(f, "Inline({} bytes)", bytes.len()),
            Chunk::Source { source, range } => write!(f, "Source({source}, {range:?})"),
        }
    }
}

impl Payload {
    /// No body at all.
    pub const fn empty() -> Payload {
        Payload(Vec::new())
    }

    /// A part of one source, and nothing around it.
    pub fn source(source: usize, range: Range<u64>) -> Payload {
        let mut payload = Payload::empty();
        payload.push(Chunk::Source { source, range });
        payload
    }

    /// The length in bytes.
    pub fn len(&self) -> u64 {
        self.0.iter().map(Chunk::len).sum()
    }

    /// Whether there is nothing to send.
    pub fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The pieces, in the order in which they are sent.
    pub fn chunks(&self) -> &[Chunk] {
        &self.0
    }

    /// The pieces, in the order in which they are sent.
    pub fn into_chunks(self) -> Vec<Chunk> {
        self.0
    }

    /// Appends a piece; one of no length is left out.
    pub(crate) fn push(&mut self, chunk: Chunk) {
        if chunk.len() > 0 {
            self.0.push(chunk);
        }
    }
}

impl From<Vec<u8>> for Payload {
    fn from(bytes: Vec<u8>) -> Payload {
        Payload::from(Bytes::from(bytes))
    }
}

impl From<Bytes> for Payload {
    fn from(bytes: Bytes) -> Payload {
        let mut payload = Payload::empty();
        payload.push(Chunk::Inline(bytes));
        payload
    }
}

/// Puts pieces together; those of no length are left out.
impl FromIterator<Chunk> for Payload {
    fn from_iter<I: IntoIterator<Item = Chunk>>(chunks: I) -> Payload {
        let mut payload = Payload::empty();
        chunks.into_iter().for_each(|chunk| payload.push(chunk));
        payload
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_payload_is_as_long_as_its_chunks_and_holds_no_empty_ones() {
        let mut payload = Payload::from(Bytes::from_static(b"head"));
        payload.push(Chunk::Source {
            source: 0,
            range: 10..30,
        });
        payload.push(Chunk::Source {
            source: 0,
            range: 30..30,
        });
        payload.push(Chunk::Inline(Bytes::new()));
        assert_eq!(payload.len(), 24);
        assert_eq!(payload.chunks().len(), 2);
    }

    #[test]
    fn debug_shows_lengths_and_not_contents() {
        let shown = format!("{:?}", Payload::from(Bytes::from_static(b"canary")));
        assert_eq!(shown, "Payload([Inline(6 bytes)])");
    }
}
