//! What is said to a user who interrupts while the service may have done it already.

use std::{net::TcpListener, process::Stdio};

use crate::{
    pictures::noise,
    support::{Run, Stage, interrupt},
};

#[test]
#[cfg(target_os = "linux")]
fn of_a_file_that_is_only_read_so_far_it_is_told_that_nothing_was_sent() {
    let stage = Stage::new();
    // So much takes longer to read than the test.
    let file = std::fs::File::create(stage.path("big.bin")).expect("a file");
    file.set_len(20_000_000_000).expect("a length");
    let child = stage
        .command(&["cos", "cp", "big.bin", "cos:///x/"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    let open = format!("/proc/{}/fd", child.id());
    let is_open = || {
        let files = std::fs::read_dir(&open).into_iter().flatten().flatten();
        let mut targets = files.filter_map(|file| std::fs::read_link(file.path()).ok());
        targets.any(|target| target.ends_with("big.bin"))
    };
    while !is_open() {
        std::thread::yield_now();
    }
    interrupt(&child);
    let run = Run::from(child.wait_with_output().expect("it ends")).ends_with(130);
    let told = "yunmei: interrupted\n  big.bin was not sent yet: run it again\n";
    assert_eq!(run.stderr, told);
    assert_eq!(stage.emulator.log().len(), 0);
}

/// A stage whose service takes connections and never answers.
fn silent() -> (Stage, TcpListener) {
    let stage = Stage::new();
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let silent = listener.local_addr().expect("an address").to_string();
    let emulator = stage.emulator.address().to_string();
    stage.write_config(&stage.config().replace(&emulator, &silent));
    (stage, listener)
}

#[test]
fn what_may_have_been_stored_is_told() {
    let (stage, listener) = silent();
    stage.write("a.png", noise(8, 8));
    for (arguments, told) in [
        (
            &["image", "upload", "a.png"][..],
            "a.png may have been stored",
        ),
        (
            &["cos", "cp", "a.png", "cos:///b.png"],
            "cos:///b.png may have been stored",
        ),
        (&["cos", "rm", "cos:///x"], "cos:///x may have been deleted"),
        (&["image", "copy", "a"], "a may have been copied"),
        (&["video", "upload", "a.png"], "a.png may have been stored"),
        (
            &["vod", "upload", "a.png", "--no-meta"],
            "a.png may have been taken up",
        ),
        (
            &["imagex", "upload", "a.png"],
            "a.png may have been taken up",
        ),
        (
            &["vod", "transcode", "v1", "t"],
            "may be being transcoded already",
        ),
        (&["iam", "add", "bob"], "user bob may have been created"),
    ] {
        let child = stage
            .command(arguments)
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .expect("the program runs");
        let connection = listener.accept().expect("a connection");
        interrupt(&child);
        let run = Run::from(child.wait_with_output().expect("it ends")).ends_with(130);
        assert!(run.stderr.contains(told), "{}", run.stderr);
        drop(connection);
    }
}
