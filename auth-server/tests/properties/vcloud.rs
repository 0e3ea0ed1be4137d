use proptest::strategy::Strategy;
use yunmei_auth_server::{
    path::SafePath,
    policy::{Asked, Operation, Policy, Service},
    sign::{Accounts, Signatory, VcloudAccount},
};
use yunmei_core::vcloud::{
    Credentials, Dialect, Region,
    sts2::{Issuer, SessionToken},
};

use super::requests::{self, NOW, claims, count, policy, run, stamp};

const RULES: &str = r#"
[[rules]]
name = "videos"
service = "vod"
space = "example-space"
videos = ["{videos}", "v9"]
operations = ["upload-keys", "play-keys"]

[[rules]]
name = "own pictures"
service = "imagex"
service_id = "example-service"
path = "/users/{sub}/"
operations = ["upload-keys"]
"#;

struct Judge {
    policy: Policy,
    signatory: Signatory,
    issuer: Issuer,
}

fn judge() -> Judge {
    let credentials = Credentials::new("AKLTEXAMPLE", "the secret key").expect("keys");
    let policy = policy(RULES);
    let accounts = Accounts {
        vcloud: Some(VcloudAccount {
            dialect: Dialect::Volcengine,
            region: Region::default(),
            credentials: credentials.clone(),
            endpoint: None,
        }),
        ..Accounts::default()
    };
    Judge {
        signatory: Signatory::new(&policy, &accounts).expect("a signatory"),
        issuer: Issuer::new(&credentials).expect("an issuer"),
        policy,
    }
}

fn request() -> impl Strategy<Value = ((&'static str, String), String, Operation)> {
    let videos = ["v1", "v2", "v3", "v9", "*", "v*", "", "v1/../v3"];
    let video = proptest::sample::select(videos.to_vec()).prop_map(str::to_owned);
    let operations = vec![Operation::UploadKeys, Operation::PlayKeys];
    (
        requests::request(),
        video,
        proptest::sample::select(operations),
    )
}

#[test]
fn no_temporary_keys_reach_beyond_what_they_were_asked_for() {
    let number = count() / 10;
    let signed = run(
        number,
        request,
        judge,
        |judge, ((who, path), video, operation), number| {
            let service = match number % 2 {
                0 => Service::Vod,
                _ => Service::ImageX,
            };
            let mut asked = Asked::new(service, operation);
            asked.video = Some(video);
            if service == Service::ImageX {
                let Ok(path) = SafePath::from_query(&path) else {
                    return false;
                };
                asked.path = Some(path);
            }
            let Ok(granted) = judge.policy.decide(&claims(who), &asked) else {
                return false;
            };
            let Ok(answer) = judge.signatory.sign(&granted, &stamp(number)) else {
                return false;
            };
            let keys = answer.keys.expect("keys");
            let token = SessionToken::decode(answer.signature.expose()).expect("a token");
            token
                .verify(&judge.issuer, keys.access_key(), NOW)
                .expect("of the account");
            assert!(token.expires() <= NOW.seconds() + 60);
            check(&token, who, &asked);
            true
        },
    );
    assert!(signed > number / 20, "{signed} of {number} were signed");
}

fn check(token: &SessionToken, who: &str, asked: &Asked) {
    let may = |action: &str, resource: &str| token.allows(action, resource).is_ok();
    let space = |name: &str| format!("trn:vod:cn-north-1:*:space/{name}");
    let video = |id: &str| format!("trn:vod::*:video_id/{id}");
    let upload = |name: &str| may("vod:ApplyUploadInfo", &space(name));
    let picture = |name: &str| {
        may(
            "ImageX:ApplyImageUpload",
            &format!("trn:ImageX:*:*:StoreKeys/{name}"),
        )
    };
    let own = asked.video.as_deref().unwrap_or_default();
    let (uploads, plays) = match (asked.service, asked.operation) {
        (Service::Vod, Operation::UploadKeys) => (true, false),
        (Service::Vod, _) => (false, true),
        _ => (false, false),
    };
    assert_eq!(upload("example-space"), uploads, "{asked:?}");
    assert!(
        !upload("other-space") && !upload("example-space2"),
        "{asked:?}"
    );
    for id in ["v1", "v2", "v3", "v9", "v10"] {
        assert_eq!(
            may("vod:GetPlayInfo", &video(id)),
            plays && id == own,
            "{asked:?} {id}"
        );
    }
    for action in [
        "vod:ModifyVideoInfo",
        "iam:CreateUser",
        "ImageX:DeleteImages",
    ] {
        assert!(!may(action, "*"), "{asked:?} lets {action}");
    }
    let other = if who == "bob" { "alice" } else { "bob" };
    for name in [
        format!("users/{other}/x"),
        format!("users/{who}2/x"),
        "x".into(),
    ] {
        assert!(!picture(&name), "{asked:?} lets {name} be uploaded");
    }
    if let Some(path) = &asked.path {
        assert!(picture(&format!("{}x", path.key())), "{asked:?}");
        assert!(
            !may("ImageX:ApplyImageUpload", "trn:ImageX:*:*:ServiceId/other"),
            "{asked:?}"
        );
    }
}
