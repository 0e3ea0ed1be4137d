//! `yunmei video` as a person uses it.

use serde_json::Value;

use crate::support::Stage;

#[test]
fn a_video_goes_up_is_looked_at_and_deleted() {
    let stage = Stage::new();
    stage.write("clip.mp4", vec![7; 100_000]);
    let up = stage
        .run(&[
            "--json",
            "video",
            "upload",
            "clip.mp4",
            "--title",
            "春节",
            "--description",
            "a clip",
        ])
        .ends_with(0);
    let up: Value = serde_json::from_str(&up.stdout).expect("JSON");
    let id = up["id"].as_str().expect("an id");
    let stat = stage.run(&["video", "stat", id]).ends_with(0);
    for told in ["100000 bytes", "春节", "a clip"] {
        assert!(stat.stdout.contains(told), "{}", stat.stdout);
    }
    stage.run(&["video", "rm", id]).ends_with(0);
    stage.run(&["video", "stat", id]).ends_with(4);
    stage.run(&["video", "rm", id, id]).ends_with(4);
}

#[test]
fn a_large_video_goes_by_slices() {
    let stage = Stage::new();
    let file = std::fs::File::create(stage.path("film.mp4")).expect("a file");
    file.set_len(21 << 20).expect("room");
    stage.run(&["video", "upload", "film.mp4"]).ends_with(0);
    let sliced = |entry: &yunmei_emulator::LogEntry| entry.op.as_deref() == Some("video.slice");
    assert!(stage.emulator.log().iter().any(sliced));
}

#[test]
fn what_is_no_video_is_told() {
    let stage = Stage::new();
    stage.write("empty.mp4", "");
    stage.run(&["video", "upload", "empty.mp4"]).ends_with(2);
    stage.run(&["video", "upload", "missing.mp4"]).ends_with(6);
    stage.run(&["video", "upload", "."]).ends_with(2);
    stage.run(&["video", "stat", ".."]).ends_with(2);
}
