//! Each status, and what comes with it.

use serde_json::{Map, json};

use crate::support::{Stage, policy};

const UPLOAD: &str = "/v1/sign/cos?operation=upload&size=10&type=image/png&path=/users/alice/";

#[test]
fn a_signature_comes_with_all_that_its_request_needs() {
    let stage = Stage::new();
    let answer = stage.ask("alice", &format!("{UPLOAD}%E5%9B%BE.png"));
    assert_eq!(answer.status, 200, "{answer:?}");
    assert_eq!(answer.header("cache-control"), Some("no-store"));
    let signed = answer.json();
    let url = signed["url"].as_str().expect("an address");
    assert!(
        url.ends_with("/examplebucket/users/alice/%E5%9B%BE.png"),
        "{url}"
    );
    assert!(url.starts_with(stage.emulator.endpoint().as_str()), "{url}");
    assert_eq!(signed["headers"]["Authorization"], signed["sign"]);
    assert_eq!(signed["fields"]["op"], "upload");
    assert_eq!(signed["file_field"], "filecontent");
    let now = signed["now"].as_u64().expect("a time");
    assert_eq!(signed["expires"].as_u64(), Some(now + 60));
    let query = signed["picture_query"].as_str().expect("a query");
    assert!(query.starts_with("sign="), "{query}");
}

#[test]
fn without_a_good_token_there_is_nothing() {
    let stage = Stage::new();
    let target = format!("{UPLOAD}a.png");
    let none = stage.open(&target);
    none.is(401, "token_missing");
    assert_eq!(none.header("www-authenticate"), Some("Bearer"));
    let send = |header: &str| {
        stage.send(&format!(
            "GET {target} HTTP/1.1\r\nHost: x\r\nAuthorization: {header}\r\n\r\n"
        ))
    };
    send("Basic YTpi").is(401, "token_malformed");
    send("Bearer x.y.z").is(401, "token_malformed");
    // {"alg":"none"}.{"sub":"alice"}.
    send("Bearer eyJhbGciOiJub25lIn0.eyJzdWIiOiJhbGljZSJ9.").is(401, "token_malformed");
    let mut other = Map::new();
    other.insert("aud".into(), json!("another"));
    let other = stage.token_with("alice", 60, other);
    send(&format!("Bearer {other}")).is(401, "token_audience");
    let mut unknown = Map::new();
    unknown.insert("admin".into(), json!(true));
    let unknown = stage.token_with("alice", 60, unknown);
    send(&format!("Bearer {unknown}")).is(401, "token_claim");
    let mut old = Map::new();
    old.insert("exp".into(), json!(1_503_987_233));
    let old = stage.token_with("alice", 60, old);
    send(&format!("JWT {old}")).is(401, "token_expired");
    let good = stage.token("alice");
    assert_eq!(send(&format!("JWT {good}")).status, 200);
    let twice = format!("Bearer {good}\r\nAuthorization: Bearer {good}");
    send(&twice).is(401, "token_malformed");
}

#[test]
fn what_the_policy_does_not_name_is_refused() {
    let stage = Stage::new();
    let ask = |target: &str| stage.ask("alice", target);
    ask("/v1/sign/cos?operation=upload&size=10&type=image/png&path=/users/bob/a.png")
        .is(403, "path_outside");
    ask(UPLOAD).is(403, "prefix_denied");
    ask(&format!("{UPLOAD}a.png&bucket=another")).is(403, "place_denied");
    ask("/v1/sign/cos?operation=upload").is(400, "path_needed");
    ask("/v1/sign/image?operation=upload").is(400, "path_needed");
    ask(&format!("{UPLOAD}a.png&lifetime=61")).is(403, "lifetime_too_long");
    ask(&format!("{UPLOAD}a.png&lifetime=0")).is(400, "bad_request");
    ask("/v1/sign/cos?operation=list&path=/users/alice/").is(403, "operation_denied");
    ask("/v1/sign/image?operation=upload&path=alice/a%26b.png").is(400, "not_signable");
    ask("/v1/sign/vod-play?video_id=v2").is(403, "video_denied");
    ask("/v1/sign/vod-play").is(400, "bad_request");
    ask("/v1/sign/sts2?operation=play-keys").is(400, "bad_request");
    ask("/v1/sign/sts2?operation=upload&type=anything").is(400, "bad_request");
    ask("/v1/sign/sts2?path=a/").is(400, "bad_request");
    // Needs a claim that this token does not have.
    assert_eq!(ask("/v1/qc_cos/config?cos_path=/xrzeti").status, 403);
    ask("/v1/sign/cos?operation=upload&path=/users/alice/a.png").is(400, "size_and_type_needed");
    ask("/v1/sign/cos?operation=upload&path=/users/alice/a.exe&size=1&type=application/exe")
        .is(400, "type_denied");
    ask("/v1/sign/cos?operation=upload&path=/users/alice/a.png&size=1001&type=image/png")
        .is(413, "too_large");
    ask(&format!("{UPLOAD}../bob/a.png")).is(400, "path_malformed");
    ask(&format!("{UPLOAD}%2e%2e%2fbob")).is(400, "path_malformed");
    let unknown = ask(&format!("{UPLOAD}a.png&color=red"));
    unknown.is(400, "bad_request");
    let error = &unknown.json()["error"];
    for name in ["message", "message_zh"] {
        let message = error[name].as_str().expect("a text");
        assert!(
            message.contains("\"color\"") && !message.contains("red"),
            "{message}"
        );
    }
}

#[test]
fn what_a_rule_may_not_want_is_told_where_nothing_but_a_folder_is_named() {
    let rule = "path = \"/users/{sub}/\"\n";
    let whole = policy().replace(rule, &format!("{rule}prefix = true\n"));
    for (policy, query, status, code, part) in [
        (policy(), "", 403, "prefix_denied", "prefix = true"),
        (
            policy(),
            "?cos_path=/users/alice",
            403,
            "prefix_denied",
            "prefix = true",
        ),
        (whole, "", 400, "size_and_type_needed", "size_limit"),
    ] {
        let stage = Stage::with_policy(&policy, |builder| builder);
        let answer = stage.ask("alice", &format!("/v1/qc_cos/config{query}"));
        answer.is(status, code);
        for name in ["message", "message_zh"] {
            let message = &answer.json()["error"][name];
            assert!(
                message.as_str().expect("a text").contains(part),
                "{answer:?}"
            );
        }
    }
}

#[test]
fn what_is_no_request_of_ours_is_told_so() {
    let stage = Stage::new();
    stage.open("/v2/sign").is(404, "not_found");
    let post = stage.send("POST /v1/sign/cos HTTP/1.1\r\nHost: x\r\nContent-Length: 0\r\n\r\n");
    post.is(405, "method_not_allowed");
    assert_eq!(post.header("allow"), Some("GET, HEAD"));
    let body = "GET /healthz HTTP/1.1\r\nHost: x\r\nContent-Length: 5\r\n\r\nhello";
    let body = stage.send(body);
    body.is(413, "body_not_allowed");
    assert_eq!(body.header("connection"), Some("close"));
    stage
        .open(&format!("/?{}", "a".repeat(5000)))
        .is(414, "address_too_long");
    let many = "X: y\r\n".repeat(80);
    stage
        .send(&format!("GET / HTTP/1.1\r\nHost: x\r\n{many}\r\n"))
        .is(431, "headers_too_large");
    let large = "y".repeat(9000);
    stage
        .send(&format!("GET / HTTP/1.1\r\nHost: x\r\nX: {large}\r\n\r\n"))
        .is(431, "headers_too_large");
    let larger = "y".repeat(15_000);
    stage
        .send(&format!("GET / HTTP/1.1\r\nHost: x\r\nX: {larger}\r\n\r\n"))
        .is(431, "headers_too_large");
    stage
        .open(&format!("/?{}", "a".repeat(15_000)))
        .is(414, "address_too_long");
    assert_eq!(stage.open("/healthz").body, r#"{"status":"ok"}"#);
}

#[test]
fn whoever_asks_too_often_is_told_when_to_come_again() {
    let stage = Stage::new();
    let target = "/v1/sign/image?operation=upload&path=alice/a.png";
    for _ in 0..2 {
        let answer = stage.ask("alice", target);
        assert_eq!(answer.status, 200, "{answer:?}");
    }
    let refused = stage.ask("alice", target);
    refused.is(429, "too_many_requests");
    let pause: u64 = refused
        .header("retry-after")
        .and_then(|pause| pause.parse().ok())
        .expect("a number");
    assert!((1..=30).contains(&pause), "{pause}");
    let bob = stage.ask("bob", "/v1/sign/image?operation=upload&path=bob/a.png");
    assert_eq!(bob.status, 200);
    let policy = policy().replace("requests_a_minute = 100000", "requests_a_minute = 3");
    let stage = Stage::with_policy(&policy, |builder| builder);
    for _ in 0..3 {
        assert_eq!(stage.open("/style.css").status, 200);
    }
    stage.open("/style.css").is(429, "too_many_requests");
    assert_eq!(stage.open("/healthz").status, 200);
    // Neither what asks for leave first nor what is too long goes by that.
    let preflight = "OPTIONS /v1/sign/cos HTTP/1.1\r\nHost: x\r\nOrigin: https://www.example.com\r\n\
        Access-Control-Request-Method: GET\r\n\r\n";
    stage.send(preflight).is(429, "too_many_requests");
    let long = format!("/?{}", "a".repeat(5000));
    stage.open(&long).is(429, "too_many_requests");
}

#[test]
fn pages_of_other_origins_may_ask_only_if_they_are_listed() {
    let stage = Stage::new();
    let ask = |origin: &str, method: &str| {
        stage.send(&format!(
            "{method} /v1/sign/cos HTTP/1.1\r\nHost: x\r\nOrigin: {origin}\r\n\
             Access-Control-Request-Method: GET\r\n\
             Access-Control-Request-Headers: authorization\r\n\r\n"
        ))
    };
    let listed = "https://www.example.com";
    let preflight = ask(listed, "OPTIONS");
    assert_eq!(preflight.status, 200);
    assert_eq!(
        preflight.header("access-control-allow-origin"),
        Some(listed)
    );
    assert_eq!(
        preflight.header("access-control-allow-headers"),
        Some("authorization")
    );
    let answer = ask(listed, "GET");
    assert_eq!(answer.status, 401);
    assert_eq!(answer.header("access-control-allow-origin"), Some(listed));
    assert_eq!(
        answer.header("access-control-expose-headers"),
        Some("retry-after")
    );
    for method in ["OPTIONS", "GET"] {
        let answer = ask("https://evil.example.com", method);
        assert_eq!(answer.header("access-control-allow-origin"), None);
    }
}

#[test]
fn the_page_may_load_and_ask_only_what_it_needs() {
    let stage = Stage::new();
    let page = stage.open("/");
    assert_eq!(
        page.header("content-type"),
        Some("text/html; charset=utf-8")
    );
    assert_eq!(page.header("referrer-policy"), Some("no-referrer"));
    assert_eq!(
        page.header("cross-origin-opener-policy"),
        Some("same-origin")
    );
    let policy = page.header("content-security-policy").expect("a policy");
    let cloud = stage.emulator.endpoint().to_string();
    assert!(
        policy.contains(&format!("connect-src 'self' {cloud};")),
        "{policy}"
    );
    assert!(
        policy.starts_with("default-src 'none'; script-src 'self';"),
        "{policy}"
    );
    assert!(!policy.contains("unsafe"), "{policy}");
    assert_eq!(page.header("x-content-type-options"), Some("nosniff"));
    let script = stage.open("/page.js");
    assert_eq!(
        script.header("content-type"),
        Some("text/javascript; charset=utf-8")
    );
    assert_eq!(stage.open("/style.css").status, 200);
    let settings = stage.ask("alice", "/v1/page").json();
    assert_eq!(settings["prefix"], "/users/alice/");
    assert_eq!(settings["types"], json!(["image/png"]));
    stage.open("/v1/page").is(401, "token_missing");
}

#[test]
fn what_happens_is_counted() {
    let stage = Stage::new();
    assert_eq!(stage.ask("alice", &format!("{UPLOAD}a.png")).status, 200);
    stage
        .open(&format!("{UPLOAD}a.png"))
        .is(401, "token_missing");
    stage.open("/nowhere?token=canary").is(404, "not_found");
    let text = stage.open("/metrics").body;
    for line in [
        r#"yunmei_auth_decisions_total{decision="allowed",route="/v1/sign/cos"} 1"#,
        r#"yunmei_auth_decisions_total{decision="token_missing",route="/v1/sign/cos"} 1"#,
        r#"yunmei_auth_requests_total{route="other",status="404"} 1"#,
        r#"yunmei_auth_request_seconds_count{route="/v1/sign/cos"} 2"#,
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(
        !text.contains("canary") && !text.contains("nowhere"),
        "{text}"
    );
}
