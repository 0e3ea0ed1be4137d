use super::FollowRedirect;
use crate::{
    SignedUrl, Timestamp,
    error::InputError,
    vcloud::{Dialect, Parameters, call::filled, caller::Caller},
};

/// Makes an address that leads whoever follows it to the video (section 7.3):
/// [`Vod::redirect_play`](super::Vod::redirect_play).
///
/// ```text
/// https://{host}/?Action=RedirectPlay&Version=2018-01-01&Vid=…&{signature}
/// ```
///
/// Nothing is sent: see [`RedirectPlay::follow`] for that. The address has the scheme of the handle's endpoint; the reference always writes
/// http (section 14, defect 19).
#[derive(Clone, Debug)]
pub struct RedirectPlay {
    caller: Caller,
    vid: String,
    definition: Option<String>,
    watermark: Option<String>,
    lifetime: Option<u64>,
}

impl RedirectPlay {
    pub(super) fn new(caller: Caller, vid: String) -> RedirectPlay {
        RedirectPlay {
            caller,
            vid,
            definition: None,
            watermark: None,
            lifetime: None,
        }
    }

    /// To the stream of this definition, such as `720p`.
    pub fn definition(mut self, definition: impl Into<String>) -> RedirectPlay {
        self.definition = Some(definition.into());
        self
    }

    /// To the stream with this watermark.
    pub fn watermark(mut self, watermark: impl Into<String>) -> RedirectPlay {
        self.watermark = Some(watermark.into());
        self
    }

    /// Serves for so many seconds; without, for 15 minutes.
    pub fn lifetime(mut self, seconds: u64) -> RedirectPlay {
        self.lifetime = Some(seconds);
        self
    }

    /// Asks where the address leads; [`FetchVideo`](super::FetchVideo) goes there.
    pub fn follow(self) -> FollowRedirect {
        FollowRedirect::new(self)
    }

    /// The address, signed for `now`.
    ///
    /// # Errors
    ///
    /// [`InputError::Parameter`] without a video; [`InputError::QueryExpiry`] for a lifetime out of
    /// bounds; [`InputError::NoSuchAction`] of Volcengine; [`InputError::Time`] after the year 9999.
    pub fn url(&self, now: Timestamp) -> Result<SignedUrl, InputError> {
        let dialect = self.caller.dialect();
        if dialect == Dialect::Volcengine {
            let action = "RedirectPlay";
            return Err(InputError::NoSuchAction { action });
        }
        filled("Vid", &self.vid)?;
        let mut query =
            Parameters::of_action("RedirectPlay", "2018-01-01").with("Vid", self.vid.clone());
        for (name, value) in [
            ("Definition", &self.definition),
            ("Watermark", &self.watermark),
        ] {
            if let Some(value) = value {
                query.set(name, value.clone());
            }
        }
        if let Some(seconds) = self.lifetime {
            query = query.with_number(dialect.expires_name(), seconds);
        }
        self.caller
            .signer()
            .sign_url(self.caller.endpoint(), &query, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::vcloud::{
        played::stamp,
        vod::tests::{successor, vod},
    };

    #[test]
    fn the_address_has_the_scheme_of_the_endpoint_and_is_not_printed_whole() {
        let play = vod().redirect_play("v1").definition("720p").watermark("");
        let url = play.lifetime(60).url(stamp().now).expect("an address");
        assert!(
            url.expose().starts_with(
                "https://vod.bytedanceapi.com/?Action=RedirectPlay&Version=2018-01-01&Vid=v1\
                 &Definition=720p&Watermark=&X-Amz-Expires=60&X-Amz-Date="
            ),
            "{}",
            url.expose()
        );
        assert!(!format!("{url:?}").contains("Signature"));
    }

    #[test]
    fn what_cannot_be_played_is_refused() {
        let now = stamp().now;
        let refused = |play: RedirectPlay| play.url(now).map(|_| ()).expect_err("refused");
        assert!(matches!(
            refused(vod().redirect_play("")),
            InputError::Parameter { .. }
        ));
        assert!(matches!(
            refused(vod().redirect_play("v1").lifetime(0)),
            InputError::QueryExpiry { .. }
        ));
        assert!(matches!(
            refused(successor().redirect_play("v1")),
            InputError::NoSuchAction { .. }
        ));
    }
}
