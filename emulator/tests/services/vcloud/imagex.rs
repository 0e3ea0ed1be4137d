//! Pictures of ImageX that are uploaded.

use std::{collections::BTreeSet, time::Duration};

use crate::support::{
    desk::{Desk, SERVICE, content, parameters, read, refused, service},
    fangtang::{file, grey},
    pictures::{VERSION, call, get, png, post, upload, uploaded},
    raw_call::{NEW, OLD, RawCall},
};
use image::ImageFormat;
use serde_json::{Value, json};
use yunmei_core::{
    Error,
    vcloud::{
        Dialect, Region, Scheme,
        imagex::{ImageX, NewImage, ServiceId},
    },
};

const BOTH: [Dialect; 2] = [Dialect::TtvCloud, Dialect::Volcengine];

/// The session, and what may be uploaded in it: names and leaves.
fn applied(desk: &Desk, pairs: &[(&'static str, &str)]) -> (String, Vec<(String, String)>) {
    let answer = get(desk, "ApplyImageUpload", pairs).expect("applied");
    let address = &answer["UploadAddress"];
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    let stores = address["StoreInfos"].as_array().expect("stores").iter();
    let stores = stores.map(|store| (text(&store["StoreUri"]), text(&store["Auth"])));
    assert_eq!(
        address["UploadHosts"],
        json!([desk.bed.emulator.address().to_string()])
    );
    (text(&address["SessionKey"]), stores.collect())
}

fn put(desk: &Desk, store: &(String, String), bytes: &[u8]) {
    let host = desk.bed.emulator.address().to_string();
    let headers = [
        ("host", host.as_str()),
        ("authorization", &store.1),
        ("content-crc32", "Ignore"),
    ];
    let path = format!("/{}", store.0);
    let stored = desk.bed.anywhere("PUT", &path, &headers, bytes);
    assert_eq!(crate::support::json(&stored)["success"], 0);
}

#[test]
fn two_pictures_are_uploaded_under_their_names_and_read() {
    let pictures = [png(31, 17), file(&grey(64, 48), ImageFormat::Jpeg)];
    for dialect in BOTH {
        let desk = Desk::new();
        let images = [
            NewImage::new(content(&pictures[0]))
                .key("图/一 b&c.png")
                .file_name("原.png"),
            NewImage::new(content(&pictures[1])).key("b.jpg"),
        ];
        let upload = desk.imagex(dialect).upload(&service(), images);
        let both: Vec<&[u8]> = pictures.iter().map(Vec::as_slice).collect();
        let committed = desk.flow(upload, &both).expect("uploaded");
        let uris: Vec<_> = committed
            .images
            .iter()
            .map(|image| image.uri.clone())
            .collect();
        assert!(uris[0].starts_with("tos-cn-i-") && uris[0].ends_with("/图/一 b&c.png"));
        let meta: Vec<_> = (committed.metas.iter())
            .map(|meta| (meta.width, meta.height, meta.format.as_str(), meta.size))
            .collect();
        let sizes = pictures.each_ref().map(|bytes| bytes.len() as u64);
        assert_eq!(
            meta,
            [
                (Some(31), Some(17), "png", Some(sizes[0])),
                (Some(64), Some(48), "jpeg", Some(sizes[1])),
            ]
        );
        let stat = desk.run(&desk.imagex(dialect).stat(&service(), &uris[1]));
        let stat = stat.expect("attributes");
        assert_eq!(stat.size, Some(sizes[1]));
        assert_eq!(stat.modified, "2017-08-29 06:13:53");
        let preview = desk.run(&desk.imagex(dialect).preview(&service(), &uris[0]));
        let preview = preview.expect("a preview");
        assert_eq!((preview.width, preview.height), (Some(31), Some(17)));
        assert_eq!((preview.frames, preview.duration), (Some(1), Some(0)));
        assert_eq!(preview.file_name.as_deref(), Some("原.png"));
        let shown = desk.get(&preview.url.expect("an address"));
        assert_eq!(shown.body(), &pictures[0]);
        assert_eq!(shown.headers()["content-type"], "image/png");
    }
}

#[test]
fn names_are_made_up_where_none_are_given() {
    let desk = Desk::new();
    let (_, stores) = applied(&desk, &[("UploadNum", "10")]);
    let names: BTreeSet<_> = stores.iter().map(|(uri, _)| uri).collect();
    assert_eq!(names.len(), 10);
    let (_, below) = applied(&desk, &[("Prefix", "a/b/"), ("FileExtension", ".png")]);
    let name = below[0].0.split_once('/').expect("a name").1;
    assert!(name.starts_with("a/b/") && name.ends_with(".png"), "{name}");
}

#[test]
fn what_cannot_be_applied_for_is_refused() {
    let desk = Desk::new();
    for (pairs, name) in [
        (&[("UploadNum", "0")][..], "UploadNum"),
        (&[("UploadNum", "11")], "UploadNum"),
        (&[("UploadNum", "2"), ("StoreKeys", "a")], "StoreKeys"),
        (&[("StoreKeys", "a"), ("StoreKeys", "b")], "StoreKeys"),
        (
            &[("UploadNum", "2"), ("StoreKeys", "a"), ("StoreKeys", "a")],
            "StoreKeys",
        ),
        (&[("StoreKeys", "../a")], "StoreKeys"),
        (&[("StoreKeys", "")], "StoreKeys"),
        (&[("Prefix", "/a")], "Prefix"),
        (&[("FileExtension", "png")], "FileExtension"),
    ] {
        let answer = get(&desk, "ApplyImageUpload", pairs);
        let code = format!("InvalidParameter.{name}");
        assert_eq!(answer, Err(refused(400, Some(600_003), &code)), "{pairs:?}");
    }
    let handle = desk.imagex(Dialect::TtvCloud);
    for (pairs, refusal) in [
        (
            &[][..],
            refused(400, Some(600_008), "MissingParameter.ServiceId"),
        ),
        (
            &[("ServiceId", "another")],
            refused(404, Some(601_002), "ResourceNotFound.ServiceId"),
        ),
    ] {
        let call = handle
            .call("ApplyImageUpload", VERSION)
            .parameters(&parameters(pairs));
        assert_eq!(desk.call(&call), Err(refusal));
    }
}

#[test]
fn metadata_is_left_out_where_nobody_wants_it_and_where_there_is_none() {
    let desk = Desk::new();
    let picture = png(3, 2);
    for (spelling, wanted) in [
        ("True", false),
        ("true", false),
        ("False", true),
        ("false", true),
    ] {
        let (session, stores) = applied(&desk, &[]);
        put(&desk, &stores[0], &picture);
        let commit = call(&desk, "CommitImageUpload", &[("SkipMeta", spelling)]);
        let answer = desk.call(&commit.json(json!({"SessionKey": session, "Functions": []})));
        let answer = answer.expect("committed");
        assert_eq!(answer.get("PluginResult").is_some(), wanted, "{spelling}");
        assert_eq!(answer["Results"], json!([{"Uri": stores[0].0}]));
    }
    let mixed = upload(&desk, &[("a.txt", b"no picture"), ("b.png", &picture)]);
    assert_eq!((mixed.images.len(), mixed.metas.len()), (2, 1));
    let preview = desk.run(
        &desk
            .imagex(Dialect::TtvCloud)
            .preview(&service(), &mixed.images[0].uri),
    );
    let preview = preview.expect("a preview");
    assert_eq!((preview.size, preview.width), (Some(10), None));
}

#[test]
fn only_those_that_were_sent_are_committed_where_the_client_says_which() {
    let desk = Desk::new();
    let (session, stores) = applied(&desk, &[("UploadNum", "3")]);
    put(&desk, &stores[0], &png(3, 2));
    put(&desk, &stores[2], &png(5, 4));
    let commit = |body: Value| post(&desk, "CommitImageUpload", body);
    let all = commit(json!({"SessionKey": session}));
    assert_eq!(all.expect_err("one is missing").number, Some(600_003));
    for bad in [
        json!({"SessionKey": session, "SuccessOids": []}),
        json!({"SessionKey": session, "SuccessOids": ["tos-cn-i-a/b"]}),
        json!({"SessionKey": session, "OptionInfos": [{"StoreUri": "x", "FileName": "y"}]}),
        json!({"SessionKey": session, "Functions": [{"Name": "Delete"}]}),
    ] {
        assert_eq!(
            commit(bad.clone()).expect_err("wrong").number,
            Some(600_003),
            "{bad}"
        );
    }
    let body = json!({
        "SessionKey": session,
        "SuccessOids": [stores[1].0, stores[2].0],
        "OptionInfos": [{"StoreUri": stores[2].0, "FileName": "five.png"}],
    });
    let answer = commit(body.clone()).expect("committed");
    let results = json!([
        {"Uri": stores[1].0, "UriStatus": 2001},
        {"Uri": stores[2].0, "UriStatus": 2000},
    ]);
    assert_eq!(answer["Results"], results);
    assert_eq!(answer["PluginResult"][0]["FileName"], "five.png");
    assert_eq!(answer["PluginResult"][0]["ImageWidth"], 5);
    assert_eq!(commit(body).expect("the same again"), answer);
    let page = get(&desk, "GetImageUploadFiles", &[]).expect("a page");
    assert_eq!(page["FileObjects"].as_array().map(Vec::len), Some(1));
    let unknown = commit(json!({"SessionKey": "bm9uZQ=="}));
    assert_eq!(
        unknown.expect_err("unknown").code,
        "InvalidParameter.SessionKey"
    );
}

#[test]
fn pictures_are_encrypted_where_the_commit_wants_it() {
    let desk = Desk::new();
    let picture = png(3, 2);
    let (session, stores) = applied(&desk, &[]);
    put(&desk, &stores[0], &picture);
    let function = json!({"Name": "Encryption", "Input": {"Config": {"copies": "cipher_v2"}}});
    let body = json!({"SessionKey": session, "Functions": [function]});
    let answer = post(&desk, "CommitImageUpload", body).expect("committed");
    let encryption = &answer["Results"][0]["Encryption"];
    assert_ne!(encryption["Uri"], stores[0].0.as_str());
    assert_eq!(
        encryption["SourceMd5"],
        answer["PluginResult"][0]["ImageMd5"]
    );
    assert_eq!(encryption["Extra"], json!({"copies": "cipher_v2"}));
    assert!(
        encryption["SecretKey"]
            .as_str()
            .is_some_and(|key| !key.is_empty())
    );
}

#[test]
fn the_name_of_the_service_is_signed_in_either_spelling() {
    let desk = Desk::new();
    let query = [
        ("Action", "GetImageUploadFiles"),
        ("Version", VERSION),
        ("ServiceId", SERVICE),
    ];
    for words in [OLD, NEW] {
        for (spelling, fits) in [("ImageX", true), ("imagex", true), ("vod", false)] {
            let mut call = RawCall::get(words, &query);
            call.service = spelling.into();
            assert_eq!(
                read(&call.signed_in_header().send(&desk)).is_ok(),
                fits,
                "{spelling}"
            );
        }
    }
}

#[test]
fn temporary_keys_serve_for_the_uploads_that_they_allow() {
    for dialect in BOTH {
        let desk = Desk::new();
        let picture = png(3, 2);
        let uri = uploaded(&desk, "a", &picture);
        let owner = desk.imagex(dialect);
        let keys = owner.upload_keys(&[service()], Duration::from_secs(600), &desk.stamp());
        let holder = ImageX::new(
            dialect,
            Region::default(),
            keys.expect("keys").credentials().expect("credentials"),
        );
        let holder = holder.expect("a handle").at(owner.endpoint().clone());
        let holder = holder.uploads_over(Scheme::Http);
        let upload = holder.upload(&service(), [NewImage::new(content(&picture))]);
        let uploaded = desk.flow(upload, &[&picture]).expect("uploaded");
        assert_eq!(uploaded.images.len(), 1);
        let denied = |error: Error| error.service().expect("a refusal").code();
        let another = ServiceId::new("another").expect("an id");
        let apply = desk.run(&holder.apply(&another, 1)).map(drop);
        assert_eq!(denied(apply.expect_err("denied")), 100_013);
        let delete = desk.run(&holder.delete(&service(), [uri]));
        assert_eq!(denied(delete.expect_err("denied")), 100_013);
        desk.pass(601);
        let late = desk.run(&holder.apply(&service(), 1)).map(drop);
        assert_eq!(denied(late.expect_err("expired")), 100_026);
    }
}
