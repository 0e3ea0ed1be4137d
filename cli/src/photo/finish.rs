use std::{path::PathBuf, time::Duration};

use yunmei_core::{
    Error, Timestamp,
    error::RetryClass,
    fangtang::{Finished, Partner, PhotoId, Wait},
};

use super::{Session, job_file::quoted};
use crate::{
    exit::Failure,
    transfer::{Outlet, progress},
};

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
    /// Waits, and downloads the repaired picture. Returns its length.
    pub(super) async fn run(&self, wait: Wait, outlet: Outlet) -> Result<u64, Failure> {
        self.session.if_interrupted(self.how_to_go_on());
        let shows = outlet.is_standard();
        let result = match self.wait(wait).await {
            Ok(finished) => self.fetch(&finished, outlet).await,
            Err(failure) => Err(failure),
        };
        match result {
            // Whoever reads us has read enough.
            Err(failure) if shows && failure.is_broken_pipe() => Ok(0),
            result => result,
        }
    }

    async fn wait(&self, wait: Wait) -> Result<Finished, Failure> {
        let spinner = progress::spinner(format!("photo {} is being repaired", self.id));
        let result = self.session.client.run(wait).await;
        spinner.finish_and_clear();
        result.map_err(|error| self.failure(error))
    }

    async fn fetch(&self, finished: &Finished, outlet: Outlet) -> Result<u64, Failure> {
        let fetch = self.partner.fetch(finished);
        let fetch = fetch.map_err(|error| self.failure(error.into()))?;
        let fetched = outlet.fill(async |out| {
            let (client, name) = (&self.session.client, self.id.as_str());
            let downloaded = progress::download(client, fetch, out, name).await;
            downloaded
                .map(|downloaded| downloaded.length)
                .map_err(|error| self.failure(error))
        });
        fetched.await.map_err(|failure| match failure {
            Failure::File(_) => failure.advised(self.how_to_go_on()),
            other => other,
        })
    }

    /// With how to go on, where that helps.
    fn failure(&self, error: Error) -> Failure {
        let can_go_on = match &error {
            Error::Input(_) => false,
            Error::Service(refusal) => matches!(
                refusal.retry_class(),
                RetryClass::Backoff | RetryClass::Throttled
            ),
            _ => true,
        };
        let failure = Failure::operation(format_args!("photo {}", self.id), error);
        match can_go_on {
            true => failure.advised(self.how_to_go_on()),
            false => failure,
        }
    }

    fn how_to_go_on(&self) -> String {
        let which = match &self.job_file {
            Some(path) => format!("--job {}", quoted(path)),
            None => self.id.to_string(),
        };
        format!("nothing is lost: go on with `yunmei photo get {which} OUT`")
    }
}
