//! What answers lead to: upload hosts, and addresses of videos.

use bytes::Bytes;
use http::Response;
use yunmei_core::{
    ByteRange, Download, Error, Operation, SignedUrl,
    error::InputError,
    vcloud::{
        Content, Dialect,
        upload_host::{PutObject, UploadAddress},
        vod::{FetchVideo, FileType},
    },
};

use crate::{
    answer::readable,
    sample::{
        self,
        vcloud::{imagex, service, vod},
    },
    wire,
};

pub(super) fn check(response: &Response<Bytes>) {
    for dialect in Dialect::ALL {
        let applied = vod(dialect).apply_upload("s", FileType::Video);
        if let Ok(applied) = applied.parse(response) {
            assert!(!applied.addresses().is_empty());
            applied.addresses().iter().for_each(upload_to);
        }
        if let Ok(address) = imagex(dialect).apply(&service(), 2).parse(response) {
            assert!(address.stores().len() >= 2);
            upload_to(&address);
        }
        if let Ok(played) = vod(dialect).play_info("v1").parse(response) {
            let urls = played.streams.into_iter();
            let urls = urls.flat_map(|stream| [stream.main_url, stream.backup_url]);
            urls.flatten().for_each(|url| fetch(url, response));
        }
    }
    if let Ok(url) = vod(Dialect::TtvCloud)
        .redirect_play("v1")
        .follow()
        .parse(response)
    {
        fetch(url, response);
    }
}

/// Whatever the service chose, the content goes where it said, with its permission.
fn upload_to(address: &UploadAddress) {
    assert!(!address.session_key().is_empty() && !address.hosts().is_empty());
    for store in address.stores() {
        for host in address.hosts() {
            let put = PutObject::new(address, store, host, Content::new(7, 0xab));
            let request = match put.request(&sample::stamp(b"put")) {
                Ok(request) => request,
                Err(error) => {
                    assert!(
                        matches!(error, Error::Input(InputError::AddressTooLong)),
                        "{error}"
                    );
                    continue;
                }
            };
            let authority = request
                .uri()
                .authority()
                .map(|authority| authority.as_str());
            assert_eq!(authority, Some(host.as_str()));
            let path = wire::vcloud::stored_at(&request, store.auth().expose());
            assert_eq!(path, store.uri().trim_start_matches('/'));
            assert_eq!(request.headers()["content-crc32"], "000000ab");
            assert_eq!(request.body().len(), 7);
        }
    }
}

/// An address that can be followed does not get our keys.
fn fetch(url: SignedUrl, response: &Response<Bytes>) {
    let Ok(fetch) = FetchVideo::new(url) else {
        return;
    };
    match fetch.request(ByteRange::ALL, &sample::stamp(b"fetch")) {
        Ok(request) => {
            assert!(matches!(request.uri().scheme_str(), Some("http" | "https")));
            assert!(!request.headers().contains_key("authorization"));
        }
        Err(error) => assert!(
            matches!(error, Error::Input(InputError::Address)),
            "{error}"
        ),
    }
    readable(&fetch.refusal(response), response);
}
