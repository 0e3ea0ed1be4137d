use clap::{Args, ValueEnum};
use serde_json::json;
use yunmei_core::vcloud::vod::{MediaFormat, UrlJob};

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
        let job = job_of(&accepted.jobs, at, url).map(|job| job.job_id.as_str());
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

/// The job of an address: the one that names it, since nobody says that they come in the order of the
/// question; else the one in its place, for the service may write the address otherwise.
fn job_of<'a>(jobs: &'a [UrlJob], at: usize, url: &str) -> Option<&'a UrlJob> {
    let here = jobs.get(at);
    let names = |job: &&UrlJob| job.source_url == url;
    here.filter(names)
        .or_else(|| jobs.iter().find(names))
        .or(here)
}

#[cfg(test)]
mod tests {
    use serde_json::from_value;

    use super::*;

    #[test]
    fn a_job_belongs_to_the_address_that_it_names() {
        let jobs: Vec<UrlJob> = from_value(json!([
            {"JobId": "1", "SourceUrl": "http://b/"},
            {"JobId": "2", "SourceUrl": "http://a/"},
            {"JobId": "3"},
        ]))
        .expect("jobs");
        let job = |at, url| job_of(&jobs, at, url).map(|job| job.job_id.as_str());
        assert_eq!(job(0, "http://a/"), Some("2"));
        assert_eq!(job(1, "http://b/"), Some("1"));
        assert_eq!(job(2, "http://c/"), Some("3"));
        assert_eq!(job(3, "http://d/"), None);
    }
}
