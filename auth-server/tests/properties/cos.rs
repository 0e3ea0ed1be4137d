use proptest::strategy::Strategy;
use yunmei_auth_server::{
    path::SafePath,
    policy::{Asked, Operation, Policy, Service},
    sign::{Accounts, CosAccount, Signatory},
};
use yunmei_core::cos;
use yunmei_emulator::{CosAccount as Account, CosCall, CosJudge};

use super::requests::{self, APP, BUCKET, NOW, claims, count, policy, run, stamp};

/// The second is one that a careful owner would not write: names at the top of the bucket.
const RULES: &str = r#"
[[rules]]
name = "own files"
claims = { scopes = "open" }
service = "cos"
bucket = "examplebucket"
path = "/users/{sub}/"
prefix = true
operations = ["upload", "stat", "list", "create", "download"]

[[rules]]
name = "at the top"
service = "cos"
bucket = "examplebucket"
path = "/{sub}/"
operations = ["update", "delete", "download"]
"#;

/// One call for each kind of signature that a call can take. Moving, as copying, binds where from, and
/// never where to: that no signature can change.
const CALLS: [Option<&str>; 4] = [None, Some("upload"), Some("delete"), Some("move")];

struct Judge {
    policy: Policy,
    signatory: Signatory,
    judge: CosJudge,
}

fn judge() -> Judge {
    let app = cos::AppId::new(APP).expect("an account");
    let credentials = cos::Credentials::new("AKIDEXAMPLE", "the secret key").expect("keys");
    let region = cos::Region::new("gz").expect("a region");
    let bucket = cos::BucketName::new(BUCKET).expect("a bucket");
    let account = Account::new(app, credentials.clone(), bucket, region.clone());
    let policy = policy(RULES);
    let accounts = Accounts {
        cos: Some(CosAccount {
            app,
            credentials,
            region,
            endpoint: None,
        }),
        ..Accounts::default()
    };
    Judge {
        signatory: Signatory::new(&policy, &accounts).expect("a signatory"),
        judge: CosJudge::new(account, NOW).expect("a judge"),
        policy,
    }
}

fn request() -> impl Strategy<Value = ((&'static str, String), Operation, Option<u64>)> {
    let operations = Service::Cos.operations();
    let lifetime = proptest::option::weighted(0.2, 0_u64..100);
    (
        requests::request(),
        proptest::sample::select(operations),
        lifetime,
    )
}

#[test]
fn no_signature_of_cos_reaches_beyond_the_folder_of_its_owner() {
    let signed = run(
        count(),
        request,
        judge,
        |judge, ((who, path), operation, lifetime), number| {
            let mut asked = Asked::new(Service::Cos, operation);
            let Ok(path) = SafePath::from_query(&path) else {
                return false;
            };
            asked.path = Some(path);
            asked.lifetime = lifetime;
            let Ok(granted) = judge.policy.decide(&claims(who), &asked) else {
                return false;
            };
            assert!(granted.lifetime <= 60);
            let Ok(answer) = judge.signatory.sign(&granted, &stamp(number)) else {
                return false;
            };
            check(judge, who, &asked, answer.signature.expose());
            true
        },
    );
    // Else it would show nothing.
    assert!(signed > count() / 10, "{signed} of {} were signed", count());
}

/// The signature serves for what it was asked for, and for no path outside.
fn check(judge: &Judge, who: &str, asked: &Asked, signature: &str) {
    let asked_path = asked.path.as_ref().expect("it was asked with one");
    let folders = [format!("/users/{who}/"), format!("/{who}/")];
    let paths = attempts(who, asked_path.as_str());
    let calls: Vec<CosCall<'_>> = (paths.iter())
        .filter(|path| {
            !folders
                .iter()
                .any(|folder| path.starts_with(folder.as_str()))
        })
        .flat_map(|path| CALLS.map(|op| call(op, BUCKET, path)))
        // The same path in another bucket.
        .chain(CALLS.map(|op| call(op, "otherbucket", asked_path.as_str())))
        .collect();
    for (call, verdict) in calls.iter().zip(judge.judge.judge(signature, &calls)) {
        assert!(verdict.is_err(), "{who}, for {asked:?}, may {call:?}");
    }
    let op = match asked.operation {
        Operation::Download => None,
        operation => Some(operation.as_str()),
    };
    // What the policy does not name, but what comes with it.
    let stronger: &[&str] = match asked.operation {
        Operation::Update | Operation::Delete => &[],
        _ => &["update", "delete"],
    };
    let forbidden: Vec<_> = (stronger.iter())
        .map(|op| call(Some(op), BUCKET, asked_path.as_str()))
        .collect();
    let verdicts = judge.judge.judge(signature, &forbidden);
    assert!(
        verdicts.iter().all(Result::is_err),
        "{who} may delete with {asked:?}"
    );
    let verdict = judge
        .judge
        .judge(signature, &[call(op, BUCKET, asked_path.as_str())]);
    assert_eq!(verdict, [Ok(())], "{who} may not {asked:?}");
}

/// What its owner may try it with.
fn attempts(who: &str, path: &str) -> Vec<String> {
    let other = if who == "bob" { "alice" } else { "bob" };
    vec![
        format!("/users/{other}/x.jpg"),
        format!("/users/{who}2/x.jpg"),
        format!("/users/{who}"),
        "/users/".into(),
        "/".into(),
        format!("/{other}/x.jpg"),
        path.replacen(who, other, 1),
        // What a download is bound to, read as what a call is bound to.
        path.strip_prefix(&format!("/{APP}/{BUCKET}"))
            .unwrap_or("/")
            .to_owned(),
    ]
}

fn call<'a>(op: Option<&'a str>, bucket: &'a str, path: &'a str) -> CosCall<'a> {
    CosCall { op, bucket, path }
}

/// The attack that the number of the account as a name would be.
#[test]
fn a_download_that_reads_as_a_call_is_not_signed() {
    let judge = judge();
    let mut asked = Asked::new(Service::Cos, Operation::Download);
    let path = format!("/{APP}/{BUCKET}/users/bob/x.jpg");
    asked.path = SafePath::new(&path).ok();
    let granted = judge
        .policy
        .decide(&claims("1250000000"), &asked)
        .expect("granted");
    assert!(judge.signatory.sign(&granted, &stamp(0)).is_err());
}

/// Else the property would show nothing: without the slash at its end, a prefix reaches further.
#[test]
fn the_emulator_would_take_a_signature_that_reaches_too_far() {
    use yunmei_core::cos::sign::{Grant, Signer};
    let app = cos::AppId::new(APP).expect("an account");
    let bucket = cos::BucketName::new(BUCKET).expect("a bucket");
    let credentials = cos::Credentials::new("AKIDEXAMPLE", "the secret key").expect("keys");
    let signer = Signer::new(app, &bucket, &credentials);
    let prefix = cos::PathPrefix::new("/users/alice").expect("a prefix");
    let grant = Grant::multi_use(prefix, cos::Expiry::after_seconds(60));
    let token = signer.sign(&grant, &stamp(0)).expect("signed");
    let verdicts = judge().judge.judge(
        token.expose(),
        &[
            call(Some("upload"), BUCKET, "/users/alice2/x.jpg"),
            call(Some("upload"), BUCKET, "/users/bob/x.jpg"),
        ],
    );
    assert_eq!(verdicts, [Ok(()), Err(-63)]);
}
