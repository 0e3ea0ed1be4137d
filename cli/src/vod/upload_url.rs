use clap::{Args, ValueEnum};
use serde_json::json;
use yunmei_core::vcloud::vod::MediaFormat;

use super::{Session, Space};
use crate::{exit::Failure, output::shown};

/// Have the service fetch videos itself.
///
/// It answers that it will, and fetches them later; their ids are told to the callback address of
/// the space. Volcengine names a job for each, which yunmei vod job asks for.
#[derive(Args, Debug)]
pub(crate) struct UploadUrlCommand {
    /// Addresses that the service can reach
    #[arg(required = true, value_name = "URL", value_parser = parse_url)]
    urls: Vec<String>,
    /// What is there
    #[arg(long, value_enum, default_value_t)]
    format: Format,
    /// A text that comes back with the callback
    #[arg(long, value_name = "TEXT")]
    callback_args: Option<String>,
    #[command(flatten)]
    space: Space,
}

#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
enum Format {
    #[default]
    Mp4,
    M3u8,
}

impl From<Format> for MediaFormat {
    fn from(format: Format) -> MediaFormat {
        match format {
            Format::Mp4 => MediaFormat::Mp4,
            Format::M3u8 => MediaFormat::M3u8,
        }
    }
}

fn parse_url(text: &str) -> Result<String, &'static str> {
    let is_url = text.starts_with("http://") || text.starts_with("https://");
    match (is_url, text.contains(',')) {
        (true, false) => Ok(text.to_owned()),
        (false, _) => Err("must begin with http:// or https://"),
        // Addresses are sent joined by commas (dossier of TTVcloud, section 3.1).
        (true, true) => Err("has a comma, which the service would split it at: write it as %2C"),
    }
}

pub(super) async fn run(session: &Session, command: UploadUrlCommand) -> Result<(), Failure> {
    let account = session.vcloud()?;
    let space = command.space.of(&account)?;
    let urls = command.urls.iter().map(String::as_str);
    let mut upload = account
        .vod()?
        .upload_by_url(&space, command.format.into(), urls);
    if let Some(text) = &command.callback_args {
        upload = upload.callback_args(text);
    }
    session.if_interrupted("the service may be fetching the videos already".to_owned());
    let accepted = account.run(&space, upload).await?;
    for (at, url) in command.urls.iter().enumerate() {
        let job = accepted.jobs.get(at).map(|job| job.job_id.as_str());
        let text = match job {
            Some(job) => format!("accepted {url} -> job {job}"),
            None => format!("accepted {url}"),
        };
        session.output.line(
            &shown(&text),
            &json!({ "accepted": url, "space": space, "job": job }),
        )?;
    }
    Ok(())
}
