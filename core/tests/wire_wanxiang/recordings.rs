//! The recordings, and the core's calls carried out against their replies.

use std::collections::BTreeSet;

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;
use serde_json::{Value, json};
use yunmei_core::{Payload, error::TransportError};
use yunmei_fixtures::{
    Clock, MadeUp, Source, Task,
    form::{self, Part},
    materialise,
    vectors::WANXIANG,
    wanxiang::{Account, Api, Call, NamedPicture},
};

#[derive(Deserialize)]
pub(crate) struct Recording {
    pub(crate) name: String,
    operation: String,
    call: Arguments,
    pub(crate) exchanges: Vec<Exchange>,
    pub(crate) sdk_returned: Value,
}

#[derive(Deserialize)]
struct Arguments {
    args: Vec<Value>,
    kwargs: Value,
}

#[derive(Deserialize)]
pub(crate) struct Exchange {
    pub(crate) request: Recorded,
    pub(crate) response: Reply,
}

#[derive(Deserialize)]
pub(crate) struct Recorded {
    method: String,
    pub(crate) target: String,
    headers: Vec<(String, String)>,
    body: Option<String>,
    body_base64: Option<String>,
}

#[derive(Deserialize)]
pub(crate) struct Reply {
    pub(crate) status: u16,
    /// JSON, or a text that is none.
    pub(crate) body: Value,
}

/// A request of the core, with the contents in it.
pub(crate) struct Ours {
    request: Request<Payload>,
    pub(crate) body: Bytes,
}

pub(crate) fn recordings() -> Vec<Recording> {
    let mut file: Value = serde_json::from_str(WANXIANG).expect("JSON");
    serde_json::from_value(file["wire"].take()).expect("recordings")
}

pub(crate) fn recording(name: &str) -> Recording {
    let found = recordings().into_iter().find(|one| one.name == name);
    found.unwrap_or_else(|| panic!("no recording {name}"))
}

impl Recording {
    /// Carries the call out against the recorded replies, of which the last one is repeated. Where
    /// there is none, no answer comes.
    pub(crate) fn play(&self) -> (Vec<Ours>, Value) {
        let (call, contents) = self.call();
        let account = Account {
            api: self.api(),
            app: 10_000_001,
            bucket: Some("examplebucket".into()),
            user: self.text("userid"),
            credentials: MadeUp::Example,
            // For detection the reference takes 1000 seconds, like the core.
            signature_seconds: (self.api() != Api::Detection).then_some(30 * 86_400),
        };
        let task = Task::Wanxiang { account, call };
        let clock = Clock::of_number(1_438_669_115, 11_162).frozen();
        let mut sent = Vec::new();
        let source = contents.first().cloned().unwrap_or_default();
        let outcome = task.run(&source, clock, |request| {
            let body = materialise(request.body(), &contents).expect("ranges of the contents");
            let exchange = self.exchanges.get(sent.len()).or(self.exchanges.last());
            sent.push(Ours { request, body });
            let lost = || TransportError::unknown("no reply was recorded").into();
            exchange
                .map(|exchange| exchange.response.response())
                .ok_or_else(lost)
        });
        (sent, outcome.expect("an account with this operation"))
    }

    fn api(&self) -> Api {
        match self.operation.split_once('.').expect("a class").0 {
            "ImageV2" => Api::PhotosV2Enhanced,
            "Image" => Api::PhotosV1,
            "Video" => Api::VideosV1,
            "ImageProcess" => Api::Detection,
            other => panic!("a class that is not known: {other}"),
        }
    }

    /// The argument of this name, given by place or by name.
    fn argument(&self, name: &str) -> &Value {
        let names: &[&str] = match self.operation.as_str() {
            "ImageV2.upload" | "ImageV2.upload_binary" => {
                &["content", "bucket", "fileid", "userid", "context", "params"]
            }
            "ImageV2.stat" | "ImageV2.copy" | "ImageV2.delete" => &["bucket", "fileid", "userid"],
            "Image.upload" | "Image.upload_binary" => &["content", "userid", "context", "params"],
            "Video.upload" | "Video.upload_slice" => {
                &["content", "userid", "title", "desc", "context"]
            }
            "ImageProcess.porn_detect" | "ImageProcess.porn_detect_url" => &["url"],
            "ImageProcess.porn_detect_file" => &["files"],
            _ => &["fileid", "userid"],
        };
        let place = names.iter().position(|other| *other == name);
        let by_place = place.and_then(|place| self.call.args.get(place));
        by_place.unwrap_or(&self.call.kwargs[name])
    }

    pub(crate) fn text(&self, name: &str) -> Option<String> {
        self.argument(name).as_str().map(str::to_owned)
    }

    /// The core's call for the input of the reference, and the contents of its sources.
    fn call(&self) -> (Call, Vec<Bytes>) {
        let text = |name: &str| self.text(name).unwrap_or_default();
        let file_id = text("fileid");
        let content = || vec![self.content()];
        match self.operation.split_once('.').expect("a class") {
            ("ImageV2" | "Image", "upload" | "upload_binary") => (self.upload(), content()),
            ("ImageV2" | "Image", "stat") => (Call::Stat { file_id }, vec![]),
            ("ImageV2" | "Image", "copy") => (Call::Copy { file_id }, vec![]),
            ("ImageV2" | "Image", "delete") => (Call::Delete { file_id }, vec![]),
            ("Video", "upload") => {
                let call = Call::UploadVideo {
                    file_name: self.text("content"),
                    title: text("title"),
                    description: text("desc"),
                    magic_context: text("context"),
                };
                (call, content())
            }
            ("Video", "upload_slice") => {
                let call = Call::PutVideoSlices {
                    title: text("title"),
                    description: text("desc"),
                    magic_context: text("context"),
                    take_up: None,
                };
                (call, content())
            }
            ("Video", "stat") => (Call::StatVideo { file_id }, vec![]),
            ("Video", "delete") => (Call::DeleteVideo { file_id }, vec![]),
            (_, "porn_detect") => (Call::DetectUrl { url: text("url") }, vec![]),
            (_, "porn_detect_url") => {
                let urls = serde_json::from_value(self.argument("url").clone()).expect("texts");
                (Call::DetectUrls { urls }, vec![])
            }
            (_, "porn_detect_file") => self.files(),
            other => panic!("an operation that is not known: {other:?}"),
        }
    }

    fn upload(&self) -> Call {
        let query = &self.argument("params")["get"];
        let analyses = query["analyze"].as_str().unwrap_or_default();
        let others = query.as_object().into_iter().flatten();
        Call::Upload {
            file_id: self.text("fileid").filter(|id| !id.is_empty()),
            file_name: self.text("content"),
            magic_context: self.text("context").unwrap_or_default(),
            analyze_fuzzy: analyses.contains("fuzzy"),
            analyze_food: analyses.contains("food"),
            parameters: (others.filter(|(name, _)| *name != "analyze"))
                .map(|(name, value)| (name.clone(), value.as_str().expect("a text").to_owned()))
                .collect(),
            // The reference computes no digest of pictures.
            unchecked: true,
        }
    }

    fn content(&self) -> Bytes {
        let argument = self.argument("content");
        match (argument["bytes_base64"].as_str(), argument.as_str()) {
            (Some(base64), _) => BASE64_STANDARD.decode(base64).expect("base64").into(),
            (_, Some("cat.jpg")) => {
                let parts = recording("v2-upload-file").exchanges[0].request.parts();
                parts.into_iter().next().expect("a file").value.into()
            }
            (_, Some("clip.mp4")) => (0..10).collect(),
            (_, Some("empty.mp4")) => Bytes::new(),
            _ => panic!("a content that is not known: {argument}"),
        }
    }

    /// The files are seen in the body only.
    fn files(&self) -> (Call, Vec<Bytes>) {
        let names: Vec<String> =
            serde_json::from_value(self.argument("files").clone()).expect("texts");
        let parts = self.exchanges[0].request.parts().into_iter();
        let contents: Vec<Bytes> = (parts.filter(|part| part.file_name.is_some()))
            .map(|part| part.value.into())
            .collect();
        let pictures = (names.into_iter().zip(&contents))
            .map(|(name, content)| NamedPicture {
                name,
                content: Source::Base64 {
                    base64: BASE64_STANDARD.encode(content),
                },
            })
            .collect();
        (Call::DetectFiles { pictures }, contents)
    }
}

impl Reply {
    fn response(&self) -> Response<Bytes> {
        let body = match self.body.as_str() {
            Some(text) => text.to_owned(),
            None => self.body.to_string(),
        };
        let response = Response::builder().status(self.status);
        response.body(body.into()).expect("a response")
    }
}

impl Recorded {
    fn header(&self, name: &str) -> Option<&str> {
        let found = self.headers.iter().find(|(other, _)| other == name);
        found.map(|(_, value)| value.as_str())
    }

    fn bytes(&self) -> Vec<u8> {
        match (&self.body_base64, &self.body) {
            (Some(base64), _) => BASE64_STANDARD.decode(base64).expect("base64"),
            (None, Some(text)) => text.clone().into_bytes(),
            (None, None) => Vec::new(),
        }
    }

    /// The parts of its form.
    pub(crate) fn parts(&self) -> Vec<Part> {
        let content_type = self.header("Content-Type").expect("a body");
        form::parts(content_type, &self.bytes()).expect("a form")
    }

    /// What its body says.
    fn meaning(&self) -> Value {
        meaning(self.header("Content-Type"), &self.bytes())
    }
}

impl Ours {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        let value = self.request.headers().get(name);
        value.map(|value| value.to_str().expect("text"))
    }

    pub(crate) fn target(&self) -> &str {
        self.request
            .uri()
            .path_and_query()
            .expect("a path")
            .as_str()
    }

    /// The parts of its form.
    pub(crate) fn parts(&self) -> Vec<Part> {
        let content_type = self.header("content-type").expect("a body");
        form::parts(content_type, &self.body).expect("a form")
    }

    /// In what it differs from a recorded request.
    pub(crate) fn differences(&self, theirs: &Recorded) -> BTreeSet<&'static str> {
        let uri = self.request.uri();
        // The recording was made over plain http; the default here is https.
        assert_eq!(uri.scheme_str(), Some("https"));
        let authority = uri.authority().map(|authority| authority.as_str());
        // Ours may differ in length, for the framing; what is announced must be what is there.
        if let Some(length) = self.header("content-length") {
            assert_eq!(length, self.body.len().to_string());
        }
        let length = |found: Option<&str>| found.is_some();
        let ours = meaning(self.header("content-type"), &self.body);
        [
            ("method", self.request.method().as_str() == theirs.method),
            ("host", authority == theirs.header("Host")),
            ("target", self.target() == theirs.target),
            (
                "authorization",
                self.header("authorization") == theirs.header("Authorization"),
            ),
            (
                "length",
                length(self.header("content-length")) == length(theirs.header("Content-Length")),
            ),
            ("body", ours == theirs.meaning()),
        ]
        .iter()
        .filter(|(_, same)| !same)
        .map(|(what, _)| *what)
        .collect()
    }
}

/// What a body says, whatever its framing: JSON by value, forms by their parts.
fn meaning(content_type: Option<&str>, body: &[u8]) -> Value {
    match content_type {
        None => {
            assert!(body.is_empty());
            Value::Null
        }
        Some("application/json") => serde_json::from_slice(body).expect("JSON"),
        Some(content_type) => {
            let parts = form::parts(content_type, body).expect("a form");
            let part = |part: Part| json!([part.name, part.file_name, part.value]);
            parts.into_iter().map(part).collect()
        }
    }
}
