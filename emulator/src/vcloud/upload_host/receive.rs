//! What comes in: an object, or a part of one.

use std::sync::Arc;

use futures_util::StreamExt;
use http::{HeaderMap, HeaderName};
use md5::{Digest, Md5};

use super::answer::Rejection;
use crate::{
    body::RequestBody,
    random,
    storage::{Blob, Blobs},
};

/// The checksum of the body, in eight hex digits; or `Ignore`.
const CHECKSUM: HeaderName = HeaderName::from_static("content-crc32");
/// The largest body, in bytes.
const LIMIT: u64 = 5 * 1024 * 1024 * 1024;

/// What came.
pub(super) struct Received {
    pub(super) blob: Arc<Blob>,
    pub(super) crc32: u32,
    /// In lower-case hex.
    pub(super) md5: String,
}

/// What the header says of the body; none if nothing is to be checked.
pub(super) fn announced(headers: &HeaderMap) -> Result<Option<u32>, Rejection> {
    let Some(value) = headers.get(CHECKSUM) else {
        return Err(Rejection::request("there is no header Content-CRC32"));
    };
    let text = value.to_str().unwrap_or_default();
    match text.eq_ignore_ascii_case("ignore") {
        true => Ok(None),
        false => checksum(text).map(Some).ok_or_else(|| {
            Rejection::request("Content-CRC32 has neither eight hex digits nor Ignore")
        }),
    }
}

/// Eight hex digits: leading zeros have to be there (section 8.1).
pub(super) fn checksum(text: &str) -> Option<u32> {
    let is_hex = text.len() == 8 && text.bytes().all(|byte| byte.is_ascii_hexdigit());
    u32::from_str_radix(text, 16).ok().filter(|_| is_hex)
}

/// In eight hex digits.
pub(super) fn checksum_text(checksum: u32) -> String {
    format!("{checksum:08x}")
}

/// Reads a body into a content, and holds it against its checksum.
pub(super) async fn receive(
    blobs: &Blobs,
    mut body: RequestBody,
    announced: Option<u32>,
) -> Result<Received, Rejection> {
    let mut writer = blobs.writer()?;
    let (mut crc32, mut md5) = (crc32fast::Hasher::new(), Md5::new());
    while let Some(piece) = body.next().await {
        let piece = piece?;
        if writer.length() + piece.len() as u64 > LIMIT {
            return Err(Rejection::request(format_args!(
                "the body has more than {LIMIT} bytes"
            )));
        }
        crc32.update(&piece);
        md5.update(&piece);
        writer.write(&piece).await?;
    }
    let crc32 = crc32.finalize();
    if writer.length() == 0 {
        return Err(Rejection::request("the body is empty"));
    }
    match announced {
        Some(announced) if announced != crc32 => Err(Rejection::checksum(format_args!(
            "Content-CRC32 is {announced:08x}, but of the body {crc32:08x}"
        ))),
        _ => Ok(Received {
            blob: writer.finish().await?,
            crc32,
            md5: random::to_hex(&md5.finalize()),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_checksum_has_all_of_its_digits() {
        assert_eq!(checksum("000000ab"), Some(0xab));
        assert_eq!(checksum("000000AB"), Some(0xab));
        for bad in ["", "ab", "+00000ab", "0x0000ab", "000000abc", "图图"] {
            assert_eq!(checksum(bad), None, "{bad:?}");
        }
        assert_eq!(checksum_text(0xab), "000000ab");
    }
}
