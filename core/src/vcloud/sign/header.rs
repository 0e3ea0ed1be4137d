use std::{cmp::Ordering, fmt};

use http::{HeaderMap, HeaderName, HeaderValue, Method, header};

use super::{
    BodyDigest, SignedTexts, Signer,
    canonical::{self, Canonical, Pair},
    digest::HexDigest,
};
use crate::{
    Timestamp, Token,
    error::InputError,
    vcloud::{Dialect, Parameters, escape, time::BasicTime},
};

/// What a request that is not `GET` gets for a content type if it has none (section 4).
pub const DEFAULT_CONTENT_TYPE: &str = "application/x-www-form-urlencoded; charset=utf-8";

/// Room for what is not the request's own: digests, names, line ends, and behind it the string to
/// sign.
const FIXED: usize = 512;

/// A request before it is signed.
#[derive(Clone, Copy)]
pub struct Unsigned<'a> {
    /// The method.
    pub method: &'a Method,
    /// The path, without escapes; `/` for all that there is to call.
    pub path: &'a str,
    /// The query.
    pub query: &'a Parameters,
    /// What the `Host` header will say, with the port if there is one in it.
    pub host: &'a str,
    /// All other headers that are there before signing.
    ///
    /// How a name is spelled decides whether it is signed: `Content-Type`, `Content-Md5` and what
    /// begins with `X-Amz-` (`X-` for Volcengine) is, in exactly these letters. Values are signed as
    /// they are, blanks around them too: [`CustomHeaders`](crate::vcloud::CustomHeaders) take none, as
    /// some of the vendor's servers would verify without them.
    pub headers: &'a [(&'a str, &'a str)],
    /// The digest of the bytes that will be sent.
    pub body: BodyDigest,
}

/// The headers that a signature adds to a request.
#[derive(Clone)]
pub struct SignedHeaders<'a> {
    signer: &'a Signer,
    time: BasicTime,
    body: BodyDigest,
    content_type: Option<&'static str>,
    authorization: Token,
}

impl Signer {
    /// Signs a request: the headers to be added to it.
    ///
    /// # Errors
    ///
    /// [`InputError::Header`] for a header that is doubled, has characters that no header has, or is
    /// one that the signature adds; [`InputError::Parameter`] for the signature of a query, which would
    /// be looked at instead; [`InputError::Time`] after the year 9999.
    pub fn sign_headers(
        &self,
        request: &Unsigned<'_>,
        now: Timestamp,
    ) -> Result<SignedHeaders<'_>, InputError> {
        let (today, time) = self.at(now)?;
        let Canonical { mut text, names } = self.canonical(request, &time)?;
        let digest = HexDigest::of(text.as_bytes());
        let signature = today.key.sign(&mut text, &time, today.scope(), &digest);
        let names = &text[names];
        let parts = [
            today.authorization.as_str(),
            names,
            ", Signature=",
            signature.as_str(),
        ];
        Ok(SignedHeaders {
            signer: self,
            time,
            body: request.body,
            content_type: added_content_type(request),
            authorization: Token::new(parts.concat()),
        })
    }

    /// What [`Signer::sign_headers`] hashes and signs: for whoever has to find out why two signatures
    /// differ.
    ///
    /// # Errors
    ///
    /// As [`Signer::sign_headers`].
    pub fn header_texts(
        &self,
        request: &Unsigned<'_>,
        now: Timestamp,
    ) -> Result<SignedTexts, InputError> {
        let (today, time) = self.at(now)?;
        let canonical = self.canonical(request, &time)?;
        Ok(SignedTexts::new(
            self.dialect(),
            &time,
            today.scope(),
            canonical.text,
        ))
    }

    fn canonical<'a>(
        &self,
        request: &Unsigned<'a>,
        time: &'a BasicTime,
    ) -> Result<Canonical, InputError> {
        let (dialect, token) = (self.dialect(), self.session_token());
        check(dialect, token.is_some(), request)?;
        let headers = request.headers;
        // One list for both sorts.
        let mut pairs: Vec<Pair<'_>> =
            Vec::with_capacity(request.query.iter().len().max(headers.len() + 5));
        pairs.extend(request.query.iter());
        canonical::sort_parameters(&mut pairs);
        let length = |pairs: &[Pair<'_>]| -> usize {
            (pairs.iter())
                .map(|(name, value)| escape::length(name) + escape::length(value) + 2)
                .sum()
        };
        // What is too large takes the allocator longer.
        let room = length(&pairs) + request.path.len() + length(headers) + request.host.len();
        let room = room + token.map_or(0, str::len) + FIXED;
        let mut out = String::with_capacity(room);
        canonical::push_target(&mut out, request.method.as_str(), request.path, &pairs);

        pairs.clear();
        let signed = |(name, value): &Pair<'a>| Some((signed_name(dialect, name)?, *value));
        pairs.extend(headers.iter().filter_map(signed));
        let is_sorted = matches!(pairs[..], [] | [("content-type" | "content-md5", _)]);
        let constants = dialect.constants();
        pairs.extend(added_content_type(request).map(|value| ("content-type", value)));
        pairs.push(("host", canonical::host_value(request.host)));
        let body = request.body.as_str();
        pairs.push((constants.body_digest_lower, body));
        pairs.push((constants.date_lower, time.as_str()));
        pairs.extend(token.map(|token| (constants.session_token_lower, token)));
        // So are the signature's own, in both dialects.
        if !is_sorted {
            pairs.sort_unstable_by(|(one, _), (other, _)| by_lower(one, other));
        }
        Ok(canonical::finish_with_headers(out, &pairs, body))
    }
}

impl SignedHeaders<'_> {
    /// The headers to be added, in the vendor's order and spelling; the last is `Authorization`.
    pub fn iter(&self) -> impl Iterator<Item = (&'static str, &str)> {
        let dialect = self.signer.dialect();
        let token = self.signer.session_token();
        let content_type = self.content_type.map(|value| ("Content-Type", value));
        (content_type.into_iter())
            .chain([(dialect.date_name(), self.time.as_str())])
            .chain(token.map(|token| (dialect.session_token_name(), token)))
            .chain([
                (dialect.body_digest_name(), self.body.as_str()),
                ("Authorization", self.authorization.expose()),
            ])
    }

    /// The value of `Authorization`.
    pub fn authorization(&self) -> &Token {
        &self.authorization
    }

    /// Adds them to a request; signature and session token are marked as sensitive.
    pub fn insert_into(&self, headers: &mut HeaderMap) {
        let token_name = self.signer.dialect().session_token_name();
        for (name, value) in self.iter() {
            let mut value = HeaderValue::from_str(value).expect("printable ASCII");
            value.set_sensitive(name == "Authorization" || name == token_name);
            let name = HeaderName::from_bytes(name.as_bytes()).expect("a header's name");
            headers.insert(name, value);
        }
    }
}

/// Shows no values: one of them is the signature.
impl fmt::Debug for SignedHeaders<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("SignedHeaders")?;
        f.debug_list()
            .entries(self.iter().map(|(name, _)| name))
            .finish()
    }
}

/// Under which name a header is signed, which is put into lower case later; `None` if it is not.
fn signed_name(dialect: Dialect, name: &str) -> Option<&str> {
    match name {
        "Content-Type" => Some("content-type"),
        "Content-Md5" => Some("content-md5"),
        _ => (name.starts_with(dialect.constants().prefix)).then_some(name),
    }
}

fn added_content_type(request: &Unsigned<'_>) -> Option<&'static str> {
    let has_one = (request.headers.iter()).any(|(name, _)| *name == "Content-Type");
    (request.method != Method::GET && !has_one).then_some(DEFAULT_CONTENT_TYPE)
}

/// Refuses what would make a signature that does not fit what arrives.
fn check(dialect: Dialect, token: bool, request: &Unsigned<'_>) -> Result<(), InputError> {
    let added = |name: &str| {
        name.eq_ignore_ascii_case("Host")
            || name.eq_ignore_ascii_case(header::AUTHORIZATION.as_str())
            || name.eq_ignore_ascii_case(dialect.date_name())
            || name.eq_ignore_ascii_case(dialect.body_digest_name())
            || (token && name.eq_ignore_ascii_case(dialect.session_token_name()))
            // Beside the default one, which is added because this one is spelled otherwise.
            || (name != "Content-Type"
                && added_content_type(request).is_some()
                && name.eq_ignore_ascii_case("Content-Type"))
    };
    let headers = request.headers;
    for (index, (name, value)) in headers.iter().enumerate() {
        let doubled = || {
            let mut before = headers[..index].iter();
            before.any(|(other, _)| other.eq_ignore_ascii_case(name))
        };
        if !is_header(name, value) || added(name) || doubled() {
            return Err(InputError::Header {
                name: (*name).to_owned(),
            });
        }
    }
    let signature = dialect.signature_name();
    if request.query.value(signature).is_some() {
        return Err(InputError::Parameter {
            name: signature.to_owned(),
        });
    }
    match is_value(request.host) && !request.host.is_empty() {
        true => Ok(()),
        false => Err(InputError::Header {
            name: "Host".to_owned(),
        }),
    }
}

/// Whether this can be sent as a header.
pub(in crate::vcloud) fn is_header(name: &str, value: &str) -> bool {
    is_name(name) && is_value(value)
}

fn is_name(name: &str) -> bool {
    let of_name = |byte: u8| OF_NAME[usize::from(byte)];
    !name.is_empty() && name.bytes().fold(true, |all, byte| all & of_name(byte))
}

static OF_NAME: [bool; 256] = {
    let mut table = [false; 256];
    let mut byte = 0;
    while byte < table.len() {
        let of = byte as u8;
        let mark = matches!(of, b'!' | b'#'..=b'\'' | b'*' | b'+' | b'-' | b'.' | b'^'..=b'`' | b'|' | b'~');
        table[byte] = of.is_ascii_alphanumeric() || mark;
        byte += 1;
    }
    table
};

/// Printable ASCII, blanks and tabs: above all no line ends, which would begin another header.
fn is_value(value: &str) -> bool {
    let of_value = |byte: u8| (byte.wrapping_sub(b' ') <= b'~' - b' ') | (byte == b'\t');
    escape::are_all(value.as_bytes(), of_value)
}

/// As names are ordered in small letters.
pub(super) fn by_lower(one: &str, other: &str) -> Ordering {
    let lower = |byte: u8| byte.to_ascii_lowercase();
    one.bytes().map(lower).cmp(other.bytes().map(lower))
}
