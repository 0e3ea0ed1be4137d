//! Answers of COS v4: the bytes are the body of one.

use bytes::Bytes;
use http::Response;
use serde_json::Value;
use yunmei_core::{
    ByteRange, Download, Error, Operation,
    cos::{
        Content, FolderPath,
        slices::{FinishSlices, InitSlices, ListSlices, PutSlice},
    },
};

use crate::{
    answer::{code, readable},
    sample,
};

/// A success is one, a refusal keeps its code, the rest is an error and no panic.
pub fn check(bytes: &[u8]) {
    let body = Bytes::copy_from_slice(bytes);
    let document = serde_json::from_slice(bytes).ok();
    let other = [302, 404, 503][sample::hash(bytes) as usize % 3];
    for status in [200, other] {
        let response = Response::builder()
            .status(status)
            .header(
                "x-cos-request-id",
                "NTlhNDBhNmZfY2JhMzNiMGFfMTUwMV80ZjI1YTA=",
            )
            .header("retry-after", "18446744073709551615")
            .body(body.clone())
            .expect("a response");
        for result in outcomes(&response) {
            match result {
                Ok(()) => succeeded(&response, document.as_ref()),
                Err(error) => failed(&error, &response, document.as_ref()),
            }
        }
        let refusal = sample::bucket()
            .download(&sample::file(), ByteRange::ALL)
            .refusal(&response);
        readable(&refusal, &response);
    }
    listing(&sample::answer(200, body));
}

/// What each operation makes of the response.
fn outcomes(response: &Response<Bytes>) -> Vec<Result<(), Error>> {
    fn of(operation: &impl Operation, response: &Response<Bytes>) -> Result<(), Error> {
        operation.parse(response).map(drop)
    }
    let (bucket, path, folder) = (sample::bucket(), sample::file(), sample::folder());
    let content = Content::unchecked(2_097_153);
    let (here, there) = (|| bucket.clone(), || path.clone());
    let init = InitSlices::new(here(), there(), content.clone());
    let put = PutSlice::new(here(), there(), "s", 0..1_048_576, None);
    let finish = FinishSlices::new(here(), there(), "s", 7, None);
    let list = ListSlices::new(here(), there());
    vec![
        of(&bucket.upload(&path, &content), response),
        of(&bucket.stat(&path), response),
        of(&bucket.update(&path), response),
        of(&bucket.delete(&path), response),
        of(&bucket.copy_to(&path, path.clone()), response),
        of(&bucket.move_to(&path, path.clone()), response),
        of(&bucket.create_folder(&folder), response),
        of(&bucket.stat_folder(&folder), response),
        of(&bucket.update_folder(&folder, ""), response),
        of(&bucket.delete_folder(&folder), response),
        of(&bucket.list(&folder), response),
        of(&init, response),
        of(&put, response),
        of(&finish, response),
        of(&list, response),
    ]
}

fn succeeded(response: &Response<Bytes>, document: Option<&Value>) {
    assert!(response.status().is_success());
    // Without one, there is something deep or huge where nobody looks.
    if let Some(document) = document {
        assert_eq!(code(document), Some(0));
    }
}

fn failed(error: &Error, response: &Response<Bytes>, document: Option<&Value>) {
    readable(error, response);
    if let (Some(refusal), Some(document)) = (error.service(), document) {
        assert_ne!(refusal.code(), 0);
        assert_eq!(Some(refusal.code()), code(document));
    }
}

/// A listing goes on from what it was given, or says why not.
fn listing(response: &Response<Bytes>) {
    let mut pager = sample::bucket().pages(&FolderPath::root());
    let Some(Ok(page)) = pager.next_page().map(|list| list.parse(response)) else {
        return;
    };
    let (is_last, context) = (page.is_last, page.context.clone());
    let accepted = pager.accept(page);
    assert_eq!(accepted.is_err(), !is_last && context.is_empty());
    match pager.next_page() {
        Some(list) => {
            assert!(!is_last);
            let stamp = sample::stamp(context.as_bytes());
            assert!(matches!(list.request(&stamp), Ok(_) | Err(Error::Input(_))));
        }
        None => assert!(is_last || accepted.is_err()),
    }
}
