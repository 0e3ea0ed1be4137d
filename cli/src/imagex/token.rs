use std::time::Duration;

use clap::Args;
use serde_json::json;
use yunmei_core::error::InputError;

use super::{Service, Session};
use crate::{duration, exit::Failure};

/// Print a token that lets somebody else upload pictures for a while; only of TTVcloud.
///
/// It is made here: nothing is asked of the service. Whoever has it can use it until it ends.
#[derive(Args, Debug)]
pub(crate) struct TokenCommand {
    #[command(flatten)]
    service: Service,
    /// How long it serves: up to 365d
    #[arg(long, value_name = "TIME", default_value = "1h", value_parser = duration::parse)]
    expires: Duration,
}

pub(super) fn run(session: &Session, command: &TokenCommand) -> Result<(), Failure> {
    let account = session.vcloud()?;
    let (imagex, service) = (account.imagex()?, command.service.of(&account)?);
    let now = yunmei_host::stamp().now;
    let token = imagex
        .upload_token(&service, command.expires, now)
        .map_err(|error| match error {
            InputError::QueryExpiry { .. } => Failure::Usage("--expires: 1s to 365d".into()),
            InputError::NoSuchToken => Failure::operation(&service, error)
                .advised("`yunmei sts imagex-upload` makes temporary keys"),
            error => Failure::operation(&service, error),
        })?;
    let expires = now.checked_add(command.expires);
    session.output.line(
        token.expose(),
        &json!({
            "service_id": service.as_str(),
            "token": token.expose(),
            "expires": expires.map(|time| time.seconds()),
        }),
    )
}
