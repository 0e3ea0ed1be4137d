//! `yunmei photo` where this machine or the service is not as it should be.

use std::{fs, process::Command, process::Stdio};

use serde_json::Value;

use crate::{
    photo::{faults, prompt, stage},
    pictures::noise,
    support::Run,
};

#[test]
fn a_message_of_the_service_cannot_steer_the_terminal() {
    let answer = "[[fault]]\nop = \"photo.status\"\naction = \"answer\"\nstatus = 200\n\
                  body = '{\"code\":200,\"data\":{\"status\":100,\"msg\":\"a\\u009b2J\"}}'\n";
    let stage = stage(prompt().faults(faults(answer)));
    let run = stage.run(&["photo", "status", "00"]).ends_with(0);
    assert_eq!(run.stdout, "00  processing  a\u{fffd}2J\n");
    let run = stage.run(&["--json", "photo", "status", "00"]).ends_with(0);
    assert!(!run.stdout.contains('\u{9b}'), "{:?}", run.stdout);
    let status: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!(status["message"], "a\u{9b}2J");
}

#[test]
fn a_result_that_is_no_picture_is_5_and_no_file() {
    for (body, told) in [("", "empty"), ("<html>", "no picture")] {
        let page = format!(
            "[[fault]]\nop = \"photo.picture\"\naction = \"answer\"\nstatus = 200\nbody = \"{body}\"\n"
        );
        let stage = stage(prompt().faults(faults(&page)));
        for to in ["new.png", "-"] {
            let run = stage.run(&["photo", "repair", "old.png", to]).ends_with(5);
            assert!(
                run.stderr.contains(told) && run.stderr.contains("go on with"),
                "{}",
                run.stderr
            );
            assert_eq!(run.stdout, "");
        }
        // Only the picture and the configuration.
        assert_eq!(fs::read_dir(stage.path("")).expect("a folder").count(), 2);
    }
}

#[test]
fn a_limit_of_file_size_is_6_and_loses_no_job() {
    let stage = stage(prompt());
    let limited = |arguments: &[&str]| {
        let program = stage.command(arguments);
        let mut shell = Command::new("sh");
        shell.args(["-c", "ulimit -f 0; exec \"$0\" \"$@\""]);
        shell.arg(program.get_program()).args(program.get_args());
        shell.current_dir(stage.path(""));
        shell.env("YUNMEI_CONFIG", stage.path("config.toml"));
        Run::from(shell.output().expect("a shell")).ends_with(6)
    };
    let run = limited(&["photo", "upload", "old.png", "--job", "job.json"]);
    assert!(run.stdout.contains("\"id\""), "{}", run.stdout);
    let run = limited(&["photo", "repair", "old.png", "new.png"]);
    assert!(run.stderr.contains("yunmei photo get "), "{}", run.stderr);
    assert_eq!(fs::read_dir(stage.path("")).expect("a folder").count(), 2);
}

#[test]
fn a_reader_that_has_read_enough_is_no_failure() {
    let stage = stage(prompt());
    // More than a pipe holds.
    stage.write("large.png", noise(400, 400));
    let mut child = stage
        .command(&["photo", "repair", "large.png", "-"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(child.stdout.take());
    Run::from(child.wait_with_output().expect("it ends")).ends_with(0);
}

#[test]
fn a_service_that_hangs_is_9_all_the_same() {
    let hanging =
        faults("[[fault]]\nop = \"photo.status\"\naction = \"delay\"\nmilliseconds = 20000\n");
    let stage = stage(prompt().faults(hanging));
    let run = stage
        .run(&["photo", "get", "00", "new.png", "--wait", "0s"])
        .ends_with(9);
    assert!(run.stderr.contains("yunmei photo get 00"), "{}", run.stderr);
}

#[test]
fn a_name_that_is_no_text_is_kept() {
    use std::os::unix::ffi::OsStrExt;
    let stage = stage(prompt());
    let name = std::ffi::OsStr::from_bytes(b"\xff\xfe.png");
    let from = stage.path("").join(name);
    // Not every file system takes such a name.
    if fs::write(&from, noise(20, 10)).is_err() {
        return;
    }
    fs::create_dir(stage.path("out")).expect("a folder");
    let mut command = stage.command(&["photo", "repair"]);
    let run = command.arg(name).arg("out").output();
    Run::from(run.expect("the program runs")).ends_with(0);
    assert!(stage.path("out").join(name).exists());
    let mut command = stage.command(&["image", "detect"]);
    let run = command.arg(name).output();
    Run::from(run.expect("the program runs")).ends_with(0);
}

#[test]
fn a_partner_that_is_not_known_is_told_as_such_where_no_photo_was_named() {
    let stage = stage(prompt());
    let known = stage.emulator.fangtang_account().third_code().to_string();
    stage.write_config(&stage.config().replace(&known, "nobody"));
    stage.write("a.png", noise(8, 8));
    for arguments in [
        &["photo", "quota"][..],
        &["photo", "upload", "a.png"],
        &["photo", "repair", "a.png", "b.png"],
    ] {
        let run = stage.run(arguments).ends_with(4);
        assert!(
            run.stderr
                .ends_with("\n  check third_code in the table fangtang of the configuration\n"),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn a_photo_that_cannot_be_read_is_3_and_nothing_was_charged() {
    let stage = stage(prompt());
    stage.write("half.png", &noise(40, 40)[..200]);
    let run = stage
        .run(&["photo", "repair", "half.png", "b.png"])
        .ends_with(3);
    assert!(run.stderr.contains("9009"), "{}", run.stderr);
    assert!(run.stderr.contains("is not charged"), "{}", run.stderr);
    let quota = stage.run(&["photo", "quota"]).ends_with(0);
    assert_eq!(quota.stdout, "100 uploads left\n");
}
