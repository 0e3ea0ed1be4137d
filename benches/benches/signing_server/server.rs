//! The signing server, as `yunmei auth-server` starts it: tokens are checked, each decision leaves a
//! line in a file, and requests are counted, with a limit that is never reached.

use std::{
    error::Error,
    fs::File,
    io::{self, Read, Write},
    num::NonZeroU32,
    path::Path,
    time::Duration,
};

use serde_json::Map;
use yunmei_auth_server::{
    policy::Policy,
    server::Server,
    sign::{Accounts, CosAccount},
    token::{Algorithm, TokenMaker, VerifyingKey},
};
use yunmei_benches::sample;
use yunmei_core::{Secret, cos};

const POLICY: &str = r#"
    [token]
    algorithm = "HS256"
    issuer = "https://accounts.example.com"
    audience = "yunmei"

    [limits]
    requests_a_minute = 4000000000

    [cors]
    origins = ["https://www.example.com"]

    [[rules]]
    name = "own pictures"
    service = "cos"
    bucket = "examplebucket"
    path = "/users/{sub}/"
    operations = ["upload"]
    prefix = true
    size_limit = 20971520
    types = ["image/jpeg", "image/png"]
    requests_a_minute = 4000000000

    [[rules]]
    name = "own notes"
    service = "cos"
    bucket = "examplebucket"
    path = "/notes/{sub}/"
    operations = ["upload"]
    prefix = true
    requests_a_minute = 4000000000
"#;

/// What is asked for: the whole answer for one picture, and what the article's server answers.
pub(crate) const ROUTES: [&str; 2] = [
    "/v1/sign/cos?operation=upload&path=/users/alice/photos/summer%20trip/%E6%B5%B7%E8%BE%B9.jpg\
     &size=1048576&type=image/jpeg",
    "/v1/qc_cos/config?cos_path=/notes/alice/2017/",
];

/// Serves until its standard input ends; prints its address first.
pub(crate) fn serve(audit: &Path) -> Result<(), Box<dyn Error>> {
    let (app, region) = (cos::AppId::new(1_250_000_000)?, cos::Region::new("gz")?);
    let accounts = Accounts {
        cos: Some(CosAccount {
            app,
            credentials: sample::credentials(),
            region,
            endpoint: None,
        }),
        ..Accounts::default()
    };
    let key = VerifyingKey::new(Algorithm::Hs256, &key())?;
    let server = Server::builder(Policy::parse(POLICY)?, key, accounts)
        .audit(File::create(audit)?)
        // All come from here.
        .connections_per_address(NonZeroU32::MAX)
        .start()?;
    let mut out = io::stdout();
    writeln!(out, "{}", server.origin())?;
    out.flush()?;
    io::stdin().read_to_end(&mut Vec::new())?;
    Ok(())
}

/// A token that is good for an hour.
pub(crate) fn token() -> Result<String, Box<dyn Error>> {
    let maker = TokenMaker::new(Policy::parse(POLICY)?.token().clone(), &key())?;
    let now = yunmei_host::stamp().now;
    let token = maker.make("alice", Duration::from_secs(3600), Map::new(), now);
    let token = token.ok_or("a token that cannot be signed")?;
    Ok(token.expose().to_owned())
}

fn key() -> Secret {
    Secret::new("a key that is known to everybody, and 32 bytes long")
}
