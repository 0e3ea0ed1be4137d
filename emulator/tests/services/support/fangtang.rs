//! Photo repair: a partner, a clock that is moved by hand, and pictures.

use std::{
    io::{Cursor, Write},
    sync::{
        Arc,
        atomic::{AtomicU64, Ordering},
    },
};

use bytes::Bytes;
use http::Response;
use image::{DynamicImage, ImageFormat, Rgb, RgbImage};
use md5::{Digest, Md5};
use serde_json::Value;
use yunmei_core::{Driver, Error, Flow, Retry, Secret, Step, Timestamp, fangtang::ThirdCode};
use yunmei_emulator::{Builder, FangtangAccount};

use super::{Bed, NOW, json, read_response, stamp};

/// The key of the dossier's check value.
pub(crate) const SECRET: &str = "hiliad";
pub(crate) const PARTNER: &str = "demo-partner";

/// An emulator whose clock stands still until it is moved.
pub(crate) struct Studio {
    pub(crate) bed: Bed,
    time: Arc<AtomicU64>,
}

/// A field of a form.
pub(crate) enum Field<'a> {
    Text(&'a str, &'a str),
    File(&'a str, &'a [u8]),
}

pub(crate) use Field::{File, Text};

impl Studio {
    pub(crate) fn new() -> Studio {
        Studio::with(|builder| builder)
    }

    pub(crate) fn with(change: impl FnOnce(Builder) -> Builder) -> Studio {
        let time = Arc::new(AtomicU64::new(NOW));
        let clock = Arc::clone(&time);
        let account =
            FangtangAccount::new(ThirdCode::new(PARTNER).expect("an id"), Secret::new(SECRET))
                .expect("a partner");
        let builder = super::telling()
            .fangtang_account(account)
            .clock(move || Timestamp::from_seconds(clock.load(Ordering::Relaxed)));
        Studio {
            bed: Bed::with(change(builder)),
            time,
        }
    }

    pub(crate) fn pass(&self, seconds: u64) {
        self.time.fetch_add(seconds, Ordering::Relaxed);
    }

    /// Sets the clock back.
    pub(crate) fn unpass(&self, seconds: u64) {
        self.time.fetch_sub(seconds, Ordering::Relaxed);
    }

    /// A token that is made now.
    pub(crate) fn token(&self) -> String {
        token(SECRET, self.time.load(Ordering::Relaxed))
    }

    /// A call as the partner makes it.
    pub(crate) fn call(&self, path: &str, fields: &[Field<'_>]) -> Response<Bytes> {
        let fields: Vec<_> = [Text("third_code", PARTNER)]
            .iter()
            .chain(fields)
            .map(Field::written)
            .collect();
        self.send(path, &[("token", &self.token())], &fields.concat())
    }

    /// A call with these headers, beside those of the form, and these parts.
    pub(crate) fn send(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        parts: &[u8],
    ) -> Response<Bytes> {
        let response = self.send_perhaps(path, headers, parts);
        response.expect("a response")
    }

    /// The same; none if there is no answer.
    pub(crate) fn send_perhaps(
        &self,
        path: &str,
        headers: &[(&str, &str)],
        parts: &[u8],
    ) -> Option<Response<Bytes>> {
        let host = self.bed.emulator.address().to_string();
        let mut all = vec![("content-type", "multipart/form-data; boundary=xxBOUNDARYxx")];
        if !headers.iter().any(|(name, _)| *name == "host") {
            all.push(("host", &host));
        }
        all.extend(headers);
        let body = [parts, b"--xxBOUNDARYxx--\r\n"].concat();
        let mut head = format!("POST /api/third/{path} HTTP/1.1\r\n");
        for (name, value) in all {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
        let stream = self.bed.connect();
        // What is refused early may be answered before all is sent.
        let _ = (&stream).write_all(&[head.as_bytes(), &body].concat());
        read_response(&stream, false)
    }

    pub(crate) fn upload(&self, repair_type: &str, picture: &[u8]) -> Response<Bytes> {
        let fields = [Text("repair_type", repair_type), File("a.jpg", picture)];
        self.call("photo/upload", &fields)
    }

    /// Uploads what is accepted; returns the id.
    pub(crate) fn accepted(&self, repair_type: &str, picture: &[u8]) -> String {
        text(&answer(&self.upload(repair_type, picture)), "mdf")
    }

    /// The bytes of what was uploaded, repaired, and waited for.
    pub(crate) fn repaired(&self, fields: &[Field<'_>]) -> Vec<u8> {
        let id = text(&answer(&self.call("photo/upload", fields)), "mdf");
        self.pass(10);
        let response = self.get(&self.result_url(&id), &[]);
        assert_eq!(response.status(), 200);
        response.body().to_vec()
    }

    pub(crate) fn status(&self, id: &str) -> Response<Bytes> {
        self.call("photo/status", &[Text("mdf", id)])
    }

    pub(crate) fn download(&self, id: &str) -> Response<Bytes> {
        self.call("photo/download", &[Text("mdf", id)])
    }

    pub(crate) fn result_url(&self, id: &str) -> String {
        text(&answer(&self.download(id)), "url")
    }

    /// A conversation of the library, without the pauses.
    pub(crate) fn flow<F: Flow>(&self, flow: F, picture: &[u8]) -> Result<F::Output, Error> {
        let mut driver = Driver::new(flow, Retry::default());
        loop {
            match driver.poll(&stamp()) {
                Step::Send(mut request) => {
                    let host = request.uri().authority().expect("a host").to_string();
                    let host = host.parse().expect("a value");
                    request.headers_mut().insert("host", host);
                    driver.handle(Ok(self.bed.send(&request, picture)));
                }
                Step::Sleep(_) => {}
                Step::Done(result) => return result,
            }
        }
    }

    /// How many uploads are left.
    pub(crate) fn left(&self) -> u64 {
        let answer = answer(&self.call("company/nums", &[]));
        assert_eq!(answer["code"], PARTNER);
        answer["nums"].as_u64().expect("a number")
    }

    /// Follows an address at this emulator.
    pub(crate) fn get(&self, url: &str, headers: &[(&str, &str)]) -> Response<Bytes> {
        self.fetch("GET", url, headers)
    }

    pub(crate) fn fetch(
        &self,
        method: &str,
        url: &str,
        headers: &[(&str, &str)],
    ) -> Response<Bytes> {
        let host = self.bed.emulator.address().to_string();
        let path = url
            .strip_prefix(&format!("http://{host}"))
            .expect("an address here");
        let mut all = vec![("host", host.as_str())];
        all.extend(headers);
        self.bed.anywhere(method, path, &all, b"")
    }
}

impl Field<'_> {
    pub(crate) fn written(&self) -> Vec<u8> {
        let (head, value) = match self {
            Text(name, value) => (format!("name=\"{name}\""), value.as_bytes()),
            File(name, content) => (format!("name=\"file\"; filename=\"{name}\""), *content),
        };
        let head = format!("--xxBOUNDARYxx\r\nContent-Disposition: form-data; {head}\r\n\r\n");
        [head.as_bytes(), value, b"\r\n"].concat()
    }
}

pub(crate) fn token(secret: &str, time: u64) -> String {
    let digest = Md5::digest(format!("{secret}{time}"));
    let hex: String = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    format!("{hex},{time}")
}

/// What a success holds.
pub(crate) fn answer(response: &Response<Bytes>) -> Value {
    let body = json(response);
    assert_eq!(body["code"], 200, "{body}");
    body["data"].clone()
}

/// The errno of a refusal, which comes with HTTP status 200.
pub(crate) fn errno(response: &Response<Bytes>) -> i64 {
    let body = json(response);
    assert_eq!(body["code"], 9000, "{body}");
    assert_eq!(response.status(), 200);
    assert!(body["msg"].is_string(), "{body}");
    body["errno"].as_i64().expect("a number")
}

pub(crate) fn text(value: &Value, name: &str) -> String {
    value[name].as_str().expect("a text").to_owned()
}

/// A grey picture with something to be seen on it: light at the rim, dark within.
pub(crate) fn grey(width: u32, height: u32) -> DynamicImage {
    RgbImage::from_fn(width, height, |x, y| {
        let rim = x < 4 || y < 4 || x + 4 >= width || y + 4 >= height;
        Rgb([if rim { 240 } else { 100 + ((x * y) % 32) as u8 }; 3])
    })
    .into()
}

pub(crate) fn file(picture: &DynamicImage, format: ImageFormat) -> Vec<u8> {
    let mut bytes = Cursor::new(Vec::new());
    picture.write_to(&mut bytes, format).expect("a file");
    bytes.into_inner()
}

/// A small picture as a file.
pub(crate) fn png() -> Vec<u8> {
    file(&grey(24, 16), ImageFormat::Png)
}
