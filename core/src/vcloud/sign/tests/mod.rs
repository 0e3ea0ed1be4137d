mod claims;
mod making;
mod refusals;

use http::{HeaderMap, Method};

use super::*;
use crate::{
    Secret, Timestamp, Token,
    vcloud::{Credentials, Dialect, Parameters, Region, Scope, Service},
};

const NOW: Timestamp = Timestamp::from_seconds(1_583_298_367);
const KEY: &str = "EXAMPLEKEY0000000000000000000001";
const HOST: &str = "vod.example.com:8080";

fn credentials() -> Credentials {
    Credentials::new("AKLTEXAMPLE", KEY).expect("a pair")
}

fn temporary() -> Credentials {
    let token = Token::new("STS2eyJ9+/==");
    credentials()
        .with_session_token(token)
        .expect("temporary keys")
}

fn scope(dialect: Dialect) -> Scope {
    Scope::new(dialect, Service::Vod, Region::CN_NORTH_1).expect("a scope")
}

fn signer(dialect: Dialect) -> Signer {
    Signer::new(scope(dialect), credentials())
}

fn query() -> Parameters {
    Parameters::of_action("GetPlayInfo", "2019-03-15").with("video_id", "v 1+影")
}

/// A request as it was sent, which can be changed on its way.
#[derive(Clone)]
struct Sent {
    method: Method,
    path: String,
    query: Parameters,
    headers: HeaderMap,
    body: Vec<u8>,
}

impl Sent {
    /// A request with a signature in its headers.
    fn with_headers(signer: &Signer, headers: &[(&str, &str)], body: &[u8]) -> Sent {
        let method = if body.is_empty() {
            Method::GET
        } else {
            Method::POST
        };
        let request = Unsigned {
            method: &method,
            path: "/",
            query: &query(),
            host: HOST,
            headers,
            body: BodyDigest::of(body),
        };
        let signed = signer.sign_headers(&request, NOW).expect("a signature");
        let mut map = HeaderMap::new();
        map.insert("host", HOST.parse().expect("a value"));
        for (name, value) in headers {
            let name: http::HeaderName = name.parse().expect("a name");
            map.insert(name, value.parse().expect("a value"));
        }
        signed.insert_into(&mut map);
        Sent {
            method,
            path: "/".into(),
            query: query(),
            headers: map,
            body: body.to_owned(),
        }
    }

    /// A request with a signature in its query.
    fn with_query(signer: &Signer, query: &Parameters) -> Sent {
        let signed = signer.sign_query(&Method::GET, "/", query, NOW);
        Sent {
            method: Method::GET,
            path: "/".into(),
            query: Parameters::decode(signed.expect("a signature").expose()).expect("a query"),
            headers: HeaderMap::new(),
            body: Vec::new(),
        }
    }

    fn claim(&self) -> Result<Claim, Refusal> {
        Claim::read(&self.headers, &self.query)
    }

    fn verify(&self) -> Result<(), Refusal> {
        self.verify_with(KEY)
    }

    fn verify_with(&self, key: &str) -> Result<(), Refusal> {
        self.claim()?.verify(
            &Secret::new(key),
            &Received {
                method: &self.method,
                path: &self.path,
                query: &self.query,
                headers: &self.headers,
                body: BodyDigest::of(&self.body),
            },
        )
    }

    /// The same, with this header changed.
    fn header(&self, name: &'static str, value: &str) -> Sent {
        let mut changed = self.clone();
        changed
            .headers
            .insert(name, value.parse().expect("a value"));
        changed
    }

    /// The same, with this parameter changed or added.
    fn parameter(&self, name: &'static str, value: &str) -> Sent {
        let query = self.query.clone().with(name, value.to_owned());
        Sent {
            query,
            ..self.clone()
        }
    }
}
