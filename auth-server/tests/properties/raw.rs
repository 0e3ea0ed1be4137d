//! Through the whole server: tokens, queries as they stand in an address, and all that is answered.

use std::{collections::HashMap, thread};

use percent_encoding::percent_decode_str;
use proptest::test_runner::{Config, RngAlgorithm, TestRng, TestRunner};
use serde_json::Value;
use yunmei_auth_server::{
    policy::{Operation, Service},
    sign::Accounts,
};
use yunmei_core::{
    Timestamp, Token,
    vcloud::{Credentials, Dialect},
};
use yunmei_emulator::{FangtangJudge, VcloudJudge};

use super::{
    cos, image,
    keys::Holder,
    photo,
    queries::{Everything, Meant, Sent, draft},
    rules::{Leave, policy},
    run::{count, made, turn},
    tokens, videos,
    wire::{Reply, Wire},
};

/// How many servers there are, with policies of their own, on each of two threads.
const SERVERS: usize = 4;

struct World {
    rules: Everything,
    cos_judges: cos::Judges,
    image_judges: image::Judges,
    video_judge: VcloudJudge,
    photo_judge: FangtangJudge,
}

fn world(number: usize, runner: &mut TestRunner) -> (World, Wire) {
    let dialect = turn(&Dialect::ALL, number / 2);
    let world = World {
        rules: Everything::made(number, dialect, runner),
        cos_judges: cos::Judges::new(),
        image_judges: image::Judges::new(),
        video_judge: videos::judge(),
        photo_judge: photo::judge("the secret key"),
    };
    let accounts = Accounts {
        cos: Some(cos::account()),
        wanxiang: Some(image::account()),
        vcloud: Some(videos::account(dialect)),
        fangtang: Some(photo::account()),
    };
    let wire = Wire::new(policy(&world.rules.written()), accounts);
    (world, wire)
}

impl World {
    /// Asserts of an answer that what is in it serves for what was meant, and for nothing else.
    /// Whether there is something in it.
    fn check(&self, sent: &Sent, reply: &Reply, number: usize) -> bool {
        let Reply { status, body } = reply;
        let (target, meant) = (&sent.target, &sent.meant);
        if *status != 200 {
            let is_answer = (400..500).contains(status) && *status != 429;
            assert!(is_answer, "{status} for {target}");
            return false;
        }
        let context = || format!("{target} of {:?}: {meant:?}", sent.who);
        match meant {
            Meant::Nothing => panic!("{} is signed", context()),
            Meant::Cos(request) => {
                let leave = request.leave(Service::Cos, &self.rules.cos);
                self.check_cos(
                    &leave.unwrap_or_else(|| panic!("{} is signed", context())),
                    body,
                    number,
                );
            }
            Meant::Image(request) => {
                let leave = request.leave(Service::Image, &self.rules.image);
                let leave = leave.unwrap_or_else(|| panic!("{} is signed", context()));
                for signature in signatures(body) {
                    leave.check_picture(&self.image_judges, &signature, number);
                }
            }
            Meant::Video(asking) => {
                let leave = asking.leave(&self.rules.videos, self.rules.dialect);
                self.check_video(
                    &leave.unwrap_or_else(|| panic!("{} is signed", context())),
                    body,
                    number,
                );
            }
            Meant::Pictures(asking, raw) => {
                let folder = self.rules.pictures.folder(asking, raw.as_deref());
                let folder = folder.unwrap_or_else(|| panic!("{} is signed", context()));
                let lifetime = asking.lifetime.unwrap_or(self.rules.pictures.lifetime);
                let holder = self.holder(body);
                let judge = &self.video_judge;
                (self.rules.pictures).check(&holder, &folder, lifetime, judge, number);
            }
            Meant::Photo(asking) => {
                assert!(asking.may(), "{} is signed", context());
                let token = body["sign"].as_str().expect("a token");
                assert_eq!(self.photo_judge.judge(token), Ok(()));
            }
        }
        true
    }

    fn check_cos(&self, leave: &Leave, body: &Value, number: usize) {
        for signature in signatures(body) {
            leave.check(&self.cos_judges, &signature, number);
        }
        if let Some(query) = body["picture_query"].as_str() {
            let look = Leave {
                operation: Operation::Download,
                ..leave.clone()
            };
            assert!(look.rule.operations.contains(&look.operation), "{leave:?}");
            look.check(&self.cos_judges, &sign_of(query).expect("a sign"), number);
        }
    }

    fn check_video(&self, leave: &videos::Leave, body: &Value, number: usize) {
        if body["credentials"].is_object() {
            self.holder(body)
                .check_videos(leave, &self.video_judge, number);
            return;
        }
        let url = body["url"].as_str().expect("an address");
        let next = body["commit"]["url"].as_str();
        tokens::check(leave, url, next, &self.video_judge, number);
    }

    fn holder(&self, body: &Value) -> Holder {
        let text = |name| body["credentials"][name].as_str().expect("a text");
        let keys = Credentials::new(text("access_key_id"), text("secret_access_key"));
        let keys = keys.and_then(|keys| keys.with_session_token(Token::new(text("session_token"))));
        let expires = body["expires"].as_u64().expect("a time");
        Holder {
            credentials: keys.expect("keys"),
            dialect: self.rules.dialect,
            expires: Timestamp::from_seconds(expires),
        }
    }
}

/// Every signature in an answer but that of the query for a look, each of them once.
fn signatures(body: &Value) -> Vec<String> {
    let header = body["headers"]["Authorization"].as_str();
    let header = header.map(|value| value.strip_prefix("QCloud ").unwrap_or(value).to_owned());
    let field = body["fields"]["sign"].as_str().map(str::to_owned);
    let query = body["url"].as_str().and_then(|url| url.split_once('?'));
    let query = query.and_then(|(_, query)| sign_of(query));
    let sign = body["sign"].as_str().map(str::to_owned);
    let mut all: Vec<_> = [sign, header, field, query].into_iter().flatten().collect();
    all.sort();
    all.dedup();
    assert_eq!(all.len(), 1, "there are two signatures");
    all
}

fn sign_of(query: &str) -> Option<String> {
    let sign = query.strip_prefix("sign=")?;
    Some(percent_decode_str(sign).decode_utf8().ok()?.into_owned())
}

#[test]
fn no_answer_of_the_server_holds_more_than_its_query_asked_for() {
    let each = count() / 10 / 2 / SERVERS;
    let half = |thread: usize| {
        let rng = TestRng::from_seed(RngAlgorithm::XorShift, &[thread as u8 + 1; 16]);
        let mut runner = TestRunner::new_with_rng(Config::default(), rng);
        let (strategy, mut signed) = (draft(), HashMap::new());
        for server in 0..SERVERS {
            let (world, mut wire) = world(2 * server + thread, &mut runner);
            let sent: Vec<_> = (0..each)
                .map(|number| world.rules.sent(made(&strategy, &mut runner), number))
                .collect();
            let replies = wire.ask(sent.iter().map(|sent| (&sent.who, sent.target.as_str())));
            for (number, (sent, reply)) in sent.iter().zip(&replies).enumerate() {
                let is_signed = world.check(sent, reply, number);
                let (route, _) = sent.target.split_once('?').expect("a query");
                *signed.entry(route.to_owned()).or_insert(0) += usize::from(is_signed);
            }
        }
        signed
    };
    let halves = thread::scope(|scope| {
        let other = scope.spawn(|| half(1));
        [half(0), other.join().expect("no panic")]
    });
    // Else it would show nothing, of one of the routes.
    let number = each * 2 * SERVERS;
    for (route, signed) in &halves[0] {
        let signed = signed + halves[1].get(route).unwrap_or(&0);
        assert!(signed > number / 2000, "{signed} of {number} at {route}");
    }
    assert_eq!(halves[0].len(), 7, "routes that sign");
}
