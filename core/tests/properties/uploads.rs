use std::{io::Write, num::NonZeroU64};

use proptest::prelude::*;
use yunmei_core::cos::slices::ManifestBuilder;

use crate::tries;

proptest! {
    #![proptest_config(tries(128))]

    #[test]
    fn however_content_is_split_its_manifest_is_the_same_and_its_slices_tile_it(
        content in proptest::collection::vec(any::<u8>(), 0..2000),
        slice_size in 1..300_u64,
        cuts in proptest::collection::vec(any::<prop::sample::Index>(), 0..12),
    ) {
        let builder = || ManifestBuilder::new(NonZeroU64::new(slice_size).expect("not zero"));
        let mut whole = builder();
        whole.update(&content);
        let whole = whole.finish();

        let mut places: Vec<_> = cuts.iter().map(|cut| cut.index(content.len() + 1)).collect();
        places.sort_unstable();
        let (mut pieces, mut from) = (builder(), 0);
        for place in places {
            pieces.write_all(&content[from..place]).expect("no failure");
            from = place;
        }
        pieces.update(&content[from..]);
        prop_assert_eq!(&pieces.finish(), &whole);

        let mut end = 0;
        for slice in whole.slices() {
            prop_assert_eq!(slice.offset, end);
            prop_assert!((1..=slice_size).contains(&slice.length));
            end += slice.length;
        }
        prop_assert_eq!((end, whole.size()), (content.len() as u64, content.len() as u64));
        let full = whole.slices().iter().rev().skip(1);
        prop_assert!(full.clone().all(|slice| slice.length == slice_size));
        if let Some(last) = whole.slices().last() {
            let digest: String = last.digest.iter().map(|byte| format!("{byte:02x}")).collect();
            prop_assert_eq!(digest, whole.sha1());
        }
    }
}
