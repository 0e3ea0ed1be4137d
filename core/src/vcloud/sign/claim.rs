use std::fmt;

use http::{HeaderMap, HeaderValue, header};

use super::{DEFAULT_LIFETIME, Refusal, header::by_lower, query::lifetime};
use crate::{
    Secret, Timestamp,
    vcloud::{Dialect, Parameters, dialect::Constants, time::BasicTime},
};

/// What a request says of its own signature: taken apart, and not yet verified.
///
/// Which headers or parameters are signed is the client's to name, as the vendor's own clients
/// differ in it (section 4).
#[derive(Clone)]
pub struct Claim {
    pub(super) dialect: Dialect,
    pub(super) access_key: String,
    pub(super) date: String,
    pub(super) region: String,
    pub(super) service: String,
    pub(super) time: Timestamp,
    pub(super) signed: Signed,
    pub(super) session_token: Option<Secret>,
    pub(super) signature: Secret,
    lifetime: u64,
}

/// What is covered besides method and path.
#[derive(Clone)]
pub(super) enum Signed {
    /// The query, the body, and the headers of these names, separated by semicolons.
    Headers(String),
    /// The parameters of these names, separated by semicolons.
    Queries(String),
}

impl Claim {
    /// Takes the signature of a request apart: that in the query if there is one, else that in the
    /// headers.
    ///
    /// # Errors
    ///
    /// [`Refusal`], in the order of section 15.
    pub fn read(headers: &HeaderMap, query: &Parameters) -> Result<Claim, Refusal> {
        let in_query = |dialect: &Dialect| query.value(dialect.signature_name()).is_some();
        match Dialect::ALL.into_iter().find(in_query) {
            Some(dialect) => Claim::of_query(dialect, query),
            None => Claim::of_headers(headers),
        }
    }

    fn of_headers<'a>(headers: &'a HeaderMap) -> Result<Claim, Refusal> {
        let value = headers
            .get(header::AUTHORIZATION)
            .ok_or(Refusal::NoSignature)?;
        let value = value.to_str().map_err(|_| Refusal::Malformed)?;
        let (algorithm, parts) = value.split_once(' ').ok_or(Refusal::Malformed)?;
        let dialect = of_algorithm(algorithm)?;
        let [credential, names, signature] = parts_of_header(parts).ok_or(Refusal::Malformed)?;
        let constants = dialect.constants();
        let time = only(headers, constants.date)?;
        let session_token = only(headers, constants.session_token)?;
        only(headers, constants.body_digest)?;
        if has_repeated(names) {
            return Err(Refusal::Malformed);
        }
        let text = |value: &'a HeaderValue| value.to_str().ok();
        Parts {
            dialect,
            credential,
            time: time.and_then(text),
            // Whatever letters the list has, the signed text has small ones (section 4).
            signed: Signed::Headers(names.to_ascii_lowercase()),
            // One that is no text is a bad one, and not none.
            session_token: session_token.map(|value| text(value).unwrap_or_default()),
            signature,
            lifetime: DEFAULT_LIFETIME,
        }
        .check()
    }

    fn of_query(dialect: Dialect, query: &Parameters) -> Result<Claim, Refusal> {
        let constants = dialect.constants();
        if has_doubled(constants, query) {
            return Err(Refusal::Malformed);
        }
        let value = |name| query.value(name).ok_or(Refusal::Malformed);
        if of_algorithm(value(constants.algorithm_parameter)?)? != dialect {
            return Err(Refusal::Algorithm);
        }
        let signed = value(constants.signed_queries)?;
        // What is not signed could have been added by anybody.
        let expires = (query.value(constants.expires)).filter(|_| lists(signed, constants.expires));
        let lifetime = match expires {
            Some(seconds) => lifetime(seconds).ok_or(Refusal::Expired)?,
            None => DEFAULT_LIFETIME,
        };
        Parts {
            dialect,
            credential: value(constants.credential)?,
            time: query.value(constants.date),
            signed: Signed::Queries(signed.to_owned()),
            session_token: query.value(constants.session_token),
            signature: value(constants.signature)?,
            lifetime,
        }
        .check()
    }

    /// Whose constants are in it.
    pub fn dialect(&self) -> Dialect {
        self.dialect
    }

    /// Whose key it says made it.
    pub fn access_key(&self) -> &str {
        &self.access_key
    }

    /// For which region.
    pub fn region(&self) -> &str {
        &self.region
    }

    /// For which service, as the client spells it: `ImageX` or `imagex`.
    pub fn service(&self) -> &str {
        &self.service
    }

    /// When it says it was made.
    pub fn time(&self) -> Timestamp {
        self.time
    }

    /// The token that goes with temporary keys.
    pub fn session_token(&self) -> Option<&Secret> {
        self.session_token.as_ref()
    }

    /// Whether it is in the query, and so may be in anybody's hands.
    pub fn is_in_query(&self) -> bool {
        matches!(self.signed, Signed::Queries(_))
    }

    /// Whether this parameter is covered: in a signed query, only those are that it lists.
    pub fn covers(&self, parameter: &str) -> bool {
        match &self.signed {
            Signed::Headers(_) => true,
            Signed::Queries(names) => lists(names, parameter),
        }
    }

    /// Those of these parameters that are covered: in a signed query, anybody could have added the
    /// others.
    pub fn covered(&self, query: &Parameters) -> Parameters {
        let Some(names) = self.listed() else {
            return query.clone();
        };
        let pairs = query.iter();
        let covered = pairs.filter(|(name, _)| names.binary_search(name).is_ok());
        covered.fold(Parameters::new(), |all, (name, value)| {
            all.with_repeated(name.to_owned(), value.to_owned())
        })
    }

    /// The names of the parameters that are listed, sorted; none if all are covered. There may be as
    /// many of them as of parameters, so neither is looked for among all of the other.
    pub(super) fn listed(&self) -> Option<Vec<&str>> {
        match &self.signed {
            Signed::Headers(_) => None,
            Signed::Queries(names) => {
                let mut names: Vec<&str> = names.split(';').collect();
                names.sort_unstable();
                Some(names)
            }
        }
    }

    /// Checks that it was made within its life of `now`, before or after (section 15, 3).
    ///
    /// # Errors
    ///
    /// [`Refusal::Expired`].
    pub fn check_time(&self, now: Timestamp) -> Result<(), Refusal> {
        match self.time.seconds().abs_diff(now.seconds()) <= self.lifetime {
            true => Ok(()),
            false => Err(Refusal::Expired),
        }
    }
}

/// The texts of a claim, before they are looked at.
struct Parts<'a> {
    dialect: Dialect,
    credential: &'a str,
    time: Option<&'a str>,
    signed: Signed,
    session_token: Option<&'a str>,
    signature: &'a str,
    lifetime: u64,
}

impl Parts<'_> {
    fn check(self) -> Result<Claim, Refusal> {
        let [access_key, date, region, service, terminator] =
            split(self.credential).ok_or(Refusal::Credential)?;
        if [access_key, date, region, service].contains(&"") {
            return Err(Refusal::Incomplete);
        }
        if terminator != self.dialect.constants().terminator {
            return Err(Refusal::Credential);
        }
        if self.signature.is_empty() {
            return Err(Refusal::EmptySignature);
        }
        let text = self.time.ok_or(Refusal::Incomplete)?;
        let time = BasicTime::parse(text).ok_or(Refusal::Date)?;
        if !text.starts_with(date) || date.len() != 8 {
            return Err(Refusal::Date);
        }
        Ok(Claim {
            dialect: self.dialect,
            access_key: access_key.to_owned(),
            date: date.to_owned(),
            region: region.to_owned(),
            service: service.to_owned(),
            time,
            signed: self.signed,
            session_token: self.session_token.map(Secret::new),
            signature: Secret::new(self.signature),
            lifetime: self.lifetime,
        })
    }
}

/// Hides signature and session token.
impl fmt::Debug for Claim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Claim {
            access_key,
            date,
            region,
            service,
            ..
        } = self;
        write!(f, "Claim({access_key}/{date}/{region}/{service})")
    }
}

fn of_algorithm(name: &str) -> Result<Dialect, Refusal> {
    (Dialect::ALL.into_iter())
        .find(|dialect| dialect.algorithm() == name)
        .ok_or(Refusal::Algorithm)
}

/// The value of a header. Of two, one would be checked and the other perhaps believed.
fn only<'a>(headers: &'a HeaderMap, name: &str) -> Result<Option<&'a HeaderValue>, Refusal> {
    let mut values = headers.get_all(name).iter();
    let first = values.next();
    match values.next() {
        None => Ok(first),
        Some(_) => Err(Refusal::Malformed),
    }
}

/// The values of `Credential=…, SignedHeaders=…, Signature=…`: each once, in any order, with or
/// without blanks behind the commas.
fn parts_of_header(parts: &str) -> Option<[&str; 3]> {
    const NAMES: [&str; 3] = ["Credential", "SignedHeaders", "Signature"];
    let mut found = [None; 3];
    for part in parts.split(',') {
        let (name, value) = part.trim().split_once('=')?;
        let index = NAMES.iter().position(|known| *known == name)?;
        if found[index].replace(value).is_some() {
            return None;
        }
    }
    let [Some(credential), Some(names), Some(signature)] = found else {
        return None;
    };
    Some([credential, names, signature])
}

/// Whether one of the parameters that say what is signed is there twice: of two, one would be
/// checked and the other perhaps believed.
fn has_doubled(constants: &Constants, query: &Parameters) -> bool {
    let own = [
        constants.date,
        constants.credential,
        constants.algorithm_parameter,
        constants.signed_queries,
        constants.signature,
        constants.session_token,
        constants.expires,
    ];
    own.into_iter()
        .any(|own| query.iter().filter(|(name, _)| *name == own).count() > 1)
}

/// Whether a list of headers names one twice: its value would be hashed each time, and there may be
/// room for thousands of names.
fn has_repeated(names: &str) -> bool {
    let mut names: Vec<&str> = names.split(';').collect();
    names.sort_unstable_by(|one, other| by_lower(one, other));
    let is_same = |pair: &[&str]| pair[0].eq_ignore_ascii_case(pair[1]);
    names.windows(2).any(is_same)
}

/// The fields of a credential, if there are as many.
fn split(credential: &str) -> Option<[&str; 5]> {
    let mut parts = credential.split('/');
    let mut fields = [""; 5];
    for field in &mut fields {
        *field = parts.next()?;
    }
    parts.next().is_none().then_some(fields)
}

/// Whether a list of names has this one.
fn lists(names: &str, name: &str) -> bool {
    names.split(';').any(|listed| listed == name)
}
