//! Calls of TTVcloud as the dossier has them, without our own client: what is signed, and what is
//! sent, are two things here, so that they can differ.

use bytes::Bytes;
use hmac::{Hmac, KeyInit, Mac};
use http::Response;
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha2::{Digest, Sha256};

use super::desk::Desk;

const PLAIN: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');
pub(crate) const EMPTY: &str = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855";
/// The tests' moment, [`super::NOW`].
pub(crate) const TIME: &str = "20170829T061353Z";
pub(crate) const ACCESS_KEY: &str = "AKLTEXAMPLE0000000000000000000001";
pub(crate) const SECRET: &str = "EXAMPLE-SECRET";

/// The constants of a dialect (section 16.1).
#[derive(Clone, Copy)]
pub(crate) struct Words {
    pub(crate) algorithm: &'static str,
    pub(crate) key_prefix: &'static str,
    pub(crate) terminator: &'static str,
    /// Of the names of headers and parameters.
    pub(crate) prefix: &'static str,
}

pub(crate) const OLD: Words = Words {
    algorithm: "AWS4-HMAC-SHA256",
    key_prefix: "AWS4",
    terminator: "aws4_request",
    prefix: "X-Amz-",
};
pub(crate) const NEW: Words = Words {
    algorithm: "HMAC-SHA256",
    key_prefix: "",
    terminator: "request",
    prefix: "X-",
};

/// A call.
#[derive(Clone)]
pub(crate) struct RawCall {
    pub(crate) words: Words,
    pub(crate) method: String,
    /// Plain, in the order in which they are sent.
    pub(crate) query: Vec<(String, String)>,
    pub(crate) headers: Vec<(String, String)>,
    /// In lower case, sorted.
    pub(crate) signed: Vec<String>,
    pub(crate) body: Vec<u8>,
    pub(crate) access_key: String,
    pub(crate) secret: String,
    pub(crate) time: String,
    pub(crate) region: String,
    pub(crate) service: String,
}

impl RawCall {
    pub(crate) fn get(words: Words, query: &[(&str, &str)]) -> RawCall {
        RawCall {
            words,
            method: "GET".into(),
            query: query.iter().map(owned).collect(),
            headers: vec![
                ("host".into(), "vod.example.com".into()),
                (format!("{}Date", words.prefix), TIME.into()),
            ],
            signed: vec![
                "host".into(),
                format!("{}date", words.prefix.to_lowercase()),
            ],
            body: Vec::new(),
            access_key: ACCESS_KEY.into(),
            secret: SECRET.into(),
            time: TIME.into(),
            region: "cn-north-1".into(),
            service: "vod".into(),
        }
    }

    pub(crate) fn scope(&self) -> String {
        let (date, terminator) = (&self.time[..8], self.words.terminator);
        format!("{date}/{}/{}/{terminator}", self.region, self.service)
    }

    fn signature(&self, canonical: &str) -> String {
        let digest = hex(&Sha256::digest(canonical.as_bytes()));
        let scope = self.scope();
        let text = format!("{}\n{}\n{scope}\n{digest}", self.words.algorithm, self.time);
        let first = format!("{}{}", self.words.key_prefix, self.secret);
        let key = scope
            .split('/')
            .fold(first.into_bytes(), |key, word| hmac(&key, word));
        hex(&hmac(&key, &text))
    }

    /// The header of section 4.
    pub(crate) fn authorization(&self) -> String {
        let value = |name: &str| {
            let mut headers = self.headers.iter();
            let found = headers.find(|(known, _)| known.eq_ignore_ascii_case(name));
            &found.expect("a signed header").1
        };
        let headers: String = (self.signed.iter())
            .map(|name| format!("{name}:{}\n", value(name)))
            .collect();
        let names = self.signed.join(";");
        let canonical = format!(
            "{}\n/\n{}\n{headers}\n{names}\n{}",
            self.method,
            canonical_query(&self.query),
            hex(&Sha256::digest(&self.body))
        );
        format!(
            "{} Credential={}/{}, SignedHeaders={names}, Signature={}",
            self.words.algorithm,
            self.access_key,
            self.scope(),
            self.signature(&canonical)
        )
    }

    /// With that header.
    pub(crate) fn signed_in_header(mut self) -> RawCall {
        let value = self.authorization();
        self.headers.push(("authorization".into(), value));
        self
    }

    /// The query of section 5, which carries its own signature.
    pub(crate) fn signed_in_query(self) -> RawCall {
        self.in_query(None)
    }

    /// The same with a parameter that is signed, but not listed (section 16.1).
    pub(crate) fn signed_without_listing(self, name: &str, value: &str) -> RawCall {
        self.in_query(Some((name.to_owned(), value.to_owned())))
    }

    fn in_query(mut self, unlisted: Option<(String, String)>) -> RawCall {
        let prefix = self.words.prefix;
        let name = |word: &str| format!("{prefix}{word}");
        let credential = format!("{}/{}", self.access_key, self.scope());
        let own = [
            (name("Date"), self.time.clone()),
            (name("NotSignBody"), String::new()),
            (name("Credential"), credential),
            (name("Algorithm"), self.words.algorithm.to_owned()),
            (name("SignedHeaders"), String::new()),
            (name("SignedQueries"), String::new()),
        ];
        self.query.extend(own);
        let mut names: Vec<&str> = self.query.iter().map(|(name, _)| name.as_str()).collect();
        names.sort_unstable();
        let names = names.join(";");
        self.set(&name("SignedQueries"), &names);
        self.query.extend(unlisted);
        self.headers.truncate(1);
        let query = canonical_query(&self.query);
        let canonical = format!("{}\n/\n{query}\n\n\n\n{EMPTY}", self.method);
        let signature = self.signature(&canonical);
        self.query.push((name("Signature"), signature));
        self
    }

    pub(crate) fn set(&mut self, name: &str, value: &str) {
        match self.query.iter_mut().find(|(known, _)| known == name) {
            Some((_, old)) => *old = value.to_owned(),
            None => self.query.push((name.to_owned(), value.to_owned())),
        }
    }

    pub(crate) fn set_header(&mut self, name: &str, value: &str) {
        let found = self.headers.iter_mut().find(|(known, _)| known == name);
        match found {
            Some((_, old)) => *old = value.to_owned(),
            None => self.headers.push((name.to_owned(), value.to_owned())),
        }
    }

    /// Also signs this header.
    pub(crate) fn sign_header(&mut self, name: &str, value: &str) {
        self.set_header(name, value);
        self.signed.push(name.to_lowercase());
        self.signed.sort_unstable();
    }

    pub(crate) fn send(&self, desk: &Desk) -> Response<Bytes> {
        let query: Vec<String> = (self.query.iter())
            .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)))
            .collect();
        let headers: Vec<(&str, &str)> = (self.headers.iter())
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let target = format!("/?{}", query.join("&").replace("%20", "+"));
        desk.bed
            .anywhere(&self.method, &target, &headers, &self.body)
    }
}

fn owned(pair: &(&str, &str)) -> (String, String) {
    (pair.0.to_owned(), pair.1.to_owned())
}

fn escaped(text: &str) -> String {
    utf8_percent_encode(text, PLAIN).to_string()
}

fn canonical_query(query: &[(String, String)]) -> String {
    let mut sorted: Vec<_> = query.iter().collect();
    sorted.sort_by(|one, other| one.0.cmp(&other.0));
    let pairs = sorted
        .iter()
        .map(|(name, value)| format!("{}={}", escaped(name), escaped(value)));
    pairs.collect::<Vec<_>>().join("&")
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac: Hmac<Sha256> = Hmac::new_from_slice(key).expect("a key of any length");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
