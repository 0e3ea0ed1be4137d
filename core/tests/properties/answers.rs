use bytes::Bytes;
use http::Response;
use proptest::prelude::*;
use yunmei_core::{
    ByteRange, Download, Error, Operation,
    cos::{
        FolderPath,
        slices::{FinishSlices, InitSlices, ListSlices, PutSlice},
    },
};

use crate::{bucket, content_of, file, responses, tries};

/// What every operation makes of an answer.
fn parse_by_all(response: &Response<Bytes>) -> Vec<Result<(), Error>> {
    let (bucket, path) = (bucket(), file());
    let folder = FolderPath::new("/a/").expect("a path");
    let content = content_of(b"hello, cos v4\n");
    fn read<O: Operation>(operation: O, response: &Response<Bytes>) -> Result<(), Error> {
        operation.parse(response).map(drop)
    }
    vec![
        read(bucket.upload(&path, &content), response),
        read(bucket.stat(&path), response),
        read(bucket.update(&path), response),
        read(bucket.delete(&path), response),
        read(bucket.move_to(&path, path.clone()), response),
        read(bucket.copy_to(&path, path.clone()), response),
        read(bucket.create_folder(&folder), response),
        read(bucket.stat_folder(&folder), response),
        read(bucket.update_folder(&folder, ""), response),
        read(bucket.delete_folder(&folder), response),
        read(bucket.list(&folder), response),
        read(
            InitSlices::new(bucket.clone(), path.clone(), content),
            response,
        ),
        read(
            PutSlice::new(bucket.clone(), path.clone(), "s", 0..14, None),
            response,
        ),
        read(ListSlices::new(bucket.clone(), path.clone()), response),
        read(
            FinishSlices::new(bucket.clone(), path.clone(), "s", 14, None),
            response,
        ),
        Err(bucket.download(&path, ByteRange::ALL).refusal(response)),
    ]
}

/// The same, and a success comes under a success status.
pub(crate) fn assert_judged_by_status(
    response: &Response<Bytes>,
    results: Vec<Result<(), Error>>,
) -> Result<(), TestCaseError> {
    let good = response.status().is_success();
    prop_assert!(good || results.iter().all(Result::is_err));
    assert_judged(response, results)
}

/// Whatever the answer was, it is a success, or an error that can be shown and judged.
pub(crate) fn assert_judged(
    response: &Response<Bytes>,
    results: Vec<Result<(), Error>>,
) -> Result<(), TestCaseError> {
    for result in results {
        match result {
            Ok(()) => {}
            Err(error @ (Error::Service(_) | Error::Response(_))) => {
                let shown = error.to_string();
                prop_assert!(!shown.chars().any(char::is_control), "{:?}", shown);
                prop_assert!(shown.len() < 8192, "{} bytes", shown.len());
                prop_assert_eq!(error.status(), Some(response.status()));
                let _ = (error.is_retryable(), error.is_in_doubt());
            }
            Err(error) => prop_assert!(false, "{:?}", error),
        }
    }
    Ok(())
}

fn judge(response: &Response<Bytes>) -> Result<(), TestCaseError> {
    assert_judged_by_status(response, parse_by_all(response))
}

/// The names that the service uses.
fn names() -> Vec<&'static str> {
    vec![
        "access_url",
        "source_url",
        "resource_path",
        "url",
        "vid",
        "preview_url",
        "filesize",
        "filelen",
        "slicesize",
        "sha",
        "ctime",
        "mtime",
        "biz_attr",
        "authority",
        "custom_headers",
        "forbid",
        "infos",
        "context",
        "listover",
        "name",
        "session",
        "slice_size",
        "serial_upload",
        "offset",
        "datalen",
        "datamd5",
        "listparts",
        "code",
        "message",
        "request_id",
        "data",
        "errorcode",
        "errormsg",
    ]
}

/// Values of all JSON types, often with these names.
pub(crate) fn values(names: Vec<&'static str>) -> impl Strategy<Value = serde_json::Value> {
    let names = prop::sample::select(names);
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<u64>().prop_map(Into::into),
        any::<f64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
        any::<u32>().prop_map(|number| number.to_string().into()),
    ];
    leaf.prop_recursive(3, 24, 8, move |inner| {
        let name = prop_oneof![names.clone().prop_map(str::to_owned), any::<String>()];
        prop_oneof![
            proptest::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            proptest::collection::btree_map(name, inner, 0..12)
                .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
        ]
    })
}

proptest! {
    #![proptest_config(tries(96))]

    #[test]
    fn no_bytes_make_an_operation_panic(
        response in responses(proptest::collection::vec(any::<u8>(), 0..2048)),
    ) {
        judge(&response)?;
    }

    #[test]
    fn no_json_makes_an_operation_panic(
        response in responses(values(names()).prop_map(|value| value.to_string().into_bytes())),
    ) {
        judge(&response)?;
    }

    #[test]
    fn no_envelope_makes_an_operation_panic(
        code in prop_oneof![Just(0), any::<i64>(), -50_000..0_i64],
        message in any::<String>(),
        data in values(names()),
        cut in prop::option::of(any::<prop::sample::Index>()),
        status in prop_oneof![Just(200), 100..1000_u16],
    ) {
        let envelope = serde_json::json!({"code": code, "message": message, "data": data});
        let mut body = envelope.to_string().into_bytes();
        if let Some(cut) = cut {
            body.truncate(cut.index(body.len()));
        }
        let response = Response::builder().status(status).body(body.into()).expect("a response");
        judge(&response)?;
    }
}
