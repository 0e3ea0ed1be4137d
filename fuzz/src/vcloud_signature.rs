//! Signatures of TTVcloud: the bytes are a request as a stranger may send it, or the text of whatever
//! is signed.
//!
//! A request is a line with method, path and query, a line for each header, an empty one, and a body.

mod made;

use http::{HeaderMap, HeaderName, HeaderValue, Method};
use yunmei_core::{
    Secret,
    vcloud::{
        Parameters,
        sign::{BodyDigest, Claim, Received, Refusal},
    },
};

use crate::sample;

/// What was signed is verified, nothing one byte away is; strangers are refused, without a panic.
pub fn check(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else {
        return;
    };
    if let Some(request) = Request::read(text) {
        hostile(&request);
    }
    made::check(text.trim_end());
}

/// A request from the wire.
struct Request {
    method: Method,
    path: String,
    query: Parameters,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Request {
    fn read(text: &str) -> Option<Request> {
        let (head, body) = text.split_once("\n\n").unwrap_or((text, ""));
        let mut lines = head.lines();
        let (method, target) = lines.next()?.split_once(' ')?;
        let (path, query) = target.split_once('?').unwrap_or((target, ""));
        let mut headers = HeaderMap::new();
        for line in lines {
            let (name, value) = line.split_once(':')?;
            let name = HeaderName::from_bytes(name.as_bytes()).ok()?;
            headers.append(name, HeaderValue::from_bytes(value.trim().as_bytes()).ok()?);
        }
        Some(Request {
            method: method.parse().ok()?,
            path: path.to_owned(),
            query: Parameters::decode(query)?,
            headers,
            body: body.as_bytes().to_vec(),
        })
    }

    fn received(&self) -> Received<'_> {
        Received {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &self.headers,
            body: BodyDigest::of(&self.body),
        }
    }
}

fn hostile(request: &Request) {
    let claim = match Claim::read(&request.headers, &request.query) {
        Ok(claim) => claim,
        Err(refusal) => return refused(refusal),
    };
    let said = [claim.access_key(), claim.region(), claim.service()];
    assert!(
        said.iter()
            .all(|text| !text.is_empty() && !text.contains('/'))
    );
    // Nobody knows this key.
    let received = request.received();
    let verdict = claim.verify(&Secret::new("a key that nobody knows"), &received);
    refused(verdict.expect_err("nobody signed this"));
    for now in [0, sample::NOW.seconds(), u64::MAX] {
        let now = yunmei_core::Timestamp::from_seconds(now);
        let distance = claim.time().seconds().abs_diff(now.seconds());
        assert!(distance > 0 || claim.check_time(now).is_ok());
    }
    if let Ok(texts) = claim.texts(&received) {
        let first = format!("{}\n", request.method);
        assert!(texts.canonical_request.starts_with(&first));
        let algorithm = format!("{}\n", claim.dialect().algorithm());
        assert!(texts.string_to_sign.starts_with(&algorithm));
    }
    let shown = format!("{claim:?} {received:?}");
    if let Some(token) = claim
        .session_token()
        .filter(|token| token.expose().len() > 40)
    {
        assert!(!shown.contains(token.expose()));
    }
}

/// A refusal has something to say.
fn refused(refusal: Refusal) {
    assert!(refusal.status().is_client_error());
    assert!(refusal.code() > 100_000 && !refusal.name().is_empty());
    assert!(!refusal.to_string().is_empty());
}
