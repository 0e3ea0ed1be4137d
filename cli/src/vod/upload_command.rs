use std::path::PathBuf;

use clap::{Args, ValueEnum};
use yunmei_core::vcloud::vod::{CommitFunction, FileType, OptionInfo};

use super::Space;
use crate::exit::Failure;

/// Upload videos, pictures or other files.
///
/// The service chooses the id of each video; the line that is printed says which. Its properties
/// are read at once, and if that fails, so does the upload: --no-meta leaves it out. Whether it can be
/// played at once is the service's affair, unless --publish sees to it.
///
/// Files of 20 MiB or more go to Volcengine in parts, to TTVcloud in one request unless --parts asks
/// for them. An upload in parts that broke off goes on where it stopped when it is run again.
#[derive(Args, Debug)]
pub(crate) struct UploadCommand {
    /// Files on this machine
    #[arg(required = true, value_name = "FILE")]
    pub(super) files: Vec<PathBuf>,
    /// What they are
    #[arg(long = "type", value_enum, default_value_t)]
    pub(super) kind: Kind,
    #[command(flatten)]
    about: About,
    /// A picture on this machine that becomes the poster
    #[arg(long, value_name = "FILE", conflicts_with = "snapshot")]
    pub(super) poster: Option<PathBuf>,
    /// Take the poster from the video, at so many seconds from its beginning
    #[arg(long, value_name = "SECONDS", value_parser = parse_seconds)]
    snapshot: Option<f64>,
    /// Do not have the properties read
    #[arg(long)]
    no_meta: bool,
    /// Begin to process it as this template says
    #[arg(long, value_name = "TEMPLATE")]
    workflow: Option<String>,
    /// Let it be played at once
    #[arg(long)]
    pub(super) publish: bool,
    /// The name that an object is to have at the service; with --type object
    #[arg(long, value_name = "NAME")]
    pub(super) name: Option<String>,
    /// Send files of 20 MiB or more in parts, also to TTVcloud
    #[arg(long)]
    pub(super) parts: bool,
    /// Do not go on with an upload that broke off: begin anew
    #[arg(long)]
    pub(super) anew: bool,
    /// A text that comes back with the callback
    #[arg(long, value_name = "TEXT")]
    pub(super) callback_args: Option<String>,
    #[command(flatten)]
    pub(super) space: Space,
}

/// What is said of the upload.
#[derive(Args, Debug)]
struct About {
    /// The title
    #[arg(long, value_name = "TEXT")]
    title: Option<String>,
    /// The description
    #[arg(long, value_name = "TEXT")]
    description: Option<String>,
    /// The category
    #[arg(long, value_name = "TEXT")]
    category: Option<String>,
    /// Tags
    #[arg(long, value_name = "TAG,…")]
    tags: Option<String>,
}

#[derive(ValueEnum, Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) enum Kind {
    /// Video or audio
    #[default]
    Video,
    /// A picture
    Image,
    /// Anything
    Object,
}

impl From<Kind> for FileType {
    fn from(kind: Kind) -> FileType {
        match kind {
            Kind::Video => FileType::Video,
            Kind::Image => FileType::Image,
            Kind::Object => FileType::Object,
        }
    }
}

impl UploadCommand {
    /// What cannot be, before anything is sent.
    pub(super) fn check(&self) -> Result<(), Failure> {
        let refused = |problem: &str| Err(Failure::Usage(problem.to_owned()));
        let of_one = self.about.title.is_some() || self.poster.is_some() || self.name.is_some();
        let of_video = self.poster.is_some() || self.snapshot.is_some() || self.publish;
        if self.files.len() > 1 && of_one {
            return refused("--title, --poster and --name are for one file");
        }
        if self.kind != Kind::Video && of_video {
            return refused("--poster, --snapshot and --publish are for videos");
        }
        if self.kind != Kind::Object && self.name.is_some() {
            return refused("--name goes with --type object");
        }
        Ok(())
    }

    pub(super) fn functions(&self) -> Vec<CommitFunction> {
        let mut functions = Vec::new();
        if !self.no_meta && self.kind != Kind::Object {
            functions.push(CommitFunction::GetMeta);
        }
        functions.extend(self.about.function());
        if let Some(seconds) = self.snapshot {
            functions.push(CommitFunction::Snapshot { seconds });
        }
        if let Some(template_id) = self.workflow.clone() {
            functions.push(CommitFunction::StartWorkflow { template_id });
        }
        functions
    }
}

impl About {
    fn function(&self) -> Option<CommitFunction> {
        let info = OptionInfo {
            title: self.title.clone(),
            tags: self.tags.clone(),
            description: self.description.clone(),
            category: self.category.clone(),
        };
        (info != OptionInfo::default()).then_some(CommitFunction::AddOptionInfo(info))
    }
}

fn parse_seconds(text: &str) -> Result<f64, &'static str> {
    match text.parse() {
        Ok(seconds) if (0.0..f64::INFINITY).contains(&seconds) => Ok(seconds),
        _ => Err("must be a number of seconds, such as 2.5"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_lies_in_the_video() {
        assert_eq!(parse_seconds("2.5"), Ok(2.5));
        assert_eq!(parse_seconds("0"), Ok(0.0));
        for bad in ["", "-1", "inf", "NaN", "2s"] {
            assert!(parse_seconds(bad).is_err(), "{bad}");
        }
    }
}
