//! Folders on their way out of COS.

use std::{fs, os::unix::fs::symlink, process::Stdio, time::Duration};

use crate::{
    cos_folders::{Files, many},
    support::{Run, Stage, interrupt},
};
use yunmei_core::cos::{Content, FilePath};
use yunmei_emulator::{Emulator, Faults};

/// A stage with files in the cloud.
fn with_files(files: &Files) -> Stage {
    let stage = Stage::new();
    stage.fill("up", files);
    stage.copy(&["up", "cos:///x/"]).ends_with(0);
    stage
}

fn downloads(stage: &Stage) -> usize {
    let log = stage.emulator.log();
    let is_download = |entry: &&yunmei_emulator::LogEntry| entry.op.is_none();
    log.iter().filter(is_download).count()
}

#[test]
fn all_pages_come_down_and_nothing_comes_twice() {
    let stage = with_files(&many(205));
    stage.copy(&["cos:///x/", "back"]).ends_with(0);
    assert_eq!(stage.files("back"), many(205));
    assert_eq!((downloads(&stage), stage.requests("stat")), (205, 0));
    fs::remove_file(stage.path("back/007.txt")).expect("removed");
    let again = stage.copy(&["--json", "cos:///x/", "back/"]).ends_with(0);
    assert_eq!(stage.files("back"), many(205));
    assert_eq!(downloads(&stage), 206);
    let objects = again.objects();
    let sent: Vec<_> = objects
        .iter()
        .filter(|object| object["unchanged"] != true)
        .collect();
    assert_eq!((objects.len(), sent.len()), (205, 1));
    assert_eq!(sent[0]["to"], "back/007.txt");
}

#[test]
fn other_content_is_replaced_by_force_only() {
    let stage = with_files(&many(3));
    stage.fill("back", &Files::from([("001.txt".into(), b"own".to_vec())]));
    let run = stage.copy(&["cos:///x/", "back"]).ends_with(7);
    let told = "back/001.txt: exists; --force replaces it";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    assert_eq!(stage.files("back")["001.txt"], b"own");
    assert_eq!(stage.files("back").len(), 3);
    stage.copy(&["-f", "cos:///x/", "back"]).ends_with(0);
    assert_eq!(stage.files("back"), many(3));
}

#[test]
fn a_lone_file_that_is_there_is_not_fetched_again_either() {
    let stage = with_files(&many(1));
    for _ in 0..2 {
        let copy = ["cos", "cp", "cos:///x/000.txt", "back.txt"];
        stage.run(&copy).ends_with(0);
    }
    assert_eq!(downloads(&stage), 1);
}

#[test]
fn what_a_faulty_service_names_does_not_lead_out_of_the_folder() {
    let entry = |name: &str| format!(r#"{{"name":"{name}","access_url":"a"}}"#);
    let evil = [
        "../evil",
        "..",
        ".",
        "",
        "/evil",
        "in/evil",
        "a\\u0000b",
        " ",
    ];
    let folders = ["../", "/", "in/../../", "./"].map(|name| format!(r#"{{"name":"{name}"}}"#));
    let entries = [&evil.map(entry)[..], &folders, &[entry("000.txt")]].concat();
    let body = format!(
        r#"{{"code":0,"data":{{"context":"","listover":true,"infos":[{}]}}}}"#,
        entries.join(",")
    );
    // Once for the upload, which looks what is there; then for us.
    let rule = format!(
        "[[fault]]\nop = \"list\"\nnth = 2\naction = \"answer\"\nstatus = 200\nbody = '{body}'"
    );
    let faults = Faults::from_toml(&rule).expect("faults");
    let stage = Stage::with(Emulator::builder().faults(faults));
    stage.fill("up", &many(1));
    stage.copy(&["up", "cos:///x/"]).ends_with(0);
    let before = stage.files("");
    let run = stage.copy(&["cos:///x/", "back"]).ends_with(7);
    assert!(run.stderr.contains("1 copied, 12 failed"), "{}", run.stderr);
    for named in ["cos:///x/../evil: would lead out", "cos:///x/in/../../"] {
        assert!(run.stderr.contains(named), "{}", run.stderr);
    }
    assert_eq!(stage.files("back"), many(1));
    assert_eq!(stage.files("").len(), before.len() + 1);
}

#[test]
fn links_in_the_folder_do_not_lead_out_of_it() {
    let files = ["a/1", "b/1", "c", "d"].map(|name| (name.into(), b"new".to_vec()));
    let stage = with_files(&Files::from(files));
    fs::create_dir_all(stage.path("back/real")).expect("a folder");
    fs::create_dir(stage.path("outside")).expect("a folder");
    stage.write("precious", "old");
    for (link, to) in [
        ("back/a", "../outside"),
        ("back/b", "real"),
        ("back/c", "../precious"),
    ] {
        symlink(to, stage.path(link)).expect("a link");
    }
    let run = stage.copy(&["--force", "cos:///x/", "back"]).ends_with(7);
    assert!(run.stderr.contains("2 copied, 2 failed"), "{}", run.stderr);
    for named in ["back/a: a symbolic link", "back/c: a symbolic link"] {
        assert!(run.stderr.contains(named), "{}", run.stderr);
    }
    assert_eq!(stage.files("outside"), Files::new());
    assert_eq!(fs::read(stage.path("precious")).expect("a file"), b"old");
    assert_eq!(stage.files("back/real")["1"], b"new");
}

#[test]
fn of_a_file_and_a_folder_of_one_name_the_later_fails() {
    let stage = Stage::new();
    let client = yunmei_ureq::Client::default();
    for name in ["/x/a", "/x/a/b", "/x/c"] {
        let path = FilePath::new(name).expect("a path");
        let bucket = stage.emulator.cos_bucket();
        let upload = bucket.upload(&path, &Content::unchecked(5));
        let mut source = yunmei_ureq::Source::bytes("hello");
        client.send(upload, &mut source).expect("uploaded");
    }
    let run = stage.copy(&["cos:///x/", "back"]).ends_with(7);
    let told = "back/a: is a file here, and a folder in the cloud";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    assert_eq!(stage.files("back").len(), 2);
    // The other way round, of what is here.
    fs::create_dir_all(stage.path("other/c")).expect("a folder");
    let run = stage.copy(&["cos:///x/", "other"]).ends_with(7);
    let told = "other/c: is a folder here, and a file in the cloud";
    assert!(run.stderr.contains(told), "{}", run.stderr);
}

#[test]
fn nothing_there_is_not_found_and_leaves_no_folder() {
    let stage = Stage::new();
    let path = "/created/in/".parse().expect("a folder");
    let created = stage.emulator.cos_bucket().create_folder(&path);
    let client = yunmei_ureq::Client::default();
    let none = "there are no files in it";
    for (nothing, told) in [
        ("cos:///", none),
        ("cos:///no-such/", "there is no such folder"),
    ] {
        let run = stage.copy(&[nothing, "back"]).ends_with(4);
        assert_eq!(run.stderr, format!("yunmei: {nothing}: {told}\n"));
    }
    client.run(created).expect("created");
    for nothing in ["cos:///created/", "cos:///created/in/"] {
        let run = stage.copy(&[nothing, "back"]).ends_with(4);
        assert_eq!(run.stderr, format!("yunmei: {nothing}: {none}\n"));
    }
    assert!(!stage.path("back").exists());
}

#[test]
fn several_sources_share_a_folder_but_no_place() {
    let stage = with_files(&many(2));
    stage.copy(&["up", "cos:///y/z/"]).ends_with(0);
    stage
        .copy(&["cos:///y/", "cos:///x/000.txt", "back"])
        .ends_with(0);
    assert_eq!(stage.files("back").len(), 3);
    let run = stage
        .copy(&["-f", "cos:///x/", "cos:///y/z/", "other"])
        .ends_with(7);
    let told = "cos:///y/z/000.txt: another source has a file for other/000.txt";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    stage
        .copy(&["cos:///x/000.txt", "cos:///y/z/000.txt", "back/"])
        .ends_with(2);
    // A folder without its slash is taken for a file, and there is none.
    let run = stage.copy(&["cos:///x/", "cos:///y", "third"]).ends_with(7);
    assert!(run.stderr.contains("a / at its end"), "{}", run.stderr);
}

#[test]
fn a_folder_without_its_slash_is_told_how_it_is_named() {
    let stage = with_files(&many(1));
    let run = stage.copy(&["cos:///x", "back"]).ends_with(4);
    let told = "\n  a folder is named with a / at its end: cos:///x/\n";
    assert!(run.stderr.ends_with(told), "{}", run.stderr);
    let run = stage.run(&["cos", "cp", "cos:///x", "back"]).ends_with(4);
    assert!(!run.stderr.contains("at its end"), "{}", run.stderr);
}

#[test]
fn an_interruption_tells_that_the_next_run_goes_on() {
    let rule = "[[fault]]\nmethod = \"GET\"\npath = \"/x/\"\nnth = 2\naction = \"delay\"\nmilliseconds = 60000";
    let faults = Faults::from_toml(rule).expect("faults");
    let stage = Stage::with(Emulator::builder().faults(faults));
    stage.fill("up", &many(3));
    stage.copy(&["up", "cos:///x/"]).ends_with(0);
    let child = stage
        .command(&["cos", "cp", "-r", "cos:///x/", "back"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    // By their names alone: the first one is renamed into its place meanwhile.
    let count = || {
        fs::read_dir(stage.path("back"))
            .into_iter()
            .flatten()
            .count()
    };
    while count() < 2 {
        std::thread::sleep(Duration::from_millis(5));
    }
    interrupt(&child);
    let run = Run::from(child.wait_with_output().expect("it ends")).ends_with(130);
    let told = "  1 file was done, which is not copied again; run it again for the rest\n";
    assert!(run.stderr.ends_with(told), "{}", run.stderr);
    assert_eq!(stage.files("back").len(), 1);
}

#[test]
fn a_host_that_gives_no_answers_is_asked_for_two_files_and_no_more() {
    let rule = "[[fault]]\nmethod = \"GET\"\npath = \"/x/\"\naction = \"drop\"";
    let faults = Faults::from_toml(rule).expect("faults");
    let stage = Stage::with(Emulator::builder().faults(faults));
    stage.fill("up", &many(5));
    stage.copy(&["up", "cos:///x/"]).ends_with(0);
    let run = stage.copy(&["cos:///x/", "back"]).ends_with(5);
    assert!(
        run.stderr.contains("3 files were not tried"),
        "{}",
        run.stderr
    );
    assert_eq!(stage.files("back"), Files::new());
}

#[test]
fn a_folder_comes_into_a_folder() {
    let stage = with_files(&many(1));
    stage.write("file", "");
    stage.copy(&["cos:///x/", "-"]).ends_with(2);
    for (bad, status) in [("file", 2), ("file/", 2), ("file/in", 6)] {
        let run = stage.copy(&["cos:///x/", bad]).ends_with(status);
        let told = format!("yunmei: {}", bad.trim_end_matches("/in"));
        let told = format!("{told}: is a file here, and no folder\n");
        assert_eq!(run.stderr, told);
    }
    let run = stage.run(&["cos", "cp", "cos:///x/000.txt", "file/"]);
    let told = "yunmei: file/: is a file here, and no folder\n";
    assert_eq!(run.ends_with(2).stderr, told);
    stage.copy(&["cos:///x/", "new/in/in"]).ends_with(0);
    assert_eq!(stage.files("new/in/in"), many(1));
}

#[test]
fn a_destination_without_a_name_is_not_this_folder() {
    let stage = Stage::new();
    let run = stage
        .run(&["cos", "cp", "-r", "cos:///photos/", ""])
        .ends_with(2);
    assert!(run.stderr.contains("no name"), "{}", run.stderr);
    assert!(stage.emulator.log().is_empty());
}
