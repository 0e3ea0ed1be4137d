//! `yunmei edit`.

use std::time::Duration;

use yunmei_emulator::Emulator;

use crate::{films::film, support::Stage};

fn task(vid: &str) -> String {
    format!(
        r#"{{"Output":{{"Width":240,"Height":160}},
            "Segments":[{{"Duration":1,"Elements":[{{"Type":"video","Source":"vid://{vid}"}}]}}]}}"#
    )
}

/// A stage with a task for a video that is there.
fn stage(delay: Duration) -> Stage {
    let stage = Stage::with(Emulator::builder().edit_delay(delay));
    stage.write("film.avi", film());
    let up = stage
        .run(&["--json", "vod", "upload", "film.avi"])
        .ends_with(0);
    let vid = up.objects()[0]["vid"].clone();
    stage.write("task.json", task(vid.as_str().expect("an id")));
    stage
}

#[test]
fn a_task_is_submitted_and_waited_for() {
    let stage = stage(Duration::ZERO);
    let id = stage.run(&["edit", "submit", "task.json"]).ends_with(0);
    let id = id.stdout.trim_end();
    let run = stage
        .run(&["--json", "edit", "result", id, "--wait", "10s"])
        .ends_with(0);
    let result = &run.objects()[0];
    assert_eq!(result["status"], "done", "{}", run.stdout);
    assert!(result["vid"].is_string(), "{}", run.stdout);
    let run = stage
        .run(&[
            "--json",
            "edit",
            "submit",
            "task.json",
            "--sync",
            "--title",
            "x",
        ])
        .ends_with(0);
    assert!(run.objects()[0]["id"].is_string());
}

#[test]
fn a_task_that_takes_longer_is_9() {
    let stage = stage(Duration::from_secs(3600));
    let id = stage.run(&["edit", "submit", "task.json"]).ends_with(0);
    let id = id.stdout.trim_end();
    let run = stage.run(&["edit", "result", id]).ends_with(0);
    assert!(run.stdout.starts_with(id), "{}", run.stdout);
    let run = stage
        .run(&["edit", "result", id, "--wait", "0s"])
        .ends_with(9);
    assert!(run.stderr.contains("goes on"), "{}", run.stderr);
}

#[test]
fn a_task_that_fails_is_3_and_says_why() {
    let stage = stage(Duration::ZERO);
    stage.write("task.json", task("v0none"));
    let id = stage.run(&["edit", "submit", "task.json"]).ends_with(0);
    let id = id.stdout.trim_end();
    let run = stage
        .run(&["edit", "result", id, "--wait", "10s"])
        .ends_with(3);
    assert!(run.stdout.contains("failed"), "{}", run.stdout);
    stage
        .run(&["edit", "submit", "--sync", "task.json"])
        .ends_with(3);
    let run = stage.run(&["edit", "result", "nobody"]).ends_with(4);
    assert!(run.stderr.contains("nobody"), "{}", run.stderr);
}

#[test]
fn an_unknown_id_does_not_hide_what_is_said_of_the_others() {
    let stage = stage(Duration::ZERO);
    let id = stage.run(&["edit", "submit", "task.json"]).ends_with(0);
    let id = id.stdout.trim_end();
    for further in [&[][..], &["--wait", "10s"]] {
        let asked = ["edit", "result", "nobody", id, "noone"];
        let run = stage.run(&[&asked, further].concat()).ends_with(7);
        assert!(run.stdout.starts_with(id), "{}", run.stdout);
        assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
        for told in ["nobody", "noone", "1 done, 2 failed"] {
            assert!(run.stderr.contains(told), "{told}: {}", run.stderr);
        }
        let asked = ["edit", "result", "nobody", "noone"];
        let run = stage.run(&[&asked, further].concat()).ends_with(4);
        assert!(run.stderr.contains("noone"), "{}", run.stderr);
    }
}

#[test]
fn what_is_no_task_is_2() {
    let stage = Stage::new();
    for (content, told) in [
        ("[]", "JSON object"),
        ("{", "no JSON"),
        (r#"{"EditParam":1}"#, "EditParam must be"),
        (r#"{"EditParam":{},"Speed":1}"#, "no member \"Speed\""),
        (r#"{"EditParam":{},"VideoName":1}"#, "VideoName must be"),
        (r#"{"EditParam":{},"Priority":"x"}"#, "Priority must be"),
    ] {
        stage.write("task.json", content);
        let run = stage.run(&["edit", "submit", "task.json"]).ends_with(2);
        assert!(run.stderr.contains(told), "{content}: {}", run.stderr);
    }
    stage.run(&["edit", "submit", "missing.json"]).ends_with(6);
    stage.run(&["edit", "result", ""]).ends_with(2);
    assert!(stage.emulator.log().is_empty());
}
