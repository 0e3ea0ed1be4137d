use clap::Args;
use serde_json::json;

use super::{CosLocation, Session, location::Object};
use crate::{
    exit::{Failure, each},
    output::shown,
};

/// Delete files, or folders that are empty. There is no undo.
#[derive(Args, Debug)]
pub(crate) struct RmCommand {
    /// cos://bucket/path, or cos://bucket/folder/
    #[arg(required = true, value_name = "LOCATION")]
    locations: Vec<CosLocation>,
}

pub(super) async fn run(session: &Session, command: RmCommand) -> Result<(), Failure> {
    each(&command.locations, async |location| {
        remove(session, location).await
    })
    .await
}

async fn remove(session: &Session, location: &CosLocation) -> Result<(), Failure> {
    let bucket = session.bucket(location.bucket.as_ref())?;
    let result = match &location.object {
        Object::File(path) => session.client.run(bucket.delete(path)).await,
        Object::Folder(path) => session.client.run(bucket.delete_folder(path)).await,
    };
    result.map_err(|error| Failure::operation(location, error))?;
    session.output.line(
        &format!("deleted {}", shown(&location.to_string())),
        &json!({ "deleted": location.to_string() }),
    )
}
