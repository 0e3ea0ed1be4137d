//! Video on demand: of TTVcloud (section 7) and of its successor (section 16.3).
//!
//! | module | what |
//! |---|---|
//! | `apply`, `commit` | the leave to upload, and what becomes of an upload |
//! | `functions` | what a commit does besides: properties, covers, information, processing, encryption |
//! | `fetch` | videos that are fetched by their addresses |
//! | `play` | where videos are played |
//! | `change` | information, and whether a video may be played |
//! | `workflow` | processing |
//! | `media` | what the bytes of a video say of it |
//! | `store` | the videos |
//! | `links` | the addresses |
//!
//! Not established, and decided here:
//!
//! * A video may be played as soon as it was committed, until somebody unpublishes or blocks it. Then
//!   its addresses, also those that were given out before, lead nowhere.
//! * Properties are read of MP4, QuickTime and AVI, and of pictures; a commit with `GetMeta` of
//!   anything else fails.
//! * A cover (`Snapshot`) is a picture of the emulator's own, a gradient of colours that belong to
//!   the video and the time: no frame is decoded.
//! * Processing changes nothing: when it is done, the video can be played in one more definition,
//!   with the same bytes. The definition is the one that the template has in its name, else `480p`.
//! * `Encryption` is AES-128-CBC with PKCS #7, the nonce in front, whatever `Config` says.
//! * Callbacks are not sent.
//! * A commit that is sent again answers the same again.
//! * `GetSpace` finds the one space, unless another name is asked for. It says of it what is known
//!   here; `Type` and `ProjectNames` leave nothing out.

mod apply;
mod change;
mod commit;
mod copy;
mod encrypt;
mod fetch;
mod functions;
mod links;
pub(super) mod media;
mod play;
mod resources;
mod snapshot;
mod store;
mod workflow;

use std::{io, sync::Arc, time::Duration};

use http::Method;
use serde_json::{Value, json};
use tokio::sync::Semaphore;
use yunmei_core::{Secret, Timestamp, vcloud::Parameters};

use super::{
    Ground,
    action::{Action, GET, POST},
    answer::Refusal,
    asked::Asked,
    upload_host::{Owner, Uploads},
};
use crate::{random, router::Clock, storage::Storage};
pub(super) use fetch::client::FETCH;
pub(super) use functions::Encryption;
pub(super) use store::{Status, Video};
use store::{Store, no_video};

/// The action that is answered with an address to go to.
pub(super) const REDIRECT: &str = "RedirectPlay";
/// The action that begins a fetch.
pub(super) const FETCHING: &str = "UploadMediaByUrl";
/// How many addresses are fetched at once.
const FETCHES: usize = 16;
const EITHER: &[Method] = &[Method::GET, Method::POST];

/// What there is to call.
pub(super) const ACTIONS: &[Action] = &[
    row("GetPlayInfo", "2019-03-15", GET, resources::play_of_2019),
    row("GetPlayInfo", "2020-08-01", GET, resources::play),
    row("GetOriginVideoPlayInfo", "2018-01-01", GET, resources::play),
    row(REDIRECT, "2018-01-01", GET, resources::play),
    row("UploadMediaByUrl", "2018-01-01", GET, resources::space),
    row(
        "UploadMediaByUrl",
        "2020-08-01",
        POST,
        resources::space_of_form,
    ),
    row(
        "QueryUploadTaskInfo",
        "2020-08-01",
        GET,
        super::action::anything,
    ),
    row("ApplyUpload", "2018-01-01", GET, resources::space),
    row("ApplyUploadInfo", "2020-08-01", GET, resources::space),
    row("ApplyUploadInfo", "2022-01-01", GET, resources::space),
    row("CommitUpload", "2018-01-01", POST, resources::space),
    row(
        "CommitUploadInfo",
        "2020-08-01",
        EITHER,
        resources::space_of_either,
    ),
    row(
        "CommitUploadInfo",
        "2022-01-01",
        EITHER,
        resources::space_of_either,
    ),
    row(
        "ModifyVideoInfo",
        "2018-01-01",
        POST,
        resources::video_of_body,
    ),
    row("UpdateMediaInfo", "2020-08-01", GET, resources::play),
    row(
        "StartTranscode",
        "2018-01-01",
        POST,
        resources::video_of_body,
    ),
    row("StartWorkflow", "2020-08-01", GET, resources::play),
    row(
        "SetVideoPublishStatus",
        "2018-01-01",
        POST,
        resources::video_of_body,
    ),
    row(
        "UpdateMediaPublishStatus",
        "2020-08-01",
        GET,
        resources::play,
    ),
    row("GetCdnDomainWeights", "2019-07-01", GET, resources::space),
    row("GetSpace", "2018-12-01", GET, resources::space),
];

const fn row(
    name: &'static str,
    version: &'static str,
    methods: &'static [Method],
    resources: fn(&Asked) -> Vec<String>,
) -> Action {
    Action {
        name,
        version,
        methods,
        resources,
    }
}

/// The service.
pub(super) struct Vod {
    space: String,
    /// Whose the space is.
    access_key: String,
    clock: Clock,
    transcode_delay: Duration,
    uploads: Arc<Uploads>,
    store: Store,
    /// Who fetches: not all that wait at once.
    fetching: Semaphore,
    /// What signs the addresses at which videos are played.
    play_key: Secret,
}

impl Vod {
    /// Opens what is kept of it.
    pub(super) fn open(ground: &Ground<'_>) -> io::Result<Vod> {
        Ok(Vod {
            space: ground.account.space().to_owned(),
            access_key: ground.account.credentials().access_key().to_owned(),
            clock: Arc::clone(ground.clock),
            transcode_delay: ground.manners.transcode_delay,
            uploads: Arc::clone(ground.uploads),
            store: Store::open(ground.storage)?,
            fetching: Semaphore::new(FETCHES),
            play_key: play_key(ground.storage)?,
        })
    }

    /// Goes on with what a former process left. Needs a runtime.
    pub(super) fn take_up(self: &Arc<Vod>) {
        for id in self.store.waiting() {
            self.begin_fetch(id);
        }
    }

    /// Carries an action out.
    pub(super) async fn answer(self: &Arc<Vod>, asked: &Asked) -> Result<Value, Refusal> {
        let is_old = asked.version == "2019-03-15";
        match asked.action {
            "GetPlayInfo" if is_old => self.play_info(asked),
            "GetPlayInfo" => self.play_info_successor(asked),
            "GetOriginVideoPlayInfo" => self.origin_play_info(asked),
            "UploadMediaByUrl" if asked.version == "2018-01-01" => self.fetch_by_query(asked).await,
            "UploadMediaByUrl" => self.fetch_by_form(asked).await,
            "QueryUploadTaskInfo" => self.fetch_info(asked),
            "ApplyUpload" => self.apply(asked),
            "ApplyUploadInfo" => self.apply_successor(asked),
            "CommitUpload" => self.commit(asked).await,
            "CommitUploadInfo" => self.commit_successor(asked).await,
            "ModifyVideoInfo" => self.modify(asked),
            "UpdateMediaInfo" => self.modify_successor(asked),
            "StartTranscode" => self.transcode(asked),
            "StartWorkflow" => self.workflow(asked),
            "SetVideoPublishStatus" => self.publish(asked),
            "UpdateMediaPublishStatus" => self.publish_successor(asked),
            "GetCdnDomainWeights" => self.weights(asked),
            "GetSpace" => Ok(self.spaces(asked)),
            other => Err(Refusal::unknown_action(other)),
        }
    }

    /// From where posters are served: from here.
    fn weights(&self, asked: &Asked) -> Result<Value, Refusal> {
        let space = self.space(asked.needed("SpaceName")?)?;
        Ok(json!({space: {&asked.authority: 100}}))
    }

    /// The spaces of this name, or all of them: all members are texts (section 7.1).
    fn spaces(&self, asked: &Asked) -> Value {
        match asked.text("SpaceName") {
            name if name.is_empty() || name == self.space => json!([{
                "SpaceName": self.space,
                "AccessKey": self.access_key,
                "Region": asked.region,
                "ProjectName": "",
                "Bucket": "",
                "Description": "",
                "Status": "",
                "CreatedAt": "",
                "Type": "",
            }]),
            _ => json!([]),
        }
    }

    /// The space, if it is that of the account.
    fn space<'a>(&self, name: &'a str) -> Result<&'a str, Refusal> {
        match name == self.space {
            true => Ok(name),
            false => Err(Refusal::invalid(
                "SpaceName",
                "the account has no such space",
            )),
        }
    }

    fn owner(&self) -> Owner {
        Owner::Space(self.space.clone())
    }

    /// The video of this id, if it may be played.
    fn playable(&self, vid: &str) -> Result<Video, Refusal> {
        let video = self.store.video(vid).ok_or_else(|| no_video(vid))?;
        match video.status {
            Status::Published => Ok(video),
            Status::Unpublished | Status::Blocked => {
                Err(Refusal::denied(format_args!("{vid} is not published")))
            }
        }
    }

    /// Whether an object may be read at an address that was given out for playing it.
    pub(super) fn check_play(
        &self,
        uri: &str,
        query: &Parameters,
        now: Timestamp,
    ) -> Result<(), Refusal> {
        let vid = self.admitted(uri, query, now)?;
        self.playable(&vid).map(drop)
    }

    fn now(&self) -> Timestamp {
        (self.clock)()
    }
}

/// The key for addresses, made when the data began.
fn play_key(storage: &Storage) -> io::Result<Secret> {
    const NAME: &str = "vcloud-play-key";
    if let Some(key) = storage.read_private::<String>(NAME)? {
        return Ok(Secret::new(key));
    }
    let key = random::hex::<20>()?;
    storage.write_private(NAME, &key)?;
    Ok(Secret::new(key))
}
