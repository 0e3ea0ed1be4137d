use std::{
    io::{self, Write},
    sync::{
        Arc,
        atomic::{AtomicBool, AtomicU64, Ordering::SeqCst},
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

/// More than a signature lives, and less than a token.
const LONG: u64 = 120;

/// Emulator, server and page.
pub(crate) struct Stage {
    pub(crate) server: Server,
    /// From where pictures are shown.
    pub(crate) pictures: String,
    emulator: Emulator,
    maker: TokenMaker,
    /// By how many seconds the clocks of both servers are ahead.
    ahead: Arc<AtomicU64>,
    is_short: Arc<AtomicBool>,
}

impl Stage {
    pub(crate) fn new() -> Stage {
        let ahead = Arc::new(AtomicU64::new(0));
        let emulator = Emulator::builder()
            .clock(clock(&ahead))
            .on_request(|entry| eprintln!("{entry}"));
        let emulator = emulator.start().expect("an emulator");
        let account = emulator.cos_account();
        let (bucket, app) = (account.bucket(), account.app());
        let port = emulator.address().port();
        // Browsers take what ends like this for this machine.
        let pictures = format!("http://{bucket}-{app}.localhost:{port}");
        let policy = Policy::parse(&policy(bucket.as_str(), &pictures)).expect("a policy");
        let key = Secret::new("a canary of a key, with more than 32 bytes in it");
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
        let is_short = Arc::new(AtomicBool::new(false));
        let (clock, short, later) = (clock(&ahead), Arc::clone(&is_short), Arc::clone(&ahead));
        let stamps = move || {
            let stamp = Stamp::new(clock(), yunmei_host::stamp().nonce);
            if short.swap(false, SeqCst) {
                later.fetch_add(LONG, SeqCst);
            }
            stamp
        };
        let server = Server::builder(policy, verifying, accounts);
        let server = server.stamps(stamps).audit(Told);
        Stage {
            server: server.start().expect("a server"),
            pictures,
            maker: TokenMaker::new(rules, &key).expect("a key"),
            emulator,
            ahead,
            is_short,
        }
    }

    pub(crate) fn token(&self) -> String {
        let (now, lifetime) = (yunmei_host::stamp().now, Duration::from_secs(3600));
        let token = self.maker.make("alice", lifetime, Map::new(), now);
        token.expect("a token").expose().to_owned()
    }

    /// Lets all signatures end that there are.
    pub(crate) fn pass_time(&self) {
        self.ahead.fetch_add(LONG, SeqCst);
    }

    /// Lets the next signature end between its making and its use.
    pub(crate) fn sign_short(&self) {
        self.is_short.store(true, SeqCst);
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

/// What time it is, with what was let pass.
fn clock(ahead: &Arc<AtomicU64>) -> impl Fn() -> Timestamp + Send + Sync + 'static {
    let ahead = Arc::clone(ahead);
    move || {
        let now = yunmei_host::stamp().now.seconds();
        Timestamp::from_seconds(now + ahead.load(SeqCst))
    }
}

/// The log of the tests, in which no secret may be.
struct Told;

impl Write for Told {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        eprint!("{}", String::from_utf8_lossy(bytes));
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
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
