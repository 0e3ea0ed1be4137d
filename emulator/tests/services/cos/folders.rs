//! Folders and listings.

use crate::support::{Bed, NOW, code, data, file, folder, multi_use, once, refused};
use serde_json::{Value, json};
use yunmei_core::cos::{Entry, FolderPath};

#[test]
fn a_folder_is_created_updated_and_deleted() {
    let bed = Bed::new();
    let path = folder("/photos/2017/");
    let create = json!({"op": "create", "biz_attr": "summer"});
    let created = data(&bed.post_json("/photos/2017/", &multi_use(), &create));
    assert_eq!(created["ctime"], NOW);
    let stat = bed.bucket.stat_folder(&path);
    let found = bed.run(&stat, &[]).expect("attributes");
    assert_eq!(
        (found.biz_attr.as_str(), found.created),
        ("summer", Some(NOW))
    );
    bed.run(&bed.bucket.update_folder(&path, "winter"), &[])
        .expect("updated");
    assert_eq!(bed.run(&stat, &[]).expect("attributes").biz_attr, "winter");
    bed.run(&bed.bucket.delete_folder(&path), &[])
        .expect("deleted");
    assert_eq!(refused(bed.run(&stat, &[])), -197);
}

#[test]
fn a_folder_is_refused_where_something_is() {
    let bed = Bed::new();
    let create = |path: &str| refused(bed.run(&bed.bucket.create_folder(&folder(path)), &[]));
    bed.run(&bed.bucket.create_folder(&folder("/a/")), &[])
        .expect("created below a missing parent");
    assert_eq!(create("/a/"), -178);
    bed.put("/b", b"x");
    assert_eq!(create("/b/"), -178);
    crate::support::slices::Upload::unchecked(&bed, "/open", 100, 65_536);
    assert_eq!(create("/open/"), -178);
    // And the reverse.
    let answer = bed.upload_request("/a", b"x", &[], &multi_use());
    assert_eq!((answer.status().as_u16(), code(&answer)), (409, -46208));
}

#[test]
fn only_an_empty_folder_that_was_created_is_deleted() {
    let bed = Bed::new();
    bed.put("/implied/x", b"x");
    let delete = |path: &str| bed.run(&bed.bucket.delete_folder(&folder(path)), &[]);
    assert_eq!(refused(delete("/implied/")), -197);
    assert_eq!(
        refused(bed.run(&bed.bucket.stat_folder(&folder("/implied/")), &[])),
        -197
    );
    bed.run(&bed.bucket.create_folder(&folder("/implied/")), &[])
        .expect("created");
    assert_eq!(refused(delete("/implied/")), -173);
    bed.run(&bed.bucket.delete(&file("/implied/x")), &[])
        .expect("deleted");
    delete("/implied/").expect("deleted");
}

#[test]
fn the_root_is_always_there_and_cannot_be_changed() {
    let bed = Bed::new();
    assert_eq!(data(&bed.stat("/")), json!({"biz_attr": ""}));
    let ask = |op: &str| code(&bed.post_json("/", &once("/"), &json!({"op": op})));
    assert_eq!(ask("create"), -178);
    assert_eq!(ask("update"), -197);
    assert_eq!(ask("delete"), -197);
}

#[test]
fn a_listing_shows_one_level_page_by_page() {
    let bed = Bed::new();
    for path in [
        "/p/2017/a",
        "/p/2017/b",
        "/p/hello.txt",
        "/p/图 2.jpg",
        "/q",
    ] {
        bed.put(path, b"hello");
    }
    let list = bed.bucket.list(&folder("/p/")).page_size(2);
    let first = bed.run(&list, &[]).expect("a page");
    let names: Vec<_> = first.entries.iter().map(Entry::name).collect();
    assert_eq!(names, ["2017", "hello.txt"]);
    assert!(!first.is_last);
    assert_eq!(first.context, "/examplebucket/p/hello.txt");
    let second = bed.run(&list.context(first.context), &[]);
    let second = second.expect("a page");
    assert!(second.is_last && second.context.is_empty());
    assert_eq!(second.entries.len(), 1);
    let page = data(&bed.get(
        "/p/?op=list&context=/examplebucket/p/hello.txt",
        &multi_use(),
    ));
    assert_eq!(
        page["infos"],
        json!([{
            "name": "图 2.jpg",
            "filesize": 5,
            "filelen": 5,
            "sha": "aaf4c61ddcc5e8a2dabede0f3b482cd9aea9434d",
            "ctime": NOW,
            "mtime": NOW,
            "access_url":
                "http://examplebucket-1250000000.file.myqcloud.com/p/%E5%9B%BE%202.jpg",
            "source_url":
                "http://examplebucket-1250000000.cossh.myqcloud.com/p/%E5%9B%BE%202.jpg",
        }])
    );
}

#[test]
fn a_page_may_end_with_a_folder() {
    let bed = Bed::new();
    for path in ["/a/1", "/a/2", "/b/1", "/c"] {
        bed.put(path, b"x");
    }
    let mut list = bed.bucket.list(&FolderPath::root()).page_size(1);
    let mut names = Vec::new();
    loop {
        let page = bed.run(&list, &[]).expect("a page");
        names.extend(page.entries.iter().map(|entry| entry.name().to_owned()));
        if page.is_last {
            break;
        }
        list = list.context(page.context);
    }
    assert_eq!(names, ["a", "b", "c"]);
}

#[test]
fn a_prefix_is_the_end_of_the_path() {
    let bed = Bed::new();
    for path in ["/p/图 1", "/p/图 2", "/p/x", "/p/图 3/y"] {
        bed.put(path, b"x");
    }
    let list = bed.bucket.list(&folder("/p/")).prefix("图");
    let page = bed.run(&list, &[]).expect("a page");
    let names: Vec<_> = page.entries.iter().map(Entry::name).collect();
    assert_eq!(names, ["图 1", "图 2", "图 3"]);
    let nothing = bed.bucket.list(&folder("/p/")).prefix("none");
    assert!(bed.run(&nothing, &[]).expect("a page").entries.is_empty());
}

#[test]
fn an_unfinished_upload_is_shown_with_what_is_there() {
    let bed = Bed::new();
    let init: [(&str, &[u8]); 3] = [
        ("op", b"upload_slice_init"),
        ("filesize", b"100"),
        ("slice_size", b"1048576"),
    ];
    assert_eq!(code(&bed.post_form("/f/big", &multi_use(), &init)), 0);
    let page = data(&bed.get("/f/?op=list", &multi_use()));
    assert_eq!(page["infos"][0]["filesize"], 100);
    assert_eq!(page["infos"][0]["filelen"], 0);
    assert_eq!(data(&bed.stat("/f/big"))["filelen"], 0);
}

#[test]
fn what_a_listing_does_not_take_is_refused() {
    let bed = Bed::new();
    let list = |query: &str| code(&bed.get(&format!("/?op=list&{query}"), &multi_use()));
    assert_eq!(list("num=199"), 0);
    assert_eq!(list("num=200"), -165);
    assert_eq!(list("num=0"), -157);
    assert_eq!(list("num=-1"), -157);
    assert_eq!(list("num=many"), -5966);
    assert_eq!(list("delimiter=%2F"), 0);
    assert_eq!(list("delimiter=%E5%9B%BE"), 0);
    assert_eq!(list("delimiter=ab"), -46178);
    assert_eq!(list("context=elsewhere"), -5992);
    assert_eq!(
        list(&format!("context=/examplebucket/{}", "a".repeat(2000))),
        -46177
    );
    // Withdrawn, and ignored.
    assert_eq!(list("order=1&pattern=eListFileOnly&list_flag=1&num="), 0);
}

#[test]
fn entries_of_folders_have_no_digest_and_no_address() {
    let bed = Bed::new();
    bed.run(&bed.bucket.create_folder(&folder("/e/")), &[])
        .expect("created");
    let page = data(&bed.get("/?op=list&num=10&context=", &multi_use()));
    assert_eq!(
        page,
        json!({
            "infos": [{"name": "e/", "ctime": NOW, "mtime": NOW}],
            "context": "",
            "listover": Value::Bool(true),
        })
    );
}
