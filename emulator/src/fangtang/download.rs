//! Where a finished picture is.

use http::request::Parts;
use serde_json::{Value, json};

use super::{Fangtang, answer::Refusal, fields::Fields, links, operation::Operation, store::Stage};

/// ```text
/// POST /api/third/photo/download  third_code=…, mdf=…
/// ```
pub(super) async fn answer(
    fangtang: &Fangtang,
    parts: &Parts,
    fields: &Fields,
) -> Result<Value, Refusal> {
    let operation = Operation::Download;
    let id = operation.needed(fields, "mdf")?;
    let origin = links::origin(parts);
    let origin = origin.ok_or_else(|| operation.wrong("the header Host names no host"))?;
    match fangtang.stage(id).await? {
        Stage::Processing | Stage::Late => Err(operation.wrong("the picture is not done yet")),
        Stage::Done(name, format) => {
            let url = links::picture(&origin, links::RESULTS, &name, format);
            Ok(json!({"url": url}))
        }
    }
}
