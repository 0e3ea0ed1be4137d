//! What each operation makes of an answer.

use bytes::Bytes;
use http::Response;
use serde_json::json;
use yunmei_core::{
    Error, Operation,
    vcloud::{
        Content, Dialect,
        edit::{EditId, EditTask, TemplateTask},
        imagex::UpdateKind,
        upload_host::parts::{MergeParts, OpenParts, PART_SIZE, PutPart},
        upload_host::{PutObject, UploadAddress},
        vod::{FileType, MediaFormat, PublishStatus},
    },
};

use crate::sample::vcloud::{actions, edit, iam, imagex, service, vod};

/// What kind of answer is expected.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(super) enum Kind {
    Action,
    /// One that brings a permission.
    Applied,
    Redirect,
    UploadHost,
}

pub(super) struct Outcome {
    pub(super) kind: Kind,
    pub(super) result: Result<(), Error>,
}

pub(super) fn outcomes(response: &Response<Bytes>) -> Vec<Outcome> {
    let mut all = upload_host(response);
    for dialect in Dialect::ALL {
        all.extend(videos(dialect, response));
        all.extend(pictures(dialect, response));
        all.extend(others(dialect, response));
    }
    all
}

fn of(kind: Kind, operation: &impl Operation, response: &Response<Bytes>) -> Outcome {
    let result = operation.parse(response).map(drop);
    Outcome { kind, result }
}

fn videos(dialect: Dialect, response: &Response<Bytes>) -> Vec<Outcome> {
    use Kind::{Action, Applied, Redirect};
    let vod = vod(dialect);
    let urls = || ["http://host/a"];
    vec![
        of(Action, &vod.play_info("v1"), response),
        of(Action, &vod.play_info("v1").base64(), response),
        of(Action, &vod.origin_play_info("v1"), response),
        of(Redirect, &vod.redirect_play("v1").follow(), response),
        of(
            Action,
            &vod.upload_by_url("s", MediaFormat::Mp4, urls()),
            response,
        ),
        of(Action, &vod.upload_tasks(["j1"]), response),
        of(Applied, &vod.apply_upload("s", FileType::Video), response),
        of(Action, &vod.commit_upload("s", "key"), response),
        of(
            Action,
            &vod.modify_video_info("s", "v1").title("t"),
            response,
        ),
        of(
            Action,
            &vod.set_publish_status("s", "v1", PublishStatus::Published),
            response,
        ),
        of(Action, &vod.start_transcode("v1", "t1"), response),
        of(Action, &vod.domain_weights("s"), response),
    ]
}

fn pictures(dialect: Dialect, response: &Response<Bytes>) -> Vec<Outcome> {
    use Kind::{Action, Applied};
    let (imagex, service) = (imagex(dialect), service());
    let urls = ["http://host/a"];
    let mut all = vec![
        of(Applied, &imagex.apply(&service, 2), response),
        of(Action, &imagex.preview(&service, "u"), response),
        of(Action, &imagex.stat(&service, "u"), response),
        of(Action, &imagex.list(&service), response),
        of(
            Action,
            &imagex.update(&service, UpdateKind::Refresh, urls),
            response,
        ),
        of(Action, &imagex.delete(&service, ["u"]), response),
    ];
    if let Some(address) = address() {
        all.push(of(Action, &imagex.commit(&service, &address), response));
    }
    all
}

fn others(dialect: Dialect, response: &Response<Bytes>) -> Vec<Outcome> {
    use Kind::Action;
    let (edit, iam) = (edit(dialect), iam(dialect));
    let task = || EditTask::new(json!({"Segments": []}));
    let id = || EditId::new("r1").expect("an id");
    vec![
        of(Action, &edit.submit(task()), response),
        of(Action, &edit.run(task()), response),
        of(Action, &edit.results([id()]), response),
        of(
            Action,
            &edit.submit_template(TemplateTask::new("t1", "s")),
            response,
        ),
        of(Action, &iam.list_users(), response),
        of(Action, &iam.create_user("u"), response),
        of(
            Action,
            &actions(dialect).call("GetSpace", "2018-12-01"),
            response,
        ),
    ]
}

fn upload_host(response: &Response<Bytes>) -> Vec<Outcome> {
    let address = address().expect("an address");
    let (store, host) = (&address.stores()[0], &address.hosts()[0]);
    let small = Content::new(7, 0xab);
    let large = Content::unchecked(2 * PART_SIZE);
    let open = OpenParts::new(&address, store, host, large.clone());
    let mut all = vec![
        of(
            Kind::UploadHost,
            &PutObject::new(&address, store, host, small),
            response,
        ),
        of(Kind::UploadHost, &open, response),
    ];
    // One that this very answer may have opened.
    if let Ok(session) = open.parse(response) {
        all.push(of(
            Kind::UploadHost,
            &PutPart::new(&session, 0, &large),
            response,
        ));
        all.push(of(Kind::UploadHost, &MergeParts::new(&session), response));
    }
    all
}

fn address() -> Option<UploadAddress> {
    serde_json::from_value(json!({
        "StoreInfos": [{"StoreUri": "tos-cn-v-0/a", "Auth": super::AUTH}],
        "UploadHosts": ["upload.example.com"],
        "SessionKey": "key",
    }))
    .ok()
}
