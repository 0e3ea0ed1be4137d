//! What `yunmei image` tells a person who is stuck.

use serde_json::Value;
use yunmei_emulator::{Emulator, Faults, Generation};

use crate::{pictures::noise, support::Stage};

/// A stage with a picture `a` in the cloud, and on this machine as `a.png`.
fn stage(stage: Stage) -> Stage {
    stage.write("a.png", noise(8, 8));
    stage
        .run(&["image", "upload", "a.png", "--id", "a"])
        .ends_with(0);
    stage
}

const STYLE: &str = "the style may not exist, or the bucket may have another --separator";

#[test]
fn a_style_that_is_not_found_is_doubted_before_the_picture() {
    let enhanced = stage(Stage::new());
    let run = enhanced
        .run(&["image", "get", "a", "b.png", "--style", "small"])
        .ends_with(4);
    let place = |told: &str| run.stderr.find(told).expect(told);
    assert!(place(STYLE) < place("generation"), "{}", run.stderr);
    // Without one, there is nothing to doubt.
    let run = enhanced
        .run(&["image", "get", "b", "b.png", "--process", "imageInfo"])
        .ends_with(4);
    assert!(!run.stderr.contains("style"), "{}", run.stderr);
    assert!(run.stderr.contains("generation"), "{}", run.stderr);

    let plain = stage(Stage::with(
        Emulator::builder().picture_generation(Generation::V2),
    ));
    let run = plain
        .run(&["image", "get", "a", "b.png", "--style", "small"])
        .ends_with(4);
    assert!(run.stderr.contains("-105"), "{}", run.stderr);
    assert!(run.stderr.contains(STYLE), "{}", run.stderr);
}

#[test]
fn a_style_is_doubted_where_only_the_status_says_that_it_is_not_found() {
    let bare = "[[fault]]\nop = \"image.download\"\naction = \"answer\"\nstatus = 404\n\
                body = \"<html>\"\n";
    let faults = Faults::from_toml(bare).expect("faults");
    let stage = stage(Stage::with(Emulator::builder().faults(faults)));
    let run = stage
        .run(&["image", "get", "a", "b.png", "--style", "small"])
        .ends_with(5);
    assert!(
        run.stderr.ends_with(&format!("{STYLE}\n")),
        "{}",
        run.stderr
    );
}

#[test]
fn the_host_for_an_address_is_told_where_the_address_does_not_say_it() {
    let stage = Stage::new();
    let account = stage.emulator.wanxiang_account();
    let host = format!("{}-{}.image.myqcloud.com", account.bucket(), account.app());
    for arguments in [
        &["image", "url", "a"][..],
        &["image", "url", "a", "--public"],
    ] {
        let run = stage.run(arguments).ends_with(0);
        assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
        let curl = format!("curl -H 'Host: {host}' ");
        assert!(run.stderr.contains(&curl), "{}", run.stderr);
        // Standard error may be kept, and the address is a permission.
        assert!(!run.stderr.contains("sign="), "{}", run.stderr);
        let json = [&["--json"], arguments].concat();
        let json = stage.run(&json).ends_with(0);
        let json: Value = serde_json::from_str(&json.stdout).expect("JSON");
        assert_eq!(json["host"], *host);
    }

    let is_endpoint = |line: &&str| line.starts_with("endpoint");
    let config = stage.config();
    let official: Vec<&str> = config.lines().filter(|line| !is_endpoint(line)).collect();
    stage.write_config(&official.join("\n"));
    let run = stage.run(&["--json", "image", "url", "a"]).ends_with(0);
    let json: Value = serde_json::from_str(&run.stdout).expect("JSON");
    assert_eq!((&json["host"], run.stderr.as_str()), (&Value::Null, ""));
    let url = json["url"].as_str().expect("an address");
    assert!(
        url.starts_with(&format!("https://{host}/a?sign=")),
        "{host}"
    );
}

#[test]
fn the_help_says_that_there_is_no_listing_and_how_a_folder_goes_up() {
    let stage = Stage::new();
    for arguments in [&["image", "--help"][..], &["image", "upload", "--help"]] {
        let help = stage.run(arguments).ends_with(0).stdout;
        let words: Vec<&str> = help.split_whitespace().collect();
        let help = words.join(" ");
        for told in [
            "The service has no listing: keep the ids that upload prints (or --json)",
            "pics/*",
        ] {
            assert!(help.contains(told), "{arguments:?}: {help}");
        }
    }
    std::fs::create_dir(stage.path("pics")).expect("a folder");
    let run = stage.run(&["image", "upload", "pics"]).ends_with(2);
    assert!(
        run.stderr.contains("yunmei image upload pics/*"),
        "{}",
        run.stderr
    );
}

#[test]
fn a_hint_is_told_once_and_with_the_id_that_is_in_the_way() {
    let stage = Stage::new();
    for name in ["a.png", "b 1.png", "c.png"] {
        stage.write(name, noise(8, 8));
    }
    let upload = [
        "image",
        "upload",
        "b 1.png",
        "a.png",
        "c.png",
        "--keep-names",
    ];
    let upload = [&upload[..], &["--prefix", "album/"]].concat();
    let up = stage.run(&upload).ends_with(0);
    assert!(
        up.stdout.contains("a.png -> album/a.png  "),
        "{}",
        up.stdout
    );
    let again = stage.run(&upload).ends_with(3).stderr;
    assert_eq!(again.matches("-177").count(), 3, "{again}");
    assert_eq!(again.matches("choose another id").count(), 1, "{again}");
    assert!(
        again.contains("what has this one: yunmei image rm 'album/b 1.png'\n"),
        "{again}"
    );
    // Another hint is told all the same.
    let mixed = [&upload[..], &["."]].concat();
    let mixed = stage.run(&mixed).ends_with(3).stderr;
    assert!(mixed.contains("/*"), "{mixed}");

    let v1 = ["image", "upload", "--v1", "a.png", "--id", "x"];
    stage.run(&v1).ends_with(0);
    let run = stage.run(&v1).ends_with(3);
    assert!(run.stderr.contains("image rm --v1 x\n"), "{}", run.stderr);
}

#[test]
fn what_begins_like_no_picture_is_told_and_sent_all_the_same() {
    let stage = Stage::new();
    stage.write("notes.txt", "no picture");
    stage.write("a.png", noise(8, 8));
    let run = stage.run(&["image", "upload", "notes.txt", "a.png"]);
    assert_eq!(run.stderr.matches("warning").count(), 1, "{}", run.stderr);
    assert!(
        run.stderr.contains("warning: notes.txt: "),
        "{}",
        run.stderr
    );
    assert_eq!(asked(&stage, "image.upload"), 2);
}

#[test]
fn a_character_that_a_query_cannot_hold_is_named() {
    let stage = Stage::new();
    let run = stage
        .run(&["image", "url", "a", "--process", "imageInfo|imageAve"])
        .ends_with(2);
    assert!(run.stderr.contains("'|'"), "{}", run.stderr);
    assert!(run.stderr.contains("%7C"), "{}", run.stderr);
}

#[test]
fn a_refusal_of_a_part_or_of_processing_says_what_to_change() {
    let stage = stage(Stage::new());
    for (option, value, told) in [
        (
            "--process",
            "imageView2/9/w/20",
            "check what --process asks for",
        ),
        ("--range", "100000-", "yunmei image stat tells its size"),
    ] {
        let run = stage
            .run(&["image", "get", "a", "b.png", option, value])
            .ends_with(3);
        assert!(run.stderr.contains(told), "{}", run.stderr);
    }
}

#[test]
fn a_copy_whose_answer_was_lost_is_8_and_not_made_again() {
    let lost = "[[fault]]\nop = \"image.copy\"\nnth = 1\naction = \"drop\"\nwhen = \"after\"\n";
    let faults = Faults::from_toml(lost).expect("faults");
    let stage = stage(Stage::with(Emulator::builder().faults(faults)));
    let run = stage.run(&["image", "copy", "a"]).ends_with(8);
    // Nobody could look for it: there is no listing.
    assert!(!run.stderr.contains("look whether"), "{}", run.stderr);
    assert!(run.stderr.contains("another copy"), "{}", run.stderr);
    assert_eq!(asked(&stage, "image.copy"), 1);
}

#[test]
fn files_that_are_too_large_for_one_request_are_judged_in_several() {
    let stage = Stage::new();
    let names: Vec<String> = (0..7).map(|number| format!("{number}.png")).collect();
    for name in &names {
        stage.write(name, vec![b'x'; 1_000_000]);
    }
    let mut arguments = vec!["image", "detect"];
    arguments.extend(names.iter().map(String::as_str));
    let run = stage.run(&arguments).ends_with(3);
    assert_eq!(run.stderr.matches("-1400").count(), 7, "{}", run.stderr);
    assert_eq!(asked(&stage, "detect"), 2);
}

/// How often the service was asked for this.
fn asked(stage: &Stage, operation: &str) -> usize {
    let log = stage.emulator.log();
    log.iter()
        .filter(|entry| entry.op.as_deref() == Some(operation))
        .count()
}
