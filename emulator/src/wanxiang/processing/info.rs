//! `imageInfo`: what is known of a picture, in place of it.

use serde_json::{Value, json};

use super::unprocessable;
use crate::wanxiang::{answer::Refusal, picture::Shape, store::Facts};

/// The document.
pub(in crate::wanxiang) fn describe(facts: &Facts) -> Result<Value, Refusal> {
    let Some(shape) = facts.shape else {
        return Err(unprocessable("this is no picture"));
    };
    let Shape { width, height, .. } = shape;
    Ok(json!({
        "format": shape.format_name(),
        "width": width.to_string(),
        "height": height.to_string(),
        "size": facts.size.to_string(),
        "md5": facts.md5,
    }))
}
