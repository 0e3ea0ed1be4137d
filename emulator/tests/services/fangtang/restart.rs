//! Photo repair that is kept in a folder.

use std::{fs, path::Path};

use crate::support::fangtang::{Studio, answer, errno, png, text};
use yunmei_emulator::Emulator;

fn studio(folder: &Path, quota: u64) -> Studio {
    Studio::with(|builder| builder.data_dir(folder).photo_quota(quota))
}

fn contents(folder: &Path) -> usize {
    let folder = folder.join("fangtang-contents");
    fs::read_dir(folder).expect("a folder").count()
}

#[test]
fn jobs_pictures_and_what_was_paid_come_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = studio(folder.path(), 3);
    let picture = png();
    let accepted = answer(&first.upload("sr", &picture));
    let id = text(&accepted, "mdf");
    first.accepted("sr", &picture);
    let photo = text(&accepted, "img_url");
    let photo = photo.split_once("/fangtang").expect("a path").1.to_owned();
    first.pass(2);
    let result = first.get(&first.result_url(&id), &[]).body().clone();
    drop(first);

    let second = studio(folder.path(), 3);
    assert_eq!(second.left(), 1);
    assert_eq!(
        answer(&second.status(&id))["status"],
        100,
        "the clock went back"
    );
    second.pass(2);
    assert_eq!(answer(&second.status(&id))["status"], 200);
    assert_eq!(second.get(&second.result_url(&id), &[]).body(), &result);
    let address = second.bed.emulator.address();
    let photo = second.get(&format!("http://{address}/fangtang{photo}"), &[]);
    assert_eq!(photo.body(), &picture);
    second.accepted("sr", &picture);
    assert_eq!(errno(&second.upload("sr", &picture)), 9101);
    drop(second);
    assert_eq!(studio(folder.path(), 10).left(), 7, "more were bought");
}

#[test]
fn what_has_expired_or_was_never_finished_leaves_no_files() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = studio(folder.path(), 100);
    let id = first.accepted("sr", &png());
    first.pass(2);
    first.result_url(&id);
    assert_eq!(contents(folder.path()), 2);
    assert_eq!(errno(&first.upload("sr", b"no picture")), 9005);
    assert_eq!(contents(folder.path()), 2, "what is refused is not kept");
    first.pass(4000);
    assert_eq!(errno(&first.status(&id)), 9002);
    assert_eq!(contents(folder.path()), 0, "nobody can have it any more");
    let second = first.accepted("sr", &png());
    first.pass(2);
    first.result_url(&second);
    first.unpass(2);
    assert_eq!(contents(folder.path()), 2, "of the second one");
    drop(first);
    fs::write(folder.path().join("fangtang-contents/0123"), "left").expect("a file");
    let second = studio(folder.path(), 100);
    assert_eq!(contents(folder.path()), 2);
    assert_eq!(errno(&second.status(&id)), 9002);
    assert_eq!(second.left(), 98);
}

/// Changes what is written down of the one job.
fn change_record(folder: &Path, change: impl FnOnce(&mut serde_json::Value)) {
    let mut jobs = fs::read_dir(folder.join("fangtang-jobs")).expect("a folder");
    let path = jobs.next().expect("a job").expect("an entry").path();
    let text = fs::read(&path).expect("a record");
    let mut record = serde_json::from_slice(&text).expect("a record");
    change(&mut record);
    fs::write(&path, record.to_string()).expect("written");
}

#[test]
fn a_result_that_is_missing_after_a_restart_is_made_again_for_nothing() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = studio(folder.path(), 3);
    let id = first.accepted("sr", &png());
    first.pass(2);
    let url = first.result_url(&id);
    let result = first.get(&url, &[]).body().clone();
    let name = url.rsplit_once('/').expect("a name").1;
    drop(first);

    let lost = |record: &serde_json::Value| {
        let blob = record["pictures"]["result"][0].as_str().expect("a name");
        fs::remove_file(folder.path().join("fangtang-contents").join(blob)).expect("removed");
    };
    change_record(folder.path(), |record| lost(record));
    let second = studio(folder.path(), 3);
    second.pass(2);
    // Who knew the address need not ask again.
    let address = second.bed.emulator.address();
    let again = second.get(&format!("http://{address}/fangtang/results/{name}"), &[]);
    assert_eq!(again.body(), &result);
    assert_eq!(second.left(), 2);
    drop(second);

    // Killed before it was made.
    change_record(folder.path(), |record| {
        lost(record);
        record["pictures"]["result"] = serde_json::Value::Null;
    });
    let third = studio(folder.path(), 3);
    third.pass(2);
    assert_eq!(answer(&third.status(&id))["status"], 200);
    assert_eq!(third.get(&third.result_url(&id), &[]).body(), &result);
    assert_eq!(third.left(), 2);
}

#[test]
fn a_job_of_before_there_were_repairs_behind_the_answer_comes_back() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = studio(folder.path(), 3);
    let id = first.accepted("sr", &png());
    first.pass(2);
    first.result_url(&id);
    drop(first);
    change_record(folder.path(), |record| {
        let pictures = record["pictures"].as_object_mut().expect("pictures");
        pictures.remove("repair_type");
    });
    let second = studio(folder.path(), 3);
    second.pass(2);
    assert_eq!(answer(&second.status(&id))["status"], 200);
}

#[test]
fn a_folder_from_before_there_was_photo_repair_is_opened() {
    let folder = tempfile::tempdir().expect("a folder");
    let start = || {
        let builder = Emulator::builder().data_dir(folder.path());
        builder.start().expect("an emulator")
    };
    let key = |emulator: &Emulator| {
        let account = emulator.fangtang_account();
        (
            account.third_code().clone(),
            account.secret_key().expose().to_owned(),
        )
    };
    let bucket = start().cos_account().credentials().secret_id().to_owned();
    for entry in fs::read_dir(folder.path()).expect("a folder") {
        let path = entry.expect("an entry").path();
        if path
            .file_name()
            .is_some_and(|name| name.to_string_lossy().starts_with("fangtang"))
        {
            match path.is_dir() {
                true => fs::remove_dir_all(&path).expect("removed"),
                false => fs::remove_file(&path).expect("removed"),
            }
        }
    }
    let second = start();
    assert_eq!(second.cos_account().credentials().secret_id(), bucket);
    let made_up = key(&second);
    assert!(second.client_config().contains(&made_up.1));
    drop(second);
    assert_eq!(key(&start()), made_up, "it is kept from then on");
}
