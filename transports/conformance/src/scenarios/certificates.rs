use std::{
    env,
    io::{BufRead, BufReader, Error, Read, Write},
    process::Command,
    sync::{Arc, mpsc},
    thread,
    time::Duration,
};

use rustls::{ServerConfig, ServerConnection, StreamOwned, crypto::ring, pki_types::PrivateKeyDer};
use yunmei_core::error::Delivery;
use yunmei_host::Roots;

use super::{content, get, lost, options, part, seen};
use crate::{Client, Probe, Server, Supply};

/// What is uploaded through TLS.
const LENGTH: usize = 3_000_000;

pub fn an_untrusted_certificate_sends_nothing<C: Client>() {
    for roots in [Roots::Bundled, Roots::Platform] {
        let (send, requests) = mpsc::channel();
        let (config, _) = self_signed();
        let server = Server::start(move |peer| {
            let session = ServerConnection::new(config.clone()).map_err(Error::other)?;
            let mut stream = StreamOwned::new(session, peer.stream());
            let came = stream.read(&mut [0]).is_ok_and(|count| count > 0);
            // Nobody waits for it any more, if the test has failed.
            let _ = send.send(came);
            stream.write_all(b"HTTP/1.1 204 No Content\r\n\r\n")
        });
        let result = get::<C>(options().roots(roots), https(&server));
        assert_eq!(lost(result), (Delivery::NotSent, false), "{roots:?}");
        let came = requests.recv_timeout(Duration::from_secs(5));
        assert_eq!(came, Ok(false), "{roots:?}");
    }
}

/// Which certificates the platform trusts can be said to a whole process only: so this test runs
/// itself again, in a process that trusts one more.
pub fn a_certificate_that_the_platform_trusts_is_accepted<C: Client>() {
    const ADDRESS: &str = "YUNMEI_CONFORMANCE_SERVER";
    if let Ok(address) = env::var(ADDRESS) {
        return upload::<C>(address);
    }
    // Elsewhere the platform keeps its certificates where a test should not write.
    if !cfg!(target_os = "linux") {
        return;
    }
    let (config, certificate) = self_signed();
    let server = Server::start(move |peer| {
        let session = ServerConnection::new(config.clone()).map_err(Error::other)?;
        let mut stream = BufReader::new(StreamOwned::new(session, peer.stream()));
        let mut line = String::new();
        while line != "\r\n" {
            line.clear();
            stream.read_line(&mut line)?;
        }
        let mut body = vec![0; LENGTH];
        stream.read_exact(&mut body)?;
        let verdict = if body == content(LENGTH) {
            "good"
        } else {
            "evil"
        };
        let head = "HTTP/1.1 200 OK\r\nContent-Length: 4\r\n\r\n";
        write!(stream.get_mut(), "{head}{verdict}")
    });
    let trusted = tempfile::NamedTempFile::new().expect("a file");
    std::fs::write(trusted.path(), certificate).expect("room on the disk");
    let name = thread::current().name().expect("a test").to_owned();
    let child = Command::new(env::current_exe().expect("this program"))
        .args(["--exact", &name])
        .env("SSL_CERT_FILE", trusted.path())
        .env_remove("SSL_CERT_DIR")
        .env(ADDRESS, https(&server))
        .output()
        .expect("the same test");
    let told = String::from_utf8_lossy(&child.stdout);
    assert!(child.status.success(), "{told}");
    assert!(told.contains("1 passed"), "{told}");
    assert_eq!(server.connections(), 1);
}

fn upload<C: Client>(address: String) {
    let probe = Probe::post(address, [part(0, 0..LENGTH as u64)]);
    let supplies = vec![Supply::Bytes(content(LENGTH).into())];
    let answer = C::new(options()).send(probe, supplies);
    assert_eq!(answer.expect("an answer"), seen(200, "good"));
}

fn https(server: &Server) -> String {
    server.url().replace("http://", "https://")
}

/// A server's settings, and the certificate that it shows, as text.
fn self_signed() -> (Arc<ServerConfig>, String) {
    let names = vec!["127.0.0.1".to_owned()];
    let pair = rcgen::generate_simple_self_signed(names).expect("a certificate");
    let key = PrivateKeyDer::try_from(pair.signing_key.serialize_der()).expect("a key");
    let config = ServerConfig::builder_with_provider(Arc::new(ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions of TLS")
        .with_no_client_auth()
        .with_single_cert(vec![pair.cert.der().clone()], key)
        .expect("a certificate that fits its key");
    (Arc::new(config), pair.cert.pem())
}
