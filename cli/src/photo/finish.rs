use std::{path::PathBuf, time::Duration};

use yunmei_core::{
    Error, Timestamp,
    error::{RetryClass, ServiceErrorKind},
    fangtang::{Finished, Partner, PhotoId, Wait},
};

use super::{Session, advice, job_file::quoted, picture::PictureOnly};
use crate::{
    exit::Failure,
    transfer::{Outlet, progress},
};

/// How long an answer may take after the end of the waiting: for one that is on its way.
const GRACE: Duration = Duration::from_secs(5);

/// The end of `wait` from now on.
pub(super) fn until(wait: Duration) -> Timestamp {
    let now = yunmei_host::stamp().now;
    now.checked_add(wait)
        .unwrap_or(Timestamp::from_seconds(u64::MAX))
}

/// An accepted photo, on its way to a file on this machine. Nothing of it costs anything.
pub(super) struct Finish<'a> {
    pub(super) session: &'a Session,
    pub(super) partner: &'a Partner,
    pub(super) id: &'a PhotoId,
    /// Where its job was saved, if it was.
    pub(super) job_file: Option<PathBuf>,
}

impl Finish<'_> {
    /// Waits until it is repaired, but no longer than `limit`, whatever the service does.
    pub(super) async fn wait(&self, wait: Wait, limit: Duration) -> Result<Finished, Failure> {
        self.session.if_interrupted(self.how_to_go_on());
        let spinner = progress::spinner(format!("photo {} is being repaired", self.id));
        let result =
            tokio::time::timeout(limit.saturating_add(GRACE), self.session.client.run(wait)).await;
        spinner.finish_and_clear();
        match result {
            Ok(result) => result.map_err(|error| self.failure(error)),
            Err(_) => Err(self.late()),
        }
    }

    /// Downloads the repaired picture. Returns its length.
    pub(super) async fn fetch(&self, finished: &Finished, outlet: Outlet) -> Result<u64, Failure> {
        let shows = outlet.is_standard();
        let fetch = self.partner.fetch(finished);
        let fetch = fetch.map_err(|error| self.failure(error.into()))?;
        let fetched = outlet.fill(async |out| {
            let (client, name) = (&self.session.client, self.id.as_str());
            let mut out = PictureOnly::new(out);
            let downloaded = progress::download(client, fetch, &mut out, name).await;
            match downloaded {
                Err(error) if !out.is_refused() => Err(self.failure(error)),
                Ok(downloaded) if out.is_picture() => Ok(downloaded.length),
                _ => Err(self.no_picture()),
            }
        });
        match fetched.await {
            // Whoever reads us has read enough.
            Err(failure) if shows && failure.is_broken_pipe() => Ok(0),
            Err(failure @ Failure::File(_)) => Err(failure.advised(self.how_to_go_on())),
            result => result,
        }
    }

    /// With how to go on, where that helps.
    fn failure(&self, error: Error) -> Failure {
        let advice = match &error {
            Error::Input(_) => None,
            Error::Service(refusal) => match (refusal.kind(), refusal.retry_class()) {
                // Not of the id, but of the repaired picture.
                (ServiceErrorKind::NotFound, _) if refusal.code() != advice::NO_SUCH_PHOTO => {
                    Some(advice::on_missing_result(&self.command()))
                }
                (_, RetryClass::Backoff | RetryClass::Throttled) => Some(self.how_to_go_on()),
                _ => None,
            },
            _ => Some(self.how_to_go_on()),
        };
        let failure = Failure::operation(format_args!("photo {}", self.id), error);
        match advice {
            Some(advice) => failure.advised(advice),
            None => failure,
        }
    }

    fn late(&self) -> Failure {
        let problem = "was not done in time, and the service does not answer";
        let failure = Failure::Late(format!("the repair of photo {} {problem}", self.id));
        failure.advised(self.how_to_go_on())
    }

    fn no_picture(&self) -> Failure {
        let problem = "what arrived is no picture";
        let failure = Failure::Content(format!("photo {}: {problem}", self.id));
        failure.advised(self.how_to_go_on())
    }

    fn how_to_go_on(&self) -> String {
        format!("nothing is lost: go on with `{}`", self.command())
    }

    fn command(&self) -> String {
        let which = match &self.job_file {
            Some(path) => format!("--job {}", quoted(path)),
            None => self.id.to_string(),
        };
        format!("yunmei photo get {which} OUT")
    }
}
