//! `yunmei photo` as a person uses it.

use std::{fs, process::Stdio, time::Duration};

use serde_json::Value;
use yunmei_emulator::{Builder, Emulator, Faults};

use crate::{
    pictures::{noise, size},
    support::{Run, Stage, interrupt},
};

/// Repairs are done when they are asked for.
pub(crate) fn prompt() -> Builder {
    Emulator::builder().photo_delay(Duration::ZERO)
}

fn endless() -> Builder {
    Emulator::builder().photo_delay(Duration::MAX)
}

pub(crate) fn stage(builder: Builder) -> Stage {
    let stage = Stage::with(builder);
    stage.write("old.png", noise(20, 10));
    stage
}

fn left(stage: &Stage) -> u64 {
    let quota = stage.run(&["--json", "photo", "quota"]).ends_with(0);
    let quota: Value = serde_json::from_str(&quota.stdout).expect("JSON");
    quota["left"].as_u64().expect("a number")
}

pub(crate) fn faults(text: &str) -> Faults {
    Faults::from_toml(text).expect("faults")
}

#[test]
fn a_photo_is_repaired_in_one_go() {
    let stage = stage(prompt());
    let before = left(&stage);
    for (arguments, to) in [
        (&["--type", "sr"][..], "sr.png"),
        (&["--type", "sr,repair,colour"], "colour.png"),
        (&["--type", "bg", "--rgb", "255,255,255"], "bg.png"),
    ] {
        let command = [&["photo", "repair", "old.png", to], arguments].concat();
        let run = stage.run(&command).ends_with(0);
        assert_eq!(run.stdout, format!("old.png -> {to}\n"));
        assert!(size(&fs::read(stage.path(to)).expect("a file")).is_some());
    }
    assert_eq!(left(&stage), before - 3);
    let quota = stage.run(&["photo", "quota"]).ends_with(0);
    assert_eq!(quota.stdout, format!("{} uploads left\n", before - 3));
}

#[test]
fn nothing_is_charged_that_cannot_be_kept() {
    let stage = stage(prompt());
    stage.write("there.png", "precious");
    stage.write("there.json", "{}");
    for arguments in [
        &["photo", "repair", "old.png", "there.png"][..],
        &["photo", "repair", "old.png", "missing/new.png"],
        &[
            "photo",
            "repair",
            "old.png",
            "new.png",
            "--job",
            "there.json",
        ],
        &[
            "photo",
            "repair",
            "old.png",
            "new.png",
            "--job",
            "missing/job",
        ],
        &["photo", "repair", "missing.png", "new.png"],
        &["photo", "upload", "old.png", "--job", "there.json"],
    ] {
        stage.run(arguments).ends_with(6);
    }
    assert_eq!(
        fs::read_to_string(stage.path("there.png")).expect("a file"),
        "precious"
    );
    assert!(stage.emulator.log().is_empty());
    // Nothing is left behind: the two files, the picture and the configuration.
    assert_eq!(fs::read_dir(stage.path("")).expect("a folder").count(), 4);
}

#[test]
fn a_job_is_saved_and_taken_up_by_another_process() {
    let stage = stage(prompt());
    let up = stage
        .run(&["--json", "photo", "upload", "old.png", "--job", "job.json"])
        .ends_with(0);
    let job: Value = serde_json::from_str(&up.stdout).expect("JSON");
    let id = job["id"].as_str().expect("an id");
    let saved = fs::read_to_string(stage.path("job.json")).expect("a file");
    assert_eq!(serde_json::from_str::<Value>(&saved).expect("JSON"), job);

    for which in [&["--job", "job.json"][..], &[id]] {
        let status = [&["photo", "status"], which].concat();
        let status = stage.run(&status).ends_with(0);
        // The service's own word would say the same.
        assert_eq!(status.stdout, format!("{id}  done\n"));
        let get = [&["photo", "get"], which, &["new.png"]].concat();
        stage.run(&get).ends_with(0);
        assert!(size(&fs::read(stage.path("new.png")).expect("a file")).is_some());
        stage.run(&get).ends_with(6);
        fs::remove_file(stage.path("new.png")).expect("removed");
    }
}

#[test]
fn a_result_goes_into_a_folder_under_its_id() {
    let stage = stage(prompt());
    stage
        .run(&["photo", "upload", "old.png", "--job", "job.json"])
        .ends_with(0);
    let job = fs::read_to_string(stage.path("job.json")).expect("a file");
    let job: Value = serde_json::from_str(&job).expect("JSON");
    let name = format!("{}.png", job["id"].as_str().expect("an id"));
    let get = ["photo", "get", "--job", "job.json"];
    let into = |folder| stage.run(&[&get[..], &[folder]].concat());

    let run = into(".").ends_with(0);
    assert!(run.stdout.ends_with(&format!("{name}\n")), "{}", run.stdout);
    assert!(size(&fs::read(stage.path(&name)).expect("a file")).is_some());
    let run = into(".").ends_with(6);
    assert!(run.stderr.contains("--force"), "{}", run.stderr);

    // Where nothing can be written, nothing is asked.
    let asked = stage.emulator.log().len();
    into("missing/").ends_with(6);
    assert_eq!(stage.emulator.log().len(), asked);
}

#[test]
fn a_message_of_the_service_is_shown_where_it_says_something_else() {
    let answer = "[[fault]]\nop = \"photo.status\"\naction = \"answer\"\nstatus = 200\n\
                  body = '{\"code\":200,\"data\":{\"status\":100,\"msg\":\"waiting\"}}'\n";
    let stage = stage(prompt().faults(faults(answer)));
    let run = stage.run(&["photo", "status", "00"]).ends_with(0);
    assert_eq!(run.stdout, "00  processing  waiting\n");
}

#[test]
fn one_upload_is_one_upload() {
    let stage = stage(prompt().photo_quota(1));
    let quota = stage.run(&["photo", "quota"]).ends_with(0);
    assert_eq!(quota.stdout, "1 upload left\n");
}

#[test]
fn a_repair_that_takes_too_long_is_9_and_can_be_gone_on_with() {
    let stage = stage(endless());
    let repair = ["photo", "repair", "old.png", "new.png", "--wait", "0s"];
    let run = stage.run(&repair).ends_with(9);
    assert!(run.stderr.contains("yunmei photo get "), "{}", run.stderr);
    assert!(!stage.path("new.png").exists());
    let saving = [&repair[..], &["--job", "my job"]].concat();
    let run = stage.run(&saving).ends_with(9);
    assert!(
        run.stderr.contains("yunmei photo get --job 'my job' OUT"),
        "{}",
        run.stderr
    );
    let status = stage
        .run(&["photo", "status", "--job", "my job"])
        .ends_with(0);
    assert!(status.stdout.contains("  processing"), "{}", status.stdout);
    let get = ["photo", "get", "--job", "my job", "new.png", "--wait", "0s"];
    stage.run(&get).ends_with(9);
}

#[test]
fn an_upload_whose_answer_was_lost_is_8_and_not_sent_again() {
    let lost = faults("[[fault]]\nop = \"photo.upload\"\naction = \"drop\"\nwhen = \"after\"\n");
    let stage = stage(prompt().faults(lost));
    let before = left(&stage);
    let run = stage
        .run(&["photo", "repair", "old.png", "new.png"])
        .ends_with(8);
    assert!(
        run.stderr.contains("may have been accepted")
            && run.stderr.contains("`yunmei photo quota`"),
        "{}",
        run.stderr
    );
    let uploads = stage.emulator.log();
    let uploads = uploads
        .iter()
        .filter(|entry| entry.op.as_deref() == Some("photo.upload"));
    assert_eq!(uploads.count(), 1);
    assert_eq!(left(&stage), before - 1);
}

#[test]
fn an_interruption_says_how_to_go_on() {
    let stage = stage(endless());
    let child = stage
        .command(&["photo", "repair", "old.png", "new.png"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let is_waiting = || {
        let log = stage.emulator.log();
        log.iter()
            .any(|entry| entry.op.as_deref() == Some("photo.status"))
    };
    while !is_waiting() {
        std::thread::yield_now();
    }
    interrupt(&child);
    let run = Run::from(child.wait_with_output().expect("it ends")).ends_with(130);
    assert!(
        run.stderr.contains("interrupted") && run.stderr.contains("yunmei photo get "),
        "{}",
        run.stderr
    );
    // Only the picture and the configuration.
    assert_eq!(fs::read_dir(stage.path("")).expect("a folder").count(), 2);
}

#[test]
fn without_uploads_left_nothing_is_sent() {
    let stage = stage(prompt().photo_quota(0));
    let run = stage.run(&["photo", "upload", "old.png"]).ends_with(3);
    assert!(run.stderr.contains("no uploads are left"), "{}", run.stderr);
    assert_eq!(stage.emulator.log().len(), 1);
}

#[test]
fn a_result_that_is_gone_is_4() {
    let stage = stage(prompt().photo_lifetime(Duration::ZERO));
    let run = stage
        .run(&[
            "photo",
            "get",
            "0cc175b9c0f1b6a831c399e269772661",
            "new.png",
        ])
        .ends_with(4);
    assert!(run.stderr.contains("an hour"), "{}", run.stderr);
}

#[test]
fn a_result_that_is_not_at_its_address_says_how_to_ask_again() {
    let gone = faults(
        "[[fault]]\nop = \"photo.picture\"\naction = \"answer\"\nstatus = 404\nbody = \"<html>\"\n",
    );
    let stage = stage(prompt().faults(gone));
    stage
        .run(&["photo", "upload", "old.png", "--job", "job"])
        .ends_with(0);
    let run = stage
        .run(&["photo", "get", "--job", "job", "new.png"])
        .ends_with(4);
    assert!(
        run.stderr.contains("try `yunmei photo get --job job OUT`"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_refusal_does_not_say_the_same_twice() {
    let stage = stage(prompt());
    stage.write("notes.txt", "no picture");
    let run = stage.run(&["photo", "upload", "notes.txt"]).ends_with(3);
    let told = "file type not supported";
    assert_eq!(run.stderr.matches(told).count(), 1, "{}", run.stderr);
}

#[test]
fn a_wrong_key_is_3_and_the_clock_is_named() {
    let stage = stage(prompt());
    let key = stage.emulator.fangtang_account().secret_key();
    stage.write_config(&stage.config().replace(key.expose(), "another-key"));
    let run = stage.run(&["photo", "quota"]).ends_with(3);
    assert!(
        run.stderr.contains("9999") && run.stderr.contains("clock"),
        "{}",
        run.stderr
    );
}

#[test]
fn answers_that_cannot_be_understood_are_5_and_nothing_is_taken_for_a_success() {
    for body in [
        r#"{\"code\":201,\"data\":{\"status\":200}}"#,
        r#"{\"code\":200,\"data\":{\"status\":300}}"#,
        r#"{\"code\":200}"#,
        "<html>",
    ] {
        let answer = format!(
            "[[fault]]\nop = \"photo.status\"\naction = \"answer\"\nstatus = 200\nbody = \"{body}\"\n"
        );
        let stage = stage(prompt().faults(faults(&answer)));
        stage.run(&["photo", "status", "00"]).ends_with(5);
    }
    let refused = "[[fault]]\nop = \"photo.status\"\naction = \"answer\"\nstatus = 200\n\
                   body = '{\"code\":9000,\"msg\":\"failed\"}'\n";
    let stage = stage(prompt().faults(faults(refused)));
    let run = stage.run(&["photo", "status", "00"]).ends_with(3);
    assert!(run.stderr.contains("9000"), "{}", run.stderr);
}

#[test]
fn wrong_usage_is_2() {
    let stage = stage(prompt());
    stage.write("empty.png", "");
    stage.write("no-job.json", "{\"version\":1}");
    let job =
        r#"{"version":1,"third_code":"another","id":"00","repair":{"type":"sr"},"submitted":1}"#;
    stage.write("other.json", job);
    for (arguments, told) in [
        (
            &["photo", "repair", "old.png", "new.png", "--type", "new"][..],
            "sr,repair",
        ),
        (
            &["photo", "repair", "old.png", "new.png", "--type", "bg"],
            "--rgb",
        ),
        (
            &["photo", "repair", "old.png", "new.png", "--rgb", "1,2,3"],
            "--type bg",
        ),
        (
            &[
                "photo", "repair", "old.png", "new.png", "--type", "bg", "--rgb", "256,0,0",
            ],
            "0 to 255",
        ),
        (&["photo", "repair", "empty.png", "new.png"], "empty"),
        (
            &["photo", "repair", "old.png", "same", "--job", "./same"],
            "the same",
        ),
        (
            &["photo", "get", "--job", "other.json", "other.json", "-f"],
            "the same",
        ),
        (
            &["photo", "repair", "old.png", "new.png", "--wait", "long"],
            "10m",
        ),
        (&["photo", "status"], "ID"),
        (&["photo", "status", "../x"], "letters"),
        (
            &["photo", "status", "other.json"],
            "for a job file: --job other.json",
        ),
        (
            &["photo", "get", "./other.json", "new.png"],
            "--job ./other.json",
        ),
        (&["photo", "get", "new.png"], "ID"),
        (&["photo", "status", "--job", "no-job.json"], "no saved job"),
        (
            &["photo", "get", "--job", "other.json", "new.png"],
            "another partner",
        ),
    ] {
        let run = stage.run(arguments).ends_with(2);
        assert!(run.stderr.contains(told), "{arguments:?}: {}", run.stderr);
        assert_eq!(run.stdout, "");
    }
    assert!(stage.emulator.log().is_empty());
}
