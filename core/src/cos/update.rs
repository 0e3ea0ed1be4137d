use std::collections::BTreeMap;

use bytes::Bytes;
use http::{Request, Response};
use serde::{Deserialize, Serialize};

use super::{Bucket, CustomHeaders, FilePath, envelope, request::Target, upload::check_biz_attr};
use crate::{
    Operation, Payload, Stamp,
    error::{Error, InputError},
};

/// Changes attributes of a file (section 6.3): [`Bucket::update`].
///
/// ```text
/// POST /files/v2/{appid}/{bucket}{path}
/// {"op":"update","biz_attr":"…","authority":"…","custom_headers":{…}}
/// ```
///
/// Only what is set is sent.
#[derive(Clone, Debug)]
pub struct Update {
    bucket: Bucket,
    path: FilePath,
    biz_attr: Option<String>,
    access: Option<Access>,
    custom_headers: Option<CustomHeaders>,
}

/// Who may read a file without a signature (sections 4.9 and 6.3).
///
/// The override works at the origin; at the CDN the bucket's own setting decides.
#[derive(Clone, Debug, Deserialize, Serialize, PartialEq, Eq)]
#[non_exhaustive]
pub enum Access {
    /// As the bucket has it.
    #[serde(rename = "eInvalid")]
    AsBucket,
    /// Nobody, even in a public bucket.
    #[serde(rename = "eWRPrivate")]
    Private,
    /// Everybody, even in a private bucket.
    #[serde(rename = "eWPrivateRPublic")]
    PublicRead,
    /// A word that this version does not know.
    #[serde(untagged)]
    Other(String),
}

#[derive(Serialize)]
struct Body<'a> {
    op: &'static str,
    #[serde(skip_serializing_if = "Option::is_none")]
    biz_attr: Option<&'a str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    authority: Option<&'a Access>,
    #[serde(skip_serializing_if = "Option::is_none")]
    custom_headers: Option<&'a BTreeMap<String, String>>,
}

impl Update {
    pub(super) fn new(bucket: Bucket, path: FilePath) -> Update {
        Update {
            bucket,
            path,
            biz_attr: None,
            access: None,
            custom_headers: None,
        }
    }

    /// Sets the caller's own text, at most 4 KB.
    pub fn biz_attr(mut self, text: impl Into<String>) -> Update {
        self.biz_attr = Some(text.into());
        self
    }

    /// Sets who may read it.
    pub fn access(mut self, access: Access) -> Update {
        self.access = Some(access);
        self
    }

    /// Replaces the headers that it is served with.
    pub fn custom_headers(mut self, headers: CustomHeaders) -> Update {
        self.custom_headers = Some(headers);
        self
    }
}

impl Operation for Update {
    type Output = ();

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        if self.biz_attr.is_none() && self.access.is_none() && self.custom_headers.is_none() {
            return Err(InputError::NothingToDo.into());
        }
        check_biz_attr(self.biz_attr.as_deref().unwrap_or_default())?;
        if let Some(headers) = &self.custom_headers {
            headers.check()?;
        }
        let body = Body {
            op: "update",
            biz_attr: self.biz_attr.as_deref(),
            authority: self.access.as_ref(),
            custom_headers: self.custom_headers.as_ref().map(CustomHeaders::map),
        };
        self.bucket
            .post_json(Target::FileOnce(&self.path), &body, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<(), Error> {
        envelope::done(response)
    }

    /// The second time changes nothing.
    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::cos::{
        sign::Signature,
        tests::{bucket, file, stamp, text},
    };

    #[test]
    fn only_what_is_set_is_sent_and_with_a_single_use_signature() {
        let request = bucket()
            .update(&file("/a"))
            .access(Access::AsBucket)
            .request(&stamp())
            .expect("a request");
        assert_eq!(
            text(request.body()),
            r#"{"op":"update","authority":"eInvalid"}"#
        );
        let signature = request.headers()["authorization"].to_str().expect("text");
        assert!(
            Signature::decode(signature)
                .expect("a signature")
                .is_single_use()
        );
    }

    #[test]
    fn an_update_that_changes_nothing_is_refused() {
        let result = bucket().update(&file("/a")).request(&stamp());
        assert!(matches!(result, Err(Error::Input(InputError::NothingToDo))));
    }

    #[test]
    fn the_signature_is_marked_sensitive() {
        let request = bucket().update(&file("/a")).biz_attr("").request(&stamp());
        let request = request.expect("a request");
        assert!(request.headers()["authorization"].is_sensitive());
        assert!(!format!("{:?}", request.headers()).contains("YT0xMjU"));
    }
}
