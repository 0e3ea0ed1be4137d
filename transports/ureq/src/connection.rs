//! What the client beneath is asked to tell, or to bear, that it does not by itself.

use std::fmt;

use http::Uri;
use ureq::{
    Error,
    config::Config,
    unversioned::{
        resolver::{DefaultResolver, ResolvedSocketAddrs, Resolver},
        transport::{
            Buffers, ConnectionDetails, Connector, DefaultConnector, NextTimeout, Transport,
        },
    },
};

/// Marks what went wrong before there was a connection: no byte of the request left.
#[derive(Debug)]
pub(crate) struct NotConnected(pub(crate) Error);

impl fmt::Display for NotConnected {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl std::error::Error for NotConnected {}

impl From<NotConnected> for Error {
    fn from(error: NotConnected) -> Error {
        Error::Other(Box::new(error))
    }
}

/// Looks names up.
#[derive(Debug, Default)]
pub(crate) struct Lookup(DefaultResolver);

impl Resolver for Lookup {
    fn resolve(
        &self,
        uri: &Uri,
        config: &Config,
        timeout: NextTimeout,
    ) -> Result<ResolvedSocketAddrs, Error> {
        self.0
            .resolve(uri, config, timeout)
            .map_err(|error| NotConnected(error).into())
    }
}

/// Connects, through a proxy and with TLS where asked to.
#[derive(Debug, Default)]
pub(crate) struct Connect(DefaultConnector);

impl Connector for Connect {
    type Out = Connection;

    fn connect(
        &self,
        details: &ConnectionDetails<'_>,
        chained: Option<()>,
    ) -> Result<Option<Connection>, Error> {
        let inner = self.0.connect(details, chained).map_err(NotConnected)?;
        Ok(inner.map(|inner| Connection {
            inner,
            answered_early: false,
        }))
    }
}

/// A connection that delivers an answer even if the server gave it before it had read the whole
/// request, and hung up.
#[derive(Debug)]
pub(crate) struct Connection {
    inner: Box<dyn Transport>,
    answered_early: bool,
}

impl Transport for Connection {
    fn buffers(&mut self) -> &mut dyn Buffers {
        self.inner.buffers()
    }

    fn transmit_output(&mut self, amount: usize, timeout: NextTimeout) -> Result<(), Error> {
        if self.answered_early {
            // Nobody reads it, and the answer is there.
            return Ok(());
        }
        let result = self.inner.transmit_output(amount, timeout);
        if matches!(result, Err(Error::Io(_)))
            && matches!(self.inner.maybe_await_input(timeout), Ok(true))
        {
            self.answered_early = true;
            return Ok(());
        }
        result
    }

    fn await_input(&mut self, timeout: NextTimeout) -> Result<bool, Error> {
        self.inner.await_input(timeout)
    }

    fn is_open(&mut self) -> bool {
        !self.answered_early && self.inner.is_open()
    }

    fn is_tls(&self) -> bool {
        self.inner.is_tls()
    }
}
