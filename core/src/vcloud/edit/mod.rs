//! Edit: cutting and joining of videos (section 12).
//!
//! Start with an [`Edit`]; its methods are the operations.
//!
//! | action | method | operation | brings | may be sent again |
//! |---|---|---|---|---|
//! | `SubmitDirectEditTaskAsync` | [`Edit::submit`] | [`SubmitEdit`] | [`EditId`] | no |
//! | `SubmitDirectEditTaskSync` | [`Edit::run`] | [`RunEdit`] | [`Edited`] | no |
//! | `GetDirectEditResult` | [`Edit::results`] | [`EditResults`] | [`EditResult`]s | yes |
//! | `SubmitTemplateTaskAsync` | [`Edit::submit_template`] | [`SubmitTemplate`] | [`EditId`]s | no |

mod id;
mod result;
mod results;
mod run;
mod submit;
mod submit_template;
mod task;
mod template;

pub use id::EditId;
pub use result::{EditResult, EditStatus};
pub use results::{EditResults, RESULTS_LIMIT};
pub use run::{Edited, RunEdit};
pub use submit::SubmitEdit;
pub use submit_template::SubmitTemplate;
pub use task::EditTask;
pub use template::{TemplateItem, TemplateItemType, TemplateTask};

use super::{Parameters, caller::Caller, handle::handle};

const VERSION: &str = "2018-01-01";

/// What it means if a task was submitted although nobody said so.
const MAY_RUN: &str = "the task may have been submitted, and be carried out and charged";

/// Cutting and joining of videos. Cheap to clone; its methods are the operations.
///
/// ```
/// use serde_json::json;
/// use yunmei_core::vcloud::{Credentials, Dialect, Region, edit::{Edit, EditTask}};
///
/// let credentials = Credentials::new("AKLTEXAMPLE", "the secret key")?;
/// let edit = Edit::new(Dialect::TtvCloud, Region::default(), credentials)?;
/// let task = EditTask::new(json!({
///     "Upload": {"Uploader": "example-space", "VideoName": "v"},
///     "Output": {"Width": 1280, "Height": 720, "Fps": 25, "Quality": "medium"},
///     "Segments": [{"BackGround": "0xFFFFFFFF", "Duration": 3, "Elements": [], "Volume": 1}],
///     "GlobalElements": [],
/// }));
/// let submit = edit.submit(task);
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone)]
pub struct Edit {
    caller: Caller,
}

handle!(Edit, Edit);

impl Edit {
    /// Submits a task, which is carried out later: ask for its [results](Edit::results).
    pub fn submit(&self, task: EditTask) -> SubmitEdit {
        SubmitEdit::new(self.caller.clone(), task)
    }

    /// Has a task carried out, and waits until it is: give the exchange its time.
    pub fn run(&self, task: EditTask) -> RunEdit {
        RunEdit::new(self.caller.clone(), task)
    }

    /// Asks how far these tasks are; at most [`RESULTS_LIMIT`].
    pub fn results(&self, ids: impl IntoIterator<Item = EditId>) -> EditResults {
        EditResults::new(self.caller.clone(), ids.into_iter().collect())
    }

    /// Submits a task after a template, which is carried out later.
    pub fn submit_template(&self, task: TemplateTask) -> SubmitTemplate {
        SubmitTemplate::new(self.caller.clone(), task)
    }
}

fn action(name: &'static str) -> Parameters {
    Parameters::of_action(name, VERSION)
}

#[cfg(test)]
fn edit() -> Edit {
    let (dialect, region) = Default::default();
    Edit::new(dialect, region, super::played::credentials()).expect("a handle")
}
