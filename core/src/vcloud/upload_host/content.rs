use std::{io, ops::Range, sync::Arc};

use crc32fast::Hasher;

use super::parts::PART_SIZE;

/// What is to be uploaded: how long it is, and its CRC-32, as a whole and of the parts in which a
/// large one may be sent.
///
/// With the checksums, the upload host refuses what was damaged on the way. Made in one pass by a
/// [`ContentBuilder`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Content {
    size: u64,
    crc32: Option<u32>,
    /// One for each [`PART_SIZE`] bytes begun; none where there is only one of them, or where they
    /// are not known.
    blocks: Arc<[u32]>,
}

impl Content {
    /// Content of which nobody computed the checksum: the upload host is told not to check it.
    pub fn unchecked(size: u64) -> Content {
        Content {
            size,
            crc32: None,
            blocks: Arc::default(),
        }
    }

    /// Content whose checksum is known. Sent in parts, only as a whole can it be recognised: parts
    /// have checksums of their own, which a [`ContentBuilder`] computes.
    pub fn new(size: u64, crc32: u32) -> Content {
        Content {
            size,
            crc32: Some(crc32),
            blocks: Arc::default(),
        }
    }

    /// The length in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The CRC-32 of IEEE 802.3.
    pub fn crc32(&self) -> Option<u32> {
        self.crc32
    }

    /// What the header `Content-CRC32` says: eight digits, leading zeros included, which some of the
    /// vendor's clients drop (section 14, defect 2).
    pub fn checksum_text(&self) -> String {
        written(self.crc32)
    }

    /// The checksum of some bytes of it, if it is known: of the whole, and of what begins and ends
    /// with a block.
    pub(super) fn crc32_of(&self, range: &Range<u64>) -> Option<u32> {
        if *range == (0..self.size) {
            return self.crc32;
        }
        let ends = range.end.is_multiple_of(PART_SIZE) || range.end == self.size;
        if !range.start.is_multiple_of(PART_SIZE) || !ends {
            return None;
        }
        let blocks = range.start / PART_SIZE..range.end.div_ceil(PART_SIZE);
        let mut sum = Hasher::new();
        for block in blocks {
            let crc32 = *self.blocks.get(usize::try_from(block).ok()?)?;
            let length = PART_SIZE.min(range.end - block * PART_SIZE);
            sum.combine(&Hasher::new_with_initial_len(crc32, length));
        }
        Some(sum.finalize())
    }
}

/// A checksum, or the word that says that there is none.
pub(super) fn written(crc32: Option<u32>) -> String {
    match crc32 {
        Some(crc32) => format!("{crc32:08x}"),
        None => "Ignore".to_owned(),
    }
}

/// Computes a [`Content`] in one pass.
///
/// Takes bytes by [`update`](ContentBuilder::update), or as an [`io::Write`] to which a file is copied.
#[derive(Clone, Debug, Default)]
pub struct ContentBuilder {
    size: u64,
    /// Of the blocks that are complete.
    blocks: Vec<u32>,
    /// Of the block that is not.
    block: Hasher,
}

impl ContentBuilder {
    /// Begins.
    pub fn new() -> ContentBuilder {
        ContentBuilder::default()
    }

    /// Takes the next bytes of the content, however many.
    pub fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let room = PART_SIZE - self.size % PART_SIZE;
            let count = usize::try_from(room).map_or(bytes.len(), |room| room.min(bytes.len()));
            let (piece, rest) = bytes.split_at(count);
            self.block.update(piece);
            self.size += count as u64;
            if self.size.is_multiple_of(PART_SIZE) {
                self.blocks.push(std::mem::take(&mut self.block).finalize());
            }
            bytes = rest;
        }
    }

    /// Ends the content.
    pub fn finish(mut self) -> Content {
        if !self.size.is_multiple_of(PART_SIZE) {
            self.blocks.push(self.block.finalize());
        }
        let mut whole = Hasher::new();
        let mut left = self.size;
        for &block in &self.blocks {
            let length = left.min(PART_SIZE);
            whole.combine(&Hasher::new_with_initial_len(block, length));
            left -= length;
        }
        let content = Content::new(self.size, whole.finalize());
        match self.blocks.len() {
            0 | 1 => content,
            _ => Content {
                blocks: self.blocks.into(),
                ..content
            },
        }
    }
}

impl io::Write for ContentBuilder {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.update(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn size_and_checksum_come_out_of_one_pass_however_it_is_cut() {
        let mut builder = ContentBuilder::new();
        builder.update(b"1234");
        io::Write::write_all(&mut builder, b"56789").expect("written");
        let content = builder.finish();
        // The check value that every description of this CRC gives.
        assert_eq!(content, Content::new(9, 0xcbf4_3926));
        assert_eq!(content.checksum_text(), "cbf43926");
    }

    #[test]
    fn the_checksum_has_eight_digits_and_may_be_left_out() {
        assert_eq!(Content::new(1, 0xab).checksum_text(), "000000ab");
        assert_eq!(Content::unchecked(1).checksum_text(), "Ignore");
    }

    #[test]
    fn parts_have_checksums_that_come_out_of_the_same_pass() {
        let size = 2 * PART_SIZE + 7;
        let bytes: Vec<u8> = (0..size).map(|at| (at % 251) as u8).collect();
        let mut builder = ContentBuilder::new();
        for piece in bytes.chunks(3_000_001) {
            builder.update(piece);
        }
        let content = builder.finish();
        assert_eq!(content.crc32(), Some(crc32fast::hash(&bytes)));
        for range in [
            0..PART_SIZE,
            PART_SIZE..2 * PART_SIZE,
            PART_SIZE..size,
            2 * PART_SIZE..size,
            0..2 * PART_SIZE,
            0..size,
        ] {
            let part = &bytes[range.start as usize..range.end as usize];
            assert_eq!(
                content.crc32_of(&range),
                Some(crc32fast::hash(part)),
                "{range:?}"
            );
        }
        for range in [1..PART_SIZE, 0..1, 0..size + 1, 0..9 * PART_SIZE] {
            assert_eq!(content.crc32_of(&range), None, "{range:?}");
        }
        let bare = Content::new(size, 7);
        assert_eq!(bare.crc32_of(&(0..PART_SIZE)), None);
        assert_eq!(bare.crc32_of(&(0..size)), Some(7));
        assert_eq!(Content::unchecked(size).crc32_of(&(0..size)), None);
    }
}
