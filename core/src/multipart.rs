//! Form framing around a payload: the length is known, the content is not copied.

use std::ops::Range;

use bytes::Bytes;
use http::HeaderValue;

use crate::{
    Nonce,
    payload::{Chunk, Payload},
};

/// The last part of a path: where a file lies is nobody else's business.
pub(crate) fn bare_name(path: &str) -> &str {
    path.rsplit(['/', '\\']).next().unwrap_or_default()
}

/// A `multipart/form-data` body under construction.
pub(crate) struct Form {
    boundary: String,
    payload: Payload,
    text: Vec<u8>,
}

impl Form {
    /// An empty form, whose boundary comes from `nonce`.
    pub(crate) fn new(nonce: &Nonce) -> Form {
        Form {
            boundary: nonce.boundary(),
            payload: Payload::empty(),
            text: Vec::with_capacity(512),
        }
    }

    /// Appends a text field.
    pub(crate) fn text(mut self, name: &str, value: impl AsRef<[u8]>) -> Form {
        self.open(name);
        self.text.extend_from_slice(b"\"\r\n\r\n");
        self.text.extend_from_slice(value.as_ref());
        self.text.extend_from_slice(b"\r\n");
        self
    }

    /// Appends a text field if there is a value.
    pub(crate) fn optional(self, name: &str, value: Option<impl AsRef<[u8]>>) -> Form {
        match value {
            Some(value) => self.text(name, value),
            None => self,
        }
    }

    /// Appends a file field that holds a part of a source.
    pub(crate) fn file(self, name: &str, source: usize, range: Range<u64>) -> Form {
        // A file name is what makes a part a file for most servers; the vendor's clients repeat
        // the field's name.
        self.file_named(name, name, Some("application/octet-stream"), source, range)
    }

    /// Appends a file field with a file name of its own, and a media type if there is one.
    pub(crate) fn file_named(
        mut self,
        name: &str,
        file_name: &str,
        media_type: Option<&str>,
        source: usize,
        range: Range<u64>,
    ) -> Form {
        self.open(name);
        self.text.extend_from_slice(b"\"; filename=\"");
        // As browsers write it: a quote or a line break must not end the name.
        for piece in file_name.split_inclusive(['"', '\r', '\n']) {
            let plain = piece.trim_end_matches(['"', '\r', '\n']);
            self.text.extend_from_slice(plain.as_bytes());
            self.text.extend_from_slice(match &piece[plain.len()..] {
                "\"" => b"%22",
                "\r" => b"%0D",
                "\n" => b"%0A",
                _ => b"",
            });
        }
        self.text.extend_from_slice(b"\"\r\n");
        if let Some(media_type) = media_type {
            self.text.extend_from_slice(b"Content-Type: ");
            self.text.extend_from_slice(media_type.as_bytes());
            self.text.extend_from_slice(b"\r\n");
        }
        self.text.extend_from_slice(b"\r\n");
        self.flush();
        self.payload.push(Chunk::Source { source, range });
        self.text.extend_from_slice(b"\r\n");
        self
    }

    /// The body, and its `Content-Type`.
    pub(crate) fn finish(mut self) -> (HeaderValue, Payload) {
        self.text.extend_from_slice(b"--");
        self.text.extend_from_slice(self.boundary.as_bytes());
        self.text.extend_from_slice(b"--\r\n");
        self.flush();
        // Without quotes: COS refuses a quoted boundary (dossier 3.1).
        let content_type = format!("multipart/form-data; boundary={}", self.boundary);
        let content_type =
            HeaderValue::try_from(content_type).expect("a boundary of hex digits is visible ASCII");
        (content_type, self.payload)
    }

    /// Writes a part's head up to the name's closing quote.
    fn open(&mut self, name: &str) {
        self.text.extend_from_slice(b"--");
        self.text.extend_from_slice(self.boundary.as_bytes());
        self.text
            .extend_from_slice(b"\r\nContent-Disposition: form-data; name=\"");
        self.text.extend_from_slice(name.as_bytes());
    }

    fn flush(&mut self) {
        let text = std::mem::take(&mut self.text);
        self.payload.push(Chunk::Inline(Bytes::from(text)));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn framing_is_what_rfc_7578_asks_for_and_the_content_stays_outside() {
        let (content_type, payload) = Form::new(&Nonce::from_bytes([7; 32]))
            .text("op", "upload")
            .file("filecontent", 0, 0..1000)
            .optional("sha", None::<&str>)
            .finish();
        let boundary = "07".repeat(16);
        assert_eq!(
            content_type,
            format!("multipart/form-data; boundary={boundary}")
        );
        let [
            Chunk::Inline(head),
            Chunk::Source { source: 0, range },
            Chunk::Inline(tail),
        ] = payload.chunks()
        else {
            panic!("{payload:?}");
        };
        assert_eq!(
            head,
            &format!(
                "--{boundary}\r\nContent-Disposition: form-data; name=\"op\"\r\n\r\nupload\r\n\
                 --{boundary}\r\nContent-Disposition: form-data; name=\"filecontent\"; \
                 filename=\"filecontent\"\r\nContent-Type: application/octet-stream\r\n\r\n"
            )
        );
        assert_eq!(range, &(0..1000));
        assert_eq!(tail, &format!("\r\n--{boundary}--\r\n"));
        assert_eq!(payload.len(), (head.len() + 1000 + tail.len()) as u64);
    }
}
