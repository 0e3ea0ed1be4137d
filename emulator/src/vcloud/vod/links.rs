//! Addresses at which videos are played: for a while, and only as they were given out.

use base64::{Engine, engine::general_purpose::STANDARD};
use hmac::{Hmac, KeyInit, Mac};
use percent_encoding::{AsciiSet, NON_ALPHANUMERIC, utf8_percent_encode};
use sha1::Sha1;
use yunmei_core::{Secret, Timestamp, vcloud::Parameters};

use super::{Vod, store::Video};
use crate::{random, vcloud::answer::Refusal};

/// How long they serve, in seconds.
const LIFETIME: u64 = 86_400;
/// What stays in a path.
const PATH: &AsciiSet = &NON_ALPHANUMERIC
    .remove(b'-')
    .remove(b'_')
    .remove(b'.')
    .remove(b'~')
    .remove(b'/')
    .remove(b':');

/// How an address is to look.
#[derive(Clone, Copy, Default)]
pub(super) struct Form {
    pub(super) https: bool,
    pub(super) base64: bool,
}

impl Vod {
    /// Where a video is played.
    pub(super) fn play_url(
        &self,
        authority: &str,
        video: &Video,
        form: Form,
        now: Timestamp,
    ) -> String {
        let expires = now.seconds().saturating_add(LIFETIME);
        let signature = self.play_signature(&video.uri, &video.vid, expires);
        let scheme = if form.https { "https" } else { "http" };
        let path = utf8_percent_encode(&video.uri, PATH);
        let vid = &video.vid;
        let url =
            format!("{scheme}://{authority}/{path}?vid={vid}&expires={expires}&play={signature}");
        match form.base64 {
            true => STANDARD.encode(url),
            false => url,
        }
    }

    /// The id of the video that may be played at an address.
    pub(super) fn admitted(
        &self,
        uri: &str,
        query: &Parameters,
        now: Timestamp,
    ) -> Result<String, Refusal> {
        let value = |name| query.value(name).unwrap_or_default();
        let (vid, expires) = (value("vid"), value("expires").parse().unwrap_or(0));
        let expected = Secret::new(self.play_signature(uri, vid, expires));
        match expected.matches(value("play")) {
            false => Err(Refusal::denied(
                "the address is not as it was given out: vid, expires and play belong to it",
            )),
            true if expires < now.seconds() => Err(Refusal::denied("the address has expired")),
            true => Ok(vid.to_owned()),
        }
    }

    fn play_signature(&self, uri: &str, vid: &str, expires: u64) -> String {
        let mut mac: Hmac<Sha1> = Hmac::new_from_slice(self.play_key.expose().as_bytes())
            .expect("an HMAC key may have any length");
        mac.update(format!("play\n{uri}\n{vid}\n{expires}").as_bytes());
        random::to_hex(&mac.finalize().into_bytes())
    }
}

/// Where a poster is, as it is stored.
pub(super) fn poster_url(authority: &str, uri: &str) -> String {
    match uri {
        "" => String::new(),
        uri => {
            let path = utf8_percent_encode(uri, PATH);
            format!("http://{authority}/{path}~tplv-vod-noop.image")
        }
    }
}
