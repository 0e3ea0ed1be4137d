//! Pictures: upload, attributes, copies, deletion, downloads.

use crate::support::{
    Bed, code, data, json,
    wanxiang::{
        ACCOUNT_HOST, BUCKET_HOST, File, PHOTOS, PHOTOS_V1, Plain, builder, multi_use,
        multi_use_v1, once, once_v1, picture, refusal,
    },
};
use image::ImageFormat;

fn bed() -> Bed {
    Bed::with(builder())
}

#[test]
fn a_picture_is_stored_with_its_real_dimensions_and_digests() {
    let bed = bed();
    for format in [
        ImageFormat::Png,
        ImageFormat::Jpeg,
        ImageFormat::Gif,
        ImageFormat::Bmp,
        ImageFormat::WebP,
    ] {
        let file = format!("{format:?}");
        let content = picture(format, |x, y| [x as u8 * 6, y as u8 * 8, 99]);
        let uploaded = bed.store(&file, &content);
        assert_eq!(uploaded["info"][0]["0"]["width"], "40", "{uploaded}");
        assert_eq!(uploaded["info"][0]["0"]["height"], "30");
        assert_eq!(uploaded.get("is_fuzzy"), None);
        let stat = data(&bed.stat_photo(&file));
        assert_eq!(stat["photo_width"], "40");
        assert_eq!(stat["file_size"], content.len().to_string());
        assert_eq!(stat["file_upload_time"], "1438669115");
        assert_eq!(stat["file_url"], uploaded["download_url"]);
        let download = bed.fetch(stat["file_url"].as_str().expect("an address"), "");
        assert!(download.body() == &content, "{file}");
        let kind = download.headers()["content-type"].to_str().expect("a type");
        assert_eq!(kind, format.to_mime_type());
    }
}

#[test]
fn file_ids_that_nobody_encoded_are_the_same_as_encoded_ones() {
    let bed = bed();
    for (raw, file) in [
        ("album/cat.jpg", "album/cat.jpg"),
        ("a+b", "a+b"),
        ("two%20words", "two words"),
        ("%E5%9B%BE.jpg", "图.jpg"),
        ("a!$&'()*,;=:@b~._-", "a!$&'()*,;=:@b~._-"),
        ("dir/", "dir/"),
    ] {
        let path = format!("{PHOTOS}/{raw}");
        let upload = bed.post(
            &path,
            &multi_use(),
            &[File("FileContent", "f", file.as_bytes())],
        );
        assert_eq!(data(&upload)["fileid"], file);
        assert_eq!(data(&bed.call("GET", &path, "", b""))["file_fileid"], file);
        assert_eq!(data(&bed.stat_photo(file))["file_fileid"], file);
        let url = format!("http://{BUCKET_HOST}/{raw}");
        assert_eq!(bed.fetch(&url, "").body(), file.as_bytes(), "{raw}");
        let deleted = bed.call("POST", &format!("{path}/del"), &once(file), b"");
        assert_eq!(code(&deleted), 0, "{raw}: {}", bed.last_refusal());
        assert_eq!(code(&bed.stat_photo(file)), -197);
    }
}

#[test]
fn a_slash_at_the_end_of_a_stat_belongs_to_the_file_id_only_if_there_is_such_a_file() {
    let bed = bed();
    bed.store("cat", b"x");
    let stat = bed.call("GET", &format!("{PHOTOS}/cat/"), &multi_use(), b"");
    assert_eq!(data(&stat)["file_fileid"], "cat");
}

#[test]
fn the_service_chooses_a_name_where_the_address_has_none() {
    let bed = bed();
    for (path, signature) in [
        (PHOTOS.to_owned(), multi_use()),
        (format!("{PHOTOS}/"), multi_use()),
        (PHOTOS_V1.to_owned(), multi_use_v1()),
    ] {
        let uploaded = data(&bed.post(&path, &signature, &[File("FileContent", "a", b"x")]));
        let file = uploaded["fileid"].as_str().expect("a text");
        assert_eq!((file.len(), file.matches('-').count()), (36, 4), "{file}");
        assert!(
            uploaded["url"]
                .as_str()
                .is_some_and(|url| url.ends_with(file))
        );
    }
}

#[test]
fn field_names_have_no_case_and_a_content_needs_no_file_name() {
    let bed = bed();
    let forms = [
        [
            Plain("magiccontext", b"m"),
            File("filecontent", "FileContent", b"1"),
        ],
        [Plain("MagicContext", b"m"), Plain("fileContent", b"1")],
        [
            File("MAGICCONTEXT", "m", b"m"),
            File("FILECONTENT", "\u{56fe}.jpg", b"1"),
        ],
    ];
    for (number, parts) in forms.iter().enumerate() {
        let path = format!("{PHOTOS}/{number}");
        assert_eq!(
            code(&bed.post(&path, &multi_use(), parts)),
            0,
            "{}",
            bed.last_refusal()
        );
        assert_eq!(data(&bed.stat_photo(&number.to_string()))["file_size"], "1");
    }
    let without = bed.post(
        &format!("{PHOTOS}/x"),
        &multi_use(),
        &[Plain("MagicContext", b"m")],
    );
    assert_eq!(refusal(&without), (400, -5990));
}

#[test]
fn a_digest_that_does_not_fit_refuses_the_upload() {
    let bed = bed();
    let upload = |md5: &[u8]| {
        let parts = [Plain("Md5", md5), File("FileContent", "a", b"hello")];
        bed.post(&format!("{PHOTOS}/a"), &multi_use(), &parts)
    };
    assert_eq!(
        refusal(&upload(b"5d41402abc4b2a76b9719d911017c593")),
        (400, -5999)
    );
    assert_eq!(code(&bed.stat_photo("a")), -197);
    assert_eq!(code(&upload(b"5D41402ABC4B2A76B9719D911017C592")), 0);
    let stat = data(&bed.stat_photo("a"));
    assert_eq!(stat["file_md5"], "5d41402abc4b2a76b9719d911017c592");
    // No picture: it has no dimensions.
    assert_eq!(stat["photo_width"], "0");
}

#[test]
fn what_is_asked_of_a_picture_is_seen_in_its_pixels() {
    let bed = bed();
    let ask = |query: &str, content: &[u8]| {
        let path = format!("{PHOTOS}{query}");
        data(&bed.post(&path, &multi_use(), &[File("FileContent", "a", content)]))
    };
    let food = picture(ImageFormat::Jpeg, |_, _| [220, 120, 40]);
    let board = picture(ImageFormat::Png, |x, y| match (x / 4 + y / 4) % 2 {
        0 => [255; 3],
        _ => [0; 3],
    });
    let both = "?analyze=fuzzy.food&note=a+b%2Fc";
    let seen = ask(both, &food);
    assert_eq!(
        (&seen["is_fuzzy"], &seen["is_food"]),
        (&1.into(), &1.into())
    );
    let seen = ask(both, &board);
    assert_eq!(
        (&seen["is_fuzzy"], &seen["is_food"]),
        (&0.into(), &0.into())
    );
    let seen = ask("?analyze=food", &board);
    assert_eq!((seen.get("is_fuzzy"), &seen["is_food"]), (None, &0.into()));
    // What is no picture is stored, and nothing is said of it.
    let seen = ask(both, b"xyz");
    assert_eq!((seen.get("is_fuzzy"), seen.get("info")), (None, None));
}

#[test]
fn a_name_that_is_taken_is_refused_unless_uploads_replace() {
    let bed = bed();
    bed.store("a", b"first");
    let again = |bed: &Bed| {
        let parts = [File("FileContent", "a", b"second")];
        bed.post(&format!("{PHOTOS}/a"), &multi_use(), &parts)
    };
    assert_eq!(refusal(&again(&bed)), (400, -177));
    let url = format!("http://{BUCKET_HOST}/a");
    assert_eq!(bed.fetch(&url, "").body(), "first");
    let bed = Bed::with(builder().replace_pictures(true));
    bed.store("a", b"first");
    assert_eq!(code(&again(&bed)), 0);
    assert_eq!(bed.fetch(&url, "").body(), "second");
}

#[test]
fn a_copy_has_a_new_name_and_a_life_of_its_own() {
    let bed = bed();
    bed.store("图/1", b"x");
    let path = format!("{PHOTOS}/%E5%9B%BE%2F1");
    let copied = data(&bed.call("POST", &format!("{path}/copy"), &once("图/1"), b""));
    assert_eq!(copied.get("fileid"), None);
    let name = copied["url"]
        .as_str()
        .and_then(|url| url.rsplit('/').next());
    let name = name.expect("a name").to_owned();
    assert_eq!(
        code(&bed.call("POST", &format!("{path}/del"), &once("图/1"), b"")),
        0
    );
    let url = copied["download_url"].as_str().expect("an address");
    assert_eq!(bed.fetch(url, "").body(), "x");
    assert_eq!(data(&bed.stat_photo(&name))["file_size"], "1");
    for word in ["copy", "del"] {
        let path = format!("{path}/{word}");
        assert_eq!(
            refusal(&bed.call("POST", &path, &once("图/1"), b"")),
            (400, -197)
        );
    }
    // Without data.
    let deleted = bed.call("POST", &format!("{PHOTOS}/{name}/del"), &once(&name), b"");
    assert_eq!(
        json(&deleted),
        serde_json::json!({"code": 0, "message": "SUCCESS"})
    );
}

#[test]
fn pictures_of_v1_belong_to_the_account_and_its_user() {
    let bed = bed();
    let upload = [
        Plain("MagicContext", b"ctx"),
        File("FileContent", "FileContent", b"v1"),
    ];
    let uploaded = data(&bed.post("/photos/v1/10000001/42", &multi_use_v1(), &upload));
    let file = uploaded["fileid"].as_str().expect("a text").to_owned();
    let url = format!("http://{ACCOUNT_HOST}/10000001/42/{file}/original");
    assert_eq!(uploaded["download_url"], url);
    assert_eq!(bed.fetch(&url, "").body(), "v1");
    // The pages leave the last segment off.
    assert_eq!(
        bed.fetch(url.trim_end_matches("/original"), "").body(),
        "v1"
    );
    let path = format!("/photos/v1/10000001/42/{file}");
    assert_eq!(
        data(&bed.call("GET", &path, &multi_use_v1(), b""))["file_size"],
        "2"
    );
    // Neither another user's nor the bucket's.
    assert_eq!(
        code(&bed.call("GET", &format!("{PHOTOS_V1}/{file}"), "", b"")),
        -197
    );
    assert_eq!(code(&bed.stat_photo(&file)), -197);
    let copied = data(&bed.call("POST", &format!("{path}/copy"), &once_v1(&file), b""));
    let copy = copied["download_url"].as_str().expect("an address");
    assert!(
        copy.starts_with(&format!("http://{ACCOUNT_HOST}/10000001/42/")),
        "{copy}"
    );
    assert_eq!(
        code(&bed.call("POST", &format!("{path}/del"), &once_v1(&file), b"")),
        0
    );
    assert_eq!(bed.fetch(copy, "").body(), "v1");
    assert_eq!(bed.fetch(&url, "").status(), 404);
}

/// Section 2: V2 treats every user as 0.
#[test]
fn in_v2_all_users_are_one() {
    let bed = bed();
    let parts = [File("FileContent", "FileContent", b"x")];
    let path = "/photos/v2/10000001/examplebucket/alice/bin3";
    let uploaded = data(&bed.post(path, &multi_use(), &parts));
    assert!(
        uploaded["url"]
            .as_str()
            .is_some_and(|url| url.ends_with("/0/bin3"))
    );
    assert_eq!(code(&bed.stat_photo("bin3")), 0);
}

#[test]
fn a_picture_above_20_mb_is_refused() {
    let bed = bed();
    let large = vec![0; 20 * 1024 * 1024 + 1];
    let upload = |content: &[u8]| {
        let parts = [File("FileContent", "a", content)];
        bed.post(&format!("{PHOTOS}/large"), &multi_use(), &parts)
    };
    assert_eq!(refusal(&upload(&large)), (400, -5995));
    assert_eq!(code(&upload(&large[1..])), 0);
}

#[test]
fn what_is_no_call_is_told_why() {
    let bed = bed();
    bed.store("a", b"x");
    for (method, path, code) in [
        ("PUT", format!("{PHOTOS}/a"), -5996),
        ("DELETE", format!("{PHOTOS}/a"), -5996),
        ("GET", PHOTOS.to_owned(), -5994),
        ("POST", format!("{PHOTOS}/a"), -5993),
        ("POST", "/photos/v2/10000001".to_owned(), -5994),
        ("GET", format!("{PHOTOS}/{}", "a".repeat(129)), -5992),
        ("GET", format!("{PHOTOS}/a%00"), -5992),
        (
            "GET",
            "/photos/v2/10000002/examplebucket/0/a".to_owned(),
            -70,
        ),
    ] {
        let answer = bed.anywhere(
            method,
            &path,
            &[("host", "127.0.0.1"), ("authorization", &multi_use())],
            b"",
        );
        assert_eq!(refusal(&answer), (400, code), "{method} {path}");
        assert!(
            answer.headers().contains_key("x-yunmei-refusal"),
            "{method} {path}"
        );
    }
    let op = [
        Plain("op", b"upload_slices"),
        File("FileContent", "a", b"x"),
    ];
    assert_eq!(
        refusal(&bed.post(&format!("{PHOTOS}/b"), &multi_use(), &op)),
        (400, -5992)
    );
}
