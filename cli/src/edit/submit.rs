use clap::Args;
use serde_json::json;

use super::{Session, task::Task};
use crate::{exit::Failure, output::shown};

/// Submit a task, and print its id: yunmei edit result asks how far it is.
///
/// A task whose answer was lost is not submitted again: it would be carried out, and charged, twice.
///
/// An EditParam: {"Segments":[{"Elements":[{"Type":"video","Source":"vid://VID"}]}]}
#[derive(Args, Debug)]
pub(crate) struct SubmitCommand {
    #[command(flatten)]
    task: Task,
    /// Wait in the same exchange until it is done, as long as the service keeps it open
    #[arg(long)]
    sync: bool,
}

pub(super) async fn run(session: &Session, command: SubmitCommand) -> Result<(), Failure> {
    let account = session.vcloud()?;
    let task = command.task.read(account.space(None).ok())?;
    let edit = account.edit()?;
    session.if_interrupted(
        "the task may have been submitted, and be carried out and charged".to_owned(),
    );
    if !command.sync {
        let id = account.run("the task", edit.submit(task)).await?;
        return session
            .output
            .line(&shown(id.as_str()), &json!({ "id": id.as_str() }));
    }
    let edited = account.run("the task", edit.run(task)).await?;
    let code = edited.code.unwrap_or_default();
    session.output.line(
        &shown(&format!("{}  {}", edited.id, edited.output)),
        &json!({
            "id": edited.id.as_str(),
            "task_id": edited.task_id,
            "code": edited.code,
            "output": edited.output,
        }),
    )?;
    match code {
        0 => Ok(()),
        code => Err(Failure::Undone(shown(&format!(
            "task {}: not done, code {code}: see its line",
            edited.id
        )))),
    }
}
