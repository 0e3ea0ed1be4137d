//! Which signatures of Wanxiang serve, and what those that do not are told.

use crate::support::{
    Bed, code, data,
    wanxiang::{
        BUCKET_HOST, File, PHOTOS, PHOTOS_V1, TIME, account, account_with, blue, builder,
        fixed_stamp, id, multi_use, multi_use_v1, once, once_v1, refusal, shown, sign, signer,
        stamp,
    },
};
use base64::prelude::{BASE64_STANDARD, Engine};
use hmac::{Hmac, KeyInit, Mac};
use sha1::Sha1;
use yunmei_core::{
    Timestamp,
    wanxiang::{
        BucketName, Credentials, Expiry, UserId,
        sign::{Grant, Signer},
    },
};
use yunmei_emulator::WanxiangAccount;

fn bed() -> Bed {
    let bed = Bed::with(builder());
    bed.store("cat", &blue());
    bed
}

fn until(seconds: u64) -> Grant {
    Grant::multi_use(Expiry::after_seconds(seconds))
}

fn by(account: &WanxiangAccount, grant: &Grant) -> String {
    shown(signer(account).sign(grant, &stamp()).expect("a signature"))
}

/// Any text, with the right key.
fn signed(text: &str) -> String {
    let account = account();
    let key = account.credentials().secret_key().expose().as_bytes();
    let mut mac = Hmac::<Sha1>::new_from_slice(key).expect("a key");
    mac.update(text.as_bytes());
    BASE64_STANDARD.encode([&mac.finalize().into_bytes()[..], text.as_bytes()].concat())
}

#[test]
fn both_forms_of_the_header_and_a_signature_in_the_query_are_taken() {
    let bed = bed();
    let path = format!("{PHOTOS}/cat");
    for signature in [multi_use(), format!("QCloud {}", multi_use())] {
        assert_eq!(code(&bed.call("GET", &path, &signature, b"")), 0);
    }
    // With the plus signs of base64 as they are.
    let raw = (0..50)
        .map(|_| multi_use())
        .find(|token| token.contains('+'));
    let path = format!("{PHOTOS}/dog?sign={}", raw.expect("one of fifty"));
    assert_eq!(
        code(&bed.post(&path, "", &[File("FileContent", "a", b"x")])),
        0
    );
}

#[test]
fn a_stat_needs_no_signature_but_a_wrong_one_is_refused() {
    let bed = bed();
    let path = format!("{PHOTOS}/cat");
    assert_eq!(code(&bed.call("GET", &path, "", b"")), 0);
    assert_eq!(
        refusal(&bed.call("GET", &path, "nonsense", b"")),
        (400, -5998)
    );
    for word in ["copy", "del"] {
        let answer = bed.call("POST", &format!("{path}/{word}"), "", b"");
        assert_eq!(refusal(&answer), (400, -5998), "{word}");
    }
    let upload = [File("FileContent", "a", b"x")];
    assert_eq!(refusal(&bed.post(PHOTOS, "", &upload)), (400, -5998));
}

#[test]
fn a_refusal_names_what_was_wrong_and_the_text_to_be_signed_but_no_secret() {
    let bed = bed();
    let own = account();
    let other_id = Credentials::new("AKIDOTHER", "x").expect("credentials");
    let other_id = WanxiangAccount::new(own.app(), other_id, own.bucket().clone());
    let other_app = WanxiangAccount::new(
        yunmei_core::wanxiang::AppId::new(10_000_002).expect("an appid"),
        own.credentials().clone(),
        own.bucket().clone(),
    );
    let other_bucket = BucketName::new("other").expect("a name");
    let other_bucket = WanxiangAccount::new(own.app(), own.credentials().clone(), other_bucket);
    let dog = Grant::multi_use_for(&id("dog"), Expiry::after_seconds(300));
    let passed = format!("e={}", TIME - 1);
    let expired = sign_text(&format!(
        "a=10000001&b=examplebucket&{}&t=1&r=1&u=0&f=",
        passed
    ));
    let eternal = sign_text("a=10000001&b=examplebucket&e=1446445116&t=1438669115&r=1&u=0&f=");
    for (signature, code, field) in [
        (by(&account_with("wrong"), &until(300)), -97, "digest"),
        (by(&other_id, &until(300)), -47, "field k"),
        (by(&other_app, &until(300)), -70, "field a"),
        (by(&other_bucket, &until(300)), -61, "field b"),
        (expired, -59, "field e has passed"),
        (eternal, -97, "three months"),
        (sign(&dog), -63, "field f"),
        (once("cat"), -97, "multi-use"),
    ] {
        let answer = bed.call("GET", &format!("{PHOTOS}/cat"), &signature, b"");
        assert_eq!(refusal(&answer), (400, code), "{field}");
        let reason = answer.headers()["x-yunmei-refusal"].to_str().expect("text");
        assert!(reason.contains(field), "{reason}");
        let expected = "should have been: a=10000001&b=examplebucket&k=AKIDEXAMPLE";
        assert!(
            reason.contains(expected) && reason.ends_with("&u=0&f=cat"),
            "{reason}"
        );
        assert_eq!(bed.last_refusal(), reason);
        let key = own.credentials().secret_key().expose();
        assert!(
            !reason.contains(key) && !reason.contains(&signature[..27]),
            "{reason}"
        );
    }
}

/// With our id in it.
fn sign_text(text: &str) -> String {
    let id = account().credentials().secret_id().to_owned();
    signed(&text.replace("&e=", &format!("&k={id}&e=")))
}

#[test]
fn copy_and_delete_take_a_single_use_signature_of_their_file_once() {
    let bed = bed();
    bed.store("dog", b"x");
    let act = |file: &str, word: &str, signature: &str| {
        bed.call("POST", &format!("{PHOTOS}/{file}/{word}"), signature, b"")
    };
    for word in ["copy", "del"] {
        assert_eq!(
            refusal(&act("cat", word, &multi_use())),
            (400, -97),
            "{word}"
        );
        assert_eq!(
            refusal(&act("cat", word, &once("dog"))),
            (400, -63),
            "{word}"
        );
        let unbound = sign_text("a=10000001&b=examplebucket&e=0&t=1438669115&r=7&u=0&f=");
        assert_eq!(refusal(&act("cat", word, &unbound)), (400, -97), "{word}");
    }
    let spent = once("cat");
    assert_eq!(code(&act("cat", "copy", &spent)), 0);
    let replayed = act("cat", "del", &spent);
    assert_eq!(refusal(&replayed), (400, -97));
    assert!(
        bed.last_refusal().contains("used before"),
        "{}",
        bed.last_refusal()
    );
    // The scheme word does not make another signature of it.
    assert_eq!(
        refusal(&act("cat", "del", &format!("QCloud {spent}"))),
        (400, -97)
    );
    // Re-targeted, it was not spent.
    let retargeted = once("dog");
    assert_eq!(code(&act("cat", "del", &retargeted)), -63);
    assert_eq!(code(&act("dog", "del", &retargeted)), 0);
    assert_eq!(code(&act("cat", "del", &once("cat"))), 0);
    // Spent even though what it was for failed.
    let wasted = once("cat");
    assert_eq!(code(&act("cat", "del", &wasted)), -197);
    assert_eq!(code(&act("cat", "del", &wasted)), -97);
}

#[test]
fn uploads_take_a_signature_bound_to_their_file_or_to_none() {
    let bed = bed();
    let upload = |path: &str, signature: &str| {
        bed.post(
            &format!("{PHOTOS}{path}"),
            signature,
            &[File("FileContent", "a", b"x")],
        )
    };
    let bound = |file: &str| sign(&Grant::multi_use_for(&id(file), Expiry::after_seconds(300)));
    assert_eq!(code(&upload("/a%20b", &bound("a b"))), 0);
    assert_eq!(refusal(&upload("/c", &bound("d"))), (400, -63));
    assert_eq!(refusal(&upload("", &bound("d"))), (400, -63));
    assert_eq!(refusal(&upload("/c", &once("c"))), (400, -97));
}

#[test]
fn a_bucket_that_is_not_there_is_told_even_to_its_own_signature() {
    let bed = bed();
    let own = account();
    let name = BucketName::new("other").expect("a name");
    let other = WanxiangAccount::new(own.app(), own.credentials().clone(), name);
    let path = "/photos/v2/10000001/other/0/cat";
    assert_eq!(
        refusal(&bed.call("GET", path, &by(&other, &until(300)), b"")),
        (400, -133)
    );
    assert_eq!(refusal(&bed.call("GET", path, "", b"")), (400, -133));
}

#[test]
fn signatures_without_a_bucket_serve_both_generations() {
    let bed = bed();
    assert_eq!(
        code(&bed.call("GET", &format!("{PHOTOS}/cat"), &multi_use_v1(), b"")),
        0
    );
    let copied = bed.call("POST", &format!("{PHOTOS}/cat/copy"), &once_v1("cat"), b"");
    assert_eq!(code(&copied), 0);
    // With a bucket, V1 has none that it could be.
    let upload = [File("FileContent", "a", b"x")];
    assert_eq!(
        refusal(&bed.post(PHOTOS_V1, &multi_use(), &upload)),
        (400, -61)
    );
}

#[test]
fn a_private_picture_is_downloaded_with_a_signature() {
    let bed = Bed::with(builder().private_pictures(true));
    let url = bed.store("a b", b"x")["download_url"].clone();
    let url = url.as_str().expect("an address");
    let encoded = |signature: &str| {
        let all = percent_encoding::NON_ALPHANUMERIC;
        format!(
            "?sign={}",
            percent_encoding::utf8_percent_encode(signature, all)
        )
    };
    let bound = Grant::multi_use_for(&id("a b"), Expiry::after_seconds(300));
    let spent = once("a b");
    for query in [
        encoded(&multi_use()),
        encoded(&sign(&bound)),
        encoded(&spent),
        // As the vendor's pages paste it.
        format!("?sign={}", multi_use()),
        format!("?v=1&sign={}", multi_use()),
    ] {
        assert_eq!(bed.fetch(url, &query).body(), "x", "{}", bed.last_refusal());
    }
    let other = Grant::multi_use_for(&id("other"), Expiry::after_seconds(300));
    let expired = sign_text("a=10000001&b=examplebucket&e=1438669115&t=1&r=1&u=0&f=");
    for (query, number) in [
        (String::new(), "-46618"),
        (encoded(&sign(&other)), "-46618"),
        (encoded(&by(&account_with("wrong"), &until(300))), "-46618"),
        (encoded(&expired), "-46619"),
        (encoded(&spent), "-46618"),
    ] {
        let answer = bed.fetch(url, &query);
        assert_eq!(answer.status(), 403);
        assert_eq!(answer.headers()["x-errno"], number);
    }
    let missing = bed.fetch(&format!("http://{BUCKET_HOST}/none"), "");
    assert_eq!(missing.headers()["x-errno"], "-46618");
    let signed = bed.fetch(
        &format!("http://{BUCKET_HOST}/none"),
        &encoded(&multi_use()),
    );
    assert_eq!(signed.headers()["x-errno"], "-6101");
}

#[test]
fn private_pictures_of_v1_want_a_signature_too() {
    let bed = Bed::with(builder().private_pictures(true));
    let uploaded = bed.post(
        PHOTOS_V1,
        &multi_use_v1(),
        &[File("FileContent", "a", b"x")],
    );
    let url = data(&uploaded)["download_url"].clone();
    let url = url.as_str().expect("an address");
    assert_eq!(bed.fetch(url, "").status(), 403);
    let query = format!("?sign={}", multi_use_v1());
    assert_eq!(bed.fetch(url, &query).body(), "x");
}

/// Section 3.3: the user in the signature is not looked at, and fields may stand in any order.
#[test]
fn a_signature_of_another_client_is_read_by_field_names() {
    let bed = bed();
    let own = account();
    let user = UserId::new("somebody").expect("a user");
    let signer = Signer::v2(own.app(), own.bucket(), &user, own.credentials());
    let token = signer
        .sign(&until(300), &fixed_stamp())
        .expect("a signature");
    let path = format!("{PHOTOS}/cat");
    assert_eq!(code(&bed.call("GET", &path, token.expose(), b"")), 0);
    let id = own.credentials().secret_id();
    let text = format!("a=10000001&k={id}&e=1438669415&t=1438669115&r=1&f=cat&b=examplebucket");
    assert_eq!(code(&bed.call("GET", &path, &signed(&text), b"")), 0);
}

#[test]
fn the_time_that_counts_is_the_emulators() {
    let path = format!("{PHOTOS}/cat");
    let token = multi_use();
    let bed = Bed::with(builder().clock(|| Timestamp::from_seconds(TIME + 299)));
    assert_eq!(code(&bed.call("GET", &path, &token, b"")), -197);
    let bed = Bed::with(builder().clock(|| Timestamp::from_seconds(TIME + 300)));
    assert_eq!(code(&bed.call("GET", &path, &token, b"")), -59);
}
