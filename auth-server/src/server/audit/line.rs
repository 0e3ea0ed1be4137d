//! What is written down.

use std::net::IpAddr;

use serde::Serialize;

/// The longest text from outside that a line holds, in bytes.
const TEXT_LIMIT: usize = 1024;

/// A decision, as it is written down.
#[derive(Clone, Copy, Debug, Serialize)]
pub(in crate::server) struct Line<'a> {
    /// Unix time.
    pub(in crate::server) at: u64,
    pub(in crate::server) address: IpAddr,
    pub(in crate::server) route: &'a str,
    pub(in crate::server) decision: &'static str,
    /// Why not.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::server) code: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::server) subject: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::server) rule: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::server) operation: Option<&'a str>,
    /// Or the video.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::server) path: Option<&'a str>,
    /// What was asked for in its place, as far as it can be shown, and with its escapes.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::server) malformed_path: Option<&'a str>,
    /// For how many seconds it serves; within how many it is to be used, if it serves once or the service
    /// has a time of its own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub(in crate::server) lifetime: Option<u64>,
    /// It serves once, and ends by that.
    #[serde(skip_serializing_if = "is_false")]
    pub(in crate::server) single_use: bool,
    /// The answer to an upload lets what is uploaded be downloaded, too.
    #[serde(skip_serializing_if = "is_false")]
    pub(in crate::server) with_download: bool,
}

/// That the server began to work: the first line of each run.
#[derive(Clone, Copy, Debug, Serialize)]
pub(in crate::server) struct Started<'a> {
    /// Unix time.
    pub(in crate::server) at: u64,
    pub(in crate::server) event: &'static str,
    /// Where it listens.
    pub(in crate::server) origin: &'a str,
}

fn is_false(flag: &bool) -> bool {
    !flag
}

/// The beginning of a text from outside.
pub(super) fn cut(text: &str) -> &str {
    let mut end = text.len().min(TEXT_LIMIT);
    while !text.is_char_boundary(end) {
        end -= 1;
    }
    &text[..end]
}
