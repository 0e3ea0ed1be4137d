//! Tokens of the photo repair: bound to nothing, so it counts who gets one.

use proptest::{option::weighted, sample::select, strategy::Strategy, test_runner::TestRunner};
use yunmei_auth_server::{
    path::SafePath,
    policy::{Asked, Operation, Policy, Service},
    sign::{Accounts, FangtangAccount, Signatory},
};
use yunmei_core::{Secret, fangtang::ThirdCode};
use yunmei_emulator::{FangtangAccount as Account, FangtangJudge};

use super::{
    claims::{self, Who},
    rules::policy,
    run::{NOW, count, later, run, stamp},
};

/// How long the emulator takes a token, from its time on.
const AGE: u64 = 300;

pub(crate) const RULES: &str = r#"
[[rules]]
name = "photos"
claims = { scopes = "open", team = "red" }
service = "photo"
operations = ["token"]
size_limit = 1000
types = ["image/png"]
requests_a_minute = 4000000000
"#;

struct World {
    policy: Policy,
    signatory: Signatory,
    judge: FangtangJudge,
    /// Of a partner with the same id, and another key.
    other: FangtangJudge,
}

#[derive(Debug)]
pub(crate) struct Asking {
    pub(crate) who: Who,
    operation: Operation,
    pub(crate) size: Option<u64>,
    pub(crate) kind: Option<&'static str>,
    place: Option<&'static str>,
    path: Option<&'static str>,
    lifetime: Option<u64>,
}

pub(crate) fn account() -> FangtangAccount {
    FangtangAccount {
        third_code: ThirdCode::new("partner").expect("an id"),
        secret_key: Secret::new("the secret key"),
        endpoint: None,
    }
}

pub(crate) fn judge(key: &str) -> FangtangJudge {
    let account = Account::new(account().third_code, Secret::new(key));
    FangtangJudge::new(account.expect("an account"), NOW).expect("a judge")
}

fn world(_: &mut TestRunner) -> World {
    let policy = policy(RULES);
    let accounts = Accounts {
        fangtang: Some(account()),
        ..Accounts::default()
    };
    World {
        signatory: Signatory::new(&policy, &accounts).expect("a signatory"),
        judge: judge("the secret key"),
        other: judge("another key"),
        policy,
    }
}

pub(crate) fn asking() -> impl Strategy<Value = Asking> {
    let asking = (
        claims::who(),
        proptest::prop_oneof![
            9 => proptest::strategy::Just(Operation::Token),
            1 => select(Service::Cos.operations()),
        ],
        weighted(0.95, select(vec![1_u64, 1000, 1000, 1001, u64::MAX])),
        weighted(
            0.95,
            select(&["image/png", "image/png", "image/PNG", "*/*"][..]),
        ),
        weighted(0.1, select(&["", "partner", "*"][..])),
        weighted(0.1, select(&["/", "/x"][..])),
        weighted(0.2, select(vec![0_u64, 1, 60, 61, u64::MAX])),
    );
    asking.prop_map(
        |(who, operation, size, kind, place, path, lifetime)| Asking {
            who,
            operation,
            size,
            kind,
            place,
            path,
            lifetime,
        },
    )
}

impl Asking {
    /// What its route lets be said.
    pub(crate) fn of_route(self) -> Asking {
        Asking {
            operation: Operation::Token,
            place: None,
            path: None,
            lifetime: None,
            ..self
        }
    }

    pub(crate) fn may(&self) -> bool {
        self.who.has_scope("open")
            && self.who.team.value == "red"
            && self.operation == Operation::Token
            && self.size.is_some_and(|size| size <= 1000)
            && self.kind == Some("image/png")
            && self.place.is_none()
            && self.path.is_none()
            && (1..=60).contains(&self.lifetime.unwrap_or(60))
    }
}

#[test]
fn a_token_of_photos_is_for_those_alone_who_may_have_one_and_lives_for_minutes() {
    let number = count() / 10;
    let signed = run(number, asking, world, |world, asking, number| {
        let mut asked = Asked::new(Service::Photo, asking.operation);
        asked.size = asking.size;
        asked.media_type = asking.kind.map(str::to_owned);
        asked.place = asking.place.map(str::to_owned);
        asked.path = asking.path.and_then(|path| SafePath::new(path).ok());
        asked.lifetime = asking.lifetime;
        let granted = world.policy.decide(&asking.who.claims(), &asked);
        // Nothing is lost by saying no: here, it is known who may.
        assert_eq!(granted.is_ok(), asking.may(), "{asking:?}");
        let Ok(granted) = granted else {
            return false;
        };
        let stamp = stamp(number);
        let answer = world.signatory.sign(&granted, &stamp).expect("signed");
        check(world, answer.signature.expose());
        true
    });
    assert!(signed > number / 100, "{signed} of {number} were signed");
}

fn check(world: &World, token: &str) {
    for (seconds, serves) in [(0, true), (AGE, true), (AGE + 1, false)] {
        world.judge.set_time(later(seconds));
        assert_eq!(
            world.judge.judge(token).is_ok(),
            serves,
            "after {seconds} s"
        );
    }
    world.judge.set_time(NOW);
    assert!(world.other.judge(token).is_err(), "of another key");
    // With the time, its end would move.
    let moved = token.replace(&NOW.seconds().to_string(), &later(9).seconds().to_string());
    assert!(world.judge.judge(&moved).is_err(), "of another time");
}
