//! `yunmei cos` as a person uses it.

use std::{fs, os::unix::fs::PermissionsExt, process::Command};

use crate::support::{Run, Stage};
use serde_json::Value;
use yunmei_core::cos::{Content, FilePath};
use yunmei_emulator::{Emulator, Faults};

#[test]
fn a_file_goes_up_is_looked_at_comes_down_and_is_deleted() {
    let stage = Stage::new();
    let content: Vec<u8> = (0..100_000_u32).map(|i| (i % 251) as u8).collect();
    stage.write("图 1.bin", &content);

    let up = stage
        .run(&["cos", "cp", "图 1.bin", "cos:///photos/"])
        .ends_with(0);
    assert!(up.stdout.contains("/photos/"), "{}", up.stdout);
    let stat = stage
        .run(&["cos", "stat", "cos:///photos/图 1.bin"])
        .ends_with(0);
    assert!(stat.stdout.contains("100000 bytes"), "{}", stat.stdout);
    let list = stage.run(&["cos", "ls", "cos:///photos/"]).ends_with(0);
    assert!(list.stdout.contains("图 1.bin"), "{}", list.stdout);
    let root = stage.run(&["cos", "ls"]).ends_with(0);
    assert!(root.stdout.contains("photos/"), "{}", root.stdout);

    stage
        .run(&["cos", "cp", "cos:///photos/图 1.bin", "back.bin"])
        .ends_with(0);
    assert_eq!(fs::read(stage.path("back.bin")).expect("a file"), content);
    let mode = fs::metadata(stage.path("back.bin"))
        .expect("a file")
        .permissions()
        .mode();
    assert_eq!(mode & 0o600, 0o600);

    stage
        .run(&["cos", "rm", "cos:///photos/图 1.bin"])
        .ends_with(0);
    stage
        .run(&["cos", "stat", "cos:///photos/图 1.bin"])
        .ends_with(4);
}

#[test]
fn a_large_file_goes_by_slices_and_comes_back_whole() {
    let stage = Stage::new();
    let content: Vec<u8> = (0..9_000_000_u32).map(|i| (i % 251) as u8).collect();
    stage.write("large.bin", &content);
    stage
        .run(&["cos", "cp", "large.bin", "cos:///large.bin"])
        .ends_with(0);
    stage
        .run(&["cos", "cp", "cos:///large.bin", "back/"])
        .ends_with(0);
    assert!(fs::read(stage.path("back/large.bin")).expect("a file") == content);
}

#[test]
fn a_folder_that_is_not_there_is_not_found_and_an_empty_one_lists_nothing() {
    let stage = Stage::new();
    for (location, said) in [
        (
            "cos:///no-such/",
            "cos:///no-such/: there is no such folder",
        ),
        ("cos:///no-such", "cos:///no-such: nothing begins like this"),
    ] {
        for format in [&[][..], &["--json"]] {
            let run = stage.run(&[&["cos", "ls", location], format].concat());
            let run = run.ends_with(4);
            assert_eq!(run.stdout, "");
            assert_eq!(run.stderr, format!("yunmei: {said}\n"));
        }
    }
    let created = stage
        .emulator
        .cos_bucket()
        .create_folder(&"/created/".parse().expect("a folder"));
    yunmei_ureq::Client::default()
        .run(created)
        .expect("created");
    for empty in ["cos:///created/", "cos:///created"] {
        stage.run(&["cos", "ls", empty]).ends_with(0);
    }
    stage.run(&["cos", "rm", "cos:///created/"]).ends_with(0);
    // A bucket without anything in it is there all the same.
    let root = stage.run(&["cos", "ls"]).ends_with(0);
    assert_eq!((root.stdout.as_str(), root.stderr.as_str()), ("", ""));
}

#[test]
fn every_line_of_json_is_an_object() {
    let stage = Stage::new();
    stage.write("a.txt", "hello");
    stage.write("b.txt", "world");
    let runs = [
        stage.run(&["--json", "cos", "cp", "a.txt", "b.txt", "cos:///x/"]),
        stage.run(&["cos", "ls", "--json", "cos:///x/"]),
        stage.run(&["cos", "stat", "cos:///x/a.txt", "--json"]),
        stage.run(&["--json", "cos", "cp", "cos:///x/a.txt", "c.txt"]),
        stage.run(&["--json", "cos", "rm", "cos:///x/a.txt", "cos:///x/b.txt"]),
    ];
    for (run, lines) in runs.into_iter().zip([2, 2, 1, 1, 2]) {
        let run = run.ends_with(0);
        assert_eq!(run.stdout.lines().count(), lines, "{}", run.stdout);
        for line in run.stdout.lines() {
            assert!(
                matches!(serde_json::from_str(line), Ok(Value::Object(_))),
                "{line}"
            );
        }
        assert_eq!(run.stderr, "");
    }
}

#[test]
fn standard_output_takes_a_download_and_nothing_else() {
    let stage = Stage::new();
    stage.write("a.txt", "hello");
    stage
        .run(&["cos", "cp", "a.txt", "cos:///a.txt"])
        .ends_with(0);
    assert_eq!(
        stage
            .run(&["cos", "cp", "cos:///a.txt", "-"])
            .ends_with(0)
            .stdout,
        "hello"
    );
}

#[test]
fn a_file_that_another_client_stored_under_any_name_can_be_taken_away() {
    let stage = Stage::new();
    let path = FilePath::with_any_characters("/x/12:30*.log").expect("a path");
    let upload = stage
        .emulator
        .cos_bucket()
        .upload(&path, &Content::unchecked(5));
    let mut source = yunmei_ureq::Source::bytes("hello");
    let uploaded = yunmei_ureq::Client::default().send(upload, &mut source);
    uploaded.expect("uploaded");

    let list = stage.run(&["cos", "ls", "cos:///x/"]).ends_with(0);
    assert!(list.stdout.contains("12:30*.log"), "{}", list.stdout);
    stage.run(&["cos", "ls", "cos:///x/12:"]).ends_with(0);
    let location = "cos:///x/12:30*.log";
    stage.run(&["cos", "stat", location]).ends_with(0);
    stage.run(&["cos", "cp", location, "log.txt"]).ends_with(0);
    let up = stage.run(&["cos", "cp", "log.txt", location]).ends_with(2);
    assert!(up.stderr.contains("other clients"), "{}", up.stderr);
    stage.run(&["cos", "rm", location]).ends_with(0);

    // Not by a name that would make two lines of one.
    let path = FilePath::with_any_characters("/a\ndeleted b").expect("a path");
    let upload = stage
        .emulator
        .cos_bucket()
        .upload(&path, &Content::unchecked(5));
    let uploaded = yunmei_ureq::Client::default().send(upload, &mut source);
    uploaded.expect("uploaded");
    let deleted = stage
        .run(&["cos", "rm", "cos:///a\ndeleted b"])
        .ends_with(0);
    assert_eq!(deleted.stdout, "deleted cos:///a\u{fffd}deleted b\n");
}

#[test]
fn nothing_is_replaced_without_force() {
    let stage = Stage::new();
    stage.write("a.txt", "one");
    stage.write("b.txt", "two");
    stage
        .run(&["cos", "cp", "a.txt", "cos:///a.txt"])
        .ends_with(0);

    let up = stage
        .run(&["cos", "cp", "b.txt", "cos:///a.txt"])
        .ends_with(3);
    assert!(
        up.stderr.contains("-177") && up.stderr.contains("--force"),
        "{}",
        up.stderr
    );
    let down = stage
        .run(&["cos", "cp", "cos:///a.txt", "b.txt"])
        .ends_with(6);
    assert!(down.stderr.contains("--force"), "{}", down.stderr);
    assert_eq!(
        fs::read_to_string(stage.path("b.txt")).expect("a file"),
        "two"
    );

    stage
        .run(&["cos", "cp", "--force", "b.txt", "cos:///a.txt"])
        .ends_with(0);
    stage
        .run(&["cos", "cp", "--force", "cos:///a.txt", "a.txt"])
        .ends_with(0);
    assert_eq!(
        fs::read_to_string(stage.path("a.txt")).expect("a file"),
        "two"
    );
}

#[test]
fn a_download_that_fails_leaves_no_trace() {
    let stage = Stage::new();
    stage.write("kept.txt", "kept");
    stage
        .run(&["cos", "cp", "--force", "cos:///missing", "kept.txt"])
        .ends_with(4);
    assert_eq!(
        fs::read_to_string(stage.path("kept.txt")).expect("a file"),
        "kept"
    );
    let names: Vec<_> = fs::read_dir(stage.path(""))
        .expect("a folder")
        .map(|entry| entry.expect("an entry").file_name())
        .collect();
    assert_eq!(names.len(), 2, "{names:?}");
}

#[test]
fn where_a_download_cannot_be_written_is_told() {
    let stage = Stage::new();
    stage.write("a.txt", "hello");
    stage
        .run(&["cos", "cp", "a.txt", "cos:///a.txt"])
        .ends_with(0);
    let limited = |to: &str| {
        let program = stage.command(&["cos", "cp", "cos:///a.txt", to]);
        let mut shell = Command::new("sh");
        let script = r#"ulimit -f 0; exec "$0" "$@" > /dev/full"#;
        shell.args(["-c", script]).arg(program.get_program());
        shell.args(program.get_args());
        shell.current_dir(stage.path(""));
        shell.env("YUNMEI_CONFIG", stage.path("config.toml"));
        Run::from(shell.output().expect("a shell")).ends_with(6)
    };
    for (to, told) in [("back.txt", "back.txt"), ("-", "standard output")] {
        let told = format!("yunmei: {told}: the destination cannot be written: ");
        let run = limited(to);
        assert!(run.stderr.starts_with(&told), "{}", run.stderr);
    }
    assert_eq!(fs::read_dir(stage.path("")).expect("a folder").count(), 2);
}

#[test]
#[cfg(target_os = "linux")]
fn a_folder_that_takes_no_files_is_not_said_to_be_missing() {
    let stage = Stage::new();
    stage.write("a.txt", "hello");
    stage
        .run(&["cos", "cp", "a.txt", "cos:///a.txt"])
        .ends_with(0);
    for (to, told) in [
        ("/proc/x", "no file can be made in the folder /proc"),
        ("missing/x", "there is no folder missing"),
    ] {
        let run = stage.run(&["cos", "cp", "cos:///a.txt", to]).ends_with(6);
        let told = format!("yunmei: {to}: {told}\n");
        assert_eq!(run.stderr, told);
    }
}

#[test]
fn a_file_that_is_not_all_there_is_told_apart_from_one_that_is_in_the_way() {
    let init = "[[fault]]\nop = \"upload_slice_data\"\nnth = 2\naction = \"answer\"\n\
                status = 403\nbody = '{\"code\":-289}'\n";
    let faults = Faults::from_toml(init).expect("faults");
    let stage = Stage::with(Emulator::builder().faults(faults));
    for (name, byte) in [("a.bin", 1), ("b.bin", 2)] {
        stage.write(name, vec![byte; 9_000_000]);
    }
    stage
        .run(&["cos", "cp", "a.bin", "cos:///x.bin"])
        .ends_with(3);
    let down = stage
        .run(&["cos", "cp", "cos:///x.bin", "y.bin"])
        .ends_with(3);
    assert!(down.stderr.contains("is not finished"), "{}", down.stderr);
    let other = stage
        .run(&["cos", "cp", "b.bin", "cos:///x.bin"])
        .ends_with(3);
    let way_out = "--replace-unfinished";
    assert!(other.stderr.contains(way_out), "{}", other.stderr);
    assert!(!down.stderr.contains(way_out), "{}", down.stderr);
    stage
        .run(&["cos", "cp", "b.bin", "cos:///x.bin", way_out])
        .ends_with(0);
}

#[test]
fn all_files_are_copied_even_if_nobody_reads_of_it() {
    let stage = Stage::new();
    let names = ["a.txt", "b.txt", "c.txt"];
    for name in names {
        stage.write(name, name);
    }
    let mut copy = stage
        .command(&["cos", "cp", "a.txt", "b.txt", "c.txt", "cos:///x/"])
        .stdout(std::process::Stdio::piped())
        .spawn()
        .expect("the program runs");
    drop(copy.stdout.take());
    assert_eq!(copy.wait().expect("it ends").code(), Some(0));
    let list = stage.run(&["cos", "ls", "cos:///x/"]).ends_with(0);
    assert!(
        names.iter().all(|name| list.stdout.contains(name)),
        "{}",
        list.stdout
    );
}

#[test]
fn an_emulators_configuration_is_not_written_over_one_of_a_persons() {
    let stage = Stage::new();
    stage.write("own.toml", "[default.cos]");
    let emulator = [
        "emulator",
        "--listen",
        "127.0.0.1:0",
        "--write-config",
        "own.toml",
    ];
    let run = stage.run(&emulator).ends_with(6);
    assert!(run.stderr.contains("own.toml"), "{}", run.stderr);
    assert_eq!(
        fs::read_to_string(stage.path("own.toml")).expect("a file"),
        "[default.cos]"
    );
}

#[test]
fn a_folder_is_not_a_file_in_either_direction() {
    let stage = Stage::new();
    fs::create_dir(stage.path("folder")).expect("a folder");
    let up = stage
        .run(&["cos", "cp", "folder", "cos:///x/"])
        .ends_with(2);
    let down = stage.run(&["cos", "cp", "cos:///x/", "."]).ends_with(2);
    for run in [up, down] {
        assert!(
            run.stderr
                .contains("is a folder; cp takes files, and with -r"),
            "{}",
            run.stderr
        );
    }
}
