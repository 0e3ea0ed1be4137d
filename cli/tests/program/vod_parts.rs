//! Large files: in parts, and taken up where they broke off.

use std::{
    fs::{self, File},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::{Command, Stdio},
    thread,
    time::Duration,
};

use yunmei_emulator::{Emulator, Faults};

use crate::support::{Run, Stage};

/// Two parts, and a little more.
const SIZE: u64 = 2 * 20 * 1024 * 1024 + 7;

fn stage(faults: &str) -> Stage {
    let faults = Faults::from_toml(faults).expect("faults");
    let stage = Stage::with(Emulator::builder().faults(faults));
    File::create(stage.path("large.bin"))
        .and_then(|file| file.set_len(SIZE))
        .expect("a file");
    stage
}

/// How often something was asked of the emulator.
fn count(stage: &Stage, op: &str) -> usize {
    let log = stage.emulator.log();
    log.iter()
        .filter(|entry| entry.to_string().contains(&format!("op={op}")))
        .count()
}

fn saved(stage: &Stage) -> Vec<PathBuf> {
    let Ok(folder) = fs::read_dir(stage.path("state/yunmei/uploads")) else {
        return Vec::new();
    };
    folder.map(|entry| entry.expect("a file").path()).collect()
}

const UPLOAD: [&str; 5] = ["--json", "vod", "upload", "large.bin", "--no-meta"];

#[test]
fn a_large_file_goes_in_parts_where_that_is_usual_or_asked_for() {
    let stage = stage("");
    stage.run(&UPLOAD).ends_with(0);
    assert_eq!(count(&stage, "upload.part"), 0);
    stage
        .run(&[&UPLOAD[..], &["--parts"]].concat())
        .ends_with(0);
    assert_eq!(count(&stage, "upload.part"), 2);
    stage.use_volcengine();
    stage.run(&UPLOAD).ends_with(0);
    assert_eq!(count(&stage, "upload.part"), 4);
    assert!(saved(&stage).is_empty());
}

#[test]
fn an_upload_that_broke_off_goes_on_where_it_stopped() {
    let refused = "[[fault]]\nop = \"upload.part\"\naction = \"answer\"\nstatus = 403\nnth = 2\n\
                   body = '{\"success\":1,\"error\":{\"code\":403,\"error_code\":4003}}'\n";
    let stage = stage(refused);
    stage.use_volcengine();
    let run = stage.run(&UPLOAD).ends_with(3);
    assert!(run.stderr.contains("goes on where"), "{}", run.stderr);
    let [path] = &saved(&stage)[..] else {
        panic!("nothing is saved")
    };
    let mode = fs::metadata(path).expect("a file").permissions().mode();
    assert_eq!(mode & 0o077, 0, "others can read it");
    let before = count(&stage, "upload.part");
    stage.run(&UPLOAD).ends_with(0);
    assert_eq!(count(&stage, "upload.part") - before, 1);
    assert_eq!(count(&stage, "vod.ApplyUploadInfo"), 1);
    assert!(saved(&stage).is_empty());
}

#[test]
fn what_was_left_of_another_content_is_forgotten() {
    let refused = "[[fault]]\nop = \"upload.part\"\naction = \"answer\"\nstatus = 403\nnth = 2\n\
                   body = '{\"success\":1,\"error\":{\"code\":403,\"error_code\":4003}}'\n";
    let stage = stage(refused);
    stage.use_volcengine();
    stage.run(&UPLOAD).ends_with(3);
    stage.write("large.bin", "another one");
    stage.run(&UPLOAD).ends_with(0);
    assert!(saved(&stage).is_empty());
}

#[test]
fn an_upload_that_was_interrupted_goes_on_where_it_stopped() {
    // The second part is never answered.
    let stage = stage(
        "[[fault]]\nop = \"upload.part\"\naction = \"delay\"\nmilliseconds = 3600000\nnth = 2\n",
    );
    stage.use_volcengine();
    let child = stage
        .command(&UPLOAD)
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .expect("the program runs");
    // Saved while the upload goes on: the first part is there.
    while count(&stage, "upload.part") < 1 || saved(&stage).is_empty() {
        thread::sleep(Duration::from_millis(20));
    }
    let killed = Command::new("kill")
        .args(["-INT", &child.id().to_string()])
        .status();
    assert!(killed.expect("kill runs").success());
    Run::from(child.wait_with_output().expect("it ends")).ends_with(130);
    assert_eq!(saved(&stage).len(), 1);
    stage.run(&UPLOAD).ends_with(0);
    assert_eq!(count(&stage, "vod.ApplyUploadInfo"), 1);
    assert!(saved(&stage).is_empty());
}
