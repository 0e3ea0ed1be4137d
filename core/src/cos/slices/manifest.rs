use std::{io, num::NonZeroU64};

use sha1::{Digest, Sha1, digest::common::hazmat::SerializableState};

use super::SLICE_SIZE;
use crate::encode::hex;

/// The digests of a content and of its slices: the field `uploadparts` (section 7.6).
///
/// Made in one pass by a [`ManifestBuilder`].
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Manifest {
    slice_size: u64,
    size: u64,
    sha1: String,
    slices: Vec<Slice>,
}

/// One line of a [`Manifest`].
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Slice {
    /// Where it begins, in bytes.
    pub offset: u64,
    /// How long it is, in bytes.
    pub length: u64,
    /// Of the last slice, SHA-1 of the whole content. Of every other, the inner state of that one
    /// running SHA-1 at the end of the slice: five words, the bytes of each in little-endian order.
    pub digest: [u8; 20],
}

impl Manifest {
    /// Begins a manifest with the slice size that the service wants with digests: 1 MiB.
    pub fn builder() -> ManifestBuilder {
        ManifestBuilder::new(NonZeroU64::new(SLICE_SIZE).expect("not zero"))
    }

    /// The length of the content in bytes.
    pub fn size(&self) -> u64 {
        self.size
    }

    /// The length of every slice but the last, in bytes.
    pub fn slice_size(&self) -> u64 {
        self.slice_size
    }

    /// SHA-1 of the whole content, in lower-case hex.
    pub fn sha1(&self) -> &str {
        &self.sha1
    }

    /// The slices in order; none of an empty content.
    pub fn slices(&self) -> &[Slice] {
        &self.slices
    }

    /// The text of the form field: a JSON array without blanks.
    pub fn to_json(&self) -> String {
        let mut json = String::with_capacity(2 + self.slices.len() * 96);
        let mut numbers = [itoa::Buffer::new(), itoa::Buffer::new()];
        json.push('[');
        for (index, slice) in self.slices.iter().enumerate() {
            let [offset, length] = &mut numbers;
            json.push_str(if index == 0 {
                "{\"offset\":"
            } else {
                ",{\"offset\":"
            });
            json.push_str(offset.format(slice.offset));
            json.push_str(",\"datalen\":");
            json.push_str(length.format(slice.length));
            json.push_str(",\"datasha\":\"");
            json.push_str(&hex(&slice.digest));
            json.push_str("\"}");
        }
        json.push(']');
        json
    }
}

/// Computes a [`Manifest`] in one pass over the content.
///
/// Takes bytes by [`update`](ManifestBuilder::update), or as an [`io::Write`] to which a file is
/// copied.
#[derive(Clone)]
pub struct ManifestBuilder {
    slice_size: u64,
    sha1: Sha1,
    size: u64,
    /// How many bytes the slice at hand still takes.
    room: u64,
    slices: Vec<Slice>,
}

impl ManifestBuilder {
    /// Begins a manifest with this slice size.
    pub fn new(slice_size: NonZeroU64) -> ManifestBuilder {
        let slice_size = slice_size.get();
        ManifestBuilder {
            slice_size,
            sha1: Sha1::new(),
            size: 0,
            room: slice_size,
            slices: Vec::new(),
        }
    }

    /// Takes the next bytes of the content, however many.
    pub fn update(&mut self, mut bytes: &[u8]) {
        while !bytes.is_empty() {
            let taken = usize::try_from(self.room)
                .unwrap_or(usize::MAX)
                .min(bytes.len());
            let (now, later) = bytes.split_at(taken);
            self.sha1.update(now);
            self.size += taken as u64;
            self.room -= taken as u64;
            if self.room == 0 {
                self.close_slice(self.inner_state());
            }
            bytes = later;
        }
    }

    /// Ends the content.
    pub fn finish(mut self) -> Manifest {
        let digest: [u8; 20] = self.sha1.clone().finalize().into();
        match self.slices.last_mut() {
            // The content ended with a slice: its inner state gives way to the digest.
            Some(last) if self.room == self.slice_size => last.digest = digest,
            None if self.size == 0 => {}
            _ => self.close_slice(digest),
        }
        Manifest {
            slice_size: self.slice_size,
            size: self.size,
            sha1: hex(&digest),
            slices: self.slices,
        }
    }

    fn close_slice(&mut self, digest: [u8; 20]) {
        let length = self.slice_size - self.room;
        self.slices.push(Slice {
            offset: self.size - length,
            length,
            digest,
        });
        self.room = self.slice_size;
    }

    /// The five chaining words, little-endian: how the `sha1` crate serialises them. Bytes that do
    /// not fill a block yet are not in them, just as the reference has it.
    fn inner_state(&self) -> [u8; 20] {
        let state = self.sha1.serialize();
        let mut words = [0; 20];
        words.copy_from_slice(&state[..20]);
        words
    }
}

impl io::Write for ManifestBuilder {
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

    fn manifest(slice_size: u64, pieces: &[&[u8]]) -> Manifest {
        let mut builder = ManifestBuilder::new(NonZeroU64::new(slice_size).expect("not zero"));
        for piece in pieces {
            builder.update(piece);
        }
        builder.finish()
    }

    /// Section 7.6: what the state prints before any data, checked through a slice of one block
    /// less than a block.
    #[test]
    fn an_inner_state_is_five_little_endian_words_and_leaves_out_what_fills_no_block() {
        let manifest = manifest(63, &[&[0; 64]]);
        assert_eq!(
            hex(&manifest.slices()[0].digest),
            "0123456789abcdeffedcba9876543210f0e1d2c3"
        );
    }

    #[test]
    fn pieces_of_any_length_give_the_same_manifest() {
        let content: Vec<u8> = (0..1000_u32).map(|i| (i * 7 + 3) as u8).collect();
        let whole = manifest(128, &[&content]);
        for cut in [1, 63, 64, 127, 128, 129, 999] {
            let pieces: Vec<&[u8]> = content.chunks(cut).collect();
            assert_eq!(manifest(128, &pieces), whole, "{cut}");
        }
        assert_eq!(whole.slices().len(), 8);
        assert_eq!(
            whole.slices().iter().map(|slice| slice.length).sum::<u64>(),
            1000
        );
    }

    #[test]
    fn the_last_slice_has_the_digest_of_the_whole_even_if_it_is_full() {
        let full = manifest(64, &[&[1; 128]]);
        assert_eq!(full.slices().len(), 2);
        assert_eq!(hex(&full.slices()[1].digest), full.sha1());
    }

    /// The reference crashes on this one (section 15.9).
    #[test]
    fn an_empty_content_has_a_digest_and_no_slices() {
        let empty = manifest(64, &[]);
        assert_eq!(empty.sha1(), "da39a3ee5e6b4b0d3255bfef95601890afd80709");
        assert_eq!(empty.to_json(), "[]");
    }

    #[test]
    fn the_json_is_what_the_form_takes() {
        assert_eq!(
            manifest(64, &[&[0]]).to_json(),
            r#"[{"offset":0,"datalen":1,"datasha":"5ba93c9db0cff93f52b521d7420e43f6eda2784f"}]"#
        );
    }
}
