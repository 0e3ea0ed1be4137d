use std::{
    collections::HashSet,
    path::{Path, PathBuf},
};

use clap::Args;
use yunmei_core::cos::{FilePath, FolderPath};

use super::{
    CosLocation, Location, Session,
    download::{self, Download},
    location::Object,
    tree,
    upload::{self, Upload},
};
use crate::{
    exit::{Failure, each},
    output::shown,
    transfer::{self, is_named_as_folder},
};

/// Copy files into the cloud or out of it.
///
/// A destination that ends in `/` is a folder; several files need one. With --recursive, folders are
/// copied too: what is in one comes directly into the destination, with the folders in it.
///
/// Without --force nothing is replaced: the same content there already is no error, other content
/// is. What arrives is checked: by the service on the way up, against the service's digest on the
/// way down. After a break, run it again: a broken upload of 8 MiB or more goes on where it stopped,
/// and with --recursive what is there already is not sent again.
#[derive(Args, Debug)]
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
    /// Files on this machine, or cos://bucket/path; with --recursive also folders
    #[arg(required = true, value_name = "FROM")]
    from: Vec<Location>,
    /// Where to: cos://bucket/path, cos://bucket/folder/, a file, a folder, or - for standard output
    #[arg(value_name = "TO")]
    to: Location,
}

impl CpCommand {
    /// Refuses what cannot go well before anything is done.
    fn check(&self) -> Result<(), Failure> {
        let is_local = |location: &Location| matches!(location, Location::Local(_));
        if self
            .from
            .iter()
            .any(|from| is_local(from) == is_local(&self.to))
        {
            return Err(Failure::Usage(
                "one side of cp must be on this machine, the other cos://bucket/path".into(),
            ));
        }
        self.check_destination()?;
        self.check_names()
    }

    /// A folder needs one; and so do several files: one after the other, they would take the same
    /// place.
    fn check_destination(&self) -> Result<(), Failure> {
        let is_folder = match &self.to {
            // With folders to come, it is made.
            Location::Local(to) if self.copies_folders() => {
                to != "-" && (to.is_dir() || !to.exists())
            }
            Location::Local(to) => transfer::is_folder(to),
            Location::Cos(to) => matches!(to.object, Object::Folder(_)),
        };
        let problem = match (is_folder, &self.from[..]) {
            (false, _) if self.copies_folders() => "a folder needs a folder: end it in /",
            (false, [_, _, ..]) => "several files need a folder: end it in /",
            _ => return Ok(()),
        };
        let to = shown(&self.to.to_string());
        Err(Failure::Usage(format!("{to}: {problem}")))
    }

    /// Two files of one name would take the same place in a folder.
    fn check_names(&self) -> Result<(), Failure> {
        let mut names = HashSet::new();
        let files = self.from.iter().filter(|from| !from.is_folder());
        for (file, name) in files.filter_map(|file| Some((file, file.name()?))) {
            if !names.insert(name) {
                let problem = "another file of this name would end at the same place";
                return Err(Failure::Usage(shown(&format!("{file}: {problem}"))));
            }
        }
        Ok(())
    }

    fn copies_folders(&self) -> bool {
        self.recursive && self.from.iter().any(Location::is_folder)
    }
}

pub(super) async fn run(session: &Session, command: CpCommand) -> Result<(), Failure> {
    command.check()?;
    if !command.copies_folders() {
        return each(&command.from, async |from| {
            copy(session, &command, from).await
        })
        .await;
    }
    match &command.to {
        Location::Cos(to) => {
            let sources: Vec<_> = command.from.iter().filter_map(Location::local).collect();
            tree::up(session, &command, &sources, to, &folder(to)?).await
        }
        Location::Local(to) => {
            let sources: Vec<_> = command.from.iter().filter_map(Location::cos).collect();
            tree::down(session, &command, &sources, to).await
        }
    }
}

async fn copy(session: &Session, command: &CpCommand, from: &Location) -> Result<(), Failure> {
    if from.is_folder() {
        return Err(is_a_folder(&from.to_string()));
    }
    match (from, &command.to) {
        (Location::Local(from), Location::Cos(to)) => {
            let upload = Upload {
                from,
                to: &into_folder(from, to)?,
                label: None,
                there: None,
            };
            upload::run(session, command, upload).await
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
            download::run(session, command, download).await
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
        FilePath::new(path.as_str()).map_err(|error| Failure::path(&to.to_string(), &error))?;
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
    let path = folder(to)?
        .file(name)
        .map_err(|error| Failure::path(name, &error))?;
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
    FolderPath::new(path).map_err(|error| Failure::path(&to.to_string(), &error))
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

    fn command(arguments: &[&str]) -> CpCommand {
        #[derive(clap::Parser)]
        struct Program {
            #[command(flatten)]
            command: CpCommand,
        }
        let arguments = [&["cp"], arguments].concat();
        let parsed = <Program as clap::Parser>::try_parse_from(arguments);
        parsed.expect("a command").command
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
    fn several_files_need_a_folder_and_that_is_said_before_anything_is_done() {
        let check = |arguments: &[&str]| command(arguments).check_destination();
        for good in [
            &["a", "cos://demo/b"][..],
            &["a", "b", "cos://demo/"],
            &["cos://demo/a", "cos://demo/b", "."],
            &["cos://demo/a", "cos://demo/b", "new/"],
        ] {
            assert!(check(good).is_ok(), "{good:?}");
        }
        for bad in [
            &["a", "b", "cos://demo/c"][..],
            &["cos://demo/a", "cos://demo/b", "new"],
            &["cos://demo/a", "cos://demo/b", "-"],
        ] {
            assert!(check(bad).is_err(), "{bad:?}");
        }
    }

    #[test]
    fn a_download_into_a_folder_keeps_the_name() {
        let there = target(&cos("cos://demo/a/b.png"), Path::new("new-folder/"));
        assert_eq!(there.expect("a place"), Path::new("new-folder/b.png"));
        assert!(target(&cos("cos://demo/a/"), Path::new("x")).is_err());
    }
}
