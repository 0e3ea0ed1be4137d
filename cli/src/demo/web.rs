//! `yunmei demo --web`: emulator, signing server and page, for whoever wants to see it.

use std::{io::Write, time::Duration};

use serde_json::Map;
use yunmei_auth_server::{
    policy::Policy,
    server::Server,
    sign::{Accounts, CosAccount},
    token::{TokenMaker, VerifyingKey},
};
use yunmei_core::{Secret, Token};
use yunmei_emulator::Emulator;

use crate::{arguments::DemoCommand, auth_server::start_failure, exit::Failure};

/// Whose pictures.
const USER: &str = "demo";
/// How long the token in the address is good.
const TOKEN_LIFETIME: Duration = Duration::from_secs(12 * 60 * 60);

/// Runs until Ctrl-C.
pub(super) fn run(command: &DemoCommand) -> Result<(), Failure> {
    let emulator = Emulator::start().map_err(|error| Failure::file("emulator", error))?;
    super::say(&format!(
        "emulator listening on {}, verifying every signature",
        emulator.endpoint()
    ))?;
    let policy = policy(&emulator)?;
    let key = key()?;
    let token = token(&policy, &key)?;
    let wrong = |error| Failure::Usage(format!("{error}"));
    let verifying = VerifyingKey::new(policy.token().algorithm, &key).map_err(wrong)?;
    let mut builder = Server::builder(policy, verifying, accounts(&emulator));
    if let Some(address) = command.listen {
        builder = builder.listen(address);
    }
    let server = builder.start().map_err(start_failure)?;
    let runtime = crate::runtime::new()?;
    // Listened for before anybody is told: who knows of the page may end it at once.
    let interruption = runtime.block_on(async { crate::runtime::interruption() })?;
    super::say(&format!("signing server listening on {}", server.origin()))?;
    super::say("the page, with the token of a demo user; Ctrl-C ends it:")?;
    super::say(&format!("{}/#token={}", server.origin(), token.expose()))?;
    super::say(&format!(
        "mini-programs ask {}/v1/qc_cos/config with that token, and upload below \
         /mini-program/{USER}/",
        server.origin()
    ))?;
    std::io::stdout()
        .flush()
        .map_err(|error| Failure::file("standard output", error))?;
    runtime.block_on(interruption);
    Ok(())
}

fn accounts(emulator: &Emulator) -> Accounts {
    let account = emulator.cos_account();
    Accounts {
        cos: Some(CosAccount {
            app: account.app(),
            credentials: account.credentials().clone(),
            region: account.region().clone(),
            endpoint: Some(emulator.endpoint()),
        }),
        ..Accounts::default()
    }
}

/// Pictures of everybody in a folder of their own, and those of mini-programs, which are not asked for
/// size and type of each, in another. The emulator names the vendor's host in `source_url`; browsers
/// take what ends in `.localhost` for this machine.
fn policy(emulator: &Emulator) -> Result<Policy, Failure> {
    let account = emulator.cos_account();
    let (bucket, app) = (account.bucket(), account.app());
    let port = emulator.address().port();
    let text = format!(
        r#"
        [token]
        algorithm = "HS256"
        issuer = "yunmei demo"
        audience = "yunmei demo"

        [limits]
        requests_a_minute = 1200

        [page]
        rule = "own pictures"
        picture_origin = "http://{bucket}-{app}.localhost:{port}"

        [[rules]]
        name = "own pictures"
        service = "cos"
        bucket = "{bucket}"
        path = "/users/{{sub}}/"
        operations = ["upload", "download"]
        lifetime = 60
        size_limit = 20971520
        types = ["image/jpeg", "image/png", "image/gif", "image/webp"]
        requests_a_minute = 120

        [[rules]]
        name = "mini-programs"
        service = "cos"
        bucket = "{bucket}"
        path = "/mini-program/{{sub}}/"
        operations = ["upload"]
        prefix = true
        requests_a_minute = 120
        "#
    );
    Policy::parse(&text).map_err(|error| Failure::Usage(error.to_string()))
}

/// A key that nobody had before.
fn key() -> Result<Secret, Failure> {
    let mut bytes = [0; 32];
    getrandom::fill(&mut bytes).map_err(|error| Failure::file("random numbers", error))?;
    let digits: Vec<String> = bytes.iter().map(|byte| format!("{byte:02x}")).collect();
    Ok(Secret::new(digits.concat()))
}

fn token(policy: &Policy, key: &Secret) -> Result<Token, Failure> {
    let wrong = || Failure::Usage("no token can be made".into());
    let maker = TokenMaker::new(policy.token().clone(), key).map_err(|_| wrong())?;
    let now = yunmei_host::stamp().now;
    let token = maker.make(USER, TOKEN_LIFETIME, Map::new(), now);
    token.ok_or_else(wrong)
}
