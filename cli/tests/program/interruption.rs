//! What is said to a user who interrupts while the service may have done it already.

use std::{
    net::TcpListener,
    process::{Command, Stdio},
};

use crate::{
    pictures::noise,
    support::{Run, Stage},
};

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
        let killed = Command::new("kill")
            .args(["-INT", &child.id().to_string()])
            .status();
        assert!(killed.expect("kill runs").success());
        let run = Run::from(child.wait_with_output().expect("it ends")).ends_with(130);
        assert!(run.stderr.contains(told), "{}", run.stderr);
        drop(connection);
    }
}
