use bytes::Bytes;
use http::{Request, Response, header};

use super::RedirectPlay;
use crate::{
    Operation, Payload, SignedUrl, Stamp,
    download::Address,
    error::{Error, InputError},
    vcloud::{Dialect, envelope},
};

/// Asks where a signed address leads, as a player does that follows it (section 7.3):
/// [`RedirectPlay::follow`].
///
/// ```text
/// GET /?Action=RedirectPlay&Version=2018-01-01&Vid=…&{signature}   answered with 302 and Location
/// ```
#[derive(Clone, Debug)]
pub struct FollowRedirect {
    play: RedirectPlay,
}

impl FollowRedirect {
    pub(super) fn new(play: RedirectPlay) -> FollowRedirect {
        FollowRedirect { play }
    }
}

impl Operation for FollowRedirect {
    type Output = SignedUrl;

    fn request(&self, stamp: &Stamp) -> Result<Request<Payload>, Error> {
        let url = self.play.url(stamp.now)?;
        let request = Request::get(url.expose()).body(Payload::empty());
        request.map_err(|_| InputError::AddressTooLong.into())
    }

    fn parse(&self, response: &Response<Bytes>) -> Result<SignedUrl, Error> {
        if !response.status().is_redirection() {
            // Never a success: that would be a video, or nothing.
            envelope::done(Dialect::TtvCloud.name(), response)?;
            return Err(envelope::unreadable(
                "neither a redirect nor a refusal",
                response,
            ));
        }
        let location = response.headers().get(header::LOCATION);
        let location = location.and_then(|value| value.to_str().ok());
        let url = SignedUrl::new(location.unwrap_or_default());
        match Address::new(url.clone()) {
            Ok(_) => Ok(url),
            Err(_) => {
                let problem = "a redirect to no address that can be followed";
                Err(envelope::unreadable_withheld(problem, response))
            }
        }
    }

    fn repeatable(&self) -> bool {
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vcloud::{
        played::{answer, query, stamp},
        vod::tests::vod,
    };

    fn follow() -> FollowRedirect {
        vod().redirect_play("v1").definition("720p").follow()
    }

    fn redirect(status: u16, location: &str) -> Response<Bytes> {
        let mut response = answer(status, "<html>");
        let location = location.parse().expect("a value");
        response.headers_mut().insert(header::LOCATION, location);
        response
    }

    #[test]
    fn the_signed_address_is_asked_for() {
        let request = follow().request(&stamp()).expect("a request");
        let signed = query(&request);
        assert!(
            signed.starts_with("Action=RedirectPlay&Version=2018-01-01&Vid=v1&Definition=720p")
        );
        assert!(signed.contains("&X-Amz-Signature="));
        assert!(!request.headers().contains_key("authorization"));
        assert!(vod().redirect_play("").follow().request(&stamp()).is_err());
    }

    #[test]
    fn what_it_leads_to_is_an_address_with_a_permission_in_it() {
        for status in [301, 302, 303, 307, 308] {
            let url = follow().parse(&redirect(status, "http://v.example.com/a.mp4?sign=canary"));
            let url = url.expect("an address");
            assert_eq!(url.expose(), "http://v.example.com/a.mp4?sign=canary");
            assert!(!format!("{url:?}").contains("canary"));
        }
    }

    #[test]
    fn what_leads_nowhere_is_an_error_with_the_request_id() {
        for nowhere in [
            redirect(302, "ftp://a/b"),
            redirect(302, "/relative"),
            answer(302, ""),
            answer(200, "the bytes of a video"),
            answer(200, r#"{"ResponseMetadata":{},"Result":{}}"#),
        ] {
            let error = follow().parse(&nowhere).expect_err("nowhere");
            assert!(matches!(error, Error::Response(_)), "{error}");
            assert!(error.to_string().contains("log id log"), "{error}");
        }
        let denied = r#"{"ResponseMetadata":{"Error":{"CodeN":100010}}}"#;
        let error = follow().parse(&answer(401, denied)).expect_err("refused");
        assert_eq!(error.service().map(|refusal| refusal.code()), Some(100_010));
    }
}
