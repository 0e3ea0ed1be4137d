//! Addresses of pictures, and what is answered there.

use crate::support::{
    Bed, data,
    wanxiang::{
        ACCOUNT_HOST, BUCKET_HOST, File, PHOTOS, account, builder, multi_use, refusal, signer,
        stamp,
    },
};
use yunmei_core::wanxiang::{BucketName, Expiry, sign::Grant};
use yunmei_emulator::{Generation, WanxiangAccount};

fn bed() -> Bed {
    Bed::with(builder())
}

#[test]
fn addresses_are_short_in_enhanced_buckets_and_long_in_others() {
    let bed = Bed::with(builder().picture_generation(Generation::V2));
    let uploaded = bed.store("cat-1", b"x");
    assert_eq!(
        uploaded["url"],
        "http://web.image.myqcloud.com/photos/v2/10000001/examplebucket/0/cat-1"
    );
    let long = format!("http://{BUCKET_HOST}/examplebucket-10000001/0/cat-1/original");
    assert_eq!(uploaded["download_url"], long);
    assert_eq!(bed.fetch(&long, "").body(), "x");
    let short = format!("http://{BUCKET_HOST}/cat-1");
    assert_eq!(bed.fetch(&short, "").headers()["x-errno"], "-106");
    let path = format!("{PHOTOS}/two%20words");
    let parts = [File("FileContent", "a", b"x")];
    assert_eq!(
        refusal(&bed.post(&path, &multi_use(), &parts)),
        (400, -5992)
    );

    let bed = self::bed();
    let short = bed.store("图 1", b"x")["download_url"].clone();
    assert_eq!(short, format!("http://{BUCKET_HOST}/%E5%9B%BE%201"));
    assert_eq!(bed.fetch(short.as_str().expect("a text"), "").body(), "x");
    let long = format!("http://{BUCKET_HOST}/examplebucket-10000001/0/%E5%9B%BE%201/original");
    assert_eq!(bed.fetch(&long, "").body(), "x");
    let styled = format!("http://{BUCKET_HOST}/examplebucket-10000001/0/x/small");
    assert_eq!(bed.fetch(&styled, "").headers()["x-errno"], "-6101");
}

#[test]
fn the_case_of_a_bucket_is_lost_in_hosts_and_does_not_matter() {
    let account = account();
    let account = WanxiangAccount::new(
        account.app(),
        account.credentials().clone(),
        BucketName::new("ExampleBucket").expect("a name"),
    );
    let signer = signer(&account);
    let path = "/photos/v2/10000001/ExampleBucket/0/a";
    for generation in [Generation::Enhanced, Generation::V2] {
        let builder = builder().wanxiang_account(account.clone());
        let bed = Bed::with(
            builder
                .picture_generation(generation)
                .private_pictures(true),
        );
        let signature = || {
            let grant = Grant::multi_use(Expiry::after_seconds(300));
            let token = signer.sign(&grant, &stamp()).expect("a signature");
            token.expose().to_owned()
        };
        let uploaded = data(&bed.post(path, &signature(), &[File("FileContent", "a", b"x")]));
        let url = uploaded["download_url"].as_str().expect("an address");
        let rest = url.strip_prefix("http://").expect("an address");
        let (host, path) = rest.split_once('/').expect("a path");
        assert!(host.starts_with("ExampleBucket-"));
        for host in [host, &host.to_lowercase(), &host.to_uppercase()] {
            let signature = signature();
            let headers = [("host", host), ("authorization", &signature)];
            let found = bed.anywhere("GET", &format!("/{path}"), &headers, b"");
            assert_eq!(found.body(), "x", "{host}: {}", bed.last_refusal());
        }
    }
}

#[test]
fn downloads_come_in_parts_and_fail_with_a_number_in_a_header() {
    let bed = bed();
    bed.store("a", b"0123456789");
    let get = |method: &str, host: &str, path: &str, range: &str| {
        let headers = [("host", host), ("range", range)];
        bed.anywhere(method, path, &headers, b"")
    };
    let part = get("GET", BUCKET_HOST, "/a", "bytes=2-4");
    assert_eq!(
        (part.status().as_u16(), part.body().as_ref()),
        (206, &b"234"[..])
    );
    assert!(part.headers().contains_key("etag"));
    let head = get("HEAD", BUCKET_HOST, "/a", "");
    assert_eq!((head.status().as_u16(), head.body().len()), (200, 0));
    assert_eq!(head.headers()["content-length"], "10");
    for (method, host, path, range, status, number) in [
        ("GET", BUCKET_HOST, "/none", "", 404, "-6101"),
        (
            "GET",
            "other-10000001.image.myqcloud.com",
            "/a",
            "",
            403,
            "-46152",
        ),
        (
            "GET",
            "examplebucket-7.image.myqcloud.com",
            "/a",
            "",
            403,
            "-46642",
        ),
        ("GET", "nonsense.image.myqcloud.com", "/a", "", 403, "-107"),
        ("GET", ACCOUNT_HOST, "/a", "", 403, "-106"),
        ("GET", BUCKET_HOST, "/%ff", "", 403, "-106"),
        ("GET", ACCOUNT_HOST, "/10000001/0/a/small", "", 403, "-105"),
        ("GET", BUCKET_HOST, "/a", "bytes=10-", 416, "-29034"),
        ("POST", BUCKET_HOST, "/a", "", 403, "-103"),
    ] {
        let answer = get(method, host, path, range);
        assert_eq!(answer.status().as_u16(), status, "{host}{path}");
        assert_eq!(answer.headers()["x-errno"], number, "{host}{path}");
    }
}
