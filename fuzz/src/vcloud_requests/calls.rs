//! Calls of actions, with the text in each place where a caller puts one.

use serde_json::{Value, json};
use yunmei_core::{
    Operation,
    vcloud::{
        Content, ContentBuilder, Dialect, Parameters,
        edit::{EditTask, TemplateTask},
        imagex::UpdateKind,
        vod::{CommitFunction, FileType, MediaFormat, PublishStatus},
    },
};

use super::build;
use crate::{
    sample::vcloud::{actions, edit, iam, imagex, service, vod},
    wire::vcloud::Called,
};

pub(super) fn check(text: &str, dialect: Dialect) {
    videos(text, dialect);
    pictures(text, dialect);
    others(text, dialect);
    by_name(text, dialect);
    let mut content = ContentBuilder::new();
    content.update(text.as_bytes());
    assert_eq!(
        content.finish().size(),
        Content::unchecked(text.len() as u64).size()
    );
}

/// The text is one of the values, unchanged.
fn arrives(operation: &impl Operation, dialect: Dialect, text: &str) {
    if let Some(called) = build(operation, dialect, text) {
        let of_query = called
            .query
            .iter()
            .any(|(_, value)| value == text || within(value, text));
        // Much of what is empty is left out.
        let arrives = text.is_empty() || of_query || holds(&called.body, text);
        assert!(arrives, "{text:?}");
    }
}

/// Whether it stands in a document.
fn holds(document: &Value, text: &str) -> bool {
    match document {
        Value::String(value) => value == text || within(value, text),
        Value::Array(values) => values.iter().any(|value| holds(value, text)),
        Value::Object(members) => members
            .iter()
            .any(|(name, value)| name == text || holds(value, text)),
        _ => false,
    }
}

/// Whether a value is a document in which it stands.
fn within(value: &str, text: &str) -> bool {
    let is_document = value.starts_with(['{', '[']);
    is_document && serde_json::from_str(value).is_ok_and(|document| holds(&document, text))
}

fn videos(text: &str, dialect: Dialect) {
    let vod = vod(dialect);
    let commit = || vod.commit_upload("s", "key");
    arrives(&vod.play_info(text), dialect, text);
    arrives(&vod.play_info("v1").definition(text), dialect, text);
    arrives(&vod.origin_play_info(text), dialect, text);
    arrives(&vod.apply_upload(text, FileType::Object), dialect, text);
    arrives(
        &vod.apply_upload("s", FileType::Video).object_name(text),
        dialect,
        text,
    );
    arrives(&vod.commit_upload(text, "key"), dialect, text);
    arrives(&vod.commit_upload("s", text), dialect, text);
    arrives(&commit().callback_args(text), dialect, text);
    let function = CommitFunction::StartWorkflow {
        template_id: text.into(),
    };
    arrives(&commit().function(function), dialect, text);
    arrives(
        &vod.upload_by_url("s", MediaFormat::Mp4, [text]),
        dialect,
        text,
    );
    arrives(&vod.modify_video_info("s", "v1").title(text), dialect, text);
    arrives(
        &vod.modify_video_info("s", text).description("d"),
        dialect,
        text,
    );
    arrives(
        &vod.set_publish_status("s", text, PublishStatus::Published),
        dialect,
        text,
    );
    arrives(
        &vod.start_transcode("v1", text).callback_args("c"),
        dialect,
        text,
    );
    arrives(&vod.domain_weights(text), dialect, text);
}

fn pictures(text: &str, dialect: Dialect) {
    let (imagex, service) = (imagex(dialect), service());
    arrives(&imagex.apply(&service, 1).keys([text]), dialect, text);
    arrives(&imagex.apply(&service, 1).space_name(text), dialect, text);
    arrives(&imagex.preview(&service, text), dialect, text);
    arrives(&imagex.stat(&service, text), dialect, text);
    arrives(&imagex.list(&service).marker(text), dialect, text);
    arrives(
        &imagex.update(&service, UpdateKind::Preheat, [text]),
        dialect,
        text,
    );
    arrives(&imagex.delete(&service, ["u", text]), dialect, text);
}

fn others(text: &str, dialect: Dialect) {
    let (iam, edit) = (iam(dialect), edit(dialect));
    arrives(&iam.list_users().matching(text), dialect, text);
    arrives(&iam.create_user(text), dialect, text);
    arrives(&iam.create_user("u").email(text), dialect, text);
    let task = || EditTask::new(json!({"Segments": [text]}));
    arrives(&edit.submit(task()), dialect, text);
    arrives(&edit.run(task().uploader(text)), dialect, text);
    arrives(
        &edit.submit_template(TemplateTask::new(text, "s")),
        dialect,
        text,
    );
}

fn by_name(text: &str, dialect: Dialect) {
    let actions = actions(dialect);
    arrives(&actions.call(text.to_owned(), "1"), dialect, text);
    arrives(
        &actions.call("A", "1").json(json!({text: 1})),
        dialect,
        text,
    );
    let twice = Parameters::new().with_repeated("k", text.to_owned());
    let twice = twice.with_repeated("k", "2");
    arrives(&actions.call("A", "1").parameters(&twice), dialect, text);
    // What says that a signature is in the query; the action itself is replaced.
    if text.starts_with("X-") || ["Action", "Version"].contains(&text) {
        return;
    }
    let named = Parameters::new().with_repeated(text.to_owned(), "v");
    if let Some(called) = build(&actions.call("A", "1").parameters(&named), dialect, text) {
        let Called { query, .. } = called;
        assert_eq!(query[2], (text.to_owned(), "v".to_owned()));
    }
}
