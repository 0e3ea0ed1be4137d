use clap::Args;
use serde_json::json;
use yunmei_core::fangtang::Progress;

use super::{Session, job_file::Which};
use crate::{exit::Failure, output::shown};

/// Tell how far the repair of a photo is.
#[derive(Args, Debug)]
pub(crate) struct StatusCommand {
    #[command(flatten)]
    which: Which,
}

pub(super) async fn run(session: &Session, command: StatusCommand) -> Result<(), Failure> {
    let partner = session.config.partner()?;
    let photo = command.which.photo(&partner)?;
    let id = photo.id();
    let status = session.client.run(partner.status(id)).await;
    let status = status.map_err(|error| Failure::operation(format_args!("photo {id}"), error))?;
    let word = match status.progress {
        Progress::Processing => "processing",
        Progress::Done => "done",
    };
    let text = match status.message.trim() {
        "" => format!("{id}  {word}"),
        message if message.eq_ignore_ascii_case(word) => format!("{id}  {word}"),
        message => format!("{id}  {word}  {message}"),
    };
    session.output.line(
        &shown(&text),
        &json!({ "id": id.as_str(), "status": word, "message": status.message }),
    )
}
