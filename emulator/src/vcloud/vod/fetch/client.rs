//! A client that goes nowhere but to this machine: every address is looked up, and after every
//! redirection again, and what is not loopback is not spoken to.

use std::{net::SocketAddr, sync::Arc, time::Duration};

use bytes::Bytes;
use http::{HeaderName, Request, Response, StatusCode, Uri, header};
use http_body_util::{BodyExt, Empty};
use hyper::{body::Incoming, client::conn::http1};
use hyper_util::rt::TokioIo;
use md5::{Digest, Md5};
use percent_encoding::{AsciiSet, CONTROLS, utf8_percent_encode};
use tokio::net::TcpStream;

use crate::{
    random,
    storage::{Blob, Blobs},
};

/// Tells the emulator that it is its own source: a fetch that begins another one would never end.
pub(in crate::vcloud) const FETCH: HeaderName = HeaderName::from_static("x-yunmei-fetch");
/// How long a host is looked up.
const LOOKUP: Duration = Duration::from_secs(5);
/// How often a source may send us on.
const REDIRECTS: usize = 5;
/// How long it all may take.
const PATIENCE: Duration = Duration::from_secs(60);
/// The largest file, in bytes.
const LIMIT: u64 = 1024 * 1024 * 1024;
/// What cannot stand in a request's target; people write addresses with it all the same. All that is
/// not ASCII is escaped too.
const RAW: &AsciiSet = &CONTROLS
    .add(b' ')
    .add(b'"')
    .add(b'<')
    .add(b'>')
    .add(b'\\')
    .add(b'^')
    .add(b'`')
    .add(b'{')
    .add(b'|')
    .add(b'}');

/// An address to fetch from.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct Source {
    host: String,
    port: u16,
    /// Path and query, escaped.
    target: String,
}

/// What was there.
pub(super) struct Fetched {
    pub(super) blob: Arc<Blob>,
    /// In lower-case hex, as the next one.
    pub(super) md5: String,
    pub(super) crc32: String,
    pub(super) content_type: String,
}

impl Source {
    /// Reads an address, with characters of any language.
    pub(super) fn read(url: &str) -> Result<Source, String> {
        let escaped = utf8_percent_encode(url.trim(), RAW).to_string();
        let without_fragment = escaped.split('#').next().unwrap_or_default();
        let uri: Uri = without_fragment
            .parse()
            .map_err(|_| "this is no address".to_owned())?;
        match uri.scheme_str() {
            Some("http") => {}
            Some("https") => return Err("the emulator fetches over http only".into()),
            _ => return Err("this is no address of http".into()),
        }
        let host = uri.host().filter(|host| !host.is_empty());
        let host = host.ok_or_else(|| "the address has no host".to_owned())?;
        let target = uri.path_and_query().map_or("/", |target| target.as_str());
        Ok(Source {
            host: host.to_owned(),
            port: port(&uri)?,
            target: match target.starts_with('/') {
                true => target.to_owned(),
                false => format!("/{target}"),
            },
        })
    }

    /// Looks the host up; all it may be is this machine.
    pub(super) async fn resolve(&self) -> Result<SocketAddr, String> {
        let bare = self.host.trim_start_matches('[').trim_end_matches(']');
        let found = tokio::net::lookup_host((bare, self.port));
        let found: Vec<SocketAddr> = match tokio::time::timeout(LOOKUP, found).await {
            Ok(Ok(found)) => found.collect(),
            _ => return Err(format!("the host {:.64} is not known", self.host)),
        };
        let is_own = |address: &SocketAddr| address.ip().to_canonical().is_loopback();
        match found.first() {
            Some(first) if found.iter().all(is_own) => Ok(*first),
            _ => Err(format!(
                "the emulator fetches from loopback only, and {:.64} is elsewhere",
                self.host
            )),
        }
    }

    fn authority(&self) -> String {
        match self.port {
            80 => self.host.clone(),
            port => format!("{}:{port}", self.host),
        }
    }

    /// Where a source sends us on to.
    fn redirected(&self, location: &str) -> Result<Source, String> {
        match location {
            absolute if absolute.contains("://") => Source::read(absolute),
            other if other.starts_with("//") => Source::read(&format!("http:{other}")),
            path if path.starts_with('/') => {
                Source::read(&format!("http://{}{path}", self.authority()))
            }
            query if query.starts_with('?') => {
                let path = self.target.split('?').next().unwrap_or_default();
                Source::read(&format!("http://{}{path}{query}", self.authority()))
            }
            relative => {
                let folder = self.target.split('?').next().unwrap_or_default();
                let folder = folder.rsplit_once('/').map_or("", |(folder, _)| folder);
                Source::read(&format!("http://{}{folder}/{relative}", self.authority()))
            }
        }
    }
}

/// The port of an address; that of http if there is none.
fn port(uri: &Uri) -> Result<u16, String> {
    let written = uri.authority().map_or("", |authority| authority.as_str());
    let written = written.rsplit('@').next().unwrap_or_default();
    let behind = written.rsplit_once(':').map_or("", |(_, port)| port);
    match uri.port_u16() {
        Some(0) => Err("the port is none".into()),
        Some(port) => Ok(port),
        // A literal of IPv6 has colons too.
        None if behind.is_empty() || behind.ends_with(']') => Ok(80),
        None => Err("the port is none".into()),
    }
}

/// Fetches what is at an address.
pub(super) async fn fetch(source: Source, blobs: &Blobs) -> Result<Fetched, String> {
    let fetched = tokio::time::timeout(PATIENCE, follow(source, blobs)).await;
    fetched.unwrap_or_else(|_| Err("the source takes too long".into()))
}

async fn follow(mut source: Source, blobs: &Blobs) -> Result<Fetched, String> {
    for _ in 0..=REDIRECTS {
        let response = ask(&source).await?;
        if !response.status().is_redirection() {
            return receive(response, blobs).await;
        }
        let location = response.headers().get(header::LOCATION);
        let location = location.and_then(|location| str::from_utf8(location.as_bytes()).ok());
        let location = location.ok_or_else(|| "the source sends on to nowhere".to_owned())?;
        source = source.redirected(location)?;
    }
    Err("the source sends on too often".into())
}

async fn ask(source: &Source) -> Result<Response<Incoming>, String> {
    let broken = |problem: &dyn std::fmt::Display| format!("the source does not answer: {problem}");
    let address = source.resolve().await?;
    let stream = TcpStream::connect(address)
        .await
        .map_err(|problem| broken(&problem))?;
    let (mut sender, connection) = http1::handshake(TokioIo::new(stream))
        .await
        .map_err(|problem| broken(&problem))?;
    // Ends with the answer.
    tokio::spawn(connection);
    let request = Request::get(&source.target)
        .header(header::HOST, source.authority())
        .header(header::ACCEPT, "*/*")
        .header(FETCH, "1")
        .body(Empty::<Bytes>::new())
        .map_err(|problem| broken(&problem))?;
    sender
        .send_request(request)
        .await
        .map_err(|problem| broken(&problem))
}

async fn receive(response: Response<Incoming>, blobs: &Blobs) -> Result<Fetched, String> {
    let status = response.status();
    if status != StatusCode::OK {
        return Err(format!("the source answers {}", status.as_u16()));
    }
    let content_type = response.headers().get(header::CONTENT_TYPE);
    let content_type = content_type.and_then(|value| value.to_str().ok());
    let content_type = content_type.unwrap_or_default().to_owned();
    let failed = |problem: std::io::Error| problem.to_string();
    let mut writer = blobs.writer().map_err(failed)?;
    let (mut md5, mut crc32) = (Md5::new(), crc32fast::Hasher::new());
    let mut body = response.into_body();
    while let Some(frame) = body.frame().await {
        let frame = frame.map_err(|problem| format!("the source broke off: {problem}"))?;
        let Ok(bytes) = frame.into_data() else {
            continue;
        };
        if writer.length() + bytes.len() as u64 > LIMIT {
            return Err(format!("the source has more than {LIMIT} bytes"));
        }
        md5.update(&bytes);
        crc32.update(&bytes);
        writer.write(&bytes).await.map_err(failed)?;
    }
    if writer.length() == 0 {
        return Err("the source is empty".into());
    }
    Ok(Fetched {
        blob: writer.finish().await.map_err(failed)?,
        md5: random::to_hex(&md5.finalize()),
        crc32: format!("{:08x}", crc32.finalize()),
        content_type,
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn addresses_are_read_with_characters_of_any_language() {
        let source = Source::read("http://127.0.0.1:8080/影 片.mp4?名=值#top").expect("an address");
        assert_eq!((source.host.as_str(), source.port), ("127.0.0.1", 8080));
        assert_eq!(
            source.target,
            "/%E5%BD%B1%20%E7%89%87.mp4?%E5%90%8D=%E5%80%BC"
        );
        for plain in [
            "http://[::1]/",
            "http://a:b@[::1]/",
            "http://a:b@localhost:/",
        ] {
            assert_eq!(Source::read(plain).map(|source| source.port), Ok(80));
        }
        let escaped = Source::read("http://localhost/%E5%BD%B1").expect("an address");
        assert_eq!((escaped.port, escaped.target.as_str()), (80, "/%E5%BD%B1"));
        for bad in [
            "",
            "影",
            "ftp://a/b",
            "https://127.0.0.1/",
            "http://",
            "/path",
            "http://:1/",
            "http://127.0.0.1:99999/",
            "http://127.0.0.1:0/",
            "http://[::1]:99999/",
        ] {
            assert!(Source::read(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn a_redirection_is_read_as_an_address_of_its_own() {
        let source = Source::read("http://localhost:81/a/b?c").expect("an address");
        let to = |location| source.redirected(location).expect("an address");
        assert_eq!(to("http://elsewhere/x").host, "elsewhere");
        assert_eq!(to("//elsewhere/x").host, "elsewhere");
        assert_eq!(to("/x").target, "/x");
        assert_eq!(to("x").target, "/a/x");
        assert_eq!(to("?x").target, "/a/b?x");
        assert_eq!(to("x").port, 81);
        assert!(source.redirected("https://localhost/").is_err());
    }

    #[tokio::test]
    async fn nothing_but_loopback_is_spoken_to() {
        for other in [
            "http://192.0.2.1/",
            "http://[2001:db8::1]/",
            "http://0.0.0.0/",
        ] {
            let source = Source::read(other).expect("an address");
            let problem = source.resolve().await.expect_err(other);
            assert!(problem.contains("loopback only"), "{problem}");
        }
        for own in [
            "http://127.0.0.1:1/",
            "http://[::1]:1/",
            "http://[::ffff:127.0.0.1]:1/",
        ] {
            let source = Source::read(own).expect("an address");
            assert!(source.resolve().await.is_ok(), "{own}");
        }
    }
}
