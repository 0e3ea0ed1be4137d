use yunmei_core::{
    ByteRange, Download, Error, Nonce, Operation, Retry, Stamp, Timestamp, Token,
    download::{DownloadStep, Downloader},
    wanxiang::{
        AppId, Bucket, BucketName, Content, Credentials, Detector, DigestBuilder, Digests, Expiry,
        FileId, PhotosV1, Picture, UserId, Videos,
        sign::{DetectionSigner, Grant, Signature, Signer, UrlSigner, Use, Verifier},
        slices::PutSlice,
    },
};

use crate::print::{KEY, Print, answer};

const ANSWERS: [&str; 5] = [
    r#"{"code":0,"data":{"url":"u/cat","download_url":"d","fileid":"cat"}}"#,
    r#"{"code":0,"data":{"session":"s","offset":0,"slice_size":4,"result":0,"confidence":1}}"#,
    r#"{"code":-97,"message":"ERROR_SIGN"}"#,
    r#"{"result_list":[{"code":0,"url":"http://h/a","data":{"result":0,"confidence":1}}]}"#,
    "<html>no JSON</html>",
];

fn stamp() -> Stamp {
    Stamp::new(
        Timestamp::from_seconds(1_438_669_115),
        Nonce::from_bytes([7; 32]),
    )
}

fn app() -> AppId {
    AppId::new(10_000_001).expect("an appid")
}

fn name() -> BucketName {
    BucketName::new("examplebucket").expect("a name")
}

fn credentials() -> Credentials {
    Credentials::new("AKIDEXAMPLE", KEY).expect("credentials")
}

fn cat() -> FileId {
    FileId::new("cat").expect("an id")
}

fn digests() -> Digests {
    let mut digests = DigestBuilder::new();
    digests.update(b"picture");
    digests.finish()
}

fn token(grant: &Grant) -> Token {
    let signer = Signer::v2(app(), &name(), &UserId::default(), &credentials());
    signer.sign(grant, &stamp()).expect("a signature")
}

fn handed_out(grant: &Grant) -> Bucket {
    let bucket = Bucket::v2(app(), name());
    bucket.with_signature(token(grant)).expect("a signature")
}

#[test]
fn holders_of_secrets_do_not_print_them() {
    let mut print = Print::default();
    let until = Expiry::after_seconds(60);
    let token = token(&Grant::multi_use(until));
    print.signatures.insert(token.expose().to_owned());
    let url = "http://web.image.myqcloud.com/photos/v1/10000001/0";
    let signer = UrlSigner::new(&credentials());
    let signed = signer.app_sign(url, Use::Until(until), &stamp());
    print.debug(&(&signer, signed.expect("a signature")));
    print.debug(&DetectionSigner::new(app(), &name(), &credentials()));
    print.debug(&Verifier::new(&credentials()));
    print.debug(&Signature::decode(token.expose()).expect("a signature"));
    let bucket = Bucket::v2_enhanced(app(), name()).signed_with(credentials());
    let address = bucket.photo(&cat());
    let url = address.signed_url(until, &stamp()).expect("an address");
    let (_, value) = url.expose().split_once("sign=").expect("a signature");
    print.signatures.insert(value.to_owned());
    print.debug(&(
        &url,
        &address,
        &bucket,
        handed_out(&Grant::multi_use(until)),
    ));
    print.assert_clean();
}

#[test]
fn operations_flows_drivers_and_requests_do_not_print_them() {
    let mut print = Print::default();
    let content = Content::from(digests());
    let mut flows = |bucket: &Bucket| {
        print.flow(&bucket.upload(&cat(), &content), &ANSWERS, &stamp());
        print.flow(
            &bucket.put(Some(&cat()), content.clone()),
            &ANSWERS,
            &stamp(),
        );
        let slices = bucket.put_slices(Some(&cat()), digests());
        print.flow(
            &PutSlice::new(&slices.clone().into_open(), "s", 0..4),
            &ANSWERS,
            &stamp(),
        );
        print.flow(&slices, &ANSWERS, &stamp());
        print.flow(&bucket.stat(&cat()), &ANSWERS, &stamp());
    };
    flows(&Bucket::v2(app(), name()).signed_with(credentials()));
    flows(&handed_out(&Grant::multi_use(Expiry::after_seconds(60))));

    let once = handed_out(&Grant::single_use(&cat()));
    print.flow(&once.copy(&cat()), &ANSWERS, &stamp());
    print.flow(&once.delete(&cat()), &ANSWERS, &stamp());
    let photos = PhotosV1::new(app(), UserId::default()).signed_with(credentials());
    print.flow(&photos.delete(&cat()), &ANSWERS, &stamp());
    let videos = Videos::new(app(), UserId::default()).signed_with(credentials());
    print.flow(&videos.put(digests()), &ANSWERS, &stamp());
    print.flow(&videos.stat(&cat()), &ANSWERS, &stamp());
    print.flow(&videos.delete(&cat()), &ANSWERS, &stamp());
    let detector = Detector::new(app(), name()).signed_with(credentials());
    print.flow(&detector.detect_url("http://h/a"), &ANSWERS, &stamp());
    print.flow(
        &detector.detect_urls(vec!["http://h/a".into()]),
        &ANSWERS,
        &stamp(),
    );
    let pictures = vec![Picture::new("a.jpg", 7)];
    print.flow(&detector.detect_files(pictures), &ANSWERS, &stamp());
    print.assert_clean();
}

#[test]
fn downloads_do_not_print_them() {
    let mut print = Print::default();
    for bucket in [
        Bucket::v2_enhanced(app(), name()).signed_with(credentials()),
        handed_out(&Grant::multi_use(Expiry::after_seconds(60))),
    ] {
        let download = bucket.photo(&cat()).download(ByteRange::ALL);
        let mut downloader = Downloader::new(download.clone(), Retry::default());
        let step = downloader.poll(&stamp());
        print.debug(&step);
        if let DownloadStep::Send(request) = step {
            print.request(&request);
        }
        let response = answer(403, ANSWERS[2]);
        print.error(&download.refusal(&response));
        downloader.refused(&response);
        print.debug(&downloader);
    }
    print.assert_clean();
}

/// A service that repeats the signature in its answer.
#[test]
fn errors_do_not_print_them() {
    let mut print = Print::default();
    let bucket = Bucket::v2(app(), name()).signed_with(credentials());
    let request = bucket.stat(&cat()).request(&stamp()).expect("a request");
    print.request(&request);
    let value = request.headers()["authorization"].to_str().expect("text");
    let body = format!(r#"{{"code":-97,"message":"bad: {value}"}}"#);
    for body in [body, format!("<html>{value}")] {
        let error = bucket.stat(&cat()).parse(&answer(400, body.leak()));
        print.error(&error.expect_err("refused"));
    }
    let token = Token::new(format!("{KEY}\r\n"));
    let refused = Bucket::v2(app(), name()).with_signature(token);
    print.error(&Error::from(refused.expect_err("no header")));
    print.assert_clean();
}
