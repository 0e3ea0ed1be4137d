mod refused;

use serde_json::json;

use super::*;
use crate::{path::SafePath, token::Claims};

const TOKEN: &str = "[token]\nalgorithm = \"HS256\"\nissuer = \"i\"\naudience = \"a\"\n\
    claims = [\"scopes\", \"videos\"]\n";

const RULE: &str = r#"
[[rules]]
name = "own"
claims = { scopes = "open" }
service = "cos"
bucket = "examplebucket"
path = "/users/{sub}/"
operations = ["upload"]
size_limit = 1000
types = ["image/jpeg"]
"#;

fn policy(rules: &str) -> Policy {
    Policy::parse(&format!("{TOKEN}{rules}")).expect("a policy")
}

fn claims(claims: serde_json::Value) -> Claims {
    Claims::new(claims.as_object().expect("an object").clone())
}

fn alice() -> Claims {
    claims(json!({"sub": "alice", "scopes": ["open"], "videos": ["v1"]}))
}

fn upload(path: &str) -> Asked {
    Asked {
        path: SafePath::new(path).ok(),
        size: Some(10),
        media_type: Some("image/jpeg".into()),
        ..Asked::new(Service::Cos, Operation::Upload)
    }
}

#[test]
fn what_a_rule_names_is_granted_for_a_minute() {
    let policy = policy(RULE);
    let granted = policy
        .decide(&alice(), &upload("/users/alice/x.jpg"))
        .expect("granted");
    assert_eq!((granted.rule.name(), granted.lifetime), ("own", 60));
    let path = SafePath::new("/users/alice/x.jpg").expect("a path");
    assert_eq!(granted.target, Target::Path(path));
}

#[test]
fn nothing_else_is() {
    let policy = policy(RULE);
    let good = upload("/users/alice/x.jpg");
    let denied = |claims: &Claims, asked: Asked| policy.decide(claims, &asked).err();
    assert_eq!(denied(&alice(), good.clone()), None);
    for (changed, denial) in [
        (
            Asked {
                service: Service::Image,
                ..good.clone()
            },
            Denial::Service,
        ),
        (
            Asked {
                operation: Operation::Delete,
                ..good.clone()
            },
            Denial::Operation,
        ),
        (
            Asked {
                place: Some("other".into()),
                ..good.clone()
            },
            Denial::Place,
        ),
        (upload("/users/bob/x.jpg"), Denial::Path),
        (upload("/users/alice"), Denial::Path),
        (upload("/users/alice/"), Denial::Prefix),
        (
            Asked {
                path: None,
                ..good.clone()
            },
            Denial::Unnamed,
        ),
        (
            Asked {
                lifetime: Some(61),
                ..good.clone()
            },
            Denial::Lifetime(60),
        ),
        (
            Asked {
                lifetime: Some(0),
                ..good.clone()
            },
            Denial::Lifetime(60),
        ),
        (
            Asked {
                size: None,
                ..good.clone()
            },
            Denial::Undeclared,
        ),
        (
            Asked {
                media_type: None,
                ..good.clone()
            },
            Denial::Undeclared,
        ),
        (
            Asked {
                media_type: Some("text/html".into()),
                ..good.clone()
            },
            Denial::Type,
        ),
        (
            Asked {
                size: Some(1001),
                ..good.clone()
            },
            Denial::Size(1000),
        ),
    ] {
        assert_eq!(
            denied(&alice(), changed.clone()),
            Some(denial),
            "{changed:?}"
        );
    }
    for other in [
        json!({"sub": "alice"}),
        json!({"sub": "alice", "scopes": "closed"}),
        json!({"sub": "alice", "scopes": "open closed"}),
    ] {
        assert_eq!(
            denied(&claims(other.clone()), good.clone()),
            Some(Denial::Claims),
            "{other}"
        );
    }
    let nobody = Policy::parse(TOKEN).expect("a policy without rules");
    assert_eq!(nobody.decide(&alice(), &good).err(), Some(Denial::Service));
}

#[test]
fn who_cannot_be_a_folder_has_none() {
    let policy = policy(RULE);
    for subject in ["..", "a/b", "", "．．", "a\\b", "*"] {
        let claims = claims(json!({"sub": subject, "scopes": "open"}));
        let asked = upload(&format!("/users/{subject}/x"));
        let denial = policy.decide(&claims, &asked).err();
        assert_eq!(denial, Some(Denial::Path), "{subject:?}");
        let nothing = policy.rules()[0].check_claims(&claims);
        assert_eq!(nothing, Err(Denial::Path), "{subject:?}");
    }
}

#[test]
fn the_next_rule_may_grant_what_the_first_does_not() {
    let second = RULE
        .replace("\"own\"", "\"shared\"")
        .replace("/users/{sub}/", "/shared/");
    let policy = policy(&format!("{RULE}{second}"));
    let granted = policy
        .decide(&alice(), &upload("/shared/x.jpg"))
        .expect("granted");
    assert_eq!((granted.rule.name(), granted.index), ("shared", 1));
}

#[test]
fn a_picture_is_one_id() {
    let policy = policy(&RULE.replace("\"cos\"", "\"image\""));
    let asked = |path| Asked {
        service: Service::Image,
        ..upload(path)
    };
    assert!(
        policy
            .decide(&alice(), &asked("/users/alice/x.jpg"))
            .is_ok()
    );
    let nothing = Asked {
        path: None,
        ..asked("/users/alice/x.jpg")
    };
    let denial = policy.decide(&alice(), &nothing).err();
    assert_eq!(denial, Some(Denial::Unnamed));
    let denial = policy.decide(&alice(), &asked("/users/alice/")).err();
    assert_eq!(denial, Some(Denial::Path));
}

#[test]
fn videos_are_named_by_id_by_claim_or_all_at_once() {
    let rule = |videos: &str| {
        policy(&format!(
            "[[rules]]\nname = \"v\"\nservice = \"vod\"\noperations = [\"play\"]\nvideos = {videos}\n"
        ))
    };
    let plays = |policy: &Policy, video: &str| {
        let mut asked = Asked::new(Service::Vod, Operation::Play);
        asked.video = Some(video.into());
        policy.decide(&alice(), &asked).is_ok()
    };
    let some = rule("[\"{videos}\", \"v9\"]");
    assert!(plays(&some, "v1") && plays(&some, "v9"));
    assert!(!plays(&some, "v2") && !plays(&some, "*") && !plays(&some, ""));
    let any = rule("[\"*\"]");
    assert!(plays(&any, "v2"));
    assert!(!plays(&any, "*") && !plays(&any, "v1&Action=DeleteVideo"));
}

#[test]
fn nobody_deletes_a_folder_by_saying_nothing() {
    let policy = policy(&RULE.replace("[\"upload\"]", "[\"upload\", \"update\", \"delete\"]"));
    for operation in [Operation::Update, Operation::Delete] {
        let mut asked = Asked::new(Service::Cos, operation);
        let denial = policy.decide(&alice(), &asked).err();
        assert_eq!(denial, Some(Denial::Unnamed));
        asked.path = SafePath::new("/users/alice/").ok();
        assert!(policy.decide(&alice(), &asked).is_ok());
    }
}

#[test]
fn the_page_uploads_by_a_rule_that_lets_it() {
    let page = "[page]\nrule = \"own\"\npicture_origin = \"https://img.example.com\"\n";
    let policy = Policy::parse(&format!("{TOKEN}{page}{RULE}")).expect("a policy");
    assert_eq!(policy.page_rule().map(Rule::name), Some("own"));
    let origin = policy.page().and_then(PageSettings::picture_origin);
    assert_eq!(origin, Some("https://img.example.com"));
    let other = RULE.replace(
        "[\"upload\"]\nsize_limit = 1000\ntypes = [\"image/jpeg\"]",
        "[\"delete\"]",
    );
    assert!(Policy::parse(&format!("{TOKEN}{page}{other}")).is_err());
}

#[test]
fn the_policy_of_the_documentation_is_one() {
    let document = include_str!("../../policy.md");
    let (_, rest) = document.split_once("```toml\n").expect("a policy");
    let (documented, _) = rest.split_once("```").expect("its end");
    let policy = Policy::parse(documented).expect("a policy");
    assert_eq!(policy.page_rule().map(Rule::name), Some("own pictures"));
    let services: Vec<Service> = policy.rules().iter().map(Rule::service).collect();
    for service in ["cos", "image", "vod", "imagex", "photo"] {
        let service = Service::named(service).expect("a service");
        assert!(services.contains(&service), "{service}");
    }
}
