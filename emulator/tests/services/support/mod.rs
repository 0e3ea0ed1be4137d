//! An emulator whose clock stands still, and a client of a few lines: what is tested is the
//! emulator, so nothing of a transport is in the way.

pub(crate) mod desk;
pub(crate) mod fangtang;
pub(crate) mod film;
pub(crate) mod pictures;
pub(crate) mod raw_call;
pub(crate) mod slices;
pub(crate) mod videos;
pub(crate) mod wanxiang;
pub(crate) mod wanxiang_slices;

use std::{
    fs,
    io::{Read, Write},
    net::TcpStream,
    path::Path,
    sync::atomic::{AtomicU64, Ordering},
    time::{Duration, Instant},
};

use bytes::Bytes;
use http::{HeaderName, HeaderValue, Request, Response};
use serde_json::Value;
use yunmei_core::{
    Chunk, Download, Driver, Error, Flow, Nonce, Operation, Payload, Retry, Stamp, Step, Timestamp,
    cos::{
        AppId, Bucket, BucketName, Content, Credentials, Expiry, FilePath, FolderPath, Overwrite,
        PathPrefix, Region,
        sign::{Grant, Signer},
    },
};
use yunmei_emulator::{Builder, CosAccount, Emulator};

/// When the tests happen: as in the golden vectors.
pub(crate) const NOW: u64 = 1_503_987_233;
pub(crate) const PREFIX: &str = "/files/v2/1250000000/examplebucket";
pub(crate) const DOWNLOAD_HOST: &str = "examplebucket-1250000000.cossh.myqcloud.com";

/// The made-up account of the golden vectors.
pub(crate) fn account() -> CosAccount {
    CosAccount::new(
        AppId::new(1_250_000_000).expect("an appid"),
        Credentials::new(
            "AKIDEXAMPLE0000000000000000000000001",
            "EXAMPLEKEY0000000000000000000001",
        )
        .expect("credentials"),
        BucketName::new("examplebucket").expect("a name"),
        Region::new("sh").expect("a region"),
    )
}

pub(crate) fn signer() -> Signer {
    let account = account();
    Signer::new(account.app(), account.bucket(), account.credentials())
}

/// An emulator that tells each request: no secret may be in the log of the tests.
pub(crate) fn telling() -> Builder {
    Emulator::builder().on_request(|entry| eprintln!("{entry}"))
}

pub(crate) fn builder() -> Builder {
    telling()
        .cos_account(account())
        .clock(|| Timestamp::from_seconds(NOW))
}

pub(crate) fn file(path: &str) -> FilePath {
    FilePath::new(path).expect("a path")
}

pub(crate) fn folder(path: &str) -> FolderPath {
    FolderPath::new(path).expect("a path")
}

/// A stamp that no other request has.
pub(crate) fn stamp() -> Stamp {
    static COUNT: AtomicU64 = AtomicU64::new(1);
    let mut bytes = [7; 32];
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    bytes[16..24].copy_from_slice(&count.to_le_bytes());
    Stamp::new(Timestamp::from_seconds(NOW), Nonce::from_bytes(bytes))
}

pub(crate) fn sign(grant: &Grant) -> String {
    let token = signer().sign(grant, &stamp()).expect("a signature");
    token.expose().to_owned()
}

/// A signature for everything but update and delete, anywhere in the bucket.
pub(crate) fn multi_use() -> String {
    sign(&Grant::multi_use(
        PathPrefix::whole_bucket(),
        Expiry::after_seconds(300),
    ))
}

pub(crate) fn once(path: &str) -> String {
    match path.ends_with('/') {
        true => sign(&Grant::single_use_folder(&folder(path))),
        false => sign(&Grant::single_use(&file(path))),
    }
}

/// Bytes that do not repeat soon.
pub(crate) fn content(length: usize) -> Vec<u8> {
    (0..length as u64)
        .map(|i| (i.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 56) as u8)
        .collect()
}

pub(crate) struct Bed {
    pub(crate) emulator: Emulator,
    pub(crate) bucket: Bucket,
}

impl Bed {
    pub(crate) fn new() -> Bed {
        Bed::with(builder())
    }

    pub(crate) fn with(builder: Builder) -> Bed {
        let emulator = builder.start().expect("an emulator");
        let bucket = emulator.cos_bucket();
        Bed { emulator, bucket }
    }

    /// One exchange.
    pub(crate) fn run<O: Operation>(
        &self,
        operation: &O,
        content: &[u8],
    ) -> Result<O::Output, Error> {
        let request = operation.request(&stamp())?;
        operation.parse(&self.send(&request, content))
    }

    /// A conversation, without the pauses.
    pub(crate) fn flow<F: Flow>(&self, flow: F, content: &[u8]) -> Result<F::Output, Error> {
        let mut driver = Driver::new(flow, Retry::default());
        loop {
            match driver.poll(&stamp()) {
                Step::Send(request) => driver.handle(Ok(self.send(&request, content))),
                Step::Sleep(_) => {}
                Step::Done(result) => return result,
            }
        }
    }

    pub(crate) fn put(&self, path: &str, content: &[u8]) {
        let what = Content::unchecked(content.len() as u64);
        let upload = self.bucket.upload(&file(path), &what);
        self.run(&upload.overwrite(Overwrite::Always), content)
            .expect("uploaded");
    }

    pub(crate) fn download(&self, path: &str) -> Response<Bytes> {
        let download = self
            .bucket
            .download(&file(path), yunmei_core::ByteRange::ALL);
        let request = download.request(yunmei_core::ByteRange::ALL, &stamp());
        self.send(&request.expect("a request"), &[])
    }

    pub(crate) fn stat(&self, path: &str) -> Response<Bytes> {
        self.get(&format!("{path}?op=stat"), &multi_use())
    }

    /// A `GET` of a path in the bucket, which is percent-encoded already.
    pub(crate) fn get(&self, path: &str, signature: &str) -> Response<Bytes> {
        self.raw("GET", path, &[("authorization", signature)], b"")
    }

    pub(crate) fn post_json(&self, path: &str, signature: &str, body: &Value) -> Response<Bytes> {
        let headers = [
            ("authorization", signature),
            ("content-type", "application/json"),
        ];
        self.raw("POST", path, &headers, body.to_string().as_bytes())
    }

    pub(crate) fn post_form(
        &self,
        path: &str,
        signature: &str,
        fields: &[(&str, &[u8])],
    ) -> Response<Bytes> {
        let headers = [
            ("authorization", signature),
            ("content-type", "multipart/form-data; boundary=xxBOUNDARYxx"),
        ];
        self.raw("POST", path, &headers, &form(fields))
    }

    pub(crate) fn upload_request(
        &self,
        path: &str,
        content: &[u8],
        fields: &[(&str, &str)],
        signature: &str,
    ) -> Response<Bytes> {
        let mut all: Vec<(&str, &[u8])> = vec![("op", b"upload"), ("filecontent", content)];
        all.extend(fields.iter().map(|(name, text)| (*name, text.as_bytes())));
        self.post_form(path, signature, &all)
    }

    /// A request to a path in the bucket.
    pub(crate) fn raw(
        &self,
        method: &str,
        path: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Response<Bytes> {
        self.anywhere(method, &format!("{PREFIX}{path}"), headers, body)
    }

    /// A request to any path.
    pub(crate) fn anywhere(
        &self,
        method: &str,
        target: &str,
        headers: &[(&str, &str)],
        body: &[u8],
    ) -> Response<Bytes> {
        let mut head = format!("{method} {target} HTTP/1.1\r\n");
        if !headers.iter().any(|(name, _)| *name == "host") {
            head.push_str("host: sh.file.myqcloud.com\r\n");
        }
        for (name, value) in headers {
            head.push_str(&format!("{name}: {value}\r\n"));
        }
        head.push_str(&format!("content-length: {}\r\n\r\n", body.len()));
        self.bytes(&[head.as_bytes(), body].concat())
    }

    pub(crate) fn send(&self, request: &Request<Payload>, content: &[u8]) -> Response<Bytes> {
        let target = request.uri().path_and_query().expect("a path").as_str();
        let mut message = format!("{} {target} HTTP/1.1\r\n", request.method()).into_bytes();
        if !request.headers().contains_key("host") {
            let host = request.uri().authority().expect("a host");
            message.extend_from_slice(format!("host: {host}\r\n").as_bytes());
        }
        for (name, value) in request.headers() {
            message.extend_from_slice(format!("{name}: ").as_bytes());
            message.extend_from_slice(value.as_bytes());
            message.extend_from_slice(b"\r\n");
        }
        message.extend_from_slice(b"\r\n");
        for chunk in request.body().chunks() {
            match chunk {
                Chunk::Inline(bytes) => message.extend_from_slice(bytes),
                Chunk::Source { range, .. } => {
                    message.extend_from_slice(&content[range.start as usize..range.end as usize])
                }
            }
        }
        self.bytes(&message)
    }

    /// Sends these bytes, and reads one response.
    pub(crate) fn bytes(&self, message: &[u8]) -> Response<Bytes> {
        let stream = self.connect();
        // What is refused early may be answered before all is sent.
        let _ = (&stream).write_all(message);
        let head = message.starts_with(b"HEAD");
        read_response(&stream, head).expect("a response")
    }

    pub(crate) fn connect(&self) -> TcpStream {
        let stream = TcpStream::connect(self.emulator.address()).expect("a connection");
        stream
            .set_read_timeout(Some(Duration::from_secs(20)))
            .expect("a socket");
        stream
    }

    /// Why the last request was refused, by the log.
    pub(crate) fn last_refusal(&self) -> String {
        let log = self.emulator.log();
        let last = log.last().expect("an entry");
        last.refusal.clone().unwrap_or_default()
    }
}

/// A multipart body.
pub(crate) fn form(fields: &[(&str, &[u8])]) -> Vec<u8> {
    let mut body = Vec::new();
    for (name, value) in fields {
        body.extend_from_slice(
            format!("--xxBOUNDARYxx\r\nContent-Disposition: form-data; name=\"{name}\"\r\n\r\n")
                .as_bytes(),
        );
        body.extend_from_slice(value);
        body.extend_from_slice(b"\r\n");
    }
    body.extend_from_slice(b"--xxBOUNDARYxx--\r\n");
    body
}

/// Reads a response; none if the connection ends before it is whole.
pub(crate) fn read_response(mut stream: &TcpStream, without_body: bool) -> Option<Response<Bytes>> {
    let mut bytes = Vec::new();
    let mut buffer = [0; 64 * 1024];
    loop {
        if let Some(head) = bytes.windows(4).position(|four| four == b"\r\n\r\n") {
            let response = parse_head(&bytes[..head]);
            if response.status().is_informational() {
                bytes.drain(..head + 4);
                continue;
            }
            let length = response
                .headers()
                .get("content-length")
                .map(|value| value.to_str().expect("digits").parse().expect("digits"));
            let length = if without_body { 0 } else { length.unwrap_or(0) };
            let body = &bytes[head + 4..];
            if body.len() >= length {
                let body = Bytes::copy_from_slice(&body[..length]);
                return Some(response.map(|()| body));
            }
        }
        match stream.read(&mut buffer) {
            Ok(0) | Err(_) => return None,
            Ok(length) => bytes.extend_from_slice(&buffer[..length]),
        }
    }
}

fn parse_head(head: &[u8]) -> Response<()> {
    let mut lines = head.split(|&byte| byte == b'\n').map(<[u8]>::trim_ascii);
    let first = String::from_utf8_lossy(lines.next().expect("a status line")).into_owned();
    let mut response = Response::builder().status(&first[9..12]);
    for line in lines {
        let colon = line.iter().position(|&byte| byte == b':').expect("a colon");
        let (name, value) = (&line[..colon], line[colon + 1..].trim_ascii());
        response = response.header(
            HeaderName::from_bytes(name).expect("a name"),
            HeaderValue::from_bytes(value).expect("a value"),
        );
    }
    response.body(()).expect("a response")
}

pub(crate) fn json(response: &Response<Bytes>) -> Value {
    serde_json::from_slice(response.body()).expect("a JSON document")
}

/// The service's code.
pub(crate) fn code(response: &Response<Bytes>) -> i64 {
    let body = json(response);
    let code = body.get("code").or_else(|| body.get("errorcode"));
    code.and_then(Value::as_i64).expect("a code")
}

/// The content of a success.
pub(crate) fn data(response: &Response<Bytes>) -> Value {
    assert_eq!(code(response), 0, "{response:?}");
    json(response)["data"].clone()
}

/// The service's code, of an error of the core's.
pub(crate) fn refused<T: std::fmt::Debug>(result: Result<T, Error>) -> i64 {
    let error = result.expect_err("a refusal");
    error.service().expect("a refusal of the service").code()
}

/// Waits for what happens elsewhere, without an answer to tell of it.
pub(crate) fn eventually(what: &str, holds: impl Fn() -> bool) {
    let begin = Instant::now();
    while !holds() {
        assert!(begin.elapsed() < Duration::from_secs(60), "{what}");
        std::thread::yield_now();
    }
}

/// A copy of the folder while the emulator runs: what a killed process would leave.
pub(crate) fn killed(from: &Path) -> tempfile::TempDir {
    let copy = tempfile::tempdir().expect("a folder");
    copy_folder(from, copy.path());
    copy
}

fn copy_folder(from: &Path, to: &Path) {
    fs::create_dir_all(to).expect("a folder");
    for entry in fs::read_dir(from).expect("a folder") {
        let entry = entry.expect("an entry");
        // What is locked cannot be read everywhere, and a lock goes with its process.
        if entry.file_name() == "lock" {
            continue;
        }
        let target = to.join(entry.file_name());
        match entry.file_type().expect("a type").is_dir() {
            true => copy_folder(&entry.path(), &target),
            false => drop(fs::copy(entry.path(), target).expect("copied")),
        }
    }
}
