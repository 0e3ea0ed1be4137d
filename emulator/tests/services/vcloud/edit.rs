//! Jobs of Edit.

use std::time::Duration;

use crate::support::desk::{Desk, SPACE, content, refused};
use serde_json::{Value, json};
use yunmei_core::vcloud::{
    Dialect,
    edit::{
        EditId, EditResult, EditStatus, EditTask, TemplateItem, TemplateItemType, TemplateTask,
    },
    vod::FileType,
};

const VERSION: &str = "2018-01-01";

fn film(desk: &Desk, bytes: &[u8]) -> String {
    let upload = (desk.vod()).upload_video(SPACE, FileType::Video, content(bytes));
    let committed = desk.flow(upload, &[bytes]).expect("uploaded");
    committed.vid().expect("an id").to_owned()
}

/// The bytes of a video, as a player gets them.
fn played(desk: &Desk, vid: &str) -> Vec<u8> {
    let info = desk.run(&desk.vod().play_info(vid)).expect("play info");
    let url = info.streams[0].main_url.as_ref().expect("an address");
    desk.get(url.expose()).body().to_vec()
}

fn task(sources: &[&str]) -> EditTask {
    let elements = sources
        .iter()
        .map(|source| json!({"Type": "video", "Source": source}));
    let elements: Vec<_> = elements.collect();
    EditTask::new(json!({
        "Upload": {"Uploader": SPACE, "VideoName": "剪"},
        "Output": {"Width": 1280, "Height": 720},
        "Segments": [{"Duration": 3, "Elements": elements}],
    }))
}

fn result(desk: &Desk, id: &EditId) -> EditResult {
    let edit = desk.edit(Dialect::TtvCloud);
    let results = desk.run(&edit.results([id.clone()])).expect("results");
    results.into_iter().next().expect("a result")
}

fn post(
    desk: &Desk,
    action: &'static str,
    body: Value,
) -> Result<Value, crate::support::desk::Refused> {
    let call = desk.edit(Dialect::TtvCloud).call(action, VERSION);
    desk.call(&call.json(body))
}

#[test]
fn a_job_is_done_when_its_time_has_come_and_brings_a_video() {
    for dialect in [Dialect::TtvCloud, Dialect::Volcengine] {
        let desk = Desk::with(|builder| builder.edit_delay(Duration::from_secs(10)));
        let bytes = b"the bytes of a film";
        let vid = film(&desk, bytes);
        let task = task(&["vid://v0none", &format!("vid://{vid}")]);
        let task = task.priority(3).callback("http://host/", "回调");
        let id = desk
            .run(&desk.edit(dialect).submit(task))
            .expect("submitted");
        assert_eq!(result(&desk, &id).status, EditStatus::Pending);
        desk.pass(5);
        assert_eq!(result(&desk, &id).status, EditStatus::Started);
        desk.pass(4);
        assert_eq!(result(&desk, &id).status, EditStatus::Started);
        desk.pass(1);
        let done = result(&desk, &id);
        assert_eq!(done.status, EditStatus::Done);
        assert_eq!(
            (done.priority, done.callback_args.as_str()),
            (Some(3), "回调")
        );
        assert_eq!(done.edit_param["Upload"]["VideoName"], "剪");
        assert_eq!(done.created.as_deref(), Some("2017-08-29 06:13:53"));
        assert_eq!(done.finished.as_deref(), Some("2017-08-29 06:14:03"));
        assert!(!done.output_vid.is_empty() && done.output_vid != vid);
        assert_eq!(played(&desk, &done.output_vid), bytes);
        assert_eq!(result(&desk, &id).output_vid, done.output_vid);
    }
}

#[test]
fn a_job_without_a_source_fails_and_says_why() {
    let desk = Desk::with(|builder| builder.edit_delay(Duration::ZERO));
    for (sources, number) in [
        (&[][..], "29090001"),
        (&["vid://v0none", "http://host/a.mp4"], "22021001"),
    ] {
        let id = desk.run(&desk.edit(Dialect::TtvCloud).submit(task(sources)));
        let failed = result(&desk, &id.expect("submitted"));
        assert_eq!(failed.status, EditStatus::Failed);
        assert!(failed.message.starts_with(number), "{}", failed.message);
        assert!(failed.output_vid.is_empty());
    }
}

#[test]
fn a_job_that_is_waited_for_is_done_at_once() {
    let desk = Desk::new();
    let vid = film(&desk, b"film");
    let edit = desk.edit(Dialect::TtvCloud);
    let done = desk.run(&edit.run(task(&[&vid]))).expect("an outcome");
    assert_eq!(done.code, Some(0));
    let output = done.output["OutputVid"].as_str().expect("a video");
    assert_eq!(played(&desk, output), b"film");
    assert_eq!(result(&desk, &done.id).output_vid, output);
    let failed = desk.run(&edit.run(task(&["v0none"]))).expect("an outcome");
    assert_eq!(failed.code, Some(22_021_001));
}

#[test]
fn a_template_makes_a_job_of_each_video() {
    let desk = Desk::with(|builder| builder.edit_delay(Duration::ZERO));
    let vid = film(&desk, b"film");
    let clip = |source: &str| TemplateItem::medium("clip", TemplateItemType::Video, source);
    let task = TemplateTask::new("template", SPACE)
        .video("first", [clip(&format!("vid://{vid}"))])
        .video("second", [TemplateItem::text("title", "你好")]);
    let ids = desk.run(&desk.edit(Dialect::TtvCloud).submit_template(task));
    let ids = ids.expect("submitted");
    let statuses: Vec<_> = ids.iter().map(|id| result(&desk, id).status).collect();
    assert_eq!(statuses, [EditStatus::Done, EditStatus::Failed]);
    assert_eq!(played(&desk, &result(&desk, &ids[0]).output_vid), b"film");
}

#[test]
fn many_jobs_are_asked_for_at_once_but_not_too_many() {
    let desk = Desk::new();
    let edit = desk.edit(Dialect::TtvCloud);
    let ids: Vec<_> = (0..30)
        .map(|_| desk.run(&edit.submit(task(&[]))).expect("submitted"))
        .collect();
    let results = desk.run(&edit.results(ids.clone())).expect("results");
    let found: Vec<_> = results.into_iter().map(|result| result.id).collect();
    assert_eq!(found, ids);
    let ask = |ids: &[&str]| post(&desk, "GetDirectEditResult", json!({"ReqIds": ids}));
    let bad = refused(400, Some(1010), "InvalidParameter.ReqIds");
    assert_eq!(ask(&["x"; 31]), Err(bad));
    assert_eq!(ask(&[]).expect_err("none").number, Some(1010));
    assert_eq!(ask(&["x"]), Ok(json!([])));
}

#[test]
fn what_is_no_job_is_refused() {
    let desk = Desk::new();
    for body in [
        json!({}),
        json!({"EditParam": "text"}),
        json!({"EditParam": {}, "Uploader": "another"}),
        json!({"EditParam": {"Upload": {"Uploader": "another"}}}),
        json!({"EditParam": {"Upload": []}}),
        json!([]),
    ] {
        for action in ["SubmitDirectEditTaskAsync", "SubmitDirectEditTaskSync"] {
            let answer = post(&desk, action, body.clone());
            assert_eq!(
                answer.expect_err("wrong").number,
                Some(1010),
                "{action} {body}"
            );
        }
    }
    let template = |change: &dyn Fn(&mut Value)| {
        let mut body = json!({"Type": 2, "TemplateId": "t", "Space": SPACE,
            "VideoName": ["a"], "Params": [[{"Type": "text"}]]});
        change(&mut body);
        post(&desk, "SubmitTemplateTaskAsync", body)
    };
    assert!(template(&|_| {}).is_ok());
    for change in [
        (&|body: &mut Value| body["TemplateId"] = json!("")) as &dyn Fn(&mut Value),
        &|body| body["Space"] = json!("another"),
        &|body| body["VideoName"] = json!([]),
        &|body| body["Params"] = json!([[], []]),
        &|body| body["Params"] = json!([["x"]]),
    ] {
        assert_eq!(template(change).expect_err("wrong").number, Some(1010));
    }
}

#[test]
fn jobs_come_back_after_a_restart() {
    let folder = tempfile::tempdir().expect("a folder");
    let first = Desk::with(|builder| builder.data_dir(folder.path()));
    let vid = film(&first, b"film");
    let edit = first.edit(Dialect::TtvCloud);
    let id = first.run(&edit.submit(task(&[&vid]))).expect("submitted");
    let done = first.run(&edit.run(task(&[&vid]))).expect("an outcome");
    drop(first);
    let second = Desk::with(|builder| builder.data_dir(folder.path()));
    second.pass(2);
    assert_eq!(played(&second, &result(&second, &id).output_vid), b"film");
    let again = result(&second, &done.id);
    assert_eq!(
        Some(again.output_vid.as_str()),
        done.output["OutputVid"].as_str()
    );
}

#[test]
fn the_successor_has_these_actions_among_those_of_videos_too() {
    let desk = Desk::new();
    let vod = desk
        .bed
        .emulator
        .vod(Dialect::Volcengine)
        .expect("a handle");
    let call = vod.call("SubmitDirectEditTaskAsync", VERSION);
    let submitted = desk.call(&call.json(json!({"EditParam": {"Segments": []}})));
    let id = submitted.expect("submitted")["ReqId"].clone();
    let call = vod.call("GetDirectEditResult", VERSION);
    let results = desk
        .call(&call.json(json!({"ReqIds": [id]})))
        .expect("results");
    assert_eq!(results[0]["ReqId"], id);
}
