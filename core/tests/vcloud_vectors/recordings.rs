//! Recorded conversations of the reference, to be played: each request must be the recorded one, each
//! answer is the recorded one.

use std::collections::BTreeSet;

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{HeaderMap, Method, Request, Response};
use serde_json::Value;
use yunmei_core::{
    Chunk, Driver, Endpoint, Error, Flow, Nonce, Payload, Retry, Stamp, Step,
    vcloud::{
        Content, ContentBuilder, Credentials, Dialect, Parameters, Region, Scheme,
        edit::Edit,
        iam::Iam,
        imagex::ImageX,
        sign::{BodyDigest, Claim, Received},
        vod::Vod,
    },
};

use crate::{FILE, input};

/// Those of the reference's HTTP library.
const OF_THE_LIBRARY: [&str; 3] = ["user-agent", "accept-encoding", "connection"];

/// Those that cover the bytes of the body, which the reference writes with blanks and escapes.
const OF_THE_BODY: [&str; 3] = ["x-amz-content-sha256", "authorization", "content-length"];

/// A conversation of the reference.
pub(crate) struct Recording(&'static Value);

impl Recording {
    pub(crate) fn named(name: &str) -> Recording {
        let mut recordings = FILE["wire"].as_array().expect("a list").iter();
        let found = recordings.find(|recording| recording["name"] == name);
        Recording(found.unwrap_or_else(|| panic!("there is no {name}")))
    }

    pub(crate) fn client(&self) -> &'static Value {
        &self.0["client"]
    }

    /// What the reference was told to do.
    pub(crate) fn call(&self) -> &'static Value {
        &self.0["call"]
    }

    /// What it made of it.
    pub(crate) fn returned(&self) -> &'static Value {
        &self.0["returned"]
    }

    /// The body of an answer.
    pub(crate) fn answered(&self, step: usize) -> &'static Value {
        &self.0["steps"][step]["response"]["body"]
    }

    pub(crate) fn vod(&self) -> Vod {
        let vod = Vod::new(Dialect::TtvCloud, self.region(), self.keys());
        vod.expect("a handle").at(self.endpoint())
    }

    pub(crate) fn iam(&self) -> Iam {
        let iam = Iam::new(Dialect::TtvCloud, self.region(), self.keys());
        iam.expect("a handle").at(self.endpoint())
    }

    pub(crate) fn edit(&self) -> Edit {
        let edit = Edit::new(Dialect::TtvCloud, self.region(), self.keys());
        edit.expect("a handle").at(self.endpoint())
    }

    pub(crate) fn imagex(&self) -> ImageX {
        let imagex = ImageX::new(Dialect::TtvCloud, self.region(), self.keys());
        let imagex = imagex.expect("a handle").at(self.endpoint());
        imagex.uploads_over(Scheme::Http)
    }

    pub(crate) fn endpoint(&self) -> Endpoint {
        let scheme = input::text(self.client(), "scheme");
        let host = input::text(self.client(), "host");
        Endpoint::parse(&format!("{scheme}://{host}")).expect("an endpoint")
    }

    fn region(&self) -> Region {
        Region::new(input::text(self.client(), "region")).expect("a region")
    }

    pub(crate) fn keys(&self) -> Credentials {
        input::credentials(self.client())
    }

    /// What is uploaded: one file, or several pictures.
    fn sources(&self) -> Vec<Vec<u8>> {
        let images = self.call()["images_base64"].as_array();
        let images = images.map_or(&[] as &[Value], Vec::as_slice);
        let sources = self.call()["file_base64"].as_str().into_iter();
        let sources = sources.chain(images.iter().filter_map(Value::as_str));
        sources
            .map(|base64| BASE64_STANDARD.decode(base64).expect("base64"))
            .collect()
    }

    pub(crate) fn content(&self, source: usize) -> Content {
        let mut content = ContentBuilder::new();
        content.update(&self.sources()[source]);
        content.finish()
    }

    /// Plays it to its end; all of its steps must be asked for.
    pub(crate) fn play<F: Flow>(&self, flow: F) -> Result<F::Output, Error> {
        self.play_with_pauses(flow).0
    }

    /// The same; tells how often the flow paused.
    pub(crate) fn play_with_pauses<F: Flow>(&self, flow: F) -> (Result<F::Output, Error>, usize) {
        let mut steps = self.0["steps"].as_array().expect("steps").iter();
        let mut driver = Driver::new(flow, Retry::default());
        let stamp = Stamp::new(input::now(self.client()), Nonce::from_bytes([7; 32]));
        let mut pauses = 0;
        loop {
            match driver.poll(&stamp) {
                Step::Send(request) => {
                    let step = steps.next().expect("no more requests than recorded");
                    self.compare(&request, &step["request"]);
                    driver.handle(Ok(answer(&step["response"])));
                }
                Step::Sleep(_) => pauses += 1,
                Step::Done(result) => {
                    assert_eq!(steps.next(), None, "not all was asked for");
                    return (result, pauses);
                }
            }
        }
    }

    fn compare(&self, ours: &Request<Payload>, recorded: &Value) {
        let target = ours.uri().path_and_query().expect("a path");
        let line = format!("{} {target} HTTP/1.1", ours.method());
        assert_eq!(line, input::text(recorded, "request_line"));
        assert_eq!(ours.uri().scheme_str(), Some("http"));
        assert_eq!(recorded_header(recorded, "host"), Some(host(ours)));

        let same_bytes = self.compare_body(ours.body(), recorded);
        let not_compared = |name: &str| !same_bytes && OF_THE_BODY.contains(&name);
        let mut names: BTreeSet<&str> = ours.headers().keys().map(|name| name.as_str()).collect();
        for (name, value) in protocol_headers(recorded) {
            let header = ours
                .headers()
                .get(&name)
                .unwrap_or_else(|| panic!("no {name}"));
            if !not_compared(&name) {
                assert_eq!(header.to_str().expect("a text"), value, "{name}");
            }
            names.remove(name.as_str());
        }
        assert_eq!(names, BTreeSet::new(), "more than the reference sends");
        if !same_bytes {
            self.verify(ours);
        }
    }

    /// Whether it is the same to the last byte, and not only as JSON.
    fn compare_body(&self, ours: &Payload, recorded: &Value) -> bool {
        let body = match recorded["body_base64"].as_str() {
            Some(body) => BASE64_STANDARD.decode(body).expect("base64"),
            None => input::text(recorded, "body").as_bytes().to_owned(),
        };
        match ours.chunks() {
            [] => assert!(body.is_empty()),
            [Chunk::Source { source, range }] => {
                let source = &self.sources()[*source];
                assert_eq!(*range, 0..source.len() as u64);
                assert_eq!(*source, body);
            }
            [Chunk::Inline(bytes)] => {
                let json = |bytes| serde_json::from_slice::<Value>(bytes).expect("JSON");
                assert_eq!(json(bytes), json(&body));
                return bytes[..] == body;
            }
            more => panic!("{more:?}"),
        }
        true
    }

    fn verify(&self, ours: &Request<Payload>) {
        let query = Parameters::decode(ours.uri().query().expect("a query"));
        let query = query.expect("parameters");
        let [Chunk::Inline(body)] = ours.body().chunks() else {
            panic!("no JSON")
        };
        let mut headers: HeaderMap = ours.headers().clone();
        headers.insert("host", host(ours).parse().expect("a header"));
        let received = Received {
            method: &Method::POST,
            path: "/",
            query: &query,
            headers: &headers,
            body: BodyDigest::of(body),
        };
        let keys = self.keys();
        let claim = Claim::read(&headers, &query).expect("a claim");
        assert_eq!(claim.verify(keys.secret_key(), &received), Ok(()));
    }
}

fn host(request: &Request<Payload>) -> &str {
    request.uri().authority().expect("a host").as_str()
}

/// Names in small letters, and values; without those that are the library's affair.
fn protocol_headers(recorded: &Value) -> Vec<(String, &str)> {
    let pairs = recorded["headers"].as_array().expect("headers").iter();
    let pairs = pairs.map(|pair| {
        let text = |index: usize| pair[index].as_str().expect("a text");
        (text(0).to_ascii_lowercase(), text(1))
    });
    let of_protocol = |(name, value): &(String, &str)| {
        // The library accepts anything where the reference does not say what.
        !OF_THE_LIBRARY.contains(&name.as_str()) && name != "host" && *value != "*/*"
    };
    pairs.filter(of_protocol).collect()
}

fn recorded_header<'a>(recorded: &'a Value, name: &str) -> Option<&'a str> {
    let mut pairs = recorded["headers"].as_array().expect("headers").iter();
    let found = pairs.find(|pair| {
        let known = pair[0].as_str();
        known.is_some_and(|known| known.eq_ignore_ascii_case(name))
    })?;
    found[1].as_str()
}

fn answer(recorded: &Value) -> Response<Bytes> {
    let status = recorded["status"].as_u64().expect("a status");
    Response::builder()
        .status(u16::try_from(status).expect("a status"))
        .body(recorded["body"].to_string().into())
        .expect("a response")
}
