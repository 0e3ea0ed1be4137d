//! Plays a recorded conversation of the reference: each request must be the recorded one, each answer
//! is the recorded one.

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{Request, Response};
use serde_json::Value;
use yunmei_core::{
    Chunk, Driver, Endpoint, Error, Flow, Nonce, Payload, Retry, Stamp, Step,
    vcloud::{Content, ContentBuilder},
};

use crate::{FILE, input};

/// Those of the reference's HTTP library.
const OF_THE_LIBRARY: [&str; 3] = ["User-Agent", "Accept-Encoding", "Connection"];

/// Those that cover the bytes of the body, which the reference writes with blanks and escapes.
const OF_THE_BODY: [&str; 3] = ["X-Amz-Content-Sha256", "Authorization", "Content-Length"];

pub(crate) fn case(name: &str) -> &'static Value {
    let cases = FILE["wire"].as_array().expect("a list");
    let found = cases.iter().find(|case| case["name"] == name);
    found.unwrap_or_else(|| panic!("there is no {name}"))
}

/// Whom the reference asked.
pub(crate) fn endpoint(case: &Value) -> Endpoint {
    let client = &case["client"];
    let (scheme, host) = (input::text(client, "scheme"), input::text(client, "host"));
    Endpoint::parse(&format!("{scheme}://{host}")).expect("an endpoint")
}

/// What a call uploads.
pub(crate) fn content(base64: &Value) -> Content {
    let bytes = BASE64_STANDARD.decode(base64.as_str().expect("a text"));
    let mut content = ContentBuilder::new();
    content.update(&bytes.expect("base64"));
    content.finish()
}

/// Plays a case to its end; all of its steps must be asked for.
pub(crate) fn play<F: Flow>(case: &Value, flow: F) -> Result<F::Output, Error> {
    let mut steps = case["steps"].as_array().expect("steps").iter();
    let mut driver = Driver::new(flow, Retry::default());
    let stamp = Stamp::new(input::now(&case["client"]), Nonce::from_bytes([7; 32]));
    loop {
        match driver.poll(&stamp) {
            Step::Send(request) => {
                let step = steps.next().expect("no more requests than recorded");
                compare(&request, &step["request"]);
                driver.handle(Ok(answer(&step["response"])));
            }
            Step::Sleep(_) => {}
            Step::Done(result) => {
                assert_eq!(steps.next(), None, "not all was asked for");
                return result;
            }
        }
    }
}

fn compare(sent: &Request<Payload>, recorded: &Value) {
    let target = sent.uri().path_and_query().expect("a path");
    assert_eq!(
        format!("{} {target} HTTP/1.1", sent.method()),
        input::text(recorded, "request_line")
    );
    let is_json = compare_body(sent.body(), recorded);
    for pair in recorded["headers"].as_array().expect("headers") {
        let (name, value) = (pair[0].as_str(), pair[1].as_str());
        let (name, value) = (name.expect("a name"), value.expect("a value"));
        let skipped = OF_THE_LIBRARY.contains(&name)
            || (is_json && OF_THE_BODY.contains(&name))
            // The library's own, where the reference names none.
            || (name == "Accept" && value == "*/*");
        match name {
            _ if skipped => {}
            "Host" => assert_eq!(sent.uri().authority().expect("a host").as_str(), value),
            _ => {
                let header = sent.headers().get(name);
                let header = header.unwrap_or_else(|| panic!("no header {name}"));
                assert_eq!(header.to_str().expect("a text"), value, "{name}");
            }
        }
    }
}

/// Says whether it is JSON, which may be written in another way.
fn compare_body(sent: &Payload, recorded: &Value) -> bool {
    let body = match recorded["body_base64"].as_str() {
        Some(body) => BASE64_STANDARD.decode(body).expect("base64"),
        None => input::text(recorded, "body").as_bytes().to_owned(),
    };
    match sent.chunks() {
        [] => {
            assert!(body.is_empty());
            false
        }
        [Chunk::Source { range, .. }] => {
            assert_eq!(*range, 0..body.len() as u64);
            false
        }
        [Chunk::Inline(bytes)] => {
            let json = |bytes| serde_json::from_slice::<Value>(bytes).expect("JSON");
            assert_eq!(json(bytes), json(&body));
            true
        }
        more => panic!("{more:?}"),
    }
}

fn answer(recorded: &Value) -> Response<Bytes> {
    let status = recorded["status"].as_u64().expect("a status");
    Response::builder()
        .status(u16::try_from(status).expect("a status"))
        .body(recorded["body"].to_string().into())
        .expect("a response")
}
