use bytes::Bytes;
use http::Response;
use proptest::prelude::*;
use serde_json::{Value, json};
use yunmei_core::{
    ByteRange, Download, Error, Operation,
    wanxiang::{
        Detected, Detector, DigestBuilder, Digests, FileId, Picture, UserId, Videos,
        slices::PutSlice,
    },
};

use crate::{
    answers::{assert_judged_by_status, values},
    responses, tries,
    wanxiang_names::{app, bucket, bucket_name, credentials},
};

pub(crate) fn digests(content: &[u8]) -> Digests {
    let mut digests = DigestBuilder::new();
    digests.update(content);
    digests.finish()
}

pub(crate) fn videos() -> Videos {
    Videos::new(app(), UserId::default()).signed_with(credentials())
}

/// What every operation makes of an answer.
fn parse_by_all(response: &Response<Bytes>) -> Vec<Result<(), Error>> {
    let (bucket, videos, content) = (bucket(), videos(), digests(b"contents"));
    let id = FileId::new("cat").expect("an id");
    fn read<O: Operation>(operation: O, response: &Response<Bytes>) -> Result<(), Error> {
        operation.parse(response).map(drop)
    }
    let photo = bucket.put_slices(Some(&id), content.clone()).into_open();
    let video = videos.put_slices(content.clone()).into_open();
    let detector = Detector::new(app(), bucket_name()).signed_with(credentials());
    vec![
        read(bucket.upload(&id, &content.clone().into()), response),
        read(bucket.upload_new(&content.clone().into()), response),
        read(bucket.stat(&id), response),
        read(bucket.copy(&id), response),
        read(bucket.delete(&id), response),
        read(PutSlice::new(&photo, "s", 0..4), response),
        read(PutSlice::new(&video, "s", 0..4), response),
        read(photo, response),
        read(video, response),
        read(videos.upload(&content), response),
        read(videos.stat(&id), response),
        read(videos.delete(&id), response),
        read(detector.detect_url("http://h/a"), response),
        several(
            &detector.detect_urls(vec!["a".into(), "b".into()]),
            response,
        ),
        several(&detector.detect_files(vec![Picture::new("a", 1)]), response),
        Err(bucket.photo(&id).download(ByteRange::ALL).refusal(response)),
    ]
}

/// The errors of single pictures are judged like those of whole answers.
fn several(
    detect: &impl Operation<Output = Vec<Detected>>,
    response: &Response<Bytes>,
) -> Result<(), Error> {
    let detected = detect.parse(response)?;
    detected
        .into_iter()
        .try_for_each(|one| one.verdict.map(drop))
}

fn names() -> Vec<&'static str> {
    vec![
        "code",
        "message",
        "data",
        "url",
        "download_url",
        "fileid",
        "info",
        "0",
        "width",
        "height",
        "is_fuzzy",
        "is_food",
        "session",
        "offset",
        "slice_size",
        "file_url",
        "file_fileid",
        "file_upload_time",
        "file_size",
        "file_md5",
        "photo_width",
        "photo_height",
        "file_sha",
        "video_status",
        "video_play_time",
        "cover_url",
        "result_list",
        "filename",
        "result",
        "confidence",
        "porn_score",
        "forbid_status",
    ]
}

/// What detection answers for several pictures.
fn lists() -> impl Strategy<Value = Value> {
    let name = || prop_oneof![Just("a"), Just("b"), Just("c")];
    let entry = (name(), prop_oneof![Just(0), any::<i64>()], values(names())).prop_map(
        |(name, code, data)| json!({"url": name, "filename": name, "code": code, "data": data}),
    );
    proptest::collection::vec(entry, 0..4).prop_map(|list| json!({ "result_list": list }))
}

proptest! {
    #![proptest_config(tries(64))]

    #[test]
    fn no_bytes_make_an_operation_panic(
        response in responses(proptest::collection::vec(any::<u8>(), 0..2048)),
        number in prop::option::of(any::<i64>()),
    ) {
        let mut response = response;
        if let Some(number) = number {
            response.headers_mut().insert("x-errno", number.into());
        }
        assert_judged_by_status(&response, parse_by_all(&response))?;
    }

    #[test]
    fn no_json_makes_an_operation_panic(
        response in responses(values(names()).prop_map(|value| value.to_string().into_bytes())),
    ) {
        assert_judged_by_status(&response, parse_by_all(&response))?;
    }

    #[test]
    fn no_envelope_makes_an_operation_panic(
        code in prop_oneof![2 => Just(0), 1 => any::<i64>(), 1 => -6000..110_i64],
        data in values(names()),
        status in prop_oneof![Just(200), 100..1000_u16],
    ) {
        let body = json!({"code": code, "message": "x", "data": data}).to_string();
        let response = Response::builder().status(status).body(body.into()).expect("a response");
        assert_judged_by_status(&response, parse_by_all(&response))?;
    }

    #[test]
    fn no_list_of_results_makes_an_operation_panic(
        response in responses(lists().prop_map(|value| value.to_string().into_bytes())),
    ) {
        assert_judged_by_status(&response, parse_by_all(&response))?;
    }
}
