//! `yunmei vod` as a person uses it.

use std::fs;

use serde_json::Value;

use crate::{
    films::film,
    pictures::noise,
    support::{Stage, heard},
};

/// Uploads the film, and returns its id.
fn uploaded(stage: &Stage, further: &[&str]) -> String {
    stage.write("film.avi", film());
    let arguments = [&["--json", "vod", "upload", "film.avi"], further].concat();
    let run = stage.run(&arguments).ends_with(0);
    let video = &run.objects()[0];
    video["vid"].as_str().expect("an id").to_owned()
}

fn both(check: impl Fn(&Stage)) {
    let stage = Stage::new();
    check(&stage);
    stage.use_volcengine();
    check(&stage);
}

#[test]
fn a_film_goes_up_is_published_played_and_comes_back_whole() {
    both(|stage| {
        stage.write("影 片.avi", film());
        let up = stage
            .run(&["vod", "upload", "影 片.avi", "--publish"])
            .ends_with(0);
        let line = up.stdout.trim_end();
        assert!(line.starts_with("影 片.avi -> v0"), "{line}");
        assert!(line.ends_with("240x160  2 s"), "{line}");
        assert_eq!(up.stderr, "");
        let vid = line.split_whitespace().nth(3).expect("an id");

        let play = stage.run(&["vod", "play", vid]).ends_with(0);
        let url = play.stdout.split_whitespace().last().expect("an address");
        assert!(url.starts_with("http://127.0.0.1:"), "{url}");
        let down = stage
            .run(&["vod", "play", vid, "--output", "back.avi", "--force"])
            .ends_with(0);
        assert_eq!(down.stdout, format!("{vid} -> back.avi\n"));
        assert!(fs::read(stage.path("back.avi")).expect("a file") == film());
        let info = stage.run(&["vod", "info", vid]).ends_with(0);
        assert!(info.stdout.contains("240x160"), "{}", info.stdout);
    });
}

#[test]
fn standard_output_takes_a_video_and_nothing_else() {
    let stage = Stage::new();
    let vid = uploaded(&stage, &["--publish"]);
    let output = stage.command(&["vod", "play", &vid, "-o", "-"]).output();
    let output = output.expect("the program runs");
    heard(&output);
    assert!(output.status.success() && output.stdout == film());
    // A folder gets a file of the video's name.
    fs::create_dir(stage.path("films")).expect("a folder");
    stage
        .run(&["vod", "play", &vid, "--original", "-o", "films"])
        .ends_with(0);
    let mut names = fs::read_dir(stage.path("films")).expect("a folder");
    let name = names.next().expect("a file").expect("a file").file_name();
    assert!(name.to_string_lossy().starts_with(&vid), "{name:?}");
}

#[test]
fn only_what_is_published_can_be_played() {
    let stage = Stage::new();
    let vid = uploaded(&stage, &[]);
    let run = stage.run(&["vod", "publish", "--block", &vid]).ends_with(0);
    assert_eq!(run.stdout, format!("blocked {vid}\n"));
    let run = stage.run(&["vod", "play", &vid]).ends_with(3);
    let advice = format!("yunmei vod publish {vid}");
    assert!(run.stderr.contains(&advice), "{}", run.stderr);
    let run = stage.run(&["vod", "publish", &vid]).ends_with(0);
    assert_eq!(run.stdout, format!("published {vid}\n"));
    stage.run(&["vod", "play", &vid]).ends_with(0);
}

#[test]
fn only_what_was_published_is_said_to_be() {
    both(|stage| {
        stage.write("film.avi", film());
        for (further, published) in [(&[][..], Value::Null), (&["--publish"], true.into())] {
            let arguments = [&["--json", "vod", "upload", "film.avi"], further].concat();
            let run = stage.run(&arguments).ends_with(0);
            assert_eq!(run.objects()[0]["published"], published, "{}", run.stdout);
        }
    });
}

#[test]
fn nothing_is_replaced_without_force() {
    let stage = Stage::new();
    let vid = uploaded(&stage, &["--publish"]);
    stage.write("kept.avi", "precious");
    let run = stage
        .run(&["vod", "play", &vid, "-o", "kept.avi"])
        .ends_with(6);
    assert!(run.stderr.contains("--force"), "{}", run.stderr);
    let kept = fs::read_to_string(stage.path("kept.avi")).expect("a file");
    assert_eq!(kept, "precious");
}

#[test]
fn a_poster_is_taken_from_the_video_or_from_a_file() {
    let stage = Stage::new();
    stage.write("film.avi", film());
    stage.write("poster.png", noise(32, 16));
    let snapshot = stage
        .run(&["--json", "vod", "upload", "film.avi", "--snapshot", "0.5"])
        .ends_with(0);
    let uri = snapshot.objects()[0]["poster_uri"].clone();
    let uri = uri.as_str().expect("a poster").to_owned();

    let run = stage
        .run(&[
            "--json",
            "vod",
            "upload",
            "film.avi",
            "--poster",
            "poster.png",
        ])
        .ends_with(0);
    let lines = run.objects();
    assert_eq!(lines.len(), 2);
    assert_eq!(lines[0]["vid"], lines[1]["vid"]);
    let vid = lines[0]["vid"].as_str().expect("an id");
    stage
        .run(&["vod", "poster", vid, "poster.png"])
        .ends_with(0);

    let url = stage
        .run(&[
            "vod",
            "poster-url",
            &uri,
            "--template",
            "resize",
            "--size",
            "64x0",
        ])
        .ends_with(0);
    let url = url.stdout.trim_end();
    let end = format!("/{uri}~tplv-vod-rs:64:0.image");
    assert!(
        url.starts_with("http://127.0.0.1:") && url.ends_with(&end),
        "{url}"
    );
    let domains = stage.run(&["vod", "domains"]).ends_with(0);
    assert_eq!(domains.stdout.lines().count(), 1, "{}", domains.stdout);
}

#[test]
fn a_fallback_serves_where_the_service_names_no_domain() {
    let stage = Stage::new();
    stage.use_volcengine();
    // It has no such action.
    stage.run(&["vod", "poster-url", "a/b"]).ends_with(2);
    let run = stage
        .run(&[
            "vod",
            "poster-url",
            "a/b",
            "--fallback",
            "img.example.com=5",
        ])
        .ends_with(0);
    assert_eq!(
        run.stdout,
        "http://img.example.com/a/b~tplv-vod-noop.image\n"
    );
    assert!(run.stderr.contains("warning"), "{}", run.stderr);
}

#[test]
fn what_is_said_of_a_video_can_be_changed_and_it_can_be_transcoded() {
    let stage = Stage::new();
    let vid = uploaded(&stage, &["--title", "t", "--tags", "a,b"]);
    stage
        .run(&["vod", "modify", &vid, "--title", "新", "--add-tags", "c,d"])
        .ends_with(0);
    let run = stage
        .run(&["--json", "vod", "transcode", &vid, "template"])
        .ends_with(0);
    assert!(run.objects()[0]["run_id"].is_string());
    stage.write("input.json", "{\"a\": 1}");
    stage
        .run(&[
            "vod",
            "transcode",
            &vid,
            "template",
            "--input",
            "input.json",
        ])
        .ends_with(0);
    stage.use_volcengine();
    stage
        .run(&["vod", "modify", &vid, "--title", "again"])
        .ends_with(0);
    stage
        .run(&["vod", "transcode", &vid, "template"])
        .ends_with(0);
}

#[test]
fn the_service_fetches_videos_itself() {
    let stage = Stage::new();
    let vid = uploaded(&stage, &["--publish"]);
    let play = stage.run(&["--json", "vod", "play", &vid]).ends_with(0);
    let url = play.objects()[0]["url"].clone();
    let url = url.as_str().expect("an address");
    let run = stage.run(&["vod", "upload-url", url]).ends_with(0);
    assert_eq!(run.stdout, format!("accepted {url}\n"));
    stage.use_volcengine();
    let run = stage
        .run(&["--json", "vod", "upload-url", url])
        .ends_with(0);
    let job = run.objects()[0]["job"].clone();
    let job = job.as_str().expect("a job");
    stage.run(&["vod", "job", job]).ends_with(0);
    stage.run(&["vod", "job", "nobody-knows-it"]).ends_with(4);
    stage
        .run(&["vod", "job", job, "nobody-knows-it"])
        .ends_with(7);
}

#[test]
fn tokens_and_addresses_are_made_without_the_service() {
    let stage = Stage::new();
    for arguments in [
        &["vod", "token", "play", "v1"][..],
        &["vod", "token", "upload", "--expires", "1d"],
        &["vod", "redirect", "v1", "--definition", "720p"],
    ] {
        let run = stage.run(arguments).ends_with(0);
        assert_eq!(run.stdout.lines().count(), 1, "{arguments:?}");
        assert_eq!(run.stderr, "", "{arguments:?}");
    }
    let run = stage
        .run(&["--json", "vod", "redirect", "v1", "--expires", "1h"])
        .ends_with(0);
    let object = &run.objects()[0];
    let url = object["url"].as_str().expect("an address");
    assert!(url.contains("X-Amz-Expires=3600"), "{url}");
    assert!(object["expires"].is_u64());
    assert!(stage.emulator.log().is_empty());
}

#[test]
fn every_line_of_json_is_an_object() {
    let stage = Stage::new();
    let vid = uploaded(&stage, &["--publish"]);
    let vid = vid.as_str();
    for arguments in [
        &["vod", "play", vid][..],
        &["vod", "play", vid, "--original"],
        &["vod", "play", vid, "-o", "back.avi"],
        &["vod", "info", vid],
        &["vod", "publish", vid],
        &["vod", "modify", vid, "--title", "x"],
        &["vod", "transcode", vid, "t"],
        &["vod", "redirect", vid],
        &["vod", "token", "play", vid],
        &["vod", "token", "upload"],
        &["vod", "domains"],
        &["vod", "poster-url", "a/b"],
        &["vod", "upload-url", "http://127.0.0.1:9/a.mp4"],
    ] {
        let run = stage.run(&[&["--json"], arguments].concat()).ends_with(0);
        assert_eq!(run.stderr, "", "{arguments:?}");
        let objects = run.objects();
        assert!(!objects.is_empty(), "{arguments:?}");
        assert!(objects.iter().all(Value::is_object), "{arguments:?}");
    }
}
