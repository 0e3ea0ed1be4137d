//! TLS by certificate files.

use std::{
    fs,
    io::{BufReader, Read, Write},
    net::SocketAddr,
    path::PathBuf,
    sync::{Arc, mpsc},
    time::{Duration, Instant},
};

use rcgen::{CertifiedKey, KeyPair};
use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};
use yunmei_auth_server::server::Notice;

use crate::support::{FOUND_IDLE, Stage, connect, read};

type Client = BufReader<StreamOwned<ClientConnection, std::net::TcpStream>>;

struct Files {
    folder: tempfile::TempDir,
}

impl Files {
    fn with(made: &CertifiedKey<KeyPair>) -> Files {
        let folder = tempfile::tempdir().expect("a folder");
        let files = Files { folder };
        files.write("cert.pem", &made.cert.pem());
        files.write("key.pem", &made.signing_key.serialize_pem());
        files
    }

    fn write(&self, name: &str, text: &str) {
        fs::write(self.path(name), text).expect("a file");
    }

    fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }
}

fn made() -> CertifiedKey<KeyPair> {
    rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("made")
}

/// Trusts this certificate, and no other.
fn client(address: SocketAddr, made: &CertifiedKey<KeyPair>) -> Client {
    let mut roots = RootCertStore::empty();
    roots.add(made.cert.der().clone()).expect("a root");
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let config = ClientConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_root_certificates(roots)
        .with_no_client_auth();
    let name = "localhost".try_into().expect("a name");
    let client = ClientConnection::new(Arc::new(config), name).expect("a client");
    BufReader::new(StreamOwned::new(client, connect(address)))
}

fn ask(client: &mut Client) {
    let request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    client.get_mut().write_all(request).expect("sent");
    assert_eq!(read(client).status, 200);
}

#[test]
fn it_speaks_tls_with_certificates_from_files() {
    let made = made();
    let files = Files::with(&made);
    let stage = Stage::with(|builder| builder.tls(files.path("cert.pem"), files.path("key.pem")));
    assert!(stage.server.origin().starts_with("https://127.0.0.1:"));
    let mut client = client(stage.server.address(), &made);
    for _ in 0..3 {
        // The connection is put by, and taken up again.
        ask(&mut client);
        std::thread::sleep(FOUND_IDLE);
    }
    client
        .get_mut()
        .write_all(b"nonsense\r\n\r\n")
        .expect("sent");
    read(&mut client).is(400, "malformed_request");
    assert_eq!(client.read(&mut [0]).expect("the end"), 0);
    // Whoever does not speak TLS is not answered, and does no harm.
    let mut plain = connect(stage.server.address());
    plain.write_all(b"GET / HTTP/1.1\r\n\r\n").expect("sent");
    let mut rest = Vec::new();
    let _ = plain.read_to_end(&mut rest);
    assert!(!rest.starts_with(b"HTTP"));
}

#[test]
fn a_request_that_comes_with_the_end_of_the_handshake_is_answered() {
    let made = made();
    let files = Files::with(&made);
    let stage = Stage::with(|builder| builder.tls(files.path("cert.pem"), files.path("key.pem")));
    let mut client = client(stage.server.address(), &made);
    let StreamOwned { conn, sock } = client.get_mut();
    conn.write_tls(sock).expect("sent");
    while conn.is_handshaking() {
        conn.read_tls(sock).expect("read");
        conn.process_new_packets().expect("a handshake");
    }
    let request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
    conn.writer().write_all(request).expect("room");
    // Both in one write, as the system may hand them over, too.
    let mut both = Vec::new();
    while conn.wants_write() {
        conn.write_tls(&mut both).expect("room");
    }
    sock.write_all(&both).expect("sent");
    assert_eq!(read(&mut client).status, 200);
}

#[test]
fn whoever_stops_it_waits_for_no_handshake() {
    let made = made();
    let files = Files::with(&made);
    let stage = Stage::with(|builder| builder.tls(files.path("cert.pem"), files.path("key.pem")));
    let silent: Vec<_> = (0..5).map(|_| connect(stage.server.address())).collect();
    ask(&mut client(stage.server.address(), &made));
    let began = Instant::now();
    stage.server.stopper().stop();
    stage.server.wait();
    let took = began.elapsed();
    assert!(took < Duration::from_secs(5), "{took:?}");
    drop(silent);
}

#[test]
fn certificates_are_replaced_while_it_runs() {
    let (old, new) = (made(), made());
    let files = Files::with(&old);
    let (sender, notices) = mpsc::channel();
    let stage = Stage::with(|builder| {
        builder
            .tls(files.path("cert.pem"), files.path("key.pem"))
            .certificate_interval(Duration::from_millis(5))
            .notices(move |notice| drop(sender.send(notice)))
    });
    let address = stage.server.address();
    let next = || notices.recv_timeout(Duration::from_secs(10)).expect("told");
    let mut kept = client(address, &old);
    ask(&mut kept);
    // One after the other, as those do it who renew certificates.
    files.write("cert.pem", &new.cert.pem());
    let mut notice = next();
    // What was seen may have been half of a file.
    while !notice.to_string().contains("key.pem (key)") {
        notice = next();
    }
    assert!(notice.is_warning(), "{notice}");
    ask(&mut client(address, &old));
    files.write("key.pem", &new.signing_key.serialize_pem());
    while !matches!(notice, Notice::CertificatesChanged) {
        notice = next();
    }
    assert!(!notice.is_warning());
    ask(&mut client(address, &new));
    // Connections that there were go on.
    ask(&mut kept);
    // Nothing changed, nothing is told.
    assert!(notices.recv_timeout(Duration::from_millis(50)).is_err());
}
