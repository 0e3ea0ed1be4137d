//! Each exit status that `--help` lists.

use std::{io::Read, net::TcpListener, process::Stdio};

#[cfg(target_os = "linux")]
use crate::support::told_nowhere;
use crate::support::{Run, Stage, interrupt, program};

#[test]
fn wrong_usage_is_2() {
    let stage = Stage::new();
    for arguments in [
        &["cos"][..],
        &["cos", "cp", "a"],
        &["cos", "stat", "no-location"],
        &["cos", "stat", "cos://demo/../escape"],
        &["cos", "stat", "cos://UPPER/a"],
        &["cos", "cp", "a", "b"],
        &["cos", "cp", "cos:///a", "cos:///b"],
        &["--profile", "nobody", "cos", "ls"],
        &["--config", "missing.toml", "cos", "ls"],
    ] {
        let run = stage.run(arguments).ends_with(2);
        assert_eq!(run.stdout, "", "{arguments:?}");
        assert_ne!(run.stderr, "", "{arguments:?}");
    }
}

#[test]
fn no_configuration_is_2_and_says_what_to_write() {
    let output = program()
        .args(["cos", "ls"])
        .output()
        .expect("the program runs");
    let stderr = Run::from(output).ends_with(2).stderr;
    assert!(
        stderr.contains("[default.cos]") && stderr.contains("--write-config"),
        "{stderr}"
    );
}

#[test]
fn a_refusal_is_3_and_gives_advice() {
    let stage = Stage::new();
    let key = stage
        .emulator
        .cos_account()
        .credentials()
        .secret_key()
        .expose()
        .to_owned();
    stage.write_config(&stage.config().replace(&key, "another-key"));
    let run = stage.run(&["cos", "ls"]).ends_with(3);
    assert!(
        run.stderr.contains("-97") && run.stderr.contains("clock"),
        "{}",
        run.stderr
    );
}

#[test]
fn not_found_is_4() {
    let stage = Stage::new();
    let run = stage.run(&["cos", "rm", "cos:///missing"]).ends_with(4);
    assert!(run.stderr.contains("-197"), "{}", run.stderr);
}

#[test]
fn no_answer_is_5() {
    let stage = Stage::new();
    let open = stage.emulator.address().to_string();
    stage.write_config(&stage.config().replace(&open, "127.0.0.1:1"));
    let run = stage.run(&["cos", "ls"]).ends_with(5);
    assert!(run.stderr.contains("no connection"), "{}", run.stderr);
}

#[test]
fn a_local_file_that_cannot_be_read_is_6() {
    let stage = Stage::new();
    stage
        .run(&["cos", "cp", "missing.txt", "cos:///a"])
        .ends_with(6);
    stage.write("in-the-way", "");
    stage.write("a.txt", "hello");
    stage
        .run(&["cos", "cp", "a.txt", "cos:///a.txt"])
        .ends_with(0);
    stage
        .run(&["cos", "cp", "cos:///a.txt", "in-the-way/a.txt"])
        .ends_with(6);
}

#[test]
#[cfg(target_os = "linux")]
fn a_standard_output_that_is_full_is_6_also_for_help() {
    for arguments in [
        ["--version"].as_slice(),
        &["--help"],
        &["cos", "cp", "--help"],
    ] {
        let mut command = program();
        command.args(arguments);
        let run = told_nowhere(command).ends_with(6);
        let told = "yunmei: standard output: ";
        assert!(run.stderr.starts_with(told), "{}", run.stderr);
    }
    let full = std::fs::File::create("/dev/full").expect("a device");
    let wrong = program().arg("nonsense").stderr(full).status();
    assert_eq!(wrong.expect("it runs").code(), Some(2));
}

#[test]
fn some_of_several_is_7_and_each_failure_is_named() {
    let stage = Stage::new();
    stage.write("a.txt", "hello");
    let run = stage
        .run(&["cos", "cp", "a.txt", "missing.txt", "cos:///x/"])
        .ends_with(7);
    assert!(
        run.stderr.contains("missing.txt") && run.stderr.contains("1 done, 1 failed"),
        "{}",
        run.stderr
    );
    // A name that cannot be used does not end it either.
    stage
        .run(&["cos", "cp", "..", "a.txt", "cos:///x/"])
        .ends_with(7);
    // All of several: the status of the first failure.
    stage
        .run(&["cos", "rm", "cos:///no1", "cos:///no2"])
        .ends_with(4);
}

#[test]
fn an_interruption_is_130() {
    let stage = Stage::new();
    let silent = TcpListener::bind("127.0.0.1:0").expect("a port");
    let port = silent.local_addr().expect("an address").port().to_string();
    let open = stage.emulator.address().port().to_string();
    stage.write_config(&stage.config().replace(&open, &port));
    let child = stage
        .command(&["cos", "ls"])
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    // Once the request is here, the program waits for the answer.
    let (mut connection, _) = silent.accept().expect("a connection");
    connection.read_exact(&mut [0; 16]).expect("a request");
    interrupt(&child);
    let run = Run::from(child.wait_with_output().expect("it ends")).ends_with(130);
    assert_eq!(run.stderr, "yunmei: interrupted\n");
}
