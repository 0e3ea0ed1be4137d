//! What is written down of a request holds nothing that lets anybody do anything.

use serde_json::Value;

use crate::support::{KEY, Stage};

#[test]
fn each_decision_is_a_line_without_token_signature_or_key() {
    let stage = Stage::new();
    let mut secrets = vec![KEY.to_owned()];
    let emulator = &stage.emulator;
    for key in [
        emulator.cos_account().credentials().secret_key().expose(),
        emulator
            .wanxiang_account()
            .credentials()
            .secret_key()
            .expose(),
        emulator
            .vcloud_account()
            .credentials()
            .secret_key()
            .expose(),
        emulator.fangtang_account().secret_key().expose(),
    ] {
        secrets.push(key.to_owned());
    }
    let targets = [
        "/v1/sign/cos?operation=upload&size=10&type=image/png&path=/users/alice/a.png",
        "/v1/sign/cos?operation=upload&size=10&type=image/png&path=/users/bob/a.png",
        "/v1/sign/image?operation=upload&path=alice/a.png",
        "/v1/sign/vod-upload",
        "/v1/sign/vod-play?video_id=v1",
        "/v1/sign/sts2",
        "/v1/sign/photo-token",
        "/v1/qc_cos/config",
    ];
    for target in targets {
        let token = stage.token("alice");
        let answer = stage.send(&format!(
            "GET {target} HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer {token}\r\n\r\n"
        ));
        let mark = token.rsplit('.').next().expect("a signature");
        secrets.push(mark.to_owned());
        let answer = answer.json();
        for name in ["sign", "picture_query"] {
            secrets.extend(answer[name].as_str().map(str::to_owned));
        }
        for name in ["secret_access_key", "session_token"] {
            secrets.extend(answer["credentials"][name].as_str().map(str::to_owned));
        }
    }
    let lines = stage.audit.lines(targets.len());
    assert_eq!(lines.len(), targets.len());
    assert_eq!(lines[0]["decision"], "allowed");
    assert_eq!(lines[0]["subject"], "alice");
    assert_eq!(lines[0]["rule"], "own pictures");
    assert_eq!(lines[0]["path"], "/users/alice/a.png");
    assert_eq!(lines[0]["lifetime"], 60);
    assert_eq!(lines[0]["address"], "127.0.0.1");
    // It came with what shows the picture afterwards; the second came with nothing.
    assert_eq!(lines[0]["with_download"], true);
    assert_eq!(lines[1].get("with_download"), None);
    assert_eq!(lines[1]["decision"], "refused");
    assert_eq!(lines[1]["code"], "path_outside");
    assert_eq!(lines[1]["path"], "/users/bob/a.png");
    let (text, counters) = (stage.audit.text(), stage.open("/metrics").body);
    assert!(secrets.len() > 15, "{}", secrets.len());
    for secret in secrets {
        assert!(!text.contains(&secret) && !counters.contains(&secret));
    }
}

#[test]
fn what_is_written_down_is_when_the_signature_ends() {
    let stage = Stage::new();
    let upload = "/v1/sign/cos?operation=upload&path=/users/alice/a.png&size=1&type=image/png";
    let mut count = 0;
    for (target, lifetime, serves_once) in [
        // Temporary keys live for a minute at least.
        ("/v1/sign/sts2?lifetime=1", 60, Value::Null),
        ("/v1/sign/sts2?lifetime=90", 90, Value::Null),
        ("/v1/sign/vod-play?video_id=v1&lifetime=1", 1, Value::Null),
        // The service goes on to take those for some minutes.
        ("/v1/sign/photo-token", 60, Value::Null),
        (upload, 60, Value::Null),
        (&upload.replace("upload&", "delete&"), 60, Value::Bool(true)),
    ] {
        assert_eq!(stage.ask("alice", target).status, 200, "{target}");
        count += 1;
        let lines = stage.audit.lines(count);
        let line = lines.last().expect("a line");
        assert_eq!(line["lifetime"], lifetime, "{target}");
        assert_eq!(line["single_use"], serves_once, "{target}");
    }
}

#[test]
fn of_a_malformed_path_as_much_is_written_down_as_can_hold_no_token() {
    let stage = Stage::new();
    let token = stage.token("alice");
    let (told, mark) = token.rsplit_once('.').expect("a signature");
    for path in [
        "/users/alice/%2E%2E/bob".to_owned(),
        format!("//{token}"),
        format!("//a?sign={mark}"),
        format!("//a%3Fsign%3D{mark}"),
        "/users/..\u{202e}/图".repeat(30),
    ] {
        let target = format!("/v1/sign/cos?operation=upload&path={path}");
        stage.ask("alice", &target).is(400, "path_malformed");
    }
    let lines = stage.audit.lines(5);
    for line in &lines {
        assert_eq!(line["code"], "path_malformed", "{line}");
        assert_eq!(line.get("path"), None);
        let shown = line["malformed_path"].as_str().expect("a text");
        let shown = shown.strip_suffix('…').unwrap_or(shown);
        assert!(shown.bytes().all(|byte| byte.is_ascii_graphic()), "{shown}");
    }
    assert_eq!(lines[0]["malformed_path"], "/users/alice/%2E%2E/bob");
    let text = stage.audit.text();
    assert!(!text.contains(mark) && !text.contains(told), "{text}");
}

#[test]
fn what_cannot_be_written_down_is_not_signed() {
    /// Has room for the first line.
    struct Full(bool);
    impl std::io::Write for Full {
        fn write(&mut self, bytes: &[u8]) -> std::io::Result<usize> {
            match std::mem::replace(&mut self.0, true) {
                false => Ok(bytes.len()),
                true => Err(std::io::ErrorKind::StorageFull.into()),
            }
        }

        fn flush(&mut self) -> std::io::Result<()> {
            Ok(())
        }
    }
    let (told, notices) = std::sync::mpsc::channel();
    let stage = Stage::with(|builder| {
        builder.audit(Full(false)).notices(move |notice| {
            let _ = told.send((notice.is_warning(), notice.to_string()));
        })
    });
    let ask = || stage.ask("alice", "/v1/sign/photo-token");
    // The first line is on its way when its answer is made: nobody knows yet.
    let mut answer = ask();
    for _ in 0..500 {
        if answer.status == 503 {
            break;
        }
        std::thread::sleep(std::time::Duration::from_millis(10));
        answer = ask();
    }
    answer.is(503, "busy");
    let refused = r#"decisions_total{decision="busy",route="/v1/sign/photo-token"} 1"#;
    let counters = stage.open("/metrics").body;
    assert!(counters.contains(refused), "{counters}");
    let lost = counters.lines().find_map(|line| {
        let (_, count) = line.split_once("yunmei_auth_audit_lost_total ")?;
        count.parse::<u32>().ok()
    });
    assert!(lost >= Some(1), "{counters}");
    // Who watches over the server may still ask: were it left alone, it would never try again.
    assert_eq!(stage.open("/healthz").status, 200);
    drop(stage);
    let told: Vec<_> = notices.iter().collect();
    assert_eq!(told.len(), 1, "{told:?}");
    assert!(told[0].0 && told[0].1.contains("the audit cannot be written"));
}
