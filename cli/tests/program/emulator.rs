//! `yunmei emulator` as a program of its own.

use std::{
    io::{BufRead, BufReader, Read},
    path::Path,
    process::{Child, Command, Stdio},
};

use rustix::process::Signal;

use crate::support::{Run, heard, program, send};

struct Server(Child);

impl Server {
    /// Starts one on a free port; returns when it says that it accepts connections.
    fn start(folder: &Path) -> Server {
        Server::start_with(folder, &[])
    }

    fn start_with(folder: &Path, arguments: &[&str]) -> Server {
        let mut command = command(folder);
        command.args(["--data", "data"]).args(arguments);
        Server::of(command)
    }

    fn of(mut command: Command) -> Server {
        let child = command.stdout(Stdio::piped()).spawn();
        let mut child = child.expect("the program runs");
        let mut line = String::new();
        BufReader::new(child.stdout.as_mut().expect("a pipe"))
            .read_line(&mut line)
            .expect("a line");
        assert!(
            line.starts_with("yunmei emulator listening on http://127.0.0.1:"),
            "{line}"
        );
        Server(child)
    }

    fn signal(mut self, signal: Signal) -> Option<i32> {
        send(signal, &self.0);
        self.0.wait().expect("it ends").code()
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

/// Starts one on a free port, with its configuration beside it.
fn command(folder: &Path) -> Command {
    let mut command = program();
    command
        .current_dir(folder)
        .args(["emulator", "--listen", "127.0.0.1:0"])
        .args(["--write-config", "config.toml"]);
    command
}

fn yunmei(folder: &Path, arguments: &[&str]) -> (Option<i32>, String) {
    let output = program()
        .current_dir(folder)
        .args(["--config", "config.toml"])
        .args(arguments)
        .output()
        .expect("the program runs");
    heard(&output);
    (
        output.status.code(),
        String::from_utf8_lossy(&output.stdout).into_owned(),
    )
}

#[test]
fn it_announces_itself_writes_a_private_configuration_and_ends_on_request() {
    let folder = tempfile::tempdir().expect("a folder");
    let server = Server::start(folder.path());
    assert_eq!(yunmei(folder.path(), &["cos", "ls"]).0, Some(0));
    let config = folder.path().join("config.toml");
    let mode = std::os::unix::fs::PermissionsExt::mode(
        &std::fs::metadata(config).expect("a file").permissions(),
    );
    assert_eq!(mode & 0o777, 0o600);
    assert_eq!(server.signal(Signal::INT), Some(0));
}

#[test]
fn what_was_stored_is_there_again_after_a_kill() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("a.txt"), "hello").expect("a file");
    let server = Server::start(folder.path());
    assert_eq!(
        yunmei(folder.path(), &["cos", "cp", "a.txt", "cos:///a.txt"]).0,
        Some(0)
    );
    server.signal(Signal::KILL);
    let _server = Server::start(folder.path());
    assert_eq!(
        yunmei(folder.path(), &["cos", "cp", "cos:///a.txt", "-"]),
        (Some(0), "hello".into())
    );
}

#[test]
fn a_configuration_of_another_emulator_is_not_replaced_without_a_word() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = Server::start(folder.path());
    let mut second = command(folder.path());
    second.stderr(Stdio::piped());
    let mut second = Server::of(second);
    let mut stderr = second.0.stderr.take().expect("a pipe");
    second.signal(Signal::KILL);
    let mut told = String::new();
    stderr.read_to_string(&mut told).expect("text");
    let expected = "yunmei: config.toml: written anew, for this emulator\n";
    assert_eq!(told, expected);
    first.signal(Signal::INT);
}

#[test]
fn a_port_in_use_is_told() {
    let folder = tempfile::tempdir().expect("a folder");
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let output = program()
        .current_dir(folder.path())
        .args(["emulator", "--listen", &address])
        .output()
        .expect("the program runs");
    let run = Run::from(output).ends_with(6);
    assert!(run.stderr.contains(&address), "{}", run.stderr);
    assert!(run.stderr.contains("\n  --listen takes another address"));
}

#[test]
fn the_configuration_that_it_is_to_write_may_be_named_before_it_is_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let mut first = command(folder.path());
    first.env("YUNMEI_CONFIG", "config.toml");
    let first = Server::of(first);
    assert_eq!(yunmei(folder.path(), &["cos", "ls"]).0, Some(0));
    first.signal(Signal::INT);
    // Another that is named has to be there.
    let mut other = command(folder.path());
    other.env("YUNMEI_CONFIG", "nowhere.toml");
    let run = Run::from(other.output().expect("it runs")).ends_with(2);
    assert!(run.stderr.contains("nowhere.toml"), "{}", run.stderr);
}

#[test]
fn it_accepts_the_accounts_of_a_configuration_that_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let config = "[default.wanxiang]\nappid = \"10000001\"\nsecret_id = \"AKIDEXAMPLE\"\n\
        secret_key = \"key\"\nbucket = \"pictures\"\nendpoint = \"http://127.0.0.1:1\"\n\
        [default.fangtang]\nthird_code = \"example\"\nsecret_key = \"key\"\n";
    std::fs::write(folder.path().join("mine.toml"), config).expect("a file");
    let _server = Server::start_with(
        folder.path(),
        &[
            "--config",
            "mine.toml",
            "--private-images",
            "--replace-images",
            "--plain-images",
        ],
    );
    let written = std::fs::read_to_string(folder.path().join("config.toml")).expect("a file");
    let written: toml::Table = written.parse().expect("TOML");
    let wanxiang = written["default"]["wanxiang"].as_table().expect("a table");
    assert_eq!(wanxiang["appid"].as_str(), Some("10000001"));
    assert_eq!(wanxiang["bucket"].as_str(), Some("pictures"));
    assert_eq!(wanxiang["generation"].as_str(), Some("v2"));
    let partner = &written["default"]["fangtang"]["third_code"];
    assert_eq!(partner.as_str(), Some("example"));
    // Not the one that it read: it is at an address of its own.
    assert_ne!(wanxiang["endpoint"].as_str(), Some("http://127.0.0.1:1"));
}
