use std::io;

use crc32fast::Hasher;

/// What is to be uploaded: how long it is, and its CRC-32.
///
/// With the checksum, the upload host refuses what was damaged on the way. Made in one pass by a
/// [`ContentBuilder`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Content {
    size: u64,
    crc32: Option<u32>,
}

impl Content {
    /// Content of which nobody computed the checksum: the upload host is told not to check it.
    pub const fn unchecked(size: u64) -> Content {
        Content { size, crc32: None }
    }

    /// Content whose checksum is known.
    pub const fn new(size: u64, crc32: u32) -> Content {
        Content {
            size,
            crc32: Some(crc32),
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
        match self.crc32 {
            Some(crc32) => format!("{crc32:08x}"),
            None => "Ignore".to_owned(),
        }
    }
}

/// Computes a [`Content`] in one pass.
///
/// Takes bytes by [`update`](ContentBuilder::update), or as an [`io::Write`] to which a file is copied.
#[derive(Clone, Debug, Default)]
pub struct ContentBuilder {
    size: u64,
    crc32: Hasher,
}

impl ContentBuilder {
    /// Begins.
    pub fn new() -> ContentBuilder {
        ContentBuilder::default()
    }

    /// Takes the next bytes of the content, however many.
    pub fn update(&mut self, bytes: &[u8]) {
        self.size += bytes.len() as u64;
        self.crc32.update(bytes);
    }

    /// Ends the content.
    pub fn finish(self) -> Content {
        Content::new(self.size, self.crc32.finalize())
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
}
