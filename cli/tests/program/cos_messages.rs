//! What `yunmei cos` says of folders and of what is not there, and what it does when it cannot say
//! it or when somebody else is at the same.

use std::{fs, path::Path, process::Stdio, time::Duration};

#[cfg(target_os = "linux")]
use crate::support::told_nowhere;
use crate::{
    cos_folders::{Files, many},
    support::{Run, Stage},
};
use yunmei_core::cos::{Content, FilePath};
use yunmei_emulator::{Emulator, Faults};

fn with_fault(rule: &str) -> Stage {
    let faults = Faults::from_toml(&format!("[[fault]]\n{rule}")).expect("faults");
    Stage::with(Emulator::builder().faults(faults))
}

impl Stage {
    fn upload(&self, files: &Files, to: &str) {
        self.fill("up", files);
        self.copy(&["up", to]).ends_with(0);
    }
}

#[test]
fn two_downloads_of_one_folder_at_once_both_come_to_their_end() {
    let stage = Stage::new();
    stage.upload(&many(150), "cos:///x/");
    let copy = ["cos", "cp", "-r", "cos:///x/", "back"];
    let spawn = || {
        let mut command = stage.command(&copy);
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        command.spawn().expect("the program runs")
    };
    let children = [spawn(), spawn()];
    for child in children {
        Run::from(child.wait_with_output().expect("it ends")).ends_with(0);
    }
    assert_eq!(stage.files("back"), many(150));
}

#[test]
fn what_somebody_else_has_put_there_meanwhile_counts_by_its_content() {
    let slow = "path = \"/x/\"\ntimes = 2\naction = \"delay\"\nmilliseconds = 3000";
    let stage = with_fault(slow);
    stage.upload(&many(1), "cos:///x/");
    let copy = |to: &str, meanwhile: &[u8]| {
        let mut command = stage.command(&["cos", "cp", "cos:///x/000.txt", to]);
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().expect("the program runs");
        // It has looked for what is there, and waits for the content.
        while !has_unfinished(&stage.path("")) && matches!(child.try_wait(), Ok(None)) {
            std::thread::sleep(Duration::from_millis(5));
        }
        stage.write(to, meanwhile);
        Run::from(child.wait_with_output().expect("it ends"))
    };
    let same = copy("same", &many(1)["000.txt"]).ends_with(0);
    assert!(same.stdout.contains("there already"), "{}", same.stdout);
    let other = copy("other", b"mine").ends_with(6);
    let told = "other: was made meanwhile; --force replaces it";
    assert!(other.stderr.contains(told), "{}", other.stderr);
    assert_eq!(fs::read(stage.path("other")).expect("a file"), b"mine");
}

/// Whether there is a file under a name of those that are on their way.
fn has_unfinished(folder: &Path) -> bool {
    let mut entries = fs::read_dir(folder).expect("a folder").flatten();
    entries.any(|entry| entry.file_name().to_string_lossy().starts_with(".yunmei-"))
}

#[test]
#[cfg(target_os = "linux")]
fn what_cannot_be_told_ends_a_copy_and_the_numbers_are_true() {
    let stage = Stage::new();
    stage.fill("in", &many(5));
    let arguments = ["cos", "cp", "-r", "in", "cos:///x/"];
    let full = "yunmei: standard output: No space left on device (os error 28)\n";
    let rest = "4 files were not tried: what failed would fail for every file";
    for sum in ["1 copied", "0 copied, 1 there already"] {
        let run = told_nowhere(stage.command(&arguments)).ends_with(6);
        let told = format!("{full}yunmei: {rest}\nyunmei: {sum}\n");
        assert_eq!(run.stderr, told);
    }
    assert_eq!(stage.requests("upload"), 1);
    stage.copy(&["in", "cos:///x/"]).ends_with(0);
    let down = ["cos", "cp", "-r", "cos:///x/", "back"];
    let run = told_nowhere(stage.command(&down)).ends_with(6);
    assert_eq!(
        run.stderr,
        format!("{full}yunmei: {rest}\nyunmei: 1 copied\n")
    );
    assert_eq!(stage.files("back"), many(1));
    // Of several files, without folders.
    let files = ["cos", "rm", "cos:///x/000.txt", "cos:///x/001.txt"];
    let run = told_nowhere(stage.command(&files)).ends_with(6);
    assert_eq!(run.stderr, format!("{full}yunmei: 1 more was not tried\n"));
}

#[test]
#[cfg(target_os = "linux")]
fn what_cannot_be_told_is_not_deleted_any_more() {
    let stage = Stage::new();
    stage.upload(&many(5), "cos:///x/");
    for (format, left) in [(&[][..], 3), (&["--json"], 2)] {
        let remove = [&["cos", "rm", "-r", "cos:///x/"], format].concat();
        let run = told_nowhere(stage.command(&remove)).ends_with(6);
        let lines: Vec<_> = run.stderr.lines().collect();
        assert_eq!(lines.len(), 3, "{}", run.stderr);
        assert!(lines[0].contains("No space left"), "{}", run.stderr);
        let rest = format!("yunmei: {} files were not tried: ", left + 1);
        assert!(lines[1].starts_with(&rest), "{}", run.stderr);
        assert_eq!(lines[2], "yunmei: 1 deleted");
    }
    assert_eq!(stage.requests("delete"), 2);
}

#[test]
fn a_reader_that_goes_away_does_not_end_a_removal() {
    let stage = Stage::new();
    stage.upload(&many(5), "cos:///x/");
    let mut command = stage.command(&["cos", "rm", "-r", "cos:///x/"]);
    let mut child = command.stdout(Stdio::piped()).spawn().expect("it runs");
    drop(child.stdout.take());
    assert_eq!(child.wait().expect("it ends").code(), Some(0));
    // Of the folder too, which went with its last file.
    assert_eq!(stage.requests("delete"), 5 + 1);
}

#[test]
fn a_listing_that_breaks_off_says_that_there_may_be_more() {
    for format in [&[][..], &["--json"]] {
        // One for each folder on the way up; then the first, and the folder a.
        let stage = with_fault("op = \"list\"\nnth = 7\ntimes = 100\naction = \"drop\"");
        let files = ["a/1", "b/2", "c/3", "d/4"].map(|name| (name.into(), b"x".to_vec()));
        stage.upload(&Files::from(files), "cos:///x/");
        assert_eq!(stage.requests("list"), 4);
        let list = [&["cos", "ls", "-r", "cos:///x/"], format].concat();
        let run = stage.run(&list).ends_with(7);
        assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
        assert!(run.stdout.contains("a/1"), "{}", run.stdout);
        // One alone would be that folder's.
        let told = "yunmei: there may be more, which was not listed: what failed would fail for \
                    every file\nyunmei: 1 listed, 2 failed\n";
        assert!(run.stderr.ends_with(told), "{}", run.stderr);
        // Nothing is listed any more.
        let run = stage.run(&list).ends_with(5);
        assert_eq!(run.stderr.matches("yunmei: ").count(), 1, "{}", run.stderr);
    }
}

#[test]
fn a_name_that_is_refused_comes_with_one_that_is_not() {
    let stage = Stage::new();
    let files = ["12:30.log", "a*/b", "c"].map(|name| (name.into(), b"x".to_vec()));
    stage.fill("in", &Files::from(files));
    let run = stage.copy(&["in", "cos:///x/"]).ends_with(7);
    let told = "\n  copy it under another name: cos:///x/12_30.log\n";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    assert_eq!(run.stderr.matches("another name").count(), 1);
    for (to, told) in [
        (
            "cos:///y/",
            "copy it under another name: cos:///y/12_30.log",
        ),
        ("cos:///a:b", "copy it under another name: cos:///a_b"),
        (
            "cos:///a:b/",
            "copy into a folder of another name: cos:///a_b/",
        ),
    ] {
        let run = stage.run(&["cos", "cp", "in/12:30.log", to]).ends_with(2);
        assert!(
            run.stderr.ends_with(&format!("\n  {told}\n")),
            "{}",
            run.stderr
        );
    }
}

#[test]
fn a_path_that_has_no_attributes_can_be_listed_and_there_are_no_patterns() {
    let stage = Stage::new();
    stage.upload(&many(1), "cos:///my backup/");
    let list = ": yunmei cos ls 'cos:///my backup/'\n";
    for location in ["cos:///my backup", "cos:///my backup/"] {
        let run = stage.run(&["cos", "stat", location]).ends_with(4);
        assert!(run.stderr.ends_with(list), "{}", run.stderr);
    }
    for arguments in [
        &["stat", "cos:///*.txt"][..],
        &["stat", "cos:///x?/"],
        &["rm", "cos:///my backup/*"],
        &["rm", "-r", "cos:///x*/"],
        &["ls", "cos:///my backup/*"],
        &["ls", "-r", "cos:///x*/"],
        &["cp", "cos:///my backup/*", "."],
        &["cp", "-r", "cos:///my backup/*", "."],
        &["cp", "-r", "cos:///x*/", "."],
    ] {
        let run = stage.run(&[&["cos"], arguments].concat()).ends_with(4);
        let told = "\n  there are no patterns, * and ? mean themselves: ";
        assert!(run.stderr.contains(told), "{arguments:?}: {}", run.stderr);
    }
}

#[test]
fn what_somebody_else_has_deleted_meanwhile_is_no_failure() {
    let gone = "action = \"answer\"\nstatus = 404\nbody = '{\"code\":-197}'";
    let stage = with_fault(&format!("op = \"delete\"\nnth = 2\ntimes = 2\n{gone}"));
    stage.upload(&many(4), "cos:///x/");
    let run = stage.run(&["cos", "rm", "-r", "cos:///x/"]).ends_with(0);
    assert_eq!(run.stderr, "yunmei: 2 deleted, 2 gone meanwhile\n");
    assert_eq!(run.stdout.lines().count(), 2);
    // One that was named is missing.
    stage.run(&["cos", "rm", "-r", "cos:///x/0"]).ends_with(4);
    stage.run(&["cos", "rm", "cos:///x/0"]).ends_with(4);
}

#[test]
fn programs_are_told_the_same_numbers() {
    let stage = Stage::new();
    stage.fill("in", &many(2));
    stage.copy(&["in", "cos:///x/"]).ends_with(0);
    stage.write("in/001.txt", "other");
    std::os::unix::fs::symlink("000.txt", stage.path("in/link")).expect("a link");
    for format in [&[][..], &["--json"]] {
        let run = stage.copy(&[&["in", "cos:///x/"], format].concat());
        let sum = "\nyunmei: 0 copied, 1 there already, 1 failed, 1 left out\n";
        assert!(run.stderr.ends_with(sum), "{}", run.stderr);
        run.ends_with(7);
    }
    let run = stage.run(&["cos", "rm", "-r", "cos:///x/"]).ends_with(0);
    assert_eq!(run.stderr, "yunmei: 2 deleted\n");
}

#[test]
fn standard_output_takes_one_file() {
    let stage = Stage::new();
    for sources in [&["cos:///照片/"][..], &["cos:///a", "cos:///b"]] {
        let run = stage.copy(&[sources, &["-"]].concat()).ends_with(2);
        assert_eq!(run.stderr, "yunmei: -: standard output takes one file\n");
    }
}

#[test]
fn a_name_that_shows_nothing_is_seen_in_a_listing() {
    let stage = Stage::new();
    let path = FilePath::with_any_characters("/x/\u{200b}").expect("a path");
    let upload = stage.emulator.cos_bucket();
    let upload = upload.upload(&path, &Content::unchecked(5));
    let mut source = yunmei_ureq::Source::bytes("hello");
    let uploaded = yunmei_ureq::Client::default().send(upload, &mut source);
    uploaded.expect("uploaded");
    let run = stage.run(&["cos", "ls", "cos:///x/"]).ends_with(0);
    assert!(run.stdout.ends_with("  \u{fffd}\n"), "{}", run.stdout);
    let run = stage.run(&["cos", "ls", "--json", "cos:///x/"]);
    assert_eq!(run.ends_with(0).objects()[0]["path"], "/x/\u{200b}");
}
