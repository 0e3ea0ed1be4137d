//! Which signatures serve: section 4.8, step by step.

use crate::support::{
    Bed, NOW, account, builder, code, file, folder, json as document, multi_use, once, sign, stamp,
};
use serde_json::json;
use yunmei_core::{
    Nonce, Stamp, Timestamp,
    cos::{
        AppId, BucketName, Credentials, Expiry, PathPrefix,
        sign::{Grant, Signature, Signer},
    },
};

fn whole(seconds: u64) -> Grant {
    Grant::multi_use(PathPrefix::whole_bucket(), Expiry::after_seconds(seconds))
}

fn signed_by(signer: &Signer, grant: &Grant) -> String {
    let token = signer.sign(grant, &stamp()).expect("a signature");
    token.expose().to_owned()
}

fn signer(app: u64, bucket: &str, credentials: Credentials) -> Signer {
    let bucket = BucketName::new(bucket).expect("a name");
    Signer::new(AppId::new(app).expect("an appid"), &bucket, &credentials)
}

fn credentials(id: &str, key: &str) -> Credentials {
    Credentials::new(id, key).expect("credentials")
}

#[test]
fn a_missing_or_broken_signature_is_refused_first() {
    let bed = Bed::new();
    let ask = |signature: &str| bed.get("/a?op=stat", signature);
    let missing = bed.raw("GET", "/a?op=stat", &[], b"");
    assert_eq!((missing.status().as_u16(), code(&missing)), (403, -81));
    assert_eq!(code(&ask("")), -81);
    for broken in ["nonsense!", "QUFB", "Bearer abc"] {
        let answer = ask(broken);
        assert_eq!(
            (answer.status().as_u16(), code(&answer)),
            (403, -5998),
            "{broken}"
        );
    }
    assert_eq!(code(&ask(&"A".repeat(2052))), -46180);
}

#[test]
fn another_account_key_or_bucket_is_told_apart() {
    let bed = Bed::new();
    let own = account().credentials().clone();
    let ask = |signer: &Signer| code(&bed.get("/a?op=stat", &signed_by(signer, &whole(60))));
    assert_eq!(ask(&signer(7, "examplebucket", own.clone())), -82);
    let stranger = credentials("AKIDstranger", own.secret_key().expose());
    assert_eq!(ask(&signer(1_250_000_000, "examplebucket", stranger)), -79);
    let wrong_key = credentials(own.secret_id(), "another key");
    assert_eq!(ask(&signer(1_250_000_000, "examplebucket", wrong_key)), -97);
    assert_eq!(ask(&signer(1_250_000_000, "otherbucket", own)), -61);
}

#[test]
fn the_address_has_to_be_the_signed_one() {
    let bed = Bed::new();
    let ask = |target: &str| {
        let signature = multi_use();
        code(&bed.anywhere("GET", target, &[("authorization", &signature)], b""))
    };
    assert_eq!(ask("/files/v2/7/examplebucket/a?op=stat"), -70);
    assert_eq!(ask("/files/v2/wx123/examplebucket/a?op=stat"), -70);
    assert_eq!(ask("/files/v2/1250000000/otherbucket/a?op=stat"), -61);
    // A bucket that is in signature and address, but not there.
    let own = account().credentials().clone();
    let other = signed_by(&signer(1_250_000_000, "otherbucket", own), &whole(60));
    let target = "/files/v2/1250000000/otherbucket/a?op=stat";
    let answer = bed.anywhere("GET", target, &[("authorization", &other)], b"");
    assert_eq!((answer.status().as_u16(), code(&answer)), (404, -133));
}

#[test]
fn a_signature_ends_by_the_emulators_clock() {
    let clock = std::sync::Arc::new(std::sync::atomic::AtomicU64::new(NOW));
    let emulators = std::sync::Arc::clone(&clock);
    let bed = Bed::with(builder().clock(move || {
        Timestamp::from_seconds(emulators.load(std::sync::atomic::Ordering::Relaxed))
    }));
    let signature = sign(&whole(60));
    let ask = |now: u64| {
        clock.store(now, std::sync::atomic::Ordering::Relaxed);
        code(&bed.get("/a?op=stat", &signature))
    };
    assert_eq!(ask(NOW + 60), -197);
    assert_eq!(ask(NOW + 61), -96);
    // A future time of signing does not matter (section 16).
    assert_eq!(ask(NOW - 1000), -197);
}

#[test]
fn a_lifetime_has_a_limit() {
    let bed = Bed::new();
    assert_eq!(code(&bed.get("/a?op=stat", &sign(&whole(7_776_000)))), -197);
    // The core does not make longer ones; this was made earlier, and its time was changed after.
    let long = resigned(|text| {
        text.replace(
            &format!("e={}", NOW + 60),
            &format!("e={}", NOW + 7_776_001),
        )
    });
    assert_eq!(code(&bed.get("/a?op=stat", &long)), -53);
}

/// A signature over a text of our own making, by a key of our own: what the core would not sign.
fn resigned(change: impl Fn(&str) -> String) -> String {
    let text = crate::support::signer()
        .plain_text(&whole(60), &stamp())
        .expect("a text");
    support_sign::raw(&change(&text))
}

/// HMAC-SHA1 and base64 by hand, since the core signs only what is right.
mod support_sign {
    use sha1::{Digest, Sha1};

    pub(super) fn raw(text: &str) -> String {
        let account = super::account();
        let key = account.credentials().secret_key().expose().as_bytes();
        let pad = |byte: u8| -> Vec<u8> {
            let mut block = vec![byte; 64];
            block.iter_mut().zip(key).for_each(|(b, k)| *b ^= k);
            block
        };
        let inner = Sha1::digest([pad(0x36).as_slice(), text.as_bytes()].concat());
        let digest = Sha1::digest([pad(0x5c).as_slice(), &inner].concat());
        use base64::prelude::{BASE64_STANDARD, Engine};
        BASE64_STANDARD.encode([digest.as_slice(), text.as_bytes()].concat())
    }
}

#[test]
fn fields_come_in_any_order_with_any_nonce_and_an_empty_binding() {
    let bed = Bed::new();
    let id = "AKIDEXAMPLE0000000000000000000000001";
    let text = format!(
        "a=1250000000&b=examplebucket&k={id}&e={}&t={NOW}&r=4378946985943551738&f=",
        NOW + 60
    );
    assert_eq!(
        code(&bed.get("/a?op=stat", &support_sign::raw(&text))),
        -197
    );
    // %2F is decoded before it is compared (section 16).
    let text = format!("{text}%2F1250000000%2Fexamplebucket%2Fa");
    assert_eq!(
        code(&bed.get("/a?op=stat", &support_sign::raw(&text))),
        -197
    );
    assert_eq!(code(&bed.get("/b?op=stat", &support_sign::raw(&text))), -63);
}

#[test]
fn a_multi_use_signature_covers_what_begins_with_its_path() {
    let bed = Bed::new();
    let prefix = PathPrefix::new("/users/alice/").expect("a prefix");
    let signature = sign(&Grant::multi_use(prefix, Expiry::after_seconds(60)));
    let ask = |path: &str| code(&bed.upload_request(path, b"x", &[], &signature));
    assert_eq!(ask("/users/alice/cat.jpg"), 0);
    assert_eq!(ask("/users/alice/more/cat.jpg"), 0);
    let answer = bed.upload_request("/users/bob/cat.jpg", b"x", &[], &signature);
    assert_eq!((answer.status().as_u16(), code(&answer)), (403, -63));
    assert_eq!(ask("/users/alice2/cat.jpg"), -63);
    // Escapes are decoded before anything is compared (section 4.2).
    assert_eq!(ask("/users/%61lice/cat.jpg"), 0);
    assert_eq!(ask("/users/alice%2Fdog.jpg"), 0);
}

#[test]
fn update_and_delete_want_single_use() {
    let bed = Bed::new();
    bed.put("/a", b"x");
    for op in ["delete", "update"] {
        let answer = bed.post_json("/a", &multi_use(), &json!({"op": op}));
        assert_eq!(
            (answer.status().as_u16(), code(&answer)),
            (403, -73),
            "{op}"
        );
        assert!(
            bed.last_refusal().contains("&e=0&"),
            "{}",
            bed.last_refusal()
        );
    }
    assert_eq!(code(&bed.stat("/a")), 0);
}

#[test]
fn a_single_use_signature_serves_once_for_exactly_its_path() {
    let bed = Bed::new();
    bed.put("/a", b"x");
    bed.put("/ab", b"x");
    let signature = once("/a");
    let delete = json!({"op": "delete"});
    // Refused, and so not spent.
    assert_eq!(code(&bed.post_json("/ab", &signature, &delete)), -63);
    assert_eq!(code(&bed.post_json("/a", &signature, &delete)), 0);
    let replay = bed.post_json("/a", &signature, &delete);
    assert_eq!((replay.status().as_u16(), code(&replay)), (403, -77));
    // A replay is named before the path is looked at.
    assert_eq!(code(&bed.post_json("/ab", &signature, &delete)), -77);
    assert_eq!(code(&bed.stat("/ab")), 0);
}

#[test]
fn a_single_use_signature_must_be_bound() {
    let bed = Bed::new();
    let id = "AKIDEXAMPLE0000000000000000000000001";
    let text = format!("a=1250000000&k={id}&e=0&t={NOW}&r=1&f=&b=examplebucket");
    let signature = support_sign::raw(&text);
    let delete = json!({"op": "delete"});
    assert_eq!(code(&bed.post_json("/a", &signature, &delete)), -76);
}

#[test]
fn of_two_that_use_a_signature_at_once_one_wins() {
    let bed = Bed::new();
    for round in 0..10 {
        let path = format!("/race/{round}");
        bed.put(&path, b"x");
        let signature = once(&path);
        let copy = json!({"op": "copy", "dest_fileid": format!("/copy/{round}")});
        let codes: Vec<i64> = std::thread::scope(|scope| {
            let tries: Vec<_> = (0..4)
                .map(|_| scope.spawn(|| code(&bed.post_json(&path, &signature, &copy))))
                .collect();
            tries
                .into_iter()
                .map(|one| one.join().expect("an answer"))
                .collect()
        });
        assert_eq!(
            codes.iter().filter(|&&code| code == 0).count(),
            1,
            "{codes:?}"
        );
        assert_eq!(
            codes.iter().filter(|&&code| code == -77).count(),
            3,
            "{codes:?}"
        );
    }
}

#[test]
fn single_use_serves_where_multi_use_is_usual_unless_told_to_be_strict() {
    let lenient = Bed::new();
    assert_eq!(code(&lenient.get("/a?op=stat", &once("/a"))), -197);
    let strict = Bed::with(builder().strict_signature_kinds(true));
    assert_eq!(code(&strict.get("/a?op=stat", &once("/a"))), -74);
    strict.put("/a", b"x");
    let copy = strict.bucket.copy_to(&file("/a"), file("/b"));
    strict.run(&copy, &[]).expect("either kind");
    // A single-use signature for `/a` at the API is one for this bare path.
    let path = "/1250000000/examplebucket/a";
    let download = |bed: &Bed| {
        bed.put(path, b"x");
        let signature = once("/a");
        let headers = [
            ("host", crate::support::DOWNLOAD_HOST),
            ("authorization", signature.as_str()),
        ];
        bed.anywhere("GET", path, &headers, b"")
    };
    assert_eq!(download(&lenient).body(), "x");
    // To whatever is wrong, a download says the same (section 4.9); the reason names it.
    assert_eq!(code(&download(&strict)), -45086);
    let told = strict.last_refusal();
    assert!(told.contains("-74"), "{told}");
}

#[test]
fn a_signature_in_the_query_is_as_good() {
    let bed = Bed::new();
    let signature = sign(&whole(60));
    let encoded = signature.replace('+', "%2B").replace('=', "%3D");
    for value in [&encoded, &signature] {
        let answer = bed.raw("GET", &format!("/?op=list&sign={value}"), &[], b"");
        assert_eq!(code(&answer), 0);
    }
}

#[test]
fn a_refusal_says_what_should_have_been_signed_and_no_secret() {
    let bed = Bed::new();
    let signature = sign(&Grant::multi_use(&file("/图"), Expiry::after_seconds(60)));
    let answer = bed.get("/b?op=stat", &signature);
    let told = answer.headers()["x-yunmei-refusal"]
        .to_str()
        .expect("ASCII");
    let expected = "f=/1250000000/examplebucket/b&b=examplebucket";
    assert!(told.contains("-63") && told.contains("field f"), "{told}");
    assert!(told.ends_with(expected), "{told}");
    let plain = Signature::decode(&signature).expect("well formed");
    assert!(told.contains(plain.plain_text()), "{told}");
    assert_eq!(bed.last_refusal(), told);
    let missing = bed.raw("GET", "/b?op=stat", &[], b"");
    let told = missing.headers()["x-yunmei-refusal"]
        .to_str()
        .expect("ASCII");
    assert!(
        told.contains("a=1250000000&k=AKIDEXAMPLE0000000000000000000000001&e={expiry}&t={now}"),
        "{told}"
    );
    // Neither the key nor what would be a signature is anywhere in the log.
    let key = account().credentials().secret_key().expose().to_owned();
    let log = format!("{:?}", bed.emulator.log());
    assert!(
        !log.contains(&key) && !log.contains(&signature[..27]),
        "{log}"
    );
    assert!(document(&missing).get("data").is_none());
}

#[test]
fn a_signature_is_refused_before_its_body_is_stored() {
    use std::io::Write;
    let dir = tempfile::tempdir().expect("a folder");
    let incoming = || {
        let entries = std::fs::read_dir(dir.path().join("incoming"));
        entries.expect("a folder").count()
    };
    let bed = Bed::with(builder().data_dir(dir.path()));
    let wrong = signed_by(
        &signer(
            1_250_000_000,
            "examplebucket",
            credentials("AKIDEXAMPLE0000000000000000000000001", "another key"),
        ),
        &whole(60),
    );
    let body = crate::support::form(&[("op", b"upload"), ("filecontent", &vec![0; 400_000])]);
    let begin = |signature: &str| {
        let head = format!(
            "POST {}/a HTTP/1.1\r\nhost: x\r\nauthorization: {signature}\r\ncontent-length: {}\r\n\
             content-type: multipart/form-data; boundary=xxBOUNDARYxx\r\n\r\n",
            crate::support::PREFIX,
            body.len()
        );
        let mut stream = bed.connect();
        stream.write_all(head.as_bytes()).expect("sent");
        stream.write_all(&body[..body.len() / 2]).expect("sent");
        stream
    };
    // The rest never comes, and the answer does: with nothing stored.
    let stream = begin(&wrong);
    let answer = crate::support::read_response(&stream, false).expect("an answer");
    assert_eq!(code(&answer), -97);
    assert_eq!(incoming(), 0);
    // The same with a good one is being stored.
    let _stream = begin(&multi_use());
    let since = std::time::Instant::now();
    while incoming() == 0 {
        assert!(since.elapsed() < std::time::Duration::from_secs(10));
        std::thread::yield_now();
    }
}

#[test]
fn folders_take_signatures_for_folders() {
    let bed = Bed::new();
    bed.run(&bed.bucket.create_folder(&folder("/f/")), &[])
        .expect("created");
    let update = json!({"op": "update", "biz_attr": "x"});
    assert_eq!(code(&bed.post_json("/f/", &once("/f"), &update)), -63);
    assert_eq!(code(&bed.post_json("/f/", &once("/f/"), &update)), 0);
}

#[test]
fn the_same_stamp_makes_the_same_signature_which_serves_once() {
    let bed = Bed::new();
    bed.put("/a", b"x");
    let same = Stamp::new(Timestamp::from_seconds(NOW), Nonce::from_bytes([9; 32]));
    let update = bed.bucket.update(&file("/a")).biz_attr("x");
    let request = yunmei_core::Operation::request(&update, &same).expect("a request");
    assert_eq!(code(&bed.send(&request, &[])), 0);
    assert_eq!(code(&bed.send(&request, &[])), -77);
}
