use bytes::Bytes;
use http::{Request, Response};

use super::{
    ATTRIBUTE_LIMIT, Bucket, Content, FilePath, UPLOAD_LIMIT, Uploaded, envelope, request::Target,
};
use crate::{
    Operation, Stamp,
    error::{Error, InputError},
    multipart::Form,
    payload::Payload,
};

/// Uploads a file in one request (section 6.1): [`Bucket::upload`].
///
/// ```text
/// POST /files/v2/{appid}/{bucket}{path}
/// op=upload, filecontent=…, sha=…, biz_attr=…, insertOnly=1
/// ```
///
/// The content is source 0.
#[derive(Clone, Debug)]
pub struct Upload {
    bucket: Bucket,
    path: FilePath,
    size: u64,
    sha: Option<String>,
    biz_attr: String,
    overwrite: Overwrite,
}

/// What to do if there is a file already.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Overwrite {
    /// Keep it; the upload fails, unless the content is the same.
    #[default]
    Never,
    /// Replace it.
    Always,
}

impl Overwrite {
    /// The value of `insertOnly`.
    pub(super) fn insert_only(self) -> &'static str {
        match self {
            Overwrite::Never => "1",
            Overwrite::Always => "0",
        }
    }

    /// The value of `to_over_write`.
    pub(super) fn to_over_write(self) -> &'static str {
        match self {
            Overwrite::Never => "0",
            Overwrite::Always => "1",
        }
    }
}

impl Upload {
    pub(super) fn new(bucket: Bucket, path: FilePath, content: &Content) -> Upload {
        Upload {
            bucket,
            path,
            size: content.size(),
            sha: content.sha().map(str::to_owned),
            biz_attr: String::new(),
            overwrite: Overwrite::default(),
        }
    }

    /// A text of the caller's to keep with the file, at most 4 KB.
    pub fn biz_attr(mut self, text: impl Into<String>) -> Upload {
        self.biz_attr = text.into();
        self
    }

    /// What to do if there is a file already; by default it is kept.
    pub fn overwrite(mut self, overwrite: Overwrite) -> Upload {
        self.overwrite = overwrite;
        self
    }
}

impl Operation for Upload {
    type Output = Uploaded;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        if self.size > UPLOAD_LIMIT {
            return Err(InputError::TooLarge {
                length: self.size,
                limit: UPLOAD_LIMIT,
            }
            .into());
        }
        check_biz_attr(&self.biz_attr)?;
        let form = Form::new(&stamp.nonce)
            .text("op", "upload")
            .file("filecontent", 0, 0..self.size)
            .optional("sha", self.sha.as_ref())
            .text("biz_attr", &self.biz_attr)
            .text("insertOnly", self.overwrite.insert_only());
        self.bucket.post_form(Target::File(&self.path), form, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Uploaded, Error> {
        envelope::open(response)
    }

    /// The same content over itself is a success (section 6.1).
    fn repeatable(&self) -> bool {
        true
    }
}

/// `biz_attr` has at most 4 KB (section 10).
pub(super) fn check_biz_attr(text: &str) -> Result<(), InputError> {
    match text.len() {
        0..=ATTRIBUTE_LIMIT => Ok(()),
        _ => Err(InputError::Attribute {
            name: "biz_attr".into(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cos::tests::{answer, bucket, file, stamp};

    #[test]
    fn more_than_20_mib_are_refused_before_anything_is_sent() {
        let upload = |size| bucket().upload(&file("/a"), &Content::unchecked(size));
        assert!(upload(UPLOAD_LIMIT).request(&stamp()).is_ok());
        assert!(matches!(
            upload(UPLOAD_LIMIT + 1).request(&stamp()),
            Err(Error::Input(InputError::TooLarge {
                limit: UPLOAD_LIMIT,
                ..
            }))
        ));
    }

    #[test]
    fn an_attribute_above_4_kb_is_refused() {
        let upload = bucket().upload(&file("/a"), &Content::unchecked(1));
        let result = upload.biz_attr("a".repeat(4097)).request(&stamp());
        assert!(matches!(
            result,
            Err(Error::Input(InputError::Attribute { .. }))
        ));
    }

    #[test]
    fn the_length_is_announced() {
        let request = bucket()
            .upload(&file("/a"), &Content::unchecked(1000))
            .request(&stamp())
            .expect("a request");
        let announced = request.headers()["content-length"]
            .to_str()
            .expect("digits");
        assert_eq!(announced, request.body().len().to_string());
    }

    /// The reply to the first recorded upload.
    #[test]
    fn the_vendors_answer_is_read() {
        let upload = bucket().upload(&file("/photos/hello.txt"), &Content::unchecked(14));
        let uploaded = upload
            .parse(&answer(
                200,
                r#"{"code":0,"message":"SUCCESS","request_id":"x","data":{
                    "access_url":"http://examplebucket-1250000000.file.myqcloud.com/photos/hello.txt",
                    "resource_path":"/1250000000/examplebucket/photos/hello.txt",
                    "source_url":"http://examplebucket-1250000000.cossh.myqcloud.com/photos/hello.txt",
                    "url":"http://sh.file.myqcloud.com/files/v2/1250000000/examplebucket/photos/hello.txt",
                    "vid":"000000000000000000000000000000001503987233"}}"#,
            ))
            .expect("a success");
        assert!(uploaded.source_url.contains(".cossh."));
        assert_eq!(uploaded.preview_url, None);
        assert!(
            upload
                .parse(&answer(200, r#"{"code":0,"data":{}}"#))
                .is_err()
        );
    }
}
