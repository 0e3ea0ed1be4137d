//! Signatures of TTVcloud a second time, line by line as sections 4, 5 and 16.1 of its dossier have
//! them: with none of the core's own code, slow, and without any care for what cannot be signed.

use hmac::{Hmac, KeyInit, Mac};
use sha2::{Digest, Sha256};
use yunmei_core::vcloud::{Credentials, Dialect, Scope, sign::TokenPlace};

/// Names and values.
pub(super) type Pairs = Vec<(String, String)>;

/// A request as a caller thinks of it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Plain {
    pub(super) method: String,
    pub(super) path: String,
    pub(super) query: Pairs,
    pub(super) host: String,
    pub(super) headers: Pairs,
    pub(super) body: Vec<u8>,
}

/// Who signs, for what, and when.
pub(super) struct Reference<'a> {
    pub(super) scope: &'a Scope,
    pub(super) credentials: &'a Credentials,
    pub(super) seconds: u64,
}

/// The table of section 16.1: algorithm, what stands before the secret, terminator, prefix.
fn constants(dialect: Dialect) -> [&'static str; 4] {
    match dialect {
        Dialect::TtvCloud => ["AWS4-HMAC-SHA256", "AWS4", "aws4_request", "X-Amz-"],
        Dialect::Volcengine => ["HMAC-SHA256", "", "request", "X-"],
    }
}

impl Reference<'_> {
    /// The value of `Authorization` (section 4).
    pub(super) fn authorization(&self, plain: &Plain) -> String {
        let [algorithm, ..] = self.constants();
        let signed = self.signed_headers(plain);
        let names: Vec<&str> = signed.iter().map(|(name, _)| name.as_str()).collect();
        let names = names.join(";");
        let block: String = (signed.iter())
            .map(|(name, value)| format!("{name}:{value}\n"))
            .collect();
        let canonical = [
            &plain.method,
            &path(&plain.path),
            &query(&plain.query),
            &block,
            &names,
            &sha256(&plain.body),
        ];
        let canonical = canonical.map(String::as_str).join("\n");
        format!(
            "{algorithm} Credential={}/{}, SignedHeaders={names}, Signature={}",
            self.credentials.access_key(),
            self.scope(),
            self.sign(&canonical)
        )
    }

    /// What stands behind the `?` (section 5).
    pub(super) fn signed_query(
        &self,
        method: &str,
        at: &str,
        parameters: &Pairs,
        place: TokenPlace,
    ) -> String {
        let [algorithm, .., prefix] = self.constants();
        let name = |rest| format!("{prefix}{rest}");
        let token = (self.credentials.session_token())
            .map(|token| (name("Security-Token"), token.expose().to_owned()));
        let credential = format!("{}/{}", self.credentials.access_key(), self.scope());
        let mut pairs = parameters.clone();
        pairs.push((name("Date"), time(self.seconds)));
        pairs.push((name("NotSignBody"), String::new()));
        pairs.push((name("Credential"), credential));
        pairs.push((name("Algorithm"), algorithm.to_owned()));
        pairs.push((name("SignedHeaders"), String::new()));
        if place == TokenPlace::Listed {
            pairs.extend(token.clone());
        }
        let mut names: Vec<String> = pairs.iter().map(|(name, _)| name.clone()).collect();
        names.push(name("SignedQueries"));
        names.sort();
        pairs.push((name("SignedQueries"), names.join(";")));
        if place == TokenPlace::Unlisted {
            pairs.extend(token);
        }
        // Four line ends between the query and the digest of nothing.
        let canonical = [method, &path(at), &query(&pairs), "\n", "", &sha256(b"")].join("\n");
        pairs.push((name("Signature"), self.sign(&canonical)));
        let pairs = pairs.iter().map(|(name, value)| {
            let wire = |text| escape(text, b"").replace("%20", "+");
            format!("{}={}", wire(name), wire(value))
        });
        pairs.collect::<Vec<_>>().join("&")
    }

    fn constants(&self) -> [&'static str; 4] {
        constants(self.scope.dialect())
    }

    fn scope(&self) -> String {
        let [_, _, terminator, _] = self.constants();
        let (region, service) = (self.scope.region(), self.scope.service().signing_name());
        format!("{}/{region}/{service}/{terminator}", date(self.seconds))
    }

    /// The names in lower case, sorted, and the values.
    fn signed_headers(&self, plain: &Plain) -> Pairs {
        let [.., prefix] = self.constants();
        let mut all = plain.headers.clone();
        let has_type = all.iter().any(|(name, _)| name == "Content-Type");
        if plain.method != "GET" && !has_type {
            let value = "application/x-www-form-urlencoded; charset=utf-8";
            all.push(("Content-Type".into(), value.into()));
        }
        all.push((format!("{prefix}Date"), time(self.seconds)));
        all.push((format!("{prefix}Content-Sha256"), sha256(&plain.body)));
        if let Some(token) = self.credentials.session_token() {
            all.push((format!("{prefix}Security-Token"), token.expose().into()));
        }
        all.push(("Host".into(), host(&plain.host)));
        let is_signed = |name: &str| {
            ["Content-Type", "Content-Md5", "Host"].contains(&name) || name.starts_with(prefix)
        };
        let mut signed: Pairs = (all.into_iter())
            .filter(|(name, _)| is_signed(name))
            .map(|(name, value)| (name.to_lowercase(), value))
            .collect();
        signed.sort();
        signed
    }

    fn sign(&self, canonical: &str) -> String {
        let [algorithm, prefix, terminator, _] = self.constants();
        let text = [
            algorithm,
            &time(self.seconds),
            &self.scope(),
            &sha256(canonical.as_bytes()),
        ];
        let first = format!("{prefix}{}", self.credentials.secret_key().expose());
        let (region, service) = (self.scope.region(), self.scope.service().signing_name());
        let mut key = first.into_bytes();
        for step in [&date(self.seconds), region.as_str(), service, terminator] {
            key = hmac(&key, step);
        }
        hex(&hmac(&key, &text.join("\n")))
    }
}

/// What a host counts as.
pub(super) fn host(value: &str) -> String {
    match value.split(':').collect::<Vec<_>>()[..] {
        [name, "80" | "443"] => name.to_owned(),
        _ => value.to_owned(),
    }
}

/// The line of the path.
pub(super) fn path(path: &str) -> String {
    match path {
        "" => "/".to_owned(),
        path => escape(path, b"/"),
    }
}

/// The line of the query.
pub(super) fn query(pairs: &Pairs) -> String {
    let mut pairs: Vec<&(String, String)> = pairs.iter().collect();
    pairs.sort_by(|(one, _), (other, _)| one.chars().cmp(other.chars()));
    let pairs = pairs
        .into_iter()
        .map(|(name, value)| format!("{}={}", escape(name, b""), escape(value, b"")));
    pairs.collect::<Vec<_>>().join("&")
}

/// Percent-escapes of all but letters, digits, `-_.~`, and what is `kept` besides.
pub(super) fn escape(text: &str, kept: &[u8]) -> String {
    let escape = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'_' | b'.' | b'~' => {
            char::from(byte).to_string()
        }
        byte if kept.contains(&byte) => char::from(byte).to_string(),
        byte => format!("%{byte:02X}"),
    };
    text.bytes().map(escape).collect()
}

/// `YYYYMMDDTHHMMSSZ`.
pub(super) fn time(seconds: u64) -> String {
    let (hour, minute, second) = (seconds / 3600 % 24, seconds / 60 % 60, seconds % 60);
    format!("{}T{hour:02}{minute:02}{second:02}Z", date(seconds))
}

/// `YYYYMMDD`, counted year by year and month by month.
fn date(seconds: u64) -> String {
    let is_leap =
        |year: u64| year.is_multiple_of(4) && !year.is_multiple_of(100) || year.is_multiple_of(400);
    let (mut year, mut days) = (1970, seconds / 86_400);
    while days >= 365 + u64::from(is_leap(year)) {
        days -= 365 + u64::from(is_leap(year));
        year += 1;
    }
    let february = 28 + u64::from(is_leap(year));
    let mut month = 1;
    for length in [31, february, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] {
        if days < length {
            break;
        }
        days -= length;
        month += 1;
    }
    format!("{year:04}{month:02}{:02}", days + 1)
}

fn hmac(key: &[u8], text: &str) -> Vec<u8> {
    let mut mac = Hmac::<Sha256>::new_from_slice(key).expect("any length will do");
    mac.update(text.as_bytes());
    mac.finalize().into_bytes().to_vec()
}

fn sha256(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

pub(super) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}
