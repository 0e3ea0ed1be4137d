use std::{
    sync::{
        Arc,
        atomic::{AtomicBool, Ordering::SeqCst},
    },
    time::Duration,
};

use serde_json::Map;
use yunmei_auth_server::{
    policy::Policy,
    server::Server,
    sign::{Accounts, CosAccount},
    token::{TokenMaker, VerifyingKey},
};
use yunmei_core::{Secret, Stamp, Timestamp};
use yunmei_emulator::Emulator;

/// How much the server's clock is behind when it signs late.
const LATE: u64 = 120;

/// Emulator, server and page.
pub(crate) struct Stage {
    pub(crate) server: Server,
    /// From where pictures are shown.
    pub(crate) pictures: String,
    emulator: Emulator,
    maker: TokenMaker,
    is_late: Arc<AtomicBool>,
}

impl Stage {
    pub(crate) fn new() -> Stage {
        let emulator = Emulator::start().expect("an emulator");
        let account = emulator.cos_account();
        let (bucket, app) = (account.bucket(), account.app());
        let port = emulator.address().port();
        // Browsers take what ends like this for this machine.
        let pictures = format!("http://{bucket}-{app}.localhost:{port}");
        let policy = Policy::parse(&policy(bucket.as_str(), &pictures)).expect("a policy");
        let key = Secret::new("a key of tests, with more than 32 bytes in it");
        let rules = policy.token().clone();
        let verifying = VerifyingKey::new(rules.algorithm, &key).expect("a key");
        let accounts = Accounts {
            cos: Some(CosAccount {
                app,
                credentials: account.credentials().clone(),
                region: account.region().clone(),
                endpoint: Some(emulator.endpoint()),
            }),
            ..Accounts::default()
        };
        let is_late = Arc::new(AtomicBool::new(false));
        let late = Arc::clone(&is_late);
        let stamps = move || {
            let Stamp { now, nonce } = yunmei_host::stamp();
            let behind = if late.swap(false, SeqCst) { LATE } else { 0 };
            Stamp::new(Timestamp::from_seconds(now.seconds() - behind), nonce)
        };
        let server = Server::builder(policy, verifying, accounts).stamps(stamps);
        Stage {
            server: server.start().expect("a server"),
            pictures,
            maker: TokenMaker::new(rules, &key).expect("a key"),
            emulator,
            is_late,
        }
    }

    /// A token that is good by the late clock, too.
    pub(crate) fn token(&self) -> String {
        let now = yunmei_host::stamp().now.seconds() - 2 * LATE;
        let (now, lifetime) = (Timestamp::from_seconds(now), Duration::from_secs(3600));
        let token = self.maker.make("alice", lifetime, Map::new(), now);
        token.expect("a token").expose().to_owned()
    }

    /// Lets the next signature have ended when it is used.
    pub(crate) fn sign_late(&self) {
        self.is_late.store(true, SeqCst);
    }

    /// The codes of the uploads of a picture.
    pub(crate) fn uploads(&self, name: &str) -> Vec<Option<i64>> {
        let log = self.emulator.log();
        let of_it = log.iter().filter(|entry| {
            entry.method == "POST" && entry.path.ends_with(&format!("/users/alice/{name}"))
        });
        of_it.map(|entry| entry.code).collect()
    }
}

fn policy(bucket: &str, pictures: &str) -> String {
    format!(
        r#"
        [token]
        algorithm = "HS256"
        issuer = "tests"
        audience = "yunmei"

        [page]
        rule = "own pictures"
        picture_origin = "{pictures}"

        [[rules]]
        name = "own pictures"
        service = "cos"
        bucket = "{bucket}"
        path = "/users/{{sub}}/"
        operations = ["upload", "download"]
        size_limit = 20971520
        types = ["image/jpeg", "image/png"]
        "#
    )
}
