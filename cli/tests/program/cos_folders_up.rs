//! Folders on their way into COS.

use std::{
    ffi::OsStr,
    fs,
    os::unix::{ffi::OsStrExt, fs::PermissionsExt, fs::symlink, net::UnixListener},
    path::Path,
    process::{Command, Stdio},
    time::Duration,
};

use crate::{
    cos_folders::{Files, many, nested},
    support::{Run, Stage, interrupt},
};
use yunmei_emulator::{Emulator, Faults};

fn with_fault(rule: &str) -> Stage {
    let faults = Faults::from_toml(&format!("[[fault]]\n{rule}")).expect("faults");
    Stage::with(Emulator::builder().faults(faults))
}

#[test]
fn what_is_in_a_folder_goes_up_and_comes_back_the_same() {
    let stage = Stage::new();
    stage.fill("pictures", &nested());
    let up = stage.copy(&["pictures", "cos:///backup/"]).ends_with(0);
    let first = "pictures/a.txt -> cos:///backup/a.txt\n";
    assert!(up.stdout.starts_with(first), "{}", up.stdout);
    let down = stage.copy(&["cos:///backup/", "back"]).ends_with(0);
    assert!(
        stage.files("back") == nested(),
        "other files than went up: {}",
        down.stdout
    );
}

#[test]
fn what_is_there_already_is_not_sent_again() {
    let stage = Stage::new();
    stage.fill("pictures", &nested());
    let copy = ["--json", "pictures", "cos:///backup/"];
    stage.copy(&copy).ends_with(0);
    let sent = |stage: &Stage| {
        (
            stage.requests("upload"),
            stage.requests("upload_slice_init"),
        )
    };
    assert_eq!(sent(&stage), (5, 1));
    for again in [&copy[..], &["--force", copy[0], copy[1], copy[2]]] {
        let run = stage.copy(again).ends_with(0);
        let objects = run.objects();
        assert_eq!(objects.len(), 6);
        for object in objects {
            assert_eq!(object["unchanged"], true, "{object}");
            assert!(object["source_url"].is_string(), "{object}");
        }
    }
    assert_eq!(sent(&stage), (5, 1));
}

#[test]
fn a_few_files_are_asked_for_one_by_one_in_a_folder_of_many() {
    let stage = Stage::new();
    stage.fill("many", &many(205));
    stage.copy(&["many", "cos:///many/"]).ends_with(0);
    let before = (stage.requests("upload"), stage.requests("list"));
    stage.fill("one", &Files::from([("204.txt".into(), b"204".to_vec())]));
    stage.copy(&["one", "cos:///many/"]).ends_with(0);
    assert_eq!(stage.requests("upload"), before.0);
    assert_eq!(stage.requests("list"), before.1 + 1);
    assert_eq!(stage.requests("stat"), 1);
}

#[test]
fn other_content_is_replaced_by_force_only_and_does_not_keep_the_rest() {
    let stage = Stage::new();
    stage.fill("new", &many(3));
    stage.write("001.txt", "precious");
    stage
        .run(&["cos", "cp", "001.txt", "cos:///x/"])
        .ends_with(0);
    let run = stage.copy(&["new", "cos:///x/"]).ends_with(7);
    assert!(run.stderr.contains("cos:///x/001.txt"), "{}", run.stderr);
    assert!(run.stderr.contains("2 copied, 1 failed"), "{}", run.stderr);
    stage.copy(&["-f", "new", "cos:///x/"]).ends_with(0);
    stage.copy(&["cos:///x/", "back"]).ends_with(0);
    assert_eq!(stage.files("back"), many(3));
}

#[test]
fn a_break_stops_it_and_the_next_run_sends_the_rest() {
    let body = "action = \"answer\"\nstatus = 403\nbody = '{\"code\":-97}'";
    let stage = with_fault(&format!("op = \"upload\"\nnth = 3\n{body}"));
    stage.fill("six", &many(6));
    let broken = stage.copy(&["six", "cos:///x/"]).ends_with(7);
    let told = "3 files were not tried: what failed would fail for every file";
    assert!(broken.stderr.contains(told), "{}", broken.stderr);
    let rest = stage.copy(&["--json", "six", "cos:///x/"]).ends_with(0);
    let unchanged = |object: &serde_json::Value| object["unchanged"] == true;
    let objects = rest.objects();
    assert_eq!(objects.iter().filter(|object| unchanged(object)).count(), 2);
    assert_eq!((objects.len(), stage.requests("upload")), (6, 7));
}

#[test]
fn what_would_fail_for_every_file_is_tried_once() {
    let stage = Stage::new();
    stage.fill("three", &many(3));
    let config = stage.config();
    let key = stage.emulator.cos_account().credentials().secret_key();
    stage.write_config(&config.replace(key.expose(), "another-key"));
    let run = stage.copy(&["three", "cos:///x/"]).ends_with(3);
    assert!(
        run.stderr.contains("2 files were not tried"),
        "{}",
        run.stderr
    );
    assert_eq!(stage.emulator.log().len(), 1);

    let open = stage.emulator.address().to_string();
    stage.write_config(&config.replace(&open, "127.0.0.1:1"));
    let run = stage.copy(&["three", "cos:///x/"]).ends_with(5);
    assert!(
        run.stderr.contains("2 files were not tried"),
        "{}",
        run.stderr
    );

    stage.write_config(&config);
    let run = stage.copy(&["three", "cos://another/x/"]).ends_with(4);
    assert!(
        run.stderr.contains("2 files were not tried"),
        "{}",
        run.stderr
    );
}

#[test]
fn an_interruption_tells_how_far_it_came() {
    let stage = with_fault("op = \"upload\"\nnth = 3\naction = \"delay\"\nmilliseconds = 60000");
    let files = ["a/1", "a/2", "b/3", "b/4"].map(|name| (name.into(), b"x".to_vec()));
    stage.fill("four", &Files::from(files));
    let child = stage
        .command(&["cos", "cp", "-r", "four", "cos:///x/"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    // The folder b is looked at when all of a is there.
    while stage.requests("list") < 2 {
        std::thread::sleep(Duration::from_millis(5));
    }
    interrupt(&child);
    let run = Run::from(child.wait_with_output().expect("it ends")).ends_with(130);
    assert!(run.stderr.contains("2 files were done"), "{}", run.stderr);
    assert_eq!(run.stdout.matches(" -> ").count(), 2, "{}", run.stdout);
}

#[test]
fn links_are_told_and_not_followed_and_nothing_is_made_of_what_is_no_file() {
    let stage = Stage::new();
    stage.fill("in", &many(1));
    stage.fill("elsewhere", &many(2));
    symlink("../elsewhere", stage.path("in/folder-link")).expect("a link");
    symlink("../elsewhere/001.txt", stage.path("in/file-link")).expect("a link");
    fs::create_dir(stage.path("in/empty")).expect("a folder");
    let _socket = UnixListener::bind(stage.path("in/socket")).expect("a socket");
    let run = stage.copy(&["in", "cos:///x/"]).ends_with(0);
    for told in [
        "in/folder-link: a symbolic link is not followed",
        "in/file-link: a symbolic link is not followed",
        "in/socket: is neither a file nor a folder",
    ] {
        assert_eq!(run.stderr.matches(told).count(), 1, "{}", run.stderr);
    }
    let sum = "yunmei: 1 copied, 3 left out\n";
    assert!(run.stderr.ends_with(sum), "{}", run.stderr);
    assert_eq!(run.stderr.lines().count(), 4, "{}", run.stderr);
    stage.copy(&["cos:///x/", "back"]).ends_with(0);
    assert_eq!(stage.files("back"), many(1));
    // One that is named is followed, as of a file.
    symlink("elsewhere", stage.path("link")).expect("a link");
    stage.copy(&["link", "cos:///y/"]).ends_with(0);
}

#[test]
fn names_that_cannot_be_used_are_told_one_by_one_and_the_rest_goes_on() {
    let stage = Stage::new();
    stage.fill("in", &many(2));
    let long = "a".repeat(250);
    let long = [long.as_str(); 4].join("/");
    let bad = [b"in/a:b".as_slice(), b"in/not-\xff", b"in/a\nb"];
    for name in bad {
        fs::write(stage.path("").join(OsStr::from_bytes(name)), "x").expect("a file");
    }
    stage.fill("in", &Files::from([(long, b"deep".to_vec())]));
    let run = stage.copy(&["in", "cos:///x/"]).ends_with(7);
    for told in [
        "in/a:b: the path holds ':'",
        "in/not-\u{fffd}: the name is not UTF-8",
        "in/a\u{fffd}b: the path holds the control character",
        "a key has at most 850",
        "2 copied, 4 failed",
    ] {
        assert!(run.stderr.contains(told), "{told}: {}", run.stderr);
    }
}

#[test]
fn a_file_that_cannot_be_read_does_not_keep_the_rest() {
    let stage = Stage::new();
    stage.fill("in", &many(3));
    stage.fill("in", &Files::from([("closed/a".into(), b"x".to_vec())]));
    for name in ["in/001.txt", "in/closed"] {
        let nobody = fs::Permissions::from_mode(0o000);
        fs::set_permissions(stage.path(name), nobody).expect("permissions");
    }
    let copy = stage.command(&["cos", "cp", "-r", "in", "cos:///x/"]);
    let run = Run::from(
        bound_by_permissions(copy, &stage.path("in/001.txt"))
            .output()
            .expect("it runs"),
    )
    .ends_with(7);
    assert!(run.stderr.contains("in/001.txt: "), "{}", run.stderr);
    assert!(run.stderr.contains("in/closed: "), "{}", run.stderr);
    assert!(run.stderr.contains("2 copied, 2 failed"), "{}", run.stderr);
    let open = fs::Permissions::from_mode(0o700);
    fs::set_permissions(stage.path("in/closed"), open).expect("permissions");
}

/// The same without the right to read all files, for whoever can read what is closed.
fn bound_by_permissions(command: Command, closed: &Path) -> Command {
    if fs::read(closed).is_err() {
        return command;
    }
    let mut bound = Command::new("setpriv");
    for set in ["--inh-caps", "--bounding-set"] {
        bound.arg(format!("{set}=-dac_override,-dac_read_search"));
    }
    bound.arg(command.get_program()).args(command.get_args());
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => bound.env(name, value),
            None => bound.env_remove(name),
        };
    }
    bound.current_dir(command.get_current_dir().expect("a folder"));
    bound
}

#[test]
fn a_folder_without_files_is_told_and_no_failure() {
    let stage = Stage::new();
    fs::create_dir_all(stage.path("empty/in/in")).expect("folders");
    let run = stage.copy(&["empty", "cos:///x/"]).ends_with(0);
    let told = "yunmei: empty: there are no files in it\nyunmei: 0 copied\n";
    assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", told));
    symlink("in", stage.path("empty/link")).expect("a link");
    let run = stage.copy(&["empty", "cos:///x/"]).ends_with(0);
    let told = "yunmei: 0 copied, 1 left out\n";
    assert!(run.stderr.ends_with(told), "{}", run.stderr);
    stage.copy(&["missing", "cos:///x/"]).ends_with(6);
}

#[test]
fn the_end_tells_what_became_of_the_files_but_not_to_programs() {
    let stage = Stage::new();
    stage.fill("in", &many(2));
    let run = stage.copy(&["in", "cos:///x/"]).ends_with(0);
    assert_eq!(run.stderr, "yunmei: 2 copied\n");
    stage.write("in/002.txt", "new");
    stage.write("in/001.txt", "other");
    let run = stage.copy(&["in", "cos:///x/"]).ends_with(7);
    let told = "\nyunmei: 1 copied, 1 there already, 1 failed\n";
    assert!(run.stderr.ends_with(told), "{}", run.stderr);
    let run = stage.copy(&["--force", "--json", "in", "cos:///x/"]);
    assert_eq!(run.ends_with(0).stderr, "");
}

#[test]
fn an_unfinished_download_of_the_program_is_not_sent() {
    let stage = Stage::new();
    stage.fill("in", &many(1));
    stage.write("in/.yunmei-aB3xY9.part", "half");
    stage.write("in/.yunmei-notes.part", "own");
    let run = stage.copy(&["in", "cos:///x/"]).ends_with(0);
    let told = "yunmei: in/.yunmei-aB3xY9.part: is an unfinished download";
    assert!(run.stderr.starts_with(told), "{}", run.stderr);
    let sum = "\nyunmei: 2 copied, 1 left out\n";
    assert!(run.stderr.ends_with(sum), "{}", run.stderr);
    assert!(stage.path("in/.yunmei-aB3xY9.part").exists());
}

#[test]
fn options_may_stand_between_the_places() {
    let stage = Stage::new();
    stage.fill("in", &many(2));
    let run = stage.run(&["cos", "cp", "in", "-r", "cos:///x/", "--json"]);
    assert_eq!(run.ends_with(0).objects().len(), 2);
    let run = stage.run(&["cos", "cp", "in"]).ends_with(2);
    assert!(run.stderr.contains("<FROM>... <TO>"), "{}", run.stderr);
    let help = stage.run(&["cos", "cp", "-h"]).ends_with(0).stdout;
    assert!(help.contains("cp [OPTIONS] <FROM>... <TO>\n"), "{help}");
}

#[test]
fn two_files_for_one_place_are_refused_before_anything_is_sent() {
    let stage = Stage::new();
    stage.fill("one", &many(2));
    stage.fill("two", &many(1));
    stage.write("001.txt", "x");
    for (sources, named) in [
        (&["one", "two"][..], "one/000.txt and two/000.txt"),
        (&["one", "001.txt"], "one/001.txt and 001.txt"),
        (&["one", "one"], "one/000.txt and one/000.txt"),
        (&["001.txt", "one/001.txt"], "one/001.txt: another file"),
    ] {
        let run = stage.copy(&[sources, &["cos:///x/"]].concat()).ends_with(2);
        assert!(run.stderr.contains(named), "{}", run.stderr);
    }
    assert_eq!(stage.emulator.log().len(), 0);
    stage.write("other.txt", "x");
    stage.copy(&["two", "other.txt", "cos:///x/"]).ends_with(0);
}

#[test]
fn the_root_takes_a_folder_and_a_file_does_not() {
    let stage = Stage::new();
    stage.fill("in", &nested());
    stage.copy(&["in", "cos:///"]).ends_with(0);
    stage.copy(&["cos:///", "."]).ends_with(0);
    for (path, content) in nested() {
        assert!(
            fs::read(stage.path(&path)).expect("a file") == content,
            "{path}"
        );
    }
    for bad in ["cos:///file", "cos:///a:b/"] {
        stage.copy(&["in", bad]).ends_with(2);
    }
}
