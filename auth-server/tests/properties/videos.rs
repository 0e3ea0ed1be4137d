//! Videos: tokens to upload and to play with, and temporary keys for the same.

use http::{Method, Request};
use proptest::{
    option::weighted,
    sample::{select, subsequence},
    strategy::Strategy,
    test_runner::TestRunner,
};
use yunmei_auth_server::{
    policy::{Asked, Operation, Policy, Service},
    sign::{Accounts, Signatory, VcloudAccount},
};
use yunmei_core::vcloud::{Credentials, Dialect, Region, imagex::ServiceId};
use yunmei_emulator::{VcloudAccount as Account, VcloudJudge};

use super::{
    claims::{self, Who},
    keys::Holder,
    rules::policy,
    run::{NOW, count, made, run, stamp, turn},
    tokens,
};

/// How many policies are made up.
const POLICIES: usize = 60;

/// What somebody may ask to play. The last ones are ids of no video.
const VIDEOS: [&str; 10] = [
    "v1", "v2", "v3", "v9", "V1", "v10", "*", "v*", "v1/../v9", "",
];

/// A rule about videos.
#[derive(Clone, Debug)]
pub(crate) struct Rule {
    space: &'static str,
    videos: Vec<&'static str>,
    operations: Vec<Operation>,
    lifetime: u64,
    types: Vec<&'static str>,
    is_demanding: bool,
}

/// What is asked for.
#[derive(Clone, Debug)]
pub(crate) struct Asking {
    policy: usize,
    pub(crate) who: Who,
    pub(crate) operation: Operation,
    pub(crate) space: Option<&'static str>,
    pub(crate) video: Option<&'static str>,
    pub(crate) kind: Option<&'static str>,
    pub(crate) lifetime: Option<u64>,
}

/// What the first rule that lets it through says of it.
#[derive(Clone, Debug)]
pub(crate) struct Leave {
    pub(crate) dialect: Dialect,
    pub(crate) operation: Operation,
    pub(crate) space: &'static str,
    pub(crate) video: &'static str,
    pub(crate) kind: Option<&'static str>,
    pub(crate) lifetime: u64,
}

struct World {
    policies: Vec<(Vec<Rule>, Dialect, Policy, Signatory)>,
    judge: VcloudJudge,
}

impl Rule {
    fn toml(&self, number: usize) -> String {
        let names: Vec<_> = self.operations.iter().map(|one| one.as_str()).collect();
        let has = |all: &[Operation]| all.iter().any(|one| self.operations.contains(one));
        let uploads = has(&[Operation::Upload, Operation::UploadKeys]);
        let when = |holds: bool, line: String| if holds { line } else { String::new() };
        [
            format!(
                "[[rules]]\nname = \"vod {number}\"\nservice = \"vod\"\noperations = {names:?}\n"
            ),
            format!(
                "lifetime = {}\nrequests_a_minute = 4000000000\n",
                self.lifetime
            ),
            when(uploads, format!("space = {:?}\n", self.space)),
            when(
                uploads && !self.types.is_empty(),
                format!("types = {:?}\n", self.types),
            ),
            when(
                has(&[Operation::Play, Operation::PlayKeys]),
                format!("videos = {:?}\n", self.videos),
            ),
            when(
                self.is_demanding,
                "claims = { scopes = \"open\" }\n".to_owned(),
            ),
        ]
        .concat()
    }

    fn has_video(&self, who: &Who, video: &str) -> bool {
        // Ids are letters, digits, hyphens and underscores: an asterisk is the id of nothing.
        let is_id = !video.is_empty() && !video.contains(['*', '/']);
        is_id
            && self.videos.iter().any(|one| match *one {
                "{videos}" => who.has_video(video),
                "*" => true,
                one => one == video,
            })
    }
}

impl Asking {
    /// Mostly for what one of the rules is about, since little would be signed otherwise.
    pub(crate) fn near(mut self, rules: &[Rule], number: usize) -> Asking {
        let rule = turn(rules, number);
        if !number.is_multiple_of(5) {
            self.operation = turn(&rule.operations, number / 5);
        }
        self
    }

    pub(crate) fn leave(&self, rules: &[Rule], dialect: Dialect) -> Option<Leave> {
        rules.iter().find_map(|rule| self.leave_by(rule, dialect))
    }

    fn leave_by(&self, rule: &Rule, dialect: Dialect) -> Option<Leave> {
        let plays = matches!(self.operation, Operation::Play | Operation::PlayKeys);
        let uploads = |one: &Operation| matches!(one, Operation::Upload | Operation::UploadKeys);
        let has_space = rule.operations.iter().any(uploads);
        let lifetime = self.lifetime.unwrap_or(rule.lifetime);
        let is_typed =
            rule.types.is_empty() || self.kind.is_some_and(|kind| rule.types.contains(&kind));
        let fits = rule.operations.contains(&self.operation)
            && (!rule.is_demanding || self.who.has_scope("open"))
            && self
                .space
                .is_none_or(|space| has_space && space == rule.space)
            && (!plays
                || self
                    .video
                    .is_some_and(|video| rule.has_video(&self.who, video)))
            && (plays || is_typed)
            && (1..=rule.lifetime).contains(&lifetime);
        fits.then(|| Leave {
            dialect,
            operation: self.operation,
            space: rule.space,
            video: self.video.unwrap_or_default(),
            kind: self.kind,
            lifetime,
        })
    }
}

pub(crate) fn rules(dialect: Dialect) -> impl Strategy<Value = Vec<Rule>> {
    // Volcengine has no tokens to upload with.
    let all = Service::Vod.operations();
    let operations: Vec<_> = (all.iter().copied())
        .filter(|one| dialect == Dialect::TtvCloud || *one != Operation::Upload)
        .collect();
    let videos = [
        vec!["{videos}"],
        vec!["{videos}", "v9"],
        vec!["v9"],
        vec!["*"],
    ];
    let types = [vec![], vec![], vec!["video"], vec!["image", "video"]];
    let count = operations.len();
    let rule = (
        select(&["example-space", "example-space", "other-space"][..]),
        select(videos.to_vec()),
        subsequence(operations, 1..=count),
        // Temporary keys live for a minute at least.
        select(vec![60_u64, 60, 600, 86_400]),
        select(types.to_vec()),
        proptest::bool::weighted(0.3),
    );
    let rule = rule.prop_map(
        |(space, videos, operations, lifetime, types, is_demanding)| Rule {
            space,
            videos,
            operations,
            lifetime,
            types,
            is_demanding,
        },
    );
    proptest::collection::vec(rule, 1..=3)
}

pub(crate) fn asking() -> impl Strategy<Value = Asking> {
    let lifetimes = vec![0, 1, 59, 60, 60, 61, 86_400, 86_401, u64::MAX];
    let asking = (
        0..POLICIES,
        claims::who(),
        select(Service::Vod.operations()),
        weighted(0.3, select(&["example-space", "other-space", "*"][..])),
        weighted(0.95, select(&VIDEOS[..])),
        weighted(0.5, select(&["video", "image", "object"][..])),
        weighted(0.3, select(lifetimes)),
    );
    asking.prop_map(
        |(policy, who, operation, space, video, kind, lifetime)| Asking {
            policy,
            who,
            operation,
            space,
            video,
            kind,
            lifetime,
        },
    )
}

pub(crate) fn account(dialect: Dialect) -> VcloudAccount {
    VcloudAccount {
        dialect,
        region: Region::default(),
        credentials: Credentials::new("AKLTEXAMPLE", "the secret key").expect("keys"),
        endpoint: None,
    }
}

/// Judges both: what the account has is not looked at.
pub(crate) fn judge() -> VcloudJudge {
    let VcloudAccount {
        region,
        credentials,
        ..
    } = account(Dialect::TtvCloud);
    let service = ServiceId::new("example-service").expect("an id");
    let account = Account::new(credentials, region, "example-space", service);
    VcloudJudge::new(account.expect("an account"), NOW).expect("a judge")
}

/// These rules as a part of a policy.
pub(crate) fn written(rules: &[Rule]) -> String {
    let rules = rules.iter().enumerate();
    rules.map(|(number, rule)| rule.toml(number)).collect()
}

fn world(runner: &mut TestRunner) -> World {
    let policies = (0..POLICIES).map(|number| {
        let dialect = turn(&Dialect::ALL, number);
        let accounts = Accounts {
            vcloud: Some(account(dialect)),
            ..Accounts::default()
        };
        let rules = made(&rules(dialect), runner);
        let policy = policy(&written(&rules));
        let signatory = Signatory::new(&policy, &accounts).expect("a signatory");
        (rules, dialect, policy, signatory)
    });
    World {
        policies: policies.collect(),
        judge: judge(),
    }
}

#[test]
fn no_token_and_no_keys_reach_another_space_or_another_video() {
    let number = count() / 10;
    let signed = run(number, asking, world, |world, asking, number| {
        let (rules, dialect, policy, signatory) = &world.policies[asking.policy];
        let asking = asking.near(rules, number);
        let mut asked = Asked::new(Service::Vod, asking.operation);
        asked.place = asking.space.map(str::to_owned);
        asked.video = asking.video.map(str::to_owned);
        asked.media_type = asking.kind.map(str::to_owned);
        asked.lifetime = asking.lifetime;
        let Ok(granted) = policy.decide(&asking.who.claims(), &asked) else {
            return false;
        };
        let answer = signatory.sign(&granted, &stamp(number)).expect("signed");
        let leave = asking.leave(rules, *dialect);
        let leave = leave.unwrap_or_else(|| panic!("{asking:?} is signed, under {rules:#?}"));
        match &answer.keys {
            Some(keys) => {
                Holder::new(keys, *dialect).check_videos(&leave, &world.judge, number);
            }
            None => {
                let next = answer.next.as_ref().map(|step| step.url.expose());
                tokens::check(&leave, answer.url.expose(), next, &world.judge, number);
                tokens::check_wrapped(&answer);
            }
        }
        true
    });
    assert!(signed > number / 10, "{signed} of {number} were signed");
}

/// A request with this query, and nothing else.
pub(crate) fn asks(method: &Method, query: &str) -> Request<Vec<u8>> {
    let request = Request::builder().method(method).uri(format!("/?{query}"));
    request.body(Vec::new()).expect("a request")
}
