//! Where the keys of TTVcloud come from.

use std::{fs, os::unix::fs::PermissionsExt, path::PathBuf, process::Command};

use crate::support::{Run, Stage, make_private};

/// A stage whose configuration has no keys of TTVcloud, but all else.
struct Keyless {
    stage: Stage,
    access_key: String,
    secret_key: String,
}

impl Keyless {
    fn new() -> Keyless {
        let stage = Stage::new();
        let keys = stage.emulator.vcloud_account().credentials().clone();
        let access_key = keys.access_key().to_owned();
        let secret_key = keys.secret_key().expose().to_owned();
        let config = stage.config();
        let of_keys = |line: &&str| !line.contains(&access_key) && !line.contains(&secret_key);
        let rest: Vec<&str> = config.lines().filter(of_keys).collect();
        stage.write_config(&rest.join("\n"));
        Keyless {
            stage,
            access_key,
            secret_key,
        }
    }

    fn command(&self) -> Command {
        let mut command = self.stage.command(&["-v", "vod", "domains"]);
        command.env("HOME", self.stage.path(""));
        command
    }

    /// Writes a file of the vendor's into the home folder.
    fn home_file(&self, folder: &str, name: &str, content: &str) -> PathBuf {
        fs::create_dir_all(self.stage.path(folder)).expect("a folder");
        let path = self.stage.write(&format!("{folder}/{name}"), content);
        make_private(&path);
        path
    }

    fn json(&self) -> String {
        format!(
            r#"{{"ak":"{}","sk":"{}"}}"#,
            self.access_key, self.secret_key
        )
    }
}

fn run(command: &mut Command) -> Run {
    Run::from(command.output().expect("the program runs"))
}

#[test]
fn the_vendors_file_serves_and_the_environment_before_it() {
    let keyless = Keyless::new();
    keyless.home_file(".vcloud", "config", &keyless.json());
    let told = run(&mut keyless.command()).ends_with(0).stderr;
    assert!(
        told.contains("the keys came from") && told.contains(".vcloud/config"),
        "{told}"
    );

    let mut wrong = keyless.command();
    wrong.env("VCLOUD_ACCESSKEY", "AKother");
    wrong.env("VCLOUD_SECRETKEY", "canary-of-the-environment");
    let told = run(&mut wrong).ends_with(3).stderr;
    assert!(told.contains("the environment: VCLOUD_ACCESSKEY"), "{told}");
    assert!(!told.contains("canary"), "{told}");

    // What the configuration says counts before both.
    let explicit = format!(
        "[default.vcloud]\naccess_key = \"{}\"\nsecret_key = \"{}\"\n",
        keyless.access_key, keyless.secret_key
    );
    let config = keyless.stage.config();
    let config = config.replace("[default.vcloud]\n", &explicit);
    keyless.stage.write_config(&config);
    let told = run(&mut wrong).ends_with(0).stderr;
    assert!(
        told.contains("the table vcloud of the configuration"),
        "{told}"
    );
}

#[test]
fn each_half_may_come_from_elsewhere() {
    let keyless = Keyless::new();
    keyless.home_file(
        ".vcloud",
        "config",
        &keyless.json().replace("\"ak\"", "\"x\""),
    );
    let half = format!(
        "[default.vcloud]\naccess_key = \"{}\"\n",
        keyless.access_key
    );
    let config = keyless.stage.config().replace("[default.vcloud]\n", &half);
    keyless.stage.write_config(&config);
    let told = run(&mut keyless.command()).ends_with(0).stderr;
    assert!(
        told.contains("the access key came from the table vcloud")
            && told.contains("the secret key from"),
        "{told}"
    );
}

#[test]
fn a_lone_variable_is_ignored_and_warned_of() {
    let keyless = Keyless::new();
    keyless.home_file(".vcloud", "config", &keyless.json());
    let mut lone = keyless.command();
    lone.env("VCLOUD_ACCESSKEY", "AKother");
    let told = run(&mut lone).ends_with(0).stderr;
    assert!(
        told.contains("warning: VCLOUD_ACCESSKEY is ignored"),
        "{told}"
    );
}

#[test]
fn a_file_that_others_can_read_is_used_and_warned_of() {
    let keyless = Keyless::new();
    let path = keyless.home_file(".vcloud", "config", &keyless.json());
    fs::set_permissions(&path, fs::Permissions::from_mode(0o644)).expect("permissions");
    let told = run(&mut keyless.command()).ends_with(0).stderr;
    assert!(
        told.contains("warning") && told.contains("chmod 600"),
        "{told}"
    );
}

#[test]
fn the_successor_has_places_of_its_own() {
    let keyless = Keyless::new();
    keyless.stage.use_volcengine();
    keyless.home_file(".vcloud", "config", "{}");
    let ini = format!(
        "[default]\naccess_key_id = {}\nsecret_access_key = {}\n",
        keyless.access_key, keyless.secret_key
    );
    let mut users = keyless.stage.command(&["-v", "iam", "users"]);
    users.env("HOME", keyless.stage.path(""));
    run(&mut users).ends_with(2);
    keyless.home_file(".volc", "config", &keyless.json());
    let told = run(&mut users).ends_with(0).stderr;
    assert!(told.contains(".volc/config"), "{told}");
    keyless.home_file(".volc", "credentials", &ini);
    let told = run(&mut users).ends_with(0).stderr;
    assert!(told.contains(".volc/credentials"), "{told}");
}

#[test]
fn no_keys_are_2_and_all_places_are_told() {
    let keyless = Keyless::new();
    let told = run(&mut keyless.command()).ends_with(2).stderr;
    for place in [
        "[default.vcloud]",
        "VCLOUD_ACCESSKEY",
        "~/.vcloud/config",
        "--write-config",
    ] {
        assert!(told.contains(place), "{place}: {told}");
    }
    assert!(keyless.stage.emulator.log().is_empty());
}

#[test]
fn the_dialect_can_be_named_for_one_command() {
    let keyless = Keyless::new();
    let mut users = keyless.stage.command(&["iam", "users"]);
    users.env("VOLC_ACCESSKEY", &keyless.access_key);
    users.env("VOLC_SECRETKEY", &keyless.secret_key);
    let told = run(&mut users).ends_with(2).stderr;
    assert!(told.contains("--dialect volcengine"), "{told}");
    users.env("YUNMEI_DIALECT", "aws");
    let told = run(&mut users).ends_with(2).stderr;
    assert!(told.contains("YUNMEI_DIALECT: must be"), "{told}");
    users.env("YUNMEI_DIALECT", "volcengine");
    run(&mut users).ends_with(0);
    // The command line counts first.
    users.args(["--dialect", "ttvcloud"]);
    run(&mut users).ends_with(2);
}

#[test]
fn a_broken_file_is_named_and_not_quoted() {
    let keyless = Keyless::new();
    for broken in ["{\"ak\": \"canary", "[\"canary\"]", "{\"ak\":[\"canary\"]}"] {
        keyless.home_file(".vcloud", "config", broken);
        let told = run(&mut keyless.command()).ends_with(2).stderr;
        assert!(told.contains(".vcloud/config"), "{told}");
        assert!(!told.contains("canary"), "{told}");
    }
}

#[test]
fn a_table_that_is_wrong_is_told_by_its_key() {
    let stage = Stage::new();
    let config = stage.config();
    for (line, told) in [
        (
            "dialect = \"aws\"",
            "dialect: must be ttvcloud or volcengine",
        ),
        ("region = \"CN\"", "region: "),
        ("space = \"\"", "space: must not be empty"),
        ("service_id = \"a/b\"", "service_id: "),
        ("endpoint = \"canary\"", "endpoint: "),
        ("acces_key = \"canary\"", "acces_key: is not a key"),
        ("secret_key = [\"canary\"]", "secret_key: must be a text"),
    ] {
        stage.write_config(&format!("[default.vcloud]\n{line}\n"));
        let run = stage.run(&["vod", "domains"]).ends_with(2);
        assert!(run.stderr.contains(told), "{line}: {}", run.stderr);
        assert!(!run.stderr.contains("canary"), "{}", run.stderr);
    }
    stage.write_config(&config.replace("region = \"cn-north-1\"", "region = \"mars\""));
    let run = stage.run(&["vod", "domains"]).ends_with(2);
    assert!(run.stderr.contains("region"), "{}", run.stderr);
    assert!(stage.emulator.log().is_empty());
}

#[test]
fn a_name_on_the_command_line_stands_for_that_of_the_table() {
    let stage = Stage::new();
    let without = stage
        .config()
        .replace("space = \"example-space\"\n", "")
        .replace("service_id = \"example-service\"\n", "");
    stage.write_config(&without);
    let run = stage.run(&["vod", "domains"]).ends_with(2);
    assert!(run.stderr.contains("--space"), "{}", run.stderr);
    stage
        .run(&["vod", "domains", "--space", "example-space"])
        .ends_with(0);
    let run = stage.run(&["imagex", "ls"]).ends_with(2);
    assert!(run.stderr.contains("--service-id"), "{}", run.stderr);
    stage
        .run(&["imagex", "ls", "--service-id", "example-service"])
        .ends_with(0);
}
