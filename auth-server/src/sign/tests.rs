use serde_json::{Value, json};
use yunmei_core::{
    Endpoint, Nonce, Secret, Stamp, Timestamp, cos,
    fangtang::{ThirdCode, token::SignedToken},
    vcloud::{self, Dialect, Region},
    wanxiang,
};

use super::*;
use crate::{
    path::SafePath,
    policy::{Asked, Operation, Service},
    token::Claims,
};

const RULES: &str = r#"
[token]
algorithm = "HS256"
issuer = "i"
audience = "a"

[[rules]]
name = "files"
service = "cos"
bucket = "examplebucket"
path = "/users/{sub}/"
prefix = true
operations = ["upload", "list", "download", "delete"]

[[rules]]
name = "pictures"
service = "image"
bucket = "examplebucket"
path = "/users/{sub}/"
operations = ["upload", "stat", "download", "delete"]

[[rules]]
name = "videos"
service = "vod"
space = "example-space"
videos = ["v1"]
operations = ["upload", "play", "upload-keys", "play-keys"]

[[rules]]
name = "imagex"
service = "imagex"
service_id = "example-service"
operations = ["upload-keys"]

[[rules]]
name = "photo"
service = "photo"
operations = ["token"]
"#;

fn accounts(dialect: Dialect) -> Accounts {
    let endpoint = Some(Endpoint::parse("http://127.0.0.1:9080").expect("an endpoint"));
    Accounts {
        cos: Some(CosAccount {
            app: cos::AppId::new(1_250_000_000).expect("an account"),
            credentials: cos::Credentials::new("AKIDEXAMPLE", "canary-cos").expect("keys"),
            region: cos::Region::new("gz").expect("a region"),
            endpoint: endpoint.clone(),
        }),
        wanxiang: Some(WanxiangAccount {
            app: wanxiang::AppId::new(10_000_001).expect("an account"),
            credentials: wanxiang::Credentials::new("AKIDEXAMPLE", "canary-image").expect("keys"),
            enhanced: true,
            endpoint: None,
        }),
        vcloud: Some(VcloudAccount {
            dialect,
            region: Region::default(),
            credentials: vcloud::Credentials::new("AKLTEXAMPLE", "canary-video").expect("keys"),
            endpoint: None,
        }),
        fangtang: Some(FangtangAccount {
            third_code: ThirdCode::new("example").expect("a code"),
            secret_key: Secret::new("canary-photo"),
            endpoint,
        }),
    }
}

fn stamp() -> Stamp {
    Stamp::new(
        Timestamp::from_seconds(1_795_325_332),
        Nonce::from_bytes([7; 32]),
    )
}

fn answer(service: Service, operation: Operation, subject: &str) -> Value {
    let policy = Policy::parse(RULES).expect("a policy");
    let signatory = Signatory::new(&policy, &accounts(Dialect::TtvCloud)).expect("a signatory");
    let mut asked = Asked::new(service, operation);
    match service {
        Service::Cos | Service::Image => asked.path = SafePath::new(subject).ok(),
        Service::Vod => asked.video = Some(subject.to_owned()),
        _ => {}
    }
    let claims = Claims::new([("sub".into(), "alice".into())].into_iter().collect());
    let granted = policy.decide(&claims, &asked).expect("granted");
    let answer = signatory.sign(&granted, &stamp()).expect("signed");
    let shown = format!("{answer:?}");
    assert!(!shown.contains(answer.signature.expose()), "{shown}");
    let json = answer.to_json();
    assert!(!String::from_utf8_lossy(&json).contains("canary"));
    serde_json::from_slice(&json).expect("JSON")
}

#[test]
fn an_upload_to_cos_has_all_that_a_form_needs() {
    let answer = answer(Service::Cos, Operation::Upload, "/users/alice/图 1.jpg");
    assert_eq!(
        answer["url"],
        "http://127.0.0.1:9080/files/v2/1250000000/examplebucket/users/alice/%E5%9B%BE%201.jpg"
    );
    assert_eq!(answer["method"], "POST");
    assert_eq!(answer["fields"], json!({"op": "upload", "insertOnly": "1"}));
    assert_eq!(answer["file_field"], "filecontent");
    assert_eq!(answer["headers"]["Authorization"], answer["sign"]);
    assert_eq!(
        (&answer["now"], &answer["expires"]),
        (&json!(1_795_325_332), &json!(1_795_325_392))
    );
    assert_eq!(answer["single_use"], false);
}

#[test]
fn each_operation_of_cos_has_its_kind_of_request() {
    let list = answer(Service::Cos, Operation::List, "/users/alice/");
    assert_eq!(list["method"], "GET");
    let url = list["url"].as_str().expect("a text");
    assert!(
        url.ends_with("/examplebucket/users/alice/?op=list"),
        "{url}"
    );

    let delete = answer(Service::Cos, Operation::Delete, "/users/alice/x");
    assert_eq!(
        (&delete["single_use"], &delete["method"]),
        (&json!(true), &json!("POST"))
    );
    assert_eq!(delete["fields"], json!({"op": "delete"}));
    assert_eq!(delete["headers"]["Content-Type"], "application/json");

    let download = answer(Service::Cos, Operation::Download, "/users/alice/x");
    let url = download["url"].as_str().expect("a text");
    assert!(
        url.starts_with("http://127.0.0.1:9080/users/alice/x?sign="),
        "{url}"
    );
    assert_eq!(download["headers"], json!({}));
    let folder = answer(Service::Cos, Operation::Download, "/users/alice/");
    assert_eq!(folder["fields"]["sign"], folder["sign"]);
    assert_eq!(folder["url"], "http://127.0.0.1:9080/users/alice/");
}

#[test]
fn a_picture_goes_to_its_own_host_under_one_segment() {
    let upload = answer(Service::Image, Operation::Upload, "/users/alice/x.jpg");
    let api =
        "https://web.image.myqcloud.com/photos/v2/10000001/examplebucket/0/users%2Falice%2Fx.jpg";
    assert_eq!(upload["url"], api);
    assert_eq!(upload["file_field"], "FileContent");
    let signature = upload["sign"].as_str().expect("a text");
    assert_eq!(
        upload["headers"]["Authorization"],
        format!("QCloud {signature}")
    );
    let delete = answer(Service::Image, Operation::Delete, "/users/alice/x.jpg");
    assert_eq!(delete["url"], format!("{api}/del"));
    assert_eq!(
        (&delete["single_use"], &delete["headers"]["Authorization"]),
        (&json!(true), &delete["sign"])
    );
    let download = answer(Service::Image, Operation::Download, "/users/alice/x.jpg");
    let url = download["url"].as_str().expect("a text");
    let host = "https://examplebucket-10000001.image.myqcloud.com/users%2Falice%2Fx.jpg?sign=";
    assert!(url.starts_with(host), "{url}");
}

#[test]
fn a_file_id_that_would_end_its_field_is_not_signed() {
    let policy = Policy::parse(RULES).expect("a policy");
    let signatory = Signatory::new(&policy, &accounts(Dialect::TtvCloud)).expect("a signatory");
    let claims = Claims::new([("sub".into(), "alice".into())].into_iter().collect());
    for operation in Service::Image.operations() {
        for (path, is_signed) in [
            ("/users/alice/x.jpg", true),
            ("/users/alice/x&b=other", false),
            ("/users/alice/&f=users/bob/x", false),
        ] {
            let mut asked = Asked::new(Service::Image, *operation);
            asked.path = SafePath::new(path).ok();
            let granted = policy.decide(&claims, &asked).expect("granted");
            let problem = signatory.sign(&granted, &stamp()).err();
            let expected = (!is_signed).then_some(SignError::Ampersand);
            assert_eq!(problem, expected, "{operation} of {path}");
        }
    }
}

#[test]
fn tokens_for_videos_come_with_the_addresses_that_they_hold() {
    let upload = answer(Service::Vod, Operation::Upload, "v1");
    let url = |value: &Value| value.as_str().expect("a text").to_owned();
    let (apply, commit) = (url(&upload["url"]), url(&upload["commit"]["url"]));
    assert!(
        apply.contains("Action=ApplyUpload&") && apply.contains("SpaceName=example-space"),
        "{apply}"
    );
    assert!(commit.contains("Action=CommitUpload&"), "{commit}");
    assert!(apply.contains("X-Amz-Expires=60") && commit.contains("X-Amz-Expires=60"));
    assert_eq!(
        (&upload["method"], &upload["commit"]["method"]),
        (&json!("GET"), &json!("POST"))
    );
    let play = url(&answer(Service::Vod, Operation::Play, "v1")["url"]);
    assert!(
        play.contains("Action=GetPlayInfo&") && play.contains("video_id=v1"),
        "{play}"
    );
}

#[test]
fn temporary_keys_come_with_their_end() {
    for (service, operation) in [
        (Service::Vod, Operation::UploadKeys),
        (Service::Vod, Operation::PlayKeys),
        (Service::ImageX, Operation::UploadKeys),
    ] {
        let keys = answer(service, operation, "v1");
        assert_eq!(keys["credentials"]["session_token"], keys["sign"]);
        assert_eq!(keys["headers"]["X-Amz-Security-Token"], keys["sign"]);
        assert_eq!(keys["expires"], 1_795_325_392);
        assert_eq!(
            keys["credentials"]["expired_time"],
            "2026-11-22T05:29:52+00:00"
        );
        assert!(keys["credentials"]["secret_access_key"].is_string());
    }
}

#[test]
fn a_token_of_the_photo_repair_verifies() {
    let photo = answer(Service::Photo, Operation::Token, "");
    let token = SignedToken::decode(photo["headers"]["token"].as_str().expect("a text"));
    token
        .expect("a token")
        .verify(&Secret::new("canary-photo"))
        .expect("made with the key");
    assert_eq!(photo["fields"], json!({"third_code": "example"}));
    assert_eq!(photo["url"], "http://127.0.0.1:9080/api/third/photo/upload");
}

#[test]
fn a_policy_that_the_accounts_cannot_keep_is_told_at_once() {
    let policy = Policy::parse(RULES).expect("a policy");
    let problem = |accounts: &Accounts| {
        Signatory::new(&policy, accounts)
            .err()
            .map(|error| error.to_string())
    };
    let none = problem(&Accounts::default()).expect("refused");
    assert!(none.contains("files") && none.contains("COS"), "{none}");
    let volcengine = problem(&accounts(Dialect::Volcengine)).expect("refused");
    assert!(
        volcengine.contains("videos") && volcengine.contains("upload-keys"),
        "{volcengine}"
    );
    let number = RULES.replace("/users/{sub}/\"\nprefix", "/1250000000/{sub}/\"\nprefix");
    let policy = Policy::parse(&number).expect("a policy");
    let ambiguous = Signatory::new(&policy, &accounts(Dialect::TtvCloud)).expect_err("refused");
    let ambiguous = ambiguous.to_string();
    assert!(
        ambiguous.contains("files") && ambiguous.contains("number of the account"),
        "{ambiguous}"
    );
    let path = RULES.replace(
        "service_id = \"example-service\"\n",
        "service_id = \"s\"\npath = \"/{sub}/\"\n",
    );
    let policy = Policy::parse(&path).expect("a policy");
    let bound = Signatory::new(&policy, &accounts(Dialect::TtvCloud)).expect_err("refused");
    assert!(bound.to_string().contains("imagex"), "{bound}");
}
