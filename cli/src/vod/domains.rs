use clap::Args;
use serde_json::json;

use super::{Session, Space};
use crate::{exit::Failure, output::shown};

/// List the domains from which the posters of a space are served, each with its weight; only of
/// TTVcloud.
#[derive(Args, Debug)]
pub(crate) struct DomainsCommand {
    #[command(flatten)]
    space: Space,
}

pub(super) async fn run(session: &Session, command: DomainsCommand) -> Result<(), Failure> {
    let account = session.vcloud()?;
    let space = command.space.of(&account)?;
    let weights = account.vod()?.domain_weights(&space);
    let weights = account.run(&space, weights).await?;
    for (domain, weight) in weights.iter() {
        session.output.line(
            &shown(&format!("{weight:>6}  {domain}")),
            &json!({ "domain": domain, "weight": weight }),
        )?;
    }
    Ok(())
}
