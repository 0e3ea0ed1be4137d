use std::{path::Path, time::Duration};

use serde_json::json;
use yunmei_core::{
    Error,
    error::ServiceErrorKind,
    vcloud::{
        Content, ContentBuilder,
        upload_host::parts::PART_SIZE,
        vod::{PublishStatus, UploadVideo, UploadedVideo, Vod},
    },
};
use yunmei_host::Options;
use yunmei_hyper::Client;

use super::{
    Session, info::seconds, open_upload::OpenUpload, play::picture, poster,
    upload_command::UploadCommand,
};
use crate::{
    exit::{Failure, each},
    output::{quoted, shown},
    transfer::{self, progress},
    vcloud::Account,
};

pub(super) async fn run(session: &Session, command: UploadCommand) -> Result<(), Failure> {
    command.check()?;
    let account = session.vcloud()?;
    let (vod, space) = (account.vod()?, command.space.of(&account)?);
    let options = Options::default().idle_timeout(PATIENCE);
    let uploads = Uploads {
        client: Client::new(options).map_err(|error| Failure::operation("upload", error))?,
        account: &account,
        vod,
        space,
        command: &command,
    };
    each(&command.files, async |from| uploads.upload(from).await).await
}

/// How long the service may be silent: it joins gigabytes, and reads the properties of a video.
const PATIENCE: Duration = Duration::from_secs(120);

/// What to say of an upload that is broken off now.
fn if_interrupted(name: &str, open: &OpenUpload) -> String {
    let session = open.keeper().session();
    match session.filter(|session| open.is_saved() && !session.is_joined()) {
        Some(_) => format!(
            "what was sent of {name} is kept: the same command goes on where this one stopped"
        ),
        None => format!("{name} may have been taken up, under an id that only the service knows"),
    }
}

/// The files on their way.
struct Uploads<'a> {
    client: Client,
    account: &'a Account<'a>,
    vod: Vod,
    space: String,
    command: &'a UploadCommand,
}

impl Uploads<'_> {
    async fn upload(&self, from: &Path) -> Result<(), Failure> {
        let session = self.account.session;
        let name = from.to_string_lossy();
        if let Some(poster) = &self.command.poster {
            // One that is not there is told before the video is sent.
            transfer::open(poster, "upload --poster").await?;
        }
        let mut source = transfer::open(from, "upload").await?;
        if source.is_empty() {
            return Err(Failure::Usage(shown(&format!("{name}: is empty"))));
        }
        let mut content = ContentBuilder::new();
        progress::digest(&mut source, &name, &mut content).await?;
        let open = OpenUpload::of(from, source.len(), &self.target());
        let flow = self.flow(content.finish(), &open);
        let send = progress::send(&self.client, flow, &mut source, &name);
        let ended = || session.if_interrupted(if_interrupted(&name, &open));
        let uploaded = open.guard(send, ended).await;
        session.if_interrupted(None);
        let uploaded = uploaded.map_err(|error| self.failure(&name, error, &open))?;
        let published = match uploaded.vid() {
            Some(vid) if self.command.publish => Some(self.publish(vid).await),
            _ => None,
        };
        let is_published = matches!(published, Some(Ok(())));
        self.show(&name, source.len(), &uploaded, is_published)?;
        published.transpose()?;
        match (uploaded.vid(), &self.command.poster) {
            (Some(vid), Some(file)) => self.set_poster(vid, file).await,
            _ => Ok(()),
        }
    }

    /// What an upload in parts is saved under, beside its file.
    fn target(&self) -> String {
        let (endpoint, kind) = (self.vod.endpoint(), self.command.kind);
        let (owner, name) = (self.account.owner(), &self.command.name);
        format!("{endpoint} {owner} {} {kind:?} {name:?}", self.space)
    }

    fn flow(&self, content: Content, open: &OpenUpload) -> UploadVideo {
        let kind = self.command.kind.into();
        let mut flow = self.vod.upload_video(&self.space, kind, content);
        flow = flow.kept_in(open.keeper());
        if self.command.parts {
            flow = flow.in_parts_of(PART_SIZE);
        }
        flow = self.take_up(flow, open);
        for function in self.command.functions() {
            flow = flow.function(function);
        }
        if let Some(name) = &self.command.name {
            flow = flow.object_name(name);
        }
        if let Some(text) = &self.command.callback_args {
            flow = flow.callback_args(text);
        }
        flow
    }

    /// Goes on with what an earlier run left of the same content.
    fn take_up(&self, flow: UploadVideo, open: &OpenUpload) -> UploadVideo {
        if self.command.anew {
            open.forget();
            return flow;
        }
        let Some(begun) = open.load() else {
            return flow;
        };
        match flow.clone().take_up(&begun) {
            Ok(flow) => flow,
            // The file is another one now.
            Err(_) => {
                open.forget();
                flow
            }
        }
    }

    /// Lets a video be played that is there, and whose line is not printed yet.
    async fn publish(&self, vid: &str) -> Result<(), Failure> {
        let (vod, session) = (&self.vod, self.account.session);
        let publish = vod.set_publish_status(&self.space, vid, PublishStatus::Published);
        let rest = shown(&format!("yunmei vod publish {vid} lets it be played"));
        session.if_interrupted(format!("the video is there: {rest}"));
        let result = self.account.run(vid, publish).await;
        session.if_interrupted(None);
        result.map_err(|failure| go_on(failure, &rest))
    }

    async fn set_poster(&self, vid: &str, file: &Path) -> Result<(), Failure> {
        let set = poster::upload(self.account, &self.vod, &self.space, vid, file);
        set.await.map_err(|failure| {
            let file = quoted(&file.to_string_lossy());
            go_on(
                failure,
                &format!("yunmei vod poster {vid} {file} sets its poster"),
            )
        })
    }

    fn failure(&self, name: &str, error: Error, open: &OpenUpload) -> Failure {
        let is_lost = matches!(error, Error::Doubt(_));
        let is_meta = error.service().is_some_and(|refusal| {
            refusal.symbol().contains("GetMeta") || refusal.message().contains("GetMeta")
        });
        let failure = self.account.failure(name, error);
        match (is_lost, open.is_saved()) {
            (true, true) => failure.advised(
                "it was not sent again: that might store it twice; look whether the video is there. If \
                 it is not, the same command goes on with what is kept; --anew forgets that",
            ),
            (true, false) => failure.advised("it was not sent again: that might store it twice"),
            (false, _) if is_meta => {
                failure.advised("--no-meta uploads it without having its properties read")
            }
            (false, true) => failure.advised(
                "what was sent is kept: the same command goes on where this one stopped; --anew \
                 begins anew",
            ),
            (false, false) => failure,
        }
    }

    fn show(
        &self,
        name: &str,
        size: u64,
        uploaded: &UploadedVideo,
        is_published: bool,
    ) -> Result<(), Failure> {
        let result = uploaded.committed.results.first();
        let video = result.and_then(|result| result.video.as_ref());
        let image = result.and_then(|result| result.image.as_ref());
        let poster = result.map_or("", |result| &result.poster_uri);
        let (width, height) = match (video, image) {
            (Some(meta), _) => (meta.width, meta.height),
            (None, Some(meta)) => (meta.width, meta.height),
            (None, None) => (None, None),
        };
        let uri = &uploaded.store_uri;
        let mut words = vec![format!("{name} -> {}", uploaded.vid().unwrap_or(uri))];
        words.push(picture(width, height));
        words.push(seconds(video.and_then(|meta| meta.duration)));
        if !poster.is_empty() {
            words.push(format!("poster {poster}"));
        }
        words.retain(|word| !word.is_empty());
        let mut object = json!({
                "from": name,
                "vid": uploaded.vid(),
                "uri": uri,
                "size": size,
                "width": width,
                "height": height,
                "duration": video.and_then(|meta| meta.duration),
                "bitrate": video.and_then(|meta| meta.bitrate),
                "format": video.map(|meta| &meta.format),
                "md5": video.map(|meta| &meta.md5).or(image.map(|meta| &meta.md5)),
                "poster_uri": Some(poster).filter(|uri| !uri.is_empty()),
        });
        if is_published {
            object["published"] = true.into();
        }
        let output = &self.account.session.output;
        output.line(&shown(&words.join("  ")), &object)
    }
}

/// How to go on with a video that is there. Where the keys may not do it, they count first.
fn go_on(failure: Failure, rest: &str) -> Failure {
    match &failure {
        Failure::Operation {
            error: Error::Service(refusal),
            ..
        } if refusal.kind() == ServiceErrorKind::Denied => failure,
        _ => failure.advised(format!("the video is there: {rest}")),
    }
}
