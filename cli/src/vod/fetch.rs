use tokio::io::AsyncWrite;
use yunmei_core::{error::ServiceErrorKind, vcloud::vod::FetchVideo, wanxiang::DigestBuilder};

use super::play::Playable;
use crate::{
    exit::Failure,
    output::shown,
    transfer::{Measured, progress},
    vcloud::Account,
};

/// One stream to download.
pub(super) struct Fetch<'a> {
    account: &'a Account<'a>,
    vid: &'a str,
    stream: &'a Playable,
    download: FetchVideo,
}

impl<'a> Fetch<'a> {
    pub(super) fn new(
        account: &'a Account<'a>,
        vid: &'a str,
        stream: &'a Playable,
    ) -> Result<Fetch<'a>, Failure> {
        let download = FetchVideo::new(stream.url.clone());
        Ok(Fetch {
            account,
            vid,
            stream,
            download: download.map_err(|error| Failure::operation(vid, error))?,
        })
    }

    /// Downloads, and compares with what the service says of the stream. Returns the length.
    pub(super) async fn checked(
        &self,
        out: &mut (dyn AsyncWrite + Send + Unpin),
    ) -> Result<u64, Failure> {
        let size = self.stream.size;
        let limit = size.unwrap_or(u64::MAX);
        let mut out = Measured::new(out, DigestBuilder::new(), limit);
        let client = &self.account.session.client;
        let downloaded =
            progress::download(client, self.download.clone(), &mut out, self.vid).await;
        if out.is_exceeded() {
            return Err(self.other("the service sends more than it announced".to_owned()));
        }
        downloaded.map_err(|error| {
            let gone = error.kind() == Some(ServiceErrorKind::Denied);
            let failure = Failure::operation(self.vid, error);
            match gone {
                true => failure.advised("addresses serve for a while only: ask again"),
                false => failure,
            }
        })?;
        let (digests, length) = out.finish();
        let digests = digests.finish();
        let expected = Some(self.stream.md5.as_str()).filter(|md5| is_md5(md5));
        let same = expected.is_none_or(|md5| md5.eq_ignore_ascii_case(digests.md5()));
        if !same || size.is_some_and(|size| size != length) {
            return Err(self.other(format!(
                "what arrived is not what the service has: {length} bytes with MD5 {}; the service \
                 has {} bytes with MD5 {}",
                digests.md5(),
                size.map_or_else(|| "?".to_owned(), |size| size.to_string()),
                expected.unwrap_or("unknown"),
            )));
        }
        Ok(length)
    }

    fn other(&self, problem: String) -> Failure {
        Failure::Content(shown(&format!("{}: {problem}", self.vid)))
    }
}

/// What is no MD5 is another kind of digest, or none.
fn is_md5(text: &str) -> bool {
    text.len() == 32 && text.bytes().all(|byte| byte.is_ascii_hexdigit())
}
