//! What comes back of Wanxiang after a restart, and after the process was killed.

use std::{fs, path::Path};

use crate::support::{
    Bed, code, content, data, eventually, killed,
    wanxiang::{
        BUCKET_HOST, File, PHOTOS, PHOTOS_V1, Plain, VIDEOS, blue, builder, multi_use,
        multi_use_v1, once, refusal,
    },
};
use serde_json::json;
use sha1::{Digest, Sha1};
use yunmei_emulator::Emulator;

fn bed(folder: &Path) -> Bed {
    Bed::with(builder().data_dir(folder))
}

fn count(folder: &Path, name: &str) -> usize {
    fs::read_dir(folder.join(name)).expect("a folder").count()
}

fn open(bed: &Bed, content: &[u8]) -> String {
    let sha: String = Sha1::digest(content)
        .iter()
        .map(|byte| format!("{byte:02x}"))
        .collect();
    let size = content.len().to_string();
    let parts = [
        Plain("op", b"upload_slice"),
        Plain("sha", sha.as_bytes()),
        Plain("filesize", size.as_bytes()),
        Plain("slice_size", b"1000"),
        Plain("magicContext", "订单".as_bytes()),
    ];
    let opened = data(&bed.post(&format!("{PHOTOS}/sliced"), &multi_use(), &parts));
    opened["session"].as_str().expect("a session").to_owned()
}

fn slice(bed: &Bed, session: &str, offset: usize, slice: &[u8]) -> i64 {
    let offset = offset.to_string();
    let parts = [
        Plain("op", b"upload_slice"),
        Plain("session", session.as_bytes()),
        Plain("offset", offset.as_bytes()),
        File("fileContent", "f", slice),
    ];
    code(&bed.post(&format!("{PHOTOS}/sliced"), &multi_use(), &parts))
}

fn resume(bed: &Bed, session: &str) -> serde_json::Value {
    let parts = [
        Plain("op", b"upload_slice"),
        Plain("session", session.as_bytes()),
    ];
    data(&bed.post(&format!("{PHOTOS}/sliced"), &multi_use(), &parts))
}

#[test]
fn pictures_videos_and_their_facts_come_back() {
    let dir = tempfile::tempdir().expect("a folder");
    let (photo, photo_v1, video) = {
        let bed = bed(dir.path());
        bed.store("album/图", &blue());
        let copied = bed.call(
            "POST",
            &format!("{PHOTOS}/album%2F图/copy"),
            &once("album/图"),
            b"",
        );
        assert_eq!(code(&copied), 0);
        let upload = [File("FileContent", "a", b"v1")];
        let photo_v1 = data(&bed.post(PHOTOS_V1, &multi_use_v1(), &upload));
        let upload = [
            File("FileContent", "a", b"clip"),
            Plain("Title", "题".as_bytes()),
        ];
        let video = data(&bed.post(VIDEOS, &multi_use_v1(), &upload));
        (data(&bed.stat_photo("album/图")), photo_v1, video)
    };
    let bed = bed(dir.path());
    assert_eq!(data(&bed.stat_photo("album/图")), photo);
    assert_eq!(photo["photo_width"], "40");
    let fetch = |url: &serde_json::Value| bed.fetch(url.as_str().expect("an address"), "");
    assert!(fetch(&photo["file_url"]).body() == &blue());
    assert_eq!(
        fetch(&photo["file_url"]).headers()["content-type"],
        "image/png"
    );
    assert_eq!(fetch(&photo_v1["download_url"]).body(), "v1");
    let path = format!("{VIDEOS}/{}", video["fileid"].as_str().expect("a text"));
    assert_eq!(data(&bed.call("GET", &path, "", b""))["video_title"], "题");
    // The copy and its source still share, and each lets go for itself.
    assert_eq!(count(dir.path(), "wanxiang-contents"), 3);
    let path = format!("{PHOTOS}/album%2F图/del");
    assert_eq!(code(&bed.call("POST", &path, &once("album/图"), b"")), 0);
    assert_eq!(count(dir.path(), "wanxiang-contents"), 3);
}

#[test]
fn a_spent_signature_stays_spent() {
    let dir = tempfile::tempdir().expect("a folder");
    let spent = once("a");
    let copy =
        |bed: &Bed, signature: &str| bed.call("POST", &format!("{PHOTOS}/a/copy"), signature, b"");
    {
        let bed = bed(dir.path());
        bed.store("a", b"x");
        assert_eq!(code(&copy(&bed, &spent)), 0);
    }
    let log = fs::read_to_string(dir.path().join("wanxiang-spent.log")).expect("a journal");
    assert!(!log.contains(&spent[..20]), "a signature is written down");
    let bed = bed(dir.path());
    assert_eq!(refusal(&copy(&bed, &spent)), (400, -97));
    assert_eq!(code(&copy(&bed, &once("a"))), 0);
}

#[test]
fn an_upload_by_slices_goes_on_after_a_restart() {
    let dir = tempfile::tempdir().expect("a folder");
    let content = content(2500);
    let session = {
        let bed = bed(dir.path());
        let session = open(&bed, &content);
        assert_eq!(slice(&bed, &session, 0, &content[..1000]), 0);
        assert_eq!(slice(&bed, &session, 0, &content[..1000]), 0);
        session
    };
    let bed = bed(dir.path());
    let expected = json!({"session": session, "offset": 1000, "slice_size": 1000});
    assert_eq!(resume(&bed, &session), expected);
    // The slice that came twice is there once.
    assert_eq!(count(dir.path(), "wanxiang-contents"), 1);
    assert_eq!(slice(&bed, &session, 1000, &content[1000..2000]), 0);
    assert_eq!(slice(&bed, &session, 2000, &content[2000..]), 0);
    let url = format!("http://{BUCKET_HOST}/sliced");
    assert!(bed.fetch(&url, "").body() == &content);
    assert_eq!(count(dir.path(), "wanxiang-uploads"), 0);
    assert_eq!(count(dir.path(), "wanxiang-slices"), 0);
}

/// What is left of an upload of two slices that was killed when both were written down: before the
/// object was, or before the upload was forgotten.
fn killed_at_its_end(content: &[u8], with_object: bool) -> (tempfile::TempDir, String) {
    let dir = tempfile::tempdir().expect("a folder");
    let bed = bed(dir.path());
    let session = open(&bed, content);
    assert_eq!(slice(&bed, &session, 0, &content[..1000]), 0);
    let before = killed(dir.path());
    assert_eq!(slice(&bed, &session, 1000, &content[1000..]), 0);
    let after = killed(dir.path());
    let only = |name: &str| {
        let mut entries = fs::read_dir(after.path().join(name)).expect("a folder");
        entries.next().expect("a file").expect("an entry").path()
    };
    let object = fs::read(only("wanxiang-objects")).expect("an object");
    let object: serde_json::Value = serde_json::from_slice(&object).expect("an object");
    if !with_object {
        fs::remove_file(only("wanxiang-objects")).expect("removed");
    }
    for kind in ["wanxiang-uploads", "wanxiang-slices"] {
        for entry in fs::read_dir(before.path().join(kind)).expect("a folder") {
            let entry = entry.expect("an entry");
            let to = after.path().join(kind).join(entry.file_name());
            fs::copy(entry.path(), to).expect("copied");
        }
    }
    let mut journal = fs::read_to_string(only("wanxiang-slices")).expect("a journal");
    let last = json!({"offset": 1000, "blob": object["pieces"][1][0], "length": 500});
    journal.push_str(&format!("{last}\n"));
    fs::write(only("wanxiang-slices"), journal).expect("written");
    (after, session)
}

#[test]
fn an_upload_that_was_killed_at_its_end_is_ended_by_asking() {
    let content = content(1500);
    for with_object in [false, true] {
        let (dir, session) = killed_at_its_end(&content, with_object);
        let bed = bed(dir.path());
        assert_eq!(resume(&bed, &session)["fileid"], "sliced");
        let url = format!("http://{BUCKET_HOST}/sliced");
        assert!(bed.fetch(&url, "").body() == &content);
        assert_eq!(count(dir.path(), "wanxiang-uploads"), 0);
        assert_eq!(count(dir.path(), "wanxiang-slices"), 0);
        assert_eq!(count(dir.path(), "wanxiang-contents"), 2);
    }
}

#[test]
fn an_upload_whose_name_something_else_has_taken_is_forgotten() {
    let dir = tempfile::tempdir().expect("a folder");
    let content = content(1500);
    let bed = bed(dir.path());
    let session = open(&bed, &content);
    assert_eq!(slice(&bed, &session, 0, &content[..1000]), 0);
    bed.store("sliced", b"first");
    assert_eq!(slice(&bed, &session, 1000, &content[1000..]), -177);
    assert_eq!(slice(&bed, &session, 1000, &content[1000..]), -5983);
    assert_eq!(count(dir.path(), "wanxiang-uploads"), 0);
    eventually("its slices are deleted", || {
        count(dir.path(), "wanxiang-contents") == 1
    });
}

#[cfg(target_os = "linux")]
#[test]
fn open_uploads_hold_no_files_open_before_and_after_a_restart() {
    let dir = tempfile::tempdir().expect("a folder");
    let open_files = || {
        let open = fs::read_dir("/proc/self/fd").expect("the open files");
        open.filter_map(|entry| fs::read_link(entry.ok()?.path()).ok())
            .filter(|target| target.to_string_lossy().contains("wanxiang-slices"))
            .filter(|target| target.starts_with(dir.path()))
            .count()
    };
    {
        let bed = bed(dir.path());
        for _ in 0..20 {
            open(&bed, &content(1500));
        }
        assert_eq!(open_files(), 0);
    }
    let bed = bed(dir.path());
    assert_eq!(count(dir.path(), "wanxiang-uploads"), 20);
    let session = open(&bed, &content(1500));
    assert_eq!(slice(&bed, &session, 0, &content(1500)[..1000]), 0);
    assert_eq!(open_files(), 0);
}

#[test]
fn deleted_content_is_gone_from_the_folder() {
    let dir = tempfile::tempdir().expect("a folder");
    let bed = bed(dir.path());
    bed.store("a", b"x");
    assert_eq!(count(dir.path(), "wanxiang-contents"), 1);
    assert_eq!(
        code(&bed.call("POST", &format!("{PHOTOS}/a/del"), &once("a"), b"")),
        0
    );
    eventually("it is deleted", || {
        count(dir.path(), "wanxiang-contents") == 0
    });
}

#[test]
fn a_refused_upload_leaves_nothing_in_the_folder() {
    let dir = tempfile::tempdir().expect("a folder");
    let bed = bed(dir.path());
    bed.store("a", b"x");
    for parts in [
        [Plain("Md5", b"nonsense"), File("FileContent", "a", b"y")],
        [Plain("op", b"upload_slice"), File("FileContent", "a", b"y")],
        [Plain("MagicContext", b"m"), File("FileContent", "a", b"y")],
    ] {
        let answer = bed.post(&format!("{PHOTOS}/a"), &multi_use(), &parts);
        assert_eq!(answer.status(), 400);
    }
    eventually("it is deleted", || {
        count(dir.path(), "wanxiang-contents") == 1
    });
    assert_eq!(count(dir.path(), "incoming"), 0);
}

#[test]
fn a_folder_of_before_is_taken_and_gets_an_account() {
    let dir = tempfile::tempdir().expect("a folder");
    let start = || {
        let emulator = Emulator::builder().data_dir(dir.path()).start();
        emulator.expect("an emulator")
    };
    let key = |emulator: &Emulator| {
        let account = emulator.wanxiang_account();
        account.credentials().secret_key().expose().to_owned()
    };
    let cos = start().cos_account().app();
    for entry in fs::read_dir(dir.path()).expect("a folder") {
        let path = entry.expect("an entry").path();
        let name = path.file_name().and_then(|name| name.to_str());
        if name.is_some_and(|name| name.starts_with("wanxiang-")) {
            match path.is_dir() {
                true => fs::remove_dir_all(&path).expect("removed"),
                false => fs::remove_file(&path).expect("removed"),
            }
        }
    }
    let first = key(&start());
    let again = start();
    assert_eq!(again.cos_account().app(), cos);
    assert_eq!(key(&again), first);
}
