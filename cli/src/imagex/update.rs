use clap::{Args, ValueEnum};
use serde_json::json;
use yunmei_core::vcloud::imagex::UpdateKind;

use super::{Service, Session};
use crate::{exit::Failure, output::shown};

/// Change how the pictures at some addresses are served.
#[derive(Args, Debug)]
pub(crate) struct UpdateCommand {
    /// What is changed
    #[arg(value_enum, value_name = "WHAT")]
    kind: Kind,
    /// The addresses of the pictures
    #[arg(required = true, value_name = "URL")]
    urls: Vec<String>,
    #[command(flatten)]
    service: Service,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Kind {
    /// Copies on the way to the viewers are forgotten
    Refresh,
    /// They are no longer served
    Disable,
    /// They are served again
    Enable,
    /// They are fetched to where viewers will ask for them
    Preheat,
    /// As refresh, for all below the addresses
    RefreshDirectory,
    /// As refresh, for all styles of the pictures
    RefreshStyle,
}

impl From<Kind> for UpdateKind {
    fn from(kind: Kind) -> UpdateKind {
        match kind {
            Kind::Refresh => UpdateKind::Refresh,
            Kind::Disable => UpdateKind::Disable,
            Kind::Enable => UpdateKind::Enable,
            Kind::Preheat => UpdateKind::Preheat,
            Kind::RefreshDirectory => UpdateKind::RefreshDirectory,
            Kind::RefreshStyle => UpdateKind::RefreshStyle,
        }
    }
}

pub(super) async fn run(session: &Session, command: UpdateCommand) -> Result<(), Failure> {
    let account = session.vcloud()?;
    let (imagex, service) = (account.imagex()?, command.service.of(&account)?);
    let urls = command.urls.iter().map(String::as_str);
    let update = imagex.update(&service, command.kind.into(), urls);
    for url in account.run(&service, update).await? {
        session
            .output
            .line(&shown(&format!("begun for {url}")), &json!({ "url": url }))?;
    }
    Ok(())
}
