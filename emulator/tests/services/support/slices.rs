//! Uploads by slices, by hand.

use serde_json::Value;
use yunmei_core::cos::slices::Manifest;

use super::{Bed, code, data, multi_use};

pub(crate) const MIB: usize = 1024 * 1024;

pub(crate) fn manifest(bytes: &[u8]) -> Manifest {
    let mut builder = Manifest::builder();
    builder.update(bytes);
    builder.finish()
}

/// One upload by hand.
pub(crate) struct Upload<'a> {
    pub(crate) bed: &'a Bed,
    pub(crate) path: &'a str,
    pub(crate) sha: Option<String>,
    pub(crate) session: String,
}

impl<'a> Upload<'a> {
    pub(crate) fn checked(bed: &'a Bed, path: &'a str, bytes: &[u8]) -> Upload<'a> {
        let answer = init(bed, path, bytes, &[]);
        Upload {
            bed,
            path,
            sha: Some(manifest(bytes).sha1().to_owned()),
            session: session(&answer),
        }
    }

    pub(crate) fn unchecked(bed: &'a Bed, path: &'a str, size: usize, slice: usize) -> Upload<'a> {
        let answer = init_unchecked(bed, path, size, slice);
        Upload {
            bed,
            path,
            sha: None,
            session: session(&answer),
        }
    }

    pub(crate) fn data(&self, offset: usize, bytes: &[u8]) -> i64 {
        code(&self.data_with(offset, bytes, &[]))
    }

    pub(crate) fn data_with(
        &self,
        offset: usize,
        bytes: &[u8],
        more: &[(&str, &str)],
    ) -> http::Response<bytes::Bytes> {
        let offset = offset.to_string();
        let mut fields: Vec<(&str, &[u8])> = vec![
            ("op", b"upload_slice_data"),
            ("filecontent", bytes),
            ("session", self.session.as_bytes()),
            ("offset", offset.as_bytes()),
        ];
        fields.extend(self.sha.as_ref().map(|sha| ("sha", sha.as_bytes())));
        fields.extend(more.iter().map(|(name, text)| (*name, text.as_bytes())));
        self.bed.post_form(self.path, &multi_use(), &fields)
    }

    pub(crate) fn finish(&self, size: usize) -> i64 {
        let size = size.to_string();
        let mut fields: Vec<(&str, &[u8])> = vec![
            ("op", b"upload_slice_finish"),
            ("session", self.session.as_bytes()),
            ("filesize", size.as_bytes()),
        ];
        fields.extend(self.sha.as_ref().map(|sha| ("sha", sha.as_bytes())));
        code(&self.bed.post_form(self.path, &multi_use(), &fields))
    }

    pub(crate) fn list(&self) -> Value {
        let fields: [(&str, &[u8]); 1] = [("op", b"upload_slice_list")];
        data(&self.bed.post_form(self.path, &multi_use(), &fields))
    }
}

pub(crate) fn init(
    bed: &Bed,
    path: &str,
    bytes: &[u8],
    more: &[(&str, &str)],
) -> http::Response<bytes::Bytes> {
    let manifest = manifest(bytes);
    let (parts, size) = (manifest.to_json(), bytes.len().to_string());
    let mut fields: Vec<(&str, &[u8])> = vec![
        ("op", b"upload_slice_init"),
        ("sha", manifest.sha1().as_bytes()),
        ("uploadparts", parts.as_bytes()),
        ("filesize", size.as_bytes()),
        ("slice_size", b"1048576"),
    ];
    fields.extend(more.iter().map(|(name, text)| (*name, text.as_bytes())));
    bed.post_form(path, &multi_use(), &fields)
}

pub(crate) fn init_unchecked(
    bed: &Bed,
    path: &str,
    size: usize,
    slice: usize,
) -> http::Response<bytes::Bytes> {
    let (size, slice) = (size.to_string(), slice.to_string());
    let fields: [(&str, &[u8]); 3] = [
        ("op", b"upload_slice_init"),
        ("filesize", size.as_bytes()),
        ("slice_size", slice.as_bytes()),
    ];
    bed.post_form(path, &multi_use(), &fields)
}

pub(crate) fn session(answer: &http::Response<bytes::Bytes>) -> String {
    let session = data(answer)["session"]
        .as_str()
        .expect("a session")
        .to_owned();
    assert_eq!(session.len(), 96);
    session
}
