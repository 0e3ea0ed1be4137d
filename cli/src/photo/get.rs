use std::{
    path::{Path, PathBuf},
    time::Duration,
};

use clap::Args;
use serde_json::json;
use yunmei_core::fangtang::{Finished, PhotoId};

use super::{
    Session,
    finish::{Finish, until},
    job_file::{Photo, Which, keep_apart},
};
use crate::{
    duration,
    exit::Failure,
    output::shown,
    transfer::{self, Outlet},
};

/// Wait for a photo that was uploaded, and download the repaired picture.
///
/// It is kept for an hour after it was made. Nothing of this costs anything.
#[derive(Args, Debug)]
#[command(allow_missing_positional = true)]
pub(crate) struct GetCommand {
    #[command(flatten)]
    which: Which,
    /// Where the repaired photo goes: a file, a folder, or - for standard output
    #[arg(value_name = "OUT")]
    to: PathBuf,
    /// How long to wait for the repair
    #[arg(long, value_name = "TIME", default_value = "10m", value_parser = duration::parse)]
    wait: Duration,
    /// Replace what is at OUT
    #[arg(long, short)]
    force: bool,
}

pub(super) async fn run(session: &Session, command: GetCommand) -> Result<(), Failure> {
    keep_apart(command.which.job.as_deref(), &command.to)?;
    let partner = session.config.partner()?;
    let photo = command.which.photo(&partner)?;
    let place = Place::find(&command.to, photo.id(), command.force)?;
    let until = until(command.wait);
    let wait = match &photo {
        Photo::Job(job) => partner
            .wait(job, until)
            .map_err(|error| Failure::operation(format_args!("photo {}", job.id), error))?,
        Photo::Id(id) => partner.wait_for(id, until),
    };
    let finish = Finish {
        session,
        partner: &partner,
        id: photo.id(),
        job_file: command.which.job.clone(),
    };
    let finished = finish.wait(wait, command.wait).await?;
    let (to, outlet) = place.open(&finished, command.force)?;
    let shows = outlet.is_standard();
    let size = finish.fetch(&finished, outlet).await?;
    match shows {
        true => Ok(()),
        false => session.output.line(
            &shown(&format!("{} -> {}", photo.id(), to.display())),
            &json!({
                "id": photo.id().as_str(),
                "to": to.to_string_lossy(),
                "size": size,
            }),
        ),
    }
}

/// Where the repaired photo goes.
enum Place {
    Known(PathBuf, Outlet),
    /// A file in this folder, whose name ends as the result's address does.
    In(PathBuf),
}

impl Place {
    /// What may fail on this machine fails before the waiting.
    fn find(to: &Path, id: &PhotoId, force: bool) -> Result<Place, Failure> {
        match transfer::is_folder(to) {
            true => {
                // Whether there can be a file in it.
                drop(Outlet::open(&to.join(id.as_str()), true)?);
                Ok(Place::In(to.to_owned()))
            }
            false => Ok(Place::Known(to.to_owned(), Outlet::open(to, force)?)),
        }
    }

    fn open(self, finished: &Finished, force: bool) -> Result<(PathBuf, Outlet), Failure> {
        let folder = match self {
            Place::Known(to, outlet) => return Ok((to, outlet)),
            Place::In(folder) => folder,
        };
        let name = match extension(finished.url.expose()) {
            Some(extension) => format!("{}.{extension}", finished.id),
            None => finished.id.to_string(),
        };
        let to = folder.join(name);
        let outlet = Outlet::open(&to, force)?;
        Ok((to, outlet))
    }
}

/// What the last part of an address ends in, where it looks like that of a picture's name.
fn extension(url: &str) -> Option<&str> {
    let path = url.split(['?', '#']).next()?;
    let (_, path) = path.split_once("://")?.1.split_once('/')?;
    let (_, extension) = path.rsplit('/').next()?.rsplit_once('.')?;
    let plain = extension.bytes().all(|byte| byte.is_ascii_alphanumeric());
    ((1..=4).contains(&extension.len()) && plain).then_some(extension)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_extension_is_that_of_the_name_in_the_address() {
        for (url, expected) in [
            ("http://cdn.example.com/a/b.jpg?sign=x.y/z", Some("jpg")),
            ("https://cdn.example.com/a.b.png", Some("png")),
            ("http://cdn.example.com/a", None),
            ("http://cdn.example.com", None),
            ("http://cdn.example.com/a.b/c", None),
            ("http://cdn.example.com/a.", None),
            ("http://cdn.example.com/a.j%2Fg", None),
            ("http://cdn.example.com/a.download", None),
        ] {
            assert_eq!(extension(url), expected, "{url}");
        }
    }
}
