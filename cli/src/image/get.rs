use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use tokio::io::AsyncWrite;
use yunmei_core::{
    ByteRange, Error,
    wanxiang::{DigestBuilder, DownloadPhoto, FileId, PhotoAttributes},
};

use super::{Photos, Session, Which, advice, variant::Variant};
use crate::{
    exit::Failure,
    output::shown,
    transfer::{Measured, Outlet, is_folder, progress},
};

/// Download a picture, or what the service makes of it.
///
/// A whole original is checked against the service's MD5.
#[derive(Args, Debug)]
pub(crate) struct GetCommand {
    /// The id of the picture
    #[arg(value_name = "ID")]
    file_id: FileId,
    /// A file, a folder, or - for standard output [default: the last part of the id, here]
    #[arg(value_name = "OUT")]
    out: Option<PathBuf>,
    /// Replace what is there
    #[arg(long, short)]
    force: bool,
    /// Only these bytes: 0-1023 for the first 1024, 1024- for the rest
    #[arg(long, value_name = "FIRST-LAST", value_parser = parse_range)]
    range: Option<ByteRange>,
    #[command(flatten)]
    variant: Variant,
    #[command(flatten)]
    which: Which,
}

pub(super) async fn run(session: &Session, command: GetCommand) -> Result<(), Failure> {
    let photos = session.photos(&command.which)?;
    let photo = command.variant.of(photos.photo(&command.file_id))?;
    let download = photo.download(command.range.unwrap_or(ByteRange::ALL));
    let to = command.target()?;
    let outlet = Outlet::open(&to, command.force)?;
    let shows = outlet.is_standard();
    let fetch = Fetch {
        session,
        file_id: &command.file_id,
        download,
        has_style: command.variant.has_style(),
    };
    let expected = match command.range.is_none() && command.variant.is_original() {
        true => Some(fetch.stat(&photos).await?),
        false => None,
    };
    let length = outlet
        .fill(async |out| match &expected {
            Some(attributes) => fetch.checked(out, attributes).await,
            None => fetch.unchecked(out).await,
        })
        .await;
    match length {
        // Whoever reads us has read enough.
        Err(failure) if shows && failure.is_broken_pipe() => Ok(()),
        Err(failure) => Err(failure),
        Ok(_) if shows => Ok(()),
        Ok(length) => show(session, &command.file_id, &to, length),
    }
}

fn show(session: &Session, file_id: &FileId, to: &Path, length: u64) -> Result<(), Failure> {
    session.output.line(
        &shown(&format!("{file_id} -> {}", to.display())),
        &json!({
            "id": file_id.as_str(),
            "to": to.to_string_lossy(),
            "size": length,
        }),
    )
}

impl GetCommand {
    fn target(&self) -> Result<PathBuf, Failure> {
        let folder = self.out.clone().filter(|out| is_folder(out));
        match (&self.out, folder, file_name(&self.file_id)) {
            (Some(out), None, _) => Ok(out.clone()),
            (_, folder, Some(name)) => Ok(folder.unwrap_or_default().join(name)),
            (_, _, None) => Err(Failure::Usage(format!(
                "the end of the id {:?} is no name for a file: say which file to write",
                self.file_id.as_str()
            ))),
        }
    }
}

/// The name for a picture on this machine: nothing that leads elsewhere, or that steers a terminal.
fn file_name(file_id: &FileId) -> Option<&str> {
    let name = file_id.as_str().rsplit(['/', '\\']).next()?;
    let usable = !matches!(name, "" | "." | "..") && !name.contains(char::is_control);
    usable.then_some(name)
}

/// One picture to download.
struct Fetch<'a> {
    session: &'a Session,
    file_id: &'a FileId,
    download: DownloadPhoto,
    has_style: bool,
}

type Out<'a> = &'a mut (dyn AsyncWrite + Send + Unpin);

impl Fetch<'_> {
    async fn stat(&self, photos: &Photos) -> Result<PhotoAttributes, Failure> {
        let stat = self.session.client.run(photos.stat(self.file_id)).await;
        stat.map_err(|error| Failure::operation(self.file_id, error))
    }

    async fn unchecked(&self, out: Out<'_>) -> Result<u64, Failure> {
        let (client, name) = (&self.session.client, self.file_id.as_str());
        let downloaded = progress::download(client, self.download.clone(), out, name).await;
        downloaded
            .map(|downloaded| downloaded.length)
            .map_err(|error| self.failure(error))
    }

    fn failure(&self, error: Error) -> Failure {
        let advice = match &error {
            Error::Service(refusal) if self.has_style => advice::on_style(refusal),
            // A page of the download host, which says no more.
            Error::Response(answer) if self.has_style && answer.status() == 404 => {
                Some(advice::STYLE.into())
            }
            _ => None,
        };
        let failure = Failure::operation(self.file_id, error);
        match advice {
            Some(advice) => failure.advised(advice),
            None => failure,
        }
    }

    /// Compares with what the service says of the picture.
    async fn checked(&self, out: Out<'_>, expected: &PhotoAttributes) -> Result<u64, Failure> {
        let mut out = Measured::new(out, DigestBuilder::new(), expected.size);
        let result = self.unchecked(&mut out).await;
        if out.is_exceeded() {
            let problem = "the service sends more than it announced";
            return Err(Failure::Content(shown(&format!(
                "{}: {problem}",
                self.file_id
            ))));
        }
        result?;
        let (digests, length) = out.finish();
        let digests = digests.finish();
        let same = expected.md5.eq_ignore_ascii_case(digests.md5());
        if !same || length != expected.size {
            return Err(Failure::Content(shown(&format!(
                "{}: what arrived is not what the service has: {length} bytes with MD5 {}; the \
                 service has {} bytes with MD5 {}",
                self.file_id,
                digests.md5(),
                expected.size,
                expected.md5
            ))));
        }
        Ok(length)
    }
}

/// Reads `first-last` or `first-`, both counted from 0.
fn parse_range(text: &str) -> Result<ByteRange, String> {
    let problem = || "write it like 0-1023, or 1024- for all that follows".to_owned();
    let number = |digits: &str| {
        // `parse` alone would take a plus sign.
        let number = digits.parse().ok().filter(|_| !digits.starts_with('+'));
        number.ok_or_else(problem)
    };
    let (first, last) = text.split_once('-').ok_or_else(problem)?;
    let first: u64 = number(first)?;
    if last.is_empty() {
        return Ok(ByteRange::from(first));
    }
    let last = number(last)?;
    if last < first {
        return Err(format!(
            "the last byte, {last}, is before the first, {first}: it is a range"
        ));
    }
    let end = last.checked_add(1).ok_or_else(problem)?;
    ByteRange::between(first, end).map_err(|error| error.to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_range_names_its_first_and_last_byte() {
        assert_eq!(
            parse_range("0-1023"),
            Ok(ByteRange::between(0, 1024).expect("a range"))
        );
        assert_eq!(
            parse_range("5-5"),
            Ok(ByteRange::between(5, 6).expect("a range"))
        );
        assert_eq!(parse_range("1024-"), Ok(ByteRange::from(1024)));
        for bad in [
            "",
            "-",
            "5",
            "-5",
            "5-4",
            "a-b",
            "+1-2",
            "0-18446744073709551615",
        ] {
            assert!(parse_range(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_id_is_a_file_name_only_if_it_leads_nowhere_else() {
        let name = |id| {
            FileId::new(id)
                .ok()
                .and_then(|id| file_name(&id).map(str::to_owned))
        };
        assert_eq!(name("cat.jpg").as_deref(), Some("cat.jpg"));
        assert_eq!(name("../../etc/图.jpg").as_deref(), Some("图.jpg"));
        assert_eq!(name(r"C:\a.jpg").as_deref(), Some("a.jpg"));
        for bad in ["a/", "a/..", "a/.", "a\u{1b}[2J"] {
            assert_eq!(name(bad), None, "{bad}");
        }
    }
}
