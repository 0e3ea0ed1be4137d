//! Films that are cut and joined. The emulator makes a copy of the film that a task names.

use serde_json::{Value, json};
use yunmei_core::vcloud::edit::{
    EditId, EditResult, EditStatus, EditTask, TemplateItem, TemplateItemType, TemplateTask,
};

use super::{DELAY, Stage, refused};
use crate::demo::report::{Outcome, Report, same};

pub(super) fn run(report: &mut Report, stage: &Stage<'_>, vid: &str) {
    submitted(report, stage, vid);
    let source = format!("vid://{vid}");
    report.step("cut it while we wait", &source, || {
        let done = stage.run(stage.edit()?.run(task(&source)))?;
        same("code", done.code, Some(0))?;
        let made = done.output["OutputVid"].as_str().ok_or("no video")?;
        stage.plays(made, &stage.media.clip)
    });
    report.step("a task after a template, twice", &source, || {
        let items = || [TemplateItem::medium("1", TemplateItemType::Video, &source)];
        let task = TemplateTask::new("demo", stage.space());
        let task = task.video("一", items()).video("二", items());
        let ids = stage.run(stage.edit()?.submit_template(task))?;
        stage.clock.put_forward(DELAY);
        let results = stage.run(stage.edit()?.results(ids))?;
        let done = results.iter().filter(|one| one.status == EditStatus::Done);
        same("done", done.count(), 2)?;
        Ok("2 tasks, both done".into())
    });
    failed(report, stage);
}

/// A task that is asked for again and again.
pub(super) fn submitted(report: &mut Report, stage: &Stage<'_>, vid: &str) {
    let source = format!("vid://{vid}");
    let mut id = None;
    report.step("submit a task that cuts it", &source, || {
        let submitted = stage.run(stage.edit()?.submit(task(&source).video_name("剪")))?;
        let result = result(stage, &submitted)?;
        same("status", result.status, EditStatus::Pending)?;
        id = Some(submitted.clone());
        Ok(format!("task {}, pending", submitted.as_str()))
    });
    report.step(
        "ask when it is done",
        format!("{DELAY:?} later"),
        || -> Outcome {
            let id = id.as_ref().ok_or("there is no task")?;
            stage.clock.put_forward(DELAY / 2);
            same("status", result(stage, id)?.status, EditStatus::Started)?;
            stage.clock.put_forward(DELAY / 2);
            let result = result(stage, id)?;
            same("status", result.status, EditStatus::Done)?;
            let outcome = stage.plays(&result.output_vid, &stage.media.clip)?;
            Ok(format!("{}: {outcome}", result.output_vid))
        },
    );
}

fn failed(report: &mut Report, stage: &Stage<'_>) {
    report.step(
        "a task of a film that is not there",
        "vid://v0missing",
        || {
            let id = stage.run(stage.edit()?.submit(task("vid://v0missing")))?;
            stage.clock.put_forward(DELAY);
            let result = result(stage, &id)?;
            same("status", &result.status, &EditStatus::Failed)?;
            let known = result.failure().ok_or("nothing is known of the failure")?;
            same("code", known.code, 22_021_001)?;
            Ok(format!(
                "failed as it should: {} {}",
                known.code, known.english
            ))
        },
    );
    report.step("a task into a space of another", "nobodys-space", || {
        let submit = stage
            .edit()?
            .submit(task("vid://v0").uploader("nobodys-space"));
        refused(stage.run(submit), 1010, "InvalidParameter.Uploader")
    });
}

fn result(stage: &Stage<'_>, id: &EditId) -> Result<EditResult, Box<dyn std::error::Error>> {
    let results = stage.run(stage.edit()?.results([id.clone()]))?;
    Ok(results.into_iter().next().ok_or("the task is not known")?)
}

fn task(source: &str) -> EditTask {
    let element: Value = json!({"Type": "video", "Source": source, "StartTime": 0});
    EditTask::new(json!({
        "Output": {"Width": 240, "Height": 160, "Fps": 8, "Quality": "medium"},
        "Segments": [{"Duration": 1, "Elements": [element], "Volume": 1}],
        "GlobalElements": [],
    }))
}
