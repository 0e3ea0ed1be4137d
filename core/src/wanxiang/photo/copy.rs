use bytes::Bytes;
use http::{Request, Response};
use percent_encoding::percent_decode_str;
use serde::Deserialize;

use crate::{
    Operation, Payload, Stamp,
    error::{Error, ResponseError},
    wanxiang::{
        FileId, envelope,
        space::{Scheme, Space, Target},
    },
};

/// Copies a picture (section 6.3): [`Bucket::copy`](crate::wanxiang::Bucket::copy),
/// [`PhotosV1::copy`](crate::wanxiang::PhotosV1::copy).
///
/// ```text
/// POST /photos/v2/{appid}/{bucket}/{user}/{file id}/copy
/// ```
///
/// The service chooses the id of the copy, so that a repeated request would make another one.
#[derive(Clone, Debug)]
pub struct CopyPhoto {
    space: Space,
    file_id: FileId,
}

/// What a copy brings.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Copied {
    /// The id of the copy.
    pub file_id: FileId,
    /// The address to download the copy from, as the service wrote it.
    pub download_url: String,
    /// The address for further operations on the copy.
    pub url: String,
}

#[derive(Deserialize)]
struct Data {
    url: String,
    download_url: String,
}

impl CopyPhoto {
    pub(in crate::wanxiang) fn new(space: Space, file_id: FileId) -> CopyPhoto {
        CopyPhoto { space, file_id }
    }
}

impl Operation for CopyPhoto {
    type Output = Copied;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.space
            .post(Target::Copy(&self.file_id), Scheme::QCloud, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Copied, Error> {
        let Data { url, download_url } = envelope::open(response)?;
        // The answer has no field for it (section 6.3).
        let file_id = last_segment(&url).ok_or_else(|| {
            ResponseError::new(
                "the address of the copy does not end with a file id",
                response,
            )
        })?;
        Ok(Copied {
            file_id,
            download_url,
            url,
        })
    }

    fn repeatable(&self) -> bool {
        false
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        Some("there may be a copy, under an id that only the service knows")
    }
}

fn last_segment(url: &str) -> Option<FileId> {
    let path = url.split(['?', '#']).next()?;
    let (_, segment) = path.rsplit_once('/')?;
    let decoded = percent_decode_str(segment).decode_utf8().ok()?;
    FileId::new(&decoded).ok()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wanxiang::tests::{answer, bucket, file};

    fn parse(url: &str) -> Result<Copied, Error> {
        let body = format!(r#"{{"code":0,"data":{{"url":"{url}","download_url":"d"}}}}"#);
        let copy = bucket().copy(&file("cat"));
        copy.parse(&answer(200, body.leak()))
    }

    #[test]
    fn the_id_of_the_copy_is_the_last_segment_of_its_address() {
        let id = |url| parse(url).map(|copied| copied.file_id.as_str().to_owned());
        let uuid = id("http://web.image.myqcloud.com/photos/v2/1/b/0/7d8c1a52");
        assert_eq!(uuid.ok().as_deref(), Some("7d8c1a52"));
        assert_eq!(id("http://h/a%2Fb%20c").ok().as_deref(), Some("a/b c"));
    }

    #[test]
    fn an_address_without_an_id_is_an_error() {
        for bad in ["", "http://h/", "http://h/%FF", "nothing"] {
            assert!(matches!(parse(bad), Err(Error::Response(_))), "{bad}");
        }
    }
}
