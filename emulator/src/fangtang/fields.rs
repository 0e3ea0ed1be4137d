//! The form of a call, as `curl --form` sends it.

use std::{collections::BTreeMap, sync::Arc};

use http::{HeaderMap, header};

use super::{Fangtang, answer::Refusal, operation::Operation};
use crate::{
    body::RequestBody,
    form::{self, Form, FormError, FormField},
    storage::Blob,
};

/// The largest picture.
const FILE_LIMIT: u64 = 20 * 1024 * 1024;
/// The largest of the other fields.
const TEXT_LIMIT: usize = 4096;
/// A picture, other fields, and what is around them.
const BODY_LIMIT: u64 = FILE_LIMIT + 512 * 1024;

/// The fields, by name.
#[derive(Default)]
pub(super) struct Fields {
    texts: BTreeMap<String, String>,
    file: Option<Arc<Blob>>,
}

impl Fields {
    /// Reads all of them. A picture is stored on the way; it goes if the call is refused.
    pub(super) async fn read(
        fangtang: &Fangtang,
        operation: Operation,
        headers: &HeaderMap,
        body: RequestBody,
    ) -> Result<Fields, Refusal> {
        let kind = headers.get(header::CONTENT_TYPE);
        let kind = String::from_utf8_lossy(kind.map_or(b"", |value| value.as_bytes()));
        let broken = |problem| broken(operation, problem);
        let mut form = Form::new(form::boundary(&kind).map_err(broken)?, body, BODY_LIMIT);
        let mut fields = Fields::default();
        while let Some(field) = form.next().await.map_err(broken)? {
            fields.add(fangtang, operation, field).await?;
        }
        Ok(fields)
    }

    async fn add(
        &mut self,
        fangtang: &Fangtang,
        operation: Operation,
        field: FormField,
    ) -> Result<(), Refusal> {
        let broken = |problem| broken(operation, problem);
        let twice = if field.name() == "file" && operation == Operation::Upload {
            if field.file_name().is_none_or(str::is_empty) {
                return Err(operation.wrong("the field file has no file name"));
            }
            let stored = field.store(&fangtang.store.blobs, FILE_LIMIT).await;
            let stored = stored.map_err(|problem| match problem {
                FormError::FieldTooLarge(limit) => {
                    operation.wrong(format!("the file has more than {limit} bytes"))
                }
                other => broken(other),
            });
            self.file.replace(stored?.blob).is_some()
        } else {
            let name = field.name().to_owned();
            let text = field.text(TEXT_LIMIT).await.map_err(broken)?;
            self.texts.insert(name, text).is_some()
        };
        match twice {
            true => Err(operation.wrong("a field is there twice")),
            false => Ok(()),
        }
    }

    /// A field that is there, and not empty.
    pub(super) fn text(&self, name: &str) -> Option<&str> {
        let text = self.texts.get(name)?;
        Some(text.as_str()).filter(|text| !text.is_empty())
    }

    /// The picture.
    pub(super) fn take_file(&mut self) -> Option<Arc<Blob>> {
        self.file.take()
    }
}

fn broken(operation: Operation, problem: FormError) -> Refusal {
    match problem {
        FormError::Body(cause) => operation.failed(cause.to_string()),
        FormError::Storage(cause) => operation.failed(cause.to_string()),
        FormError::Malformed(cause) => operation.wrong(cause),
        FormError::NotUtf8 => operation.wrong("a field is not UTF-8"),
        FormError::TooLarge(limit) => {
            operation.wrong(format!("the body has more than {limit} bytes"))
        }
        FormError::FieldTooLarge(limit) => {
            operation.wrong(format!("a field has more than {limit} bytes"))
        }
    }
}
