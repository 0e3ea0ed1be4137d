//! TLS by certificate files.

use std::{fs, io::BufReader, io::Write, sync::Arc};

use rustls::{ClientConfig, ClientConnection, RootCertStore, StreamOwned};

use crate::support::{Stage, connect, read};

#[test]
fn it_speaks_tls_with_certificates_from_files() {
    let made = rcgen::generate_simple_self_signed(["localhost".to_owned()]).expect("made");
    let folder = tempfile::tempdir().expect("a folder");
    let (cert, key) = (
        folder.path().join("cert.pem"),
        folder.path().join("key.pem"),
    );
    fs::write(&cert, made.cert.pem()).expect("a file");
    fs::write(&key, made.signing_key.serialize_pem()).expect("a file");
    let stage = Stage::with(|builder| builder.tls(&cert, &key));
    assert!(stage.server.origin().starts_with("https://127.0.0.1:"));
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
    let stream = StreamOwned::new(client, connect(stage.server.address()));
    let mut stream = BufReader::new(stream);
    for _ in 0..3 {
        // Longer than it takes to be found idle: the connection is put by, and taken up again.
        let request = b"GET /healthz HTTP/1.1\r\nHost: localhost\r\n\r\n";
        stream.get_mut().write_all(request).expect("sent");
        assert_eq!(read(&mut stream).status, 200);
        std::thread::sleep(std::time::Duration::from_millis(350));
    }
    // Whoever does not speak TLS is not answered, and does no harm.
    let mut plain = connect(stage.server.address());
    plain.write_all(b"GET / HTTP/1.1\r\n\r\n").expect("sent");
    let mut rest = Vec::new();
    let _ = std::io::Read::read_to_end(&mut plain, &mut rest);
    assert!(!rest.starts_with(b"HTTP"));
}
