use std::path::PathBuf;

use clap::Args;
use yunmei_core::vcloud::{
    Dialect,
    imagex::ServiceId,
    sts2::{Policy, Statement},
};

use super::{Purpose, StsCommand};
use crate::{exit::Failure, output::shown, vcloud};

/// A policy of one's own.
#[derive(Args, Debug)]
pub(super) struct Custom {
    /// Allow this action, such as vod:GetPlayInfo, where * stands for anything; may be repeated
    #[arg(long, value_name = "ACTION", value_parser = parse_action)]
    action: Vec<String>,
    /// Allow it on this resource, such as trn:vod::*:video_id/VID; may be repeated [default: all]
    #[arg(long, value_name = "RESOURCE", requires = "action")]
    resource: Vec<String>,
    /// Allow what this file says: a policy in JSON, or - for standard input
    #[arg(long, value_name = "FILE", conflicts_with_all = ["action", "resource"])]
    policy: Option<PathBuf>,
}

/// What the keys may do, as far as it does not depend on the dialect.
pub(super) enum Wanted<'a> {
    Policy(Policy),
    Upload,
    ImagexUpload(&'a [ServiceId]),
}

impl Wanted<'_> {
    pub(super) fn of(self, dialect: Dialect) -> Policy {
        match (self, dialect) {
            (Wanted::Policy(policy), _) => policy,
            (Wanted::Upload, Dialect::TtvCloud) => Policy::video_upload(),
            (Wanted::Upload, Dialect::Volcengine) => Policy::video_upload_volcengine(),
            (Wanted::ImagexUpload(services), Dialect::TtvCloud) => Policy::image_upload(services),
            (Wanted::ImagexUpload(services), Dialect::Volcengine) => {
                Policy::image_upload_volcengine(services, None, &[])
            }
        }
    }
}

impl StsCommand {
    /// `None` if the keys may do everything.
    pub(super) fn policy(&self) -> Result<Option<Wanted<'_>>, Failure> {
        if self.purpose.is_some() && self.custom.is_any() {
            return Err(Failure::Usage(
                "play, upload and imagex-upload say what the keys may do; --action, --resource and \
                 --policy go without them"
                    .to_owned(),
            ));
        }
        Ok(match &self.purpose {
            None => self.custom.policy()?.map(Wanted::Policy),
            Some(Purpose::Upload(_)) => Some(Wanted::Upload),
            Some(Purpose::ImagexUpload(upload)) => Some(Wanted::ImagexUpload(&upload.service_id)),
            Some(Purpose::Play(play)) => {
                let policy = Policy::video_play(&play.vids, &play.stream_type, &play.watermark);
                Some(Wanted::Policy(policy))
            }
        })
    }
}

impl Custom {
    pub(super) fn is_any(&self) -> bool {
        !self.action.is_empty() || self.policy.is_some()
    }

    fn policy(&self) -> Result<Option<Policy>, Failure> {
        if let Some(path) = &self.policy {
            let (name, text) = vcloud::read_object_text(path)?;
            return serde_json::from_str(&text)
                .map(Some)
                .map_err(|error| Failure::Usage(shown(&format!("{name}: is no policy: {error}"))));
        }
        let allow = || Statement::allow(self.action.clone(), self.resource.clone());
        Ok((!self.action.is_empty()).then(|| Policy::new([allow()])))
    }
}

/// A name in a policy: what would widen it, or end its field, is none.
pub(super) fn parse_name(text: &str) -> Result<String, &'static str> {
    let widens = |c: char| c.is_control() || c.is_whitespace() || "*/".contains(c);
    match text.is_empty() || text.contains(widens) {
        true => Err("must be a name, without * and /; none at all allows any"),
        false => Ok(text.to_owned()),
    }
}

fn parse_action(text: &str) -> Result<String, &'static str> {
    match text == "*" || text.contains(':') {
        true => Ok(text.to_owned()),
        false => Err("write it like vod:GetPlayInfo, or vod:* for all of a service"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_that_would_widen_a_policy_is_none() {
        assert_eq!(parse_name("v0abc"), Ok("v0abc".to_owned()));
        for bad in ["", "*", "v0*", "a/b", "a b"] {
            assert!(parse_name(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn an_action_names_its_service() {
        for good in ["*", "vod:*", "ImageX:ApplyImageUpload"] {
            assert_eq!(parse_action(good), Ok(good.to_owned()));
        }
        assert!(parse_action("GetPlayInfo").is_err());
    }
}
