//! `yunmei cos` as a person uses it.

use std::{fs, os::unix::fs::PermissionsExt};

use crate::support::Stage;
use serde_json::Value;

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
            run.stderr.contains("is a folder; cp takes files"),
            "{}",
            run.stderr
        );
    }
}
