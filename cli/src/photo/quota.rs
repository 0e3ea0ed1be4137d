use clap::Args;
use serde_json::json;

use super::{Session, advice};
use crate::exit::Failure;

/// Tell how many uploads are left of those that were bought.
#[derive(Args, Debug)]
pub(crate) struct QuotaCommand {}

pub(super) async fn run(session: &Session, _: QuotaCommand) -> Result<(), Failure> {
    let partner = session.config.partner()?;
    let quota = session.client.run(partner.quota()).await;
    let quota = quota.map_err(|error| advice::on_partner("the quota", error))?;
    let uploads = match quota.left {
        1 => "upload",
        _ => "uploads",
    };
    session.output.line(
        &format!("{} {uploads} left", quota.left),
        &json!({ "third_code": partner.third_code().as_str(), "left": quota.left }),
    )
}
