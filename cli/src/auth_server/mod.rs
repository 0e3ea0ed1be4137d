//! `yunmei auth-server`: signatures for clients that may not hold a secret.

mod accounts;
#[cfg(unix)]
mod room;
mod serve;
mod token;

use std::path::{Path, PathBuf};

use clap::{Args, Subcommand};
use yunmei_auth_server::{policy::Policy, token::Algorithm};
use yunmei_core::Secret;

pub(crate) use serve::failed as start_failure;

use crate::{arguments::Common, exit::Failure, transfer};

/// Hand signatures to clients that may not hold a secret, and let them upload by a page.
///
/// A policy says who may have which signature, and what it does not name is refused. Clients show
/// who they are by a JSON Web Token. The keys that sign are those of the configuration. Each
/// decision is told in one line of JSON, on standard error or in a file; no line holds a token, a
/// signature or a key.
#[derive(Args, Debug)]
#[command(args_conflicts_with_subcommands = true)]
pub(crate) struct AuthServerCommand {
    #[command(subcommand)]
    action: Option<Action>,
    #[command(flatten)]
    serve: serve::ServeOptions,
}

#[derive(Subcommand, Debug)]
enum Action {
    Token(token::TokenOptions),
}

/// By whom tokens are believed.
#[derive(Args, Debug)]
struct Rules {
    /// Who may have which signature, in TOML
    #[arg(long, value_name = "FILE")]
    policy: Option<PathBuf>,
    /// The key of tokens: of HS256 the secret, of EdDSA a key in PEM, public to serve and private
    /// to make tokens [default: what is in $YUNMEI_JWT_KEY]
    #[arg(long, value_name = "FILE")]
    jwt_key: Option<PathBuf>,
}

pub(crate) fn run(command: AuthServerCommand, common: &Common) -> Result<(), Failure> {
    match command.action {
        None => serve::run(command.serve, common),
        Some(Action::Token(options)) => token::run(&options, common),
    }
}

impl Rules {
    fn read_policy(&self) -> Result<Policy, Failure> {
        let Some(path) = &self.policy else {
            return Err(Failure::Usage("--policy FILE is needed".into()));
        };
        Policy::parse(&read("--policy", path)?)
            .map_err(|error| Failure::Usage(format!("{}: {error}", path.display())))
    }

    fn read_key(&self, algorithm: Algorithm) -> Result<Secret, Failure> {
        match &self.jwt_key {
            Some(path) => {
                let key = read("--jwt-key", path)?;
                // Everybody may read a public key.
                if !key.contains("-----BEGIN PUBLIC KEY-----") {
                    crate::config::warn_if_open(path);
                }
                Ok(Secret::new(key))
            }
            None => match std::env::var("YUNMEI_JWT_KEY") {
                Ok(key) if !key.is_empty() => Ok(Secret::new(key)),
                _ => Err(Failure::Usage(format!(
                    "there is no key for tokens of {algorithm}: name a file with --jwt-key, or \
                     set $YUNMEI_JWT_KEY"
                ))),
            },
        }
    }

    /// What messages call the key.
    fn key_place(&self) -> String {
        match &self.jwt_key {
            Some(path) => path.display().to_string(),
            None => "$YUNMEI_JWT_KEY".into(),
        }
    }
}

fn read(option: &str, path: &Path) -> Result<String, Failure> {
    let about = format!("{option} {}", path.display());
    transfer::read_text(path).map_err(|error| Failure::file(about, error))
}
