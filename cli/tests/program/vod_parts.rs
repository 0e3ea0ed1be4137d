//! Large files: in parts, and taken up where they broke off.

use std::{
    fs::{self, File},
    os::unix::fs::PermissionsExt,
    path::PathBuf,
    process::Stdio,
    thread,
    time::Duration,
};

use yunmei_emulator::{Emulator, Faults};

use crate::support::{Run, Stage, interrupt};

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
    let files = folder.map(|entry| entry.expect("a file").path());
    files
        .filter(|path| {
            path.extension()
                .is_some_and(|extension| extension == "json")
        })
        .collect()
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

const REFUSED_PART: &str = "[[fault]]\nop = \"upload.part\"\naction = \"answer\"\nstatus = 403\nnth = 2\n\
     body = '{\"success\":1,\"error\":{\"code\":403,\"error_code\":4003}}'\n";

#[test]
fn what_was_begun_under_another_name_or_by_another_account_is_not_gone_on_with() {
    let stage = stage(REFUSED_PART);
    let upload = |name: &'static str| {
        let rest = ["--type", "object", "--parts", "--name", name];
        [&UPLOAD[..], &rest].concat()
    };
    stage.run(&upload("one")).ends_with(3);
    let run = stage.run(&upload("two")).ends_with(0);
    let uri = run.objects()[0]["uri"].to_string();
    assert!(uri.ends_with("/two\""), "{uri}");
    // The first one is still there for whoever wants it.
    assert_eq!(saved(&stage).len(), 1);
    let config = stage.config();
    let keys = stage.emulator.vcloud_account().credentials().clone();
    stage.write_config(&config.replace(keys.access_key(), "AKLTANOTHER"));
    stage.run(&upload("one")).ends_with(3);
    assert_eq!(count(&stage, "upload.part"), 4, "parts of another's upload");
    stage.write_config(&config);
    let run = stage.run(&upload("one")).ends_with(0);
    let uri = run.objects()[0]["uri"].to_string();
    assert!(uri.ends_with("/one\""), "{uri}");
    assert!(saved(&stage).is_empty());
}

#[test]
fn what_is_saved_and_cannot_be_read_is_forgotten() {
    let stage = stage(REFUSED_PART);
    stage.use_volcengine();
    stage.run(&UPLOAD).ends_with(3);
    for spoilt in ["", "{", "{}"] {
        let path = saved(&stage).pop().expect("an upload");
        fs::write(&path, spoilt).expect("a file");
        stage.run(&UPLOAD).ends_with(0);
        assert!(saved(&stage).is_empty(), "{spoilt:?}");
        fs::write(path, "{}").expect("a file");
    }
}

#[test]
fn two_runs_at_once_do_not_end_the_same_upload() {
    // The first run waits for its second part for ever.
    let stage = stage(
        "[[fault]]\nop = \"upload.part\"\naction = \"delay\"\nmilliseconds = 3600000\nnth = 2\n",
    );
    stage.use_volcengine();
    let mut first = stage
        .command(&UPLOAD)
        .stdout(Stdio::null())
        .stderr(Stdio::null())
        .spawn()
        .expect("the program runs");
    while count(&stage, "upload.part") < 1 || saved(&stage).is_empty() {
        thread::sleep(Duration::from_millis(20));
    }
    stage.run(&UPLOAD).ends_with(0);
    assert_eq!(count(&stage, "vod.ApplyUploadInfo"), 2);
    assert_eq!(saved(&stage).len(), 1, "that of the first run");
    first.kill().expect("it runs");
    first.wait().expect("it ends");
    // Whoever was killed keeps nobody away.
    stage.run(&UPLOAD).ends_with(0);
    assert_eq!(count(&stage, "vod.ApplyUploadInfo"), 2);
    assert!(saved(&stage).is_empty());
}

#[test]
fn after_a_refused_commit_the_way_out_is_told() {
    let stage = stage(
        "[[fault]]\nop = \"vod.CommitUploadInfo\"\naction = \"answer\"\nstatus = 400\ntimes = 2\n\
         body = '{\"ResponseMetadata\":{\"Error\":{\"Code\":\"InvalidParameter.SessionKey\"}}}'\n",
    );
    stage.use_volcengine();
    for _ in 0..2 {
        let run = stage.run(&UPLOAD).ends_with(3);
        assert!(run.stderr.contains("--anew"), "{}", run.stderr);
    }
    assert_eq!(count(&stage, "upload.part"), 2);
    stage.run(&[&UPLOAD[..], &["--anew"]].concat()).ends_with(0);
    assert_eq!(count(&stage, "upload.part"), 4);
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
    interrupt(&child);
    let run = Run::from(child.wait_with_output().expect("it ends")).ends_with(130);
    assert!(run.stderr.contains("goes on where"), "{}", run.stderr);
    assert_eq!(saved(&stage).len(), 1);
    stage.run(&UPLOAD).ends_with(0);
    assert_eq!(count(&stage, "vod.ApplyUploadInfo"), 1);
    assert!(saved(&stage).is_empty());
}
