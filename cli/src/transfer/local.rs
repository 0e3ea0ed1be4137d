use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use yunmei_core::error::LocalError;
use yunmei_hyper::Source;

use crate::exit::Failure;

/// Opens a file that is to be uploaded by `command`.
pub(crate) async fn open(from: &Path, command: &str) -> Result<Source, Failure> {
    let failed = |error| Failure::operation(from.display(), error);
    if from == Path::new("-") {
        return Err(Failure::Usage(
            "standard input cannot be uploaded; name a file".into(),
        ));
    }
    if from.is_dir() {
        let problem = format!("is a folder; {command} takes files");
        return Err(Failure::Usage(format!("{}: {problem}", from.display())));
    }
    let source = Source::open(from).await.map_err(failed)?;
    if source.is_empty()
        && !is_really_empty(from).map_err(|error| failed(LocalError::Read(error).into()))?
    {
        let problem = "has no length; copy it into a file first";
        return Err(Failure::file(from.display(), problem));
    }
    Ok(source)
}

/// Files of the system may say that they are empty and hold something all the same.
fn is_really_empty(path: &Path) -> io::Result<bool> {
    Ok(fs::File::open(path)?.read(&mut [0])? == 0)
}
