use std::time::{Duration, Instant};

use clap::Args;
use serde_json::json;
use yunmei_core::vcloud::edit::{Edit, EditId, EditResult, EditStatus, RESULTS_LIMIT};

use super::Session;
use crate::{
    duration,
    exit::{Failure, each},
    output::shown,
    transfer::progress,
    vcloud::Account,
};

/// How long to wait between two questions: at first, and at most.
const PAUSES: [Duration; 2] = [Duration::from_millis(500), Duration::from_secs(10)];

/// Tell how far tasks are, and which videos came of them.
///
/// Without --wait the exit status is 0 whatever is told of them. With it, a task that failed is one
/// of the service's refusals. An id that the service says nothing of is not found.
#[derive(Args, Debug)]
pub(crate) struct ResultCommand {
    /// The ids that submit printed
    #[arg(required = true, value_name = "ID")]
    ids: Vec<EditId>,
    /// Wait until all are over, but no longer than this
    #[arg(long, value_name = "TIME", value_parser = duration::parse)]
    wait: Option<Duration>,
}

pub(super) async fn run(session: &Session, command: ResultCommand) -> Result<(), Failure> {
    let account = session.vcloud()?;
    let edit = account.edit()?;
    let asking = Asking {
        account: &account,
        edit,
        ids: &command.ids,
    };
    let (results, judge): (_, fn(&EditResult) -> _) = match command.wait {
        Some(limit) => (asking.wait(limit).await?, judge),
        None => (asking.ask().await?, |_| Ok(())),
    };
    asking.show(&results)?;
    each(asking.ids, async |id| {
        match results.iter().find(|one| one.id == *id) {
            Some(result) => judge(result),
            None => Err(unknown(id)),
        }
    })
    .await
}

struct Asking<'a> {
    account: &'a Account<'a>,
    edit: Edit,
    ids: &'a [EditId],
}

impl Asking<'_> {
    /// What the service says; it may say nothing of some.
    async fn ask(&self) -> Result<Vec<EditResult>, Failure> {
        let mut all = Vec::new();
        for ids in self.ids.chunks(RESULTS_LIMIT) {
            let results = self.edit.results(ids.iter().cloned());
            all.extend(self.account.run(about(ids), results).await?);
        }
        Ok(all)
    }

    /// Asks again and again, ever more slowly.
    async fn wait(&self, limit: Duration) -> Result<Vec<EditResult>, Failure> {
        let started = Instant::now();
        let [mut pause, longest] = PAUSES;
        let spinner = progress::spinner(format!("{} being edited", about(self.ids)));
        let result = loop {
            let results = match self.ask().await {
                Ok(results) => results,
                Err(failure) => break Err(failure),
            };
            if results.iter().all(|one| one.status.is_over()) {
                break Ok(results);
            }
            let left = limit.saturating_sub(started.elapsed());
            if left.is_zero() {
                break Err(self.late());
            }
            tokio::time::sleep(pause.min(left)).await;
            pause = (pause * 2).min(longest);
        };
        spinner.finish_and_clear();
        result
    }

    fn late(&self) -> Failure {
        let problem = "not over in time; the service goes on";
        Failure::Late(format!("{}: {problem}", about(self.ids)))
    }

    fn show(&self, results: &[EditResult]) -> Result<(), Failure> {
        for result in results {
            let mut words = vec![result.id.to_string(), word(&result.status)];
            words.push(result.output_vid.clone());
            words.extend(result.further_vids.iter().cloned());
            words.push(result.message.clone());
            if let Some(reason) = result.failure() {
                words.push(format!("({})", reason.english));
            }
            words.retain(|word| !word.is_empty());
            self.account.session.output.line(
                &shown(&words.join("  ")),
                &json!({
                    "id": result.id.as_str(),
                    "status": word(&result.status),
                    "vid": Some(&result.output_vid).filter(|vid| !vid.is_empty()),
                    "further_vids": result.further_vids,
                    "message": result.message,
                    "task_id": result.task_id,
                    "created": result.created,
                    "finished": result.finished,
                }),
            )?;
        }
        Ok(())
    }
}

/// It is over: whether it is done.
fn judge(result: &EditResult) -> Result<(), Failure> {
    match result.status {
        EditStatus::Done => Ok(()),
        _ => Err(Failure::Undone(shown(&format!(
            "task {}: not done: see its line",
            result.id
        )))),
    }
}

fn unknown(id: &EditId) -> Failure {
    Failure::Missing(shown(&format!("task {id}: the service says nothing of it")))
        .advised("check the id, and region in the table vcloud of the configuration")
}

fn about(ids: &[EditId]) -> String {
    match ids {
        [id] => shown(&format!("task {id}")),
        ids => format!("{} tasks", ids.len()),
    }
}

fn word(status: &EditStatus) -> String {
    match status {
        EditStatus::Pending => "pending".to_owned(),
        EditStatus::Started => "started".to_owned(),
        EditStatus::Done => "done".to_owned(),
        EditStatus::Failed => "failed".to_owned(),
        EditStatus::Canceled => "canceled".to_owned(),
        EditStatus::Other(word) => word.clone(),
        _ => "unknown".to_owned(),
    }
}
