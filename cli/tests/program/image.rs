//! `yunmei image` as a person uses it.

use std::fs;

use serde_json::Value;
use yunmei_emulator::{Emulator, Faults, Generation};

use crate::{
    pictures::{noise, plain, size},
    support::Stage,
};

#[test]
fn a_picture_goes_up_is_looked_at_copied_comes_down_and_is_deleted() {
    let stage = Stage::new();
    let picture = noise(40, 30);
    stage.write("图 1.png", &picture);

    let up = stage
        .run(&["image", "upload", "图 1.png", "--id", "相册/图 1.png"])
        .ends_with(0);
    assert!(
        up.stdout
            .starts_with("图 1.png -> 相册/图 1.png  40x30  http://"),
        "{}",
        up.stdout
    );
    let stat = stage.run(&["image", "stat", "相册/图 1.png"]).ends_with(0);
    assert!(stat.stdout.contains("40x30"), "{}", stat.stdout);
    let copy = stage
        .run(&["--json", "image", "copy", "相册/图 1.png"])
        .ends_with(0);
    let copy: Value = serde_json::from_str(&copy.stdout).expect("JSON");
    let copy = copy["id"].as_str().expect("an id");

    for id in ["相册/图 1.png", copy] {
        stage.run(&["image", "get", id, "back.png"]).ends_with(0);
        assert_eq!(fs::read(stage.path("back.png")).expect("a file"), picture);
        stage.run(&["image", "get", id, "back.png"]).ends_with(6);
        fs::remove_file(stage.path("back.png")).expect("removed");
    }
    let gone = stage
        .run(&["image", "rm", "相册/图 1.png", copy])
        .ends_with(0);
    assert_eq!(gone.stdout.lines().count(), 2, "{}", gone.stdout);
    let stat = stage.run(&["image", "stat", copy]).ends_with(4);
    assert!(stat.stderr.contains("--v1"), "{}", stat.stderr);
}

#[test]
fn the_service_chooses_an_id_unless_it_is_told_one() {
    let stage = Stage::new();
    stage.write("a.png", noise(8, 8));
    stage.write("b.png", noise(9, 9));
    let chosen = stage
        .run(&["--json", "image", "upload", "a.png", "b.png"])
        .ends_with(0);
    let ids: Vec<Value> = chosen
        .stdout
        .lines()
        .map(|line| serde_json::from_str(line).expect("JSON"))
        .collect();
    assert_eq!(ids[1]["width"], 9);
    let id = ids[1]["id"].as_str().expect("an id");
    assert!(id != "b.png" && id != ids[0]["id"]);

    stage
        .run(&["image", "upload", "a.png", "--keep-names"])
        .ends_with(0);
    // Nothing is replaced; the others go up all the same.
    let again = stage
        .run(&["image", "upload", "a.png", "b.png", "--keep-names"])
        .ends_with(7);
    assert!(
        again.stderr.contains("-177") && again.stderr.contains("image rm"),
        "{}",
        again.stderr
    );
    stage.run(&["image", "stat", "b.png"]).ends_with(0);
}

#[test]
fn pictures_are_analysed_and_go_by_slices_if_asked() {
    let stage = Stage::new();
    stage.write("noise.png", noise(40, 40));
    stage.write("blurred.png", plain(40, 40, [10, 20, 30]));
    let analyzed = stage
        .run(&[
            "image",
            "upload",
            "noise.png",
            "blurred.png",
            "--analyze",
            "fuzzy,food",
        ])
        .ends_with(0);
    let lines: Vec<&str> = analyzed.stdout.lines().collect();
    assert!(lines[0].contains("blurred: no  food: no"), "{}", lines[0]);
    assert!(lines[1].contains("blurred: yes  food: no"), "{}", lines[1]);

    stage
        .run(&["image", "upload", "noise.png", "--id", "s", "--slices"])
        .ends_with(0);
    stage.run(&["image", "get", "s", "back.png"]).ends_with(0);
    assert!(stage.path("back.png").exists());
    let ops: Vec<_> = stage
        .emulator
        .log()
        .into_iter()
        .map(|entry| entry.op)
        .collect();
    assert!(ops.contains(&Some("image.slice".into())), "{ops:?}");
}

#[test]
fn a_private_picture_comes_down_by_its_id_and_not_in_another_generation() {
    let emulator = Emulator::builder()
        .private_pictures(true)
        .picture_generation(Generation::V2);
    let stage = Stage::with(emulator);
    let enhanced = stage
        .config()
        .replace("generation = \"v2\"\n", "generation = \"v2-enhanced\"\n");
    let plain = enhanced.replace("generation = \"v2-enhanced\"\n", "generation = \"v2\"\n");
    stage.write("a.png", noise(8, 8));
    stage.write_config(&plain);
    stage
        .run(&["image", "upload", "a.png", "--id", "a"])
        .ends_with(0);
    stage.run(&["image", "get", "a", "b.png"]).ends_with(0);
    stage.write_config(&enhanced);
    let mixed = stage.run(&["image", "get", "a", "c.png"]).ends_with(3);
    assert!(mixed.stderr.contains("generation"), "{}", mixed.stderr);
    assert!(!stage.path("c.png").exists());
}

#[test]
fn parts_of_a_picture_and_its_default_name() {
    let stage = Stage::new();
    let picture = noise(8, 8);
    stage.write("a.png", &picture);
    stage
        .run(&["image", "upload", "a.png", "--id", "album/b.png"])
        .ends_with(0);
    stage.run(&["image", "get", "album/b.png"]).ends_with(0);
    assert_eq!(fs::read(stage.path("b.png")).expect("a file"), picture);
    stage
        .run(&["image", "get", "album/b.png", "part", "--range", "4-7"])
        .ends_with(0);
    assert_eq!(fs::read(stage.path("part")).expect("a file"), picture[4..8]);
    stage
        .run(&[
            "image",
            "get",
            "album/b.png",
            "part",
            "--force",
            "--range",
            "4-",
        ])
        .ends_with(0);
    assert_eq!(fs::read(stage.path("part")).expect("a file"), picture[4..]);
}

#[test]
fn a_picture_that_arrives_damaged_is_not_kept() {
    let damage = "[[fault]]\nop = \"image.download\"\naction = \"answer\"\nstatus = 200\n\
                  when = \"after\"\nbody = \"other\"\n";
    let faults = Faults::from_toml(damage).expect("faults");
    let stage = Stage::with(Emulator::builder().faults(faults));
    stage.write("a.png", noise(8, 8));
    stage
        .run(&["image", "upload", "a.png", "--id", "a"])
        .ends_with(0);
    let run = stage.run(&["image", "get", "a", "b.png"]).ends_with(5);
    assert!(run.stderr.contains("MD5"), "{}", run.stderr);
    assert!(!stage.path("b.png").exists());
}

#[test]
fn photos_of_v1_are_others_than_those_of_the_bucket() {
    let stage = Stage::new();
    stage.write("a.png", noise(8, 8));
    stage
        .run(&["image", "upload", "--v1", "a.png", "--id", "a"])
        .ends_with(0);
    stage.run(&["image", "stat", "--v1", "a"]).ends_with(0);
    stage
        .run(&["image", "get", "--v1", "a", "b.png"])
        .ends_with(0);
    assert!(size(&fs::read(stage.path("b.png")).expect("a file")).is_some());
    stage.run(&["image", "stat", "a"]).ends_with(4);
    stage.run(&["image", "copy", "--v1", "a"]).ends_with(0);
    stage.run(&["image", "rm", "--v1", "a"]).ends_with(0);
}

#[test]
fn an_address_is_signed_or_public() {
    let stage = Stage::new();
    let signed = stage
        .run(&[
            "image",
            "url",
            "a b",
            "--expires",
            "1d",
            "--process",
            "imageInfo",
        ])
        .ends_with(0);
    let url = signed.stdout.trim_end();
    assert!(
        url.starts_with("http://") && url.contains("/a%20b?imageInfo&sign="),
        "{url}"
    );
    let public = stage
        .run(&["image", "url", "a", "--public", "--style", "small"])
        .ends_with(0);
    assert!(public.stdout.ends_with("/a!small\n"), "{}", public.stdout);
    stage
        .run(&["image", "url", "a", "--expires", "91d"])
        .ends_with(2);
}

#[test]
fn verdicts_come_in_the_order_of_the_pictures() {
    let stage = Stage::new();
    stage.write("skin.png", plain(16, 16, [224, 172, 105]));
    stage.write("noise.png", noise(16, 16));
    stage.write("broken.png", "no picture");
    // More than one request takes.
    let mut arguments = vec!["image", "detect"];
    arguments.extend(["noise.png"; 20]);
    arguments.push("skin.png");
    let run = stage.run(&arguments).ends_with(0);
    let words: Vec<_> = run
        .stdout
        .lines()
        .map(|line| line.split_whitespace().next().unwrap_or_default())
        .collect();
    assert_eq!(words.len(), 21);
    assert_eq!((words[0], words[20]), ("normal", "porn"), "{}", run.stdout);

    let run = stage
        .run(&["image", "detect", "broken.png", "missing.png", "skin.png"])
        .ends_with(7);
    assert_eq!(run.stdout.lines().count(), 1, "{}", run.stdout);
    for name in ["broken.png", "missing.png"] {
        assert!(run.stderr.contains(name), "{}", run.stderr);
    }
    stage.run(&["image", "detect", "broken.png"]).ends_with(3);
}

#[test]
fn a_refusal_of_the_whole_detection_is_told_once() {
    let stage = Stage::new();
    stage.write("a.png", noise(8, 8));
    let key = stage.emulator.wanxiang_account().credentials().secret_key();
    stage.write_config(&stage.config().replace(key.expose(), "another-key"));
    let run = stage
        .run(&["image", "detect", "a.png", "a.png", "a.png"])
        .ends_with(3);
    assert_eq!(run.stderr.matches("refused").count(), 1, "{}", run.stderr);
    assert!(run.stderr.contains("clock"), "{}", run.stderr);
}

#[test]
fn a_lost_upload_without_an_id_is_in_doubt() {
    let lost = "[[fault]]\nop = \"image.upload\"\naction = \"drop\"\nwhen = \"after\"\nnth = 1\n";
    let faults = Faults::from_toml(lost).expect("faults");
    let stage = Stage::with(Emulator::builder().faults(faults.clone()));
    stage.write("a.png", noise(8, 8));
    let run = stage.run(&["image", "upload", "a.png"]).ends_with(8);
    assert!(
        run.stderr.contains("may have been stored"),
        "{}",
        run.stderr
    );
    // With an id it can be sent again, and is recognised.
    let stage = Stage::with(Emulator::builder().faults(faults));
    stage.write("a.png", noise(8, 8));
    stage
        .run(&["image", "upload", "a.png", "--id", "a"])
        .ends_with(0);
}

#[test]
fn what_cannot_be_sent_is_2() {
    let stage = Stage::new();
    stage.write("empty.png", "");
    stage.write("a.png", noise(8, 8));
    fs::File::create(stage.path("huge.png"))
        .and_then(|file| file.set_len(5 << 30))
        .expect("a file");
    let long = "a".repeat(129);
    for (arguments, told) in [
        (&["image", "upload", "empty.png"][..], "empty"),
        (
            &["image", "upload", "a.png", "a.png", "--id", "a"],
            "--keep-names",
        ),
        (
            &["image", "upload", "huge.png", "--analyze", "food"],
            "slices",
        ),
        (&["image", "upload", "huge.png", "--v1"], "slices"),
        (
            &["image", "upload", "a.png", "--analyze", "colour"],
            "fuzzy",
        ),
        (&["image", "stat", ""], "128 bytes"),
        (&["image", "stat", &long], "128 bytes"),
        (&["image", "get", "a/"], "which file"),
        (
            &["image", "get", "a", "--range", "5-4"],
            "the last byte, 4, is before the first, 5",
        ),
        (&["image", "get", "a", "--process", "sign=x"], "sign"),
        (
            &["image", "upload", "a.png", "--prefix", "album/"],
            "--keep-names",
        ),
        (&["image", "get", "a", "b", "--style", ".."], "style"),
        (&["image", "url", "a", "--expires", "soon"], "90s"),
        (&["image", "url", "a", "--expires", "0s"], "at least 1s"),
        (&["image", "detect"], "FILE_OR_URL"),
    ] {
        let run = stage.run(arguments).ends_with(2);
        assert!(run.stderr.contains(told), "{arguments:?}: {}", run.stderr);
        assert_eq!(run.stdout, "");
    }
    assert!(stage.emulator.log().is_empty());
}
