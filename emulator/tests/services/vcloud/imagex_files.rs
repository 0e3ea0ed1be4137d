//! Pictures of ImageX that are there: pages, deletion, addresses, templates.

use crate::support::{
    desk::{Desk, SERVICE, parameters, service},
    pictures::{get, png, post, uploaded},
};
use serde_json::json;
use yunmei_core::{
    error::ServiceErrorKind,
    vcloud::{Dialect, imagex::UpdateKind},
};

#[test]
fn pictures_come_in_pages_that_go_on_where_the_last_ended() {
    let desk = Desk::new();
    let picture = png(3, 2);
    for key in ["b", "a/2", "c", "a/1", "图"] {
        uploaded(&desk, key, &picture);
    }
    let imagex = desk.imagex(Dialect::TtvCloud);
    let (mut keys, mut marker) = (Vec::new(), None::<String>);
    loop {
        let list = imagex.list(&service()).limit(2);
        let list = marker.iter().fold(list, |list, marker| list.marker(marker));
        let page = desk.run(&list).expect("a page");
        assert!(page.files.len() <= 2);
        assert!(
            page.files
                .iter()
                .all(|file| file.size == Some(picture.len() as u64))
        );
        keys.extend(page.files.iter().map(|file| file.key.clone()));
        match page.next_marker() {
            Some(next) => marker = Some(next.to_owned()),
            None => break,
        }
    }
    assert_eq!(keys, ["a/1", "a/2", "b", "c", "图"]);
    for limit in ["0", "1001", "-1", "x"] {
        let answer = get(&desk, "GetImageUploadFiles", &[("Limit", limit)]);
        assert_eq!(answer.expect_err("wrong").status, 400, "{limit}");
    }
    let last = get(&desk, "GetImageUploadFiles", &[("Limit", "5")]).expect("a page");
    assert_eq!(last["hasMore"], false);
}

#[test]
fn what_is_deleted_is_gone() {
    let desk = Desk::new();
    let uri = uploaded(&desk, "a.png", &png(3, 2));
    let imagex = desk.imagex(Dialect::TtvCloud);
    let url = desk
        .run(&imagex.preview(&service(), &uri))
        .expect("a preview")
        .url;
    let url = url.expect("an address");
    let deleted = desk.run(&imagex.delete(&service(), [uri.clone(), "tos-cn-i-a/b".into()]));
    assert_eq!(deleted.expect("deleted"), std::slice::from_ref(&uri));
    let preview = desk.run(&imagex.preview(&service(), &uri));
    assert_eq!(
        preview.expect_err("gone").kind(),
        Some(ServiceErrorKind::NotFound)
    );
    assert!(desk.run(&imagex.stat(&service(), &uri)).is_err());
    assert_eq!(desk.get(&url).status(), 404);
    let again = desk.run(&imagex.delete(&service(), [uri]));
    assert!(again.expect("nothing").is_empty());
    let none = post(&desk, "DeleteImageUploadFiles", json!({"StoreUris": []}));
    assert_eq!(none.expect_err("nothing").number, Some(600_003));
}

#[test]
fn an_address_that_is_disabled_is_not_served_until_it_is_enabled() {
    let desk = Desk::new();
    let uri = uploaded(&desk, "图.png", &png(3, 2));
    let imagex = desk.imagex(Dialect::TtvCloud);
    let url = desk
        .run(&imagex.preview(&service(), &uri))
        .expect("a preview")
        .url;
    let url = url.expect("an address");
    let other = url.replace("noop", "obj");
    let update = |kind, url: &str| desk.run(&imagex.update(&service(), kind, [url]));
    for (kind, status) in [
        (UpdateKind::Refresh, 200),
        (UpdateKind::Disable, 404),
        (UpdateKind::Preheat, 404),
        (UpdateKind::Enable, 200),
    ] {
        assert_eq!(
            update(kind, &url).expect("updated"),
            std::slice::from_ref(&url)
        );
        assert_eq!(desk.get(&url).status(), status, "{kind:?}");
        assert_eq!(desk.get(&other).status(), 200, "{kind:?}");
    }
    assert!(update(UpdateKind::Disable, "http://127.0.0.1/tos-cn-i-a/none").is_err());
    for body in [
        json!({"Action": 3, "ImageUrls": [url]}),
        json!({"Action": 0, "ImageUrls": []}),
        json!({"Action": 0, "ImageUrls": ["no address"]}),
    ] {
        let answer = post(&desk, "UpdateImageUploadFiles", body);
        assert_eq!(answer.expect_err("wrong").number, Some(600_003));
    }
    let updated = get(&desk, "GetImageUpdateFiles", &[]).expect("addresses");
    assert_eq!(updated["ImageUrls"], json!([url]));
}

#[test]
fn templates_are_kept_as_they_were_sent() {
    let desk = Desk::new();
    let sent = json!({"TemplateNamePrefix": "small", "Filters": [{"Name": "resize"}]});
    let previewed = post(&desk, "PreviewImageTemplate", sent.clone()).expect("a preview");
    assert_eq!(previewed["Filters"], sent["Filters"]);
    let created = post(&desk, "CreateImageTemplate", sent.clone()).expect("created");
    let name = created["TemplateName"].as_str().expect("a name").to_owned();
    assert!(name.starts_with("small-"), "{name}");
    let found = get(&desk, "GetImageTemplate", &[("TemplateName", &name)]).expect("a template");
    assert_eq!(found["Filters"], sent["Filters"]);
    assert_eq!(found["CreateAt"], "2017-08-29 06:13:53");
    let fixed = json!({"TemplateName": "fixed"});
    post(&desk, "CreateImageTemplate", fixed.clone()).expect("created");
    assert!(post(&desk, "CreateImageTemplate", fixed).is_err());
    assert!(post(&desk, "CreateImageTemplate", json!({})).is_err());
    assert!(post(&desk, "CreateImageTemplate", json!({"TemplateName": "a/b"})).is_err());
    let all = get(
        &desk,
        "GetAllImageTemplates",
        &[("Limit", "1"), ("Offset", "1")],
    );
    let all = all.expect("templates");
    assert_eq!(
        (&all["Total"], all["TemplateInfos"].as_array().map(Vec::len)),
        (&json!(2), Some(1))
    );
    let deleted = post(
        &desk,
        "DeleteImageTemplate",
        json!({"TemplateNames": [name, "none"]}),
    );
    assert_eq!(deleted.expect("deleted")["TemplateNames"], json!([name]));
    let gone = get(&desk, "GetImageTemplate", &[("TemplateName", &name)]);
    assert_eq!(gone.expect_err("gone").status, 404);
}

#[test]
fn pictures_templates_and_disabled_addresses_come_back_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = Desk::with(|builder| builder.data_dir(folder.path()));
    let picture = png(3, 2);
    let uri = uploaded(&first, "图.png", &picture);
    post(
        &first,
        "CreateImageTemplate",
        json!({"TemplateName": "fixed"}),
    )
    .expect("created");
    let (imagex, service) = (first.imagex(Dialect::TtvCloud), service());
    let url = first
        .run(&imagex.preview(&service, &uri))
        .expect("a preview")
        .url;
    let url = url.expect("an address");
    let disable = imagex.update(&service, UpdateKind::Disable, [url.as_str()]);
    first.run(&disable).expect("updated");
    let host = first.bed.emulator.address().to_string();
    drop(first);
    let second = Desk::with(|builder| builder.data_dir(folder.path()));
    let url = url.replace(&host, &second.bed.emulator.address().to_string());
    assert_eq!(second.get(&url).status(), 404);
    assert_eq!(second.get(&url.replace("noop", "obj")).body(), &picture);
    assert!(get(&second, "GetImageTemplate", &[("TemplateName", "fixed")]).is_ok());
}

#[test]
fn a_service_has_domains_with_weights() {
    let desk = Desk::new();
    let call = desk
        .imagex(Dialect::TtvCloud)
        .call("GetCdnDomainWeights", "2019-07-01");
    let call = call.parameters(&parameters(&[
        ("ServiceId", SERVICE),
        ("ProductLine", "imagex"),
    ]));
    let host = desk.bed.emulator.address().to_string();
    assert_eq!(
        desk.call(&call).expect("weights"),
        json!({SERVICE: {host: 100}})
    );
}
