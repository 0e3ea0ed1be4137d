//! Links whose host names nothing: whose they are is in their signature.

use crate::support::{
    Bed, NOW, code,
    wanxiang::{File, PHOTOS_V1, account, account_with, id, multi_use_v1, sign, signer, stamp},
};
use bytes::Bytes;
use http::Response;
use yunmei_core::{
    Timestamp,
    cos::{AppId, BucketName, Credentials, PathPrefix, Region, sign::Grant as CosGrant},
    wanxiang::{Expiry, sign::Grant},
};
use yunmei_emulator::{Builder, CosAccount};

const PRESUMED: &str =
    "no Host names a Wanxiang bucket or the COS bucket: taken for a COS download";

fn builder() -> Builder {
    crate::support::wanxiang::builder()
        .cos_account(crate::support::account())
        .private_pictures(true)
}

fn escaped(signature: &str) -> String {
    signature
        .replace('+', "%2B")
        .replace('/', "%2F")
        .replace('=', "%3D")
}

fn follow(bed: &Bed, path: &str, signature: &str) -> Response<Bytes> {
    let target = format!("{path}?sign={}", escaped(signature));
    let host = bed.emulator.address().to_string();
    bed.anywhere("GET", &target, &[("host", &host)], b"")
}

fn of_cat(seconds: u64) -> Grant {
    Grant::multi_use_for(&id("cat.jpg"), Expiry::after_seconds(seconds))
}

#[test]
fn a_signed_link_leads_to_the_picture_without_its_host() {
    let bed = Bed::with(builder());
    bed.store("cat.jpg", b"wanxiang");
    let found = follow(&bed, "/cat.jpg", &sign(&of_cat(60)));
    assert_eq!(found.body(), "wanxiang");
    let long = "/examplebucket-10000001/0/cat.jpg/original";
    assert_eq!(follow(&bed, long, &sign(&of_cat(60))).body(), "wanxiang");
    let log = bed.emulator.log();
    let op = log.last().and_then(|entry| entry.op.as_deref());
    assert_eq!(op, Some("image.download"));
    let form = [File("FileContent", "a", b"of V1")];
    bed.post(&format!("{PHOTOS_V1}/cat"), &multi_use_v1(), &form);
    let found = follow(&bed, "/10000001/0/cat/original", &multi_use_v1());
    assert_eq!(found.body(), "of V1");
}

#[test]
fn a_link_that_does_not_serve_is_refused_as_one_of_wanxiang() {
    let bed = Bed::with(builder());
    bed.store("cat.jpg", b"x");
    let other = account_with("AnotherSecretKeyNotReal0000000001");
    let forged = signer(&other)
        .sign(&of_cat(60), &stamp())
        .expect("a signature");
    for (path, signature, number) in [
        ("/dog.jpg", sign(&of_cat(60)), "-46618"),
        ("/cat.jpg", forged.expose().to_owned(), "-46618"),
        (
            "/none",
            sign(&Grant::multi_use(Expiry::after_seconds(60))),
            "-6101",
        ),
    ] {
        let answer = follow(&bed, path, &signature);
        assert_eq!(answer.headers()["x-errno"], number, "{path}");
        assert!(!bed.last_refusal().contains(PRESUMED));
    }
}

#[test]
fn what_is_signed_for_nobody_here_is_taken_for_a_download_of_cos() {
    let bed = Bed::with(builder());
    bed.store("cat.jpg", b"x");
    let stranger = yunmei_emulator::WanxiangAccount::new(
        AppId::new(10_000_777).expect("an appid"),
        account().credentials().clone(),
        account().bucket().clone(),
    );
    let foreign = signer(&stranger)
        .sign(&of_cat(60), &stamp())
        .expect("a signature");
    for signature in [foreign.expose(), "nonsense", ""] {
        let answer = follow(&bed, "/cat.jpg", signature);
        assert_eq!(code(&answer), -45086);
        assert!(
            bed.last_refusal().contains(PRESUMED),
            "{}",
            bed.last_refusal()
        );
        let told = answer.headers()["x-yunmei-refusal"]
            .to_str()
            .expect("ASCII");
        assert!(told.contains(PRESUMED), "{told}");
    }
    // Where the host says it, nothing was presumed.
    let headers = [("host", crate::support::DOWNLOAD_HOST)];
    bed.anywhere("GET", "/cat.jpg", &headers, b"");
    assert!(!bed.last_refusal().contains(PRESUMED));
}

#[test]
fn links_of_cos_and_its_api_are_left_alone() {
    let bed = Bed::with(builder().clock(|| Timestamp::from_seconds(NOW)));
    bed.put("/cat.jpg", b"cos");
    let grant = CosGrant::download(PathPrefix::whole_bucket(), Expiry::after_seconds(60));
    let answer = follow(&bed, "/cat.jpg", &crate::support::sign(&grant));
    assert_eq!(answer.body(), "cos");
    // A signature of Wanxiang at an address of COS is a mistake, and told as one.
    let api = format!("{}/cat.jpg", crate::support::PREFIX);
    assert_eq!(code(&follow(&bed, &api, &sign(&of_cat(60)))), -82);
    let headers = [("host", crate::support::DOWNLOAD_HOST)];
    let target = format!("/cat.jpg?sign={}", escaped(&sign(&of_cat(60))));
    assert_eq!(code(&bed.anywhere("GET", &target, &headers, b"")), -45086);
}

#[test]
fn of_two_services_with_one_account_number_it_is_cos() {
    let cos = CosAccount::new(
        AppId::new(10_000_001).expect("an appid"),
        Credentials::new("AKIDOTHER", "ExampleSecretKeyNotReal000000002").expect("credentials"),
        BucketName::new("other").expect("a name"),
        Region::new("sh").expect("a region"),
    );
    let bed = Bed::with(builder().cos_account(cos));
    bed.store("cat.jpg", b"wanxiang");
    assert_eq!(code(&follow(&bed, "/cat.jpg", &sign(&of_cat(60)))), -45086);
}
