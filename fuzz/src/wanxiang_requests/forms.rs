//! The text as a field of a form, as a file's name, and as a parameter of an upload.

use http::Request;
use yunmei_core::{
    Payload,
    wanxiang::{
        Content, DigestBuilder, Digests,
        sign::Call,
        slices::{PutSlice, SLICE_LIMIT, Session},
    },
};

use super::build;
use crate::{
    sample::{
        self,
        wanxiang::{BUCKET, bucket, file, videos},
    },
    wire::{self, wanxiang::Expected},
};

pub(super) fn check(text: &str) {
    photos(text);
    parameters(text);
    clips(text);
    slices(text);
}

fn digests() -> Digests {
    let mut digests = DigestBuilder::new();
    digests.update(b"picture");
    digests.finish()
}

/// Checks a request to upload a picture, and gives its form.
fn photo(request: &Request<Payload>) -> Vec<wire::Field> {
    let expected = Expected {
        path: vec!["photos", "v2", "10000001", BUCKET, "0", "cat.jpg"],
        bucket: Some(BUCKET),
        file_id: Some("cat.jpg"),
        call: Call::Upload,
    };
    wire::wanxiang::check(request, &expected);
    wire::form(request)
}

/// Likewise, of a video.
fn video(request: &Request<Payload>) -> Vec<wire::Field> {
    let expected = Expected {
        path: vec!["videos", "v1", "10000001", "0"],
        bucket: None,
        file_id: None,
        call: Call::Upload,
    };
    wire::wanxiang::check(request, &expected);
    wire::form(request)
}

/// What the field should hold: fields without a text are left out.
fn given(text: &str) -> Option<&[u8]> {
    Some(text.as_bytes()).filter(|text| !text.is_empty())
}

/// Of a path, the last part is sent as the file's name, if there is one.
fn is_named(form: &[wire::Field], path: &str) {
    let name = path.rsplit(['/', '\\']).next().unwrap_or_default();
    let name = if name.is_empty() { "FileContent" } else { name };
    let found = form.iter().find_map(|field| field.file_name.as_deref());
    assert_eq!(found, Some(wire::quoted(name).as_str()));
}

fn photos(text: &str) {
    let size = sample::hash(text.as_bytes()) % 0x100_0000;
    let upload = bucket().upload(&file(), &Content::unchecked(size));
    let upload = upload.magic_context(text).file_name(text);
    let Some(request) = build(&upload, text) else {
        return;
    };
    let form = photo(&request);
    assert_eq!(wire::text(&form, "MagicContext"), given(text));
    is_named(&form, text);
    assert_eq!(wire::content(&form), Some(0..size));
}

fn parameters(text: &str) {
    let upload = bucket().upload(&file(), &digests().into()).analyze_fuzzy();
    let upload = upload.parameter(text, "value").parameter("name", text);
    let Some(request) = build(&upload, text) else {
        return;
    };
    photo(&request);
    let found = wire::pairs(request.uri().query().expect("a query"));
    let pair = |name: &str, value: &str| (name.as_bytes().to_vec(), value.as_bytes().to_vec());
    let pairs = [
        pair("analyze", "fuzzy"),
        pair(text, "value"),
        pair("name", text),
    ];
    assert_eq!(found, pairs);
}

fn clips(text: &str) {
    let upload = videos().upload(&digests()).title(text).description(text);
    let Some(request) = build(&upload.magic_context(text).file_name(text), text) else {
        return;
    };
    let form = video(&request);
    for name in ["Title", "Desc", "MagicContext"] {
        assert_eq!(wire::text(&form, name), given(text), "{name}");
    }
    is_named(&form, text);
    assert_eq!(wire::content(&form), Some(0..7));
}

fn slices(text: &str) {
    let hash = sample::hash(text.as_bytes());
    let range = hash % 1_000_000..hash % 1_000_000 + 1 + hash % SLICE_LIMIT;
    let (id, session) = (file(), Session::named(text, &digests()));
    let open = bucket()
        .put_slices(Some(&id), digests())
        .magic_context(text);
    let open = open
        .take_up(&session)
        .expect("the same content")
        .into_open();
    if let Some(request) = build(&open, text) {
        let form = photo(&request);
        assert_eq!(wire::text(&form, "session"), given(text));
        assert_eq!(wire::text(&form, "magicContext"), given(text));
    }
    if let Some(request) = build(&PutSlice::new(&open, text, range.clone()), text) {
        let form = photo(&request);
        assert_eq!(wire::text(&form, "session"), Some(text.as_bytes()));
        assert_eq!(wire::content(&form), Some(range.clone()));
    }
    let open = videos().put_slices(digests()).title(text).description(text);
    let open = open
        .take_up(&session)
        .expect("the same content")
        .into_open();
    if let Some(request) = build(&open, text) {
        let form = video(&request);
        assert_eq!(wire::text(&form, "session"), Some(text.as_bytes()));
        assert_eq!(wire::text(&form, "Title"), given(text));
        assert_eq!(wire::text(&form, "Desc"), given(text));
    }
    if let Some(request) = build(&PutSlice::new(&open, text, range.clone()), text) {
        assert_eq!(wire::content(&video(&request)), Some(range));
    }
}
