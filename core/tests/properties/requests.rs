use http::Request;
use percent_encoding::percent_decode_str;
use proptest::prelude::*;
use yunmei_core::{
    ByteRange, Download, Operation, Payload, Stamp,
    cos::{
        Content, FolderPath,
        sign::Signature,
        slices::{FinishSlices, InitSlices, ListSlices, PutSlice},
    },
};
use yunmei_fixtures::materialise;

use crate::{bucket, content_of, file_paths, stamps, tries};

/// What a signature is bound to, and the path of the address.
fn signed_and_sent(request: &Request<Payload>) -> (String, String) {
    let header = &request.headers()["authorization"];
    let signature = Signature::decode(header.to_str().expect("text")).expect("well formed");
    let sent = request.uri().path().strip_prefix("/files/v2");
    (
        signature.file_id().to_owned(),
        sent.expect("the base path").to_owned(),
    )
}

fn request(operation: &impl Operation, stamp: &Stamp) -> Request<Payload> {
    operation.request(stamp).expect("a request")
}

proptest! {
    #![proptest_config(tries(64))]

    #[test]
    fn the_signed_path_is_the_sent_path(path in file_paths(), stamp in stamps()) {
        let (bucket, stamp) = (bucket(), &stamp);
        let content = content_of(b"x");
        let slices = (bucket.clone(), path.clone());
        let mut requests = vec![
            request(&bucket.upload(&path, &content), stamp),
            request(&bucket.stat(&path), stamp),
            request(&bucket.update(&path).biz_attr("x"), stamp),
            request(&bucket.delete(&path), stamp),
            request(&bucket.move_to(&path, path.clone()), stamp),
            request(&bucket.copy_to(&path, path.clone()), stamp),
            request(&InitSlices::new(slices.0.clone(), slices.1.clone(), content), stamp),
            request(&PutSlice::new(slices.0.clone(), slices.1.clone(), "s", 0..1, None), stamp),
            request(&ListSlices::new(slices.0.clone(), slices.1.clone()), stamp),
            request(&FinishSlices::new(slices.0, slices.1, "s", 1, None), stamp),
        ];
        let folder = FolderPath::with_any_characters(&format!("{path}/")).expect("a folder");
        requests.extend([
            request(&bucket.create_folder(&folder), stamp),
            request(&bucket.stat_folder(&folder), stamp),
            request(&bucket.update_folder(&folder, "x"), stamp),
            request(&bucket.delete_folder(&folder), stamp),
            request(&bucket.list(&folder), stamp),
        ]);
        // A prefix may break a rule that the path does not.
        let prefixed = bucket.list(&folder).prefix(path.name());
        requests.extend(prefixed.request(stamp));
        for request in &requests {
            let (signed, sent) = signed_and_sent(request);
            prop_assert_eq!(&signed, &sent);
            prop_assert!(sent.starts_with("/1250000000/examplebucket/"));
        }

        let range = ByteRange::ALL;
        let download = bucket.download(&path, range).request(range, stamp).expect("a request");
        let query = download.uri().query().expect("a query");
        let sign = query.strip_prefix("sign=").expect("a signature");
        let sign = percent_decode_str(sign).decode_utf8().expect("text");
        let signature = Signature::decode(&sign).expect("well formed");
        prop_assert_eq!(signature.file_id(), download.uri().path());
        prop_assert_eq!(download.uri().path(), path.encoded());
    }

    #[test]
    fn a_payload_is_as_long_as_its_parts_and_as_announced(
        path in file_paths(),
        stamp in stamps(),
        content in proptest::collection::vec(any::<u8>(), 0..300),
        text in any::<String>(),
        cut in any::<prop::sample::Index>(),
    ) {
        let bucket = bucket();
        let unchecked = Content::unchecked(content.len() as u64);
        let at = cut.index(content.len() + 1) as u64;
        let (range, sha) = (at..content.len() as u64, Some(text.clone()));
        let slice = PutSlice::new(bucket.clone(), path.clone(), &text, range, sha);
        let finish = FinishSlices::new(bucket.clone(), path.clone(), &text, at, None);
        let requests = [
            bucket.upload(&path, &content_of(&content)).biz_attr(&text).request(&stamp),
            bucket.upload(&path, &unchecked).request(&stamp),
            bucket.update(&path).biz_attr(&text).request(&stamp),
            bucket.copy_to(&path, path.clone()).request(&stamp),
            bucket.move_to(&path, path.clone()).request(&stamp),
            slice.request(&stamp),
            finish.request(&stamp),
        ];
        let mut checked = 0;
        for request in requests.into_iter().flatten() {
            let payload = request.body();
            let parts: u64 = payload.chunks().iter().map(yunmei_core::Chunk::len).sum();
            let bytes = materialise(payload, &[&content]).expect("ranges of the content");
            let announced = request.headers()["content-length"].to_str().expect("digits");
            prop_assert_eq!(payload.len(), parts);
            prop_assert_eq!(parts, bytes.len() as u64);
            prop_assert_eq!(announced, parts.to_string());
            prop_assert!(payload.chunks().iter().all(|chunk| chunk.len() > 0));
            checked += 1;
        }
        // All but perhaps those with an empty slice or a text beyond the limit.
        prop_assert!(checked >= 4, "{}", checked);
    }
}
