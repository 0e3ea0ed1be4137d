//! The configuration file.

use std::{fs, os::unix::fs::PermissionsExt};

use crate::support::{Run, Stage, program};

#[test]
fn a_file_that_others_can_read_is_used_and_warned_of() {
    let stage = Stage::new();
    let open = fs::Permissions::from_mode(0o644);
    fs::set_permissions(stage.path("config.toml"), open).expect("permissions");
    let run = stage.run(&["cos", "ls"]).ends_with(0);
    assert!(
        run.stderr.contains("warning") && run.stderr.contains("chmod 600"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_broken_file_is_told_by_line_and_without_its_secrets() {
    let stage = Stage::new();
    for broken in [
        "[default.cos]\nsecret_key = \"canary",
        "[default.cos]\nsecret_key = canary",
        "[default.cos]\nappid = 1250000000\nsecret_id = \"a\"\nsecret_key = [\"canary\"]\n",
        "[default.cos]\nappid = \"canary\"",
        "[default.cos]\nsecret_key = 123456789012345678901234567890canary",
        "canary = 1\n[other]",
        "[default.cos]\nappid = 1250000000\nsecret_id = \"a\"\nsecret_key = \"canary\"\nbucket = \"b\"\nregion = \"gz\"\nendpoint = \"canary\"",
        "default = \"canary\"",
    ] {
        stage.write_config(broken);
        let run = stage.run(&["cos", "ls"]).ends_with(2);
        assert!(!run.stderr.contains("canary"), "{broken}\n{}", run.stderr);
        assert!(run.stderr.contains("config.toml"), "{}", run.stderr);
    }
}

#[test]
fn a_secret_of_digits_is_not_told() {
    let stage = Stage::new();
    let digits = "92345678901234567890123456789012";
    for text in [
        format!("[default.cos]\nsecret_key = {digits}"),
        format!("[default.cos]\nsecret_key = -{digits}"),
        format!("[default.cos]\nsecret_key = {digits}.5"),
        format!("[default.cos]\n{digits} = 1"),
    ] {
        stage.write_config(&text);
        let run = stage.run(&["cos", "ls"]).ends_with(2);
        assert!(!run.stderr.contains(&digits[..8]), "{}", run.stderr);
        assert!(run.stderr.contains("config.toml"), "{}", run.stderr);
    }
}

#[test]
fn an_endless_file_is_not_read_to_its_end() {
    let stage = Stage::new();
    for arguments in [
        &["cos", "ls", "--config", "/dev/zero"][..],
        &["photo", "status", "--job", "/dev/zero"],
    ] {
        let run = stage.run(arguments);
        assert!(run.stderr.contains("1 MB"), "{}", run.stderr);
    }
}

#[test]
fn nothing_that_is_told_steers_the_terminal() {
    let stage = Stage::new();
    stage.write("bad\u{1b}[2J.toml", "[default.cos]\n\"\\u001b[2J\" = 1\n");
    for arguments in [
        &["cos", "ls", "--config", "bad\u{1b}[2J.toml"][..],
        &["cos", "ls", "--profile", "\u{9b}2J"],
        &["photo", "repair", "\u{1b}[2J.png", "new.png"],
    ] {
        let run = stage.run(arguments);
        assert!(
            !run.stderr.contains(['\u{1b}', '\u{9b}']),
            "{:?}",
            run.stderr
        );
        assert!(!run.stderr.is_empty());
    }
}

#[test]
fn the_option_wins_over_the_variable_and_the_variable_over_the_usual_place() {
    let stage = Stage::new();
    let home = stage.path("home");
    fs::create_dir_all(home.join("yunmei")).expect("a folder");
    let usual = home.join("yunmei/config.toml");
    fs::copy(stage.path("config.toml"), &usual).expect("a copy");
    crate::support::make_private(&usual);
    let run = |variable: Option<&str>, option: Option<&str>| {
        let mut command = program();
        command
            .env("XDG_CONFIG_HOME", &home)
            .current_dir(stage.path(""));
        if let Some(path) = variable {
            command.env("YUNMEI_CONFIG", path);
        }
        if let Some(path) = option {
            command.args(["--config", path]);
        }
        let output = command.args(["cos", "ls"]).output();
        Run::from(output.expect("the program runs")).status
    };
    stage.write("broken.toml", "[");
    assert_eq!(run(None, None), Some(0));
    assert_eq!(run(Some("broken.toml"), None), Some(2));
    assert_eq!(run(Some("broken.toml"), Some("config.toml")), Some(0));
    assert_eq!(run(Some("config.toml"), Some("broken.toml")), Some(2));
}

#[test]
fn a_profile_is_chosen_by_option_or_variable() {
    let stage = Stage::new();
    let renamed = stage.config().replace("[default.cos]", "[work.cos]");
    stage.write_config(&renamed);
    stage.run(&["cos", "ls"]).ends_with(2);
    stage.run(&["--profile", "work", "cos", "ls"]).ends_with(0);
    let output = stage
        .command(&["cos", "ls"])
        .env("YUNMEI_PROFILE", "work")
        .output();
    Run::from(output.expect("the program runs")).ends_with(0);
}
