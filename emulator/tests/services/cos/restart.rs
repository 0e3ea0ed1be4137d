//! What comes back after a restart, and after the process was killed.

use std::{fs, io::Write, net::Shutdown, path::Path};

use crate::support::{
    Bed, NOW, builder, code, content, data, eventually, file, folder, killed, multi_use, once,
};
use serde_json::json;
use yunmei_core::cos::{Access, CustomHeaders, slices::Manifest};
use yunmei_emulator::Emulator;

const MIB: usize = 1024 * 1024;

fn bed(folder: &Path) -> Bed {
    Bed::with(builder().data_dir(folder))
}

fn count(folder: &Path, name: &str) -> usize {
    fs::read_dir(folder.join(name)).expect("a folder").count()
}

#[test]
fn files_folders_and_attributes_come_back() {
    let dir = tempfile::tempdir().expect("a folder");
    let bytes = content(300_000);
    let stat = {
        let bed = bed(dir.path());
        bed.put("/图/a+b", &bytes);
        let update = bed
            .bucket
            .update(&file("/图/a+b"))
            .biz_attr("mine")
            .access(Access::PublicRead)
            .custom_headers(CustomHeaders::new().meta("owner", "me"));
        bed.run(&update, &[]).expect("updated");
        bed.run(&bed.bucket.copy_to(&file("/图/a+b"), file("/copy")), &[])
            .expect("copied");
        let create = json!({"op": "create", "biz_attr": "summer"});
        assert_eq!(code(&bed.post_json("/f/", &multi_use(), &create)), 0);
        data(&bed.stat("/copy"))
    };
    let bed = bed(dir.path());
    assert_eq!(data(&bed.stat("/copy")), stat);
    assert_eq!(stat["custom_headers"]["x-cos-meta-owner"], "me");
    assert!(bed.download("/图/a+b").body() == &bytes);
    assert_eq!(
        data(&bed.stat("/f/")),
        json!({"biz_attr": "summer", "ctime": NOW, "mtime": NOW})
    );
    // The copy and its source still share, and each lets go for itself.
    assert_eq!(count(dir.path(), "cos-contents"), 1);
    bed.run(&bed.bucket.delete(&file("/图/a+b")), &[])
        .expect("deleted");
    assert!(bed.download("/copy").body() == &bytes);
    bed.run(&bed.bucket.delete(&file("/copy")), &[])
        .expect("deleted");
    eventually("it is deleted", || count(dir.path(), "cos-contents") == 0);
    bed.run(&bed.bucket.delete_folder(&folder("/f/")), &[])
        .expect("deleted");
}

#[test]
fn an_open_upload_goes_on_after_a_kill() {
    let dir = tempfile::tempdir().expect("a folder");
    let bytes = content(3 * MIB + 5);
    let mut manifest = Manifest::builder();
    manifest.update(&bytes);
    let manifest = manifest.finish();
    let copy = {
        let bed = bed(dir.path());
        let parts = manifest.to_json();
        let size = bytes.len().to_string();
        let fields: [(&str, &[u8]); 5] = [
            ("op", b"upload_slice_init"),
            ("sha", manifest.sha1().as_bytes()),
            ("uploadparts", parts.as_bytes()),
            ("filesize", size.as_bytes()),
            ("slice_size", b"1048576"),
        ];
        let opened = data(&bed.post_form("/big", &multi_use(), &fields));
        let session = opened["session"].as_str().expect("a session");
        for slice in [0, 2] {
            let offset = (slice * MIB).to_string();
            let fields: [(&str, &[u8]); 5] = [
                ("op", b"upload_slice_data"),
                ("filecontent", &bytes[slice * MIB..(slice + 1) * MIB]),
                ("session", session.as_bytes()),
                ("offset", offset.as_bytes()),
                ("sha", manifest.sha1().as_bytes()),
            ];
            assert_eq!(code(&bed.post_form("/big", &multi_use(), &fields)), 0);
        }
        killed(dir.path())
    };
    // Both the one that stopped and the one that was killed.
    for folder in [dir.path(), copy.path()] {
        let bed = bed(folder);
        assert_eq!(data(&bed.stat("/big"))["filelen"], 2 * MIB);
        let put = bed
            .bucket
            .put_slices(&file("/big"), manifest.clone().into());
        bed.flow(put, &bytes).expect("uploaded");
        let sent = bed.emulator.log();
        let sent = sent
            .iter()
            .filter(|entry| entry.op.as_deref() == Some("upload_slice_data"));
        assert_eq!(sent.count(), 2);
        assert!(bed.download("/big").body() == &bytes);
        drop(bed);
        assert_eq!(count(folder, "cos-contents"), 4);
        assert_eq!(count(folder, "cos-slices"), 0);
        assert_eq!(count(folder, "cos-uploads"), 0);
    }
}

#[test]
fn a_spent_signature_stays_spent() {
    let dir = tempfile::tempdir().expect("a folder");
    let signature = once("/a");
    let delete = json!({"op": "delete"});
    {
        let bed = bed(dir.path());
        bed.put("/a", b"x");
        assert_eq!(code(&bed.post_json("/a", &signature, &delete)), 0);
    }
    // What is written down is not the signature.
    let log = fs::read_to_string(dir.path().join("cos-spent.log")).expect("a journal");
    assert_eq!(log.trim_end().len(), 40);
    // Somebody was killed while writing the next line.
    let mut file = fs::OpenOptions::new()
        .append(true)
        .open(dir.path().join("cos-spent.log"))
        .expect("a journal");
    file.write_all(b"0123").expect("room");
    let bed = bed(dir.path());
    bed.put("/a", b"x");
    assert_eq!(code(&bed.post_json("/a", &signature, &delete)), -77);
    assert_eq!(code(&bed.post_json("/a", &once("/a"), &delete)), 0);
}

#[test]
fn a_made_up_account_stays_the_same_and_private() {
    let dir = tempfile::tempdir().expect("a folder");
    let start = || {
        let emulator = Emulator::builder().data_dir(dir.path()).start();
        let emulator = emulator.expect("an emulator");
        let account = emulator.cos_account();
        (
            account.app(),
            account.credentials().secret_key().expose().to_owned(),
        )
    };
    assert_eq!(start(), start());
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let found = fs::metadata(dir.path().join("cos-account.json")).expect("a file");
        assert_eq!(found.permissions().mode() & 0o777, 0o600);
    }
}

#[test]
fn an_upload_that_breaks_off_leaves_nothing() {
    for dir in [None, Some(tempfile::tempdir().expect("a folder"))] {
        let bed = match &dir {
            Some(dir) => bed(dir.path()),
            None => Bed::new(),
        };
        bed.put("/a", b"first");
        let mut stream = bed.connect();
        let body = crate::support::form(&[
            ("op", b"upload"),
            ("insertOnly", b"0"),
            ("filecontent", &content(4 * MIB)),
        ]);
        let head = format!(
            "POST {}/a HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\ncontent-length: {}\r\n\
             content-type: multipart/form-data; boundary=xxBOUNDARYxx\r\n\r\n",
            crate::support::PREFIX,
            multi_use(),
            body.len()
        );
        stream.write_all(head.as_bytes()).expect("sent");
        stream.write_all(&body[..2 * MIB]).expect("sent");
        if let Some(dir) = &dir {
            eventually("it is being written", || count(dir.path(), "incoming") == 1);
            // Killed now, it would leave a file that nobody asks for.
            let copy = killed(dir.path());
            let after = self::bed(copy.path());
            assert_eq!(count(copy.path(), "incoming"), 0);
            assert_eq!(after.download("/a").body(), "first");
        }
        drop(stream);
        if let Some(dir) = &dir {
            eventually("it is deleted", || count(dir.path(), "incoming") == 0);
            assert_eq!(count(dir.path(), "cos-contents"), 1);
        }
        assert_eq!(bed.download("/a").body(), "first");
    }
}

#[test]
fn leftovers_are_swept_away_and_what_is_broken_is_not_served() {
    let dir = tempfile::tempdir().expect("a folder");
    {
        let bed = bed(dir.path());
        bed.put("/whole", b"whole");
        bed.put("/broken", b"broken");
    }
    let contents = dir.path().join("cos-contents");
    fs::write(contents.join("00112233445566778899aabbccddeeff"), "left").expect("a file");
    fs::write(dir.path().join("incoming/half"), "half").expect("a file");
    fs::write(dir.path().join("cos-files/strange.json"), "{").expect("a file");
    fs::write(dir.path().join("cos-slices/0011"), "{}\n").expect("a file");
    for entry in fs::read_dir(&contents).expect("a folder") {
        let path = entry.expect("an entry").path();
        if fs::read(&path).expect("a file") == b"broken" {
            fs::write(&path, "bro").expect("a file");
        }
    }
    let bed = bed(dir.path());
    assert_eq!(bed.download("/whole").body(), "whole");
    assert_eq!(bed.download("/broken").status(), 404);
    assert_eq!(count(dir.path(), "cos-contents"), 1);
    assert_eq!(count(dir.path(), "incoming"), 0);
    assert_eq!(count(dir.path(), "cos-slices"), 0);
}

#[cfg(unix)]
#[test]
fn what_cannot_be_looked_at_fails_the_start_and_is_not_swept_away() {
    let dir = tempfile::tempdir().expect("a folder");
    bed(dir.path()).put("/a", b"precious");
    let contents = dir.path().join("cos-contents");
    let mut entries = fs::read_dir(&contents).expect("a folder");
    let path = entries.next().expect("a content").expect("an entry").path();
    let aside = dir.path().join("aside");
    fs::rename(&path, &aside).expect("moved");
    // A link to itself: it is there, and cannot be followed.
    std::os::unix::fs::symlink(&path, &path).expect("a link");
    let problem = builder().data_dir(dir.path()).start();
    let problem = problem.expect_err("an unreadable content").to_string();
    assert!(problem.contains(&*path.to_string_lossy()), "{problem}");
    fs::rename(&aside, &path).expect("moved back");
    let record = fs::read_dir(dir.path().join("cos-files")).expect("a folder");
    let record = record.last().expect("a document").expect("an entry").path();
    let whole = fs::read(&record).expect("a document");
    fs::write(&record, &whole[1..]).expect("a file");
    let problem = builder().data_dir(dir.path()).start();
    let problem = problem.expect_err("an unreadable document").to_string();
    assert!(problem.contains(&*record.to_string_lossy()), "{problem}");
    fs::write(&record, &whole).expect("a file");
    assert_eq!(bed(dir.path()).download("/a").body(), "precious");
}

/// A whole upload of a few bytes.
fn upload_message(path: &str) -> Vec<u8> {
    let body = crate::support::form(&[("op", b"upload"), ("filecontent", b"few")]);
    let head = format!(
        "POST {}{path} HTTP/1.1\r\nhost: x\r\nauthorization: {}\r\ncontent-length: {}\r\n\
         content-type: multipart/form-data; boundary=xxBOUNDARYxx\r\n\r\n",
        crate::support::PREFIX,
        multi_use(),
        body.len()
    );
    [head.as_bytes(), &body].concat()
}

#[test]
fn who_says_that_it_has_sent_all_gets_its_answer() {
    let dir = tempfile::tempdir().expect("a folder");
    let bed = bed(dir.path());
    for number in 0..50 {
        let mut stream = bed.connect();
        let message = upload_message(&format!("/{number}"));
        stream.write_all(&message).expect("sent");
        stream.shutdown(Shutdown::Write).expect("a socket");
        let answer = crate::support::read_response(&stream, false).expect("an answer");
        assert_eq!(code(&answer), 0);
    }
    assert_eq!(count(dir.path(), "incoming"), 0);
    assert_eq!(count(dir.path(), "cos-contents"), 50);
}

#[test]
fn who_is_gone_at_once_leaves_nothing_half_written() {
    let dir = tempfile::tempdir().expect("a folder");
    let bed = bed(dir.path());
    for number in 0..100 {
        let message = upload_message(&format!("/{number}"));
        let mut stream = bed.connect();
        // Every other one is cut off in its content.
        let end = message.len() - number % 2 * 25;
        stream.write_all(&message[..end]).expect("sent");
    }
    eventually("all are answered or given up", || {
        bed.emulator.log().len() == 100
    });
    eventually("nothing is left", || count(dir.path(), "incoming") == 0);
}

#[test]
fn a_folder_is_used_by_one_emulator_at_a_time() {
    let dir = tempfile::tempdir().expect("a folder");
    let first = bed(dir.path());
    first.put("/a", b"first");
    let second = builder().data_dir(dir.path()).start();
    let problem = second.expect_err("a folder in use").to_string();
    assert!(problem.contains("another emulator uses it"), "{problem}");
    assert!(problem.contains(&*dir.path().to_string_lossy()));
    assert_eq!(first.download("/a").body(), "first");
    drop(first);
    assert_eq!(bed(dir.path()).download("/a").body(), "first");
}

#[test]
fn an_emulator_that_cannot_start_says_what_failed() {
    let running = Bed::new();
    let address = running.emulator.address();
    let problem = builder().listen(address).start();
    let problem = problem.expect_err("an address in use");
    assert_eq!(problem.kind(), std::io::ErrorKind::AddrInUse);
    let begin = format!("listening at {address}: ");
    assert!(problem.to_string().starts_with(&begin), "{problem}");
    let dir = tempfile::tempdir().expect("a folder");
    let file = dir.path().join("file");
    fs::write(&file, "no folder").expect("a file");
    let problem = builder().data_dir(&file).start();
    let problem = problem.expect_err("a file").to_string();
    let begin = format!("data folder {}: ", file.display());
    assert!(problem.starts_with(&begin), "{problem}");
}
