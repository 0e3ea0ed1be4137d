//! Reads a form (section 3.1).

use yunmei_core::cos::UPLOAD_LIMIT;

use super::{
    Cos,
    answer::Refusal,
    arguments::Arguments,
    request::{ContentLimit, TEXT_LIMIT, broken_body, not_utf8},
};
use crate::{
    body::RequestBody,
    form::{self, Form, FormError, FormField},
};

/// Room for the 65536 slices of the largest file.
const PARTS_LIMIT: usize = 16 * 1024 * 1024;
/// Content, slices, other fields, and what is around them.
const BODY_LIMIT: u64 = UPLOAD_LIMIT + PARTS_LIMIT as u64 + 4 * 1024 * 1024;

/// The boundary, which must not be quoted: the service refuses that (section 3.1).
pub(super) fn boundary(content_type: &str) -> Result<String, Refusal> {
    let boundary = form::boundary(content_type)?;
    match content_type.contains("boundary=\"") || content_type.contains("boundary='") {
        true => Err(Refusal::new(-5993, "the boundary is quoted")),
        false => Ok(boundary),
    }
}

pub(super) async fn add(
    cos: &Cos,
    arguments: &mut Arguments,
    boundary: String,
    body: RequestBody,
) -> Result<(), Refusal> {
    let mut form = Form::new(boundary, body, BODY_LIMIT);
    while let Some(field) = form.next().await? {
        if field.name() != "filecontent" {
            let name = field.name().to_owned();
            arguments.add(&name, text(field).await?.into());
        } else if arguments.content.is_some() {
            return Err(Refusal::new(-5993, "two fields filecontent"));
        } else {
            let op = arguments.text("op");
            let limit = ContentLimit::of(op.as_deref());
            let stored = field.store(&cos.store.blobs, limit.bytes()).await;
            arguments.content = Some(stored.map_err(|problem| match problem {
                FormError::FieldTooLarge(_) => limit.refusal(),
                other => other.into(),
            })?);
        }
    }
    Ok(())
}

async fn text(field: FormField) -> Result<String, Refusal> {
    let name = field.name().to_owned();
    let limit = match name.as_str() {
        "uploadparts" => PARTS_LIMIT,
        _ => TEXT_LIMIT,
    };
    field.text(limit).await.map_err(|problem| match problem {
        FormError::FieldTooLarge(limit) => {
            let name = name.get(..name.len().min(40)).unwrap_or("a field");
            Refusal::new(-5992, format!("{name} has more than {limit} bytes"))
        }
        other => other.into(),
    })
}

impl From<FormError> for Refusal {
    fn from(problem: FormError) -> Refusal {
        match problem {
            FormError::Body(problem) => broken_body(problem),
            FormError::Malformed(problem) => Refusal::new(-5993, problem),
            FormError::TooLarge(limit) => {
                Refusal::new(-285, format!("the body has more than {limit} bytes"))
            }
            FormError::FieldTooLarge(limit) => {
                Refusal::new(-5992, format!("a field has more than {limit} bytes"))
            }
            FormError::NotUtf8 => not_utf8("a field"),
            FormError::Storage(problem) => problem.into(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_quoted_boundary_is_refused_as_the_service_does() {
        assert_eq!(
            boundary("multipart/form-data; boundary=abc")
                .ok()
                .as_deref(),
            Some("abc")
        );
        for bad in [
            "multipart/form-data; boundary=\"abc\"",
            "multipart/form-data",
        ] {
            assert_eq!(
                boundary(bad).err().map(|refusal| refusal.code),
                Some(-5993),
                "{bad}"
            );
        }
    }
}
