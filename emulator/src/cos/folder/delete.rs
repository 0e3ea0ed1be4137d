//! Deletion of a folder (section 8.4).

use serde_json::Value;

use crate::cos::{Cos, answer::Refusal};

/// ```text
/// POST {path}/  {"op":"delete"}
/// ```
///
/// It must have been created, and be empty: the sources disagree, section 14.
pub(in crate::cos) fn answer(cos: &Cos, path: &str) -> Result<Value, Refusal> {
    let mut contents = cos.store.contents();
    if contents.folder(path).is_none() {
        return Err(Refusal::missing(path));
    }
    let (children, _) = contents.children(path, "", None, 1);
    if let Some(child) = children.first() {
        return Err(Refusal::new(
            -173,
            format!("{path} is not empty: it holds {}", child.name()),
        ));
    }
    contents.remove_folder(path)?;
    Ok(Value::Null)
}
