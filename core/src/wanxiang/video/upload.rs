use bytes::Bytes;
use http::{Request, Response};
use serde::Deserialize;

use crate::{
    Operation, Stamp,
    error::Error,
    loose,
    multipart::{Form, bare_name},
    payload::Payload,
    wanxiang::{
        Digests, FileId, envelope,
        space::{Scheme, Space, Target},
    },
};

/// Uploads a video in one request (section 8.1): [`Videos::upload`](crate::wanxiang::Videos::upload).
///
/// ```text
/// POST /videos/v1/{appid}/{user}
/// FileContent=…, Sha=…, Title=…, Desc=…, MagicContext=…
/// ```
///
/// The content, with its digests, is source 0. The service chooses the id, so that a repeated
/// request would store the video twice.
#[derive(Clone, Debug)]
pub struct UploadVideo {
    space: Space,
    content: Digests,
    file_name: String,
    title: String,
    description: String,
    magic_context: String,
}

/// What an upload of a video brings.
#[derive(Clone, Debug, Deserialize, PartialEq, Eq)]
#[non_exhaustive]
pub struct UploadedVideo {
    /// The id under which it was stored.
    #[serde(rename = "fileid")]
    pub file_id: FileId,
    /// The address to download it from, as the service wrote it.
    pub download_url: String,
    /// The address for further operations.
    #[serde(default)]
    pub url: Option<String>,
    /// The address of its cover picture; empty unless the service transcodes.
    #[serde(default, deserialize_with = "loose::text_or_empty")]
    pub cover_url: String,
}

impl UploadVideo {
    pub(in crate::wanxiang) fn new(space: Space, content: Digests) -> UploadVideo {
        UploadVideo {
            space,
            content,
            file_name: "FileContent".into(),
            title: String::new(),
            description: String::new(),
            magic_context: String::new(),
        }
    }

    /// The name of the file in the form, of which only the last part is sent. Nothing is known to
    /// depend on it.
    pub fn file_name(mut self, name: impl Into<String>) -> UploadVideo {
        let path = name.into();
        let name = bare_name(&path);
        if !name.is_empty() {
            self.file_name = name.to_owned();
        }
        self
    }

    /// The title.
    pub fn title(mut self, text: impl Into<String>) -> UploadVideo {
        self.title = text.into();
        self
    }

    /// The description.
    pub fn description(mut self, text: impl Into<String>) -> UploadVideo {
        self.description = text.into();
        self
    }

    /// A text that the service passes on to the callback address, if one is set.
    pub fn magic_context(mut self, text: impl Into<String>) -> UploadVideo {
        self.magic_context = text.into();
        self
    }
}

impl Operation for UploadVideo {
    type Output = UploadedVideo;

    /// Texts as plain parts, and empty ones left out: the vendor's client sends them as files
    /// (section 12.11).
    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let given = |text: &'_ String| Some(text.clone()).filter(|text| !text.is_empty());
        let size = self.content.size();
        let form = Form::new(&stamp.nonce)
            .file_named("FileContent", &self.file_name, None, 0, 0..size)
            .text("Sha", self.content.sha1())
            .optional("Title", given(&self.title))
            .optional("Desc", given(&self.description))
            .optional("MagicContext", given(&self.magic_context));
        self.space
            .post_form(Target::New, "", form, Scheme::QCloud, stamp)
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<UploadedVideo, Error> {
        envelope::open(response)
    }

    fn repeatable(&self) -> bool {
        false
    }

    fn if_carried_out(&self) -> Option<&'static str> {
        Some("the video may have been stored, under an id that only the service knows")
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wanxiang::{
        DigestBuilder,
        tests::{answer, stamp, text, videos},
    };

    fn content() -> Digests {
        let mut digests = DigestBuilder::new();
        digests.update(b"video");
        digests.finish()
    }

    #[test]
    fn the_digest_and_the_texts_that_there_are_go_along() {
        let request = videos().upload(&content()).title("t").request(&stamp());
        let body = text(request.expect("a request").body());
        assert!(body.contains(content().sha1()), "{body}");
        assert!(body.contains("name=\"Title\"\r\n\r\nt\r\n"), "{body}");
        assert!(!body.contains("Desc"), "{body}");
    }

    #[test]
    fn a_cover_is_there_only_with_transcoding() {
        let parse = |cover: &str| {
            let body = format!(
                r#"{{"code":0,"data":{{"url":"u","download_url":"d","fileid":"1_ab"{cover}}}}}"#
            );
            videos()
                .upload(&content())
                .parse(&answer(200, body.leak()))
                .expect("a success")
                .cover_url
        };
        assert_eq!(parse(""), "");
        assert_eq!(parse(r#","cover_url":null"#), "");
        assert_eq!(parse(r#","cover_url":"c""#), "c");
    }
}
