use std::time::Duration;

use yunmei_core::{
    Endpoint, SignedUrl, Stamp, Timestamp, Token,
    vcloud::{
        self, Dialect, Parameters,
        sts2::{Issuer, MINIMUM_LIFETIME, Policy, Statement, TemporaryKeys},
        tokens,
    },
};

use super::{Answer, NextStep, SignError, VcloudAccount};
use crate::policy::{Granted, Operation, Rule, Target};

/// Ready to sign for video on demand.
#[derive(Debug)]
pub(super) struct Vod {
    vod: vcloud::vod::Vod,
    keys: Keys,
    /// To upload to the space of the rule.
    upload_policy: Option<Policy>,
    space: Option<String>,
    dialect: Dialect,
}

/// What makes temporary keys.
#[derive(Debug)]
pub(super) struct Keys {
    issuer: Issuer,
    dialect: Dialect,
}

impl Vod {
    pub(super) fn new(
        account: &VcloudAccount,
        space: Option<&str>,
        rule: &Rule,
    ) -> Result<Vod, String> {
        let VcloudAccount {
            dialect, region, ..
        } = account;
        if *dialect == Dialect::Volcengine && rule.operations().contains(&Operation::Upload) {
            return Err("Volcengine has no tokens to upload with: use upload-keys".into());
        }
        let vod = vcloud::vod::Vod::new(*dialect, region.clone(), account.credentials.clone());
        let vod = vod.map_err(|error| error.to_string())?;
        let vod = match &account.endpoint {
            Some(endpoint) => vod.at(endpoint.clone()),
            None => vod,
        };
        let actions = match dialect {
            Dialect::TtvCloud => ["vod:ApplyUpload", "vod:CommitUpload"],
            Dialect::Volcengine => ["vod:ApplyUploadInfo", "vod:CommitUploadInfo"],
        };
        let upload_policy = space.map(|space| {
            let resource = format!("trn:vod:{}:*:space/{space}", region.as_str());
            Policy::new([Statement::allow(actions, [resource])])
        });
        Ok(Vod {
            vod,
            keys: Keys::new(account, rule)?,
            upload_policy,
            space: space.map(str::to_owned),
            dialect: *dialect,
        })
    }

    pub(super) fn sign(&self, granted: &Granted<'_>, stamp: &Stamp) -> Result<Answer, SignError> {
        match (granted.operation, &granted.target) {
            (Operation::Upload, _) => self.upload(granted, stamp.now),
            (Operation::Play, Target::Video(video)) => {
                self.play(video, granted.lifetime, stamp.now)
            }
            (Operation::PlayKeys, Target::Video(video)) => {
                let policy = Policy::video_play(&[video.as_str()], &[], &[]);
                self.keys
                    .issue(&policy, granted.lifetime, self.vod.endpoint(), stamp)
            }
            (Operation::UploadKeys, _) => {
                let policy = self.upload_policy.as_ref().ok_or(SignError::NoSuchRule)?;
                self.keys
                    .issue(policy, granted.lifetime, self.vod.endpoint(), stamp)
            }
            _ => Err(SignError::NoSuchRule),
        }
    }

    fn upload(&self, granted: &Granted<'_>, now: Timestamp) -> Result<Answer, SignError> {
        let space = self.space.clone().ok_or(SignError::NoSuchRule)?;
        let mut parameters = self.lasting(granted.lifetime).with("SpaceName", space);
        if let Some(kind) = &granted.media_type {
            parameters.set("FileType", kind.clone());
        }
        let token = self.vod.signer().upload_token(&parameters, now)?;
        let address = |name| self.address(&token, name);
        let (apply, commit) = (address("ApplyUploadToken"), address("CommitUploadToken"));
        let mut answer = Answer::new(token.clone(), "GET", apply, now, granted.lifetime);
        answer.next = Some(NextStep {
            method: "POST",
            url: SignedUrl::new(commit),
        });
        Ok(answer)
    }

    fn play(&self, video: &str, lifetime: u64, now: Timestamp) -> Result<Answer, SignError> {
        let name = match self.dialect {
            Dialect::TtvCloud => "video_id",
            Dialect::Volcengine => "Vid",
        };
        let parameters = self.lasting(lifetime).with(name, video.to_owned());
        let token = self.vod.signer().play_token(&parameters, now)?;
        let url = self.address(&token, "GetPlayInfoToken");
        Ok(Answer::new(token, "GET", url, now, lifetime))
    }

    fn lasting(&self, lifetime: u64) -> Parameters {
        Parameters::new().with_number(self.dialect.expires_name(), lifetime)
    }

    /// Where one of the signed queries of a token goes.
    fn address(&self, token: &Token, name: &str) -> String {
        let query = tokens::unwrap(token.expose(), name);
        let query = query.as_ref().map_or("", Token::expose);
        format!("{}/?{query}", self.vod.endpoint())
    }
}

impl Keys {
    pub(super) fn new(account: &VcloudAccount, rule: &Rule) -> Result<Keys, String> {
        let makes_keys =
            |one: &Operation| matches!(one, Operation::UploadKeys | Operation::PlayKeys);
        let minimum = MINIMUM_LIFETIME.as_secs();
        if rule.operations().iter().any(makes_keys) && rule.lifetime() < minimum {
            return Err(format!(
                "temporary keys live for {minimum} seconds at least"
            ));
        }
        Ok(Keys {
            issuer: Issuer::new(&account.credentials).map_err(|error| error.to_string())?,
            dialect: account.dialect,
        })
    }

    pub(super) fn issue(
        &self,
        policy: &Policy,
        lifetime: u64,
        endpoint: &Endpoint,
        stamp: &Stamp,
    ) -> Result<Answer, SignError> {
        let lifetime = Duration::from_secs(lifetime);
        let keys: TemporaryKeys = self.issuer.issue(Some(policy), lifetime, stamp)?;
        let token = keys.session_token().clone();
        let header = (self.dialect.session_token_name(), token.clone());
        let mut answer = Answer::new(token, "GET", endpoint.to_string(), stamp.now, 0);
        answer.headers.push(header);
        answer.expires = keys.expires();
        answer.keys = Some(keys);
        Ok(answer)
    }
}
