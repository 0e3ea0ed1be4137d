use clap::Args;
use serde_json::json;
use yunmei_core::vcloud::imagex::LIST_LIMIT;

use super::{Service, Session};
use crate::{exit::Failure, output::shown};

/// List the pictures of a service.
#[derive(Args, Debug)]
pub(crate) struct LsCommand {
    /// At most so many [default: all]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    #[command(flatten)]
    service: Service,
}

pub(super) async fn run(session: &Session, command: LsCommand) -> Result<(), Failure> {
    let account = session.vcloud()?;
    let (imagex, service) = (account.imagex()?, command.service.of(&account)?);
    let mut left = command.limit.unwrap_or(u64::MAX);
    let mut marker: Option<String> = None;
    loop {
        let limit = left.min(LIST_LIMIT as u64);
        let mut list = imagex.list(&service).limit(limit as u16);
        if let Some(marker) = &marker {
            list = list.marker(marker);
        }
        let page = account.run(&service, list).await?;
        for file in page.files.iter().take(limit as usize) {
            let size = file
                .size
                .map_or_else(|| "?".to_owned(), |size| size.to_string());
            session.output.line(
                &shown(&format!("{:<19}  {size:>12}  {}", file.modified, file.uri)),
                &json!({
                    "uri": file.uri,
                    "key": file.key,
                    "size": file.size,
                    "modified": file.modified,
                }),
            )?;
        }
        left = left.saturating_sub(page.files.len() as u64);
        marker = page.next_marker().map(str::to_owned);
        if marker.is_none() || left == 0 || session.output.is_closed() {
            return Ok(());
        }
    }
}
