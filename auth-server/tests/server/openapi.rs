//! What is answered is what is described, member by member.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Map, Value, json};

use crate::support::Stage;

const GOOD: [(&str, &str); 14] = [
    ("/v1/qc_cos/config", "?cos_path=/xrzeti"),
    (
        "/v1/sign/cos",
        "?operation=upload&size=10&type=image/png&path=/users/alice/a.png",
    ),
    ("/v1/sign/cos", "?operation=delete&path=/users/alice/a.png"),
    ("/v1/sign/image", "?operation=upload&path=alice/a.png"),
    ("/v1/sign/vod-upload", "?file_type=video"),
    ("/v1/sign/vod-play", "?video_id=v1"),
    ("/v1/sign/sts2", "?service=vod&operation=upload-keys"),
    (
        "/v1/sign/sts2",
        "?service=vod&operation=play-keys&video_id=v1",
    ),
    ("/v1/sign/sts2", "?service=imagex"),
    ("/v1/sign/photo-token", ""),
    ("/v1/page", ""),
    ("/healthz", ""),
    ("/v1/page", ""),
    ("/openapi.json", ""),
];

#[test]
fn answers_have_the_members_that_are_described_and_no_others() {
    let stage = Stage::new();
    let document = stage.open("/openapi.json").json();
    let mut claims = Map::new();
    claims.insert("scopes".into(), json!(["open"]));
    let token = stage.token_with("alice", 600, claims);
    let mut seen: BTreeMap<String, BTreeSet<String>> = BTreeMap::new();
    for (path, query) in GOOD {
        let answer = stage.send(&format!(
            "GET {path}{query} HTTP/1.1\r\nHost: x\r\nAuthorization: JWT {token}\r\n\r\n"
        ));
        assert_eq!(answer.status, 200, "{path}{query}: {answer:?}");
        let described = &document["paths"][path]["get"]["responses"]["200"];
        let schema = &described["content"]["application/json"]["schema"];
        let Some(name) = schema["$ref"].as_str() else {
            continue;
        };
        check(&document, schema, &answer.json(), &mut seen, name);
    }
    for (name, members) in seen {
        let schema = document.pointer(&name[1..]).expect("a schema");
        let described = schema["properties"].as_object().expect("properties");
        let described: BTreeSet<String> = described.keys().cloned().collect();
        assert_eq!(members, described, "{name}");
    }
}

#[test]
fn refusals_have_the_form_and_the_status_that_are_described() {
    let stage = Stage::new();
    let document = stage.open("/openapi.json").json();
    for (target, status) in [
        ("/v1/sign/cos", 400),
        ("/v1/sign/cos?operation=upload&path=/a", 403),
        ("/v1/qc_cos/config?cos_path=/a", 403),
    ] {
        let answer = stage.ask("alice", target);
        assert_eq!(answer.status, status, "{answer:?}");
        let path = target.split('?').next().expect("a path");
        let responses = &document["paths"][path]["get"]["responses"];
        assert!(
            responses.get(status.to_string()).is_some(),
            "{target} {status}"
        );
        let name = "#/components/schemas/Error";
        let schema = document.pointer(&name[1..]).expect("a schema");
        check(
            &document,
            schema,
            &answer.json(),
            &mut BTreeMap::new(),
            name,
        );
    }
}

/// Holds a value against a schema, as far as ours go; collects the members of objects by schema.
fn check(
    document: &Value,
    schema: &Value,
    value: &Value,
    seen: &mut BTreeMap<String, BTreeSet<String>>,
    name: &str,
) {
    if let Some(reference) = schema["$ref"].as_str() {
        let schema = document.pointer(&reference[1..]).expect("a schema");
        return check(document, schema, value, seen, reference);
    }
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::Number(_) => "integer",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
    };
    match &schema["type"] {
        Value::Array(kinds) => assert!(kinds.contains(&json!(kind)), "{name}: {value}"),
        one => assert_eq!(one, kind, "{name}: {value}"),
    }
    if let Some(words) = schema["enum"].as_array() {
        assert!(words.contains(value), "{name}: {value}");
    }
    let (Some(members), Some(properties)) = (value.as_object(), schema["properties"].as_object())
    else {
        return;
    };
    for required in schema["required"].as_array().into_iter().flatten() {
        let required = required.as_str().expect("a name");
        assert!(members.contains_key(required), "{name} without {required}");
    }
    for (member, value) in members {
        let schema = properties.get(member);
        let schema = schema.unwrap_or_else(|| panic!("{name}: {member} is not described"));
        seen.entry(name.to_owned())
            .or_default()
            .insert(member.clone());
        let inner = format!("{name}/properties/{member}");
        check(document, schema, value, seen, &inner);
    }
}
