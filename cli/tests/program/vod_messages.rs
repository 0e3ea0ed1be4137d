//! What `yunmei vod` refuses, and what it tells a person who is stuck.

use yunmei_emulator::{Emulator, Faults};

use crate::{films::film, support::Stage};

fn with_faults(faults: &str) -> Stage {
    let faults = Faults::from_toml(faults).expect("faults");
    let stage = Stage::with(Emulator::builder().faults(faults));
    stage.write("film.avi", film());
    stage
}

#[test]
fn what_cannot_be_sent_is_2_and_nothing_is_sent() {
    let stage = Stage::new();
    stage.write("empty.mp4", "");
    stage.write("a.mp4", "a");
    stage.write("list.json", "[]");
    stage.write("broken.json", "{");
    for (arguments, told) in [
        (&["vod", "upload", "empty.mp4"][..], "empty"),
        (&["vod", "upload", "-"], "standard input"),
        (&["vod", "upload", "."], "is a folder"),
        (
            &["vod", "upload", "a.mp4", "a.mp4", "--title", "x"],
            "one file",
        ),
        (
            &["vod", "upload", "a.mp4", "--type", "image", "--publish"],
            "for videos",
        ),
        (&["vod", "upload", "a.mp4", "--name", "x"], "--type object"),
        (&["vod", "upload", "a.mp4", "--snapshot", "-1"], "-1"),
        (&["vod", "upload", "a.mp4", "--snapshot", "inf"], "seconds"),
        (&["vod", "play", ""], "id of a video"),
        (&["vod", "play", "v1", "--force"], "--output"),
        (&["vod", "redirect", "v1", "--expires", "0s"], "--expires"),
        (&["vod", "redirect", "v1", "--expires", "400d"], "365d"),
        (&["vod", "token", "play", "v1", "--expires", "soon"], "90s"),
        (&["vod", "token", "upload", "--space", ""], "--space"),
        (&["vod", "modify", "v1"], "--title"),
        (&["vod", "upload-url", "ftp://a/b"], "http://"),
        (&["vod", "upload-url", "http://a/b,c"], "%2C"),
        (
            &["vod", "transcode", "v1", "t", "--input", "list.json"],
            "JSON object",
        ),
        (
            &["vod", "transcode", "v1", "t", "--input", "broken.json"],
            "no JSON",
        ),
        (&["vod", "transcode", "v1", ""], "TemplateId"),
        (&["vod", "poster-url", "a", "--size", "1x1"], "--template"),
        (&["vod", "poster-url", "a", "--template", "crop"], "--size"),
        (
            &["vod", "poster-url", "a", "--fallback", "a b=1"],
            "--fallback",
        ),
        (&["vod", "job", "1,2"], "one job"),
        (&["vod", "job", "1"], "QueryUploadTaskInfo"),
        (&["vod", "job", "1"], "--dialect"),
    ] {
        let run = stage.run(arguments).ends_with(2);
        assert!(run.stderr.contains(told), "{arguments:?}: {}", run.stderr);
        assert_eq!(run.stdout, "", "{arguments:?}");
    }
    assert!(stage.emulator.log().is_empty());
}

#[test]
fn what_the_successor_has_not_is_2_and_says_what_there_is() {
    let stage = Stage::new();
    stage.use_volcengine();
    for (arguments, told) in [
        (&["vod", "token", "upload"][..], "yunmei sts upload"),
        (&["vod", "redirect", "v1"], "RedirectPlay"),
        (
            &["vod", "play", "v1", "--original"],
            "GetOriginVideoPlayInfo",
        ),
        (&["vod", "modify", "v1", "--category", "x"], "Category"),
    ] {
        let run = stage.run(arguments).ends_with(2);
        assert!(run.stderr.contains(told), "{arguments:?}: {}", run.stderr);
    }
    assert!(stage.emulator.log().is_empty());
}

#[test]
fn a_refusal_names_the_service_of_the_dialect() {
    let stage = Stage::new();
    let told = |stage: &Stage| stage.run(&["vod", "play", "nothere"]).ends_with(4).stderr;
    let of_ttv_cloud = told(&stage);
    assert!(
        of_ttv_cloud.contains(" TTVcloud refused: "),
        "{of_ttv_cloud}"
    );
    stage.use_volcengine();
    let of_volcengine = told(&stage);
    assert!(
        of_volcengine.contains(" Volcengine refused: "),
        "{of_volcengine}"
    );
}

#[test]
fn a_file_that_is_not_there_is_6_and_a_poster_is_looked_for_first() {
    let stage = Stage::new();
    stage.write("a.mp4", "a");
    stage.run(&["vod", "upload", "missing.mp4"]).ends_with(6);
    let run = stage
        .run(&["vod", "upload", "a.mp4", "--poster", "missing.png"])
        .ends_with(6);
    assert!(run.stderr.contains("missing.png"), "{}", run.stderr);
    assert!(stage.emulator.log().is_empty());
}

#[test]
fn a_video_that_is_not_there_is_4() {
    let stage = Stage::new();
    let run = stage.run(&["vod", "play", "v1"]).ends_with(4);
    assert!(run.stderr.contains("request id"), "{}", run.stderr);
    stage.run(&["vod", "info", "v1"]).ends_with(4);
}

#[test]
fn some_of_several_is_7() {
    let stage = Stage::new();
    stage.write("film.avi", film());
    let run = stage
        .run(&["vod", "upload", "film.avi", "missing.avi"])
        .ends_with(7);
    assert_eq!(run.stdout.lines().count(), 1);
    assert!(run.stderr.contains("1 done, 1 failed"), "{}", run.stderr);
}

#[test]
fn what_is_no_video_is_taken_without_its_properties() {
    let stage = Stage::new();
    stage.write("a.mp4", "no video");
    let run = stage.run(&["vod", "upload", "a.mp4"]).ends_with(3);
    assert!(run.stderr.contains("--no-meta"), "{}", run.stderr);
    stage
        .run(&["vod", "upload", "a.mp4", "--no-meta"])
        .ends_with(0);
    let run = stage
        .run(&["vod", "upload", "a.mp4", "--type", "object"])
        .ends_with(0);
    assert!(run.stdout.contains("a.mp4 -> tos-cn-o-"), "{}", run.stdout);
}

#[test]
fn a_wrong_key_is_3_and_where_it_came_from_is_told() {
    let stage = Stage::new();
    let keys = stage.emulator.vcloud_account().credentials().clone();
    let wrong = stage
        .config()
        .replace(keys.secret_key().expose(), "another-key");
    stage.write_config(&wrong);
    let run = stage.run(&["vod", "domains"]).ends_with(3);
    for told in ["100010", "clock", "the table vcloud of the configuration"] {
        assert!(run.stderr.contains(told), "{}", run.stderr);
    }
    assert!(!run.stderr.contains("another-key"), "{}", run.stderr);
}

#[test]
fn a_lost_commit_is_in_doubt_and_not_sent_again() {
    let stage = with_faults(
        "[[fault]]\nop = \"vod.CommitUpload\"\naction = \"drop\"\nwhen = \"after\"\nnth = 1\n",
    );
    let run = stage.run(&["vod", "upload", "film.avi"]).ends_with(8);
    assert!(run.stderr.contains("not sent again"), "{}", run.stderr);
    let commits = stage.emulator.log();
    let commits = commits.iter().map(ToString::to_string);
    assert_eq!(
        commits
            .filter(|line| line.contains("vod.CommitUpload"))
            .count(),
        1
    );
}

#[test]
fn a_video_that_arrives_damaged_is_not_kept() {
    let stage = with_faults(
        "[[fault]]\nop = \"vod.play\"\naction = \"answer\"\nstatus = 200\nwhen = \"after\"\n\
         body = \"other\"\n",
    );
    let up = stage
        .run(&["--json", "vod", "upload", "film.avi", "--publish"])
        .ends_with(0);
    let vid = up.objects()[0]["vid"].clone();
    let vid = vid.as_str().expect("an id");
    let run = stage.run(&["vod", "play", vid, "-o", "b.avi"]).ends_with(5);
    assert!(run.stderr.contains("MD5"), "{}", run.stderr);
    assert!(!stage.path("b.avi").exists());
}

#[test]
fn what_an_upload_host_refuses_is_not_the_fault_of_the_keys() {
    for status in [401, 403] {
        let denied = format!(
            r#"
            [[fault]]
            op = "upload.put"
            action = "answer"
            status = {status}
            body = '{{"success":1,"error":{{"code":{status},"error_code":4003,"message":"no"}}}}'
            "#
        );
        let stage = with_faults(&denied);
        let run = stage.run(&["vod", "upload", "film.avi"]).ends_with(3);
        let told = "film.avi: the upload host refused: 4003 no";
        assert!(run.stderr.contains(told), "{}", run.stderr);
        assert!(run.stderr.contains("run it again"), "{}", run.stderr);
        assert!(!run.stderr.contains("keys"), "{}", run.stderr);
    }
}
