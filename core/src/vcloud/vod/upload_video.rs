use bytes::Bytes;
use http::{Request, Response};

use super::{Applied, ApplyUpload, CommitFunction, CommitUpload, Committed, FileType};
use crate::{
    Flow, Operation, Payload, Stamp, Turn,
    error::{Error, InputError, ServiceError},
    vcloud::{
        Content,
        caller::Caller,
        upload_host::{StoreObject, Stored},
    },
};

/// Uploads a content, of which the service then makes a video (section 7.10):
/// [`Vod::upload_video`](super::Vod::upload_video).
///
/// ```text
///   Applying ──▶ Storing ──▶ Committing ──▶ done
///                 └─ next host, if one fails
/// ```
///
/// The commit is not sent again when its answer was lost: see [`CommitUpload`].
///
/// The content is source 0.
#[derive(Clone, Debug)]
pub struct UploadVideo {
    apply: ApplyUpload,
    commit: CommitUpload,
    content: Content,
    caller: Caller,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    Applying,
    Storing(Box<StoreObject>),
    Committing {
        commit: Box<CommitUpload>,
        store_uri: String,
    },
}

/// What [`UploadVideo`] brings.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct UploadedVideo {
    /// The name of the content at the service.
    pub store_uri: String,
    /// What was made of it.
    pub committed: Committed,
}

impl UploadedVideo {
    /// The id of the video; `None` of what is no video.
    pub fn vid(&self) -> Option<&str> {
        let vid = &self.committed.results.first()?.vid;
        Some(vid.as_str()).filter(|vid| !vid.is_empty())
    }
}

impl UploadVideo {
    pub(super) fn new(
        caller: Caller,
        space: String,
        file_type: FileType,
        content: Content,
    ) -> UploadVideo {
        UploadVideo {
            apply: ApplyUpload::new(caller.clone(), space.clone(), file_type),
            commit: CommitUpload::new(caller.clone(), space, String::new()),
            content,
            caller,
            state: State::Applying,
        }
    }

    /// See [`CommitUpload::function`].
    pub fn function(mut self, function: CommitFunction) -> UploadVideo {
        self.commit = self.commit.function(function);
        self
    }

    /// See [`CommitUpload::callback_args`].
    pub fn callback_args(mut self, text: impl Into<String>) -> UploadVideo {
        self.commit = self.commit.callback_args(text);
        self
    }

    /// See [`ApplyUpload::object_name`].
    pub fn object_name(mut self, name: impl Into<String>) -> UploadVideo {
        self.apply = self.apply.object_name(name);
        self
    }
}

impl Flow for UploadVideo {
    type Output = UploadedVideo;

    fn poll(&mut self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        match &mut self.state {
            State::Applying => {
                // Nothing is asked for an upload that cannot be.
                not_empty(self.content)?;
                self.commit.check()?;
                self.apply.request(stamp)
            }
            State::Storing(store) => store.poll(stamp),
            State::Committing { commit, .. } => commit.request(stamp),
        }
    }

    fn handle(&mut self, response: &Response<Bytes>) -> Result<Turn<UploadedVideo>, Error> {
        match &mut self.state {
            State::Applying => {
                let applied = self.apply.parse(response)?;
                let store = storing(&applied, self.content, &self.caller);
                self.state = State::Storing(Box::new(store));
                Ok(Turn::NEXT)
            }
            State::Storing(store) => match store.handle(response)? {
                Turn::Done(Stored { uri, session_key }) => {
                    self.state = State::Committing {
                        commit: Box::new(self.commit.of_session(session_key)),
                        store_uri: uri,
                    };
                    Ok(Turn::NEXT)
                }
                Turn::Next { after } => Ok(Turn::Next { after }),
            },
            State::Committing { commit, store_uri } => {
                let committed = commit.parse(response)?;
                Ok(Turn::Done(UploadedVideo {
                    store_uri: store_uri.clone(),
                    committed,
                }))
            }
        }
    }

    fn repeatable(&self) -> bool {
        match &self.state {
            State::Applying => Operation::repeatable(&self.apply),
            State::Storing(store) => store.repeatable(),
            State::Committing { commit, .. } => Operation::repeatable(&**commit),
        }
    }

    fn in_doubt(&mut self) {
        if let State::Storing(store) = &mut self.state {
            store.in_doubt();
        }
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        match &self.state {
            State::Applying => Operation::if_carried_out(&self.apply),
            State::Storing(store) => store.if_carried_out(),
            State::Committing { commit, .. } => Operation::if_carried_out(&**commit),
        }
    }

    /// No refusal shows that an earlier request was carried out.
    fn settled(&mut self, _: &ServiceError) -> Option<Turn<UploadedVideo>> {
        None
    }
}

/// What follows an apply: the content goes to the first store of the addresses that can be reached.
pub(super) fn storing(applied: &Applied, content: Content, caller: &Caller) -> StoreObject {
    let addresses = applied.addresses().iter();
    let stores = addresses.map(|address| (address, &address.stores()[0]));
    StoreObject::at_one_of(stores, content).over(caller.uploads())
}

/// The service has no use for an empty content.
pub(super) fn not_empty(content: Content) -> Result<(), InputError> {
    match content.size() {
        0 => Err(InputError::EmptyContent),
        _ => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vcloud::{
        Scheme,
        played::{body, play, success},
        upload_host::tests::{address_json, hosts},
        vod::tests::{successor, vod},
    };

    const STORED: &str = r#"{"success":0,"payload":{"hash":"000000ab"}}"#;
    const TROUBLE: &str = r#"{"success":1,"error":{"code":500,"error_code":5000}}"#;
    const REFUSED: &str = r#"{"success":1,"error":{"code":403,"error_code":4003}}"#;

    fn content() -> Content {
        Content::new(7, 0xab)
    }

    fn applied() -> String {
        let address = address_json(&["tos/a"], &["one", "two"], "{}");
        success(&format!(r#"{{"UploadAddress":{address}}}"#))
    }

    fn committed() -> String {
        success(r#"{"Results":[{"Vid":"v1"}]}"#)
    }

    fn upload() -> UploadVideo {
        vod().upload_video("s", FileType::Video, content())
    }

    #[test]
    fn a_content_is_applied_for_stored_and_committed() {
        let replies = [applied(), STORED.into(), committed()];
        let played = play(upload().function(CommitFunction::GetMeta), &replies);
        assert_eq!(
            hosts(&played),
            ["vod.bytedanceapi.com", "one", "vod.bytedanceapi.com"]
        );
        assert_eq!(played.sent[1].uri(), "https://one/tos/a");
        assert_eq!(body(&played.sent[2])["SessionKey"], "session");
        let video = played.result.expect("a video");
        assert_eq!(
            (video.vid(), video.store_uri.as_str()),
            (Some("v1"), "tos/a")
        );
    }

    #[test]
    fn the_next_host_is_tried_and_http_only_if_asked_for() {
        let mut replies = vec![applied()];
        replies.extend([TROUBLE, TROUBLE, TROUBLE, STORED].map(str::to_owned));
        replies.push(committed());
        let upload = vod().uploads_over(Scheme::Http);
        let upload = upload.upload_video("s", FileType::Video, content());
        let played = play(upload, &replies);
        assert_eq!(hosts(&played)[1..5], ["one", "one", "one", "two"]);
        assert_eq!(played.sent[4].uri(), "http://two/tos/a");
        assert!(played.result.is_ok());
    }

    #[test]
    fn what_the_upload_host_refuses_is_not_committed() {
        let replies = [applied(), REFUSED.into(), committed()];
        let played = play(upload(), &replies);
        assert_eq!(played.sent.len(), 2);
        assert!(matches!(played.result, Err(Error::Service(_))));
    }

    #[test]
    fn a_lost_apply_and_a_lost_put_are_repeated_and_a_lost_commit_is_not() {
        let lost = String::new;
        let replies = [
            lost(),
            applied(),
            lost(),
            STORED.into(),
            lost(),
            committed(),
        ];
        let played = play(upload(), &replies);
        assert_eq!(hosts(&played)[2..4], ["one", "two"]);
        assert_eq!(played.sent.len(), 5);
        let error = played.result.expect_err("lost");
        assert!(matches!(error, Error::Doubt(_)), "{error}");
    }

    #[test]
    fn an_upload_that_cannot_be_is_refused_before_anything_is_sent() {
        let empty = vod().upload_video("s", FileType::Video, Content::unchecked(0));
        let timeless = upload().function(CommitFunction::Snapshot { seconds: -1.0 });
        for upload in [empty, timeless] {
            let played = play(upload, &[applied()]);
            assert!(played.sent.is_empty());
            assert!(matches!(played.result, Err(Error::Input(_))));
        }
    }

    #[test]
    fn of_several_addresses_the_session_of_the_one_that_took_it_is_committed() {
        let address = |host: &str, session: &str| {
            let address = address_json(&["tos/a"], &[host], "[]");
            address.replace(r#""session""#, &format!("{session:?}"))
        };
        let applied = success(&format!(
            r#"{{"Data":{{"CandidateUploadAddresses":{{"MainUploadAddresses":[{}],
                "BackupUploadAddresses":[{}]}}}}}}"#,
            address("one", "first"),
            address("two", "second")
        ));
        let mut replies = vec![applied];
        replies.extend([TROUBLE, TROUBLE, TROUBLE, STORED].map(str::to_owned));
        replies.push(success(r#"{"Data":{"Vid":"v1"}}"#));
        let played = play(
            successor().upload_video("s", FileType::Video, content()),
            &replies,
        );
        let commit = played.sent[5].uri().query().expect("a query");
        assert!(commit.contains("&SessionKey=second"), "{commit}");
        assert_eq!(played.result.expect("a video").vid(), Some("v1"));
    }
}
