//! Reads the form of an upload, and bounds what a hostile one costs (sections 6 and 8).

use std::collections::BTreeMap;

use http::{header, request::Parts};

use super::{Wanxiang, answer::Refusal, operation::Operation, slices::SLICE_LIMIT, store::Space};
use crate::{
    body::RequestBody,
    form::{self, Form, FormError, Received},
    value::{digits, hex},
};

/// The largest picture: 20 MB (section 11).
pub(super) const PICTURE_LIMIT: u64 = 20 * 1024 * 1024;
/// The largest video in one request. No source has a limit; above 20 MB slices are advised.
const VIDEO_LIMIT: u64 = 512 * 1024 * 1024;
/// Room for what is around the content.
const FORM_ROOM: u64 = 4 * 1024 * 1024;
/// The largest text.
const TEXT_LIMIT: usize = 64 * 1024;
/// The length of a SHA-1 in hex.
const SHA1_DIGITS: usize = 40;

/// The fields of a form, by name in lower case: clients write `FileContent`, `fileContent` and
/// `filecontent` (section 6.1).
#[derive(Default)]
pub(super) struct Fields {
    texts: BTreeMap<String, String>,
    content: Option<Received>,
}

impl Wanxiang {
    /// Reads the form. The content is stored on the way; it goes if the request is refused.
    pub(super) async fn read_form(
        &self,
        space: Space,
        parts: &Parts,
        body: RequestBody,
    ) -> Result<Fields, Refusal> {
        let kind = parts.headers.get(header::CONTENT_TYPE);
        let kind = String::from_utf8_lossy(kind.map_or(b"", |value| value.as_bytes()));
        let limit = content_limit(space);
        let mut form = Form::new(form::boundary(&kind)?, body, limit + FORM_ROOM);
        let mut fields = Fields::default();
        while let Some(field) = form.next().await? {
            let name = field.name().to_owned();
            if name != "filecontent" {
                // A text that is a file part is a text all the same (section 8.1).
                let value = field.text(TEXT_LIMIT).await?;
                fields.texts.entry(name).or_insert(value);
                continue;
            }
            if fields.content.is_some() {
                return Err(Refusal::new(-5993, "two fields filecontent"));
            }
            let operation = fields.operation()?;
            let limit = match operation {
                Operation::Slice => SLICE_LIMIT,
                _ => limit,
            };
            let stored = field.store(&self.store.blobs, limit).await;
            fields.content = Some(stored.map_err(|problem| match problem {
                FormError::FieldTooLarge(limit) => too_large(operation, limit),
                other => other.into(),
            })?);
        }
        // That it is a slice may stand behind its content.
        match (fields.operation()?, &fields.content) {
            (Operation::Slice, Some(content)) if content.blob.length() > SLICE_LIMIT => {
                Err(too_large(Operation::Slice, SLICE_LIMIT))
            }
            _ => Ok(fields),
        }
    }
}

fn too_large(operation: Operation, limit: u64) -> Refusal {
    let code = match operation {
        Operation::Slice => -5991,
        _ => -5995,
    };
    Refusal::new(code, format!("filecontent has more than {limit} bytes"))
}

fn content_limit(space: Space) -> u64 {
    match space.is_video() {
        true => VIDEO_LIMIT,
        false => PICTURE_LIMIT,
    }
}

impl Fields {
    /// Whether it is an upload in one, or by slices.
    pub(super) fn operation(&self) -> Result<Operation, Refusal> {
        match self.filled("op") {
            None => Ok(Operation::Upload),
            Some("upload_slice") => Ok(Operation::Slice),
            Some(_) => Err(Refusal::new(-5992, "there is no such op")),
        }
    }

    /// The text of this name; empty if there is none.
    pub(super) fn text(&self, name: &str) -> &str {
        self.texts.get(name).map_or("", String::as_str)
    }

    /// The same; none if it is empty: clients send empty fields (section 8.1).
    pub(super) fn filled(&self, name: &str) -> Option<&str> {
        Some(self.text(name)).filter(|text| !text.is_empty())
    }

    /// A number in decimal digits.
    pub(super) fn number(&self, name: &str) -> Result<Option<u64>, Refusal> {
        let number = self.filled(name).map(|text| {
            digits(text).ok_or_else(|| Refusal::new(-5992, format!("{name} is no number")))
        });
        number.transpose()
    }

    /// The digest `sha`, in lower case.
    pub(super) fn sha(&self) -> Result<Option<String>, Refusal> {
        let sha = self.filled("sha").map(|text| {
            let digest = hex(text, SHA1_DIGITS);
            digest.ok_or_else(|| Refusal::new(-5992, "sha is not 40 hex digits"))
        });
        sha.transpose()
    }

    pub(super) fn has_content(&self) -> bool {
        self.content.is_some()
    }

    /// The content.
    pub(super) fn take_content(&mut self) -> Result<Received, Refusal> {
        self.content
            .take()
            .ok_or_else(|| Refusal::new(-5990, "there is no field filecontent"))
    }
}
