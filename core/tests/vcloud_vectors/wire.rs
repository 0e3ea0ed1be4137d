//! Requests that the reference put on the wire: their signatures are made again, and verified.

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;
use yunmei_core::vcloud::{
    Dialect, Parameters,
    sign::{BodyDigest, Claim, Received, Refusal, Unsigned},
};

use crate::{FILE, input};

/// A signed request of the reference.
struct Sent {
    method: Method,
    query: Parameters,
    headers: Vec<(String, String)>,
    body: Vec<u8>,
}

impl Sent {
    /// `None` for a request to the host for uploads, which has another kind of authorization.
    fn read(request: &Value) -> Option<Sent> {
        let line = input::text(request, "request_line");
        let (method, rest) = line.split_once(' ').expect("a method");
        let (_, query) = rest.split_once(' ')?.0.split_once("/?")?;
        let header = |pair: &Value| {
            let text = |index: usize| pair[index].as_str().expect("a text").to_owned();
            (text(0), text(1))
        };
        let body = match request["body_base64"].as_str() {
            Some(body) => BASE64_STANDARD.decode(body).expect("base64"),
            None => input::text(request, "body").as_bytes().to_owned(),
        };
        let headers = request["headers"].as_array().expect("headers");
        Some(Sent {
            method: method.parse().expect("a method"),
            query: Parameters::decode(query).expect("a query"),
            headers: headers.iter().map(header).collect(),
            body,
        })
    }

    fn header(&self, name: &str) -> &str {
        let mut found = self.headers.iter().filter(|(other, _)| other == name);
        &found.next().expect("a header").1
    }

    fn verify(&self, secret: &yunmei_core::Secret) -> Result<(), Refusal> {
        let mut headers = HeaderMap::new();
        for (name, value) in &self.headers {
            let name: HeaderName = name.parse().expect("a name");
            headers.append(name, HeaderValue::from_str(value).expect("a value"));
        }
        Claim::read(&headers, &self.query)?.verify(
            secret,
            &Received {
                method: &self.method,
                path: "/",
                query: &self.query,
                headers: &headers,
                body: BodyDigest::of(&self.body),
            },
        )
    }
}

#[test]
fn the_references_own_requests_are_signed_the_same_and_verify() {
    let mut count = 0;
    for case in FILE["wire"].as_array().expect("a list") {
        let client = &case["client"];
        let signer = input::signer(Dialect::TtvCloud, client);
        let steps = case["steps"].as_array().expect("steps");
        for mut sent in (steps.iter()).filter_map(|step| Sent::read(&step["request"])) {
            let name = &case["name"];
            let content_type = (sent.headers.iter()).find(|(name, _)| name == "Content-Type");
            let headers: Vec<_> = (content_type.iter())
                .map(|(name, value)| (name.as_str(), value.as_str()))
                .collect();
            let signed = signer.sign_headers(
                &Unsigned {
                    method: &sent.method,
                    path: "/",
                    query: &sent.query,
                    host: sent.header("Host"),
                    headers: &headers,
                    body: BodyDigest::of(&sent.body),
                },
                input::now(client),
            );
            for (added, value) in signed.expect("a signature").iter() {
                assert_eq!(value, sent.header(added), "{name} {added}");
            }
            let secret = signer.credentials().secret_key();
            assert_eq!(sent.verify(secret), Ok(()), "{name}");
            sent.query = sent.query.with("Version", "2000-01-01");
            assert_eq!(sent.verify(secret), Err(Refusal::Digest), "{name}");
            count += 1;
        }
    }
    assert_eq!(count, 22);
}
