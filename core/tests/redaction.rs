//! A recognisable secret goes through the whole library, and none of it comes out in print.

use std::{collections::BTreeSet, fmt::Debug, time::Duration};

use base64::{Engine, prelude::BASE64_STANDARD};
use bytes::Bytes;
use http::{Request, Response};
use percent_encoding::percent_decode_str;
use yunmei_core::{
    ByteRange, Download, Driver, Endpoint, Error, Flow, Nonce, Operation, Payload, Retry, Secret,
    SignedUrl, Stamp, Step, Timestamp, Token,
    cos::{
        Access, AppId, Bucket, BucketName, Content, Credentials, CustomHeaders, Expiry, FilePath,
        FolderPath, Region, SignaturePlace,
        sign::{Grant, Signature, Signer},
        slices::{FinishSlices, InitSlices, ListSlices, Manifest, PutSlice},
    },
    describe,
    download::{DownloadStep, Downloader},
    error::{InputError, LocalError, TransportError},
};

/// No eight of its characters in a row occur anywhere by chance.
const KEY: &str = "Cq7ZkWv2YhT9xLmB4nRfJ8sDgP3uAe6X";

/// What the programs of the callers would have printed, and what must not be in it.
#[derive(Default)]
struct Print {
    texts: BTreeSet<String>,
    signatures: BTreeSet<String>,
}

impl Print {
    fn text(&mut self, text: impl Into<String>) {
        self.texts.insert(text.into());
    }

    fn debug(&mut self, shown: &impl Debug) {
        self.text(format!("{shown:?}"));
        self.text(format!("{shown:#?}"));
    }

    fn error(&mut self, error: &Error) {
        self.debug(error);
        self.text(format!("{error} {error:#}"));
        let mut source = std::error::Error::source(error);
        while let Some(inner) = source {
            self.text(format!("{inner} {inner:?}"));
            source = inner.source();
        }
    }

    /// Takes the signature down, and shows the request in the ways that are meant for it.
    fn request(&mut self, request: &Request<Payload>) {
        let header = request.headers().get("authorization");
        let query = request.uri().query().unwrap_or_default();
        let parameter = query.split('&').find_map(|pair| pair.strip_prefix("sign="));
        match (header, parameter) {
            (Some(value), None) => {
                let value = value.to_str().expect("text");
                self.signatures.insert(value.to_owned());
                // Marked sensitive, so that even this hides it.
                self.debug(request);
            }
            (None, Some(value)) => {
                let decoded = percent_decode_str(value).decode_utf8().expect("text");
                self.signatures
                    .extend([value.to_owned(), decoded.into_owned()]);
            }
            _ => panic!("no signature, or two"),
        }
        self.text(describe(request));
    }

    /// Shows a flow, its driver and its steps: before, with a request out, and after each of the
    /// answers.
    fn flow<F: Flow<Output: Debug> + Clone + Debug>(&mut self, flow: &F) {
        self.debug(flow);
        for body in ANSWERS {
            let mut driver = Driver::new(flow.clone(), Retry::default());
            let step = driver.poll(&stamp());
            self.debug(&step);
            if let Step::Send(request) = step {
                self.request(&request);
            }
            driver.handle(Ok(answer(200, body)));
            self.debug(&driver);
            self.debug(&driver.poll(&stamp()));
        }
    }

    /// Looks for any eight characters in a row of anything private.
    fn assert_clean(&self) {
        let mut private = self.signatures.clone();
        private.extend([KEY.to_owned(), hex(KEY.as_bytes())]);
        // Base64 of a text depends on where in a group of three it begins.
        private.extend((0..3).map(|at| BASE64_STANDARD.encode(&KEY[at..])));
        for signature in &self.signatures {
            if let Ok(raw) = BASE64_STANDARD.decode(signature) {
                private.insert(hex(&raw[..20]));
                let bytes = format!("{:?}", &raw[..20]);
                assert!(self.texts.iter().all(|text| !text.contains(&bytes)));
            }
        }
        let windows: BTreeSet<&[u8]> = (private.iter())
            .flat_map(|secret| secret.as_bytes().windows(8))
            .collect();
        for text in &self.texts {
            let leak = text
                .as_bytes()
                .windows(8)
                .find(|window| windows.contains(window));
            assert_eq!(leak.map(String::from_utf8_lossy), None, "{text}");
        }
    }
}

const ANSWERS: [&str; 4] = [
    r#"{"code":0,"data":{"access_url":"a","source_url":"s","resource_path":"r",
        "filesize":1,"ctime":1,"mtime":1,"infos":[],"listover":true,
        "offset":0,"session":"00","slice_size":1048576}}"#,
    r#"{"code":0,"data":{"session":"00","slice_size":1048576,
        "offset":0,"filesize":150,"listparts":[]}}"#,
    r#"{"code":-4019,"message":"_ERROR_FILE_NOT_FINISH_UPLOAD"}"#,
    "<html>no JSON</html>",
];

fn answer(status: u16, body: &'static str) -> Response<Bytes> {
    Response::builder()
        .status(status)
        .body(Bytes::from_static(body.as_bytes()))
        .expect("a response")
}

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

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

#[test]
fn a_planted_secret_would_be_found() {
    let found = |text: &str| {
        let mut print = Print::default();
        print.text(text);
        std::panic::catch_unwind(|| print.assert_clean()).is_err()
    };
    assert!(!found("nothing"));
    assert!(found(&KEY[20..28]));
    assert!(found(&BASE64_STANDARD.encode(format!("ab{KEY}"))));
    assert!(found(&hex(KEY.as_bytes())));
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
        print.flow(&bucket.upload(&file, &content).biz_attr("x"));
        print.flow(&bucket.put(&file, content.clone()));
        print.flow(
            &bucket
                .put_slices(&file, content.clone())
                .replace_unfinished(),
        );
        print.flow(&bucket.stat(&file));
        let headers = CustomHeaders::new().meta("owner", "x");
        print.flow(
            &bucket
                .update(&file)
                .access(Access::Private)
                .custom_headers(headers),
        );
        print.flow(&bucket.delete(&file));
        print.flow(&bucket.move_to(&file, file.clone()));
        print.flow(&bucket.copy_to(&file, file.clone()));
        print.flow(&bucket.create_folder(&folder));
        print.flow(&bucket.stat_folder(&folder));
        print.flow(&bucket.update_folder(&folder, "x"));
        print.flow(&bucket.delete_folder(&folder));
        print.flow(&bucket.list(&folder));
        print.flow(&InitSlices::new(bucket.clone(), file.clone(), content));
        print.flow(&PutSlice::new(
            bucket.clone(),
            file.clone(),
            "00",
            0..14,
            None,
        ));
        print.flow(&ListSlices::new(bucket.clone(), file.clone()));
        print.flow(&FinishSlices::new(
            bucket.clone(),
            file.clone(),
            "00",
            14,
            None,
        ));
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
