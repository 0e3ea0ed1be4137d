//! Slice manifests of COS v4: the bytes are how to cut, and a content.
//!
//! The first byte is the slice size, the second how the content comes, the rest the content.

use std::num::NonZeroU64;

use serde_json::Value;
use sha1::{Digest, Sha1};
use yunmei_core::cos::slices::{Manifest, ManifestBuilder};

/// Slices tile the content, however it came; their digests depend on nothing behind them.
pub fn check(bytes: &[u8]) {
    let [size, cut, content @ ..] = bytes else {
        return;
    };
    let Some(slice_size) = NonZeroU64::new(u64::from(*size)) else {
        return;
    };
    let whole = manifest(slice_size, [content]);
    let cut = usize::from(*cut).max(1);
    assert_eq!(manifest(slice_size, content.chunks(cut)), whole);
    tiled(&whole, content);
    written(&whole);

    let longer = manifest(slice_size, [content, &[0; 256]]);
    let closed = whole.slices().len().saturating_sub(1);
    assert_eq!(whole.slices()[..closed], longer.slices()[..closed]);
}

fn manifest<'a>(slice_size: NonZeroU64, pieces: impl IntoIterator<Item = &'a [u8]>) -> Manifest {
    let mut builder = ManifestBuilder::new(slice_size);
    for piece in pieces {
        builder.update(piece);
    }
    builder.finish()
}

fn tiled(manifest: &Manifest, content: &[u8]) {
    assert_eq!(manifest.size(), content.len() as u64);
    let digest: [u8; 20] = Sha1::digest(content).into();
    assert_eq!(manifest.sha1(), hex(&digest));
    let mut end = 0;
    for slice in manifest.slices() {
        assert_eq!(slice.offset, end);
        assert!((1..=manifest.slice_size()).contains(&slice.length));
        end += slice.length;
        // Only the last slice is shorter.
        assert!(slice.length == manifest.slice_size() || end == manifest.size());
    }
    assert_eq!(end, manifest.size());
    if let Some(last) = manifest.slices().last() {
        assert_eq!(last.digest, digest);
    }
}

fn written(manifest: &Manifest) {
    let document: Value = serde_json::from_str(&manifest.to_json()).expect("JSON");
    let lines = document.as_array().expect("an array");
    assert_eq!(lines.len(), manifest.slices().len());
    for (line, slice) in lines.iter().zip(manifest.slices()) {
        assert_eq!(line["offset"], slice.offset);
        assert_eq!(line["datalen"], slice.length);
        assert_eq!(line["datasha"], hex(&slice.digest));
    }
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
