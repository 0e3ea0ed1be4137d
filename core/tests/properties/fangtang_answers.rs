use bytes::Bytes;
use http::Response;
use proptest::prelude::*;
use serde_json::json;
use yunmei_core::{
    Download, Error, Operation, Secret, SignedUrl,
    error::TransportError,
    fangtang::{FetchResult, Partner, PhotoId, RepairType, ThirdCode},
};
use yunmei_fixtures::{
    Clock, Task,
    fangtang::{Account, Call},
};

use crate::{
    answers::{assert_judged, values},
    responses, tries,
};

const NOW: u64 = 1_629_962_357;
const ID: &str = "0cc175b9c0f1b6a831c399e269772661";

fn partner() -> Partner {
    let third_code = ThirdCode::new("example").expect("an id");
    Partner::new(third_code, Secret::new("key")).expect("a partner")
}

/// What every operation makes of an answer.
fn parse_by_all(response: &Response<Bytes>) -> Vec<Result<(), Error>> {
    let (partner, id) = (partner(), PhotoId::new(ID).expect("an id"));
    let upload = partner.upload(RepairType::SuperResolution, "a.png", 1);
    let fetch = FetchResult::new(SignedUrl::new("http://host/a")).expect("an address");
    vec![
        upload.parse(response).map(drop),
        partner.status(&id).parse(response).map(drop),
        partner.result_address(&id).parse(response).map(drop),
        partner.quota().parse(response).map(drop),
        Err(fetch.refusal(response)),
    ]
}

fn names() -> Vec<&'static str> {
    vec![
        "code", "errno", "msg", "data", "img_url", "mdf", "status", "url", "nums",
    ]
}

/// Replies of the service, of its gateway, and none at all.
#[derive(Clone, Debug)]
enum Reply {
    Agreed(u64),
    Refused(i64),
    Garbage(u16),
    Lost,
}

impl Reply {
    fn to(&self) -> Result<Response<Bytes>, Error> {
        let (status, body) = match self {
            Reply::Lost => return Err(TransportError::unknown("lost").into()),
            Reply::Garbage(status) => (*status, "<html>".to_owned()),
            Reply::Refused(errno) => (200, json!({"code": 9000, "errno": errno}).to_string()),
            Reply::Agreed(number) => {
                let data = json!({
                    "code": "example", "nums": number, "status": 100 + number % 2 * 100,
                    "url": "http://host/a", "img_url": "http://host/b", "mdf": ID,
                });
                (200, json!({"code": 200, "data": data}).to_string())
            }
        };
        let response = Response::builder().status(status);
        Ok(response.body(body.into()).expect("a response"))
    }

    fn leaves_doubt(&self) -> bool {
        matches!(self, Reply::Lost | Reply::Garbage(200 | 502))
    }
}

fn programs() -> impl Strategy<Value = Vec<Reply>> {
    let errno = prop::sample::select(vec![9999, 9101, 9001, 9006, 9009, 9002, 500, 31_337]);
    let reply = prop_oneof![
        6 => (0..4_u64).prop_map(Reply::Agreed),
        2 => errno.prop_map(Reply::Refused),
        1 => prop_oneof![Just(200), Just(403), Just(502)].prop_map(Reply::Garbage),
        2 => Just(Reply::Lost),
    ];
    proptest::collection::vec(reply, 1..10)
}

/// Carries a call out; returns the path of each request with its reply. Beyond `limit`, everything is
/// refused for good.
fn play(call: Call, program: &[Reply], limit: usize) -> Vec<(String, Reply)> {
    let account = Account {
        third_code: "example".into(),
        endpoint: None,
    };
    let mut replies = program.iter().cycle();
    let mut played = Vec::new();
    let task = Task::Fangtang { account, call };
    let outcome = task.run(b"picture", Clock::of_number(NOW, 0), |request| {
        let reply = match played.len() < limit {
            true => replies.next().expect("a cycle").clone(),
            false => Reply::Refused(9001),
        };
        played.push((request.uri().path().to_owned(), reply.clone()));
        reply.to()
    });
    outcome.expect("an account");
    played
}

proptest! {
    #![proptest_config(tries(96))]

    #[test]
    fn no_bytes_make_an_operation_panic(
        response in responses(proptest::collection::vec(any::<u8>(), 0..512)),
    ) {
        assert_judged(&response, parse_by_all(&response))?;
    }

    #[test]
    fn no_json_makes_an_operation_panic(
        response in responses(values(names()).prop_map(|value| value.to_string().into_bytes())),
    ) {
        assert_judged(&response, parse_by_all(&response))?;
    }

    #[test]
    fn no_envelope_makes_an_operation_panic(
        code in prop_oneof![Just(200), Just(9000), any::<i64>()],
        errno in prop_oneof![Just(json!(9002)), values(names())],
        data in values(names()),
        status in prop_oneof![Just(200), 100..1000_u16],
    ) {
        let body = json!({"code": code, "errno": errno, "msg": "x", "data": data}).to_string();
        let response = Response::builder().status(status).body(body.into()).expect("a response");
        assert_judged(&response, parse_by_all(&response))?;
    }

    #[test]
    fn an_upload_that_may_have_been_charged_is_not_sent_again(
        program in programs(),
        asks in any::<bool>(),
    ) {
        let submit = Call::Submit {
            repair_type: "sr".into(),
            rgb: None,
            file_name: "a.png".into(),
            without_quota_check: !asks,
        };
        let upload = Call::Upload {
            repair_type: "bg".into(),
            rgb: Some("1,2,3".into()),
            file_name: "a.png".into(),
        };
        for call in [submit, upload] {
            let played = play(call, &program, 9);
            prop_assert!(played.len() <= 8, "no end");
            let uploads: Vec<&Reply> = (played.iter())
                .filter(|(path, _)| path.ends_with("/photo/upload"))
                .map(|(_, reply)| reply)
                .collect();
            let doubt = uploads.iter().position(|reply| reply.leaves_doubt());
            prop_assert!(doubt.is_none_or(|at| at + 1 == uploads.len()), "{:?}", uploads);
        }
    }

    #[test]
    fn waiting_ends(program in programs(), seconds in 0..120_u64) {
        let job = json!({
            "version": 1, "third_code": "example", "id": ID, "repair": {"type": "sr"},
            "submitted": NOW,
        });
        let call = Call::Wait {
            job: job.to_string(),
            until: NOW + seconds,
        };
        // Pauses grow, so that twelve questions and the address fill two minutes, each asked at most
        // four times.
        let limit = (12 + 1) * 4;
        let played = play(call, &program, limit);
        prop_assert!(played.len() <= limit, "no end");
    }
}
