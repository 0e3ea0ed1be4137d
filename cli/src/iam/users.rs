use clap::Args;

use super::{Session, object};
use crate::{exit::Failure, output::shown};

/// How many users are asked for at once.
const PAGE: u32 = 100;

/// List the users of the account.
#[derive(Args, Debug)]
pub(crate) struct UsersCommand {
    /// At most so many [default: all]
    #[arg(long, value_name = "COUNT", value_parser = clap::value_parser!(u64).range(1..))]
    limit: Option<u64>,
    /// Without the first so many
    #[arg(long, value_name = "COUNT", default_value_t)]
    offset: u64,
    /// Only those that match this text, more or less; only of Volcengine
    #[arg(long, value_name = "TEXT")]
    query: Option<String>,
}

pub(super) async fn run(session: &Session, command: UsersCommand) -> Result<(), Failure> {
    let account = session.vcloud()?;
    let iam = account.iam()?;
    let (mut offset, mut left) = (command.offset, command.limit.unwrap_or(u64::MAX));
    loop {
        let limit = u32::try_from(left).unwrap_or(PAGE).min(PAGE);
        let mut list = iam.list_users().limit(limit).offset(offset);
        if let Some(text) = &command.query {
            list = list.matching(text);
        }
        let page = account.run("the users", list).await?;
        let count = page.users.len() as u64;
        for user in page.users.iter().take(limit as usize) {
            let name = format!(
                "{:<20}  {:<8}  {}",
                user.name, user.status, user.display_name
            );
            session
                .output
                .line(&shown(name.trim_end()), &object(user))?;
        }
        (offset, left) = (offset.saturating_add(count), left.saturating_sub(count));
        let is_last = match page.total {
            Some(total) => offset >= total,
            None => count < u64::from(limit),
        };
        if count == 0 || left == 0 || is_last || session.output.is_closed() {
            return Ok(());
        }
    }
}
