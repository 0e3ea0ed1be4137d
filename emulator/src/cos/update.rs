//! Changes of a file's attributes (section 6.3).

use std::collections::BTreeMap;

use http::{HeaderName, HeaderValue};
use serde_json::Value;
use yunmei_core::cos::ATTRIBUTE_LIMIT;

use super::{Cos, answer::Refusal, arguments::Arguments, store::File};

/// ```text
/// POST {path}  {"op":"update","biz_attr":"…","authority":"…","custom_headers":{…}}
/// ```
pub(super) fn answer(cos: &Cos, path: &str, arguments: &Arguments) -> Result<Value, Refusal> {
    let biz_attr = arguments.biz_attr()?;
    let authority = authority(arguments)?;
    let custom_headers = custom_headers(arguments)?;
    let forbid = forbid(arguments)?;
    let mut contents = cos.store.contents();
    let Some(file) = contents.file(path) else {
        return Err(Refusal::missing(path));
    };
    let mut file = File::clone(file);
    if let Some(biz_attr) = biz_attr {
        file.attributes.biz_attr = biz_attr;
    }
    if authority.is_some() {
        file.attributes.authority = authority;
    }
    // The group is replaced as a whole: sources disagree, sections 6.3 and 14.
    if let Some(custom_headers) = custom_headers {
        file.attributes.custom_headers = custom_headers;
    }
    if let Some(forbid) = forbid {
        file.attributes.forbid = forbid;
    }
    file.modified = cos.now().seconds();
    contents.put_file(path, file)?;
    Ok(Value::Null)
}

/// The vendor's Python client lets an empty text through: it sets nothing.
fn authority(arguments: &Arguments) -> Result<Option<String>, Refusal> {
    match arguments.text("authority").as_deref() {
        None | Some("") => Ok(None),
        Some(known @ ("eInvalid" | "eWRPrivate" | "eWPrivateRPublic")) => {
            Ok(Some(known.to_owned()))
        }
        Some(_) => Err(Refusal::new(-5999, "authority is no known word")),
    }
}

fn forbid(arguments: &Arguments) -> Result<Option<i64>, Refusal> {
    let bad = || Refusal::new(-46179, "forbid is no number");
    let text = arguments.text("forbid");
    text.map(|text| text.parse().map_err(|_| bad())).transpose()
}

/// Names and values as they were sent, all of which can come back as response headers.
fn custom_headers(arguments: &Arguments) -> Result<Option<BTreeMap<String, String>>, Refusal> {
    let group = match arguments.json("custom_headers", -5999)? {
        None => return Ok(None),
        Some(Value::Object(group)) => group,
        Some(_) => return Err(Refusal::new(-5999, "custom_headers is no object")),
    };
    let mut headers = BTreeMap::new();
    let mut size = 0;
    for (name, value) in group {
        let Value::String(value) = value else {
            return Err(Refusal::new(
                -5999,
                format!("custom header {name} is no text"),
            ));
        };
        if !is_custom(&name) || value.is_empty() || HeaderValue::try_from(&value).is_err() {
            return Err(Refusal::new(
                -5999,
                format!("custom header {name} cannot be set, or not to this value"),
            ));
        }
        size += name.len() + value.len();
        headers.insert(name, value);
    }
    if size > ATTRIBUTE_LIMIT {
        return Err(Refusal::new(
            -46185,
            format!("custom_headers have {size} bytes"),
        ));
    }
    Ok(Some(headers))
}

/// Whether a header may be set.
fn is_custom(name: &str) -> bool {
    const KNOWN: [&str; 5] = [
        "cache-control",
        "content-type",
        "content-disposition",
        "content-language",
        "content-encoding",
    ];
    let lower = name.to_ascii_lowercase();
    let meta = lower.strip_prefix("x-cos-meta-");
    (KNOWN.contains(&lower.as_str()) || meta.is_some_and(|rest| !rest.is_empty()))
        && HeaderName::try_from(name).is_ok()
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    fn headers(value: Value) -> Result<Option<BTreeMap<String, String>>, i64> {
        let mut arguments = Arguments::default();
        arguments.add("custom_headers", value);
        custom_headers(&arguments).map_err(|refusal| refusal.code)
    }

    #[test]
    fn only_headers_that_can_be_served_are_set() {
        for good in [
            json!({"Cache-Control": "no-cache", "x-cos-meta-owner": "图"}),
            json!({"X-Cos-Meta-A": "1"}),
            json!(r#"{"Content-Type": "text/plain"}"#),
            json!({}),
        ] {
            assert!(headers(good.clone()).is_ok(), "{good}");
        }
        for bad in [
            json!({"Content-Length": "7"}),
            json!({"x-cos-meta-": "1"}),
            json!({"x-cos-meta-a b": "1"}),
            json!({"Cache-Control": "a\r\nSet-Cookie: b"}),
            json!({"Cache-Control": ""}),
            json!({"Cache-Control": 7}),
            json!([]),
            json!("text"),
        ] {
            assert_eq!(headers(bad.clone()), Err(-5999), "{bad}");
        }
        assert_eq!(
            headers(json!({"Cache-Control": "a".repeat(4096)})),
            Err(-46185)
        );
    }
}
