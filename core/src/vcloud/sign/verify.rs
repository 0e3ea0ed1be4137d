use std::{borrow::Cow, fmt};

use http::{HeaderMap, HeaderValue, Method};

use super::{
    BodyDigest, Claim, Refusal,
    canonical::{self, Pair},
    claim::Signed,
    digest::HexDigest,
    key::RootKey,
    texts::SignedTexts,
};
use crate::{
    Secret,
    vcloud::{Dialect, Parameters, escape, time::BasicTime},
};

/// Room for what is not from the query in a canonical request.
const BESIDE_QUERY: usize = 512;

/// Room for a string to sign.
const TO_SIGN: usize = 192;

/// A request as it arrived, to be held against its signature.
#[derive(Clone, Copy)]
pub struct Received<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path, without escapes.
    pub path: &'a str,
    /// The query, decoded.
    pub query: &'a Parameters,
    /// The headers.
    pub headers: &'a HeaderMap,
    /// The digest of the body that arrived.
    pub body: BodyDigest,
}

impl Claim {
    /// Checks, in constant time, that this request was signed with `secret`: that of the access key,
    /// or that in the session token.
    ///
    /// Says nothing of the time: see [`Claim::check_time`]. Nor of the body, if the signature is in
    /// the query; nor of parameters that the client did not list: see [`Claim::covers`].
    ///
    /// # Errors
    ///
    /// [`Refusal::Body`], [`Refusal::Header`], [`Refusal::Digest`].
    pub fn verify(&self, secret: &Secret, received: &Received<'_>) -> Result<(), Refusal> {
        if !self.is_in_query() {
            self.check_body(received)?;
        }
        let root = RootKey::new(self.dialect, secret);
        let key = root.derive(&self.date, &self.region, &self.service);
        let (time, scope) = (self.basic_time(), self.scope());
        let fits = |canonical: &str| {
            let digest = HexDigest::of(canonical.as_bytes());
            let mut scratch = String::with_capacity(TO_SIGN);
            let expected = key.sign(&mut scratch, &time, &scope, &digest);
            self.signature.matches(expected.as_str())
        };
        if fits(&self.canonical(received, false)?) {
            return Ok(());
        }
        // The Python client of Volcengine signs the token without listing it (section 16.1).
        let unlisted = self.is_in_query()
            && self.dialect == Dialect::Volcengine
            && self.session_token.is_some()
            && !self.covers(self.dialect.session_token_name());
        match unlisted && fits(&self.canonical(received, true)?) {
            true => Ok(()),
            false => Err(Refusal::Digest),
        }
    }

    /// What should have been hashed and signed: for whoever has to tell a client why its signature
    /// does not fit.
    ///
    /// # Errors
    ///
    /// [`Refusal::Header`].
    pub fn texts(&self, received: &Received<'_>) -> Result<SignedTexts, Refusal> {
        let canonical = self.canonical(received, false)?;
        Ok(SignedTexts::new(
            self.dialect,
            &self.basic_time(),
            &self.scope(),
            canonical,
        ))
    }

    fn check_body(&self, received: &Received<'_>) -> Result<(), Refusal> {
        match received.headers.get(self.dialect.body_digest_name()) {
            Some(digest) if digest != received.body.as_str() => Err(Refusal::Body),
            _ => Ok(()),
        }
    }

    fn canonical(&self, received: &Received<'_>, with_token: bool) -> Result<String, Refusal> {
        let lengths = received.query.iter();
        let lengths = lengths.map(|(name, value)| escape::length(name) + escape::length(value) + 2);
        let mut out = String::with_capacity(lengths.sum::<usize>() + BESIDE_QUERY);
        let (method, path) = (received.method.as_str(), received.path);
        let token = self.dialect.session_token_name();
        let listed = self.listed();
        let counts = |(name, _): &Pair<'_>| match &listed {
            None => true,
            Some(names) => names.binary_search(name).is_ok() || (with_token && *name == token),
        };
        let mut pairs: Vec<Pair<'_>> = received.query.iter().filter(counts).collect();
        canonical::sort_parameters(&mut pairs);
        canonical::push_target(&mut out, method, path, &pairs);
        match &self.signed {
            Signed::Headers(names) => {
                let values = header_values(names, received.headers)?;
                let pairs: Vec<Pair<'_>> = (names.split(';'))
                    .zip(values.iter().map(|value| &**value))
                    .collect();
                Ok(canonical::finish_with_headers(out, &pairs, received.body.as_str()).text)
            }
            Signed::Queries(_) => {
                canonical::finish_without_headers(&mut out);
                Ok(out)
            }
        }
    }

    fn basic_time(&self) -> BasicTime {
        BasicTime::new(self.time).expect("it was read from four digits of a year")
    }

    fn scope(&self) -> String {
        let terminator = self.dialect.constants().terminator;
        [&*self.date, &self.region, &self.service, terminator].join("/")
    }
}

/// Hides the headers: the signature is among them.
impl fmt::Debug for Received<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Received({} {})", self.method, self.path)
    }
}

/// The values of the headers that the client names as signed, in its order.
fn header_values<'a>(names: &str, headers: &'a HeaderMap) -> Result<Vec<Cow<'a, str>>, Refusal> {
    // What is no text cannot have been signed as one: replaced, other bytes would do as well.
    let text =
        |value: &'a HeaderValue| str::from_utf8(value.as_bytes()).map_err(|_| Refusal::Header);
    let value = |name: &str| {
        let mut values = headers.get_all(name).iter();
        let mut all = Cow::from(text(values.next().ok_or(Refusal::Header)?)?);
        for further in values {
            all.to_mut().push(',');
            all.to_mut().push_str(text(further)?);
        }
        if name == "host" {
            all = match all {
                Cow::Borrowed(text) => canonical::host_value(text).into(),
                Cow::Owned(text) => canonical::host_value(&text).to_owned().into(),
            };
        }
        Ok(all)
    };
    let mut values = Vec::with_capacity(8);
    for name in names.split(';') {
        values.push(value(name)?);
    }
    Ok(values)
}
