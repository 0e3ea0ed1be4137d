//! How many uploads are left.

use serde_json::{Value, json};

use super::Fangtang;

/// ```text
/// POST /api/third/company/nums  third_code=…
/// ```
pub(super) fn answer(fangtang: &Fangtang) -> Value {
    let left = fangtang.store.jobs().left(fangtang.manners.quota);
    json!({"code": fangtang.account.third_code().as_str(), "nums": left})
}
