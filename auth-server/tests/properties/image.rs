use proptest::strategy::Strategy;
use yunmei_auth_server::{
    path::SafePath,
    policy::{Asked, Operation, Policy, Service},
    sign::{Accounts, Signatory, WanxiangAccount},
};
use yunmei_core::wanxiang::{self, sign::Call};
use yunmei_emulator::{WanxiangAccount as Account, WanxiangJudge};

use super::requests::{self, APP, BUCKET, NOW, claims, count, policy, run, stamp};

const RULES: &str = r#"
[[rules]]
name = "own pictures"
service = "image"
bucket = "examplebucket"
path = "/users/{sub}/"
operations = ["upload", "stat", "download", "delete"]
"#;

const CALLS: [Call; 6] = [
    Call::Upload,
    Call::Stat,
    Call::Copy,
    Call::Delete,
    Call::Download,
    Call::Detection,
];

struct Judge {
    policy: Policy,
    signatory: Signatory,
    judge: WanxiangJudge,
}

fn judge() -> Judge {
    let app = wanxiang::AppId::new(APP).expect("an account");
    let credentials = wanxiang::Credentials::new("AKIDEXAMPLE", "the secret key").expect("keys");
    let bucket = wanxiang::BucketName::new(BUCKET).expect("a bucket");
    let account = Account::new(app, credentials.clone(), bucket);
    let policy = policy(RULES);
    let accounts = Accounts {
        wanxiang: Some(WanxiangAccount {
            app,
            credentials,
            enhanced: true,
            endpoint: None,
        }),
        ..Accounts::default()
    };
    Judge {
        signatory: Signatory::new(&policy, &accounts).expect("a signatory"),
        judge: WanxiangJudge::new(account, NOW).expect("a judge"),
        policy,
    }
}

fn request() -> impl Strategy<Value = ((&'static str, String), Operation)> {
    (
        requests::request(),
        proptest::sample::select(Service::Image.operations()),
    )
}

#[test]
fn no_signature_of_a_picture_serves_for_another() {
    let number = count() / 4;
    let signed = run(
        number,
        request,
        judge,
        |judge, ((who, path), operation), number| {
            let mut asked = Asked::new(Service::Image, operation);
            let Ok(path) = SafePath::from_query(&path) else {
                return false;
            };
            asked.path = Some(path.clone());
            let Ok(granted) = judge.policy.decide(&claims(who), &asked) else {
                return false;
            };
            let Ok(answer) = judge.signatory.sign(&granted, &stamp(number)) else {
                return false;
            };
            let signature = answer.signature.expose();
            for other in [
                "users/bob/y.jpg",
                "users/alice/y.jpg",
                "x",
                &path.key()[1..],
            ] {
                for call in CALLS {
                    let verdict = judge.judge.judge(signature, call, other);
                    assert!(
                        verdict.is_err(),
                        "{who}, for {asked:?}, may {call:?} {other}"
                    );
                }
            }
            check_kind(judge, operation, signature, path.key());
            true
        },
    );
    assert!(signed > number / 10, "{signed} of {number} were signed");
}

fn check_kind(judge: &Judge, operation: Operation, signature: &str, file_id: &str) {
    let (own, forbidden): (Call, &[Call]) = match operation {
        Operation::Upload => (Call::Upload, &[Call::Delete, Call::Copy, Call::Detection]),
        Operation::Stat => (Call::Stat, &[Call::Delete, Call::Copy, Call::Detection]),
        Operation::Download => (Call::Download, &[Call::Delete, Call::Copy, Call::Detection]),
        _ => (Call::Delete, &[Call::Upload, Call::Stat, Call::Detection]),
    };
    for call in forbidden {
        let verdict = judge.judge.judge(signature, *call, file_id);
        assert!(
            verdict.is_err(),
            "{operation} lets {call:?} be done with {file_id}"
        );
    }
    assert_eq!(
        judge.judge.judge(signature, own, file_id),
        Ok(()),
        "{operation} of {file_id}"
    );
}
