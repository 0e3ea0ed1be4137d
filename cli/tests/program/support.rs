//! The program against an emulator of its own, in a folder of its own.

use std::{
    fs,
    path::{Path, PathBuf},
    process::{Child, Command, Output},
};

use rustix::process::{Pid, Signal, kill_process};
use serde_json::Value;
use tempfile::TempDir;
use yunmei_emulator::{Builder, Emulator};

pub(crate) struct Stage {
    pub(crate) emulator: Emulator,
    folder: TempDir,
}

pub(crate) struct Run {
    pub(crate) status: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Stage {
    pub(crate) fn new() -> Stage {
        Stage::with(Emulator::builder())
    }

    pub(crate) fn with(builder: Builder) -> Stage {
        let builder = builder.on_request(|entry| eprintln!("{entry}"));
        let emulator = builder.start().expect("an emulator");
        let folder = tempfile::tempdir().expect("a folder");
        let stage = Stage { emulator, folder };
        stage.write_config(&stage.emulator.client_config());
        stage
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.folder.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) -> PathBuf {
        let path = self.path(name);
        fs::write(&path, content).expect("a file");
        path
    }

    /// Private, as the program wants it.
    pub(crate) fn write_config(&self, text: &str) {
        let path = self.write("config.toml", text);
        make_private(&path);
    }

    pub(crate) fn config(&self) -> String {
        fs::read_to_string(self.path("config.toml")).expect("a configuration")
    }

    /// Speaks to the successor of TTVcloud from now on.
    pub(crate) fn use_volcengine(&self) {
        let config = self.config();
        let table = "[default.vcloud]\n";
        self.write_config(&config.replace(table, &format!("{table}dialect = \"volcengine\"\n")));
    }

    /// Runs the program in the stage's folder, with its configuration.
    pub(crate) fn run(&self, arguments: &[&str]) -> Run {
        let run = Run::from(self.command(arguments).output().expect("the program runs"));
        for output in [&run.stdout, &run.stderr] {
            for secret in self.secrets() {
                assert!(
                    !output.contains(secret),
                    "a secret in the output of {arguments:?}: {output}"
                );
            }
        }
        run
    }

    fn secrets(&self) -> [&str; 4] {
        let pictures = self.emulator.wanxiang_account().credentials();
        let videos = self.emulator.vcloud_account().credentials();
        [
            self.emulator
                .cos_account()
                .credentials()
                .secret_key()
                .expose(),
            pictures.secret_key().expose(),
            self.emulator.fangtang_account().secret_key().expose(),
            videos.secret_key().expose(),
        ]
    }

    pub(crate) fn command(&self, arguments: &[&str]) -> Command {
        let mut command = program();
        command
            .current_dir(self.folder.path())
            .env("YUNMEI_CONFIG", self.path("config.toml"))
            .env("XDG_STATE_HOME", self.path("state"))
            .args(arguments);
        command
    }
}

/// The program, with nothing of this machine's configuration.
pub(crate) fn program() -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_yunmei"));
    for name in [
        "YUNMEI_CONFIG",
        "YUNMEI_PROFILE",
        "YUNMEI_DIALECT",
        "VCLOUD_ACCESSKEY",
        "VCLOUD_SECRETKEY",
        "VOLC_ACCESSKEY",
        "VOLC_SECRETKEY",
        "HTTP_PROXY",
        "http_proxy",
        "ALL_PROXY",
        "all_proxy",
        "YUNMEI_JWT_KEY",
        "CLICOLOR_FORCE",
    ] {
        command.env_remove(name);
    }
    command
        .env("XDG_CONFIG_HOME", "/nonexistent")
        .env("XDG_STATE_HOME", "/nonexistent")
        .env("HOME", "/nonexistent");
    command
}

/// Runs it with its standard output on a disk that is full.
#[cfg(target_os = "linux")]
pub(crate) fn told_nowhere(mut command: Command) -> Run {
    let full = fs::File::create("/dev/full").expect("a device");
    Run::from(command.stdout(full).output().expect("it runs"))
}

/// Sends a running program a signal.
pub(crate) fn send(signal: Signal, child: &Child) {
    kill_process(Pid::from_child(child), signal).expect("it runs");
}

/// As Ctrl-C does.
pub(crate) fn interrupt(child: &Child) {
    send(Signal::INT, child);
}

pub(crate) fn make_private(path: &Path) {
    use std::os::unix::fs::PermissionsExt;
    fs::set_permissions(path, fs::Permissions::from_mode(0o600)).expect("permissions");
}

/// Repeats what a program said beside its data: no secret may be in the log of the tests.
pub(crate) fn heard(output: &Output) {
    eprint!("{}", String::from_utf8_lossy(&output.stderr));
}

impl From<Output> for Run {
    fn from(output: Output) -> Run {
        heard(&output);
        Run {
            status: output.status.code(),
            stdout: String::from_utf8(output.stdout).expect("text"),
            stderr: String::from_utf8(output.stderr).expect("text"),
        }
    }
}

impl Run {
    /// The objects that were printed, one a line.
    pub(crate) fn objects(&self) -> Vec<Value> {
        let lines = self.stdout.lines();
        lines
            .map(|line| serde_json::from_str(line).expect("a line of JSON"))
            .collect()
    }

    /// Asserts the exit status, and shows everything if it is another.
    pub(crate) fn ends_with(self, status: i32) -> Run {
        assert_eq!(
            self.status,
            Some(status),
            "stdout:\n{}\nstderr:\n{}",
            self.stdout,
            self.stderr
        );
        self
    }
}
