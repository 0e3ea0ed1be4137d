//! `yunmei sts`: temporary keys, and what they may do.

use serde_json::Value;

use crate::support::{Run, Stage};

/// A configuration with these keys in place of the account's own.
fn with_keys(stage: &Stage, keys: &Run) -> String {
    let own = stage.emulator.vcloud_account().credentials().clone();
    let config = stage.config();
    let (before, table) = config
        .split_once("[default.vcloud]\n")
        .expect("a table of it");
    let mut lines: Vec<&str> = table.lines().collect();
    lines.retain(|line| {
        let is_told = ["dialect", "region", "endpoint"]
            .iter()
            .any(|name| line.starts_with(name));
        let is_key = line.contains(own.access_key()) || line.contains(own.secret_key().expose());
        !is_told && !is_key
    });
    let rest = lines.join("\n");
    format!("{before}[default.vcloud]\n{}\n{rest}\n", keys.stdout)
}

#[test]
fn the_lines_are_enough_for_a_table() {
    let stage = Stage::new();
    stage.use_volcengine();
    let keys = stage.run(&["sts", "--action", "iam:List*"]).ends_with(0);
    stage.write_config(&format!("[default.vcloud]\n{}", keys.stdout));
    let run = stage.run(&["iam", "users"]).ends_with(0);
    assert_eq!(run.stderr, "");
}

/// How a command ends that is run with these temporary keys.
fn status(stage: &Stage, keys: &[&str], command: &[&str]) -> Option<i32> {
    let own = stage.config();
    let keys = stage.run(keys).ends_with(0);
    stage.write_config(&with_keys(stage, &keys));
    let run = stage.run(command);
    stage.write_config(&own);
    run.status
}

#[test]
fn the_keys_serve_for_what_they_were_made_for_and_nothing_else() {
    for dialect in ["ttvcloud", "volcengine"] {
        let stage = Stage::new();
        if dialect == "volcengine" {
            stage.use_volcengine();
        }
        stage.write("a.mp4", "a");
        let upload = &["vod", "upload", "a.mp4", "--no-meta"][..];
        let users = &["iam", "users"][..];
        assert_eq!(
            status(&stage, &["sts", "upload"], upload),
            Some(0),
            "{dialect}"
        );
        assert_eq!(
            status(&stage, &["sts", "upload"], users),
            Some(3),
            "{dialect}"
        );
        assert_eq!(
            status(&stage, &["sts", "play"], upload),
            Some(3),
            "{dialect}"
        );
        let allowed = &["sts", "--action", "iam:List*"][..];
        assert_eq!(status(&stage, allowed, users), Some(0), "{dialect}");
        assert_eq!(status(&stage, &["sts"], users), Some(0), "{dialect}");
    }
}

#[test]
fn keys_for_one_video_do_not_play_another() {
    let stage = Stage::new();
    stage.write("a.mp4", "a");
    let up = stage
        .run(&["--json", "vod", "upload", "a.mp4", "--no-meta", "--publish"])
        .ends_with(0);
    let vid = up.objects()[0]["vid"].clone();
    let vid = vid.as_str().expect("an id");
    let play = &["vod", "play", vid][..];
    assert_eq!(status(&stage, &["sts", "play", vid], play), Some(0));
    assert_eq!(status(&stage, &["sts", "play", "v0other"], play), Some(3));
}

#[test]
fn what_the_policy_of_the_keys_forbids_is_not_said_to_want_publishing() {
    let stage = Stage::new();
    let keys = stage.run(&["sts", "upload"]).ends_with(0);
    stage.write_config(&with_keys(&stage, &keys));
    stage.write("a.mp4", "a");
    for arguments in [
        &["vod", "play", "v1"][..],
        &["--json", "vod", "upload", "a.mp4", "--no-meta", "--publish"],
    ] {
        let run = stage.run(arguments).ends_with(3);
        assert!(run.stderr.contains("100013"), "{}", run.stderr);
        assert!(run.stderr.contains("check their policy"), "{}", run.stderr);
        assert!(!run.stderr.contains("vod publish"), "{}", run.stderr);
        for line in run.objects() {
            assert!(line["vid"].is_string(), "{line}");
            assert_eq!(line["published"], Value::Null, "{line}");
        }
    }
}

#[test]
fn keys_without_a_limit_are_warned_of() {
    let stage = Stage::new();
    let run = stage.run(&["sts"]).ends_with(0);
    assert!(run.stderr.contains("warning"), "{}", run.stderr);
    let run = stage.run(&["sts", "play"]).ends_with(0);
    assert!(run.stderr.contains("every video"), "{}", run.stderr);
    for limited in [&["sts", "upload"][..], &["sts", "play", "v1"]] {
        assert_eq!(stage.run(limited).ends_with(0).stderr, "");
    }
    assert!(stage.emulator.log().is_empty());
}

#[test]
fn json_is_what_the_vendors_clients_hand_on() {
    let stage = Stage::new();
    let run = stage
        .run(&["sts", "--json", "play", "--expires", "10m"])
        .ends_with(0);
    let keys = &run.objects()[0];
    for name in [
        "AccessKeyId",
        "SecretAccessKey",
        "SessionToken",
        "ExpiredTime",
        "CurrentTime",
    ] {
        assert!(keys[name].is_string(), "{name}");
    }
    stage.use_volcengine();
    let run = stage.run(&["--json", "sts", "play"]).ends_with(0);
    assert!(run.objects()[0]["AccessKeyID"].is_string());
}

#[test]
fn times_are_those_of_this_machine() {
    let stage = Stage::new();
    let output = stage
        .command(&["--json", "sts", "upload"])
        .env("TZ", "XXX-5:30")
        .output();
    let run = Run::from(output.expect("the program runs")).ends_with(0);
    let time = run.objects()[0]["ExpiredTime"].clone();
    let time = time.as_str().expect("a time").to_owned();
    assert!(time.ends_with("+05:30"), "{time}");
}

#[test]
fn a_policy_may_come_from_a_file() {
    let stage = Stage::new();
    let policy = r#"{"Statement":[{"Effect":"Allow","Action":["iam:ListUsers"],"Resource":[]}]}"#;
    stage.write("policy.json", policy);
    let keys = &["sts", "--policy", "policy.json"][..];
    assert_eq!(status(&stage, keys, &["iam", "users"]), Some(0));
    assert_eq!(status(&stage, keys, &["vod", "domains"]), Some(3));
}

#[test]
fn what_would_widen_a_policy_is_refused() {
    let stage = Stage::new();
    stage.write("policy.json", r#"{"Statement":[{"NotAction":["a:b"]}]}"#);
    stage.write("array.json", r#"[[]]"#);
    // Of two members the last one would count, of unknown ones none.
    let (allow, deny) = (
        r#""Statement":[{"Effect":"Allow","Action":["*"]}]"#,
        r#""Statement":[{"Effect":"Deny","Action":["iam:*"]}]"#,
    );
    stage.write("twice.json", format!("{{{deny},{allow}}}"));
    let actions = r#"{"Statement":[{"Effect":"Allow","Action":["a:b"],"Action":["*"]}]}"#;
    stage.write("actions.json", actions);
    stage.write("condition.json", format!("{{{allow},\"Condition\":\"x\"}}"));
    for (arguments, told) in [
        (&["sts", "play", "v*"][..], "without *"),
        (&["sts", "play", "v1/v2"], "without *"),
        (&["sts", "imagex-upload", "--service-id", "*"], "ServiceId"),
        (&["sts", "--action", "GetPlayInfo"], "vod:GetPlayInfo"),
        (&["sts", "--resource", "x"], "--action"),
        (&["sts", "--policy", "policy.json"], "no policy"),
        (&["sts", "--policy", "array.json"], "a JSON object"),
        (&["sts", "--policy", "twice.json"], "duplicate field"),
        (&["sts", "--policy", "actions.json"], "duplicate field"),
        (&["sts", "--policy", "condition.json"], "unknown field"),
        (&["sts", "--action", "vod:*", "upload"], "go without"),
        (&["sts", "--expires", "soon"], "90s"),
    ] {
        let run = stage.run(arguments).ends_with(2);
        assert!(run.stderr.contains(told), "{arguments:?}: {}", run.stderr);
        assert_eq!(run.stdout, "");
    }
}

#[test]
fn temporary_keys_make_no_temporary_keys() {
    let stage = Stage::new();
    let keys = stage.run(&["sts", "upload"]).ends_with(0);
    stage.write_config(&with_keys(&stage, &keys));
    let run = stage.run(&["sts", "upload"]).ends_with(2);
    assert!(run.stderr.contains("the account itself"), "{}", run.stderr);
    let objects: Vec<Value> = run.objects();
    assert!(objects.is_empty());
}
