use std::{
    io::{BufRead, BufReader, Write},
    net::TcpStream,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    time::{Duration, Instant},
};

use fantoccini::{Client, ClientBuilder, Locator};
use hyper_util::client::legacy::connect::HttpConnector;
use serde_json::{Map, Value, json};

/// How long something may take to happen.
const PATIENCE: Duration = Duration::from_secs(60);

/// A running `chromedriver`; ends when dropped.
pub(crate) struct Driver {
    child: Child,
    port: u16,
}

impl Driver {
    /// `None` if there is no browser here, and none is demanded.
    pub(crate) fn start() -> Option<Driver> {
        let has_browser = ["chromium", "chromium-browser", "google-chrome"]
            .iter()
            .any(|name| {
                Command::new(name)
                    .arg("--version")
                    .output()
                    .is_ok_and(|output| output.status.success())
            });
        let child = Command::new("chromedriver")
            .arg("--port=0")
            .env("LANGUAGE", "en_US")
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn();
        match child {
            Ok(mut child) if has_browser => {
                let port = port(&mut child);
                Some(Driver { child, port })
            }
            other => {
                if let Ok(mut child) = other {
                    let _ = child.kill();
                    let _ = child.wait();
                }
                let is_demanded = std::env::var("YUNMEI_DEMAND_BROWSER").as_deref() == Ok("1");
                assert!(!is_demanded, "there is no chromium, or no chromedriver");
                eprintln!("skipped: there is no chromium, or no chromedriver");
                None
            }
        }
    }
}

/// The port that it says it took.
fn port(child: &mut Child) -> u16 {
    let stdout = child.stdout.as_mut().expect("a pipe");
    let line = BufReader::new(stdout)
        .lines()
        .map_while(Result::ok)
        .find(|line| line.contains("started successfully on port"));
    let line = line.expect("a line with the port");
    let digits = line.rsplit(' ').next().unwrap_or_default();
    let digits = digits.trim_end_matches('.');
    digits.parse().expect("a port")
}

impl Drop for Driver {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// A page in a browser, as large as a phone's.
pub(crate) struct Browser {
    client: Client,
    port: u16,
}

impl Browser {
    pub(crate) async fn open(driver: &Driver) -> Browser {
        let mut capabilities = Map::new();
        let options = json!({
            "args": ["--headless=new", "--no-sandbox", "--disable-dev-shm-usage", "--lang=en-US"],
            "mobileEmulation": {
                "deviceMetrics": { "width": 390, "height": 844, "pixelRatio": 2.0 },
            },
        });
        capabilities.insert("goog:chromeOptions".into(), options);
        let client = ClientBuilder::new(HttpConnector::new())
            .capabilities(capabilities)
            .connect(&format!("http://127.0.0.1:{}", driver.port))
            .await;
        Browser {
            client: client.expect("a session"),
            port: driver.port,
        }
    }

    pub(crate) async fn go(&self, address: &str) {
        self.client.goto(address).await.expect("the page");
    }

    pub(crate) async fn run(&self, script: &str) -> Value {
        let value = self.client.execute(script, Vec::new()).await;
        value.expect("a value")
    }

    /// Until the script says so.
    pub(crate) async fn until(&self, script: &str) {
        let began = Instant::now();
        while self.run(script).await != Value::Bool(true) {
            if began.elapsed() > PATIENCE {
                let text = self.run("return document.body.innerText").await;
                panic!("waited in vain for {script}; the page says {text}");
            }
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    }

    /// Chooses files, as with a click and the dialogue.
    pub(crate) async fn choose(&self, files: &[PathBuf]) {
        let input = self.client.find(Locator::Css("#files")).await;
        let paths: Vec<_> = files.iter().map(|path| path.to_string_lossy()).collect();
        let sent = input.expect("the input").send_keys(&paths.join("\n")).await;
        sent.expect("files are taken");
    }

    /// Writes into a field, behind what is there.
    pub(crate) async fn write(&self, field: &str, text: &str) {
        let field = self.client.find(Locator::Css(field)).await;
        let written = field.expect("the field").send_keys(text).await;
        written.expect("keys are taken");
    }

    /// As somebody without a mouse does.
    pub(crate) async fn press_enter(&self, button: &str) {
        self.write(button, "\u{e007}").await;
    }

    /// Uploads go no faster than so many bytes a second; -1 for as fast as they can.
    pub(crate) async fn throttle(&self, bytes: i64) {
        self.network(false, bytes).await;
    }

    /// There is no network any more, for the page.
    pub(crate) async fn lose_network(&self) {
        self.network(true, -1).await;
    }

    async fn network(&self, offline: bool, bytes: i64) {
        let session = self.client.session_id().await;
        let session = session.expect("a session").expect("an id");
        let body = json!({
            "cmd": "Network.emulateNetworkConditions",
            "params": {
                "offline": offline,
                "latency": 0,
                "downloadThroughput": -1,
                "uploadThroughput": bytes,
            },
        });
        let enable = json!({ "cmd": "Network.enable", "params": {} });
        for body in [enable, body] {
            self.post(&format!("/session/{session}/goog/cdp/execute"), &body);
        }
    }

    /// A command that the standard does not have.
    fn post(&self, path: &str, body: &Value) {
        let body = body.to_string();
        let mut stream = TcpStream::connect(("127.0.0.1", self.port)).expect("a connection");
        let request = format!(
            "POST {path} HTTP/1.1\r\nHost: 127.0.0.1:{}\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\nConnection: close\r\n\r\n{body}",
            self.port,
            body.len()
        );
        stream.write_all(request.as_bytes()).expect("sent");
        stream
            .set_read_timeout(Some(PATIENCE))
            .expect("a time limit");
        // The driver keeps the connection, whatever it is told.
        let mut status = String::new();
        let read = BufReader::new(stream).read_line(&mut status);
        read.expect("an answer");
        assert!(status.starts_with("HTTP/1.1 200"), "{status}");
    }

    /// Keeps a picture of the page, if somebody wants it.
    pub(crate) async fn screenshot(&self, name: &str) {
        let Some(folder) = std::env::var_os("YUNMEI_SCREENSHOTS") else {
            return;
        };
        // Pictures fade in.
        tokio::time::sleep(Duration::from_millis(400)).await;
        let picture = self.client.screenshot().await.expect("a picture");
        let path = Path::new(&folder).join(format!("{name}.png"));
        std::fs::write(path, picture).expect("a file");
    }

    pub(crate) async fn close(self) {
        self.client.close().await.expect("closed");
    }
}
