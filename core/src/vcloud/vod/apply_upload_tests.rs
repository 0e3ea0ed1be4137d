use super::*;
use crate::vcloud::{
    played::{answer, query, stamp, success},
    upload_host::tests::address_json,
    vod::tests::{successor, vod},
};

fn sent(apply: &ApplyUpload) -> String {
    query(&apply.request(&stamp()).expect("a request")).to_owned()
}

#[test]
fn each_dialect_applies_in_its_own_way() {
    let apply = vod().apply_upload("s", FileType::Object).file_size(7);
    assert_eq!(
        sent(&apply.session_key("k").number(2).object_name("a/b")),
        "Action=ApplyUpload&Version=2018-01-01&SpaceName=s&UploadHosts=1&FileType=object\
         &SessionKey=k&FileSize=7&UploadNum=2&TosKeys=a%2Fb"
    );
    let apply = successor().apply_upload("s", FileType::Video).file_size(7);
    assert_eq!(
        sent(&apply),
        "Action=ApplyUploadInfo&Version=2022-01-01&SpaceName=s&FileType=media&FileSize=7\
         &NeedFallback=true"
    );
    let whole = apply
        .object_name("a/b.mp4")
        .file_extension(".mp4")
        .storage_class(StorageClass::InfrequentAccess)
        .network_mode("internal")
        .data_centre("d")
        .preferred_host("h");
    assert!(
        sent(&whole).ends_with(
            "&FileSize=7&FileName=a%2Fb.mp4&NeedFallback=true&FileExtension=.mp4\
             &StorageClass=3&ClientNetWorkMode=internal&ClientIDCMode=d&UploadHostPrefer=h"
        ),
        "{}",
        sent(&whole)
    );
}

#[test]
fn what_the_service_has_no_place_for_is_refused() {
    for apply in [
        vod().apply_upload("", FileType::Video),
        vod().apply_upload("s", FileType::Video).number(0),
        vod().apply_upload("s", FileType::Video).object_name("a"),
        vod()
            .apply_upload("s", FileType::Video)
            .file_extension(".a"),
        successor().apply_upload("s", FileType::Video).number(2),
    ] {
        let refused = apply.request(&stamp());
        assert!(matches!(
            refused,
            Err(Error::Input(InputError::Parameter { .. }))
        ));
    }
}

#[test]
fn an_answer_without_hosts_or_with_too_few_stores_is_none_and_shows_no_permission() {
    let apply = vod().apply_upload("s", FileType::Video).number(2);
    for address in [
        address_json(&["a", "b"], &[], "{}"),
        address_json(&["a"], &["h"], "{}"),
    ] {
        let body = success(&format!(r#"{{"UploadAddress":{address}}}"#));
        let error = apply.parse(&answer(200, &body)).expect_err("unusable");
        let shown = format!("{error} {error:?}");
        assert!(matches!(error, Error::Response(_)), "{shown}");
        assert!(!shown.contains("permission-"), "{shown}");
        assert!(shown.contains("request id id"), "{shown}");
    }
}

#[test]
fn the_successor_names_candidates_or_one_address() {
    let parse = |data: String| {
        let body = success(&format!(r#"{{"Data":{data}}}"#));
        let applied = successor().apply_upload("s", FileType::Video);
        applied.parse(&answer(200, &body))
    };
    let address = |host| address_json(&["a"], &[host], "[]");
    let hosts = |applied: Applied| {
        let addresses = applied.addresses().iter();
        let hosts = addresses.map(|address| address.hosts()[0].as_str().to_owned());
        hosts.collect::<Vec<_>>()
    };
    let all = parse(format!(
        r#"{{"UploadAddress":{{}},"CandidateUploadAddresses":{{"MainUploadAddresses":[{}],
            "BackupUploadAddresses":[{}],"FallbackUploadAddresses":null}}}}"#,
        address("a"),
        address("b")
    ));
    assert_eq!(hosts(all.expect("addresses")), ["a", "b"]);
    let usable = parse(format!(
        r#"{{"UploadAddress":{},"CandidateUploadAddresses":{{"MainUploadAddresses":[{{}}],
            "BackupUploadAddresses":null,"FallbackUploadAddresses":[{{"UploadHosts":[]}},{}]}}}}"#,
        address("c"),
        address("f")
    ));
    assert_eq!(hosts(usable.expect("an address")), ["f"]);
    let many = vec![address("m"); 10_000].join(",");
    let many = parse(format!(
        r#"{{"CandidateUploadAddresses":{{"MainUploadAddresses":[{many}]}}}}"#
    ));
    assert_eq!(hosts(many.expect("addresses")).len(), CANDIDATE_LIMIT);
    let one = parse(format!(r#"{{"UploadAddress":{}}}"#, address("c")));
    assert_eq!(hosts(one.expect("an address")), ["c"]);
    assert!(matches!(parse("{}".into()), Err(Error::Response(_))));
}

#[test]
fn the_address_for_machines_of_the_services_own_stands_beside_the_one_address() {
    let parse = |vpc: &str| {
        let address = address_json(&["a"], &["h"], "[]");
        let body = success(&format!(
            r#"{{"Data":{{"UploadAddress":{address},"VpcTosUploadAddress":{vpc}}}}}"#
        ));
        let apply = successor().apply_upload("s", FileType::Video);
        apply.parse(&answer(200, &body)).expect("an address")
    };
    for none in [
        "null",
        "{}",
        r#"{"UploadMode":"","PutUrl":"https://b/a"}"#,
        r#"{"UploadMode":"other","PutUrl":"https://b/a"}"#,
        r#"{"UploadMode":"part"}"#,
    ] {
        assert!(parse(none).vpc().is_none(), "{none}");
    }
    let direct = parse(
        r#"{"UploadMode":"direct","PutUrl":"https://b/a?sign=canary",
            "PutUrlHeaders":{"X-Tos-Meta":"canary"}}"#,
    );
    let shown = format!("{direct:?}");
    assert!(!shown.contains("canary"), "{shown}");
    assert!(!direct.vpc().expect("an address").is_complete());
    let quick = parse(r#"{"UploadMode":"direct","QuickCompleteMode":"enable"}"#);
    assert!(quick.vpc().expect("an address").is_complete());
}
