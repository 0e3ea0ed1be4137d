//! Signatures in headers.

use http::{HeaderMap, HeaderValue, Method, header};
use proptest::{prelude::*, sample::Index};
use yunmei_core::{
    Secret,
    vcloud::{
        Credentials, Dialect, Parameters, Scope,
        sign::{BodyDigest, Claim, DEFAULT_LIFETIME, Received, Refusal, Signer, Unsigned},
    },
};

use super::{
    reference::{self, Plain, Reference},
    samples::{
        at, credentials, header_map, hosts, methods, parameters, paths, requests, scopes, texts,
        times,
    },
};
use crate::tries;

/// A request as it arrived.
#[derive(Clone)]
struct Arrived {
    method: Method,
    path: String,
    query: Parameters,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Arrived {
    /// Signed with these keys, and with the query as it is read from the wire.
    fn signed(plain: &Plain, scope: &Scope, keys: &Credentials, seconds: u64) -> Arrived {
        let signer = Signer::new(scope.clone(), keys.clone());
        let method: Method = plain.method.parse().expect("a method");
        let query = parameters(&plain.query);
        let pairs: Vec<(&str, &str)> = (plain.headers.iter())
            .map(|(name, value)| (name.as_str(), value.as_str()))
            .collect();
        let unsigned = Unsigned {
            method: &method,
            path: &plain.path,
            query: &query,
            host: &plain.host,
            headers: &pairs,
            body: BodyDigest::of(&plain.body),
        };
        let signed = signer
            .sign_headers(&unsigned, at(seconds))
            .expect("a signature");
        let mut headers = header_map(plain);
        signed.insert_into(&mut headers);
        Arrived {
            method,
            path: plain.path.clone(),
            query: Parameters::decode(&query.encode()).expect("UTF-8"),
            headers,
            body: plain.body.clone(),
        }
    }

    fn authorization(&self) -> &str {
        self.headers[header::AUTHORIZATION].to_str().expect("text")
    }

    fn set(&mut self, name: &str, text: &str) {
        let name: header::HeaderName = name.parse().expect("a name");
        self.headers
            .insert(name, HeaderValue::from_str(text).expect("printable"));
    }

    fn verify(&self, secret: &str) -> Result<Claim, Refusal> {
        let claim = Claim::read(&self.headers, &self.query)?;
        let received = Received {
            method: &self.method,
            path: &self.path,
            query: &self.query,
            headers: &self.headers,
            body: BodyDigest::of(&self.body),
        };
        claim
            .verify(&Secret::new(secret), &received)
            .map(|()| claim)
    }
}

/// What somebody on the way may change.
#[derive(Clone, Debug)]
enum Change {
    Method(String),
    Path(String),
    Name(Index, String),
    Value(Index, String),
    Added(Index, String, String),
    Dropped(Index),
    Swapped(Index),
    Host(String),
    Header(Index, String),
    HeaderGone(Index),
    Body(Vec<u8>),
    Date(u64),
    Authorization(Index, u8),
    Key(String),
}

fn changes() -> impl Strategy<Value = Change> {
    let index = any::<Index>;
    prop_oneof![
        methods().prop_map(Change::Method),
        paths().prop_map(Change::Path),
        (index(), texts()).prop_map(|(at, text)| Change::Name(at, text)),
        (index(), texts()).prop_map(|(at, text)| Change::Value(at, text)),
        (index(), texts(), texts()).prop_map(|(at, name, value)| Change::Added(at, name, value)),
        index().prop_map(Change::Dropped),
        index().prop_map(Change::Swapped),
        hosts().prop_map(Change::Host),
        (index(), "[ -~]{0,16}").prop_map(|(at, text)| Change::Header(at, text)),
        index().prop_map(Change::HeaderGone),
        proptest::collection::vec(any::<u8>(), 0..8).prop_map(Change::Body),
        times().prop_map(Change::Date),
        (index(), b'!'..=b'~').prop_map(|(at, byte)| Change::Authorization(at, byte)),
        "\\PC{1,20}".prop_map(Change::Key),
    ]
}

/// The names that the signature lists.
fn signed_names(authorization: &str) -> Vec<String> {
    let (_, rest) = authorization.split_once("SignedHeaders=").expect("a list");
    let (names, _) = rest.split_once(',').expect("an end");
    names.split(';').map(str::to_owned).collect()
}

/// The same with the change; `None` if that leaves what is signed as it was.
fn changed(arrived: &Arrived, plain: &Plain, dialect: Dialect, change: &Change) -> Option<Arrived> {
    let mut other = arrived.clone();
    let mut query = plain.query.clone();
    let place = |at: &Index| (!plain.query.is_empty()).then(|| at.index(plain.query.len()));
    match change {
        Change::Method(method) => other.method = method.parse().expect("a method"),
        Change::Path(path) => other.path = path.clone(),
        Change::Name(at, name) => query[place(at)?].0 = name.clone(),
        Change::Value(at, value) => query[place(at)?].1 = value.clone(),
        Change::Added(at, name, value) => {
            query.insert(
                at.index(plain.query.len() + 1),
                (name.clone(), value.clone()),
            );
        }
        Change::Dropped(at) => drop(query.remove(place(at)?)),
        Change::Swapped(at) => {
            let at = place(at)?;
            query.swap(at, 0);
        }
        Change::Host(host) => other.set("host", host),
        Change::Header(at, value) => {
            let names = signed_names(arrived.authorization());
            other.set(&names[at.index(names.len())], value);
        }
        Change::HeaderGone(at) => {
            let names = signed_names(arrived.authorization());
            other.headers.remove(&names[at.index(names.len())]);
        }
        Change::Body(body) => other.body = body.clone(),
        Change::Date(seconds) => other.set(dialect.date_name(), &reference::time(*seconds)),
        Change::Authorization(at, byte) => {
            let mut text = arrived.authorization().as_bytes().to_vec();
            let length = text.len();
            text[at.index(length)] = *byte;
            // The names of headers may be spelled in capitals.
            if text.eq_ignore_ascii_case(arrived.authorization().as_bytes()) {
                return None;
            }
            other.set("authorization", str::from_utf8(&text).expect("ASCII"));
        }
        Change::Key(_) => return Some(other),
    }
    other.query = parameters(&query);
    let host = |arrived: &Arrived| {
        let value = arrived.headers.get(header::HOST)?;
        Some(reference::host(value.to_str().expect("text")))
    };
    let without_host = |arrived: &Arrived| {
        let mut headers = arrived.headers.clone();
        headers.remove(header::HOST);
        headers
    };
    let is_same = other.method == arrived.method
        && reference::path(&other.path) == reference::path(&arrived.path)
        && reference::query(&query) == reference::query(&plain.query)
        && host(&other) == host(arrived)
        && without_host(&other) == without_host(arrived)
        && other.body == arrived.body;
    (!is_same).then_some(other)
}

proptest! {
    #![proptest_config(tries(256))]

    #[test]
    fn a_signature_in_headers_is_the_one_of_the_dossier(
        plain in requests(),
        scope in scopes(),
        keys in credentials(),
        seconds in times(),
    ) {
        let arrived = Arrived::signed(&plain, &scope, &keys, seconds);
        let reference = Reference { scope: &scope, credentials: &keys, seconds };
        prop_assert_eq!(arrived.authorization(), reference.authorization(&plain));
    }

    #[test]
    fn a_signature_in_headers_is_verified_by_the_key_it_was_made_with_and_no_other(
        plain in requests(),
        scope in scopes(),
        keys in credentials(),
        seconds in times(),
        other_key in "\\PC{1,20}",
    ) {
        let secret = keys.secret_key().expose();
        let mut arrived = Arrived::signed(&plain, &scope, &keys, seconds);
        let claim = arrived.verify(secret);
        let claim = claim.expect("verified");
        prop_assert_eq!(claim.access_key(), keys.access_key());
        prop_assert_eq!(claim.dialect(), scope.dialect());
        prop_assert_eq!(claim.region(), scope.region().as_str());
        prop_assert_eq!(claim.service(), scope.service().signing_name());
        prop_assert_eq!(claim.time(), at(seconds));
        prop_assert_eq!(
            claim.session_token().map(Secret::expose),
            keys.session_token().map(|token| token.expose())
        );
        prop_assert!(!claim.is_in_query());
        for (now, lives) in [
            (seconds, true),
            (seconds + DEFAULT_LIFETIME, true),
            (seconds + DEFAULT_LIFETIME + 1, false),
            (seconds.saturating_sub(DEFAULT_LIFETIME), true),
        ] {
            prop_assert_eq!(claim.check_time(at(now)).is_ok(), lives);
        }
        if other_key != secret {
            prop_assert_eq!(arrived.verify(&other_key).err(), Some(Refusal::Digest));
        }
        // What is not signed may be changed on the way, as some proxies do.
        arrived.set("accept", "*/*");
        arrived.set("user-agent", "proxy");
        arrived.set("via", "proxy");
        prop_assert!(arrived.verify(secret).is_ok());
    }

    #[test]
    fn nothing_that_is_signed_in_headers_can_be_changed_on_the_way(
        plain in requests(),
        scope in scopes(),
        keys in credentials(),
        seconds in times(),
        change in changes(),
    ) {
        let arrived = Arrived::signed(&plain, &scope, &keys, seconds);
        let secret = match &change {
            Change::Key(secret) => secret,
            _ => keys.secret_key().expose(),
        };
        prop_assume!(!matches!(&change, Change::Key(secret) if secret == keys.secret_key().expose()));
        let Some(other) = changed(&arrived, &plain, scope.dialect(), &change) else {
            // Nor does it matter what is not signed.
            return Ok(());
        };
        // The access key is not signed itself: it says which secret to look up.
        let verified = other.verify(secret);
        prop_assert!(verified.map_or(true, |claim| claim.access_key() != keys.access_key()));
    }

    #[test]
    fn the_order_of_different_parameters_and_the_spelling_of_blanks_do_not_matter(
        (plain, order) in requests().prop_flat_map(|plain| {
            let order: Vec<usize> = (0..plain.query.len()).collect();
            (Just(plain), Just(order).prop_shuffle())
        }),
        scope in scopes(),
        keys in credentials(),
        seconds in times(),
    ) {
        let mut arrived = Arrived::signed(&plain, &scope, &keys, seconds);
        let mut query: Vec<_> = order.iter().map(|at| plain.query[*at].clone()).collect();
        // Values of one name stay in their order.
        for name in plain.query.iter().map(|(name, _)| name) {
            let values = plain.query.iter().filter(|(known, _)| known == name);
            let places = query.iter_mut().filter(|(known, _)| known == name);
            places.zip(values).for_each(|(place, pair)| *place = pair.clone());
        }
        let wire = parameters(&query).encode();
        for wire in [wire.replace('+', "%20"), wire] {
            arrived.query = Parameters::decode(&wire).expect("UTF-8");
            prop_assert!(arrived.verify(keys.secret_key().expose()).is_ok());
        }
    }

    #[test]
    fn whatever_arrives_is_refused_and_makes_nothing_panic(
        plain in requests(),
        authorization in prop_oneof![
            "(AWS4-)?HMAC-SHA256 Credential=[ -~]{0,40}, SignedHeaders=[a-z;-]{0,20}, Signature=[0-9a-f]{0,64}",
            "(AWS4-)?HMAC-SHA256 Credential=a/20200304/r/s/(aws4_)?request,SignedHeaders=[a-z;-]{0,9},Signature=[0-9a-f]{0,64}",
            "[ -~]{0,80}",
        ],
        date in prop_oneof![Just("20200304T050607Z".to_owned()), "[ -~]{0,20}"],
    ) {
        let mut arrived = Arrived {
            method: plain.method.parse().expect("a method"),
            path: plain.path.clone(),
            query: parameters(&plain.query),
            headers: header_map(&plain),
            body: plain.body.clone(),
        };
        arrived.set("authorization", &authorization);
        arrived.set("x-amz-date", &date);
        arrived.set("x-date", &date);
        let refused = arrived.verify("EXAMPLEKEY");
        prop_assert!(refused.is_err());
    }
}
