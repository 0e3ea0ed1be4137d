//! How far a job is.

use serde_json::{Value, json};

use super::{Fangtang, answer::Refusal, fields::Fields, operation::Operation, store::Stage};

/// ```text
/// POST /api/third/photo/status  third_code=…, mdf=…
/// ```
pub(super) async fn answer(fangtang: &Fangtang, fields: &Fields) -> Result<Value, Refusal> {
    let id = Operation::Status.needed(fields, "mdf")?;
    match fangtang.stage(id).await? {
        Stage::Processing | Stage::Late => Ok(json!({"status": 100, "msg": "processing"})),
        Stage::Done(..) => Ok(json!({"status": 200, "msg": "done"})),
    }
}
