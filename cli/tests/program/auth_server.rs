//! `yunmei auth-server`, and `yunmei demo --web`, as programs of their own.

use std::{
    io::{BufRead, BufReader, Read, Write},
    net::TcpStream,
    process::{Child, Command, Stdio},
};

use crate::support::{Stage, interrupt, make_private};

const KEY: &str = "a canary of a key, with more than 32 bytes in it";
const POLICY: &str = r#"
    [token]
    algorithm = "HS256"
    issuer = "tests"
    audience = "yunmei"
    claims = ["scopes"]

    [[rules]]
    name = "own pictures"
    claims = { scopes = "open" }
    service = "cos"
    bucket = "examplebucket"
    path = "/users/{sub}/"
    operations = ["upload"]
"#;

struct Running(Child);

impl Running {
    fn start(mut command: Command) -> Running {
        let command = command.stdout(Stdio::piped()).stderr(Stdio::piped());
        Running(command.spawn().expect("the program runs"))
    }

    /// Lines of standard output, up to one that has this in it.
    fn line_with(&mut self, text: &str) -> String {
        let out = self.0.stdout.as_mut().expect("a pipe");
        let mut lines = BufReader::new(out).lines().map_while(Result::ok);
        let line = lines.find(|line| line.contains(text));
        line.unwrap_or_else(|| panic!("no line with {text}"))
    }

    /// Ends it as Ctrl-C does; with what it said on standard error.
    fn interrupt(mut self) -> (Option<i32>, String) {
        interrupt(&self.0);
        let status = self.0.wait().expect("it ends").code();
        let mut said = String::new();
        let stderr = self.0.stderr.as_mut().expect("a pipe");
        stderr.read_to_string(&mut said).expect("text");
        eprint!("{said}");
        (status, said)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

fn stage() -> Stage {
    let stage = Stage::new();
    stage.write("policy.toml", POLICY);
    make_private(&stage.write("jwt.key", KEY));
    stage
}

fn get(origin: &str, target: &str, token: &str) -> String {
    let address = origin.strip_prefix("http://").expect("an address");
    let mut stream = TcpStream::connect(address).expect("a connection");
    let request = format!(
        "GET {target} HTTP/1.1\r\nHost: {address}\r\nAuthorization: Bearer {token}\r\n\
         Connection: close\r\n\r\n"
    );
    stream.write_all(request.as_bytes()).expect("sent");
    let mut answer = String::new();
    stream.read_to_string(&mut answer).expect("an answer");
    answer
}

#[test]
fn it_serves_with_the_accounts_of_the_configuration_and_tells_each_decision() {
    let stage = stage();
    let arguments = ["--policy", "policy.toml", "--jwt-key", "jwt.key"];
    let made = [&["auth-server", "token", "--sub", "alice"], &arguments[..]].concat();
    let made = [&made[..], &["--ttl", "10m", "--claim", "scopes=open"]].concat();
    let token = stage.run(&made).ends_with(0).stdout.trim().to_owned();
    // So many may be open anywhere.
    let few = ["auth-server", "--listen=127.0.0.1:0", "--connections=100"];
    let serve = [&few, &arguments[..]].concat();
    let mut server = Running::start(stage.command(&serve));
    let line = server.line_with("yunmei");
    let origin = line.strip_prefix("yunmei auth-server listening on ");
    let origin = origin.unwrap_or_else(|| panic!("{line}"));
    let target = "/v1/sign/cos?operation=upload&path=/users/alice/a.png";
    let answer = get(origin, target, &token);
    assert!(answer.starts_with("HTTP/1.1 200"), "{answer}");
    assert!(
        answer.contains(stage.emulator.endpoint().as_str()),
        "{answer}"
    );
    let answer = get(
        origin,
        "/v1/sign/cos?operation=upload&path=/users/bob/a.png",
        &token,
    );
    assert!(answer.starts_with("HTTP/1.1 403"), "{answer}");
    let (status, said) = server.interrupt();
    assert_eq!(status, Some(0));
    assert_eq!(said.lines().count(), 3, "{said}");
    assert!(said.contains(r#""event":"started""#), "{said}");
    assert!(said.contains(r#""decision":"allowed""#), "{said}");
    assert!(said.contains(r#""code":"path_outside""#), "{said}");
    let mark = token.rsplit('.').next().expect("a signature");
    assert!(!said.contains(mark) && !said.contains(KEY), "{said}");
}

#[test]
fn decisions_go_to_a_file_and_the_key_may_be_in_the_environment() {
    let stage = stage();
    let mut command = stage.command(&[
        "auth-server",
        "--listen=127.0.0.1:0",
        "--connections=100",
        "--policy=policy.toml",
        "--audit=audit.jsonl",
    ]);
    command.env("YUNMEI_JWT_KEY", KEY);
    let mut server = Running::start(command);
    let line = server.line_with("listening on ");
    let origin = line.rsplit(' ').next().expect("an address");
    assert!(get(origin, "/v1/sign/cos", "x").starts_with("HTTP/1.1 401"));
    assert_eq!(server.interrupt(), (Some(0), String::new()));
    let audit = std::fs::read_to_string(stage.path("audit.jsonl")).expect("a file");
    eprint!("{audit}");
    assert!(audit.contains(r#""decision":"refused""#), "{audit}");
}

#[test]
fn a_bucket_that_the_configuration_does_not_name_is_told_at_the_start() {
    let stage = stage();
    stage.write("policy.toml", POLICY.replace("examplebucket", "another"));
    let mut server = Running::start(stage.command(&[
        "auth-server",
        "--listen=127.0.0.1:0",
        "--connections=100",
        "--policy=policy.toml",
        "--jwt-key=jwt.key",
    ]));
    server.line_with("listening on ");
    let (status, said) = server.interrupt();
    assert_eq!(status, Some(0));
    assert_eq!(said.lines().count(), 2, "{said}");
    let told = said.starts_with("yunmei: warning: rule \"own pictures\" ");
    assert!(told && said.contains("\"another\""), "{said}");
}

/// The signing server with a limit of open files, as `ulimit` takes it.
fn limited(stage: &Stage, limit: &str, connections: &str) -> Running {
    let command = stage.command(&[
        "auth-server",
        "--listen=127.0.0.1:0",
        "--policy=policy.toml",
        "--jwt-key=jwt.key",
        "--audit=audit.jsonl",
        connections,
    ]);
    let mut shell = Command::new("sh");
    let script = format!(r#"ulimit {limit} && exec "$0" "$@""#);
    shell.arg("-c").arg(script).arg(command.get_program());
    shell.args(command.get_args()).current_dir(stage.path("."));
    for (name, value) in command.get_envs() {
        match value {
            Some(value) => shell.env(name, value),
            None => shell.env_remove(name),
        };
    }
    let mut running = Running::start(shell);
    let line = running.line_with("listening on ");
    let origin = line.rsplit(' ').next().expect("an address");
    assert!(get(origin, "/healthz", "x").starts_with("HTTP/1.1 200"));
    running
}

#[test]
fn open_files_are_made_room_for_as_far_as_the_system_allows() {
    let stage = stage();
    let raised = limited(&stage, "-Sn 128", "--connections=150");
    if cfg!(target_os = "linux") {
        let limits = std::fs::read_to_string(format!("/proc/{}/limits", raised.0.id()));
        let limits = limits.expect("limits");
        let files = limits
            .lines()
            .find(|line| line.starts_with("Max open files"));
        let files: Vec<&str> = files.expect("a line").split_whitespace().collect();
        assert_eq!(files[3], "214", "{limits}");
    }
    assert_eq!(raised.interrupt(), (Some(0), String::new()));
    let (status, said) = limited(&stage, "-n 128", "--connections=150").interrupt();
    assert_eq!((status, said.lines().count()), (Some(0), 1), "{said}");
    assert!(
        said.starts_with("yunmei: warning: the system allows 128 open files: 64 connections"),
        "{said}"
    );
    assert!(said.contains("allow 214 "), "{said}");
}

#[test]
fn what_is_wrong_with_policy_or_key_is_told() {
    let stage = stage();
    let run = |arguments: &[&str]| stage.run(arguments).ends_with(2).stderr;
    assert!(run(&["auth-server"]).contains("--policy FILE is needed"));
    let told = run(&["auth-server", "--policy", "policy.toml"]);
    assert!(told.contains("--jwt-key"), "{told}");
    make_private(&stage.write("short.key", "canary"));
    let told = run(&["auth-server", "--policy=policy.toml", "--jwt-key=short.key"]);
    assert!(
        told.contains("32 bytes") && !told.contains("canary"),
        "{told}"
    );
    stage.write("wrong.toml", POLICY.replace("upload", "fly"));
    let told = run(&["auth-server", "--policy=wrong.toml", "--jwt-key=jwt.key"]);
    assert!(told.contains("wrong.toml: line "), "{told}");
    stage.write(
        "photo.toml",
        POLICY.replace("service = \"cos\"", "service = \"photo\""),
    );
    let told = run(&["auth-server", "--policy=photo.toml", "--jwt-key=jwt.key"]);
    assert!(told.contains("photo.toml: line "), "{told}");
    let good = ["auth-server", "--policy=policy.toml", "--jwt-key=jwt.key"];
    let told = run(&[&good[..], &["--allow-origin=https://WWW.example.com"]].concat());
    assert!(told.contains("must be an origin"), "{told}");
    let told = run(&[&good[..], &["--listen=9081"]].concat());
    assert!(told.contains("such as 127.0.0.1:8000"), "{told}");
    for (policy, key, told) in [
        ("nowhere.toml", "jwt.key", "yunmei: --policy nowhere.toml: "),
        ("policy.toml", "nowhere", "yunmei: --jwt-key nowhere: "),
    ] {
        let run = stage.run(&["auth-server", "--policy", policy, "--jwt-key", key]);
        let run = run.ends_with(6);
        assert!(run.stderr.starts_with(told), "{}", run.stderr);
    }
}

#[test]
fn a_policy_that_allows_nothing_is_told() {
    let stage = stage();
    let (token, _) = POLICY.split_once("[[rules]]").expect("rules");
    stage.write("none.toml", token);
    let taken = std::net::TcpListener::bind("127.0.0.1:0").expect("a port");
    let address = taken.local_addr().expect("an address").to_string();
    let server = ["auth-server", "--policy=none.toml", "--jwt-key=jwt.key"];
    let run = stage.run(&[&server[..], &["--listen", &address]].concat());
    let run = run.ends_with(6);
    let told = "yunmei: warning: the policy has no [[rules]]: it allows nothing\n";
    assert!(run.stderr.contains(told), "{}", run.stderr);
    assert!(run.stderr.contains("\n  --listen takes another address"));
}

#[cfg(target_os = "linux")]
#[test]
fn an_audit_that_cannot_be_written_is_told_before_anything_is_signed() {
    let stage = stage();
    let run = stage.run(&[
        "auth-server",
        "--listen=127.0.0.1:0",
        "--connections=100",
        "--policy=policy.toml",
        "--jwt-key=jwt.key",
        "--audit=/dev/full",
    ]);
    let told = run.ends_with(6).stderr;
    assert!(told.contains("the audit cannot be written: "), "{told}");
}

#[test]
fn tokens_that_would_be_refused_are_not_made() {
    let stage = stage();
    let photos = "[[rules]]\nname = \"photos\"\nservice = \"photo\"\noperations = [\"token\"]\n";
    stage.write("photos.toml", format!("{POLICY}{photos}"));
    let run = |policy: &str, further: &[&str]| {
        let policy = format!("--policy={policy}.toml");
        let token = ["auth-server", "token", &policy, "--jwt-key=jwt.key"];
        stage.run(&[&token[..], further].concat())
    };
    let open = "--claim=scopes=open";
    for (policy, further, part) in [
        ("policy", ["--sub=alice", "--claim=foo=open"], "\"foo\""),
        ("policy", ["--sub=", open], "for nobody"),
        ("policy", ["--sub=alice", "--claim=aud=x"], "audience"),
        ("policy", ["--sub=a/b", open], "\"own pictures\""),
        ("policy", ["--sub=../bob", open], "\"own pictures\""),
        ("photos", ["--sub=", open], "for nobody"),
    ] {
        let told = run(policy, &further).ends_with(2).stderr;
        assert!(told.contains(part), "{told}");
    }
    // What one rule refuses, another may grant.
    for (policy, further, part) in [
        ("photos", &["--sub=a/b", open][..], "\"own pictures\""),
        ("policy", &["--sub=alice"], "no rule"),
        ("policy", &["--sub=alice", open], ""),
        ("photos", &["--sub=alice"], ""),
    ] {
        let made = run(policy, further).ends_with(0);
        assert!(made.stdout.starts_with("ey"), "{further:?}");
        assert_eq!(made.stderr.is_empty(), part.is_empty(), "{}", made.stderr);
        assert!(made.stderr.contains(part), "{}", made.stderr);
    }
}

#[test]
fn the_policy_of_the_instructions_is_one() {
    let instructions = concat!(env!("CARGO_MANIFEST_DIR"), "/../docs/signing-server.md");
    let instructions = std::fs::read_to_string(instructions).expect("the instructions");
    let policy = instructions
        .split("```")
        .find_map(|block| block.strip_prefix("toml"))
        .expect("a policy");
    let stage = stage();
    stage.write("documented.toml", policy);
    let token = [
        "auth-server",
        "token",
        "--policy=documented.toml",
        "--jwt-key=jwt.key",
    ];
    let told = stage.run(&[&token[..], &["--sub=alice"]].concat());
    assert!(told.ends_with(0).stdout.starts_with("ey"));
}

#[test]
fn the_demonstration_s_page_is_there_and_its_token_is_good() {
    let mut command = crate::support::program();
    command.args(["demo", "--web"]);
    let mut demo = Running::start(command);
    let line = demo.line_with("#token=");
    let (origin, token) = line.split_once("/#token=").expect("an address");
    let settings = get(origin, "/v1/page", token);
    assert!(
        settings.contains(r#""prefix":"/users/demo/""#),
        "{settings}"
    );
    assert!(get(origin, "/", token).contains("<!doctype html>"));
    assert_eq!(demo.interrupt().0, Some(0));
}
