//! Signatures in headers and queries, and what is made of them.

use base64::{Engine, prelude::BASE64_STANDARD};
use http::{HeaderMap, HeaderName, HeaderValue, Method};
use serde_json::Value;
use yunmei_core::{
    Endpoint, Secret, Timestamp,
    vcloud::{
        Dialect, Parameters,
        sign::{BodyDigest, Claim, Received, Refusal, Signer, TokenPlace, Unsigned},
        tokens,
    },
};

use crate::{entry, input};

/// A `sign` vector, and what was given for it.
struct Case {
    signer: Signer,
    method: Method,
    path: String,
    query: Parameters,
    headers: Vec<(String, String)>,
    body: BodyDigest,
    now: Timestamp,
}

impl Case {
    fn new(entry: &Value) -> Case {
        let input = &entry["input"];
        let headers = input["headers_before_signing"].as_object();
        Case {
            signer: input::signer(input::dialect(entry), input),
            method: input::method(input),
            path: input::text(input, "path").to_owned(),
            query: input::parameters(&input["query"]),
            headers: (headers.expect("headers").iter())
                .map(|(name, value)| (name.clone(), value.as_str().expect("a text").to_owned()))
                .collect(),
            body: input::body(input),
            now: input::now(input),
        }
    }

    /// Calls `check` with the request, from which `Host` is taken out of the headers.
    fn with_unsigned(&self, check: impl FnOnce(&Unsigned<'_>)) {
        let pairs = (self.headers.iter()).map(|(name, value)| (name.as_str(), value.as_str()));
        let (hosts, headers): (Vec<_>, Vec<_>) = pairs.partition(|(name, _)| *name == "Host");
        check(&Unsigned {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            host: hosts[0].1,
            headers: &headers,
            body: self.body,
        });
    }

    /// Checks the signature on the other side.
    fn verify(&self, sent: &[(String, String)]) -> Result<(), Refusal> {
        let mut headers = HeaderMap::new();
        for (name, value) in sent {
            let name: HeaderName = name.parse().expect("a name");
            headers.insert(name, HeaderValue::from_str(value).expect("a value"));
        }
        // As the wire has it, and back.
        let query = Parameters::decode(&self.query.encode()).expect("a query");
        let claim = Claim::read(&headers, &query)?;
        claim.check_time(self.now)?;
        claim.verify(
            self.signer.credentials().secret_key(),
            &Received {
                method: &self.method,
                path: &self.path,
                query: &query,
                headers: &headers,
                body: self.body,
            },
        )
    }
}

pub(crate) fn headers(entry: &Value) {
    let (case, expected) = (Case::new(entry), &entry["expected"]);
    case.with_unsigned(|request| {
        let texts = case.signer.header_texts(request, case.now).expect("texts");
        assert_eq!(texts.canonical_request, expected["canonical_request"]);
        assert_eq!(texts.string_to_sign, expected["string_to_sign"]);
        let signed = case.signer.sign_headers(request, case.now);
        let signed = signed.expect("a signature");
        assert_eq!(signed.authorization().expose(), expected["authorization"]);

        let mut sent = case.headers.clone();
        sent.extend((signed.iter()).map(|(name, value)| (name.to_owned(), value.to_owned())));
        let wanted = expected["headers"].as_object().expect("headers");
        assert_eq!(sent.len(), wanted.len() + 1);
        for (name, value) in wanted {
            let found = sent.iter().find(|(other, _)| other == name);
            assert_eq!(found.map(|(_, found)| found.as_str()), value.as_str());
        }
        if let Some(url) = expected["request_url"].as_str() {
            let (_, query) = url.split_once('?').expect("a query");
            assert_eq!(case.query.encode(), query);
        }
        // In a map of headers, these are one with those that are signed.
        sent.retain(|(name, _)| !name.starts_with("x-"));
        assert_eq!(case.verify(&sent), Ok(()));
    });
}

pub(crate) fn query(entry: &Value, member: &str) {
    let (input, expected) = (&entry["input"], &entry["expected"]);
    let signer = input::signer(input::dialect(entry), input);
    let parameters = input::parameters(&input["query"]);
    signed_query(
        &signer,
        &input::method(input),
        &parameters,
        input::now(input),
        expected,
        member,
    );
}

fn signed_query(
    signer: &Signer,
    method: &Method,
    parameters: &Parameters,
    now: Timestamp,
    expected: &Value,
    member: &str,
) {
    let texts = signer.query_texts(method, "/", parameters, now);
    let texts = texts.expect("texts");
    assert_eq!(texts.canonical_request, expected["canonical_request"]);
    assert_eq!(texts.string_to_sign, expected["string_to_sign"]);
    let signed = signer.sign_query(method, "/", parameters, now);
    let signed = signed.expect("a signature");
    assert_eq!(signed.expose(), expected[member]);
    let secret = signer.credentials().secret_key();
    assert_eq!(verify(method, signed.expose(), secret), Ok(()));
}

/// Checks a signed query on the other side.
fn verify(method: &Method, query: &str, secret: &Secret) -> Result<(), Refusal> {
    let query = Parameters::decode(query).expect("a query");
    let claim = Claim::read(&HeaderMap::new(), &query)?;
    claim.verify(
        secret,
        &Received {
            method,
            path: "/",
            query: &query,
            headers: &HeaderMap::new(),
            // The body is not signed.
            body: BodyDigest::of(b"anything"),
        },
    )
}

pub(crate) fn redirect(entry: &Value) {
    let (input, url) = (&entry["input"], input::text(&entry["expected"], "url"));
    let signer = input::signer(Dialect::TtvCloud, input);
    let endpoint = Endpoint::parse(&format!("http://{}", input::text(input, "host")));
    let parameters = input::parameters(&input["query"]);
    let signed = signer.sign_url(
        &endpoint.expect("an endpoint"),
        &parameters,
        input::now(input),
    );
    assert_eq!(signed.expect("a signature").expose(), url);

    let mut expected = entry["expected"].clone();
    let (_, query) = url.split_once('?').expect("a query");
    expected["query_string"] = query.into();
    signed_query(
        &signer,
        &Method::GET,
        &parameters,
        input::now(input),
        &expected,
        "query_string",
    );
}

pub(crate) fn play_token(entry: &Value) {
    let (input, expected) = (&entry["input"], &entry["expected"]);
    let dialect = input::dialect(entry);
    let parameters = match dialect {
        Dialect::TtvCloud => input::parameters(&input["params"]),
        Dialect::Volcengine => {
            let life = input["expire"].as_u64().expect("seconds");
            input::parameters(&input["request"]).with_number(dialect.expires_name(), life)
        }
    };
    // The file's objects come sorted; the reference sends these as they were given.
    let parameters = match dialect {
        Dialect::TtvCloud => parameters,
        Dialect::Volcengine => {
            ["Vid", "Format", "X-Expires"]
                .into_iter()
                .fold(Parameters::new(), |sorted, name| {
                    let value = parameters.value(name).expect("a value").to_owned();
                    sorted.with(name, value)
                })
        }
    };
    let signer = input::signer(dialect, input);
    let token = signer.play_token(&parameters, input::now(input));
    let token = token.expect("a token");
    assert_eq!(token.expose(), expected["token"]);
    assert_eq!(json(token.expose()), expected["token_json"]);
    let signed = match dialect {
        Dialect::TtvCloud => &expected["signed"][0],
        Dialect::Volcengine => expected,
    };
    wrapped(token.expose(), "GetPlayInfoToken", signed);
}

pub(crate) fn upload_token(entry: &Value) {
    let (input, expected) = (&entry["input"], &entry["expected"]);
    let signer = input::signer(Dialect::TtvCloud, input);
    let parameters = input::parameters(&input["params"]);
    let token = signer.upload_token(&parameters, input::now(input));
    let token = token.expect("a token");
    assert_eq!(token.expose(), expected["token"]);
    assert_eq!(json(token.expose()), expected["token_json"]);
    for signed in expected["signed"].as_array().expect("a list") {
        let name = input::text(signed, "token_field");
        wrapped(token.expose(), name, signed);
        let query = tokens::unwrap(token.expose(), name).expect("a query");
        let method = input::text(signed, "canonical_request").split('\n').next();
        let method: Method = method.expect("a method").parse().expect("a method");
        let secret = signer.credentials().secret_key();
        assert_eq!(verify(&method, query.expose(), secret), Ok(()));
    }
}

fn wrapped(token: &str, name: &str, signed: &Value) {
    let query = tokens::unwrap(token, name).expect("a query");
    assert_eq!(query.expose(), signed["query_string"]);
}

fn json(token: &str) -> String {
    String::from_utf8(BASE64_STANDARD.decode(token).expect("base64")).expect("text")
}

/// The reference hashes no body where it sends a form; the right digest is that of what is sent.
#[test]
fn a_form_is_hashed_as_it_is_sent() {
    let entry = entry("sign/vod-post-form-reference-quirk");
    let mut case = Case::new(entry);
    let form = input::parameters(&entry["input"]["form"]).encode();
    assert_eq!(form, "Vid=v1&Note=a+b%26c");
    case.body = BodyDigest::of(form.as_bytes());
    case.with_unsigned(|request| {
        let texts = case.signer.header_texts(request, case.now).expect("texts");
        let digest = "e0d01dd3b79e1bad74c2815cd069d2e7f7ad8ca3104788211f74e44c559547ca";
        let expected = input::text(&entry["expected"], "canonical_request");
        let right = expected.replace(BodyDigest::EMPTY.as_str(), digest);
        assert_ne!(expected, right);
        assert_eq!(texts.canonical_request, right);
    });

    // What the reference sends is refused: the digest in its header is that of another body.
    let expected = &entry["expected"];
    let headers = expected["headers"].as_object().expect("headers");
    let mut sent: Vec<_> = (headers.iter())
        .map(|(name, value)| (name.clone(), value.as_str().expect("a text").to_owned()))
        .collect();
    let authorization = input::text(expected, "authorization").to_owned();
    sent.push(("Authorization".to_owned(), authorization));
    assert_eq!(case.verify(&sent), Err(Refusal::Body));
}

/// The Python client of Volcengine leaves the token out of the list.
#[test]
fn a_session_token_is_listed_as_signed_unless_asked_for_otherwise() {
    let entry = entry("succ-sign_url/session-token");
    let (input, expected) = (&entry["input"], &entry["expected"]);
    let signer = input::signer(Dialect::Volcengine, input);
    let parameters = input::parameters(&input["query"]);
    let now = input::now(input);
    let signed = signer.sign_query(&Method::GET, "/", &parameters, now);
    let signed = signed.expect("a signature");
    let query = Parameters::decode(signed.expose()).expect("a query");
    assert_eq!(
        query.value("X-SignedQueries"),
        Some(
            "Action;Version;Vid;X-Algorithm;X-Credential;X-Date;X-NotSignBody;X-Security-Token;\
             X-SignedHeaders;X-SignedQueries"
        )
    );
    assert_eq!(
        query.value("X-Security-Token"),
        input["session_token"].as_str()
    );
    let claim = Claim::read(&HeaderMap::new(), &query).expect("a claim");
    assert!(claim.covers("X-Security-Token"));
    let secret = signer.credentials().secret_key();
    assert_eq!(verify(&Method::GET, signed.expose(), secret), Ok(()));

    // The other form is an option, and verified as well.
    let unlisted = signer.with_token_place(TokenPlace::Unlisted);
    signed_query(
        &unlisted,
        &Method::GET,
        &parameters,
        now,
        expected,
        "query_string",
    );
    let stolen = input::text(expected, "query_string").replace("STS2Z", "STS2Y");
    assert_eq!(verify(&Method::GET, &stolen, secret), Err(Refusal::Digest));
}
