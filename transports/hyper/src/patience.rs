//! How long one exchange may wait, and for what.

use std::{future::Future, pin::pin};

use hyper_util::client::legacy::connect::CaptureConnection;
use tokio::time::{Instant, timeout_at};
use yunmei_core::Error;
use yunmei_host::Options;

use crate::wire::Pulse;

/// The limits of one exchange.
///
/// No limit ends the writing of a download: what was begun to be written is counted, and must be
/// written.
pub(crate) struct Patience<'a> {
    options: &'a Options,
    /// When the exchange must have ended; `None` is never.
    deadline: Option<Instant>,
    connection: CaptureConnection,
}

impl Patience<'_> {
    /// Of an exchange that begins now on this connection.
    pub(crate) fn new(options: &Options, connection: CaptureConnection) -> Patience<'_> {
        let limit = options.exchange_timeout;
        Patience {
            options,
            // A limit beyond all clocks is none.
            deadline: limit.and_then(|limit| Instant::now().checked_add(limit)),
            connection,
        }
    }

    /// Waits until there is a connection: no byte of the request leaves before. If there never is
    /// one, the answer says why, and this waits for ever.
    pub(crate) async fn ready(&self) -> Result<(), Error> {
        let mut connection = self.connection.clone();
        let connected = async { drop(connection.wait_for_connection_metadata().await) };
        let connected = until(self.deadline, connected).await;
        connected.ok_or_else(|| self.options.connect_error())
    }

    /// Waits as long as the exchange may take.
    pub(crate) async fn in_time<T>(
        &self,
        waiting: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        let result = until(self.deadline, waiting).await;
        result.unwrap_or_else(|| Err(self.options.exchange_error()))
    }

    /// As [`Patience::in_time`], and does not even begin when it is too late.
    pub(crate) async fn while_time_is_left<T>(
        &self,
        waiting: impl Future<Output = Result<T, Error>>,
    ) -> Result<T, Error> {
        if self
            .deadline
            .is_some_and(|deadline| deadline <= Instant::now())
        {
            return Err(self.options.exchange_error());
        }
        self.in_time(waiting).await
    }

    /// Waits as long as the connection may rest, from now on or from when a byte moved on it.
    pub(crate) async fn unless_idle<T>(
        &self,
        waiting: impl Future<Output = T>,
    ) -> Result<T, Error> {
        let limit = self.options.idle_timeout;
        let mut waiting = pin!(waiting);
        let mut since = Instant::now();
        loop {
            if let Some(done) = until(since.checked_add(limit), waiting.as_mut()).await {
                return Ok(done);
            }
            match self.pulse() {
                Some(pulse) if pulse.last() > since => since = pulse.last(),
                _ => return Err(self.options.idle_error()),
            }
        }
    }

    /// Looked for each time: a request may have moved to another connection.
    fn pulse(&self) -> Option<Pulse> {
        let connection = self.connection.connection_metadata();
        connection.as_ref().and_then(Pulse::of)
    }
}

/// Waits until the deadline. What is ready then is taken.
async fn until<T>(deadline: Option<Instant>, waiting: impl Future<Output = T>) -> Option<T> {
    match deadline {
        None => Some(waiting.await),
        Some(deadline) => timeout_at(deadline, waiting).await.ok(),
    }
}
