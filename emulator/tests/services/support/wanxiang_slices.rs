//! Uploads to Wanxiang by slices.

use bytes::Bytes;
use http::Response;
use serde_json::{Value, json};
use sha1::{Digest, Sha1};

use super::{
    Bed, data,
    wanxiang::{File, PHOTOS, Part, VIDEOS, id, multi_use, multi_use_v1},
};

pub(crate) fn sha(content: &[u8]) -> String {
    let digest = Sha1::digest(content);
    digest.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// As the vendor's Python client writes texts: each with a file name (section 8.1).
pub(crate) fn text<'a>(name: &'a str, value: &'a str) -> Part<'a> {
    File(name, name, value.as_bytes())
}

pub(crate) struct Upload<'a> {
    pub(crate) bed: &'a Bed,
    pub(crate) path: String,
    pub(crate) signature: String,
    pub(crate) content: Vec<u8>,
}

impl Upload<'_> {
    pub(crate) fn of_video(bed: &Bed, content: Vec<u8>) -> Upload<'_> {
        Upload {
            bed,
            path: VIDEOS.to_owned(),
            signature: multi_use_v1(),
            content,
        }
    }

    pub(crate) fn of_picture<'a>(bed: &'a Bed, file: &str, content: Vec<u8>) -> Upload<'a> {
        Upload {
            bed,
            path: format!("{PHOTOS}/{}", id(file).encoded()),
            signature: multi_use(),
            content,
        }
    }

    pub(crate) fn send(&self, parts: &[Part<'_>]) -> Response<Bytes> {
        self.bed.post(&self.path, &self.signature, parts)
    }

    pub(crate) fn open(&self, more: &[(&str, &str)]) -> Response<Bytes> {
        let (size, sha) = (self.content.len().to_string(), sha(&self.content));
        let mut parts = vec![
            text("op", "upload_slice"),
            text("Sha", &sha),
            text("filesize", &size),
            text("Title", "t"),
            text("Desc", "d"),
            text("MagicContext", ""),
        ];
        parts.extend(more.iter().map(|(name, value)| text(name, value)));
        self.send(&parts)
    }

    pub(crate) fn slice(&self, session: &str, offset: u64, slice: &[u8]) -> Response<Bytes> {
        let offset = offset.to_string();
        self.send(&[
            text("op", "upload_slice"),
            File("filecontent", "filecontent", slice),
            text("session", session),
            text("offset", &offset),
        ])
    }

    /// Sends the slices from `offset` on, and returns the last answer.
    pub(crate) fn fill(&self, session: &str, offset: u64, slice_size: u64) -> Value {
        let mut last = Value::Null;
        let rest = &self.content[offset as usize..];
        for (number, slice) in rest.chunks(slice_size as usize).enumerate() {
            let at = offset + number as u64 * slice_size;
            last = data(&self.slice(session, at, slice));
            if last.get("url").is_none() {
                assert_eq!(last, json!({"session": session, "offset": at}));
            }
        }
        last
    }
}

pub(crate) fn session(opened: &Value) -> String {
    opened["session"].as_str().expect("a session").to_owned()
}
