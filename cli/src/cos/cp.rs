use std::path::{Path, PathBuf};

use clap::Args;
use yunmei_core::cos::{FilePath, FolderPath};

use super::{
    CosLocation, Location, Session,
    download::{self, Download},
    location::Object,
    missing, rename,
    sides::Sides,
    tree,
    upload::{self, Upload},
};
use crate::{
    exit::{Failure, each},
    output::shown,
    transfer::{self, is_named_as_folder},
};

const USAGE: &str = "yunmei cos cp [OPTIONS] <FROM>... <TO>";

/// As of every command, with FROM and TO apart.
const HELP: &str = "\
{before-help}{about-with-newline}
{usage-heading} {usage}

Arguments:
  <FROM>...  Files on this machine, or cos://bucket/path; with --recursive also folders
  <TO>       Where to: cos://bucket/path, cos://bucket/folder/, a file, a folder, or - for standard
             output

{all-args}{after-help}";

/// Copy files into the cloud or out of it.
///
/// A destination that ends in `/` is a folder; several files need one. With --recursive, folders are
/// copied too: what is in one comes directly into the destination, with the folders in it.
///
/// Without --force nothing is replaced: the same content there already is no error, other content
/// is. What arrives is checked: by the service on the way up, against the service's digest on the
/// way down. After a break, run it again: a broken upload of 8 MiB or more goes on where it stopped,
/// and with --recursive what is there already is not sent again.
///
/// It goes on when nobody reads what it tells any more, as with `| head`; where that cannot be
/// written, as on a full disk, it stops.
#[derive(Args, Debug)]
#[command(override_usage = USAGE, help_template = HELP)]
pub(crate) struct CpCommand {
    /// Replace what is at the destination
    #[arg(long, short)]
    pub(super) force: bool,
    /// Copy what is in folders, and in the folders in them; symbolic links in them are not followed
    #[arg(long, short)]
    recursive: bool,
    /// Delete an unfinished upload of other content that is in the way, and any file at that path
    #[arg(long)]
    pub(super) replace_unfinished: bool,
    // FROM and TO in one list: options may stand between any of them.
    #[arg(required = true, num_args = 1.., value_names = ["FROM", "TO"], hide = true)]
    places: Vec<Location>,
}

impl CpCommand {
    pub(super) fn sides(&self) -> Result<Sides<'_>, Failure> {
        match self.places.split_last() {
            Some((to, from)) if !from.is_empty() => Ok(Sides {
                recursive: self.recursive,
                from,
                to,
            }),
            _ => Err(Failure::Usage(format!(
                "cp needs what to copy and where to: {USAGE}"
            ))),
        }
    }
}

pub(super) async fn run(session: &Session, command: CpCommand) -> Result<(), Failure> {
    let sides = command.sides()?;
    sides.check()?;
    let Sides { from, to, .. } = sides;
    if !sides.copies_folders() {
        return each(from, async |from| copy(session, &command, from, to).await).await;
    }
    match to {
        Location::Cos(to) => {
            let sources: Vec<_> = from.iter().filter_map(Location::local).collect();
            tree::up(session, &command, &sources, to, &folder(to)?).await
        }
        Location::Local(to) => {
            let sources: Vec<_> = from.iter().filter_map(Location::cos).collect();
            tree::down(session, &command, &sources, to).await
        }
    }
}

async fn copy(
    session: &Session,
    command: &CpCommand,
    from: &Location,
    to: &Location,
) -> Result<(), Failure> {
    if from.is_folder() {
        return Err(is_a_folder(&from.to_string()));
    }
    match (from, to) {
        (Location::Local(from), Location::Cos(to)) => {
            let upload = Upload {
                from,
                to: &into_folder(from, to)?,
                label: None,
                there: None,
            };
            upload::run(session, command, upload).await?.told
        }
        (Location::Cos(from), Location::Local(to)) => {
            let download = Download {
                from,
                to: &target(from, to)?,
                label: None,
                known: None,
                // A folder that was named as one is made; a misspelt one on the way is not.
                make_folder: is_named_as_folder(to),
            };
            let result = download::run(session, command, download).await;
            let done = result.map_err(|failure| match command.recursive {
                true => missing::if_folder(failure, from),
                false => missing::if_pattern(failure, from),
            })?;
            done.told
        }
        _ => Ok(()),
    }
}

pub(super) fn is_a_folder(from: &str) -> Failure {
    let problem = "is a folder; cp takes files, and with -r what is in folders";
    Failure::Usage(shown(&format!("{from}: {problem}")))
}

/// The file in the cloud that a file on this machine becomes.
fn into_folder(from: &Path, to: &CosLocation) -> Result<CosLocation, Failure> {
    if let Object::File(path) = &to.object {
        FilePath::new(path.as_str()).map_err(|error| {
            let failure = Failure::path(&to.to_string(), &error);
            failure.advised_if(rename::file(to.bucket.as_ref(), path.as_str()))
        })?;
        return Ok(to.clone());
    }
    let name = from
        .file_name()
        .and_then(|name| name.to_str())
        .ok_or_else(|| {
            Failure::Usage(format!(
                "{}: has no name that could be used",
                from.display()
            ))
        })?;
    let folder = folder(to)?;
    let path = folder.file(name).map_err(|error| {
        let other = rename::file(to.bucket.as_ref(), &format!("{folder}{name}"));
        Failure::path(name, &error).advised_if(other)
    })?;
    Ok(CosLocation {
        bucket: to.bucket.clone(),
        object: Object::File(path),
    })
}

/// The folder in the cloud that is copied into. Not every client could name one that had any
/// characters.
fn folder(to: &CosLocation) -> Result<FolderPath, Failure> {
    let path = match &to.object {
        Object::Folder(folder) => folder.as_str(),
        Object::File(path) => path.as_str(),
    };
    FolderPath::new(path).map_err(|error| {
        let failure = Failure::path(&to.to_string(), &error);
        failure.advised_if(rename::folder(to.bucket.as_ref(), path))
    })
}

/// The file on this machine that a file in the cloud becomes.
fn target(from: &CosLocation, to: &Path) -> Result<PathBuf, Failure> {
    match &from.object {
        Object::File(path) => Ok(transfer::target(to, path.name())),
        Object::Folder(_) => Err(is_a_folder(&from.to_string())),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cos(text: &str) -> CosLocation {
        text.parse().expect("a location")
    }

    #[test]
    fn a_folder_takes_the_files_name() {
        let to = into_folder(Path::new("dir/图.png"), &cos("cos://demo/a/"));
        assert_eq!(to.expect("a place"), cos("cos://demo/a/图.png"));
        assert!(into_folder(Path::new(".."), &cos("cos://demo/a/")).is_err());
    }

    #[test]
    fn nothing_is_uploaded_by_a_name_that_other_clients_refuse() {
        let into = |from: &str, to: &str| into_folder(Path::new(from), &cos(to));
        assert!(into("a", "cos:///b:c").is_err());
        assert!(into("a", "cos:///b:c/").is_err());
        assert!(into("a:b", "cos:///c/").is_err());
        assert!(into("a:b", "cos:///c").is_ok());
    }

    #[test]
    fn a_download_into_a_folder_keeps_the_name() {
        let there = target(&cos("cos://demo/a/b.png"), Path::new("new-folder/"));
        assert_eq!(there.expect("a place"), Path::new("new-folder/b.png"));
        assert!(target(&cos("cos://demo/a/"), Path::new("x")).is_err());
    }
}
