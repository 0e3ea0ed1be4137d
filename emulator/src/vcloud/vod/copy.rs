//! Videos that come of other videos.

use yunmei_core::Timestamp;

use super::{
    Vod,
    store::{Status, Video, new_vid},
};
use crate::vcloud::answer::Refusal;

impl Vod {
    /// Makes a new video with the bytes of another one, under this title. Returns its id; none if
    /// there is no such other one.
    pub(in crate::vcloud) fn copy(
        &self,
        vid: &str,
        title: &str,
        now: Timestamp,
    ) -> Result<Option<String>, Refusal> {
        let Some(source) = self.store.video(vid) else {
            return Ok(None);
        };
        let copy = Video {
            vid: new_vid()?,
            status: Status::Published,
            title: title.to_owned(),
            description: String::new(),
            category: String::new(),
            tags: Vec::new(),
            runs: Vec::new(),
            created: now.seconds(),
            ..source
        };
        let vid = copy.vid.clone();
        self.store.put(copy)?;
        Ok(Some(vid))
    }
}
