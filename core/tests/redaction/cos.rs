use std::time::Duration;

use yunmei_core::{
    ByteRange, Download, Endpoint, Error, Nonce, Operation, Retry, Secret, SignedUrl, Stamp,
    Timestamp, Token,
    cos::{
        Access, AppId, Bucket, BucketName, Content, Credentials, CustomHeaders, Expiry, FilePath,
        FolderPath, Region, SignaturePlace,
        sign::{Grant, Signature, Signer},
        slices::{FinishSlices, InitSlices, ListSlices, Manifest, PutSlice},
    },
    download::{DownloadStep, Downloader},
    error::{InputError, LocalError, TransportError},
};

use crate::print::{KEY, Print, answer};

const ANSWERS: [&str; 4] = [
    r#"{"code":0,"data":{"access_url":"a","source_url":"s","resource_path":"r",
        "filesize":1,"ctime":1,"mtime":1,"infos":[],"listover":true,
        "offset":0,"session":"00","slice_size":1048576}}"#,
    r#"{"code":0,"data":{"session":"00","slice_size":1048576,
        "offset":0,"filesize":150,"listparts":[]}}"#,
    r#"{"code":-4019,"message":"_ERROR_FILE_NOT_FINISH_UPLOAD"}"#,
    "<html>no JSON</html>",
];

fn stamp() -> Stamp {
    Stamp::new(
        Timestamp::from_seconds(1_503_987_233),
        Nonce::from_bytes([7; 32]),
    )
}

fn app() -> AppId {
    AppId::new(1_250_000_000).expect("an appid")
}

fn name() -> BucketName {
    BucketName::new("examplebucket").expect("a name")
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", KEY).expect("credentials")
}

fn unsigned() -> Bucket {
    Bucket::new(app(), name(), Region::new("sh").expect("a region"))
}

/// Everybody who may hold the key, or a signature made with it.
fn buckets() -> [Bucket; 4] {
    let signer = Signer::new(app(), &name(), &credentials());
    let grant = Grant::multi_use(&file(), Expiry::after_seconds(60));
    let token = signer.sign(&grant, &stamp()).expect("a signature");
    let signed = unsigned().signed_with(credentials());
    let handed_out = unsigned().with_signature(token).expect("a signature");
    [
        signed.clone(),
        signed.signature_in(SignaturePlace::Query),
        handed_out.clone(),
        handed_out.signature_in(SignaturePlace::Query),
    ]
}

fn file() -> FilePath {
    FilePath::new("/photos/cat.jpg").expect("a path")
}

fn folder() -> FolderPath {
    FolderPath::new("/photos/").expect("a path")
}

fn content() -> Content {
    let mut manifest = Manifest::builder();
    manifest.update(b"hello, cos v4\n");
    manifest.finish().into()
}

#[test]
fn holders_of_secrets_do_not_print_them() {
    let mut print = Print::default();
    let signer = Signer::new(app(), &name(), &credentials());
    let grant = Grant::download(&file(), Expiry::after_seconds(60));
    let token = signer.sign(&grant, &stamp()).expect("a signature");
    print.signatures.insert(token.expose().to_owned());
    let decoded = Signature::decode(token.expose()).expect("a signature");
    print.debug(&(
        Secret::new(KEY),
        &token,
        Token::new(KEY),
        &credentials(),
        &signer,
        &grant,
    ));
    print.debug(&decoded);
    print.debug(&SignedUrl::new(format!("https://host/path?sign={KEY}")));
    for bucket in buckets() {
        print.debug(&bucket);
        // Only who holds the key can sign an address.
        let url = bucket.signed_url(&file(), Expiry::after_seconds(60), &stamp());
        print.debug(&url);
        let Ok(url) = url else { continue };
        let (_, value) = url.expose().split_once("sign=").expect("a signature");
        print.signatures.insert(value.to_owned());
    }
    assert!(print.signatures.len() > 1);
    print.assert_clean();
}

#[test]
fn operations_flows_drivers_and_requests_do_not_print_them() {
    for bucket in buckets() {
        let mut print = Print::default();
        let (file, folder, content) = (file(), folder(), content());
        print.flow(
            &bucket.upload(&file, &content).biz_attr("x"),
            &ANSWERS,
            &stamp(),
        );
        print.flow(&bucket.put(&file, content.clone()), &ANSWERS, &stamp());
        print.flow(
            &bucket
                .put_slices(&file, content.clone())
                .replace_unfinished(),
            &ANSWERS,
            &stamp(),
        );
        print.flow(&bucket.stat(&file), &ANSWERS, &stamp());
        let headers = CustomHeaders::new().meta("owner", "x");
        print.flow(
            &bucket
                .update(&file)
                .access(Access::Private)
                .custom_headers(headers),
            &ANSWERS,
            &stamp(),
        );
        print.flow(&bucket.delete(&file), &ANSWERS, &stamp());
        print.flow(&bucket.move_to(&file, file.clone()), &ANSWERS, &stamp());
        print.flow(&bucket.copy_to(&file, file.clone()), &ANSWERS, &stamp());
        print.flow(&bucket.create_folder(&folder), &ANSWERS, &stamp());
        print.flow(&bucket.stat_folder(&folder), &ANSWERS, &stamp());
        print.flow(&bucket.update_folder(&folder, "x"), &ANSWERS, &stamp());
        print.flow(&bucket.delete_folder(&folder), &ANSWERS, &stamp());
        print.flow(&bucket.list(&folder), &ANSWERS, &stamp());
        print.flow(
            &InitSlices::new(bucket.clone(), file.clone(), content),
            &ANSWERS,
            &stamp(),
        );
        print.flow(
            &PutSlice::new(bucket.clone(), file.clone(), "00", 0..14, None),
            &ANSWERS,
            &stamp(),
        );
        print.flow(
            &ListSlices::new(bucket.clone(), file.clone()),
            &ANSWERS,
            &stamp(),
        );
        print.flow(
            &FinishSlices::new(bucket.clone(), file.clone(), "00", 14, None),
            &ANSWERS,
            &stamp(),
        );
        print.debug(&bucket.pages(&folder));
        print.assert_clean();
    }
}

#[test]
fn downloads_do_not_print_them() {
    for bucket in buckets() {
        let mut print = Print::default();
        let download = bucket.download(&file(), ByteRange::ALL);
        for status in [200, 206, 302, 403] {
            let mut downloader = Downloader::new(download.clone(), Retry::default());
            let step = downloader.poll(&stamp());
            print.debug(&step);
            if let DownloadStep::Send(request) = step {
                print.request(&request);
            }
            let response = answer(status, ANSWERS[3]);
            downloader.head(&response.clone().into_parts().0);
            print.debug(&downloader);
            print.error(&download.refusal(&response));
            downloader.refused(&response);
            print.debug(&downloader.poll(&stamp()));
        }
        print.assert_clean();
    }
}

#[test]
fn errors_do_not_print_them() {
    let mut print = Print::default();
    let input = |error: InputError| Error::from(error);
    // A secret where none belongs.
    print.error(&input(Credentials::new("", KEY).expect_err("no id")));
    print.error(&input(
        Credentials::new(format!("&{KEY}"), KEY).expect_err("no id"),
    ));
    print.error(&input(
        Endpoint::parse(&format!("https://user:{KEY}@host")).expect_err("a user"),
    ));
    print.error(&input(Region::new(KEY).expect_err("no region")));
    print.error(&input(BucketName::new(KEY).expect_err("no name")));
    print.error(&input(KEY.parse::<AppId>().expect_err("no number")));
    let token = Token::new(format!("{KEY}\r\n"));
    print.error(&input(
        unsigned().with_signature(token).expect_err("no header"),
    ));
    print.error(&FilePath::new(KEY).expect_err("no path").into());

    for bucket in buckets() {
        let stat = bucket.stat(&file());
        for status in [200, 302, 404, 503] {
            for body in ANSWERS {
                stat.parse(&answer(status, body))
                    .err()
                    .iter()
                    .for_each(|error| print.error(error));
            }
        }
        let long = FilePath::new(&format!("/{}", "图".repeat(280))).expect("a path");
        let results = [
            bucket.stat(&long).request(&stamp()).err(),
            bucket.update(&file()).request(&stamp()).err(),
            bucket
                .signature_lifetime(Duration::from_secs(u64::MAX))
                .delete_folder(&FolderPath::root())
                .request(&stamp())
                .err(),
        ];
        results
            .iter()
            .flatten()
            .for_each(|error| print.error(error));
    }
    print.error(&TransportError::unknown("reset").timed_out().into());
    print.error(&TransportError::not_sent("refused").into());
    print.error(&LocalError::Read(std::io::Error::other("gone")).into());
    assert!(print.texts.iter().any(|text| text.contains("not sent")));
    print.assert_clean();
}
