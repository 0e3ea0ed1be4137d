use serde_json::json;
use yunmei_core::vcloud::{
    Content, ContentBuilder, Dialect, Region,
    imagex::{ImageX, NewImage, ServiceId},
    upload_host::UploadAddress,
    vod::{FileType, Vod},
};

use super::{answer, converse, credentials, wrapped};
use crate::print::{KEY, Print};

fn content() -> Content {
    let mut content = ContentBuilder::new();
    content.update(b"picture");
    content.finish()
}

/// As an apply of either dialect brings it; everything that can be private is.
fn address() -> serde_json::Value {
    json!({
        "StoreInfos": [{"StoreUri": "tos/object", "Auth": format!("SpaceKey/{KEY}")}],
        "UploadHosts": ["upload.example.com"],
        "UploadHeader": {"X-Name": KEY},
        "SessionKey": KEY,
    })
}

fn applied(dialect: Dialect) -> String {
    wrapped(match dialect {
        Dialect::TtvCloud => json!({ "UploadAddress": address() }),
        Dialect::Volcengine => json!({ "Data": { "UploadAddress": address() } }),
    })
}

#[test]
fn uploads_do_not_print_what_was_handed_out() {
    let mut print = Print::default();
    let stored = || answer(200, r#"{"success":0,"payload":{}}"#);
    let page = || answer(502, format!("<html>SpaceKey/{KEY} is not known</html>"));
    let refusal = || {
        answer(
            403,
            format!(r#"{{"success":1,"error":{{"code":403,"error_code":4008}},"note":"{KEY}"}}"#),
        )
    };
    let half = |text: String| answer(200, &text[..text.len() - 2]);
    for dialect in Dialect::ALL {
        let committed = wrapped(match dialect {
            Dialect::TtvCloud => json!({"Results": [{"ObjectMeta": {"Uri": "tos/object"},
                "Encryption": {"Uri": "tos/object", "SecretKey": KEY}}]}),
            Dialect::Volcengine => json!({"Data": {"Vid": "v"}}),
        });
        for keys in credentials(&mut print) {
            let vod = Vod::new(dialect, Region::default(), keys.clone()).expect("a handle");
            let upload = || vod.upload_video("space", FileType::Object, content());
            let apply = || answer(200, applied(dialect));
            for answers in [
                vec![apply(), stored(), answer(200, committed.clone())],
                vec![apply(), stored(), half(committed.clone())],
                vec![apply(), refusal()],
                vec![apply(), page()],
                vec![half(applied(dialect))],
            ] {
                converse(&mut print, upload(), &answers);
            }
            let poster = vod.upload_poster("space", "v", content());
            converse(&mut print, poster, &[apply(), stored()]);
            converse(
                &mut print,
                vod.apply_upload("space", FileType::Video),
                &[apply()],
            );
            let again = vod.apply_upload("space", FileType::Video).session_key(KEY);
            converse(&mut print, again, &[apply()]);
            converse(
                &mut print,
                vod.commit_upload("space", KEY),
                &[answer(200, committed.clone())],
            );
        }
    }
    print.assert_clean();
}

#[test]
fn uploads_of_pictures_do_not_print_what_was_handed_out() {
    let mut print = Print::default();
    let service = ServiceId::new("svcexample").expect("an id");
    let written: UploadAddress = serde_json::from_value(address()).expect("an address");
    print.debug(&(&written, written.stores()[0].auth()));
    let apply = || answer(200, wrapped(json!({ "UploadAddress": address() })));
    let committed = wrapped(json!({"Results": [{"Uri": "tos/object",
        "Encryption": {"Uri": "tos/object", "SecretKey": KEY}}]}));
    for dialect in Dialect::ALL {
        for keys in credentials(&mut print) {
            let imagex = ImageX::new(dialect, Region::default(), keys).expect("a handle");
            let images = [NewImage::new(content())];
            let stored = answer(200, r#"{"success":0,"payload":{}}"#);
            let answers = [apply(), stored, answer(200, committed.clone())];
            converse(&mut print, imagex.upload(&service, images), &answers);
            let again = imagex.apply(&service, 1).earlier_session(KEY);
            converse(&mut print, again, &[apply()]);
            let commit = imagex.commit(&service, &written);
            converse(
                &mut print,
                commit,
                &[answer(200, &committed[..committed.len() - 2])],
            );
        }
    }
    print.assert_clean();
}
