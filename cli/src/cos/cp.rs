use std::path::{Path, PathBuf};

use clap::Args;
use yunmei_core::cos::FolderPath;

use super::{CosLocation, Location, Session, download, location::Object, upload};
use crate::{
    exit::{Failure, each},
    transfer::{self, is_named_as_folder},
};

/// Copy files into the cloud or out of it.
///
/// A destination that ends in `/` is a folder; several files need one. Without --force nothing is
/// replaced: an upload succeeds if the same content is there already, and fails if another is.
/// What arrives is checked: by the service on the way up, against the service's digest on the way
/// down. A broken upload of 8 MiB or more goes on where it stopped when it is run again.
#[derive(Args, Debug)]
pub(crate) struct CpCommand {
    /// Replace what is at the destination
    #[arg(long, short)]
    pub(super) force: bool,
    /// Delete an unfinished upload of other content that is in the way, and any file at that path
    #[arg(long)]
    pub(super) replace_unfinished: bool,
    /// Files on this machine, or cos://bucket/path
    #[arg(required = true, value_name = "FROM")]
    from: Vec<Location>,
    /// Where to: cos://bucket/path, cos://bucket/folder/, a file, a folder, or - for standard output
    #[arg(value_name = "TO")]
    to: Location,
}

impl CpCommand {
    /// Whether the destination is a folder on this machine, and named as one.
    pub(super) fn names_folder(&self) -> bool {
        match &self.to {
            Location::Local(to) => is_named_as_folder(to),
            Location::Cos(_) => false,
        }
    }
}

pub(super) async fn run(session: &Session, command: CpCommand) -> Result<(), Failure> {
    let several = command.from.len() > 1;
    each(&command.from, async |from| {
        copy(session, &command, from, several).await
    })
    .await
}

async fn copy(
    session: &Session,
    command: &CpCommand,
    from: &Location,
    several: bool,
) -> Result<(), Failure> {
    match (from, &command.to) {
        (Location::Local(from), Location::Cos(to)) => {
            let to = into_folder(from, to, several)?;
            upload::run(session, command, from, &to).await
        }
        (Location::Cos(from), Location::Local(to)) => {
            let to = target(from, to, several)?;
            download::run(session, command, from, &to).await
        }
        _ => Err(Failure::Usage(
            "one side of cp must be on this machine, the other cos://bucket/path".into(),
        )),
    }
}

/// The file in the cloud that a file on this machine becomes.
fn into_folder(from: &Path, to: &CosLocation, several: bool) -> Result<CosLocation, Failure> {
    let folder: &FolderPath = match &to.object {
        Object::Folder(folder) => folder,
        Object::File(_) if several => {
            return Err(Failure::Usage(format!(
                "{to}: several files need a folder: end it in /"
            )));
        }
        Object::File(_) => return Ok(to.clone()),
    };
    let name = from
        .file_name()
        .and_then(|name| name.to_str())
        .ok_or_else(|| {
            Failure::Usage(format!(
                "{}: has no name that could be used",
                from.display()
            ))
        })?;
    let path = folder
        .file(name)
        .map_err(|error| Failure::path(name, &error))?;
    Ok(CosLocation {
        bucket: to.bucket.clone(),
        object: Object::File(path),
    })
}

/// The file on this machine that a file in the cloud becomes.
fn target(from: &CosLocation, to: &Path, several: bool) -> Result<PathBuf, Failure> {
    let Object::File(path) = &from.object else {
        return Err(Failure::Usage(format!(
            "{from}: is a folder; cp takes files"
        )));
    };
    let target = transfer::target(to, path.name());
    match several && target == to {
        true => Err(Failure::Usage(format!(
            "{}: several files need a folder",
            to.display()
        ))),
        false => Ok(target),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn cos(text: &str) -> CosLocation {
        text.parse().expect("a location")
    }

    #[test]
    fn a_folder_takes_the_files_name_and_several_files_need_one() {
        let to = into_folder(Path::new("dir/图.png"), &cos("cos://demo/a/"), true);
        assert_eq!(to.expect("a place"), cos("cos://demo/a/图.png"));
        assert!(into_folder(Path::new("a.png"), &cos("cos://demo/b.png"), true).is_err());
        assert!(into_folder(Path::new(".."), &cos("cos://demo/a/"), false).is_err());
    }

    #[test]
    fn a_download_into_a_folder_keeps_the_name() {
        let there = target(&cos("cos://demo/a/b.png"), Path::new("new-folder/"), false);
        assert_eq!(there.expect("a place"), Path::new("new-folder/b.png"));
        assert!(target(&cos("cos://demo/a/"), Path::new("x"), false).is_err());
    }
}
