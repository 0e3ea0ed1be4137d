use std::path::{Path, PathBuf};

use clap::{Args, ValueEnum};
use serde_json::json;
use yunmei_core::{
    Error,
    error::InputError,
    wanxiang::{Bucket, DigestBuilder, Digests, FileId, PHOTO_LIMIT, UploadedPhoto},
};
use yunmei_hyper::Source;

use super::{Photos, Session, Which, advice};
use crate::{
    exit::{Failure, each},
    output::{say, shown},
    transfer::{self, progress},
};

/// Upload pictures.
///
/// Without --id and --keep-names the service chooses an id for each; the line that is printed says
/// which. The service has no listing: keep the ids that upload prints (or --json). Whether what has
/// the id already is replaced is up to the service. Pictures above 5 MB go by slices, unless they
/// are to be analysed.
#[derive(Args, Debug)]
pub(crate) struct UploadCommand {
    /// Pictures on this machine; those in a folder are pics/*
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The id for one picture: up to 128 bytes
    #[arg(long, value_name = "ID", conflicts_with = "keep_names")]
    id: Option<FileId>,
    /// Use the name of each file, without its folder, for its id
    #[arg(long)]
    keep_names: bool,
    /// With --keep-names: what stands before each name in its id, such as album/
    #[arg(long, value_name = "TEXT", requires = "keep_names")]
    prefix: Option<String>,
    /// A text that the service passes on to the callback address of the bucket
    #[arg(long, value_name = "TEXT")]
    magic_context: Option<String>,
    /// Ask whether pictures are blurred, or show food; takes up to 20 MB each
    #[arg(long, value_enum, value_delimiter = ',', value_name = "WHAT")]
    analyze: Vec<Analysis>,
    /// Upload by slices, however small
    #[arg(long, conflicts_with_all = ["analyze", "v1"])]
    slices: bool,
    #[command(flatten)]
    which: Which,
}

#[derive(ValueEnum, Clone, Copy, Debug, PartialEq, Eq)]
enum Analysis {
    Fuzzy,
    Food,
}

pub(super) async fn run(session: &Session, command: UploadCommand) -> Result<(), Failure> {
    if command.files.len() > 1 && command.id.is_some() {
        return Err(Failure::Usage(
            "--id names one picture; for several, --keep-names uses the names of the files".into(),
        ));
    }
    let photos = session.photos(&command.which)?;
    each(&command.files, async |from| {
        upload(session, &photos, &command, from).await
    })
    .await
}

async fn upload(
    session: &Session,
    photos: &Photos,
    command: &UploadCommand,
    from: &Path,
) -> Result<(), Failure> {
    let mut source = open(from).await?;
    let file_id = command.file_id(from)?;
    let in_one_request = matches!(photos, Photos::V1(_)) || !command.analyze.is_empty();
    if in_one_request && source.len() > PHOTO_LIMIT {
        // Before all of it is read.
        let (length, limit) = (source.len(), PHOTO_LIMIT);
        let error = InputError::PictureTooLarge { length, limit };
        return Err(Failure::operation(from.display(), error));
    }
    let mut digests = DigestBuilder::new();
    progress::digest(&mut source, &from.to_string_lossy(), &mut digests).await?;
    let upload = Upload {
        session,
        command,
        from,
        file_id: file_id.as_ref(),
        digests: digests.finish(),
    };
    session.if_interrupted(upload.in_doubt());
    let uploaded = match photos {
        Photos::Bucket(bucket) if !in_one_request => upload.put(bucket, &mut source).await,
        _ => upload.whole(photos, &mut source).await,
    };
    session.if_interrupted(None);
    let uploaded = uploaded.map_err(|error| upload.failure(error))?;
    show(session, from, &uploaded)
}

/// Opens a picture. What seems to be none is told; the service decides.
async fn open(from: &Path) -> Result<Source, Failure> {
    let source = transfer::open(from, "upload").await;
    let source = source.map_err(|failure| match from.is_dir() {
        true => failure.advised(advice::on_folder(from)),
        false => failure,
    })?;
    if source.is_empty() {
        return Err(Failure::operation(from.display(), InputError::EmptyPicture));
    }
    let head = transfer::head(from).map_err(|error| Failure::file(from.display(), error))?;
    if image::guess_format(&head).is_err() {
        let name = shown(&from.to_string_lossy());
        say(format_args!(
            "yunmei: warning: {name}: does not begin like a picture; it is sent all the same"
        ));
    }
    Ok(source)
}

impl UploadCommand {
    /// The id for a file; none leaves it to the service.
    fn file_id(&self, from: &Path) -> Result<Option<FileId>, Failure> {
        if !self.keep_names {
            return Ok(self.id.clone());
        }
        let name = from.file_name().and_then(|name| name.to_str());
        let name = name.ok_or_else(|| {
            let problem = "has no name that could be used; --id gives one";
            Failure::Usage(format!("{}: {problem}", from.display()))
        })?;
        let name = match &self.prefix {
            Some(prefix) => format!("{prefix}{name}"),
            None => name.to_owned(),
        };
        let file_id = FileId::new(&name).map_err(|error| Failure::operation(&name, error))?;
        Ok(Some(file_id))
    }
}

/// One picture on its way.
struct Upload<'a> {
    session: &'a Session,
    command: &'a UploadCommand,
    from: &'a Path,
    file_id: Option<&'a FileId>,
    digests: Digests,
}

impl Upload<'_> {
    /// In one request, or by slices.
    async fn put(&self, bucket: &Bucket, source: &mut Source) -> Result<UploadedPhoto, Error> {
        let context = self.command.magic_context.clone().unwrap_or_default();
        let (client, name) = (&self.session.client, self.from.to_string_lossy());
        if self.command.slices {
            let put = bucket.put_slices(self.file_id, self.digests.clone());
            return progress::send(client, put.magic_context(context), source, &name).await;
        }
        let put = bucket.put(self.file_id, self.digests.clone());
        progress::send(client, put.magic_context(context), source, &name).await
    }

    /// In one request.
    async fn whole(&self, photos: &Photos, source: &mut Source) -> Result<UploadedPhoto, Error> {
        let mut upload = photos.upload(self.file_id, &self.digests.clone().into());
        if let Some(text) = &self.command.magic_context {
            upload = upload.magic_context(text);
        }
        for analysis in &self.command.analyze {
            upload = match analysis {
                Analysis::Fuzzy => upload.analyze_fuzzy(),
                Analysis::Food => upload.analyze_food(),
            };
        }
        let name = self.from.to_string_lossy();
        progress::send(&self.session.client, upload, source, &name).await
    }

    /// What an interruption leaves open.
    fn in_doubt(&self) -> Option<String> {
        let name = self.from.display();
        match self.file_id {
            Some(_) => None,
            None => Some(format!(
                "{name} may have been stored, under an id that only the service knows; with --id \
                 or --keep-names it can be sent again"
            )),
        }
    }

    fn failure(&self, error: Error) -> Failure {
        let advice = match (&error, self.file_id) {
            (Error::Doubt(_), None) => Some(
                "it was not sent again; with --id or --keep-names that would not store it twice"
                    .into(),
            ),
            (Error::Service(refusal), Some(file_id)) if refusal.code() == -177 => {
                Some(advice::on_taken_id(file_id, self.command.which.v1))
            }
            _ => None,
        };
        let failure = Failure::operation(self.from.display(), error);
        match advice {
            Some(advice) => failure.advised(advice),
            None => failure,
        }
    }
}

fn show(session: &Session, from: &Path, uploaded: &UploadedPhoto) -> Result<(), Failure> {
    let mut text = format!("{} -> {}", from.display(), uploaded.file_id);
    if let Some(size) = uploaded.dimensions {
        text.push_str(&format!("  {}x{}", size.width, size.height));
    }
    for (name, found) in [("blurred", uploaded.is_fuzzy), ("food", uploaded.is_food)] {
        if let Some(found) = found {
            let word = if found { "yes" } else { "no" };
            text.push_str(&format!("  {name}: {word}"));
        }
    }
    text.push_str(&format!("  {}", uploaded.download_url));
    session.output.line(
        &shown(&text),
        &json!({
            "from": from.to_string_lossy(),
            "id": uploaded.file_id.as_str(),
            "width": uploaded.dimensions.map(|size| size.width),
            "height": uploaded.dimensions.map(|size| size.height),
            "is_fuzzy": uploaded.is_fuzzy,
            "is_food": uploaded.is_food,
            "download_url": uploaded.download_url,
        }),
    )
}
