//! A server with a policy for everything, an emulator behind it, and a client that is as plain as
//! can be.

use std::{
    io::{self, BufRead, BufReader, Read, Write},
    net::{SocketAddr, TcpStream},
    sync::{Arc, Mutex},
    time::Duration,
};

use serde_json::{Map, Value};
use yunmei_auth_server::{
    policy::Policy,
    server::{Builder, Server},
    sign::{Accounts, CosAccount, FangtangAccount, VcloudAccount, WanxiangAccount},
    token::{TokenMaker, VerifyingKey},
};
use yunmei_core::{Secret, vcloud::Dialect};
use yunmei_emulator::Emulator;

pub(crate) const KEY: &str = "a canary of a key, with more than 32 bytes in it";

/// Longer than it takes until a connection without a request is found idle, and put by.
pub(crate) const FOUND_IDLE: Duration = Duration::from_millis(250);

pub(crate) struct Stage {
    pub(crate) emulator: Emulator,
    pub(crate) server: Server,
    pub(crate) audit: Kept,
    maker: TokenMaker,
}

/// What was written, to be looked at.
#[derive(Clone, Default)]
pub(crate) struct Kept(Arc<Mutex<Vec<u8>>>);

impl Write for Kept {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        // Into the log of the tests, too, in which no secret may be.
        eprint!("{}", String::from_utf8_lossy(bytes));
        self.0.lock().expect("a lock").write(bytes)
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

impl Kept {
    pub(crate) fn text(&self) -> String {
        let bytes = self.0.lock().expect("a lock").clone();
        String::from_utf8(bytes).expect("text")
    }

    /// The decisions, behind the line of the start, once there are so many: they are written on a
    /// thread of its own.
    pub(crate) fn lines(&self, count: usize) -> Vec<Value> {
        for _ in 0..500 {
            if self.text().lines().count() > count {
                break;
            }
            std::thread::sleep(Duration::from_millis(10));
        }
        let text = self.text();
        text.lines()
            .skip(1)
            .map(|line| serde_json::from_str(line).expect("a line of JSON"))
            .collect()
    }
}

impl Stage {
    pub(crate) fn new() -> Stage {
        Stage::with(|builder| builder)
    }

    pub(crate) fn with(change: impl FnOnce(Builder) -> Builder) -> Stage {
        Stage::with_policy(&policy(), change)
    }

    pub(crate) fn with_policy(policy: &str, change: impl FnOnce(Builder) -> Builder) -> Stage {
        let emulator = Emulator::builder().on_request(|entry| eprintln!("{entry}"));
        let emulator = emulator.start().expect("an emulator");
        let policy = policy
            .replace("{space}", emulator.vcloud_account().space())
            .replace("{service}", emulator.vcloud_account().service().as_str())
            .replace("{pictures}", emulator.wanxiang_account().bucket().as_str());
        let policy = Policy::parse(&policy).expect("a policy");
        let key = Secret::new(KEY);
        let rules = policy.token().clone();
        let verifying = VerifyingKey::new(rules.algorithm, &key).expect("a key");
        let audit = Kept::default();
        let builder = Server::builder(policy, verifying, accounts(&emulator));
        let builder = builder.audit(audit.clone());
        let builder = builder.notices(|notice| eprintln!("{notice}"));
        let server = change(builder).start();
        Stage {
            emulator,
            server: server.expect("a server"),
            audit,
            maker: TokenMaker::new(rules, &key).expect("a key"),
        }
    }

    pub(crate) fn token(&self, subject: &str) -> String {
        self.token_with(subject, 3600, Map::new())
    }

    pub(crate) fn token_with(
        &self,
        subject: &str,
        lifetime: u64,
        claims: Map<String, Value>,
    ) -> String {
        let now = yunmei_host::stamp().now;
        let token = self
            .maker
            .make(subject, Duration::from_secs(lifetime), claims, now);
        token.expect("a token").expose().to_owned()
    }

    /// Asks as somebody.
    pub(crate) fn ask(&self, subject: &str, target: &str) -> Answer {
        let token = self.token(subject);
        self.send(&format!(
            "GET {target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
        ))
    }

    /// Asks as nobody.
    pub(crate) fn open(&self, target: &str) -> Answer {
        self.send(&format!("GET {target} HTTP/1.1\r\nHost: x\r\n\r\n"))
    }

    /// Sends this, and reads one answer.
    pub(crate) fn send(&self, request: &str) -> Answer {
        let mut stream = connect(self.server.address());
        stream.write_all(request.as_bytes()).expect("sent");
        read(&mut BufReader::new(stream))
    }
}

pub(crate) fn connect(address: SocketAddr) -> TcpStream {
    let stream = TcpStream::connect(address).expect("a connection");
    let patience = Some(Duration::from_secs(10));
    stream.set_read_timeout(patience).expect("a time limit");
    stream.set_write_timeout(patience).expect("a time limit");
    stream
}

#[derive(Debug)]
pub(crate) struct Answer {
    pub(crate) status: u16,
    pub(crate) head: String,
    pub(crate) body: String,
}

impl Answer {
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.body).expect("JSON")
    }

    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.head.lines().find_map(|line| {
            let (there, value) = line.split_once(':')?;
            there.eq_ignore_ascii_case(name).then(|| value.trim())
        })
    }

    /// Asserts status and code.
    pub(crate) fn is(&self, status: u16, code: &str) {
        assert_eq!(self.status, status, "{self:?}");
        let error = &self.json()["error"];
        assert_eq!(error["code"], code, "{self:?}");
        for name in ["message", "message_zh"] {
            assert!(!error[name].as_str().expect("a text").is_empty());
        }
    }
}

pub(crate) fn read(stream: &mut impl BufRead) -> Answer {
    let mut head = String::new();
    loop {
        let mut line = String::new();
        let count = stream.read_line(&mut line).expect("a line");
        if count == 0 || line == "\r\n" {
            break;
        }
        head.push_str(&line);
    }
    let status = head.get(9..12).and_then(|status| status.parse().ok());
    let mut answer = Answer {
        status: status.unwrap_or_else(|| panic!("a status: {head:?}")),
        head,
        body: String::new(),
    };
    let length = answer.header("content-length");
    let length: u64 = length.map_or(0, |length| length.parse().expect("a length"));
    let mut body = stream.take(length);
    body.read_to_string(&mut answer.body).expect("a body");
    answer
}

fn accounts(emulator: &Emulator) -> Accounts {
    let endpoint = Some(emulator.endpoint());
    let (cos, pictures) = (emulator.cos_account(), emulator.wanxiang_account());
    let (videos, photos) = (emulator.vcloud_account(), emulator.fangtang_account());
    Accounts {
        cos: Some(CosAccount {
            app: cos.app(),
            credentials: cos.credentials().clone(),
            region: cos.region().clone(),
            endpoint: endpoint.clone(),
        }),
        wanxiang: Some(WanxiangAccount {
            app: pictures.app(),
            credentials: pictures.credentials().clone(),
            enhanced: true,
            endpoint: endpoint.clone(),
        }),
        vcloud: Some(VcloudAccount {
            dialect: Dialect::default(),
            region: videos.region().clone(),
            credentials: videos.credentials().clone(),
            endpoint: endpoint.clone(),
        }),
        fangtang: Some(FangtangAccount {
            third_code: photos.third_code().clone(),
            secret_key: photos.secret_key().clone(),
            endpoint,
        }),
    }
}

pub(crate) fn policy() -> String {
    r#"
    [token]
    algorithm = "HS256"
    issuer = "tests"
    audience = "yunmei"
    claims = ["scopes"]

    [limits]
    requests_a_minute = 100000

    [cors]
    origins = ["https://www.example.com"]

    [page]
    rule = "own pictures"

    [[rules]]
    name = "own pictures"
    service = "cos"
    bucket = "examplebucket"
    path = "/users/{sub}/"
    operations = ["upload", "download", "update", "delete"]
    lifetime = 60
    size_limit = 1000
    types = ["image/png"]
    requests_a_minute = 20000

    [[rules]]
    name = "of the article"
    claims = { scopes = "open" }
    service = "cos"
    bucket = "examplebucket"
    path = "/xrzeti/"
    operations = ["upload"]
    prefix = true

    [[rules]]
    name = "seldom"
    service = "image"
    bucket = "{pictures}"
    path = "/{sub}/"
    operations = ["upload"]
    requests_a_minute = 2

    [[rules]]
    name = "videos"
    service = "vod"
    space = "{space}"
    videos = ["v1"]
    operations = ["upload", "play", "upload-keys", "play-keys"]
    lifetime = 600

    [[rules]]
    name = "imagex"
    service = "imagex"
    service_id = "{service}"
    operations = ["upload-keys"]
    lifetime = 600

    [[rules]]
    name = "photos"
    service = "photo"
    operations = ["token"]
    "#
    .to_owned()
}
