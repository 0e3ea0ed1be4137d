//! `yunmei vcloud call`: any action by its name.

use std::{io::Write, process::Stdio};

use serde_json::Value;

use crate::support::{Run, Stage};

fn answer(run: &Run) -> Value {
    serde_json::from_str(&run.stdout).expect("JSON")
}

#[test]
fn an_action_is_called_by_its_name_and_its_version_is_known() {
    let stage = Stage::new();
    let run = stage
        .run(&["vcloud", "call", "iam", "CreateUser", "-p", "UserName=bob"])
        .ends_with(0);
    assert_eq!(answer(&run)["User"]["UserName"], "bob");
    let run = stage
        .run(&[
            "--json",
            "vcloud",
            "call",
            "iam",
            "ListUsers",
            "-p",
            "Limit=5",
        ])
        .ends_with(0);
    let object = &run.objects()[0];
    assert!(object["request_id"].is_string());
    assert_eq!(object["result"]["Total"], 1);
    stage
        .run(&[
            "vcloud",
            "call",
            "vod",
            "GetCdnDomainWeights",
            "-p",
            "SpaceName=example-space",
        ])
        .ends_with(0);
}

#[test]
fn a_body_comes_from_a_file_or_from_standard_input() {
    let stage = Stage::new();
    let body = r#"{"ReqIds": ["none"]}"#;
    stage.write("body.json", body);
    let call = |file| {
        [
            "vcloud",
            "call",
            "edit",
            "GetDirectEditResult",
            "--json-body",
            file,
        ]
    };
    let run = stage.run(&call("body.json")).ends_with(0);
    assert!(answer(&run).is_array());
    let mut child = stage
        .command(&call("-"))
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut input = child.stdin.take().expect("standard input");
    input.write_all(body.as_bytes()).expect("written");
    drop(input);
    let run = Run::from(child.wait_with_output().expect("it ends")).ends_with(0);
    assert!(answer(&run).is_array());
}

#[test]
fn a_form_is_signed_and_sent() {
    let stage = Stage::new();
    stage.use_volcengine();
    let urls = r#"URLSets=[{"SourceUrl":"http://127.0.0.1:9/a b.mp4"}]"#;
    let run = stage
        .run(&[
            "vcloud",
            "call",
            "vod",
            "UploadMediaByUrl",
            "--form",
            "SpaceName=example-space",
            "--form",
            urls,
        ])
        .ends_with(0);
    assert!(answer(&run)["Data"].is_array(), "{}", run.stdout);
}

#[test]
fn an_action_that_nobody_knows_is_4() {
    let stage = Stage::new();
    let run = stage
        .run(&[
            "vcloud",
            "call",
            "vod",
            "Nothing",
            "--version",
            "2018-01-01",
        ])
        .ends_with(4);
    assert!(run.stderr.contains("name and version"), "{}", run.stderr);
}

#[test]
fn what_cannot_be_sent_is_2() {
    let stage = Stage::new();
    stage.write("broken.json", "{");
    for (arguments, told) in [
        (&["vcloud", "call", "vod", "Nothing"][..], "--version"),
        (&["vcloud", "call", "tos", "A"], "vod, ImageX, iam"),
        (&["vcloud", "call", "iam", "A", "-p", "x"], "NAME=VALUE"),
        (
            &["vcloud", "call", "iam", "A", "--json-body", "broken.json"],
            "no JSON",
        ),
        (&["vcloud", "call", "iam", ""], "Action"),
        (
            &[
                "vcloud",
                "call",
                "iam",
                "A",
                "--form",
                "a=b",
                "--json-body",
                "x",
            ],
            "--json-body",
        ),
    ] {
        let run = stage.run(arguments).ends_with(2);
        assert!(run.stderr.contains(told), "{arguments:?}: {}", run.stderr);
    }
    stage
        .run(&["vcloud", "call", "iam", "A", "--json-body", "missing.json"])
        .ends_with(6);
    assert!(stage.emulator.log().is_empty());
}
