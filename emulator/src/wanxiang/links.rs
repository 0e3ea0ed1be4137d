//! The addresses in answers: the official ones (sections 6 to 8).

use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};

use super::{
    Generation, Wanxiang,
    store::{Key, Space},
};

/// What stays in a segment of an address (section 4).
const SEGMENT: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~');

impl Wanxiang {
    /// Where an object is managed.
    pub(super) fn management_url(&self, key: &Key) -> String {
        let (app, bucket) = (self.account.app(), self.account.bucket());
        let user = utf8_percent_encode(&key.user, SEGMENT);
        let file = key.file_id.encoded();
        match key.space {
            Space::PhotosV1 => {
                format!("http://web.image.myqcloud.com/photos/v1/{app}/{user}/{file}")
            }
            Space::PhotosV2 => {
                format!("http://web.image.myqcloud.com/photos/v2/{app}/{bucket}/{user}/{file}")
            }
            Space::VideosV1 => {
                format!("http://web.video.myqcloud.com/videos/v1/{app}/{user}/{file}")
            }
        }
    }

    /// Where an object is downloaded: short for buckets of V2 enhanced, else long (section 13).
    pub(super) fn download_url(&self, key: &Key) -> String {
        let (app, bucket) = (self.account.app(), self.account.bucket());
        let user = utf8_percent_encode(&key.user, SEGMENT);
        let file = key.file_id.encoded();
        match (key.space, self.manners.generation) {
            (Space::PhotosV1, _) => {
                format!("http://{app}.image.myqcloud.com/{app}/{user}/{file}/original")
            }
            (Space::PhotosV2, Generation::Enhanced) => {
                format!("http://{bucket}-{app}.image.myqcloud.com/{file}")
            }
            (Space::PhotosV2, Generation::V2) => format!(
                "http://{bucket}-{app}.image.myqcloud.com/{bucket}-{app}/{user}/{file}/original"
            ),
            (Space::VideosV1, _) => {
                format!("http://{app}.video.myqcloud.com/{app}/{user}/{file}/original")
            }
        }
    }
}
