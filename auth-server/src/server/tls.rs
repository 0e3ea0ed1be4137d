//! TLS by certificate files.

use std::{io, path::Path, sync::Arc};

use rustls::{
    ServerConfig,
    pki_types::{CertificateDer, PrivateKeyDer, pem::PemObject},
};
use tokio_rustls::TlsAcceptor;

/// Reads a chain of certificates and the key of the first one, both in PEM.
pub(super) fn acceptor(certificates: &Path, key: &Path) -> io::Result<TlsAcceptor> {
    let chain = CertificateDer::pem_file_iter(certificates)
        .and_then(Iterator::collect::<Result<Vec<_>, _>>)
        .map_err(|problem| wrong(certificates, "certificates", problem))?;
    if chain.is_empty() {
        return Err(wrong(certificates, "certificates", "there are none in it"));
    }
    let first = PrivateKeyDer::from_pem_file(key).map_err(|problem| wrong(key, "key", problem))?;
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let mut config = ServerConfig::builder_with_provider(provider)
        .with_safe_default_protocol_versions()
        .map_err(io::Error::other)?
        .with_no_client_auth()
        .with_single_cert(chain, first)
        .map_err(|problem| match problem {
            rustls::Error::InvalidCertificate(_) => wrong(certificates, "certificates", problem),
            _ => wrong(key, "key", problem),
        })?;
    config.alpn_protocols = vec![b"http/1.1".to_vec()];
    Ok(TlsAcceptor::from(Arc::new(config)))
}

fn wrong(path: &Path, what: &str, problem: impl std::fmt::Display) -> io::Error {
    let text = format!("{} ({what}): {problem}", path.display());
    io::Error::new(io::ErrorKind::InvalidData, text)
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::*;

    #[test]
    fn the_file_that_is_wrong_is_named() {
        let folder = tempfile::tempdir().expect("a folder");
        let file = |name: &str, text: &str| {
            let path = folder.path().join(name);
            fs::write(&path, text).expect("a file");
            path
        };
        let made = rcgen::generate_simple_self_signed(["localhost".into()]).expect("made");
        let good = file("good.pem", &made.cert.pem());
        let key = file("key.pem", &made.signing_key.serialize_pem());
        let other = rcgen::KeyPair::generate().expect("made").serialize_pem();
        let other = file("other.pem", &other);
        let empty = file("empty.pem", "");
        let block = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let broken = file("broken.pem", block);
        assert!(acceptor(&good, &key).is_ok());
        for (certificates, key, wrong) in [
            (&empty, &key, "empty.pem (certificates)"),
            (&broken, &key, "broken.pem (certificates)"),
            (&good, &empty, "empty.pem (key)"),
            (&good, &good, "good.pem (key)"),
            (&good, &other, "other.pem (key)"),
        ] {
            let problem = acceptor(certificates, key).err().expect("refused");
            assert!(problem.to_string().contains(wrong), "{problem}");
        }
    }
}
