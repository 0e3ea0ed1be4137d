use std::path::{Path, PathBuf};

use clap::Args;
use serde_json::json;
use yunmei_core::vcloud::{
    ContentBuilder, Dialect,
    imagex::{
        CommittedImage, ImageMeta, ImageX, NewImage, ServiceId, UPLOAD_LIMIT, UploadImages,
        UploadedImages,
    },
};
use yunmei_hyper::Source;

use super::{
    Service, Session,
    rm::{about, failed_together},
};
use crate::{
    exit::{Failure, each_batch},
    output::shown,
    transfer::{self, progress},
    vcloud::Account,
};

/// Upload pictures.
///
/// Without --key and --keep-names the service chooses a name for each; the line that is printed
/// says which. Up to ten are taken up together; one that is refused does not keep the others.
#[derive(Args, Debug)]
pub(crate) struct UploadCommand {
    /// Pictures on this machine; those in a folder are pics/*
    #[arg(required = true, value_name = "FILE")]
    files: Vec<PathBuf>,
    /// The name for one picture
    #[arg(long, value_name = "NAME", conflicts_with = "keep_names")]
    key: Option<String>,
    /// Use the name of each file, without its folder
    #[arg(long)]
    keep_names: bool,
    /// With --keep-names: what stands before each name, such as album/
    #[arg(long, value_name = "TEXT", requires = "keep_names")]
    prefix: Option<String>,
    /// Replace what has the name; only of Volcengine
    #[arg(long)]
    overwrite: bool,
    /// Do not have the properties read
    #[arg(long)]
    no_meta: bool,
    #[command(flatten)]
    service: Service,
}

/// A picture that is ready to be sent.
struct Ready {
    name: String,
    image: NewImage,
    source: Source,
}

pub(super) async fn run(session: &Session, command: UploadCommand) -> Result<(), Failure> {
    if command.files.len() > 1 && command.key.is_some() {
        return Err(Failure::Usage(
            "--key names one picture; for several, --keep-names uses the names of the files".into(),
        ));
    }
    let account = session.vcloud()?;
    if command.overwrite && account.dialect() == Dialect::TtvCloud {
        return Err(Failure::Usage(
            "--overwrite is only of Volcengine: --dialect volcengine, or dialect in the table vcloud \
             of the configuration, says that the account is one of it"
                .into(),
        ));
    }
    let uploads = Uploads {
        imagex: account.imagex()?,
        service: command.service.of(&account)?,
        account: &account,
        command: &command,
    };
    each_batch(&command.files, UPLOAD_LIMIT, async |files| {
        uploads.upload(files).await
    })
    .await
}

struct Uploads<'a> {
    account: &'a Account<'a>,
    imagex: ImageX,
    service: ServiceId,
    command: &'a UploadCommand,
}

impl Uploads<'_> {
    /// One result for each file. One that cannot be read does not keep the others.
    async fn upload(&self, files: &[PathBuf]) -> Result<Vec<Result<(), Failure>>, Failure> {
        let (mut ready, mut results) = (Vec::new(), Vec::new());
        for file in files {
            match self.prepare(file).await {
                Ok(one) => ready.push(one),
                Err(Failure::Interrupted) => return Err(Failure::Interrupted),
                Err(failure) => results.push(Err(failure)),
            }
        }
        if !ready.is_empty() {
            results.extend(self.send(ready).await);
        }
        Ok(results)
    }

    async fn prepare(&self, file: &Path) -> Result<Ready, Failure> {
        let name = file.to_string_lossy().into_owned();
        let mut source = transfer::open(file, "upload").await?;
        if source.is_empty() {
            return Err(Failure::Usage(shown(&format!("{name}: is empty"))));
        }
        let mut content = ContentBuilder::new();
        progress::digest(&mut source, &name, &mut content).await?;
        let mut image = NewImage::new(content.finish());
        let file_name = file.file_name().and_then(|name| name.to_str());
        if let Some(file_name) = file_name {
            image = image.file_name(file_name);
        }
        if let Some(key) = self.command.key(&name, file_name)? {
            image = image.key(key);
        }
        Ok(Ready {
            name,
            image,
            source,
        })
    }

    async fn send(&self, ready: Vec<Ready>) -> Vec<Result<(), Failure>> {
        let (mut names, mut images, mut sources) = (Vec::new(), Vec::new(), Vec::new());
        for one in ready {
            names.push(one.name);
            images.push(one.image);
            sources.push(one.source);
        }
        let sizes: Vec<u64> = sources.iter().map(Source::len).collect();
        let session = self.account.session;
        session.if_interrupted(format!("{} may have been taken up", about(&names)));
        let bar = progress::bar(&about(&names), Some(sizes.iter().sum()));
        let result = progress::watched(&session.client, &bar)
            .send_all(self.flow(images), &mut sources)
            .await;
        bar.finish_and_clear();
        session.if_interrupted(None);
        match result {
            Ok(uploaded) => self.results(&names, &sizes, uploaded),
            Err(error) => {
                let failure = self.account.failure(about(&names), error);
                failed_together(failure, names.len())
            }
        }
    }

    fn flow(&self, images: Vec<NewImage>) -> UploadImages {
        let mut flow = self.imagex.upload(&self.service, images);
        if self.command.overwrite {
            flow = flow.overwrite(true);
        }
        match self.command.no_meta {
            true => flow.skip_meta(),
            false => flow,
        }
    }

    /// One result for each picture: what is stored, in order, and what is not.
    fn results(
        &self,
        names: &[String],
        sizes: &[u64],
        uploaded: UploadedImages,
    ) -> Vec<Result<(), Failure>> {
        let UploadedImages {
            images,
            metas,
            failed,
            ..
        } = uploaded;
        let (mut images, mut failed) = (images.into_iter(), failed.into_iter().peekable());
        let each = names.iter().zip(sizes).enumerate();
        each.filter_map(|(at, (name, size))| {
            if let Some(failed) = failed.next_if(|failed| failed.at == at) {
                return Some(Err(self.account.failure(name, failed.error)));
            }
            let image = images.next()?;
            let meta = metas.iter().find(|meta| meta.uri == image.uri);
            Some(self.show(name, *size, &image, meta))
        })
        .collect()
    }

    fn show(
        &self,
        name: &str,
        size: u64,
        image: &CommittedImage,
        meta: Option<&ImageMeta>,
    ) -> Result<(), Failure> {
        let uri = &image.uri;
        let mut text = format!("{name} -> {uri}");
        if let Some((width, height)) = meta.and_then(|meta| meta.width.zip(meta.height)) {
            text.push_str(&format!("  {width}x{height}"));
        }
        self.account.session.output.line(
            &shown(&text),
            &json!({
                "from": name,
                "uri": uri,
                "size": size,
                "format": meta.map(|meta| &meta.format),
                "width": meta.and_then(|meta| meta.width),
                "height": meta.and_then(|meta| meta.height),
                "md5": meta.map(|meta| &meta.md5),
            }),
        )
    }
}

impl UploadCommand {
    /// The name for a file; none leaves it to the service.
    fn key(&self, path: &str, file_name: Option<&str>) -> Result<Option<String>, Failure> {
        if !self.keep_names {
            return Ok(self.key.clone());
        }
        let file_name = file_name.ok_or_else(|| {
            let problem = "has no name that could be used; --key gives one";
            Failure::Usage(shown(&format!("{path}: {problem}")))
        })?;
        let prefix = self.prefix.as_deref().unwrap_or_default();
        Ok(Some(format!("{prefix}{file_name}")))
    }
}
