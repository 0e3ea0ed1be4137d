//! TLS by certificate files, which may be replaced while the server runs.

use std::{
    fmt, fs,
    hash::{BuildHasher, RandomState},
    io,
    path::{Path, PathBuf},
    sync::{Arc, PoisonError, RwLock},
    time::Duration,
};

use rustls::{
    ServerConfig,
    crypto::CryptoProvider,
    pki_types::{
        CertificateDer, PrivateKeyDer,
        pem::{self, PemObject},
    },
    server::{ClientHello, ResolvesServerCert},
    sign::CertifiedKey,
};
use tokio::time::sleep;
use tokio_rustls::TlsAcceptor;
use yunmei_core::Secret;

use super::{
    connection::Stop,
    notice::{Notice, Notices},
};

/// A chain of certificates and the key of the first one, both in PEM, as they are in files.
pub(super) struct Certificates {
    files: Files,
    provider: Arc<CryptoProvider>,
    served: Arc<Served>,
    hasher: RandomState,
    /// The hash of what was in the files when they were last looked at.
    seen: u64,
}

#[derive(Debug)]
struct Files {
    certificates: PathBuf,
    key: PathBuf,
}

/// What is in them.
struct Contents {
    certificates: Vec<u8>,
    key: Secret,
}

/// What clients are shown.
#[derive(Debug)]
struct Served(RwLock<Arc<CertifiedKey>>);

impl Certificates {
    /// Reads both files.
    pub(super) fn read(certificates: &Path, key: &Path) -> io::Result<Certificates> {
        let files = Files {
            certificates: certificates.to_owned(),
            key: key.to_owned(),
        };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let hasher = RandomState::new();
        let contents = files.contents();
        let seen = hash(&hasher, &contents);
        let pair = files.pair(&contents?, &provider)?;
        Ok(Certificates {
            files,
            provider,
            served: Arc::new(Served(RwLock::new(Arc::new(pair)))),
            hasher,
            seen,
        })
    }

    /// What speaks TLS with them, also when they are others.
    pub(super) fn acceptor(&self) -> io::Result<TlsAcceptor> {
        let served = Arc::clone(&self.served);
        let mut config = ServerConfig::builder_with_provider(Arc::clone(&self.provider))
            .with_safe_default_protocol_versions()
            .map_err(io::Error::other)?
            .with_no_client_auth()
            .with_cert_resolver(served);
        config.alpn_protocols = vec![b"http/1.1".to_vec()];
        Ok(TlsAcceptor::from(Arc::new(config)))
    }

    /// Looks whether the files changed, and takes what is in them now, if both fit together: they
    /// are replaced one after the other. Each change is told once.
    fn look(&mut self) -> Option<Notice> {
        let contents = self.files.contents();
        let seen = hash(&self.hasher, &contents);
        if std::mem::replace(&mut self.seen, seen) == seen {
            return None;
        }
        let pair = contents.and_then(|contents| self.files.pair(&contents, &self.provider));
        Some(match pair {
            Ok(pair) => {
                let mut served = self
                    .served
                    .0
                    .write()
                    .unwrap_or_else(PoisonError::into_inner);
                *served = Arc::new(pair);
                Notice::CertificatesChanged
            }
            Err(problem) => Notice::CertificatesKept(problem),
        })
    }

    /// Looks at the files every so often, until the server stops.
    pub(super) async fn watch(mut self, every: Duration, notices: Notices, mut stop: Stop) {
        loop {
            tokio::select! {
                () = sleep(every) => {}
                _ = stop.wait_for(|stop| *stop) => return,
            }
            let notices = Arc::clone(&notices);
            // Files may be slow, and so may be whoever is told.
            let looked = tokio::task::spawn_blocking(move || {
                if let Some(notice) = self.look() {
                    notices(notice);
                }
                self
            });
            match looked.await {
                Ok(again) => self = again,
                Err(_) => return,
            }
        }
    }
}

impl Files {
    fn contents(&self) -> io::Result<Contents> {
        let certificates = fs::read(&self.certificates)
            .map_err(|problem| wrong(&self.certificates, "certificates", problem))?;
        let key =
            fs::read_to_string(&self.key).map_err(|problem| wrong(&self.key, "key", problem))?;
        Ok(Contents {
            certificates,
            key: Secret::new(key),
        })
    }

    fn pair(&self, contents: &Contents, provider: &CryptoProvider) -> io::Result<CertifiedKey> {
        let wrong_chain =
            |problem: &dyn fmt::Display| wrong(&self.certificates, "certificates", problem);
        let wrong_key = |problem: &dyn fmt::Display| wrong(&self.key, "key", problem);
        let chain = CertificateDer::pem_slice_iter(&contents.certificates)
            .collect::<Result<Vec<_>, _>>()
            .map_err(|problem| wrong_chain(&no_pem(&problem)))?;
        if chain.is_empty() {
            return Err(wrong_chain(&"there are none in it"));
        }
        let key = PrivateKeyDer::from_pem_slice(contents.key.expose().as_bytes())
            .map_err(|problem| wrong_key(&no_pem(&problem)))?;
        CertifiedKey::from_der(chain, key, provider).map_err(|problem| match problem {
            rustls::Error::InvalidCertificate(_) => wrong_chain(&problem),
            rustls::Error::InconsistentKeys(_) => {
                wrong_key(&"it does not belong to the first certificate")
            }
            _ => wrong_key(&problem),
        })
    }
}

impl ResolvesServerCert for Served {
    fn resolve(&self, _: ClientHello<'_>) -> Option<Arc<CertifiedKey>> {
        let served = self.0.read().unwrap_or_else(PoisonError::into_inner);
        Some(Arc::clone(&served))
    }
}

/// Of what is there, or of why it is not: both are told once.
fn hash(hasher: &RandomState, contents: &io::Result<Contents>) -> u64 {
    hasher.hash_one(match contents {
        Ok(contents) => Ok((&contents.certificates, contents.key.expose())),
        Err(problem) => Err(problem.to_string()),
    })
}

/// What is wrong with a file. Not in the words of the crate: it repeats lines, and a key that lost its
/// ends of lines is all on one.
fn no_pem(problem: &pem::Error) -> &'static str {
    match problem {
        pem::Error::MissingSectionEnd { .. } => "a line of -----END is missing",
        pem::Error::IllegalSectionStart { .. } => "a line of -----BEGIN has more on it",
        pem::Error::Base64Decode(_) => "it is not in base64",
        pem::Error::NoItemsFound => "there is none in it",
        _ => "it is not in PEM",
    }
}

fn wrong(path: &Path, what: &str, problem: impl fmt::Display) -> io::Error {
    let text = format!("{} ({what}): {problem}", path.display());
    io::Error::new(io::ErrorKind::InvalidData, text)
}

#[cfg(test)]
mod tests {
    use super::*;

    struct Folder(tempfile::TempDir);

    impl Folder {
        fn new() -> Folder {
            Folder(tempfile::tempdir().expect("a folder"))
        }

        fn write(&self, name: &str, text: &str) -> PathBuf {
            let path = self.0.path().join(name);
            fs::write(&path, text).expect("a file");
            path
        }
    }

    fn made() -> (String, String, CertificateDer<'static>) {
        let made = rcgen::generate_simple_self_signed(["localhost".into()]).expect("made");
        let (cert, key) = (made.cert.pem(), made.signing_key.serialize_pem());
        (cert, key, made.cert.der().clone())
    }

    #[test]
    fn the_file_that_is_wrong_is_named() {
        let folder = Folder::new();
        let (cert, key, _) = made();
        let good = folder.write("good.pem", &cert);
        let key = folder.write("key.pem", &key);
        let other = folder.write("other.pem", &made().1);
        let empty = folder.write("empty.pem", "");
        let block = "-----BEGIN CERTIFICATE-----\nAAAA\n-----END CERTIFICATE-----\n";
        let broken = folder.write("broken.pem", block);
        let none = folder.0.path().join("none.pem");
        assert!(Certificates::read(&good, &key).is_ok());
        for (certificates, key, wrong) in [
            (&empty, &key, "empty.pem (certificates)"),
            (&broken, &key, "broken.pem (certificates)"),
            (&none, &key, "none.pem (certificates)"),
            (&good, &empty, "empty.pem (key)"),
            (&good, &good, "good.pem (key)"),
            (&good, &other, "other.pem (key): it does not belong"),
            (&good, &none, "none.pem (key)"),
        ] {
            let problem = Certificates::read(certificates, key).err();
            let problem = problem.expect("refused").to_string();
            assert!(problem.contains(wrong), "{problem}");
        }
    }

    #[test]
    fn a_key_on_one_line_is_refused_and_not_repeated() {
        let folder = Folder::new();
        let (cert, key, _) = made();
        let good = folder.write("good.pem", &cert);
        let begun = key.replace('\n', " ").replace(" -----END", "\n-----END");
        for text in [key.replace('\n', ""), key.replace('\n', " "), begun] {
            let one = folder.write("one.pem", &text);
            for (certificates, key) in [(&good, &one), (&one, &one)] {
                let problem = Certificates::read(certificates, key).err();
                let problem = problem.expect("refused").to_string();
                assert!(problem.contains("one.pem"), "another file");
                // Neither as text nor as numbers.
                assert!(problem.len() < folder.0.path().as_os_str().len() + 80);
            }
        }
    }

    #[test]
    fn new_certificates_are_taken_once_certificate_and_key_fit_together() {
        let folder = Folder::new();
        let (old, new) = (made(), made());
        let cert = folder.write("cert.pem", &old.0);
        let key = folder.write("key.pem", &old.1);
        let mut certificates = Certificates::read(&cert, &key).expect("a pair");
        let served = Arc::clone(&certificates.served);
        let shown = || served.0.read().expect("a lock").cert[0].clone();
        let is_kept = |notice| match notice {
            Some(Notice::CertificatesKept(problem)) => problem.to_string(),
            other => panic!("{other:?}"),
        };
        assert!(certificates.look().is_none());
        folder.write("cert.pem", &new.0);
        let problem = is_kept(certificates.look());
        assert!(problem.contains("key.pem (key)"), "{problem}");
        assert!(!problem.contains("PRIVATE"), "{problem}");
        assert!(certificates.look().is_none(), "told once");
        assert_eq!(shown(), old.2);
        folder.write("key.pem", &new.1);
        let changed = certificates.look();
        assert!(matches!(changed, Some(Notice::CertificatesChanged)));
        assert_eq!(shown(), new.2);
        fs::remove_file(&cert).expect("removed");
        assert!(is_kept(certificates.look()).contains("cert.pem (certificates)"));
        assert!(certificates.look().is_none(), "told once");
        assert_eq!(shown(), new.2);
        folder.write("cert.pem", &new.0);
        let changed = certificates.look();
        assert!(matches!(changed, Some(Notice::CertificatesChanged)));
        assert!(certificates.look().is_none());
    }
}
