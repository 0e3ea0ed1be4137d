//! The text as a file id, a user, a bucket, a style and processing: in the address.

use http::{Request, Uri};
use yunmei_core::{
    ByteRange, Download, Payload,
    wanxiang::{
        Bucket, BucketName, Expiry, FileId, PhotoAddress, PhotosV1, UserId, Videos,
        processing::{ImageWatermark, Parameters, Processing, TextWatermark},
        sign::Call,
    },
};

use super::{build, sendable};
use crate::{
    sample::{
        self,
        wanxiang::{BUCKET, app, bucket, credentials, file, photos_v1, plain_v2, videos},
    },
    wire::{
        self,
        wanxiang::{Expected, segments, serves},
    },
};

pub(super) fn check(text: &str) {
    if let Ok(file_id) = FileId::new(text) {
        files(text, &file_id);
        downloads(text, &file_id);
    }
    if let Ok(user) = UserId::new(text) {
        users(text, &user);
    }
    if let Ok(name) = BucketName::new(text) {
        let bucket = Bucket::v2(app(), name).signed_with(credentials());
        let path = ["photos", "v2", "10000001", text, "0", "cat.jpg"];
        let request = build(&bucket.stat(&file()), text);
        arrives(request, Some(text), Some("cat.jpg"), &path, Call::Stat);
        let address: Uri = bucket
            .photo(&file())
            .public_url()
            .parse()
            .expect("an address");
        let host = format!("{text}-10000001.image.myqcloud.com");
        assert!(address.host().is_some_and(|found| found == host));
    }
    styles(text);
    processing(text);
}

fn arrives(
    request: Option<Request<Payload>>,
    bucket: Option<&str>,
    file_id: Option<&str>,
    path: &[&str],
    call: Call,
) {
    let Some(request) = request else { return };
    let expected = Expected {
        path: path.to_vec(),
        bucket,
        file_id,
        call,
    };
    wire::wanxiang::check(&request, &expected);
}

fn files(text: &str, file_id: &FileId) {
    let base = ["photos", "v2", "10000001", BUCKET, "0", text];
    let with = |word| [&base[..], &[word]].concat();
    let id = Some(text);
    for (request, path, call) in [
        (
            build(&bucket().stat(file_id), text),
            base.to_vec(),
            Call::Stat,
        ),
        (
            build(&bucket().copy(file_id), text),
            with("copy"),
            Call::Copy,
        ),
        (
            build(&bucket().delete(file_id), text),
            with("del"),
            Call::Delete,
        ),
    ] {
        assert!(request.is_some());
        arrives(request, Some(BUCKET), id, &path, call);
    }
    let base = ["photos", "v1", "10000001", "0", text];
    let request = build(&photos_v1().stat(file_id), text);
    arrives(request, None, id, &base, Call::Stat);
    let request = build(&photos_v1().delete(file_id), text);
    arrives(
        request,
        None,
        id,
        &[&base[..], &["del"]].concat(),
        Call::Delete,
    );
    let base = ["videos", "v1", "10000001", "0", text];
    let request = build(&videos().stat(file_id), text);
    arrives(request, None, id, &base, Call::Stat);
}

fn users(text: &str, user: &UserId) {
    let photos = PhotosV1::new(app(), user.clone()).signed_with(credentials());
    let request = build(&photos.stat(&file()), text);
    let path = ["photos", "v1", "10000001", text, "cat.jpg"];
    arrives(request, None, Some("cat.jpg"), &path, Call::Stat);
    let videos = Videos::new(app(), user.clone()).signed_with(credentials());
    let request = build(&videos.delete(&file()), text);
    let path = ["videos", "v1", "10000001", text, "cat.jpg", "del"];
    arrives(request, None, Some("cat.jpg"), &path, Call::Delete);
}

fn downloads(text: &str, file_id: &FileId) {
    let place = format!("{BUCKET}-10000001");
    for (address, bucket, path) in [
        (bucket().photo(file_id), Some(BUCKET), vec![text]),
        (
            plain_v2().photo(file_id),
            Some(BUCKET),
            vec![&place, "0", text, "original"],
        ),
        (
            photos_v1().photo(file_id),
            None,
            vec!["10000001", "0", text, "original"],
        ),
    ] {
        let request = downloaded(&address, text).expect("a short address");
        assert_eq!(segments(request.uri().path()), path);
        let sign = wire::query(&request, "sign").expect("a signature");
        let expected = Expected {
            path,
            bucket,
            file_id: Some(text),
            call: Call::Download,
        };
        serves(&String::from_utf8(sign).expect("text"), &expected);
        same_address(&address, &request, text);
    }
}

fn downloaded(address: &PhotoAddress, text: &str) -> Option<Request<Payload>> {
    let stamp = sample::stamp(text.as_bytes());
    let request = address
        .download(ByteRange::ALL)
        .request(ByteRange::ALL, &stamp);
    let request = sendable(request)?;
    wire::announced(&request);
    Some(request)
}

/// What is downloaded lies at the address that is handed out.
fn same_address(address: &PhotoAddress, request: &Request<Payload>, text: &str) {
    let stamp = sample::stamp(text.as_bytes());
    let until = Expiry::after_seconds(3600);
    let signed = address.signed_url(until, &stamp).expect("credentials");
    assert_eq!(request.uri().to_string(), signed.expose());
    assert!(!format!("{signed:?}").contains("sign="));
    let public = address.public_url();
    assert!(signed.expose().starts_with(&public));
}

fn styles(text: &str) {
    for (address, separator) in [
        (bucket().photo(&file()), "cat.jpg!"),
        (plain_v2().photo(&file()), ""),
        (photos_v1().photo(&file()), ""),
    ] {
        let Ok(address) = address.style(text) else {
            return;
        };
        let request = downloaded(&address, text).expect("a short address");
        let path = segments(request.uri().path());
        assert_eq!(path.last(), Some(&format!("{separator}{text}")));
        same_address(&address, &request, text);
    }
}

/// A query of the caller's own stands before the signature and brings none with it.
fn processing(text: &str) {
    let mark = TextWatermark::new(text).font(text);
    for (processing, is_ours) in [
        (Processing::raw(text), false),
        (mark.build(), true),
        (ImageWatermark::new(text).build(), true),
        (TextWatermark::new("a").fill(text).build(), true),
        (Parameters::new().watermark(mark).build(), true),
    ] {
        let Ok(processing) = processing else { continue };
        let query = processing.query().to_owned();
        assert!(is_ours || query == text);
        assert_eq!(Processing::raw(&query), Ok(processing.clone()));
        let address = bucket().photo(&file()).processed(processing);
        let Some(request) = downloaded(&address, text) else {
            continue;
        };
        let found = request.uri().query().expect("a query");
        let (before, sign) = found.split_once("&sign=").expect("a signature");
        assert_eq!(before, query);
        assert!(!sign.contains(['&', ';', '=']), "{found}");
        for parameter in query.split(['&', ';']) {
            let name = parameter.split('=').next().unwrap_or_default();
            assert!(!wire::decode(name).eq_ignore_ascii_case(b"sign"), "{query}");
        }
        same_address(&address, &request, text);
    }
    let mark = TextWatermark::new(text);
    if let Ok(processing) = Parameters::new().watermark(mark).build() {
        let pairs = wire::pairs(processing.query());
        assert!(pairs.contains(&(b"ww".to_vec(), text.as_bytes().to_vec())));
    }
}
