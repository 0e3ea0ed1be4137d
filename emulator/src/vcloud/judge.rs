//! Requests judged, and not carried out.

use std::io;

use http::Request;
use yunmei_core::{Timestamp, vcloud::Parameters};

use super::{
    Manners, Metadata, Vcloud, VcloudAccount,
    action::{self, Action},
    answer::Refusal,
    asked::Asked,
    named,
};
use crate::{still_clock::StillClock, storage::Storage};

/// Says what the emulator would say to signed requests of TTVcloud and of its successor: for tests of
/// whoever hands out tokens and temporary keys.
pub struct VcloudJudge {
    vcloud: Vcloud,
    clock: StillClock,
}

/// What a request would be let do, as the emulator reads it.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct VcloudLeave {
    /// The action, such as `vod:GetPlayInfo`.
    pub action: String,
    /// What it is about, as policies name it (dossier of TTVcloud, section 6.4).
    pub resources: Vec<String>,
    /// The parameters that count: what is not signed is not among them.
    pub parameters: Parameters,
}

impl VcloudJudge {
    /// Judges for this account, at this time.
    ///
    /// # Errors
    ///
    /// What the system says if there are no random numbers.
    pub fn new(account: VcloudAccount, now: Timestamp) -> io::Result<VcloudJudge> {
        let clock = StillClock::new(now);
        let (manners, storage) = (Manners::default(), Storage::memory());
        let vcloud = Vcloud::open(account, manners, 0, clock.clock(), &storage)?;
        Ok(VcloudJudge { vcloud, clock })
    }

    /// Judges at this time from here on.
    pub fn set_time(&self, now: Timestamp) {
        self.clock.set(now);
    }

    /// What a request may do, by its signature, and by its session token and the policy in that. What
    /// the account has is not looked at.
    ///
    /// # Errors
    ///
    /// The service's code, as a word.
    pub fn judge(&self, request: Request<Vec<u8>>) -> Result<VcloudLeave, String> {
        let (parts, body) = request.into_parts();
        let query = Parameters::decode(parts.uri.query().unwrap_or_default());
        let judged = query
            .ok_or_else(|| Refusal::invalid("Query", "this is no UTF-8"))
            .and_then(|query| {
                let (name, version) = named(&query)?;
                let known = action::find(&name, &version);
                let mut metadata = Metadata::default();
                let asked = (self.vcloud).authorized(&parts, query, body, &known, &mut metadata)?;
                let row = known.iter().find(|(service, _)| *service == asked.service);
                Ok(leave(&asked, row.map(|(_, row)| *row)))
            });
        judged.map_err(|refusal| refusal.code)
    }
}

fn leave(asked: &Asked, row: Option<&Action>) -> VcloudLeave {
    VcloudLeave {
        action: format!("{}:{}", asked.service, asked.action),
        resources: row.map_or_else(Vec::new, |row| (row.resources)(asked)),
        parameters: asked.query.clone(),
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use yunmei_core::{
        Nonce, Stamp,
        vcloud::{
            Dialect, Region, Scope, Service,
            sign::Signer,
            sts2::{Issuer, Policy},
        },
    };

    use super::*;

    const NOW: Timestamp = Timestamp::from_seconds(1_795_325_332);

    fn judged(pairs: &[(&'static str, &'static str)]) -> Result<VcloudLeave, String> {
        let account = VcloudAccount::made_up().expect("an account");
        let issuer = Issuer::new(account.credentials()).expect("an issuer");
        let policy = Policy::image_upload_volcengine(&["example-service"], Some("a/*"), &[]);
        let stamp = Stamp::new(NOW, Nonce::from_bytes([7; 32]));
        let keys = issuer.issue(Some(&policy), Duration::from_secs(60), &stamp);
        let keys = keys.and_then(|keys| keys.credentials()).expect("keys");
        let scope = Scope::new(Dialect::Volcengine, Service::ImageX, Region::default());
        let signer = Signer::new(scope.expect("a scope"), keys);
        let query = Parameters::of_action("ApplyImageUpload", "2018-08-01");
        let query = pairs
            .iter()
            .fold(query.with("ServiceId", "example-service"), |query, pair| {
                query.with(pair.0, pair.1)
            });
        let query = signer.sign_query(&http::Method::GET, "/", &query, NOW);
        let request = Request::get(format!("/?{}", query.expect("signed").expose()));
        let judge = VcloudJudge::new(account, NOW).expect("a judge");
        judge.judge(request.body(Vec::new()).expect("a request"))
    }

    #[test]
    fn keys_that_limit_names_upload_under_no_other_and_under_none_that_is_made_up() {
        for allowed in [
            ("StoreKeys", "a/x.png"),
            ("Prefix", "a"),
            ("Prefix", "a/b/"),
        ] {
            let leave = judged(&[allowed]).expect("allowed");
            assert_eq!(leave.action, "ImageX:ApplyImageUpload", "{allowed:?}");
        }
        let made_up: [&[_]; 5] = [
            &[],
            &[("StoreKeys", "b/x.png")],
            &[("StoreKeys", "b/x:StoreKeys/a/y")],
            &[("Prefix", "b")],
            &[("Prefix", "a2")],
        ];
        for refused in made_up {
            assert!(judged(refused).is_err(), "{refused:?}");
        }
    }
}
