use clap::Args;
use serde_json::json;

use super::{Service, Session, info::NAMES, parse_uri};
use crate::{
    exit::{Failure, each_batch},
    output::shown,
};

/// How many are deleted by one request.
const BATCH: usize = 100;

/// Delete pictures. There is no undo.
#[derive(Args, Debug)]
pub(crate) struct RmCommand {
    /// The names of the pictures
    #[arg(required = true, value_name = "URI", value_parser = parse_uri)]
    uris: Vec<String>,
    #[command(flatten)]
    service: Service,
}

pub(super) async fn run(session: &Session, command: RmCommand) -> Result<(), Failure> {
    let account = session.vcloud()?;
    let (imagex, service) = (account.imagex()?, command.service.of(&account)?);
    each_batch(&command.uris, BATCH, async |uris| {
        let delete = imagex.delete(&service, uris.iter().map(String::as_str));
        let results: Vec<Result<(), Failure>> = match account.run(about(uris), delete).await {
            Ok(deleted) => (uris.iter())
                .map(|uri| told(session, uri, deleted.contains(uri)))
                .collect(),
            Err(failure) => failed_together(failure, uris.len()),
        };
        Ok(results)
    })
    .await
}

fn told(session: &Session, uri: &str, is_deleted: bool) -> Result<(), Failure> {
    match is_deleted {
        true => session.output.line(
            &shown(&format!("deleted {uri}")),
            &json!({ "deleted": uri }),
        ),
        false => Err(Failure::Missing(shown(&format!(
            "{uri}: not among what the service deleted"
        )))
        .advised(NAMES)),
    }
}

/// One failure is told for all of them.
pub(super) fn failed_together(failure: Failure, count: usize) -> Vec<Result<(), Failure>> {
    let mut failures = vec![Err(failure)];
    failures.resize_with(count, || Err(Failure::Reported));
    failures
}

pub(super) fn about(names: &[String]) -> String {
    let first = names.first().map_or("", |first| first.as_str());
    match names.len() {
        0 | 1 => first.to_owned(),
        2 => format!("{first} and another"),
        count => format!("{first} and {} others", count - 1),
    }
}
