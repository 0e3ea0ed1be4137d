//! Edit: jobs that cut and join videos (section 12).
//!
//! | module | what |
//! |---|---|
//! | `submit`, `template` | jobs that are asked for |
//! | `job`, `jobs` | what they are, and where they are kept |
//! | `output` | what comes of them |
//!
//! Nothing is cut and nothing is joined: what comes of a job is a new video, a copy of one that
//! the job names in a member `Source`, and that the account has. A job that names none fails, with a
//! number of section 13.7.
//!
//! Not established, and decided here: a job asked for at once is done at once, whatever the clock
//! says; nobody is called back; ids of no job are passed over.

mod job;
mod jobs;
mod output;
mod submit;
mod template;

use std::{
    io,
    sync::{Arc, Mutex, MutexGuard, PoisonError},
    time::Duration,
};

use http::StatusCode;
use serde::Deserialize;
use serde_json::Value;

use super::{
    Ground,
    action::{Action, POST, anything},
    answer::Refusal,
    asked::Asked,
    vod::Vod,
};
use jobs::Jobs;

const VERSION: &str = "2018-01-01";
/// The most jobs of one question (section 12).
const QUESTION_LIMIT: usize = 30;

/// What there is to call.
pub(super) const ACTIONS: &[Action] = &[
    row("SubmitDirectEditTaskAsync"),
    row("SubmitDirectEditTaskSync"),
    row("GetDirectEditResult"),
    row("SubmitTemplateTaskAsync"),
];

/// Whether an action is one of these, whatever the service is called.
pub(super) fn has(action: &str) -> bool {
    ACTIONS.iter().any(|row| row.name == action)
}

const fn row(name: &'static str) -> Action {
    Action {
        name,
        version: VERSION,
        methods: POST,
        resources: anything,
    }
}

/// The service.
pub(super) struct Edit {
    space: String,
    /// From the submission of a job until it is done.
    delay: Duration,
    jobs: Mutex<Jobs>,
    vod: Arc<Vod>,
}

impl Edit {
    /// Opens what is kept of it.
    pub(super) fn open(ground: &Ground<'_>, vod: &Arc<Vod>) -> io::Result<Edit> {
        Ok(Edit {
            space: ground.account.space().to_owned(),
            delay: ground.manners.edit_delay,
            jobs: Mutex::new(Jobs::open(ground.storage)?),
            vod: Arc::clone(vod),
        })
    }

    /// Carries an action out.
    pub(super) async fn answer(&self, asked: &Asked) -> Result<Value, Refusal> {
        match asked.action {
            "SubmitDirectEditTaskAsync" => self.submit(asked),
            "SubmitDirectEditTaskSync" => self.run(asked),
            "GetDirectEditResult" => self.results(asked),
            "SubmitTemplateTaskAsync" => self.submit_template(asked),
            other => Err(Refusal::unknown_action(other)),
        }
    }

    /// How far jobs are, in the order of the question.
    fn results(&self, asked: &Asked) -> Result<Value, Refusal> {
        #[derive(Deserialize)]
        #[serde(rename_all = "PascalCase")]
        struct Question {
            req_ids: Vec<String>,
        }
        let Question { req_ids } = asked.document().map_err(numbered)?;
        if !(1..=QUESTION_LIMIT).contains(&req_ids.len()) {
            let problem = format_args!("there are not from 1 to {QUESTION_LIMIT}").to_string();
            return Err(invalid("ReqIds", problem));
        }
        let mut jobs = self.jobs();
        let mut results = Vec::new();
        for id in &req_ids {
            let job = jobs.brought_on(id, asked.now, |order| {
                output::make(&self.vod, order, asked.now)
            })?;
            results.extend(job.map(|job| job.document(asked.now)));
        }
        Ok(results.into())
    }

    /// Nothing is awaited while they are held.
    fn jobs(&self) -> MutexGuard<'_, Jobs> {
        self.jobs.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The space of a call, which has to be the one that there is.
    fn check_space(&self, name: &str, space: &str) -> Result<(), Refusal> {
        match space == self.space {
            true => Ok(()),
            false => Err(invalid(name, "there is no space of this name")),
        }
    }
}

/// A member of the body is not as it has to be (section 13.7).
fn invalid(name: &str, problem: impl std::fmt::Display) -> Refusal {
    numbered(Refusal::invalid(name, problem))
}

fn numbered(refusal: Refusal) -> Refusal {
    match refusal.status {
        StatusCode::BAD_REQUEST => refusal.numbered(1010),
        _ => refusal,
    }
}
