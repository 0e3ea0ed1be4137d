//! What the holder of temporary keys may try.

use http::{Method, Request};
use yunmei_auth_server::policy::Operation;
use yunmei_core::{
    Timestamp,
    vcloud::{
        Credentials, Dialect, Parameters, Region, Scope, Service,
        sign::{BodyDigest, Signer, Unsigned},
        sts2::TemporaryKeys,
    },
};
use yunmei_emulator::{VcloudJudge, VcloudLeave};

use super::{
    run::{NOW, later},
    videos::Leave,
};

/// How many of the attacks each pair of keys is met with.
const ATTACKS: usize = 4;

/// Somebody with temporary keys.
pub(crate) struct Holder {
    pub(crate) credentials: Credentials,
    pub(crate) dialect: Dialect,
    pub(crate) expires: Timestamp,
}

/// A call that its signer may not be allowed.
pub(crate) type Attack = (Service, Method, Parameters);

/// A call by these parameters.
pub(crate) fn call(
    (service, method): (Service, Method),
    action: &'static str,
    version: &'static str,
    pairs: &[(&'static str, &str)],
) -> Attack {
    let parameters = pairs.iter().fold(
        Parameters::of_action(action, version),
        |all, (name, value)| all.with_repeated(*name, (*value).to_owned()),
    );
    (service, method, parameters)
}

impl Holder {
    pub(crate) fn new(keys: &TemporaryKeys, dialect: Dialect) -> Holder {
        Holder {
            credentials: keys.credentials().expect("keys"),
            dialect,
            expires: keys.expires(),
        }
    }

    /// A request, signed at this time.
    fn signed(&self, (service, method, query): &Attack, now: Timestamp) -> Request<Vec<u8>> {
        let scope = Scope::new(self.dialect, *service, Region::default()).expect("a scope");
        let signer = Signer::new(scope, self.credentials.clone());
        let unsigned = Unsigned {
            method,
            path: "/",
            query,
            host: "localhost",
            headers: &[],
            body: BodyDigest::EMPTY,
        };
        let headers = signer.sign_headers(&unsigned, now).expect("signed");
        let request = Request::builder()
            .method(method)
            .uri(format!("/?{}", query.encode()))
            .header("Host", "localhost");
        let request = (headers.iter()).fold(request, |all, (name, value)| all.header(name, value));
        request.body(Vec::new()).expect("a request")
    }

    /// Asserts that the keys do this until they end, that they end in time, and that of the attacks
    /// only those go through that do no harm.
    pub(crate) fn check(
        &self,
        own: &[Attack],
        attacks: &[Attack],
        lifetime: u64,
        is_allowed: impl Fn(&VcloudLeave) -> bool,
        judge: &VcloudJudge,
        number: usize,
    ) {
        // Less than a minute there is not.
        let ends = later(lifetime.max(60));
        assert_eq!(self.expires, ends);
        let before = later(lifetime.max(60) - 1);
        let own = &own[number % own.len()];
        for (time, serves) in [(before, true), (ends, false)] {
            judge.set_time(time);
            let verdict = judge.judge(self.signed(own, time));
            assert_eq!(verdict.is_ok(), serves, "{own:?}: {verdict:?}");
            let is_own = verdict.iter().all(&is_allowed);
            assert!(is_own, "{own:?}: {verdict:?}");
        }
        judge.set_time(NOW);
        for index in 0..ATTACKS {
            let attack = &attacks[(number * ATTACKS + index) % attacks.len()];
            if let Ok(allowed) = judge.judge(self.signed(attack, NOW)) {
                assert!(is_allowed(&allowed), "keys for {own:?} do {allowed:?}");
            }
        }
    }

    pub(crate) fn check_videos(&self, leave: &Leave, judge: &VcloudJudge, number: usize) {
        let (apply, commit) = match self.dialect {
            Dialect::TtvCloud => ("ApplyUpload", "CommitUpload"),
            Dialect::Volcengine => ("ApplyUploadInfo", "CommitUploadInfo"),
        };
        let is_allowed = |allowed: &VcloudLeave| {
            let (actions, resource) = match leave.operation {
                Operation::PlayKeys => (
                    ["vod:GetPlayInfo".to_owned(), String::new()],
                    format!("trn:vod::*:video_id/{}", leave.video),
                ),
                _ => (
                    [apply, commit].map(|action| format!("vod:{action}")),
                    format!("trn:vod:cn-north-1:*:space/{}", leave.space),
                ),
            };
            // How a video is played is free.
            actions.contains(&allowed.action) && allowed.resources.first() == Some(&resource)
        };
        let own = match leave.operation {
            Operation::PlayKeys => plays(leave.video),
            _ => uploads(self.dialect, leave.space),
        };
        self.check(
            &own,
            &attacks(leave),
            leave.lifetime,
            is_allowed,
            judge,
            number,
        );
    }
}

/// Calls to play a video, in both versions.
fn plays(video: &str) -> Vec<Attack> {
    let get = || (Service::Vod, Method::GET);
    vec![
        call(get(), "GetPlayInfo", "2019-03-15", &[("video_id", video)]),
        call(get(), "GetPlayInfo", "2020-08-01", &[("Vid", video)]),
        call(
            get(),
            "GetPlayInfo",
            "2020-08-01",
            &[("Vid", video), ("StreamType", "normal"), ("Watermark", "w")],
        ),
    ]
}

/// Calls to upload to a space.
fn uploads(dialect: Dialect, space: &str) -> Vec<Attack> {
    let (apply, commit, version) = match dialect {
        Dialect::TtvCloud => ("ApplyUpload", "CommitUpload", "2018-01-01"),
        Dialect::Volcengine => ("ApplyUploadInfo", "CommitUploadInfo", "2020-08-01"),
    };
    let space = [("SpaceName", space)];
    vec![
        call((Service::Vod, Method::GET), apply, version, &space),
        call((Service::Vod, Method::POST), commit, version, &space),
    ]
}

fn attacks(leave: &Leave) -> Vec<Attack> {
    let get = || (Service::Vod, Method::GET);
    let (space, video) = (leave.space, leave.video);
    // What would fit the pattern of a policy if an asterisk in it stood for more than a field.
    let long_space = format!("elsewhere:space/{space}");
    let (long_video, marked) = (format!("v8:video_id/{video}"), "v8:watermark/x");
    let mut attacks = Vec::new();
    for space in [
        "example-space",
        "other-space",
        "example-space2",
        "*",
        "",
        &long_space,
    ] {
        attacks.extend(Dialect::ALL.into_iter().flat_map(|one| uploads(one, space)));
    }
    for video in ["v1", "v2", "v9", "v10", "*", "", marked, &long_video] {
        attacks.extend(plays(video));
    }
    let both = [("Vid", video), ("video_id", video), ("Vid", "v8")];
    let other = [("Vid", "v8"), ("Vid", video), ("video_id", video)];
    let spaces = [("SpaceName", "elsewhere"), ("SpaceName", space)];
    attacks.extend([
        call(get(), "GetPlayInfo", "2020-08-01", &other),
        call(
            get(),
            "GetPlayInfo",
            "2019-03-15",
            &[("video_id", "v8"), ("video_id", video)],
        ),
        call(get(), "GetPlayInfo", "2019-03-15", &both[..1]),
        call(get(), "ApplyUpload", "2018-01-01", &spaces),
        call(get(), "ApplyUploadInfo", "2020-08-01", &spaces),
        call(get(), "GetOriginVideoPlayInfo", "2018-01-01", &both),
        call(get(), "RedirectPlay", "2018-01-01", &both),
        call(get(), "UpdateMediaInfo", "2020-08-01", &both),
        call(get(), "UpdateMediaPublishStatus", "2020-08-01", &both),
        call(get(), "StartWorkflow", "2020-08-01", &both),
        call(get(), "UploadMediaByUrl", "2018-01-01", &spaces[1..]),
        call(get(), "GetCdnDomainWeights", "2019-07-01", &spaces[1..]),
        call(get(), "QueryUploadTaskInfo", "2020-08-01", &[]),
        call((Service::Iam, Method::GET), "ListUsers", "2018-01-01", &[]),
        call(
            (Service::ImageX, Method::GET),
            "ApplyImageUpload",
            "2018-08-01",
            &[("ServiceId", "example-service")],
        ),
    ]);
    attacks
}
