//! Folders of COS listed and deleted with all that is in them.

use std::{
    io::{BufRead, BufReader},
    process::Stdio,
};

use crate::{
    cos_folders::{Files, many},
    support::{Run, Stage, interrupt},
};
use yunmei_emulator::{Emulator, Faults};

fn with_fault(rule: &str) -> Stage {
    let faults = Faults::from_toml(&format!("[[fault]]\n{rule}")).expect("faults");
    Stage::with(Emulator::builder().faults(faults))
}

/// An answer that is about one request and is not asked for again.
const BLOCKED: &str = "action = \"answer\"\nstatus = 403\nbody = '{\"code\":-46621}'";

impl Stage {
    fn put(&self, files: &Files, to: &str) {
        self.fill("up", files);
        self.copy(&["up", to]).ends_with(0);
    }

    fn create(&self, folder: &str) {
        let path = folder.parse().expect("a folder");
        let create = self.emulator.cos_bucket().create_folder(&path);
        let client = yunmei_ureq::Client::default();
        client.run(create).expect("created");
    }

    /// Lists with `--recursive`.
    fn list(&self, arguments: &[&str]) -> Run {
        self.run(&[&["cos", "ls", "-r"], arguments].concat())
    }

    /// Deletes with `--recursive`.
    fn remove(&self, arguments: &[&str]) -> Run {
        self.run(&[&["cos", "rm", "-r"], arguments].concat())
    }
}

/// What stands behind the times and sizes.
fn names(run: &Run) -> Vec<&str> {
    run.stdout.lines().map(|line| &line[36..]).collect()
}

fn nested() -> Files {
    let mut files = many(205);
    for name in [
        "夏天/第 1 天/海边.jpg",
        "夏天/a b",
        "x/y/z/.hidden",
        "夏天.txt",
    ] {
        files.insert(name.into(), name.into());
    }
    files
}

#[test]
fn all_files_below_a_folder_are_listed_by_their_paths_from_there() {
    let stage = Stage::new();
    stage.put(&nested(), "cos:///照片/");
    stage.create("/照片/created/in/");
    let lists = stage.requests("list");
    let run = stage.list(&["cos:///照片/"]).ends_with(0);
    let mut listed = names(&run);
    listed.sort_unstable();
    assert!(listed.iter().eq(nested().keys()), "{}", run.stdout);
    // Two pages of the folder, and one of each folder in it.
    assert_eq!(stage.requests("list") - lists, 2 + 7);

    let one_level = stage.run(&["cos", "ls", "--json", "cos:///照片/x/y/z/"]);
    let all = stage.list(&["--json", "cos:///照片/x/"]).ends_with(0);
    assert_eq!(one_level.ends_with(0).stdout, all.stdout);
    assert_eq!(all.objects()[0]["path"], "/照片/x/y/z/.hidden");
    assert_eq!(names(&stage.list(&[]).ends_with(0)).len(), 209);
}

#[test]
fn what_is_not_there_is_not_listed_and_a_beginning_is_refused() {
    let stage = Stage::new();
    let missing = stage.list(&["cos:///no/such/"]).ends_with(4);
    let told = "yunmei: cos:///no/such/: there is no such folder\n";
    assert_eq!(missing.stderr, told);
    stage.create("/created/in/");
    for empty in ["cos:///created/", "cos:///created/in/"] {
        let run = stage.list(&[empty]).ends_with(0);
        assert_eq!((run.stdout.as_str(), run.stderr.as_str()), ("", ""));
    }
    let run = stage.list(&["cos:///created"]).ends_with(2);
    assert!(run.stderr.contains("a / at their end"), "{}", run.stderr);
}

#[test]
fn a_folder_that_cannot_be_listed_does_not_keep_the_others() {
    // One for each folder on the way up; then the first, and the folder a.
    let stage = with_fault(&format!("op = \"list\"\nnth = 5\n{BLOCKED}"));
    let files = ["a/1", "b/2", "c"].map(|name| (name.into(), b"x".to_vec()));
    stage.put(&Files::from(files), "cos:///x/");
    assert_eq!(stage.requests("list"), 3);
    let run = stage.list(&["cos:///x/"]).ends_with(7);
    assert_eq!(names(&run), ["b/2", "c"]);
    assert!(run.stderr.contains("cos:///x/a/: "), "{}", run.stderr);
}

#[test]
fn an_upload_that_is_not_finished_is_marked() {
    let second = "op = \"upload_slice_data\"\nnth = 2";
    let stage = with_fault(&format!(
        "{second}\naction = \"answer\"\nstatus = 403\nbody = '{{\"code\":-289}}'"
    ));
    stage.write("a.bin", vec![1; 9_000_000]);
    stage.write("b.bin", "whole");
    for (file, status) in [("a.bin", 3), ("b.bin", 0)] {
        let run = stage.run(&["cos", "cp", file, "cos:///x/"]);
        run.ends_with(status);
    }
    for arguments in [&["cos", "ls", "cos:///x/"][..], &["cos", "ls", "-r"]] {
        let run = stage.run(arguments).ends_with(0);
        let lines: Vec<&str> = run.stdout.lines().collect();
        assert!(
            lines[0].contains("     9000000  ") && lines[0].ends_with(" bytes: an upload is open)"),
            "{}",
            run.stdout
        );
        assert!(lines[1].ends_with("b.bin"), "{}", run.stdout);
    }
}

#[test]
fn a_folder_is_deleted_with_all_pages_and_folders_from_the_innermost_out() {
    let stage = Stage::new();
    for folder in ["/照片/", "/照片/夏天/", "/照片/created/in/", "/照片2/"] {
        stage.create(folder);
    }
    stage.put(&nested(), "cos:///照片/");
    let run = stage.remove(&["cos:///照片/"]).ends_with(0);
    let deleted: Vec<&str> = run.stdout.lines().collect();
    assert_eq!(deleted.len(), 209 + 3);
    assert_eq!(deleted.last(), Some(&"deleted cos:///照片/"));
    let at = |name: &str| {
        let line = format!("deleted cos:///照片/{name}");
        let place = deleted.iter().position(|deleted| *deleted == line);
        place.expect("deleted")
    };
    assert!(at("夏天/第 1 天/海边.jpg") < at("夏天/"));
    assert!(at("夏天/a b") < at("夏天/"));
    assert!(!run.stdout.contains("created/\n"), "{}", run.stdout);
    assert_eq!(run.stderr, "yunmei: 212 deleted\n");
    let rest = stage.run(&["cos", "ls"]).ends_with(0);
    assert!(rest.stdout.ends_with("照片2/\n"), "{}", rest.stdout);
    assert_eq!(rest.stdout.lines().count(), 1);
}

#[test]
fn what_was_deleted_is_told_in_json_and_files_may_be_named_too() {
    let stage = Stage::new();
    stage.put(&many(2), "cos:///x/y/");
    stage.put(&many(1), "cos:///z/");
    let run = stage.remove(&["--json", "cos:///z/000.txt", "cos:///x/"]);
    let objects = run.ends_with(0).objects();
    let deleted: Vec<_> = objects
        .iter()
        .filter_map(|object| object["deleted"].as_str())
        .collect();
    let paths = ["z/000.txt", "x/y/000.txt", "x/y/001.txt"];
    assert_eq!(deleted, paths.map(|path| format!("cos:///{path}")));
}

#[test]
fn what_cannot_be_deleted_is_tried_once_and_keeps_its_folders_and_nothing_else() {
    // More than a page of them.
    let stage = with_fault(&format!("op = \"delete\"\ntimes = 250\n{BLOCKED}"));
    let mut files = many(420);
    files.insert("a/b".into(), b"x".to_vec());
    stage.put(&files, "cos:///x/y/");
    stage.create("/x/");
    let run = stage.remove(&["cos:///x/"]).ends_with(7);
    assert!(
        run.stderr.contains("171 deleted, 250 failed"),
        "{}",
        run.stderr
    );
    let failed = |line: &&str| line.starts_with("yunmei: cos:///x/y/");
    assert_eq!(run.stderr.lines().filter(failed).count(), 250);
    // One for each file, and one for the folder that is left without any.
    assert_eq!(stage.requests("delete"), 421 + 1);
    assert_eq!(names(&stage.list(&["cos:///x/"]).ends_with(0)).len(), 250);
    let again = stage.remove(&["cos:///x/"]).ends_with(0);
    assert_eq!(again.stdout.lines().count(), 251);
    stage.list(&["cos:///x/"]).ends_with(4);
}

#[test]
fn what_would_fail_for_all_ends_it() {
    let stale = "action = \"answer\"\nstatus = 403\nbody = '{\"code\":-97}'";
    let stage = with_fault(&format!("op = \"delete\"\nnth = 3\n{stale}"));
    stage.put(&many(6), "cos:///x/");
    let run = stage.remove(&["cos:///x/"]).ends_with(7);
    let told = "3 files were not tried: what failed would fail for every file";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    assert_eq!(stage.requests("delete"), 3);
    let run = stage
        .remove(&["cos://another/x/", "cos:///x/"])
        .ends_with(4);
    let told = "there may be more, which was not listed";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    stage.remove(&["cos:///x/"]).ends_with(0);
}

#[test]
fn the_root_goes_only_if_the_whole_bucket_is_meant() {
    let stage = Stage::new();
    stage.put(&nested(), "cos:///");
    stage.create("/created/");
    let bucket = format!("cos://{}", stage.emulator.cos_account().bucket());
    for root in ["cos:///", bucket.as_str()] {
        let run = stage.remove(&["cos:///x/", root]).ends_with(2);
        assert!(run.stderr.contains("--whole-bucket"), "{}", run.stderr);
        assert_eq!(run.stdout, "");
    }
    let rm = ["cos", "rm", "--whole-bucket", "cos:///"];
    stage.run(&rm).ends_with(2);
    assert_eq!(stage.requests("delete"), 0);
    let run = stage.remove(&["--whole-bucket", "cos:///"]).ends_with(0);
    assert_eq!(run.stdout.lines().count(), 210);
    assert_eq!(stage.run(&["cos", "ls"]).ends_with(0).stdout, "");
    stage.remove(&["--whole-bucket", "cos:///"]).ends_with(4);
}

/// The body of a page of a listing.
fn page(files: &[&str], folders: &[&str], context: &str) -> String {
    let file = |name: &&str| format!(r#"{{"name":"{name}","access_url":"a"}}"#);
    let folder = |name: &&str| format!(r#"{{"name":"{name}/"}}"#);
    let files = files.iter().map(file);
    let entries: Vec<_> = files.chain(folders.iter().map(folder)).collect();
    let (entries, is_last) = (entries.join(","), context.is_empty());
    format!(
        r#"{{"code":0,"data":{{"context":"{context}","listover":{is_last},"infos":[{entries}]}}}}"#
    )
}

fn answer(body: &str) -> String {
    format!("op = \"list\"\nnth = 3\naction = \"answer\"\nstatus = 200\nbody = '{body}'")
}

#[test]
fn what_a_faulty_service_names_does_not_lead_out_of_the_folder() {
    let files = ["../precious", "..", ".", "", "/precious", "in/000.txt"];
    let folders = ["..", ".", "", "../other", "in/in", "/"];
    let body = page(&[&files[..], &["000.txt"]].concat(), &folders, "");
    // Two for the uploads, which look what is there.
    let stage = with_fault(&answer(&body));
    stage.put(&many(1), "cos:///x/");
    stage.put(&many(1), "cos:///precious/");
    let run = stage.remove(&["cos:///x/"]).ends_with(7);
    assert_eq!(run.stdout, "deleted cos:///x/000.txt\n");
    assert!(
        run.stderr.contains("1 deleted, 12 failed"),
        "{}",
        run.stderr
    );
    for named in ["cos:///x/../: would lead out", "cos:///x/../precious: "] {
        assert!(run.stderr.contains(named), "{}", run.stderr);
    }
    assert_eq!((stage.requests("delete"), stage.requests("list")), (1, 3));

    let stage = with_fault(&answer(&body));
    stage.put(&many(1), "cos:///x/");
    stage.put(&many(1), "cos:///precious/");
    let run = stage.list(&["cos:///x/"]).ends_with(7);
    assert_eq!(names(&run), ["000.txt"]);
    assert_eq!(stage.requests("list"), 3);
}

#[test]
fn a_listing_that_does_not_change_comes_to_an_end() {
    let body = page(&["000.txt", "001.txt"], &[], "more");
    let stage = with_fault(&format!("{}\ntimes = 1000", answer(&body)));
    stage.put(&many(2), "cos:///x/");
    stage.put(&many(1), "cos:///y/");
    let run = stage.remove(&["cos:///x/"]).ends_with(7);
    assert!(run.stderr.contains("does not end"), "{}", run.stderr);
    assert_eq!(run.stdout.lines().count(), 2);
}

#[test]
fn nothing_there_is_not_found_and_the_slash_of_a_folder_is_advised() {
    let stage = Stage::new();
    stage.put(&many(1), "cos:///x/");
    for arguments in [&["-r", "cos:///no-such/"][..], &["cos:///no-such/"]] {
        let run = stage.run(&[&["cos", "rm"], arguments].concat());
        let told = "yunmei: cos:///no-such/: there is no such folder\n";
        assert_eq!(run.ends_with(4).stderr, told);
    }
    for command in [&["rm"][..], &["rm", "-r"]] {
        let run = stage.run(&[&["cos"], command, &["cos:///x"]].concat());
        let told = "\n  a folder is named with a / at its end: cos:///x/\n";
        assert!(run.stderr.ends_with(told), "{}", run.stderr);
        run.ends_with(4);
    }
    let elsewhere = stage.run(&["cos", "rm", "cos://another/x"]).ends_with(4);
    assert!(!elsewhere.stderr.contains("at its end"));
    stage.run(&["cos", "stat", "cos:///x/000.txt"]).ends_with(0);
}

#[test]
fn a_folder_with_something_in_it_wants_the_option() {
    let stage = Stage::new();
    stage.put(&many(1), "cos:///implied/");
    stage.put(&many(1), "cos:///created/");
    stage.create("/created/");
    stage.create("/empty/");
    for folder in ["cos:///implied/", "cos:///created/"] {
        let run = stage.run(&["cos", "rm", folder]).ends_with(2);
        let told = format!("yunmei: {folder}: there is something in this folder; --recursive (-r)");
        assert!(run.stderr.starts_with(&told), "{}", run.stderr);
    }
    stage.run(&["cos", "rm", "cos:///empty/"]).ends_with(0);
    assert_eq!(stage.list(&[]).ends_with(0).stdout.lines().count(), 2);
}

#[test]
fn an_interruption_tells_how_many_were_deleted() {
    let stage = with_fault("op = \"delete\"\nnth = 3\naction = \"delay\"\nmilliseconds = 60000");
    stage.put(&many(4), "cos:///x/");
    let mut child = stage
        .command(&["cos", "rm", "-r", "cos:///x/"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let mut lines = BufReader::new(child.stdout.take().expect("a pipe")).lines();
    for name in ["000", "001"] {
        let line = lines.next().expect("a line").expect("text");
        assert_eq!(line, format!("deleted cos:///x/{name}.txt"));
    }
    interrupt(&child);
    let run = Run::from(child.wait_with_output().expect("it ends")).ends_with(130);
    assert!(run.stderr.contains("2 deleted so far"), "{}", run.stderr);
}
