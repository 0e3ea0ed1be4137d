use bytes::Bytes;
use http::{Request, Response};

use super::{ApplyUpload, FileType, ModifyVideoInfo, storage::Storage};
use crate::{
    Flow, Operation, Payload, Stamp, Turn,
    error::{Error, InputError, ServiceError},
    vcloud::{
        Content,
        call::filled,
        caller::Caller,
        upload_host::{StoreObject, Stored},
    },
};

/// Uploads a picture, and makes it the poster of a video (section 7.10):
/// [`Vod::upload_poster`](super::Vod::upload_poster). Brings the name under which it is stored.
///
/// ```text
///   Applying ──▶ Storing ──▶ Setting ──▶ done
///                 └─ next host, if one fails
/// ```
///
/// The picture is source 0.
#[derive(Clone, Debug)]
pub struct UploadPoster {
    apply: ApplyUpload,
    caller: Caller,
    space: String,
    vid: String,
    storage: Storage,
    state: State,
}

#[derive(Clone, Debug)]
enum State {
    Applying,
    Storing(Box<StoreObject>),
    Setting {
        modify: Box<ModifyVideoInfo>,
        poster_uri: String,
    },
}

impl UploadPoster {
    pub(super) fn new(
        caller: Caller,
        space: String,
        vid: String,
        content: Content,
    ) -> UploadPoster {
        UploadPoster {
            apply: ApplyUpload::new(caller.clone(), space.clone(), FileType::Image),
            storage: Storage::new(caller.clone(), content),
            caller,
            space,
            vid,
            state: State::Applying,
        }
    }

    fn check(&self) -> Result<(), InputError> {
        filled("Vid", &self.vid)?;
        self.storage.check()
    }

    fn setting(&self, poster_uri: String) -> State {
        let modify =
            ModifyVideoInfo::new(self.caller.clone(), self.space.clone(), self.vid.clone());
        State::Setting {
            modify: Box::new(modify.poster_uri(poster_uri.clone())),
            poster_uri,
        }
    }
}

impl Flow for UploadPoster {
    type Output = String;

    fn poll(&mut self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        // Nothing is asked for an upload that cannot be.
        self.check()?;
        match &mut self.state {
            State::Applying => self.apply.request(stamp),
            State::Storing(store) => store.poll(stamp),
            State::Setting { modify, .. } => modify.request(stamp),
        }
    }

    fn handle(&mut self, response: &Response<Bytes>) -> Result<Turn<String>, Error> {
        match &mut self.state {
            State::Applying => {
                let applied = self.apply.parse(response)?;
                self.state = match self.storage.of(&applied) {
                    Ok(store) => State::Storing(Box::new(store)),
                    Err(stored) => self.setting(stored.uri),
                };
                Ok(Turn::NEXT)
            }
            State::Storing(store) => match store.handle(response)? {
                Turn::Done(Stored { uri, .. }) => {
                    self.state = self.setting(uri);
                    Ok(Turn::NEXT)
                }
                Turn::Next { after } => Ok(Turn::Next { after }),
            },
            State::Setting { modify, poster_uri } => {
                modify.parse(response)?;
                Ok(Turn::Done(poster_uri.clone()))
            }
        }
    }

    fn repeatable(&self) -> bool {
        match &self.state {
            State::Applying => Operation::repeatable(&self.apply),
            State::Storing(store) => store.repeatable(),
            State::Setting { modify, .. } => Operation::repeatable(&**modify),
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
            State::Setting { modify, .. } => Operation::if_carried_out(&**modify),
        }
    }

    /// No refusal shows that an earlier request was carried out.
    fn settled(&mut self, _: &ServiceError) -> Option<Turn<String>> {
        None
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vcloud::{
        played::{body, play, success},
        upload_host::tests::address_json,
        vod::tests::vod,
    };

    const STORED: &str = r#"{"success":0}"#;

    fn replies(status: i64) -> [String; 3] {
        let address = address_json(&["tos/p"], &["one"], "{}");
        [
            success(&format!(r#"{{"UploadAddress":{address}}}"#)),
            STORED.to_owned(),
            success(&format!(r#"{{"BaseResp":{{"StatusCode":{status}}}}}"#)),
        ]
    }

    #[test]
    fn a_picture_is_stored_and_set() {
        let upload = vod().upload_poster("s", "v1", Content::new(7, 0xab));
        let played = play(upload, &replies(0));
        assert_eq!(body(&played.sent[2])["Info"]["PosterUri"], "tos/p");
        assert_eq!(body(&played.sent[2])["Vid"], "v1");
        assert_eq!(played.result.expect("a poster"), "tos/p");
    }

    #[test]
    fn a_poster_that_was_not_set_is_a_refusal() {
        let upload = vod().upload_poster("s", "v1", Content::new(7, 0xab));
        let played = play(upload, &replies(7));
        assert!(matches!(played.result, Err(Error::Service(_))));
    }

    #[test]
    fn setting_it_is_repeated_after_a_lost_answer() {
        let [applied, stored, set] = replies(0);
        let upload = vod().upload_poster("s", "v1", Content::new(7, 0xab));
        let played = play(upload, &[applied, stored, String::new(), set]);
        assert_eq!(played.sent.len(), 4);
        assert!(played.result.is_ok());
    }

    #[test]
    fn a_poster_of_no_video_and_an_empty_one_are_refused_before_anything_is_sent() {
        for upload in [
            vod().upload_poster("s", "", Content::new(7, 0xab)),
            vod().upload_poster("s", "v1", Content::unchecked(0)),
            vod().upload_poster("", "v1", Content::new(7, 0xab)),
        ] {
            let played = play(upload, &replies(0));
            assert!(played.sent.is_empty());
            assert!(matches!(played.result, Err(Error::Input(_))));
        }
    }
}
