use clap::Args;
use serde_json::json;

use super::{Session, Space, parse_vid};
use crate::{exit::Failure, output::shown};

/// What is changed.
#[derive(Args, Debug)]
#[group(id = "change", required = true, multiple = true)]
struct Change {
    /// The title
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// The description
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// The category
    #[arg(long, value_name = "TEXT")]
    category: Option<String>,
    /// The poster, by the name that upload or poster printed
    #[arg(long, value_name = "URI")]
    poster_uri: Option<String>,
    /// Add these tags
    #[arg(long, value_name = "TAG,…", value_delimiter = ',')]
    add_tags: Vec<String>,
    /// Take these tags away
    #[arg(long, value_name = "TAG,…", value_delimiter = ',')]
    delete_tags: Vec<String>,
}

/// Change what is said of a video. What is not named stays.
#[derive(Args, Debug)]
pub(crate) struct ModifyCommand {
    /// The id of the video
    #[arg(value_name = "VID", value_parser = parse_vid)]
    vid: String,
    #[command(flatten)]
    change: Change,
    #[command(flatten)]
    space: Space,
}

pub(super) async fn run(session: &Session, command: ModifyCommand) -> Result<(), Failure> {
    let ModifyCommand { vid, change, space } = command;
    let account = session.vcloud()?;
    let mut modify = account
        .vod()?
        .modify_video_info(space.of(&account)?, vid.clone());
    if let Some(title) = change.title {
        modify = modify.title(title);
    }
    if let Some(description) = change.description {
        modify = modify.description(description);
    }
    if let Some(category) = change.category {
        modify = modify.category(category);
    }
    if let Some(uri) = change.poster_uri {
        modify = modify.poster_uri(uri);
    }
    if !change.add_tags.is_empty() {
        modify = modify.add_tags(change.add_tags.join(","));
    }
    if !change.delete_tags.is_empty() {
        modify = modify.delete_tags(change.delete_tags.join(","));
    }
    account.run(&vid, modify).await?;
    session
        .output
        .line(&shown(&format!("changed {vid}")), &json!({ "vid": vid }))
}
