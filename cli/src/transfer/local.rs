use std::{
    fs,
    io::{self, Read},
    path::Path,
};

use yunmei_core::error::LocalError;
use yunmei_hyper::Source;

use crate::exit::Failure;

/// How long a configuration or a job may be.
const TEXT_LIMIT: u64 = 1_000_000;

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

/// The first bytes of a file, by which its kind may be known.
pub(crate) fn head(path: &Path) -> io::Result<Vec<u8>> {
    let mut head = Vec::new();
    fs::File::open(path)?.take(64).read_to_end(&mut head)?;
    Ok(head)
}

/// The text of a small file, such as a configuration or a job: another may be endless.
pub(crate) fn read_text(path: &Path) -> io::Result<String> {
    let mut text = String::new();
    let mut file = fs::File::open(path)?.take(TEXT_LIMIT + 1);
    file.read_to_string(&mut text)?;
    match text.len() as u64 > TEXT_LIMIT {
        true => Err(io::Error::other("has more than 1 MB")),
        false => Ok(text),
    }
}

/// Files of the system may say that they are empty and hold something all the same.
fn is_really_empty(path: &Path) -> io::Result<bool> {
    Ok(fs::File::open(path)?.read(&mut [0])? == 0)
}
