//! What is told when a server starts; and the description of the routes says what the routes are.

use std::{
    collections::BTreeSet,
    io::{self, Read},
};

use serde_json::Value;

use super::{Builder, OPENAPI, Server, StartError, query, route::Route};
use crate::{
    policy::{Policy, Service},
    sign::Accounts,
    token::{Algorithm, VerifyingKey},
};

fn builder() -> Builder {
    let text = "[token]\nalgorithm = \"HS256\"\nissuer = \"i\"\naudience = \"a\"\n";
    let policy = Policy::parse(text).expect("a policy");
    let key = yunmei_core::Secret::new("a canary of a key, with more than 32 bytes in it");
    let key = VerifyingKey::new(Algorithm::Hs256, &key).expect("a key");
    Server::builder(policy, key, Accounts::default())
}

#[test]
fn an_origin_that_no_browser_writes_is_told_when_the_server_starts() {
    let start = |origin: &str| builder().allow_origin(origin).start();
    for origin in [
        "*",
        "null",
        "https://www.example.com/",
        "https://WWW.example.com",
    ] {
        let problem = start(origin).expect_err(origin).to_string();
        assert!(problem.contains("origin"), "{problem}");
    }
    assert!(start("https://www.example.com").is_ok());
}

#[test]
fn an_audit_that_takes_no_line_is_told_when_the_server_starts() {
    struct Full;
    impl io::Write for Full {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(io::ErrorKind::StorageFull.into())
        }

        fn flush(&mut self) -> io::Result<()> {
            Ok(())
        }
    }
    let problem = builder().audit(Full).start().expect_err("refused");
    assert!(matches!(problem, StartError::Audit(_)), "{problem}");
}

#[test]
fn the_audit_begins_with_a_line_of_the_start() {
    let (mut read, sink) = io::pipe().expect("a pipe");
    let server = builder().audit(sink).start().expect("a server");
    let origin = server.origin();
    drop(server);
    let mut text = String::new();
    read.read_to_string(&mut text).expect("text");
    let line: Value = serde_json::from_str(&text).expect("one line of JSON");
    assert_eq!(line["event"], "started");
    assert_eq!(line["origin"], *origin);
    assert!(line["at"].is_u64());
}

#[test]
fn the_description_has_all_routes_with_their_parameters_and_no_others() {
    let described: Value = serde_json::from_str(OPENAPI).expect("JSON");
    let paths = described["paths"].as_object().expect("paths");
    let described: BTreeSet<&str> = paths.keys().map(String::as_str).collect();
    let routes: BTreeSet<&str> = Route::ALL.iter().map(|route| route.path()).collect();
    assert_eq!(described, routes);
    for route in Route::ALL {
        let methods = paths[route.path()].as_object().expect("methods");
        assert_eq!(methods.keys().collect::<Vec<_>>(), ["get"], "{route:?}");
        let described: BTreeSet<&str> = methods["get"]["parameters"]
            .as_array()
            .map(Vec::as_slice)
            .unwrap_or_default()
            .iter()
            .filter_map(|parameter| parameter["name"].as_str())
            .collect();
        let known: BTreeSet<&str> = route.parameters().iter().copied().collect();
        assert_eq!(described, known, "{route:?}");
    }
}

#[test]
fn the_description_has_the_operations_that_are_taken_and_no_others() {
    use Service::{Cos, Image, ImageX, Photo, Vod};
    let described: Value = serde_json::from_str(OPENAPI).expect("JSON");
    let services = [Cos, Image, Vod, ImageX, Photo];
    let all: BTreeSet<&str> = (services.iter())
        .flat_map(|service| service.operations())
        .map(|one| one.as_str())
        .collect();
    let mut count = 0;
    for route in Route::ALL {
        if !route.parameters().contains(&"operation") {
            continue;
        }
        count += 1;
        let is_taken = |operation: &str| {
            let rest = match (route, operation) {
                (Route::Sts2, "play-keys") => "video_id=v1",
                (Route::Sts2, _) => "lifetime=60",
                _ => "path=/a",
            };
            let asked = query::read(route, &format!("operation={operation}&{rest}"));
            asked.is_ok_and(|asked| asked.operation.as_str() == operation)
        };
        let taken: BTreeSet<&str> = (all.iter().copied()).filter(|one| is_taken(one)).collect();
        let parameters = &described["paths"][route.path()]["get"]["parameters"];
        let operation = (parameters.as_array().into_iter().flatten())
            .find(|parameter| parameter["name"] == "operation")
            .expect("the parameter");
        let words = operation["schema"]["enum"].as_array().expect("words");
        let described: BTreeSet<&str> = words.iter().filter_map(Value::as_str).collect();
        assert_eq!(described, taken, "{route:?}");
    }
    assert_eq!(count, 3, "routes with operations");
}

#[test]
fn each_route_is_counted_in_its_own_place() {
    for (place, route) in Route::ALL.into_iter().enumerate() {
        assert_eq!(route as usize, place, "{route:?}");
    }
}
