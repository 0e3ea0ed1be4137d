//! A corpus of paths as they come in queries, each of which is refused.

use std::collections::HashSet;

use yunmei_auth_server::{
    path::SafePath,
    policy::{Asked, Operation, Policy, Service},
    token::Claims,
};

/// One path a line, as it stands in a query; lines with `# ` say what comes.
const CORPUS: &str = include_str!("data/hostile_paths.txt");

const POLICY: &str = r#"
[token]
algorithm = "HS256"
issuer = "https://accounts.example.com"
audience = "yunmei"

[[rules]]
name = "own files"
service = "cos"
bucket = "examplebucket"
path = "/users/{sub}/"
prefix = true
operations = ["upload", "stat", "list", "create", "download", "update", "delete"]

[[rules]]
name = "own pictures"
service = "image"
bucket = "examplebucket"
path = "/users/{sub}/"
operations = ["upload", "stat", "download", "delete"]
"#;

fn corpus() -> impl Iterator<Item = &'static str> {
    CORPUS.lines().filter(|line| !line.starts_with("# "))
}

fn alice() -> Claims {
    Claims::new([("sub".into(), "alice".into())].into_iter().collect())
}

/// What would be signed for.
fn granted(policy: &Policy, raw: &str, service: Service, operation: Operation) -> Option<String> {
    let mut asked = Asked::new(service, operation);
    asked.path = Some(SafePath::from_query(raw).ok()?);
    let granted = policy.decide(&alice(), &asked).ok()?;
    Some(format!("{:?}", granted.target))
}

#[test]
fn no_path_of_the_corpus_is_granted() {
    let policy = Policy::parse(POLICY).expect("a policy");
    for raw in corpus() {
        for service in [Service::Cos, Service::Image] {
            for operation in service.operations() {
                let granted = granted(&policy, raw, service, *operation);
                assert_eq!(granted, None, "{raw:?} for {operation} of {service}");
            }
        }
    }
}

#[test]
fn there_are_two_hundred_paths_at_least_and_no_two_alike() {
    let all: Vec<_> = corpus().collect();
    assert!(all.len() >= 200, "{}", all.len());
    assert_eq!(all.iter().collect::<HashSet<_>>().len(), all.len());
}

/// Else the corpus would show nothing.
#[test]
fn honest_paths_are_granted() {
    let policy = Policy::parse(POLICY).expect("a policy");
    for raw in [
        "/users/alice/x.jpg",
        "%2Fusers%2Falice%2Fx.jpg",
        "/users/alice/%E5%9B%BE%E7%89%87%EF%BC%88%E4%B8%80%EF%BC%89.jpg",
        "/users/alice/a%20b%2Bc%26d%3De%23f;g'h!.jpg",
        "/users/alice/%F0%9F%98%80.png",
        "/users/alice/2017/08/.hidden/a..b",
        "/users/alice/50%25%20off.jpg",
        "/users/alice/",
    ] {
        let granted = granted(&policy, raw, Service::Cos, Operation::Upload);
        assert!(granted.is_some(), "{raw:?}");
    }
}
