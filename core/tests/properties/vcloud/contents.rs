//! The checksum of what is uploaded (section 8.1).

use proptest::{prelude::*, sample::Index};
use yunmei_core::vcloud::{Content, ContentBuilder};

use crate::tries;

/// CRC-32 of IEEE 802.3, bit by bit.
fn crc32(bytes: &[u8]) -> u32 {
    let mut crc = u32::MAX;
    for byte in bytes {
        crc ^= u32::from(*byte);
        for _ in 0..8 {
            crc = (crc >> 1) ^ (0xedb8_8320 & (crc & 1).wrapping_neg());
        }
    }
    !crc
}

fn content_of(pieces: &[&[u8]]) -> Content {
    let mut builder = ContentBuilder::new();
    pieces.iter().for_each(|piece| builder.update(piece));
    builder.finish()
}

proptest! {
    #![proptest_config(tries(256))]

    #[test]
    fn a_checksum_is_the_same_however_the_content_came(
        bytes in proptest::collection::vec(any::<u8>(), 0..500),
        cut in any::<Index>(),
    ) {
        let (front, back) = bytes.split_at(cut.index(bytes.len() + 1));
        let expected = Content::new(bytes.len() as u64, crc32(&bytes));
        prop_assert_eq!(&content_of(&[front, back]), &expected);
        prop_assert_eq!(&content_of(&[&bytes]), &expected);
    }

    #[test]
    fn a_checksum_has_eight_small_digits(crc32 in prop_oneof![any::<u32>(), 0..0x1000_u32]) {
        let text = Content::new(1, crc32).checksum_text();
        prop_assert_eq!(text.len(), 8);
        prop_assert_eq!(u32::from_str_radix(&text, 16), Ok(crc32));
        prop_assert_eq!(text.to_lowercase(), text);
    }
}
