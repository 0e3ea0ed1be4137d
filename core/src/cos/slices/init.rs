use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use super::{SLICE_SIZE, SLICE_SIZES};
use crate::{
    Operation, Payload, Stamp,
    cos::{
        Bucket, Content, FilePath, OBJECT_LIMIT, Overwrite, Uploaded, envelope, request::Target,
        upload::check_biz_attr,
    },
    error::{Error, InputError},
    loose,
    multipart::Form,
};

/// Opens an upload by slices (section 7.1).
///
/// ```text
/// POST /files/v2/{appid}/{bucket}{path}
/// op=upload_slice_init, sha=…, uploadparts=[…], filesize=…, slice_size=…, biz_attr=…, insertOnly=1
/// ```
#[derive(Clone, Debug)]
pub struct InitSlices {
    bucket: Bucket,
    path: FilePath,
    content: Content,
    slice_size: u64,
    biz_attr: String,
    overwrite: Overwrite,
}

/// What [`InitSlices`] brings.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum Opened {
    /// The service has this content already: nothing is to be sent.
    Already(Uploaded),
    /// An upload is open.
    Session(Session),
}

/// An open upload.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Session {
    /// What the service calls it.
    pub id: String,
    /// The length of every slice but the last, in bytes: the service's choice, not the caller's.
    pub slice_size: u64,
    /// Whether slices must come one after the other, in order.
    pub serial: bool,
}

impl InitSlices {
    /// Opens an upload of `content`, in slices of 1 MiB.
    pub fn new(bucket: Bucket, path: FilePath, content: Content) -> InitSlices {
        InitSlices {
            bucket,
            path,
            content,
            slice_size: SLICE_SIZE,
            biz_attr: String::new(),
            overwrite: Overwrite::default(),
        }
    }

    /// The slice size to ask for, in bytes; with digests only 1 MiB is taken.
    ///
    /// Without digests the service may want slices to begin at multiples of 1 MiB (-29095), which
    /// smaller ones do not.
    pub fn slice_size(mut self, bytes: u64) -> InitSlices {
        self.slice_size = bytes;
        self
    }

    /// A text of the caller's to keep with the file, at most 4 KB.
    pub fn biz_attr(mut self, text: impl Into<String>) -> InitSlices {
        self.biz_attr = text.into();
        self
    }

    /// What to do if there is a file already; by default it is kept.
    pub fn overwrite(mut self, overwrite: Overwrite) -> InitSlices {
        self.overwrite = overwrite;
        self
    }

    pub(super) fn content(&self) -> &Content {
        &self.content
    }

    pub(super) fn bucket(&self) -> &Bucket {
        &self.bucket
    }

    pub(super) fn path(&self) -> &FilePath {
        &self.path
    }

    /// Section 7.1: every bound that any source gives.
    fn check(&self) -> Result<(), InputError> {
        let (size, slice_size) = (self.content.size(), self.slice_size);
        if size == 0 {
            return Err(InputError::NothingToSlice);
        }
        if size > OBJECT_LIMIT {
            return Err(InputError::TooLarge {
                length: size,
                limit: OBJECT_LIMIT,
            });
        }
        let whole = slice_size <= SLICE_SIZE || slice_size % SLICE_SIZE == 0;
        let fits_manifest = self
            .content
            .manifest()
            .is_none_or(|manifest| slice_size == SLICE_SIZE && manifest.slice_size() == SLICE_SIZE);
        if !SLICE_SIZES.contains(&slice_size) || !whole || !fits_manifest {
            return Err(InputError::SliceSize { asked: slice_size });
        }
        check_biz_attr(&self.biz_attr)
    }
}

impl Operation for InitSlices {
    type Output = Opened;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        self.check()?;
        let form = Form::new(&stamp.nonce)
            .text("op", "upload_slice_init")
            .optional("sha", self.content.sha())
            .optional(
                "uploadparts",
                self.content.manifest().map(|manifest| manifest.to_json()),
            )
            .text("filesize", self.content.size().to_string())
            .text("slice_size", self.slice_size.to_string())
            .text("biz_attr", &self.biz_attr)
            .text("insertOnly", self.overwrite.insert_only());
        self.bucket.post_form(Target::File(&self.path), form, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<Opened, Error> {
        // An address means that there is nothing left to do, whatever else is there.
        if envelope::has(response, "access_url") {
            return envelope::open(response).map(Opened::Already);
        }
        envelope::open(response).map(
            |SessionData {
                 session,
                 slice_size,
                 serial_upload,
             }| {
                Opened::Session(Session {
                    id: session,
                    slice_size: slice_size.get(),
                    serial: serial_upload == Some(1),
                })
            },
        )
    }

    /// A second opening presumably finds the first one (-4019), and [`ListSlices`](super::ListSlices) tells
    /// what of it is there.
    fn repeatable(&self) -> bool {
        true
    }
}

#[derive(Deserialize)]
struct SessionData {
    #[serde(deserialize_with = "loose::text")]
    session: String,
    #[serde(deserialize_with = "loose::positive")]
    slice_size: std::num::NonZeroU64,
    #[serde(default, deserialize_with = "loose::optional_number")]
    serial_upload: Option<i64>,
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cos::{
        slices::Manifest,
        tests::{answer, bucket, file, stamp},
    };

    fn init(content: Content) -> InitSlices {
        InitSlices::new(bucket(), file("/big"), content)
    }

    fn refused(init: &InitSlices) -> bool {
        matches!(init.request(&stamp()), Err(Error::Input(_)))
    }

    #[test]
    fn slice_sizes_out_of_bounds_are_refused() {
        for good in [65_536, 524_288, 1_048_576, 2_097_152, 3_145_728] {
            assert!(
                !refused(&init(Content::unchecked(1)).slice_size(good)),
                "{good}"
            );
        }
        for bad in [0, 65_535, 1_048_577, 3_145_729, 4_194_304] {
            assert!(
                refused(&init(Content::unchecked(1)).slice_size(bad)),
                "{bad}"
            );
        }
        let mut manifest = Manifest::builder();
        manifest.update(b"x");
        let digested = init(Content::from(manifest.finish()));
        assert!(!refused(&digested));
        assert!(refused(&digested.slice_size(2_097_152)));
    }

    #[test]
    fn nothing_and_more_than_64_gib_are_refused() {
        assert!(refused(&init(Content::unchecked(0))));
        assert!(!refused(&init(Content::unchecked(OBJECT_LIMIT))));
        assert!(refused(&init(Content::unchecked(OBJECT_LIMIT + 1))));
    }

    #[test]
    fn the_services_slice_size_and_order_win_and_may_be_texts() {
        let opened = init(Content::unchecked(150))
            .parse(&answer(
                200,
                r#"{"code":0,"data":{"session":"00","slice_size":"64","serial_upload":"1"}}"#,
            ))
            .expect("a session");
        let session = Session {
            id: "00".into(),
            slice_size: 64,
            serial: true,
        };
        assert_eq!(opened, Opened::Session(session));
    }

    #[test]
    fn a_session_that_could_not_go_forward_is_an_error() {
        for body in [
            r#"{"code":0,"data":{"session":"00","slice_size":0}}"#,
            r#"{"code":0,"data":{"session":"00"}}"#,
            r#"{"code":0,"data":{"slice_size":64}}"#,
            r#"{"code":0,"data":{"access_url":"a"}}"#,
        ] {
            let result = init(Content::unchecked(150)).parse(&answer(200, body));
            assert!(matches!(result, Err(Error::Response(_))), "{body}");
        }
    }
}
